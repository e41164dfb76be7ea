"""Kills and injects faults at the calls of every command that writes, and holds what is left against what was before and after.

    python3 checks/faults.py PROGRAM [--most N] [part of a scenario's name ...]

Needs Linux and strace. For each scenario a small workspace is made and the command is run once to count its calls (write, rename,
fsync, open, close, link, mkdir and their kin). Then it is run again in a fresh copy for each of these calls, or for N of them spread
evenly, three times: killed at the call, and with ENOSPC and EIO as what the call returns. After each run:

  half      what the workspace answers is neither the answer of before nor that of after
  false     the program said that it failed and had done it, or that it had done it and had not
  verify    `store verify` or `case verify` finds something wrong
  stuck     the command cannot be run again, or does not lead to the answer of after

`hit` counts the runs that did not end with 0. Exit status 0 if none of the four came up. Standard library only."""

import json
import os
import re
import shutil
import subprocess
import sys
import tempfile

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
CALLS = ("write,pwrite64,writev,copy_file_range,sendfile,rename,renameat,renameat2,fsync,fdatasync,openat,close,link,linkat,"
         "mkdir,mkdirat,unlink,unlinkat,rmdir,fchmod,chmod,ftruncate,flock")
PROGRAM = None

AGREEMENT = """id = "deal"
title = "Made-up protocol"
parties = ["XNA", "XSA"]
instrument = "binding-agreement"
signed = 2019-11-30
in_force = 2020-01-01

[statistics]
sources = ["cust"]
counts_from = 2020-01-01

[scope.list]
codes = ["0808", "0809"]
classification = "HS2017"

[[commitment]]
id = "buy"
by = "XNA"
to = "XSA"
cite = "3"
force = "shall"
rule = "imports( XNA   from XSA, list, 2020) >= 100 USD"

[[commitment]]
id = "publish"
by = "XNA"
cite = "1"
force = "shall"
act = "Publish the list."
due = 2020-06-30
"""
LADDER = """id = "deal"
title = "Consultations"
cite = "Article 9"
start = ["request"]

[[step]]
id = "request"
title = "Request for consultations"
cite = "9.1"
by = "complainant"
certainty = "primary"
source = "x"
next = ["talks"]

[[step]]
id = "talks"
title = "Talks"
cite = "9.2"
by = "either"
certainty = "primary"
source = "x"
next = ["request"]
"""
SOURCE = """id = "cust"
title = "Customs table"
publisher = "Customs"
reporter = "XNA"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 30
revision = "never"
depth = 4

[basis]
covers = "goods"
side = "importer"
trade = "general imports"
valuation = "CIF"
accounting = "census"
seasonal = "not adjusted"
partner = "origin"
territory = "x"
currency = "USD"
secrecy = "none known"

[absence]
default = "zero"

[[flow]]
stage = "imports"
non_negative = true
dimensions = ["USD"]

[[edition]]
name = "HS2017"
from = 2012-01-01

[[file]]
coverage = "full"
period = { column = "period" }
partner = { constant = "XSA" }
code = { column = "hs", pattern = "digits", lengths = [4] }
[[file.value]]
column = "value"
unit = "USD"
"""
DRAFT = """as_of = 2020-05-01
rubric = "acts-v1"
conclusion = "kept"
grounds = "The list is out and used."

[[item]]
grade = "applied"
date = 2020-04-30
says = "Customs uses the list."
publisher = "the ministry"
cite = "notice 12"
certainty = "primary"
document = "notice.txt"
"""


def run(where, *args):
    return subprocess.run([PROGRAM, "--color", "never", *args], cwd=where, capture_output=True, text=True, timeout=120)


def must(where, *args):
    done = run(where, *args)
    if done.returncode:
        sys.exit(f"{args}: {done.stderr}")
    return done.stdout


def put(where, name, text):
    path = os.path.join(where, name)
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)


def world(where):
    """A workspace in where/ws; papers, drafts and keys lie beside it."""
    ws = os.path.join(where, "ws")
    put(ws, "servanda.toml", "format = 1\n")
    put(ws, "agreements/deal/agreement.toml", AGREEMENT)
    put(ws, "agreements/deal/ladder.toml", LADDER)
    put(ws, "sources/cust.toml", SOURCE)
    shutil.copytree(os.path.join(ROOT, "rubrics"), os.path.join(ws, "rubrics"))
    put(where, "a.csv", "period,hs,value\n2020,0808,60\n")
    put(where, "b.csv", "period,hs,value\n2019,0808,70\n")
    put(where, "c.csv", "period,hs,value\n2021,0808,80\n")
    put(where, "paper.txt", "A paper.\n")
    put(where, "notice.txt", "The notice.\n")
    put(where, "draft.toml", DRAFT)
    return ws


def people(where, ws):
    for id, name in [("ann", "Ann Lee"), ("bo", "Bo Chen"), ("cy", "Cy Dahl")]:
        key = must(ws, "case", "key", "new", "--out", os.path.join(where, id + ".key")).strip()
        put(where, id + ".pub", key)
        if id != "cy":
            must(ws, "case", "person", "add", id, "--name", name, "--affiliation", "a desk", "--key", key)


