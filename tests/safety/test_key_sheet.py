"""The recovery key on paper, in each language: one page that can be read by eye and by a scanner."""

from __future__ import annotations

import subprocess
from datetime import date

import pytest
import zxingcpp
from PIL import Image

from bench._hub import EXAMPLES
from kiosk.language import language
from kiosk.server import pdf
from kiosk.server.safety.key_sheet import KeySheet
from kiosk.server.safety.keys import SECRET_BEGINS, Keys, identity_of
from kiosk.store_file import load_store


@pytest.fixture(scope="module")
def keys(tmp_path_factory):
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture(scope="module")
def key(keys):
    return keys.new_recovery_key()


@pytest.fixture(params=["en", "es", "ar"])
def page(request, tmp_path, keys, key):
    """The page as a PDF file."""
    store = load_store(EXAMPLES / "store.toml")
    sheet = KeySheet(key, keys.fingerprint(), store, date(2026, 11, 24), request.param)
    file = tmp_path / "key.pdf"
    html = sheet.html("A4")
    assert language(request.param).text("safety.sheet.title") in html
    file.write_bytes(pdf.pdf_from(html))
    return file


def test_one_page_has_everything_that_a_restore_needs(page, keys, key):
    """The key in groups in their order, what it opens and the command, on one page, with no letter missing in its font."""
    said = subprocess.run(["pdftotext", "-layout", page, "-"], capture_output=True, text=True, check=True).stdout

    signs = "".join(one for one in said if one.isalnum() and one.isascii())
    assert said.count("\f") == 1
    assert SECRET_BEGINS in said
    assert key.removeprefix(SECRET_BEGINS) in signs
    assert keys.fingerprint() in said
    assert "sudo kiosk restore" in said
    assert "\ufffd" not in said


def test_its_code_is_the_key(page, key, tmp_path):
    """A hand scanner types the key as it is."""
    subprocess.run(["pdftoppm", "-r", "150", "-png", "-singlefile", page, tmp_path / "page"], check=True)

    with Image.open(tmp_path / "page.png") as picture:
        found = zxingcpp.read_barcodes(picture.convert("L"))

    assert [one.text for one in found] == [key]


def test_what_the_page_says_of_its_signs_is_true(key):
    """After the first line there is no B, I, O and no 1, and what is typed from paper opens what the key opens."""
    secret = key.removeprefix(SECRET_BEGINS)

    typed = f"{SECRET_BEGINS} {' '.join(secret[first : first + 4] for first in range(0, len(secret), 4))}"

    assert not set(secret) & set("BIO1")
    assert str(identity_of(typed.lower())) == key
