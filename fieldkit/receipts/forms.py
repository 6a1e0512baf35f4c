"""The code a person typed from a receipt."""

from collections.abc import Mapping

from .. import ids
from ..forms import Form
from ..i18n import gettext as _


def code_form(posted: Mapping[str, str]) -> Form:
    """A typed code: `code` in its normal form, or what is wrong with it. Costs no slow hash."""
    form = Form(posted)
    typed = form.text("code", 60, required=_("Bitte tippe den Code von deinem Beleg ein."))
    if not form:
        return form
    form.data["code"] = ids.read_code(typed)
    letters = ids.letters_of(typed)
    foreign = sorted(set(letters) - set(ids.CODE_ALPHABET))
    if foreign:
        form.refuse(
            "code",
            _("Dieses Zeichen kommt in keinem Code vor: %(letters)s. Bitte sieh noch einmal nach.", letters=" ".join(foreign)),
        )
    elif len(letters) != ids.CODE_LENGTH:
        form.refuse("code", _("Ein Code hat %(all)s Zeichen, hier sind es %(count)s.", all=ids.CODE_LENGTH, count=len(letters)))
    elif form.data["code"] is None:
        form.refuse(
            "code",
            _("Ein Zeichen stimmt nicht, oder zwei sind vertauscht. Bitte vergleiche den Code noch einmal mit deinem Beleg."),
        )
    return form
