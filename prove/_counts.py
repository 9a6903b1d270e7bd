"""A counted result with its limit, and how a proof is run."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Protocol

Say = Callable[[str], None]


@dataclass(frozen=True)
class Count:
    """One line of a proof.

    Attributes:
        name: what was counted or measured.
        exactly, at_most, at_least: the limit, if it has one.
        remark: under which conditions.
    """

    name: str
    value: float
    unit: str = ""
    exactly: float | None = None
    at_most: float | None = None
    at_least: float | None = None
    remark: str = ""

    @property
    def is_kept(self) -> bool:
        """Whether the limit holds."""
        return (
            (self.exactly is None or self.value == self.exactly)
            and (self.at_most is None or self.value <= self.at_most)
            and (self.at_least is None or self.value >= self.at_least)
        )

    @property
    def limit(self) -> str:
        """The limit as the table shows it."""
        limits = (("=", self.exactly), ("<=", self.at_most), (">=", self.at_least))
        return ", ".join(f"{sign} {shown(limit)}" for sign, limit in limits if limit is not None)

    @property
    def verdict(self) -> str:
        """In one word; nothing where the line only informs."""
        if not self.limit:
            return ""
        return "ok" if self.is_kept else "MISSED"


class Proof(Protocol):
    """What a module of this folder offers."""

    TITLE: str
    NUMBER: int
    SHORT: int

    def prove(self, number: int, say: Say) -> Iterator[Count]:
        """Do it `number` times and count."""


def names() -> list[str]:
    """Every proof."""
    return sorted(path.stem for path in Path(__file__).parent.glob("[!_]*.py"))


def proof(name: str) -> Proof:
    """One proof by its name."""
    return import_module(f"prove.{name}")


def missed(name: str, number: int | None = None) -> list[str]:
    """Run a proof in its short form and tell the lines whose limit does not hold: what a test asserts to be empty."""
    one = proof(name)
    counts = list(one.prove(one.SHORT if number is None else number, lambda _sentence: None))
    assert any(count.limit for count in counts), f"{name} proves nothing"
    return [line(count) for count in counts if not count.is_kept]


def line(count: Count) -> str:
    """One count as the table on a terminal shows it."""
    value = f"{shown(count.value):>9} {count.unit:6}"
    return f"  {count.name:64} {value} {count.limit:16} {count.verdict:7} {count.remark}".rstrip()


def shown(value: float) -> str:
    """Whole numbers whole, others with three digits that matter."""
    return f"{value:,.0f}" if value == int(value) or abs(value) >= 100 else f"{value:.3g}"
