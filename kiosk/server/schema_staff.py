"""The tables of people who sign in: accounts, their sessions, shared screens, browsers that are known, the first code.

What people are called is here and nowhere else; facts and logs have their ids. Of every secret only a hash is kept.
"""

from __future__ import annotations

from sqlalchemy import Index, Text

from kiosk.server.columns import Document, Flag, Id, Instant, Whole
from kiosk.server.schema import has, may, refers, store_table

account = store_table(
    "account",
    ("account_id",),
    has("account_id", Id),
    has("user_name", Text),  # in small letters; what is typed to sign in
    has("display_name", Text),
    may("advisor_id", Id),  # which advisor of store.toml this is
    has("roles", Document),
    has("password_hash", Text),
    has("password_at", Instant),
    may("password_until", Instant),  # drawn by the hub: to be changed at the first sign-in, before this
    may("pin_hash", Text),
    has("made_at", Instant),
    has("made_by", Id),
    may("disabled_at", Instant),
)
Index("ux_account_user_name", account.c.store_id, account.c.user_name, unique=True)

shared_screen = store_table(
    "shared_screen",
    ("screen_id",),
    has("screen_id", Id),
    has("name", Text),
    has("token_hash", Id),
    has("made_at", Instant),
    has("made_by", Id),
    may("revoked_at", Instant),
)
Index("ux_shared_screen_token", shared_screen.c.store_id, shared_screen.c.token_hash, unique=True)

staff_session = store_table(
    "staff_session",
    ("token_hash",),
    has("token_hash", Id),
    has("session_id", Id),  # names it to people; opens nothing
    has("account_id", Id),
    may("screen_id", Id),  # null: one's own browser
    has("browser", Text),  # in a word or two, so that its owner knows it again
    has("made_at", Instant),
    has("seen_at", Instant),
    may("password_at", Instant),  # when the password was typed last; null: never, a PIN was
    may("ended_at", Instant),
    refers("account_id", "account"),
    refers("screen_id", "shared_screen"),
)
Index(None, staff_session.c.store_id, staff_session.c.account_id, staff_session.c.ended_at)

# How often somebody's PIN was wrong on one screen since that person's last sign-in there.
pin_miss = store_table(
    "pin_miss",
    ("screen_id", "account_id"),
    has("screen_id", Id),
    has("account_id", Id),
    has("misses", Whole),
    refers("screen_id", "shared_screen"),
    refers("account_id", "account"),
)

# A browser in which somebody has signed in before: nobody else's failures slow that person down there.
known_browser = store_table(
    "known_browser",
    ("token_hash",),
    has("token_hash", Id),
    has("account_id", Id),
    has("made_at", Instant),
    refers("account_id", "account"),
)

# What the hub tells on its own console, so that whoever runs the machine can make the first administrator.
first_code = store_table(
    "first_code",
    ("code_hash",),
    has("code_hash", Id),
    has("made_at", Instant),
    has("expires_at", Instant),
    may("used_at", Instant),
    has("is_disabled", Flag),  # another came after it, or it was guessed at too often
)
