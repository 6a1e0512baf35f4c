"""Records what SQLite asks of the disk: a VFS around the operating system's own, in the SQLite library that Python's sqlite3 uses."""

import _sqlite3
import ctypes
import os
from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

OK = 0
LOG_HEADER = 32  # bytes, and nothing else that SQLite writes is as long
MAKES_IT = 0x4  # SQLITE_OPEN_CREATE
JOURNALS = 0x800 | 0x4000 | 0x80000  # SQLITE_OPEN_MAIN_JOURNAL, SUPER_JOURNAL, WAL


@dataclass(frozen=True, slots=True)
class Create:
    """A file came into the folder. Its number stays with it, its name may be given again."""

    file: int
    name: str


@dataclass(frozen=True, slots=True)
class Delete:
    """A file left the folder; `folder`: and the folder was synced."""

    name: str
    folder: bool


@dataclass(frozen=True, slots=True)
class Write:
    """Bytes were written."""

    file: int
    offset: int
    data: bytes


@dataclass(frozen=True, slots=True)
class Truncate:
    """A file was cut to `size` bytes."""

    file: int
    size: int


@dataclass(frozen=True, slots=True)
class Sync:
    """What was written to a file is on the disk; `folder`: and the folder was synced, too."""

    file: int
    folder: bool


@dataclass(frozen=True, slots=True)
class Replace:
    """A small file was written under another name, synced, and renamed to this one."""

    file: int
    name: str
    data: bytes


Step = Create | Delete | Write | Truncate | Sync | Replace


@dataclass
class Recording:
    """The steps so far."""

    folder: Path
    steps: list[Step] = field(default_factory=list)
    _names: dict[str, int] = field(default_factory=dict)
    _numbers: Iterator[int] = field(default_factory=count)

    def here(self, path: bytes | None) -> str | None:
        """The name of a file in the recorded folder; None for any other."""
        place = Path(os.fsdecode(path)) if path else None
        return place.name if place and place.parent == self.folder else None

    def opened(self, name: str, new: bool) -> int:
        """The number of a file."""
        if new:
            self._names[name] = next(self._numbers)
            self.steps.append(Create(self._names[name], name))
        return self._names[name]

    def replaced(self, name: str) -> None:
        """A file that SQLite does not know has just been replaced."""
        self.steps.append(Replace(next(self._numbers), name, (self.folder / name).read_bytes()))

    def logs_begun(self) -> int:
        """How many times SQLite began a write-ahead log, or the same one anew."""
        return sum(isinstance(step, Write) and len(step.data) == LOG_HEADER for step in self.steps)


# The two C structures of sqlite3.h, as far as we look into them; the rest is only carried along.
OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
DELETE = CFUNCTYPE(c_int, c_void_p, c_char_p, c_int)
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)


class Vfs(Structure):
    """`sqlite3_vfs`, version 3."""

    _fields_ = [
        ("version", c_int), ("file_size", c_int), ("longest_path", c_int), ("next", c_void_p), ("name", c_char_p),
        ("own_data", c_void_p), ("open", OPEN), ("delete", DELETE), ("rest", c_void_p * 14),
    ]  # fmt: skip


class Methods(Structure):
    """`sqlite3_io_methods`, version 3: what can be done with an open file."""

    _fields_ = [
        ("version", c_int), ("close", c_void_p), ("read", c_void_p), ("write", WRITE), ("truncate", TRUNCATE), ("sync", SYNC),
        ("rest", c_void_p * 13),
    ]  # fmt: skip


@contextmanager
def recorded(folder: Path) -> Iterator[Recording]:
    """Record every file that SQLite keeps in the (empty) `folder`; what is opened meanwhile must be closed before the end."""
    sqlite = ctypes.CDLL(_sqlite3.__file__)  # its symbols are those of the library it is linked to
    sqlite.sqlite3_vfs_find.restype = POINTER(Vfs)
    system = sqlite.sqlite3_vfs_find(None)
    recording = Recording(folder)
    shim = _shim(system.contents, recording)
    sqlite.sqlite3_vfs_register(ctypes.byref(shim), 1)
    try:
        yield recording
    finally:
        sqlite.sqlite3_vfs_unregister(ctypes.byref(shim))
        sqlite.sqlite3_vfs_register(system, 1)


def _shim(system: Vfs, recording: Recording) -> Vfs:
    shim = Vfs.from_buffer_copy(system)
    shim.name = b"power-cut"
    hooks: dict[int, Hooks] = {}

    def opening(vfs: int, path: int, file: int, flags: int, out: int) -> int:
        name = recording.here(ctypes.string_at(path) if path else None)
        new = name is not None and not (recording.folder / name).exists()
        outcome = system.open(vfs, path, file, flags, out)
        if outcome == OK and name is not None:
            methods = ctypes.cast(file, POINTER(POINTER(Methods)))  # the first thing in every sqlite3_file
            usual = ctypes.addressof(methods.contents.contents)
            hooks.setdefault(usual, Hooks(methods.contents.contents, recording)).take(methods, file, name, new, flags)
        return outcome

    def deleting(vfs: int, path: bytes, sync_folder: int) -> int:
        outcome = system.delete(vfs, path, sync_folder)
        if outcome == OK and (name := recording.here(path)):
            recording.steps.append(Delete(name, bool(sync_folder & 1)))
        return outcome

    shim.open, shim.delete = OPEN(opening), DELETE(deleting)
    return shim


class Hooks:
    """The methods of open files, with a note made of each write, truncation and sync."""

    def __init__(self, usual: Methods, recording: Recording) -> None:
        """Stand before the `usual` methods."""
        self._usual, self._recording = usual, recording
        self._files: dict[int, int] = {}
        self._first_sync: set[int] = set()
        self._methods = Methods.from_buffer_copy(usual)
        self._methods.write = WRITE(self._write)
        self._methods.truncate = TRUNCATE(self._truncate)
        self._methods.sync = SYNC(self._sync)

    def take(self, methods: "ctypes._Pointer[ctypes._Pointer[Methods]]", file: int, name: str, new: bool, flags: int) -> None:
        """Watch a file that was just opened."""
        methods[0] = ctypes.pointer(self._methods)
        self._files[file] = self._recording.opened(name, new)
        if flags & MAKES_IT and flags & JOURNALS:
            self._first_sync.add(file)  # os_unix.c syncs the folder with the first sync of a journal (UNIXFILE_DIRSYNC)

    def _write(self, file: int, data: int, size: int, offset: int) -> int:
        outcome = self._usual.write(file, data, size, offset)
        if outcome == OK:
            self._recording.steps.append(Write(self._files[file], offset, ctypes.string_at(data, size)))
        return outcome

    def _truncate(self, file: int, size: int) -> int:
        outcome = self._usual.truncate(file, size)
        if outcome == OK:
            self._recording.steps.append(Truncate(self._files[file], size))
        return outcome

    def _sync(self, file: int, flags: int) -> int:
        outcome = self._usual.sync(file, flags)
        if outcome == OK:
            self._recording.steps.append(Sync(self._files[file], file in self._first_sync))
            self._first_sync.discard(file)
        return outcome
