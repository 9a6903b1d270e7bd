"""What can go wrong with backups, each in one sentence with its remedy.

KioskError
└── SafetyError
    ├── NoRecoveryKey       backups need somebody who can open them
    ├── WrongKey            this key opens this backup not
    ├── BackupFailed        nothing was written, or it could not be read back
    ├── BackupDamaged       it is no backup, or not whole
    └── RestoreRefused      something stands in the way; nothing was changed
"""

from __future__ import annotations

from kiosk.errors import KioskError


class SafetyError(KioskError):
    """Something about backups."""


class NoRecoveryKey(SafetyError):
    """No recovery key was made yet: nobody could open a backup but this machine."""

    def __init__(self) -> None:
        """The remedy is one command."""
        super().__init__("there is no recovery key yet; kiosk backup new-key makes one, shows it once and prints it")


class WrongKey(SafetyError):
    """The key opens this file not, or is no key."""


class BackupFailed(SafetyError):
    """No backup came out; the ones before it are untouched."""


class BackupDamaged(SafetyError):
    """The file is no backup of the hub, or not whole."""


class RestoreRefused(SafetyError):
    """Nothing was changed."""
