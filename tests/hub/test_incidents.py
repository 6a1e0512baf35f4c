"""What went wrong with a kit becomes a task for people; whatever they decide, nothing is overwritten."""

import re
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from fieldkit import app, clock, config, house, ids, invitation, journal, tickets
from fieldkit.doors import HUB_READ
from fieldkit.house import House
from fieldkit.hub import commands, ingest, tables
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import store as reading
from fieldkit.hub.kits import settling, tasks
from fieldkit.hub.kits import store as kits_store
from fieldkit.ideas import store as ideas
from fieldkit.sync import Failed, handover

KIT, EPOCH = "kit7kit7kit7kit7", "0001-abcdef01"
KINDS = ("gap", "fork", "clone", "rewind", "revoked", "hub-rewind")


def quiet(*_: Any) -> None:
    """Nobody watches the progress."""


def sync(kit: House) -> dict[str, Any]:
    """Hand over without waiting between tries."""
    return handover.run(kit, quiet, wait=lambda _: None)


def incidents(hub: Central) -> list[Any]:
    """Everything that ever went wrong."""
    with hub.db.read() as conn:
        return list(conn.execute(select(tables.incidents).order_by(tables.incidents.c.id)))


def the(hub: Central, kind: str) -> Any:
    """The one incident of a kind."""
    found = [incident for incident in incidents(hub) if incident.kind == kind]
    assert len(found) == 1, found
    return found[0]


def acts(hub: Central) -> list[tuple[str, str, str]]:
    """The protocol: who, what, and a note."""
    with hub.db.read() as conn:
        return [(line.who, line.act, line.note) for line in conn.execute(select(tables.audit).order_by(tables.audit.c.id))]


def open_clones(hub: Central) -> list[Any]:
    """What waits to be decided about copies."""
    return [incident for incident in incidents(hub) if incident.kind == "clone" and not incident.settled_at]


def decide(reader: Client, incident: Any, decision: str) -> Any:
    """Press a button of a task."""
    return reader.post(f"/kits/incidents/{incident.id}", data={"decision": decision})


@pytest.fixture
def known(hub: Central) -> str:
    """A kit the hub knows."""
    hub.db.write(ingest.invite, b"line", "Kit 7")
    hub.db.write(ingest.enrol, b"line", KIT, bytes(32))
    return KIT


@pytest.fixture
def noted(hub: Central, known: str) -> Callable[[str], Any]:
    """Notes that something of a kind went wrong with it."""

    def note(kind: str) -> Any:
        hub.db.write(ingest.note, known, kind, EPOCH, 4)
        return the(hub, kind)

    return note


@pytest.mark.parametrize("kind", KINDS)
def test_everything_that_goes_wrong_is_explained_with_its_choices(noted: Callable[[str], Any], reader: Client, kind: str) -> None:
    incident = noted(kind)
    text = reader.get("/kits").text
    task = re.search(rf'<section class="task.*?id="task-{incident.id}".*?</section>', text, re.S)[0]
    assert "%(" not in task
    assert re.findall(r'name="decision" value="([^"]+)"', task) == [choice.decision for choice in tasks.TASKS[kind].choices]
    assert task.count("<span id=") == len(tasks.TASKS[kind].choices)


@pytest.mark.parametrize("kind", KINDS)
def test_every_choice_settles_the_task_with_whom_and_when(
    hub: Central, noted: Callable[[str], Any], reader: Client, kind: str
) -> None:
    incident = noted(kind)
    for choice in tasks.TASKS[kind].choices:
        assert decide(reader, incident, choice.decision).status_code == 303
        settled = the(hub, kind)
        assert (settled.decision, settled.settled_by, settled.settled_at[:10]) == (
            choice.decision, "Frau Krüger", clock.stamp()[:10],
        )  # fmt: skip
        assert ("Frau Krüger", "settle", f"{kind}: {choice.decision}") in acts(hub)
        assert reader.post(f"/kits/incidents/{incident.id}/reopening").status_code == 303
    assert the(hub, kind).settled_at == ""


