"""The store's authority: how long things last, what it may speak for, and how its successor takes over."""

from __future__ import annotations

import ssl
import stat
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509

from kiosk.server.devices.authority import Authority, AuthorityUnusable, may_speak_for, replace_now

NOW = datetime(2026, 11, 24, 13, tzinfo=UTC)
NAMES = ("kiosk-hub.local", "192.168.1.10")
YEAR = timedelta(days=365)


def opened(folder, now=NOW, names=NAMES):
    return Authority(folder / "authority", "valley", names, now)


def served(authority):
    """The certificate that nginx shows."""
    return x509.load_pem_x509_certificate(authority.server_file.read_bytes())


def test_the_authority_lasts_twenty_years_and_the_certificate_one(tmp_path):
    """So that nobody has to trust anew in a device's life, and a stolen key is worth little."""
    authority = opened(tmp_path)

    assert authority.signer.certificate.not_valid_after_utc - NOW >= 20 * YEAR
    assert served(authority).not_valid_after_utc - NOW == YEAR


def test_only_the_hub_may_read_its_files(tmp_path):
    """Folder 0700, files 0600."""
    authority = opened(tmp_path)
    authority.begin_succession(NOW)

    modes = {stat.S_IMODE(one.stat().st_mode) for one in authority.folder.iterdir()}
    assert modes == {0o600}
    assert stat.S_IMODE(authority.folder.stat().st_mode) == 0o700


def test_opened_again_it_is_the_same(tmp_path):
    """A hub that starts again is trusted as before, and shows the same certificate."""
    before = opened(tmp_path)
    shown = before.server_file.read_bytes()

    after = opened(tmp_path)

    assert after.signer.fingerprint == before.signer.fingerprint
    assert after.server_file.read_bytes() == shown


def test_the_certificate_is_renewed_long_before_its_end(tmp_path):
    """Three months before, under the same authority; a week earlier it is left alone."""
    authority = opened(tmp_path)
    first = served(authority)

    early = authority.tend(NOW + YEAR - timedelta(days=97), ready=False)
    due = authority.tend(NOW + YEAR - timedelta(days=89), ready=False)

    assert (early, len(due)) == ([], 1)
    assert served(authority).serial_number != first.serial_number
    served(authority).verify_directly_issued_by(authority.signer.certificate)


def test_another_address_is_another_certificate(tmp_path):
    """The settings name a new address of the house: it is in the certificate at the next start."""
    opened(tmp_path)

    again = opened(tmp_path, names=("kiosk-hub.local", "10.0.0.7"))

    names = served(again).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(one.value) for one in names} == {"kiosk-hub.local", "10.0.0.7"}


@pytest.mark.parametrize(("name", "may"), [("192.168.9.9", True), ("other.local", True), ("127.0.0.1", True), ("8.8.8.8", False), ("bank.example", False), ("notlocal", False), ("fd00::1", True), ("2001:db8::1", False)])
def test_it_speaks_for_the_house_alone(tmp_path, name, may):
    """Whoever trusts it on a tablet does not trust it with the rest of the world."""
    assert may_speak_for(opened(tmp_path).signer.certificate, name) is may


def files_of(folder):
    return {one.name: one.read_bytes() for one in (folder / "authority").iterdir()}


def test_a_name_outside_of_its_reach_does_not_stop_the_shop(tmp_path):
    """The hub goes on by its other names, and says which one does not count yet."""
    opened(tmp_path)

    again = opened(tmp_path, names=("hub.dealer.example", "kiosk-hub.local"))

    names = served(again).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert (again.spoken_for, again.beyond) == (("kiosk-hub.local",), ("hub.dealer.example",))
    assert [str(one.value) for one in names] == ["kiosk-hub.local"]


def test_its_successor_speaks_for_the_new_name(tmp_path):
    """Made while the hub runs by its other names; when it has taken over, both are in the certificate."""
    opened(tmp_path)
    again = opened(tmp_path, names=("hub.dealer.example", "kiosk-hub.local"))

    again.begin_succession(NOW)
    again.tend(NOW, ready=True)

    names = served(again).extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert {str(one.value) for one in names} == {"hub.dealer.example", "kiosk-hub.local"}
    assert again.beyond == ()


