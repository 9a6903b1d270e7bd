"""Who may do what: the one table of routes, views and commands, by kind of principal.

Whatever is not in this table is refused, and a test fails when a route, view or command is missing here. How a request
comes by its principal is in doors.py.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from kiosk.server.errors import NotAllowed

LANE, PAGER, BOARD = "lane", "pager", "board"
ADVISOR, TECHNICIAN, PARTS, QUALITY, CASHIER = "advisor", "technician", "parts", "quality", "cashier"
MANAGER, ADMINISTRATOR = "manager", "administrator"
CUSTOMER = "customer"

DEVICES = frozenset({LANE, PAGER, BOARD})
STAFF = frozenset({ADVISOR, TECHNICIAN, PARTS, QUALITY, CASHIER, MANAGER, ADMINISTRATOR})
DESK = frozenset({ADVISOR, MANAGER, ADMINISTRATOR})
CHIEFS = frozenset({MANAGER, ADMINISTRATOR})
EVERYBODY = DEVICES | STAFF | {CUSTOMER}

KINDS = EVERYBODY
_PRINCIPAL = re.compile(r"([a-z]+)/([A-Za-z0-9_-]{1,32})")


@dataclass(frozen=True)
class Principal:
    """Who asks. A customer has no name: what it may see hangs on the token in the path.

    Attributes:
        kind: under which it is written in the log.
        roles: a person of the staff may have several; all of them count.
    """

    kind: str
    name: str = ""
    roles: frozenset[str] = frozenset()

    def __str__(self) -> str:
        """As the header has it, and as the log keeps its actors."""
        return f"{self.kind}/{self.name}" if self.name else self.kind

    @property
    def is_manager(self) -> bool:
        """Whether this principal may take back others' steps, with a reason."""
        return self.is_any(CHIEFS)

    def is_any(self, kinds: AbstractSet[str]) -> bool:
        """Whether it is of one of these kinds, by any of its roles."""
        return self.kind in kinds or not self.roles.isdisjoint(kinds)


def principal(written: str | None) -> Principal:
    """The principal that a header or cookie names; without one it is a customer.

    Raises:
        NotAllowed: it names none that the hub knows.
    """
    if not written:
        return Principal(CUSTOMER)
    found = _PRINCIPAL.fullmatch(written)
    if not found or found[1] not in KINDS - {CUSTOMER}:
        raise NotAllowed("Kiosk-Principal: not a principal such as lane/A or advisor/ruiz")
    return Principal(found[1], found[2])


# first part of a view's name -> who may watch it
VIEWS: Mapping[str, frozenset[str]] = {
    "lane": frozenset({LANE}),
    "pager": frozenset({PAGER}) | DESK,
    "lane-signal": frozenset({PAGER, LANE}) | DESK,
    "board": frozenset({BOARD}) | STAFF,
    "lane-board": frozenset({BOARD}) | STAFF,
    "staff": STAFF,
    "follow": EVERYBODY,  # whoever has the token
}

COMMANDS: Mapping[str, frozenset[str]] = {
    "check_in": frozenset({LANE}),
    "withdraw_check_in": frozenset({LANE}) | DESK,
    "confirm_details": frozenset({LANE}),
    "choose_language": frozenset({LANE}) | DESK,
    "answer_permission": frozenset({LANE}),
    "note_concerns": frozenset({LANE}),
    "answer_maintenance": frozenset({LANE}),
    "choose_transport": frozenset({LANE}),
    "choose_contact_method": frozenset({LANE}),
    "change_contact": frozenset({LANE}),
    "confirm_contact": frozenset({LANE}),
    "ask_for_help": frozenset({LANE}),
    "end_conversation": frozenset({LANE}),
    "report_ticket": frozenset({LANE}),
    "report_device": DEVICES,
    "acknowledge": frozenset({PAGER}) | DESK,
    "hand_on": frozenset({PAGER}) | DESK,
    "close_page": frozenset({PAGER, CASHIER}) | DESK,
    "set_presence": frozenset({PAGER}) | DESK,
    "report_lamp": frozenset({PAGER, ADVISOR}),
    "open_gate": DESK,
    "greet": frozenset({PAGER}) | DESK,
    "begin_write_up": frozenset({PAGER}) | DESK,
    "begin_service": STAFF,
    "ask_customer": STAFF,
    "record_answer": STAFF,
    "begin_quality_check": STAFF,
    "fail_quality_check": STAFF,
    "pass_quality_check": STAFF,
    "hand_over": frozenset({CASHIER}) | CHIEFS,
    "take_back": STAFF,
    "check_in_appointment": DESK,
    "open_visit": DESK,
    "confirm_check_in": DESK,
    "change_completion": DESK,
    "check_room": STAFF,
    "allow_initials": DESK,
    "edit_lines": frozenset({CASHIER}) | DESK,
    "make_papers": frozenset({CASHIER}) | CHIEFS,
    "show_code": STAFF,
    "import_appointments": CHIEFS,
    "erase_customer": frozenset({ADMINISTRATOR}),  # on the hub's own console only (safety/doing.py)
    "tick_off_restore": CHIEFS,
}

