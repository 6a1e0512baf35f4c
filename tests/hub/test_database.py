"""The hub's database under strain: several processes on one PostgreSQL, a database that goes away, one that would forget."""

import http.client
import json
import os
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from nacl.signing import SigningKey
from sqlalchemy import func, insert, make_url, select, text, update
from werkzeug.test import Client

from fieldkit import ids, wire
from fieldkit.db import StorageFull, Unreadable
from fieldkit.hub import app, central, ingest, tables
from fieldkit.hub.archive import Archive, Away, beside
from fieldkit.hub.central import Central
from tests.hub.test_entries import EPOCH, FakeKit

on_postgresql = pytest.mark.parametrize("hub_database", [pytest.param("postgresql", marks=pytest.mark.slow)], indirect=True)


class Crowd:
    """Hub processes on one database, side by side."""

    def __init__(self, serve: Callable[..., Any], home: Path, hub: Central) -> None:
        """Start four at the same moment."""
        self.hub = hub
        with ThreadPoolExecutor(4) as threads:
            self.servers = list(threads.map(lambda _: serve("hub", "serve", home=home), range(4)))

    def ask(self, server: int, kit: FakeKit, method: str, path: str, body: bytes = b"") -> tuple[int, dict[str, Any]]:
        """A call signed by a kit, to one of them."""
        connection = http.client.HTTPConnection(urlsplit(self.servers[server].url).netloc, timeout=60)
        signature = wire.sign_request(kit.key, self.hub.verify_key, method, path, body)
        connection.request(method, path, body, {wire.SIGNATURE: signature})
        answer = connection.getresponse()
        said = answer.status, json.loads(answer.read())
        connection.close()
        return said

    def send(self, server: int, kit: FakeKit, first: int, last: int) -> tuple[int, dict[str, Any]]:
        """A batch of a kit to one of them."""
        return self.ask(server, kit, "POST", f"/api/v1/kits/{kit.id}/entries", kit.packed(first, last))


@pytest.fixture
def crowd(serve: Callable[..., Any], hub: Central, tmp_path: Path) -> Crowd:
    """Four processes that serve the hub of this test, all from one home."""
    return Crowd(serve, tmp_path / "home", hub)


def talkative(hub: Central, entries: int) -> FakeKit:
    """A kit with much to hand over."""
    kit = FakeKit(hub)
    for number in range(1, entries + 1):
        kit.say(f"idea{number}", {"title": f"Idee {number}", "body": "Mehr Bänke im Schatten, bitte. " * 10})
    return kit


@on_postgresql
def test_four_processes_take_in_many_kits_at_once_and_one_kit_from_all_sides(hub: Central, crowd: Crowd) -> None:
    kits = [talkative(hub, 60) for _ in range(12)]
    # Every kit sends each of its batches to two processes at the same moment: the answer to the first was slow to come.
    steps = [(number, kit, first) for first in (1, 21, 41) for number, kit in enumerate(kits)]

    def twice(step: tuple[int, FakeKit, int]) -> list[tuple[int, dict[str, Any]]]:
        number, kit, first = step
        with ThreadPoolExecutor(2) as both:
            return list(both.map(lambda server: crowd.send(server % 4, kit, first, first + 19), (number, number + 1)))

    with ThreadPoolExecutor(len(kits)) as threads:
        answers = [answer for pair in threads.map(twice, steps) for answer in pair]
    receipts = [wire.heard(hub.verify_key, "receipt", said) for status, said in answers if status == 201]
    # Only a batch that overtook the one before it is refused, as a gap; sent again, it fits.
    assert {said.get("kind") for status, said in answers if status != 201} <= {"gap"}
    assert all(receipt["digest"] == by_id(kits, receipt["kit"]).digest(receipt["seq"]) for receipt in receipts)
    for kit in kits:
        assert crowd.send(0, kit, 1, 60)[1]["seq"] == 60
        assert [seq for seq, _ in held(hub, kit)] == list(range(1, 61))


def by_id(kits: list[FakeKit], wanted: str) -> FakeKit:
    return next(kit for kit in kits if kit.id == wanted)


def held(hub: Central, kit: FakeKit) -> list[Any]:
    """What the hub has of one kit."""
    entries = tables.entries
    with hub.db.read() as conn:
        return conn.execute(select(entries.c.seq, entries.c.rid).where(entries.c.kit == kit.id).order_by(entries.c.seq)).all()


