"""Facilitators keep order: everything can be undone, everything is logged, both receipts stay valid."""

import pytest

from fieldkit.ideas import moderation_store, store


@pytest.fixture
def log(kit):
    """What staff did, as (who, act)."""
    return lambda: [(row["who"], row["act"]) for row in kit.db.read().execute("SELECT who, act FROM log ORDER BY id")]


@pytest.fixture
def commented(kit, left):
    """An idea with a comment: their ids."""
    rid, ticket = left("Ein Brunnen"), kit.office.read(kit.office.issue())
    kit.db.write(store.comment, ticket, rid, {"body": "Kauft meine Uhren"})
    return rid, ticket.id


def test_a_visitor_cannot_keep_order(visitor, left):
    rid = left()
    for act in ("hiding", "showing", "wall", "merging", "reply", "settling"):
        assert visitor.post(f"/ideas/{rid}/{act}", data={"reason": "x"}).status_code == 403
    assert visitor.get("/ideas/moderation").status_code in (303, 403)
    assert visitor.get(f"/ideas/{rid}").status_code == 200


def test_hiding_takes_an_idea_from_view_and_showing_brings_it_back(visitor, facilitator, left, log, in_order):
    rid = left("Ein Brunnen")
    answer = facilitator.post(f"/ideas/{rid}/hiding", data={"reason": "Nennt eine Person", "pile": "all"}, follow_redirects=True)
    assert "Ausgeblendet." in answer.text
    assert visitor.get(f"/ideas/{rid}").status_code == 404
    assert "Ein Brunnen" not in visitor.get("/ideas").text
    assert "Ein Brunnen" not in visitor.get("/ideas?q=brunnen").text
    assert "Ein Brunnen" in facilitator.get("/ideas/moderation?pile=hidden").text
    facilitator.post(f"/ideas/{rid}/showing")
    assert visitor.get(f"/ideas/{rid}").status_code == 200
    assert log() == [("Jonas", "hide"), ("Jonas", "show")]
    assert in_order()


def test_hiding_needs_a_reason(facilitator, visitor, left, log):
    rid = left()
    answer = facilitator.post(f"/ideas/{rid}/hiding", data={"reason": " ", "pile": "all"})
    assert answer.status_code == 422
    assert f'id="reason-{rid}-error"' in answer.text
    assert visitor.get(f"/ideas/{rid}").status_code == 200
    assert log() == []


def test_a_hidden_comment_leaves_the_idea_where_it_is(visitor, facilitator, commented, in_order):
    rid, comment = commented
    facilitator.post(f"/ideas/{rid}/hiding", data={"comment": comment, "reason": "Werbung"})
    assert "Uhren" not in visitor.get(f"/ideas/{rid}").text
    assert "Uhren" in facilitator.get("/ideas/moderation?pile=hidden").text
    facilitator.post(f"/ideas/{rid}/showing", data={"comment": comment})
    assert "Uhren" in visitor.get(f"/ideas/{rid}").text
    assert in_order()


def test_hiding_settles_the_reports_about_exactly_that(facilitator, kit, commented, ask):
    rid, comment = commented
    kit.db.write(store.report, rid, None, "Die Idee")
    kit.db.write(store.report, rid, comment, "Der Kommentar")
    facilitator.post(f"/ideas/{rid}/hiding", data={"comment": comment, "reason": "Werbung"})
    assert ask("SELECT reason FROM reports WHERE NOT settled") == "Die Idee"


def test_a_report_can_be_settled_without_hiding(facilitator, kit, left, log):
    rid = left("Ein Brunnen")
    kit.db.write(store.report, rid, None, "Gefällt mir nicht")
    assert "Gefällt mir nicht" in facilitator.get("/ideas/moderation").text
    answer = facilitator.post(f"/ideas/{rid}/settling", data={"pile": "reports"}, follow_redirects=True)
    assert "Hier liegt nichts." in answer.text
    assert log() == [("Jonas", "settle")]


def test_merged_ideas_count_together_and_both_receipts_stay_valid(visitor, facilitator, kit, owned, log, in_order):
    twin, main = owned("Brunnen"), owned("Ein Brunnen am Markt")
    for rid in (twin.id, main.id):
        kit.db.write(store.support, rid)
    comment = kit.office.read(kit.office.issue())
    kit.db.write(store.comment, comment, twin.id, {"body": "Ja bitte"})
    facilitator.post(f"/ideas/{twin.id}/merging", data={"into": main.id})
    assert visitor.get(f"/ideas/{twin.id}").location == f"/ideas/{main.id}"
    shown = store.one(kit.db.read(), main.id)
    assert (shown["support"], shown["comment_count"]) == (2, 1)
    assert "Ja bitte" in visitor.get(f"/ideas/{main.id}").text
    assert store.idea_by_receipt(kit.db.read(), twin.receipt)["main"]["id"] == main.id
    assert store.idea_by_receipt(kit.db.read(), main.receipt)["id"] == main.id
    facilitator.post(f"/ideas/{twin.id}/merging")
    assert store.one(kit.db.read(), main.id)["support"] == 1
    assert visitor.get(f"/ideas/{twin.id}").status_code == 200
    assert log() == [("Jonas", "merge"), ("Jonas", "part")]
    assert in_order()


