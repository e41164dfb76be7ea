"""The naive day cube of the whole panel in DuckDB and Polars: one row for each line, origin and day.

python3 benches/tariff_cube.py [ORIGINS ...]     6 and 24 of the 240 without a number; needs the duckdb and polars wheels

The generated tariffs are those of `cargo bench -p servanda-tariff --bench panel -- FOLDER`, which this starts; its checksums
(sums of the least rate, in hundredths of a percent) must be the cube's. Each origin is joined by itself and added to the cube, each
measurement is a process of its own, and the time runs from reading the files to the checksum.
"""

import json
import os
import resource
import subprocess
import sys
import tempfile
import time

REPOSITORY = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
DAYS = 730
NEVER = "9999-12-31"

# Of acts on one line and day: 301 and 232 count with the highest, the others with their sum. 232 displaces 122 and the
# reciprocal acts; 122 displaces these.
RATE = """
    any_value(base)
    + coalesce(max(adds) FILTER (authority = 'section-301'), 0)
    + coalesce(sum(adds) FILTER (authority = 'ieepa-fentanyl'), 0)
    + coalesce(max(adds) FILTER (authority = 'section-232'), sum(adds) FILTER (authority = 'section-122'),
               sum(adds) FILTER (authority = 'ieepa-reciprocal'), 0)
"""

DUCKDB_TABLES = f"""
    CREATE TABLE days AS SELECT range::USMALLINT AS number, (DATE '2025-01-01' + range::INTEGER) AS day FROM range({DAYS});
    CREATE TABLE mfn AS SELECT line, line[1:8] AS code, from_day, coalesce(until_day, DATE '{NEVER}') AS until_day, rate
        FROM read('mfn');
    CREATE TABLE lines AS SELECT (row_number() OVER (ORDER BY line) - 1)::USMALLINT AS number, line, line[1:8] AS code
        FROM (SELECT DISTINCT line FROM mfn);
    CREATE TABLE preference AS SELECT code, rate FROM read('preference');
    CREATE TABLE member AS SELECT list, number AS line FROM read('lists') JOIN lines USING (code)
        UNION ALL SELECT -1, number FROM lines;
    CREATE TABLE acts AS SELECT measure, authority, list, top_up, rate, from_day,
        coalesce(until_day, DATE '{NEVER}') AS until_day FROM read('acts');
    CREATE TABLE whose AS FROM read('measure_origins');
    CREATE TABLE excluded AS SELECT measure, line, from_day, coalesce(until_day, DATE '{NEVER}') AS until_day
        FROM read('exclusions') JOIN member USING (list);
    CREATE TABLE cube (origin UTINYINT, line USMALLINT, day USMALLINT, rate INTEGER);
"""

DUCKDB_ORIGIN = f"""
    INSERT INTO cube
    WITH base AS (
        SELECT l.number AS line, d.number AS day, d.day AS date, least(m.rate, p.rate)::INTEGER AS base
        FROM mfn m JOIN lines l USING (line) JOIN days d ON d.day >= m.from_day AND d.day < m.until_day
        LEFT JOIN preference p ON p.code = m.code AND $preferred
    ), acting AS (
        SELECT b.line, b.day, b.base, a.authority,
            CASE WHEN a.top_up = 1 THEN greatest(a.rate - b.base, 0) ELSE a.rate END::INTEGER AS adds
        FROM base b
        JOIN member m ON m.line = b.line
        JOIN (SELECT * FROM acts SEMI JOIN (FROM whose WHERE origin = $origin) USING (measure)) a
            ON a.list = m.list AND b.date >= a.from_day AND b.date < a.until_day
        WHERE NOT EXISTS (FROM excluded e WHERE e.measure = a.measure AND e.line = b.line
            AND b.date >= e.from_day AND b.date < e.until_day)
    ), rates AS (
        SELECT line, day, base, authority, adds FROM acting UNION ALL SELECT line, day, base, NULL, 0 FROM base
    )
    SELECT $number, line, day, {RATE} FROM rates GROUP BY line, day
"""


def duckdb_cube(folder, origins):
    import duckdb

    connection = duckdb.connect()
    for name in ("mfn", "preference", "preferred", "lists", "acts", "measure_origins", "exclusions", "origins"):
        header = open(os.path.join(folder, f"{name}.csv")).readline().strip().split(",")
        types = {"line": "VARCHAR", "code": "VARCHAR", "from_day": "DATE", "until_day": "DATE"}
        typed = {column: types[column] for column in header if column in types}
        connection.execute(f"CREATE TABLE read_{name} AS FROM read_csv('{folder}/{name}.csv', types={typed})")
    tables = DUCKDB_TABLES
    for name in ("mfn", "preference", "lists", "acts", "measure_origins", "exclusions"):
        tables = tables.replace(f"read('{name}')", f"read_{name}")
    connection.execute(tables)
    preferred = {row[0] for row in connection.execute("SELECT origin FROM read_preferred").fetchall()}
    named = connection.execute("SELECT number, origin FROM read_origins ORDER BY number").fetchall()
    for number, origin in named[:origins]:
        connection.execute(
            DUCKDB_ORIGIN, {"number": number, "origin": origin, "preferred": origin in preferred}
        )
    return connection.execute("SELECT sum(rate)::HUGEINT, count(*) FROM cube").fetchone(), duckdb.__version__