@on_postgresql
def test_of_two_copies_that_call_two_processes_at_once_one_is_taken_and_neither_overwritten(
    hub: Central, hub_database: str
) -> None:
    doors = [Archive(hub_database) for _ in range(2)]
    for _ in range(5):
        kit, twin = talkative(hub, 20), talkative(hub, 0)
        twin.id, twin.key = kit.id, kit.key
        for number in range(1, 21):
            twin.say(f"idea{number}", {"title": f"Etwas ganz anderes {number}"})
        both = threading.Barrier(2, timeout=20)

        def bring(which: int, copies: Any = (kit, twin), both: Any = both) -> str:
            batch = wire.unpack(copies[which].packed(1, 20))
            both.wait()
            try:
                return doors[which].write(ingest.take, batch, hub.signing_key).digest
            except ingest.Mismatch as mismatch:
                return mismatch.kind

        with ThreadPoolExecutor(2) as threads:
            answers = list(threads.map(bring, (0, 1)))
        with hub.db.read() as conn:
            stored = ingest.head(conn, kit.id, EPOCH).digest
        assert sorted(answers) == sorted([stored, "fork"])
        assert stored in (kit.digest(20), twin.digest(20))
    for door in doors:
        door.close()


@on_postgresql
def test_an_invitation_shown_everywhere_at_once_lets_one_kit_in(hub: Central, hub_database: str) -> None:
    hub.db.write(ingest.invite, b"0123456789abcdef", "Kit 7")
    doors = [Archive(hub_database) for _ in range(4)]

    def knock(number: int) -> str:
        try:
            return doors[number % 4].write(
                ingest.enrol, b"0123456789abcdef", ids.new_id(), bytes(SigningKey.generate().verify_key)
            )
        except ingest.Unwelcome:
            return "stays outside"

    with ThreadPoolExecutor(8) as threads:
        assert sorted(threads.map(knock, range(8))) == ["Kit 7"] + ["stays outside"] * 7
    for door in doors:
        door.close()


@pytest.mark.slow
def test_processes_that_open_an_empty_database_together_become_one_hub(postgres_server: Any, tmp_path: Path) -> None:
    url = postgres_server.new_database()
    command = [sys.executable, "-c", (
        "import sys; from pathlib import Path; from fieldkit.hub import central\n"
        "with central.opened(Path(sys.argv[1]), 'test') as hub: print(hub.verify_key.hex())"
    )]  # fmt: skip
    environment = os.environ | {"FIELDKIT_HUB_DATABASE": url}
    running = [subprocess.Popen([*command, str(tmp_path)], env=environment, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    keys = {process.communicate(timeout=60)[0] for process in running}
    assert [process.returncode for process in running] == [0] * 4
    assert (len(keys), len(keys.pop())) == (1, 65)


@on_postgresql
def test_what_one_process_wrote_is_on_the_page_of_the_other_at_once(hub: Central, tmp_path: Path) -> None:
    with central.opened(tmp_path, "second process") as other:
        keeping = app.create_wsgi(other)
        seen = [keeping._version() for _ in range(2)]
        assert seen[0] != seen[1]  # nothing is kept that another process may have changed meanwhile
        client = Client(keeping)
        for name in ("Kit 1", "Kit 2"):
            hub.db.write(ingest.invite, name.encode(), name)
            hub.db.write(ingest.enrol, name.encode(), ids.new_id(), bytes(32))
            assert client.get("/healthz").json["kits"] == int(name[-1])


@on_postgresql
def test_a_database_that_was_away_is_missed_with_a_sentence_and_found_again(
    hub: Central, postgres_server: Any, reader: Client
) -> None:
    kit = talkative(hub, 3)
    name = hub.db._writer.url.database
    postgres_server.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
    postgres_server.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    answer = kit.send(kit.packed(1, 3))
    assert (answer.status_code, "antwortet nicht" in answer.json["error"]) == (503, True)
    page = reader.get("/kits")
    assert (page.status_code, page.headers["Retry-After"], "gleich noch einmal" in page.text) == (503, "10", True)
    postgres_server.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
    assert kit.send(kit.packed(1, 3)).status_code == 201
    assert reader.get("/kits").status_code == 200


@on_postgresql
def test_who_was_overtaken_tries_again(hub: Central) -> None:
    kit = talkative(hub, 1)
    meeting, tries = threading.Barrier(2, timeout=20), []

    @beside
    def first_one_then_the_other(conn: Any, one: str, other: str) -> None:
        tries.append(one)
        conn.execute(update(tables.staff).where(tables.staff.c.id == one).values(failed=tables.staff.c.failed + 1))
        if len(tries) <= 2:
            meeting.wait()  # each holds what the other wants next
        conn.execute(update(tables.staff).where(tables.staff.c.id == other).values(failed=tables.staff.c.failed + 1))

    for person in ("krueger", "aydin"):
        row = {"id": person, "name": person, "card": person, "pin": "", "role": "read"}
        hub.db.write(lambda conn, row=row: conn.execute(insert(tables.staff).values(row)))
    with ThreadPoolExecutor(2) as threads:
        list(
            threads.map(lambda pair: hub.db.write(first_one_then_the_other, *pair), [("krueger", "aydin"), ("aydin", "krueger")])
        )
    with hub.db.read() as conn:
        assert conn.execute(select(tables.staff.c.failed)).scalars().all() == [2, 2]
    assert len(tries) == 3
    assert kit.send(kit.packed(1, 1)).status_code == 201


@on_postgresql
def test_writes_that_look_first_take_turns(hub: Central) -> None:
    def one_more(conn: Any) -> None:
        count = conn.scalar(select(func.count()).select_from(tables.templates))
        conn.exec_driver_sql("SELECT pg_sleep(0.01)")
        conn.execute(insert(tables.templates).values(id=str(count), name="", status="", body="", office=""))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: hub.db.write(one_more), range(16)))
    with hub.db.read() as conn:
        assert conn.scalar(select(func.count()).select_from(tables.templates)) == 16


