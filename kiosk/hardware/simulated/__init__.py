"""Simulated hardware: verbs and faults, chosen by name in the settings, used by `kiosk shop` and the tests alone.

link.py is the device's side, world.py the outside's: what a hand, a phone or a plug would do comes in, what an eye or
an ear would notice goes out.
"""
