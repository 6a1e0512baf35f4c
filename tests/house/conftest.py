"""The whole house with its examples, walked through once by a visitor and once by a facilitator."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask
from werkzeug.exceptions import HTTPException
from werkzeug.test import Client, TestResponse

from fieldkit import app, config, doors, house, ids
from fieldkit.doors import Person
from fieldkit.house import House
from fieldkit.ops import examples, power
from fieldkit.workshops import demo
from tests.conftest import Browser

ORIGIN = "http://localhost"
START = {doors.VISITOR: "/", doors.FACILITATOR: "/desk"}
VARIANTS = 3  # pages of one kind that are looked at: with another question they are another page, with another idea they are not
PRINTED = {"secret": "a" * 26, "code": demo.DEMO_CODE, "token": demo.DEMO_TOKEN}  # parts of addresses that stand on paper only
VOID = {"br", "hr", "img", "input", "link", "meta", "source", "wbr"}


@pytest.fixture(scope="session")
def golden() -> Callable[[Path, str], None]:
    """Compares with a file that people review; `scripts/golden` writes it anew."""

    def compare(path: Path, text: str) -> None:
        if os.environ.get("FIELDKIT_GOLDEN"):
            path.write_text(text, encoding="utf-8")
        before = path.read_text(encoding="utf-8") if path.is_file() else ""
        assert text == before, f"{path.name} has changed. If that is meant, run scripts/golden and have the difference reviewed."

    return compare


@pytest.fixture(scope="session")
def examples_kit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A kit with all examples, shared by the tests that only read."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("FIELDKIT_HOME", str(tmp_path_factory.mktemp("examples")))
        patch.setattr(power, "REQUESTS", tmp_path_factory.mktemp("requests"))  # as on a device: its pages are looked at, too
        with house.opened(config.prepare(ORIGIN), app.ALL, "tests") as opened:
            examples.command(opened, lambda *_: None)
            yield opened


@pytest.fixture(scope="session")
def application(examples_kit: House) -> Flask:
    """The kit's application, to ask it for its routes."""
    return app.create_app(examples_kit)


@pytest.fixture(scope="session")
def enter(examples_kit: House) -> Callable[[str], Client]:
    """A browser for a visitor or a facilitator in the kit with examples."""
    wsgi = app.create_wsgi(examples_kit)

    def browser(audience: str) -> Client:
        client = Browser(wsgi)
        if audience != doors.VISITOR:
            client.set_cookie(doors.COOKIE, examples_kit.sessions.begin(Person(ids.new_id(), "Jonas", audience)))
        return client

    return browser


