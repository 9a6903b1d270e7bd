"""Every catalogue of the product, also those that other parts add: the same messages, whole, and in good writing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

from kiosk.catalogue import LOCALE, CatalogueBroken, catalogue, read_file, read_folder
from kiosk.language import CODES, language, plain
from kiosk.typeset import Typesetter

PLACEHOLDER = re.compile(r"\{(\w+)\}")
COUNTED = (0, 1, 2, 3, 10, 11, 99, 100, 101, 102, 103, 111)
# Arabic: which form a number takes (words for zero, one, two, few, many, other), in the order of Babel's header.
ARABIC_FORMS = (0, 1, 2, 3, 3, 5, 5, 4, 4, 4, 3, 5)
GOOD = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=utf-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

msgid "door.open"
msgstr "Open the door, {name}"
"""


def texts(code: str) -> list[tuple[str, str]]:
    """(id, text) of every message of a language, each plural form on its own."""
    messages, _ = catalogue(code)
    return [
        (message_id, text)
        for message_id, found in messages.items()
        for text in (found if isinstance(found, tuple) else (found,))
    ]


def wrong(code: str, pattern: str) -> list[tuple[str, str]]:
    """The messages in which the pattern is found."""
    return [(message_id, text) for message_id, text in texts(code) if re.search(pattern, text)]


def plurals(code: str) -> dict[str, tuple[str, ...]]:
    """The messages with plural forms."""
    return {message_id: text for message_id, text in catalogue(code)[0].items() if isinstance(text, tuple)}


def po_file(folder: Path, name: str, words: str) -> Path:
    """A file of a Spanish catalogue."""
    (folder / "es").mkdir(exist_ok=True)
    file = folder / "es" / name
    file.write_text(words, encoding="utf-8")
    return file


@pytest.mark.parametrize("code", ["es", "ar"])
def test_all_languages_have_the_same_messages(code):
    """What can be said in English can be said in Spanish and Arabic, and nothing else."""
    assert set(catalogue(code)[0]) ^ set(catalogue("en")[0]) == set()


@pytest.mark.parametrize("code", ["es", "ar"])
def test_all_languages_have_the_same_files(code):
    """A translator finds a message in the same file."""
    assert {file.name for file in (LOCALE / code).iterdir()} == {file.name for file in (LOCALE / "en").iterdir()}


@pytest.mark.parametrize("code", ["es", "ar"])
def test_a_message_has_plurals_in_all_languages_or_in_none(code):
    """Whoever asks for a message need not know the language."""
    assert set(plurals(code)) == set(plurals("en"))


@pytest.mark.parametrize("code", ["es", "ar"])
def test_a_message_has_the_same_values_in_all_languages(code):
    """No translation loses a value or invents one; a plural form may leave its number out."""
    english = {message_id: set(PLACEHOLDER.findall(text)) for message_id, text in texts("en")}
    counted = set(plurals(code))

    differing = [
        (message_id, text)
        for message_id, text in texts(code)
        if set(PLACEHOLDER.findall(text)) | ({"n"} if message_id in counted else set())
        != english[message_id] | ({"n"} if message_id in counted else set())
    ]

    assert differing == []


@pytest.mark.parametrize("code", CODES)
def test_the_plural_rule_is_the_one_that_babel_writes(code):
    """Arabic has two orders of forms in the world; every file keeps to Babel's."""
    rules = {read_file(file)[0] for file in (LOCALE / code).glob("*.po")}

    assert rules == {Catalog(locale=code).plural_expr}


def test_arabic_numbers_take_the_forms_of_the_table():
    """Form 4 is 100 to 102 and form 5 is 11 to 99, not the other way round."""
    _, form_of = catalogue("ar")

    assert tuple(form_of(n) for n in COUNTED) == ARABIC_FORMS


@pytest.mark.parametrize("code", CODES)
def test_every_plural_has_a_sentence_for_zero(code):
    """None is never told as *0 of something*; Arabic's own form for zero says the same sentence."""
    messages, _ = catalogue(code)

    missing = [message_id for message_id in plurals(code) if f"{message_id}.zero" not in messages]
    differing = [i for i, forms in plurals(code).items() if len(forms) == 6 and forms[0] != messages.get(f"{i}.zero")]

    assert (missing, differing) == ([], [])


@pytest.mark.parametrize("n", COUNTED)
def test_arabic_shows_the_digits_from_three_on(n):
    """One and two are words in Arabic, zero is a sentence; all other numbers stand in digits."""
    arabic = language("ar")
    values = dict.fromkeys(("name", "time", "ticket", "lane", "advisor", "day"), "س")

    said = {message_id: plain(arabic.plural(message_id, n, **values)) for message_id in plurals("ar")}

    assert not [text for text in said.values() if (str(n) in text) != (n > 2)]


