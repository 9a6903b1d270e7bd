"""Which stores a hub's settings file leads to: one, told in that file, or several, each with a file of its own.

What belongs to the machine (address, sockets, ports, sign-in, clock) stands in the hub's file alone, what belongs to a
store in the store's. Two stores share no file, no folder and no name. How a file is read is in settings.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from functools import cached_property
from itertools import permutations
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from kiosk.settings import Hub, Settings, SettingsError, load
from kiosk.tables import toml

MACHINES_HUB = ("listen", "clock", "sign_in")
MACHINES_WEB = ("sockets", "https_port", "http_port", "announce")
STORES_HUB = ("database", "public_url")
STORES_WEB = ("names", "certificate", "key")
STORES_SECTIONS = ("sessions", "papers", "backup", "retention")
SQLITE = "sqlite"


@dataclass(frozen=True)
class OneStore:
    """A store as its hub serves it.

    Attributes:
        file: the settings file that tells of it; `kiosk backup --settings` and the like take it.
        settings: all of its settings, the machine's among them.
        sockets: folder of the hub's sockets. group: the hub's own file, where it serves several.
    """

    file: Path
    settings: Settings
    sockets: Path
    group: Path | None = None

    @property
    def is_only(self) -> bool:
        """Whether the hub serves no other."""
        return self.group is None

    @cached_property
    def store_id(self) -> str:
        """As its catalogue has it.

        Raises:
            SettingsError: the catalogue cannot be read, or has none.
        """
        path = Path(self.hub.store_file)
        table = toml(path).get("store")
        found = table.get("id") if isinstance(table, dict) else None
        if not isinstance(found, str):
            raise SettingsError((f"{path.name}, [store] id: missing; it is the short name of the store",))
        return found

    @property
    def hub(self) -> Hub:
        """Its [hub] section."""
        return self.settings.section(Hub)

    @property
    def host(self) -> str:
        """How the store is called on the hub's own machine, where several have one address."""
        return local_name(self.store_id)

    @property
    def names(self) -> tuple[str, ...]:
        """By which the network asks for it."""
        web, public = self.settings.web, urlsplit(self.hub.public_url).hostname
        return tuple(dict.fromkeys((*(web.names if web else ()), *((public,) if public else ()))))

    @property
    def places(self) -> dict[str, Path]:
        """Where it keeps what nobody else may have, by the key that names it."""
        kind, _, path = self.hub.database.partition(":///")
        backup = self.settings.backup.folder if self.settings.backup else ""
        own = {"[hub] folder": Path(self.hub.folder)}
        if kind.partition("+")[0] == SQLITE:
            own["[hub] database"] = Path(path)
        if backup:
            own["[backup] folder"] = Path(backup)
        return own


def local_name(store_id: str) -> str:
    """By which a browser or a command on the hub's own machine asks for a store: such a name is always loopback."""
    return f"{store_id}.localhost"


def stores_of(path: Path | str) -> tuple[OneStore, ...]:
    """Every store that the settings file at `path` leads to, in its order.

    Raises:
        SettingsError: a file cannot be used, or two stores have something in common.
    """
    path = Path(path)
    machine = load(path)
    hub = machine.section(Hub)
    sockets = Path(machine.web.sockets if machine.web else hub.folder)
    if not hub.stores:
        return (OneStore(path, machine, sockets),)
    problems = list(_not_the_machines(machine))
    found = []
    for name in hub.stores:
        file = path.absolute().parent / name
        try:
            one = load(file)
            one.section(Hub)
        except SettingsError as error:
            problems += error.problems
            continue
        problems += _not_the_stores(one, machine)
        found.append(OneStore(file, _with_machine(one, machine), sockets, path))
    problems += _in_common(found)
    if problems:
        raise SettingsError(tuple(dict.fromkeys(problems)))
    return tuple(found)


def one_store(path: Path | str, store_id: str | None) -> OneStore:
    """The store that is meant.

    Args:
        store_id: None: the only one.

    Raises:
        SettingsError: there are several and none is named, or none is called so.
    """
    found = stores_of(path)
    if store_id is None and len(found) == 1:
        return found[0]
    known = {one.store_id: one for one in found}
    if store_id in known:
        return known[store_id]
    which = " or ".join(f"--store {one}" for one in known)
    said = "it leads to several stores" if store_id is None else f"no store is called {store_id}"
    raise SettingsError((f"{Path(path).name}: {said}; say {which}",))


def _with_machine(one: Settings, machine: Settings) -> Settings:
    """A store's settings with what the machine's file says for all."""
    hub, machines = one.section(Hub), machine.section(Hub)
    web = one.web
    if web and machine.web:
        web = replace(web, **{key: getattr(machine.web, key) for key in MACHINES_WEB})
    return replace(one, hub=replace(hub, **{key: getattr(machines, key) for key in MACHINES_HUB}), web=web)


def _not_the_machines(machine: Settings) -> Iterator[str]:
    """What stands in the hub's file and is said by each store for itself."""
    remedy = "belongs into each store's own file, for [hub] stores names several"
    for section, table, keys in (("hub", machine.hub, STORES_HUB), ("web", machine.web, STORES_WEB)):
        for key in _said(table, keys):
            yield f"{machine.source}, [{section}] {key}: {remedy}"
    for section in STORES_SECTIONS:
        if getattr(machine, section):
            yield f"{machine.source}, [{section}]: {remedy}"


def _not_the_stores(one: Settings, machine: Settings) -> Iterator[str]:
    """What stands in a store's file and is the machine's."""
    if one.hub and one.hub.stores:
        yield f"{one.source}, [hub] stores: stands in {machine.source} only"
    if (one.web is None) != (machine.web is None):
        lacking = one if one.web is None else machine
        yield f"{lacking.source}, [web]: missing; {machine.source} and each of its stores have one, or none has"
    for section, table, machines, keys in (
        ("hub", one.hub, machine.hub, MACHINES_HUB),
        ("web", one.web, machine.web, MACHINES_WEB),
    ):
        for key in _said(table, keys):
            if machines is not None and getattr(table, key) != getattr(machines, key):
                yield f"{one.source}, [{section}] {key}: is said for all stores in {machine.source}; take the line out"


def _said(table: Any, keys: tuple[str, ...]) -> Iterator[str]:
    """Which of these keys a file says otherwise than by default."""
    if table is not None:
        defaults = {each.name: each.default for each in fields(table)}
        yield from (key for key in keys if getattr(table, key) != defaults[key])


def _in_common(stores: list[OneStore]) -> Iterator[str]:
    """Names, files and folders of two stores: each would answer for the other, or back up what is the other's."""
    for one, other in permutations(stores, 2):
        here, there = one.settings.source, other.settings.source
        for key, path in one.places.items():
            if path.is_relative_to(other.places["[hub] folder"]) or path == other.places.get(key):
                yield f"{here}, {key}: {path} is of {there}; give each store its own"
        for name in one.names:
            if name in other.names:
                yield f"{here}, [web] names: {name} leads to {there} too; a name leads to one store"
        if one.store_id == other.store_id:
            yield f"{here}, [hub] store_file: its store is called {one.store_id}, as that of {there}"
