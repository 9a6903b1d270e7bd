"""Sample states of the lane, for pictures and tests: a morning at Valley Motors. All names and numbers are invented.

The camera's picture is drawn here, grey and mirrored as the real one is; nobody stands before it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from PIL import Image, ImageDraw, ImageFilter

from kiosk.display.lane_words import CameraPicture, LaneShown
from kiosk.domain.facts import Timing, Way
from kiosk.domain.lane_state import (
    Contact,
    Customer,
    HelpCall,
    Hint,
    Link,
    PaperState,
    Pending,
    Screen,
    Sight,
    State,
    Typing,
)
from kiosk.domain.lane_view import Due, LaneView, Named, OpenVisit, StoreView
from kiosk.domain.store import Words
from kiosk.qr import code_image

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 11, 24, 15, 28, tzinfo=UTC)  # 10:28 at the store
MARTA = Named("marta", Words("Marta", "Marta", "مارتا"))
OMAR = Named("omar", Words("Omar", "Omar", "عمر"))
STORE = StoreView(
    store_id="valley",
    name=Words("Valley Motors", "Motores del Valle", "محركات الوادي"),
    zone=ZoneInfo("America/New_York"),
    cashiers=("1",),
    public_url="https://lane.valley.example",
    privacy_url="https://valley.example/privacy",
)
SAMPLE_CODE = "7KQ2M9X47KQ2M9X47KQ2M9X4ZZ"
FIRST_NAMES = {"en": "Sami", "es": "Lucía", "ar": "سامي"}
CARS = {"en": "Blue SUV, 2021", "es": "Camioneta azul, 2021", "ar": "دفع رباعي أزرق، 2021"}
ASKED = (
    Words("30,000 km service", "Mantenimiento de 30,000 km", "صيانة 30,000 كم"),
    Words("Check a noise when braking", "Revisar un ruido al frenar", "فحص صوت عند الفرملة"),
)
OWN_WORDS = {
    "en": "Front left, when braking, only when it is cold.",
    "es": "Adelante a la izquierda, al frenar, solo en frío.",
    "ar": "من الأمام يسارًا عند الفرملة، في البرد فقط.",
}
DUE = (Due("CAB", Words("Cabin filter", "Filtro de cabina", "فلتر المقصورة")),)
MORE_ASKED = (
    Words("Replace the windshield wipers", "Cambiar las plumas limpiaparabrisas", "تبديل مسّاحات الزجاج الأمامي"),
    Words("Tire rotation and balance", "Rotación y balanceo de llantas", "تدوير الإطارات وضبط اتزانها"),
    Words("Cabin filter", "Filtro de cabina", "فلتر المقصورة"),
)
LONG_NAMES = {
    "en": "Maximiliana Bartholomew-Featherstonehaugh",
    "es": "María Guadalupe Montserrat de la Concepción",
    "ar": "عبد الرحمن محمد عبد العزيز المنصوري الهاشمي",
}
LONG_CARS = {
    "en": "Midnight blue seven-seat crew cab pickup with tow bar, 2021",
    "es": "Camioneta doble cabina azul medianoche de siete plazas, 2021",
    "ar": "شاحنة صغيرة مزدوجة المقصورة زرقاء داكنة بسبعة مقاعد، 2021",
}


def _view(**store: Any) -> LaneView:
    return LaneView(replace(STORE, **store), "A", NOW.astimezone(STORE.zone).date())


def _customer(language: str, **changes: Any) -> Customer:
    first = Customer(
        visit_id="visit",
        ticket="A-017",
        way=Way.CODE,
        digest="",
        arrived_at=NOW,
        follow_token=SAMPLE_CODE,
        appointment_id="appointment",
        first_name=FIRST_NAMES[language],
        car=CARS[language],
        plate_end="472",
        starts_at=NOW + timedelta(minutes=2),
        asked=ASKED,
        advisor=MARTA,
        timing=Timing.ON_TIME,
        completion_at=NOW + timedelta(hours=5, minutes=2),
        outcome="checked_in",
        is_visit=True,
        contact=Contact("+1 ••• ••• ••17", "s••••@example.com", "text_message"),
        transport="wait",
        due=DUE,
    )
    return replace(first, **changes)


def _shown(language: str, screen: Screen, customer: Customer | None = None, **changes: Any) -> LaneShown:
    base: dict[str, Any] = {"view": _view(), "link": Link.UP, "screen": screen, "language": language}
    state = State("A", customer=customer, **{**base, **changes})
    return LaneShown(state, state.view.today_on if state.view else NOW.date(), camera_picture())


def _ticket(language: str, *, state: dict[str, Any] | None = None, **changes: Any) -> LaneShown:
    customer = _customer(language, **{"ended": True, "paper": PaperState.PRINTED, **changes})
    return _shown(language, Screen.TICKET, customer, **(state or {}))


def _offline(language: str, screen: Screen, **changes: Any) -> LaneShown:
    customer = _customer(
        language, ticket="A-018", outcome="", offline=True, completion_at=None, advisor=OMAR, contact=None, **changes
    )
    return _shown(language, screen, customer, link=Link.DOWN)


def _help(**changes: Any) -> HelpCall:
    return replace(HelpCall(1, NOW, None, MARTA, heard=True), **changes)


SAMPLES: dict[str, Callable[[str], LaneShown]] = {
    "scan": lambda one: _shown(one, Screen.SCAN),
    "read": lambda one: _shown(one, Screen.READ, _customer(one)),
    "logo": lambda one: _shown(one, Screen.SCAN),
    "looking": lambda one: _shown(
        one,
        Screen.READ,
        _customer(one, first_name="", outcome="", is_visit=False),
        pending=Pending(1, NOW, is_slow=True),
    ),
    "hint": lambda one: _shown(one, Screen.SCAN, hint=Hint.CLOSER),
    "taken_back": lambda one: _shown(one, Screen.SCAN, taken_back=True),
    "covered": lambda one: _shown(one, Screen.SCAN, sight=Sight.COVERED),
    "camera_broken": lambda one: _shown(one, Screen.SCAN, sight=Sight.BROKEN),
    "hand_scanner": lambda one: _shown(one, Screen.SCAN, sight=Sight.NONE),
    "hello": lambda one: _shown(one, Screen.HELLO, _customer(one)),
    "hello_early": lambda one: _shown(one, Screen.HELLO, _customer(one, timing=Timing.EARLY)),
    "hello_late": lambda one: _shown(one, Screen.HELLO, _customer(one, timing=Timing.LATE)),
    "hello_unheard": lambda one: _shown(
        one, Screen.HELLO, _customer(one, outcome="", completion_at=None, contact=None)
    ),
    "hello_offline": lambda one: _offline(one, Screen.HELLO),
    "hello_long": lambda one: _shown(
        one,
        Screen.HELLO,
        _customer(
            one, first_name=LONG_NAMES[one], car=LONG_CARS[one], asked=(*ASKED, *MORE_ASKED), timing=Timing.EARLY
        ),
    ),
    "hello_asks": lambda one: _shown(one, Screen.HELLO, _customer(one, asks_contact=True)),
    "hello_changed": lambda one: _shown(
        one, Screen.HELLO, _customer(one, concerns=("tires", "battery"), own_words=OWN_WORDS[one], transport="shuttle")
    ),
    "change": lambda one: _shown(one, Screen.CHANGE, _customer(one)),
    "change_second_car": lambda one: _shown(one, Screen.CHANGE, _customer(one, second_car=True)),
    "contact": lambda one: _shown(one, Screen.CONTACT, _customer(one, asks_contact=True)),
    "contact_part": lambda one: _shown(
        one, Screen.CONTACT, _customer(one, contact=Contact(phone="+1 ••• ••• ••17")), returns=Screen.CHANGE
    ),
    "concern": lambda one: _shown(
        one,
        Screen.CONCERN,
        _customer(one, draft=("service", "noise"), draft_words=OWN_WORDS[one]),
        returns=Screen.CHANGE,
    ),
    "concern_walk_in": lambda one: _shown(
        one, Screen.CONCERN, _customer(one, way=Way.WALK_IN, asked=(), completion_at=None, contact=None, due=())
    ),
    "transport": lambda one: _shown(one, Screen.TRANSPORT, _customer(one, draft=("shuttle",)), returns=Screen.CHANGE),
    "maintenance": lambda one: _shown(one, Screen.MAINTENANCE, _customer(one), returns=Screen.CHANGE),
    "permission": lambda one: _shown(one, Screen.PERMISSION, _customer(one)),
    "ticket": _ticket,
    "ticket_printing": lambda one: _ticket(one, paper=PaperState.QUEUED),
    "ticket_time": lambda one: _ticket(one, advisor=None),
    "ticket_second": lambda one: _ticket(
        one,
        state={"view": replace(_view(), visits=(OpenVisit("visit", "A-017", "checked_in", MARTA, escalated=True),))},
    ),
    "ticket_nobody": lambda one: _ticket(one, advisor=None, nobody_in=True),
    "ticket_closed": lambda one: _ticket(
        one, advisor=None, nobody_in=True, state={"view": _view(opens_at=NOW + timedelta(hours=21, minutes=32))}
    ),
    "ticket_walk_in": lambda one: _ticket(
        one, way=Way.WALK_IN, completion_at=None, asked=(), advisor=None, starts_at=None
    ),
    "ticket_long": lambda one: _ticket(one, advisor=Named("long", Words(*LONG_NAMES.values()))),
    "ticket_second_car": lambda one: _ticket(one, second_car=True),
    "second_car": lambda one: _shown(one, Screen.SCAN, companion=FIRST_NAMES[one]),
    "no_paper": lambda one: _ticket(one, paper=PaperState.QUEUED, state={"printer_trouble": "paper_out"}),
    "no_paper_plain": lambda one: _ticket(
        one, paper=PaperState.QUEUED, follow_token="", state={"printer_trouble": "paper_out"}
    ),
    "offline": lambda one: _offline(one, Screen.TICKET, ended=True, paper=PaperState.PRINTED),
    "again": lambda one: _shown(one, Screen.AGAIN, _customer(one, ticket="A-009", outcome="again", is_visit=False)),
    "pickup": lambda one: _shown(one, Screen.PICKUP, _customer(one, ticket="A-009", outcome="pickup", is_visit=False)),
    "other_day": lambda one: _shown(
        one,
        Screen.OTHER_DAY,
        _customer(one, outcome="", is_visit=False, starts_at=NOW + timedelta(days=2, minutes=-58)),
    ),
    "cancelled": lambda one: _shown(one, Screen.CANCELLED, help=_help()),
    "finished": lambda one: _shown(one, Screen.FINISHED, help=_help(advisor=None)),
    "unknown": lambda one: _shown(one, Screen.UNKNOWN, help=_help(advisor=None)),
    "other_store": lambda one: _shown(one, Screen.OTHER_STORE, help=_help()),
    "no_code": lambda one: _shown(one, Screen.NO_CODE),
    "digits": lambda one: _shown(one, Screen.DIGITS, typing=Typing("48102")),
    "digits_wrong": lambda one: _shown(one, Screen.DIGITS, typing=Typing("48102936", wrong=True)),
    "number": lambda one: _shown(one, Screen.NUMBER, typing=Typing("44017")),
    "phone": lambda one: _shown(one, Screen.PHONE, typing=Typing("01", number="44017")),
    "walk_in": lambda one: _shown(
        one, Screen.NAME, typing=Typing(FIRST_NAMES[one].upper(), arabic=one == "ar"), help=_help()
    ),
    "words": lambda one: _shown(
        one, Screen.WORDS, _customer(one), typing=Typing(OWN_WORDS[one], arabic=one == "ar"), returns=Screen.CHANGE
    ),
    "new_phone": lambda one: _shown(one, Screen.NEW_PHONE, _customer(one), typing=Typing("97355501")),
    "email": lambda one: _shown(one, Screen.EMAIL, _customer(one), typing=Typing("sami.k@exam")),
    "email_wrong": lambda one: _shown(one, Screen.EMAIL, _customer(one), typing=Typing("sami", wrong=True)),
    "privacy": lambda one: _shown(one, Screen.PRIVACY),
    "help_in_between": lambda one: _shown(one, Screen.HELP, _customer(one), help=_help(visit_id="visit")),
    "locked": lambda one: _shown(one, Screen.LOCKED, help=_help(advisor=None)),
    "help": lambda one: _shown(one, Screen.HELP, help=_help()),
    "help_calling": lambda one: _shown(one, Screen.HELP, help=_help(heard=False)),
    "help_nobody": lambda one: _shown(one, Screen.HELP, help=_help(advisor=None, nobody_in=True)),
    "help_offline": lambda one: _shown(one, Screen.HELP, help=_help(heard=False, offline=True), link=Link.DOWN),
    "languages": lambda one: _shown(one, Screen.LANGUAGES),
    "still_there": lambda one: _shown(one, Screen.HELLO, _customer(one), asked_at=NOW, seconds_left=24),
    "still_there_unknown": lambda one: _shown(one, Screen.DIGITS, typing=Typing("4810"), asked_at=NOW, seconds_left=3),
    "out_of_service": lambda one: _shown(one, Screen.OUT, faults=("folder",)),
    "out_other_lane": lambda one: _shown(one, Screen.OUT, faults=("folder",), view=_view(lanes=("A", "B"))),
}
"""Name of a state -> the state in a language. Screens are drawn from them by `kiosk.display.lane.scene`."""


@lru_cache(maxsize=1)
def camera_picture() -> CameraPicture:
    """A lane with a car and a phone held up, as the camera sees it: grey, and not yet mirrored."""
    width, height = 1280, 1040
    back = Image.new("L", (width, height))
    pen = ImageDraw.Draw(back)
    for y in range(height):
        shade = (
            66 + round(44 * y / (height * 0.55)) if y < height * 0.55 else 64 - round(34 * (y / height - 0.55) / 0.45)
        )
        pen.line((0, y, width, y), fill=shade)
    for x in (-60, 470, 980):
        pen.polygon([(x, 0), (x + 400, 0), (x + 350, 36), (x + 50, 36)], fill=226)
    pen.rectangle((30, 170, 420, 470), fill=166)
    pen.rectangle((470, 170, 800, 470), fill=146)
    _car(pen, 820, 560)
    lane = back.filter(ImageFilter.GaussianBlur(9))
    phone = _phone().rotate(5, resample=Image.Resampling.BICUBIC, expand=True)
    place = (width // 2 - phone.width // 2, height // 2 - phone.height // 2 + 60)
    lane.paste(phone.getchannel("L"), place, phone.getchannel("A"))
    return CameraPicture("sample", lane)


def _car(pen: ImageDraw.ImageDraw, x: int, y: int) -> None:
    body = [
        (x, y + 180),
        (x, y + 100),
        (x + 20, y + 70),
        (x + 60, y + 60),
        (x + 130, y - 40),
        (x + 400, y - 40),
        (x + 480, y + 180),
    ]
    pen.polygon(body, fill=62)
    pen.polygon([(x + 90, y + 52), (x + 146, y - 22), (x + 360, y - 22), (x + 400, y + 52)], fill=160)
    pen.rounded_rectangle((x + 12, y + 96, x + 84, y + 122), 13, fill=244)
    pen.rectangle((x, y + 172, x + 480, y + 196), fill=20)


def _phone() -> Image.Image:
    width, height = 430, 1010
    picture = Image.new("LA", (width, height), (0, 0))
    pen = ImageDraw.Draw(picture)
    pen.polygon([(60, 560), (20, 1010), (400, 1010), (410, 560)], fill=(98, 255))
    pen.rounded_rectangle((44, 20, 386, 730), 42, fill=(22, 255))
    pen.rounded_rectangle((60, 36, 370, 714), 28, fill=(250, 255))
    pen.rounded_rectangle((178, 48, 252, 64), 8, fill=(22, 255))
    code = code_image("HTTPS://LANE.VALLEY.EXAMPLE/C/" + SAMPLE_CODE, module_dots=7)
    picture.paste(Image.merge("LA", (code, Image.new("L", code.size, 255))), (215 - code.width // 2, 100))
    for left, top, right, shade, high in ((100, 400, 250, 30, 18), (100, 436, 330, 178, 14), (100, 464, 300, 178, 14)):
        pen.rounded_rectangle((left, top, right, top + high), high // 2, fill=(shade, 255))
    pen.rounded_rectangle((100, 520, 330, 584), 14, fill=(226, 255))
    for top in (430, 490, 550, 610):
        pen.rounded_rectangle((18, top, 72, top + 46), 22, fill=(112, 255))
    pen.rounded_rectangle((360, 400, 408, 500), 24, fill=(112, 255))
    return picture
