//! Every status of `check` worked out again from its JSON alone, by a second reader that shares no code with the engine.

mod common;
#[path = "recompute/reader.rs"]
mod reader;
#[path = "recompute/world.rs"]
mod world;

use common::{json, servanda, servanda_in, text};
use reader::recompute;
use world::World;

#[test]
fn every_status_of_every_shipped_agreement_follows_from_the_document() {
    let agreements = agreements();
    // Ceilings go through every line of a schedule: two at a time.
    let statuses: usize = std::thread::scope(|scope| {
        let halves = [0, 1].map(|half| {
            let mine = agreements.iter().skip(half).step_by(2);
            scope.spawn(|| mine.map(|id| statuses_of(id)).sum::<usize>())
        });
        halves.into_iter().map(|half| half.join().unwrap()).sum()
    });
    assert!(statuses > 500, "{statuses}");
}

/// How many statuses follow from the documents of one agreement; all do.
fn statuses_of(agreement: &str) -> usize {
    let mut statuses = 0;
    for day in ["2018-09-24", "2020-09-01", "2021-03-25", "2025-12-01", "2026-11-01"] {
        // Of an agreement that was not yet known there is no document.
        let output = servanda(&["check", agreement, "--format", "json", "--as-of", day]);
        if String::from_utf8_lossy(&output.stderr).contains("it was made known on") {
            assert_eq!(output.status.code(), Some(2));
            continue;
        }
        let found = recompute(&json(&output));
        assert!(found.differ.is_empty(), "{agreement} as of {day}: {:#?}", found.differ);
        statuses += found.statuses;
    }
    statuses
}

/// Every agreement that ships, so that none is left out when one is added.
fn agreements() -> Vec<String> {
    let folder = std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../../agreements")).unwrap();
    let name = |entry: std::io::Result<std::fs::DirEntry>| entry.unwrap().file_name().into_string().unwrap();
    let mut names: Vec<String> = folder.map(name).filter(|n| !n.contains('.')).collect();
    names.sort();
    names
}

