#!/usr/bin/env python3
"""Works a finding out again from the one file that `servanda bundle` writes.

    python3 checks/verify_bundle.py FILE

Standard library only, and nothing of Servanda: written from docs/bundle.md. Prints the figures and ends with 0; ends with 1 and
says what does not hold; ends with 2 and says `not checked` where the finding is of a kind that this script does not work out.
"""
import ast, csv, functools, hashlib, io, json, pathlib, re, sys, tomllib
from datetime import date, timedelta
from fractions import Fraction as F

Refused, NotChecked, Undefined = (type(name, (Exception,), {}) for name in ("Refused", "NotChecked", "Undefined"))
UNKNOWN, UNDECIDED = (None, None, None), ["cannot-tell", "not-yet-testable", "open"]

def hold(fact, what):
    if not fact:
        raise Refused(f"{what} does not hold")

def sha256(text):
    return hashlib.sha256(text if isinstance(text, bytes) else text.encode()).hexdigest()

def number(of, key):  # a figure under a key: a decimal, or exactly as n/d where that does not end
    return None if of[key] is None else F(of.get("exact", {}).get(key, of[key]))

# --- periods: a first and a last day -----------------------------------------------------------------------------------------
SIZES = {"year": 12, "half-year": 6, "quarter": 3, "month": 1, "annual": 12, "quarterly": 3, "monthly": 1}

