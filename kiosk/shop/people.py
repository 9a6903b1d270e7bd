"""The shop's people: what its customers have booked, and what its staff have done before the page opens.

They act on the hub as everybody does, by commands with a principal. Nothing here is simulated hardware.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import secrets
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import httpx

from kiosk.domain.facts import from_us, to_us
from kiosk.errors import KioskError
from kiosk.language import language

PAPERS_WITHIN_S = 30.0  # drawing a page takes a busy small machine several seconds
MANAGER = "manager/shop"
CASHIER = "cashier/shop"

# Before the page opens: which appointment of the day (by its place in the file), its lane's ticket, the steps done.
WRITE_UP = ("begin_write_up",)
SERVICE = (*WRITE_UP, "begin_service")
CHECK = (*SERVICE, "begin_quality_check")
MORNING = (
    (0, "A-009", (*CHECK, "pass_quality_check")),
    (1, "B-004", (*CHECK, "pass_quality_check")),
    (2, "A-012", CHECK),
    (3, "B-006", (*SERVICE, "ask_customer")),
    (4, "A-011", SERVICE),
    (5, "B-007", SERVICE),
    (6, "A-015", WRITE_UP),
)
LATE = "B-007"
AT_HOME = ("dina",)
ROLE_OF = {
    "hand_over": CASHIER,
    "begin_quality_check": MANAGER,
    "pass_quality_check": MANAGER,
    "fail_quality_check": MANAGER,
}


class HubRefused(KioskError):
    """The hub did not do what somebody of the shop asked; the message is the hub's own."""


@dataclass(frozen=True)
class Customer:
    """One booked customer and the phone in their hand."""

    appointment_id: str
    first_name: str
    language: str
    starts_at: datetime
    token: str
    digits: str
    url: str