@pytest.mark.parametrize("decision", ["", "erase", "readmit", "noted' OR 1=1"])
def test_what_is_no_choice_changes_nothing(hub: Central, noted: Callable[[str], Any], reader: Client, decision: str) -> None:
    assert decide(reader, noted("fork"), decision).status_code == 422
    assert the(hub, "fork").settled_at == ""


@pytest.mark.parametrize("path", ["/kits/incidents/99", "/kits/incidents/99/reopening"])
def test_a_task_that_is_not_there_is_said_in_a_sentence(reader: Client, path: str) -> None:
    answer = reader.post(path, data={"decision": "noted"})
    assert (answer.status_code, "gibt es nicht" in answer.text) == (422, True)
    assert reader.post(path.replace("99", "9" * 20), data={"decision": "noted"}).status_code == 404


def test_the_second_to_decide_hears_who_was_first(
    hub: Central, noted: Callable[[str], Any], reader: Client, colleague: Callable[..., Client]
) -> None:
    incident = noted("fork")
    decide(reader, incident, "noted")
    answer = decide(colleague("Olga", "administer"), incident, "revoke")
    assert (answer.status_code, "Das hat Frau Krüger schon entschieden." in answer.text) == (422, True)
    with hub.db.read() as conn:
        assert not ingest.one_kit(conn, KIT)["revoked"]


def test_the_menu_counts_what_waits_and_a_filter_shows_only_that(
    hub: Central, noted: Callable[[str], Any], reader: Client
) -> None:
    hub.db.write(ingest.invite, b"other", "Kit 8")
    hub.db.write(ingest.enrol, b"other", ids.new_id(), bytes(32))
    assert "offene Aufgabe" not in reader.get("/team").text
    incident = noted("fork")
    assert "1 offene Aufgabe" in reader.get("/team").text
    only = reader.get("/kits?show=tasks").text
    assert ("Kit 7" in only, "Kit 8" in only) == (True, False)
    decide(reader, incident, "noted")
    assert "Nichts wartet" in reader.get("/kits?show=tasks").text


def test_who_only_reads_sees_the_task_and_no_buttons(noted: Callable[[str], Any], colleague: Callable[..., Client]) -> None:
    noted("fork")
    text = colleague("Olga", HUB_READ).get("/kits").text
    assert "Zwei verschiedene Fassungen" in text
    assert 'name="decision"' not in text
    assert "/revocation" not in text


def test_locking_by_decision_locks_the_kit(hub: Central, noted: Callable[[str], Any], reader: Client) -> None:
    decide(reader, noted("clone"), "revoke")
    with hub.db.read() as conn:
        assert ingest.one_kit(conn, KIT)["revoked"]
    assert ("Frau Krüger", "revoke", "") in acts(hub)


class Copies:
    """Real copies of a kit: the same card in several machines."""

    def __init__(self, kit: House) -> None:
        """Of this one."""
        self._kit, self._open = kit, ExitStack()

    def make(self) -> House:
        """One more, as the kit is now."""
        self._kit.db.write(lambda conn: None)  # everything before is on the disk
        place = self._kit.config.home.with_name(f"copy-{ids.new_id()}")
        shutil.copytree(self._kit.config.home, place)
        return self._open.enter_context(
            house.opened(config.Config(home=place, address=self._kit.config.address), app.ALL, "copy")
        )

    def close(self) -> None:
        """Switch them off."""
        self._open.close()


@pytest.fixture
def copies(enrolled: House) -> Iterator[Copies]:
    """Copies of the enrolled kit."""
    made = Copies(enrolled)
    yield made
    made.close()


def leave(kit: House, title: str) -> None:
    """Leave an idea there, without the detour over the pages."""
    ticket = tickets.Ticket(ids.new_id(), "", ids.new_id())
    kit.db.write(ideas.submit, ticket, {"title": title, "body": "", "category": "", "place": "", "name": ""})


