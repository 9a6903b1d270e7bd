"""Typesetter: Arabic joined and in order, anything typed drawn, lines cached within bounds."""

from __future__ import annotations

import shutil
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageChops, ImageStat, features

from kiosk.language import language, plain
from kiosk.typeset import (
    FONTS,
    WEIGHTS,
    MissingGlyph,
    NoFont,
    NoRaqm,
    Typesetter,
    arabic_size,
    characters_of,
    type_px,
)

LRI, FSI, PDI = "\u2066", "\u2068", "\u2069"


@pytest.fixture(scope="module")
def typesetter():
    """One for all tests that only look."""
    return Typesetter()


def ink(image: Image.Image) -> Image.Image:
    """The picture cut to what is drawn."""
    return image.crop(image.getbbox())


def is_same(one: Image.Image, other: Image.Image) -> bool:
    """Whether two pictures differ by nothing but a fraction of a pixel in place."""
    if abs(one.width - other.width) > 1 or abs(one.height - other.height) > 1:
        return False
    difference = ImageChops.difference(one, other.resize(one.size, Image.Resampling.BILINEAR))
    return ImageStat.Stat(difference).mean[0] < 12


def test_lines_of_one_size_share_a_baseline(typesetter):
    """Latin and Arabic stand on the same line; only a deep tail makes a picture higher, and only below."""
    texts = (("x", False), ("Ágj", False), ("أحمد", True), ("سامي", True))

    lines = [typesetter.line(text, size_px=40, rtl=rtl) for text, rtl in texts]

    assert [line.ascent_px for line in lines] == [44, 44, 44, 44]
    assert [line.descent_px for line in lines] == [17, 17, 17, 19]
    assert [line.image.height for line in lines] == [line.height_px for line in lines]


@pytest.mark.parametrize("text", ["رور", "jfgQ", "ثوانٍ إِ", "f", "ي", "«ج»"])
def test_no_ink_is_cut_off(typesetter, text):
    """Tails that hang out of the advance and marks above the line are inside the picture."""
    line = typesetter.line(text, size_px=100, weight=700, rtl=True)
    roomy = typesetter.line(f"\u00a0\u00a0{text}\u00a0\u00a0", size_px=100, weight=700, rtl=True)

    assert is_same(ink(line.image), ink(roomy.image))
    assert line.image.width <= line.width_px + 2 * line.left_px + 20


def test_arabic_letters_are_joined(typesetter):
    """Lam and alif become one shape; letters set one by one would be wider."""
    joined = typesetter.width("سلام", size_px=60, rtl=True)
    apart = sum(typesetter.width(letter, size_px=60, rtl=True) for letter in "سلام")

    assert joined < 0.85 * apart


def test_the_tanwin_is_drawn(typesetter):
    """أهلًا has more ink than أهلا: the mark is not dropped."""
    with_mark = sum(typesetter.line("أهلًا", size_px=60, rtl=True).image.histogram()[128:])
    without = sum(typesetter.line("أهلا", size_px=60, rtl=True).image.histogram()[128:])

    assert with_mark > without


@pytest.mark.parametrize(
    "value", ["15:30", "A-017", "+1 (973) 555-0100", "$3,480.00", "2026-11-24", "HTTPS://A.EXAMPLE/C/7"]
)
def test_an_isolated_value_reads_left_to_right_inside_arabic(typesetter, value):
    """After an Arabic word, with the word at the right, a value reads as it does before it in a Latin line."""
    line = typesetter.line(f"من {LRI}{value}{PDI}", size_px=40, rtl=True)

    assert is_same(ink(line.image), ink(typesetter.line(f"{value} من", size_px=40).image))


def test_without_its_isolate_a_date_would_turn_round(typesetter):
    """This is what the isolates are for; where this changes they can go."""
    line = typesetter.line("من 2026-11-24", size_px=40, rtl=True)

    assert not is_same(ink(line.image), ink(typesetter.line("2026-11-24 من", size_px=40).image))


def test_an_arabic_line_begins_at_the_right(typesetter):
    """The first word stands at the right edge in a right-to-left paragraph, at the left in the other."""
    first = ink(typesetter.line("سامي", size_px=40, rtl=True).image)

    line = typesetter.line("سامي Ford", size_px=40, rtl=True).image

    assert is_same(ink(line.crop((line.width - first.width - 4, 0, line.width, line.height))), first)


def test_isolates_take_no_room(typesetter):
    """The marks around a value are not seen."""
    assert typesetter.width(f"{FSI}Marta{PDI}", size_px=50) == typesetter.width("Marta", size_px=50)


def test_digits_are_tabular(typesetter):
    """A clock does not move when its minutes change."""
    assert {typesetter.width(digit * 4, size_px=70, weight=weight) for digit in "0123456789" for weight in WEIGHTS} == {
        168
    }


