"""Workshops to begin with: templates in our own words, and method cards."""

import re

import pytest

from fieldkit.boards import KINDS
from fieldkit.workshops import boards_store, store, templates


def test_there_are_at_least_ten_templates():
    assert len(templates.shelf()) >= 10
    assert {"problem-verstehen", "kiez-sprint-90", "world-cafe", "zukunftswerkstatt", "retrospektive"} <= templates.shelf().keys()


def test_what_says_ninety_minutes_takes_ninety_minutes():
    assert {templates.shelf()[slug].minutes for slug in ("problem-verstehen", "kiez-sprint-90")} == {90}


@pytest.mark.parametrize("slug", templates.shelf())
def test_a_template_is_what_the_forms_would_accept(slug):
    template = templates.shelf()[slug]
    assert {step["kind"] for step in template.steps} <= {*KINDS, "none"}
    assert 1 <= len(template.title) <= 40
    assert template.short.endswith((".", "?"))
    assert len(templates.made(template)) == len(template.steps)
    assert all(text == text.strip() for step in template.steps for text in step.values() if isinstance(text, str))


@pytest.mark.parametrize("slug", templates.shelf())
def test_a_template_names_methods_there_are(slug, facilitator):
    for method in {step["method"] for step in templates.shelf()[slug].steps if "method" in step}:
        assert facilitator.get(f"/methods/{method}").status_code == 200


@pytest.mark.parametrize("slug", templates.shelf())
def test_a_workshop_made_of_a_template_has_its_whole_agenda(slug, facilitator, kit):
    page = facilitator.get(f"/workshops/new?template={slug}").text
    form = {"id": re.search(r'name="id" value="([^"]+)"', page)[1], "template": slug, "title": "Am Dienstag"}
    lead = facilitator.post("/workshops/new", data=form).headers["Location"]
    steps = store.agenda(kit.db.read(), form["id"])
    assert [step["title"] for step in steps] == [step["title"] for step in templates.shelf()[slug].steps]
    sources = [board["source_id"] for board in boards_store.boards(kit.db.read(), form["id"]) if board["source_id"]]
    assert len(sources) == sum("from" in step for step in templates.shelf()[slug].steps)
    for step in steps:
        assert facilitator.get(f"{lead}/steps/{step['id']}").status_code == 200


def test_a_method_card_leads_to_a_workshop_with_its_steps(facilitator, kit):
    card = facilitator.get("/methods/punktabfrage").text
    link = re.search(r'href="(/workshops/new\?method=punktabfrage)"', card)[1]
    page = facilitator.get(link).text
    form = {"id": re.search(r'name="id" value="([^"]+)"', page)[1], "method": "punktabfrage", "title": "Punktabfrage"}
    facilitator.post("/workshops/new", data=form)
    steps = store.agenda(kit.db.read(), form["id"])
    assert [step["kind"] for step in steps] == [None, None, "dotvote", None, None]
    assert steps[0]["method"] == "punktabfrage"
    assert "Vorschlag verständlich" in steps[0]["note"]


def test_every_method_card_can_be_started_with(facilitator):
    cards = re.findall(r'href="/methods/([a-z0-9-]+)"', "".join(facilitator.get(f"/methods?page={n}").text for n in (1, 2, 3)))
    assert len(set(cards)) >= 20
    for card in set(cards):
        assert facilitator.get(f"/workshops/new?method={card}").status_code == 200, card


@pytest.mark.parametrize("wish", ["template=gibt-es-nicht", "method=gibt-es-nicht", "template=../geheim"])
def test_a_template_that_is_not_there_is_not_found(wish, facilitator):
    assert facilitator.get(f"/workshops/new?{wish}").status_code == 404


def test_a_visitor_plans_nothing(visitor):
    assert visitor.get("/workshops/new?template=world-cafe").status_code == 303
