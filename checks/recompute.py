#!/usr/bin/env python3
"""Works out every status of `servanda check` again from its JSON alone.

    servanda check us-china-phase-one --as-of 2021-03-25 --format json | python3 checks/recompute.py

Standard library only, and nothing of Servanda. What people concluded of acts is taken as given. Ends with 1 if any status
that is printed does not follow from the figures, operators and days that are printed beside it.
"""
import json
import sys
from fractions import Fraction

UNDECIDED = ["cannot-tell", "not-yet-testable", "open"]  # from the least decided on


def ends(figure):
    """Low and high of a figure, exact; None is no bound."""
    exact = figure.get("exact", {})
    return [None if figure[k] is None else Fraction(exact.get(k, figure[k])) for k in ("low", "high")]


def holds(node):
    """Whether a comparison holds: True, False, or None if its bounds do not decide it."""
    op = node["comparison"]
    if op is None:
        return None
    parts = [holds(p) for p in node.get("parts", [])]
    if op == "not":
        return None if parts[0] is None else not parts[0]
    if op in ("and", "or"):
        strong = op == "or"
        if strong in parts:
            return strong
        return None if None in parts else not strong
    a, b = node["actual"], node["required"]
    (al, ah), (bl, bh) = ends(a), ends(b)
    if a["unit"] != b["unit"]:  # zero is zero in every currency; nothing else is compared without a rate
        money = all(len(f["unit"]) == 3 and f["unit"].isupper() for f in (a, b))
        if not money or not (al == ah == 0 or bl == bh == 0):
            return None

    def least(x, y):
        return x is not None and y is not None and x >= y

    def above(x, y):
        return x is not None and y is not None and x > y

    if op == "=":
        known = None not in (al, bl) and al == ah and bl == bh
        return (al == bl) if known else None
    yes, no = {
        ">=": (least(al, bh), above(bl, ah)),
        ">": (above(al, bh), least(bl, ah)),
        "<=": (least(bl, ah), above(al, bh)),
        "<": (above(bl, ah), least(al, bh)),
    }[op]
    return True if yes else False if no else None


def status(node, day, kept, broken):
    """The status of a comparison, of several that are joined, or of the lines, days or years of a quantified rule."""
    groups = (node.get("instances") or {}).get("groups")
    if groups:
        found = [status(g, day, kept, broken) for g in groups]
        if broken in found:
            return broken
        if all(s == kept for s in found):
            return kept
        return next(s for s in ("cannot-tell", "open", "not-yet-testable") if s in found)
    if node["undefined"] or node["unsupported"]:
        return "cannot-tell"
    outcome = holds(node)
    if outcome is False and node.get("partly"):  # an entry that may be none of those meant
        outcome = None
    if outcome is not None:
        return kept if outcome else broken
    if node["first_out"] and day < node["first_out"]:
        return "not-yet-testable"
    if node["all_out"] and day <= node["all_out"]:
        return "open"
    return "cannot-tell"


def together(found, disagree):
    """One status of several: the one that all have; if all are decided, `disagree`; else the least decided."""
    if len(set(found)) == 1:
        return found[0]
    return next((s for s in UNDECIDED if s in found), disagree)


def finding(c, binds, day):
    """The status of a commitment with a rule, and that of each reading."""
    kept, broken = ("met", "missed") if binds else ("reached", "not-reached")
    readings = [status(r, day, kept, broken) for r in c["readings"]]
    sources = {}
    for r, s in zip(c["readings"], readings):
        if r["counts"]:
            sources.setdefault(r["source"], []).append(s)
    each = [together(s, "definitions-disagree") for s in sources.values()]
    if c["waiting"]:
        return c["waiting"], readings
    if not each:
        return "cannot-tell", readings
    if c["decide"] == "any" and kept in each:
        return kept, readings
    disagree = "definitions-disagree" if "definitions-disagree" in each else "sources-disagree"
    found = together(each, disagree)
    return found, readings


def main():
    document = json.load(open(sys.argv[1]) if len(sys.argv) > 1 else sys.stdin)
    count = wrong = 0
    for c in document["commitments"]:
        if c["duty"] != "rule":
            continue
        binding = document["instrument"] == "binding-agreement"
        binds = binding and c["force"] == "shall" and c["origin"] == "text"
        found, readings = finding(c, binds, document["as_of"])
        names = [f"{r['source']}, {r['definition']['id']}" for r in c["readings"]]
        pairs = [(c["id"], c["status"], found)]
        pairs += [(f"{c['id']} on {n}", r["status"], s) for n, r, s in zip(names, c["readings"], readings)]
        for name, printed, follows in pairs:
            count += 1
            if printed != follows:
                wrong += 1
                print(f"{name}: {printed} is printed, {follows} follows")
    print(f"{count - wrong} of {count} statuses follow from the document")
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
