"""The sample visit: what the drawing commands and the gallery show where there is no shop. Nobody in it exists."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from kiosk.domain.papers import Ticket
from kiosk.domain.store import Words

ZONE = "America/New_York"
DAY = (2026, 11, 24)
STORE = Words(en="Valley Motors", es="Motores del Valle", ar="محركات الوادي")
ADVISOR = Words(en="Marta", es="Marta", ar="مارتا")
BOOKED = (
    Words(en="30,000 km service", es="Mantenimiento de 30,000 km", ar="صيانة 30,000 كم"),
    Words(en="Check a noise when braking", es="Revisar un ruido al frenar", ar="فحص صوت عند الفرملة"),
)
REASON = Words(en="A warning light is on", es="Se encendió una luz de aviso", ar="مصباح تحذير مضاء")
FOLLOW_ADDRESS = "HTTPS://LANE.VALLEY.EXAMPLE/C/7KQ2M9X47KQ2M9X47KQ2M9X4ZZ"


def at(hour: int, minute: int) -> datetime:
    """A moment of the sample day."""
    return datetime(*DAY, hour, minute, tzinfo=ZoneInfo(ZONE))


def ticket(language: str, *, is_copy: bool = False, is_walk_in: bool = False, has_code: bool = True) -> Ticket:
    """The sample visit's ticket: A-017 with an appointment, or A-018 of somebody who came without one."""
    arrived_at = at(10, 44) if is_walk_in else at(10, 42)
    return Ticket(
        language=language,
        clock="24h",
        zone=ZoneInfo(ZONE),
        store=STORE.in_(language),
        number="A-018" if is_walk_in else "A-017",
        arrived_at=arrived_at,
        printed_at=at(10, 51) if is_copy else arrived_at,
        lane="A",
        advisor=None if is_walk_in else ADVISOR.in_(language),
        advisor_at=at(10, 50) if is_walk_in else None,
        booked=tuple(work.in_(language) for work in ((REASON,) if is_walk_in else BOOKED)),
        is_booked=not is_walk_in,
        completion_at=None if is_walk_in else at(15, 30),
        follow_address=FOLLOW_ADDRESS if has_code else None,
        is_copy=is_copy,
    )
