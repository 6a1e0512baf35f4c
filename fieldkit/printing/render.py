"""One document into one PDF or PNG, in a short process of its own: JSON on stdin, the file on stdout.

Inside the kit typst's caches stay for good: measured from 58 MB to 164 after two method cards and 203 after eight documents, where the whole
kit is to stay under 80. Out here that is gone after each document, and one that never ends can be ended.
This file is run by its path and imports nothing of the house, so that a start costs a tenth of a second. A poster takes 0.13 s of processor
time, a method card with its two full pages 0.45 s.
"""

import json
import sys
import tempfile
from pathlib import Path

import typst

# Debian: fonts-roboto-unhinted, fonts-noto-core, fonts-dejavu-core. Looking through all installed fonts instead takes up to 1.5 s on a cold disk,
# and cannot tell Roboto Condensed from Roboto. Without any of these the fonts inside typst do: Libertinus Serif and DejaVu Sans Mono.
FONTS = Path("/usr/share/fonts/truetype")
FACES = (
    "roboto/unhinted/RobotoCondensed-Bold.ttf",
    "noto/NotoSans-Regular.ttf",
    "noto/NotoSans-Bold.ttf",
    "noto/NotoSansArabic-Regular.ttf",
    "noto/NotoSansArabic-Bold.ttf",
    "dejavu/DejaVuSans.ttf",
    "dejavu/DejaVuSans-Bold.ttf",
)
PREVIEW = 72  # pixels per inch


def render(template: str, data: str, kind: str) -> bytes:
    """Set the file `template` with `data` (JSON) as `kind` ("pdf" or "png", the first page). Raises typst.TypstError."""
    with tempfile.TemporaryDirectory() as case:
        for face in FACES:
            if (FONTS / face).is_file():
                (Path(case) / Path(face).name).symlink_to(FONTS / face)
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[case])
        made = typst.compile(
            template, root=str(Path(template).parent), font_paths=fonts, sys_inputs={"data": data}, format=kind, ppi=PREVIEW
        )
    return made[0] if isinstance(made, list) else made


if __name__ == "__main__":
    job = json.load(sys.stdin)
    try:
        sys.stdout.buffer.write(render(**job))
    except typst.TypstError as error:
        sys.exit(f"{error.message}\n{error.diagnostic}")
