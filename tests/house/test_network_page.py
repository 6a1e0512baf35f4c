"""The page of the handbook about the network shows the files that are rendered."""

from pathlib import Path

from fieldkit.config import PACKAGE, Config
from fieldkit.net import files

PAGE = PACKAGE.parent / "docs" / "network.md"
BEGIN, END = "<!-- made by scripts/golden from fieldkit/net/files.py: do not edit -->\n", "<!-- end -->\n"
KIT = Config(home=Path("/var/lib/fieldkit"), ssid="Feldkit-7", passphrase="abde-fghj-kmnp")


def test_the_handbooks_network_files_are_the_reviewed_ones(golden):
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    shown = "".join(f"`/{file.path}`, mode {file.mode:o}\n\n```text\n{file.text}```\n\n" for file in files.render(KIT))
    golden(PAGE, f"{before}{BEGIN}\n{shown}{END}{after}")
