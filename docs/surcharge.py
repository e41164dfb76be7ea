"""The table of surcharge.md, from what the program prints. Python 3.11, standard library only.

    python3 docs/surcharge.py servanda        from the root of the repository; prints the rows, some two minutes

Rates, the test against a ceiling and trade by line are the program's. Which lines bear a duty under Section 232 is asked of a copy
of the workspace in which the surcharge is 0: there a line on which an act adds anything bears one, since no other duty on all goods
was charged on that day.
"""

import collections
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
from fractions import Fraction

ROOT = pathlib.Path(__file__).resolve().parent.parent
DAY = "2026-03-15"
DEALS = {
    "EUN": ("us-eu-framework-2025", "usa.ceiling"),
    "JPN": ("us-japan-2025", "usa.ceiling-15"),
    "KOR": ("us-korea-2025", "usa.ceiling-15"),
    "CHE": ("us-switzerland-liechtenstein-2025", "usa.ceiling-15"),
}


def ask(program, where, *words):
    """What a command of the program answers, as JSON."""
    out = subprocess.run([program, *words, "--format", "json"], cwd=where, capture_output=True, text=True, check=True)
    return json.loads(out.stdout)


def against_15(program, where, origin):
    """Lines of a partner against 15 percent: base, total and trade of each."""
    words = ["tariff", "ceiling", "--importer", "USA", "--origin", origin, "--ceiling", "15", "--on", DAY]
    answer = ask(program, where, *words, "--weights", "2024:usa-census-imports-hts10")["answer"]
    return {line["line"]: line for line in answer["lines"]}


def ends(rate):
    return [None if rate[end] is None else Fraction(rate[end]) for end in ("low", "high")]


def without_surcharge(folder):
    """A copy of the workspace in which the surcharge is 0."""
    for name in ("agreements", "calendars", "concordances", "measures", "schedules", "sources"):
        shutil.copytree(ROOT / name, folder / name)
    shutil.copytree(ROOT / "evidence/usa-census-imports-hts10", folder / "evidence/usa-census-imports-hts10")
    shutil.copy(ROOT / "servanda.toml", folder)
    act = folder / "measures/usa-section-122.toml"
    text = act.read_text()
    assert text.count('"10%"') == 1, "the surcharge is told in one place"
    act.write_text(text.replace('"10%"', '"0%"'))


def section_232(program):
    """Lines on which a duty under Section 232 stands, whole or in part. Korea's are those of the others: its base is a range."""
    found = set()
    with tempfile.TemporaryDirectory() as folder:
        without_surcharge(pathlib.Path(folder))
        for origin in ("EUN", "JPN", "CHE"):
            lines = against_15(program, folder, origin)
            found |= {code for code, line in lines.items() if ends(line["total"]) != ends(line["base"])}
    return found


def main(program):
    duties = section_232(program)
    print(f"{len(duties)} lines bear a duty under Section 232")
    for origin, (deal, commitment) in DEALS.items():
        lines = against_15(program, ROOT, origin)
        document = ask(program, ROOT, "check", deal, "--as-of", DAY)
        reading = next(c for c in document["commitments"] if c["id"] == commitment)["readings"][0]
        broken, state = set(reading["breaches"]), {}
        for code, line in lines.items():
            (low, high), (base_low, base_high) = ends(line["total"]), ends(line["base"])
            kept = high is not None and (high <= 15 or (base_low == base_high and high <= base_low))
            state[code] = "above" if code in broken else "kept" if kept else "undecided"
        counted = collections.Counter(state.values())
        said = {x["status"]: x["count"] for x in reading["instances"]["counts"]}
        same = {"above": "not-reached", "kept": "reached", "undecided": "cannot-tell"}
        assert all(counted[ours] == said.get(theirs, 0) for ours, theirs in same.items()), (counted, said)
        cells = []
        for chosen in (set(state), set(state) - duties):
            for word in ("above", "undecided", "kept"):
                codes = [code for code in chosen if state[code] == word]
                trade = sum(int(lines[code]["trade"] or 0) for code in codes)
                cells.append(f"{len(codes)}, {trade / 1e9:.3f}")
        print(f"| {origin} | {' | '.join(cells)} |")


if __name__ == "__main__":
    main(*sys.argv[1:])
