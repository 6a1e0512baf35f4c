"""What makes answering easier: notes that stay in the house, and words that are used again."""

import re
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from fieldkit.hub import tables
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import template_store
from tests.hub.arriving import KIT

BENCH = f"/ideas/{KIT}/bench"
PLANNED = {
    "name": "Schon geplant",
    "status": "doing",
    "body": "„{titel}“ ist am {station} schon geplant.",
    "office": "Straßenamt",
}


@pytest.fixture
def template(archive: Central, reader: Client) -> str:
    """A template, and its id."""
    assert reader.post("/ideas/templates", data=PLANNED).status_code == 303
    with archive.db.read() as conn:
        return template_store.every(conn)[0]["id"]


def field(page: str, name: str) -> str:
    """What stands in a field of the answer."""
    area = re.search(rf'<textarea id="{name}"[^>]*>\n([^<]*)<', page)
    return area[1] if area else re.search(rf'<input id="{name}"[^>]* value="([^"]*)"', page)[1]


def test_a_note_is_for_the_team_and_leaves_by_no_way(archive: Central, reader: Client) -> None:
    reader.post(f"{BENCH}/note", data={"note": "Bitte erst\nbeim Amt fragen.", "version": "0"})
    page = reader.get(BENCH).text
    assert "Bitte erst\nbeim Amt fragen." in page
    assert "Notiz geschrieben" in page
    reader.post(BENCH, data={"status": "doing", "body": "Ja.", "office": "Amt", "version": "0"})
    with archive.db.read() as conn:
        said = [row.payload for row in conn.execute(select(tables.outbox))] + [
            row.note for row in conn.execute(select(tables.audit))
        ]
    assert "Amt fragen" not in "".join(said)
    assert "Amt fragen" not in reader.get("/ideas.csv").text


def test_a_note_that_is_too_long_comes_back_with_its_words(archive: Central, reader: Client) -> None:
    page = reader.post(f"{BENCH}/note", data={"note": "lang " * 1000, "version": "0"})
    assert (page.status_code, "lang lang" in page.text) == (422, True)


def test_a_template_is_put_into_an_empty_answer_with_title_and_place(template: str, reader: Client) -> None:
    page = reader.post(f"{BENCH}/template", data={"template": template, "version": "0"}).text
    assert field(page, "body") == "„Mehr Bänke“ ist am Rathausplatz schon geplant."
    assert field(page, "office") == "Straßenamt"
    assert '<option value="doing" selected>' in page


def test_a_template_stands_behind_what_was_already_written(template: str, reader: Client) -> None:
    typed = {"template": template, "version": "0", "body": "Danke für die Idee!", "office": "Grünflächenamt", "status": ""}
    page = reader.post(f"{BENCH}/template", data=typed, headers={"HX-Request": "true"}).text
    assert field(page, "body") == "Danke für die Idee!\n\n„Mehr Bänke“ ist am Rathausplatz schon geplant."
    assert page.lstrip().startswith("<form")


def test_without_a_choice_what_was_written_stays(template: str, reader: Client) -> None:
    for chosen in ("", "nonsense"):
        page = reader.post(f"{BENCH}/template", data={"template": chosen, "version": "0", "body": "Danke!", "office": "Amt"}).text
        assert (field(page, "body"), field(page, "office")) == ("Danke!", "Amt")


def test_a_title_with_a_placeholder_in_it_is_only_words() -> None:
    idea: dict[str, Any] = {"title": "Mehr {station}", "stop": {"place": "Leopoldplatz"}}
    assert template_store.fill("{titel} am {station} {datum}", idea) == "Mehr {station} am Leopoldplatz {datum}"


def test_a_template_is_changed_and_deleted(template: str, reader: Client) -> None:
    seen = {"version": re.search(r'name="version" value="(\w+)"', reader.get(f"/ideas/templates/{template}").text)[1]}
    assert reader.post(f"/ideas/templates/{template}", data=PLANNED | seen | {"name": "Bald", "status": ""}).status_code == 303
    page = reader.get("/ideas/templates").text
    assert ("Bald" in page, "Schon geplant<" in page) == (True, False)
    assert reader.post(f"/ideas/templates/{template}/deletion").status_code == 303
    assert "Bald" not in reader.get("/ideas/templates").text
    assert reader.get(f"/ideas/templates/{template}").status_code == 404
    assert reader.post(f"/ideas/templates/{template}", data=PLANNED).status_code == 409  # her words are in it


def test_a_template_without_name_and_text_is_asked_for_both(template: str, reader: Client) -> None:
    for path in ("/ideas/templates", f"/ideas/templates/{template}"):
        page = reader.post(path, data={"name": "", "body": "", "status": "soon", "office": "Mein Amt"})
        assert (page.status_code, page.text.count('<li><a href="#'), "Mein Amt" in page.text) == (422, 3, True)
