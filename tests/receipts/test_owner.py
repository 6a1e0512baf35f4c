"""The code is the key: whoever holds it corrects and withdraws, nobody else."""

from collections.abc import Callable

from werkzeug.test import Client

from fieldkit.house import House
from fieldkit.storage import soundness
from fieldkit.tickets import Ticket


def test_a_visitor_corrects_her_idea(visitor: Client, kit: House, ticket: Ticket) -> None:
    answer = visitor.post(
        "/receipts/correction", data={"code": ticket.code, "title": "Bänke und Bäume", "body": ""}, follow_redirects=True
    )
    assert "Gespeichert" in answer.text
    assert f'value="{ticket.code}"' in answer.text
    html = visitor.post("/receipts", data={"code": ticket.code}).text
    assert "Bänke und Bäume" in html
    assert "Mehr Bänke im Schatten" not in html
    assert list(soundness.journal_faults(kit.db.read())) == []


def test_a_correction_with_an_error_keeps_her_words(visitor: Client, ticket: Ticket) -> None:
    answer = visitor.post("/receipts/correction", data={"code": ticket.code, "title": "", "body": "Neuer Gedanke"})
    assert answer.status_code == 422
    assert "Neuer Gedanke" in answer.text
    assert 'class="error-summary"' in answer.text
    assert f'name="code" value="{ticket.code}"' in answer.text


def test_a_correction_in_a_crowd_keeps_her_words(visitor: Client, ticket: Ticket) -> None:
    for _ in range(10):
        visitor.post("/receipts", data={"code": ticket.code})
    answer = visitor.post("/receipts/correction", data={"code": ticket.code, "title": "Bänke", "body": "Neuer Gedanke"})
    assert answer.status_code == 429
    assert "Neuer Gedanke" in answer.text


def test_a_commenter_corrects_his_comment(visitor: Client, comment: Ticket) -> None:
    visitor.post("/receipts/correction", data={"code": comment.code, "body": "Und zwei Brunnen!"})
    assert "Und zwei Brunnen!" in visitor.post("/receipts", data={"code": comment.code}).text


def test_withdrawing_asks_first_and_says_what_is_erased(visitor: Client, ticket: Ticket) -> None:
    answer = visitor.post("/receipts/withdrawal", data={"code": ticket.code})
    assert answer.status_code == 200
    assert "Deine Idee mit allen Angaben" in answer.text
    assert "Mehr Bänke im Schatten" in visitor.post("/receipts", data={"code": ticket.code}).text


def test_what_is_withdrawn_is_gone_and_the_chain_still_holds(
    visitor: Client, kit: House, ticket: Ticket, comment: Ticket
) -> None:
    answer = visitor.post("/receipts/withdrawal", data={"code": ticket.code, "confirm": "yes"}, follow_redirects=True)
    assert "Es ist gelöscht" in answer.text
    assert "Mehr Bänke" not in answer.text
    for code in (ticket.code, comment.code):
        assert visitor.post("/receipts", data={"code": code}).status_code == 404
    assert list(soundness.journal_faults(kit.db.read())) == []
    for path in kit.config.home.glob("fieldkit.db*"):
        assert b"Schatten" not in path.read_bytes()


def test_a_commenter_withdraws_only_his_comment(visitor: Client, ticket: Ticket, comment: Ticket) -> None:
    visitor.post("/receipts/withdrawal", data={"code": comment.code, "confirm": "yes"})
    assert visitor.post("/receipts", data={"code": comment.code}).status_code == 404
    assert visitor.post("/receipts", data={"code": ticket.code}).status_code == 200


def test_without_the_right_code_nothing_is_changed_or_erased(
    visitor: Client, ticket: Ticket, wrong: Callable[[str], str]
) -> None:
    for code in ("", wrong(ticket.code), ticket.receipt, ticket.id):
        for path in ("/receipts/correction", "/receipts/withdrawal"):
            answer = visitor.post(path, data={"code": code, "title": "Gekapert", "confirm": "yes"})
            assert answer.status_code == 422
    html = visitor.post("/receipts", data={"code": ticket.code}).text
    assert "Mehr Bänke im Schatten" in html
    assert "Gekapert" not in html


def test_a_form_from_another_site_cannot_withdraw(visitor: Client, ticket: Ticket) -> None:
    answer = visitor.post(
        "/receipts/withdrawal", data={"code": ticket.code, "confirm": "yes"}, headers={"Origin": "http://evil.example"}
    )
    assert answer.status_code == 403
    assert visitor.post("/receipts", data={"code": ticket.code}).status_code == 200
