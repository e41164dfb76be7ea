//! What the program says of rates where single acts are missing: each opens the end that it can move, on its lines and days, in
//! every face alike; and lines of two editions beside each other.

mod common;
mod tariff_world;

use common::{servanda_in, text};
use serde_json::Value;
use tariff_world::{LIST, World, act, span};

const HELD: &str = "[[held]]\nimporter = \"XNA\"\norigins = [\"XSA\"]\nfrom = 2020-01-01\n\
[[held.missing]]\ntext = \"exclusions from the list\"\neffect = \"takes-away\"\nof = [\"m/l\"]\nfrom = 2020-03-01\nsaid = 2020-08-01\n\
[[held.missing]]\ntext = \"the safeguard\"\neffect = \"adds\"\nlines = [\"0809\"]\nfrom = 2020-07-01\nsaid = 2020-06-15\n";

/// Line 08081000 pays 2 percent and an act of 10, line 08092000 3 percent; exclusions and a safeguard may be missing.
fn world() -> World {
    let world = World::new();
    world.schedule("s", "08081000,2%\n08092000,3%\n", "HS2017", "from = 2020-01-01");
    world.measure(&format!("{LIST}{}", act("ten", "10%", "effective = \"2020-03-01T00:01\"")));
    world.put("measures/held.toml", HELD);
    world
}

#[test]
fn each_missing_act_opens_the_end_that_it_can_move() {
    let world = world();
    let rate = |line: &str, on: &str, more: &[&str]| world.rate(line, &[&["--on", on], more].concat());
    assert_eq!(rate("08081000", "2020-02-01", &[]), "2..2");
    assert_eq!(rate("08081000", "2020-07-01", &[]), "2..12");
    assert_eq!(rate("08081000", "2020-07-01", &["--as-of", "2020-07-31"]), "12..12");
    assert_eq!(rate("08081000", "2020-07-01", &["--as-of", "2020-08-01"]), "2..12");
    assert_eq!(rate("08092000", "2020-06-30", &[]), "3..3");
    assert_eq!(rate("08092000", "2020-07-01", &[]), "3..open");
    assert_eq!(rate("08092000", "2020-07-01", &["--as-of", "2020-06-14"]), "3..3");
    let row =
        world.tariff("rate", &["--line", "08081000", "--on", "2020-07-01"])["lines"][0]["rates"][0].clone();
    assert_eq!(
        (&row["rate"], &row["acts"][0]["may_be_excluded"]),
        (&"2% to 12% (12% by the acts that are held)".into(), &true.into())
    );
    assert_eq!(
        (span(&row["additional"]), span(&row["by_held"]["additional"])),
        ("0..10".into(), "10..10".into())
    );
    let args =
        ["tariff", "rate", "--importer", "XNA", "--origin", "XSA", "--line", "0809", "--on", "2020-07-01"];
    let said = text(&servanda_in(world.path(), &args), 0).split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(said.contains("so rates can be higher (1 line): the safeguard"), "{said}");
    assert!(!said.contains("exclusions"), "{said}");
}

/// Averages, coverage, ceilings, differences, timelines, both sides beside each other and findings take the same bounds.
#[test]
fn every_face_has_the_same_bounds() {
    let world = world();
    let july = ["--on", "2020-07-01", "--lines", "08081000"];
    let of = |command: &str, more: &[&str]| world.tariff(command, &[&july, more].concat());
    let average = of("average", &[])[0].clone();
    assert_eq!(
        (&average["value"], span(&average), &average["lacking"]),
        (&"12".into(), "2..12".into(), &1.into())
    );
    assert_eq!((&average["held_low"], &average["held_high"]), (&"12".into(), &"12".into()));
    let coverage = of("coverage", &[])[0].clone();
    assert_eq!([&coverage["share"], &coverage["share_low"], &coverage["share_high"]], ["100", "0", "100"]);
    let ceiling = |most: &str| {
        let found = of("ceiling", &["--ceiling", most]);
        ["breach", "kept", "undecided"].map(|key| found[key].as_u64().unwrap())
    };
    assert_eq!([ceiling("12"), ceiling("11"), ceiling("1")], [[0, 1, 0], [0, 0, 1], [1, 0, 0]]);
    let diff = |from: &str, more: &[&str]| {
        let found = world.tariff("diff", &[&["--from", from, "--to", "2020-07-02"], more].concat());
        ["unchanged", "not_told"].map(|key| found[key].as_u64().unwrap())
    };
    assert_eq!(diff("2020-06-01", &[]), [0, 2]);
    assert_eq!(diff("2020-06-01", &["--as-of", "2020-06-10"]), [2, 0]);
    let spans =
        world.tariff("timeline", &["--line", "08081000", "--from", "2020-02-28", "--to", "2020-07-02"]);
    let totals: Vec<&str> = spans.as_array().unwrap().iter().map(|s| s["total"].as_str().unwrap()).collect();
    assert_eq!(totals, ["2", "2 to 12"]);
    for (most, status) in [("12", "met"), ("11", "cannot-tell"), ("1", "missed")] {
        let rule = format!("tariff(XNA on XSA, code '08081000', 2020-07-01) <= {most}%");
        world.agreement(&rule.replace('\'', "\\\""), "");
        assert_eq!(world.check("2020-09-01")["status"], status, "{most}");
    }
    // As of a day before anybody could speak of exclusions, the finding stood.
    world.agreement(
        "tariff(XNA on XSA, code '08081000', 2020-07-01) <= 11%".replace('\'', "\\\"").as_str(),
        "",
    );
    assert_eq!(world.check("2020-07-31")["status"], "missed");
    let rows =
        world.run(&["history", "deal", "c", "--as-of", "2020-09-01", "--format", "json"])["rows"].clone();
    let row = rows.as_array().unwrap().iter().find(|r| r["date"] == "2020-08-01").unwrap();
    assert_eq!(row["finding"]["status"], "cannot-tell");
    let csv = ["tariff", "average", "--importer", "XNA", "--origin", "XSA", "--format", "csv"];
    let csv = text(&servanda_in(world.path(), &[csv.as_slice(), &july].concat()), 0);
    assert!(csv.lines().nth(1).unwrap().starts_with("2020-07-01,12,2,12,"), "{csv}");
}

