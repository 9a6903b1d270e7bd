"""The screen itself, on SDL's dummy driver: shows what changed, reports touches, keeps quiet."""

from __future__ import annotations

import pygame
import pytest

from kiosk.display.paint import paint
from kiosk.display.scene import Fill, Rect, Scene
from kiosk.display.window import NoScreen, ScreenGone, Touch, Window

SIZE = (320, 600)


@pytest.fixture
def opened(typesetter):
    """Opens windows; closes them afterwards."""
    windows = []

    def make(kind="simulated", **options):
        windows.append(Window(kind, SIZE, typesetter, **options))
        return windows[-1]

    yield make
    for window in windows:
        window.close()


def scene_of(*items):
    """A white scene."""
    return Scene(SIZE, "#FFFFFF", items)


GREEN = Fill(Rect(20, 30, 40, 50), "#0B5C34")


def test_a_scene_reaches_the_surface(opened, typesetter):
    """What is shown stands on the real surface, pixel for pixel."""
    window = opened()

    window.show(scene_of(GREEN))

    shown = pygame.image.tobytes(pygame.display.get_surface(), "RGB")
    assert shown == paint(scene_of(GREEN), typesetter).tobytes()


def test_nothing_is_told_twice(opened, typesetter):
    """The observer hears of each change once, with its rectangles, and of the same scene never."""
    heard = []
    window = opened(on_shown=lambda image, rects: heard.append((image.tobytes(), rects)))

    window.show(scene_of())
    window.show(scene_of(GREEN))
    window.show(scene_of(GREEN))

    whole, part = ([Rect(0, 0, *SIZE)], [GREEN.rect])
    pictures = [paint(shown, typesetter).tobytes() for shown in (scene_of(), scene_of(GREEN))]
    assert heard == [(pictures[0], whole), (pictures[1], part)]
    assert window.drawn == 2


def test_a_touch_is_reported(opened):
    """Mouse and finger are told in pixels of the scene; SDL's copy of a finger as a mouse is not told again."""
    window = opened()
    window.touches()
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(10, 20), touch=False))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONUP, button=1, pos=(12, 20), touch=False))
    pygame.event.post(pygame.event.Event(pygame.FINGERDOWN, x=0.5, y=0.25, touch_id=1, finger_id=1))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=(160, 50), touch=True))
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=3, pos=(1, 1), touch=False))

    touches = window.touches()

    assert touches == [Touch(10, 20, True), Touch(12, 20, False), Touch(160, 150, True)]


@pytest.mark.parametrize(("turn", "corner"), [(0, (0, 0)), (90, (599, 0)), (180, (319, 599)), (270, (0, 319))])
def test_an_upright_panel_is_turned(opened, turn, corner):
    """On a panel that hangs upright the scene's first pixel lies in the corner it was turned to, and touches come back."""
    window = opened(turn=turn)
    window.show(scene_of(Fill(Rect(0, 0, 4, 2), "#000000"), Fill(Rect(100, 240, 7, 90), "#0B5C34")))

    surface = pygame.display.get_surface()
    assert surface.get_at(corner)[:3] == (0, 0, 0)
    pygame.event.post(pygame.event.Event(pygame.MOUSEBUTTONDOWN, button=1, pos=corner, touch=False))
    assert window.touches() == [Touch(0, 0, True)]


def test_a_turned_change_lands_in_place(opened):
    """A part redrawn on a turned panel lands where a whole drawing would have put it."""
    pictures = []
    for first in (scene_of(), scene_of(GREEN, Fill(Rect(200, 100, 9, 9), "#000000"))):
        window = opened(turn=90)
        window.show(first)
        window.show(scene_of(GREEN, Fill(Rect(200, 250, 9, 9), "#000000")))
        pictures.append(pygame.image.tobytes(pygame.display.get_surface(), "RGB"))

    assert pictures[0] == pictures[1]


def test_a_scene_of_another_size_is_refused(opened):
    """A scene made for another panel is a fault of its maker."""
    with pytest.raises(ValueError, match="scene of"):
        opened().show(Scene((10, 10), "#FFFFFF", ()))


def test_an_unknown_kind_is_refused(typesetter):
    """A kind of screen that does not exist names those that do."""
    with pytest.raises(NoScreen, match="console, window, simulated"):
        Window("television", SIZE, typesetter)


def test_a_missing_console_is_an_error(typesetter):
    """Where there is no console to draw on, the screen says what is needed; it never draws somewhere else."""
    with pytest.raises(NoScreen, match="kind = console"):
        Window("console", SIZE, typesetter)


def test_sounds_are_told(opened):
    """A simulated screen makes no noise; whoever listens hears the sound's name."""
    heard = []
    window = opened(on_sound=heard.append)

    window.play("call_out")

    assert heard == ["call_out"]
    assert window.trouble is None


def test_a_real_sound_is_played(opened, monkeypatch):
    """Outside the shop the sound goes to the loudspeaker, here SDL's dummy one."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = opened("window")

    window.play("read")

    assert pygame.mixer.get_busy()
    assert window.trouble is None


def test_a_fade_ends_in_the_scene(opened, typesetter, monkeypatch):
    """After 160 ms of fading exactly the new scene stands on the screen."""
    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    window = opened("window")
    window.show(scene_of())

    window.show(scene_of(GREEN), fade=True)

    shown = pygame.image.tobytes(pygame.display.get_surface(), "RGB")
    assert shown == paint(scene_of(GREEN), typesetter).tobytes()


def test_closing_is_noticed(opened):
    """A window closed by its user says so; nothing ends by itself."""
    window = opened()
    pygame.event.post(pygame.event.Event(pygame.QUIT))

    window.touches()

    assert window.is_closed


@pytest.mark.parametrize("fade", [False, True])
def test_a_screen_that_has_gone_is_an_error_and_can_be_opened_again(opened, fade):
    """The system shows pictures no more: no crash of somebody else's, and all of the scene is drawn when it is back."""
    window = opened("window")
    window.show(scene_of())
    pygame.display.quit()
    with pytest.raises(ScreenGone, match="kind = window"):
        window.show(scene_of(GREEN), fade=fade)

    window.reopen()

    assert window.show(scene_of(GREEN)) == [Rect(0, 0, *SIZE)]
