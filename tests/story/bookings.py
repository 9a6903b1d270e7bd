"""The dealership's own appointments as its system exports them: the columns of examples/shop-day.csv."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from kiosk.shop.setup import example


@dataclass(frozen=True)
class Books:
    """One row of the file that the dealership's own system exports."""

    number: str
    at: str
    first_name: str
    language: str = "English"
    operation: str = "LOF"
    advisor: str = "0107"
    last_name: str = "Reyes"
    phone: str = "9735550142"
    email: str = "reyes@example.com"
    vin: str = "1HGCM82633A004352"
    plate: str = "K41-RTX"
    complaint: str = ""
    status: str = "Confirmed"

    def row(self, columns: list[str], on: str) -> list[str]:
        """As the file has it; `on` is the day where `at` names none."""
        day, _, time = self.at.rpartition(" ")
        when = datetime.fromisoformat(f"{day or on} {time}")
        told = {
            "appointment_number": self.number,
            "appointment_date": f"{when:%m/%d/%Y}",
            "appointment_time": f"{when:%I:%M %p}",
            "complaint": self.complaint,
            "operation_code": self.operation,
            "service_advisor_number": self.advisor,
            "customer_first_name": self.first_name,
            "customer_last_name": self.last_name,
            "customer_cell_phone": self.phone,
            "customer_email": self.email,
            "preferred_contact_method": "Text",
            "preferred_language": self.language,
            "vehicle_year": "2021",
            "vehicle_make": "Honda",
            "vehicle_model": "Accord",
            "vin": self.vin,
            "license_plate": self.plate,
            "appointment_status": self.status,
        }
        return [told.get(column, "") for column in columns]


def exported(bookings: Iterable[Books], on: str, file: Path) -> Path:
    """Write the export of day `on` to `file`."""
    with example("shop-day.csv").open(encoding="utf-8", newline="") as model:
        columns = next(csv.reader(model))
    with file.open("w", encoding="utf-8", newline="") as export:
        csv.writer(export).writerows([columns, *(one.row(columns, on) for one in bookings)])
    return file
