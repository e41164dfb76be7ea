//! Conditions of agreements (`while`, `unless`, `after`) beside what `tariff triggers` prints of the same act, day by day.

mod common;
mod tariff_world;

use tariff_world::{LIST, World, act};

/// Day by day, how an act stood, by what was known at its end, and how the conditions on it stood a day later.
fn stood(world: &World, on: &str) -> String {
    let args = ["tariff", "triggers", "--importer", "XNA", "--on", on, "--all", "--format", "json"];
    let found = world.run(&args)["answer"].clone();
    let own = found.as_array().unwrap().iter().find(|t| t["name"] == "m/a");
    own.map_or("not known", |own| own["standing"].as_str().unwrap()).to_owned()
}

fn says(world: &World, condition: &str, as_of: &str) -> String {
    let rule = "tariff(XNA on XSA, code '08081000', as-of) <= 90%".replace('\'', "\\\"");
    world.agreement(&rule, condition);
    let found = world.check(as_of);
    match found["overlay"]["kind"].as_str() {
        Some(kind) => kind.to_owned(),
        None => found["status"].as_str().unwrap().to_owned(),
    }
}

fn step(on: &str, does: &str, more: &str) -> String {
    format!("\n[[act.step]]\non = {on}\ndoes = \"{does}\"\n{more}\n")
}

fn begins(day: &str) -> String {
    format!("effective = \"{day}T00:00\"")
}

/// What becomes of an act of 10 percent on one code, with acts beside it.
fn histories() -> Vec<(&'static str, String)> {
    let arm = step("2020-02-01", "arm", &begins("2020-03-01"));
    let own = |steps: &str| act("a", "10%", steps);
    let other = |id: &str, list: &str, of: &str| {
        act(id, "20%", &format!("announced = 2020-04-01\n{}\ninstead_of = [{of}]", begins("2020-05-01")))
            .replace("list = \"l\"", &format!("list = \"{list}\""))
    };
    let wide = own(&arm).replace("list = \"l\"", "list = \"w\"");
    vec![
        (
            "postponed, then in force",
            own(&format!("{arm}{}", step("2020-02-20", "postpone", &begins("2020-04-10")))),
        ),
        (
            "postponed for good",
            own(&format!(
                "{arm}{}{}",
                step("2020-02-20", "postpone", &begins("2020-04-10")),
                step("2020-04-05", "suspend", "")
            )),
        ),
        (
            "suspended and resumed",
            own(&format!(
                "{arm}{}{}",
                step("2020-03-20", "suspend", &begins("2020-04-01")),
                step("2020-04-20", "resume", &begins("2020-05-10"))
            )),
        ),
        ("lapsed", own(&format!("{arm}{}", step("2020-03-20", "lapse", &begins("2020-04-01"))))),
        (
            "lapsed before it began",
            own(&format!("{arm}{}", step("2020-02-15", "lapse", &begins("2020-02-15")))),
        ),
        (
            "ended by its own date",
            own(&step(
                "2020-02-01",
                "arm",
                &format!("{}\nuntil = \"2020-04-15T00:00\"", begins("2020-03-01")),
            )),
        ),
        ("void", own(&format!("{arm}{}", step("2020-02-15", "void", "")))),
        ("replaced on all of its list", format!("{}{}", own(&arm), other("b", "l", "\"a\""))),
        ("replaced on a wider list", format!("{}{}", own(&arm), other("b", "w", "\"a\""))),
        ("replaced on a part", format!("{wide}{}", other("b", "l", "\"a\""))),
        (
            "replaced by two together",
            format!("{wide}{}{}", other("b", "l", "\"a\""), other("c", "r", "\"a\"")),
        ),
        ("replaced by one that ends", {
            let b = other("b", "l", "\"a\"");
            format!("{}{}", own(&arm), b.replace("T00:00\"\n", "T00:00\"\nuntil = \"2020-05-20T00:00\"\n"))
        }),
    ]
}

#[test]
fn a_condition_reads_what_triggers_print() {
    let list = |id: &str, codes: &str| {
        LIST.replace("list.l", &format!("list.{id}")).replace("[\"08081000\"]", codes)
    };
    let wide = list("w", "[\"08081000\", \"08082000\"]");
    let rest = list("r", "[\"08082000\"]");
    let mut seen: Vec<String> = Vec::new();
    for (name, acts) in histories() {
        let world = World::new();
        world.schedule("s", "08081000,5%\n08082000,5%\n", "HS2017", "from = 2020-01-01");
        world.measure(&format!("{LIST}{wide}{rest}{acts}"));
        let mut ever = false;
        for (eve, day) in [
            ("2020-01-20", "2020-01-21"),
            ("2020-02-25", "2020-02-26"),
            ("2020-03-15", "2020-03-16"),
            ("2020-04-08", "2020-04-09"),
            ("2020-04-25", "2020-04-26"),
            ("2020-05-15", "2020-05-16"),
            ("2020-06-10", "2020-06-11"),
        ] {
            let standing = stood(&world, eve);
            let (holds, unless) = match standing.as_str() {
                "in force" => ("met", "excused"),
                "in part" => ("cannot-tell", "cannot-tell"),
                _ => ("excused", "met"),
            };
            ever |= matches!(standing.as_str(), "in force" | "in part");
            let place = format!("{name}: {standing} at the end of {eve}");
            assert_eq!(says(&world, "while = \"trigger.m.a\"", day), holds, "{place}");
            assert_eq!(says(&world, "unless = \"trigger.m.a\"", day), unless, "{place}");
            let after = says(&world, "after = \"trigger.m.a\"", day);
            assert_eq!(after, if ever { "met" } else { "not-yet-testable" }, "{place}");
            if !seen.contains(&standing) {
                seen.push(standing);
            }
        }
    }
    for word in
        ["not known", "armed", "postponed", "suspended", "in force", "in part", "replaced", "lapsed", "void"]
    {
        assert!(seen.iter().any(|s| s == word), "{word} is never seen: {seen:?}");
    }
}
