"""Makes the CSV files of schedules/ and measures/ from the originals. Python 3.11, standard library only.

    python3 docs/tariffs.py DATA            writes them; DATA is a folder with tariffs/ in it, as [provenance] names the files
    python3 docs/tariffs.py DATA --check    writes nothing: compares with what is there and runs every check

The TOML files are written by hand. What is made how is said in schedules/README.md and measures/README.md.
"""

import collections
import csv
import datetime
import decimal
import gzip
import hashlib
import io
import pathlib
import re
import sys
import tomllib

ROOT = pathlib.Path(__file__).resolve().parent.parent
USA = "measures/usa-section-301-china"
CHN = "measures/chn-retaliation-301"
Number = decimal.Decimal

# Of the acts of 2025 and 2026.
NEW_ROWS = {
    "measures/chn-retaliation-2025/february.csv": 55,
    "measures/usa-reciprocal-exceptions/annex-ii.csv": 538,
    "measures/usa-reciprocal-exceptions/wood-and-copper.csv": 182,
    "measures/usa-reciprocal-exceptions/in-doubt.csv": 320,
    "measures/usa-reciprocal-exceptions/farm-goods.csv": 229,
    "measures/usa-reciprocal-exceptions/electronics.csv": 57,
    "measures/usa-reciprocal-exceptions/civil-aircraft.csv": 548,
    "measures/usa-reciprocal-exceptions/generic-medicines.csv": 807,
    "measures/usa-reciprocal-exceptions/eu-resources.csv": 220,
    "measures/usa-reciprocal-exceptions/swiss-resources.csv": 321,
    "measures/usa-ieepa-brazil/exceptions.csv": 691,
    "measures/usa-ieepa-brazil/exceptions-november.csv": 249,
    "measures/usa-ieepa-fentanyl-canada/energy.csv": 294,
    "measures/usa-ieepa-fentanyl-canada/potash.csv": 7,
    "measures/usa-section-232-metals/articles.csv": 48,
    "measures/usa-section-232-metals/derivatives-march-2025.csv": 200,
    "measures/usa-section-232-metals/derivatives-august-2025.csv": 369,
    "measures/usa-section-232-metals/copper.csv": 80,
    "measures/usa-section-232-metals/annex-i-a.csv": 202,
    "measures/usa-section-232-metals/annex-i-a-copper.csv": 76,
    "measures/usa-section-232-metals/annex-i-b.csv": 362,
    "measures/usa-section-232-metals/annex-i-b-copper.csv": 3,
    "measures/usa-section-232-metals/annex-iii.csv": 46,
    "measures/usa-section-232-vehicles/car-parts.csv": 121,
    "measures/usa-section-232-vehicles/truck-parts.csv": 182,
    "measures/usa-section-122/exceptions.csv": 1098,
    "measures/usa-section-122/civil-aircraft.csv": 541,
    "measures/usa-section-122/some-goods.csv": 11,
    "measures/usa-section-301-brazil/exemptions.csv": 864,
    "measures/usa-section-301-brazil/part.csv": 1256,
    "measures/usa-section-338-canada/alcohol.csv": 63,
    "measures/usa-section-338-canada/dairy.csv": 52,
    "measures/usa-section-338-canada/motor-vehicles.csv": 438,
    "measures/usa-section-338-canada/civil-aircraft.csv": 548,
    "measures/can-retaliation-2025/march.csv": 1256,
    "measures/can-retaliation-2025/steel-and-aluminium.csv": 539,
    "measures/can-retaliation-2025/consulted.csv": 4415,
}

# Rows of each file that ships. A list that changes in silence is seen here.
ROWS = {
    "schedules/usa-mfn-2017.csv": 11211,
    "schedules/usa-mfn-2025.csv": 11413,
    "schedules/chn-mfn-2018.csv": 16155,
    f"{USA}/list-1.csv": 818,
    f"{USA}/list-2.csv": 279,
    f"{USA}/list-3.csv": 5767,
    f"{USA}/list-4a.csv": 3233,
    f"{USA}/list-4b.csv": 542,
    f"{USA}/left-out.csv": 1956,
    "measures/chn-retaliation-232/list.csv": 128,
    f"{CHN}/usd34bn.csv": 545,
    f"{CHN}/usd16bn.csv": 333,
    f"{CHN}/usd60bn.csv": 5207,
    f"{CHN}/usd60bn-2019-06.csv": 4545,
    f"{CHN}/autos.csv": 211,
    f"{CHN}/sep-2019.csv": 3038,
    f"{CHN}/sep-2019-halved.csv": 3038,
    "measures/chn-retaliation-2025/list.csv": 719,
    **NEW_ROWS,
}


