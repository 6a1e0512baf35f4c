"""Whatever somebody types or sends, nothing breaks and nothing of it runs."""

import pytest

LONG = {"title": 120, "body": 2000, "place": 80}
TOO_MANY = {field: "x" * (limit + 1) for field, limit in LONG.items()}


@pytest.mark.parametrize("title", ["", "   ", "\n\t ", "\u202e\u2066", "\x00", "\u00a0", "\u200b\u2060"])
def test_a_title_of_nothing_is_asked_for_again_with_everything_else_kept(visitor, stop, title):
    answer = visitor.fill("/ideas/new", title=title, body="Bleibt stehen", place="Rixdorf")
    assert answer.status_code == 422
    assert "Bitte gib deiner Idee einen Titel." in answer.text
    assert "Bleibt stehen</textarea>" in answer.text
    assert 'value="Rixdorf"' in answer.text


def test_everything_that_is_too_long_is_said_at_once(visitor, stop):
    answer = visitor.fill("/ideas/new", **TOO_MANY)
    assert answer.status_code == 422
    for field, limit in LONG.items():
        assert f'id="{field}-error"' in answer.text
        assert f"{limit} sind möglich" in answer.text
        assert TOO_MANY[field] in answer.text


def test_exactly_as_long_as_allowed_is_fine(visitor, idea, ask):
    idea("ß" * 120, body="🚲" * 2000)
    assert ask("SELECT length(title) + length(body) FROM ideas") == 2120


def test_emoji_and_every_script_stay_as_they_are(visitor, idea):
    idea("🌳🚲 Bäume", body="شجرة واحدة على الأقل\nçay bahçesi")
    html = visitor.get("/ideas").text
    assert "🌳🚲 Bäume" in html
    assert "شجرة واحدة على الأقل" in html


def test_nobody_turns_the_page_around(idea, ask):
    idea("Gut \u202eschlecht", body="\u2067rechts\u2069")
    assert ask("SELECT title || body FROM ideas") == "Gut schlechtrechts"


@pytest.mark.parametrize("words", ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{ 7 * 7 }}", "<b hx-get=/x>"])
def test_what_looks_like_code_is_shown_as_typed(visitor, idea, words):
    idea(words, body=words, place=words, name=words[:40], name_public="1")
    shown = visitor.get("/ideas").text
    assert words not in shown.replace("{{ 7 * 7 }}", "")
    assert "49" not in shown.partition("<main")[2].partition("house-number")[0]
    assert words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&#34;") in shown


def test_nul_bytes_are_left_out(idea, ask):
    idea("Ein\x00 Brunnen", body="am\x00 Markt")
    assert ask("SELECT title || '/' || body FROM ideas") == "Ein Brunnen/am Markt"


@pytest.mark.parametrize("kind", ["application/json", "text/plain", "application/xml"])
def test_another_content_type_is_an_empty_form(visitor, stop, ask, kind):
    assert visitor.post("/ideas/new", data=b'{"title": "x"}', content_type=kind).status_code == 422
    assert ask("SELECT count(*) FROM ideas") == 0


def test_an_upload_in_place_of_words_is_an_empty_form(visitor, stop):
    answer = visitor.post("/ideas/new", data=b"--x\r\nbroken", content_type="multipart/form-data; boundary=x")
    assert answer.status_code == 422


def test_a_form_of_megabytes_is_turned_away(visitor, stop):
    assert visitor.post("/ideas/new", data={"title": "x" * 200_000}).status_code == 413


def test_a_category_nobody_offered_is_refused(visitor, stop):
    answer = visitor.fill("/ideas/new", title="Eins", category="weapons")
    assert answer.status_code == 422
    assert 'value="Eins"' in answer.text


def test_a_ticket_that_was_tampered_with_is_not_taken(visitor, stop, ask):
    assert visitor.post("/ideas/new", data={"title": "Eins", "ticket": "A" * 200}).status_code == 422
    assert visitor.post("/ideas/new", data={"title": "Eins", "ticket": "äöü\x00"}).status_code == 422
    assert ask("SELECT count(*) FROM ideas") == 0


@pytest.mark.parametrize("path", ["", "/support", "/comments/new", "/reports/new"])
@pytest.mark.parametrize("unknown", ["abcdefghjkmnpqrs", "x", "%00", "..", "ä" * 50])
def test_an_idea_nobody_left_is_not_found(visitor, stop, path, unknown):
    send = visitor.post if path else visitor.get
    assert send(f"/ideas/{unknown}{path}").status_code == 404


@pytest.mark.parametrize(
    "query", ["page=0", "page=-1", "page=99999", "page=999999999", "page=x", "page=٣", "sort=x", "category=x", "stop=x", "answered=x",
              "q=%00", 'q="', "q=*", "q=AND OR NOT", "q=a\"b*c(", "q=%25", "q=_", "q=" + "x" * 500],
)  # fmt: skip
def test_a_question_nobody_foresaw_is_answered_with_a_page(visitor, left, query):
    left()
    assert visitor.get(f"/ideas?{query}").status_code == 200


def test_a_comment_of_nothing_is_asked_for_again(visitor, left):
    path = f"/ideas/{left()}/comments/new"
    assert [visitor.fill(path, body=body).status_code for body in ("  ", "\u200b\u2060")] == [422, 422]
    answer = visitor.fill(path, body="x" * 1001, name="Emre")
    assert answer.status_code == 422
    assert 'value="Emre"' in answer.text


def test_a_report_without_a_reason_is_asked_for_again(visitor, left, ask):
    assert visitor.post(f"/ideas/{left()}/reports/new", data={"reason": " "}).status_code == 422
    assert ask("SELECT count(*) FROM reports") == 0
