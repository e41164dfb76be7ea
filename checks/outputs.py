"""Keeps what the program prints for some sixty kinds of question, and compares two such keepings.

    python3 checks/outputs.py keep PROGRAM FOLDER     runs every command in this repository's workspace, one file for each
    python3 checks/outputs.py compare BEFORE AFTER    names each command whose output differs, with the first lines

A change of shapes must leave every output as it was; a change of answers names each difference. Commands run in the
repository's root with a fixed as-of date, so that only the program and the data decide. Exit status 0 if nothing differs.
Standard library only.
"""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DATES = ["2019-06-30", "2020-09-01", "2021-03-25", "2025-12-01", "2026-11-28"]
SHIPPED = sorted(n for n in os.listdir(os.path.join(ROOT, "agreements")) if os.path.isdir(os.path.join(ROOT, "agreements", n)))
USA_CHN = ["--importer", "USA", "--origin", "CHN"]
CHN_USA = ["--importer", "CHN", "--origin", "USA"]


def commands():
    """Every command, as the words after the program's name."""
    for agreement in SHIPPED:
        for date in DATES:
            yield ["check", agreement, "--as-of", date, "--format", "json"]
        yield ["check", agreement, "--as-of", DATES[2]]
        yield ["check", agreement, "--as-of", DATES[4], "--format", "csv"]
        yield ["lint", f"agreements/{agreement}"]
    phase_one = "us-china-phase-one"
    for commitment in ["purchases.goods.2020", "purchases.energy.2020", "purchases.goods.2021"]:
        yield ["explain", phase_one, commitment, "--as-of", DATES[2]]
        yield ["explain", phase_one, commitment, "--as-of", DATES[2], "--format", "json"]
    yield ["history", phase_one, "purchases.goods.2020", "--as-of", DATES[3]]
    yield ["history", phase_one, "purchases.energy.2020", "--as-of", DATES[3], "--format", "json"]
    yield ["compare", phase_one, "--from", "2021-02-23", "--to", "2021-03-25"]
    yield ["check", phase_one, "--as-of", DATES[2], "--all"]
    yield ["check", phase_one, "--as-of", DATES[2], "--on", "usa-census-exports", "--format", "markdown"]
    yield ["tariff", "rate", *USA_CHN, "--line", "94036080", "--on", "2019-05-20"]
    yield ["tariff", "rate", *USA_CHN, "--line", "94036080", "--on", "2019-05-20", "--format", "json"]
    yield ["tariff", "rate", *USA_CHN, "--line", "85414300", "--on", "2025-06-01", "--format", "csv"]
    for pair, on in [(USA_CHN, "2019-10-01"), (CHN_USA, "2019-10-01"), (USA_CHN, "2025-06-01")]:
        yield ["tariff", "average", *pair, "--on", on, "--format", "json"]
        yield ["tariff", "coverage", *pair, "--on", on, "--format", "csv"]
    yield ["tariff", "parity", "--importer", "CHN", "--against", "USA", "--on", "2018-01-01", "--against-on", "2017-12-31"]
    yield ["tariff", "ceiling", "--importer", "USA", "--origin", "DEU", "--ceiling", "15", "--on", "2025-10-01"]
    yield ["tariff", "diff", *USA_CHN, "--from", "2018-01-01", "--to", "2019-10-01", "--format", "csv"]
    yield ["tariff", "timeline", "--importer", "USA"]
    yield ["tariff", "timeline", *USA_CHN, "--line", "94036080"]
    yield ["tariff", "triggers", "--on", "2019-02-10"]
    for command in ["table", "conflicts", "timeline", "triggers", "check"]:
        yield ["talks", command, "us-china-2018-2019", *(["--as-of", DATES[0]] if command in ("timeline", "triggers", "check") else [])]
    yield ["case", "ladder", phase_one]
    yield ["case", "assessments", "us-zte-2018"]
    yield ["case", "verify"]
    yield ["remedy", phase_one, "purchases.energy.2020", "--harm", "shortfall", "--per", "once", "--duration", "12",
           "--match", "revenue", "--on", "2025-01-01", "--as-of", DATES[4]]
    for scenario in ["what-if/threat-and-answer", "what-if/penalty", "what-if/tariff-war", "us-lists-2018-2019"]:
        yield ["simulate", f"examples/{scenario}.toml"]
    yield ["sources"]
    yield ["coverage"]
    yield ["store", "verify"]
    yield ["schema"]


def name(command):
    return re.sub(r"[^a-z0-9.]+", "_", " ".join(command).lower())[:120] + ".txt"


def keep(program, folder):
    os.makedirs(folder, exist_ok=True)
    program = os.path.abspath(program)

    def one(command):
        ran = subprocess.run([program, *command], cwd=ROOT, capture_output=True, text=True,
                             env={**os.environ, "NO_COLOR": "1", "COLUMNS": "100"})
        with open(os.path.join(folder, name(command)), "w") as file:
            file.write(f"$ servanda {' '.join(command)}\n{ran.stdout}{ran.stderr}exit {ran.returncode}\n")

    with ThreadPoolExecutor(2) as pool:
        ran = list(pool.map(one, commands()))
    print(f"{len(ran)} outputs kept")


ENVELOPE = ("engine", "command", "request", "as_of", "notes", "rests_on")


def leaves(value, path=""):
    """Each value of a document of JSON with the way to it; its envelope, and what names files, is left out."""
    if isinstance(value, dict):
        for key, inner in value.items():
            if key not in ("rests_on", "workspace", "sha256") and (path or key not in ENVELOPE):
                yield from leaves(inner, f"{path}.{key}")
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from leaves(inner, f"{path}[{at}]")
    else:
        yield f"{path} = {json.dumps(value)}"


def lines_of(path):
    """What an output says, line by line: the leaves of JSON, or the lines of anything else."""
    if not os.path.exists(path):
        return []
    text = open(path).read()
    head, _, rest = text.partition("\n")
    body, _, end = rest.rstrip("\n").rpartition("\n")
    try:
        return [head, *leaves(json.loads(body)), end]
    except ValueError:
        return text.splitlines()


def compare(before, after):
    names = sorted(set(os.listdir(before)) | set(os.listdir(after)))
    differ = 0
    for each in names:
        old, new = (lines_of(os.path.join(folder, each)) for folder in (before, after))
        # Lines are counted and not aligned: outputs of a hundred thousand lines take a moment and not minutes.
        gone, come = Counter(old) - Counter(new), Counter(new) - Counter(old)
        if gone or come:
            differ += 1
            print(f"{each}: {sum(gone.values())} lines gone, {sum(come.values())} new")
            print("\n".join(f"    {sign} {line[:160]}" for sign, some in (("-", gone), ("+", come)) for line in list(some)[:6]))
    print(json.dumps({"outputs": len(names), "differ": differ}))
    return 1 if differ else 0


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[1] not in ("keep", "compare"):
        sys.exit(__doc__)
    sys.exit(keep(*sys.argv[2:]) or 0 if sys.argv[1] == "keep" else compare(*sys.argv[2:]))