# ---- the originals

DATA = pathlib.Path()


def place(name):
    """Where an original lies: in one of the folders that hold tariffs."""
    folders = ("tariffs", "tariffs_2025_26", "tariff_acts")
    return next((DATA / f / name for f in folders if (DATA / f / name).is_file()), DATA / "tariffs" / name)


def text_of(name):
    raw = place(name).read_bytes()
    return (gzip.decompress(raw) if name.endswith(".gz") else raw).decode("utf-8-sig")


def original(name):
    """The rows of an original, read in two ways that must agree."""
    text = text_of(name)
    rows = list(csv.reader(io.StringIO(text, newline="")))
    expect(rows == plain(text), f"{name}: two readings differ")
    return [dict(zip(rows[0], row, strict=True)) for row in rows[1:]]


def plain(text):
    """A CSV piece by piece, without the csv module: the second reading."""
    rows, row, cell, quoted, closed = [], [], "", False, False
    for piece in re.findall(r'"|,|\r?\n|[^",\r\n]+|\r', text):
        if piece == '"':
            # A second quotation mark right after one that closed stands for itself.
            cell += '"' * closed
            quoted, closed = not quoted, quoted
            continue
        closed = False
        if quoted:
            cell += piece
        elif piece == ",":
            row, cell = row + [cell], ""
        elif piece.endswith("\n"):
            rows.append(row + [cell])
            row, cell = [], ""
        else:
            cell += piece
    return rows + ([row + [cell]] if row or cell else [])


# ---- what is written

FILES = {}


def put(name, head, rows):
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    FILES[name] = out.getvalue()


def short(text, most=80):
    text = re.sub(r"\s+", " ", re.sub(r"<[^>]*>", "", text)).strip(" :")
    return text if len(text) <= most else text[: most - 3].rsplit(" ", 1)[0].rstrip(" ,;:(") + "..."


def percent(number):
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) + "%"


# ---- schedules


def usa_2017():
    def day(text):
        month, day, year = map(int, text.split()[0].split("/"))
        return datetime.date(year, month, day)

    first, last = datetime.date(2017, 1, 1), datetime.date(2017, 12, 31)
    rows = []
    for r in original("us_mfn_hts8_2017.csv.gz"):
        begin, end = day(r["begin_effect_date"]), day(r["end_effective_date"])
        if r["hts8"] >= "98" or end < first or begin > last:
            continue
        begin = "" if begin <= first else begin.isoformat()
        end = "" if end >= last else end.isoformat()
        rows.append((r["hts8"], r["mfn_text_rate"].strip(), begin, end, short(r["brief_description"])))
    put("schedules/usa-mfn-2017.csv", ("line", "rate", "from", "through", "description"), sorted(rows, key=lambda r: (r[0], r[2])))


def usa_2025():
    rows, above = {}, {}
    for r in original("hts_2025_basic_edition.csv.gz"):
        code, indent = r["HTS Number"].replace(".", ""), int(r["Indent"])
        above[indent] = r["Description"]
        rate = r["General Rate of Duty"].strip()
        if not rate or code >= "98":
            continue
        expect(len(code) in (8, 10), f"{code}: a rate on a code of this length")
        text = r["Description"]
        if text.lower().startswith("other") and indent:
            text = above[indent - 1].strip(" :") + ": " + text
        old = rows.setdefault(code[:8], (rate, short(text)))
        expect(old[0] == rate, f"{code}: two rates")
    for r in original("us_mfn_hts8_2025.csv.gz"):
        if r["hs8"] < "98":
            expect(rows[r["hs8"]][0] == r["rate_raw"], f"{r['hs8']}: the two files of 2025 differ")
    put("schedules/usa-mfn-2025.csv", ("line", "rate", "description"), [(k, *v) for k, v in sorted(rows.items())])


WORKBOOK = "china_tariffs_hs10_bown_jung_zhang_2019-06-12.csv.gz"
MFN_DATES = {
    "mfn_2018_01_01": "",
    "mfn_change_2018_05_01": "2018-05-01",
    "mfn_change_2018_07_01": "2018-07-01",
    "mfn_change_2018_11_01": "2018-11-01",
    "temp_mfn_change_2019_01_01": "2019-01-01",
}
RETALIATION = {
    "2018-04-02": "retal232_2018_04_02",
    "2018-07-06": "retal301_34b_2018_07_06",
    "2018-08-23": "retal301_16b_2018_08_23",
    "2018-09-24": "retal301_60b_2018_09_24",
    "2019-01-01": "auto_suspension_2019_01_01",
    "2019-06-01": "retal301_60b_change_2019_06_01",
}


