"""What keeps a store's record: backups, restoring them, and letting go of what may not be kept."""
