"""The walls of the house: who may know whom. There is no list of exceptions, and there shall be none."""

import ast
import re
from pathlib import Path

import pytest

from fieldkit import app
from fieldkit.config import PACKAGE, folder

FILES = sorted(PACKAGE.rglob("*.py"))
GROUND = {path.stem for path in PACKAGE.glob("*.py")} | {"storage", "boards"}
ROOMS = {room.name for room in app.ROOMS}
HALLS = {path.parent.name for path in PACKAGE.glob("*/__init__.py")} - ROOMS - GROUND
PLANS = {"app.py", "cli.py", "hub/app.py"}  # the two floor plans, and the commands that are thin wires to rooms
KNOW_ADDRESSES = {"doors.py", "net/https.py"}  # the second tells nginx to hand them to the first
KNOW_HTMX = {"web.py", "kept.py"}  # one makes the answer, the other keeps it apart from the whole page


def imported(path: Path) -> set[str]:
    """Dotted names of everything a file imports, seen from the project: `fieldkit.ideas.store`, `flask.abort`."""
    here = ["fieldkit", *path.relative_to(PACKAGE).with_suffix("").parts]
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            base = here[: -node.level] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            names |= {f"{module}.{alias.name}" for alias in node.names}
    return names


def inside(path: Path) -> set[str]:
    """The parts of the house a file imports: `ideas`, `web`."""
    return {name.split(".")[1] for name in imported(path) if name.startswith("fieldkit.")}


def strings(path: Path) -> list[str]:
    """Every text in a file but the docstrings."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    told = {id(node.body[0].value) for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and node.body and isinstance(node.body[0], ast.Expr)}  # fmt: skip
    return [n.value for n in ast.walk(tree) if isinstance(n, ast.Constant) and isinstance(n.value, str) and id(n) not in told]


def of(*parts: str) -> list[Path]:
    return [path for path in FILES if path.relative_to(PACKAGE).parts[0] in parts and len(path.relative_to(PACKAGE).parts) > 1]


def test_the_plan_names_every_room_there_is():
    assert {room.name for room in app.ALL} | {"boards", "hub", "net", "storage", "translations"} >= {
        p.parent.name for p in PACKAGE.glob("*/__init__.py")
    }


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_knows_the_ground_floor_and_itself(room):
    strangers = {str(path.relative_to(PACKAGE)): found for path in of(room) if (found := inside(path) - GROUND - {room})}
    assert strangers == {}


@pytest.mark.parametrize("hall", sorted(HALLS))
def test_a_hall_knows_no_room(hall):
    leaning = {str(path.relative_to(PACKAGE)): found for path in of(hall) if (found := inside(path) & ROOMS)}
    assert {name: found for name, found in leaning.items() if name not in PLANS} == {}


def test_the_ground_floor_carries_the_rooms_and_does_not_lean_on_them():
    leaning = {
        path.name: found
        for path in [*PACKAGE.glob("*.py"), *of("storage", "boards")]
        if path.name not in PLANS and (found := inside(path) & (ROOMS | HALLS))
    }
    assert leaning == {}


def test_a_store_has_never_heard_of_the_web():
    web = {"flask", "werkzeug", "markupsafe", "jinja2"}
    for path in PACKAGE.rglob("*store.py"):
        assert {name.split(".")[0] for name in imported(path)} & web == set(), path
        assert inside(path) & {"web", "kept"} == set(), path


def test_a_route_speaks_no_sql():
    for path in PACKAGE.rglob("routes.py"):
        spoken = [text for text in strings(path) if re.search(r"\b(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|WHERE)\b", text)]
        assert spoken == [], path
        assert not re.search(r"\.execute(many|script)?\(", path.read_text(encoding="utf-8")), path


def test_only_the_ground_floor_knows_htmx():
    knowing = {str(p.relative_to(PACKAGE)) for p in FILES if any(re.search(r"\bHX[-_]|HTTP_HX_", text) for text in strings(p))}
    assert knowing <= KNOW_HTMX


def test_only_the_writer_opens_a_database_for_writing():
    connect = re.compile(r'sqlite3\.connect\((?!":memory:")')
    opening = {str(p.relative_to(PACKAGE)) for p in FILES if connect.search(p.read_text(encoding="utf-8"))}
    assert opening <= {
        "db.py",
        "storage/snapshots.py",
        "storage/rescue.py",
    }  # copies are files of their own; a rescue looks before there is a writer


def test_nobody_writes_around_the_journal():
    """Rows of a table that travels are inserted and deleted by the journal alone."""
    travelling = "|".join(leaves.table for room in app.ALL for leaves in room.leaves)
    past = re.compile(rf"\b(INSERT (OR \w+ )?INTO|DELETE FROM|REPLACE INTO) ({travelling})\b")
    rooms_and_halls = [path for path in of(*(ROOMS | HALLS)) if "hub" not in path.parts]
    assert {str(p.relative_to(PACKAGE)): t for p in rooms_and_halls for t in strings(p) if past.search(t)} == {}


def test_nothing_is_called_utils():
    empty_words = {"utils", "util", "helpers", "helper", "manager", "service", "misc", "common", "core"}
    assert [path for path in FILES if path.stem in empty_words or path.parent.name in empty_words] == []


def test_folder_url_and_templates_share_one_name():
    for room in app.ALL:
        if room.blueprint and room.name != "ops":
            assert room.blueprint.name == room.name
            assert (folder("templates") / room.name).is_dir(), room.name


def test_nobody_knows_an_address_or_a_browser():
    """Only the name a device has in this process's memory may be made from them."""
    for path in FILES:
        text = path.read_text(encoding="utf-8")
        if path.relative_to(PACKAGE).as_posix() not in KNOW_ADDRESSES:
            assert not re.search(r"REMOTE_ADDR|remote_addr|user_agent|HTTP_USER_AGENT|access_route", text), path
