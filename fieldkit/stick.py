"""Files on a medium that may be pulled, full, worn out or prepared by somebody hostile: written so that they are there, read carefully.

A folder is held open while we work in it. Once the medium is gone, writing fails; by its path it would land on the disk underneath.
"""

import contextlib
import errno
import fcntl
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # no link leads us away, no pipe keeps us waiting
_FOLDER = _READ | os.O_DIRECTORY

SENTENCES = {
    errno.ENOSPC: "Der Stick ist voll. Bitte Platz schaffen oder einen anderen nehmen.",
    errno.EDQUOT: "Der Stick ist voll. Bitte Platz schaffen oder einen anderen nehmen.",
    errno.EROFS: "Der Stick ist schreibgeschützt. Hat er einen kleinen Schieber? Sonst bitte einen anderen nehmen.",
    errno.EACCES: "Auf diesem Stick darf Feldkit nicht schreiben oder lesen. Bitte die Rechte prüfen oder einen anderen nehmen.",
    errno.EPERM: "Auf diesem Stick darf Feldkit nicht schreiben oder lesen. Bitte die Rechte prüfen oder einen anderen nehmen.",
    errno.ENOTDIR: "Auf dem Stick liegt eine Datei, wo Feldkit seinen Ordner hat. Bitte umbenennen oder einen anderen Stick nehmen.",
    errno.EWOULDBLOCK: "Auf diesen Stick wird gerade schon geschrieben. Bitte einen Moment warten.",
    errno.ELOOP: "Das ist nur ein Verweis auf eine andere Datei. So etwas schreibt kein Kit und kein Hub.",
}
GONE = (errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ESHUTDOWN)


class Fault(Exception):
    """The medium does not do what it should; the text says what to do."""


class Folder:
    """An open folder on a medium."""

    def __init__(self, descriptor: int) -> None:
        """Work through this descriptor, whatever its path leads to by now."""
        self._at = descriptor

    def names(self) -> list[str]:
        """What lies there, sorted; unfinished and hidden files left out. Raises Fault."""
        with _explained():
            return sorted(name for name in os.listdir(self._at) if not name.startswith("."))

    def read(self, name: str, most: int) -> bytes:
        """A file of at most `most` bytes, from the medium as far as the system allows, not from memory. Raises Fault."""
        with _explained():
            return _read(os.open(name, _READ, dir_fd=self._at), most)

    def write(self, name: str, content: bytes) -> None:
        """Write a file whole or not at all, force it onto the medium, and read it back. Raises Fault."""
        unfinished = f".{name}.part"
        with _explained():
            try:
                self._write_unfinished(unfinished, content)
                os.rename(unfinished, name, src_dir_fd=self._at, dst_dir_fd=self._at)
                _sync_folder(self._at)
            except OSError:
                self.remove(unfinished)
                raise
        if self.read(name, len(content)) != content:
            raise Fault("Der Stick gibt etwas anderes zurück, als geschrieben wurde. Bitte nimm einen anderen.")

    def remove(self, name: str) -> None:
        """Take a file away, if it is there and the medium lets us."""
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=self._at)

    def _write_unfinished(self, name: str, content: bytes) -> None:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(name, dir_fd=self._at)  # left behind when a stick was pulled
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        with os.fdopen(os.open(name, flags, 0o644, dir_fd=self._at), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


@contextmanager
def opened(root: Path, *names: str, make: bool = True) -> Iterator[Folder]:
    """The folder `names` below `root`, for us alone; made where it is missing, unless `make` is false.

    Raises Fault; also at the end, when the medium that was there at the beginning is gone.
    """
    with contextlib.ExitStack() as stack, _explained():
        at = base = _keep(stack, os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))
        for name in names:
            if make:
                with contextlib.suppress(FileExistsError):
                    os.mkdir(name, dir_fd=at)
                    _sync_folder(at)
            at = _keep(stack, os.open(name, _FOLDER, dir_fd=at))
        fcntl.flock(at, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield Folder(at)
        if not os.path.samestat(os.fstat(base), os.stat(root)):
            raise OSError(errno.ENODEV, "unmounted")


def read_file(path: Path, most: int) -> bytes:
    """A file of at most `most` bytes that somebody brought: no link, no folder, no pipe. Raises Fault."""
    with _explained():
        return _read(os.open(path, _READ), most)


def _keep(stack: contextlib.ExitStack, descriptor: int) -> int:
    stack.callback(os.close, descriptor)
    return descriptor


def _read(descriptor: int, most: int) -> bytes:
    with contextlib.ExitStack() as stack:
        _keep(stack, descriptor)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise Fault("Das ist keine Datei.")
        os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        with open(descriptor, "rb", closefd=False) as file:
            content = file.read(most + 1)
    if len(content) > most:
        raise Fault("Die Datei ist zu groß.")
    return content


def _sync_folder(descriptor: int) -> None:
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some file systems for sticks know no such thing
            raise


@contextmanager
def _explained() -> Iterator[None]:
    """Say in our words what a medium's fault means."""
    try:
        yield
    except OSError as error:
        if isinstance(error, FileNotFoundError):
            sentence = "Hier liegt nichts. Steckt der Stick noch?"
        elif error.errno in GONE:
            sentence = "Der Stick wurde abgezogen oder ist defekt. Bitte noch einmal einstecken oder einen anderen nehmen."
        else:
            sentence = SENTENCES.get(error.errno or 0, f"Der Stick macht Schwierigkeiten ({error.strerror}).")
        raise Fault(sentence) from error
