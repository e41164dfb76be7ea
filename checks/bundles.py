#!/usr/bin/env python3
"""Bundles of every rule that ships, read by verify_bundle.py; and each refused once it was tampered with.

    cargo build -p servanda && python3 checks/bundles.py [target/debug/servanda] [AGREEMENT ...]

Standard library only. Ends with 1 if a bundle that is as written is refused, or one that was changed is not.
"""
import hashlib
import json
import pathlib
import subprocess
import sys
import tempfile
import tomllib
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVANDA = sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/servanda"
DAYS = ["2021-03-25", "2026-01-15", "2026-11-29"]


def read(path):
    """How the reader ends on a file, and what it says."""
    done = subprocess.run([sys.executable, "-B", ROOT / "checks/verify_bundle.py", path], capture_output=True, text=True)
    return done.returncode, (done.stdout + done.stderr).strip()


def sealed(document):
    """A changed document with a digest of its own, as an attacker who can hash writes it."""
    rest = json.dumps({k: v for k, v in document.items() if k not in ("servanda_bundle", "sha256")}, separators=(",", ":"))[1:] + "\n"
    return f'{{"servanda_bundle":1,"sha256":"{hashlib.sha256(rest.encode()).hexdigest()}",\n{rest}'.encode()


def tampered(raw):
    """What an attacker makes of a bundle: a name of the change, and the file."""
    middle = len(raw) // 2
    yield "one byte", raw[:middle] + bytes([raw[middle] ^ 1]) + raw[middle + 1:]
    document = json.loads(raw)
    figures = [(s, o) for s in document["series"] if not s["beyond"] for o in s["observations"] if o[3] not in (None, "0")]
    if figures:
        series, figure = figures[len(figures) // 2]
        at = series["observations"].index(figure)
        del series["observations"][at]
        yield "a figure left out, hashed anew", sealed(document)
        series["observations"].insert(at, [*figure[:3], str(int(figure[3]) + 1), *figure[4:]])
        yield "a figure changed, hashed anew", sealed(document)
        series["observations"][at] = figure
        newest = max(series["vintages"], key=lambda v: v["date"])
        series["vintages"].append({**newest, "id": "2031-01-02", "date": "2031-01-02", "published": "2031-01-02"})
        series["observations"][at] = [*figure[:7], "2031-01-02"]
        yield "a newer publication slipped in, hashed anew", sealed(document)
    document = json.loads(raw)
    for ledger in document["ledgers"]:
        if ledger["entries"]:
            del ledger["entries"][-1]
            yield "an entry left out, hashed anew", sealed(document)
            break
    document = json.loads(raw)
    document["finding"]["commitment"]["status"] = "open" if document["finding"]["commitment"]["status"] != "open" else "met"
    yield "another status, hashed anew", sealed(document)


def one(job):
    agreement, commitment, day, dir = job
    path = dir / f"{agreement}.{commitment}.{day}.json"
    asked = [SERVANDA, "bundle", agreement, commitment, "--as-of", day, "--out", path]
    made = subprocess.run(asked, cwd=ROOT, capture_output=True, text=True)
    if made.returncode == 2 and ("was made known" in made.stderr or "there is no" in made.stderr or "has no commitment" in made.stderr):
        return job, None, []
    if made.returncode:
        return job, (1, made.stderr), []
    found, missed = read(path), []
    for what, file in tampered(path.read_bytes()) if found[0] == 0 else ():
        changed = path.with_suffix(".changed")
        changed.write_bytes(file)
        code, said = read(changed)
        missed.append((what, code, said))
    path.unlink()
    return job, found, missed


def main():
    names = sys.argv[2:] or sorted(p.parent.name for p in ROOT.glob("agreements/*/agreement.toml"))
    with tempfile.TemporaryDirectory() as dir:
        jobs = []
        for name in names:
            toml = tomllib.loads((ROOT / f"agreements/{name}/agreement.toml").read_text())
            rules = [c["id"] for c in toml["commitment"] if "rule" in c]
            jobs += [(name, id, day, pathlib.Path(dir)) for id in rules for day in DAYS]
        with ThreadPoolExecutor(2) as pool:
            results = list(pool.map(one, jobs))
    ends, reasons, refused, wrong = Counter(), Counter(), Counter(), 0
    for (agreement, commitment, day, _), found, missed in results:
        if found is None:
            continue
        ends[found[0]] += 1
        if found[0] == 2:
            reasons[found[1].splitlines()[-1][:90]] += 1
        elif found[0]:
            wrong += 1
            print(f"{agreement} {commitment} {day}: {found[1][:600]}")
        for what, code, said in missed:
            refused[what, code] += 1
            if code != 1:
                wrong += 1
                print(f"{agreement} {commitment} {day}: {what}: ends with {code}: {said[:300]}")
    print(f"{ends[0]} bundles verified, {ends[2]} not checked, {ends[1]} refused")
    for reason, count in reasons.most_common():
        print(f"  {count} {reason}")
    for (what, code), count in sorted(refused.items()):
        print(f"{what}: {count} end with {code}")
    sys.exit(1 if wrong or not ends[0] else 0)


if __name__ == "__main__":
    main()