def mfn_rate(level):
    """A level as a rate. One decimal is all that the schedule has; three are an equivalent of a rate by quantity."""
    one = round(level, 1)
    if abs(level - one) < Number("0.00001"):
        return percent(one)
    return f"specific; {percent(round(level, 3))} as an ad valorem equivalent in the workbook"


def chn_2018(workbook):
    rows = []
    for r in workbook:
        parts = [p.strip() for p in r["description"].split(":")]
        text = parts[-1] if len(parts) < 2 or not parts[-1].lower().startswith("other") else ": ".join(parts[-2:])
        level, before = Number(0), None
        for column, day in MFN_DATES.items():
            if not r["mfn_2018_01_01"]:
                rate = ""
            else:
                level += Number(r[column])
                rate = mfn_rate(level)
            if rate != before:
                rows.append((r["hs10"], rate, day, short(text, 60)))
            before = rate
    put("schedules/chn-mfn-2018.csv", ("line", "rate", "from", "description"), sorted(rows, key=lambda r: (r[0], r[2])))


# ---- Section 301: three extractions of the lists

A = "s301_lists_hts8_ustr_pdf_extract.csv"
B = "s301_lists_hts8_as_of_2020-01-01.csv"
C = "s301_product_lists_hts8_2018_2026.csv"
LISTS = ("1", "2", "3", "4A", "4B")
ONE_LIST_ONLY = {"84729050": "4A", "85182940": "4B", "90314940": "1"}
SUCCESSORS = {"20098965": "20098960", "20098970": "20098960"} | dict.fromkeys(("44123142", "44123145", "44123148"), "44123141")


def reads_as_date(code):
    """Whether a spreadsheet takes 8443.11.10 for a date; years before 1900 are no dates there."""
    try:
        return datetime.date(int(code[:4]), int(code[4:6]), int(code[6:])).year >= 1900
    except ValueError:
        return False


def lists_301():
    a, b, c, later = (collections.defaultdict(set) for _ in range(4))
    name_a = {"34b": "1", "16b": "2", "200b": "3", "300b_a": "4A", "300b_c": "4B"}
    name_b = {"9903.88.01": "1", "9903.88.02": "2", "9903.88.03": "3", "9903.88.15": "4A", "9903.88.16": "4B"}
    for r in original(A):
        a[name_a[r["list"]]].add(r["hts8"])
    for r in original(B):
        b[name_b[r["heading"]]].add(r["hts8"])
    for r in original(C):
        c[r["list"]].add(r["hts8"])
        if r["ch99_code"].startswith("9903.91"):
            later[r["hts8"]].add(r["ch99_code"])
    for codes in b.values():
        expect(not any(map(reads_as_date, codes)), "B holds a code that reads as a date")
    hts_2017 = {r["hts8"] for r in original("us_mfn_hts8_2017.csv.gz")}
    hts_2025 = {r["HTS Number"].replace(".", "")[:8] for r in original("hts_2025_basic_edition.csv.gz")}
    elsewhere = {x: l for l in LISTS for x in a[l] & b[l]} | {x: l for l in LISTS for x in a[l] if x not in ONE_LIST_ONLY}
    parts = c["3_addl"]

    def not_in_b(x):
        if reads_as_date(x):
            return f"not in B: {x[:4]}.{x[4:6]}.{x[6:]} reads as a date, and B lost every such code"
        return f"not in B: split later into {', '.join(k for k, v in SUCCESSORS.items() if v == x)}"

    def not_in_c(x):
        if x in later:
            return f"not in C: moved later to {', '.join(sorted(later[x]))}"
        return "not in C: its edition no longer has the line" if x not in hts_2025 else "not in C: no reason found"

    def why_out(x, l):
        if x >= "98":
            return "heading of chapter 98 or 99, named in the note and no product line"
        if x in ONE_LIST_ONLY:
            return f"in A also on list {ONE_LIST_ONLY[x]}, and only there in B and C"
        if x in SUCCESSORS:
            return f"later code; the list of its day has {SUCCESSORS[x]}"
        if x in elsewhere and elsewhere[x] != l:
            return f"C only; A has it on list {elsewhere[x]}"
        if x in parts:
            return "C only; a part of this line is on list 3 (9903.88.04), and A and B have the line on no list"
        if x not in hts_2017:
            return "C only; not in HTS 2017: a code of a later edition"
        return "C only; in no list of A or B, and read as a mention in the note"

    out = []
    for l in LISTS:
        rows = []
        for x in sorted(a[l] | b[l] | c[l]):
            known = "".join(n for n, e in (("A", a), ("B", b), ("C", c)) if x in e[l])
            settled, part = "", ""
            if known == "ABC":
                pass
            elif x >= "98" or (l == "3" and x in ONE_LIST_ONLY):
                settled = None
            elif known in ("AB", "AC", "A"):
                settled = "; ".join([not_in_b(x)] * ("B" not in known) + [not_in_c(x)] * ("C" not in known))
            elif x == "90330090":
                settled = "not in A, whose list 1 lacks one line of 818; in B and C"
            elif l == "3" and x in parts or l == "4A" and known == "C" and x in hts_2017 and x not in elsewhere:
                part = "yes"
                named = "9903.88.04 in C" if l == "3" else "9903.88.15 in C"
                settled = f"not in A and B, which have whole lines: statistical numbers below it under {named}"
            else:
                settled = None
            if settled is None:
                out.append((l, x, known, why_out(x, l)))
            else:
                rows.append((x, part, settled))
        put(f"{USA}/list-{l.lower()}.csv", ("line", "part", "settled"), rows)
    put(f"{USA}/left-out.csv", ("list", "line", "in", "why"), out)


