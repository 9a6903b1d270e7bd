"""What comes together must fit together: each part alone would be taken."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hub_shop import a_booking

from kiosk.server import schema
from kiosk.server.appointments.wire import booking_to_json
from kiosk.server.errors import RulesRefuse


def test_a_booking_of_another_source_than_its_import_is_refused_with_all(shop):
    """Numbers are unique in one source alone; the bookings beside it are not taken either."""
    own, strange = a_booking("R1"), replace(a_booking("R2"), source="elsewhere")
    bookings = [booking_to_json(one) for one in (own, strange)]

    with pytest.raises(RulesRefuse) as refused:
        shop.do("import_appointments", "manager/ali", source=own.source, bookings=bookings)

    assert refused.value.code == "other_source"
    assert shop.everything(schema.appointment) == []
