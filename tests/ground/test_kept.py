"""Public pages are rendered once per data version, whoever asks; personal ones never stay."""

import gzip
import threading
import time
from types import SimpleNamespace

import pytest
from waitress.adjustments import Adjustments
from waitress.parser import HTTPRequestParser
from werkzeug.test import Client

from fieldkit import kept
from fieldkit.assets import Assets


class Application:
    """An application that counts how often it renders."""

    renders = 0
    slow = 0.0

    def __call__(self, environ, start):
        """Answer `/personal` with a page that must not be kept, `/gone` with a 404."""
        self.renders += 1
        time.sleep(self.slow)
        if environ["PATH_INFO"] != "/personal":
            environ[kept.KEEP] = True
        status = "404 NOT FOUND" if environ["PATH_INFO"] == "/gone" else "200 OK"
        start(status, [("Content-Type", "text/html; charset=utf-8"), ("X-Ours", "yes"), ("Cache-Control", "no-store")])
        return [f"{environ['PATH_INFO']}?{environ['QUERY_STRING']} render {self.renders}".encode() * 20]


@pytest.fixture
def app():
    return Application()


@pytest.fixture
def db():
    return SimpleNamespace(version=1)


@pytest.fixture
def pages(app, db):
    return kept.KeptPages(app, db, Assets())


@pytest.fixture
def phone(pages):
    return Client(pages)


def test_a_page_is_rendered_once_for_everybody(phone, app):
    assert {phone.get("/ideas").text for _ in range(5)} == {"/ideas? render 1" * 20}
    assert app.renders == 1


def test_after_every_commit_it_is_rendered_anew(phone, app, db):
    phone.get("/ideas")
    db.version += 1
    assert "render 2" in phone.get("/ideas").text


def test_after_midnight_it_is_rendered_anew(phone, app, monkeypatch):
    phone.get("/ideas")
    monkeypatch.setattr(kept.clock, "today", lambda: "tomorrow")
    phone.get("/ideas")
    assert app.renders == 2


def test_a_commit_while_a_page_is_rendered_makes_that_page_stale(app, db, pages):
    def busy(environ, start):
        db.version += 1
        return app(environ, start)

    pages._app = busy
    Client(pages).get("/ideas")
    pages._app = app
    Client(pages).get("/ideas")
    assert app.renders == 2


def test_a_personal_page_is_never_kept(phone, app):
    assert phone.get("/personal").text != phone.get("/personal").text
    assert phone.get("/personal").headers["Cache-Control"] == "no-store"


def test_an_error_page_is_never_kept(phone, app):
    assert [phone.get("/gone").status_code for _ in range(2)] == [404, 404]
    assert app.renders == 2


def test_a_form_always_reaches_the_application(phone, app):
    phone.get("/ideas")
    phone.post("/ideas")
    phone.post("/ideas")
    assert app.renders == 3


def test_an_unchanged_page_costs_a_few_bytes(phone, app):
    etag = phone.get("/ideas").headers["ETag"]
    again = phone.get("/ideas", headers={"If-None-Match": etag})
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == etag
    assert app.renders == 1


def test_a_changed_page_is_sent_in_full(phone, db):
    etag = phone.get("/ideas").headers["ETag"]
    db.version += 1
    assert phone.get("/ideas", headers={"If-None-Match": etag}).status_code == 200


def test_a_page_that_did_not_really_change_keeps_its_etag(app, db, phone, monkeypatch):
    etag = phone.get("/ideas").headers["ETag"]
    db.version += 1
    app.renders = 0
    assert phone.get("/ideas", headers={"If-None-Match": etag}).status_code == 304


def test_head_tells_the_same_without_the_page(phone):
    whole = phone.get("/ideas")
    head = phone.head("/ideas")
    assert head.data == b""
    assert head.headers["Content-Length"] == whole.headers["Content-Length"]
    assert head.headers["ETag"] == whole.headers["ETag"]


def test_head_before_anybody_came_keeps_nothing_empty(phone):
    phone.head("/ideas")
    assert "render" in phone.get("/ideas").text


