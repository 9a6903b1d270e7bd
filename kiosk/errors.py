"""The root of every error that the program expects: wrong settings, absent hardware, an unreachable hub.

A wing (settings, hardware, hub client, display ...) has one class below KioskError, and its own classes below that.
A message names the thing and the remedy in one line; `kiosk` prints it and exits with 2. Anything else is a fault of
ours and shows its traceback. The domain knows nothing of it: rules answer, they do not fail.
"""

from __future__ import annotations


class KioskError(Exception):
    """Something that a person can mend; `str(error)` is the one line that says what and how."""
