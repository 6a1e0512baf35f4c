"""Any season: several kits, net and stick in any order, crashes, backups brought back, words taken back.

Whatever Hypothesis thinks of, after a quiet day the hub holds what the kits hold, nothing erased has come back, and the heads agree.
"""

import json
import os
import shutil
import tempfile
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test
from nacl.signing import SigningKey
from pyrage.x25519 import Identity
from sqlalchemy import select

from fieldkit import app, config, house, ids, journal, segment, tickets
from fieldkit.house import House
from fieldkit.hub import central, commands, keys, outbox, tables
from fieldkit.hub.kits import bundles
from fieldkit.hub.kits import store as kits_store
from fieldkit.hub.receipts import store as receipts_store
from fieldkit.ideas import moderation_store
from fieldkit.ideas import store as ideas_store
from fieldkit.stops import store as stops_store
from fieldkit.storage import soundness
from fieldkit.sync import bundle, handover
from tests.conftest import Line

pytestmark = pytest.mark.slow

GONE = None
KITS = 3
STOP = {
    "place": "Leopoldplatz", "district": "Mitte", "locality": "Wedding", "partner": "", "theme": "", "question": "Was fehlt?", "languages": ["de"],
    "results": "Das Amt liest alles.", "answer_by": "2027-01-15", "starts_on": "2026-11-22", "ends_on": "2026-11-28", "hours": {},
}  # fmt: skip


def quiet(*_: Any, **__: Any) -> None:
    """Nobody watches the progress."""


@dataclass
class Kit:
    """A kit, and what people believe is on it: idea -> its title, or GONE."""

    home: Path
    stack: ExitStack
    house: House
    ideas: dict[str, str | None] = field(default_factory=dict)
    copies: list[tuple[Path, dict[str, str | None]]] = field(default_factory=list)


@dataclass
class Correction:
    """What its owner made of an idea at the hub's receipt page."""

    number: int
    """Of the piece that tells the kit."""
    title: str
    replaced: set[str | None]
    """Titles that are deleted since; none may come back."""


