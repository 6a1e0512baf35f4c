"""Random requests at every entrance: some are refused, none breaks anything."""

import itertools
import re
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit import app, doors
from fieldkit.storage import soundness

pytestmark = pytest.mark.slow

ODD = ["", " ", "\x00", "0", "-1", "9" * 40, "ä", "\u202e", "<b>", "%s", "'", '"', "../..", "yes", "2026-11-22", "24:00-12:00", "👩‍👩‍👧", "a" * 5000, "1e9", "[]", "{}"]  # fmt: skip
words = st.sampled_from(ODD) | st.text(max_size=40)
phones = itertools.count()


@pytest.fixture
def browsers(kit, stop, visitor, facilitator):
    """A visitor and a facilitator, and every entrance of the kit with the fields its forms have."""
    application = app.create_app(kit)
    rules = [r for r in application.url_map.iter_rules() if r.endpoint not in LEAVING]
    return {doors.VISITOR: visitor, doors.FACILITATOR: facilitator}, rules


LEAVING = {"staff.sign_out", "staff.revoke"}  # would end the facilitator's session, and the rest would only meet a closed door
FIELDS = (
    "title body text category place name name_public contact contact_consent ticket ask_similar code q sort page stop answered pile "
    "reason into reply allowed comment strokes sheet id pin secret card question district locality partner theme results answer_by "
    "starts_on ends_on hours languages then time number group minutes phase goal lang version again confirmed"
).split()
forms = st.dictionaries(st.sampled_from(FIELDS), words, max_size=8)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_entrance_breaks_whatever_is_sent(kit, stop, browsers, data):
    people, rules = browsers
    rule = data.draw(st.sampled_from(rules), label="rule")
    who = data.draw(st.sampled_from(sorted(people)), label="audience")
    method = data.draw(st.sampled_from(sorted(rule.methods)), label="method")
    part = st.sampled_from([stop["id"], "0" * 16, *ODD[2:8]]) | st.text(
        st.characters(exclude_characters="/\\"), min_size=1, max_size=20
    )
    path = re.sub(r"<(?:any\((\w+)[^>]*|[^>]+)>", lambda found: found[1] or quote(data.draw(part), safe=""), rule.rule)
    form = data.draw(forms, label="form")
    if "ticket" in form and data.draw(st.booleans(), label="real ticket"):
        form["ticket"] = TICKETS.setdefault(kit.kit.id, kit.office.issue())
    elsewhere = {"REMOTE_ADDR": f"172.17.{next(phones) % 250}.7", "HTTP_USER_AGENT": "fuzz"}
    sent = {"query_string": form} if method in ("GET", "HEAD", "OPTIONS") else {"data": form}
    answer = people[who].open(path, method=method, environ_overrides=elsewhere, **sent)
    assert answer.status_code < 500, f"{method} {path} {form}"
    if data.draw(st.integers(0, 20)) == 0:
        assert list(soundness.journal_faults(kit.db.read())) == []


TICKETS: dict[str, str] = {}
