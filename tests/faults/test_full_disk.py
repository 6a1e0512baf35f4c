"""The disk is full: nothing breaks, nothing is lost, everybody is told, and it goes on when there is space again."""

import pytest

from fieldkit import journal
from fieldkit.hub import central, ingest
from fieldkit.hub.ideas import store as reading
from fieldkit.hub.ideas.question import Question
from fieldkit.sync import client, handover, store

pytestmark = pytest.mark.slow

WORDS = "Bänke unter den Linden, und zwar mit Lehne. " * 40


def test_a_full_disk_is_said_kindly_and_overcome(small_disk, visit, fieldkit, tmp_path):
    acknowledged = []
    for n in range(5):
        answer = visit(small_disk.port).leave(f"Vorher {n}", WORDS)
        assert answer.status == 303, answer.text
        acknowledged.append(f"Vorher {n}")

    small_disk.fill()
    refused = None
    for n in range(60):  # the log may still have room of its own for a few
        answer = visit(small_disk.port).leave(f"Mitten {n}", f"Eigene Worte {n}. {WORDS}")
        if answer.status != 303:
            refused = answer
            break
        acknowledged.append(f"Mitten {n}")
    assert refused is not None, "the disk never was full"
    assert refused.status == 507
    assert "nichts speichern" in refused.text
    assert f"Mitten {n}" in refused.text
    assert f"Eigene Worte {n}." in refused.text

    for path in ("/", "/ideas", "/ideas/new", "/stops", "/methods", "/healthz"):
        assert visit(small_disk.port).get(path).status == 200, path

    small_disk.free()
    assert visit(small_disk.port).leave("Nachher", WORDS).status == 303
    acknowledged.append("Nachher")

    small_disk.rescue(tmp_path / "rescued")
    check = fieldkit(tmp_path / "rescued", "check")
    assert check.returncode == 0, check.stdout + check.stderr
    listed = "".join(visit(small_disk.port).get(f"/ideas?page={page}").text for page in range(1, 6))
    assert [title for title in acknowledged if title not in listed] == []
    assert f"Mitten {n}" not in listed


def test_a_full_disk_of_the_hub_confirms_nothing_and_the_hand_over_goes_on_afterwards(small_hub, kit, idea, visit, tmp_path):
    def hand_over():
        return handover.run(kit, lambda *_: None, wait=lambda _: None)

    def leave(title):
        idea(title, body=f"Zu „{title}“. {WORDS}")
        titles.append(title)

    titles = []
    leave("Vorher")
    assert hand_over()["pending"] == 0

    small_hub.fill()
    confirmed, refusal = store.confirmed(kit.db.read()), None
    for number in range(60):  # the log may still have room of its own for a few
        leave(f"Mitten {number}")
        try:
            confirmed = journal.Head(*(hand_over()[name] for name in ("epoch", "seq", "digest")))
        except client.Failed as failed:
            refusal = str(failed)
            break
    assert refusal is not None, "the disk never was full"
    assert "Der Speicher des Hubs ist voll. Das Kit behält alles und versucht es später wieder." in refusal
    assert store.confirmed(kit.db.read()) == confirmed
    assert store.pending(kit.db.read()) == 1
    for path in ("/healthz", "/r"):
        assert visit(small_hub.port).get(path).status == 200, path

    small_hub.free()
    leave("Nachher")
    assert hand_over()["pending"] == 0
    small_hub.rescue(tmp_path / "rescued")
    with central.opened(tmp_path / "rescued", "tests") as hub, hub.db.read() as conn:
        assert ingest.head(conn, kit.kit.id, confirmed.epoch) == journal.head(kit.db.read())
        held = {one["title"] for one in reading.every(conn, Question())}
    assert held == set(titles)