# ---- China


def retaliation(workbook):
    """The lists of 2018 and 2019 at HS8: within each HS8 all HS10 lines agree."""
    lines = collections.defaultdict(dict)
    for r in workbook:
        for day, column in RETALIATION.items():
            old = lines[r["hs10"][:8]].setdefault(day, r[column])
            expect(old == r[column], f"{r['hs10']}: lines of one HS8 differ on {day}")
    head = ("line", "rate")
    with_rate = lambda day: [(k, v[day] + "%") for k, v in sorted(lines.items()) if v[day] != "0"]
    put(f"{CHN}/usd34bn.csv", head, with_rate("2018-07-06"))
    put(f"{CHN}/usd16bn.csv", head, with_rate("2018-08-23"))
    put(f"{CHN}/usd60bn.csv", head, with_rate("2018-09-24"))
    total = lambda v: f"{int(v['2018-09-24']) + int(v['2019-06-01'])}%"
    put(f"{CHN}/usd60bn-2019-06.csv", head, [(k, total(v)) for k, v in sorted(lines.items()) if v["2019-06-01"] != "0"])
    autos = [(k, v["2019-01-01"].removeprefix("-") + " points") for k, v in sorted(lines.items()) if v["2019-01-01"] != "0"]
    put(f"{CHN}/autos.csv", ("line", "takes_out"), autos)
    for k, v in lines.items():
        off = -int(v["2019-01-01"])
        expect(off in (0, sum(int(v[d]) for d in ("2018-07-06", "2018-08-23", "2018-09-24"))), f"{k}: taken out in part")
    rows = [(r["cn_hs8"], r["additional_rate_pct"] + "%") for r in original("china_retaliation_232_list_2018-04-02.csv")]
    expect(sorted(rows) == with_rate("2018-04-02"), "the notice of April 2018 and the workbook differ")
    put("measures/chn-retaliation-232/list.csv", head, sorted(rows))
    return lines


def september(workbook):
    """The tranche of September 2019. The HS6 file has the highest rate of each HS6, so a lower line is known within bounds."""
    base = collections.defaultdict(lambda: collections.defaultdict(Number))
    columns = [*MFN_DATES, *RETALIATION.values()]
    for r in workbook:
        hs8 = base[r["hs10"][:6]]
        hs8[r["hs10"][:8]] = max(hs8[r["hs10"][:8]], sum(Number(r[c] or 0) for c in columns))
    near = Number("0.0002")
    rows = []
    for r in original("china_tariff_on_us_hs6_2018_2019.csv.gz"):
        highest, lines = Number(r["2019-09-01"]), base[r["hs6"]]
        can = {k: [a for a in (0, 5, 10) if b + a <= highest + near] for k, b in lines.items()}
        makes = [(k, a) for k, b in lines.items() for a in can[k] if abs(b + a - highest) < near]
        expect(makes, f"{r['hs6']}: no line has the rate of 2019-09-01")
        if len(makes) == 1:
            can[makes[0][0]] = [makes[0][1]]
        how = "one HS8 line" if len(lines) == 1 else f"{len(lines)} HS8 lines, highest total {percent(round(highest, 3))}"
        if len(set(map(tuple, can.values()))) == 1:
            can = {r["hs6"]: next(iter(can.values()))}
        rows += [(k, v[0], v[-1], how) for k, v in can.items() if v[-1]]
    for name, share in (("sep-2019", 1), ("sep-2019-halved", 2)):
        say = lambda n: percent(Number(n) / share)
        text = [(k, say(high) if low == high else f"{say(low)} to {say(high)}", how) for k, low, high, how in sorted(rows)]
        put(f"{CHN}/{name}.csv", ("line", "rate", "how"), text)


