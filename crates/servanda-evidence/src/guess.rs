//! A source file written from a user's own table, for them to correct.
//!
//! Nothing of a basis can be read from a table, so each key of it is left as `"?"`, which is refused until it is
//! filled in. What was read from the columns is marked `# CHECK` unless there is only one way to read it.

use crate::error::IngestError;
use crate::ingest::{Input, Sample, sample, slug};
use servanda_files::{toml_string, visible};
use std::collections::BTreeSet;
use std::fmt::Write;

/// A column and what it may be.
struct Column<'a> {
    name: &'a str,
    lower: String,
    values: Vec<&'a str>,
    distinct: BTreeSet<&'a str>,
}

impl Column<'_> {
    fn named(&self, words: &[&str]) -> bool {
        words.iter().any(|w| self.lower.contains(w))
    }

    fn all(&self, test: impl Fn(&str) -> bool) -> bool {
        let mut some = false;
        self.values.iter().filter(|v| !v.is_empty()).all(|v| {
            some = true;
            test(v)
        }) && some
    }

    fn numeric(&self) -> bool {
        self.all(|v| crate::number::Decimal::parse(v).is_ok())
    }
}

fn digits(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|b| b.is_ascii_digit())
}

fn is_month(text: &str) -> bool {
    matches!(text.split_once('-'), Some((y, m)) if digits(y, 4) && digits(m, 2))
}

fn is_quarter(text: &str) -> bool {
    matches!(text.split_once("-Q"), Some((y, q)) if digits(y, 4) && digits(q, 1))
}

fn is_day(text: &str) -> bool {
    matches!(servanda_core::Point::parse(text), Ok(servanda_core::Point::Day(_)))
}

fn is_compact(text: &str) -> bool {
    digits(text, 6) && crate::describe_raw::read_period(text, servanda_core::Frequency::Monthly, true).is_ok()
}

fn is_year(text: &str) -> bool {
    digits(text, 4) && (text.starts_with("19") || text.starts_with("20"))
}

/// Where the period is, as far as it can be told.
#[derive(Clone)]
struct Period<'a> {
    frequency: &'static str,
    format: &'static str,
    column: &'a str,
    /// Whether there is only one way to read it.
    sure: bool,
    /// What stands there beside periods of this form: labels of joint figures, perhaps.
    labels: Vec<&'a str>,
}

/// More values than this that are no periods make a column none of periods.
const MOST_LABELS: usize = 24;

/// The column of the period.
fn period<'a>(columns: &[Column<'a>]) -> Option<Period<'a>> {
    type Test = fn(&str) -> bool;
    let tests: [(&str, &str, Test); 5] = [
        ("daily", "day", is_day),
        ("monthly", "month", is_month),
        ("quarterly", "quarter", is_quarter),
        ("monthly", "month-compact", is_compact),
        ("annual", "year", is_year),
    ];
    for (frequency, format, test) in tests {
        let mut found: Vec<&Column<'a>> = columns.iter().filter(|c| c.all(test)).collect();
        if matches!(format, "month-compact" | "year") {
            found.retain(|c| c.named(&["month", "period", "time", "date", "year"]));
        }
        if let Some(first) = found.first() {
            let sure = found.len() == 1;
            return Some(Period { frequency, format, column: first.name, sure, labels: Vec::new() });
        }
    }
    // Most are periods, and some are called otherwise.
    for (frequency, format, test) in tests.into_iter().filter(|(frequency, ..)| *frequency != "daily") {
        for c in columns.iter().filter(|c| c.named(&["month", "period", "time", "date", "year", "quarter"])) {
            let (periods, labels): (Vec<&str>, Vec<&str>) = c.distinct.iter().copied().partition(|v| test(v));
            if !labels.contains(&"") && labels.len() <= MOST_LABELS && labels.len() < periods.len() {
                return Some(Period { frequency, format, column: c.name, sure: false, labels });
            }
        }
    }
    None
}