def test_arabic_has_arabic_punctuation():
    """No Latin comma (but in 30,000), semicolon or question mark; a space after ، ؛ ؟ and none before."""
    assert wrong("ar", r"(?<!\d),|,(?!\d)|[;?]|\s[،؛؟]|[،؛؟](?![\s»]|$)") == []


def test_arabic_has_arabic_letters():
    """Persian ی and ک look like ours and are found by no search."""
    assert wrong("ar", "[\u06cc\u06a9\u06c1\u0640]") == []


def test_arabic_marks_stand_where_they_help():
    """*Yurja* carries its damma, the tanwin stands before its alif, and nobody is asked by an order's plain form."""
    assert wrong("ar", r"يرجى|ا\u064b|شكرا\b|اهلا") == []


def test_spanish_questions_open_and_close():
    """¿ and ? always both, ¡ never: nothing of ours shouts."""
    assert [text for _, text in texts("es") if text.count("¿") != text.count("?")] == []
    assert wrong("es", "[!¡]") == []


@pytest.mark.parametrize("code", CODES)
def test_nothing_shouts(code):
    """No exclamation marks in any language."""
    assert wrong(code, "[!¡]") == []


@pytest.mark.parametrize("code", CODES)
def test_no_message_brings_its_own_direction_marks(code):
    """Isolates are put in with the values; a mark in a catalogue cannot be seen and cannot be reviewed."""
    assert wrong(code, "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u00ad\ufeff]") == []


@pytest.mark.parametrize("code", CODES)
def test_no_message_has_stray_spaces(code):
    """No double space, no space at an end."""
    assert wrong(code, r"  |^\s|\s$| \n|\n ") == []


@pytest.mark.parametrize(
    ("code", "forbidden"),
    [
        ("es", r"[Tt]iempo estimado|[Ss]eguir su veh|[Ss]iga su veh|Me recogen|Adelante\b|se?guimiento de su"),
        ("ar", "رقمك|المطلوب:|حتى الساعة|قرع|استدعين|الجاهزية|مستحقة"),
    ],
)
def test_words_that_were_weighed_and_dropped_do_not_come_back(code, forbidden):
    """Each of these was misunderstood when it was read by somebody else."""
    assert wrong(code, forbidden) == []


@pytest.mark.parametrize("code", CODES)
def test_every_message_can_be_drawn(code):
    """No message of any catalogue has a letter that the font lacks."""
    typesetter = Typesetter()

    drawn = [typesetter.drawable(text.replace("\n", " "), strict=True) for _, text in texts(code)]

    assert len(drawn) > 200


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (GOOD + '\nmsgid "door.shut"\nmsgstr ""\n', "door.shut has no text"),
        (GOOD + '\nmsgid "door.open"\nmsgstr "Open"\n', "door.open stands twice"),
        (
            GOOD + '\nmsgid "n"\nmsgid_plural "n"\nmsgstr[0] "one"\nmsgstr[1] ""\n',
            "n has no text, or not in all 2 forms",
        ),
        (GOOD + '\nmsgid "door.shut\n', "es/door.po: "),
    ],
)
def test_a_broken_catalogue_is_refused_by_name(tmp_path, words, complaint):
    """A hole in a catalogue is an error that names file and message, not an empty key on a screen."""
    po_file(tmp_path, "door.po", words)

    with pytest.raises(CatalogueBroken, match=re.escape(complaint)):
        read_folder(tmp_path / "es")


def test_a_message_in_two_files_is_refused(tmp_path):
    """A translator never has to guess which of two is shown."""
    po_file(tmp_path, "door.po", GOOD)
    po_file(tmp_path, "gate.po", GOOD)

    with pytest.raises(CatalogueBroken, match=r"gate\.po: door\.open stands in another file too"):
        read_folder(tmp_path / "es")


def test_files_with_different_plural_rules_are_refused(tmp_path):
    """A file from another tool may count its forms in another order."""
    po_file(tmp_path, "door.po", GOOD)
    po_file(tmp_path, "gate.po", GOOD.replace("door", "gate").replace("n != 1", "n > 1"))

    with pytest.raises(CatalogueBroken, match="one Plural-Forms in all"):
        read_folder(tmp_path / "es")


def test_a_file_in_another_encoding_is_refused(tmp_path):
    """Spanish in Latin-1 does not come out as broken letters."""
    po_file(tmp_path, "door.po", GOOD).write_bytes(GOOD.replace("Open", "Ábra").encode("latin-1"))

    with pytest.raises(CatalogueBroken, match=r"door\.po"):
        read_folder(tmp_path / "es")
