"""One customer is erased, everybody's names go after their time, and no restore brings them back."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing

import pytest
from doors_house import served_by
from sqlalchemy import insert

from kiosk.__main__ import main
from kiosk.domain.facts import to_us
from kiosk.server import schema, schema_safety
from kiosk.server.app import create_app
from kiosk.server.errors import NotAllowed
from kiosk.server.safety.hourly import sweep_once
from kiosk.server.safety.lists import write_lists
from kiosk.server.serve import listen_on

FIRST, LAST, PHONE, WRITTEN, PLATE = "Zephyrine", "Quillfeather", "+19735550177", "973-555-0177", "ZQX-977"
WORDS = "Canary rattle behind the glovebox"
PRIVATE = (FIRST, LAST, PHONE, WRITTEN, PLATE, WORDS)


@pytest.fixture
def canary(machine):
    """A visit of somebody whose name and phone nobody else has: its visit's id."""
    machine.books(
        7, display_name=f"{FIRST} {LAST}", first_name=FIRST, last_name=LAST, phone_e164=PHONE, phone_written=WRITTEN, concern=WORDS,
        transport=f"waits with {FIRST}", advisor_written=LAST,
    )  # fmt: skip
    token = machine.do("show_code", "manager/ali", number="000007")["token"]
    return machine.do("check_in", "lane/A", **machine.arrival(token, 7))["visit_id"]


def persons_of(machine, visit_id):
    return [one["person_id"] for one in machine.rows(schema.visit) if one["visit_id"] == visit_id]


def erase(machine, visit_id):
    return machine.do("erase_customer", "administrator/command-line", person_ids=persons_of(machine, visit_id))


def every_word(machine) -> str:
    """Every value of every table."""
    with closing(sqlite3.connect(machine.places.database_file)) as connection:
        tables = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return repr([connection.execute(f"SELECT * FROM {table}").fetchall() for table in tables])


def found_in(text: str) -> list[str]:
    return [word for word in PRIVATE if word.casefold() in text.casefold()]


def test_an_erased_customer_is_in_no_table_and_no_view(machine, canary):
    """Names, phone, words and codes are gone from every table; facts and figures stay."""
    facts = machine.rows(schema.event)

    erase(machine, canary)

    assert found_in(every_word(machine)) == []
    assert found_in(json.dumps(machine.hub.view("staff"), ensure_ascii=False)) == []
    assert machine.rows(schema.event) == facts
    assert machine.rows(schema.typed_code) == []


def test_others_keep_their_names(machine, canary):
    """Erasing one customer touches nobody else."""
    machine.checks_in(8)

    erase(machine, canary)

    assert "Lucía Campos 8" in every_word(machine)


def test_everything_under_one_phone_is_one_customer(machine, canary, capsys):
    """Who asks by phone is found in every visit and appointment."""
    machine.books(9, display_name="Z. Quillfeather", phone_e164=PHONE)

    status = main(["erase", "--phone", PHONE, "--settings", str(machine.settings_file), "--json"])

    assert status == 0
    assert json.loads(capsys.readouterr().out)["found"] | {"notes": 0} == {
        "persons": 2, "vehicles": 2, "notes": 0, "appointments": 2, "visits": 1, "lines": 0, "papers": 0,
    }  # fmt: skip


def test_a_customer_is_given_everything_that_is_known(machine, canary, tmp_path, capsys):
    """The export has names, car, words, visits with their facts; nobody else may read the file."""
    file = tmp_path / "export.json"

    main(["erase", "--number", "000007", "--export", str(file), "--settings", str(machine.settings_file)])

    known = json.loads(file.read_text("utf-8"))
    assert found_in(json.dumps(known, ensure_ascii=False)) == [FIRST, LAST, PHONE, WRITTEN, WORDS]
    assert "VisitCheckedIn" in {one["kind"] for one in known["visits"][0]["facts"]}
    assert file.stat().st_mode & 0o077 == 0
    assert found_in(every_word(machine))


def test_nobody_is_erased_without_the_word(machine, canary, capsys):
    """The command only shows what it would erase until --yes is said."""
    main(["erase", "--ticket", "A-007", "--settings", str(machine.settings_file)])

    assert "nothing was changed" in capsys.readouterr().out
    assert found_in(every_word(machine))


