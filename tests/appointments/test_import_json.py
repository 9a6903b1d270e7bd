"""JSON: the list at the profile's path, whatever else the document is."""

from __future__ import annotations

import json

import pytest

from kiosk.server.appointments.errors import NoProfile, Unreadable
from kiosk.server.appointments.profiles import profile_of
from kiosk.server.appointments.reading import read_bytes

ITEM = {
    "id": "7",
    "status": "scheduled",
    "dateTime": "2026-11-23T07:00:00-06:00",
    "customer": {"firstName": "Bobby", "lastName": "Khan"},
}


def document(*items):
    """A document with these items."""
    return json.dumps({"items": items})


def test_the_line_is_the_number_of_the_item(read):
    """Items count from 1, and one that is no object is refused."""
    reading = read(document(ITEM, "lunch", ITEM | {"id": "8", "dateTime": None}))

    assert [one.line for one in reading.accepted] == [1]
    assert [(one.line, one.number, one.reason.text) for one in reading.refused] == [
        (2, "", "is no appointment object"),
        (3, "8", "no date"),
    ]


def test_the_column_of_a_reason_is_the_path(read):
    """Whoever mends the export finds the key."""
    reading = read(document(ITEM | {"dateTime": "2026-11-23T25:00:00Z"}))

    assert reading.column(reading.refused[0].reason) == "dateTime"


def test_several_services_are_several_operations(read):
    """Each service keeps its own code and words; the concerns are told once each."""
    services = [
        {"description": "Lube, oil and filter", "sourceHref": "/opcodes/LOF", "concern": "due"},
        {"description": "Look at it", "sourceHref": None},
        {"sourceHref": "/opcodes/ROT4/"},
    ]

    booking = (
        read(document(ITEM | {"requestedServices": services, "concerns": ["noise", "noise", "smell"]}))
        .accepted[0]
        .booking
    )

    assert [(each.code, each.text) for each in booking.operations] == [
        ("LOF", "Lube, oil and filter"),
        ("", "Look at it"),
        ("ROT4", ""),
    ]
    assert booking.concern == "noise\nsmell"


@pytest.mark.parametrize("odd", [None, 7, [], {}, True, ["x"], {"a": 1}])
def test_a_value_of_another_kind_is_no_text(read, odd):
    """An object where a text should be is read as nothing, never a crash."""
    reading = read(
        document(
            ITEM
            | {"customer": odd, "vehicleSpec": odd, "contact": odd, "requestedServices": odd, "vehicleMileage": odd}
        )
    )

    assert [one.reason.text for one in reading.refused] == ["no customer name"]


def test_a_document_that_is_the_list(tmp_path):
    """A profile may say that there is nothing around it."""
    own = tmp_path / "own.toml"
    own.write_text('[profile]\nname = "own"\nlike = "fortellis"\nrows = "."\n')

    reading = read_bytes("file.json", json.dumps([ITEM]).encode(), profile_of(str(own)))

    assert [one.number for one in reading.accepted] == ["7"]


def test_an_empty_list_has_no_appointments(read):
    """It is readable and says that nothing is booked."""
    assert read(document()).verdicts == ()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('{"items": [', "is no JSON: line 1, expecting value"),
        ('{"items": []} x', "is no JSON: line 1, extra data"),
        ('{\n"items": 1,,\n}', "is no JSON: line 2, expecting property name enclosed in double quotes"),
        ("[" * 100_000, "is JSON nested too deeply to be a list of appointments"),
        ('{"items": [' + "9" * 5000 + "]}", "has a number too long to be one"),
    ],
)
def test_a_broken_document_is_one_clear_error(read, text, said):
    """Broken, endless or nested beyond reason: nothing is imported, and the error says where."""
    with pytest.raises(Unreadable) as told:
        read(text, name="file.json")

    assert str(told.value) == f"file.json: {said}"


@pytest.mark.parametrize("text", ["[]", "{}", '{"items": {}}', '{"things": []}'])
def test_a_document_without_the_list_fits_no_profile(read, text):
    """Which list is meant is said by the profile alone."""
    with pytest.raises(NoProfile):
        read(text)
    with pytest.raises(NoProfile, match='needs a list named "items"'):
        read(text, "fortellis")
