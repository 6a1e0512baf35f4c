"""The disk is full: nothing breaks, nothing is lost, everybody is told, and it goes on when there is space again."""

import pytest

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