def test_who_understands_gzip_gets_it_and_who_does_not_gets_plain_text(phone):
    plain = phone.get("/ideas")
    packed = phone.get("/ideas", headers={"Accept-Encoding": "gzip, deflate"})
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)


@pytest.mark.parametrize(
    "other",
    [
        {"query_string": "sort=support"},
        {"query_string": "lang=de"},
        {"path": "/ideas/x"},
        {"headers": {"HX-Request": "true"}},
        {"base_url": "https://localhost"},
    ],
)
def test_other_questions_get_other_answers(phone, app, other):
    phone.get("/ideas")
    phone.open(**{"path": "/ideas", "method": "GET", **other})
    assert app.renders == 2


@pytest.mark.usefixtures("catalogues")
def test_languages_are_kept_apart(phone, app):
    for accept in ("de", "en", "ar", "en-GB,en;q=0.9", "fr"):
        phone.get("/ideas", headers={"Accept-Language": accept})
    assert app.renders == 3  # English twice and unknown as German come from memory


@pytest.mark.parametrize("seen_before", [True, False])
def test_a_crowd_costs_one_rendering_at_the_start_and_after_a_commit(app, db, pages, seen_before):
    if seen_before:
        Client(pages).get("/ideas")
        db.version += 1
    app.slow = 0.05
    threads = [threading.Thread(target=lambda: Client(pages).get("/ideas")) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert app.renders == 1 + seen_before


def test_personal_pages_do_not_wait_for_one_another(app, pages):
    Client(pages).get("/personal")  # from here on we know it as personal
    both = threading.Barrier(2)

    def meet(environ, start):
        both.wait(5)  # breaks unless the two requests are in the application at the same moment
        return app(environ, start)

    pages._app = meet
    threads = [threading.Thread(target=lambda: Client(pages).get("/personal")) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert app.renders == 3


def test_a_crawler_cannot_fill_the_memory(phone, pages, monkeypatch):
    monkeypatch.setattr(kept, "MOST", 10)
    for n in range(50):
        phone.get(f"/ideas?q={n}")
    assert len(pages._pages) == 10
    assert len(pages._rendering) <= 11


def test_the_applications_headers_stay(phone):
    for _ in range(2):
        assert phone.get("/ideas").headers["X-Ours"] == "yes"
        assert phone.get("/ideas").headers["Cache-Control"] == "no-cache"


def test_a_static_file_is_sent_compressed_and_for_ever(phone, app):
    url = Assets().url("css/base.css")
    answer = phone.get(url, headers={"Accept-Encoding": "gzip"})
    assert "immutable" in answer.headers["Cache-Control"]
    assert gzip.decompress(answer.data) == phone.get(url).data
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert app.renders == 0


@pytest.mark.parametrize("path", ["css/base.css", "css/base.00000000.css", "../pyproject.toml", "%2e%2e/data/schema.sql", ""])
def test_nothing_else_is_a_static_file(phone, app, path):
    phone.get(f"/static/{path}")
    assert app.renders == 1


def test_a_personal_page_travels_compressed_and_is_made_anew_each_time(phone, app):
    answers = [phone.get("/personal", headers={"Accept-Encoding": "gzip"}) for _ in range(2)]
    assert [gzip.decompress(answer.data).decode()[:18] for answer in answers] == ["/personal? render ", "/personal? render "]
    assert all(answer.headers["Cache-Control"] == "no-store" for answer in answers)
    assert app.renders == 2
    assert phone.get("/personal").text == "/personal? render 3" * 20


def test_a_file_that_is_not_there_is_left_to_the_threads(pages):
    there, missing = HTTPRequestParser(Adjustments()), HTTPRequestParser(Adjustments())
    there.received(f"GET {pages._assets.url('css/base.css')} HTTP/1.1\r\nHost: kit\r\n\r\n".encode())
    missing.received(b"GET /static/css/nothing.css HTTP/1.1\r\nHost: kit\r\n\r\n")
    assert pages.lies_ready(there)
    assert not pages.lies_ready(missing)
