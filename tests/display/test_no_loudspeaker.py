"""A screen without a loudspeaker: said as trouble, the picture goes on, and it sounds again when there is one."""

from __future__ import annotations

import pygame
import pytest

from kiosk.display.scene import Fill, Rect, Scene
from kiosk.display.window import NO_SOUND, Window

SIZE = (320, 240)


@pytest.fixture
def loudspeaker(monkeypatch):
    """SDL's own stand-ins: a loudspeaker that swallows everything, or none."""

    def loudspeaker(*, is_there):
        monkeypatch.setenv("SDL_AUDIODRIVER", "dummy" if is_there else "no such driver")

    monkeypatch.setenv("SDL_VIDEODRIVER", "dummy")
    return loudspeaker


@pytest.fixture
def window(loudspeaker, typesetter):
    """A desktop's window, as far as SDL knows, on a machine without a loudspeaker."""
    loudspeaker(is_there=False)
    window = Window("window", SIZE, typesetter)
    yield window
    window.close()


def test_no_loudspeaker_is_told_and_the_picture_goes_on(window):
    """A sound that nobody can hear is no crash: the code of the trouble, and the next scene is shown."""
    window.play("call_out")

    window.show(Scene(SIZE, "#FFFFFF", (Fill(Rect(0, 0, 20, 20), "#0B5C34"),)))

    assert window.trouble == NO_SOUND
    assert window.drawn == 1


def test_it_sounds_again_when_there_is_one(window, loudspeaker):
    """Plugged in later: the next sound is heard, and nothing is amiss any more."""
    window.play("call_out")
    loudspeaker(is_there=True)

    window.play("call_out")

    assert pygame.mixer.get_busy()
    assert window.trouble is None


def test_a_voice_says_so_too(window):
    """What would have been spoken."""
    window.speak(b"\0\0" * 100)

    assert window.trouble == NO_SOUND


def test_one_that_was_pulled_is_missed_at_the_next_sound(window, loudspeaker):
    """The system says that it has gone; until then the program could not know."""
    loudspeaker(is_there=True)
    window.play("call_out")
    loudspeaker(is_there=False)
    pygame.event.post(pygame.event.Event(pygame.AUDIODEVICEREMOVED, which=1, iscapture=0))

    window.touches()
    window.play("call_out")

    assert window.trouble == NO_SOUND


def test_one_that_is_pulled_while_it_speaks_is_no_crash(window, loudspeaker):
    """The next finger interrupts a voice that nobody hears any more; the next sentence says that it cannot be heard."""
    loudspeaker(is_there=True)
    window.speak(bytes(2 * 22050))
    loudspeaker(is_there=False)
    pygame.event.post(pygame.event.Event(pygame.AUDIODEVICEREMOVED, which=1, iscapture=0))
    window.touches()

    window.hush()
    window.speak(bytes(2 * 22050))

    assert window.trouble == NO_SOUND


def test_a_board_lets_its_loudspeaker_go_between_sounds(loudspeaker, typesetter):
    """At rest it is not fed with silence; a lane keeps its own, for its sounds answer a touch."""
    loudspeaker(is_there=True)
    kept = []
    for is_board in (True, False):
        window = Window("window", SIZE, typesetter, hears_seldom=is_board)
        window.play("call_out")
        pygame.mixer.stop()
        window.touches()
        kept.append(pygame.mixer.get_init() is not None)
        window.close()

    assert kept == [False, True]