class People:
    """Everybody who talks to the hub without a device."""

    def __init__(self, hub_url: str) -> None:
        self._http = httpx.AsyncClient(base_url=hub_url, timeout=PAPERS_WITHIN_S, trust_env=False)

    async def close(self) -> None:
        """Hang up."""
        await self._http.aclose()

    async def hub_is_up(self, within_s: float) -> None:
        """Wait until the hub answers.

        Raises:
            HubRefused: it does not within `within_s`.
        """
        loop = asyncio.get_running_loop()
        end_s = loop.time() + within_s
        while loop.time() < end_s:
            try:
                if (await self._http.get("/healthz")).status_code == httpx.codes.OK:
                    return
            except httpx.TransportError:
                pass
            await asyncio.sleep(0.05)
        raise HubRefused(
            f"the hub did not start within {within_s:.0f} s; its output is in hub.log of the shop's folder"
        )

    async def command(self, principal: str, kind: str, **body: Any) -> dict[str, Any]:
        """Send one command and answer its result.

        Raises:
            HubRefused: the hub said no, or is not there.
        """
        wire = {"id": secrets.token_hex(16), "at": to_us(datetime.now(UTC)), "body": body}
        try:
            answer = await self._http.post(f"/api/1/commands/{kind}", json=wire, headers={"Kiosk-Principal": principal})
        except httpx.TransportError as error:
            raise HubRefused("the hub does not answer") from error
        told = answer.json()
        if answer.status_code != httpx.codes.OK:
            raise HubRefused(told.get("error", {}).get("message", f"the hub answered {answer.status_code}"))
        return dict(told["result"])

    async def staff_views(self) -> AsyncIterator[dict[str, Any]]:
        """The staff view, whole, now and at each change, for as long as the shop runs; connects again by itself."""
        while True:
            try:
                head = {"Kiosk-Principal": MANAGER}
                async with self._http.stream(
                    "GET", "/api/1/views/staff/stream", headers=head, timeout=httpx.Timeout(5, read=3)
                ) as feed:
                    async for line in feed.aiter_lines():
                        if line.startswith("data:"):
                            yield json.loads(line[5:])
            except (httpx.TransportError, ValueError):
                pass
            await asyncio.sleep(0.3)

    async def customers(self, days: list[date]) -> list[Customer]:
        """Every appointment of these days as a customer with a code of their own, in the order of their times."""
        booked: list[dict[str, Any]] = []
        for on in days:
            answer = await self._http.get(
                "/api/1/appointments", headers={"Kiosk-Principal": MANAGER}, params={"on": on.isoformat()}
            )
            if answer.status_code != httpx.codes.OK:
                raise HubRefused(f"the hub answered {answer.status_code} to the appointments of {on}")
            booked += answer.json()["appointments"]
        found = [await self._customer(one) for one in booked]
        return sorted(found, key=lambda one: one.starts_at)

    async def _customer(self, booked: dict[str, Any]) -> Customer:
        shown = await self.command(MANAGER, "show_code", appointment_id=booked["appointment_id"])
        name = booked.get("first_name") or booked["name"].split()[0]
        starts_at = from_us(booked["starts_at"])
        return Customer(
            booked["appointment_id"], name, booked["language"], starts_at, shown["token"], shown["digits"], shown["url"]
        )

    async def morning(self, customers: list[Customer]) -> None:
        """What has happened before the page opens: who has no desk is at home, seven visits are on their line."""
        for advisor in AT_HOME:
            await self.command(MANAGER, "set_presence", advisor_id=advisor, presence="off")
        for place, ticket, steps in MORNING:
            if place < len(customers):
                await self._earlier(customers[place], ticket, steps)

    async def _earlier(self, customer: Customer, ticket: str, steps: tuple[str, ...]) -> None:
        lane = f"lane/{ticket[0]}"
        told = await self.command(
            lane, "check_in", visit_id=secrets.token_hex(16), ticket=ticket, way="code",
            code_hash=hashlib.sha256(customer.token.encode()).hexdigest(), typed_hash=None, name=None, reason=None,
            language=customer.language, follow_hash=None, offline=False, device_at=to_us(datetime.now(UTC)),
        )  # fmt: skip
        visit_id = told["visit_id"]
        told_at = told["completion_at"] if ticket == LATE else None
        await self.command(lane, "end_conversation", visit_id=visit_id, completion_at=told_at)
        advisor = told["advisor"]["advisor_id"] if told.get("advisor") else "marta"
        for step in steps:
            await self.step(visit_id, step, advisor)
        if ticket == LATE:
            await self.later(visit_id, told["completion_at"], language("en").text("shop.reason.late_part"))

    async def step(self, visit_id: str, step: str, advisor: str) -> dict[str, Any]:
        """Move a visit on, as whoever does that in a dealership."""
        principal = ROLE_OF.get(step, f"advisor/{advisor}")
        body: dict[str, Any] = {"visit_id": visit_id}
        if step == "begin_write_up":
            body["advisor_id"] = advisor
        if step == "record_answer":
            body["approved"] = True
        return await self.command(principal, step, **body)

    async def later(self, visit_id: str, completion_at: int, reason: str) -> None:
        """The completion is half an hour later than computed."""
        half_an_hour_us = 30 * 60 * 1_000_000
        await self.command(
            MANAGER,
            "change_completion",
            visit_id=visit_id,
            completion_at=completion_at + half_an_hour_us,
            reason=reason,
        )

    async def hand_over(self, visit_id: str) -> dict[str, Any]:
        """Make the delivery papers and hand the car over; answers where the papers are."""
        papers = await self.command(CASHIER, "make_papers", visit_id=visit_id, language=None)
        await self.step(visit_id, "hand_over", "")
        return papers


def phones(customers: list[Customer], gone: frozenset[str], now: datetime) -> list[Customer]:
    """Whose phones lie on the page: of each language the next who has not left, and one who comes on another day."""
    today = [one for one in customers[len(MORNING) :] if one.appointment_id not in gone and not is_other_day(one, now)]
    soon = sorted(today, key=lambda one: (one.starts_at < now, abs(one.starts_at - now)))
    first = {language: next((one for one in soon if one.language == language), None) for language in ("es", "ar", "en")}
    other = next((one for one in customers if is_other_day(one, now)), None)
    return sorted((one for one in first.values() if one), key=lambda one: one.starts_at) + ([other] if other else [])


def is_other_day(customer: Customer, now: datetime) -> bool:
    """Whether the appointment is more than half a day away."""
    return abs((customer.starts_at - now).total_seconds()) > 12 * 3600
