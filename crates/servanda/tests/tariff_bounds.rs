//! What the program says of rates where not all is known: acts that are not held, acts that became known late, acts that others
//! replaced. On made-up figures; XNA and XSA are no countries.

mod common;
mod tariff_world;

use common::{servanda_in, text};
use serde_json::Value;
use tariff_world::{LIST, World, act, span};

/// A line that pays 2 percent and an act of 10; whether all acts are held is said as `held` has it.
fn with_held(held: &str) -> World {
    let world = World::new();
    world.schedule("s", "08081000,2%\n08092000,3%\n", "HS2017", "from = 2020-01-01");
    world.measure(&format!("{LIST}{}", act("ten", "10%", "effective = \"2020-03-01T00:01\"")));
    if !held.is_empty() {
        world.put("measures/held.toml", held);
    }
    world
}

const HELD: &str = "[[held]]\nimporter = \"XNA\"\norigins = [\"XSA\"]\nfrom = 2020-01-01\nthrough = 2020-06-30\nexcept = [\"0809\"]\nmissing = [\"the safeguard of July\"]\n";

/// One notion of what is held for every face, and `check` says no more and no less.
#[test]
fn acts_that_are_not_held_open_every_face() {
    let world = with_held(HELD);
    let june = ["--on", "2020-06-01"];
    let july = ["--on", "2020-07-01"];
    assert_eq!(world.rate("08081000", &june), "12..12");
    assert_eq!(world.rate("08092000", &june), "3..open");
    assert_eq!(world.rate("08081000", &july), "2..open");
    let row =
        world.tariff("rate", &["--line", "08081000", "--on", "2020-07-01"])["lines"][0]["rates"][0].clone();
    assert_eq!(span(&row["by_held"]["total"]), "12..12");
    assert_eq!(row["rate"], "2% or more (12% by the acts that are held)");

    let ceiling = |on: &str, most: &str, line: &str| {
        let found = world.tariff("ceiling", &["--on", on, "--ceiling", most, "--lines", line]);
        ["breach", "kept", "undecided"].map(|key| found[key].as_u64().unwrap())
    };
    assert_eq!(ceiling("2020-06-01", "12", "08081000"), [0, 1, 0]);
    assert_eq!(ceiling("2020-07-01", "12", "08081000"), [0, 0, 1]);
    assert_eq!(ceiling("2020-07-01", "11", "08081000"), [0, 0, 1]);
    // The base alone is above it.
    assert_eq!(ceiling("2020-07-01", "1", "08081000"), [1, 0, 0]);
    assert_eq!(ceiling("2020-06-01", "11", "08081000"), [1, 0, 0]);

    let average = |on: &str| {
        let found = world.tariff("average", &["--on", on, "--lines", "08081000"])[0].clone();
        (found["value"].clone(), span(&found), found["lacking"].clone())
    };
    assert_eq!(average("2020-06-01"), ("12".into(), "12..12".to_owned(), 0.into()));
    assert_eq!(average("2020-07-01"), ("12".into(), "2..open".to_owned(), 1.into()));

    let coverage = |on: &str| {
        let found = world.tariff("coverage", &["--on", on, "--lines", "08081000"])[0].clone();
        ["share", "share_low", "share_high"].map(|key| found[key].as_str().unwrap().to_owned())
    };
    assert_eq!(coverage("2020-06-01"), ["100", "100", "100"]);
    assert_eq!(coverage("2020-07-01"), ["100", "0", "100"]);
    assert_eq!(coverage("2020-02-01"), ["0", "0", "0"]);

    let diff = world.tariff("diff", &["--from", "2020-06-01", "--to", "2020-07-01"]);
    assert_eq!((diff["unchanged"].as_u64(), diff["not_told"].as_u64()), (Some(0), Some(2)));
    let spans =
        world.tariff("timeline", &["--line", "08081000", "--from", "2020-06-29", "--to", "2020-07-02"]);
    let totals: Vec<&str> = spans.as_array().unwrap().iter().map(|s| s["total"].as_str().unwrap()).collect();
    assert_eq!(totals, ["12", "2 or more"]);

    for (most, june, july) in
        [("12", "met", "cannot-tell"), ("11", "missed", "cannot-tell"), ("1", "missed", "missed")]
    {
        world.agreement(
            &format!("tariff(XNA on XSA, code '08081000', 2020-06-01) <= {most}%").replace('\'', "\\\""),
            "",
        );
        assert_eq!(world.check("2020-09-01")["status"], june, "{most}");
        world.agreement(
            &format!("tariff(XNA on XSA, code '08081000', 2020-07-01) <= {most}%").replace('\'', "\\\""),
            "",
        );
        assert_eq!(world.check("2020-09-01")["status"], july, "{most}");
    }
}

/// The CSV of every face has the bounds of its JSON where acts are not held.
#[test]
fn csv_has_the_bounds_where_acts_are_not_held() {
    let world = with_held(HELD);
    let csv = |command: &str, more: &[&str]| -> Vec<std::collections::BTreeMap<String, String>> {
        let mut args = vec!["tariff", command, "--importer", "XNA", "--origin", "XSA", "--format", "csv"];
        args.extend(more);
        let text = text(&servanda_in(world.path(), &args), 0);
        let mut rows = text.lines().map(|row| row.split(',').map(str::to_owned).collect::<Vec<_>>());
        let head = rows.next().unwrap();
        rows.map(|row| head.iter().cloned().zip(row).collect()).collect()
    };
    let cells = |row: &std::collections::BTreeMap<String, String>, keys: &[&str]| -> Vec<String> {
        keys.iter().map(|key| row.get(*key).unwrap_or_else(|| panic!("{key}: {row:?}")).clone()).collect()
    };
    for (on, rate, ceiling, average, coverage) in [
        ("2020-06-01", ["12", "12"], ["kept", "12", "12"], ["12", "12", "12"], ["100", "100", "100"]),
        ("2020-07-01", ["2", ""], ["undecided", "2", ""], ["12", "2", ""], ["100", "0", "100"]),
    ] {
        let own = ["--on", on, "--lines", "08081000"];
        let found = csv("rate", &["--line", "08081000", "--on", on]);
        assert_eq!(cells(&found[0], &["low", "high"]), rate, "{on}");
        let found = csv("ceiling", &[own.as_slice(), &["--ceiling", "12"]].concat());
        assert_eq!(cells(&found[0], &["state", "low", "high"]), ceiling, "{on}");
        let found = csv("average", &own);
        assert_eq!(cells(&found[0], &["average", "low", "high"]), average, "{on}");
        let found = csv("coverage", &own);
        assert_eq!(cells(&found[0], &["share", "share_low", "share_high"]), coverage, "{on}");
    }
}

