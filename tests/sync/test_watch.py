"""Handing over by itself: when there is reason to, when the hub answers, politely, and never past people."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from werkzeug.test import Client

from fieldkit.house import House
from fieldkit.hub import commands, outbox
from fieldkit.hub.central import Central
from fieldkit.hub.kits import store as kits_store
from fieldkit.sync import handover, store, watch
from fieldkit.sync.watch import Watch


@pytest.fixture
def calls(line: Any) -> list[str]:
    """What is asked of the hub, by the last word of the path."""
    asked: list[str] = []
    line.app = lambda environ, start: asked.append(environ["PATH_INFO"].rsplit("/")[-1]) or line.hub(environ, start)
    return asked


@pytest.fixture
def seen(enrolled: House, idea: Callable[..., str]) -> Watch:
    """The watch of a kit that has handed over just now."""
    watching = Watch(enrolled)
    watching.look()
    return watching


def away(environ: dict[str, Any], start: Any) -> list[bytes]:
    """A gateway without anything behind it."""
    start("502 Bad Gateway", [("Content-Type", "text/html")])
    return [b"away"]


def test_what_waits_is_handed_over_when_the_hub_can_be_reached(enrolled: House, idea: Callable[..., str]) -> None:
    idea()
    Watch(enrolled).look()
    assert store.pending(enrolled.db.read()) == 0
    assert enrolled.jobs.last(handover.JOB).result["confirmed"] == 3


def test_an_answer_is_fetched_although_nothing_waits(
    enrolled: House, hub: Central, idea: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    rid = idea()
    watching = Watch(enrolled)
    watching.look()
    words = {"status": "doing", "body": "Kommt im März.", "office": "Amt"}
    hub.db.write(
        lambda conn: outbox.say(
            conn, hub.signing_key, enrolled.kit.id, "answer", "ideas", rid, words | {"at": "2026-11-22T14:00:00Z"}
        )
    )
    monkeypatch.setattr(watch, "STALE", 0.0)
    watching.look()
    assert enrolled.jobs.last(handover.JOB).result["answers"] == 1


def test_without_reason_nobody_is_asked(seen: Watch, calls: list[str]) -> None:
    seen.look()
    assert calls == []


def test_a_hub_that_is_away_is_asked_once_and_nobody_is_alarmed(enrolled: House, idea: Callable[..., str], line: Any) -> None:
    idea()
    asked: list[int] = []
    line.app = lambda *call: asked.append(1) or away(*call)
    Watch(enrolled).look()
    assert len(asked) == 1
    assert enrolled.jobs.last(handover.JOB) is None


def test_looks_in_vain_become_rarer_up_to_half_an_hour_and_a_good_one_makes_them_usual_again(
    enrolled: House, idea: Callable[..., str], line: Any
) -> None:
    idea()
    watching = Watch(enrolled)
    line.app = away
    pauses = []
    for _ in range(6):
        watching.look()
        pauses.append(watching.pause())
    assert all(low * 0.8 <= pause <= low * 1.2 for pause, low in zip(pauses, [600, 1200, 1800, 1800, 1800, 1800], strict=True))
    line.app = line.hub
    watching.look()
    assert watching.pause() <= 300 * 1.2


def test_two_kits_never_call_in_step(enrolled: House) -> None:
    assert len({Watch(enrolled).pause() for _ in range(20)}) == 20


def test_a_revoked_kit_asks_no_more_until_somebody_pressed_the_button(
    enrolled: House, hub: Central, idea: Callable[..., str], facilitator: Client, calls: list[str]
) -> None:
    idea()
    hub.db.write(kits_store.revoke, enrolled.kit.id, "Frau Krüger")
    watching = Watch(enrolled)
    watching.look()
    asked = len(calls)
    watching.look()
    assert len(calls) == asked
    page = facilitator.get("/sync").text
    assert "gesperrt" in page
    assert "Von selbst versucht es das Kit erst wieder" in page


@pytest.mark.parametrize("state", ["demo", "not enrolled", "busy"])
def test_there_are_times_to_be_quiet(
    enrolled: House, idea: Callable[..., str], calls: list[str], state: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    idea()
    go_on = threading.Event()
    if state == "demo":
        monkeypatch.setattr(House, "demo", True)
    elif state == "busy":
        enrolled.jobs.start("backup", lambda _: go_on.wait(5))
    else:
        enrolled.db.write(lambda conn: conn.execute("DELETE FROM hub"))
    Watch(enrolled).look()
    go_on.set()
    assert calls == []


def test_the_page_says_when_it_was_tried_and_will_be_again(
    enrolled: House, idea: Callable[..., str], facilitator: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "übergibt das Kit von selbst" in facilitator.get("/sync").text
    idea()
    monkeypatch.setattr(watch, "FIRST", 0.0)
    looked = threading.Event()
    watching = Watch(enrolled)
    monkeypatch.setattr(watching, "pause", lambda: looked.set() or 100.0)
    watching.begin()
    assert looked.wait(5)
    for _ in range(100):
        if handover.JOB in enrolled.jobs.turns:
            break
        threading.Event().wait(0.01)
    watching.end()
    page = facilitator.get("/sync").text
    assert "Zuletzt versucht:" in page
    assert "Nächster Blick: etwa" in page


def test_enrolling_anew_ends_the_silence_after_a_refusal(
    enrolled: House, hub: Central, idea: Callable[..., str], line: Any
) -> None:
    idea()

    def refuse(environ: dict[str, Any], start: Any) -> list[bytes]:
        start("403 Forbidden", [("Content-Type", "application/json")])
        return [b'{"error": "Dieses Kit ist hier nicht angemeldet."}']

    line.app = refuse
    Watch(enrolled).look()
    assert watch.refused(enrolled)
    line.app = line.hub
    enrolled.command("enrol")(enrolled, lambda *_: None, commands.enrol(hub, lambda *_: None, "Kit 7")["string"])
    Watch(enrolled).look()
    assert store.pending(enrolled.db.read()) == 0


def test_button_and_command_line_show_the_hand_over_that_runs_already(
    enrolled: House, idea: Callable[..., str], facilitator: Client, line: Any
) -> None:
    idea()
    go_on, posts = threading.Event(), []

    def slow(environ: dict[str, Any], start: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            posts.append(1)
            go_on.wait(5)
        return line.hub(environ, start)

    line.app = slow
    facilitator.post("/sync")
    steps: list[Any] = []

    def tell(*step: Any) -> None:
        steps.append(step)
        go_on.set()

    assert handover.command(enrolled, tell)["pending"] == 0
    assert steps
    assert len(posts) == 1
