"""What nginx says of answers by itself: the headers that every answer of the hub has, and its errors in the hub's form.

Which door says what is in nginx.py; the hub's own headers are in flask_doors.py and requests.py.
"""

from __future__ import annotations

# A name of the dealership's own may have other names below it, which are not ours to speak for.
HSTS = '    add_header Strict-Transport-Security "max-age=31536000" always;'
# Of what the hub says of a paper nginx keeps type, name and caching alone. No sandbox: it stops browsers' own viewers.
PAPER = (
    "add_header X-Content-Type-Options nosniff always; add_header Referrer-Policy no-referrer always;"
    " add_header Cross-Origin-Resource-Policy same-origin always; add_header Content-Security-Policy"
    " \"base-uri 'none'; frame-ancestors 'none'\" always; "
)
# What the hub says of every answer, said of those that are nginx's alone: errors, heads that cannot be read, redirects.
UNSAID = (
    ("X-Content-Type-Options", "nosniff"),
    ("Cache-Control", "no-store"),
    ("Referrer-Policy", "no-referrer"),
    ("Content-Security-Policy", "default-src 'none'; base-uri 'none'; frame-ancestors 'none'; sandbox"),
)


def what_is_unsaid() -> str:
    """For each header that every answer has: empty where the hub has said it already."""
    return "\n".join(
        f'  map $upstream_http_{_variable(name)} $unsaid_{_variable(name)} {{ "" "{value}"; default ""; }}'
        for name, value in UNSAID
    )


def where_unsaid(indent: str) -> str:
    """A header without a value is left out. nginx forgets these where a place names headers of its own."""
    return "\n".join(f"{indent}add_header {name} $unsaid_{_variable(name)} always;" for name, _ in UNSAID)


def _variable(header: str) -> str:
    return header.lower().replace("-", "_")


def own_errors(more: str = "") -> str:
    """What nginx answers by itself, in the hub's own form and as sealed as the hub's own answers."""
    told = (
        (404, "not_found", "there is nothing here", ""),
        (413, "too_large", "the body is longer than this takes", ""),
        (421, "not_ours", "this is not a name of the hub; see [web] names", ""),
        (429, "too_many", "too many requests from this address", "add_header Retry-After 1 always; "),
        ("502 504", "busy", "the hub is away; send it again in a moment", "add_header Retry-After 1 always; "),
    )
    seals = "".join(f'add_header {name} "{value}" always; ' for name, value in UNSAID)
    lines = []
    for status, code, message, headers in told:
        name = str(status).partition(" ")[0]
        answered = 503 if name == "502" else status
        lines.append(f"    error_page {status} ={answered} @error_{name};")
        body = f'{{"error":{{"code":"{code}","message":"{message}"}}}}'
        sealed = f"{seals}{headers}{more.strip()}"
        lines.append(
            f"    location @error_{name} {{ default_type application/json; {sealed} return {answered} '{body}'; }}"
        )
    return "\n".join(lines)
