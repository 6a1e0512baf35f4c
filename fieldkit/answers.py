"""What the hub can say about a contribution: the states an answer has, in the words people read."""

from .i18n import N_

STATUSES = {
    "checking": N_("Wird geprüft"),
    "qualified": N_("Für die nächste Phase qualifiziert"),
    "doing": N_("Wird umgesetzt"),
    "declined": N_("Wird nicht umgesetzt"),
    "answered": N_("Beantwortet"),
}
"""Key in the database and on the wire -> label."""
