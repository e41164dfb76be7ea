//! What stands beside a period and says that it is another one than it looks.

use super::columns::{Column, PeriodRole};
use super::shape::is_figure;
use super::words::{QUANTITIES, VALUES};
use servanda_tables::Pattern;

/// Parts of names of columns that part a year in months.
const MONTHS: &[&str] = &[
    "month",
    "monat",
    "mois",
    "maand",
    "m\u{e5}ned",
    "m\u{e5}nad",
    "miesi",
    "mesic",
    "m\u{11b}s\u{ed}c",
    "\u{43c}\u{435}\u{441}\u{44f}\u{446}",
    "\u{6708}\u{4efd}",
];

/// The same of anything shorter than a year.
const PARTS: &[&str] = &[
    "quarter",
    "quartal",
    "trimest",
    "kwarta",
    "kvart",
    "semest",
    "half",
    "halb",
    "week",
    "woche",
    "semain",
    "period",
    "per\u{ed}od",
    "p\u{e9}riod",
    "\u{43a}\u{432}\u{430}\u{440}\u{442}\u{430}\u{43b}",
    "\u{5b63}\u{5ea6}",
];

/// Whole words of such names.
const SHORT_MONTHS: &[&str] =
    &["mth", "mths", "mnth", "mon", "mo", "mm", "mes", "mese", "m\u{ea}s", "\u{6708}"];
const SHORT_PARTS: &[&str] = &["qtr", "qtrs", "qrt", "quart", "q", "per", "prd", "wk"];

fn named(column: &Column<'_>, parts: &[&str], words: &[&str]) -> bool {
    column.place(parts).is_some()
        || column.lower.split(|c: char| !c.is_alphabetic()).any(|word| words.contains(&word))
}

/// Columns that are named as one of quarters.
pub(super) fn is_quarter(column: &Column<'_>) -> bool {
    named(column, &["quarter", "quartal", "trimest"], &["qtr", "q"])
}

/// How years and the quarters beside them are written together, if these are quarters.
pub(super) fn quarters(column: &Column<'_>) -> Option<&'static str> {
    ["{YYYY} {Q}", "{YYYY} Q{Q}"].into_iter().find(|written| {
        Pattern::parse(written).is_ok_and(|p| column.all(|v| p.read(&format!("2020 {}", v.trim())).is_some()))
    })
}

/// Whether a cell says no more than that its row is of a whole year.
fn is_whole(cell: &str, year: &str) -> bool {
    let cell = cell.trim().to_lowercase();
    let rest = cell.strip_prefix(year.get(..4).unwrap_or("?"));
    matches!(
        cell.as_str(),
        "" | "0" | "00" | "52" | "a" | "a01" | "p1y" | "annual" | "annually" | "year" | "yearly" | "total" | "all" | "1-12" | "jan-dec"
            | "january-december"
    ) || matches!(rest, Some("" | "a" | "0101" | "1231" | "-01-01" | "-12-31"))
        // Another year, such as that of a base.
        || cell.len() == 4 && cell.bytes().all(|b| b.is_ascii_digit())
}

/// Refuses a table of years, or of quarters, beside whose period a column stands that parts it and is not read with it.
pub(super) fn refuse_parts(
    columns: &[Column<'_>],
    frequency: &str,
    period: &PeriodRole,
) -> Result<(), String> {
    let used: Vec<&str> = match period {
        PeriodRole::Column { name, .. } => vec![name],
        PeriodRole::Two { names, .. } => names.iter().map(String::as_str).collect(),
    };
    let parts = |c: &Column<'_>| match frequency {
        "annual" => named(c, MONTHS, SHORT_MONTHS) || named(c, PARTS, SHORT_PARTS),
        "quarterly" => named(c, MONTHS, SHORT_MONTHS),
        _ => false,
    };
    let years = columns.iter().find(|c| used.first() == Some(&c.name));
    for column in columns.iter().filter(|c| !used.contains(&c.name) && parts(c)) {
        let small = |v: &str| v.trim().parse::<u8>().is_ok_and(|n| n <= 53);
        let amounts = column.place(VALUES).is_some() || column.place(QUANTITIES).is_some();
        if amounts && column.all(is_figure) && !column.all(small) {
            continue;
        }
        let year = |row: usize| years.and_then(|y| y.values.get(row)).map_or("", |v| v.trim());
        let part = column.values.iter().enumerate().find(|(row, cell)| !is_whole(cell, year(*row)));
        if let Some((_, cell)) = part {
            return Err(format!(
                "its column `{}` (`{cell}`) parts the period, and is not read with {}: each row would count as a whole {}",
                column.name,
                used.iter().map(|u| format!("`{u}`")).collect::<Vec<_>>().join(" and "),
                if frequency == "annual" { "year" } else { "quarter" },
            ));
        }
    }
    Ok(())
}
