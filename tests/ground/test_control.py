"""Commands reach the running kit, however deep its home lies, and come back with an answer or a reason."""

import stat

import pytest

from fieldkit import control

HOUSE = 21


def double(progress, number):
    """Report on the way, then answer."""
    progress(1, 2, "halb")
    progress(2, 2, "fertig")
    return {"result": number * HOUSE}


def refuse(progress):
    """Refuse."""
    raise ValueError("Hier ist kein Stick.")


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    deep = tmp_path_factory.mktemp("kit").joinpath(*["ein-langer-ordner-name"] * 8)
    deep.mkdir(parents=True)
    listener = control.Listener(deep, {"double": double, "refuse": refuse}.__getitem__)
    yield deep
    listener.close()


def ask(home, name, **arguments):
    return control.ask(home, name, lambda *_: None, **arguments)


def test_a_command_runs_in_the_serving_kit_even_with_a_long_path(home):
    assert len(str(home)) > 150
    assert ask(home, "double", number=2) == {"result": 42}


def test_progress_arrives_on_the_way(home):
    seen = []
    control.ask(home, "double", lambda *step: seen.append(step), number=1)
    assert seen == [(1, 2, "halb"), (2, 2, "fertig")]


def test_a_refusal_arrives_with_its_reason(home):
    with pytest.raises(control.Refused, match="Hier ist kein Stick"):
        ask(home, "refuse")


def test_an_unknown_command_is_refused_and_the_kit_goes_on(home):
    with pytest.raises(control.Refused):
        ask(home, "dance")
    assert ask(home, "double", number=1)["result"] == 21


def test_wrong_arguments_are_refused(home):
    with pytest.raises(control.Refused):
        ask(home, "double", wrong=1)


def test_only_its_own_user_can_open_the_socket(home):
    assert stat.S_IMODE((home / "fieldkit.sock").stat().st_mode) == 0o600


def test_no_running_kit_is_told_apart_from_a_refusal(tmp_path):
    with pytest.raises(ConnectionError):
        ask(tmp_path, "double", number=1)


def test_the_socket_of_a_kit_that_was_killed_does_not_stand_in_the_way(tmp_path):
    (tmp_path / "fieldkit.sock").write_text("left over")
    listener = control.Listener(tmp_path, {"double": double}.__getitem__)
    assert ask(tmp_path, "double", number=2) == {"result": 42}
    listener.close()
    assert not (tmp_path / "fieldkit.sock").exists()