class Season(RuleBasedStateMachine):
    """People and what happens to their devices."""

    blank: Path
    line: type[Any]

    @initialize()
    def begin(self) -> None:
        """A hub with keys, and kits that are enrolled there and have handed over two ideas."""
        self.place = Path(tempfile.mkdtemp(prefix="season-"))
        self.stack, self.count = ExitStack(), 0
        self.at_hub: dict[str, str | None] = {}
        self.at_home: dict[str, Correction] = {}
        self.identity = Identity.generate()
        (self.place / "hub").mkdir()
        self.hub = self.stack.enter_context(central.opened(self.place / "hub", "tests"))
        public = {"operations": str(self.identity.to_public()), "escrow": str(Identity.generate().to_public())}
        self.hub.db.write(keys.publish, self.hub.signing_key, public, "tests")
        self.wire = self.line(self.hub)
        self.stack.callback(self.wire.cut)
        self.stick = self.place / "stick"
        self.stick.mkdir()
        self.kits = [self.new_kit(number) for number in range(KITS)]
        for number in range(KITS):
            self.leave_ideas(number, 2)
            self.by_net(number)

    def new_kit(self, number: int) -> Kit:
        """A kit with an identity of its own and an open stop."""
        home = self.place / f"kit{number}"
        shutil.copytree(self.blank, home)
        (home / "head.json").unlink(missing_ok=True)
        kit = self.open(home, "Kit")
        kit.house.db.write(
            lambda conn: conn.execute("UPDATE kit SET id = ?, signing_key = ?", [ids.new_id(), bytes(SigningKey.generate())])
        )
        self.close(kit)
        (home / "head.json").unlink(missing_ok=True)
        kit = self.open(home, "Kit")
        stop = STOP | {"id": ids.new_id()}
        kit.house.db.write(stops_store.plan, stop)
        kit.house.db.write(stops_store.open_stop, stop["id"])
        string = commands.enrol(self.hub, quiet, f"Kit {number}")["string"]
        kit.house.command("enrol")(kit.house, quiet, string)
        return kit

    def open(self, home: Path, doing: str, restoring: Path | None = None) -> Kit:
        """Start a kit."""
        os.environ["FIELDKIT_HOME"] = str(home)
        stack = ExitStack()
        return Kit(home, stack, stack.enter_context(house.opened(config.prepare("http://localhost"), app.ALL, doing, restoring)))

    def close(self, kit: Kit) -> None:
        """Stop a kit."""
        kit.stack.close()

    def start_again(self, kit: Kit, restoring: Path | None = None) -> None:
        """Start a kit that was stopped."""
        again = self.open(kit.home, "Kit", restoring)
        kit.stack, kit.house = again.stack, again.house

    # What people do

    @rule(number=st.integers(0, KITS - 1), more=st.integers(1, 4))
    def leave_ideas(self, number: int, more: int) -> None:
        """Visitors leave ideas."""
        kit = self.kits[number]
        for _ in range(more):
            self.count += 1
            ticket = tickets.Ticket(ids.new_id(), "", ids.new_id())
            words = {"title": f"Idee {self.count}", "body": "", "category": "", "place": "", "name": ""}
            kit.house.db.write(ideas_store.submit, ticket, words)
            kit.ideas[ticket.id] = words["title"]

    @rule(number=st.integers(0, KITS - 1), data=st.data())
    def correct(self, number: int, data: Any) -> None:
        """Somebody says it better."""
        kit = self.kits[number]
        if chosen := self.one_of(kit, data):
            self.count += 1
            kit.ideas[chosen] = f"Besser {self.count}"
            kit.house.db.write(ideas_store.correct, chosen, {"title": kit.ideas[chosen], "body": ""})

    @rule(number=st.integers(0, KITS - 1), data=st.data())
    def withdraw(self, number: int, data: Any) -> None:
        """Somebody takes an idea back."""
        kit = self.kits[number]
        if chosen := self.one_of(kit, data):
            kit.house.db.write(ideas_store.withdraw, chosen)
            kit.ideas[chosen] = GONE

    @rule(number=st.integers(0, KITS - 1), data=st.data())
    def correct_at_home(self, number: int, data: Any) -> None:
        """Somebody says it better at the hub. The kit, which has not heard of it, enters once more what it knows: it is hidden and shown.

        That may come by stick before the kit hears of anything.
        """
        kit = self.kits[number]
        if mine := self.one_at_hub(kit, data):
            self.count += 1
            title = f"Zu Hause {self.count}"
            self.hub.db.write(receipts_store.correct, self.hub.signing_key, mine, {"title": title, "body": ""})
            with self.hub.db.read() as conn:
                before = self.at_home.get(mine["id"])
                replaced = {self.at_hub[mine["id"]]} | (before.replaced if before else set())
                self.at_home[mine["id"]] = Correction(outbox.last_number(conn, mine["kit"]), title, replaced)
            self.at_hub[mine["id"]] = title
            if kit.ideas[mine["id"]] is not GONE:
                kit.house.db.write(moderation_store.hide, "ideas", mine["id"], "", "Jonas")
                kit.house.db.write(moderation_store.show, "ideas", mine["id"], "Jonas")
            if data.draw(st.booleans()):
                self.write_stick(number)
                self.read_stick()

    @rule(number=st.integers(0, KITS - 1), data=st.data())
    def withdraw_at_home(self, number: int, data: Any) -> None:
        """Somebody takes an idea back at the hub."""
        if mine := self.one_at_hub(self.kits[number], data):
            self.hub.db.write(receipts_store.withdraw, self.hub.signing_key, mine)
            self.at_hub[mine["id"]] = GONE

    @rule(number=st.integers(0, KITS - 1), data=st.data())
    def answer(self, number: int, data: Any) -> None:
        """Staff at the hub answer what they have."""
        if its := self.one_at_hub(self.kits[number], data):
            words = {"status": "doing", "body": "Machen wir.", "office": "Bezirksamt", "at": "2026-11-23T09:00:00Z"}
            self.hub.db.write(outbox.say, self.hub.signing_key, its["kit"], "answer", "ideas", its["id"], words)

    # How it travels

    @rule(number=st.integers(0, KITS - 1))
    def by_net(self, number: int) -> None:
        """A kit hands over by net."""
        self.hand_over(self.kits[number])

    @rule(number=st.integers(0, KITS - 1))
    def write_stick(self, number: int) -> None:
        """A kit writes on the one stick they all share, and takes what the hub left there."""
        kit = self.kits[number]
        bundle.write(kit.house, quiet, str(self.stick))
        present = self.present(kit)
        for rid in [rid for rid, title in kit.ideas.items() if present.get(rid) != title]:
            assert (self.at_hub[rid] is GONE) if rid not in present else present[rid].startswith("Zu Hause")
            kit.ideas[rid] = present.get(rid)

    @rule()
    def read_stick(self) -> None:
        """The hub reads whatever lies on the stick, and leaves its answers."""
        files = sorted(self.stick.rglob("*.age"))
        taken = [
            bundles.take(self.hub, path.name, segment.unseal(path.read_bytes(), str(self.identity)), "tests") for path in files
        ]
        for kit, (epoch, heard) in bundles.per_kit(taken).items():
            made = bundles.answer(self.hub, kit, epoch, heard)
            assert made is not None
            (self.stick / "FELDKIT" / kit / made.name).write_text(made.content, encoding="utf-8")
        self.learn_what_the_hub_has()

    # What happens to devices

    @rule(number=st.integers(0, KITS - 1))
    def power_fails(self, number: int) -> None:
        """What lies on the disk at this moment is all that is left."""
        kit = self.kits[number]
        rescued = kit.home.with_name(f"{kit.home.name}-rescued")
        shutil.copytree(kit.home, rescued, ignore=shutil.ignore_patterns("*.sock", "fieldkit.lock"))
        self.close(kit)
        shutil.rmtree(kit.home)
        rescued.rename(kit.home)
        self.start_again(kit)

    @rule(number=st.integers(0, KITS - 1))
    def back_up(self, number: int) -> None:
        """Somebody makes a copy."""
        kit = self.kits[number]
        folder = self.place / f"copy{number}-{len(kit.copies)}"
        kit.house.command("backup")(kit.house, quiet, str(folder))
        kit.copies.append((folder, dict(kit.ideas)))

    @precondition(lambda self: any(kit.copies for kit in self.kits))
    @rule(data=st.data())
    def restore(self, data: Any) -> None:
        """A kit is set back; what was only on it since then is lost, and everybody knows that."""
        kit = data.draw(st.sampled_from([kit for kit in self.kits if kit.copies]))
        folder, ideas = data.draw(st.sampled_from(kit.copies))
        self.close(kit)
        self.start_again(kit, folder)
        kit.ideas = dict(ideas)

    @precondition(lambda self: any(kit.copies for kit in self.kits))
    @rule(data=st.data())
    def set_back_unnoticed(self, data: Any) -> None:
        """Somebody copies an old database over the new one, by hand."""
        kit = data.draw(st.sampled_from([kit for kit in self.kits if kit.copies]))
        folder, ideas = data.draw(st.sampled_from(kit.copies))
        self.close(kit)
        for name in ("fieldkit.db", "fieldkit.db-wal", "fieldkit.db-shm"):
            (kit.home / name).unlink(missing_ok=True)
        shutil.copyfile(next(folder.glob("*.db")), kit.home / "fieldkit.db")
        self.start_again(kit)
        kit.ideas = dict(ideas)

    def teardown(self) -> None:
        """A quiet day: everybody hands over, and everything is compared."""
        if not hasattr(self, "kits"):
            return
        try:
            for _ in range(2):
                for kit in self.kits:
                    self.hand_over(kit)
            self.compare()
        finally:
            for kit in self.kits:
                self.close(kit)
            self.stack.close()
            shutil.rmtree(self.place)

    def compare(self) -> None:
        """Hub = union of the kits, heads agree, and nobody finds a fault."""
        with self.hub.db.read() as conn:
            heads = {kit["id"]: (kit["epoch"], kit["seq"], kit["digest"]) for kit in kits_store.everything(conn)}
        stored = self.stored()
        for kit in self.kits:
            assert {rid: stored.get(rid) for rid in kit.ideas} == kit.ideas
            assert self.present(kit) == {rid: title for rid, title in kit.ideas.items() if title is not GONE}
            head = journal.head(kit.house.db.read())
            assert heads[kit.house.kit.id] == (head.epoch, head.seq, head.digest)
            assert list(soundness.journal_faults(kit.house.db.read())) == []
        assert stored == self.at_hub

    def hand_over(self, kit: Kit) -> None:
        """By net the kit speaks first and hears then; a correction it hears is its own from now on."""
        heard = kit.house.db.read().execute("SELECT inbox FROM hub").fetchone()[0]
        handover.run(kit.house, quiet, wait=quiet)
        for rid, correction in list(self.at_home.items()):
            if kit.ideas.get(rid) is not GONE and correction.number > heard:
                kit.ideas[rid] = correction.title
            elif kit.ideas.get(rid) not in (GONE, correction.title):
                del self.at_home[rid]  # its owner said it better still, on the square
        self.arrived(kit, kit.ideas)

    def present(self, kit: Kit) -> dict[str, str]:
        """The ideas on a kit."""
        return {row["id"]: row["title"] for row in kit.house.db.read().execute("SELECT id, title FROM ideas")}

    def stored(self) -> dict[str, str | None]:
        """What the hub holds of all ideas."""
        with self.hub.db.read() as conn:
            rows = conn.execute(select(tables.records).where(tables.records.c.tbl == "ideas")).mappings()
            return {row["rid"]: GONE if row["erased"] else json.loads(row["body"])["title"] for row in rows}

    def arrived(self, kit: Kit, ideas: dict[str, str | None]) -> None:
        """What a whole hand-over does to both sides: an erasure is final, otherwise the kit has the last word."""
        for rid, title in list(ideas.items()):
            if rid in self.at_hub and self.at_hub[rid] is GONE:
                kit.ideas[rid] = GONE
            elif rid in self.at_hub or title is not GONE or self.hub_knows(kit, rid):
                self.at_hub[rid] = title

    def hub_knows(self, kit: Kit, rid: str) -> bool:
        """Whether the hub ever heard of a record."""
        records = tables.records
        with self.hub.db.read() as conn:
            return (
                conn.execute(select(records.c.rid).where(records.c.kit == kit.house.kit.id, records.c.rid == rid)).first()
                is not None
            )

    def learn_what_the_hub_has(self) -> None:
        """After a stick was read: what the kits had said when they wrote it, read from the archive."""
        there = self.stored()
        assert self.at_hub.keys() <= there.keys()
        assert [rid for rid, title in self.at_hub.items() if title is GONE and there[rid] is not GONE] == []
        self.at_hub = there
        for rid, correction in list(self.at_home.items()):
            assert there[rid] not in correction.replaced
            if there[rid] not in (GONE, correction.title):
                del self.at_home[rid]  # its owner said it better still, on the square

    def one_at_hub(self, kit: Kit, data: Any) -> dict[str, str] | None:
        """An idea of a kit that the hub holds."""
        there = [rid for rid in kit.ideas if self.at_hub.get(rid)]
        return {"kit": kit.house.kit.id, "tbl": "ideas", "id": data.draw(st.sampled_from(there))} if there else None

    def one_of(self, kit: Kit, data: Any) -> str | None:
        """An idea that is there."""
        there = [rid for rid, title in kit.ideas.items() if title is not GONE]
        return data.draw(st.sampled_from(there)) if there else None


def test_after_any_season_the_hub_holds_what_the_kits_hold(empty_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FIELDKIT_HOME", str(empty_home))
    machine = type("ThisSeason", (Season,), {"blank": empty_home, "line": Line})
    run = settings(
        max_examples=25,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )
    run_state_machine_as_test(machine, settings=run)