def first_format(ws):
    """Manifests as the first layout had them."""
    import hashlib

    folder = os.path.join(ws, "evidence/cust/manifests")
    for name in os.listdir(folder):
        path = os.path.join(folder, name)
        manifest = json.load(open(path))
        manifest["format"] = 1
        for key in ("meaning", "before", "group"):
            manifest.pop(key, None)
        text = json.dumps(manifest, sort_keys=True, separators=(",", ":")).encode()
        os.remove(path)
        with open(os.path.join(folder, hashlib.sha256(text).hexdigest() + ".json"), "wb") as f:
            f.write(text)


def assessment(ws):
    return json.loads(must(ws, "case", "assessments", "--format", "json"))["answer"]["assessments"]


INGEST = ["--published", "2021-01-20"]
OPEN = ["case", "open", "c1", "--agreement", "deal", "--commitment", "buy", "--complainant", "XSA", "--respondent", "XNA",
        "--date", "2020-09-25", "--filed", "2020-09-25", "--document", "../paper.txt"]
FILE = ["case", "file", "c1", "--event", "talks", "--by", "XSA", "--date", "2020-10-25", "--filed", "2020-10-25", "--document",
        "../paper.txt"]
ASSESS = ["case", "assess", "deal", "publish", "--from", "../draft.toml", "--by", "ann", "--key", "../ann.key"]


def approve(ws):
    id = assessment(ws)[0]["id"]
    return ["case", "approve", id[:12], "--by", "bo", "--key", "../bo.key", "--conclusion", "kept"]


def reply(ws):
    id = assessment(ws)[0]["id"]
    return ["case", "reply", id[:12], "--party", "XNA", "--document", "../paper.txt", "--text", "No."]


def two_readings(where, ws):
    """A merge of two branches: two second readings of one assessment."""
    must(ws, *ASSESS)
    key = open(os.path.join(where, "cy.pub")).read()
    must(ws, "case", "person", "add", "cy", "--name", "Cy Dahl", "--affiliation", "a desk", "--key", key)
    once = approve(ws)
    must(ws, *once)
    folder = os.path.join(ws, "cases/approvals")
    (first,) = os.listdir(folder)
    kept = open(os.path.join(folder, first), "rb").read()
    os.remove(os.path.join(folder, first))
    must(ws, *[{"bo": "cy", "../bo.key": "../cy.key"}.get(word, word) for word in once])
    with open(os.path.join(folder, first), "wb") as f:
        f.write(kept)


def set_aside(ws):
    folder = os.path.join(ws, "cases/approvals")
    first = sorted(os.listdir(folder))[0]
    return ["case", "set-aside", "cases/approvals/" + first, "--by", "ann", "--key", "../ann.key", "--why", "two branches"]


SCENARIOS = {
    "ingest one": (lambda where, ws: None, lambda ws: ["ingest", "cust", "../a.csv", *INGEST]),
    "ingest one more": (
        lambda where, ws: must(ws, "ingest", "cust", "../b.csv", *INGEST),
        lambda ws: ["ingest", "cust", "../a.csv", *INGEST],
    ),
    "ingest several": (
        lambda where, ws: None,
        lambda ws: ["ingest", "cust", "../a.csv", "../b.csv", "../c.csv", "--published", "2021-12-31"],
    ),
    "withdraw": (
        lambda where, ws: must(ws, "ingest", "cust", "../a.csv", *INGEST),
        lambda ws: ["withdraw", "cust@2021-01-20", "--why", "wrong"],
    ),
    "upgrade": (
        lambda where, ws: (must(ws, "ingest", "cust", "../a.csv", *INGEST), first_format(ws)),
        lambda ws: ["store", "upgrade"],
    ),
    "case open": (lambda where, ws: None, lambda ws: OPEN),
    "case file": (lambda where, ws: must(ws, *OPEN), lambda ws: FILE),
    "person add": (
        people,
        lambda ws: ["case", "person", "add", "cy", "--name", "Cy Dahl", "--affiliation", "a desk", "--key",
                    open(os.path.join(ws, "../cy.pub")).read()],
    ),
    "assess": (people, lambda ws: ASSESS),
    "approve": (lambda where, ws: (people(where, ws), must(ws, *ASSESS)), approve),
    "reply": (lambda where, ws: (people(where, ws), must(ws, *ASSESS)), reply),
    "set aside": (lambda where, ws: (people(where, ws), two_readings(where, ws)), set_aside),
    "fmt": (lambda where, ws: None, lambda ws: ["fmt", "agreements/deal"]),
}


