"""The two recipients of everything that is sealed on a kit: `operations` opens it in daily work, `escrow` is the spare key of somebody else.

The private halves exist only in two files, each locked with a passphrase in age's own format; the hub keeps the public halves and never sees more.
"""

import contextlib
import os
from pathlib import Path

from nacl.signing import SigningKey
from pyrage import passphrase
from pyrage.x25519 import Identity
from sqlalchemy import Connection, delete, insert, select

from .. import clock, seal
from . import outbox
from .tables import recipients

ROLES = ("operations", "escrow")
SHORTEST = 12  # characters of a passphrase: whoever finds the stick may try as often as they like

README = """Schlüssel des Feldkit-Hubs, angelegt am {day}.

operations.key.age  für den Betrieb: Wer am Hub Kontakte öffnet oder Sticks einliest, braucht
                    diese Datei und ihr Passwort.
escrow.key.age      der Ersatz: auf einen zweiten Stick, mit eigenem Passwort, zu jemand anderem
                    (zum Beispiel Datenschutz). Danach hier löschen.

Jede der beiden Dateien öffnet alles allein. Sind beide weg oder beide Passwörter vergessen,
sind die Kontakte für immer verloren. Niemand kann sie zurückholen, auch wir nicht.
Diese Dateien gehören nie auf ein Kit und nicht auf den Rechner des Hubs.

Fingerabdruck für den Deckel des Koffers:  {fingerprint}

Ohne unsere Programme, mit dem Paket »age« von Debian:
    age -d -i operations.key.age PAKET.age
"""


class Refused(Exception):
    """The keys cannot be made like this; the text says why."""


def file_of(folder: Path, role: str) -> Path:
    """Where a private key lies."""
    return folder / f"{role}.key.age"


def check_folder(folder: Path) -> None:
    """Raises Refused when there is no such folder, or keys in it."""
    if not folder.is_dir():
        raise Refused(f"Den Ordner {folder} gibt es nicht. Ist der Stick eingesteckt und eingehängt?")
    there = [path.name for path in _files(folder) if path.exists()]
    if there:
        raise Refused(
            f"In {folder} liegt schon: {', '.join(there)}. Es wird nichts überschrieben. Bitte einen leeren Ordner oder anderen Stick nehmen."
        )


def make(folder: Path, passphrases: dict[str, str]) -> dict[str, str]:
    """Make both keys and write the private halves to `folder`: role -> public half. Takes some seconds. Raises Refused.

    All files are there in the end, synced and read back, or none.
    """
    check_folder(folder)
    identities = {role: Identity.generate() for role in ROLES}
    public = {role: str(identity.to_public()) for role, identity in identities.items()}
    day = clock.today().strftime("%d.%m.%Y")
    contents = {
        file_of(folder, role): passphrase.encrypt(
            f"# Feldkit-Hub, {role}, {day}\n# public key: {public[role]}\n{identity}\n".encode(), passphrases[role]
        )
        for role, identity in identities.items()
    }
    contents[folder / "LIESMICH.txt"] = README.format(day=day, fingerprint=seal.fingerprint(list(public.values()))).encode()
    try:
        for path, content in contents.items():
            _write(path, content)
    except OSError as error:
        discard(folder)
        raise Refused(f"{folder} lässt sich nicht beschreiben ({error.strerror}). Es wurde nichts geändert.") from None
    return public


def discard(folder: Path) -> None:
    """Take fresh files away again, when the hub could not take their public halves."""
    for path in _files(folder):
        with contextlib.suppress(OSError):
            path.unlink(missing_ok=True)


def publish(conn: Connection, key: SigningKey, public: dict[str, str], who: str) -> None:
    """From now on everything is sealed to these; every kit is told. What was sealed before opens with the files of before."""
    conn.execute(delete(recipients))
    conn.execute(insert(recipients), [{"role": role, "age": public[role], "made_at": clock.stamp()} for role in ROLES])
    outbox.say_to_all(conn, key, outbox.KEYS, "", "", {"recipients": known(conn)})
    outbox.log(conn, who, "keys", "", note=seal.fingerprint(known(conn)))


def tell(conn: Connection, key: SigningKey, kit: str) -> None:
    """Tell a kit the present recipients: its enrolment line may be older than they are."""
    present = known(conn)
    if present:
        outbox.say(conn, key, kit, outbox.KEYS, "", "", {"recipients": present})


def known(conn: Connection) -> list[str]:
    """The present recipients, operations first; none before `fieldkit hub keys`."""
    return list(conn.scalars(select(recipients.c.age).order_by(recipients.c.role.desc())))


def _files(folder: Path) -> list[Path]:
    return [*(file_of(folder, role) for role in ROLES), folder / "LIESMICH.txt"]


def _write(path: Path, content: bytes) -> None:
    """A file for its owner's eyes only, that was not there before, and is really on the disk."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.read_bytes() != content:
        raise OSError(0, "anders gelesen als geschrieben")
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
