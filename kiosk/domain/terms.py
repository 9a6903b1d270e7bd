"""The few words of which facts choose one: how somebody came, when, why an advisor is called, what was answered."""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How somebody was checked in."""

    CODE = "code"
    TYPED = "typed"
    STAFF = "staff"
    WALK_IN = "walk_in"


class Timing(StrEnum):
    """An arrival beside its appointment."""

    EARLY = "early"
    ON_TIME = "on_time"
    LATE = "late"
    NONE = "none"


class PageReason(StrEnum):
    """Why an advisor is called."""

    CHECK_IN = "check_in"
    HELP = "help"
    PICKUP = "pickup"


class Permission(StrEnum):
    """The customer's answer to *may we inspect your car* (S09b)."""

    YES = "yes"
    ASK = "ask"
    NO = "no"


class Transport(StrEnum):
    """What the customer does while we work on the car (S07, S16)."""

    WAIT = "wait"
    SHUTTLE = "shuttle"
    LOANER = "loaner"
    RIDE = "ride"
    PICKED_UP = "picked_up"
