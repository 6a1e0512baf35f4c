"""The gate of the hub: its cards are in the hub's database."""

from ...gate import Card
from ...gate import Gate as AnyGate
from ..archive import Archive
from . import store


class Gate(AnyGate):
    """Lets the staff of the hub in."""

    def find(self, db: Archive, digest: str) -> Card | None:
        """The valid card whose secret has this digest."""
        with db.read() as conn:
            row = store.by_digest(conn, digest)
        return Card(row.id, row.name, row.pin, row.failed, row.role) if row else None

    def count(self, db: Archive, card_id: str) -> None:
        """Note one more try. Raises StorageFull."""
        db.write(store.count_try, card_id)

    def forgive(self, db: Archive, card_id: str) -> None:
        """Forget the tries. Raises StorageFull."""
        db.write(store.forgive, card_id)
