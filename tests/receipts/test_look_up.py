"""What became of it: the code opens it, a slip of the pen is named, guessing is slowed down."""

from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client

from fieldkit import ids, tickets
from fieldkit.house import House
from fieldkit.i18n import format_date
from fieldkit.ideas import moderation_store as moderation
from fieldkit.tickets import Ticket


def test_a_visitor_finds_her_idea_again(visitor: Client, ticket: Ticket, stop: dict[str, Any]) -> None:
    answer = visitor.post("/receipts", data={"code": ticket.code})
    assert answer.status_code == 200
    assert "Mehr Bänke im Schatten" in answer.text
    assert format_date(stop["answer_by"]) in answer.text
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_visitor_may_type_the_code_without_hyphens_and_in_small_letters(visitor: Client, ticket: Ticket) -> None:
    typed = f" {ticket.code.replace('-', ' ').lower()}"
    assert "Mehr Bänke im Schatten" in visitor.post("/receipts", data={"code": typed}).text


def test_a_visitor_reads_the_answer(visitor: Client, kit: House, ticket: Ticket) -> None:
    kit.db.write(moderation.reply, ticket.id, "Vier Bänke kommen im Frühjahr.", "Jonas")
    html = visitor.post("/receipts", data={"code": ticket.code}).text
    assert "Vier Bänke kommen im Frühjahr." in html
    assert "Beantwortet" in html


def test_a_visitor_reads_why_her_idea_was_hidden(visitor: Client, kit: House, ticket: Ticket) -> None:
    kit.db.write(moderation.hide, "ideas", ticket.id, "Nennt eine Nachbarin beim Namen.", "Jonas")
    html = visitor.post("/receipts", data={"code": ticket.code}).text
    assert "Nennt eine Nachbarin beim Namen." in html
    assert "Öffentlich ansehen" not in html


def test_a_commenter_finds_his_comment_again(visitor: Client, comment: Ticket) -> None:
    html = visitor.post("/receipts", data={"code": comment.code}).text
    assert "Und einen Brunnen dazu!" in html
    assert "Kommentar" in html


def test_the_qr_code_of_a_receipt_fills_in_the_form(visitor: Client, ticket: Ticket) -> None:
    answer = visitor.get(f"/receipts?code={ticket.code}")
    assert f'value="{ticket.code}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_empty_form_is_kept_for_everybody(visitor: Client) -> None:
    assert visitor.get("/receipts").headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("slip", "sentence"),
    [
        (lambda code: ("A" if code[0] != "A" else "B") + code[1:], "Ein Zeichen stimmt nicht, oder zwei sind vertauscht"),
        (lambda code: code[:-1], "hier sind es 11"),
        (lambda code: f"{code}A", "hier sind es 13"),
        (lambda code: f"O{code[1:]}", "kommt in keinem Code vor: O"),
        (lambda code: "", "Bitte tippe den Code"),
        (lambda code: "\x00\u202e", "Bitte tippe den Code"),
        (lambda code: "<script>" * 20, "Zeichen"),
    ],
)
def test_a_slip_is_named_and_costs_no_slow_hash(
    visitor: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch, slip: Callable[[str], str], sentence: str
) -> None:
    monkeypatch.setattr(tickets, "receipt_of", lambda code: pytest.fail("a slow hash for a typing error"))
    for _ in range(11):
        answer = visitor.post("/receipts", data={"code": slip(ticket.code)})
    assert answer.status_code == 422
    assert sentence in answer.text
    assert "<script>" not in answer.text


def test_a_mistyped_code_stays_in_the_form(visitor: Client, ticket: Ticket, wrong: Callable[[str], str]) -> None:
    typed = wrong(ticket.code)
    assert f'value="{typed}"' in visitor.post("/receipts", data={"code": typed}).text


def test_an_unknown_code_gets_a_kind_sentence(visitor: Client, ticket: Ticket) -> None:
    code = ids.new_code()
    answer = visitor.post("/receipts", data={"code": code})
    assert answer.status_code == 404
    assert "Unter diesem Code liegt hier nichts" in answer.text
    assert f'value="{code}"' in answer.text


def test_a_device_that_tries_many_codes_has_to_wait_and_keeps_its_code(visitor: Client, ticket: Ticket) -> None:
    for _ in range(10):
        assert visitor.post("/receipts", data={"code": ticket.code}).status_code == 200
    answer = visitor.post("/receipts", data={"code": ticket.code})
    assert answer.status_code == 429
    assert "warte eine Minute" in answer.text
    assert f'value="{ticket.code}"' in answer.text


def test_many_devices_together_are_slowed_down_too(visitor: Client, ticket: Ticket, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tickets, "receipt_of", lambda code: "unknown")
    answers = [
        visitor.post("/receipts", data={"code": ticket.code}, environ_base={"REMOTE_ADDR": f"10.42.0.{n}"}).status_code
        for n in range(61)
    ]
    assert answers == [404] * 60 + [429]
