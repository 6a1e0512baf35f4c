"""Example ideas for a lively stop, from `data/demo/ideas.yaml`."""

import sqlite3
from collections.abc import Callable
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

import yaml

from .. import clock, config, ids, journal
from . import moderation_store, store

DEMO_CODE = "BANK-PARK-BAUM"
"""The receipt code of one of the examples, for a newcomer to try. Opens nothing on a kit with real data."""

DEMO_RECEIPT = "9502d5a18591bfcf35a032e1faf032dd00c63b50"
"""`tickets.receipt_of(DEMO_CODE)`, kept here because that is slow on purpose."""

TEAM = "Jonas"  # who moderates the examples
QUARTERS = 20  # quarter hours: for so long people have been coming when the kit starts
WORDS = ("title", "body", "category", "place", "name", "sheet")
Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml is ten times as fast, but not everywhere

When = Callable[[int], str]
"""Quarter hours before the newest contribution in, the moment as text out."""


def fill(conn: sqlite3.Connection) -> None:
    """Fill the open stop, and the closed one before it, with examples."""
    examples = yaml.load((config.folder("data") / "demo" / "ideas.yaml").read_text(encoding="utf-8"), Loader)  # noqa: S506
    earlier = conn.execute("SELECT id, ends_on FROM stops WHERE state = 'closed' ORDER BY ends_on DESC").fetchone()
    days = (clock.today() - date.fromisoformat(earlier["ends_on"])).days
    _gather(conn, earlier["id"], examples["earlier"], partial(_ago, clock.now() - timedelta(days=days)))
    today = conn.execute("SELECT id FROM open_stop").fetchone()
    _gather(conn, today["id"], examples["today"], partial(_ago, clock.now()))


def _gather(conn: sqlite3.Connection, stop_id: str, examples: list[dict[str, Any]], when: When) -> None:
    known: dict[str, str] = {}
    for number, example in enumerate(examples):
        left = QUARTERS * (len(examples) - number) // len(examples)
        idea = {"id": ids.new_id(), "stop_id": stop_id, "at": when(left)}
        known[example["title"]] = idea["id"]
        _leave(conn, idea, example)
        _support(conn, idea["id"], example.get("supports", 0), left, when)
        _discuss(conn, idea["id"], example.get("comments", []), left, when)
        _moderate(conn, idea["id"], example, known)


def _leave(conn: sqlite3.Connection, idea: dict[str, Any], example: dict[str, Any]) -> None:
    idea |= {key: example[key] for key in WORDS if key in example}
    if "sheet" in example:
        photo = (config.folder("data") / "demo" / example["photo"]).read_bytes() if "photo" in example else None
        store.enter_paper(conn, idea | {"strokes": example.get("strokes", 0), "photo": photo}, example["entered_by"])
    else:
        store.insert(conn, idea | {"receipt": DEMO_RECEIPT if "code" in example else None})


def _support(conn: sqlite3.Connection, idea_id: str, taps: int, left: int, when: When) -> None:
    for tap in range(taps):
        at = when(left * (taps - tap) // (taps + 1))
        journal.save(conn, "supports", {"id": ids.new_id(), "idea_id": idea_id, "at": at})


def _discuss(conn: sqlite3.Connection, idea_id: str, comments: list[dict[str, str]], left: int, when: When) -> None:
    for number, comment in enumerate(comments):
        row = {"id": ids.new_id(), "idea_id": idea_id, "body": comment["body"], "name": comment.get("name", "")}
        journal.save(conn, "comments", row | {"at": when(left * (len(comments) - number) // (len(comments) + 1))})
        if "report" in comment:
            store.report(conn, idea_id, row["id"], comment["report"])


def _moderate(conn: sqlite3.Connection, idea_id: str, example: dict[str, Any], known: dict[str, str]) -> None:
    if "wall" in example:
        moderation_store.let_on_wall(conn, idea_id, True, TEAM)
    if "reply" in example:
        moderation_store.reply(conn, idea_id, example["reply"], TEAM)
    if "hidden" in example:
        moderation_store.hide(conn, "ideas", idea_id, example["hidden"], TEAM)
    if "same_as" in example:
        moderation_store.merge(conn, idea_id, known[example["same_as"]], TEAM)
    if "report" in example:
        store.report(conn, idea_id, None, example["report"])
    if "answer" in example:
        answer = example["answer"]
        conn.execute(
            "INSERT INTO answers (tbl, rid, status, body, office, at) VALUES ('ideas', ?, ?, ?, ?, ?)",
            [idea_id, answer["status"], answer["body"], answer["office"], _ago(clock.now() - timedelta(days=answer["days"]), 0)],
        )


def _ago(newest: datetime, quarters: int) -> str:
    moment = newest - timedelta(minutes=15 * quarters + newest.minute % 15)  # as coarse as clock.quarter()
    return moment.strftime("%Y-%m-%dT%H:%M:00Z")
