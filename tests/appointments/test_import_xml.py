"""STAR XML: the elements of the profile, and every attack that XML makes possible refused."""

from __future__ import annotations

import pytest

from kiosk.server.appointments.errors import NoProfile, Unreadable
from kiosk.server.appointments.reading import read_bytes

STAR = "http://www.starstandard.org/STAR/5"


def message(*appointments, namespace=STAR, before=""):
    """A document with these appointments."""
    body = "".join(appointments)
    root = "ProcessServiceAppointment"
    return f'{before}<{root} xmlns="{namespace}"><{root}DataArea>{body}</{root}DataArea></{root}>'


def appointment(number="S-1", name="Dawn", starts="2026-11-24T07:30:00-05:00", services=""):
    """One of them."""
    return (
        "<ServiceAppointment><ServiceAppointmentHeader><DocumentIdentificationGroup><DocumentIdentification>"
        f"<DocumentID>{number}</DocumentID></DocumentIdentification></DocumentIdentificationGroup>"
        f"<OwnerParty><SpecifiedPerson><GivenName>{name}</GivenName></SpecifiedPerson></OwnerParty></ServiceAppointmentHeader>"
        f"<Appointment><AppointmentDateTime>{starts}</AppointmentDateTime>{services}</Appointment></ServiceAppointment>"
    )


def test_the_line_is_the_number_of_the_appointment(read):
    """Appointments count from 1; the owner stands in where there is no contact party."""
    reading = read(message(appointment("S-1"), appointment("", name="Eve"), appointment("S-3", starts="2026-11-24")))

    assert [(one.line, one.booking.display_name) for one in reading.accepted] == [(1, "Dawn")]
    assert [(one.line, one.reason.text) for one in reading.refused] == [(2, "no appointment number"), (3, "no time")]


def test_a_service_without_a_code_keeps_its_words(read):
    """Codes and words of several services are never mixed up."""
    services = (
        "<RequestedService><ServiceLaborOperationDescription>Look at it</ServiceLaborOperationDescription></RequestedService>"
        "<RequestedService><ServiceLaborOperationID>LOF</ServiceLaborOperationID></RequestedService>"
    )

    booking = read(message(appointment(services=services))).accepted[0].booking

    assert [(each.code, each.text) for each in booking.operations] == [("", "Look at it"), ("LOF", "")]


@pytest.mark.parametrize(
    "before",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
        '<!DOCTYPE x [<!ENTITY file SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://example.com/x.dtd">',
        '<!DOCTYPE x PUBLIC "-//A//B" "x.dtd">',
        "<!DOCTYPE x>",
    ],
    ids=["billion laughs", "file", "network", "public", "bare"],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused(before, encoding):
    """Whatever it declares and however it is encoded: no entity is ever resolved."""
    data = message(appointment(name="&file;" if "file" in before else "&c;"), before=before).encode(encoding)

    with pytest.raises(Unreadable, match="is XML with a document type, which is refused"):
        read_bytes("file.xml", data)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("<a><b></a>", "is no XML: line 1, mismatched tag"),
        ("<a>\n&unknown;</a>", "is no XML: line 2, undefined entity"),
        ("<a>" * 200 + "</a>" * 200, "is XML nested too deeply to be a list of appointments"),
        ('<?xml version="1.0" encoding="klingon"?><a/>', "is XML in an encoding that cannot be read; save it as UTF-8"),
        ('<?xml version="1.0" encoding="utf-7"?><a/>', "is XML in an encoding that cannot be read; save it as UTF-8"),
        ("<a>who are you\0</a>", "is no XML: line 1, not well-formed (invalid token)"),
    ],
)
def test_a_broken_document_is_one_clear_error(read, text, said):
    """Nothing is imported, and the error says where."""
    with pytest.raises(Unreadable) as told:
        read(text, name="file.xml")

    assert str(told.value) == f"file.xml: {said}"


@pytest.mark.parametrize(
    "text", [message(appointment(), namespace="http://example.com/other"), message(), "<html><body/></html>"]
)
def test_other_xml_fits_no_profile(read, text):
    """Another namespace, no appointments in it, or a web page."""
    with pytest.raises(NoProfile):
        read(text)
    with pytest.raises(NoProfile, match="profile star needs ProcessServiceAppointmentDataArea/ServiceAppointment"):
        read(text, "star")


def test_an_encoding_that_the_document_names_is_obeyed():
    """XML says itself how it is encoded."""
    text = message(appointment(name="Begoña"), before='<?xml version="1.0" encoding="ISO-8859-1"?>')

    reading = read_bytes("file.xml", text.encode("latin-1"))

    assert reading.accepted[0].booking.display_name == "Begoña"
