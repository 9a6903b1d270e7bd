"""Whether a stick or a network drive lies where /etc/fstab says: its mount point is a folder also while it is away."""

from __future__ import annotations

import os
from pathlib import Path

FSTAB = Path("/etc/fstab")
_POINT, _OPTIONS = 1, 3


def missing_mount(folder: Path, fstab: Path | None = None) -> Path | None:
    """The mount point at the folder or above it at which nothing is mounted; None: nothing is missing.

    A folder that is mounted once more (`bind`) is not looked at: it cannot be told from a folder.
    """
    try:
        lines = (fstab or FSTAB).read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    for line in lines:
        fields = line.partition("#")[0].split()
        if len(fields) <= _OPTIONS or {"bind", "rbind"} & set(fields[_OPTIONS].split(",")):
            continue
        point = Path(fields[_POINT].replace("\\040", " "))
        if point in (folder, *folder.parents) and not os.path.ismount(point):
            return point
    return None
