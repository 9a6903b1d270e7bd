"""One run of the shop: opens everything in order, knows what the page shows, and does what hands on the page do."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from kiosk.errors import KioskError
from kiosk.hardware.simulated.printer import Piece, SimulatedPrinter
from kiosk.hardware.simulated.world import World
from kiosk.language import CODES, language
from kiosk.settings import load_store
from kiosk.shop import people as p
from kiosk.shop.cable import Cable
from kiosk.shop.children import Children
from kiosk.shop.setup import DESKS, LANE_SIZE_PX, NAMES, Shop, example, write_settings
from kiosk.shop.state import FOREIGN, Outside, page_state

if TYPE_CHECKING:
    from kiosk.hardware.simulated.messages import Message
    from kiosk.language import Language

DEVICES = ("lane", *(f"pager-{advisor}" for advisor in DESKS), "board")
HUB_WITHIN_S = 30.0
PAPERS_KEPT = 20
FOREIGN_CODE = "https://tickets.example.org/e/7d1c-5501"


class NotHere(KioskError):
    """The page asked for something that this shop does not have."""


class Play:
    """The shop while it runs. Everything happens in one asyncio loop; `notify` and `happened` tell the page."""

    def __init__(self, shop: Shop) -> None:
        write_settings(shop, datetime.now(UTC))
        store = load_store(shop.folder / "store.toml")
        self.hub_url = shop.hub_url
        self.store_name = {code: store.name.in_(code) for code in CODES}
        self.notify: Callable[[], None] = lambda: None
        self.happened: Callable[[str, dict[str, Any]], None] = lambda _kind, _what: None
        self._shop = shop
        self._loop = asyncio.get_running_loop()
        self._world = World(shop.world, self._in_loop(self._noticed))
        self._printer = SimulatedPrinter(port=shop.printer_port, on_paper=self._in_loop(self._printed))
        self._cable = Cable(shop.hub_port)
        self._children = Children(self._changed)
        self._people = p.People(shop.hub_url)
        self._customers: list[p.Customer] = []
        self._staff: dict[str, Any] = {}
        self._outside = Outside()
        self._pictures: dict[str, tuple[bytes, str]] = {}
        self._tickets: list[Piece] = []
        self._tasks: list[asyncio.Task[None]] = []

    def _changed(self) -> None:
        self.notify()

    def _in_loop(self, call: Callable[..., None]) -> Callable[..., None]:
        """The same call, made in the loop by any thread; nothing once the loop has ended."""

        def hand_over(*arguments: Any) -> None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(call, *arguments)

        return hand_over

    # -- opening and closing ----------------------------------------------------------------

    async def open(self) -> None:
        """Start the hub, book the day, play the morning, then start the devices.

        Raises:
            HubRefused: the hub does not start, or does not take the day.
        """
        await self._cable.lay(self._shop.wire_port)
        await self._start("hub")
        await self._people.hub_is_up(HUB_WITHIN_S)
        days = await self._book(datetime.now(UTC).astimezone(self._shop.zone).date())
        self._customers = await self._people.customers(days)
        await self._people.morning(self._customers)
        self._tasks.append(asyncio.create_task(self._watch_staff()))
        for device in DEVICES:
            await self._start(device)

    async def _book(self, today: date) -> list[date]:
        """Import the example's appointments, moved to today; answers the days on which some are."""
        from kiosk.server.appointments import reading, wire
        from kiosk.server.appointments import today as moving

        found = reading.read_file(example("shop-day.csv"))
        bookings = moving.moved_to([one.booking for one in found.accepted], today, self._shop.zone)
        source = found.profile.rules().source
        told = [wire.booking_to_json(one) for one in bookings]
        await self._people.command(p.MANAGER, "import_appointments", source=source, bookings=told)
        return sorted({one.starts_at.astimezone(self._shop.zone).date() for one in bookings})

    async def close(self) -> None:
        """End every process and every port of the shop."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._children.stop()
        await self._cable.remove()
        await self._people.close()
        self._world.close()
        self._printer.close()

    async def _start(self, key: str) -> None:
        role = key.partition("-")[0]
        settings, log = self._shop.settings(key), self._shop.folder / f"{key}.log"
        await self._children.start(key, role, "--settings", str(settings), log=log)

    async def _watch_staff(self) -> None:
        async for view in self._people.staff_views():
            self._staff = view
            self._outside.ticket_state = _newest_ticket_state(view)
            self.notify()

    # -- what the world outside reports; called in the loop -----------------------------------------------------------

    def _noticed(self, name: str, message: Message) -> None:
        """A device did something that people notice."""
        device = next((key for key, other in NAMES.items() if other == name), name)
        if message.kind == "screen":
            self._pictures[device] = (message.blob, message.values["media_type"])
            self._outside.screens[device] = self._outside.screens.get(device, 0) + 1
            self.notify()
        elif message.kind == "lamp":
            self._lit(message.values["desk"], message.values)
        elif message.kind == "sound":
            self.happened("sound", {"device": device, "name": message.values["name"]})
        elif message.kind == "pattern":
            self._outside.patterns[message.values["desk"]] = message.values["pattern"]
            self.notify()

    def _lit(self, desk: str, values: dict[str, Any]) -> None:
        """A desk's lamp or buzzer has changed."""
        self._outside.lamps[desk] = {"colour": values["colour"], "level": values["level"], "buzzer": values["buzzer"]}
        self.happened("lamp", {"advisor_id": desk, **self._outside.lamps[desk]})

    def _printed(self, piece: Piece) -> None:
        """A ticket has come out of the printer."""
        self._tickets.append(piece)
        self._outside.paper = f"/paper/{len(self._tickets)}.png"
        self.notify()

    # -- what the page shows ----------------------------------------------------------------

    def state(self, lang: Language) -> dict[str, Any]:
        """The page's state in one language."""
        now = datetime.now(UTC)
        gone = frozenset(
            one["appointment_id"] for one in self._staff.get("appointments", ()) if one["state"] == "handed_over"
        )
        devices = [{"key": one.key, "alive": one.is_alive, "restarts": one.restarts} for one in self._children.all]
        return page_state(
            lang=lang, zone=self._shop.zone, now=now, staff=self._staff, phones=p.phones(self._customers, gone, now),
            outside=self._outside, devices=devices, desks=DESKS,
        )  # fmt: skip

    def lamps(self) -> list[dict[str, Any]]:
        """Every desk's lamp and buzzer at this moment."""
        return [{"advisor_id": advisor, **state} for advisor, state in self._outside.lamps.items()]

    def picture(self, device: str) -> tuple[bytes, str] | None:
        """The latest picture of a device's screen and its media type."""
        return self._pictures.get(device)

    def paper(self, number: int) -> bytes | None:
        """A printed ticket as PNG."""
        return self._tickets[number - 1].png if 0 < number <= len(self._tickets) else None

    def code(self, key: str) -> str | None:
        """The text of a customer's code."""
        found = self._customer(key)
        return (found.url or found.token).upper() if found else None  # capitals make a smaller code

    def _customer(self, key: str) -> p.Customer | None:
        return next((one for one in self._customers if one.appointment_id == key), None)

    # -- what hands on the page do ----------------------------------------------------------------

    async def act(self, verb: str, body: dict[str, Any]) -> None:
        """Do it.

        Raises:
            KioskError: with a sentence for the page.
        """
        doing = getattr(self, f"do_{verb}", None)
        if doing is None:
            raise NotHere(f"nothing on the shop floor is called {verb}")
        await doing(**body)
        self.notify()

    async def do_hold_up(self, customer: str, angle: float, blur: float, glare: float) -> None:
        """Hold a phone before the lane's camera."""
        text = FOREIGN_CODE if customer == FOREIGN else self.code(customer)
        if text is None:
            raise NotHere("this customer has left the shop")
        self._world.present_code(NAMES["lane"], text, angle=float(angle), blur=float(blur), glare=float(glare))
        self._outside.held = customer

    async def do_tilt(self, angle: float, blur: float, glare: float) -> None:
        """Turn, shake or light the phone that is held up."""
        if self._outside.held:
            await self.do_hold_up(self._outside.held, angle, blur, glare)

    async def do_take_away(self) -> None:
        """Take the phone away."""
        self._world.take_away(NAMES["lane"])
        self._outside.held = None

    async def do_touch(self, phase: str, x: float, y: float) -> None:
        """Touch the lane's screen; x and y from 0 to 1."""
        self._world.touch(NAMES["lane"], round(float(x) * LANE_SIZE_PX[0]), round(float(y) * LANE_SIZE_PX[1]), phase)

    async def do_press(self, advisor: str, *, down: bool) -> None:
        """Press or let go of a desk's button."""
        if advisor not in DESKS:
            raise NotHere(f"there is no desk of {advisor}")
        self._world.press(NAMES[f"pager-{advisor}"], advisor, down=bool(down))

    async def do_step(self, visit_id: str, step: str) -> None:
        """Move a visit on, as its advisor, the manager or the cashier."""
        visit = next((one for one in self._staff.get("visits", ()) if one["visit_id"] == visit_id), None)
        if visit is None:
            raise NotHere("this visit has ended")
        advisor = (visit["advisor"] or {}).get("advisor_id") or DESKS[0]
        if step == "change_completion":
            reason = language("en").text("shop.reason.late_part")
            await self._people.later(visit_id, visit["completion_at"], reason)
        elif step == "hand_over":
            papers = await self._people.hand_over(visit_id)
            self._outside.papers = [
                {"ticket": visit["ticket"], "url": self.hub_url + papers["url"]},
                *self._outside.papers,
            ][:PAPERS_KEPT]
        else:
            await self._people.step(visit_id, step, advisor)

    async def do_walk_in(self) -> None:
        """Somebody without an appointment stands at a desk."""
        words = language("en")
        name, reason = words.text("shop.walk_in.name"), words.text("shop.walk_in.reason")
        await self._people.command(p.MANAGER, "open_visit", name=name, reason=reason, language="en")

    async def do_fault(self, name: str, *, on: bool) -> None:
        """Break something, or mend it."""
        breaks: dict[str, tuple[Callable[[], object], Callable[[], object]]] = {
            "paper_out": (self._printer.run_out_of_paper, self._printer.load_paper),
            "printer_unplugged": (self._printer.unplug, self._printer.plug_in),
            "hub_unreachable": (self._cable.pull, self._cable.plug_in),
            "camera_covered": (
                partial(self._world.cover_camera, NAMES["lane"], on=True),
                partial(self._world.cover_camera, NAMES["lane"], on=False),
            ),
        }
        if name not in breaks:
            raise NotHere(f"nothing on the shop floor breaks as {name}")
        breaks[name][0 if on else 1]()
        self._outside.faults[name] = bool(on)
        faults = self._outside.faults
        self._outside.printer = (
            "unplugged" if faults["printer_unplugged"] else "paper_out" if faults["paper_out"] else "paper_in"
        )

    async def do_end_device(self, device: str) -> None:
        """End a device's process, as a crash would."""
        self._children.kill(device)


def _newest_ticket_state(staff: dict[str, Any]) -> str | None:
    told = [one for one in staff.get("visits", ()) if one.get("ticket_state")]
    return max(told, key=lambda one: one["arrived_at"])["ticket_state"] if told else None
