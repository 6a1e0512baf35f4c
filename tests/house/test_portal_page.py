"""The page of the handbook that says what every system gets from the portal is what the code does."""

from fieldkit.config import PACKAGE
from fieldkit.portal import probes

PAGE = PACKAGE.parent / "docs" / "portal.md"
BEGIN, END = "<!-- made by scripts/golden from fieldkit/portal/probes.py: do not edit -->\n", "<!-- end -->\n"
WAYS = ((probes.ON, False), (probes.ON, True), (probes.QUIET, False), (probes.OFF, False))
HEADS = ("system", "asks for", "`on`, at first", "`on`, after “Weiter”", "`quiet`", "`off`")


def given(ask: str, mode: str, confirmed: bool) -> str:
    """What a system gets, in words."""
    host, _, path = ask.partition("/")
    found = probes.answer(host, f"/{path.rstrip('*')}", "GET", confirmed, mode, frozenset({"10.42.0.1"}), "http://10.42.0.1")
    if found is probes.HANG_UP:
        return "nothing"
    if found.status.startswith("302"):
        return "the portal"
    return "**fine**"


def sent(probe: probes.Probe) -> str:
    """The bytes that say so."""
    extra = "".join(f", `{name}: {value}`" for name, value in probe.fine.headers if name.startswith("X-"))
    if not probe.fine.body:
        return f"{probe.fine.status}{extra}"
    first = probe.fine.body.decode().splitlines()[0]
    shown = first if len(first) <= 72 else f"{first[:69]}..."
    return f"{probe.fine.status}, {len(probe.fine.body)} bytes{extra}: `{shown}`"


def table() -> str:
    """All systems, what they get in each mode, and the bytes."""
    rows = ["| " + " | ".join(HEADS) + " |", "|" + "---|" * len(HEADS)]
    for probe in probes.PROBES:
        answers = {ask: [given(ask, *way) for way in WAYS] for ask in probe.asks}
        assert len({tuple(cells) for cells in answers.values()}) == 1, probe.systems
        asks = "<br>".join(f"`{ask}`" for ask in probe.asks)
        rows.append(f"| {probe.systems} | {asks} | {' | '.join(answers[probe.asks[0]])} |")
    rows.append(
        f"| whatever else a person or program asks for | `example.org/` | {' | '.join(given('example.org/', *way) for way in WAYS)} |"
    )
    fine = [f"| {probe.systems} | {sent(probe)} |" for probe in probes.PROBES]
    return "\n".join([*rows, "", "| system | what **fine** is, byte for byte |", "|---|---|", *fine, ""])


def test_the_handbooks_table_of_systems_is_the_reviewed_one(golden):
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    golden(PAGE, f"{before}{BEGIN}\n{table()}\n{END}{after}")