#[test]
fn so_does_every_status_of_rules_of_every_form() {
    let world = World::new(&[
        ("floor", "imports(XNA from XSA, list, 2020) >= 60 USD"),
        ("strict", "imports(XNA from XSA, list, 2020) > 60 USD"),
        ("cap", "imports(XNA from XSA, list, 2020) < 60 USD"),
        ("equal", "imports(XNA from XSA, list, 2020) = 60 USD"),
        (
            "both",
            "imports(XNA from XSA, list, 2020) >= 60 USD and imports(XNA from XSA, list, 2021) > 60 USD",
        ),
        (
            "either",
            "imports(XNA from XSA, list, 2020) > 60 USD or not imports(XNA from XSA, list, 2021) < 75 USD",
        ),
        (
            "years",
            "each year in 2020..2022: imports(XNA from XSA, list, year) >= 60 USD and imports(XNA from XSA, list, year) < 80 USD",
        ),
        ("lines", "each line in list: imports(XNA from XSA, line, 2020) >= 30 USD"),
        ("third", "imports(XNA from XSA, list, 2020) / imports(XNA from XSA, list, 2019) >= 20 / 30"),
        ("near", "imports(XNA from XSA, list, 2020) / imports(XNA from XSA, list, 2019) > 0.666666666666"),
        ("zero", "imports(XNA from XSA, list, 2020) - imports(XNA from XSA, list, 2021) <= 0 CHF"),
        ("francs", "imports(XNA from XSA, list, 2020) >= 60 CHF"),
        (
            "vague",
            "imports(XNA from XSA, vague, 2020) >= 60 USD or imports(XNA from XSA, list, 2020) >= 60 USD",
        ),
    ]);
    world.ingest("2019,0808,50\n2019,0809,40\n2020,0808,30\n2020,0809,30\n", "2021-01-20");
    world.ingest("2021,0808,35\n2021,0809,40\n", "2022-01-20");
    let status = |day: &str| {
        let document = world.check(day);
        let found = recompute(&document);
        assert!(found.differ.is_empty(), "as of {day}: {:#?}", found.differ);
        let of = |c: &serde_json::Value| {
            format!("{} {}", c["id"].as_str().unwrap(), c["status"].as_str().unwrap())
        };
        document["commitments"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    for day in ["2019-12-15", "2020-06-01", "2021-02-01", "2021-12-01"] {
        status(day);
    }
    assert_eq!(
        status("2022-03-01"),
        [
            "floor met",
            "strict missed",
            "cap missed",
            "equal met",
            "both met",
            "either met",
            "years not-yet-testable",
            "lines met",
            "third met",
            "near met",
            "zero met",
            "francs cannot-tell",
            "vague cannot-tell",
        ]
    );
}

#[test]
fn a_document_that_was_altered_is_noticed() {
    let world = World::new(&[("floor", "imports(XNA from XSA, list, 2020) >= 60 USD")]);
    world.ingest("2020,0808,30\n2020,0809,30\n", "2021-01-20");
    let mut document = world.check("2021-03-01");
    document["commitments"][0]["readings"][0]["actual"]["high"] = "59.9".into();
    document["commitments"][0]["readings"][0]["actual"]["low"] = "59.9".into();
    // The reading, and the finding that rests on it.
    assert_eq!(recompute(&document).differ.len(), 2);
}

#[test]
fn figures_of_every_comparison_stand_in_every_format() {
    let world = World::new(&[
        ("strict", "imports(XNA from XSA, list, 2020) > 0.0000007 USD"),
        (
            "either",
            "imports(XNA from XSA, list, 2020) = 70 USD or imports(XNA from XSA, list, 2021) < 80 USD",
        ),
        ("years", "each year in 2020..2021: imports(XNA from XSA, list, year) < 80 USD"),
        ("ratio", "imports(XNA from XSA, list, 2020) / imports(XNA from XSA, list, 2021) >= 0.92299999"),
    ]);
    world.ingest("2020,0808,30\n2020,0809,30\n", "2021-01-20");
    world.ingest("2021,0808,35\n2021,0809,55\n", "2022-01-20");
    world.ingest("2021,0808,35\n2021,0809,40\n", "2022-02-20");
    let document = world.check("2022-03-01");
    let reading = |id: &str| common::commitment(&document, id)["readings"][0].clone();
    assert_eq!(reading("strict")["comparison"], ">");
    assert_eq!(reading("strict")["required"]["value"], "0.0000007");
    assert_eq!(reading("either")["comparison"], "or");
    let parts = &reading("either")["parts"];
    assert_eq!((&parts[0]["status"], &parts[1]["status"]), (&"missed".into(), &"met".into()));
    assert_eq!((&parts[1]["actual"]["value"], &parts[1]["comparison"]), (&"75".into(), &"<".into()));
    let groups = &reading("years")["instances"]["groups"];
    assert_eq!((&groups[0]["names"][0], &groups[0]["actual"]["value"]), (&"2020".into(), &"60".into()));
    // 60 / 75 ends, 4 / 3 does not.
    assert_eq!(reading("ratio")["actual"]["value"], "0.8");
    assert_eq!(reading("ratio")["required"]["low"], "0.92299999");

    let table = world.run(&["check", "deal", "--as-of", "2022-03-01"]);
    for figures in [
        "60 of more than 0.0000007 USD",
        "60 against exactly 70 USD or 75 against less than 80 USD",
        "0.8 of 0.92299999",
    ] {
        assert!(table.contains(figures), "{figures}: {table}");
    }
    assert!(table.contains("a customs office"), "{table}");
    let tree = world.run(&["explain", "deal", "ratio", "--as-of", "2022-03-01"]);
    assert!(tree.contains(">= 0.92299999 → fails"), "{tree}");

    let csv = world.run(&["check", "deal", "--as-of", "2022-03-01", "--format", "csv"]);
    let rows =
        cells(&csv, &["id", "part", "reading_status", "comparison", "actual", "required", "publisher"]);
    assert!(rows.contains(&"either 2 met < 75 80 a customs office".to_owned()), "{rows:#?}");
    assert!(rows.contains(&"years 2021 met < 75 80 a customs office".to_owned()), "{rows:#?}");
    assert!(rows.contains(&"strict  met > 60 0.0000007 a customs office".to_owned()), "{rows:#?}");

    let past = world.run(&["history", "deal", "--as-of", "2022-03-01"]);
    assert!(past.contains("60 against exactly 70 USD or 90 against less than 80 USD"), "{past}");
    assert!(past.contains("2021: 90 against less than 80 USD"), "{past}");
    let csv = world.run(&["history", "deal", "--as-of", "2022-03-01", "--format", "csv"]);
    let rows = cells(&csv, &["date", "id", "part", "reading_status", "actual", "actual_high"]);
    assert!(rows.contains(&"2022-01-20 either 2 missed 90 90".to_owned()), "{rows:#?}");

    let between = ["compare", "deal", "--from", "2022-02-01", "--to", "2022-03-01"];
    let changed = world.run(&[&between[..], &["--format", "markdown"]].concat());
    let crossing = "missed → met; held 90 USD → 75 USD (-15 USD); required 80 USD, unchanged";
    assert_eq!(changed.matches(crossing).count(), 2, "{changed}");
    assert_eq!(changed.matches("held revised: -15 USD, cust imports: 2021").count(), 3, "{changed}");
    assert!(changed.contains("2021: imports(XNA from XSA, list, year)"), "{changed}");
    let document = json(&servanda_in(world.dir(), &[&between[..], &["--format", "json"]].concat()));
    let of = |id: &str| {
        let readings = document["readings"].as_array().unwrap();
        readings.iter().find(|r| r["id"] == id).unwrap()["crossings"][0].clone()
    };
    assert_eq!(of("years")["instance"], "2021");
    assert_eq!(of("either")["status"], serde_json::json!({ "from": "missed", "to": "met" }));
}

#[test]
fn what_does_not_end_is_a_decimal_outward_with_its_fraction_beside_it() {
    let world = World::new(&[
        ("ratio", "imports(XNA from XSA, list, 2020) / imports(XNA from XSA, list, 2019) >= 0.5"),
        ("fall", "0 - imports(XNA from XSA, list, 2020) / imports(XNA from XSA, list, 2019) <= 0.5"),
    ]);
    world.ingest("2019,0808,50\n2019,0809,40\n2020,0808,30\n2020,0809,30\n", "2021-01-20");
    let document = world.check("2021-03-01");
    let actual = &document["commitments"][0]["readings"][0]["actual"];
    assert_eq!(actual["low"], format!("0.{}", "6".repeat(30)));
    assert_eq!(actual["high"], format!("0.{}7", "6".repeat(29)));
    assert_eq!(actual["exact"], serde_json::json!({ "value": "2/3", "low": "2/3", "high": "2/3" }));
    let actual = &document["commitments"][1]["readings"][0]["actual"];
    assert_eq!(actual["low"], format!("-0.{}7", "6".repeat(29)));
    assert_eq!(actual["exact"]["high"], "-2/3");
    let csv = world.run(&["check", "deal", "--as-of", "2021-03-01", "--format", "csv"]);
    let rows = cells(&csv, &["id", "actual_high", "actual_high_exact"]);
    assert_eq!(rows[0], format!("ratio 0.{}7 2/3", "6".repeat(29)));
    let margin = &document["commitments"][0]["readings"][0]["margin"];
    assert_eq!((&margin["exact"], margin["value"].as_str().unwrap().len()), (&"1/6".into(), 32));
    let explained = json(&servanda_in(
        world.dir(),
        &["explain", "deal", "ratio", "--as-of", "2021-03-01", "--format", "json"],
    ));
    assert_eq!(
        explained["commitment"]["readings"][0]["trace"]["children"][0]["figure"]["exact"]["low"],
        "2/3"
    );
}

/// Some columns of a CSV text, a row as one text.
fn cells(csv: &str, columns: &[&str]) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let head = reader.headers().unwrap().clone();
    let at: Vec<usize> = columns.iter().map(|c| head.iter().position(|h| h == *c).expect(c)).collect();
    let row = |r: csv::StringRecord| at.iter().map(|n| r[*n].to_owned()).collect::<Vec<_>>().join(" ");
    reader.records().map(|r| row(r.unwrap())).collect()
}

#[test]
fn the_script_for_outsiders_stands_where_the_book_says() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../checks/recompute.py");
    let lines = std::fs::read_to_string(script).unwrap().lines().count();
    assert!(lines <= 300, "{lines}");
}

