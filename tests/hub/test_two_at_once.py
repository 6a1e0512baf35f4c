"""Two people answer the same idea. Whoever comes second sees both, and nobody's words are written over unseen."""

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from fieldkit.doors import HUB_ANSWER, HUB_READ
from fieldkit.hub import outbox, tables, versions
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import template_store
from tests.hub.arriving import KIT, OTHER_KIT

BENCH = f"/ideas/{KIT}/bench"
HERS = {"status": "doing", "body": "Die Bänke kommen im März.", "office": "Grünflächenamt"}
HIS = {"status": "declined", "body": "Dort ist kein Platz.", "office": "Straßenamt"}


@pytest.fixture
def colleagues(archive: Central, colleague: Callable[..., Client]) -> tuple[Client, Client]:
    """Mrs Krüger and Mr Yılmaz, each at a desk of their own."""
    return colleague("Frau Krüger", HUB_ANSWER), colleague("Herr Yılmaz", HUB_ANSWER)


def seen_by(browser: Client, form: str = "answer-form", path: str = BENCH) -> dict[str, str]:
    """The version that stands in a form of the page."""
    part = browser.get(path).text.split(f'id="{form}"')[1]
    return {"version": re.search(r'name="version" value="(\w+)"', part)[1]}


def stored(hub: Central, table: object = tables.answers) -> list[str]:
    with hub.db.read() as conn:
        return list(conn.scalars(select(table.c.body)))


def test_the_second_answer_is_shown_beside_the_first_and_not_stored(archive: Central, colleagues: tuple[Client, Client]) -> None:
    she, he = colleagues
    before = seen_by(she), seen_by(he)
    assert she.post(BENCH, data=HERS | before[0]).status_code == 303
    page = he.post(BENCH, data=HIS | before[1])
    assert page.status_code == 409
    assert all(words in page.text for words in (HERS["body"], HIS["body"], "Frau Krüger", "Meine Fassung speichern"))
    assert stored(archive) == [HERS["body"]]


def test_who_has_seen_both_decides_which_counts(archive: Central, colleagues: tuple[Client, Client]) -> None:
    she, he = colleagues
    before = seen_by(he)
    she.post(BENCH, data=HERS | seen_by(she))
    page = he.post(BENCH, data=HIS | before).text
    again = {"version": re.search(r'name="version" value="(\d+)"', page)[1]}
    assert he.post(BENCH, data=HIS | again).status_code == 303
    assert stored(archive) == [HIS["body"]]
    assert she.post(BENCH, data=HERS | before).status_code == 409


def test_a_correction_that_crosses_another_is_refused_too(archive: Central, colleagues: tuple[Client, Client]) -> None:
    she, he = colleagues
    she.post(BENCH, data=HERS | seen_by(she))
    before = seen_by(she), seen_by(he)
    assert he.post(BENCH, data=HIS | before[1]).status_code == 303
    assert she.post(BENCH, data=HERS | {"body": "Erst im April."} | before[0]).status_code == 409
    assert stored(archive) == [HIS["body"]]


def test_a_round_trip_for_an_error_does_not_forget_what_was_seen(archive: Central, colleagues: tuple[Client, Client]) -> None:
    she, he = colleagues
    before = seen_by(he)
    she.post(BENCH, data=HERS | seen_by(she))
    page = he.post(BENCH, data=HIS | {"office": ""} | before)
    assert page.status_code == 422
    kept = {"version": re.search(r'name="version" value="(\d+)"', page.text)[1]}
    assert he.post(BENCH, data=HIS | kept).status_code == 409


def test_a_double_click_is_one_answer(archive: Central, colleagues: tuple[Client, Client]) -> None:
    she = colleagues[0]
    before = seen_by(she)
    assert [she.post(BENCH, data=HERS | before).status_code for _ in range(2)] == [303, 303]
    with archive.db.read() as conn:
        assert len(conn.execute(select(tables.audit).where(tables.audit.c.act == "answer")).all()) == 1


def test_notes_that_cross_stand_side_by_side(archive: Central, colleagues: tuple[Client, Client]) -> None:
    she, he = colleagues
    before = seen_by(he, "note-form")
    assert she.post(f"{BENCH}/note", data={"note": "Amt hat angerufen."} | seen_by(she, "note-form")).status_code == 303
    page = he.post(f"{BENCH}/note", data={"note": "Ich frage nach."} | before)
    assert page.status_code == 409
    assert all(words in page.text for words in ("Amt hat angerufen.", "Ich frage nach.", "Frau Krüger"))
    assert stored(archive, tables.notes) == ["Amt hat angerufen."]


def test_a_note_taken_away_and_written_anew_is_not_the_one_that_was_seen(
    archive: Central, colleagues: tuple[Client, Client]
) -> None:
    she, he = colleagues
    she.post(f"{BENCH}/note", data={"note": "Eins"} | seen_by(she, "note-form"))
    before = seen_by(he, "note-form")
    she.post(f"{BENCH}/note", data={"note": ""} | seen_by(she, "note-form"))
    she.post(f"{BENCH}/note", data={"note": "Zwei"} | seen_by(she, "note-form"))
    assert he.post(f"{BENCH}/note", data={"note": "Drei"} | before).status_code == 409


