"""What every page must be, whoever made it."""

import gzip
import re
from collections import Counter

import pytest

from fieldkit import doors, i18n, web

HOME_BYTES, PAGE_BYTES = 14 * 1024, 30 * 1024
FIELDS = ("input", "select", "textarea")
WITHOUT_LABEL = {"hidden", "submit", "button", "image", "reset"}


def test_everybody_gets_somewhere(walks):
    assert len(walks[doors.VISITOR].seen) > 10
    assert len(walks[doors.FACILITATOR].seen) > len(walks[doors.VISITOR].seen) / 2


def test_every_page_is_linked_from_somewhere_or_has_an_example(walks):
    assert {audience: walk.unreached for audience, walk in walks.items() if walk.unreached} == {}


def test_no_page_breaks(sights):
    assert [f"{s}: {s.status}" for s in sights if s.status >= 500] == []


def test_no_link_leads_nowhere(sights):
    wrong = [f"{s}: {s.status}" for s in sights if 400 <= s.status < 500]
    assert [w for w in wrong if "/nowhere" not in w and not w.startswith(KEYS)] == []


# Without a printed secret or a ticket these answer that they do not know it.
KEYS = tuple(f"{who} /{path}" for who in (doors.VISITOR, doors.FACILITATOR) for path in ("staff/first/", "receipts/issued"))


def test_every_tag_is_closed_in_order(sights):
    assert [f"{s}: {fault}" for s in sights for fault in s.faults] == []


def test_every_page_says_its_language_and_direction(pages):
    roots = {str(s): s.all("html")[0].attrs for s in pages}
    assert {who: a for who, a in roots.items() if a.get("lang") != "de" or a.get("dir") != "ltr"} == {}


def test_every_offered_language_is_said_on_the_page(enter):
    for language in i18n.offered():
        html = enter(doors.VISITOR).get(f"/?lang={language}").text
        assert f'<html lang="{i18n.tag(language)}"' in html


def test_every_page_has_one_heading_and_bears_it_as_title(pages):
    wrong = []
    for sight in pages:
        headings, titles = sight.all("h1"), [t for t in sight.all("title") if not t.within("svg")]
        if len(headings) != 1 or len(titles) != 1 or not headings[0].text or headings[0].text not in titles[0].text:
            wrong.append(f"{sight}: h1 {[h.text for h in headings]}, title {[t.text for t in titles]}")
    assert wrong == []


def test_every_page_has_one_main_part_that_can_be_jumped_to(pages):
    wrong = [s for s in pages if [m.attrs.get("id") for m in s.all("main")] != ["main"]]
    assert [str(s) for s in wrong if "/wall" not in s.url] == []


def test_headings_go_down_one_step_at_a_time(pages):
    wrong = []
    for sight in pages:
        levels = [int(e.tag[1]) for e in sight.all("h1", "h2", "h3", "h4", "h5", "h6")]
        wrong += [f"{sight}: h{a} then h{b}" for a, b in zip(levels, levels[1:], strict=False) if b > a + 1]
    assert wrong == []


def test_every_form_says_where_it_goes_and_has_a_button(sights):
    wrong = []
    for sight in sights:
        for form in sight.all("form"):
            buttons = [
                b for b in sight.all("button", "input") if b.attrs.get("type", "submit" if b.tag == "button" else "") == "submit"
            ]
            mine = [b for b in buttons if b in form.all() or b.attrs.get("form", "-") == form.attrs.get("id")]
            if form.attrs.get("method", "get").lower() == "post" and not form.attrs.get("action"):
                wrong.append(f"{sight}: a form without action")
            if not mine:
                wrong.append(f"{sight}: form {form.attrs} without a button")
    assert wrong == []


def test_every_field_has_a_label_and_a_name(sights):
    wrong = []
    for sight in sights:
        labelled = {label.attrs.get("for") for label in sight.all("label")}
        for element in sight.all(*FIELDS):
            if element.attrs.get("type") in WITHOUT_LABEL:
                continue
            named = element.attrs.get("id") in labelled or element.within("label")
            if not named and not {"aria-label", "aria-labelledby"} & element.attrs.keys():
                wrong.append(f"{sight}: {element.attrs} has no label")
            if not element.attrs.get("name"):
                wrong.append(f"{sight}: {element.attrs} has no name")
    assert wrong == []


def test_every_picture_has_words_and_a_size(sights):
    images = [(s, e.attrs) for s in sights for e in s.all("img")]
    assert [f"{s}: {a}" for s, a in images if "alt" not in a or not {"width", "height"} <= a.keys()] == []


def test_a_drawing_is_hidden_or_named(sights):
    drawings = [(s, e.attrs) for s in sights for e in s.all("svg")]
    assert [f"{s}: {a}" for s, a in drawings if "aria-hidden" not in a and not {"aria-label", "aria-labelledby"} & a.keys()] == []


def test_every_id_is_there_once(sights):
    doubles = {
        str(s): [i for i, n in Counter(e.attrs["id"] for e in s.all() if "id" in e.attrs).items() if n > 1] for s in sights
    }
    assert {who: twice for who, twice in doubles.items() if twice} == {}


def test_what_points_to_an_id_finds_it(pages):
    wrong = []
    for sight in pages:
        known = {e.attrs.get("id") for e in sight.all()}
        for e in sight.all():
            pointed = [
                *e.attrs.get("aria-describedby", "").split(),
                *e.attrs.get("aria-labelledby", "").split(),
                e.attrs.get("for"),
            ]
            if e.tag == "a" and e.attrs.get("href", "").startswith("#"):
                pointed.append(e.attrs["href"][1:])
            wrong += [f"{sight}: {e.tag} points to #{target}" for target in pointed if target and target not in known]
    assert wrong == []