/// Where nobody says anything of what is held, every face answers from what is there.
#[test]
fn without_a_word_on_what_is_held_rates_stay_exact() {
    let world = with_held("");
    assert_eq!(world.rate("08081000", &["--on", "2020-07-01"]), "12..12");
    let csv = |world: &World| {
        let args = [
            "tariff",
            "average",
            "--importer",
            "XNA",
            "--origin",
            "XSA",
            "--on",
            "2020-07-01",
            "--format",
            "csv",
        ];
        let text = text(&servanda_in(world.path(), &args), 0);
        let mut rows = text.lines().map(|l| l.split(',').map(str::to_owned).collect::<Vec<_>>());
        let (head, row) = (rows.next().unwrap(), rows.next().unwrap());
        let cell = |name: &str| row[head.iter().position(|h| h == name).unwrap()].clone();
        [cell("average"), cell("low"), cell("high")]
    };
    assert_eq!(csv(&world), ["7.5", "7.5", "7.5"]);
    assert_eq!(csv(&with_held(HELD)), ["7.5", "2.5", ""]);
}

/// An act in its short form is known from the first day on which it was announced, signed or published.
#[test]
fn a_retroactive_act_changes_no_earlier_answer() {
    let world = World::new();
    world.schedule("s", "08081000,5%\n", "HS2017", "from = 2020-01-01");
    let on = ["--on", "2020-11-15", "--as-of"];
    for dates in [
        "announced = 2020-12-04",
        "signed = 2020-12-04\npublished = 2020-12-09",
        "announced = 2021-01-07\npublished = 2020-12-04",
    ] {
        world.measure(&format!(
            "{LIST}{}",
            act("late", "7%", &format!("{dates}\neffective = \"2020-11-01T00:01\""))
        ));
        let rate = |as_of: &str| world.rate("08081000", &[on.as_slice(), &[as_of]].concat());
        assert_eq!([rate("2020-12-03"), rate("2020-12-04")], ["5..5", "12..12"], "{dates}");
    }
    // With steps, each is known from its own day.
    let steps = "\n[[act.step]]\non = 2020-12-04\ndoes = \"arm\"\neffective = \"2020-11-01T00:01\"\n\n[[act.step]]\non = 2021-02-01\ndoes = \"end\"\neffective = \"2020-11-10T00:01\"\n";
    world.measure(&format!("{LIST}{}", act("late", "7%", steps)));
    let rate = |as_of: &str| world.rate("08081000", &[on.as_slice(), &[as_of]].concat());
    assert_eq!(
        ["2020-12-03", "2020-12-04", "2021-01-31", "2021-02-01"].map(rate),
        ["5..5", "12..12", "12..12", "5..5"]
    );
    let standing = |on: &str, as_of: &str| {
        let args = [
            "tariff",
            "triggers",
            "--importer",
            "XNA",
            "--on",
            on,
            "--as-of",
            as_of,
            "--all",
            "--format",
            "json",
        ];
        world.run(&args)["answer"][0]["standing"].as_str().unwrap_or("not known").to_owned()
    };
    assert_eq!(standing("2020-11-15", "2020-12-03"), "not known");
    assert_eq!(standing("2020-11-15", "2021-01-31"), "in force");
    assert_eq!(standing("2020-11-15", "2021-02-01"), "lapsed");
    // The history has a row on each day on which something of it became known.
    world.agreement(
        "tariff(XNA on XSA, code '08081000', 2020-11-15) <= 6%".replace('\'', "\\\"").as_str(),
        "",
    );
    let found = world.run(&["history", "deal", "c", "--as-of", "2021-03-01", "--format", "json"]);
    let rows = found["rows"].as_array().unwrap().iter();
    let rows: Vec<(String, String)> = rows
        .map(|r| {
            (
                r["date"].as_str().unwrap().to_owned(),
                r["finding"]["status"].as_str().unwrap_or_default().to_owned(),
            )
        })
        .collect();
    for (day, status) in [("2020-12-04", "missed"), ("2021-02-01", "met")] {
        assert!(rows.contains(&(day.to_owned(), status.to_owned())), "{rows:?}");
    }
    // A step that was known before the act was is a mistake.
    world.measure(&format!("{LIST}{}", act("late", "7%", &format!("announced = 2020-12-05\n{steps}"))));
    let args = [
        "tariff",
        "rate",
        "--importer",
        "XNA",
        "--origin",
        "XSA",
        "--line",
        "08081000",
        "--on",
        "2020-11-15",
    ];
    let refused = servanda_in(world.path(), &args);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("known-before-announced"));
}