@pytest.mark.parametrize("seen", [0, 1], ids=["a first answer", "a correction"])
def test_of_many_who_save_in_the_same_moment_one_is_stored_and_the_others_know(archive: Central, seen: int) -> None:
    crowd = 6
    words = {"status": "doing", "body": "Anfang", "office": "Amt"}
    if seen:
        archive.db.write(outbox.answer, archive.signing_key, KIT, "bench", words, "Frau Krüger")
    start = Barrier(crowd)

    def save(number: int) -> int:
        start.wait()
        try:
            archive.db.write(outbox.answer, archive.signing_key, KIT, "bench", words | {"body": f"Nr. {number}"}, "x", seen)
        except versions.Crossed:
            return -1
        return number

    with ThreadPoolExecutor(crowd) as people:
        outcome = list(people.map(save, range(crowd)))
    winners = [number for number in outcome if number >= 0]
    assert len(winners) == 1
    assert stored(archive) == [f"Nr. {winners[0]}"]


def test_people_who_answer_ideas_of_the_same_kit_at_once_do_not_disturb_each_other(archive: Central) -> None:
    ideas = [(KIT, "bench"), (KIT, "rude"), (KIT, "twin"), (OTHER_KIT, "well")]
    start = Barrier(len(ideas))

    def save(idea: tuple[str, str]) -> None:
        start.wait()
        archive.db.write(outbox.answer, archive.signing_key, *idea, {"status": "doing", "body": idea[1], "office": "Amt"}, "x")

    with ThreadPoolExecutor(len(ideas)) as people:
        list(people.map(save, ideas))
    with archive.db.read() as conn:
        numbers = conn.execute(select(tables.outbox.c.seq).where(tables.outbox.c.kit == KIT)).scalars()
        assert len(set(numbers)) == 3


def test_an_idea_that_was_taken_back_while_somebody_wrote_gets_no_answer(
    archive: Central, colleagues: tuple[Client, Client]
) -> None:
    archive.db.write(lambda conn: conn.execute(tables.records.update().filter_by(rid="bench").values(erased=1, body=None)))
    with pytest.raises(outbox.Gone):
        archive.db.write(outbox.answer, archive.signing_key, KIT, "bench", HERS, "Frau Krüger")
    for path in ("", "/preview", "/template"):
        page = colleagues[0].post(f"{BENCH}{path}", data=HERS | {"version": "0"})
        assert (page.status_code, HERS["body"] in page.text) == (410, True), path
        assert "inzwischen zurückgezogen" in page.text
    page = colleagues[0].post(f"{BENCH}/note", data={"note": "Beim Amt fragen.", "version": "0"})
    assert (page.status_code, "Beim Amt fragen." in page.text) == (410, True)
    assert colleagues[0].post(f"/ideas/{KIT}/nothing", data=HERS).status_code == 404
    assert stored(archive) == []


def test_an_idea_that_was_merged_meanwhile_leads_to_where_the_answer_belongs(
    archive: Central, colleagues: tuple[Client, Client]
) -> None:
    page = colleagues[0].post(f"/ideas/{KIT}/twin", data=HERS | {"version": "0"})
    assert (page.status_code, HERS["body"] in page.text, f'href="{BENCH}' in page.text) == (409, True, True)
    assert stored(archive) == []


def test_who_may_only_read_sees_answers_and_notes_but_no_forms(
    archive: Central, colleagues: tuple[Client, Client], colleague: Callable[..., Client]
) -> None:
    she, guest = colleagues[0], colleague("Frau Gast", HUB_READ)
    she.post(BENCH, data=HERS | {"version": "0"})
    she.post(f"{BENCH}/note", data={"note": "Amt hat angerufen.", "version": "0"})
    page = guest.get(BENCH).text
    assert all(words in page for words in (HERS["body"], "Amt hat angerufen."))
    assert "<textarea" not in page
    assert 'name="pick"' not in guest.get("/ideas").text
    for path in (BENCH, f"{BENCH}/note", f"{BENCH}/preview", "/ideas/bulk", "/ideas/templates"):
        assert guest.post(path, data=HERS).status_code == 403


@pytest.fixture
def template(archive: Central) -> str:
    """Where a template is changed that both use."""
    words = {"name": "Zusage", "status": "doing", "body": "Kommt.", "office": "Amt"}
    return f"/ideas/templates/{archive.db.write(template_store.add, words, 'Frau Krüger')}"


def test_two_who_change_a_template_at_once_see_both(archive: Central, colleagues: tuple[Client, Client], template: str) -> None:
    she, he = colleagues
    before = seen_by(she, "main", template), seen_by(he, "main", template)
    hers = {"name": "Zusage", "status": "doing", "body": "Kommt im März.", "office": "Amt"}
    his = hers | {"body": "Kommt bald."}
    assert she.post(template, data=hers | before[0]).status_code == 303
    page = he.post(template, data=his | before[1])
    assert page.status_code == 409
    assert all(words in page.text for words in ("Kommt im März.", "Kommt bald.", "Frau Krüger"))
    assert stored(archive, tables.templates) == ["Kommt im März."]
    again = re.search(r'name="version" value="(\w+)"', page.text)[1]
    assert he.post(template, data=his | {"version": again}).status_code == 303
    assert stored(archive, tables.templates) == ["Kommt bald."]
    assert he.post(template, data=his | before[1]).status_code == 303  # the same again


def test_a_template_that_was_deleted_meanwhile_gives_the_words_back(
    archive: Central, colleagues: tuple[Client, Client], template: str
) -> None:
    she, he = colleagues
    before = seen_by(he, "main", template)
    she.post(f"{template}/deletion")
    page = he.post(template, data={"name": "Absage", "status": "", "body": "Geht leider nicht.", "office": ""} | before)
    assert (page.status_code, "Geht leider nicht." in page.text, "inzwischen jemand gelöscht" in page.text) == (409, True, True)
    assert stored(archive, tables.templates) == []