def test_the_command_erases_where_no_hub_runs(machine, canary, capsys):
    """With --yes the customer is blanked and the list for the backups is written."""
    machine.dies()

    main(["erase", "--number", "000007", "--yes", "--settings", str(machine.settings_file)])

    assert found_in(every_word(machine)) == []
    assert (machine.stick / "erasures.json").is_file()


def test_the_command_erases_by_a_running_hub_where_people_sign_in(machine, canary, capsys):
    """It asks on the hub's own socket, where the command line is believed without a session."""
    machine.settings_file.write_text(machine.settings_text().replace("sign_in = false", "sign_in = true"), "utf-8")
    app = create_app(machine.hub.database, machine.hub.store, machine.settings, machine.clock, screens=())

    with served_by(app, listen_on(machine.places.folder / "hub.sock", for_group=False)):
        status = main(["erase", "--number", "000007", "--yes", "--settings", str(machine.settings_file)])

    assert status == 0
    assert "erased: " in capsys.readouterr().out
    assert found_in(every_word(machine)) == []


def test_nobody_there_is_told(machine, capsys):
    """Exit status 1 where nobody was found."""
    assert main(["erase", "--number", "999999", "--settings", str(machine.settings_file)]) == 1


def test_only_the_hubs_own_console_erases(machine, canary):
    """No screen and no device can have a customer erased."""
    with pytest.raises(NotAllowed):
        machine.do("erase_customer", "administrator/ali", person_ids=persons_of(machine, canary))


def test_a_restore_does_not_bring_an_erased_customer_back(machine, canary, new_machine):
    """The backup is older than the erasure; on the new machine the customer is blanked before the hub opens."""
    backup = machine.backups.make(machine.clock.now())
    erase(machine, canary)
    write_lists(machine.places)
    machine.dies()

    machine.clock.later(hours=1)
    done = new_machine.restores(backup.path, key=machine.key)

    new_machine.opens()
    assert done.again.erased >= 2
    assert found_in(every_word(new_machine)) == []
    assert {one["row_id"] for one in new_machine.rows(schema_safety.erasure)} >= set(persons_of(new_machine, canary))


def test_a_restore_in_place_keeps_the_newer_list_of_erasures(machine, canary):
    """The backup carries an older list; with the stick's list gone, the one in the hub's folder still blanks."""
    write_lists(machine.places)
    backup = machine.backups.make(machine.clock.now())
    erase(machine, canary)
    write_lists(machine.places)
    (machine.stick / "erasures.json").unlink()
    machine.dies()

    machine.clock.later(hours=1)
    machine.restores(backup.path, key=machine.key, replaces=True)

    assert found_in(every_word(machine)) == []


def test_a_stick_that_takes_nothing_does_not_keep_the_list_from_the_hubs_folder(machine, canary, caplog):
    """Each folder gets its list by itself; the one that failed is told."""
    (machine.stick / "erasures.json.part").mkdir()
    erase(machine, canary)

    write_lists(machine.places)

    assert persons_of(machine, canary)[0] in (machine.places.folder / "erasures.json").read_text()
    assert f"{machine.stick / 'erasures.json'}: the list was not written" in caplog.text


def test_the_list_of_erasures_names_nobody(machine, canary):
    """What lies beside the backups has ids and times only."""
    erase(machine, canary)

    write_lists(machine.places)

    assert found_in((machine.stick / "erasures.json").read_text()) == []


@pytest.mark.parametrize(("days", "is_known"), [(89, True), (91, False)])
def test_names_go_ninety_days_after_the_visit_has_ended(machine, canary, days, is_known):
    """Ninety days after hand-over everything personal is blanked; a day before it is there."""
    machine.hands_over(canary)
    machine.clock.later(days=days)

    sweep_once(machine.hub, machine.settings)

    assert bool(found_in(every_word(machine))) is is_known


def test_an_open_visit_keeps_its_names_however_old_it_is(machine, canary):
    """A car that has stood here for a year is still somebody's."""
    machine.clock.later(days=365)

    sweep_once(machine.hub, machine.settings)

    assert FIRST in every_word(machine)


def test_who_never_came_is_forgotten_too(machine):
    """An appointment without a visit is blanked ninety days after its time."""
    machine.books(7, display_name=f"{FIRST} {LAST}", first_name=FIRST, last_name=LAST)
    machine.clock.later(days=91)

    sweep_once(machine.hub, machine.settings)

    assert found_in(every_word(machine)) == []