def test_what_was_merged_before_goes_along(facilitator, kit, left, log):
    first, second, third = left("Eins"), left("Zwei"), left("Drei")
    facilitator.post(f"/ideas/{first}/merging", data={"into": second})
    facilitator.post(f"/ideas/{second}/merging", data={"into": third})
    assert {store.one(kit.db.read(), rid)["id"] for rid in (first, second, third)} == {third}
    assert len(log()) == 3


@pytest.mark.parametrize("into", ["self", "abcdefghjkmnpqrs", "hidden"])
def test_nothing_is_merged_into_nothing(facilitator, kit, left, into, ask):
    rid, hidden, _ = left("Eins"), left("Zwei"), left("Drei")
    kit.db.write(moderation_store.hide, "ideas", hidden, "weg", "Jonas")
    answer = facilitator.post(
        f"/ideas/{rid}/merging", data={"into": {"self": rid, "hidden": hidden}.get(into, into), "pile": "all"}
    )
    assert answer.status_code == 422
    assert f'id="into-{rid}-error"' in answer.text
    assert ask("SELECT count(*) FROM ideas WHERE merged_into IS NOT NULL") == 0


def test_two_ideas_never_lie_in_each_other(facilitator, kit, left):
    first, second = left("Eins"), left("Zwei")
    facilitator.post(f"/ideas/{first}/merging", data={"into": second})
    assert facilitator.post(f"/ideas/{second}/merging", data={"into": first}).status_code == 422
    assert store.one(kit.db.read(), first)["id"] == second


def test_the_most_alike_stands_first_among_those_to_merge_into(facilitator, left):
    left("Mehr Licht"), left("Brunnen am Rathaus"), left("Trinkbrunnen")
    rid = left("Ein Brunnen")
    html = facilitator.get(f"/ideas/moderation?only={rid}").text
    alike = html.partition('<optgroup label="Klingt ähnlich">')[2].partition("</optgroup>")[0]
    assert "Trinkbrunnen" in alike
    assert "Brunnen am Rathaus" in alike
    assert "Mehr Licht" not in alike


def test_an_answer_on_the_spot_is_public_and_can_be_taken_back(visitor, facilitator, left, log, in_order):
    rid = left()
    facilitator.post(f"/ideas/{rid}/reply", data={"reply": "Steht schon im Plan."})
    assert "Steht schon im Plan." in visitor.get(f"/ideas/{rid}").text
    assert "Vor Ort beantwortet" in visitor.get("/ideas?answered=yes").text
    facilitator.post(f"/ideas/{rid}/reply", data={"reply": ""})
    assert "im Plan" not in visitor.get(f"/ideas/{rid}").text
    assert log() == [("Jonas", "reply"), ("Jonas", "reply")]
    assert in_order()


def test_an_answer_that_is_too_long_keeps_its_words(facilitator, left):
    answer = facilitator.post(f"/ideas/{left()}/reply", data={"reply": "x" * 1001, "pile": "all"})
    assert answer.status_code == 422
    assert "x" * 1001 in answer.text


@pytest.mark.parametrize("pile", moderation_store.PILES)
def test_every_pile_opens_also_empty_and_searched(facilitator, kit, left, pile):
    assert "Hier liegt nichts." in facilitator.get(f"/ideas/moderation?pile={pile}").text
    left()
    assert facilitator.get(f"/ideas/moderation?pile={pile}&q=wc&page=3").status_code == 200


def test_a_facilitator_finds_an_idea_by_its_words(facilitator, left):
    left("Ein Brunnen"), left("Mehr Licht")
    html = facilitator.get("/ideas/moderation?pile=all&q=brunnen").text
    assert "Ein Brunnen" in html.partition('id="pile"')[2]
    assert '<h2 dir="auto"><a href="/ideas/' in html
    assert html.count("<h2 ") == 1


def test_a_pile_of_many_has_pages(facilitator, left):
    for n in range(25):
        left(f"Idee {n}")
    assert "Seite 1 von 2" in facilitator.get("/ideas/moderation?pile=all").text
    assert facilitator.get("/ideas/moderation?pile=all&page=2").text.count("<h2 ") == 5


@pytest.mark.parametrize("act", ["hiding", "showing", "wall", "merging", "reply", "settling"])
def test_an_idea_that_is_gone_is_not_found(facilitator, stop, act, log):
    assert facilitator.post(f"/ideas/abcdefghjkmnpqrs/{act}", data={"reason": "x", "reply": "x"}).status_code == 404
    assert log() == []