/// A code that both sides have is kept or broken where the bounds decide it, whatever is missing.
#[test]
fn parity_is_decided_by_bounds() {
    let world = world();
    let state = |theirs: &str, line: &str| {
        world.put("schedules/u.csv", &format!("line,rate\n{line},{theirs}\n"));
        world.put(
            "schedules/u.toml",
            "id = \"u\"\ntitle = \"U\"\nimporter = \"XSA\"\nzone = \"Europe/Brussels\"\nkind = \"mfn-applied\"\nclassification = \"HS2017\"\nlines = \"u.csv\"\ncertainty = \"primary\"\ncite = \"x\"\nfrom = 2020-01-01\n",
        );
        world.put(
            "measures/held.toml",
            &format!("{HELD}\n[[held]]\nimporter = \"XSA\"\nfrom = 2020-01-01\nmissing = [\"nothing\"]\n"),
        );
        let args = [
            "tariff",
            "parity",
            "--importer",
            "XNA",
            "--against",
            "XSA",
            "--basis",
            "charged",
            "--on",
            "2020-07-01",
            "--format",
            "json",
        ];
        let row = world.run(&args)["answer"]["rows"][0].clone();
        (row["state"].as_str().unwrap().to_owned(), row["why"].clone())
    };
    let not_held: Value = "acts_not_held".into();
    assert_eq!(state("12%", "08081000"), ("kept".into(), Value::Null));
    assert_eq!(state("11%", "08081000"), ("undecided".into(), not_held.clone()));
    assert_eq!(state("1%", "08081000"), ("broken".into(), Value::Null));
    assert_eq!(state("3%", "08092000"), ("undecided".into(), not_held));
    assert_eq!(state("2%", "08092000"), ("broken".into(), Value::Null));
}

/// Lines of two editions are joined as listed codes are read in another edition, not by their digits.
#[test]
fn a_difference_joins_editions_by_what_maps_them() {
    let world = World::new();
    world.schedule(
        "s1",
        "08081000,5%\n08082000,5%\n08083000,5%\n08091000,5%\n",
        "HS2017",
        "from = 2020-01-01\nthrough = 2020-06-30",
    );
    world.schedule(
        "s2",
        "08081010,5%\n08081090,6%\n08082000,5%\n08084000,7%\n20010000,1%\n",
        "HTS2017",
        "from = 2020-07-01",
    );
    world.measure(&format!("{LIST}{}", act("a", "8%", "effective = \"2020-03-01T00:01\"")));
    let diff = || world.tariff("diff", &["--from", "2020-06-01", "--to", "2020-07-01"]);
    let names = |rows: &Value, key: &str| -> Vec<String> {
        rows.as_array().unwrap().iter().map(|r| r[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    let found = diff();
    // Nothing is declared: the line that kept its digits is the same, the others may have gone to new ones nearby.
    assert_eq!((found["unchanged"].as_u64(), names(&found["changed"], "line")), (Some(1), vec![]));
    let perhaps: Vec<String> =
        found["perhaps"].as_array().unwrap().iter().map(|r| format!("{} {}", r["line"], r["to"])).collect();
    assert_eq!(
        perhaps,
        [
            r#""08081000" ["08081010","08081090"]"#,
            r#""08083000" ["08081010","08081090","08084000"]"#,
            r#""08091000" ["08081010","08081090","08084000"]"#
        ]
    );
    assert_eq!(
        (names(&found["appear"], "line"), names(&found["disappear"], "line")),
        (vec!["20010000".to_owned()], vec![])
    );
    // A concordance says what became of them.
    world.put(
        "schedules/concordances/c.toml",
        "id = \"c\"\ntitle = \"C\"\nfrom = \"HS2017\"\nto = \"HTS2017\"\nlines = \"c.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n",
    );
    world.put(
        "schedules/concordances/c.csv",
        "from,to,relation\n08081000,08081010,split\n08081000,08081090,split\n08083000,08084000,same\n08091000,08082000,part\n",
    );
    let found = diff();
    let rows: Vec<String> = found["changed"]
        .as_array()
        .unwrap()
        .iter()
        .map(|r| format!("{} {} {}", r["line"], r["to"], r["change"]))
        .collect();
    assert_eq!(rows, [r#""08081000" "08081090" "1""#, r#""08083000" "08084000" "2""#]);
    assert_eq!(found["unchanged"], 2);
    assert_eq!(names(&found["perhaps"], "line"), ["08091000"]);
    assert_eq!(names(&found["appear"], "line"), ["20010000"]);
    let args = [
        "tariff",
        "diff",
        "--importer",
        "XNA",
        "--origin",
        "XSA",
        "--from",
        "2020-06-01",
        "--to",
        "2020-07-01",
    ];
    let said = text(&servanda_in(world.path(), &args), 0);
    assert!(said.contains("08083000 to 08084000") && said.contains("from HS2017 to HTS2017"), "{said}");
    // A line that is asked about brings the one that it became.
    let found = world.tariff("diff", &["--from", "2020-06-01", "--to", "2020-07-01", "--lines", "08084000"]);
    assert_eq!(names(&found["changed"], "line"), ["08083000"]);
}