@pytest.mark.parametrize(
    ("typed", "drawn"),
    [
        ("Sami 🎉🎉", "Sami ·"),
        ("👩\u200d🔧 Ana", "· Ana"),
        ("a\tb\nc\x00d\x1b", "a b c d "),
        ("x\u202ey\ufe0f", "xy"),
        ("山田", "·"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("\ud800", "·"),
    ],
)
def test_what_the_font_lacks_becomes_a_middle_dot(typesetter, typed, drawn):
    """Never a box: foreign letters and pictures become one dot, control characters a space, marks nothing."""
    assert typesetter.drawable(typed) == drawn


@given(st.text(alphabet=st.characters(), max_size=300), st.booleans())
def test_anything_typed_can_be_set(text, rtl):
    """No name is a reason for the kiosk to fall."""
    typesetter = shared()

    line = typesetter.line(text, size_px=20, rtl=rtl)
    lines = typesetter.wrap(text, width_px=120, size_px=20, rtl=rtl)

    assert line.image.height == line.height_px > 0
    assert all(typesetter.width(one, size_px=20, rtl=rtl) <= 120 for one in lines)


def shared(kept: list[Typesetter] = []) -> Typesetter:  # noqa: B006 - one for all examples of a property
    """A typesetter for property tests, which may not use fixtures."""
    kept.extend([] if kept else [Typesetter()])
    return kept[0]


def test_a_letter_that_our_own_words_lack_is_an_error(typesetter):
    """With strict, the character is named."""
    with pytest.raises(MissingGlyph, match=r"U\+5C71 \(CJK UNIFIED IDEOGRAPH-5C71\)") as missing:
        typesetter.line("Fuji 山", size_px=30, strict=True)

    assert missing.value.character == "山"


def test_a_line_is_set_once(typesetter):
    """The second asking gets the very same picture."""
    assert typesetter.line("Valley Motors", size_px=33) is typesetter.line("Valley Motors", size_px=33)


def test_the_cache_stays_within_its_bytes():
    """A year of names does not fill the memory; what was used last is still there."""
    typesetter = Typesetter(cache_bytes=200_000)

    for n in range(400):
        last = typesetter.line(f"Ticket A-{n:03}", size_px=30)

    assert typesetter.cached_bytes <= 200_000
    assert typesetter.line("Ticket A-399", size_px=30) is last


def test_what_was_set_is_forgotten_when_it_is_asked():
    """Nobody's name stays in memory after them, neither as a picture nor as a measure; it can be set again."""
    typesetter = Typesetter()
    line = typesetter.line("Lucia", size_px=30)
    typesetter.width("Lucia Gomez", size_px=30)
    typesetter.wrap("Lucia Gomez", width_px=100, size_px=30)

    typesetter.forget()

    assert typesetter.cached_bytes == 0
    assert "Lucia" not in repr(vars(typesetter))
    assert typesetter.line("Lucia", size_px=30) == line


def test_threads_may_share_a_typesetter():
    """The lane's screen and its printer may set text at the same moment."""
    typesetter = Typesetter(cache_bytes=100_000)
    alone = {n: typesetter.line(f"رقم {n}", size_px=24, rtl=True).image.tobytes() for n in range(40)}

    with ThreadPoolExecutor(8) as threads:
        again = list(threads.map(lambda n: typesetter.line(f"رقم {n % 40}", size_px=24, rtl=True), range(400)))

    assert all(line.image.tobytes() == alone[n % 40] for n, line in enumerate(again))


def test_without_raqm_nothing_starts(monkeypatch):
    """Where Arabic would come out wrong the error names the package to install."""
    monkeypatch.setattr(features, "check", lambda feature: feature != "raqm")

    with pytest.raises(NoRaqm, match="apt install libfribidi0"):
        Typesetter()


@pytest.mark.parametrize("words", [None, b"", b"not a font at all", b"\x00\x01\x00\x00" + b"\xff" * 400])
def test_without_its_font_nothing_starts(tmp_path, words):
    """A missing or damaged font file is named."""
    fonts = tmp_path / "fonts"
    shutil.copytree(FONTS, fonts)
    bold = fonts / "IBMPlexSansArabic-Bold.ttf"
    bold.unlink() if words is None else bold.write_bytes(words)

    with pytest.raises(NoFont, match=r"IBMPlexSansArabic-Bold\.ttf: missing or not a usable font"):
        Typesetter(fonts=fonts)


def test_the_font_has_every_letter_that_we_write():
    """Spanish and Arabic letters, marks and digits are in all weights; pictures are not."""
    for name in WEIGHTS.values():
        drawable = characters_of(FONTS / f"IBMPlexSansArabic-{name}.ttf")

        assert drawable.issuperset("AZaz09áéíóúñüÁÉÍÓÚÑÜ¿¡—–…·«»ابتثجحخدذرزسشصضطظعغفقكلمنهويءآأؤإئىةًٌٍَُِّْ،؛؟$€%")
        assert not drawable & set("山🎉\x00\r\n")


def test_an_unknown_weight_is_refused(typesetter):
    """There are three weights."""
    with pytest.raises(ValueError, match="weight 400: choose one of 500, 600, 700"):
        typesetter.line("x", size_px=20, weight=400)


def test_sizes_come_from_millimetres():
    """7.3 mm of capital on the 21.5-inch panel are 42 px of type; Arabic is set 1.15 times as large."""
    assert type_px(7.3, 4.03) == 42
    assert arabic_size(42) == 48
    assert arabic_size(42, rtl=False) == 42


@pytest.mark.parametrize(("code", "most"), [("en", 2), ("es", 2), ("ar", 2)])
def test_the_first_headline_takes_two_lines(typesetter, code, most):
    """On the 21.5-inch panel the sentence that asks for the code is read at a glance."""
    spoken = language(code)
    size = arabic_size(type_px(17, 4.03), rtl=spoken.is_rtl)

    lines = typesetter.wrap(
        spoken.text("scan.headline"), width_px=952, size_px=size, weight=700, rtl=spoken.is_rtl, balance=True
    )

    assert len(lines) <= most


@pytest.mark.parametrize(("name", "most"), [("Marta", 2), ("Gabriela", 2)])
def test_the_hero_sentence_takes_two_lines_for_usual_names(typesetter, name, most):
    """*Marta viene a atenderle* stands in two lines at 21.5 mm up to about eight letters."""
    said = language("es").text("ticket.hero", advisor=name)

    lines = typesetter.wrap(said, width_px=952, size_px=type_px(21.5, 4.03), weight=700)

    assert len(lines) <= most
    assert plain(" ".join(lines)) == f"{name} viene a atenderle"
