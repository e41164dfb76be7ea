"""Kills and injects faults at the calls of every command that writes, and holds what is left against what was before and after.

    python3 checks/faults.py PROGRAM [--most N] [part of a scenario's name ...]

Needs Linux and strace. For each scenario a small workspace is made and the command is run once to count its calls (write, rename,
fsync, open, close, link, mkdir and their kin). Then it is run again in a fresh copy for each of these calls, or for N of them spread
evenly, four times: killed at the call, with ENOSPC and EIO as what the call returns, and stopped there while others read, and then let
go on. After each run, and while it is stopped:

  half      what the workspace answers is neither the answer of before nor that of after
  false     the program said that it failed and had done it, or that it had done it and had not
  verify    `store verify` or `case verify` finds something wrong
  stuck     the command cannot be run again, or does not lead to the answer of after

Last, each command is run several times at once while others read, and killed at any moment. `hit` counts the runs that did not end
with 0. Exit status 0 if none of the four came up. Standard library only."""

import contextlib
import hashlib
import json
import os
import random
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time

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

ROWS = """id,report,publisher,published,speaker,authority,via,party,kind,about,subject,statement,certainty,value,unit,period,deadline,\
effective,answers,contradicts,waits_for,checkable
C1,R1,News,2019-01-05,report,reporter,,USA,claim,,subject,"They speak, it is said",paraphrased,,,,,,,,,document
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
    put(where, "rows.csv", ROWS)
    return ws


def people(where, ws):
    for id, name in [("ann", "Ann Lee"), ("bo", "Bo Chen"), ("cy", "Cy Dahl")]:
        key = must(ws, "case", "key", "new", "--out", os.path.join(where, id + ".key")).strip()
        put(where, id + ".pub", key)
        if id != "cy":
            must(ws, "case", "person", "add", id, "--name", name, "--affiliation", "a desk", "--key", key)


def first_format(ws):
    """Manifests as the first layout had them."""
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


CALENDAR = ["case", "calendar", "c1", "--as-of", "2020-10-16", "--ics", "../out.ics"]
KEY = ["case", "key", "new", "--out", "../new.key"]
IMPORT = ["talks", "import", "../rows.csv", "--id", "rec"]
SCENARIO = "examples/what-if/threat-and-answer.toml"


def file_beside(name, *varies):
    """What stands in a file beside the workspace, without what a second run makes anew; None where there is none."""
    def look(ws):
        path = os.path.join(ws, "..", name)
        if not os.path.exists(path):
            return None
        with open(path, "rb") as f:
            return re.sub("|".join(varies).encode(), b"", f.read()) if varies else f.read()
    return look


def said(*args):
    """What a command prints; None where it fails."""
    def look(ws):
        done = run(ws, *args)
        return None if done.returncode else done.stdout
    return look


def new_workspace(ws):
    """What is in a new workspace; None where there is none."""
    place = os.path.join(ws, "../new")
    if not os.path.exists(os.path.join(place, "servanda.toml")):
        return None
    return [said("--workspace", place, "store", "verify")(ws)] + sorted(
        os.path.relpath(os.path.join(dir, name), place)
        for dir, dirs, files in os.walk(place) for name in dirs + files if not name.startswith(".tmp-"))


def tables(ws):
    """The tables of a simulation; None where they are not whole, as its certificate says, which is written last."""
    place = os.path.join(ws, "../out")
    if not os.path.exists(os.path.join(place, "certificate.json")):
        return None
    return [(name, open(os.path.join(place, name), "rb").read()) for name in sorted(os.listdir(place)) if name[0] != "."]


def empty_folder(where, ws):
    os.mkdir(os.path.join(where, "new"))


def older_tables(where, ws):
    must(ws, "simulate", SCENARIO, "--out", "../out")
    for name in ("certificate.json", "flows.csv"):
        os.remove(os.path.join(where, "out", name))


SCENARIOS = {
    "ingest one": (None, lambda ws: ["ingest", "cust", "../a.csv", *INGEST]),
    "ingest one more": (
        lambda where, ws: must(ws, "ingest", "cust", "../b.csv", *INGEST),
        lambda ws: ["ingest", "cust", "../a.csv", *INGEST],
    ),
    "ingest several": (None, lambda ws: ["ingest", "cust", "../a.csv", "../b.csv", "../c.csv", "--published", "2021-12-31"]),
    "withdraw": (
        lambda where, ws: must(ws, "ingest", "cust", "../a.csv", *INGEST),
        lambda ws: ["withdraw", "cust@2021-01-20", "--why", "wrong"],
    ),
    "store upgrade": (
        lambda where, ws: (must(ws, "ingest", "cust", "../a.csv", *INGEST), first_format(ws)),
        lambda ws: ["store", "upgrade"],
    ),
    "case open": (None, lambda ws: OPEN),
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
    "fmt": (None, lambda ws: ["fmt", "agreements/deal"]),
    "new": (None, lambda ws: ["new", "fresh"], said("lint", "fresh", "--text")),
    "talks import": (None, lambda ws: IMPORT, said("talks", "table", "rec", "--format", "json")),
    "calendar": (lambda where, ws: must(ws, *OPEN), lambda ws: CALENDAR, file_beside("out.ics", "DTSTAMP:.*")),
    "key new": (None, lambda ws: KEY, file_beside("new.key", "[0-9A-Za-z+/=_-]{20,}")),
    "init": (None, lambda ws: ["init", "../new", "--empty"], new_workspace),
    "init there": (empty_folder, lambda ws: ["init", "../new", "--empty"], new_workspace),
    "init whole": (None, lambda ws: ["init", "../new"], new_workspace),
    "simulate": (None, lambda ws: ["simulate", SCENARIO, "--out", "../out"], tables),
    "simulate again": (older_tables, lambda ws: ["simulate", SCENARIO, "--out", "../out"], tables),
}
# These write hundreds of files alike.
MOST = {"init whole": 120}


def answer(ws, look=None):
    """What the workspace says of all that a scenario may change, without instants and hashes that a second run makes anew."""
    if look:
        return look(ws)
    found = []
    for args in [["check", "deal", "--as-of", "2022-12-31", "--format", "json"], ["store", "verify"],
                 ["case", "list", "--format", "json"], ["case", "assessments", "--format", "json"]]:
        done = run(ws, *args)
        text = done.stdout if "json" in args else "".join(l for l in done.stdout.splitlines(True) if "older store" in l)
        text = re.sub(r"[0-9a-f]{12,64}", "#", re.sub(r"\d{4}-\d\d-\d\dT[0-9:.]+Z", "T", text))
        found.append((done.returncode if "json" in args else 0, text))
    with open(os.path.join(ws, "agreements/deal/agreement.toml"), encoding="utf-8") as f:
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
    """The numbers of the calls from the first that touches the folder to the last, and their names."""
    with tempfile.NamedTemporaryFile() as log:
        subprocess.run(["strace", "-f", "-y", "-e", "trace=" + CALLS, "-o", log.name, PROGRAM, *args],
                       cwd=os.path.join(where, "ws"), capture_output=True, timeout=120, check=True)
        lines = open(log.name, errors="replace").readlines()
    counts, points, first, last = {}, [], None, None
    main = None
    for line in lines:
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
        if where in line or '"..' in line:
            first, last = len(points) - 1 if first is None else first, len(points)
    return points[first:last] if first is not None else []


def state(where):
    """A hash over all that lies in a folder, but for locks, in which nothing is."""
    found = hashlib.sha256()
    for dir, dirs, files in os.walk(where):
        dirs.sort()
        for name in sorted(set(files) - {".lock"}):
            path = os.path.join(dir, name)
            with open(path, "rb") as f:
                content = hashlib.sha256(f.read()).hexdigest()
            found.update(f"{os.path.relpath(path, where)}\0{content}\n".encode())
        found.update(f"{os.path.relpath(dir, where)}\n".encode())
    return found.hexdigest()


def traced(call, fault, number, words):
    return ["strace", "-f", "-o", "/dev/null", "-e", "trace=" + CALLS, "-e", f"inject={call}:{fault}:when={number}",
            PROGRAM, "--color", "never", *words]


def children(process):
    try:
        with open(f"/proc/{process}/task/{process}/children") as f:
            return [int(child) for child in f.read().split()]
    except OSError:
        return []


def is_stopped(process):
    try:
        with open(f"/proc/{process}/stat") as f:
            return f.read().rsplit(")", 1)[1].split()[0] in "tT"
    except OSError:
        return False


class Scenario:
    def __init__(self, name, base):
        self.name, self.base = name, base
        prepare, self.command, self.look = (*SCENARIOS[name], None)[:3]
        self.start = os.path.join(base, "start")
        ws = world(self.start)
        if prepare:
            prepare(self.start, ws)
        self.before = self.answer(ws)
        self.state = state(self.start)
        self.words = self.command(ws)
        self.whole = sound(ws)
        done = self.copy("done")
        must(os.path.join(done, "ws"), *self.words)
        self.after = self.answer(os.path.join(done, "ws"))
        if self.before == self.after:
            sys.exit(f"{name}: the command changes nothing that is looked at")
        self.count = {"points": 0, "hit": 0, "half": 0, "false": 0, "verify": 0, "stuck": 0}

    def answer(self, ws):
        return answer(ws, self.look)

    def is_one(self, told):
        """Whether a reader was told before or after, file by file: between two of its questions a writer may be done."""
        if self.look:
            return told in (self.before, self.after)
        return all(part in both for part, *both in zip(told, self.before, self.after))

    def copy(self, to):
        return shutil.copytree(self.start, os.path.join(self.base, to), symlinks=True)

    def wrong(self, at, kind, what):
        self.count[kind] += 1
        print(f"  {self.name}, {at}: {kind}: {what[:300]}", flush=True)

    def verify(self, at, ws, told):
        # What a scenario begins with may be what verify finds.
        for what in sound(ws) if not self.whole or told == self.after else []:
            self.wrong(at, "verify", what)

    def left(self, at, ws, ran, killed):
        """What a run left, and whether it can be done again."""
        if state(os.path.join(ws, "..")) == self.state:
            # Nothing was touched: it is as before, and can be done.
            if not ran.returncode:
                self.wrong(at, "false", "said to be done: " + ran.stdout.strip())
            return
        told = self.answer(ws)
        if told not in (self.before, self.after):
            self.wrong(at, "half", "neither before nor after")
        if not killed and ran.returncode and told == self.after and "What was asked is done" not in ran.stderr:
            self.wrong(at, "false", "said to have failed: " + ran.stderr.strip())
        if not ran.returncode and told == self.before:
            self.wrong(at, "false", "said to be done: " + ran.stdout.strip())
        self.verify(at, ws, told)
        again = run(ws, *self.words)
        if told == self.before and (again.returncode or self.answer(ws) != self.after):
            self.wrong(at, "stuck", (again.stderr or "another answer").strip())
        self.verify(at + ", again", ws, self.after)

    def fault(self, number, call, fault):
        self.count["points"] += 1
        here = self.copy("run")
        ws = os.path.join(here, "ws")
        # That a call failed need not be told: what nobody needs may fail.
        ran = subprocess.run(traced(call, fault, number, self.words), cwd=ws, capture_output=True, text=True, timeout=120)
        self.count["hit"] += ran.returncode != 0
        self.left(f"{call} {number}, {fault}", ws, ran, "KILL" in fault)
        shutil.rmtree(here)

    def pause(self, number, call):
        """Stops the command at a call, and reads meanwhile."""
        self.count["points"] += 1
        at = f"{call} {number}, stopped"
        here = self.copy("run")
        ws = os.path.join(here, "ws")
        tracer = subprocess.Popen(traced(call, "signal=STOP", number, self.words), cwd=ws, stdout=subprocess.PIPE,
                                  stderr=subprocess.PIPE, text=True)
        writer, still, end = None, 0, time.monotonic() + 20
        # Each call stops it for a moment.
        while tracer.poll() is None and time.monotonic() < end and still < 5:
            writer = next(iter(children(tracer.pid)), None)
            still = still + 1 if writer and is_stopped(writer) else 0
            time.sleep(0.005)
        if still == 5:
            if state(here) != self.state:
                told = self.answer(ws)
                if told not in (self.before, self.after):
                    self.wrong(at, "half", "a reader was told neither before nor after")
                self.verify(at, ws, told)
        # Each thread has such a call, and each stops all of them.
        while tracer.poll() is None:
            for process in children(tracer.pid):
                with contextlib.suppress(ProcessLookupError):
                    os.kill(process, signal.SIGCONT)
            time.sleep(0.02)
        out, error = tracer.communicate()
        if tracer.returncode or self.answer(ws) != self.after:
            self.wrong(at, "stuck", (error or "another answer").strip())
        shutil.rmtree(here)

    def at_once(self, times):
        """Several of them at once, readers beside them, and some are killed at any moment."""
        for turn in range(times):
            self.count["points"] += 1
            at = f"at once, {turn}"
            here = self.copy("run")
            ws = os.path.join(here, "ws")
            writers = [subprocess.Popen([PROGRAM, "--color", "never", *self.words], cwd=ws, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, text=True) for _ in range(3)]
            time.sleep(random.random() * 0.05)
            if turn % 2:
                writers[0].kill()
            while any(writer.poll() is None for writer in writers):
                if not self.is_one(self.answer(ws)):
                    self.wrong(at, "half", "a reader was told neither before nor after")
            said = [writer.communicate() for writer in writers]
            told = self.answer(ws)
            done = [w.returncode == 0 for w in writers]
            if told != self.after:
                self.wrong(at, "stuck" if any(done) else "half", " / ".join(error.strip() for _, error in said))
            self.verify(at, ws, told)
            shutil.rmtree(here)

    def all(self, most):
        traced = self.copy("traced")
        points = calls(traced, self.words)
        most = min(most or len(points), MOST.get(self.name, len(points)))
        if len(points) > most:
            points = [points[i * len(points) // most] for i in range(most)]
        for number, call in points:
            for fault in ("signal=KILL", "error=ENOSPC", "error=EIO"):
                self.fault(number, call, fault)
            self.pause(number, call)
        self.at_once(10)


def main():
    global PROGRAM
    args = sys.argv[1:]
    most = int(args.pop(args.index("--most") + 1)) if "--most" in args else None
    args = [a for a in args if a != "--most"]
    PROGRAM = os.path.abspath(args[0])
    total = {}
    for name in SCENARIOS:
        if args[1:] and not any(part in name for part in args[1:]):
            continue
        with tempfile.TemporaryDirectory(prefix="faults-") as base:
            scenario = Scenario(name, base)
            scenario.all(most)
        print(f"{name}: " + ", ".join(f"{k} {v}" for k, v in scenario.count.items()), flush=True)
        for key, n in scenario.count.items():
            total[key] = total.get(key, 0) + n
    print("all: " + ", ".join(f"{k} {v}" for k, v in total.items()))
    sys.exit(any(v for k, v in total.items() if k not in ("points", "hit")))


if __name__ == "__main__":
    main()