def polars_cube(folder, origins):
    import polars as pl

    def read(name):
        frame = pl.read_csv(f"{folder}/{name}.csv", infer_schema=False)
        never = pl.lit(NEVER).str.to_date()
        held = set(frame.columns)
        dates = [pl.col(c).str.to_date().fill_null(never) for c in ("from_day", "until_day") if c in held]
        numbers = [pl.col(c).cast(pl.Int32) for c in ("rate", "top_up", "list", "number") if c in held]
        return frame.with_columns(dates + numbers)

    days = pl.DataFrame({"day": range(DAYS)}, schema={"day": pl.Int16}).with_columns(
        (pl.date(2025, 1, 1) + pl.duration(days=pl.col("day"))).alias("date")
    )
    mfn = read("mfn").with_columns(pl.col("line").str.slice(0, 8).alias("code"))
    lines = mfn.select("line", "code").unique().sort("line").with_row_index("number")
    lines = lines.with_columns(pl.col("number").cast(pl.Int32))
    numbered = mfn.join(lines.select("line", "number"), on="line")
    mfn = numbered.select("number", "code", "from_day", "until_day", "rate")
    preference = read("preference").rename({"rate": "low"})
    member = pl.concat(
        [
            read("lists").join(lines, on="code").select("list", "number"),
            lines.select(pl.lit(-1, pl.Int32).alias("list"), "number"),
        ]
    )
    acts, whose, preferred = read("acts"), read("measure_origins"), set(read("preferred")["origin"])
    within = (pl.col("date") >= pl.col("from_day")) & (pl.col("date") < pl.col("until_day"))
    excluded = read("exclusions").join(days, how="cross").filter(within)
    excluded = excluded.join(member, on="list").select("measure", "number", "day")
    cube = []
    named = read("origins").sort("number")["origin"].to_list()[:origins]
    for origin in named:
        base = mfn.with_columns(low=pl.col("rate"))
        if origin in preferred:
            base = mfn.join(preference, on="code", how="left")
        base = (
            base.join(days, how="cross")
            .filter(within)
            .select("number", "day", pl.min_horizontal("rate", "low").alias("base"))
        )
        own = acts.join(whose.filter(pl.col("origin") == origin), on="measure", how="semi")
        acting = (
            own.join(days, how="cross")
            .filter(within)
            .select("measure", "authority", "list", "top_up", "rate", "day")
            .join(member, on="list")
            .join(excluded.join(own, on="measure", how="semi"), on=["measure", "number", "day"], how="anti")
            .select("number", "day", "authority", "top_up", "rate")
            .join(base, on=["number", "day"])
        )
        adds = pl.when(pl.col("top_up") == 1).then((pl.col("rate") - pl.col("base")).clip(0)).otherwise(pl.col("rate"))

        def of(authority, how):
            chosen = pl.col("adds").filter(pl.col("authority") == authority)
            # A sum of nothing is nothing said, as in SQL.
            return chosen.max() if how == "max" else pl.when(chosen.len() > 0).then(chosen.sum())

        acting = acting.with_columns(adds=adds).group_by("number", "day").agg(
            a301=of("section-301", "max"),
            fentanyl=of("ieepa-fentanyl", "sum"),
            a232=of("section-232", "max"),
            a122=of("section-122", "sum"),
            reciprocal=of("ieepa-reciprocal", "sum"),
        )
        first = pl.coalesce("a232", "a122", "reciprocal", pl.lit(0))
        rate = pl.col("base") + pl.col("a301").fill_null(0) + pl.col("fentanyl").fill_null(0) + first
        rates = base.join(acting, on=["number", "day"], how="left")
        cube.append(rates.select("number", "day", rate=rate.cast(pl.Int32)))
    total = sum(int(frame["rate"].cast(pl.Int64).sum()) for frame in cube)
    return (total, sum(len(frame) for frame in cube)), pl.__version__


ENGINES = {"DuckDB": duckdb_cube, "Polars": polars_cube}


def measure_alone(engine, folder, origins):
    """In a process of its own: time, peak memory and answer."""
    start = time.perf_counter()
    (checksum, rows), version = ENGINES[engine](folder, origins)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (1024 if sys.platform == "linux" else 1024 * 1024)
    print(json.dumps([version, seconds, peak, int(checksum), rows]))


def main():
    if sys.argv[1:2] == ["--one"]:
        measure_alone(sys.argv[2], sys.argv[3], int(sys.argv[4]))
        return
    counts = [int(count) for count in sys.argv[1:]] or [6, 24]
    with tempfile.TemporaryDirectory() as folder:
        bench = subprocess.run(
            ["cargo", "bench", "-q", "-p", "servanda-tariff", "--bench", "panel", "--"]
            + [folder, *map(str, counts)],
            cwd=REPOSITORY,
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        print(bench.stdout, flush=True)
        cells = [line.split("\t") for line in bench.stdout.splitlines()]
        named = "checksum of "
        sums = {int(c[0].removeprefix(named)): int(c[1]) for c in cells if c[0].startswith(named)}
        print("| engine | origins | rows | s | peak MiB | checksum |\n| --- | --- | --- | --- | --- | --- |", flush=True)
        wrong = False
        for count in counts:
            for engine in ENGINES:
                one = subprocess.run(
                    [sys.executable, os.path.abspath(__file__), "--one", engine, folder, str(count)],
                    stdout=subprocess.PIPE,
                    text=True,
                )
                if one.returncode != 0:
                    print(f"| {engine} | {count} | | ended with status {one.returncode} | | |", flush=True)
                    continue
                version, seconds, peak, checksum, rows = json.loads(one.stdout)
                print(f"| {engine} {version} | {count} | {rows} | {seconds:.1f} | {peak:.0f} | {checksum} |", flush=True)
                wrong |= checksum != sums[count]
        if wrong:
            sys.exit("the checksums differ")


if __name__ == "__main__":
    main()
