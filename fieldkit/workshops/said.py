"""What happened after a form, as people are told on the next page: done, or refused and why."""

from collections.abc import Mapping

from flask import request

from ..i18n import gettext as _


class Refusal(str):
    """A sentence that says why something did not happen. It looks like a warning."""

    __slots__ = ()
    refused = True


def said(sentences: Mapping[str, str]) -> str:
    """What happened, as `?said=` of the page names it."""
    return told(sentences, request.args.get("said", ""))


def told(sentences: Mapping[str, str], key: str) -> str:
    """The sentence of this name in the language of the page, or nothing."""
    sentence = sentences.get(key, "")
    return type(sentence)(_(sentence)) if sentence else ""