def test_nothing_comes_from_elsewhere(sights):
    own = ("http://localhost", "http://127.0.0.1")
    for sight in sights:
        for element in sight.all():
            for name in ("src", "href", "action", "formaction", "srcset", "poster", "hx-get", "hx-post"):
                value = element.attrs.get(name, "").strip().lower()
                strange = re.match(r"(https?:)?//|javascript:|data:|blob:", value)
                assert not strange or value.startswith(own), f"{sight}: {element.tag} {name}={value}"


def test_nothing_is_styled_or_scripted_inline(sights):
    for sight in sights:
        for e in sight.all():
            assert e.tag != "style", str(sight)
            assert e.tag != "script" or ("src" in e.attrs and not e.text and "defer" in e.attrs), f"{sight}: {e}"
            inline = [name for name in e.attrs if name == "style" or name.startswith(("on", "hx-on"))]
            assert not inline, f"{sight}: {e.tag} {inline}"
            assert "[" not in e.attrs.get("hx-trigger", ""), f"{sight}: an event filter needs eval"


def test_scripts_are_only_where_they_are_needed(pages):
    home = next(s for s in pages if s.url == "/")
    assert home.all("script") == []
    for sight in pages:
        htmx = any("js/htmx" in e.attrs.get("src", "") for e in sight.all("script"))
        used = any(name.startswith("hx-") for e in sight.all() for name in e.attrs)
        assert htmx == used, f"{sight}: htmx is {'loaded' if htmx else 'missing'}"
        configured = [e.attrs.get("content") for e in sight.all("meta") if e.attrs.get("name") == "htmx-config"]
        assert configured == ([web.HTMX_CONFIG] if htmx else []), str(sight)


def test_what_visitors_wrote_turns_no_text_around(pages):
    for sight in pages:
        for area in sight.all("textarea"):
            assert area.attrs.get("dir") == "auto", f"{sight}: {area.attrs}"


POLICY = "Content-Security-Policy"


@pytest.mark.parametrize("name", sorted(web.HEADERS.keys() - {POLICY}))
def test_every_answer_carries_the_protecting_headers(sights, name):
    assert [str(s) for s in sights if s.is_page and s.headers.get(name) != web.HEADERS[name]] == []


def test_only_the_kiosk_may_frame_pages_and_only_visitors(walks, sights, application):
    wrong = []
    for sight in sights:
        urls = walks[sight.audience].urls
        known = urls.test(sight.url.partition("?")[0])
        view = application.view_functions[urls.match(sight.url.partition("?")[0])[0]] if known else None
        wanted = web.FRAMED if view is None or view.audience == doors.VISITOR else web.HEADERS[POLICY]
        if sight.url.startswith("/kiosk"):
            wanted = f"{web.HEADERS[POLICY]}; frame-src 'self'"
        wrong += [str(sight)] if sight.is_page and sight.headers[POLICY] != wanted else []
    assert wrong == []


def test_no_answer_tells_what_it_runs_on_or_sets_a_cookie_for_visitors(sights):
    assert [str(s) for s in sights if "X-Powered-By" in s.headers or "Server" in s.headers] == []
    assert [str(s) for s in sights if s.audience == doors.VISITOR and "Set-Cookie" in s.headers] == []


def test_a_page_of_the_team_is_never_kept_by_a_browser(sights, application):
    urls = application.url_map.bind("localhost")
    for sight in sights:
        if sight.audience == doors.FACILITATOR and sight.is_page and sight.status == 200:
            endpoint, _ = urls.match(sight.url.partition("?")[0])
            if application.view_functions[endpoint].audience == doors.FACILITATOR:
                assert sight.headers["Cache-Control"] == "no-store", str(sight)


def wire(answer):
    """Bytes of an answer as they go over the air, with status line and headers."""
    head = "".join(f"{name}: {value}\r\n" for name, value in answer.headers)
    return len(f"HTTP/1.1 {answer.status}\r\n{head}\r\n".encode()) + len(answer.data)


def first_visit(client, sight):
    """What a phone that was never here fetches for a page: {address: bytes}."""
    squeezed = {"Accept-Encoding": "gzip"}
    fetched = {sight.url: wire(client.get(sight.url, headers=squeezed))}
    wanted = [e.attrs["src"] for e in sight.all("img", "script") if "src" in e.attrs]
    wanted += [e.attrs["href"] for e in sight.all("link") if {"stylesheet", "icon"} & set(e.attrs.get("rel", "").split())]
    for url in dict.fromkeys(wanted):
        answer = client.get(url, headers=squeezed)
        fetched[url] = wire(answer)
        if url.endswith(".css"):
            css = gzip.decompress(answer.data).decode()
            for inside in re.findall(r"url\(['\"]?([^)'\"]+)|@import\s+['\"]([^'\"]+)", css):
                pytest.fail(f"{url} fetches {inside}: count it, or better leave it out")
    return fetched


def test_a_hundred_people_can_scan_the_poster_at_once(pages, enter):
    fetched = first_visit(enter(doors.VISITOR), next(s for s in pages if s.url == "/"))
    assert len(fetched) <= 3, fetched
    assert sum(fetched.values()) <= HOME_BYTES, fetched


def test_every_other_first_visit_is_small_too(pages, enter):
    on_phones = [s for s in pages if s.audience == doors.VISITOR and not s.url.endswith("/beamer")]
    visits = {s.url: first_visit(enter(doors.VISITOR), s) for s in on_phones if s.url != "/"}
    assert {url: fetched for url, fetched in visits.items() if sum(fetched.values()) > PAGE_BYTES} == {}