@dataclass(eq=False)
class Element:
    """An element of a page, as written."""

    tag: str
    attrs: dict[str, str] = field(default_factory=dict)
    parent: "Element | None" = None
    children: list[Any] = field(default_factory=list)

    @property
    def text(self) -> str:
        """Its words, with single spaces."""
        return " ".join("".join(c if isinstance(c, str) else f" {c.text} " for c in self.children).split())

    def all(self, *tags: str) -> "list[Element]":
        """Every element inside with one of these tags; every element when none is given."""
        inside = [e for c in self.children if isinstance(c, Element) for e in (c, *c.all())]
        return [e for e in inside if not tags or e.tag in tags]

    def within(self, tag: str) -> bool:
        """Whether it stands inside such an element."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.within(tag))


class Parser(HTMLParser):
    """Reads a page strictly: what is opened must be closed, in order."""

    def __init__(self, html: str) -> None:
        """Read it."""
        super().__init__()
        self.root = self.here = Element("")
        self.faults: list[str] = []
        self.feed(html)
        self.close()
        if self.here is not self.root:
            self.faults.append(f"<{self.here.tag}> is never closed")

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        """Go in."""
        if tag == "option":
            self.end_option()
        names = Counter(name for name, _ in attrs)
        self.faults += [f"<{tag}> has {name} twice" for name, count in names.items() if count > 1]
        element = Element(tag, {name: value or "" for name, value in attrs}, self.here)
        self.here.children.append(element)
        if tag not in VOID:
            self.here = element

    def handle_startendtag(self, tag: str, attrs: Any) -> None:
        """`<path/>`, as in SVG."""
        self.here.children.append(Element(tag, {name: value or "" for name, value in attrs}, self.here))

    def handle_endtag(self, tag: str) -> None:
        """Go out again."""
        if tag != "option":
            self.end_option()
        if tag != self.here.tag:
            self.faults.append(f"</{tag}> within <{self.here.tag}>, line {self.getpos()[0]}")
        elif self.here.parent:
            self.here = self.here.parent

    def end_option(self) -> None:
        """An option may end without saying so; in a list of ninety that is half a kilobyte."""
        if self.here.tag == "option" and self.here.parent:
            self.here = self.here.parent

    def handle_data(self, data: str) -> None:
        """Words."""
        self.here.children.append(data)


class Sight:
    """A page somebody came to."""

    def __init__(self, audience: str, url: str, answer: TestResponse, kind: Any = None) -> None:
        """Read it; pages of one kind differ only in what they are about."""
        self.audience, self.url, self.status, self.headers = audience, url, answer.status_code, answer.headers
        self.kind = (audience, kind)
        self.is_page = answer.mimetype == "text/html" and not 300 <= answer.status_code < 400
        self.html = answer.text if self.is_page else ""
        parser = Parser(self.html)
        self.root, self.faults = parser.root, parser.faults
        self.all = parser.root.all

    @property
    def whole(self) -> bool:
        """Whether it is a page of its own, no part of one."""
        return self.is_page and bool(self.all("html"))

    def __str__(self) -> str:
        """Who was where."""
        return f"{self.audience} {self.url}"


class Walk:
    """Follows every link of an audience, a few of each kind."""

    def __init__(self, application: Flask, house: House, client: Client, audience: str) -> None:
        """Walk at once."""
        self.application, self.client, self.audience = application, client, audience
        self.urls = application.url_map.bind("localhost")
        self.seen: dict[str, Sight] = {}
        self.kinds: Counter[Any] = Counter()
        self.reached: set[str] = set()
        self.unreached: list[str] = []
        self.follow([START[audience]])
        for rule in application.url_map.iter_rules():
            view = application.view_functions[rule.endpoint]
            if "GET" in rule.methods and rule.endpoint not in self.reached and view.audience in (doors.VISITOR, audience):
                values = {name: self.example(house, name) for name in rule.arguments}
                if all(values.values()):
                    self.follow([self.urls.build(rule.endpoint, values)])
                else:
                    self.unreached.append(rule.rule)

    def follow(self, urls: list[str]) -> None:
        """Look at pages and whatever they lead to."""
        while urls:
            url = urls.pop(0)
            kind = None if url in self.seen else self.kind(url)
            if kind is None or self.kinds[kind] >= VARIANTS:
                continue
            self.kinds[kind] += 1
            sight = self.seen[url] = Sight(self.audience, url, self.client.get(url), kind)
            urls += [e.attrs["href"].partition("#")[0] for e in sight.all("a") if e.attrs.get("href", "").startswith("/")]
            urls += [e.attrs["src"] for e in sight.all("img") if e.attrs.get("src", "").startswith("/")]
            urls += [e.attrs.get("action", "") for e in sight.all("form") if e.attrs.get("method", "get").lower() == "get"]
            if 300 <= sight.status < 400:
                urls.append(sight.headers["Location"])

    def kind(self, url: str) -> Any:
        """Which view answers there and what it is asked for; None when it is not a page of ours for this audience."""
        parts = urlsplit(url)
        query = parse_qs(parts.query, keep_blank_values=True)
        try:
            endpoint, _ = self.urls.match(parts.path)
        except HTTPException:
            return None
        if "lang" in query or self.application.view_functions[endpoint].audience not in (doors.VISITOR, self.audience):
            return None
        self.reached.add(endpoint)
        return endpoint, frozenset(query)

    def example(self, house: House, name: str) -> str | None:
        """Something real for a part of an address: `idea_id` is the id of an idea; None when only a link could tell."""
        if name in PRINTED:
            return PRINTED[name]
        try:
            row = house.db.read().execute(f"SELECT id FROM {name.removesuffix('_id')}s LIMIT 1").fetchone()
        except sqlite3.OperationalError:
            return None
        return row and row[0]


@pytest.fixture(scope="session")
def walks(application: Flask, examples_kit: House, enter: Callable[[str], Client]) -> dict[str, Walk]:
    """The walk of each audience."""
    return {audience: Walk(application, examples_kit, enter(audience), audience) for audience in START}


@pytest.fixture(scope="session")
def sights(walks: dict[str, Walk]) -> list[Sight]:
    """Everything anybody can come to, pages and errors."""
    lost = [Sight(doors.VISITOR, "/nowhere", walks[doors.VISITOR].client.get("/nowhere"))]
    return [sight for walk in walks.values() for sight in walk.seen.values()] + lost


@pytest.fixture(scope="session")
def pages(sights: list[Sight]) -> list[Sight]:
    """Every whole page."""
    return [sight for sight in sights if sight.whole]
