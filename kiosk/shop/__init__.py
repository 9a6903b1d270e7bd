"""The whole shop on one machine, with simulated hardware and one page: every device is a process of its own.

Ring 3. The devices are the real programs, started by their normal commands; what lies outside them (phones, paper,
fingers, pulled plugs) is played by kiosk.hardware.simulated and steered from the page.
"""
