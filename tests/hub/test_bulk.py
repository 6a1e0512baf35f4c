"""Thirty ideas about the same bench get one answer, and nobody's work is lost on the way."""

import re

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from fieldkit.hub import outbox, tables
from fieldkit.hub.central import Central
from fieldkit.hub.ideas.forms import picks
from tests.hub.arriving import KIT, OTHER_KIT

BENCH, WELL = f"{KIT}/bench", f"{OTHER_KIT}/well"
WORDS = {"status": "declined", "body": "„{titel}“ geht am {station} nicht.", "office": "Grünflächenamt"}
HERS = {"status": "doing", "body": "Schon im Bau.", "office": "Straßenamt"}


def ticked(reader: Client, *ideas: str) -> list[str]:
    """What the page for all of them sends: each with the version that was seen."""
    page = reader.get("/ideas/bulk?" + "&".join(f"pick={idea}" for idea in ideas)).text
    return re.findall(r'name="pick" value="([^"]+)"', page)


def answers(hub: Central) -> dict[str, tuple[str, str]]:
    with hub.db.read() as conn:
        return {row.rid: (row.status, row.body) for row in conn.execute(select(tables.answers))}


def test_the_page_says_which_and_how_many_before_anything_happens(archive: Central, reader: Client) -> None:
    page = reader.get(f"/ideas/bulk?pick={BENCH}&pick={WELL}").text
    assert all(words in page for words in ("Diese 2 Ideen", "Mehr Bänke", "Ein Brunnen für den Platz", "2 Ideen beantworten"))
    assert answers(archive) == {}


def test_all_get_the_answer_in_their_own_words_and_every_kit_its_piece(archive: Central, reader: Client) -> None:
    done = reader.post("/ideas/bulk", data=WORDS | {"pick": ticked(reader, BENCH, WELL)}, follow_redirects=True)
    assert "2 Ideen beantwortet." in done.text
    assert answers(archive) == {
        "bench": ("declined", "„Mehr Bänke“ geht am Rathausplatz nicht."),
        "well": ("declined", "„Ein Brunnen für den Platz“ geht am Leopoldplatz nicht."),
    }
    with archive.db.read() as conn:
        assert {row.kit: row.rid for row in conn.execute(select(tables.outbox))} == {KIT: "bench", OTHER_KIT: "well"}
        lines = conn.execute(select(tables.audit.c.rid).where(tables.audit.c.act == "answer")).scalars()
        assert sorted(lines) == ["bench", "well"]


def test_what_somebody_answered_meanwhile_stays_and_is_listed(archive: Central, reader: Client) -> None:
    before = ticked(reader, BENCH, WELL)
    archive.db.write(outbox.answer, archive.signing_key, KIT, "bench", HERS, "Herr Yılmaz")
    done = reader.post("/ideas/bulk", data=WORDS | {"pick": before}, follow_redirects=True)
    assert all(words in done.text for words in ("1 Idee beantwortet.", "1 Idee wurde nicht verändert", "Herr Yılmaz"))
    assert answers(archive)["bench"] == ("doing", "Schon im Bau.")
    assert answers(archive)["well"][0] == "declined"


def test_a_text_round_trip_does_not_forget_what_was_seen(archive: Central, reader: Client) -> None:
    before = ticked(reader, BENCH)
    archive.db.write(outbox.answer, archive.signing_key, KIT, "bench", HERS, "Herr Yılmaz")
    page = reader.post("/ideas/bulk", data=WORDS | {"office": "", "pick": before})
    assert (page.status_code, re.findall(r'name="pick" value="([^"]+)"', page.text)) == (422, before)


def test_without_a_text_each_keeps_its_own_and_one_without_any_is_asked_for_it(archive: Central, reader: Client) -> None:
    archive.db.write(outbox.answer, archive.signing_key, KIT, "bench", HERS, "Herr Yılmaz")
    bare = reader.post("/ideas/bulk", data=WORDS | {"body": "", "pick": ticked(reader, BENCH, WELL)})
    assert (bare.status_code, "1 Idee hat noch keinen Text" in bare.text) == (422, True)
    assert reader.post("/ideas/bulk", data=WORDS | {"body": "", "pick": ticked(reader, BENCH)}).status_code == 303
    assert answers(archive) == {"bench": ("declined", "Schon im Bau.")}


def test_an_office_is_asked_about_several_without_a_text(archive: Central, reader: Client) -> None:
    asked = {"status": "checking", "body": "", "office": "Amt", "pick": ticked(reader, BENCH, WELL)}
    assert reader.post("/ideas/bulk", data=asked).status_code == 303
    assert set(answers(archive).values()) == {("checking", "")}


def test_a_double_click_reports_the_same_twice(archive: Central, reader: Client) -> None:
    sent = WORDS | {"pick": ticked(reader, BENCH, WELL)}
    places = [reader.post("/ideas/bulk", data=sent).location for _ in range(2)]
    assert places[0] == places[1]
    assert "saved=2" in places[0]


def test_all_or_nothing_when_it_breaks_in_the_middle(archive: Central, reader: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    before, say = ticked(reader, BENCH, WELL), outbox.say

    def break_off(conn: object, key: object, kit: str, *rest: object) -> None:
        if kit == OTHER_KIT:
            raise RuntimeError
        say(conn, key, kit, *rest)

    monkeypatch.setattr(outbox, "say", break_off)
    assert reader.post("/ideas/bulk", data=WORDS | {"pick": before}).status_code == 500
    assert answers(archive) == {}


def test_the_whole_page_is_ticked_with_a_link(archive: Central, reader: Client) -> None:
    assert reader.get("/ideas?tick=all").text.count(" checked>") == 2
    assert reader.get("/ideas").text.count(" checked>") == 0


def test_a_selection_of_nothing_is_said_kindly(archive: Central, reader: Client) -> None:
    for query in ("", "pick=", "pick=nobody/nothing", "pick=%00/%00/x", "pick=a/b/99999999999999999999"):
        assert "Es ist keine Idee ausgewählt" in reader.get(f"/ideas/bulk?{query}").text


def test_hidden_merged_and_unknown_ideas_are_left_as_they_are(archive: Central, reader: Client) -> None:
    done = reader.post(
        "/ideas/bulk", data=WORDS | {"pick": [f"{KIT}/twin/0", "nobody/nothing/0", f"{BENCH}/0"]}, follow_redirects=True
    )
    assert "1 Idee beantwortet." in done.text
    assert set(answers(archive)) == {"bench"}


def test_a_selection_is_no_longer_than_a_page() -> None:
    assert len(picks(f"kit/{number}" for number in range(1000))) == 30
