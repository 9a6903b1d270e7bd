"""The largest code there is, before a lane whose camera is a folder of pictures: the shop's own camera sees no such detail."""

from __future__ import annotations

from pathlib import Path

import pytest
import qrcode
from shop_day import ShopDay

pytestmark = pytest.mark.story


def test_a_code_of_three_kilobytes_is_nobodys(tmp_path: Path) -> None:
    """The largest code that there can be is read, is none of ours, and ends in help."""
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    code = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_L, border=2, box_size=4)
    code.add_data("x" * 2953)
    code.make_image().save(pictures / "large.png")
    with ShopDay(tmp_path, "2026-11-24 08:50") as shop:
        shop.rewrites("lane", 'kinds = ["simulated"]', f'kinds = ["folder"]\nfolder = "{pictures}"')
        for key in ("lane", "pager-marta"):
            shop.starts(key)

        shop.lane.shows("unknown")
        shop.desk("marta").says("new")

        assert "xxx" not in shop.lane.words
        assert shop.log.entries("VisitCheckedIn") == []
