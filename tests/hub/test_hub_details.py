"""What a customer changes or adds at the lane: each answer a fact, the words beside it, and the advisor sees it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hub_shop import READY, STORE, TUESDAY, Shop, a_booking, clock_at

from kiosk.domain import facts as f
from kiosk.domain.people import Vehicle
from kiosk.server import schema
from kiosk.server.errors import BadRequest
from kiosk.server.returning import Before

pytestmark = pytest.mark.storage
HONDA = Vehicle(2021, "Honda", "CR-V", "blue", "1HGCM82633A004352", "1HGCM82633A004352", "ABC 1472")
YEARLY = replace(STORE, operations=tuple(replace(one, next_visit_days=180) for one in STORE.operations))


@pytest.fixture
def yearly(database, clock):
    """A hub whose work is due again after half a year."""
    return Shop(database, clock, YEARLY)


def arrives(shop, number="R1", **booking):
    """Booked for now, and here: the hub's answer to the lane."""
    shop.book(a_booking(number, shop.clock.now(), **booking))
    return shop.scan(shop.code_for(number))


@pytest.mark.parametrize(
    ("kind", "body", "fact"),
    [
        ("note_concerns", {"concerns": ["noise", "brakes"]}, f.ConcernsNoted(("noise", "brakes"))),
        ("answer_maintenance", {"operation": "TIR", "accepted": True}, f.MaintenanceAnswered("TIR", accepted=True)),
        ("choose_transport", {"transport": "shuttle"}, f.TransportChosen(f.Transport.SHUTTLE)),
        ("choose_contact_method", {"method": "none"}, f.ContactMethodChosen("none")),
        ("confirm_contact", {}, f.ContactConfirmed()),
    ],
)
def test_an_answer_of_the_lane_is_recorded_once(shop, kind, body, fact):
    """Each answer is a fact of that visit; the same answer again is no second fact."""
    visit_id = shop.checked_in()

    for _ in range(2):
        shop.do(kind, "lane/A", visit_id=visit_id, **body)

    assert shop.facts(visit_id)[2:] == [fact]


def test_the_advisor_sees_what_was_added(shop):
    """Concerns, own words, transport and accepted work stand with the visit at once."""
    visit_id = shop.checked_in()

    shop.do("note_concerns", "lane/A", visit_id=visit_id, concerns=["noise"], words="Front left, when it is cold.")
    shop.do("choose_transport", "lane/A", visit_id=visit_id, transport="wait")
    shop.do("answer_maintenance", "lane/A", visit_id=visit_id, operation="TIR", accepted=True)
    added = shop.staff(visit_id)["added"]

    assert added["concerns"] == ["noise"]
    assert added["words"] == "Front left, when it is cold."
    assert added["transport"] == "wait"
    assert [one["en"] for one in added["accepted"]] == ["Tires"]
    assert "Tires" in [one["en"] for one in shop.staff(visit_id)["asked"]]


def test_the_words_are_in_no_fact(shop):
    """The log has the note's id; the words can be blanked."""
    visit_id = shop.checked_in()

    shop.do("note_concerns", "lane/A", visit_id=visit_id, concerns=[], words="My aunt's parrot")

    assert "parrot" not in repr(shop.facts(visit_id))


def test_work_that_is_taken_back_is_no_work_any_more(shop):
    """Today, and then not today: the last answer counts."""
    visit_id = shop.checked_in()

    for accepted in (True, False):
        shop.do("answer_maintenance", "lane/A", visit_id=visit_id, operation="TIR", accepted=accepted)
    visit = shop.staff(visit_id)

    assert [one["en"] for one in visit["added"]["declined"]] == ["Tires"]
    assert [one["en"] for one in visit["asked"]] == ["Oil change"]


def test_work_that_was_booked_stays_booked(shop):
    """Declining what was asked for at the desk is the advisor's business, not the lane's."""
    visit_id = shop.checked_in()

    shop.do("answer_maintenance", "lane/A", visit_id=visit_id, operation="LOF", accepted=False)

    assert [one["en"] for one in shop.staff(visit_id)["asked"]] == ["Oil change"]


def test_a_new_phone_is_where_people_are_reached(shop):
    """The person's row has it as it can be dialled; the fact says only that it changed."""
    visit_id = shop.checked_in()

    shop.do("change_contact", "lane/A", visit_id=visit_id, phone="973 555 0188")

    stay = shop.hub.stay(visit_id)
    assert stay.party.phone == "+19735550188"
    assert "0188" not in repr(shop.facts(visit_id))