/// A condition reads what `tariff triggers` prints.
#[test]
fn a_condition_on_a_replaced_act() {
    let world = World::new();
    world.schedule("s", "08081000,5%\n08082000,5%\n", "HS2017", "from = 2020-01-01");
    let wide = "[list.w]\ntitle = \"w\"\nclassification = \"HS2017\"\ncodes = [\"08081000\", \"08082000\"]\ncertainty = \"primary\"\ncite = \"x\"\n";
    // Act `b` stands in place of `a` from May, on `list`, and `a` is on `own`.
    let replaced = |own: &str, list: &str| {
        let begins = |day: &str| format!("announced = 2020-02-01\neffective = \"{day}T00:01\"");
        let a = act("a", "10%", &begins("2020-03-01")).replace("list = \"l\"", &format!("list = \"{own}\""));
        let b = act("b", "20%", &begins("2020-05-10")).replace("list = \"l\"", &format!("list = \"{list}\""));
        world.measure(&format!("{LIST}{wide}{a}{b}instead_of = [\"a\"]\n"));
    };
    let rule = "tariff(XNA on XSA, code '08081000', as-of) <= 50%".replace('\'', "\\\"");
    let standing = |on: &str| {
        let args = ["tariff", "triggers", "--importer", "XNA", "--on", on, "--all", "--format", "json"];
        let found = world.run(&args)["answer"].clone();
        let a = found.as_array().unwrap().iter().find(|t| t["name"] == "m/a").unwrap().clone();
        a["standing"].as_str().unwrap().to_owned()
    };
    let says = |condition: &str, as_of: &str| {
        world.agreement(&rule, condition);
        let found = world.check(as_of);
        let overlay = found["overlay"]["kind"].as_str().unwrap_or("none").to_owned();
        format!("{} {overlay}", found["status"].as_str().unwrap())
    };
    replaced("l", "l");
    assert_eq!((standing("2020-04-01"), standing("2020-07-01")), ("in force".into(), "replaced".into()));
    let holds = "while = \"trigger.m.a\"";
    assert_eq!(
        (says(holds, "2020-04-01"), says(holds, "2020-07-01")),
        ("met none".into(), "met excused".into())
    );
    let unless = "unless = \"trigger.m.a\"";
    assert_eq!(
        (says(unless, "2020-04-01"), says(unless, "2020-07-01")),
        ("met excused".into(), "met none".into())
    );
    // It was in force once.
    assert_eq!(says("after = \"trigger.m.a\"", "2020-07-01"), "met none");
    // Where the condition says so, what stands in its place on the same list counts for it.
    assert_eq!(says("while = \"trigger.m.a or its replacement\"", "2020-07-01"), "met none");

    // On a wider list it is replaced too, but a replacement is followed on the same list alone.
    replaced("l", "w");
    assert_eq!(
        (standing("2020-07-01"), says(holds, "2020-07-01")),
        ("replaced".into(), "met excused".into())
    );
    assert_eq!(says("while = \"trigger.m.a or its replacement\"", "2020-07-01"), "met excused");
    // On a part of its list it is in force in part, which tells a condition nothing.
    replaced("w", "l");
    assert_eq!(
        (standing("2020-07-01"), says(holds, "2020-07-01")),
        ("in part".into(), "cannot-tell none".into())
    );
    assert_eq!(says(unless, "2020-07-01"), "cannot-tell none");
    assert_eq!(says("after = \"trigger.m.a\"", "2020-07-01"), "met none");
}

/// A duty that is raised twice, each time as a new act on the same list, is the last one alone, for rates and conditions.
#[test]
fn a_duty_raised_twice_is_the_last_one() {
    let begins = |known: &str, day: &str| format!("announced = {known}\neffective = \"{day}T00:01\"\n");
    let ten = act("ten", "10%", &begins("2020-01-02", "2020-02-01"));
    let twenty = act("twenty", "20%", &begins("2020-03-02", "2020-04-01")) + "instead_of = [\"ten\"]\n";
    let ended = twenty.replace("instead_of", "until = \"2020-06-01T00:01\"\ninstead_of");
    let thirty = act("thirty", "30%", &begins("2020-05-02", "2020-06-01")) + "instead_of = [\"twenty\"]\n";
    for second in [twenty, ended] {
        let world = World::new();
        world.schedule("s", "08081000,2%\n", "HS2017", "from = 2020-01-01");
        world.measure(&format!("{LIST}{ten}{second}{thirty}"));
        let rates =
            ["2020-03-01", "2020-05-01", "2020-07-01"].map(|on| world.rate("08081000", &["--on", on]));
        assert_eq!(rates, ["12..12", "22..22", "32..32"]);
        let rule = "tariff(XNA on XSA, code '08081000', 2020-07-01) <= 35%".replace('\'', "\\\"");
        let says = |condition: &str| {
            world.agreement(&rule, condition);
            let found = world.check("2020-09-01");
            (found["status"].clone(), found["overlay"]["kind"].clone())
        };
        assert_eq!(says(""), ("met".into(), Value::Null));
        assert_eq!(says("while = \"trigger.m.ten\""), ("met".into(), "excused".into()));
        assert_eq!(says("while = \"trigger.m.ten or its replacement\""), ("met".into(), Value::Null));
    }
}

