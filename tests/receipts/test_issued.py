"""«Danke» is only said for what lies in the database."""

from typing import Any

from werkzeug.test import Client

from fieldkit.house import House
from fieldkit.i18n import format_date
from fieldkit.ideas import store as ideas
from fieldkit.tickets import Ticket
from fieldkit.web import qr


def test_a_visitor_gets_a_receipt_to_take_along(visitor: Client, sealed: str, ticket: Ticket, stop: dict[str, Any]) -> None:
    answer = visitor.get("/receipts/issued", query_string={"ticket": sealed})
    assert answer.status_code == 200
    assert "Danke" in answer.text
    assert f'data-receipt="{ticket.code}"' in answer.text
    assert str(qr(f"http://localhost/receipts?code={ticket.code}")) in answer.text
    assert format_date(stop["answer_by"]) in answer.text
    assert f'href="/ideas/{ticket.id}"' in answer.text
    assert answer.headers["Cache-Control"] == "no-store"


def test_reloading_the_receipt_shows_the_same_code(visitor: Client, sealed: str, ticket: Ticket) -> None:
    for _ in range(2):
        assert f'data-receipt="{ticket.code}"' in visitor.get("/receipts/issued", query_string={"ticket": sealed}).text


def test_a_form_that_was_never_sent_gets_no_thanks(visitor: Client, kit: House) -> None:
    answer = visitor.get("/receipts/issued", query_string={"ticket": kit.office.issue()})
    assert answer.status_code == 404
    assert "Danke" not in answer.text
    assert "data-receipt" not in answer.text


def test_what_was_withdrawn_gets_no_thanks(visitor: Client, kit: House, sealed: str, ticket: Ticket) -> None:
    kit.db.write(ideas.withdraw, ticket.id)
    assert visitor.get("/receipts/issued", query_string={"ticket": sealed}).status_code == 404


def test_a_forged_ticket_opens_nothing(visitor: Client, sealed: str) -> None:
    for forged in ("", "x", sealed[:-8], sealed.swapcase(), "ä"):
        assert visitor.get("/receipts/issued", query_string={"ticket": forged}).status_code == 404