def march_2025():
    rows = {}
    for r in original("china_retaliation_2025-03-10_hs8.csv"):
        rate, text = rows.setdefault(r["cn_hs8"], (r["additional_rate_pct"] + "%", short(r["description"])))
        expect(rate == r["additional_rate_pct"] + "%", f"{r['cn_hs8']}: two rates")
    put("measures/chn-retaliation-2025/list.csv", ("line", "rate", "description"), [(k, *v) for k, v in sorted(rows.items())])


# ---- the acts of 2025 and 2026, as two public trackers list their goods


def codes_of(name, column=0, head=True, keep=lambda row: True):
    """The codes of a column, without dots; lines of comment and codes that are none are passed over."""
    lines = [line for line in text_of(name).splitlines() if not line.startswith("#")]
    rows = list(csv.reader(lines))[1 if head else 0 :]
    codes = [(row[column].replace(".", "").strip(), row) for row in rows if len(row) > column]
    return {code for code, row in codes if re.fullmatch(r"\d{4,10}", code) and keep(row)}


def below_lines():
    """The ten-digit numbers below each line of the edition of 2025."""
    below = collections.defaultdict(set)
    for r in original("hts_2025_basic_edition.csv.gz"):
        code = r["HTS Number"].replace(".", "")
        if len(code) == 10:
            below[code[:8]].add(code)
    return below


def whole_lines(codes, below):
    """Ten-digit numbers as their line, where the codes have all of them; a code below another that is there is left out."""
    lines = {code[:8] for code in codes if len(code) == 10}
    full = {line for line in lines if below[line] <= codes and (below[line] or line + "00" in codes)}
    codes = {code[:8] if code[:8] in full else code for code in codes}
    return {code for code in codes if not any(code[:n] in codes for n in range(4, len(code)))}


def put_codes(name, codes, below, part=()):
    """A list of codes. Those of `part` mean only some goods of the line; longer codes say so by their length."""
    stands = lambda code: code < "98" and code not in NO_CODES
    codes, part = (whole_lines(set(filter(stands, some)), below) for some in (codes, part))
    part = {code for code in part if not any(code[:n] in codes for n in range(4, len(code) + 1))}
    if part:
        put(name, ("line", "part"), sorted([(code, "") for code in codes] + [(code, "yes") for code in part]))
    else:
        put(name, ("line",), sorted((code,) for code in codes))


# Codes of the trackers that the US schedule of 2025 does not have: slips, and one line of a later revision (4420.19.00).
NO_CODES = {"44201900", "71229000", "73170088", "73170095", "73269000", "7610109090", "7616100090", "94969001"}
# The articles of Proclamations 9705 and 9704 of 2018.
STEEL = {*(str(n) for n in range(7206, 7216)), "72161000", "72162100", "72162200", "72163100", "72163200", "72163300", "72164000", "72165000", "72169900"}
STEEL |= {*(str(n) for n in range(7217, 7230)), "73011000", "730210", "73024000", "730290", "7304", "7305", "7306"}
ALUMINIUM = {"7601", "7604", "7605", "7606", "7607", "7608", "7609", "7616995160", "7616995170"}


