"""The store's own certificate authority: it signs the one certificate that nginx shows to devices and staff tablets.

The authority lasts 20 years, the certificate one year; `tend`, which the hub calls now and then, looks after both. A
successor is made long before one ends, told to the devices over the old trust, and takes over when all have it.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from kiosk.durable import replace_file
from kiosk.pairing import certificate_fingerprint
from kiosk.server.errors import HubError

AUTHORITY_LASTS = timedelta(days=20 * 365 + 5)
CERTIFICATE_LASTS = timedelta(days=365)
RENEWED_BEFORE = timedelta(days=90)
SUCCESSOR_BEFORE = timedelta(days=2 * 365)
SWITCHED_BEFORE = timedelta(days=180)
KEPT_AFTER = timedelta(days=30)
EARLIER = timedelta(days=1)  # a device whose clock is behind still finds it begun

# The authority may speak for these alone: whoever installs it on a tablet trusts it with nothing else in the world.
HOUSE_NETWORKS = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "127.0.0.0/8", "fc00::/7",
                  "fe80::/10", "::1/128")  # fmt: skip
HOUSE_NAMES = ("local", "localhost", "internal", "lan", "home.arpa")


class AuthorityUnusable(HubError):
    """The authority's files cannot be read, or it may not speak for a name of the settings."""


