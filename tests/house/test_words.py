"""Every word on the screen is in the catalogue and translated; no word is anywhere else."""

import re
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

from fieldkit import i18n
from fieldkit.config import PACKAGE, folder

ROOT = PACKAGE.parent
COMPLETE = ("en", "de-simple")
TEMPLATES = sorted(folder("templates").rglob("*.html"))
PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]")

SAME_IN_EVERY_LANGUAGE = {
    "Feldkit": "our name",
    "– Feldkit": "our name, in titles",
    "· Language": "for those who cannot read the word before it",
    "/join": "an address",
    "PIN": "an international word",
    "QR": "an international word",
    "min": "an international unit",
    "Feldkit · SQLite": "names",
}


@cache
def messages() -> dict[str, tuple[str, ...]]:
    """Every text of code and templates with its plural form, by its singular."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as plan:
        methods, options = parse_mapping_cfg(plan)
    found = extract_from_dir(ROOT, methods, options)
    texts = [message if isinstance(message, tuple) else (message,) for _, _, message, _, _ in found]
    return {forms[0]: forms for forms in texts}


@cache
def catalogue(language: str) -> Catalog:
    """The catalogue of a language; it must be there."""
    path = i18n.CATALOGUES / f"{language}.po"
    assert path.is_file(), f"{path.name} is missing: make it with scripts/texts and translate it"
    with path.open("rb") as file:
        return read_po(file, locale=i18n.tag(language))


def test_there_are_texts():
    assert len(messages()) > 50
    assert "Zum Inhalt springen" in messages()


@pytest.mark.parametrize("language", COMPLETE)
def test_every_text_is_translated(language):
    known = catalogue(language)
    missing = [text for text in messages() if text not in known or not all(_forms(known[text].string))]
    assert missing == []


@pytest.mark.parametrize("language", COMPLETE)
def test_no_translation_is_a_guess(language):
    assert [message.id for message in catalogue(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", COMPLETE)
def test_no_translation_is_left_over(language):
    assert [message.id for message in catalogue(language) if message.id and _forms(message.id)[0] not in messages()] == []


@pytest.mark.parametrize("language", COMPLETE)
def test_translations_fill_in_the_same_things(language):
    wrong = []
    for message in catalogue(language):
        if message.id:
            wanted = set(PLACEHOLDER.findall("".join(_forms(message.id))))
            for form in _forms(message.string):
                if form and (
                    set(PLACEHOLDER.findall(form)) - wanted or wanted - set(PLACEHOLDER.findall(form)) - {"num", "n", "count"}
                ):
                    wrong.append((message.id, form))
    assert wrong == []


@pytest.mark.parametrize("language", COMPLETE)
def test_a_percent_sign_is_doubled_wherever_the_original_doubles_it(language):
    stray = re.compile(r"(?<!%)%(?![%(])")
    for message in catalogue(language):
        for one, other in zip(_forms(message.id), _forms(message.string), strict=False):
            assert bool(stray.search(one.replace("%%", ""))) >= bool(stray.search(other.replace("%%", ""))), other


def test_texts_have_no_loose_percent_sign_in_templates():
    for path in TEMPLATES:
        for text in re.findall(r'_\("((?:[^"\\]|\\.)*)"', path.read_text(encoding="utf-8")):
            assert not re.search(r"%(?!\(\w+\)[sd]|%)", text.replace("%%", "")), f"{path}: {text}"


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda p: p.relative_to(folder("templates")).as_posix())
def test_a_template_has_no_unfinished_or_untranslatable_words(template):
    source = template.read_text(encoding="utf-8")
    assert not re.search(r"TODO|FIXME|XXX(?!X|-)|[Ll]orem", source)
    loose = [text for text in [*_said(source), *_passed(source)] if text not in SAME_IN_EVERY_LANGUAGE]
    assert loose == []


def test_the_check_for_loose_words_sees_them():
    source = '<p>Schön hier</p><img alt="Baum">{{ field(form, "x", "Dein Titel") }}{{ _("Gut") }}{% trans %}Auch gut{% endtrans %}<b>{{ x }}</b>'
    assert [*_said(source), *_passed(source)] == ["Schön hier", "Baum", "Dein Titel"]


def _forms(text: str | tuple[str, ...] | None) -> tuple[str, ...]:
    return text if isinstance(text, tuple) else (text or "",)


def _parsed(source: str) -> nodes.Template:
    environment = Environment(extensions=["jinja2.ext.i18n"], trim_blocks=True, lstrip_blocks=True)
    environment.install_gettext_callables(str, str, newstyle=True)
    return environment.parse(source)


class _Words(HTMLParser):
    """Collects what is said on a page: text and the attributes that are read out."""

    def __init__(self) -> None:
        super().__init__()
        self.said: list[str] = []

        self.typed = False

    def handle_data(self, data: str) -> None:
        self.said += [] if self.typed else [data]

    def handle_endtag(self, tag: str) -> None:
        self.typed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.typed = tag in ("kbd", "code")  # commands are the same in every language
        self.said += [value or "" for name, value in attrs if name in ("alt", "title", "aria-label", "placeholder", "label")]


def _said(source: str) -> Iterator[str]:
    """Words that stand in the template itself, outside _() and trans."""
    reader = _Words()
    tree = _parsed(source)
    classes = {
        id(data)
        for block in tree.find_all(nodes.Block)
        if block.name.endswith("_class")
        for data in block.find_all(nodes.TemplateData)
    }
    reader.feed(" ".join(node.data for node in tree.find_all(nodes.TemplateData) if id(node) not in classes))
    reader.close()
    for text in reader.said:
        words = " ".join(text.split())
        if re.search(r"[^\W\d_]{2}", words):
            yield words


def _passed(source: str) -> Iterator[str]:
    """Sentences handed to macros and filters without _(): with an umlaut, or several words beginning with a capital."""
    tree = _parsed(source)
    translated = {
        id(inside) for call in tree.find_all(nodes.Call)
        if isinstance(call.node, nodes.Name) and call.node.name in ("_", "gettext", "ngettext", "N_") for inside in call.find_all(nodes.Const)
    }  # fmt: skip
    for constant in tree.find_all(nodes.Const):
        text = constant.value
        spoken = isinstance(text, str) and id(constant) not in translated and not text.lstrip().startswith("<")
        if spoken and re.search(r"[äöüßÄÖÜ„“]|^[A-ZÄÖÜ][\w,]* \w+", text):
            yield text
