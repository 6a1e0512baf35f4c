"""What may leave the device: a list that every reviewer sees change."""

import ast
import re
from pathlib import Path

from fieldkit import app
from fieldkit.config import PACKAGE

GOLDEN = Path(__file__).with_name("leaving.txt")
PLATES = [leaves for room in app.ALL for leaves in room.leaves]


def saved_tables():
    """Every table that some room saves or erases through the journal, by name."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("journal.save", "journal.erase") and len(node.args) > 1:
                named = [] if isinstance(node.args[1], ast.Subscript) else ast.walk(node.args[1])  # what the hub named, by a key
                yield from (n.value for n in named if isinstance(n, ast.Constant) and isinstance(n.value, str))


def test_what_leaves_the_device_is_a_reviewed_list(golden):
    golden(GOLDEN, "".join(sorted(f"{leaves.table}.{column}\n" for leaves in PLATES for column in leaves.columns)))


def test_everything_that_is_journaled_stands_on_a_plate():
    assert set(saved_tables()) == {leaves.table for leaves in PLATES}


def test_no_table_stands_on_two_plates():
    tables = [leaves.table for leaves in PLATES]
    assert len(tables) == len(set(tables))


def test_every_column_on_a_plate_exists_and_the_id_is_among_them(kit):
    for leaves in PLATES:
        columns = {row["name"] for row in kit.db.read().execute(f"PRAGMA table_info({leaves.table})")}
        assert set(leaves.columns) <= columns, leaves.table
        assert "id" in leaves.columns, leaves.table


def test_nothing_that_tells_who_worked_or_came_leaves():
    staying = re.compile(r"entered_by|who|agent|ip|address|email|phone|contact|pin|secret|.*_key|on_wall|code|device|card")
    assert [f"{leaves.table}.{column}" for leaves in PLATES for column in leaves.columns if staying.fullmatch(column)] == []


def test_staff_log_and_keys_never_leave():
    assert {leaves.table for leaves in PLATES} & {"staff", "log", "kit", "hub", "journal", "answers", "reports"} == set()
