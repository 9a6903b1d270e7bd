"""Anything may happen in any order, with repeats and lost answers: the hub stays whole."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from pathlib import Path

import pytest
from hub_shop import READY, HandClock, Shop, a_booking, rebuilt, stored
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from kiosk.domain.visit import Stage
from kiosk.server import schema
from kiosk.server.database import Database
from kiosk.server.errors import Answered, IdReused, RulesRefuse
from kiosk.server.visits.codes import hashed

pytestmark = pytest.mark.storage
TEMPLATE: list[Path] = []
STEPS = (*READY, "ask_customer", "fail_quality_check", "hand_over", "withdraw_check_in", "take_back", "record_answer")
ADVISORS = ("marta", "chen", "diaz")


class Anything(RuleBasedStateMachine):
    """One day in a shop where every message may come twice and every answer may be lost."""

    visits = Bundle("visits")
    sent = Bundle("sent")

    @initialize()
    def open_the_shop(self):
        self.folder = Path(tempfile.mkdtemp())
        shutil.copyfile(TEMPLATE[0], self.folder / "hub.db")
        self.database = Database(f"sqlite:///{self.folder / 'hub.db'}")
        self.shop = Shop(self.database, HandClock())
        self.shop.book(*(a_booking(f"R{n}") for n in range(4)))
        self.tokens = [self.shop.code_for(f"R{n}") for n in range(4)] + ["0" * 26]
        self.answers = {}

    def send(self, kind, who, body):
        """Send a command; what came back is remembered, so that a repeat can be compared."""
        command_id = secrets.token_hex(16)
        try:
            answer = self.shop.hub.answer(kind, who, command_id, self.shop.clock.now(), body)
        except RulesRefuse:
            return None
        self.answers[command_id] = answer
        return kind, who, command_id, body

    @rule(target=sent, lane=st.sampled_from("AB"), code=st.integers(0, 4), offline=st.booleans())
    def somebody_scans(self, lane, code, offline):
        body = self.shop.arrival(lane, code_hash=hashed(self.tokens[code]), offline=offline)
        return self.send("check_in", f"lane/{lane}", body)

    @rule(target=sent, lane=st.sampled_from("AB"), clone=st.booleans())
    def somebody_walks_in(self, lane, clone):
        more = {"ticket": f"{lane}-001"} if clone else {}
        return self.send("check_in", f"lane/{lane}", self.shop.arrival(lane, way="walk_in", name="Bo", **more))

    @rule(target=visits, which=st.integers(0, 20))
    def a_visit_is_picked(self, which):
        found = self.shop.view("staff")["visits"]
        return found[which % len(found)]["visit_id"] if found else None

    @rule(target=sent, visit_id=visits, step=st.sampled_from(STEPS), manager=st.booleans())
    def somebody_makes_a_step(self, visit_id, step, manager):
        if visit_id is None:
            return None
        body = {"visit_id": visit_id, "advisor_id": "marta", "approved": True, "reason": "because" if manager else None}
        return self.send(step, "manager/ali" if manager or step == "hand_over" else "advisor/marta", body)

    @rule(target=sent, which=st.integers(0, 9), kind=st.sampled_from(["acknowledge", "hand_on", "close_page"]), advisor=st.sampled_from(ADVISORS))
    def somebody_presses_the_button(self, which, kind, advisor):
        pages = [one for visit in self.shop.view("staff")["visits"] for one in visit["pages"]] + self.shop.view("staff")["calls"]
        if not pages:
            return None
        return self.send(kind, "pager/desks", {"page_id": pages[which % len(pages)]["page_id"], "advisor_id": advisor})

    @rule(target=sent, advisor=st.sampled_from(ADVISORS), presence=st.sampled_from(["in", "away", "off", "with_customer"]))
    def an_advisor_comes_or_goes(self, advisor, presence):
        return self.send("set_presence", "pager/desks", {"advisor_id": advisor, "presence": presence})

    @rule(target=sent, lane=st.sampled_from("AB"))
    def somebody_asks_for_help(self, lane):
        return self.send("ask_for_help", f"lane/{lane}", {"visit_id": None, "lane": lane, "language": "en"})

    @rule(target=sent, visit_id=visits, number=st.integers(0, 3))
    def an_offline_visit_is_confirmed(self, visit_id, number):
        appointments = self.shop.view("staff")["appointments"]
        if visit_id is None:
            return None
        return self.send("confirm_check_in", "manager/ali", {"visit_id": visit_id, "appointment_id": appointments[number]["appointment_id"]})

    @rule(minutes=st.integers(0, 90))
    def time_goes_by(self, minutes):
        self.shop.clock.later(minutes=minutes)

    @rule(message=sent)
    def an_answer_was_lost(self, message):
        """The same message once more: nothing happens, and the answer is the first one's."""
        if message is None:
            return
        before = len(self.shop.everything(schema.event))
        again = self.shop.hub.answer(*message[:3], self.shop.clock.now(), message[3])

        assert again.replayed
        assert (again.seq, again.result.get("visit_id")) == (self.answers[message[2]].seq, self.answers[message[2]].result.get("visit_id"))
        assert len(self.shop.everything(schema.event)) == before

    @rule(message=consumes(sent))
    def an_id_is_used_for_something_else(self, message):
        if message is None:
            return
        with pytest.raises(IdReused):
            self.shop.hub.answer(*message[:3], self.shop.clock.now(), message[3] | {"more": 1})

    @rule()
    def the_hub_is_started_again(self):
        self.database.close()
        self.database = Database(f"sqlite:///{self.folder / 'hub.db'}")
        before = self.shop
        self.shop = Shop(self.database, before.clock)
        self.shop._numbers = before._numbers

    @invariant()
    def the_snapshot_is_what_one_reads_anew(self):
        self.shop.check_snapshot()

    @invariant()
    def the_rows_are_what_the_log_says(self):
        assert stored(self.shop) == rebuilt(self.shop)

    @invariant()
    def no_appointment_is_two_visits(self):
        taken = [one["appointment_id"] for one in self.shop.everything(schema.visit) if one["appointment_id"] and one["stage"] != "withdrawn"]
        assert len(taken) == len(set(taken))

    @invariant()
    def every_open_visit_has_a_number_of_its_own_and_its_place_on_the_board(self):
        open_ = [one for one in self.shop.everything(schema.visit) if Stage(one["stage"]).is_open]
        assert len({one["ticket"] for one in open_}) == len(open_)
        assert {one["ticket"] for one in open_} == {one["ticket"] for one in self.shop.view("board/hall")["rows"]}

    @invariant()
    def nobody_in_the_lane_is_forgotten(self):
        """Who stands checked in has an open page that lights a lamp or the manager's screen, unless somebody closed it."""
        for one in self.shop.view("staff")["visits"]:
            for page in one["pages"]:
                assert page["advisors"] or page["escalated"]

    def teardown(self):
        if hasattr(self, "database"):
            self.database.close()
            shutil.rmtree(self.folder)


def test_anything_may_happen(template):
    """Scans, steps, presses, repeats, lost answers and restarts in any order leave the hub whole."""
    TEMPLATE[:] = [template]

    run_state_machine_as_test(Anything, settings=settings(max_examples=15, stateful_step_count=30, deadline=None))


def test_every_status_is_one_that_the_wire_lists():
    """A device meets no error that its contract does not name."""
    import kiosk.server.stores  # noqa: F401 - its own error is one of them

    wire = (Path(__file__).parents[2] / "docs" / "wire.md").read_text()

    assert all(f"{one.status} " in wire for one in Answered.__subclasses__())
