"""Whatever happens at a lane, in whatever order: it never raises, helps always, prints once, forgets every customer."""

from __future__ import annotations

from collections import Counter
from dataclasses import fields, replace
from datetime import timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from lane_spec import (
    CANCELLED,
    GONE,
    INSIDE,
    LUCIA,
    LUCIA_DIGITS,
    MARTA,
    SAMI,
    SMALL,
    STRANGER,
    TOMORROW,
    lane_in_service,
    wire,
)

from kiosk.domain import check_in
from kiosk.domain import lane_answers as answers
from kiosk.domain.lane_inputs import CameraChanged, FaultsChanged, PaperChanged, Print, PrinterChanged, Queued, Replied
from kiosk.domain.lane_state import Hint, Link, PaperState, Rules, Screen, Sight
from kiosk.domain.lane_view import OpenVisit

TOKENS = [LUCIA, SAMI, TOMORROW, CANCELLED, INSIDE, GONE, STRANGER]
OUTCOMES = ["checked_in", "again", "pickup", "other_day", "cancelled", "unknown", "finished", "something new", None]
PRIVATE = (
    "Lucía",
    "Sami",
    "Noor",
    "Ivo",
    "Ana",
    "Yara",
    "Blue SUV",
    "'472'",
    "30,000",
)  # the plate's end as a value: as digits it may stand in a time
ALL_TARGETS = sorted(
    frozenset().union(*check_in.OFFERED.values())
    | check_in.ALWAYS
    | {"more_time", "finish", "erase", "space", "continue", "keyboard", "camera", "take_back", "by_number", "nonsense"}
    | {f"digit.{n}" for n in range(10)}
    | {"letter.A", "letter.س", "letter.@", "letter.."}
    | answers.ENDS_A_QUESTION
    | {"change", "change.concern", "change.contact", "change.due", "change.transport", "change.second_car", "next_car"}
    | check_in.TURNS
    | {"contact.phone", "contact.address", "contact.none", "concern.noise", "concern.words", "transport.wait"}
)