def months(start, size):  # the period of so many months from a month on, counted from the year 0
    first, after = (date(m // 12, m % 12 + 1, 1) for m in (start, start + size))
    return first, after - timedelta(1)

@functools.cache
def span(text):  # `2020`, `2020-Q3`, `2020-10`, `2020-10-05`, or two of them with `..` between
    if ".." in text:
        return tuple(span(one)[n] for n, one in enumerate(text.split("..")))
    m = re.fullmatch(r"(\d{4})(?:-Q(\d)|-(\d\d))?", text)
    if not m:
        return (date.fromisoformat(text),) * 2
    start = 12 * int(m[1]) + (3 * int(m[2]) - 3 if m[2] else int(m[3]) - 1 if m[3] else 0)
    return months(start, 3 if m[2] else 1 if m[3] else 12)

def sub_period(frequency, day):  # the last day, and the name, of the sub-period of a source in which a day lies
    if frequency == "daily":
        return day, day.isoformat()
    size = SIZES[frequency]
    y, m = divmod((12 * day.year + day.month - 1) // size * size, 12)
    return months(12 * y + m, size)[1], f"{y:04}" + {12: "", 3: f"-Q{m // 3 + 1}", 1: f"-{m + 1:02}"}[size]

# --- the rule: its terms by regular expressions, and what joins them as Python joins it ----------------------------------------
UNITS = {"kg": ("t", F(1, 1000)), "t": ("t", 1), "kt": ("t", 1000), "Mt": ("t", 10**6), "bbl": ("bbl", 1), "m3": ("m3", 1), "units": ("units", 1),
         "bcm": ("m3", 10**9), "l": ("m3", F(1, 1000)), "MJ": ("MJ", 1), "GJ": ("MJ", 1000), "TJ": ("MJ", 10**6), "PJ": ("MJ", 10**9),
         "kWh": ("MJ", F(18, 5)), "MWh": ("MJ", 3600), "GWh": ("MJ", 36 * 10**5), "TWh": ("MJ", 36 * 10**8), "%": ("%", 1), "pp": ("pp", 1)}
NAME, UNIT = r"[a-z](?:-?\w)*", r"(?:(?:m|bn|tn)[ ])?[A-Z]{3}\b|" + "|".join(rf"{u}\b" for u in UNITS if u != "%") + "|%"
TERM = re.compile(rf"""(?P<flow>(?P<stage>\${NAME}|imports|exports|balance|deficit|announced|booked|shipped|entered|paid)\s*\(\s*(?P<a>[\w-]+)
    \s+(?:from|to|with|on)\s+(?P<b>[\w-]+)\s*,(?P<scope>[^,()]+),(?P<period>[^,()]+)(?:,\s*in\s+(?P<in>{UNIT})\s*)?\))
  | (?P<word>ledger|count)\s*\(\s*(?P<of>{NAME})\s*(?:,(?P<when>[^()]+))?\)
  | (?<![\w)])(?P<number>-?\d+(?:\.\d+)?)(?:\s*(?P<unit>{UNIT}))? | (?P<param>\${NAME})""", re.X)

def unit_of(text):  # a unit's base unit, and how many of it it is
    money = re.fullmatch(r"(?:(m|bn|tn) )?([A-Z]{3})", text or "")
    return (money[2], {"m": 10**6, "bn": 10**9, "tn": 10**12}.get(money[1], 1)) if money else UNITS[text] if text else ("", 1)

def parse(text):  # a rule without its quantifiers as Python's syntax tree, with the terms that stand in it under the names `_0`, `_1`, 
    terms = [m.groupdict() | {"text": " ".join(m[0].split())} for m in TERM.finditer(text)]
    numbers = iter(range(len(terms)))
    joined = re.sub(r"(?<![<>])=", "==", TERM.sub(lambda m: f"_{next(numbers)}", text))
    try:
        return ast.parse(joined.strip(), mode="eval").body, terms
    except SyntaxError:
        raise NotChecked(f"a rule with a kind of term that this script does not work out: {text}") from None

# --- figures: value, low, high, unit; None where there is none, or no bound ----------------------------------------------------
def plus(a, b):
    return tuple(None if x is None or y is None else x + y for x, y in zip(a[:3], b[:3]))

def scaled(a, factor):
    ends = (a[0], a[1], a[2]) if factor >= 0 else (a[0], a[2], a[1])
    return tuple(None if x is None else x * factor for x in ends)

def exact(a, zero=False):
    return a[1] is not None and a[1] == a[2] and not (zero and a[1])

def held(a, b):  # the sum of two flows: what is held of it is what is held of either
    return b if a is None else (plus(a, b)[0] if None not in (a[0], b[0]) else b[0] if a[0] is None else a[0], *plus(a, b)[1:], a[3])

def common(a, b):  # the unit in which two figures are added and compared: zero is zero in every currency
    money = re.fullmatch("[A-Z]{3} [A-Z]{3}", f"{a[3]} {b[3]}")
    return a[3] if a[3] == b[3] else (b[3] if exact(a, True) else a[3] if exact(b, True) else None) if money else None

def joined(op, a, b):  # two figures made one; products and quotients of a figure and a plain number that is known
    if isinstance(op, (ast.Mult, ast.Div)):
        a, b = (b, a) if isinstance(op, ast.Mult) and a[3] == "" else (a, b)
        if b[3] != "" or not exact(b) or b[1] == 0:
            raise NotChecked("a product or quotient of two figures")
        return *scaled(a, b[1] if isinstance(op, ast.Mult) else 1 / b[1]), a[3]
    if common(a, b) is None or not isinstance(op, (ast.Add, ast.Sub)) or a[3] == b[3] == "%":
        raise NotChecked(f"a sum of {a[3]} and {b[3]}")
    return *plus(a, b if isinstance(op, ast.Add) else scaled(b, -1)), common(a, b)

class Bundle:  # a bundle, read and held against itself
    def __init__(self, path):
        first, _, rest = pathlib.Path(path).read_bytes().partition(b"\n")
        hold(first == b'{"servanda_bundle":1,"sha256":"%s",' % sha256(rest).encode(), "that the first line has the SHA-256 of the rest")
        self.doc = json.loads(first + rest)
        self.day, self.agreement, self.all = self.doc["as_of"], self.doc["agreement"], self.doc["series"]
        self.files, self.sources = self.agreement["files"], {s["id"]: s for s in self.doc["sources"]}
        self.ledgers, self.definitions = {x["name"]: x for x in self.doc["ledgers"]}, {d["id"]: d for d in self.doc["definitions"]}
        self.given, self.figures, self.manifests = set(), 0, {}
        self.toml = tomllib.loads(self.files["agreement.toml"])
        for d in self.doc["definitions"]:
            hold(sha256(d["canonical"]) == d["sha256"], f"the fingerprint of definition {d['id']}")
        for m in self.doc["manifests"]:
            read = json.loads(m["text"])
            hold(sha256(m["text"]) == m["sha256"] and read["source"] == m["source"], f"manifest {m['sha256']}")
            out = (v for n, v in enumerate(read["vintages"]) if n not in m["apart"] and v["date"] <= self.day)
            self.manifests.setdefault(m["source"], []).extend((v, read["original"]["sha256"]) for v in out)
        for ledger in self.doc["ledgers"]:
            self.entries(ledger)
        for number, series in enumerate(self.all):
            self.series(f"series {number} ({series['source']}, {series['stage']}, {series['first']}..{series['last']})", series)

    def entries(self, ledger):  # holds a ledger's entries against its file, and the days on which they were published again
        rows = csv.DictReader(io.StringIO(self.files[ledger["file"]]))
        lines = {rows.line_num: row for row in rows if row["published"] <= self.day}
        hold({e["line"] for e in ledger["entries"]} == set(lines), f"that ledger {ledger['name']} has every entry of {ledger['file']}")
        for e in ledger["entries"]:
            row, own = lines[e["line"]], [o["published"] for o in ledger["entries"] if e["id"] and (o["id"], o["stage"]) == (e["id"], e["stage"])]
            e["revises"] = any(o < e["published"] for o in own)
            same = F(row["value"]) == number(e, "value") and all(row[k] == e[k] for k in ("period", "published"))
            hold(same and e["replaced"] == min((o for o in own if o > e["published"]), default=None), f"line {e['line']} of {ledger['file']}")

    def takes(self, s, code):  # the line that takes a code; the lines that may hold some of it; whether others of the list do
        total = self.sources[s["source"]]["total"]
        codes = {total if c == "" and total else c: line for c, line in s["codes"].items()}
        own = next((codes[code[:n]] for n in range(len(code), -1, -1) if code[:n] in codes), None)
        longer = [line for c, line in codes.items() if c != code and c.startswith(code)]
        return own, {line for line in longer if line is not None}, bool(longer)

    @staticmethod
    def covers(s, v, name, *words):
        start, end = span(name)
        blocks = [b for b in v["coverage"] if (b["flow"], b["partner"]) == (s["stage"], s["partner"])]
        return any(span(p)[0] <= start and end <= span(p)[1] for b in blocks for word in words for p in b.get(word, []))

    def series(self, what, s):  # holds a series' publications against the manifests, and its cells against its figures
        out = [(v, sha) for v, sha in self.manifests.get(s["source"], []) if v["date"] <= s["as_of"]]
        days, sums, taken = {v["id"]: v["date"] for v in s["vintages"]}, {}, {c: self.takes(s, c) for c in {o[1] for o in s["observations"]}}
        hold(s["as_of"] <= self.day, f"{what}: that it is not as of a later day")
        for v in s["vintages"]:
            listed = any(m["date"] == v["date"] and sha == v["sha256"] for m, sha in out)
            hold(listed, f"{what}: that a manifest has {v['id']}, out by {s['as_of']}")
        for line, code, period, value, low, high, preliminary, vintage in [] if s["beyond"] else s["observations"]:
            own, deeper, ambiguous = taken[code]
            end, v, self.figures = span(period)[1].isoformat(), int(value or 0), self.figures + 1
            hold(vintage in days and (line == own or line in deeper), f"{what}: {code} in {period}")
            early = preliminary or days[vintage] <= end
            newer = [m["date"] for m, _ in out if m["date"] > max(days[vintage], end) and self.covers(s, m, period, "final_all")]
            hold(early or not newer, f"{what}: that {vintage} is the newest publication of {period}")
            for to in () if value is None else {own, *deeper} - {None}:
                certain, at = to == own and not ambiguous, sums.get((to, period), (0, 0, 0))
                adds = v if to == own else 0, v if certain else min(v, 0), v if certain else max(v, 0)
                sums[to, period] = tuple(x + y for x, y in zip(at, adds))
        for line, name, value, low, high, kept, vintage, _, _ in [] if s["beyond"] else s["cells"]:
            at, cell = sums.pop((line, name), (0, 0, 0)), f"{what}: {s['labels'][line]} in {name}"
            hold(int(value) == at[0] and (vintage is None or vintage in days), f"{cell} as the sum of its figures")
            if kept in ("whole", "part"):
                hold((int(low), int(high)) == at[1:], f"{cell}: its bounds")
                hold(any(self.covers(s, v, name, "final_all", "final_rows") for v, _ in out), f"{cell}: that a publication covers it")
        hold(not any(any(at) for at in sums.values()), f"{what}: that every figure enters a cell")

    def summed(self, flow, non_negative, when):  # a series over a period: value, low, high; and whether something of it is not held
        s = self.all[flow["series"]]
        if s["beyond"] or any(a < when[0] or b > when[1] for a, b in map(span, {c[1] for c in s["cells"]})):
            raise NotChecked(f"figures that are {', '.join(s['beyond']) or 'only partly in the period'}")
        source, size, names = self.sources[s["source"]], F(1, 10 ** s["scale"]), {}
        bounded, lacking = source["parent"] is not None or source["depth"] is not None, any(c[8] for c in s["cells"])
        for c in s["cells"]:
            names[c[1]] = names.get(c[1], True) and (c[5] == "whole" or c[5] == "part" and (bounded or c[7] > 0))
        complete = all(names.values()) and not lacking
        nothing = not any(c[7] for c in s["cells"]) and (not any(names.values()) or lacking)
        value, low, high = (sum(int(c[n]) for c in s["cells"]) * size for n in (2, 3, 4))
        hidden = any(c[5] == "part" for c in s["cells"])
        sound = complete and (non_negative or not hidden)
        return (None if nothing else value, low if sound or non_negative else None, high if sound else None), complete or lacking, hidden and sound

class Reading:  # the rule on one source under one definition
    def __init__(self, bundle, reading):
        self.b, self.r, self.definition = bundle, reading, bundle.definitions[reading["definition"]["id"]]
        side = bundle.agreement["sides"].get(reading["source"].removeprefix("side."), {})
        self.goods, self.services = (bundle.sources.get(side.get(k, reading["source"])) for k in ("goods", "services"))
        self.vars, self.name, self.flows = {}, f"{reading['source']}, {self.definition['id']}", {}
        for t in bundle.doc["terms"]:
            if (t["source"], t["definition"]) == (reading["source"], self.definition["id"]):
                text, _, period = t["text"].partition(" [")
                self.flows[text, span(period.rstrip("]")) if period else self.period(parse(text)[1][0]["period"].strip())] = t

    def period(self, text):  # what a period means under the definition, where the quantifier stands
        if ".." in text:
            return tuple(self.period(one.strip())[n] for n, one in enumerate(text.split("..")))
        if text[0] == "$":
            return self.period(self.parameter(text))
        moved = re.fullmatch(r"(year|half-year|quarter|month)(?: ([+-]) (\d+))?", text)
        if moved and moved[1] in self.vars:
            return months(self.vars[moved[1]] + SIZES[moved[1]] * int((moved[2] or "+") + (moved[3] or "0")), SIZES[moved[1]])
        if not text[0].isdigit() and text != "as-of":
            raise NotChecked(f"the period {text}")
        return span(self.b.day if text == "as-of" else text)

    def parameter(self, name):
        try:
            return self.definition["parameters"][name[1:]].strip()
        except KeyError:
            raise Undefined(name) from None

    def known_by(self, when):  # whether a period is a baseline, and the day by which what is known of it counts
        baseline = when is not None and when[1].isoformat() < (self.b.agreement["counts_from"] or "")
        return baseline, min(self.b.day, baseline and self.definition["frozen"] or self.b.day)

    def flow(self, term):
        items, when = re.split(r" [+-] ", term["scope"].strip()), self.period(term["period"].strip())
        stage = self.parameter(term["stage"]) if term["stage"][0] == "$" else term["stage"]
        for item in set(items) & {*self.b.agreement["undefined"], "line"}:
            raise NotChecked("a rule over lines") if item == "line" else Undefined(item)
        found = self.flows.get((term["text"], when), {"flows": [], "shared": False})
        left, group = list(found["flows"]), [["WLD"] if x == "world" else self.b.agreement["groups"].get(x, [x]) for x in (term["a"], term["b"])]
        parts = {"balance": [("exports", 1), ("imports", -1)], "deficit": [("imports", 1), ("exports", -1)]}.get(stage, [(stage, 1)])
        readers = [self.goods] if set(items) - {"services"} or self.goods is self.services else []
        readers += [self.services] if self.goods is not self.services and {"services", "all"} & set(items) else []
        total = None
        for pair in [(a, b) for a in group[0] for b in group[1]]:
            one, whole = None, True
            for word, sign in parts:
                part = None
                for source in readers:
                    figure, known = self.one(source, word, pair, term, left, when)
                    whole, part = whole and known, held(part, figure)
                part = (*scaled(part, sign), part[3])
                one = part if one is None else (*plus(one, part), one[3])
            total = held(total, one if whole or len(parts) == 1 else (one[0], None, None, one[3]))
        if left or found["shared"]:
            raise NotChecked("figures that two terms have in common" if found["shared"] else "codes of which only a part is meant")
        return total

    def one(self, source, stage, pair, term, left, when):
        """One flow of one source; what the source publishes nothing of is not known. And whether nothing of it is yet to be held."""
        unit, own = unit_of(term["in"])[0] if term["in"] else source["basis"]["currency"], source["reporter"] == pair[0]
        mirror, scope = {"imports": "exports", "exports": "imports"}.get(stage, stage), term["scope"].strip()
        route = [source["id"], stage if own else mirror, pair[1] if own else pair[0], unit]
        baseline, as_of = self.known_by(when)
        ends = [sub_period(source["frequency"], day) for day in when]
        out = tuple(day + timedelta(source["lag_days"]) for day, _ in ends)
        (self.baselines if baseline else self.tested).append((out[1], out[1]) if baseline else out)
        flow = next((f for f in left if [self.b.all[f["series"]][k] for k in ("source", "stage", "partner", "unit")] == route), None)
        if flow is None:
            self.b.given.add(f"{source['id']} publishes nothing for {stage} of {scope} in {unit}")
            return (*UNKNOWN, unit), True
        left.remove(flow)
        s, listed = self.b.all[flow["series"]], json.loads(self.definition["canonical"])["scopes"].get(scope, {}).get("selected")
        hold([s["as_of"], s["first"], s["last"]] == [as_of, ends[0][1], ends[1][1]], f"{self.name}: the days of series {flow['series']}")
        if s["labels"] != listed and scope not in ("goods", "services", "all"):
            self.b.given.add(f"which codes of {source['id']} are {scope}")
        self.spans.append((route[:3], *when))
        non_negative = next(f["non_negative"] for f in source["flows"] if f["stage"] == route[1])
        (value, low, high), known, hidden = self.b.summed(flow, non_negative, when)
        if hidden:
            self.b.given.add(f"{source['id']} does not show at most {flow['not_shown']} {unit} of {scope} in {term['period'].strip()}")
            high = None if flow["not_shown"] is None else high + number(flow, "not_shown")
        return (value, low, high, unit), known

    def ledger(self, word, name, period):
        ledger, when = self.b.ledgers[name], self.period(period.strip()) if period else None
        baseline, iso = self.known_by(when)
        non_negative, total, within, vouched = ledger["non_negative"] or word == "count", (F(0),) * 3, False, False
        known = [e for e in ledger["entries"] if e["selected"] and e["published"] <= iso and (e["replaced"] is None or iso < e["replaced"])]
        for e in known:
            a, b = span(e["period"])
            inside, outside = when is None or when[0] <= a and b <= when[1], when is not None and (b < when[0] or a > when[1])
            amount, floor = F(1) if word == "count" else number(e, "value"), F(0) if non_negative else None
            whole = word == "count" or b.isoformat() < e["published"] or a.isoformat() == b.isoformat() == e["published"] or e["looks_ahead"]
            so_far = not whole and e["stage"] and a.isoformat() <= e["published"] and non_negative
            bounds = (amount,) * 2 if inside and whole else (amount if inside and so_far else floor, amount if whole and non_negative else None)
            total, within = total if outside else plus(total, (amount if inside else F(0), *bounds)), within or inside
        until, first = when[1].isoformat() if when else iso, min((e["published"] for e in ledger["entries"]), default=None)
        for v in ledger["vouches"]:
            since = v["said"] or max([v["through"], *(d for d in (ledger["encoded_on"], first) if d)])
            if v["through"] >= until and since <= iso and (v["said"] or ledger["encoded_on"] or first):
                missed = [e for e in known if not e["revises"] and since < e["published"] and span(e["period"])[1].isoformat() <= v["through"]]
                vouched |= not ((v["said"] or ledger["encoded_on"]) and missed)
        low, high = (total[1] if vouched or non_negative else None), (total[2] if vouched else None)
        self.tested += [when] if when and not baseline else []
        unit, factor = unit_of(ledger["unit"]) if word == "ledger" else ("", 1)
        self.spans.append((ledger["file"], date.min, date.max))
        return *scaled((total[0] if vouched or within else None, low, high), factor), unit

    def value(self, node, terms):
        if isinstance(node, ast.BinOp):
            return joined(node.op, self.value(node.left, terms), self.value(node.right, terms))
        if not isinstance(node, ast.Name) or not node.id.removeprefix("_").isdigit():
            raise NotChecked("a rule with a kind of term that this script does not work out")
        term = terms[int(node.id[1:])]
        if term["number"]:
            unit, factor = unit_of(term["unit"])
            return (F(term["number"]) * factor,) * 3 + (unit,)
        if term["param"]:
            return self.value(*parse(self.parameter(term["param"])))
        return self.flow(term) if term["flow"] else self.ledger(term["word"], term["of"], term["when"])

    def side(self, node, terms, printed, word):  # a side of a comparison, as it is printed
        self.spans = []
        figure = self.value(node, terms)
        for n, (route, a, b) in enumerate(self.spans):
            if any(route == other and a <= d and c <= b for other, c, d in self.spans[n + 1:]):
                raise NotChecked("two terms of one side that may have figures in common")
        own = tuple(number(printed, k) for k in ("value", "low", "high"))
        hold(figure[:3] == own and (figure[3] == printed["unit"] or own == UNKNOWN), f"{self.name}: {word}, where {list(map(str, figure))} follows,")
        return figure

    def holds(self, node, terms, printed):
        if isinstance(node, ast.BoolOp) or isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.Not):
            nodes, strong = getattr(node, "values", None) or [node.operand], isinstance(node.op, ast.Or)
            parts = [self.holds(n, terms, p) for n, p in zip(nodes, printed["parts"], strict=True)]
            if isinstance(node.op, ast.Not):
                return None if parts[0] is None else not parts[0]
            return strong if strong in parts else None if None in parts else not strong
        if not isinstance(node, ast.Compare) or len(node.ops) > 1:
            raise NotChecked("a rule with a kind of term that this script does not work out")
        a, b = (self.side(n, terms, printed[w], w) for n, w in ((node.left, "actual"), (node.comparators[0], "required")))
        if common(a, b) is None or isinstance(node.ops[0], ast.Eq):
            return a[1] == b[1] if common(a, b) is not None and exact(a) and exact(b) else None
        a, b = (b, a) if isinstance(node.ops[0], (ast.Lt, ast.LtE)) else (a, b)
        strict, none = isinstance(node.ops[0], (ast.Lt, ast.Gt)), (lambda *ends: None in ends)
        yes = not none(a[1], b[2]) and (a[1] > b[2] or a[1] == b[2] and not strict)
        return True if yes else False if not none(b[1], a[2]) and (b[1] > a[2] or b[1] == a[2] and strict) else None

    def status(self, rule, printed, words):
        self.tested, self.baselines = [], []
        try:
            outcome = self.holds(*rule, printed)
        except Undefined as what:
            hold(printed["undefined"], f"{self.name}: that {what} is defined")
            return "cannot-tell"
        hold(not printed["undefined"], f"{self.name}: that a term is undefined")
        day, days = date.fromisoformat(self.b.day), self.tested or self.baselines
        if outcome is not None:
            return words[0] if outcome else words[1]
        return "not-yet-testable" if days and day < min(days)[0] else "open" if days and day <= max(b for _, b in days) else "cannot-tell"

    def work_out(self, rule, words):
        each = re.fullmatch(r"each (year|half-year|quarter|month) in ([^:]+):(.*)", rule.strip())
        if not each:
            return self.status(parse(rule), self.r, words)
        (start, end), node, found = self.period(each[2].strip()), parse(each[3]), []
        for one in self.r["years"]:
            self.vars = {each[1]: 12 * start.year + start.month - 1}
            found.append(self.status(node, one, words))
            hold(span(one["period"]) == self.period(each[1]) and found[-1] == one["status"], f"{self.name}: {one['period']} as printed")
            start = self.period(each[1])[1] + timedelta(1)
        hold(start == end + timedelta(1), f"{self.name}: that every {each[1]} is there")
        return words[1] if words[1] in found else next(s for s in ("cannot-tell", "open", "not-yet-testable", words[0]) if s in found)

def together(found, disagree):
    return found[0] if len(set(found)) == 1 else next((s for s in UNDECIDED if s in found), disagree)

def verify(path):
    b = Bundle(path)
    c, sources, lines = b.doc["finding"]["commitment"], {}, []
    if c["duty"] != "rule" or c["waiting"]:
        raise NotChecked("a condition that the commitment waits for" if c["waiting"] else "an act or a refraining, which people judge")
    if not b.agreement["amendments"]:
        own = next(x for x in b.toml["commitment"] if x["id"] == c["id"])
        hold(own["rule"] == c["rule"] and b.toml["id"] == b.agreement["id"], "that the rule is the one of agreement.toml")
    binds = b.agreement["instrument"] == "binding-agreement" and c["force"] == "shall" and c["origin"] == "text"
    words = ("met", "missed") if binds else ("reached", "not-reached")
    for r in c["readings"]:
        hold(b.definitions[r["definition"]["id"]]["sha256"] == r["definition"]["sha256"], f"{r['source']}: the definition's fingerprint")
        reading = Reading(b, r)
        status = reading.work_out(c["rule"], words)
        hold(status == r["status"], f"{reading.name}: {r['status']} is printed, and {status} follows; that it")
        figures = [f"; {w} {r[w]['value']} ({r[w]['low']} to {r[w]['high']}) {r[w]['unit']}" for w in ("actual", "required") if r[w]]
        lines.append(f"{reading.name}: {status}{''.join(figures)}")
        if r["counts"]:
            sources.setdefault(r["source"], []).append(status)
    each = [together(s, "definitions-disagree") for s in sources.values()]
    disagree = "definitions-disagree" if "definitions-disagree" in each else "sources-disagree"
    status = "cannot-tell" if not each else words[0] if c["decide"] == "any" and words[0] in each else together(each, disagree)
    hold(status == c["status"], f"{c['status']} is printed of the finding, and {status} follows; that it")
    lines.append(f"held: {b.figures} figures, {len(b.all)} series, {len(b.doc['manifests'])} manifests, {len(b.ledgers)} ledgers")
    lines += [f"taken as given: {what}" for what in sorted(b.given)]
    print(f"{b.agreement['id']} {c['id']} as of {b.day}: {status}", *lines, sep="\n")

if __name__ == "__main__":
    try:
        verify(sys.argv[1])
    except NotChecked as why:
        sys.exit(print(f"not checked: {why}") or 2)
    except (Refused, LookupError, ValueError, TypeError, StopIteration, AttributeError, RecursionError) as why:
        sys.exit(print(f"refused: {why if isinstance(why, Refused) else f'it has not the form of a bundle: {why!r}'}") or 1)
