"""Makes crates/servanda-core/data/hs-correlation.txt from the UN's correlation tables. Python 3.11, standard library only.

    python3 docs/correlation.py DATA            writes it; DATA is a folder with nomenclature/ in it
    python3 docs/correlation.py DATA --check    writes nothing: compares with what is there

The originals are nomenclature/hs2017_to_hs2012_correlation.csv.gz and hs2022_to_hs2017_correlation.csv.gz (columns from_hs6, to_hs6,
relationship: all pairs), as github.com/insongkim/concordance @201c812 has them. The conversion tables, with one target a code, are not used.
"""

import collections
import csv
import gzip
import pathlib
import sys

FILE = pathlib.Path(__file__).resolve().parent.parent / "crates/servanda-core/data/hs-correlation.txt"
HEAD = """\
# Which six-digit codes of one edition of the Harmonized System share goods with other codes of the next: one line for each code of
# the later edition, then the codes of the earlier one that it shares goods with, its own digits too where it kept some. A code of which
# neither edition shares goods with another is left out. From the correlation tables of the United Nations Statistics Division (all pairs, not the conversion), as
# github.com/insongkim/concordance @201c812 carries them (MIT licence); made by docs/correlation.py.
"""


def made(data):
    out = HEAD
    for new, old in ((2017, 2012), (2022, 2017)):
        kin, pairs = collections.defaultdict(list), []
        with gzip.open(data / f"nomenclature/hs{new}_to_hs{old}_correlation.csv.gz", "rt") as file:
            for row in csv.DictReader(file):
                a, b = row["from_hs6"], row["to_hs6"]
                if not (len(a) == len(b) == 6 and a.isdigit() and b.isdigit()):
                    sys.exit(f"not codes of six digits: {row}")
                pairs.append((a, b))
        # A code of either edition that shares goods with another is there with all that it shares goods with, its own digits too.
        moved_new = {a for a, b in pairs if a != b}
        moved_old = {b for a, b in pairs if a != b}
        for a, b in pairs:
            if a in moved_new or b in moved_old:
                kin[a].append(b)
        out += f"HS{old} HS{new}\n"
        out += "".join(f"{code} {' '.join(sorted(kin[code]))}\n" for code in sorted(kin))
    return out


def main():
    data, check = pathlib.Path(sys.argv[1]), "--check" in sys.argv[2:]
    text = made(data)
    if not check:
        FILE.write_text(text)
    elif FILE.read_text() != text:
        sys.exit(f"{FILE} differs from what the originals make")


main()
