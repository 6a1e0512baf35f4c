"""What is plugged in: sticks, cards and disks that somebody can take out and carry away."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

MOUNTS = Path("/proc/self/mounts")
BLOCK = Path("/sys/class/block")


@dataclass(frozen=True)
class Medium:
    """A medium that can be read now."""

    path: Path
    """Where it is mounted."""
    label: str
    """How people know it: the last part of its path, which desktops take from its name."""
    free: int
    """Bytes."""
    writable: bool


def mounted(further: Iterable[str | Path] = ()) -> list[Medium]:
    """Every removable medium that is mounted, and the `further` folders (`media` in kit.toml) that exist."""
    paths = dict.fromkeys([*_removable(), *(Path(folder).expanduser() for folder in further)])
    return [medium for path in paths if (medium := _look(path))]


def same_disk(one: Path, other: Path) -> bool:
    """Whether two folders lie on one file system: a copy there would die with it."""
    return one.stat().st_dev == other.stat().st_dev


def _removable() -> Iterable[Path]:
    for line in MOUNTS.read_text(encoding="utf-8", errors="surrogateescape").splitlines():
        device, path, *_ = line.split(" ")
        if device.startswith("/dev/") and path not in ("/", "/boot", "/boot/firmware") and _can_be_taken_out(device):
            yield Path(re.sub(r"\\([0-7]{3})", lambda octal: chr(int(octal[1], 8)), path))  # a space is \040


def _can_be_taken_out(device: str) -> bool:
    """Whether the kernel calls it removable, or it hangs on USB: disks there do not say that they are removable."""
    block = (BLOCK / Path(os.path.realpath(device)).name).resolve()
    if not block.exists():
        return False
    flags = [folder / "removable" for folder in (block, block.parent)]  # of the disk, or of the disk this is a partition of
    return "/usb" in str(block) or any(flag.exists() and flag.read_text().strip() == "1" for flag in flags)


def _look(path: Path) -> Medium | None:
    try:
        room = os.statvfs(path)
    except OSError:  # pulled out, or not there today
        return None
    read_only = bool(room.f_flag & os.ST_RDONLY) or not os.access(path, os.W_OK)
    return Medium(path, path.name, room.f_bavail * room.f_frsize, not read_only)
