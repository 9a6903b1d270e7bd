"""A lane kiosk: what it hears goes into the conversation (kiosk.domain.check_in), what comes out of it is done here.

One thread owns the conversation and the screen; camera, printer and hub have their own and leave word in the inbox.
What is broken, told, touched and sent has rooms of its own: device_lane_*.
"""

from __future__ import annotations

import logging
import sqlite3
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kiosk.device import Line, Loop, listen_to_hands, tell_shown, world_of
from kiosk.device_lane_commands import Chance, LaneCommands
from kiosk.device_lane_faults import FOLDER, LaneFaults
from kiosk.device_lane_hands import Hands
from kiosk.device_lane_memory import LaneMemory
from kiosk.device_lane_paper import LanePaper, paper_state
from kiosk.device_lane_report import LaneReport
from kiosk.device_lane_roster import remembered, rows_left
from kiosk.device_lane_screen import LaneScreen
from kiosk.device_lane_sight import LaneSight
from kiosk.device_lane_voice import LaneVoice
from kiosk.device_logo import KeptLogo
from kiosk.display.lane import LaneShown, has_keyboard, scene, today_of
from kiosk.display.layout import Screen as PanelScreen
from kiosk.display.theme import THEMES, Panel
from kiosk.display.window import NoScreen
from kiosk.domain import check_in
from kiosk.domain import lane_inputs as heard
from kiosk.domain.facts import read_instant
from kiosk.domain.lane_state import Hint, Link, PaperState, Rules, Sight, State
from kiosk.domain.lane_state import Screen as Shows
from kiosk.domain.lane_view import LaneView, read_lane_view
from kiosk.domain.paging import Pattern
from kiosk.hardware.backends import open_pager, open_scanner
from kiosk.hardware.ports import CAMERA_GONE, SCREEN_GONE, ScannerError
from kiosk.hub_client import Answer, Refusal
from kiosk.settings import Device, Lane, Printer, Scanner, Screen
from kiosk.steady_clock import HubTime, Now, SteadyClock
from kiosk.typeset import Typesetter

if TYPE_CHECKING:
    from kiosk.display.scene import Scene
    from kiosk.hardware.ports import Pager, PrinterState
    from kiosk.hardware.spool import Job
    from kiosk.settings import Settings
    from kiosk.store_logo import Logo

log = logging.getLogger(__name__)
TOUCH_EVERY_S = 0.03  # a key answers within 50 ms
LONGEST_SLEEP_S = 1.0
TEND_EVERY = timedelta(minutes=1)
OWED_COUNTS_FOR = timedelta(days=1)
SHOWS_CAMERA = (Shows.SCAN, Shows.READ)
AT_REST = (Shows.SCAN, Shows.OUT)
"""The lane's time may be put right: nobody's conversation is measured by it."""


