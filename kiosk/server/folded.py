"""A folded visit as JSON and back: what the column `visit.folded` holds. Ids, codes, times and numbers only.

What is empty is left out: a visit's row is written anew at each step, and half of it would say that there is nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import datetime
from itertools import compress
from operator import is_not, itemgetter
from typing import Any

from kiosk.domain.facts import PageReason, Permission, Timing, Transport, Way, from_us, to_us
from kiosk.domain.paging import Page
from kiosk.domain.visit import Stage, Step, Visit

Reader = Callable[[Any], Any]


@dataclass(frozen=True)
class _Shape:
    """Fields, and the empty value with which each may be left out; MISSING: it is always written."""

    names: tuple[str, ...]
    empty: tuple[Any, ...]
    pick: Callable[[Mapping[str, Any]], tuple[Any, ...]]


def _shape(kind: type[Any], besides: Iterable[str] = ()) -> _Shape:
    of = [one for one in fields(kind) if one.name not in besides]
    names = tuple(one.name for one in of)
    return _Shape(names, tuple(MISSING if one.default else one.default for one in of), itemgetter(*names))


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


def _plain(value: Any, shape: _Shape) -> dict[str, Any]:
    values = shape.pick(vars(value))
    said = compress(zip(shape.names, values, shape.empty, strict=True), map(is_not, values, shape.empty))
    return {name: _json(one) for name, one, empty in said if one != empty}


def _json(one: Any) -> Any:
    if isinstance(one, datetime):
        return to_us(one)
    return list(one) if isinstance(one, tuple) else one


def _typed(told: Mapping[str, Any], shape: _Shape) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for name in shape.names:
        if name in told:
            value, read = told[name], _READERS.get(name)
            known[name] = value if read is None or value is None else read(value)
    return known
