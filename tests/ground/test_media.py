"""A stick is found wherever it is plugged in; the kit's own disk is never taken for one."""

from pathlib import Path

import pytest

from fieldkit.storage import media


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with a card it runs from, a USB disk and a removable stick, as the kernel describes them."""
    stick = tmp_path / "Stick von Jonas"
    disk = tmp_path / "disk"
    stick.mkdir()
    disk.mkdir()
    devices = tmp_path / "sys"
    for path, removable in (("mmc0/mmcblk0/mmcblk0p2", 0), ("usb1/1-1/sda/sda1", 0), ("ata1/sdb/sdb1", 1)):
        (devices / path).mkdir(parents=True)
        (devices / path).parent.joinpath("removable").write_text(f"{removable}\n")
        (tmp_path / "class").mkdir(exist_ok=True)
        (tmp_path / "class" / Path(path).name).symlink_to(devices / path)
    mounts = tmp_path / "mounts"
    escaped = str(stick).replace(" ", "\\040")
    mounts.write_text(
        "proc /proc proc rw 0 0\n/dev/mmcblk0p2 / ext4 rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n"
        f"/dev/sda1 {disk} ext4 rw 0 0\n/dev/sdb1 {escaped} vfat rw 0 0\n/dev/sdc1 /gone vfat rw 0 0\n"
    )
    monkeypatch.setattr(media, "MOUNTS", mounts)
    monkeypatch.setattr(media, "BLOCK", tmp_path / "class")
    return tmp_path


def test_sticks_and_usb_disks_are_found_under_the_names_people_gave_them(machine: Path) -> None:
    assert [(found.label, found.writable) for found in media.mounted()] == [("disk", True), ("Stick von Jonas", True)]
    assert all(found.free > 0 for found in media.mounted())


def test_a_further_folder_counts_once_it_is_there(machine: Path) -> None:
    folder = machine / "second"
    assert len(media.mounted([folder])) == 2
    folder.mkdir()
    assert [found.path for found in media.mounted([folder, folder, machine / "disk"])][2:] == [folder]


def test_this_machine_is_looked_at_without_a_fault() -> None:
    assert Path("/") not in [found.path for found in media.mounted()]
