"""Facts: what they may hold, and that they come back from JSON as they went."""

from __future__ import annotations

import json
from dataclasses import fields
from datetime import datetime
from typing import get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import facts as f

INSTANTS = st.integers(0, 4_102_444_800_000_000).map(f.from_us)
ALLOWED = {"str", "int", "bool", "datetime", "Way", "Timing", "PageReason", "Permission", "Transport"}
A_FACT = st.sampled_from(sorted(f.KINDS)).flatmap(lambda kind: st.from_type(f.KINDS[kind]))
st.register_type_strategy(datetime, INSTANTS)


@given(A_FACT)
def test_a_fact_comes_back_as_it_was(fact):
    """Through JSON and back nothing is lost or changed its type."""
    told = json.loads(json.dumps(f.to_data(fact)))

    assert f.from_data(type(fact).__name__, told) == fact


@given(INSTANTS)
def test_an_instant_is_whole_microseconds(at):
    """The wire's form of an instant loses nothing."""
    assert f.from_us(f.to_us(at)) == at


def test_a_field_of_a_newer_version_is_ignored():
    """An older hub can read what a newer one has written, as far as it knows it."""
    told = f.to_data(f.PageClosed("p1")) | {"said_by": "somebody"}

    assert f.from_data("PageClosed", told) == f.PageClosed("p1")


def test_an_unknown_kind_is_an_error():
    """A fact that nobody knows is not passed over in silence."""
    with pytest.raises(KeyError):
        f.from_data("RainHasFallen", {})


@pytest.mark.parametrize("kind", sorted(f.KINDS))
def test_a_fact_has_no_room_for_words(kind):
    """Ids, codes, times, numbers and yes or no: no field is made for a name, a phone, a plate or what somebody typed."""
    private = {"name", "first_name", "phone", "email", "plate", "vin", "words", "text", "note", "reason_text"}
    hints = get_type_hints(f.KINDS[kind])
    names = {one.name for one in fields(f.KINDS[kind])}

    assert not names & private
    assert all(any(word in str(hints[name]) for word in ALLOWED) for name in names)