@dataclass(frozen=True)
class Signer:
    """An authority with its key."""

    certificate: x509.Certificate
    key: ec.EllipticCurvePrivateKey

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the certificate in hex."""
        return certificate_fingerprint(self.pem)

    @property
    def pem(self) -> str:
        """The certificate without the key."""
        return self.certificate.public_bytes(serialization.Encoding.PEM).decode()


class Authority:
    """The files of `[hub] folder`/authority: `ca.pem`, perhaps `next.pem` and `old.pem`, and `server.pem` for nginx."""

    def __init__(self, folder: Path, store_id: str, names: Sequence[str], now: datetime) -> None:
        """Open the authority, or make it.

        Args:
            folder: of the authority alone; made with mode 0700.
            names: host names and addresses by which the hub is reached, as `[web] names` has them. Of those that an
                authority made earlier may not speak for, `beyond` tells; they are not in the certificate.

        Raises:
            AuthorityUnusable: a file cannot be read or written, or all names are beyond its reach; nothing is changed.
        """
        self.folder = folder
        self.store_id = store_id
        self.names = tuple(names)
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder.chmod(0o700)
            if not self._ca.exists():
                _keep(self._ca, _sealed(new_signer(store_id, names, now)))
            self.signer = _opened(self._ca)
            if not self.spoken_for:
                raise AuthorityUnusable(self._why_beyond())
            self.tend(now, ready=False)
        except OSError as error:
            raise AuthorityUnusable(
                f"{error.filename or folder}: {(error.strerror or 'unusable').lower()}; the hub keeps its keys there"
            ) from error

    @property
    def spoken_for(self) -> tuple[str, ...]:
        """Those of the names that the authority may speak for now, in their order: by these the hub is reached."""
        return tuple(one for one in self.names if may_speak_for(self.signer.certificate, one))

    @property
    def beyond(self) -> tuple[str, ...]:
        """The others: they count when a successor that was made for them has taken over."""
        return tuple(one for one in self.names if one not in self.spoken_for)

    def _why_beyond(self) -> str:
        held = sorted(_names_of(_certificate_in(self.server_file))) if self.server_file.exists() else []
        before = f" (such as {held[0]})" if held else ""
        return (
            f"[web] names: the store's authority was not made to speak for {', '.join(self.names)}; put a name of"
            f" before{before} beside it, start the hub, and make a successor with: kiosk pair new-authority. Where"
            " nobody needs the old name any more: kiosk pair new-authority --now, and pair every device anew"
        )

    @property
    def _ca(self) -> Path:
        return self.folder / "ca.pem"

    @property
    def _next(self) -> Path:
        return self.folder / "next.pem"

    @property
    def _old(self) -> Path:
        return self.folder / "old.pem"

    @property
    def server_file(self) -> Path:
        """Certificate and key in one file, so that one rename replaces both."""
        return self.folder / "server.pem"

    @property
    def successor(self) -> Signer | None:
        """The authority that takes over next, if there is one already."""
        return _opened(self._next) if self._next.exists() else None

    @property
    def trusted(self) -> tuple[str, ...]:
        """PEM of every authority that a device should trust now: this one, the next, and for a while the one before."""
        old = self._old.read_text("ascii").partition("\n")[2] if self._old.exists() else ""
        return tuple(one for one in (self.signer.pem, self.successor.pem if self.successor else "", old) if one)

    def begin_succession(self, now: datetime) -> Signer:
        """Make the successor now: the key may have been seen, or names changed. The answer is it."""
        is_fit = self._next.exists() and all(may_speak_for(_opened(self._next).certificate, one) for one in self.names)
        if not is_fit:  # there is none, or it was made for other names
            _keep(self._next, _sealed(new_signer(self.store_id, self.names, now)))
        return _opened(self._next)

    def is_known_to(self, trusted_by_devices: Collection[Collection[str]]) -> bool:
        """Whether every device has the successor: each item is the fingerprints that one device trusts."""
        successor = self.successor
        return successor is not None and all(successor.fingerprint in one for one in trusted_by_devices)

    def tend(self, now: datetime, *, ready: bool) -> list[str]:
        """Do what is due and tell it: successor, change-over, a new certificate.

        Args:
            ready: every device has the successor.

        Raises:
            AuthorityUnusable: the files cannot be written.
        """
        done = []
        left = self.signer.certificate.not_valid_after_utc - now
        if left < SUCCESSOR_BEFORE and not self._next.exists():
            self.begin_succession(now)
            done.append("a successor of the store's authority was made; devices learn of it")
        if self._next.exists() and (ready or left < SWITCHED_BEFORE):
            _keep(self._old, f"{now.isoformat()}\n{self.signer.pem}".encode())  # since when it is the old one
            self._next.replace(self._ca)
            self.signer = _opened(self._ca)
            done.append("the successor of the store's authority has taken over")
        if self._old.exists() and now - self.signer_since() > KEPT_AFTER:
            self._old.unlink()
            done.append("the store's former authority is not trusted any more")
        public = self.folder / "ca.crt"  # for whoever may not see the key
        if not public.exists() or public.read_text("ascii") != self.signer.pem:
            _keep(public, self.signer.pem.encode())
        if self._wants_certificate(now):
            _keep(self.server_file, self._certificate(now))
            done.append("the hub's certificate was renewed")
        return done

    def signer_since(self) -> datetime:
        """When the authority took over from the one before."""
        return datetime.fromisoformat(self._old.read_text("ascii").partition("\n")[0])

    def _wants_certificate(self, now: datetime) -> bool:
        if not self.server_file.exists():
            return True
        try:
            held = _certificate_in(self.server_file)
            held.verify_directly_issued_by(self.signer.certificate)
        except Exception:  # damaged, or another authority's: whatever it is, it is made anew  # noqa: BLE001
            return True
        is_old = held.not_valid_after_utc - now < RENEWED_BEFORE or held.not_valid_before_utc > now
        return is_old or _names_of(held) != set(self.spoken_for)

    def _certificate(self, now: datetime) -> bytes:
        """A fresh key and its certificate for all names in reach, as nginx takes them."""
        key = ec.generate_private_key(ec.SECP256R1())
        issuer = self.signer.certificate
        ends = min(now + CERTIFICATE_LASTS, issuer.not_valid_after_utc)
        built = (
            x509.CertificateBuilder()
            .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Service-lane hub")]))
            .issuer_name(issuer.subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(max(now - EARLIER, issuer.not_valid_before_utc))
            .not_valid_after(ends)
            .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName([_general(one) for one in self.spoken_for]), critical=False)
            .add_extension(_key_usage(is_authority=False), critical=True)
            .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(
                x509.AuthorityKeyIdentifier.from_issuer_public_key(self.signer.key.public_key()), critical=False
            )
            .sign(self.signer.key, hashes.SHA256())
        )
        return built.public_bytes(serialization.Encoding.PEM) + _key_pem(key)


def new_signer(store_id: str, names: Sequence[str], now: datetime) -> Signer:
    """A new authority for one store, limited to the house's own networks and names, and to these."""
    key = ec.generate_private_key(ec.SECP256R1())
    called = f"Service-lane authority of {store_id}, {now:%Y-%m-%d}"
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, called[:64])])
    networks: list[x509.GeneralName] = [x509.IPAddress(ipaddress.ip_network(one)) for one in HOUSE_NETWORKS]
    permitted = networks + [x509.DNSName(one) for one in HOUSE_NAMES]
    permitted += [_general(one, of_network=True) for one in names if not _is_covered(one, permitted)]
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - EARLIER)
        .not_valid_after(now + AUTHORITY_LASTS)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_key_usage(is_authority=True), critical=True)
        .add_extension(x509.NameConstraints(permitted_subtrees=permitted, excluded_subtrees=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .sign(key, hashes.SHA256())
    )
    return Signer(certificate, key)


def replace_now(folder: Path, store_id: str, names: Sequence[str], now: datetime) -> Authority:
    """Another authority at once, where no hub runs: nobody trusts it yet, so every device has to be paired anew.

    Raises:
        AuthorityUnusable: the files cannot be written.
    """
    try:
        _keep(folder / "ca.pem", _sealed(new_signer(store_id, names, now)))
        for left in ("next.pem", "old.pem"):
            (folder / left).unlink(missing_ok=True)
    except OSError as error:
        raise AuthorityUnusable(f"{folder}: {(error.strerror or 'unusable').lower()}; run it with sudo") from error
    return Authority(folder, store_id, names, now)


def may_speak_for(authority: x509.Certificate, name: str) -> bool:
    """Whether an authority's own limits let it sign for this name or address."""
    limits = authority.extensions.get_extension_for_class(x509.NameConstraints).value
    return _is_covered(name, limits.permitted_subtrees or [])


def _is_covered(name: str, permitted: Sequence[x509.GeneralName]) -> bool:
    wanted = _general(name)
    for one in permitted:
        if isinstance(wanted, x509.IPAddress) and isinstance(one, x509.IPAddress):
            if wanted.value in one.value:  # type: ignore[operator] # an address in a network
                return True
        elif isinstance(wanted, x509.DNSName) and isinstance(one, x509.DNSName):  # noqa: SIM102 - as above
            if f".{wanted.value}".endswith(f".{one.value}"):
                return True
    return False


def _general(name: str, *, of_network: bool = False) -> x509.GeneralName:
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return x509.DNSName(name)
    return x509.IPAddress(ipaddress.ip_network(address) if of_network else address)


def _certificate_in(file: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate(file.read_bytes())


def _names_of(certificate: x509.Certificate) -> set[str]:
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    return {str(one.value) for one in names}


def _key_usage(*, is_authority: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not is_authority,
        key_cert_sign=is_authority,
        crl_sign=is_authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _key_pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _sealed(signer: Signer) -> bytes:
    return signer.pem.encode() + _key_pem(signer.key)


def _opened(file: Path) -> Signer:
    content = file.read_bytes()
    try:
        key = serialization.load_pem_private_key(content, password=None)
        certificate = x509.load_pem_x509_certificate(content)
    except ValueError as error:
        raise AuthorityUnusable(f"{file}: no certificate with its key; restore it from a backup") from error
    if not isinstance(key, ec.EllipticCurvePrivateKey) or key.public_key() != certificate.public_key():
        raise AuthorityUnusable(f"{file}: the key is not this certificate's; restore it from a backup")
    return Signer(certificate, key)


def _keep(file: Path, content: bytes) -> None:
    """Replace a file; where root does it, by an administrator's command, the hub must be able to read it."""
    around = file.parent.stat()
    replace_file(file, content, (around.st_uid, around.st_gid) if os.geteuid() == 0 else None)