def test_a_phone_that_cannot_be_dialled_replaces_none_that_can(shop):
    """Typed without its area code: the number that is known stays."""
    visit_id = shop.checked_in()
    known = shop.hub.stay(visit_id).party.phone

    shop.do("change_contact", "lane/A", visit_id=visit_id, phone="5550142")

    person = shop.everything(schema.person)[0]
    assert known
    assert (person["phone_e164"], person["phone_written"]) == (known, "5550142")


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("change_contact", {"phone": "973 555 0188"}),
        ("change_contact", {"email": "new@example.com"}),
        ("choose_contact_method", {"method": "whatsapp"}),
        ("confirm_contact", {}),
    ],
)
def test_nothing_is_written_of_an_erased_customer(shop, kind, body):
    """What a lane tells after the erasure does not bring a phone or an address back."""
    visit_id = shop.checked_in()
    person = shop.everything(schema.person)[0]["person_id"]
    shop.do("erase_customer", "administrator/command-line", person_ids=[person])
    erased = shop.everything(schema.person)

    shop.do(kind, "lane/A", visit_id=visit_id, **body)

    assert shop.everything(schema.person) == erased


def test_a_walk_in_may_leave_an_address(shop):
    """Somebody of whom nothing was known gets a row for it."""
    made = shop.do("open_visit", "advisor/marta", name="", reason="", language="en")

    shop.do("change_contact", "lane/A", visit_id=made["visit_id"], email="New@Example.com")

    assert shop.hub.stay(made["visit_id"]).party.email == "new@example.com"


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("note_concerns", {"concerns": ["parrots"]}),
        ("note_concerns", {"concerns": "noise"}),
        ("answer_maintenance", {"operation": "NONE", "accepted": True}),
        ("choose_transport", {"transport": "horse"}),
        ("choose_contact_method", {"method": "pigeon"}),
        ("change_contact", {"phone": "12"}),
        ("change_contact", {"email": "nobody"}),
    ],
)
def test_an_answer_that_is_none_is_refused(shop, kind, body):
    """The field at fault is named."""
    visit_id = shop.checked_in()

    with pytest.raises(BadRequest, match=r"body\."):
        shop.do(kind, "lane/A", visit_id=visit_id, **body)


def test_the_answer_to_a_check_in_has_the_contact_masked(shop):
    """Its owner knows it again, and nobody else can use it."""
    contact = arrives(shop)["contact"]

    assert contact == {"phone": "+1 ••• ••• ••47", "email": "l••••@example.com", "method": "text_message"}


def test_the_roster_holds_no_contact(shop):
    """A lane that is stolen knows nobody's number: not even its end."""
    shop.book(a_booking())

    told = repr(shop.view("lane/A")["roster"])

    assert not [one for one in ("0147", "@", "••") if one in told]


def test_a_contact_is_asked_for_when_something_is_missing(shop):
    """No e-mail: the lane asks; confirmed once, it is not asked again for a year."""
    first = arrives(shop, "R1", email=None)
    shop.do("confirm_contact", "lane/A", visit_id=first["visit_id"])
    shop.clock.later(hours=1)
    second = arrives(shop, "R2", email=None)

    assert first["asks_contact"]
    assert not second["asks_contact"]


def test_a_contact_that_is_a_year_old_is_looked_at_again():
    """Twelve months after it was first heard of, or last said to be right."""
    now = clock_at(8)
    year, month = timedelta(days=366), timedelta(days=30)

    assert Before({}, None, now - year).asks_contact(is_whole=True, at=now)
    assert not Before({}, None, now - month).asks_contact(is_whole=True, at=now)
    assert not Before({}, now - month, now - year).asks_contact(is_whole=False, at=now)


def test_work_is_due_again_after_its_time():
    """By the catalogue's own interval, from the day on which it was done to this car; what is booked is not due."""
    before = Before({"LOF": TUESDAY - timedelta(days=181), "TIR": TUESDAY - timedelta(days=10)})

    assert before.due(YEARLY, (), TUESDAY) == ("LOF",)
    assert before.due(YEARLY, ("LOF",), TUESDAY) == ()


def test_a_car_that_was_here_is_known_by_its_vin(yearly):
    """Half a year after an oil change the same car's next booking says that it is due."""
    visit_id = arrives(yearly, "R1", vehicle=HONDA)["visit_id"]
    yearly.walk(visit_id, *READY, "hand_over")
    yearly.clock.later(days=182)

    result = arrives(yearly, "R2", vehicle=HONDA, operations=(), concern="")

    assert [one["operation"] for one in result["due"]] == ["LOF"]
