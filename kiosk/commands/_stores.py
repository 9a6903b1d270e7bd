"""Which store a command is about: the only one of its settings, or the one that --store names."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import argparse

    from kiosk.store_settings import OneStore

SETTINGS = "/etc/kiosk/hub.toml"


def add_store(parser: argparse.ArgumentParser) -> None:
    """--store."""
    parser.add_argument("--store", metavar="ID", help="which store, where one hub serves several: its id in store.toml")


def chosen(arguments: argparse.Namespace) -> OneStore:
    """The store, with all of its settings.

    Raises:
        SettingsError: the settings cannot be used, or it is not said which of several stores is meant.
    """
    from kiosk.store_settings import one_store

    return one_store(Path(getattr(arguments, "settings", None) or SETTINGS), getattr(arguments, "store", None))
