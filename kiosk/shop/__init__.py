"""The whole shop on one machine: hub, lane, desks and board as processes of their own, with simulated hardware, and one page.

Ring 3. The devices are the real programs, started by their normal commands; what lies outside them (phones, paper, fingers,
pulled plugs) is played by kiosk.hardware.simulated and steered from the page.
"""
