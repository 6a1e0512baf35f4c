"""What participants gave, counted."""

from dataclasses import dataclass, field


@dataclass
class Tally:
    """What one note or option got: value -> how many, from phones and from paper."""

    phone: dict[int, int] = field(default_factory=dict)
    paper: dict[int, int] = field(default_factory=dict)

    @property
    def votes(self) -> int:
        """How many votes in all."""
        return sum(self.phone.values()) + sum(self.paper.values())

    @property
    def paper_votes(self) -> int:
        """How many of them on paper."""
        return sum(self.paper.values())

    @property
    def total(self) -> int:
        """The sum of the values: dots, grades, amounts."""
        return sum(value * n for values in (self.phone, self.paper) for value, n in values.items())

    def of(self, value: int) -> int:
        """How many chose this value."""
        return self.phone.get(value, 0) + self.paper.get(value, 0)
