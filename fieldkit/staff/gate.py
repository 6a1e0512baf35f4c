"""The gate of a kit: its cards are in its own database."""

from ..db import Database
from ..doors import FACILITATOR
from ..gate import FREE, Card
from ..gate import Gate as AnyGate
from . import store

__all__ = ["FREE", "Gate"]


class Gate(AnyGate):
    """Lets facilitators in."""

    def find(self, db: Database, digest: str) -> Card | None:
        """The valid card whose secret has this digest."""
        row = store.by_digest(db.read(), digest)
        return Card(row["id"], row["name"], row["pin"], row["failed"], FACILITATOR) if row else None

    def count(self, db: Database, card_id: str) -> None:
        """Note one more try. Raises StorageFull."""
        db.write(store.count_try, card_id)

    def forgive(self, db: Database, card_id: str) -> None:
        """Forget the tries. Raises StorageFull."""
        db.write(store.forgive, card_id)
