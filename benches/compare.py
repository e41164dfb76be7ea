"""Servanda, DuckDB and Polars: the same sums on the same Parquet files in the same run, and whole commands.

python3 benches/compare.py [PROGRAM]     needs the duckdb and polars wheels; see benches/README.md
"""

import glob
import os
import statistics
import subprocess
import sys
import time

HEADINGS = [f"{m // 30 + 1:02}{m % 30 + 1:02}" for m in (n * 2 + 1 for n in range(545))]
REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
RUNS = 10


def measure(ask):
    times, answer = [], None
    for _ in range(RUNS):
        start = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - start) * 1000)
    return times[0], min(times), answer


def duckdb_sums(files):
    import duckdb

    connection = duckdb.connect()
    listed = ", ".join(f"'{h}'" for h in HEADINGS)
    query = (
        f"SELECT period, sum(value) FROM read_parquet({files!r}) WHERE partner = 'CHN' AND flow = 'exports' "
        f"AND substr(code, 1, 4) IN ({listed}) GROUP BY period"
    )
    return measure(lambda: sum(int(row[1]) for row in connection.execute(query).fetchall()))


def polars_sums(files):
    import polars as pl

    def ask():
        frame = (
            pl.scan_parquet(files)
            .filter(
                (pl.col("partner").cast(pl.String) == "CHN")
                & (pl.col("flow").cast(pl.String) == "exports")
                & pl.col("code").cast(pl.String).str.slice(0, 4).is_in(HEADINGS)
            )
            .group_by("period")
            .agg(pl.col("value").sum())
            .collect()
        )
        return int(frame["value"].sum())

    return measure(ask)


def commands(program):
    print("\n| command, whole process, 20 runs | min ms | median ms | max ms |\n| --- | --- | --- | --- |")
    for arguments in (
        ["check", "us-china-phase-one", "--as-of", "2021-03-25"],
        ["history", "us-china-phase-one"],
    ):
        times = []
        for _ in range(20):
            start = time.perf_counter()
            subprocess.run([program, *arguments], cwd=REPOSITORY, stdout=subprocess.DEVNULL, check=True)
            times.append((time.perf_counter() - start) * 1000)
        row = " | ".join(f"{t:.0f}" for t in (min(times), statistics.median(times), max(times)))
        print(f"| `servanda {' '.join(arguments)}` | {row} |")


def main():
    bench = subprocess.run(
        ["cargo", "bench", "-q", "-p", "servanda-evidence", "--bench", "sums"],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    lines = dict(line.split("\t", 1) for line in bench.stdout.splitlines() if "\t" in line)
    files = sorted(glob.glob(os.path.join(lines["files"], "*.parquet")))
    first, best, checksum = lines["servanda"].split("\t")
    rows = [("servanda", float(first), float(best), int(checksum))]
    for name, sums in (("DuckDB", duckdb_sums), ("Polars", polars_sums)):
        rows.append((name, *sums(files)))
    print("| engine | first ms | best ms | checksum |\n| --- | --- | --- | --- |")
    for name, first, best, checksum in rows:
        print(f"| {name} | {first:.1f} | {best:.1f} | {checksum} |")
    if len({row[3] for row in rows}) != 1:
        sys.exit("the checksums differ")
    if len(sys.argv) > 1:
        commands(os.path.abspath(sys.argv[1]))


if __name__ == "__main__":
    main()
