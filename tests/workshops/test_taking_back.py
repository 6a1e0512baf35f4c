"""What the team takes back stands as it stood, and what cannot be taken back is in nobody's way."""

import pytest

from fieldkit.workshops import boards_store
from tests.workshops.conftest import undo


def reopen(facilitator, code):
    facilitator.post(f"/workshops/{code}/state", data={"state": "open"})


@pytest.mark.parametrize("back", [undo, reopen])
def test_a_workshop_closed_by_mistake_goes_on_where_it_was(facilitator, workshop, desk, phone, back):
    board = workshop.add("poll", votes_hidden=1, options={"mode": "yesno"})
    ayse = phone(workshop.begin().code)
    ayse.post(f"{ayse.link}/boards/{board}/choice", data={"answer": "yes"})
    secret = ayse.board()
    desk(f"{workshop.code}/state", state="closed")
    assert "<progress" in ayse.board()
    back(facilitator, workshop.code)
    assert "<progress" not in ayse.board(), "votes are as secret as they were"
    assert ayse.board().count('role="timer"') == secret.count('role="timer"') == 1
    assert 'id="minutes-1"' in facilitator.get(f"/workshops/{workshop.code}").text, "its time can be changed again"


@pytest.mark.parametrize("back", [undo, reopen])
def test_what_is_hidden_until_the_time_is_up_is_hidden_again_after_a_mistaken_closing(facilitator, workshop, desk, phone, back):
    workshop.add("brainstorm", reveal="timer")
    ayse, ben = phone(workshop.begin().code), phone(workshop.code)
    ayse.write("Noch geheim")
    desk(f"{workshop.code}/state", state="closed")
    back(facilitator, workshop.code)
    assert "Noch geheim" not in ben.board()
    assert boards_store.boards(workshop.kit.db.read(), workshop.id)[0]["hidden"]
