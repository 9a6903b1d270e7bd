"""The command line: one module a command, found by its file name (kiosk/__main__.py)."""
