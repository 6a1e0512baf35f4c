"""Load on loopback: wrk with small Lua scripts, and sockets that are only held."""

import json
import shutil
import socket
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlencode

REPORT = """
done = function(summary, latency, requests)
  local bad = summary.errors.status + summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout
  io.stderr:write(string.format('{"rate": %f, "p50": %f, "p99": %f, "bad": %d}\\n',
    summary.requests / (summary.duration / 1e6), latency:percentile(50) / 1000, latency:percentile(99) / 1000, bad))
end
"""

SUBMIT = """
local bodies = {}
for line in io.lines("%(file)s") do bodies[#bodies + 1] = line end
local n, reads = 0, 0
local headers = {["Content-Type"] = "application/x-www-form-urlencoded", ["Accept-Encoding"] = "gzip"}
request = function()
  reads = reads + 1
  if %(every)d > 1 and reads %% %(every)d ~= 0 then return wrk.format("GET", "/ideas", headers) end
  n = n + 1
  return wrk.format("POST", "/ideas/new", headers, bodies[(n - 1) %% #bodies + 1])
end
"""


@dataclass(frozen=True)
class Run:
    """One run: requests a second, milliseconds, and how many answers were not fine."""

    rate: float
    p50: float
    p99: float
    bad: int

    def __str__(self) -> str:
        """As a table cell."""
        return f"{self.rate:,.0f}  {self.p50:.1f} / {self.p99:.0f}" + (f" ({self.bad} bad)" if self.bad else "")


def get(path: str) -> str:
    """Read one page again and again."""
    return f'wrk.path = "{path}"; wrk.headers["Accept-Encoding"] = "gzip"\n' + REPORT


def submissions(tickets: list[str]) -> str:
    """Leave a new idea with each request."""
    return SUBMIT % {"file": _bodies(tickets), "every": 1} + REPORT


def mixed(tickets: list[str]) -> str:
    """Read the list 19 times, then leave an idea."""
    return SUBMIT % {"file": _bodies(tickets), "every": 20} + REPORT


def run(url: str, script: str, connections: int, seconds: int) -> Run:
    """Put load on a server for some seconds."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as lua:
        lua.write(script)
        lua.flush()
        command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--timeout", "20s", "-s", lua.name, url]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stderr.strip().splitlines()[-1]))


def median(runs: list[Run]) -> Run:
    """The median of several runs, figure by figure."""
    return Run(*(statistics.median(getattr(run, f) for run in runs) for f in ("rate", "p50", "p99")), sum(r.bad for r in runs))


def held_connections(port: int, count: int) -> str:
    """Hold `count` connections open at once, then ask on each; how many are answered."""
    held = [socket.create_connection(("127.0.0.1", port), timeout=20) for _ in range(count)]
    answered = 0
    for connection in held:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    for connection in held:
        answered += connection.recv(12) == b"HTTP/1.1 200"
        connection.close()
    return f"{answered} of {count}"


def slow_fsync(place: Path) -> Path:
    """A library to preload that makes every fsync take 8 ms more, as on an SD card."""
    source, library = place / "slow.c", place / "slow.so"
    source.write_text("""
        #define _GNU_SOURCE
        #include <dlfcn.h>
        #include <unistd.h>
        #include <time.h>
        static void wait8(void) { struct timespec t = {0, 8000000}; nanosleep(&t, 0); }
        int fsync(int fd) { static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fsync"); wait8(); return real(fd); }
        int fdatasync(int fd) { static int (*real)(int); if (!real) real = dlsym(RTLD_NEXT, "fdatasync"); wait8(); return real(fd); }
    """)
    subprocess.run(["cc", "-O2", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
    return library


def install(program: str, package: str) -> None:
    """Install a Debian package when its program is missing."""
    if shutil.which(program) is None:
        subprocess.run(["apt-get", "install", "-y", "-qq", package], check=True, capture_output=True)


def _bodies(tickets: list[str]) -> str:
    with tempfile.NamedTemporaryFile("w", suffix=".txt", delete=False) as out:
        for n, ticket in enumerate(tickets):
            out.write(urlencode({"ticket": ticket, "title": f"Idee {n} unter Last", "body": "Ein Text. " * 20}) + "\n")
    return out.name