class LaneDevice:
    """One lane. Everything but the threads of camera, spool and line happens in the loop's thread."""

    def __init__(self, settings: Settings, loop: Loop, *, now: Now | None = None) -> None:
        """Open screen, camera, printer and line; print a ticket that was still owed when the power went.

        `now` is a clock that does not jump (kiosk.steady_clock).

        Raises:
            KioskError: a section is missing, the screen or the folder cannot be had, the shop is not there.
        """
        device, lane, screen = settings.section(Device), settings.section(Lane), settings.section(Screen)
        scanner, printer = settings.section(Scanner), settings.section(Printer)
        folder = Path(device.folder)
        steady = now or SteadyClock()
        self._loop, self._chance, self._now = loop, Chance(), HubTime(steady)
        self._world = world_of(settings, loop)
        self._polls_touches = screen.kind != "simulated"
        self._commands = LaneCommands(loop, self._now, self._hear)
        self._line = Line(
            f"lane/{lane.letter}", device, on_answer=self._commands.answered, on_report=self._reported, now=steady
        )
        self._report = LaneReport(self._line)
        self._tended_at = self._now()
        self._memory = LaneMemory(folder / "lane.db")
        typesetter = Typesetter()
        size_px = (screen.width_px, screen.height_px)
        panel = Panel(*size_px, screen.panel_width_mm)
        self._panel = PanelScreen(panel, THEMES[screen.theme], typesetter, large=screen.large_text, low=screen.low_keys)
        self._window = self._opened(screen, typesetter, device.name)
        self._faults = LaneFaults(self._memory, self._line, self._window)
        self._voice = LaneVoice(lane.voice, Path(lane.voice_folder), speak=self._window.speak, hush=self._window.hush)
        self._hands = Hands(self._voice, lambda target: self._hear(heard.Touched(self._now(), target)))
        self._sees_when_well = Sight.NONE if scanner.kinds == ("hand_scanner",) else Sight.SEEING
        self._state = State(
            letter=lane.letter,
            rules=Rules(lane.idle_s, lane.countdown_s, has_keyboard(screen.panel_width_mm), self._voice.can_speak),
            sight=self._sees_when_well,
            last_number=self._memory.highest(),
            made=self._memory.made(),
        )
        self._paper = LanePaper(
            printer,
            folder,
            lane.letter,
            self._memory,
            Typesetter(),
            on_job=self._job,
            on_printer=self._printer,
            on_failed=lambda one: self._later(lambda now: heard.PaperChanged(now, one, PaperState.FAILED)),
            now=self._now,
            steady=steady,
        )
        self._owed = self._memory.owed()
        self._spoken: tuple[str, ...] = ()
        self._sight = LaneSight()
        self._logo = KeptLogo(folder, self._line.client.fetch, self._branded, loop.put)
        self._shown: LaneShown | None = None
        self._scene: Scene | None = None
        self._lamp = self._lamp_of(settings)
        self._scanner = open_scanner(scanner, wake=lambda: loop.put(self._looked), world=self._world)
        if self._world:
            listen_to_hands(self._world, lambda x, y, is_down: loop.put(lambda: self._finger(x, y, is_down=is_down)))
            self._world.start()
        self._remember_view()
        self._line.client.watch(f"lane/{lane.letter}", self._viewed, self._linked)

    def _opened(self, screen: Screen, typesetter: Typesetter, title: str) -> LaneScreen:
        """The screen; before the lane gives up over a wrong one, staff are told which lane shows nothing."""
        try:
            return LaneScreen(screen, typesetter, title=title, world=self._world, wake=lambda: self._loop.put(_nothing))
        except NoScreen:
            self._line.tell((SCREEN_GONE,))
            self._line.close()
            self._memory.close()
            if self._world:
                self._world.close()
            raise

    # -- the loop ----------------------------------------------------------------

    def turn(self) -> float:
        """Do what is due and show how things stand; an unchanged screen costs nothing."""
        if self._state.screen in AT_REST and self._state.customer is None:
            self._now.agree()
        now = self._now()
        due = check_in.next_wake(self._state)
        if due is not None and due <= now:
            self._hear(heard.Ticked(now))
            due = check_in.next_wake(self._state)
        self._commands.overdue()
        if check_in.looks_for_codes(self._state):
            self._see(self._state.sight, self._sight.hint(time.monotonic()), now)
        if now - self._tended_at >= TEND_EVERY:
            self._tend(now)
        self._look_after_parts(now)
        if self._polls_touches:
            self._hear_hands()
            if self._window.is_closed:
                self._loop.stop()
        self._show(now)
        self._tell()
        sleep_s = LONGEST_SLEEP_S if due is None else max(0.0, (due - self._now()).total_seconds())
        sleep_s = min(sleep_s, self._commands.due_in_s())
        return min(sleep_s, TOUCH_EVERY_S) if self._polls_touches else sleep_s

    def close(self) -> None:
        """Finish the ticket in hand, hang up when its fate is in the outbox, give everything back."""
        self._scanner.close()
        self._paper.close()
        self._line.close()
        self._memory.close()
        self._window.close()
        if self._lamp:
            self._lamp.close()
        if self._world:
            self._world.close()

    def _branded(self, logo: Logo | None) -> None:
        if logo != self._panel.logo:
            self._panel, self._shown = replace(self._panel, logo=logo), None

    def _show(self, now: datetime) -> None:
        if self._state.view:
            self._logo.wants(self._state.view.store.logo)
        picture = self._sight.picture if self._state.screen in SHOWS_CAMERA else None
        shown = LaneShown(
            self._state, today_of(self._state, now), picture, self._hands.pressed, self._hands.focus.target
        )
        if shown == self._shown:
            return
        turns = self._shown is not None and self._shown.state.screen is not shown.state.screen
        turns = turns and shown.state.screen is not Shows.READ  # a read is answered at once, and on the same page
        self._shown = shown
        self._scene = scene(shown, self._panel, self._state.language)
        self._hands.focus.stays_on(self._scene)
        self._voice.follow(self._state)
        if self._window.show(self._scene, fade=turns) and self._world:
            tell_shown(self._world, self._scene, self._state.screen.value)

    # -- the conversation ----------------------------------------------------------------

    def _hear(self, one: heard.Input) -> None:
        self._state, effects = check_in.step(self._state, one, self._chance)
        try:
            for effect in effects:
                self._do(effect)
                if isinstance(effect, heard.Chime) and self._state.screen is Shows.READ:
                    self._show(one.at)  # colour and tick say that the code was read; they do not wait for the disk
        except (sqlite3.Error, OSError) as error:
            self._cannot_keep(error)
        self._scanner.look(on=check_in.looks_for_codes(self._state))
        if self._state.screen not in SHOWS_CAMERA:
            self._sight.forget()
        if self._lamp:
            broken = Pattern.UNKNOWN if self._state.faults else Pattern.DARK
            self._lamp.show(self._state.letter.lower(), Pattern.NEW if check_in.lamp_is_on(self._state) else broken)

    def _do(self, effect: heard.Effect) -> None:
        match effect:
            case heard.Send():
                self._commands.send(effect, self._line.client)
            case heard.Print(slip=slip) if self._state.view:
                self._paper.print(slip, self._state.view.store)
            case heard.Hold(slip=slip):
                self._paper.hold(slip)
            case heard.Chime(sound=sound):
                self._window.play(sound)
            case heard.KeepNumber(number=number):
                self._memory.keep_number(number)
            case heard.Remember(made=made):
                self._memory.remember(made)
            case heard.Forget(visit_id=visit_id):
                self._memory.forget(visit_id)

    # -- what breaks ---------------------------------------------------------------------------------------

    def _look_after_parts(self, now: datetime) -> None:
        """Open what came back, and be in service exactly while folder and screen are there."""
        if self._window.mend():
            self._shown = None
        faults = self._faults.now(self._state.last_number)
        if faults != self._state.faults:
            self._hear(heard.FaultsChanged(now, faults))

    def _cannot_keep(self, error: Exception) -> None:
        """Nothing more can be written down: the lane says that it is closed rather than what would not be true."""
        self._faults.cannot_write(error)
        faults = self._faults.now(self._state.last_number)
        self._state, _ = check_in.step(self._state, heard.FaultsChanged(self._now(), faults), self._chance)

    def _tell(self) -> None:
        """Tell the hub how this lane is."""
        set_aside = None
        try:
            set_aside = "quarantine" if self._line.client.outbox.has_quarantined() else None
        except sqlite3.Error as error:
            if FOLDER not in self._state.faults:
                self._cannot_keep(error)
        others = (self._window.trouble, self._voice.trouble, set_aside)
        self._report.tell(self._state, time.monotonic(), *others, scanners=self._scanner.troubles)

    # -- what the threads leave word of ----------------------------------------------------------------

    def _viewed(self, view: dict[str, Any]) -> None:
        try:
            read = read_lane_view(view)
        except (KeyError, TypeError, ValueError):
            self._later(lambda now: heard.LinkChanged(now, Link.OTHER_VERSION))
            return
        if hub_now := read_instant(view.get("hub_now")):
            self._now.hear(hub_now)
        self._keep_view(view)
        self._later(lambda now: heard.LinkChanged(now, Link.UP))
        self._later(lambda now: heard.RosterChanged(now, read))
        self._loop.put(lambda: self._pay(read))
        self._loop.put(lambda: self._voice_for(read))

    def _linked(self, is_up: bool) -> None:  # noqa: FBT001 - as HubClient.watch calls it
        if not is_up:
            self._later(lambda now: heard.LinkChanged(now, Link.DOWN))

    def _reported(self, answer: Answer | None) -> None:
        if isinstance(answer, Refusal) and answer.code == "other_protocol":
            self._later(lambda now: heard.LinkChanged(now, Link.OTHER_VERSION))

    def _keep_view(self, view: dict[str, Any]) -> None:
        try:
            self._memory.roster.keep(view, self._now())
        except (sqlite3.Error, OSError) as error:
            reason = error
            self._loop.put(lambda: self._cannot_keep(reason))

    def _remember_view(self) -> None:
        """After a restart without the hub the lane works by what it kept."""
        if view := remembered(self._memory.roster, self._now()):
            self._hear(heard.RosterChanged(self._now(), view))
            self._pay(view)

    def _tend(self, now: datetime) -> None:
        """Once a minute: the kept roster is good for longer while the hub is heard, and wiped when its time is over."""
        self._tended_at = now
        try:
            if self._state.link is Link.UP:
                self._memory.roster.still_heard(now)
            self._memory.roster.tend(now)
        except (sqlite3.Error, OSError) as error:
            self._cannot_keep(error)
        view = self._state.view
        if view:
            self._voice_for(view, again=True)
        if view and self._state.link is not Link.UP:
            left = rows_left(view, now)
            if left != view.roster:
                self._hear(heard.RosterChanged(now, replace(view, roster=left)))

    def _pay(self, view: LaneView) -> None:
        """Print the ticket that a conversation still owed when the power went; what is owed now stays written down.

        With the view that was kept on the disk it needs no hub. One of a day ago is nobody's any more.
        """
        if self._owed is not None:
            if self._now() - self._owed.arrived_at < OWED_COUNTS_FOR:
                self._paper.print(self._owed, view.store)
            self._paper.hold(check_in.owed(self._state))
            self._owed = None

    def _voice_for(self, view: LaneView, *, again: bool = False) -> None:
        """See whether the languages of the dealership can be spoken; *Listen* is offered where one of them can."""
        if again or self._spoken != view.store.languages:
            self._spoken = view.store.languages
            self._voice.look(self._spoken)
            rules = replace(self._state.rules, has_voice=self._voice.can_speak)
            self._state = replace(self._state, rules=rules)

    def _job(self, job: Job) -> None:
        trouble = job.trouble.value if job.trouble else None
        told = {"visit_id": job.visit_id, "job_id": job.job_id, "state": job.state.value, "copy": job.as_copy}
        self._line.client.post("report_ticket", told | {"trouble": trouble})
        self._later(lambda now: heard.PaperChanged(now, job.visit_id, paper_state(job)))

    def _printer(self, printer: PrinterState) -> None:
        trouble = printer.trouble.value if printer.trouble else None
        self._report.printer_is(printer)
        self._later(lambda now: heard.PrinterChanged(now, trouble))

    def _later(self, make: Callable[[datetime], heard.Input]) -> None:
        """Let the conversation hear this, with the time at which it happened."""
        now = self._now()
        self._loop.put(lambda: self._hear(make(now)))

    # -- camera and fingers ----------------------------------------------------------------

    def _looked(self) -> None:
        """The camera has something new: a code, a picture, trouble."""
        now = self._now()
        try:
            scan = self._scanner.poll()
            frame = self._scanner.frame()
        except ScannerError:
            self._see(Sight.BROKEN, Hint.NONE, now)
            return
        if CAMERA_GONE in self._scanner.troubles:  # another scanner goes on, and the screen says what does not
            self._see(Sight.BROKEN, Hint.NONE, now)
        elif frame is None and self._state.sight is Sight.BROKEN:
            self._see(self._sees_when_well, Hint.NONE, now)
        elif frame is not None:
            sight = self._sight.look(frame, time.monotonic())
            self._see(sight, self._sight.hint(time.monotonic()), now)
        if scan is not None:
            self._sight.was_read()
            self._report.read_code(now)
            self._hear(heard.Scanned(now, scan.text))

    def _see(self, sight: Sight, hint: Hint, now: datetime) -> None:
        if (sight, hint) != (self._state.sight, self._state.hint):
            self._hear(heard.CameraChanged(now, sight, hint))

    def _hear_hands(self) -> None:
        """What fingers, keypad and buttons did since the last turn."""
        for touch in self._window.touches():
            self._finger(touch.x, touch.y, is_down=touch.is_down)
        for press in self._window.presses():
            self._hands.button(press, self._scene, self._state)

    def _finger(self, x: int, y: int, *, is_down: bool) -> None:
        self._hands.finger(self._scene, x, y, is_down=is_down)

    def _lamp_of(self, settings: Settings) -> Pager | None:
        """The lamp over the lane, where the settings name pins for it: a [[desk]] called by the lane's letter."""
        if settings.gpio is None or not settings.desk:
            return None
        return open_pager(settings.gpio, settings.desk, on_press=lambda _desk, _press: None, world=self._world)


def _nothing() -> None:
    """Another turn."""