def acts_2025():
    below = below_lines()
    # Reciprocal duties: what is free of them.
    before = {code[:8] for code in codes_of("redux_annex-II-exemptions.csv.gz")}
    after = codes_of("redux_annex-II-exemptions-nov14.csv.gz")
    free = "measures/usa-reciprocal-exceptions"
    electronics = codes_of("redux_consumer_electronics_EO14257_apr11.csv.gz")
    put_codes(f"{free}/annex-ii.csv", before & after, below)
    put_codes(f"{free}/wood-and-copper.csv", before - after, below)
    put_codes(f"{free}/in-doubt.csv", {c for c in after - before if c > "25"}, below)
    put_codes(f"{free}/farm-goods.csv", {c for c in after - before if c < "25"}, below)
    put_codes(f"{free}/electronics.csv", electronics, below)
    floor = "floor_exempt_products.csv.gz"
    of = lambda category, group: codes_of(floor, keep=lambda r: r[1] == category and r[2] == group)
    put_codes(f"{free}/civil-aircraft.csv", (), below, part=of("civil_aircraft", "korea"))
    put_codes(f"{free}/generic-medicines.csv", (), below, part=of("pharma", "eu"))
    expect(of("pharma", "eu") == of("pharma", "swiss"), "the medicines of the EU and of Switzerland differ")
    put_codes(f"{free}/eu-resources.csv", of("ptaap", "eu"), below, part=of("particular", "eu"))
    put_codes(f"{free}/swiss-resources.csv", of("ptaap", "swiss"), below)
    orders = "country_eo_exempt_products.csv.gz"
    for name, day in (("exceptions", "2025-08-06"), ("exceptions-november", "2025-11-13")):
        put_codes(f"measures/usa-ieepa-brazil/{name}.csv", codes_of(orders, 1, keep=lambda r: r[2] == day), below)
    carve = "fentanyl_carveout_products.csv.gz"
    energy, potash = (codes_of(carve, keep=lambda r: r[2] == c) for c in ("energy_ca", "potash_ca"))
    expect(potash == codes_of(carve, keep=lambda r: r[2] == "potash_mx"), "potash of Canada and of Mexico differ")
    put_codes("measures/usa-ieepa-fentanyl-canada/energy.csv", energy, below)
    put_codes("measures/usa-ieepa-fentanyl-canada/potash.csv", potash, below)

    # Section 232.
    steel = codes_of("redux_steel-tariffs.csv.gz")
    derived = "s232_derivative_products.csv.gz"
    first = codes_of("redux_alu-tariffs.csv.gz") | codes_of(derived, keep=lambda r: not r[3])
    inside = lambda codes, *chapters: {c for c in codes if c.startswith(chapters)}
    outside = lambda codes, *chapters: {c for c in codes if not c.startswith(chapters)}
    metals = "measures/usa-section-232-metals"
    articles = STEEL | ALUMINIUM
    put_codes(f"{metals}/articles.csv", articles, below)
    march = steel | first
    put_codes(f"{metals}/derivatives-march-2025.csv", inside(march, "73", "76"), below, part=outside(march, "73", "76"))
    august = {c for c in codes_of(derived, keep=lambda r: bool(r[3])) if not any(c[:n] in march | articles for n in range(4, 9))}
    put_codes(f"{metals}/derivatives-august-2025.csv", inside(august, "73", "76"), below, part=outside(august, "73", "76"))
    put_codes(f"{metals}/copper.csv", (), below, part=codes_of("s232_copper_products.csv.gz"))
    annex = lambda name: codes_of(f"redux_metals-annex-{name}.csv.gz")
    metal = "s232_annex_products.csv.gz"
    copper = codes_of(metal, keep=lambda r: r[2] == "copper")
    for name, codes in (("annex-i-a", annex("IA")), ("annex-i-b", annex("IB"))):
        put_codes(f"{metals}/{name}.csv", codes - copper, below)
        put_codes(f"{metals}/{name}-copper.csv", codes & copper, below)
    put_codes(f"{metals}/annex-iii.csv", annex("III-temporary"), below)
    put_codes("measures/usa-section-232-vehicles/car-parts.csv", (), below, part=codes_of("s232_auto_parts.csv.gz"))
    put_codes("measures/usa-section-232-vehicles/truck-parts.csv", (), below, part=codes_of("s232_mhd_parts.csv.gz"))

    # Section 122, Section 301 of 2026, Section 338.
    goods = codes_of("redux_section122-product-exemptions.csv.gz")
    aircraft = codes_of("redux_section122-aircraft-exemptions.csv.gz")
    some = codes_of("redux_section122-specific-exemptions.csv.gz")
    other = codes_of("s122_exempt_products.csv.gz")
    expect(goods | aircraft | some == other - {"90314970"}, "the two trackers' exceptions from Section 122 differ")
    put_codes("measures/usa-section-122/exceptions.csv", goods, below)
    put_codes("measures/usa-section-122/civil-aircraft.csv", (), below, part=(aircraft | {"90314970"}) - goods)
    put_codes("measures/usa-section-122/some-goods.csv", (), below, part=some - goods)
    brazil = "redux_brazil-301-exemptions.csv.gz"
    flat = codes_of(brazil, keep=lambda r: r[1] == "flat")
    put_codes("measures/usa-section-301-brazil/exemptions.csv", flat, below)
    put_codes("measures/usa-section-301-brazil/part.csv", (), below, part=codes_of(brazil, keep=lambda r: r[1] != "flat") - flat)
    for name in ("alcohol", "dairy", "autos"):
        to = {"autos": "motor-vehicles"}.get(name, name)
        put_codes(f"measures/usa-section-338-canada/{to}.csv", codes_of(f"redux_canada-338-{name}.csv.gz"), below)
    put_codes("measures/usa-section-338-canada/civil-aircraft.csv", (), below, part=codes_of("redux_canada-338-aircraft-exempt.csv.gz"))

    # Canada's answer. The lists have eight digits of the Canadian schedule.
    canada = "measures/can-retaliation-2025"
    march, metals = codes_of("redux_canada-march-list.csv.gz", head=False), codes_of("redux_canada-steel-list.csv.gz", head=False)
    put_codes(f"{canada}/march.csv", march, below)
    put_codes(f"{canada}/steel-and-aluminium.csv", {c for c in metals if len(c) == 8}, below)
    put_codes(f"{canada}/consulted.csv", codes_of("redux_canada-125b-list.csv.gz", head=False) - march, below)


