"""Codes drawn in a page: the picture of a QR code as one SVG path, and what is in it."""

from __future__ import annotations

from markupsafe import Markup

from kiosk.qr import code_matrix

QUIET_MODULES = 4


def shown_text(public_url: str, token: str) -> str:
    """What a customer's code says: with a public address the customer's page, else the bare token.

    Upper case throughout, so that the code needs fewer and larger modules; the address works in any case.
    """
    return f"{public_url}/C/{token}".upper() if public_url else token


def code_svg(text: str) -> Markup:
    """The code with its quiet zone, black on white, whole modules at every size."""
    matrix = code_matrix(text)
    side = len(matrix) + 2 * QUIET_MODULES
    runs = "".join(
        f"M{x + QUIET_MODULES} {y + QUIET_MODULES}h{length}v1h-{length}z"
        for y, row in enumerate(matrix)
        for x, length in _runs(row)
    )
    drawn = Markup(
        '<svg class="qr" viewBox="0 0 {side} {side}" role="img" aria-label="QR">'
        '<rect width="{side}" height="{side}" fill="#fff"/><path fill="#000" d="{runs}"/></svg>'
    )
    return drawn.format(side=side, runs=runs)


def _runs(row: tuple[bool, ...]) -> list[tuple[int, int]]:
    """Where dark modules begin, and how many stand together."""
    found: list[tuple[int, int]] = []
    for x, is_dark in enumerate(row):
        if is_dark and found and sum(found[-1]) == x:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        elif is_dark:
            found.append((x, 1))
    return found
