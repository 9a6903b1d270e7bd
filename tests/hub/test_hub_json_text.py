"""JSON as the hub writes it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.visit import Stage
from kiosk.server.json_text import json_bytes, json_text

WHOLE = st.integers(-(2**63), 2**64 - 1)
NUMBERS = WHOLE | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@dataclass(frozen=True)
class Record:
    """Something that is no JSON."""

    name: str = "x"


@given(VALUES)
def test_what_is_written_is_read_as_it_was(value):
    """Any JSON value comes back, letters and numbers as they were."""
    assert json.loads(json_text(value)) == value


def test_it_is_written_without_a_space_and_in_its_own_letters():
    """A column and an event stream hold no more than they must."""
    assert (
        json_text({"name": "سارة", "ids": ["a", 1], "stage": Stage.READY})
        == '{"name":"سارة","ids":["a",1],"stage":"ready"}'
    )


@pytest.mark.parametrize("value", [datetime(2026, 11, 24, tzinfo=UTC), Record(), {1: "a"}, "\ud800", b"a"])
def test_what_json_has_no_form_for_is_a_mistake(value):
    """Nobody decides silently how an instant, a record or half a letter is written."""
    with pytest.raises(TypeError):
        json_bytes([value])


def test_whoever_writes_may_say_how_the_rest_is_written():
    """A view has ages in it, which are seconds at the moment when it is sent."""
    assert json_bytes({"age": Record("y"), "stage": Stage.READY}, lambda one: one.name) == b'{"age":"y","stage":"ready"}'
