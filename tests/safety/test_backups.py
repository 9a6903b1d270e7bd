"""Backups: whole, encrypted, read back, rotated; what is wrong with one is told."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.server.safety import list_files, mounted
from kiosk.server.safety.errors import BackupDamaged, BackupFailed, NoRecoveryKey, WrongKey
from kiosk.server.safety.keys import Keys, identity_of

NAME = b"Campos"


def test_a_backup_is_made_while_the_hub_works_and_opens_with_the_recovery_key(machine):
    """What the hub knew when the backup was made is in it, database and settings, papers and certificates."""
    machine.checks_in(1)
    (machine.places.folder / "papers").mkdir()
    (machine.places.folder / "papers" / f"{'a' * 32}.pdf").write_bytes(b"%PDF-")

    backup = machine.backups.make(machine.clock.now())

    with machine.backups.opened(backup.path, machine.key) as (manifest, inside):
        assert set(manifest.files) == {"database", "hub.toml", "store.toml", f"folder/papers/{'a' * 32}.pdf"}
        assert NAME in (inside / "database").read_bytes()
    assert [one["seq"] > 0 for one in manifest.stores.values()] == [True]


def test_what_lies_on_the_stick_tells_nothing(machine):
    """Nobody's name can be read in a backup, and nothing else lies beside it."""
    machine.checks_in(1)

    backup = machine.backups.make(machine.clock.now())

    assert NAME not in backup.path.read_bytes()
    assert [one.name for one in machine.stick.iterdir()] == [backup.path.name]
    assert backup.path.stat().st_mode & 0o077 == 0


def test_no_key_of_the_hubs_is_in_a_backup(machine):
    """The machine's own key, which opens backups here, is in none of them."""
    machine.backups.make(machine.clock.now())

    backup = machine.backups.make(machine.clock.later(hours=1))

    assert not [name for name in machine.backups.verify(backup.path).files if "key" in name or "backup" in name]


def test_without_a_recovery_key_there_is_no_backup(tmp_path, machine):
    """A backup that only this machine could open would be none: the remedy is told instead."""
    (machine.places.folder / "keys" / "recovery.pub").unlink()

    with pytest.raises(NoRecoveryKey, match="kiosk backup new-key"):
        machine.backups.make(machine.clock.now())


def test_a_stick_that_is_not_there_is_not_made_on_the_disk(machine):
    """Without the stick there is no backup and no folder of its name."""
    machine.stick.rmdir()

    with pytest.raises(BackupFailed, match="not there"):
        machine.backups.make(machine.clock.now())

    assert not machine.stick.exists()


def test_a_mount_point_without_its_stick_is_no_stick(machine, tmp_path, monkeypatch):
    """The folder is there while nothing is mounted at it, and root could write to it: backup and lists stay away."""
    fstab = tmp_path / "fstab"
    fstab.write_text(f"# sticks\nLABEL=BACKUP {machine.stick.parent} exfat nofail,umask=0077 0 0\n")
    monkeypatch.setattr(mounted, "FSTAB", fstab)
    before = sorted(machine.stick.iterdir())

    with pytest.raises(BackupFailed, match=f"nothing is mounted at {machine.stick.parent}"):
        machine.backups.make(machine.clock.now())
    list_files.write("erasures.json", "[]", [machine.stick])

    assert sorted(machine.stick.iterdir()) == before


@pytest.mark.parametrize(
    ("line", "is_missing"),
    [
        ("LABEL=BACKUP {} ext4 nofail 0 2", True),
        ("LABEL=BACKUP {} ext4", False),
        ("/srv/backup {} none bind 0 0", False),
        ("#LABEL=BACKUP {} ext4 nofail 0 2", False),
        ("LABEL=OTHER {}-2 ext4 nofail 0 2", False),
        ("proc /proc proc defaults 0 0", False),
    ],
)
def test_only_what_fstab_would_mount_there_is_missed(tmp_path, line, is_missing):
    """A line of another place, of a folder mounted once more, or of what is mounted already says nothing."""
    fstab = tmp_path / "fstab"
    fstab.write_text(line.format(tmp_path) + "\n")

    found = mounted.missing_mount(tmp_path / "backup", fstab)

    assert found == (tmp_path if is_missing else None)


@pytest.mark.parametrize("at", [0.02, 0.5, 0.98])
def test_a_changed_backup_is_found_damaged(machine, at):
    """One byte that another one has become is found when a backup is verified."""
    machine.checks_in(1)
    backup = machine.backups.make(machine.clock.now())
    content = bytearray(backup.path.read_bytes())
    content[int(len(content) * at)] ^= 1
    backup.path.write_bytes(content)

    with pytest.raises((BackupDamaged, WrongKey)):
        machine.backups.verify(backup.path)


def test_another_key_opens_nothing(machine, tmp_path):
    """A recovery key of another store is told to be the wrong one."""
    backup = machine.backups.make(machine.clock.now())

    with pytest.raises(WrongKey, match="this recovery key"):
        machine.backups.verify(backup.path, Keys(tmp_path / "other").new_recovery_key())


@pytest.mark.parametrize("written", ["{key}", "  {key}\n", "{lower}", "{spaced}"])
def test_a_key_may_be_typed_as_people_type(machine, written):
    """Small letters, spaces and line ends do not matter."""
    spaced = " ".join(machine.key[first : first + 4] for first in range(0, len(machine.key), 4))

    typed = written.format(key=machine.key, lower=machine.key.lower(), spaced=spaced)

    assert str(identity_of(typed)) == machine.key


def test_two_days_are_kept_whole_and_thirty_by_one_a_day(machine):
    """Of hourly backups over forty days there remain those of two days and the newest of each of thirty."""
    first = machine.clock.now()
    for hour in range(40 * 24 + 1):
        made = first + timedelta(hours=hour)
        (machine.stick / f"backup-{made:%Y%m%dT%H%M%SZ}.age").touch()

    machine.backups.rotate(now := first + timedelta(hours=40 * 24))

    ages = [now - one.made_at for one in machine.backups.all()]
    assert len([age for age in ages if age <= timedelta(days=2)]) == 49
    assert max(ages) <= timedelta(days=30)
    assert len([age for age in ages if age > timedelta(days=2)]) in (27, 28)


def test_the_only_backup_stays_however_old_it_is(machine):
    """Rotation never takes the newest."""
    machine.backups.make(machine.clock.now())

    gone = machine.backups.rotate(machine.clock.later(days=400))

    assert gone == []
    assert len(machine.backups.all()) == 1