def titles(hub: Central) -> set[str]:
    """What the hub has."""
    with hub.db.read() as conn:
        return {idea["title"] for idea in reading.listing(conn, reading.Question())[0]}


def test_two_copies_of_a_kit_part_and_staff_let_them_begin_anew_with_nothing_lost(
    hub: Central, enrolled: House, copies: Copies, stop: dict[str, Any], reader: Client
) -> None:
    leave(enrolled, "Vor der Kopie")
    sync(enrolled)
    twin = copies.make()
    leave(enrolled, "Vom Original")
    sync(enrolled)
    leave(twin, "Von der Kopie")
    with pytest.raises(Failed, match="Kopie"):
        sync(twin)
    fork = the(hub, "fork")
    assert "etwas anderes geschickt" in reader.get("/kits").text
    assert titles(hub) == {"Vor der Kopie", "Vom Original"}

    decide(reader, fork, ingest.BEGIN_ANEW)
    assert sync(twin)["pending"] == 0
    leave(enrolled, "Später vom Original")
    assert sync(enrolled)["pending"] == 0
    assert titles(hub) == {"Vor der Kopie", "Vom Original", "Von der Kopie", "Später vom Original"}
    for kit in (twin, enrolled):
        leave(kit, "Beide gehen weiter")
        assert sync(kit)["pending"] == 0
    clone = open_clones(hub)[0]  # that there are two is now plain to see
    assert clone.epoch in reader.get("/kits?show=tasks").text


@pytest.mark.parametrize("stays", ["the newer", "the older"])
def test_one_of_two_copies_stays_and_the_other_is_noticed_when_it_calls_again(
    hub: Central, enrolled: House, copies: Copies, stop: dict[str, Any], reader: Client, stays: str
) -> None:
    sync(enrolled)
    twin = copies.make()
    for kit in (enrolled, twin):
        kit.db.write(journal.new_epoch)  # as each does when it is told to begin anew
        sync(kit)
    older, newer = sorted((enrolled, twin), key=lambda kit: journal.head(kit.db.read()).epoch)
    if not open_clones(hub):  # the older one came first: it is noticed as soon as it calls again
        leave(older, "Noch eine")
        sync(older)
    staying, other = (newer, older) if stays == "the newer" else (older, newer)
    for clone in open_clones(hub):
        decide(reader, clone, tasks.NEWEST_STAYS if stays == "the newer" else ingest.BEGIN_ANEW)
    leave(staying, "Von dem, das bleibt")
    assert sync(staying)["pending"] == 0
    assert open_clones(hub) == []
    leave(other, "Von dem, das weg sein sollte")
    assert sync(other)["pending"] == 0
    assert len(open_clones(hub)) == 1
    assert {"Von dem, das bleibt", "Von dem, das weg sein sollte"} <= titles(hub)


def test_a_fork_that_is_only_noted_can_be_decided_again(
    hub: Central, enrolled: House, copies: Copies, stop: dict[str, Any], reader: Client
) -> None:
    sync(enrolled)
    twin = copies.make()
    leave(enrolled, "Vom Original")
    sync(enrolled)
    leave(twin, "Von der Kopie")
    for _ in range(2):
        with pytest.raises(Failed):
            sync(twin)
    decide(reader, the(hub, "fork"), tasks.NOTED)
    with pytest.raises(Failed):
        sync(twin)
    assert reader.get("/kits").text.count('<section class="task') == 0
    reader.post(f"/kits/incidents/{the(hub, 'fork').id}/reopening")
    decide(reader, the(hub, "fork"), ingest.BEGIN_ANEW)
    assert sync(twin)["pending"] == 0


def test_a_locked_kit_that_calls_becomes_a_task_and_may_come_back(
    hub: Central, enrolled: House, stop: dict[str, Any], reader: Client
) -> None:
    hub.db.write(kits_store.revoke, enrolled.kit.id, "Frau Krüger")
    for _ in range(2):
        with pytest.raises(Failed, match="gesperrt"):
            sync(enrolled)
    decide(reader, the(hub, "revoked"), tasks.READMIT)
    assert sync(enrolled)["pending"] == 0
    assert ("Frau Krüger", "readmit", "") in acts(hub)