/// The codes of one edition: `0808.10.00`, which the next one splits.
fn split(world: &World, act: &str, more: &str) {
    world.schedule("s1", "08081000,5%\n08082000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
    world.schedule("s2", "08081010,4%\n08081090,6%\n08082000,5%\n", "HS2017", "from = 2020-07-01");
    world.measure(&format!("{LIST}{act}{more}"));
}

/// The total lies between the rate without the act and with it, whatever the act does.
#[test]
fn a_split_code_keeps_its_act_within_bounds() {
    let july = ["--on", "2020-08-01"];
    for (effect, rate, first, second) in [
        ("add", "8%", "4..12", "6..14"),
        ("replace", "1%", "1..4", "1..6"),
        ("top-up", "10%", "4..10", "6..10"),
        ("cap", "3%", "3..4", "3..6"),
        ("floor", "5%", "4..5", "6..6"),
    ] {
        let world = World::new();
        let own =
            act("a", rate, "effective = \"2020-03-01T00:01\"").replace("\"add\"", &format!("\"{effect}\""));
        split(&world, &own, "");
        assert_eq!(world.rate("08081010", &july), first, "{effect}");
        assert_eq!(world.rate("08081090", &july), second, "{effect}");
        // Before the split, and on the code that stays, nothing is open.
        assert_eq!(world.rate("08082000", &july), "5..5", "{effect}");
        let before = world.tariff("rate", &["--line", "08081000", "--on", "2020-06-01"]);
        assert_eq!(before["lines"][0]["rates"][0]["acts"][0]["outcome"], "counts");
        let found = world.tariff("rate", &["--line", "08081010", "--on", "2020-08-01"]);
        let own = &found["lines"][0]["rates"][0]["acts"][0];
        assert_eq!(
            (&own["outcome"], &own["lost_codes"][0]["code"]),
            (&"undecided".into(), &"08081000".into())
        );
    }
    let world = World::new();
    split(&world, &act("a", "8%", "effective = \"2020-03-01T00:01\""), "");
    let ceiling = world.tariff("ceiling", &["--on", "2020-08-01", "--ceiling", "10"]);
    let states = ["breach", "kept", "undecided"].map(|key| ceiling[key].as_u64().unwrap());
    assert_eq!(states, [0, 1, 2]);
    let coverage = world.tariff("coverage", &["--on", "2020-08-01"])[0].clone();
    let shares = ["covered", "low", "high"].map(|key| coverage[key].as_str().unwrap().to_owned());
    assert_eq!(shares, ["0", "0", "2"]);
    let diff = world.tariff("diff", &["--from", "2020-06-30", "--to", "2020-07-01"]);
    // Nobody says which of the new lines the goods of the old one went to.
    let went = &diff["perhaps"][0];
    assert_eq!((span(&went["old_total"]), span(&went["new_total"])), ("13..13".into(), "4..14".into()));
    let spans =
        world.tariff("timeline", &["--line", "08081010", "--from", "2020-07-01", "--to", "2020-07-02"]);
    assert_eq!(spans[0]["acts"][0][0], "m/a (undecided: 08081000 of m/l)");
    // A rule: what no reading of it can pass is kept, and the rest is not decided.
    for (most, status) in [(3, "missed"), (11, "cannot-tell"), (12, "met")] {
        world.agreement(
            &format!("tariff(XNA on XSA, code '08081010', 2020-08-01) <= {most}%").replace('\'', "\\\""),
            "",
        );
        let found = world.check("2020-09-01");
        assert_eq!(found["status"], status, "{most}");
        if status == "cannot-tell" {
            assert!(found["reason"].as_str().unwrap().contains("08081000"), "{found}");
        }
    }
}

#[test]
fn a_split_within_one_edition_and_an_exclusion_that_lost_its_line() {
    let world = World::new();
    world.put(
        "schedules/s.csv",
        "line,rate,from,through\n08081000,5%,2020-01-01,2020-06-30\n08081010,5%,2020-07-01,\n08081090,5%,2020-07-01,\n08092000,1%,2020-01-01,\n",
    );
    let toml = "id = \"s\"\ntitle = \"S\"\nimporter = \"XNA\"\nzone = \"Europe/Brussels\"\nkind = \"mfn-applied\"\nclassification = \"HS2017\"\nlines = \"s.csv\"\ncertainty = \"primary\"\ncite = \"x\"\nfrom = 2020-01-01\n";
    world.put("schedules/s.toml", toml);
    let wide = LIST.replace("08081000", "0808");
    let exclusion = "[[exclusion]]\nid = \"e\"\ntitle = \"e\"\nof = [\"a\"]\ncodes = [\"08081000\"]\npublished = 2020-03-01\neffective = \"2020-03-01T00:01\"\ncite = \"x\"\ncertainty = \"primary\"\n";
    let own = act("a", "8%", "effective = \"2020-03-01T00:01\"");
    world.measure(&format!("{wide}{own}{exclusion}"));
    assert_eq!(world.rate("08081000", &["--on", "2020-06-01"]), "5..5");
    assert_eq!(world.rate("08081010", &["--on", "2020-08-01"]), "5..13");
    let found = world.tariff("rate", &["--line", "08081010", "--on", "2020-08-01"]);
    assert_eq!(found["lines"][0]["rates"][0]["acts"][0]["lost_codes"][0]["list"], "m/e");
    world.measure(&format!("{LIST}{own}"));
    assert_eq!(world.rate("08081090", &["--on", "2020-08-01"]), "5..13");
    assert_eq!(world.rate("08092000", &["--on", "2020-08-01"]), "1..1");
}

/// Rules on averages and shares are decided by the bounds that `tariff average` and `tariff coverage` print.
#[test]
fn rules_on_averages_are_decided_by_the_bounds() {
    let world = World::new();
    let lists = act("a", "20%", "effective = \"2020-03-01T00:01\"");
    world.schedule("s1", "08081000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
    world.schedule("s2", "08081010,4%\n08081090,6%\n", "HS2022", "from = 2020-07-01");
    world.measure(&format!("{LIST}{lists}"));
    assert_eq!(span(&world.tariff("average", &["--on", "2020-08-01"])[0]), "5..25");
    let says = |rule: &str| {
        world.agreement(rule, "");
        let found = world.check("2020-09-01");
        let reading = &found["readings"][0]["actual"];
        let reason = found["reason"].as_str().unwrap_or_default().to_owned();
        (found["status"].as_str().unwrap().to_owned(), span(reading), reason)
    };
    let average =
        |most: &str| says(&format!("average_tariff(XNA on XSA, goods, 2020-08-01, simple) <= {most}%"));
    for (most, status) in [("4", "missed"), ("5", "cannot-tell"), ("24", "cannot-tell"), ("25", "met")] {
        let (found, bounds, reason) = average(most);
        assert_eq!((found.as_str(), bounds.as_str()), (status, "5..25"), "{most}");
        assert_eq!(
            reason.contains("whether m/a bears on 2 lines is not known"),
            status == "cannot-tell",
            "{reason}"
        );
    }
    let (status, bounds, reason) = says("coverage(XNA on XSA, goods, 2020-08-01, simple) <= 40%");
    assert_eq!((status.as_str(), bounds.as_str()), ("cannot-tell", "0..100"));
    assert!(reason.contains("whether m/a bears on 2 lines is not known"), "{reason}");
    // What acts that are not held could make of it decides where it can.
    world.put("measures/held.toml", "[[held]]\nimporter = \"XNA\"\norigins = [\"XSA\"]\nfrom = 2020-01-01\nthrough = 2020-07-15\nmissing = [\"x\"]\n");
    assert_eq!((average("4").0.as_str(), average("25").0.as_str()), ("missed", "cannot-tell"));
}

/// A concordance says which lines the act bears on.
#[test]
fn a_concordance_decides() {
    let world = World::new();
    split(&world, &act("a", "8%", "effective = \"2020-03-01T00:01\""), "");
    world.schedule("s2", "08081010,4%\n08081090,6%\n08082000,5%\n", "HS2022", "from = 2020-07-01");
    let july = ["--on", "2020-08-01"];
    assert_eq!(world.rate("08081010", &july), "4..12");
    let toml = "id = \"c\"\ntitle = \"C\"\nfrom = \"HS2017\"\nto = \"HS2022\"\nlines = \"c.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n";
    world.put("schedules/concordances/c.toml", toml);
    let told = |rows: &str| {
        world.put("schedules/concordances/c.csv", &format!("from,to,relation\n{rows}"));
        [world.rate("08081010", &july), world.rate("08081090", &july)]
    };
    assert_eq!(told("08081000,08081010,split\n08081000,08081090,split\n"), ["12..12", "14..14"]);
    assert_eq!(told("08081000,08081090,same\n"), ["4..4", "14..14"]);
    // A line that also holds goods of a code that is not listed.
    assert_eq!(told("08081000,08081090,merge\n08082000,08081090,merge\n"), ["4..4", "6..14"]);
    // Where the rest of the code is, is not said: it may be in a line that is new too.
    assert_eq!(told("08081000,08081010,part\n"), ["4..12", "6..14"]);
    assert_eq!(told("08081000,08081010,split\n"), ["12..12", "6..14"]);
    // A line that stood before holds what it held, and nothing says that this is listed, or where it went.
    assert_eq!(told("08081000,08082000,merge\n"), ["4..4", "6..6"]);
    assert_eq!(world.rate("08082000", &july), "5..13");
    assert_eq!(told("08081000,08082000,merge\n08082000,08081090,same\n"), ["4..4", "6..6"]);
    assert_eq!(world.rate("08082000", &july), "13..13");
    world.put("schedules/concordances/c.csv", "from,to,relation\n08081000,08081010,whole\n");
    let args = [
        "tariff",
        "rate",
        "--importer",
        "XNA",
        "--origin",
        "XSA",
        "--line",
        "08081010",
        "--on",
        "2020-08-01",
    ];
    let refused = servanda_in(world.path(), &args);
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert!(refused.status.code() == Some(2) && said.contains("concordances/c.csv:2"), "{said}");
}

/// Where the digits of a listed code stand for other goods in the next edition, what a concordance says goes before them.
#[test]
fn a_concordance_goes_before_digits_that_stand_still() {
    let world = World::new();
    let listed = LIST.replace("08081000", "08082000");
    world.schedule("s1", "08081000,5%\n08082000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
    world.schedule("s2", "08081010,4%\n08081090,6%\n08082000,5%\n", "HS2022", "from = 2020-07-01");
    world.measure(&format!("{listed}{}", act("a", "8%", "effective = \"2020-03-01T00:01\"")));
    let july = ["--on", "2020-08-01"];
    assert_eq!(world.rate("08082000", &july), "13..13");
    let toml = "id = \"c\"\ntitle = \"C\"\nfrom = \"HS2017\"\nto = \"HS2022\"\nlines = \"c.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n";
    world.put("schedules/concordances/c.toml", toml);
    let told = |rows: &str| {
        world.put("schedules/concordances/c.csv", &format!("from,to,relation\n{rows}"));
        [
            world.rate("08082000", &july),
            world.rate("08081090", &july),
            world.rate("08082000", &["--on", "2020-06-01"]),
        ]
    };
    // Goods that are not listed were joined to it; the code was renumbered, and its digits are another's; a part of it is left.
    assert_eq!(told("08082000,08082000,merge\n08081000,08082000,merge\n"), ["5..13", "6..6", "13..13"]);
    assert_eq!(told("08082000,08081090,same\n"), ["5..13", "14..14", "13..13"]);
    assert_eq!(told("08082000,08081090,same\n08081000,08082000,same\n"), ["5..5", "14..14", "13..13"]);
    assert_eq!(told("08082000,08082000,part\n08082000,08081090,part\n"), ["5..13", "6..14", "13..13"]);
    assert_eq!(told("08082000,08082000,same\n"), ["13..13", "6..6", "13..13"]);
}

/// The goods of a line that is gone were those of the heading above it, which still stands.
#[test]
fn a_heading_loses_goods_with_one_of_its_lines() {
    let world = World::new();
    let listed = |codes: &str| LIST.replace("\"08081000\"", codes);
    world.schedule("s1", "08081000,5%\n08082000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
    world.schedule("s2", "08082000,5%\n20099900,4%\n", "HS2017", "from = 2020-07-01");
    let july = ["--on", "2020-08-01"];
    let action = act("a", "8%", "effective = \"2020-03-01T00:01\"");
    for codes in ["\"08081000\"", "\"0808\"", "\"08\"", "\"080810\""] {
        world.measure(&format!("{}{action}", listed(codes)));
        assert_eq!(world.rate("20099900", &july), "4..12", "{codes}");
    }
    world.measure(&format!("{}{action}", listed("\"08082000\"")));
    assert_eq!(world.rate("20099900", &july), "4..4");
}

/// A line asked about on a day before it stood: its goods were those of its predecessor then.
#[test]
fn a_line_that_does_not_stand_yet_has_what_its_predecessor_has() {
    let world = World::new();
    let listed = LIST.replace("\"08081000\"", "\"0808\"");
    let taken_out = "[[exclusion]]\nid = \"x\"\ntitle = \"x\"\nof = [\"a\"]\ncodes = [\"08081000\"]\npublished = 2020-03-01\n\
                     effective = \"2020-03-01T00:00\"\ncite = \"x\"\ncertainty = \"primary\"\n";
    world.schedule("s1", "08081000,5%\n08082000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
    world.schedule("s2", "08081010,4%\n08081090,6%\n08082000,5%\n", "HS2022", "from = 2020-07-01");
    let action = act("a", "8%", "effective = \"2020-03-01T00:01\"");
    world.measure(&format!("{listed}{action}{taken_out}"));
    let june = ["--on", "2020-06-01"];
    assert_eq!(world.rate("08081000", &june), "5..5");
    let low = world.rate("08081010", &june);
    assert!(low.starts_with("0.."), "{low}");
}

/// A rate on a line under a ceiling in every face, on 1 August 2020: the rate, the state of the line under a ceiling, its row in
/// CSV, the bounds of the average and of the lines covered, and the status of two rules with the reason of the first.
struct Faces {
    rate: String,
    state: String,
    row: String,
    average: String,
    covered: String,
    rule: String,
    of_all: String,
    reason: String,
}

fn faces(world: &World, line: &str, ceiling: &str) -> Faces {
    let on = ["--on", "2020-08-01"];
    let word = |value: &Value| value.as_str().unwrap_or("open").to_owned();
    let found = world.tariff("ceiling", &[on.as_slice(), &["--ceiling", ceiling]].concat());
    let lines = found["lines"].as_array().unwrap();
    let state = word(&lines.iter().find(|l| l["line"] == line).unwrap()["state"]);
    let mut args = vec!["tariff", "ceiling", "--importer", "XNA", "--origin", "XSA", "--format", "csv"];
    args.extend(on.iter().chain(&["--ceiling", ceiling]));
    let csv = text(&servanda_in(world.path(), &args), 0);
    let row = csv.lines().find(|row| row.contains(line)).unwrap().to_owned();
    let average = world.tariff("average", &on)[0].clone();
    let coverage = world.tariff("coverage", &on)[0].clone();
    world.agreement(
        &format!("tariff(XNA on XSA, code '{line}', 2020-08-01) <= {ceiling}%").replace('\'', "\\\""),
        "",
    );
    let one = world.check("2020-09-01");
    world.agreement(
        &format!("each line in code '{}': tariff(XNA on XSA, line, 2020-08-01) <= {ceiling}%", &line[..2])
            .replace('\'', "\\\""),
        "",
    );
    let all = world.check("2020-09-01");
    Faces {
        rate: world.rate(line, &on),
        state,
        row,
        average: format!("{}..{}", word(&average["low"]), word(&average["high"])),
        covered: format!("{}..{}", word(&coverage["low"]), word(&coverage["high"])),
        rule: word(&one["status"]),
        of_all: word(&all["status"]),
        reason: one["reason"].as_str().unwrap_or_default().to_owned(),
    }
}

/// A line that is new, where nothing says what it was, may hold goods of listed codes under the digits that stood before: in
/// every face within bounds, whatever the editions are.
#[test]
fn new_lines_that_nothing_maps_are_named_and_within_bounds() {
    for edition in ["HS2017", "HS2022", "HTS2025"] {
        let world = World::new();
        world.schedule("s1", "08081000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
        world.schedule("s2", "08081000,5%\n08085000,4%\n", edition, "from = 2020-07-01");
        world.measure(&format!("{LIST}{}", act("a", "20%", "effective = \"2020-03-01T00:01\"")));
        let average = |on: &str| {
            let args =
                ["tariff", "average", "--importer", "XNA", "--origin", "XSA", "--on", on, "--format", "json"];
            world.run(&args)["grounds"][0]["unmapped"].clone()
        };
        assert_eq!(average("2020-08-01"), serde_json::json!(["08085000"]));
        assert_eq!(average("2020-06-01"), serde_json::json!([]));
        let args = ["tariff", "average", "--importer", "XNA", "--origin", "XSA", "--on", "2020-08-01"];
        assert!(text(&servanda_in(world.path(), &args), 0).contains("08085000"));
        // The listed code itself keeps its act.
        assert_eq!(world.rate("08081000", &["--on", "2020-08-01"]), "25..25");
        let found = faces(&world, "08085000", "10");
        assert_eq!((found.rate.as_str(), found.state.as_str()), ("4..24", "undecided"), "{edition}");
        assert!(found.row.contains("undecided") && found.row.contains("24"), "{}", found.row);
        assert_eq!((found.average.as_str(), found.covered.as_str()), ("14.5..24.5", "1..2"));
        assert_eq!((found.rule.as_str(), found.of_all.as_str()), ("cannot-tell", "missed"));
        assert!(found.reason.contains("08081000 of m/l"), "{}", found.reason);
        assert_eq!(faces(&world, "08085000", "24").rule, "met");
        world.agreement(&"tariff(XNA on XSA, code '08085000', 2020-08-01) <= 30%".replace('\'', "\\\""), "");
        let args = ["explain", "deal", "c", "--as-of", "2020-09-01", "--all"];
        let derivation = text(&servanda_in(world.path(), &args), 0);
        assert!(derivation.contains("nothing held says what it was"), "{derivation}");
    }
}

/// A listed code that is gone, with no new line under its own beginning, may be any line that is new.
#[test]
fn a_code_that_went_to_another_chapter_keeps_its_act_within_bounds() {
    let world = World::new();
    let list = LIST.replace("08081000", "85414300");
    let renumbered = |more: &str| {
        world.schedule(
            "s1",
            &format!("85414300,5%\n85411000,5%\n{more}"),
            "HS2017",
            "from = 2020-01-01\nthrough = 2020-06-30",
        );
        world.schedule("s2", &format!("90131000,5%\n85411000,5%\n{more}"), "HTS2025", "from = 2020-07-01");
    };
    world.measure(&format!("{list}{}", act("a", "20%", "effective = \"2020-03-01T00:01\"")));
    // Whether others of its chapter stand plays no part.
    for more in ["", "90121000,5%\n", "90138000,5%\n"] {
        renumbered(more);
        let found = faces(&world, "90131000", "10");
        assert_eq!(
            (found.rate.as_str(), found.state.as_str(), found.rule.as_str()),
            ("5..25", "undecided", "cannot-tell"),
            "{more}"
        );
        assert!(found.reason.contains("85414300 of m/l"), "{}", found.reason);
        assert_eq!(world.rate("85411000", &["--on", "2020-08-01"]), "5..25");
        assert_eq!(world.rate("85414300", &["--on", "2020-06-01"]), "25..25");
    }
    // A line that took another's place under the same heading is that one's.
    world.schedule(
        "s1",
        "85414300,5%\n85411000,5%\n90131100,5%\n",
        "HS2017",
        "from = 2020-01-01\nthrough = 2020-06-30",
    );
    world.schedule("s2", "90131000,5%\n85411000,5%\n", "HTS2025", "from = 2020-07-01");
    assert_eq!(world.rate("90131000", &["--on", "2020-08-01"]), "5..5");
    // A concordance says which line it is.
    renumbered("");
    let toml = "id = \"c\"\ntitle = \"C\"\nfrom = \"HS2017\"\nto = \"HTS2025\"\nlines = \"c.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n";
    world.put("schedules/concordances/c.toml", toml);
    world.put("schedules/concordances/c.csv", "from,to,relation\n85414300,90131000,same\n");
    let now = ["90131000", "85411000"].map(|line| world.rate(line, &["--on", "2020-08-01"]));
    assert_eq!(now, ["25..25", "5..5"]);
}

/// A list that is younger than a line, or written in its edition, speaks for it.
#[test]
fn a_list_that_knew_a_new_line_leaves_it_alone() {
    let world = World::new();
    world.schedule("s1", "08081000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
    world.schedule("s2", "08081000,5%\n08085000,4%\n", "HS2022", "from = 2020-07-01");
    let rate = |edition: &str, known: &str| {
        let list = LIST.replace("HS2017", edition);
        let known = format!("announced = {known}\neffective = \"2020-07-10T00:01\"");
        world.measure(&format!("{list}{}", act("a", "20%", &known)));
        world.rate("08085000", &["--on", "2020-08-01"])
    };
    assert_eq!(rate("HS2022", "2020-03-01"), "4..4");
    assert_eq!(rate("HS2017", "2020-07-05"), "4..24");
    world.schedule("s2", "08081000,5%\n08085000,4%\n", "HS2017", "from = 2020-07-01");
    assert_eq!((rate("HS2017", "2020-07-01"), rate("HS2017", "2020-06-30")), ("4..4".into(), "4..24".into()));
}

/// Six digits of the HS mean the same in a later schedule: a line that is new under them holds what was under them.
#[test]
fn a_line_carved_out_of_one_that_stays_keeps_its_act_within_bounds() {
    let world = World::new();
    world.schedule("s1", "08081000,5%\n08082000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-06-30");
    world.schedule(
        "s2",
        "08081000,5%\n08081050,5%\n08082000,5%\n08082050,5%\n",
        "HS2017",
        "from = 2020-07-01",
    );
    world.measure(&format!("{LIST}{}", act("a", "20%", "effective = \"2020-03-01T00:01\"")));
    let rates = ["08081000", "08081050", "08082000", "08082050"]
        .map(|line| world.rate(line, &["--on", "2020-08-01"]));
    assert_eq!(rates, ["25..25", "5..25", "5..5", "5..5"]);
}

/// As of a day, a rate of a later day is read in the schedule that was known then.
#[test]
fn a_later_schedule_is_not_known_before_it_is_published() {
    let world = World::new();
    world.schedule("s1", "08081000,5%\n", "HS2017", "from = 2020-01-01\nthrough = 2020-12-31");
    let later = |published: &str| {
        world.schedule("s2", "08081000,9%\n", "HS2022", &format!("from = 2025-01-01\n{published}"));
    };
    later("");
    let on = ["--on", "2025-06-01", "--as-of"];
    let rate = |as_of: &str| world.rate("08081000", &[on.as_slice(), &[as_of]].concat());
    let row = |as_of: &str| {
        world.tariff("rate", &[["--line", "08081000"].as_slice(), &on, &[as_of]].concat())["lines"][0]["rates"][0].clone()
    };
    assert_eq!(rate("2020-05-01"), "5..5");
    assert_eq!(row("2020-05-01")["read_on"], "as of 2020-05-01 no schedule for later days was known");
    assert_eq!((rate("2025-01-01"), row("2025-01-01")["read_on"].clone()), ("9..9".into(), Value::Null));
    assert_eq!(world.rate("08081000", &["--on", "2025-06-01"]), "9..9");
    later("published = 2020-04-15");
    assert_eq!((rate("2020-04-14"), rate("2020-04-15")), ("5..5".into(), "9..9".into()));
    later("published = 2025-03-01");
    // Published after its first day: until then the earlier one was read on.
    assert_eq!(rate("2025-03-01"), "9..9");
}

/// A tariff rule over several lines of which none stands says so in whole sentences.
#[test]
fn a_rule_without_lines_has_a_whole_reason() {
    let world = with_held("");
    world.agreement("tariff(XNA on XSA, list, 2019-06-01) <= 15%", "");
    let reason = world.check("2020-09-01")["reason"].as_str().unwrap().to_owned();
    assert!(!reason.contains("  ") && !reason.contains("compared"), "{reason}");
    world.agreement("mfn(XNA, list, 2019-06-01) >= 15%", "");
    let reason = world.check("2020-09-01")["reason"].as_str().unwrap().to_owned();
    assert!(!reason.contains("  ") && !reason.contains("compared"), "{reason}");
}

/// Codes of two editions are compared where they stand for the same goods, in `tariff parity` and in a rule alike.
#[test]
fn two_editions_are_not_joined_by_digits() {
    let world = World::new();
    world.schedule("s", "01012100,6%\n30021500,6%\n", "HS2017", "from = 2020-01-01");
    let other = |classification: &str| {
        world.put("schedules/u.csv", "line,rate\n01012100,2%\n30021500,2%\n");
        let toml = format!(
            "id = \"u\"\ntitle = \"U\"\nimporter = \"XSA\"\nzone = \"Europe/Brussels\"\nkind = \"mfn-applied\"\nclassification = \"{classification}\"\nlines = \"u.csv\"\ncertainty = \"primary\"\ncite = \"x\"\nfrom = 2020-01-01\n"
        );
        world.put("schedules/u.toml", &toml);
    };
    let states = || {
        let args = [
            "tariff",
            "parity",
            "--importer",
            "XNA",
            "--against",
            "XSA",
            "--on",
            "2020-06-01",
            "--format",
            "json",
        ];
        let found = world.run(&args)["answer"].clone();
        let states: Vec<String> = found["rows"]
            .as_array()
            .unwrap()
            .iter()
            .map(|r| r["state"].as_str().unwrap().to_owned())
            .collect();
        (states, found["may_differ"].as_u64().unwrap())
    };
    let of = |code: &str| {
        world.agreement(
            &format!("each line in code '{code}': mfn(XNA, line, 2020-06-01) <= mfn(XSA, line, 2020-06-01)")
                .replace('\'', "\\\""),
            "",
        );
        world.check("2020-09-01")["status"].as_str().unwrap().to_owned()
    };
    other("HS2017");
    assert_eq!(states(), (vec!["broken".to_owned(), "broken".to_owned()], 0));
    assert_eq!((of("300215"), of("010121")), ("missed".into(), "missed".into()));
    other("HTS2025");
    assert_eq!(states(), (vec!["broken".to_owned(), "undecided".to_owned()], 1));
    assert_eq!((of("300215"), of("010121")), ("cannot-tell".into(), "missed".into()));
    // Where a concordance says that the code kept its goods, it is compared.
    let toml = "id = \"c\"\ntitle = \"C\"\nfrom = \"HS2017\"\nto = \"HTS2025\"\nlines = \"c.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n";
    world.put("schedules/concordances/c.toml", toml);
    world.put(
        "schedules/concordances/c.csv",
        "from,to,relation\n30021500,30021500,same\n01012100,01012900,part\n",
    );
    assert_eq!(states(), (vec!["undecided".to_owned(), "broken".to_owned()], 1));
}

/// A list that is published after its act: until then any line may be on it.
#[test]
fn a_list_is_known_from_its_own_day() {
    let world = World::new();
    world.schedule("s", "08081000,5%\n08092000,5%\n", "HS2017", "from = 2020-01-01");
    let list = LIST.replace("certainty", "published = 2020-06-15\ncertainty");
    world.measure(&format!(
        "{list}{}",
        act("a", "8%", "announced = 2020-05-01\neffective = \"2020-07-01T00:01\"")
    ));
    let rate = |line: &str, as_of: &str| world.rate(line, &["--on", "2020-07-02", "--as-of", as_of]);
    assert_eq!(rate("08081000", "2020-04-30"), "5..5");
    assert_eq!(
        (rate("08081000", "2020-06-14"), rate("08092000", "2020-06-14")),
        ("5..13".into(), "5..13".into())
    );
    assert_eq!(
        (rate("08081000", "2020-06-15"), rate("08092000", "2020-06-15")),
        ("13..13".into(), "5..5".into())
    );
}

const WEIGHTS: &str = "id = \"cust\"\ntitle = \"T\"\npublisher = \"P\"\nreporter = \"XNA\"\nzone = \"Etc/UTC\"\nfrequency = \"annual\"\nlag_days = 30\n\
revision = \"never\"\ndepth = 4\n[basis]\ncovers = \"goods\"\nside = \"importer\"\ntrade = \"general imports\"\nvaluation = \"CIF\"\n\
accounting = \"census\"\nseasonal = \"not adjusted\"\npartner = \"origin\"\nterritory = \"x\"\ncurrency = \"USD\"\nsecrecy = \"none\"\n\
[absence]\ndefault = \"zero\"\n[[flow]]\nstage = \"imports\"\nnon_negative = true\ndimensions = [\"USD\"]\n[[edition]]\nname = \"HS2017\"\n\
from = 2012-01-01\n[[file]]\ncoverage = \"full\"\nflags = { column = \"f\", map = { c = \"unknown\" } }\nperiod = { column = \"period\" }\n\
partner = { constant = \"XSA\" }\ncode = { column = \"hs\", pattern = \"digits\", lengths = [4] }\n[[file.value]]\ncolumn = \"value\"\nunit = \"USD\"\n";

/// A world whose average is weighed by the rows of some releases.
fn weighed(source: &str, releases: &[(&str, &str)]) -> World {
    let world = World::new();
    world.schedule("s", "08081000,0%\n08091000,10%\n", "HS2017", "from = 2020-01-01");
    world.put("sources/cust.toml", source);
    world.agreement("average_tariff(XNA on XSA, goods, 2020-06-01, weights 2019 of cust) <= 5%", "");
    for (published, rows) in releases {
        world.put("a.csv", &format!("period,hs,value,f\n{rows}"));
        let done = servanda_in(world.path(), &["ingest", "cust", "a.csv", "--published", published]);
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    }
    world
}

#[test]
fn trade_that_weighs_is_evidence() {
    let world = weighed(
        WEIGHTS,
        &[("2020-01-20", "2019,0808,80,\n2019,0809,20,\n"), ("2020-09-20", "2019,0808,20,\n2019,0809,80,\n")],
    );
    let before = world.check("2020-09-19");
    assert_eq!(
        (before["status"].as_str(), &before["readings"][0]["actual"]["value"]),
        (Some("met"), &"2".into())
    );
    let whole = world.run(&["check", "deal", "--as-of", "2020-09-19", "--format", "json"]);
    let rests_on = (&whole["evidence"][0]["source"], &whole["evidence"][0]["vintage"]);
    assert_eq!(rests_on, (&"cust".into(), &"2020-01-20".into()), "{whole}");
    assert_eq!(world.check("2020-09-20")["status"], "missed");
    let history = world.run(&["history", "deal", "--as-of", "2020-12-01", "--format", "json"]);
    let days: Vec<&str> =
        history["rows"].as_array().unwrap().iter().filter_map(|row| row["date"].as_str()).collect();
    assert!(days.contains(&"2020-09-20"), "{days:?}");
    let compared =
        world.run(&["compare", "deal", "--from", "2020-09-19", "--to", "2020-09-20", "--format", "json"]);
    let cause = compared["readings"][0]["cause"].as_str().unwrap();
    assert_eq!(cause, "it rests on cust@2020-09-20 now, and on cust@2020-01-20 before");
}

#[test]
fn what_is_not_known_of_trade_weighs_nothing_for_certain() {
    for (source, rows, why) in [
        (WEIGHTS.to_owned(), "2019,0808,80,\n2019,0809,0,c\n", "has no figure of 0809"),
        (WEIGHTS.replace("\"zero\"", "\"unknown\""), "2019,0808,80,\n", "does not show all codes"),
        (WEIGHTS.replace("zone =", "derived = \"deflated\"\nzone ="), "2019,0808,80,\n", "never counts"),
    ] {
        let world = weighed(&source, &[("2020-01-20", rows)]);
        let found = world.check("2020-09-19");
        assert_eq!(found["status"], "cannot-tell", "{rows}");
        assert!(found["reason"].as_str().unwrap().contains(why), "{found}");
    }
}
