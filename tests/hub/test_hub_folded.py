"""The row of a visit: what is empty is not written, and what is written is read again as it was."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hub_shop import READY

from kiosk.server.folded import from_json, to_json


@pytest.fixture
def visit(file_shop):
    """A car that is ready, with a page answered and five steps behind it."""
    return file_shop.hub.stay(file_shop.walk(file_shop.checked_in(), *READY)).visit


def test_a_visit_is_read_as_it_was_written(visit):
    """By way of JSON, through every field."""
    assert from_json(json.loads(json.dumps(to_json(visit)))) == visit


def test_what_is_empty_is_left_out(visit):
    """No field says that there is nothing: the row is written anew at each step."""
    told = to_json(replace(visit, aliases=(), concerns=(), paper_id=None, lines_revision=0, initials=False))

    assert not {"aliases", "concerns", "paper_id", "lines_revision", "initials"} & told.keys()
    assert all(value is not None for step in told["steps"] for value in step.values())


@pytest.mark.parametrize("answer", [True, False, None])
def test_a_no_is_not_nothing(visit, answer):
    """A customer who has refused has answered."""
    assert from_json(to_json(replace(visit, approved=answer))).approved is answer


def test_a_field_of_a_newer_version_is_no_fault(visit):
    """A hub that was set back reads what it knows."""
    assert from_json(to_json(visit) | {"colour_of_the_sky": "blue"}) == visit
