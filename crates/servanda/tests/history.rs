//! `history` beside `check`, through the program: a row on the day after an act on which a condition reads it, and shipped agreements.

mod common;
mod tariff_world;

use common::{json, servanda};
use serde_json::Value;
use tariff_world::{LIST, World, act};

/// A condition reads the end of the day before: what an act excuses is excused from the day after the act became known or began, and
/// until the day on which it ended.
#[test]
fn a_condition_on_an_act_has_a_row_on_the_day_after() {
    let world = World::new();
    world.schedule("s", "08081000,2%\n", "HS2017", "from = 2020-01-01");
    let late = "announced = 2020-12-04\neffective = \"2020-11-25T00:01\"\nuntil = \"2020-12-15T00:01\"";
    world.measure(&format!("{LIST}{}", act("late", "10%", late)));
    world.agreement("1 USD >= 1 USD", "unless = \"trigger.m.late\"");
    let found = world.run(&["history", "deal", "--as-of", "2021-01-05", "--all", "--format", "json"]);
    let excused: Vec<(&str, bool, usize)> = found["rows"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| {
            let releases = row["releases"].as_array().unwrap().len();
            (row["date"].as_str().unwrap(), row["finding"]["overlay"]["kind"] == "excused", releases)
        })
        .collect();
    assert!(excused.contains(&("2020-12-05", true, 0)), "{excused:?}");
    assert!(excused.contains(&("2020-12-16", false, 0)), "{excused:?}");
    let table = String::from_utf8(
        common::servanda_in(world.path(), &["history", "deal", "--as-of", "2021-01-05"]).stdout,
    )
    .unwrap();
    assert!(table.contains("nothing new"), "{table}");
}

/// What a finding says as of a day: its status, its reason without that day, and what lies over it.
fn said(finding: &Value, day: &str) -> [String; 3] {
    ["status", "reason", "overlay"].map(|key| finding[key].to_string().replace(day, "that day"))
}

/// Two agreements that ship, on days on which something was published and days on which nothing was.
#[test]
fn the_last_row_of_history_is_the_finding_of_the_day() {
    for id in ["us-jordan-art-2026", "us-malaysia-reciprocal-2025"] {
        let history = json(&servanda(&["history", id, "--as-of", "2026-11-01", "--all", "--format", "json"]));
        let rows = history["rows"].as_array().unwrap();
        for day in ["2026-07-21", "2026-07-22", "2026-09-01", "2026-11-01"] {
            let checked = json(&servanda(&["check", id, "--as-of", day, "--format", "json"]));
            let mut compared = 0;
            for finding in checked["commitments"].as_array().unwrap() {
                let own = |row: &&Value| row["finding"]["id"] == finding["id"];
                if rows.iter().any(|row| own(&row)) {
                    let up_to = |row: &&Value| own(row) && row["date"].as_str().unwrap() <= day;
                    let last = rows.iter().rfind(up_to);
                    let then = last.map(|row| said(&row["finding"], row["date"].as_str().unwrap()));
                    assert_eq!(then, Some(said(finding, day)), "{id} {day}");
                    compared += 1;
                }
            }
            assert!(compared > 0, "{id} has no row");
        }
    }
}

#[test]
fn a_comparison_can_fail_on_what_changed() {
    let compare = |from: &str, to: &str, on: &str| {
        common::servanda(&["compare", "us-china-phase-one", "--from", from, "--to", to, "--fail-on", on])
            .status
            .code()
    };
    assert_eq!(compare("2021-02-23", "2021-03-25", "change"), Some(3));
    assert_eq!(compare("2021-03-25", "2021-03-25", "change"), Some(0));
    assert_eq!(compare("2021-03-25", "2021-03-26", "flip"), Some(0));
}
