"""One photo into a clean small JPEG, in a short process of its own: the file as it came on stdin, the JPEG on stdout.

Decoders of pictures are large and written in C: what a stranger's file does to them must end here. So this process may take little memory and time
and opens no file for writing. It is run by its path and imports nothing of the house. What is in the photo beside its picture (place, time, device)
stays behind: only pixels go into the new file.
"""

import io
import resource
import sys
import warnings

MEMORY = 768 * 1024 * 1024  # bytes of address space
SECONDS = 10  # of processor time; 12 megapixels take a quarter of one, on a Pi two
PIXELS = 50_000_000  # of the original; the largest phones take 50 megapixels
SIDE = 1600  # pixels of the longer side afterwards: small handwriting on a card can be read
FORMATS = ("JPEG", "PNG", "WEBP")


def develop(content: bytes) -> bytes:
    """The photo, upright, at most SIDE pixels wide and high, as a JPEG without metadata. Raises what Pillow raises."""
    from PIL import Image, ImageOps

    Image.MAX_IMAGE_PIXELS = PIXELS
    with Image.open(io.BytesIO(content), formats=FORMATS) as photo:
        photo.draft("RGB", (SIDE, SIDE))  # a JPEG is decoded at a fraction of its size where that is enough
        upright = ImageOps.exif_transpose(photo)
        upright.thumbnail((SIDE, SIDE))
        if upright.mode in ("RGBA", "LA", "PA") or "transparency" in upright.info:
            upright = upright.convert("RGBA")
            paper = Image.new("RGB", upright.size, "white")
            paper.paste(upright, mask=upright.getchannel("A"))
            upright = paper
        clean = Image.new("RGB", upright.size)
        clean.paste(upright.convert("RGB"))
    out = io.BytesIO()
    clean.save(out, "JPEG", quality=80, optimize=True)
    return out.getvalue()


if __name__ == "__main__":
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, SECONDS),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    warnings.simplefilter("error")  # a picture between one and two times PIXELS only warns
    try:
        sys.stdout.buffer.write(develop(sys.stdin.buffer.read()))
    except Exception as error:  # whatever a stranger's file makes a decoder say
        sys.exit(f"{type(error).__name__}: {error}")