def test_a_readmitted_kit_hears_of_keys_it_missed(
    hub: Central, enrolled: House, noted: Callable[[str], Any], reader: Client, recipients: dict[str, str]
) -> None:
    from fieldkit import kit as identity

    hub.db.write(kits_store.revoke, enrolled.kit.id, "Frau Krüger")
    commands.new_keys(hub, quiet, recipients)
    with pytest.raises(Failed):
        sync(enrolled)
    decide(reader, the(hub, "revoked"), tasks.READMIT)
    sync(enrolled)
    assert identity.recipients(enrolled.db.read()) == list(hub.recipients)


def test_an_older_hub_is_a_task_and_the_kit_sends_again(
    hub: Central, enrolled: House, stop: dict[str, Any], reader: Client
) -> None:
    leave(enrolled, "Mehr Bänke")
    sync(enrolled)
    for table in (tables.entries, tables.records):
        hub.db.write(lambda conn, table=table: conn.execute(table.delete().where(table.c.seq > 1)).rowcount)
    hub.db.write(lambda conn: conn.execute(tables.kits.update().values(seq=1)).rowcount)
    sync(enrolled)
    assert the(hub, "hub-rewind").seq == 1
    assert "Der Hub wurde zurückgesetzt" in reader.get("/kits").text
    assert titles(hub) == {"Mehr Bänke"}


def test_two_who_decide_at_once_decide_once(hub: Central, noted: Callable[[str], Any]) -> None:
    from concurrent.futures import ThreadPoolExecutor

    incident = noted("fork")

    def settle(who: str) -> bool:
        try:
            hub.db.write(settling.settle, hub.signing_key, incident.id, "noted", who)
        except settling.Refused:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(settle, "ABCDEFGH")) == 1


def test_a_kit_is_invited_on_the_page_with_a_code_to_scan(hub: Central, reader: Client) -> None:
    shown = reader.post("/kits/invitations", data={"name": "Kit 9", "address": "https://hub.example.org/"})
    line = re.search(r"data-line>([^<]+)<", shown.text)[1]
    assert invitation.read(line).url == "https://hub.example.org"
    assert 'class="qr"' in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    page = reader.get("/kits").text
    assert "Kit 9" in page
    assert line not in page
    assert ("Frau Krüger", "invite", "Kit 9") in acts(hub)
    assert hub.db.write(ingest.enrol, invitation.read(line).secret, KIT, bytes(32)) == "Kit 9"
    assert "Zurückziehen" not in reader.get("/kits").text


@pytest.mark.parametrize(
    ("name", "address"),
    [
        ("", "https://hub.example.org"),
        ("x" * 41, "https://hub.example.org"),
        ("Kit 9", ""),
        ("Kit 9", "hub"),
        ("Kit 9", "https://a/b?c"),
        ("Kit 9", "http://hub.example.org"),
    ],
)
def test_an_invitation_that_cannot_be_made_keeps_what_was_typed(hub: Central, reader: Client, name: str, address: str) -> None:
    answer = reader.post("/kits/invitations", data={"name": name, "address": address})
    assert (answer.status_code, f'value="{name}"' in answer.text, f'value="{address}"' in answer.text) == (422, True, True)


def test_a_withdrawn_line_lets_nobody_in(hub: Central, reader: Client) -> None:
    shown = reader.post("/kits/invitations", data={"name": "Kit 9", "address": "https://hub.example.org"}).text
    secret = invitation.read(re.search(r"data-line>([^<]+)<", shown)[1]).secret
    action = re.search(r'action="(/kits/invitations/[^"]+/withdrawal)"', reader.get("/kits").text)[1]
    assert reader.post(action).status_code == 303
    with pytest.raises(ingest.Unwelcome):
        hub.db.write(ingest.enrol, secret, KIT, bytes(32))
    assert ("Frau Krüger", "withdraw invitation", "Kit 9") in acts(hub)
