"""The server ends in the middle of a vote: nothing is lost, and everybody carries on by the link they have."""

import json
import re
import subprocess
import sys
import urllib.parse
import urllib.request

import pytest

from fieldkit.workshops.demo import DEMO_CODE


def ask(url, **form):
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(url, data, {"Origin": "/".join(url.split("/")[:3])} if form else {})
    with urllib.request.urlopen(request, timeout=20) as answer:
        return answer.read().decode(), answer.url


@pytest.mark.slow
def test_a_server_that_ends_in_the_middle_loses_nothing_and_everybody_carries_on(serve):
    server = serve("serve", "--demo")
    _, link = ask(f"{server.url}/join", code=DEMO_CODE)
    link = link.removesuffix("welcome")
    page, _ = ask(link)
    action = server.url + re.search(r'action="([^"]+/notes)"', page)[1]
    note_id = re.search(r'name="id" value="([^"]+)"', page)[1]
    page, _ = ask(action, id=note_id, text="vor dem Neustart")
    left = int(re.search(r'data-left="(\d+)"', page)[1])
    poll = link + re.search(r'hx-get="([^"]+)"', page)[1].replace("&amp;", "&")
    server.process.kill()
    server.process.wait(20)
    server.start()
    page, _ = ask(action, id=note_id, text="vor dem Neustart")  # the phone never heard that it had arrived
    assert page.count("vor dem Neustart</p>") == 1
    page, _ = ask(action, text="nach dem Neustart")
    assert left - 30 <= int(re.search(r'data-left="(\d+)"', page)[1]) <= left
    with urllib.request.urlopen(urllib.request.Request(poll, headers={"HX-Request": "true"})) as answer:
        assert answer.status == 200, "a version of the process before equals none of this one"
    listed = subprocess.run(
        [sys.executable, "-m", "fieldkit", "workshops", "list", "--json"],
        env={"FIELDKIT_HOME": str(server.home), "PATH": ""}, capture_output=True, check=True,
    )  # fmt: skip
    assert json.loads(listed.stdout)[0] == {"code": DEMO_CODE, "title": "Ein Platz zum Bleiben", "state": "open"}
