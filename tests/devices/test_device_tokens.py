"""Device tokens: long, hashed, one to a name, and nothing once revoked."""

from __future__ import annotations

import base64

import pytest

from kiosk.server.access import Principal
from kiosk.server.devices import tokens
from kiosk.server.errors import BadRequest
from kiosk.server.schema_devices import device_token


def issued(shop, name="lane/A"):
    with shop.database.write() as connection:
        return tokens.issue(connection, "valley", name, "f" * 64, shop.clock.now(), "administrator/ali")


def asked(shop, token):
    return tokens.principal_of(shop.hub, token, shop.clock.now())


def test_a_token_has_256_bits(shop):
    """And no two are the same."""
    one, other = issued(shop), issued(shop, "lane/B")

    assert len(base64.urlsafe_b64decode(one + "=")) * 8 == 256
    assert one != other


def test_a_token_speaks_for_its_device(shop):
    """lane/A's token is lane/A, whoever brings it."""
    assert asked(shop, issued(shop)) == Principal("lane", "A")


def test_the_database_has_only_the_hash(shop):
    """Nobody who reads the database can speak for a device."""
    token = issued(shop)

    assert all(token not in str(value) for row in shop.everything(device_token) for value in row.values())
    assert shop.everything(device_token)[0]["token_hash"] == tokens.hash_of(token)


def test_a_revoked_token_opens_nothing(shop):
    """From that moment on."""
    token = issued(shop)

    with shop.database.write() as connection:
        assert tokens.revoke(connection, "valley", "lane/A", shop.clock.now(), "administrator/ali")

    assert asked(shop, token) is None


def test_a_new_token_ends_the_one_before(shop):
    """A device that is paired again leaves no second key behind."""
    before = issued(shop)

    now = issued(shop)

    assert asked(shop, before) is None
    assert asked(shop, now) == Principal("lane", "A")


def test_a_token_of_another_store_is_nobodys(shop):
    """The same database, two stores: a token opens one of them."""
    shop.database.ensure_store("hill", shop.clock.now())
    with shop.database.write() as connection:
        token = tokens.issue(connection, "hill", "lane/A", "f" * 64, shop.clock.now(), "administrator/ali")

    assert asked(shop, token) is None


@pytest.mark.parametrize("name", ["advisor/marta", "lane", "lane/../A", "customer", ""])
def test_only_devices_get_tokens(shop, name):
    """A person signs in; what is no device gets none."""
    with pytest.raises(BadRequest, match="device"):
        issued(shop, name)


@pytest.mark.parametrize(
    "header", [None, "", "Bearer", "Basic abc", "Bearer short", "Bearer " + "x" * 44, "Bearer " + "ü" * 43]
)
def test_what_is_no_bearer_token_is_none(header):
    """Nothing of that shape is looked up at all."""
    assert tokens.bearer(header) is None


def test_a_bearer_token_is_read_from_the_header():
    """As RFC 6750 writes it, whatever the case of its first word."""
    token = tokens.new_token()

    assert tokens.bearer(f"Bearer {token}") == tokens.bearer(f"bearer {token} ") == token
