//! A plan as CSV files. Rates are in hundredths of a percent; an empty `until` is none.

use super::{Plan, Whose};
use jiff::civil::Date;
use std::fmt::Write;
use std::path::Path;

pub fn write(plan: &Plan, folder: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    let save = |name: &str, text: String| std::fs::write(folder.join(name), text);
    let end = |day: Option<Date>| day.map(|d| d.to_string()).unwrap_or_default();

    let mut out = String::from("number,origin\n");
    for (number, origin) in plan.origins.iter().enumerate() {
        let _ = writeln!(out, "{number},{origin}");
    }
    save("origins.csv", out)?;

    let mut out = String::from("line,from_day,until_day,rate\n");
    for row in &plan.rows {
        let _ = writeln!(out, "{},{},{},{}", row.line, row.from, end(row.until), row.rate);
    }
    save("mfn.csv", out)?;

    let mut out = String::from("code,rate\n");
    for (code, rate) in &plan.preference {
        let _ = writeln!(out, "{code},{rate}");
    }
    save("preference.csv", out)?;

    let mut out = String::from("origin\n");
    for origin in &plan.preferred {
        let _ = writeln!(out, "{origin}");
    }
    save("preferred.csv", out)?;

    // Number -1 is the list of every line.
    let mut out = String::from("list,code\n");
    for (number, list) in plan.lists.iter().enumerate() {
        for code in list {
            let _ = writeln!(out, "{number},{code}");
        }
    }
    save("lists.csv", out)?;

    let mut acts = String::from("act,measure,authority,list,top_up,rate,from_day,until_day\n");
    let mut exclusions = String::from("measure,list,from_day,until_day\n");
    let mut whose = String::from("measure,origin\n");
    let mut number = 0;
    for measure in &plan.measures {
        for act in &measure.acts {
            let list = act.list.map_or(-1, |n| n as i64);
            let _ = write!(acts, "{number},{},{},{list},", measure.id, measure.authority);
            let _ = writeln!(acts, "{},{},{},{}", u8::from(act.top_up), act.rate, act.from, end(act.until));
            number += 1;
        }
        for e in &measure.exclusions {
            let _ = writeln!(exclusions, "{},{},{},{}", measure.id, e.list, e.from, end(e.until));
        }
        for origin in &plan.origins {
            let meant = match &measure.whose {
                Whose::AllBut(except) => !except.contains(origin),
                Whose::Only(some) => some.contains(origin),
            };
            if meant {
                let _ = writeln!(whose, "{},{origin}", measure.id);
            }
        }
    }
    save("acts.csv", acts)?;
    save("exclusions.csv", exclusions)?;
    save("measure_origins.csv", whose)
}
