"""Writes docs/oracles.md from docs/oracles.csv. Python 3, standard library only.

Run it from anywhere: python3 docs/oracles.py
"""

import csv
import pathlib

HERE = pathlib.Path(__file__).resolve().parent
HEAD = (HERE / "oracles-head.md").read_text(encoding="utf-8")


def cell(text):
    return text.replace("|", "\\|").replace("\n", " ")


def main():
    with open(HERE / "oracles.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    ours = [r for r in rows if r["ours"]]
    not_held = [r for r in rows if not r["ours"]]
    sources = []
    for row in rows:
        if row["source"] not in sources:
            sources.append(row["source"])
    number = {source: n + 1 for n, source in enumerate(sources)}

    out = [HEAD.rstrip(), ""]
    out += [f"## Ours beside theirs ({len(ours)} rows)", ""]
    out += ["| figure | period | theirs | ours | difference | unit | where ours comes from | why they differ | source |"]
    out += ["| --- | --- | --- | --- | --- | --- | --- | --- | --- |"]
    for r in ours:
        out.append(
            "| {} | {} | {} | {} | {} | {} | {} | {} | [{}] |".format(
                *(cell(r[k]) for k in ("name", "as_of", "theirs", "ours", "difference", "unit", "command_or_how", "why")),
                number[r["source"]],
            )
        )
    out += ["", f"## Not at hand ({len(not_held)} rows)", ""]
    out += ["| figure | period | theirs | unit | why there is none of ours | source |", "| --- | --- | --- | --- | --- | --- |"]
    for r in not_held:
        why = r["why"].removeprefix("not at hand: ")
        out.append(
            f"| {cell(r['name'])} | {cell(r['as_of'])} | {cell(r['theirs'])} | {cell(r['unit'])} | {cell(why)} | [{number[r['source']]}] |"
        )
    out += ["", "## Sources", ""]
    out += [f"{n}. {source}" for source, n in number.items()]
    (HERE / "oracles.md").write_text("\n".join(out) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
