"""What a voice says for one sign of a keyboard or of a ticket: letters of both scripts, digits, marks.

Which clip is which sign stands in kiosk/domain/lane_voice.py; the clips are made in kiosk/voice.py.
"""

from __future__ import annotations

import unicodedata

from kiosk.domain.lane_voice import MARKS

# fmt: off
LATIN_AR = {
    "A": "إيه", "B": "بي", "C": "سي", "D": "دي", "E": "إي", "F": "إف", "G": "جي", "H": "إتش", "I": "آي", "J": "جيه",
    "K": "كيه", "L": "إل", "M": "إم", "N": "إن", "O": "أو", "P": "بي", "Q": "كيو", "R": "آر", "S": "إس", "T": "تي",
    "U": "يو", "V": "في", "W": "دبليو", "X": "إكس", "Y": "واي", "Z": "زد", "Ñ": "إنيه",
    "0": "صفر", "1": "واحد", "2": "اثنان", "3": "ثلاثة", "4": "أربعة",
    "5": "خمسة", "6": "ستة", "7": "سبعة", "8": "ثمانية", "9": "تسعة",
}
ARABIC_AR = {
    "ض": "ضاد", "ص": "صاد", "ث": "ثاء", "ق": "قاف", "ف": "فاء", "غ": "غين", "ع": "عين", "ه": "هاء", "خ": "خاء",
    "ح": "حاء", "ج": "جيم", "ش": "شين", "س": "سين", "ي": "ياء", "ب": "باء", "ل": "لام", "ا": "ألف", "ت": "تاء",
    "ن": "نون", "م": "ميم", "ك": "كاف", "ط": "طاء", "ذ": "ذال", "ر": "راء", "ة": "تاء مربوطة", "و": "واو",
    "ز": "زاي", "ظ": "ظاء", "د": "دال", "ى": "ألف مقصورة", "ء": "همزة", "ؤ": "همزة على واو", "ئ": "همزة على ياء",
    "أ": "ألف بهمزة فوقها", "إ": "ألف بهمزة تحتها", "آ": "ألف ممدودة",
}
MARKS_SAID = {
    "en": {"dash": "dash", "apostrophe": "apostrophe", "dot": "dot", "comma": "comma", "at": "at sign",
           "underscore": "underscore", "arabic_comma": "Arabic comma"},
    "es": {"dash": "guion", "apostrophe": "apóstrofo", "dot": "punto", "comma": "coma", "at": "arroba",
           "underscore": "guion bajo", "arabic_comma": "coma árabe"},
    "ar": {"dash": "شرطة", "apostrophe": "فاصلة عليا", "dot": "نقطة", "comma": "فاصلة لاتينية", "at": "علامة آت",
           "underscore": "شرطة سفلية", "arabic_comma": "فاصلة"},
}
# fmt: on
WITH_ACCENT = {"en": "{} with accent", "es": "{} con acento", "ar": "{} بنبرة"}
JOINED_ES = {" with ": " con ", " above": " arriba", " below": " abajo"}


def spoken_sign(sign: str, code: str) -> str:
    """What the voice of a language says for one sign: "at sign", "eñe" as its letter, "ضاد"."""
    if sign in MARKS:
        return MARKS_SAID[code][MARKS[sign]]
    if code == "ar" and (sign in ARABIC_AR or sign in LATIN_AR):
        return ARABIC_AR.get(sign) or LATIN_AR[sign]
    plain = unicodedata.normalize("NFD", sign)[0]
    if sign in ARABIC_AR:
        name = unicodedata.name(sign).removeprefix("ARABIC LETTER ").lower()
        if code == "es":
            for word, said in JOINED_ES.items():
                name = name.replace(word, said)
        return name
    if plain != sign and (sign != "Ñ" or code == "en"):
        return "N with tilde" if sign == "Ñ" else WITH_ACCENT[code].format(LATIN_AR[plain] if code == "ar" else plain)
    return sign