def test_a_successor_that_was_made_for_other_names_is_made_anew(tmp_path):
    """Otherwise it would take over, and still not speak for the name."""
    opened(tmp_path).begin_succession(NOW)

    made = opened(tmp_path, names=("hub.dealer.example", "kiosk-hub.local")).begin_succession(NOW)

    assert may_speak_for(made.certificate, "hub.dealer.example")


def test_a_hub_all_of_whose_names_are_out_of_reach_changes_nothing(tmp_path):
    """The error names them, a name of before, and both ways out; every file is as it was."""
    opened(tmp_path)
    before = files_of(tmp_path)

    with pytest.raises(AuthorityUnusable, match=r"hub\.dealer\.example.*such as .*new-authority.*--now"):
        opened(tmp_path, names=("hub.dealer.example",))
    assert files_of(tmp_path) == before


def test_without_a_hub_the_authority_is_replaced_at_once(tmp_path):
    """The way out where no name of before is wanted any more: a new authority, and nothing left of the old one."""
    old = opened(tmp_path)
    old.begin_succession(NOW)

    made = replace_now(tmp_path / "authority", "valley", ("hub.dealer.example",), NOW)

    assert made.signer.fingerprint != old.signer.fingerprint
    assert made.spoken_for == ("hub.dealer.example",)
    assert len(made.trusted) == 1


def test_a_name_of_the_first_settings_is_in_its_reach(tmp_path):
    """A house with a domain of its own."""
    authority = opened(tmp_path, names=("hub.dealer.example",))

    assert may_speak_for(authority.signer.certificate, "hub.dealer.example")
    assert not may_speak_for(authority.signer.certificate, "other.dealer.example")


def test_a_successor_is_told_before_it_takes_over(tmp_path):
    """Two years before the end it is made and trusted beside; it signs when every device has it."""
    authority = opened(tmp_path)
    old = authority.signer.fingerprint
    near_the_end = authority.signer.certificate.not_valid_after_utc - timedelta(days=700)

    authority.tend(near_the_end, ready=False)
    told = authority.trusted
    signer_before = authority.signer.fingerprint
    authority.tend(near_the_end, ready=True)

    assert len(told) == 2
    assert signer_before == old
    assert authority.signer.fingerprint != old
    assert len(authority.trusted) == 2
    served(authority).verify_directly_issued_by(authority.signer.certificate)


def test_a_device_that_is_away_does_not_hold_it_up_for_ever(tmp_path):
    """Half a year before the end the successor takes over in any case."""
    authority = opened(tmp_path)
    end = authority.signer.certificate.not_valid_after_utc
    authority.tend(end - timedelta(days=400), ready=False)
    old = authority.signer.fingerprint

    authority.tend(end - timedelta(days=179), ready=False)

    assert authority.signer.fingerprint != old


def test_it_is_ready_when_the_last_device_has_the_successor(tmp_path):
    """One that has not told of it yet is waited for."""
    authority = opened(tmp_path)
    after = authority.begin_succession(NOW).fingerprint
    before = authority.signer.fingerprint

    assert authority.is_known_to([{before, after}, {after}])
    assert not authority.is_known_to([{before, after}, {before}])
    assert not opened(tmp_path / "other").is_known_to([])


def test_a_half_written_change_is_mended_at_the_next_start(tmp_path):
    """The power went between the new authority and its certificate: the certificate is made anew."""
    authority = opened(tmp_path)
    shown = authority.server_file.read_bytes()
    authority.begin_succession(NOW)
    authority.tend(NOW, ready=True)
    authority.server_file.write_bytes(shown)

    again = opened(tmp_path)

    served(again).verify_directly_issued_by(again.signer.certificate)


@pytest.mark.parametrize("content", [b"", b"no certificate", b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"])
def test_a_damaged_authority_is_one_sentence(tmp_path, content):
    """It is never made anew silently: every device would be locked out."""
    opened(tmp_path).folder.joinpath("ca.pem").write_bytes(content)

    with pytest.raises(AuthorityUnusable, match="restore it from a backup"):
        opened(tmp_path)


def test_openssl_reads_what_nginx_is_given(tmp_path):
    """Certificate and key in one file, and they belong together."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(opened(tmp_path).server_file)