class AnyDay(RuleBasedStateMachine):
    """A lane under a day of everything."""

    @initialize(rules=st.sampled_from([Rules(), SMALL]), link=st.sampled_from(list(Link)))
    def open(self, rules, link):
        """A lane of any size, with or without its hub."""
        self.lane = lane_in_service(link=link, rules=rules)

    @rule(text=st.one_of(st.sampled_from(TOKENS), st.text(max_size=40)))
    def scan(self, text):
        """Any code, and what is none."""
        self.lane.scan(text)

    @rule(key=st.sampled_from(ALL_TARGETS))
    def touch_anything(self, key):
        """Any key, also of another screen."""
        self.lane.touch(key)

    @rule(data=st.data())
    def touch_what_is_there(self, data):
        """A key of this screen."""
        self.lane.touch(data.draw(st.sampled_from(sorted(check_in.offered(self.lane.state)))))

    @rule()
    def type_digits(self):
        """Digits that fit a booking."""
        self.lane.touch("type_number")
        self.lane.type(LUCIA_DIGITS)

    @rule(back=st.integers(0, 3), outcome=st.sampled_from(OUTCOMES), own=st.booleans(), odd=st.booleans())
    def answer(self, back, outcome, own, odd):
        """Any answer to any of the last commands."""
        number = max(0, self.lane.state.sent - back)
        customer = self.lane.state.customer
        visit_id = customer.visit_id if own and customer else "v-ana"
        result = {"outcome": outcome, "visit_id": visit_id, "ticket": "A-009", "first_name": "Yara"}
        result["advisor"] = "odd" if odd else wire(MARTA)
        result["contact"] = {"phone": 7} if odd else {"phone": "+1 ••• ••17", "email": "", "method": "email"}
        result["asks_contact"] = own
        result["due"] = [{"operation": "CAB", "name": {"en": "Cabin filter"}}] if own else "odd" if odd else []
        self.lane.hear(Replied, number, result if outcome else {}, None if outcome else "busy")

    @rule(back=st.integers(0, 3))
    def no_answer(self, back):
        """Silence to any of the last commands."""
        self.lane.hear(Queued, max(0, self.lane.state.sent - back))

    @rule(link=st.sampled_from(list(Link)))
    def link_changes(self, link):
        """The link comes, goes, or is of another version."""
        self.lane.link(link)

    @rule(stage=st.sampled_from(["checked_in", "with_advisor", "withdrawn", "unheard of"]))
    def roster_changes(self, stage):
        """The hub tells of a visit of this lane."""
        customer = self.lane.state.customer
        if self.lane.state.view:
            self.lane.visits(OpenVisit(customer.visit_id if customer else "v", "A-001", stage))

    @rule(paper=st.sampled_from(list(PaperState)), trouble=st.sampled_from([None, "paper_out"]))
    def printer_changes(self, paper, trouble):
        """Paper and printer."""
        customer = self.lane.state.customer
        self.lane.hear(PaperChanged, customer.visit_id if customer else "v", paper)
        self.lane.hear(PrinterChanged, trouble)

    @rule(sight=st.sampled_from(list(Sight)), faults=st.sampled_from([(), ("folder",)]))
    def parts_change(self, sight, faults):
        """Camera and faults."""
        self.lane.hear(CameraChanged, sight, Hint.CLOSER)
        self.lane.hear(FaultsChanged, faults)

    @rule(seconds=st.sampled_from([0.1, 0.5, 2.1, 31, 61, 200, 700]))
    def wait(self, seconds):
        """Time passes, with its wakes."""
        self.lane.wait(seconds)

    @rule(hours=st.sampled_from([-1, 1]))
    def the_clock_jumps(self, hours):
        """The clock is set."""
        self.lane.at += timedelta(hours=hours)

    @invariant()
    def always_a_way_to_a_person(self):
        """Every screen offers help."""
        if hasattr(self, "lane"):
            assert "help" in check_in.offered(self.lane.state)

    @invariant()
    def always_a_way_on(self):
        """Every screen offers something besides, or leaves by itself."""
        if hasattr(self, "lane"):
            state = self.lane.state
            waits = state.screen in (Screen.READ, Screen.OUT)
            assert waits or check_in.offered(state) - check_in.ALWAYS - check_in.TURNS

    @invariant()
    def one_paper_a_visit(self):
        """A visit has one paper; everything else is marked as a copy."""
        if hasattr(self, "lane"):
            printed = [one.slip for one in self.lane.done if isinstance(one, Print) and not one.slip.copy]
            assert max(Counter(one.visit_id for one in printed).values(), default=1) == 1

    @invariant()
    def nothing_of_anybody_after_a_wipe(self):
        """Without a customer on the screen the state holds no word of one."""
        if hasattr(self, "lane") and self.lane.state.customer is None:
            rest = replace(self.lane.state, view=None, made=(), kept=())
            kept = {"help", "companion"}  # whose second car comes next, for a minute
            told = repr({one.name: getattr(rest, one.name) for one in fields(rest) if one.name not in kept})
            assert not [word for word in PRIVATE if word in told and word not in rest.typing.text + rest.typing.number]

    @invariant()
    def the_camera_page_belongs_to_nobody(self):
        """The first screen, the closed one and the locked one show nobody."""
        if hasattr(self, "lane") and self.lane.state.screen in (Screen.SCAN, Screen.OUT, Screen.LOCKED):
            assert self.lane.state.customer is None

    @invariant()
    def a_customer_with_a_visit_has_a_number(self):
        """Who is checked in has a ticket number."""
        if hasattr(self, "lane") and self.lane.state.customer and self.lane.state.customer.is_visit:
            assert self.lane.state.customer.ticket

    @invariant()
    def time_moves_on(self):
        """A wake does what it was for: the lane never spins."""
        if hasattr(self, "lane"):
            wake = check_in.next_wake(self.lane.state)
            if wake:
                after = check_in.step(self.lane.state, check_in.Ticked(max(wake, self.lane.at)), self.lane.supply)[0]
                again = check_in.next_wake(after)
                assert again is None or again > wake


AnyDay.TestCase.settings = settings(max_examples=120, stateful_step_count=40, deadline=None)
TestAnyDay = AnyDay.TestCase
