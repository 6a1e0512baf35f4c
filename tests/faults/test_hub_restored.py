"""The hub is brought back from an older copy of its file: the kits notice, send the rest again, and nothing that was said is said twice."""

import shutil
from collections.abc import Callable
from typing import Any

import pytest

from fieldkit.house import House
from fieldkit.hub import central, commands, outbox
from fieldkit.hub.ideas import store as reading
from fieldkit.hub.ideas.question import Question
from fieldkit.hub.kits import store as kits_store
from fieldkit.sync import handover
from tests.conftest import Line

ANSWER = {"status": "doing", "body": "Machen wir.", "office": "Bezirksamt"}


def quiet(*_: Any, **__: Any) -> None:
    """Nobody watches."""


@pytest.mark.slow
def test_a_hub_brought_back_from_an_older_copy_gets_everything_again(kit: House, idea: Callable[..., str], tmp_path: Any) -> None:
    place, copy = tmp_path / "hub", tmp_path / "hub.db.before"
    place.mkdir()
    idea("Vor der Sicherung")
    with central.opened(place, "tests") as hub:
        line = Line(hub)
        kit.command("enrol")(kit, quiet, commands.enrol(hub, quiet, "Kit 7")["string"])
        handover.run(kit, quiet, wait=quiet)
        port = line._server.port
        line.cut()
    shutil.copyfile(place / "hub.db", copy)
    with central.opened(place, "tests") as hub:
        line = Line(hub, port)
        for title in ("Nach der Sicherung", "Noch eine"):
            idea(title)
        handover.run(kit, quiet, wait=quiet)
        first = reading_of(hub)[0]
        hub.db.write(outbox.answer, hub.signing_key, first["kit"], first["id"], ANSWER, "Frau Krüger")
        assert handover.run(kit, quiet, wait=quiet)["answers"] == 1
        line.cut()
    for name in ("hub.db-wal", "hub.db-shm"):
        (place / name).unlink(missing_ok=True)
    shutil.copyfile(copy, place / "hub.db")

    with central.opened(place, "tests") as hub:
        line = Line(hub, port)
        assert len(reading_of(hub)) == 1
        outcome = handover.run(kit, quiet, wait=quiet)
        assert (outcome["pending"], len(reading_of(hub))) == (0, 3)
        with hub.db.read() as conn:
            (known,) = kits_store.everything(conn)
        assert known["digest"] == outcome["digest"]
        assert [task["kind"] for task in known["incidents"]] == ["hub-rewind"]
        last = reading_of(hub)[-1]
        hub.db.write(outbox.answer, hub.signing_key, last["kit"], last["id"], ANSWER | {"body": "Das auch."}, "Frau Krüger")
        assert handover.run(kit, quiet, wait=quiet)["answers"] == 1
        assert kit.db.read().execute("SELECT count(*) FROM answers").fetchone()[0] == 2  # the lost one is still on the kit
        line.cut()


def reading_of(hub: central.Central) -> list[dict[str, Any]]:
    """The ideas at the hub, newest first."""
    with hub.db.read() as conn:
        return reading.listing(conn, Question())[0]
