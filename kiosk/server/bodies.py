"""What is in the body of each command, as JSON Schema, by the same patterns and enumerations that Body checks by.

Only form stands here. Whether a visit is there, or the rules allow a step now, is answered by 404 and 409.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from kiosk.domain import facts as f
from kiosk.domain.delivery import MOST_PERCENT, MOST_QUANTITY, PERCENT_PLACES, QUANTITY_PLACES
from kiosk.domain.lane_choices import CONCERNS, LONGEST_EMAIL, LONGEST_WORDS, METHODS
from kiosk.domain.people import ContactMethod
from kiosk.domain.store import LANGUAGES, Presence
from kiosk.server.appointments.wire import EARLIEST_US, LATEST_US
from kiosk.server.body import LONGEST_TEXT
from kiosk.server.devices.fleet import MOST_TRUSTED
from kiosk.server.safety.doing import MOST_PERSONS
from kiosk.server.visits.bookings import MOST_BOOKINGS
from kiosk.server.visits.check_in import LONGEST_NAME
from kiosk.server.visits.conversation import TICKET_STATES
from kiosk.server.visits.desks import MOST_PAGES
from kiosk.server.visits.details import LONGEST_WRITTEN_PHONE
from kiosk.server.visits.lines import LONGEST_LINE, MOST_CENTS, MOST_LINES

Schema = dict[str, Any]
_ANY = r"[^\u0000]"  # nor half of a surrogate pair, which a pattern cannot say: not every engine reads it
_SEEN = r"[^\s\u0000-\u0020\u0085]"


def text(longest: int = LONGEST_TEXT) -> Schema:
    """Words: at least one character that is no space, and none that no text has."""
    return {"type": "string", "pattern": f"^{_ANY}*{_SEEN}{_ANY}*$", "minLength": 1, "maxLength": longest}


def words_or_none(longest: int = LONGEST_TEXT) -> Schema:
    """As `text`, or empty."""
    return {"type": "string", "pattern": f"^({_ANY}*{_SEEN}{_ANY}*)?$", "maxLength": longest}


def nullable(schema: Schema) -> Schema:
    """The same, or null."""
    return {"anyOf": [schema, {"type": "null"}]}


def one_of(values: Any) -> Schema:
    """One of these texts."""
    names = [one.value for one in values] if isinstance(values, type) and issubclass(values, StrEnum) else list(values)
    return {"type": "string", "enum": names}


def fields(*required: str, **properties: Schema) -> Schema:
    """An object; what is not required may be missing or null. Unknown fields are ignored."""
    told = {name: one if name in required else nullable(one) for name, one in properties.items()}
    return {"type": "object", "required": list(required), "properties": told}


ID: Schema = {"type": "string", "pattern": "^[A-Za-z0-9_-]{1,64}$"}
ADVISOR: Schema = {"$ref": "#/components/schemas/Advisor"}
LANE: Schema = {"$ref": "#/components/schemas/Lane"}
HASH: Schema = {"type": "string", "pattern": "^[0-9a-f]{64}$"}
INSTANT: Schema = {"type": "integer", "minimum": 0, "maximum": 6_307_200_000_000_000}
FLAG: Schema = {"type": "boolean"}
LANGUAGE = one_of(LANGUAGES)
WHOLE: Schema = {"type": "integer", "minimum": 0, "maximum": 1_000_000_000}
IDS: Schema = {"type": "array", "items": ID, "maxItems": 20}
OPERATION: Schema = {"$ref": "#/components/schemas/Operation"}
PHONE: Schema = {"type": "string", "pattern": r"^\+?([ ().-]*[0-9]){7,15}[ ().-]*$", "maxLength": LONGEST_WRITTEN_PHONE}
EMAIL: Schema = {
    "type": "string",
    "pattern": r"^[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}$",
    "maxLength": LONGEST_EMAIL,
}
VISIT = fields("visit_id", visit_id=ID)
AT_DESK = fields("visit_id", "advisor_id", visit_id=ID, advisor_id=ADVISOR)
PAGE = fields("page_id", "advisor_id", page_id=ID, advisor_id=ADVISOR)


def decimal(most: int, places: int) -> Schema:
    """A number from 0 with so many decimals, or the same as text, exactly as it was written."""
    whole = f"0|[1-9][0-9]{{0,{len(str(most)) - 2}}}"
    written: Schema = {"type": "string", "pattern": f"^({whole})(\\.[0-9]{{1,{places}}})?$"}
    return {"anyOf": [{"type": "number", "minimum": 0, "maximum": most, "multipleOf": 10**-places}, written]}


LINE = fields(
    "text",
    "quantity",
    "unit_cents",
    "tax_percent",
    text=text(LONGEST_LINE),
    quantity=decimal(MOST_QUANTITY, QUANTITY_PLACES),
    unit_cents={"type": "integer", "minimum": -MOST_CENTS, "maximum": MOST_CENTS},
    tax_percent=decimal(MOST_PERCENT, PERCENT_PLACES),
    warranty=words_or_none(LONGEST_LINE),
)

WRITTEN = nullable({"type": "string", "pattern": f"^{_ANY}*$"})  # of an export, as it stands there
NEEDED: Schema = {"type": "string", "pattern": f"^{_ANY}*{_SEEN}{_ANY}*$", "minLength": 1}
DAY_OF_BOOKING: Schema = {"type": "integer", "minimum": EARLIEST_US, "exclusiveMaximum": LATEST_US}
COUNT = {"type": "integer", "minimum": 0, "exclusiveMaximum": 10**12}
VEHICLE = fields(
    year=COUNT,
    vin={"type": "string", "pattern": "^([0-9A-HJ-NPR-Z]{17})?$"},
    **dict.fromkeys(("make", "model", "colour", "vin_written", "plate"), WRITTEN),
)
BOOKING: Schema = {
    "anyOf": [
        fields("cancelled", "source", "number", cancelled={"const": True}, source=NEEDED, number=NEEDED),
        fields(
            "source",
            "number",
            "starts_at",
            "zone",
            "display_name",
            "vehicle",
            "operations",
            cancelled={"const": False},
            source=NEEDED,
            number=NEEDED,
            starts_at=DAY_OF_BOOKING,
            zone={"$ref": "#/components/schemas/Zone"},
            display_name=NEEDED,
            phone_e164={"type": "string", "pattern": r"^(\+[0-9]{6,15})?$"},
            contact_method=one_of(["", *ContactMethod]),
            language=one_of(["", *LANGUAGES]),
            vehicle=VEHICLE,
            odometer=COUNT,
            odometer_unit=one_of(["", "mi", "km"]),
            operations={"type": "array", "items": fields(code=WRITTEN, text=WRITTEN)},
            promised_at=DAY_OF_BOOKING,
            **dict.fromkeys(("first_name", "last_name", "phone_written", "email", "concern"), WRITTEN),
            **dict.fromkeys(("transport", "advisor_written", "advisor_code", "exported_key"), WRITTEN),
        ),
    ]
}

BODIES: Mapping[str, Schema] = {
    "check_in": fields(
        "visit_id",
        "ticket",
        "way",
        "language",
        "device_at",
        visit_id=ID,
        ticket={"$ref": "#/components/schemas/Ticket"},
        way=one_of(f.Way),
        language=LANGUAGE,
        device_at=INSTANT,
        code_hash=HASH,
        typed_hash=HASH,
        follow_hash=HASH,
        offline=FLAG,
        name=words_or_none(LONGEST_NAME),
        reason=words_or_none(),
    ),
    "withdraw_check_in": VISIT,
    "check_in_appointment": fields("appointment_id", appointment_id=ID),
    "open_visit": fields("language", language=LANGUAGE, name=words_or_none(LONGEST_NAME), reason=text()),
    "confirm_check_in": fields("visit_id", visit_id=ID, appointment_id=ID),
    "confirm_details": VISIT,
    "choose_language": fields("visit_id", "language", visit_id=ID, language=LANGUAGE),
    "answer_permission": fields("visit_id", "answer", visit_id=ID, answer=one_of(f.Permission)),
    "note_concerns": fields(
        "visit_id",
        "concerns",
        visit_id=ID,
        concerns={"type": "array", "items": one_of(CONCERNS), "maxItems": len(CONCERNS)},
        words=words_or_none(LONGEST_WORDS),
    ),
    "answer_maintenance": fields("visit_id", "operation", "accepted", visit_id=ID, operation=OPERATION, accepted=FLAG),
    "choose_transport": fields("visit_id", "transport", visit_id=ID, transport=one_of(f.Transport)),
    "choose_contact_method": fields("visit_id", "method", visit_id=ID, method=one_of(METHODS)),
    "change_contact": {
        "anyOf": [
            fields("visit_id", "phone", visit_id=ID, phone=PHONE),
            fields("visit_id", "email", visit_id=ID, email=EMAIL),
        ]
    },
    "confirm_contact": VISIT,
    "ask_for_help": fields("lane", "language", lane=LANE, language=LANGUAGE, visit_id=ID),
    "end_conversation": fields("visit_id", visit_id=ID, completion_at=INSTANT),
    "report_ticket": fields(
        "visit_id", "job_id", "state", visit_id=ID, job_id=ID, state=one_of(TICKET_STATES), copy=FLAG, trouble=ID
    ),
    "report_device": fields(
        "version",
        "trouble",
        version=text(64),
        trouble=IDS,
        queue=WHOLE,
        quarantined=WHOLE,
        disk_free_mb=WHOLE,
        last_scan_at=INSTANT,
        clock_set=FLAG,
        printer=ID,
        paper=ID,
        trusted={"type": "array", "items": HASH, "maxItems": MOST_TRUSTED},
    ),
    "report_lamp": fields(
        "advisor_id",
        "page_ids",
        advisor_id=ADVISOR,
        page_ids={"type": "array", "items": ID, "maxItems": MOST_PAGES},
    ),
    "acknowledge": PAGE,
    "hand_on": PAGE,
    "close_page": fields("page_id", page_id=ID, advisor_id=ADVISOR),
    "set_presence": fields("advisor_id", "presence", advisor_id=ADVISOR, presence=one_of(Presence)),
    "greet": AT_DESK,
    "begin_write_up": AT_DESK,
    "allow_initials": fields("visit_id", "allowed", visit_id=ID, allowed=FLAG),
    "check_room": fields(
        "clean", "seats", "coffee", "temperature", clean=FLAG, seats=FLAG, coffee=FLAG, temperature=FLAG
    ),
    "begin_service": VISIT,
    "ask_customer": VISIT,
    "record_answer": fields("visit_id", "approved", visit_id=ID, approved=FLAG),
    "begin_quality_check": VISIT,
    "fail_quality_check": VISIT,
    "pass_quality_check": VISIT,
    "hand_over": VISIT,
    "take_back": fields("visit_id", visit_id=ID, reason=words_or_none()),
    "change_completion": fields(
        "visit_id", "completion_at", "reason", visit_id=ID, completion_at=INSTANT, reason=text()
    ),
    "edit_lines": fields(
        "visit_id",
        "revision",
        "lines",
        visit_id=ID,
        revision=WHOLE,
        lines={"type": "array", "items": LINE, "maxItems": MOST_LINES},
    ),
    "make_papers": fields("visit_id", visit_id=ID, language=LANGUAGE),
    "show_code": fields(appointment_id=ID, number=text(200))
    | {"anyOf": [fields("appointment_id", appointment_id=ID), fields("number", number=text(200))]},
    "open_gate": fields("lane", lane=LANE),
    "import_appointments": fields(
        "source", "bookings", source=text(64), bookings={"type": "array", "items": BOOKING, "maxItems": MOST_BOOKINGS}
    ),
    "erase_customer": fields(
        "person_ids",
        person_ids={"type": "array", "items": {"type": "string"}, "minItems": 1, "maxItems": MOST_PERSONS},
    ),
    "tick_off_restore": fields("restored_at", restored_at=INSTANT),
}