def february_2025():
    """China's duties of February 2025, from the WTO's mean of lines by HS6: a step of 10 or 15 is that of all lines below."""
    rows = []
    for r in original("china_tariff_on_us_hs6_9_dates_2025_01_2026_05_wto_ttd.csv.gz"):
        if not r["2025-01-01"] or not r["2025-02-10"]:
            continue
        step = round(Number(r["2025-02-10"]) - Number(r["2025-01-01"]), 2)
        if step:
            rate = 15 if r["hs6"][:4] in ("2701", "2702", "2711") else 10
            expect(step <= rate, f"{r['hs6']}: a step of {step}")
            rows.append((r["hs6"], f"{rate}%", "" if step == rate else "yes", f"{step} points as a mean of lines"))
    put("measures/chn-retaliation-2025/february.csv", ("line", "rate", "part", "note"), sorted(rows))


# ---- checks

PROBLEMS = []


def expect(holds, problem):
    if not holds:
        PROBLEMS.append(problem)


def check_files():
    for name, text in FILES.items():
        rows = list(csv.reader(io.StringIO(text)))
        expect(rows == plain(text), f"{name}: two readings differ")
        column = rows[0].index("line")
        codes = [row[column] for row in rows[1:]]
        expect(all(re.fullmatch(r"\d{4,12}[A-Z]?", code) for code in codes), f"{name}: a code that is none")
        if name.startswith("measures") and not name.endswith("left-out.csv"):
            expect(len(set(codes)) == len(codes), f"{name}: a code twice")
        expect(len(codes) == ROWS[name], f"{name}: {len(codes)} rows, and {ROWS[name]} are expected")


def check_tomls():
    named = set()
    for path in sorted([*ROOT.glob("schedules/*.toml"), *ROOT.glob("measures/*.toml")]):
        book = tomllib.loads(path.read_text(encoding="utf-8"))
        expect(path.stem in (book.get("id"), "authorities", "held"), f"{path.name}: its id is another")
        sections = [book, *book.get("list", {}).values(), *book.get("exclusion", [])]
        named |= {f"{path.parent.name}/{s['lines']}" for s in sections if "lines" in s}
        provenance = book.get("provenance", [])
        for p in provenance if isinstance(provenance, list) else [provenance]:
            found = hashlib.sha256(place(p["original"]).read_bytes()).hexdigest()
            expect(found == p["sha256"], f"{path.name}: {p['original']} has another SHA-256")
    # Lists of whole chapters are written by hand; what was left out of lists belongs to none.
    named = {name for name in named if not name.endswith("/chapters.csv")}
    made = set(FILES) - {f"{USA}/left-out.csv"}
    expect(named == made, f"files not named, or named and not made: {named ^ made}")


def shipped(name):
    rows = csv.DictReader(io.StringIO(FILES[name]))
    return {r["line"]: r.get("rate") for r in rows}


def check_coverage():
    """PIIE figure 2, out of what ships: imports of 2017 on which China's retaliation stood in June 2019, by sector."""
    found = collections.defaultdict(lambda: [0, 0])
    on = set(shipped("measures/chn-retaliation-232/list.csv"))
    later = set().union(*(shipped(f"{CHN}/usd{n}.csv") for n in ("34bn", "16bn", "60bn", "60bn-2019-06")))
    on |= later - set(shipped(f"{CHN}/autos.csv"))
    with gzip.open(DATA / "china_imports_us/china_imports_from_us_2017_hs8.csv.gz", "rt", encoding="utf-8", newline="") as file:
        for r in csv.DictReader(file):
            found[r["sector"]][r["hs8"] in on] += int(r["value_kusd"])
    off = []
    with open(DATA / "oracles/bown_jung_zhang_fig2_coverage_by_sector.csv", encoding="utf-8", newline="") as file:
        for sector, *figures in list(csv.reader(file))[1:]:
            theirs = [round(float(f) * 1e6) for f in figures[:2]]
            expect(abs(found[sector][1] - theirs[1]) <= 2, f"{sector}: covered {found[sector]}, published {theirs}")
            off += [f"{sector}: ours {found[sector]}, published {theirs}"] if found[sector] != theirs else []
    covered, whole = sum(v[1] for v in found.values()), sum(map(sum, found.values()))
    # One sector differs by 2 thousand USD from what was published.
    expect(len(off) == 1 and (covered, whole) == (87137151, 154839651), f"covered {covered} of {whole}")
    print(f"retaliation of June 2019 covers {covered} of {whole} thousand USD; sectors that differ: {off or 'none'}")