/// A bundle as the program prints it.
fn bundle(agreement: &str, commitment: &str, day: &str) -> String {
    text(&servanda(&["bundle", agreement, commitment, "--as-of", day]), 0)
}

/// The reader that ships, on a file: how it ends and what it says. None where this computer has no Python of 2022 or later.
fn verified(file: &str) -> Option<(i32, String)> {
    let python = |args: &[&str]| std::process::Command::new("python3").args(args).output().ok();
    python(&["-c", "import tomllib"]).filter(|o| o.status.success())?;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bundle.json");
    std::fs::write(&path, file).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/../../checks/verify_bundle.py");
    let output = python(&["-B", script, path.to_str().unwrap()])?;
    let said = [output.stdout, output.stderr].concat();
    Some((output.status.code()?, String::from_utf8(said).unwrap()))
}

/// A changed document with a digest of its own, as somebody who can hash writes it.
fn sealed(document: &serde_json::Value) -> String {
    servanda_workspace::answer::sealed(document.clone())
}

#[test]
fn a_bundle_has_what_a_finding_rests_on() {
    let file = bundle("us-china-phase-one", "purchases.energy.2020", "2021-03-25");
    let (first, rest) = file.split_once('\n').unwrap();
    let hash = servanda_files::sha256(rest.as_bytes());
    assert_eq!(first, format!("{{\"servanda_bundle\":1,\"sha256\":\"{hash}\","));
    assert!(file.is_ascii());
    let document: serde_json::Value = serde_json::from_str(&file).unwrap();
    // The same finding as everywhere.
    let explained = json(&servanda(&[
        "explain",
        "us-china-phase-one",
        "purchases.energy.2020",
        "--as-of",
        "2021-03-25",
        "--format",
        "json",
    ]));
    let readings = |d: &serde_json::Value| {
        let of = |r: &serde_json::Value| {
            (r["source"].clone(), r["status"].clone(), r["actual"].clone(), r["required"].clone())
        };
        d["readings"].as_array().unwrap().iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(readings(&document["finding"]["commitment"]), readings(&explained["commitment"]));
    // Every cell is the sum of its figures, and every figure enters one.
    let (mut cells, mut figures) = (0, 0);
    for series in document["series"].as_array().unwrap() {
        let number = |v: &serde_json::Value| v.as_str().map_or(0, |t| t.parse::<i128>().unwrap());
        let observations = series["observations"].as_array().unwrap();
        figures += observations.len();
        for cell in series["cells"].as_array().unwrap() {
            let own = observations.iter().filter(|o| o[0] == cell[0] && o[2] == cell[1]);
            assert_eq!(own.map(|o| number(&o[3])).sum::<i128>(), number(&cell[2]), "{cell}");
            cells += 1;
        }
    }
    assert!(cells > 100 && figures > 100, "{cells} {figures}");
    for manifest in document["manifests"].as_array().unwrap() {
        let text = manifest["text"].as_str().unwrap();
        assert_eq!(manifest["sha256"], servanda_files::sha256(text.as_bytes()));
    }
    // What is published later changes nothing of it.
    let days = document["series"].as_array().unwrap().iter().flat_map(|s| s["vintages"].as_array().unwrap());
    assert!(days.clone().count() > 0);
    for vintage in days {
        assert!(vintage["date"].as_str().unwrap() <= "2021-03-25", "{vintage}");
    }
}

#[test]
fn a_bundle_is_worked_out_again_and_every_change_is_refused() {
    let asked = [
        ("us-china-phase-one", "purchases.agriculture.2020", "2021-03-25", "missed"),
        ("us-china-phase-one", "purchases.energy.2020", "2021-03-25", "missed"),
        ("us-japan-2025", "jpn.mou.total.selected", "2026-11-29", "open"),
    ];
    for (agreement, commitment, day, says) in asked {
        let file = bundle(agreement, commitment, day);
        let Some((code, said)) = verified(&file) else {
            eprintln!("no Python with tomllib here: checks/verify_bundle.py was not run");
            return;
        };
        assert_eq!(code, 0, "{agreement} {commitment}: {said}");
        assert!(said.contains(says), "{said}");
        // Somebody who cannot hash anew.
        let middle = file.len() / 2;
        let digit = if &file[middle..=middle] == "1" { "2" } else { "1" };
        let mut changed = file.clone();
        changed.replace_range(middle..=middle, digit);
        assert_eq!(verified(&changed).unwrap().0, 1);
        // And somebody who can.
        let document: serde_json::Value = serde_json::from_str(&file).unwrap();
        let mut status = document.clone();
        status["finding"]["commitment"]["status"] = "met".into();
        assert_eq!(verified(&sealed(&status)).unwrap().0, 1, "{commitment}: another status");
        assert_eq!(verified(&sealed(&document)).unwrap().0, 0, "{commitment}: as it was");
        let figure = |s: &serde_json::Value| {
            let all = s["observations"].as_array().unwrap();
            all.iter().position(|o| o[3].as_str().is_some_and(|v| v != "0"))
        };
        let found = document["series"]
            .as_array()
            .unwrap()
            .iter()
            .enumerate()
            .find_map(|(n, s)| Some((n, figure(s)?)));
        let Some((n, at)) = found else { continue };
        let mut less = document.clone();
        less["series"][n]["observations"].as_array_mut().unwrap().remove(at);
        assert_eq!(verified(&sealed(&less)).unwrap().0, 1, "{commitment}: a figure left out");
        let mut newer = document.clone();
        let mut vintage = newer["series"][n]["vintages"][0].clone();
        (vintage["id"], vintage["date"]) = ("2031-01-02".into(), "2031-01-02".into());
        newer["series"][n]["vintages"].as_array_mut().unwrap().push(vintage);
        newer["series"][n]["observations"][at][7] = "2031-01-02".into();
        let (code, said) = verified(&sealed(&newer)).unwrap();
        assert_eq!(code, 1, "{commitment}: a newer publication");
        assert!(said.contains("2031-01-02"), "{said}");
    }
}

#[test]
fn what_a_reader_does_not_do_it_says() {
    let file = bundle("us-eu-framework-2025", "usa.cars", "2025-12-01");
    if let Some((code, said)) = verified(&file) {
        assert_eq!((code, said.starts_with("not checked: ")), (2, true), "{said}");
    }
}

#[test]
fn a_quoted_figure_has_its_readings() {
    let claim = |figure: &str, more: &[&str]| {
        let args = [
            "claim",
            figure,
            "--agreement",
            "us-china-phase-one",
            "--as-of",
            "2021-03-25",
            "--format",
            "json",
        ];
        json(&servanda(&[&args[..], more].concat()))["answer"].clone()
    };
    // The public figure of 2020: all goods, with aircraft as US statistics book them.
    let found = claim("59 percent", &["--period", "2020"]);
    let readings = found["readings"].as_array().unwrap();
    let is = |r: &serde_json::Value| {
        r["commitment"] == "purchases.goods.2020"
            && r["definition"] == "with-8800"
            && r["kind"] == "share"
            && r["source"] == "usa-census-exports"
    };
    assert!(readings.iter().any(is), "{readings:#?}");
    assert_eq!(found["given"], readings.len());
    assert!(found["tried"].as_u64().unwrap() > found["given"].as_u64().unwrap());
    assert!(found["by_chance"]["given"].as_u64().unwrap() < found["by_chance"]["figures"].as_u64().unwrap());
    let left = found["leaves_out"].as_array().unwrap();
    assert!(left.iter().any(|l| l["source"] == "chn-gacc-imports"), "{left:#?}");
    // Published percentages: energy of 2020, and more than 40 percent missing of all goods.
    for (figure, commitment, kind) in [
        ("37 percent", "purchases.energy.2020", "share"),
        ("41 percent", "purchases.goods.2020", "share-missing"),
        ("93.7 bn USD", "purchases.goods.2020", "actual"),
    ] {
        let found = claim(figure, &["--commitment", commitment]);
        let readings = found["readings"].as_array().unwrap();
        assert!(readings.iter().any(|r| r["kind"] == kind), "{figure}: {found:#}");
    }
    // By October, agriculture by the season of 2017: 71 percent.
    let found = claim("71 percent", &["--commitment", "purchases.agriculture.2020", "--period", "2020-10"]);
    let paces = found["readings"].as_array().unwrap();
    assert!(paces.iter().any(|r| r["pace"] == "seasonal(2017)" && r["through"] == "2020-10"), "{found:#}");
    // Where none gives it, the nearest stand there.
    let none = claim("12.345 percent", &["--commitment", "purchases.goods.2020"]);
    assert_eq!((none["given"].as_u64(), none["nearest"].as_array().unwrap().len()), (Some(0), 5), "{none:#}");
    let said = text(
        &servanda(&["claim", "12.345 percent", "--agreement", "us-china-phase-one", "--as-of", "2021-03-25"]),
        0,
    );
    let said = said.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("the nearest:") && !said.contains("false"), "{said}");
}

