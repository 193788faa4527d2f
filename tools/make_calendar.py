"""Write China's working calendar as the data file that linli imports.

Run: ``python -m tools.make_calendar VERSION`` after the package ``chinesecalendar`` has the
notice of a further year. The file is committed; the product itself does not need the package.
"""

import json
import re
import sys
from datetime import date
from pathlib import Path

from chinese_calendar import constants

TARGET = Path("linli/cases/data/calendars/cn.json")
HOURS = [["09:00", "12:00"], ["13:30", "17:30"]]


def content(version: str) -> dict[str, object]:
    """Return the calendar as linli reads it."""
    holidays = sorted(constants.holidays.items())
    working = sorted(constants.workdays.items())
    years = sorted({day.year for day, _name in holidays})

    def row(day: date, name: str) -> list[str]:
        return [day.isoformat(), constants.Holiday(name).chinese, name]

    # A holiday on a weekend changes nothing but the reason people read.
    return {
        "version": version,
        "zone": "Asia/Shanghai",
        "confirmed_years": years,
        "hours": HOURS,
        "limit_ends": "office_closes",
        "holidays": [row(day, name) for day, name in holidays],
        "working_weekends": [row(day, name) for day, name in working],
    }


def spelled(data: dict[str, object]) -> str:
    """Return the data as JSON with one day a line."""
    text = json.dumps(data, ensure_ascii=False, indent=1)

    def on_one_line(match: re.Match[str]) -> str:
        return "[" + re.sub(r"\s*\n\s*", " ", match.group(1)) + "]"

    return re.sub(r"\[\s+([^\[\]]*?)\s+\]", on_one_line, text)


if __name__ == "__main__":
    data = content(sys.argv[1])
    TARGET.write_text(spelled(data) + "\n")
    sys.stdout.write(f"{TARGET}: {data['confirmed_years']}\n")
