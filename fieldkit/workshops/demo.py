"""An example: a workshop on the square whose current board is a brainstorm, hidden until the reveal."""

import sqlite3

from .. import ids
from . import notes_store, outcomes_store, seats_store, store

DEMO_CODE = "PARK23"
DEMO_TOKEN = "beispiel-nummer-eins"  # noqa: S105 - opens an example, on a kit without real data
NOTES = (
    "Bänke mit Rückenlehne, auch im Schatten",
    "Ein Trinkbrunnen",
    "Abends mehr Licht auf dem Weg zur U-Bahn",
    "Eine Ecke ohne Verkehrslärm",
    "Tische zum Schachspielen",
)
STEPS = (
    ("Ankommen", 5, {"kind": "checkin", "question": "Wie bist du heute da?", "max_length": 60, "max_notes": 1}),
    (
        "Ideen sammeln",
        15,
        {
            "kind": "brainstorm",
            "question": "Wie wird der Platz für alle angenehmer?",
            "reveal": "facilitator",
            "options": {"columns": [], "prefix": "Wie können wir"},
        },
    ),
    ("Punkte kleben", 10, {"kind": "dotvote", "question": "Was ist dir am wichtigsten?", "votes_hidden": 1}),
    (
        "Wie weiter?",
        5,
        {
            "kind": "poll",
            "question": "Treffen wir uns wieder?",
            "votes_hidden": 1,
            "options": {
                "mode": "single",
                "answers": [{"key": "a", "label": "In zwei Wochen"}, {"key": "b", "label": "Im Frühjahr"}],
            },
        },
    ),
)


def fill(conn: sqlite3.Connection) -> None:
    """One open workshop with an agenda; five people have written, nobody sees yet what; a task is written down."""
    workshop_id = ids.new_id()
    facts = {"title": "Ein Platz zum Bleiben", "partner": "Bezirksamt", "goal": "Drei Ideen, die noch in diesem Jahr gehen."}
    store.create(conn, {"id": workshop_id, "join_code": DEMO_CODE, **facts})
    for title, minutes, board in STEPS:
        step = {"id": ids.new_id(), "title": title, "minutes": minutes}
        before = store.agenda(conn, workshop_id)
        source = before[-1]["board_id"] if board["kind"] == "dotvote" else None
        store.add_step(conn, workshop_id, step, board | {"source_id": source})
    store.open_workshop(conn, workshop_id)
    agenda = store.agenda(conn, workshop_id)
    store.go(conn, workshop_id, "", agenda[0]["id"])
    store.go(conn, workshop_id, agenda[0]["id"], agenda[1]["id"])
    for number, text in enumerate(NOTES):
        token = DEMO_TOKEN if number == 0 else seats_store.new_token()
        seats_store.join(conn, workshop_id, {"id": ids.new_id(), "name": ""}, token)
        who = seats_store.by_token(conn, token) or {}
        notes_store.leave(conn, agenda[1]["board_id"], who, {"id": ids.new_id(), "text": text})
    task = {"id": ids.new_id(), "kind": outcomes_store.TASK, "text": "Fotos vom Platz mitbringen", "assignee": "alle"}
    outcomes_store.write_down(conn, workshop_id, task)
