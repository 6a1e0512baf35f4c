"""`fieldkit check` finds what does not agree."""

from collections.abc import Callable

import pytest

from fieldkit.house import House
from fieldkit.ops import check


def test_a_kit_in_use_is_without_fault(kit: House, idea: Callable[..., str]) -> None:
    idea()
    assert check.report(kit.db.read()) == check.report(kit.db.read()) | {"ok": True, "faults": []}


@pytest.mark.parametrize(
    ("meddling", "complaint"),
    [
        ("UPDATE ideas SET title = 'Gefälscht'", "sagt etwas anderes als das Journal"),
        ("DELETE FROM supports", None),
        ("DELETE FROM ideas", "fehlt aber in der Tabelle"),
        ("UPDATE journal SET body = replace(body, 'Bänke', 'Banken') WHERE tbl = 'ideas'", "Prüfsumme"),
        ("UPDATE journal SET at = '2001-01-01T00:00:00Z' WHERE seq = 2", "Kette"),
        ("DELETE FROM journal WHERE seq = 2", "Lücke"),
    ],
)
def test_meddling_with_the_database_is_found(kit: House, idea: Callable[..., str], meddling: str, complaint: str | None) -> None:
    idea()
    kit.db.write(lambda conn: conn.execute(meddling))
    faults = check.report(kit.db.read())["faults"]
    assert any(complaint in fault for fault in faults) if complaint else not faults