@on_postgresql
def test_a_database_that_would_forget_after_a_power_cut_is_refused(hub_database: str, postgres_server: Any) -> None:
    name = make_url(hub_database).database
    postgres_server.ask(f"ALTER DATABASE {name} SET synchronous_commit = off")
    try:
        with pytest.raises(Unreadable, match="synchronous_commit"):
            Archive(hub_database)
    finally:
        postgres_server.ask(f"ALTER DATABASE {name} RESET synchronous_commit")


@on_postgresql
def test_nobody_writes_through_a_connection_to_read_with(hub: Central) -> None:
    with pytest.raises(Exception, match="read-only"), hub.db.read() as conn:
        conn.execute(text("DELETE FROM kits"))


def test_a_fault_of_the_verb_itself_is_not_taken_for_a_fault_of_the_database(hub: Central) -> None:
    with pytest.raises(Exception, match="nowhere") as fault:
        hub.db.write(lambda conn: conn.execute(text("SELECT * FROM nowhere")))
    assert not isinstance(fault.value, Away | StorageFull)


def test_numbers_and_signs_that_only_one_database_would_take_are_taken_or_refused(hub: Central) -> None:
    kit = talkative(hub, 1)
    kit.say("nul", {"title": "a\0b", "category": "\0" * 70, "district": "x" * 5000, "strokes": 2**70, "at": "\0"})
    kit.say("deep", {"title": "\U0001f333" * 3000, "strokes": 2**31, "merged_into": "\0"})
    assert kit.send(kit.packed(1, 3)).status_code == 201
    path = f"/api/v1/kits/{kit.id}/head?epoch={EPOCH}&pending={10**15 - 1}&copies={10**15 - 1}&free={10**15 - 1}"
    assert kit.call("GET", path).status_code == 200


STRANGE = (
    *("/ideas?q=%00", "/ideas?kit=%00&stop=%00&q=a%00b", "/ideas/%00/%00", "/ideas?page=99999", "/api/v1/kits/%00/head"),
    *(
        "/ideas?to=9999-12-31",
        "/ideas.csv?to=9999-12-31",
        "/?from=0001-01-01&to=9999-12-31",
        f"/ideas/bulk/done?saved={'9' * 5000}",
    ),
    *("/offers/offer?kind=", "/ideas?endpoint=x&_external=1&_method=x&_scheme=x", f"/kits/incidents/{'9' * 20}"),
)


@pytest.mark.parametrize("path", STRANGE)
def test_a_strange_address_is_no_fault_of_ours(hub: Central, reader: Client, path: str) -> None:
    assert reader.get(path).status_code < 500


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://localhost/hub",
        "mysql://localhost/hub",
        "nonsense",
        "postgresql+psycopg://host:port/hub",
        "sqlite://",
        "sqlite:hub.db",
    ],
)
def test_an_address_that_is_none_is_refused_with_how_it_must_look(url: str) -> None:
    with pytest.raises(Unreadable, match="muss so aussehen"):
        Archive(url)


@pytest.mark.slow
def test_a_server_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(StorageFull, match="lässt sich nicht öffnen"):
        Archive(f"postgresql+psycopg://feldkit@/hub?host={tmp_path}")


@pytest.mark.slow
def test_a_machine_without_postgresql_is_told_which_package_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.hub import postgres

    monkeypatch.setattr(postgres.Path, "glob", lambda *_: iter(()))
    with pytest.raises(postgres.Missing, match="apt install postgresql"), postgres.running():
        pass
