"""Mrs Krüger sees in the morning how the kits are, what came in, and what waits for an answer."""

import csv
import io
import math
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update
from werkzeug.test import Client

from fieldkit import clock, journal, wire
from fieldkit.districts import localities_by_district
from fieldkit.hub import app, ingest, outbox, tables
from fieldkit.hub.central import Central
from fieldkit.hub.dashboard import charts, figures
from fieldkit.hub.dashboard.store import Count

KIT7, KIT8, EPOCH = "kit7kit7kit7kit7", "kit8kit8kit8kit8", "0001-abcdef01"
NOW = datetime(2027, 1, 20, 12, tzinfo=UTC)
BAR = r'<rect class="(?:chart-bar|age-part)"[^>]* data-number="(\d+)"'


@pytest.fixture(autouse=True)
def today(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is noon on 20 January 2027."""
    monkeypatch.setattr(clock, "now", lambda: NOW)


def hand_over(hub: Central, kit: str, name: str, *records: tuple[str, str, dict[str, Any] | None]) -> None:
    """A kit enrols and hands its records over; without a body a record is erased."""
    hub.db.write(ingest.invite, kit.encode(), name)
    hub.db.write(ingest.enrol, kit.encode(), kit, bytes(32))
    entries, digest = [], ""
    for seq, (table, rid, said) in enumerate(records, 1):
        op, at = "erase" if said is None else "put", "2027-01-20T11:00:00Z"
        body = None if said is None else journal.canonical(said)
        entry = {"seq": seq, "tbl": table, "rid": rid, "op": op, "at": at, "salt": None if said is None else "ab" * 16}
        entry |= {"body": body, "body_hash": "0" * 64} | ({} if said is None else {"said": said})
        digest = journal.chain(digest, kit, EPOCH, entry)
        entries.append(entry | {"digest": digest})
    hub.db.write(ingest.take, wire.Batch(kit, EPOCH, 1, "", entries), hub.signing_key)


STOP = {"place": "Rathausplatz", "district": "Neukölln", "answer_by": "2027-01-15", "starts_on": "2026-11-20"}
IDEA = {"stop_id": "stop1", "title": "Mehr Bänke", "category": "meeting", "channel": "phone", "state": "visible"}
OFFICE = "Wasserbetriebe"


@pytest.fixture
def archive(hub: Central) -> Central:
    """Four ideas that count: three from Neukölln, of which one is answered, and one from Mitte that an office looks at."""
    hand_over(
        hub, KIT7, "Kit 7",
        ("stops", "stop1", STOP),
        ("ideas", "bench", IDEA | {"at": "2027-01-19T10:00:00Z"}),
        ("ideas", "tree", IDEA | {"category": "green", "channel": "paper", "at": "2026-11-20T10:00:00Z"}),
        ("ideas", "clockless", IDEA | {"category": "traffic", "at": "1970-01-01T00:15:00Z"}),
        ("ideas", "twin", IDEA | {"merged_into": "bench", "at": "2027-01-19T10:00:00Z"}),
        ("ideas", "rude", IDEA | {"state": "hidden", "at": "2027-01-19T10:00:00Z"}),
        ("ideas", "regretted", IDEA | {"at": "2027-01-19T10:00:00Z"}),
        ("ideas", "regretted", None),
        ("supports", "s1", {"idea_id": "bench", "strokes": 1, "channel": "phone", "at": "2027-01-19T10:15:00Z"}),
        ("supports", "s2", {"idea_id": "twin", "strokes": 6, "channel": "paper", "at": "2027-01-19T10:15:00Z"}),
        ("supports", "s3", {"idea_id": "rude", "strokes": 5, "channel": "phone", "at": "2027-01-19T10:15:00Z"}),
        ("comments", "c1", {"idea_id": "bench", "body": "Ja!", "state": "visible", "at": "2027-01-19T10:15:00Z"}),
        ("comments", "c2", {"idea_id": "bench", "body": "Unfug", "state": "hidden", "at": "2027-01-19T10:15:00Z"}),
        ("comments", "c3", {"idea_id": "rude", "body": "Pfui", "state": "visible", "at": "2027-01-19T10:15:00Z"}),
    )  # fmt: skip
    hand_over(
        hub, KIT8, "Kit 8",
        ("stops", "stop2", STOP | {"place": "Leopoldplatz", "district": "Mitte", "answer_by": "2027-03-01"}),
        ("ideas", "well", IDEA | {"stop_id": "stop2", "category": "", "at": "2027-01-10T10:00:00Z"}),
    )  # fmt: skip
    answer = {"status": "doing", "body": "Kommt im März.", "office": "Grünflächenamt"}
    hub.db.write(outbox.answer, hub.signing_key, KIT7, "bench", answer, "Frau Krüger")
    look_at(hub, KIT8, "well", OFFICE)
    return hub


def look_at(hub: Central, kit: str, rid: str, office: str) -> None:
    """An office is asked to look at an idea; there is no answer yet."""
    row = {"kit": kit, "tbl": "ideas", "rid": rid, "status": "checking", "body": "", "office": office}
    hub.db.write(lambda conn: conn.execute(insert(tables.answers).values(**row, at=clock.stamp(), written_by="Frau Krüger")))


def tiles(html: str) -> list[str]:
    """The few numbers at the top, as they are written."""
    return re.findall(r'<span class="tile-number">([^<]*)</span>', html)


def table(html: str, title: str) -> dict[str, list[int]]:
    """The numbers below a chart, by the words of their row."""
    body = re.search(rf'aria-label="Tabelle: {title}".*?</table>', html, re.S)[0]
    rows = re.findall(r'<th scope="row">(.*?)</th>(.*?)</tr>', body, re.S)
    return {re.sub("<[^>]+>", "", head): [int(n) for n in re.findall(r">(\d+)</td>", cells)] for head, cells in rows}


def drawn(html: str, name: str) -> list[int]:
    """The numbers of the bars of a chart."""
    return [int(n) for n in re.findall(BAR, re.search(rf'aria-labelledby="{name}-title".*?</svg>', html, re.S)[0])]


@pytest.mark.parametrize(("what", "number"), [("ideas", "4"), ("comments", "1"), ("supports", "7")])
def test_hidden_merged_and_erased_contributions_are_not_counted(archive: Central, reader: Client, what: str, number: str) -> None:
    assert tiles(reader.get(f"/?what={what}").text)[0] == number


def test_the_top_says_what_matters_and_leads_there(archive: Central, reader: Client) -> None:
    html = reader.get("/").text
    assert tiles(html) == ["4", "25 %", "5", "0", "0"]
    assert f'href="/ideas?kit={KIT7}&amp;stop=stop1&amp;answered=no"' in html
    assert "Rathausplatz</bdi>: 2 Ideen warten" in html


FILTERED = {
    "days=7": "2",
    "days=30": "3",
    "days=90": "4",
    "from=2027-01-10&to=2027-01-19": "2",
    "from=10.1.2027&to=10.1.2027": "1",
    "days=90&from=2027-01-20": "1",
    f"kit={KIT8}": "1",
    "district=Neuk%C3%B6lln": "3",
    "theme=green": "1",
    "channel=paper": "1",
    "district=Neuk%C3%B6lln&channel=phone&days=7": "2",
    "district=Pankow": "0",
    "what=supports&channel=paper": "6",
    "what=supports&theme=meeting": "7",
    "what=comments&channel=phone&district=Neuk%C3%B6lln": "1",
    "what=comments&district=Mitte": "0",
}


def test_filters_live_in_the_address(archive: Central, reader: Client) -> None:
    assert {query: tiles(reader.get(f"/?{query}").text)[0] for query in FILTERED} == FILTERED


def test_every_link_keeps_the_other_filters(archive: Central, reader: Client) -> None:
    html = reader.get(f"/?kit={KIT7}&from=2026-11-01&what=comments").text
    assert 'href="/?what=comments&amp;since' not in html
    assert f'href="/?what=supports&amp;from=2026-11-01&amp;kit={KIT7}"' in html
    assert f'href="/?what=comments&amp;days=30&amp;kit={KIT7}"' in html
    assert f'href="/?what=comments&amp;from=2026-11-01&amp;kit={KIT7}&amp;district=Mitte#map"' in html
    assert f'href="/ideas?from=2026-11-01&amp;kit={KIT7}&amp;answered=yes"' in html


CHARTS = {"time": "Im Lauf der Zeit", "themes": "Nach Thema", "channels": "Handy oder Papier", "districts": "Nach Bezirk"}


@pytest.mark.parametrize("query", ["", "?what=comments", "?what=supports", "?days=30&channel=phone"])
def test_a_chart_and_its_table_say_the_same(archive: Central, reader: Client, query: str) -> None:
    html = reader.get(f"/{query}").text
    for name, title in CHARTS.items():
        numbers = [row[0] for row in table(html, title).values()]
        assert drawn(html, name) == [number for number in numbers if number], title
        assert sum(numbers) == int(tiles(html)[0]) > 0, title


def test_what_a_kit_with_a_wrong_clock_hands_over_counts_on_the_day_it_arrived(archive: Central, reader: Client) -> None:
    days = table(reader.get("/?from=2027-01-01").text, "Im Lauf der Zeit")
    assert {day: row[0] for day, row in days.items() if row[0]} == {
        "So., 10. Jan. 2027": 1, "Di., 19. Jan. 2027": 1, "Mi., 20. Jan. 2027": 1,
    }  # fmt: skip


def test_waiting_ideas_are_shown_by_office_and_age_and_past_the_promised_day(archive: Central, reader: Client) -> None:
    html = reader.get("/").text
    assert table(html, "Wartet auf Antwort") == {
        "Noch keinem Amt zugeordnet": [2, 1, 0, 0, 1, 2],
        OFFICE: [1, 1, 0, 0, 0, 0],
    }
    assert drawn(html, "offices") == [1, 1, 1]
    assert f"/ideas?status=checking&amp;office={OFFICE}" in html


@pytest.mark.parametrize(("age", "column"), [(0, 1), (13, 1), (14, 2), (27, 2), (28, 3), (55, 3), (56, 4), (400, 4)])
def test_an_idea_is_older_from_the_day_on_the_table_says(age: int, column: int) -> None:
    left = date.fromordinal(NOW.date().toordinal() - age).isoformat()
    row = figures.by_office([figures.Waiting("kit", "stop", "", left, 1)], {}, NOW.date()).rows[0]
    assert [index for index, number in enumerate(row.numbers) if number] == [0, column]


def test_the_map_has_the_twelve_districts_with_stops_and_contributions(archive: Central, reader: Client) -> None:
    html = reader.get("/").text
    drawing = re.search(r'<svg class="map".*?</svg>', html, re.S)[0]
    labels = dict(label.split(": ") for label in re.findall(r'aria-label="([^"]+)"', drawing))
    assert set(labels) == set(localities_by_district())
    assert [labels[name] for name in ("Neukölln", "Mitte", "Pankow")] == [
        "Ideen 3, Stationen 1",
        "Ideen 1, Stationen 1",
        "Ideen 0, Stationen 0",
    ]
    assert table(html, "Karte von Berlin")["Neukölln"] == [3, 1]


def test_the_chosen_district_is_marked_and_leads_back_to_all(archive: Central, reader: Client) -> None:
    html = reader.get("/?district=Mitte").text
    chosen = re.findall(r'<a href="([^"]+)" class="shade-\d chosen" aria-current="true"', html)
    assert chosen == ["/#map"]
    assert "Leopoldplatz" in html
    assert "Rathausplatz" not in html
    assert table(html, "Karte von Berlin")["Neukölln"] == [3, 1]


def test_tiles_of_the_map_do_not_lie_on_one_another() -> None:
    shown = charts.tiles(figures.by_district([], {}, list(localities_by_district()), "Ideen"))
    distances = [math.dist((a.x, a.y), (b.x, b.y)) for a in shown for b in shown if a is not b]
    assert min(distances) > charts.WIDE - 1
    assert all(0 < tile.x < charts.MAP[0] and 0 < tile.y < charts.MAP[1] for tile in shown)


def test_a_kit_that_is_silent_full_or_torn_is_seen(archive: Central, reader: Client) -> None:
    said = {"last_seen": "2027-01-02T08:00:00Z", "free": 212_000_000, "pending": 37, "copies": 1, "release": "0.3.0"}
    archive.db.write(lambda conn: conn.execute(update(tables.kits).where(tables.kits.c.id == KIT7).values(**said)))
    for kind, seq in (("gap", 8), ("fork", 9), ("from-tomorrow", 10)):
        archive.db.write(ingest.note, KIT7, kind, EPOCH, seq)
    html = reader.get("/").text
    assert tiles(html)[3:] == ["3", "1"]
    for level, words in (
        ("warn", "vor 3 Wochen"), ("warn", "37 Einträge warten"), ("warn", "1 Lücke"), ("bad", "1 Abzweig"), ("bad", "1 Aufgabe"),
        ("bad", "212 MB frei"), ("warn", "1 Kopie"), ("", "noch nicht gemeldet"),
    ):  # fmt: skip
        assert f'<span class="lamp{" " + level if level else ""}">{words}</span>' in html


def test_a_revoked_kit_may_be_silent(archive: Central, reader: Client) -> None:
    gone = {"last_seen": "2026-11-02T08:00:00Z", "revoked": 1}
    archive.db.write(lambda conn: conn.execute(update(tables.kits).where(tables.kits.c.id == KIT7).values(**gone)))
    assert tiles(reader.get("/").text)[4] == "0"


def sheet(reader: Client, path: str) -> list[list[str]]:
    """A CSV file as a spreadsheet reads it."""
    answer = reader.get(path)
    assert answer.mimetype == "text/csv"
    return list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig")), delimiter=";"))


def test_the_numbers_can_be_taken_along_filtered(archive: Central, reader: Client) -> None:
    assert sheet(reader, "/dashboard/themes.csv?channel=paper") == [["Thema", "Ideen"], ["Grün und Klima", "1"]]
    assert ["2027-01-10", "1"] in sheet(reader, f"/dashboard/time.csv?kit={KIT8}")
    assert sheet(reader, "/dashboard/districts.csv")[1] == ["Neukölln", "3", "1"]
    assert reader.get("/dashboard/nothing.csv").status_code == 404


def test_no_cell_is_a_formula(archive: Central, reader: Client) -> None:
    look_at(archive, KIT7, "tree", "=HYPERLINK(1)")
    look_at(archive, KIT7, "clockless", "@amt")
    assert {"'=HYPERLINK(1)", "'@amt", OFFICE} < {row[0] for row in sheet(reader, "/dashboard/offices.csv")}


def test_a_filter_that_is_none_is_said_and_left_out(archive: Central, reader: Client) -> None:
    for query, sentence in (
        ("from=morgen", "Bitte ein Datum wie 22.11.2026 eingeben."),
        ("from=2027-02-01&to=2027-01-01", "Der letzte Tag liegt vor dem ersten. Bitte tausche sie."),
        ("kit=nobody", "Bitte aus der Liste wählen."),
        ("district=Potsdam", "Bitte aus der Liste wählen."),
        ("days=0", "Bitte aus der Liste wählen."),
        ("what=%00", "Bitte aus der Liste wählen."),
        ("theme=" + "x" * 99, "Bitte kürzen."),
    ):
        answer = reader.get(f"/?{query}")
        assert (answer.status_code, sentence in answer.text) == (422, True), query
        assert reader.get(f"/dashboard/time.csv?{query}").status_code == 422


ODD = [
    {"at": 5, "stop_id": 7, "category": ["x"], "channel": {}},
    {"at": "2026-13-45T99:99:99Z", "stop_id": "stop1", "category": "<script>", "channel": "pigeon"},
    {"at": "9999-12-31T00:00:00Z", "stop_id": "nowhere"},
    {"at": "2026-11-", "stop_id": "odd"},
    {},
]


def test_odd_records_are_counted_and_break_nothing(hub: Central, reader: Client) -> None:
    stop = {"place": "<b>Hier", "district": "Potsdam", "answer_by": "bald", "starts_on": "gestern"}
    ideas = [("ideas", f"i{number}", {"title": "?", **said}) for number, said in enumerate(ODD)]
    hand_over(hub, KIT7, "<i>Kit</i>", ("stops", "odd", stop), *ideas, ("supports", "s", {"idea_id": "i0", "strokes": "viele"}))
    html = reader.get("/").text
    assert tiles(html)[0] == "5"
    assert "1 ohne lesbares Datum" in html
    assert table(html, "Karte von Berlin")["Ohne Bezirk"] == [5, 1]
    assert "<script>" not in html
    assert "<b>Hier" not in html
    assert "<i>Kit" not in html
    for what in ("comments", "supports"):
        assert reader.get(f"/?what={what}").status_code == 200


def test_an_empty_hub_says_what_to_do_first(hub: Central, reader: Client) -> None:
    html = reader.get("/").text
    assert all(words in html for words in ("Willkommen am Hub", "fieldkit hub keys", "fieldkit hub enrol"))
    assert "erledigt" not in html
    hand_over(hub, KIT7, "Kit 7", ("ideas", "gone", None))
    html = reader.get("/").text
    assert html.count("erledigt") == 1
    assert "Kit 7" in html


@pytest.mark.parametrize("path", ["/", "/dashboard/time.csv"])
def test_a_stranger_sees_no_number(archive: Central, path: str) -> None:
    answer = Client(app.create_wsgi(archive)).get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in")


@pytest.mark.parametrize(
    ("last", "title", "bars"),
    [("2026-11-20", "Tag", 1), ("2027-01-20", "Tag", 62), ("2027-01-21", "Woche", 10), ("2028-11-20", "Monat", 25)],
)
def test_a_longer_time_has_longer_bars_and_no_gaps(last: str, title: str, bars: int) -> None:
    counts = [Count("kit", "stop", "", "", day, 2) for day in ("2026-11-20", last)]
    found = figures.over_time(counts, None, "Ideen")
    assert (found.head[0], len(found.rows), found.total) == (title, bars, 4)
    assert len({row.key for row in found.rows}) == bars


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=80))
def test_every_bar_stays_in_its_drawing_and_is_as_long_as_its_number(numbers: list[int]) -> None:
    shown = figures.Figures("x", "x", ("x", "y"), tuple(figures.Row(str(n), (n, n, 0, 0, 0, 0), short="x") for n in numbers))
    standing, most = charts.standing(shown), charts.ceiling(max(numbers))
    assert max(numbers) <= most <= 2 + 3 * max(numbers)
    for number, bar in zip(numbers, standing.bars, strict=True):
        assert 0 <= bar.x <= bar.x + bar.width <= 100.01
        assert bar.height == pytest.approx(charts.TALL * number / most, abs=0.1)
        assert bar.y + bar.height == pytest.approx(charts.ABOVE + charts.TALL, abs=0.2)
    for bar in charts.lying(shown).bars:
        assert (bar.width > 0) == (bar.number > 0)
    assert all(stack.width <= charts.STACK for stack in charts.stacked(shown))


@pytest.mark.slow
@pytest.mark.parametrize("hub_database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("query", ["", "?district=Mitte&what=supports&from=nie"])
def test_the_dashboard_has_no_accessibility_fault(archive: Central, line: Any, reader: Any, chromium: Any, query: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    token = reader.get_cookie(app.COOKIE).value
    for width, scheme in ((320, "light"), (1280, "dark")):
        context = chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce", locale="de-DE"
        )
        context.add_cookies([{"name": app.COOKIE, "value": token, "url": line.url}])
        page = context.new_page()
        page.goto(f"{line.url}/{query}")
        page.evaluate("document.querySelectorAll('main details').forEach(fold => fold.open = true)")
        faults = [f"{v['id']}: {node['html'][:120]}" for v in Axe().run(page).response["violations"] for node in v["nodes"]]
        assert (faults, page.evaluate("document.scrollingElement.scrollWidth")) == ([], width)
        context.close()