/// Writes a commented source file with the id `id` from a table.
pub fn guess(input: &Input, id: &str) -> Result<String, IngestError> {
    let Sample { name, header, rows } = sample(input)?;
    let columns: Vec<Column<'_>> = header
        .iter()
        .enumerate()
        .map(|(i, name)| {
            let values: Vec<&str> = rows.iter().filter_map(|r| r.get(i)).map(String::as_str).collect();
            Column { name, lower: name.to_lowercase(), distinct: values.iter().copied().collect(), values }
        })
        .collect();
    let id = slug(id);
    let mut used: BTreeSet<&str> = BTreeSet::new();
    let period = period(&columns);
    used.extend(period.as_ref().map(|p| p.column));
    let code = columns.iter().filter(|c| !used.contains(c.name)).find(|c| {
        c.named(&["hs", "code", "commodity", "product", "tariff", "schedule"])
            && !c.named(&["cty", "country", "partner", "desc"])
            && c.all(|v| v.bytes().all(|b| b.is_ascii_digit()))
    });
    used.extend(code.map(|c| c.name));
    let free = |c: &&Column<'_>, used: &BTreeSet<&str>| !used.contains(c.name);
    let partner = columns
        .iter()
        .filter(|c| free(c, &used))
        .find(|c| c.named(&["partner", "country", "cty", "destination", "origin"]) && !c.numeric());
    let partner = partner.or_else(|| {
        columns.iter().filter(|c| free(c, &used)).find(|c| c.named(&["partner", "country", "cty"]))
    });
    used.extend(partner.map(|c| c.name));
    let unit = columns.iter().filter(|c| free(c, &used)).find(|c| c.named(&["unit", "uom"]) && !c.numeric());
    used.extend(unit.map(|c| c.name));
    let quantity = columns
        .iter()
        .filter(|c| free(c, &used))
        .find(|c| c.named(&["qty", "quant", "weight", "tonn", "kg", "volume"]) && c.numeric());
    used.extend(quantity.map(|c| c.name));
    let value = columns
        .iter()
        .filter(|c| free(c, &used))
        .filter(|c| c.numeric())
        .min_by_key(|c| !c.named(&["value", "usd", "amount", "export", "import", "trade"]));
    used.extend(value.map(|c| c.name));
    let text = format!("{} {}", name.to_lowercase(), header.join(" ").to_lowercase());
    let stage = match (text.contains("export"), text.contains("import")) {
        (true, false) => "exports",
        (false, true) => "imports",
        _ => "?",
    };
    let mut out = String::new();
    let quote = toml_string;
    let mut line = |s: String| {
        let _ = writeln!(out, "{s}");
    };
    line(format!(
        "# Written from {} ({} rows read). Check each line marked CHECK,",
        visible(&name),
        rows.len()
    ));
    line("# and say what stands as \"?\": nothing of a basis can be read from a table.".to_owned());
    line(format!("id        = {}", quote(&id)));
    for key in ["title", "publisher"] {
        line(format!("{key:<9} = \"?\""));
    }
    line(
        "reporter  = \"?\"                # whose statistics these are: three capital letters, such as USA"
            .to_owned(),
    );
    line("zone      = \"?\"                # the publisher's time zone, such as America/New_York".to_owned());
    let Period { frequency, format, column: period_column, sure, labels } = period.unwrap_or(Period {
        frequency: "monthly",
        format: "month",
        column: "?",
        sure: false,
        labels: Vec::new(),
    });
    line(format!("frequency = {}{}", quote(frequency), if sure { "" } else { "         # CHECK" }));
    line("lag_days  = \"?\"                # days from the end of a period until its figures are out, at the latest".to_owned());
    line("revision  = \"?\"                # { months_after_year = N }, or \"never\"".to_owned());
    let lengths: BTreeSet<usize> =
        code.map(|c| c.distinct.iter().map(|v| v.len()).filter(|l| *l > 0).collect()).unwrap_or_default();
    if let Some(depth) = lengths.last() {
        line(format!("depth     = {depth}                  # CHECK: the most digits at which it publishes"));
    }
    line("\n[basis]".to_owned());
    for (key, what) in [
        ("covers", "goods, services, or goods and services"),
        ("side", "importer, exporter or both"),
        ("trade", "general imports, imports for consumption, total exports, domestic exports"),
        ("valuation", "FAS, FOB, customs value, CIF"),
        ("accounting", "census or bop"),
        ("seasonal", "not adjusted or adjusted"),
        ("partner", "origin, consignment, last known destination"),
        ("territory", "of each side: Hong Kong and Macao, Puerto Rico, free zones"),
        ("currency", "USD"),
        ("secrecy", "how secret figures are kept back"),
    ] {
        line(format!("{key:<10} = \"?\"               # {what}"));
    }
    line("\n[absence]                        # what it means that a code has no figure".to_owned());
    line("default = \"?\"                    # zero (there was no trade) or unknown".to_owned());
    line("\n[[flow]]".to_owned());
    line(format!("stage        = {}{}", quote(stage), if stage == "?" { "" } else { "      # CHECK" }));
    line(
        "non_negative = true           # CHECK: false if a figure can be below zero (net sales, corrections)"
            .to_owned(),
    );
    let units: Vec<&str> = unit.map(|u| u.distinct.iter().copied().collect()).unwrap_or_default();
    line(
        "dimensions   = [\"?\"]          # base units: USD, and t, bbl, m3 or units where quantities are"
            .to_owned(),
    );
    line("\n[[edition]]                      # of the classification, oldest first".to_owned());
    line("name = \"?\"                       # HS2017, HS2022, schedule-b, or a name of its own".to_owned());
    line("from = 2017-01-01             # CHECK".to_owned());
    line("\n[[file]]".to_owned());
    line("coverage = \"?\"                   # full: codes that are not listed had no trade; rows: only what is listed".to_owned());
    let ignore: Vec<String> =
        columns.iter().filter(|c| !used.contains(c.name)).map(|c| quote(c.name)).collect();
    line(format!("ignore   = [{}]{}", ignore.join(", "), if ignore.is_empty() { "" } else { "   # CHECK" }));
    let joint: Vec<String> = labels.iter().map(|label| format!("{} = \"?\"", quote(label))).collect();
    line(format!(
        "period   = {{ column = {}, format = {}{} }}{}",
        quote(period_column),
        quote(format),
        if joint.is_empty() { String::new() } else { format!(", labels = {{ {} }}", joint.join(", ")) },
        match (sure, joint.is_empty()) {
            (true, _) => "",
            (false, true) => "   # CHECK",
            (false, false) =>
                "   # CHECK: of a joint figure the first and the last period, such as \"2026-01..2026-02\"",
        }
    ));
    match partner {
        Some(c) => {
            let first = c.distinct.iter().next().copied().unwrap_or_default();
            line(format!(
                "partner  = {{ column = {}, map = {{ {} = \"?\" }}, others = \"skip\" }}   # CHECK: it has {} values",
                quote(c.name),
                quote(first),
                c.distinct.len()
            ));
        }
        None => line("partner  = { constant = \"?\" }".to_owned()),
    }
    match code {
        Some(c) => {
            let list: Vec<String> = lengths.iter().map(usize::to_string).collect();
            let odd = if lengths.iter().any(|l| l % 2 == 1) {
                "   # CHECK: an odd number of digits; a leading zero may have been lost"
            } else {
                "   # CHECK"
            };
            line(format!(
                "code     = {{ column = {}, pattern = \"digits\", lengths = [{}] }}{odd}",
                quote(c.name),
                list.join(", ")
            ));
        }
        None => line("code     = { column = \"?\", pattern = \"?\", lengths = [] }".to_owned()),
    }
    line("\n[[file.value]]".to_owned());
    line(format!("column = {}   # CHECK", quote(value.map_or("?", |c| c.name))));
    line("unit   = \"?\"                     # USD, thousand USD, m USD, t, ...".to_owned());
    if let Some(q) = quantity {
        line("\n[[file.quantity]]".to_owned());
        line(format!("column = {}   # CHECK", quote(q.name)));
        match unit {
            Some(u) => {
                line(format!("unit_column = {}", quote(u.name)));
                let map: Vec<String> = units.iter().map(|u| format!("{} = \"?\"", quote(u))).collect();
                line(format!(
                    "units  = {{ {} }}   # CHECK: list those that mean no quantity under none = []",
                    map.join(", ")
                ));
            }
            None => line("unit   = \"?\"                     # t, kt, bbl, m3, units".to_owned()),
        }
    }
    Ok(out)
}
