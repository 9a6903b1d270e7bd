"""The panels that the boards of these tests hang on."""

from __future__ import annotations

from kiosk.display.theme import Panel

WALL = Panel(1920, 1080, 1660)
UPRIGHT = Panel(1080, 1920, 685)
