#!/usr/bin/env python3
"""What `servanda export` writes, read with DuckDB and pandas, beside what `servanda check` answers.

    pip install duckdb pandas pyarrow && cargo build -p servanda && python3 checks/export.py [target/debug/servanda]

Ends with 1 if a table differs between CSV and Parquet, or a reading is not the sum of its figures.
"""
import json
import pathlib
import subprocess
import sys
import tempfile
from decimal import Decimal

import duckdb
import pandas

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVANDA = sys.argv[1] if len(sys.argv) > 1 else ROOT / "target/debug/servanda"
AGREEMENT, DAY = "china-soybeans-2025", "2026-11-29"


def servanda(*args):
    return subprocess.run([SERVANDA, *args], cwd=ROOT, capture_output=True, text=True, check=True).stdout


def main():
    with tempfile.TemporaryDirectory() as dir:
        out = pathlib.Path(dir) / "out"
        told = json.loads(servanda("export", AGREEMENT, "--as-of", DAY, "--out", out, "--format", "json"))["answer"]["files"]
        for file in told:
            if file["name"].endswith(".parquet"):
                parquet = pandas.read_parquet(out / file["name"])
                csv = pandas.read_csv(out / file["name"].replace("parquet", "csv"), dtype=str, keep_default_na=False)
                assert len(parquet) == len(csv) == file["rows"], file["name"]
                assert list(parquet) == list(csv) == [c["name"] for c in file["columns"]], file["name"]
                for column in file["columns"]:
                    texts, values = csv[column["name"]], parquet[column["name"]]
                    for text, value in zip(texts, values):
                        if text == "":
                            assert pandas.isna(value), (file["name"], column["name"], value)
                        elif column["figures"]:
                            assert abs(value - Decimal(text)) < Decimal(1).scaleb(-12), (file["name"], column["name"], text, value)
                        else:
                            assert value == text, (file["name"], column["name"], text, value)
                print(f"{file['name']}: {len(parquet)} rows as in CSV")
        checked, compared = json.loads(servanda("check", AGREEMENT, "--as-of", DAY, "--format", "json")), 0
        for commitment in checked["commitments"]:
            for reading in commitment["readings"]:
                if "(CHN from USA" not in (commitment["rule"] or "") or not reading["actual"] or reading["actual"]["value"] is None:
                    continue
                # A figure that lies only partly in the period adds nothing to what is held.
                found = duckdb.execute(
                    "select sum(value) from read_parquet(?) where commitment = ? and reading = ? and definition like ? and starts_with(term, ?) "
                    "and not (low = 0 and value <> 0)",
                    [str(out / "evidence.parquet"), commitment["id"], reading["source"], f"%{reading['definition']['id']}%", commitment["rule"].split(" >=")[0]],
                ).fetchone()[0]
                assert found == Decimal(reading["actual"]["value"]), (commitment["id"], reading["source"], reading["definition"]["id"], found)
                compared += 1
        assert compared > 5, compared
        print(f"{compared} readings are the sums of their figures (DuckDB)")
        lines = duckdb.execute("select importer, count(*), avg(total_low) from read_parquet(?) group by 1 order by 1", [str(out / "rates.parquet")]).fetchall()
        assert {row[0] for row in lines} == {"CHN", "USA"}, lines
        print(f"rates: {lines}")


if __name__ == "__main__":
    main()