#[test]
fn exported_tables_have_the_figures_of_check() {
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("out");
    let (agreement, day) = ("china-soybeans-2025", "2026-11-29");
    let args = ["export", agreement, "--as-of", day, "--out", out.to_str().unwrap(), "--format", "json"];
    let told = json(&servanda(&args))["answer"]["files"].clone();
    for file in told.as_array().unwrap() {
        let bytes = std::fs::read(out.join(file["name"].as_str().unwrap())).unwrap();
        assert_eq!(file["sha256"], servanda_files::sha256(&bytes));
        for column in file["columns"].as_array().unwrap() {
            assert!(column["means"].as_str().is_some_and(|m| m.len() > 3), "{column}");
        }
    }
    type Row = std::collections::BTreeMap<String, String>;
    let rows = |name: &str| -> Vec<Row> {
        csv::Reader::from_path(out.join(name)).unwrap().deserialize().map(Result::unwrap).collect()
    };
    // What a reading has is the sum of its figures.
    let (id, source, definition) = ("soybeans.2026.shipped", "usa-fgis-inspections", "end-of-2025");
    let checked = json(&servanda(&["check", agreement, "--as-of", day, "--format", "json"]));
    let reading = common::reading(common::commitment(&checked, id), source, definition);
    let is =
        |r: &&Row| r["commitment"] == id && r["reading"] == source && r["definition"].contains(definition);
    let evidence = rows("evidence.csv");
    let figures = evidence.iter().filter(is).filter(|r| !r["low"].is_empty() && r["low"] != "0");
    let sum: i128 = figures.map(|r| r["value"].parse::<i128>().unwrap()).sum();
    assert_eq!(sum.to_string(), reading["actual"]["value"].as_str().unwrap());
    let findings = rows("findings.csv");
    let own = |r: &&Row| r["id"] == id && r["source"] == source && r["definition"] == definition;
    assert_eq!(findings.iter().find(own).unwrap()["actual"], sum.to_string());
    // Rates of every line, both ways.
    let rates = rows("rates.csv");
    assert!(rates.iter().any(|r| r["importer"] == "USA") && rates.iter().any(|r| r["importer"] == "CHN"));
    let args = ["tariff", "rate", "--importer", "USA", "--origin", "CHN", "--line", "9403.60.80"];
    let rate = json(&servanda(&[&args[..], &["--on", day, "--as-of", day, "--format", "json"]].concat()));
    let row = rates.iter().find(|r| r["importer"] == "USA" && r["line"] == "94036080").unwrap();
    assert!(rate.to_string().contains(&format!("\"{}\"", row["total_low"])), "{row:?}");
    // Nothing is written over.
    let again = ["export", agreement, "--as-of", day, "--out", out.to_str().unwrap()];
    assert_eq!(servanda(&again).status.code(), Some(2));
}
