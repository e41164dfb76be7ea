//! What stands beside a period and says that it is another one than it looks.

use super::columns::{Column, PeriodRole};
use super::shape::{is_figure, named_period};
use super::words::{QUANTITIES, VALUES};
use servanda_tables::Pattern;
use std::collections::BTreeSet;

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

/// The same of years.
const YEARS: &[&str] = &["year", "jahr", "a\u{f1}o", "ann\u{e9}e", "\u{433}\u{43e}\u{434}"];

/// Whole words of such names.
const SHORT_YEARS: &[&str] = &["yr", "ano", "anno", "rok", "an", "\u{5e74}"];

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

/// Columns that are named as one of years.
pub(super) fn is_year(column: &Column<'_>) -> bool {
    named(column, YEARS, SHORT_YEARS)
}

/// Columns that are named as one of months.
pub(super) fn is_month(column: &Column<'_>) -> bool {
    named(column, MONTHS, SHORT_MONTHS)
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

/// Names of columns of figures that are of one period by their names, whatever else a title speaks of.
const OWN_PERIOD: &[&str] = &["month", "monat", "current", "quarter", "\u{5f53}\u{6708}"];

/// Refuses figures that a title, a file's name or a column beside them says to be sums since the beginning of a year.
pub(super) fn refuse_sums(columns: &[Column<'_>], value: &Column<'_>, titles: &[&str]) -> Result<(), String> {
    let refused = |said: &str| {
        Err(format!(
            "its figures in `{}` are sums since the beginning of a year, it seems (`{}`)",
            value.name,
            said.trim().chars().take(80).collect::<String>()
        ))
    };
    if let Some(title) = titles.iter().find(|t| so_far(t))
        && value.place(OWN_PERIOD).is_none()
    {
        return refused(title);
    }
    for column in columns.iter().filter(|c| c.name != value.name && c.distinct.len() <= 12) {
        if let Some(cell) = column.distinct.iter().find(|v| v.len() <= 60 && so_far(v)) {
            return refused(cell);
        }
    }
    Ok(())
}

/// Whether words say that figures are sums since the beginning of a year.
pub(super) fn so_far(text: &str) -> bool {
    let lower = text.to_lowercase().replace(['-', '\u{2013}', '\u{2014}'], " - ");
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphanumeric() && c != '-').filter(|w| !w.is_empty()).collect();
    let word = |at: usize| words.get(at).copied().unwrap_or_default();
    let january = |w: &str| {
        matches!(
            w,
            "jan" | "january" | "januar" | "janvier" | "janv" | "enero" | "ene" | "gennaio" | "janeiro"
        )
    };
    let summed = |w: &str| {
        w.starts_with("cumul")
            || w.starts_with("kumul")
            || matches!(
                w,
                "ytd"
                    | "accumulated"
                    | "accumulation"
                    | "acumulado"
                    | "acumulada"
                    | "acumulados"
                    | "acumuladas"
            )
    };
    for at in 0..words.len() {
        let before = |n: usize| if at >= n { word(at - n) } else { "" };
        let denied = |w: &str| matches!(w, "not" | "non" | "no" | "nicht");
        if summed(word(at)) && !denied(before(1)) && !(before(1) == "-" && denied(before(2))) {
            return true;
        }
        let to = matches!(
            word(at + 1),
            "-" | "to" | "through" | "thru" | "until" | "till" | "bis" | "a" | "\u{e0}" | "au"
        );
        let end = word(at + 2);
        let ends = matches!(end, "month" | "current" | "latest" | "date")
            || Pattern::parse("{MON} {YYYY}")
                .is_ok_and(|p| p.read(&format!("{end} 2020")).is_some_and(|period| !period.ends_with("-12")));
        if january(word(at)) && to && ends {
            return true;
        }
    }
    let joined = format!(" {} ", words.iter().filter(|w| **w != "-").copied().collect::<Vec<_>>().join(" "));
    [
        " year to date ",
        " since jan",
        " since the beginning ",
        " since beginning ",
        " running total",
        " running sum",
        " so far ",
        " seit januar",
        " seit jahresbeginn",
        " depuis janvier",
        " desde enero",
        "\u{7d2f}\u{8ba1}",
        "\u{7d2f}\u{8a08}",
        "1\u{81f3}",
        "\u{81f3}\u{4eca}",
    ]
    .iter()
    .any(|w| joined.contains(w))
}

/// Refuses a table of which no column is read as product codes, while one that is not read may be.
pub(super) fn refuse_lost_codes(columns: &[Column<'_>], used: &BTreeSet<&str>) -> Result<(), String> {
    let other = [
        "country", "cty", "partner", "reporter", "area", "geo", "port", "district", "iso", "base", "vintage",
        "updat", "version", "note", "row", "line", "id",
    ];
    for column in columns.iter().filter(|c| !used.contains(c.name)) {
        let named =
            column.place(VALUES).is_some() || column.place(QUANTITIES).is_some() || named_period(column.name);
        if named || named_any(column, &other) {
            continue;
        }
        let cells = || column.distinct.iter().map(|v| v.trim()).filter(|v| !v.is_empty());
        let Some(first) = cells().next() else { continue };
        let uniform = matches!(first.len(), 4 | 6 | 8 | 9 | 10)
            && cells().all(|v| v.len() == first.len() && v.bytes().all(|b| b.is_ascii_digit()));
        if uniform {
            return Err(format!(
                "its column `{}` may be the product codes (`{first}`), and no column is named as those: rows of several products would \
                 be read as one",
                column.name
            ));
        }
    }
    Ok(())
}

/// Whether one of the words of a name is among these; longer ones may be a part of one.
fn named_any(column: &Column<'_>, words: &[&str]) -> bool {
    words.iter().any(|w| {
        if w.len() > 3 {
            column.lower.contains(w)
        } else {
            column.lower.split(|c: char| !c.is_alphanumeric()).any(|p| p == *w)
        }
    })
}
