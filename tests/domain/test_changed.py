"""A changed value is the same as one that `dataclasses.replace` makes."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pytest
from domain_builders import FIVE_PAST, checked_in

from kiosk.domain.changed import changed
from kiosk.domain.paging import Page
from kiosk.domain.visit import Stage, Step, Visit


def test_a_changed_visit_is_as_a_replaced_one():
    """New fields are new, the others stay, and the first value stays as it was."""
    visit = checked_in()

    other = changed(visit, stage=Stage.READY, told_at=FIVE_PAST)

    assert other == replace(visit, stage=Stage.READY, told_at=FIVE_PAST)
    assert visit == checked_in()


@pytest.mark.parametrize("kind", [Visit, Page, Step])
def test_what_is_changed_remembers_no_sums(kind):
    """A remembered one would be the sum of the fields before."""
    assert not [name for name, one in vars(kind).items() if isinstance(one, cached_property)]
    assert not hasattr(kind, "__post_init__")
