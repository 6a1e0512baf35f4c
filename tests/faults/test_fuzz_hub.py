"""Random requests at every entrance of the hub, by a stranger and by an administrator: some are refused, none breaks anything."""

import itertools
import re
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fieldkit.hub import app, ingest, outbox
from fieldkit.hub.central import Central
from fieldkit.hub.ideas import template_store
from tests.conftest import Browser
from tests.faults.test_fuzz import ODD
from tests.hub import arriving

pytestmark = pytest.mark.slow

DAYS = ["9999-12-31", "0001-01-01", "2026-11-22", "31.12.9999"]
TEXTS = [*ODD, *DAYS, "9" * 20, "9" * 5000, "٣", "²", "a\nb", "€", "kit7kit7kit7kit7/bench/1", "to=9999-12-31&page=2", "other", "begin-anew"]  # fmt: skip
words = st.sampled_from(TEXTS) | st.text(max_size=40)
TELLING = ["", "a\nb€\x00", "9" * 5000, "9999-12-31", "to=9999-12-31&page=2"]
"""These find the most; each costs a request for every entrance."""
FIELDS = (
    "q kit stop district theme channel answered status office from to sort page list then saved left pick what days show decision name "
    "address role current pin again card secret scanned title body kind until version note template epoch heard sig after confirmed "
    "release free pending copies seq start size confirm code passphrase markdown text done lang place link category"
).split()
ADDRESS = re.compile(r"<(?:any\((\w+)[^>]*|(?:\w+(?:\([^)]*\))?:)?(\w+))>")
"""A part of an address that varies: the first of what it may be, or its name."""
few = st.dictionaries(st.sampled_from(FIELDS), words, max_size=8)
forms = few | st.builds(lambda word, other: dict.fromkeys(FIELDS, word) | other, words, few)
odd_parts = st.sampled_from(["0" * 16, "9" * 20, *ODD[2:8]]) | st.text(
    st.characters(exclude_characters="/\\"), min_size=1, max_size=20
)
LEAVING = {"team.sign_out"}
homes = itertools.count()


@pytest.fixture
def entrances(hub: Central, reader: Browser) -> tuple[list[Browser], list[Any], dict[str, list[str]]]:
    """A stranger and an administrator, every entrance of a hub with something in it, and what is there, by what addresses call it."""
    arriving.two_stops(hub)
    hub.db.write(ingest.note, arriving.KIT, "fork", arriving.EPOCH, 3)
    answer = {"status": "doing", "body": "Kommt.", "office": "Amt"}
    hub.db.write(outbox.answer, hub.signing_key, arriving.KIT, "bench", answer, "Frau Krüger")
    template = hub.db.write(template_store.add, answer | {"name": "Zusage"}, "Frau Krüger")
    rules = [rule for rule in app.create_hub(hub).url_map.iter_rules() if rule.endpoint not in LEAVING]
    there = {"kit": [arriving.KIT], "rid": ["bench", "well"], "template_id": [template], "incident": ["9" * 20, "1"]}
    return [Browser(app.create_wsgi(hub)), reader, reader], rules, there


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_entrance_of_the_hub_breaks_whatever_is_sent(
    entrances: tuple[list[Browser], list[Any], dict[str, list[str]]], data: Any
) -> None:
    people, rules, there = entrances
    rule, who = data.draw(st.sampled_from(rules), label="rule"), data.draw(st.sampled_from(people), label="who")
    method = data.draw(st.sampled_from(sorted(rule.methods - {"HEAD", "OPTIONS"})), label="method")

    def part(found: re.Match[str]) -> str:
        return found[1] or quote(data.draw(st.sampled_from(there.get(found[2], ODD[2:8])) | odd_parts), safe="")

    path = ADDRESS.sub(part, rule.rule)
    sent = {"query_string": data.draw(forms, label="query")}
    if method == "POST":
        sent["data"] = data.draw(forms, label="form")
    home = {"REMOTE_ADDR": f"172.18.{next(homes) % 250}.7", "HTTP_USER_AGENT": "fuzz"}
    answer = who.open(path, method=method, environ_overrides=home, **sent)
    assert answer.status_code < 500, f"{method} {path} {sent}"


def test_an_odd_word_in_every_field_of_every_form_and_address_breaks_none(
    entrances: tuple[list[Browser], list[Any], dict[str, list[str]]],
) -> None:
    people, rules, there = entrances
    broken = []
    for rule, word in itertools.product(rules, TELLING):
        path = ADDRESS.sub(lambda found: found[1] or there.get(found[2], ["x"])[0], rule.rule)
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            sent = {"data" if method == "POST" else "query_string": dict.fromkeys(FIELDS, word)}
            home = {"REMOTE_ADDR": f"172.19.{next(homes) % 250}.7"}
            if people[-1].open(path, method=method, environ_overrides=home, **sent).status_code >= 500:
                broken.append((method, path, word[:20]))
    assert broken == []
