"""A folded visit as JSON and back: what the column `visit.folded` holds. Ids, codes, times and numbers only.

What is empty is left out: a visit's row is written anew at each step, and half of it would say that there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, fields
from datetime import datetime
from typing import Any

from kiosk.domain.facts import PageReason, Permission, Timing, Transport, Way, from_us, to_us
from kiosk.domain.paging import Page
from kiosk.domain.visit import Stage, Step, Visit

Reader = Callable[[Any], Any]
Shape = tuple[tuple[str, Any], ...]


def _shape(kind: type[Any], besides: Iterable[str] = ()) -> Shape:
    """Each field, and the empty value with which it may be left out; MISSING: it is always written."""
    return tuple((one.name, MISSING if one.default else one.default) for one in fields(kind) if one.name not in besides)


_LISTS = ("pages", "steps", "entered")
_VISIT, _PAGE, _STEP = _shape(Visit, _LISTS), _shape(Page), _shape(Step)
_INSTANTS = (
    *("arrived_at", "greeted_at", "write_up_at", "fixed_at", "told_at", "touched_at", "opened_at", "acknowledged_at"),
    *("at", "since_before", "greeted_before"),
)
_TUPLES = ("operations", "aliases", "advisors", "concerns", "accepted", "declined")
_ENUMS: Mapping[str, Reader] = {
    "stage": Stage,
    "before": Stage,
    "reason": PageReason,
    "way": Way,
    "timing": Timing,
    "permission": Permission,
    "transport": Transport,
}
_READERS: Mapping[str, Reader] = {**dict.fromkeys(_INSTANTS, from_us), **dict.fromkeys(_TUPLES, tuple), **_ENUMS}


def to_json(visit: Visit) -> dict[str, Any]:
    """The visit's fields as JSON values; what is empty is left out."""
    told = _plain(visit, _VISIT)
    if visit.pages:
        told["pages"] = [_plain(one, _PAGE) for one in visit.pages]
    if visit.steps:
        told["steps"] = [_plain(one, _STEP) for one in visit.steps]
    if visit.entered:
        told["entered"] = [[stage.value, to_us(at)] for stage, at in visit.entered]
    return told


def from_json(told: Mapping[str, Any]) -> Visit:
    """The visit that `to_json` wrote. Fields that this version does not know are ignored."""
    known = _typed(told, _VISIT)
    known["pages"] = tuple(Page(**_typed(one, _PAGE)) for one in told.get("pages", ()))
    known["steps"] = tuple(Step(**_typed(one, _STEP)) for one in told.get("steps", ()))
    known["entered"] = tuple((Stage(stage), from_us(at)) for stage, at in told.get("entered", ()))
    return Visit(**known)


def _plain(value: Any, shape: Shape) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for name, empty in shape:
        one = getattr(value, name)
        if one == empty:
            continue
        if isinstance(one, datetime):
            told[name] = to_us(one)
        elif isinstance(one, tuple):
            told[name] = list(one)
        else:
            told[name] = one
    return told


def _typed(told: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name, _ in shape:
        if name in told:
            value, read = told[name], _READERS.get(name)
            known[name] = value if read is None or value is None else read(value)
    return known
