"""Appointments as other systems export them: reading files by profiles, the report, and handing the bookings on.

What makes a row good is decided in kiosk.domain.judging; what a booking does to the visits, in kiosk.server.visits.
Entry points: `reading.read_file`, `report`, `wire`, `store.book_reading`, `today.moved_to`.
"""
