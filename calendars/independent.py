"""Working days and due dates counted by packages that share nothing with calendars/*.toml.

    pip install holidays==0.109 chinesecalendar==1.11.0
    python calendars/independent.py crates/servanda-dispute/tests/data

Writes working-days.csv (one row for each capital and year: a 1 for each working day, a 0 for each other, from 1 January on) and
due-dates.csv (start, days, kind, capital, whether the start day counts -> due). Washington is counted from `holidays` (public holidays of
the District of Columbia, and closures of its category `government`), Beijing from `chinesecalendar`.
"""

import csv
import datetime
import random
import sys

import chinese_calendar
import holidays

DAY = datetime.timedelta(days=1)
WASHINGTON = range(2017, 2031)
BEIJING = range(2017, 2027)

_public = holidays.US(years=WASHINGTON, subdiv="DC", categories=("public",))
_closed = holidays.US(years=WASHINGTON, categories=("government",))


def not_federal(name):
    """Holidays of the District itself, which federal offices do not keep."""
    return "Emancipation" in name


def works_in_washington(day):
    off = day in _closed or (day in _public and not all(not_federal(n) for n in _public.get_list(day)))
    return day.weekday() < 5 and not off


CAPITALS = {
    "Washington": (WASHINGTON, works_in_washington),
    "Beijing": (BEIJING, chinese_calendar.is_workday),
}


def days_of(year):
    day = datetime.date(year, 1, 1)
    while day.year == year:
        yield day
        day += DAY


def due(start, days, kind, works, start_counts):
    """Walks day by day: the day on which the count is full."""
    day = start if start_counts else start + DAY
    left = days
    while True:
        if kind == "calendar" or works(day):
            left -= 1
        if left == 0:
            return day
        day += DAY


def main(folder):
    with open(f"{folder}/working-days.csv", "w", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["capital", "year", "days"])
        for capital, (years, works) in CAPITALS.items():
            for year in years:
                rows.writerow([capital, year, "".join("01"[works(day)] for day in days_of(year))])
    chance = random.Random(20200115)
    with open(f"{folder}/due-dates.csv", "w", newline="") as out:
        rows = csv.writer(out, lineterminator="\n")
        rows.writerow(["start", "days", "kind", "capital", "start_counts", "due"])
        # The worked case: an appeal received before Golden Week of 2020, and a notice of withdrawal.
        first = datetime.date(2020, 9, 25)
        for kind, days in [("working", 10), ("calendar", 21), ("calendar", 45), ("calendar", 75), ("calendar", 90)]:
            rows.writerow([first, days, kind, "Beijing", "no", due(first, days, kind, CAPITALS["Beijing"][1], False)])
        rows.writerow(["2021-01-04", 60, "calendar", "Beijing", "no", due(datetime.date(2021, 1, 4), 60, "calendar", None, False)])
        for capital, (years, works) in CAPITALS.items():
            span = (datetime.date(years[-1], 8, 1) - datetime.date(years[0], 1, 1)).days
            for _ in range(300):
                start = datetime.date(years[0], 1, 1) + DAY * chance.randrange(span)
                days, kind = chance.randint(1, 90), chance.choice(["working", "calendar"])
                counts = chance.choice([True, False])
                rows.writerow([start, days, kind, capital, "yes" if counts else "no", due(start, days, kind, works, counts)])


main(sys.argv[1])
