"""Devices, duplicates, losses and restarts in any order, against the real hub on its real database."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

from hub_machine import HandClock
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from bench._hub import EXAMPLES
from kiosk.domain.facts import to_us
from kiosk.server.database import Database
from kiosk.server.errors import IdReused
from kiosk.server.hub import Hub
from kiosk.store_file import load_store
from prove import _book

STORE = load_store(EXAMPLES / "store.toml")
LANES = ("A", "B")
SAME = ("outcome", "visit_id", "ticket")  # names and times are told as they are now


class Shop(RuleBasedStateMachine):
    """Two lanes with their queues: what they made, what the hub was asked, what it has answered."""

    @initialize()
    def open(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="any-"))
        self.path, self.clock = self.folder / "hub.db", HandClock()
        self.queue: list[tuple[str, str, str, dict[str, Any]]] = []
        self.answered: dict[str, dict[str, Any]] = {}
        self.check_ins: set[str] = set()
        self.numbers = dict.fromkeys(LANES, 0)
        self.drawn = 0
        self.hub = self._new()

    def _id(self) -> str:
        """Another id each time, the same in every run."""
        self.drawn += 1
        return f"{self.drawn:032x}"

    def _new(self) -> Hub:
        return Hub(Database(f"sqlite:///{self.path}"), STORE, self.clock)

    @rule(lane=st.sampled_from(LANES))
    def somebody_comes(self, lane: str) -> None:
        """The lane draws id, number and visit, and puts the command into its queue."""
        self.numbers[lane] += 1
        body = {"visit_id": self._id(), "ticket": f"{lane}-{self.numbers[lane]:03}", "way": "walk_in"}
        body |= {"name": "Guest", "language": "en", "device_at": to_us(self.clock.now())}
        command_id = self._id()
        self.check_ins.add(command_id)
        self.queue.append((command_id, "check_in", f"lane/{lane}", body))

    @precondition(lambda self: self.queue)
    @rule(place=st.integers(0, 5), is_lost=st.booleans())
    def a_command_is_sent(self, place: int, is_lost: bool) -> None:
        """Out of order, and perhaps its answer is lost: then it stays in the queue and comes again."""
        one = self.queue[place % len(self.queue)]
        self._sent(one)
        if not is_lost:
            self.queue.remove(one)
            if one[1] == "check_in":
                gone = (self._id(), "withdraw_check_in", one[2], {"visit_id": one[3]["visit_id"]})
                self.queue += [gone] if place % 2 else []

    @precondition(lambda self: self.answered)
    @rule(place=st.integers(0, 50))
    def an_old_command_comes_again(self, place: int) -> None:
        """A duplicate from long ago is answered as it was."""
        command_id = list(self.answered)[place % len(self.answered)]
        kind, who, body = self.answered[command_id]["asked"]
        again, first = self._sent((command_id, kind, who, body)), self.answered[command_id]["result"]
        assert [again.get(one) for one in SAME] == [first.get(one) for one in SAME]

    @precondition(lambda self: self.answered)
    @rule(place=st.integers(0, 50))
    def an_id_comes_with_another_body(self, place: int) -> None:
        """Never done, never counted."""
        command_id = list(self.answered)[place % len(self.answered)]
        kind, who, body = self.answered[command_id]["asked"]
        try:
            self.hub.command(kind, who, command_id, self.clock.now(), body | {"another": 1})
        except IdReused:
            return
        raise AssertionError("an id was used twice")

    @rule()
    def the_hub_is_started_again(self) -> None:
        """Everything that it knew is on its disk."""
        self.hub.database.close()
        self.hub = self._new()

    @rule(minutes=st.integers(1, 600))
    def time_passes(self, minutes: int) -> None:
        self.clock.later(minutes=minutes)

    def _sent(self, one: tuple[str, str, str, dict[str, Any]]) -> dict[str, Any]:
        command_id, kind, who, body = one
        result = self.hub.command(kind, who, command_id, self.clock.now(), body)
        self.answered.setdefault(command_id, {"asked": (kind, who, body), "result": result})
        return result

    @invariant()
    def each_counts_once(self) -> None:
        """As many visits as check-ins that were done, each with one page, nothing by half."""
        if not hasattr(self, "path"):
            return
        book = _book.read(self.path)
        done = self.check_ins & self.answered.keys()
        assert set(book.check_ins) == done
        assert set(book.check_ins.values()) <= {1}
        assert len(book.visits) == len(done)
        assert book.halves == []

    def teardown(self) -> None:
        if hasattr(self, "hub"):
            self.hub.database.close()
            shutil.rmtree(self.folder)


TestAnyOrder = Shop.TestCase
TestAnyOrder.settings = settings(
    max_examples=6, stateful_step_count=20, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