def bounds(text):
    return [Number(t) for t in re.findall(r"[\d.]+(?=%)", text or "0%")]


def check_highest():
    """The HS6 file again, out of what ships: the highest total of each HS6 on each of its dates."""
    mfn = collections.defaultdict(list)
    for r in csv.DictReader(io.StringIO(FILES["schedules/chn-mfn-2018.csv"])):
        mfn[r["line"]].append((r["from"], r["rate"]))
    lists = {n: shipped(f"{CHN}/{n}.csv") for n in ("usd34bn", "usd16bn", "usd60bn", "usd60bn-2019-06", "autos", "sep-2019")}
    lists["232"] = shipped("measures/chn-retaliation-232/list.csv")
    begins = {"232": "2018-04-02", "usd34bn": "2018-07-06", "usd16bn": "2018-08-23", "usd60bn": "2018-09-24"}
    tried, wrong, vague = collections.Counter(), collections.Counter(), collections.Counter()
    by_six = collections.defaultdict(list)
    for line in mfn:
        by_six[line[:6]].append(line)
    for r in original("china_tariff_on_us_hs6_2018_2019.csv.gz"):
        for day in list(r)[1:]:
            low, high = [], []
            for line in by_six[r["hs6"]]:
                base = [rate for begin, rate in mfn[line] if begin <= day][-1]
                eight = line[:8]
                if not base or base.startswith("specific") or not r[day]:
                    low = None
                    break
                acts = {n for n, begin in begins.items() if begin <= day and eight in lists[n]}
                if day >= "2019-06-01" and eight in lists["usd60bn-2019-06"]:
                    acts = acts - {"usd60bn"} | {"usd60bn-2019-06"}
                if day >= "2019-01-01" and eight in lists["autos"]:
                    acts &= {"232"}
                if day >= "2019-12-26" and r["hs6"] in ("390120", "390140", "390210"):
                    acts -= {"usd16bn"}
                total = bounds(base)[0] + sum(bounds(lists[n][eight])[0] for n in acts)
                september = bounds(lists["sep-2019"].get(eight, lists["sep-2019"].get(r["hs6"]))) if day >= "2019-09-01" else [Number(0)]
                if day >= "2019-12-26" and r["hs6"] in ("390120", "390140", "390210"):
                    september = [Number(0)]
                low.append(total + september[0])
                high.append(total + september[-1])
            if low is None:
                continue
            tried[day] += 1
            theirs = Number(r[day])
            near = Number("0.0002")
            wrong[day] += not (max(low) - near <= theirs <= max(high) + near)
            vague[day] += max(low) != max(high)
    for day in tried:
        expect(wrong[day] == (39 if day == "2018-11-01" else 0), f"{wrong[day]} HS6 of {day} differ")
        print(f"{day}: highest rate of {tried[day]} HS6 out of what ships: {wrong[day]} differ, {vague[day]} within bounds only")


def main():
    global DATA
    arguments = [a for a in sys.argv[1:] if a != "--check"]
    if len(arguments) != 1:
        sys.exit(__doc__)
    DATA = pathlib.Path(arguments[0])
    usa_2017()
    usa_2025()
    lists_301()
    workbook = original(WORKBOOK)
    chn_2018(workbook)
    retaliation(workbook)
    september(workbook)
    march_2025()
    february_2025()
    acts_2025()
    check_files()
    if "--check" in sys.argv:
        check_tomls()
        check_coverage()
        check_highest()
        for name, text in FILES.items():
            path = ROOT / name
            expect(path.is_file() and path.read_text(encoding="utf-8") == text, f"{name}: what is there is not what is made")
    else:
        for name, text in FILES.items():
            (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
            (ROOT / name).write_text(text, encoding="utf-8", newline="\n")
    for problem in PROBLEMS:
        print("problem:", problem, file=sys.stderr)
    print(f"{len(FILES)} files, {sum(map(len, FILES.values()))} bytes, {len(PROBLEMS)} problems")
    sys.exit(1 if PROBLEMS else 0)


if __name__ == "__main__":
    main()
