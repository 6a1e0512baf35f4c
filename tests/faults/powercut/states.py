"""Rebuilds the disk as a power cut after any recorded step may have left it."""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from .disk import Create, Delete, Replace, Step, Sync, Truncate, Write

SECTOR = 512


@dataclass(frozen=True)
class State:
    """What is found on the disk after a cut."""

    point: int
    """How many steps had been taken."""
    variant: str
    files: dict[str, bytes]


@dataclass
class File:
    """What of a file is surely on the disk, and what was asked of it since."""

    durable: bytearray = field(default_factory=bytearray)
    pending: list[Write | Truncate] = field(default_factory=list)
    _dropped: bytes | None = None

    def dropped(self) -> bytes:
        """Nothing reached the disk; the same object until the next sync, as most files change little."""
        if self._dropped is None:
            self._dropped = bytes(self.durable)
        return self._dropped

    def kept(self) -> bytes:
        """Everything reached the disk."""
        return bytes(self._carry_out(bytearray(self.durable))) if self.pending else self.dropped()

    def settle(self) -> None:
        """A sync."""
        if self.pending:
            self._carry_out(self.durable)
            self.pending, self._dropped = [], None

    def _carry_out(self, content: bytearray) -> bytearray:
        for step in self.pending:
            if isinstance(step, Truncate):
                _resize(content, step.size)
            else:
                _resize(content, max(len(content), step.offset + len(step.data)))
                content[step.offset : step.offset + len(step.data)] = step.data
        return content

    def torn(self, luck: random.Random, garbage: float) -> bytes:
        """The length as it was after some of the steps, and every sector for itself; of what was written, a share is garbage."""
        if not self.pending:
            return self.dropped()
        content = bytearray(self.durable)
        lengths = [len(content)]
        length, ways = luck.randint(0, len(self.pending)), len(self.pending) + 1
        reached: dict[int, int] = {}
        for number, step in enumerate(self.pending):
            if isinstance(step, Truncate):
                lengths.append(step.size)
                if number < length:  # cut as a whole: a file system changes lengths in order, and sectors only by writing to them
                    _resize(content, step.size)
                continue
            end = step.offset + len(step.data)
            lengths.append(max(lengths[-1], end))
            _resize(content, max(len(content), end))
            for sector in range(step.offset // SECTOR, -(-end // SECTOR)):
                if number < reached.setdefault(sector, int(luck.random() * ways)):
                    low, high = max(step.offset, sector * SECTOR), min(end, (sector + 1) * SECTOR)
                    spoilt = garbage and luck.random() < garbage
                    content[low:high] = (
                        luck.randbytes(high - low) if spoilt else step.data[low - step.offset : high - step.offset]
                    )
        _resize(content, lengths[length])
        return bytes(content)


class Disk:
    """One folder and its files."""

    def __init__(self) -> None:
        """Empty."""
        self._files: dict[int, File] = {}
        self._durable: dict[str, int] = {}
        self._pending: list[Create | Delete | Replace] = []

    def take(self, step: Step) -> None:
        """The next recorded step."""
        match step:
            case Create(file):
                self._files[file] = File()
                self._pending.append(step)
            case Replace(file, _, data):
                self._files[file] = File(bytearray(data))
                self._pending.append(step)
            case Delete():
                self._pending.append(step)
            case Write(file) | Truncate(file):
                self._files[file].pending.append(step)
            case Sync(file):
                self._files[file].settle()
        if isinstance(step, Delete | Sync) and step.folder:
            self._durable, self._pending = self._names(len(self._pending)), []

    def after_a_cut(self, luck: random.Random, torn: int) -> Iterator[tuple[str, dict[str, bytes]]]:
        """What may be found: all or nothing of what was not synced, one file ahead of the others, then as luck will have it."""
        everything = len(self._pending)
        yield "kept", self._found(everything, File.kept)
        yield "dropped", self._found(0, File.dropped)
        waiting = [file for file in self._files.values() if file.pending]
        for ahead in waiting if len(waiting) > 1 else []:
            yield "one ahead", self._found(everything, lambda file, ahead=ahead: file.kept() if file is ahead else file.dropped())
        if not waiting and not everything:
            return
        for number in range(torn):
            garbage = 0.1 * (number % 2)
            found = self._found(luck.randint(0, everything), lambda file, share=garbage: file.torn(luck, share))
            yield "garbled" if garbage else "torn", found

    def _found(self, of_the_folder: int, content: Callable[[File], bytes]) -> dict[str, bytes]:
        return {name: content(self._files[file]) for name, file in self._names(of_the_folder).items()}

    def _names(self, steps: int) -> dict[str, int]:
        names = dict(self._durable)
        for step in self._pending[:steps]:
            if isinstance(step, Delete):
                names.pop(step.name, None)
            else:
                names[step.name] = step.file
        return names


def rebuilt(steps: list[Step], points: range, torn: int, seed: int) -> Iterator[State]:
    """The disks that a cut right after each of these points may leave, `torn` of them by chance."""
    disk = Disk()
    for point, step in enumerate(steps[: points.stop - 1], start=1):
        disk.take(step)
        if point in points:
            for variant, files in disk.after_a_cut(random.Random(f"{seed}/{point}"), torn):
                yield State(point, variant, files)


def _resize(content: bytearray, size: int) -> None:
    if size < len(content):
        del content[size:]
    else:
        content.extend(bytes(size - len(content)))
