"""A season's worth of ideas, made from the sentences of the living example, and kits that are nothing but a key and a chain."""

import random
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import yaml
from nacl.signing import SigningKey

from fieldkit import config, ids, journal, wire

STOP = "stop000000000001"
AT = "2026-11-22T14:00:00Z"
BODY = 600  # bytes of an idea as it is hashed


def ideas(count: int, seed: int = 7) -> Iterator[dict[str, Any]]:
    """Ideas as the kit stores them, of about BODY bytes.

    The words follow one another as in the example's texts, two by two: whole sentences from a small stock would compress better than what
    people write.
    """
    chance = random.Random(seed)
    example = yaml.safe_load((config.folder("data") / "demo" / "ideas.yaml").read_text(encoding="utf-8"))
    words = [word for stop in example.values() for idea in stop for word in idea["body"].split()]
    follows: dict[str, list[str]] = {}
    for word, following in pairwise(words):
        follows.setdefault(word, []).append(following)
    for _ in range(count):
        idea = {
            "id": _id(chance), "stop_id": STOP, "title": " ".join(chance.choices(words, k=4)), "body": "", "category": chance.choice(("meeting", "safety", "green")),
            "place": "Leopoldplatz", "name": "", "channel": "phone", "sheet": "", "receipt": chance.randbytes(20).hex(), "state": "visible",
            "hidden_because": "", "merged_into": None, "reply": "", "at": AT,
        }  # fmt: skip
        room, text = BODY - len(journal.canonical(idea).encode()), [chance.choice(words)]
        for _ in range(room // 4):
            text.append(chance.choice(follows.get(text[-1], words)))
        idea["body"] = " ".join(text).encode()[:room].decode(errors="ignore")
        yield idea


class ChainOnly:
    """A kit without a house, to hand over many at once."""

    def __init__(self) -> None:
        """A new key and an empty chain."""
        self.id, self.epoch, self.key = ids.new_id(), journal.next_epoch(), SigningKey.generate()
        self.entries: list[dict[str, Any]] = []

    def enter(self, ideas: Iterator[dict[str, Any]]) -> None:
        """Journal some ideas."""
        chance = random.Random(self.id)
        previous = self.entries[-1]["digest"] if self.entries else journal.EMPTY
        for seq, idea in enumerate(ideas, len(self.entries) + 1):
            salt, body = chance.randbytes(16), journal.canonical(idea)
            entry = {
                "seq": seq, "tbl": "ideas", "rid": idea["id"], "op": "put", "salt": salt.hex(), "body": body, "at": AT,
                "body_hash": journal.body_hash(salt, body),
            }  # fmt: skip
            previous = entry["digest"] = journal.chain(previous, self.id, self.epoch, entry)
            self.entries.append(entry)

    def batches(self) -> list[bytes]:
        """All of it, packed."""
        packed, at, previous = [], 0, journal.EMPTY
        while at < len(self.entries):
            batch, count = wire.pack(self.id, self.epoch, previous, self.entries[at : at + wire.MOST_ENTRIES])
            packed.append(batch)
            at += count
            previous = self.entries[at - 1]["digest"]
        return packed


def _id(chance: random.Random) -> str:
    return "".join(chance.choices(ids.ID_ALPHABET, k=ids.ID_LENGTH))
