"""Real kits and hubs that a test can kill between any two statements: run as a program, it forks one process for each line it reads.

Forking saves the second that a fresh interpreter needs to import everything. What a process shall do comes as JSON on stdin, what came of it goes to
stdout. The hook that kills lives here and nowhere in the product: it counts the statements of the one writing connection, and each return of a write.
"""

import json
import os
import secrets
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from fieldkit import app, blobs, config, house, ids, stops, tickets, wire
from fieldkit.hub import app as hub_app
from fieldkit.hub import central
from fieldkit.ideas import store as ideas
from fieldkit.ops import check
from fieldkit.serve import serve
from fieldkit.sync import client, handover, photos

Tell = Callable[[dict[str, Any]], None]


class Points:
    """Counts the moments in which a process may die, and dies at one of them; at none for 0."""

    def __init__(self, fatal: int) -> None:
        """Die at moment number `fatal`."""
        self.count, self._fatal = 0, fatal

    def passed(self, *_: Any) -> None:
        """One more."""
        self.count += 1
        if self.count == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self, db: Any, connection: Any) -> None:
        """Count what is done with a database."""
        write = db.write

        def counted(*args: Any) -> Any:
            result = write(*args)
            self.passed()
            return result

        db.write = counted
        connection.set_trace_callback(self.passed)


def kit(job: dict[str, Any], tell: Tell) -> None:
    """Write what the job says, hand over, check, and tell how it went."""
    wire.MOST_ENTRIES, photos.PIECE = job["batch"], job["piece"]
    client.PATIENCE = client.TIMEOUT = job["patience"]
    points = Points(job["fatal"])
    with house.opened(config.prepare("http://127.0.0.1:8080"), app.ALL, "tests") as home:
        if job["invitation"]:
            home.db.write(stops.ROOM.demo)
            home.command("enrol")(home, lambda *_: None, job["invitation"])
        for number in range(job["ideas"]):
            leave(home, job["photo"] if number == 0 else 0)
        points.watch(home.db, home.db._connection)
        try:
            outcome = handover.run(home, lambda *_: None, wait=lambda _: None) if job["hand_over"] else {}
        except client.Failed as failure:
            outcome = {"failed": str(failure)}
        report = check.report(home.db.read())
        faults = report["faults"] + list(blobs.faults(home.db.read(), [plate for room in home.rooms for plate in room.leaves]))
        tell(outcome | {"faults": faults, "points": points.count, "id": home.kit.id})


def leave(home: house.House, photo: int) -> None:
    """An idea that does not shrink when it is packed; the first with a photo. Every third is withdrawn again."""
    rid, words = ids.new_id(), {"title": secrets.token_urlsafe(30), "body": secrets.token_urlsafe(300)}
    if photo:
        home.db.write(ideas.enter_paper, {"id": rid, "strokes": 2, "photo": secrets.token_bytes(photo), **words}, "Jonas")
        return
    home.db.write(ideas.submit, tickets.Ticket(rid, "", secrets.token_hex(8)), words | {"category": "", "place": "", "name": ""})
    if secrets.randbelow(3) == 0:
        home.db.write(ideas.withdraw, rid)


def hub(job: dict[str, Any], tell: Tell) -> None:
    """Serve until killed."""
    place = Path(job["home"])
    points = Points(job["fatal"])
    with central.opened(place, "tests") as opened:
        if job["invite"]:
            from fieldkit.hub import commands

            tell(commands.enrol(opened, lambda *_: None, "Kit 7", job["invite"]))
            return
        points.watch(opened.db, opened.db._writer.raw_connection().driver_connection)
        serve(hub_app.create_wsgi(opened), "127.0.0.1", job["port"], lambda: tell({"pid": os.getpid()}), hub_app.BODY_LIMIT)


def born(job: dict[str, Any], pipe: int) -> None:
    """The life of a process."""
    os.environ["FIELDKIT_HOME"] = job["home"]
    os.environ.pop("FIELDKIT_HUB_DATABASE", None)

    def tell(said: dict[str, Any]) -> None:
        os.write(pipe, json.dumps(said).encode() + b"\n")

    try:
        {"kit": kit, "hub": hub}[job["who"]](job, tell)
    except Exception as error:
        tell({"crashed": repr(error)})
        raise
    finally:
        os._exit(0)


def main() -> None:
    """Fork for each line; pass on what the process told, or that it was killed."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    for line in sys.stdin:
        ear, mouth = os.pipe()
        if os.fork() == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.close(ear)
            born(json.loads(line), mouth)
        os.close(mouth)
        with os.fdopen(ear) as heard:
            # Until its end, for it tells before it has closed its database; a hub that serves goes on, of course.
            told = heard.readline() if '"port"' in line else heard.read()
            sys.stdout.write((told.strip() or json.dumps({"killed": True})) + "\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
