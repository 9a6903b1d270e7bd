"""The wing of drivers: what reads codes, prints tickets, lights lamps and hears buttons.

It imports domain and kit, never server or display.
"""
