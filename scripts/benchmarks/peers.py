"""The same load, alternately, on the kit and on what others run offline: kiwix-serve, Kolibri, Datasette."""

import os
import sqlite3
import statistics
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from . import load
from .kits import Kit

CONNECTIONS = (16, 64, 200)


def compare(kit: Kit, place: Path, rounds: int, seconds: int) -> None:
    """Print requests a second and p99 of each, and the kit as a multiple of the others."""
    kit.start()
    servers = {"kit": (kit.url, "/ideas", None)} | _kiwix(place) | _datasette(place) | _kolibri(place)
    rates: dict[tuple[str, int], list[load.Run]] = {}
    try:
        for _ in range(rounds):
            for connections in CONNECTIONS:
                for name, (url, path, _process) in servers.items():
                    rates.setdefault((name, connections), []).append(load.run(url, load.get(path), connections, seconds))
    finally:
        for _, _, process in servers.values():
            if process:
                process.terminate()
                process.wait(30)
    print(f"\n{'list page':12}" + "".join(f"{n:>24}" for n in CONNECTIONS) + "   connections: req/s, p50 / p99 ms")
    for name in servers:
        print(f"{name:12}" + "".join(f"{str(load.median(rates[name, n])):>24}" for n in CONNECTIONS))
    ours = statistics.median(run.rate for run in rates["kit", 200])
    for name in servers:
        if name != "kit":
            theirs = statistics.median(run.rate for run in rates[name, 200])
            times = f"{ours / theirs:.1f} times" if theirs else "all, against none of"
            print(f"at 200 connections the kit answers {times} what {name} answers")


def _kiwix(place: Path) -> dict[str, tuple[str, str, subprocess.Popen]]:
    load.install("kiwix-serve", "kiwix-tools")
    load.install("zimwriterfs", "zim-tools")
    html = place / "html"
    html.mkdir()
    items = "".join(f"<li><h2>Idee {n}</h2><p>{'Ein Text, wie er auf der Liste steht. ' * 6}</p></li>" for n in range(20))
    (html / "index.html").write_text(
        f"<!doctype html><html><head><title>Ideen</title></head><body><ul>{items}</ul></body></html>"
    )
    (html / "icon.png").write_bytes(_png())
    subprocess.run(
        ["zimwriterfs", "-w", "index.html", "-I", "icon.png", "-l", "deu", "-t", "Ideen", "-d", "Ideen", "-c", "x", "-p", "x",
         "-n", "ideen", html, place / "ideen.zim"], check=True, capture_output=True,
    )  # fmt: skip
    process = subprocess.Popen(
        ["kiwix-serve", "--address", "127.0.0.1", "--port", "8191", place / "ideen.zim"], stdout=subprocess.DEVNULL
    )
    path = next(p for p in ("/content/ideen/index.html", "/ideen/A/index.html") if _answers("http://127.0.0.1:8191" + p))
    return {"kiwix-serve": ("http://127.0.0.1:8191", path, process)}


def _datasette(place: Path) -> dict[str, tuple[str, str, subprocess.Popen]]:
    python = _venv(place / "datasette-venv", "datasette", "setuptools<81")
    with sqlite3.connect(place / "ideen.db") as conn:
        conn.execute("CREATE TABLE ideen (id INTEGER PRIMARY KEY, title TEXT, body TEXT)")
        conn.executemany(
            "INSERT INTO ideen (title, body) VALUES (?, ?)", [(f"Idee {n}", "Ein Text. " * 20) for n in range(10_000)]
        )
    process = subprocess.Popen(
        [python, "-m", "datasette", "serve", "--port", "8192", "--setting", "default_page_size", "20", place / "ideen.db"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    _answers("http://127.0.0.1:8192/ideen/ideen")
    return {"datasette": ("http://127.0.0.1:8192", "/ideen/ideen", process)}


def _kolibri(place: Path) -> dict[str, tuple[str, str, subprocess.Popen]]:
    python = _venv(place / "kolibri-venv", "kolibri", "setuptools<81")
    env = os.environ | {"KOLIBRI_HOME": str(place / "kolibri"), "KOLIBRI_RUN_MODE": "bench"}
    process = subprocess.Popen(
        [python, "-m", "kolibri", "start", "--foreground", "--port", "8193"], env=env,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    path = "/api/public/info/"
    _answers("http://127.0.0.1:8193" + path, patience=120)
    return {"kolibri": ("http://127.0.0.1:8193", path, process)}


def _venv(folder: Path, *packages: str) -> Path:
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    subprocess.run([folder / "bin/pip", "install", "-q", *packages], check=True, capture_output=True)
    return folder / "bin/python"


def _answers(url: str, patience: float = 30) -> bool:
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return True
        except urllib.error.HTTPError:
            return False
        except OSError:
            time.sleep(0.2)
    raise RuntimeError(f"{url} does not answer")


def _png() -> bytes:
    """A 48 by 48 icon: kiwix wants one."""
    import struct
    import zlib

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    rows = zlib.compress((b"\0" + b"\0\x54\x3a" * 48) * 48)
    head = struct.pack(">IIBBBBB", 48, 48, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")
