"""A folded visit as JSON and back: what the column `visit.folded` holds. Ids, codes, times and numbers only."""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import Any

from kiosk.domain.facts import PageReason, Permission, Timing, Transport, Way, from_us, to_us
from kiosk.domain.paging import Page
from kiosk.domain.visit import Stage, Step, Visit

_VISIT = tuple(one.name for one in fields(Visit))
_PAGE = tuple(one.name for one in fields(Page))
_STEP = tuple(one.name for one in fields(Step))
_INSTANTS = frozenset(
    {
        "arrived_at",
        "greeted_at",
        "write_up_at",
        "fixed_at",
        "told_at",
        "touched_at",
        "opened_at",
        "acknowledged_at",
        "at",
        "since_before",
        "greeted_before",
    }
)
_TUPLES = frozenset({"operations", "aliases", "advisors", "concerns", "accepted", "declined"})


def to_json(visit: Visit) -> dict[str, Any]:
    """The visit's fields as JSON values; what is empty is left out."""
    told = _plain(visit, _VISIT)
    told["pages"] = [_plain(one, _PAGE) for one in visit.pages]
    told["steps"] = [_plain(one, _STEP) for one in visit.steps]
    told["entered"] = [[stage.value, to_us(at)] for stage, at in visit.entered]
    return told


def from_json(told: dict[str, Any]) -> Visit:
    """The visit that `to_json` wrote. Fields that this version does not know are ignored."""
    known = _typed(told, _VISIT)
    known["pages"] = tuple(Page(**_typed(one, _PAGE)) for one in told["pages"])
    known["steps"] = tuple(Step(**_typed(one, _STEP)) for one in told["steps"])
    known["entered"] = tuple((Stage(stage), from_us(at)) for stage, at in told["entered"])
    return Visit(**known)


def _plain(value: Any, names: tuple[str, ...]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name in names:
        one = getattr(value, name)
        if isinstance(one, datetime):
            told[name] = to_us(one)
        elif isinstance(one, tuple):
            told[name] = list(one)
        else:
            told[name] = one
    return told


_ENUMS: dict[str, Any] = {
    "stage": Stage,
    "before": Stage,
    "reason": PageReason,
    "way": Way,
    "timing": Timing,
    "permission": Permission,
    "transport": Transport,
}


def _typed(told: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name in names:
        value = told.get(name)
        if value is None:
            if name in told:
                known[name] = None
        elif name in _INSTANTS:
            known[name] = from_us(value)
        elif name in _TUPLES:
            known[name] = tuple(value)
        else:
            known[name] = _ENUMS[name](value) if name in _ENUMS else value
    return known