# (method, rule) of every route -> who may use it. Screens stand here too; a missing rule is refused to everybody.
ROUTES: Mapping[tuple[str, str], frozenset[str]] = {
    ("GET", "/healthz"): EVERYBODY,
    ("GET", "/healthz/ready"): EVERYBODY,
    ("GET", "/metrics"): EVERYBODY,  # on this machine's own side
    ("GET", "/static/<path:filename>"): EVERYBODY,
    ("GET", "/api/1/views/<path:name>"): EVERYBODY,  # the view itself has its own row in VIEWS
    ("GET", "/api/1/views/<path:name>/stream"): EVERYBODY,
    ("POST", "/api/1/commands/<kind>"): EVERYBODY - {CUSTOMER},  # the command has its own row in COMMANDS
    ("GET", "/api/1/appointments"): STAFF,
    ("GET", "/fleet"): CHIEFS,
    ("POST", "/fleet/approve"): CHIEFS,
    ("POST", "/fleet/refuse"): CHIEFS,
    ("POST", "/fleet/stop"): CHIEFS,
    ("POST", "/fleet/revoke"): CHIEFS,
    ("POST", "/fleet/join-file"): CHIEFS,
    ("GET", "/trust"): EVERYBODY,
    ("GET", "/trust/store-ca.crt"): EVERYBODY,
    # pairing and devices; whoever has a secret, a key or a code is judged by it
    ("GET", "/api/1/authority"): EVERYBODY,
    ("POST", "/api/1/pairing"): EVERYBODY,
    ("POST", "/api/1/pairing/<pairing_id>/key"): EVERYBODY,
    ("POST", "/api/1/pairing/<pairing_id>/token"): EVERYBODY,
    ("POST", "/api/1/pairing/join"): EVERYBODY,
    ("GET", "/api/1/fleet"): CHIEFS,
    ("POST", "/api/1/fleet/approve"): CHIEFS,
    ("POST", "/api/1/fleet/refuse"): CHIEFS,
    ("POST", "/api/1/fleet/stop"): CHIEFS,
    ("POST", "/api/1/fleet/revoke"): CHIEFS,
    ("POST", "/api/1/fleet/join-file"): CHIEFS,
    ("POST", "/api/1/fleet/authority"): CHIEFS,
    ("POST", "/api/1/appointments/import"): CHIEFS,
    # screens
    ("GET", "/"): EVERYBODY,
    ("POST", "/who"): EVERYBODY,
    ("GET", "/fonts/<name>"): EVERYBODY,
    ("GET", "/logo/<key>.png"): EVERYBODY,
    ("GET", "/C/<token>"): EVERYBODY,  # whoever has the token
    ("GET", "/c/<token>"): EVERYBODY,
    ("POST", "/do/<kind>"): STAFF,  # the command has its own row in COMMANDS
    ("GET", "/advisor"): DESK,
    ("GET", "/advisor/visits/<visit_id>"): DESK,
    ("GET", "/appointments"): STAFF,
    ("POST", "/appointments/<appointment_id>/code"): STAFF,
    ("GET", "/visits/<visit_id>/lines"): DESK | {CASHIER},
    ("POST", "/visits/<visit_id>/lines"): DESK | {CASHIER},
    ("POST", "/visits/<visit_id>/lines/totals"): DESK | {CASHIER},
    ("GET", "/cashier"): CHIEFS | {CASHIER},
    ("GET", "/cashier/<visit_id>"): CHIEFS | {CASHIER},
    ("POST", "/cashier/<visit_id>/deliver"): CHIEFS | {CASHIER},
    ("GET", "/cashier/<visit_id>/papers.pdf"): DESK | {CASHIER},
    ("GET", "/papers/<paper_id>.pdf"): DESK | {CASHIER},
    ("GET", "/manager"): CHIEFS,
    ("GET", "/manager/times"): CHIEFS,
    ("GET", "/manager/restored"): CHIEFS,
    ("POST", "/manager/restored/seen"): CHIEFS,
    ("GET", "/room"): STAFF,
    ("GET", "/board/<name>"): frozenset({BOARD}) | STAFF,
    # sign-in, one's own account, people
    ("POST", "/sign-in"): EVERYBODY,
    ("POST", "/sign-in/pin"): EVERYBODY,
    ("POST", "/sign-out"): EVERYBODY,
    ("GET", "/first"): EVERYBODY,  # whoever has the code of the hub's console
    ("POST", "/first"): EVERYBODY,
    ("GET", "/me"): STAFF,
    ("POST", "/me/again"): STAFF,
    ("POST", "/me/password"): STAFF,
    ("POST", "/me/pin"): STAFF,
    ("POST", "/me/sessions"): STAFF,
    ("GET", "/people"): frozenset({ADMINISTRATOR}),
    ("POST", "/people"): frozenset({ADMINISTRATOR}),
    ("GET", "/people/screens"): frozenset({ADMINISTRATOR}),
    ("POST", "/people/screens"): frozenset({ADMINISTRATOR}),
    ("POST", "/people/screens/<screen_id>/revoke"): frozenset({ADMINISTRATOR}),
    ("GET", "/people/<account_id>"): frozenset({ADMINISTRATOR}),
    ("POST", "/people/<account_id>"): frozenset({ADMINISTRATOR}),
    ("POST", "/people/<account_id>/password"): frozenset({ADMINISTRATOR}),
    ("POST", "/people/<account_id>/access"): frozenset({ADMINISTRATOR}),
    ("POST", "/people/<account_id>/sessions"): frozenset({ADMINISTRATOR}),
    ("GET", "/api/1/staff"): frozenset({ADMINISTRATOR}),
    ("POST", "/api/1/staff"): frozenset({ADMINISTRATOR}),
    ("GET", "/api/1/staff/<user_name>/sessions"): frozenset({ADMINISTRATOR}),
    ("POST", "/api/1/staff/<user_name>/<what>"): frozenset({ADMINISTRATOR}),
    ("POST", "/api/1/staff/first-code"): frozenset({ADMINISTRATOR}),
    ("GET", "/api/1/openapi.json"): EVERYBODY,
}


