"""Fixtures: the print shop, and the hub that the screens' tests drive."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from print_shop import PrintShop

sys.path.append(str(Path(__file__).parent.parent / "screens"))  # screen_shop.py: one hub for both folders' tests


@pytest.fixture(scope="session")
def _opened_print_shop() -> Iterator[PrintShop]:
    # Not below pytest's own folder, which is its user's alone: started by root, cupsd runs its filters as another user.
    with tempfile.TemporaryDirectory(prefix="print-shop-") as folder:
        Path(folder).chmod(0o755)
        shop = PrintShop(Path(folder))
        try:
            shop.open()
            yield shop
        finally:
            shop.close()


@pytest.fixture
def print_shop(_opened_print_shop: PrintShop) -> Iterator[PrintShop]:
    """The print shop, with its printer at its place and nothing received yet."""
    for file in _opened_print_shop.received.iterdir():
        file.unlink()
    yield _opened_print_shop
    _opened_print_shop.bring_printer_back()
