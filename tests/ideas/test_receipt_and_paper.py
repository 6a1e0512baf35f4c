"""How the halls show ideas: on the receipt page to their owners, on the desk as paper cards."""

import re

import pytest

from fieldkit import ids
from fieldkit.ideas import forms, moderation_store, store


@pytest.fixture
def open_receipt(visitor):
    """What the owner reads with the code."""
    return lambda ticket: visitor.post("/receipts", data={"code": ticket.code}).text


def test_the_owner_reads_the_words_the_support_and_the_promise(kit, owned, open_receipt):
    ticket = owned("Ein Brunnen", "Am Markt.")
    kit.db.write(store.support, ticket.id)
    html = open_receipt(ticket)
    for words in ("Ein Brunnen", "Am Markt.", "1 Mensch unterstützt das", "15. Januar 2027"):
        assert words in html


def test_the_owner_reads_both_answers(kit, owned, open_receipt):
    ticket = owned()
    row = (ticket.id, "declined", "Das geht leider nicht.", "Tiefbauamt", "2026-12-03T10:00:00Z")
    kit.db.write(lambda conn: conn.execute("INSERT INTO answers VALUES ('ideas', ?, ?, ?, ?, ?)", row))
    kit.db.write(moderation_store.reply, ticket.id, "Wir fragen nach.", "Jonas")
    html = open_receipt(ticket)
    for words in ("Wird nicht umgesetzt", "Das geht leider nicht.", "Tiefbauamt", "Wir fragen nach."):
        assert words in html


def test_the_owner_reads_why_it_was_hidden(kit, owned, open_receipt):
    ticket = owned()
    kit.db.write(moderation_store.hide, "ideas", ticket.id, "Nennt eine Person", "Jonas")
    html = open_receipt(ticket)
    assert "Das Team hat deine Idee ausgeblendet." in html
    assert "Nennt eine Person" in html


def test_the_owner_of_a_merged_idea_reads_where_it_went_and_what_was_answered_there(kit, owned, open_receipt):
    twin, main = owned("Brunnen"), owned("Ein Brunnen am Markt")
    kit.db.write(moderation_store.merge, twin.id, main.id, "Jonas")
    kit.db.write(moderation_store.reply, main.id, "Kommt im Mai.", "Jonas")
    html = open_receipt(twin)
    assert f'href="/ideas/{main.id}"' in html
    assert "Kommt im Mai." in html
    kit.db.write(moderation_store.hide, "ideas", main.id, "weg", "Jonas")
    assert "die gerade nicht zu sehen ist" in open_receipt(twin)


def test_the_owner_corrects_with_the_old_words_at_hand(visitor, kit, owned, open_receipt):
    ticket = owned("Ein Brunnen", "Am Markt.")
    html = open_receipt(ticket)
    assert 'value="Ein Brunnen"' in html
    assert "Am Markt.</textarea>" in html
    visitor.post(
        "/receipts/correction", data={"code": ticket.code, "title": "Zwei Brunnen", "body": "", "category": "green", "place": ""}
    )
    assert store.one(kit.db.read(), ticket.id)["title"] == "Zwei Brunnen"
    answer = visitor.post("/receipts/correction", data={"code": ticket.code, "title": "", "body": "Neue Worte"})
    assert answer.status_code == 422
    assert "Neue Worte</textarea>" in answer.text


def test_the_owner_of_a_comment_reads_and_corrects_it(visitor, kit, left, open_receipt):
    rid, ticket = left("Ein Brunnen"), kit.office.read(kit.office.issue())
    kit.db.write(store.comment, ticket, rid, {"body": "Ja, bite"})
    html = open_receipt(ticket)
    assert "Ein Brunnen" in html
    assert "Ja, bite" in html
    visitor.post("/receipts/correction", data={"code": ticket.code, "body": "Ja, bitte"})
    assert "Ja, bitte" in visitor.get(f"/ideas/{rid}").text
    kit.db.write(moderation_store.hide, "ideas", rid, "weg", "Jonas")
    assert "ist gerade nicht zu sehen" in open_receipt(ticket)


def test_a_paper_card_is_an_idea_with_its_strokes_and_who_entered_it(visitor, facilitator, stop, ask, in_order):
    fields = {
        "id": ids.new_id(),
        "room": "ideas",
        "sheet": "12",
        "title": "Mehr Licht",
        "body": "",
        "category": "safety",
        "strokes": "7",
    }
    html = facilitator.get("/desk/paper").text
    assert set(re.findall(r'name="(title|body|category|sheet|strokes)"', html)) == {
        "title",
        "body",
        "category",
        "sheet",
        "strokes",
    }
    for _ in range(2):
        assert facilitator.post("/desk/paper", data=fields).status_code == 303
    assert ask("SELECT channel || sheet || entered_by FROM ideas") == "paper12Jonas"
    page = visitor.get(f"/ideas/{fields['id']}").text
    assert "auf Papier abgegeben" in page
    assert '<span class="count">7</span>' in page
    assert in_order()


def test_a_card_with_a_text_alone_takes_its_beginning_as_title():
    form = forms.paper_form({"body": "Mehr Licht am Durchgang " * 10, "strokes": ""})
    assert form
    assert form.data["title"].startswith("Mehr Licht am Durchgang")
    assert form.data["title"].endswith("…")
    assert len(form.data["title"]) <= forms.TITLE


@pytest.mark.parametrize("strokes", ["-1", "501", "viele", "1.5", "١٢٣٤"])
def test_strokes_that_cannot_be_are_said(strokes):
    assert "strokes" in forms.paper_form({"title": "Licht", "strokes": strokes}).errors


def test_an_empty_card_is_said():
    assert "title" in forms.paper_form({}).errors