# Routes that want the password typed within the last five minutes: who may come in, and what may leave or be lost.
FRESH: frozenset[tuple[str, str]] = frozenset(
    {
        ("GET", "/people"),
        ("POST", "/people"),
        ("GET", "/people/<account_id>"),
        ("POST", "/people/<account_id>"),
        ("POST", "/people/<account_id>/password"),
        ("POST", "/people/<account_id>/access"),
        ("POST", "/people/<account_id>/sessions"),
        ("GET", "/people/screens"),
        ("POST", "/people/screens"),
        ("POST", "/people/screens/<screen_id>/revoke"),
        ("POST", "/me/pin"),
        ("POST", "/me/sessions"),
        ("POST", "/fleet/approve"),
        ("POST", "/fleet/refuse"),
        ("POST", "/fleet/stop"),
        ("POST", "/fleet/revoke"),
        ("POST", "/fleet/join-file"),
        ("POST", "/api/1/fleet/approve"),
        ("POST", "/api/1/fleet/refuse"),
        ("POST", "/api/1/fleet/stop"),
        ("POST", "/api/1/fleet/revoke"),
        ("POST", "/api/1/fleet/join-file"),
        ("POST", "/api/1/fleet/authority"),
        ("POST", "/manager/restored/seen"),
        ("GET", "/api/1/staff"),
        ("POST", "/api/1/staff"),
        ("POST", "/api/1/staff/first-code"),
        ("GET", "/api/1/staff/<user_name>/sessions"),
        ("POST", "/api/1/staff/<user_name>/<what>"),
    }
)

# Commands that want it too, by whatever route they come.
FRESH_COMMANDS: frozenset[str] = frozenset({"erase_customer", "tick_off_restore"})

# What is open to somebody who has signed in with a password that the hub has drawn, and has none of one's own yet.
WITH_A_DRAWN_PASSWORD: frozenset[tuple[str, str]] = frozenset(
    {
        ("GET", "/me"),
        ("POST", "/me/password"),
        ("POST", "/me/again"),
        ("POST", "/sign-in"),
        ("POST", "/sign-in/pin"),
        ("POST", "/sign-out"),
        ("GET", "/static/<path:filename>"),
        ("GET", "/fonts/<name>"),
        ("GET", "/healthz"),
    }
)


def wants_password(method: str, rule: str, command: str = "") -> bool:
    """Whether a request wants the password typed within the last five minutes. `command`: which one it brings."""
    return (as_read(method), rule) in FRESH or command in FRESH_COMMANDS


def as_read(method: str) -> str:
    """The method that the table has: looking is looking, however much of the answer is wanted."""
    return "GET" if method in {"HEAD", "OPTIONS"} else method


def check_command(who: Principal, kind: str) -> None:
    """Raise NotAllowed unless this principal may send this command. Whether the command exists is asked elsewhere."""
    if not who.is_any(COMMANDS.get(kind, frozenset())):
        raise NotAllowed(f"{who} may not send {kind}")


def check_view(who: Principal, name: str) -> None:
    """Raise NotAllowed unless this principal may watch this view. A lane watches its own view only."""
    family, _, rest = name.partition("/")
    own = who.kind != LANE or family != "lane" or rest == who.name
    if not who.is_any(VIEWS.get(family, frozenset())) or not own:
        raise NotAllowed(f"{who} may not watch {family}")


def check_route(who: Principal, method: str, rule: str) -> None:
    """Raise NotAllowed unless this principal may use this route."""
    if not who.is_any(ROUTES.get((as_read(method), rule), frozenset())):
        raise NotAllowed(f"{who} may not use {rule}")