def test_papers_stay_as_long_as_the_law_says(machine, canary):
    """A paper's file and row go after [retention] papers_days and not before."""
    paper_id = machine.do("make_papers", "manager/ali", visit_id=canary)["paper_id"]
    file = machine.places.folder / "papers" / f"{paper_id}.pdf"
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(b"%PDF-")
    machine.clock.later(days=3649)
    sweep_once(machine.hub, machine.settings)
    assert file.exists()

    machine.clock.later(days=2)
    sweep_once(machine.hub, machine.settings)

    assert not file.exists()
    assert machine.rows(schema.paper) == []


def test_a_thousand_old_visits_go_in_small_bites(machine):
    """Each transaction blanks at most a few hundred, those of one instant together, and none is left over."""
    for number in range(30):
        machine.do("withdraw_check_in", "manager/ali", visit_id=machine.checks_in(number + 1))
    machine.clock.later(days=91)

    count = sweep_once(machine.hub, machine.settings)

    assert count >= 30
    assert {one["display_name"] for one in machine.rows(schema.person)} == {""}


WALK_IN = {"way": "walk_in", "name": f"{FIRST} {LAST}", "reason": WORDS, "language": "en", "ticket": "A-009"}


def comes_in(machine, **changes):
    """A walk-in at the lane, as a lane sends it."""
    body = WALK_IN | {"visit_id": "9" * 32, "device_at": to_us(machine.clock.now())} | changes
    return machine.do("check_in", "lane/A", **body)["visit_id"]


def test_a_walk_in_who_was_erased_stays_erased_when_the_lane_sends_its_last_day_again(machine, new_machine):
    """The backup never knew the visit; the restored hub hears the name, the words and a phone again, and keeps none."""
    backup = machine.backups.make(machine.clock.now())
    visit_id = comes_in(machine)
    erase(machine, visit_id)
    machine.writes_lists()
    machine.dies()
    new_machine.restores(backup.path, key=machine.key)
    new_machine.opens()

    comes_in(new_machine)
    new_machine.do("note_concerns", "lane/A", visit_id=visit_id, concerns=[], words=WORDS)
    new_machine.do("change_contact", "lane/A", visit_id=visit_id, phone=WRITTEN)

    assert new_machine.visit_ids() == {visit_id}
    assert found_in(every_word(new_machine)) == []


def test_somebody_who_told_no_name_is_found_by_the_ticket(machine, capsys):
    """Words alone may name somebody: the visit's own id is enough to erase them."""
    comes_in(machine, name="")
    machine.dies()

    main(["erase", "--ticket", "A-009", "--yes", "--settings", str(machine.settings_file), "--json"])

    assert json.loads(capsys.readouterr().out)["found"]["notes"] == 1
    assert found_in(every_word(machine)) == []


def test_words_that_others_took_the_place_of_go_with_the_last_ones(machine):
    """What a customer had said before, what staff wrote as a reason: every note that a fact of the visit names."""
    visit_id = comes_in(machine)
    machine.do("note_concerns", "lane/A", visit_id=visit_id, concerns=[], words=WORDS)
    machine.do("note_concerns", "lane/A", visit_id=visit_id, concerns=[], words="Nothing else")
    later = to_us(machine.clock.now()) + 3_600_000_000
    machine.do("change_completion", "manager/ali", visit_id=visit_id, completion_at=later, reason=f"{FIRST} said so")

    erase(machine, visit_id)

    assert {one["words"] for one in machine.rows(schema.note)} == {""}


def test_a_booking_of_somebody_else_is_never_blanked_through_a_fact(machine, canary):
    """A visit that began with another customer's code, held by mistake, does not take that customer along."""
    machine.books(8)
    other = machine.checks_in(8)
    facts = {
        "visit_id": canary,
        "kind": "CheckInConfirmed",
        "at": machine.clock.now(),
        "actor": "manager/ali",
        "seq": 10**6,
    }
    with machine.hub.database.write() as connection:
        named = {"appointment_id": None, "person_id": persons_of(machine, other)[0]}
        connection.execute(insert(schema.event).values(store_id=machine.hub.store.store_id, data=named, **facts))

    erase(machine, canary)

    assert "Lucía Campos 8" in every_word(machine)
    assert found_in(every_word(machine)) == []