def answer(ws):
    """What the workspace says of all that a scenario may change, without instants and hashes that a second run makes anew."""
    found = []
    for args in [["check", "deal", "--as-of", "2022-12-31", "--format", "json"], ["store", "verify"],
                 ["case", "list", "--format", "json"], ["case", "assessments", "--format", "json"]]:
        done = run(ws, *args)
        text = done.stdout if "json" in args else "".join(l for l in done.stdout.splitlines(True) if "older store" in l)
        text = re.sub(r"[0-9a-f]{12,64}", "#", re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "T", text))
        found.append((done.returncode if "json" in args else 0, text))
    for path in ["agreements/deal/agreement.toml"]:
        with open(os.path.join(ws, path), encoding="utf-8") as f:
            found.append(f.read())
    register = os.path.join(ws, "cases/people")
    found.append(sorted(n for n in os.listdir(register) if n[0] != ".") if os.path.isdir(register) else [])
    return found


def sound(ws):
    wrong = []
    for args in (["store", "verify"], ["case", "verify"]):
        done = run(ws, *args)
        if done.returncode:
            wrong.append(" ".join(args) + ": " + " / ".join((done.stdout + done.stderr).strip().splitlines()[-3:]))
    return wrong


def calls(where, args):
    """The numbers of the calls from the first that touches the workspace to the last, and their names."""
    log = os.path.join(where, "log")
    subprocess.run(["strace", "-f", "-y", "-e", "trace=" + CALLS, "-o", log, PROGRAM, *args], cwd=os.path.join(where, "ws"),
                   capture_output=True, timeout=120, check=True)
    counts, points, first, last = {}, [], None, None
    main = None
    for line in open(log, errors="replace"):
        found = re.match(r"(\d+) +(\w+)\(", line)
        if not found:
            continue
        thread, name = found.groups()
        main = main or thread
        # Threads count their calls apart; only the first, which writes, is followed. Each call is counted by itself.
        if thread != main:
            continue
        counts[name] = counts.get(name, 0) + 1
        points.append((counts[name], name))
        if where + "/ws" in line:
            first, last = len(points) - 1 if first is None else first, len(points)
    return points[first:last] if first is not None else []


def main():
    global PROGRAM
    args = sys.argv[1:]
    most = int(args.pop(args.index("--most") + 1)) if "--most" in args else None
    args = [a for a in args if a != "--most"]
    PROGRAM = os.path.abspath(args[0])
    total = {"points": 0, "hit": 0, "half": 0, "false": 0, "verify": 0, "stuck": 0}
    for name, (prepare, command) in SCENARIOS.items():
        if args[1:] and not any(part in name for part in args[1:]):
            continue
        count = dict.fromkeys(total, 0)
        with tempfile.TemporaryDirectory(prefix="faults-") as base:
            start = os.path.join(base, "start")
            ws = world(start)
            prepare(start, ws)
            before = answer(ws)
            words = command(ws)
            whole = sound(ws)
            copy = lambda to: shutil.copytree(start, os.path.join(base, to), symlinks=True) and os.path.join(base, to)
            done = copy("done")
            must(os.path.join(done, "ws"), *words)
            after = answer(os.path.join(done, "ws"))
            if before == after:
                sys.exit(f"{name}: the command changes nothing that is looked at")
            points = calls(copy("traced"), words)
            if most and len(points) > most:
                points = [points[i * len(points) // most] for i in range(most)]
            for number, call in points:
                for fault in ("signal=KILL", "error=ENOSPC", "error=EIO"):
                    count["points"] += 1
                    here = copy("run")
                    ws = os.path.join(here, "ws")
                    ran = subprocess.run(
                        ["strace", "-f", "-o", "/dev/null", "-e", "trace=" + CALLS, "-e", f"inject={call}:{fault}:when={number}",
                         PROGRAM, "--color", "never", *words], cwd=ws, capture_output=True, text=True, timeout=120)
                    # That a call failed need not be told: what nobody needs may fail.
                    count["hit"] += ran.returncode != 0
                    told, wrong = answer(ws), []
                    if told not in (before, after):
                        wrong.append(("half", "neither before nor after"))
                    if "KILL" not in fault and ran.returncode and told == after:
                        wrong.append(("false", "said to have failed: " + ran.stderr.strip()))
                    if not ran.returncode and told == before:
                        wrong.append(("false", "said to be done: " + ran.stdout.strip()))
                    wrong += [("verify", w) for w in sound(ws) if not whole or told == after]
                    again = run(ws, *words)
                    if told == before and (again.returncode or answer(ws) != after):
                        wrong.append(("stuck", (again.stderr or "another answer").strip()))
                    wrong += [("verify", "again: " + w) for w in sound(ws)] if not whole or told == after else []
                    for kind, what in wrong:
                        count[kind] += 1
                        print(f"  {name}, {call} {number}, {fault}: {kind}: {what[:300]}", flush=True)
                    shutil.rmtree(here)
        print(f"{name}: " + ", ".join(f"{k} {v}" for k, v in count.items()), flush=True)
        for key in total:
            total[key] += count[key]
    print("all: " + ", ".join(f"{k} {v}" for k, v in total.items()))
    sys.exit(any(v for k, v in total.items() if k not in ("points", "hit")))


if __name__ == "__main__":
    main()
