//! The text of a source file.

use super::columns::{CodeRole, Figure, PeriodRole, Roles};
use super::shape::Shape;
use servanda_files::toml_string as quote;
use servanda_tables::{Columns, Dialect, Footnotes, Grid};
use std::collections::BTreeSet;
use std::fmt::Write;

/// What stands for what only a person can know.
const ASK: &str = "\"CHECK\"";

/// The comment at the top.
pub(super) fn head(file: &str, rows: usize, says: &str, tables: usize) -> String {
    let mut out = format!(
        "# Written from {file} ({rows} rows read). Check each line marked CHECK, and say what stands as \"CHECK\": nothing of a basis\n\
         # can be read from a table. Until then the source can be ingested and looked at, and counts in no finding.\n"
    );
    if tables > 1 {
        let _ = writeln!(out, "# The file has {tables} tables; this describes one of them.");
    }
    for line in says.lines() {
        let _ = writeln!(out, "# On this file, {line}.");
    }
    out
}

fn list<'s>(names: impl IntoIterator<Item = &'s str>) -> String {
    format!("[{}]", names.into_iter().map(quote).collect::<Vec<_>>().join(", "))
}

/// The source file below its comment.
pub(super) fn body(id: &str, shape: &Shape, roles: &Roles, doubts: &[String], all: &[Grid]) -> String {
    let mut out = String::new();
    let mut line = |text: &str| {
        out.push_str(text);
        out.push('\n');
    };
    let ask = |key: &str, what: &str| format!("{key:<10} = {ASK}           # {what}");
    line(&format!("id        = {}", quote(id)));
    line(&format!("title     = {ASK}"));
    line(&format!("publisher = {ASK}"));
    line(&format!(
        "reporter  = {ASK}            # whose statistics these are: three capital letters, such as USA"
    ));
    line(&format!("zone      = {ASK}            # the publisher's time zone, such as America/New_York"));
    let sure = if roles.period_sure { "" } else { "         # CHECK" };
    line(&format!("frequency = {}{sure}", quote(roles.frequency)));
    line(&format!(
        "lag_days  = {ASK}            # days from the end of a period until its figures are out, at the latest"
    ));
    line(&format!("revision  = {ASK}            # {{ months_after_year = N }}, or \"never\""));
    if let CodeRole::Digits { lengths, .. } = &roles.code
        && let Some(depth) = lengths.last()
    {
        line(&format!("depth     = {depth}                  # CHECK: the most digits at which it publishes"));
    }
    if roles.decimals > 0 {
        line(&format!("decimals  = {}                  # of its money figures", roles.decimals.min(6)));
    }
    if roles.quantity_decimals > 3 && roles.quantity.is_some() {
        line(&format!(
            "quantity_decimals = {}          # of its quantities, in tonnes",
            roles.quantity_decimals.min(9)
        ));
    }
    line("\n[basis]");
    for (key, what) in [
        ("covers", "goods, services, or goods and services"),
        ("side", "importer, exporter or both"),
        ("trade", "general imports, imports for consumption, total exports, domestic exports"),
        ("valuation", "FAS, FOB, customs value, CIF"),
        ("accounting", "census or bop"),
        ("seasonal", "not adjusted or adjusted"),
        ("partner", "origin, consignment, last known destination"),
        ("territory", "of each side: Hong Kong and Macao, Puerto Rico, free zones"),
    ] {
        line(&ask(key, what));
    }
    let currency = currency(&roles.value);
    match &currency {
        Some(currency) => line(&format!("currency   = {}             # CHECK", quote(currency))),
        None => line(&ask("currency", "three capital letters: USD")),
    }
    line(&ask("secrecy", "how secret figures are kept back"));
    line("\n[absence]                        # what it means that a code has no figure");
    line(&format!("default = {ASK}                # zero (there was no trade) or unknown"));
    let money = currency.map_or_else(|| ASK.to_owned(), |c| quote(&c));
    let own = base(&roles.value).map_or(money, |b| quote(&b));
    let mut dimensions = vec![own];
    if let Some(quantity) = &roles.quantity {
        let beside = quantity.unit_column.iter().flat_map(|(_, units, _)| units.values());
        let beside = beside.map(|u| if *u == "kg" { "t" } else { u }).map(str::to_owned);
        for unit in base(quantity).into_iter().chain(beside) {
            if !dimensions.contains(&quote(&unit)) {
                dimensions.push(quote(&unit));
            }
        }
    }
    let stages: BTreeSet<&str> = match &roles.flow {
        Some((_, map, _)) => map.values().copied().collect(),
        None => BTreeSet::from([roles.stage.unwrap_or("CHECK")]),
    };
    for stage in stages {
        line("\n[[flow]]");
        let sure = if stage == "CHECK" || roles.flow.is_some() { "" } else { "      # CHECK" };
        line(&format!("stage        = {}{sure}", quote(stage)));
        line(&format!(
            "non_negative = {}           # CHECK: false if a figure can be below zero (net sales, corrections)",
            !roles.negative
        ));
        line(&format!("dimensions   = [{}]   # CHECK: base units of its figures", dimensions.join(", ")));
    }
    line("\n[[edition]]                      # of the classification, oldest first");
    line(&format!("name = {ASK}                   # HS2017, HS2022, schedule-b, or a name of its own"));
    let year = roles.first_period.get(..4).unwrap_or("1990");
    line(&format!("from = {year}-01-01             # CHECK: the first day for which it holds"));
    line("\n[[file]]");
    line(&format!(
        "coverage = {ASK}               # full: codes that are not listed had no trade; rows: only what is listed"
    ));
    if !roles.ignore.is_empty() {
        line(&format!("ignore   = {}   # CHECK", list(roles.ignore.iter().map(String::as_str))));
    }
    if !roles.none.is_empty() {
        line(&format!(
            "none     = {}   # CHECK: signs that mean that a figure is not known",
            list(roles.none.iter().map(String::as_str))
        ));
    }
    if !roles.flags.is_empty() {
        let map: Vec<String> =
            roles.flags.iter().map(|f| format!("{} = {}", quote(f), quote(flag(f)))).collect();
        line(&format!(
            "flags    = {{ inside = true, map = {{ {} }} }}   # CHECK: what each flag means",
            map.join(", ")
        ));
    }
    if let Some((column, words)) = &roles.flag_column {
        let map: Vec<String> = words.iter().map(|f| format!("{} = {}", quote(f), quote(flag(f)))).collect();
        line(&format!(
            "flags    = {{ column = {}, map = {{ {} }} }}   # CHECK: what each flag means",
            quote(column),
            map.join(", ")
        ));
    }
    if !roles.apart.is_empty() {
        line(&format!(
            "duplicates = \"sum\"   # CHECK: several rows are of one period, partner and code, parts of one figure by {}?",
            roles
                .apart
                .iter()
                .map(|name| format!("`{}`", servanda_files::visible(name)))
                .collect::<Vec<_>>()
                .join(", ")
        ));
    } else if roles.repeats {
        line(
            "# CHECK: several rows are of one period, partner and code: a column that tells them apart is not used, or they are parts",
        );
    }
    if let Some((column, map, skip)) = &roles.flow {
        let map: Vec<String> = map.iter().map(|(k, v)| format!("{} = {}", quote(k), quote(v))).collect();
        let skip = if skip.is_empty() {
            String::new()
        } else {
            format!(", skip = {}", list(skip.iter().map(String::as_str)))
        };
        line(&format!(
            "flow     = {{ column = {}, map = {{ {} }}{skip} }}   # CHECK",
            quote(column),
            map.join(", ")
        ));
    }
    match &roles.period {
        PeriodRole::Column { name, format, labels } => {
            let sure = if roles.period_sure { "" } else { "   # CHECK" };
            let named: Vec<String> = labels.iter().map(|l| format!("{} = {ASK}", quote(l))).collect();
            let named = if named.is_empty() {
                String::new()
            } else {
                format!(", labels = {{ {} }}", named.join(", "))
            };
            let week = roles.frequency == "daily" && name.to_lowercase().contains("week");
            let (week, sure) = if week { (", days = 7", "   # CHECK") } else { ("", sure) };
            line(&format!(
                "period   = {{ column = {}, format = {}{named}{week} }}{sure}",
                quote(name),
                quote(format)
            ));
        }
        PeriodRole::Two { names, format } => {
            let names = list(names.iter().map(String::as_str));
            line(&format!("period   = {{ columns = {names}, format = {} }}", quote(format)));
        }
    }
    match &roles.partner {
        Some((column, map, others)) => {
            let map: Vec<String> =
                map.iter().map(|(k, v)| format!("{} = {}", quote(k), quote(v.unwrap_or("CHECK")))).collect();
            let others = if *others { ", others = \"skip\"" } else { "" };
            line(&format!(
                "partner  = {{ column = {}, map = {{ {} }}{others} }}   # CHECK",
                quote(column),
                map.join(", ")
            ));
        }
        None => line(&format!("partner  = {{ constant = {ASK} }}")),
    }
    match &roles.code {
        CodeRole::Digits { column, lengths, drop } => {
            let lengths_text: Vec<String> = lengths.iter().map(usize::to_string).collect();
            let drop = if drop.is_empty() { String::new() } else { format!(", drop = {}", quote(drop)) };
            let odd = if lengths.iter().any(|l| l % 2 == 1) {
                "   # CHECK: an odd number of digits; a leading zero may have been lost"
            } else {
                "   # CHECK"
            };
            line(&format!(
                "code     = {{ column = {}, pattern = \"digits\", lengths = [{}]{drop} }}{odd}",
                quote(column),
                lengths_text.join(", ")
            ));
        }
        CodeRole::Names { columns } => {
            let names = list(columns.iter().map(String::as_str));
            line(&format!("code     = {{ join = {names}, pattern = \"name\" }}   # CHECK"));
        }
        CodeRole::Constant => line("code     = { constant = \"all\", pattern = \"name\" }   # CHECK"),
    }
    dialect(&shape.dialect, doubts, &shape.doubts, all.len() > 1, &mut line);
    figure("value", &roles.value, &mut line);
    if let Some(quantity) = &roles.quantity {
        figure("quantity", quantity, &mut line);
    }
    out
}

/// What a flag of statistical offices usually says.
fn flag(word: &str) -> &'static str {
    match word {
        "p" | "P" => "preliminary",
        "r" | "R" => "revised",
        "e" | "b" | "d" | "i" | "s" | "E" | "B" | "A" => "nothing",
        "N" | "n" | "No" | "no" => "nothing",
        _ if word.trim().is_empty() => "nothing",
        _ => "unknown",
    }
}

fn currency(value: &Figure) -> Option<String> {
    let (unit, _) = value.unit.as_ref()?;
    let last = unit.rsplit(' ').next()?;
    (last.len() == 3 && last.bytes().all(|b| b.is_ascii_uppercase())).then(|| last.to_owned())
}

/// The base unit of a column of figures.
fn base(figure: &Figure) -> Option<String> {
    let (unit, _) = figure.unit.as_ref()?;
    match unit.as_str() {
        "kg" | "t" | "kt" | "Mt" => Some("t".to_owned()),
        "bbl" => Some("bbl".to_owned()),
        _ => currency(figure),
    }
}

fn figure(kind: &str, figure: &Figure, line: &mut impl FnMut(&str)) {
    line(&format!("\n[[file.{kind}]]"));
    line(&format!("column = {}   # CHECK", quote(&figure.column)));
    if let Some((column, units, none)) = &figure.unit_column {
        let map: Vec<String> =
            units.iter().map(|(name, unit)| format!("{} = {}", quote(name), quote(unit))).collect();
        line(&format!("unit_column = {}", quote(column)));
        line(&format!("units  = {{ {} }}   # CHECK", map.join(", ")));
        if !none.is_empty() {
            line(&format!(
                "none   = {}   # CHECK: names that mean that there is no quantity",
                list(none.iter().map(String::as_str))
            ));
        }
    }
    match &figure.unit {
        _ if figure.unit_column.is_some() => {}
        Some((unit, factor)) => {
            line(&format!("unit   = {}                     # CHECK", quote(unit)));
            if let Some(factor) = factor {
                line(&format!("factor = {}   # CHECK", quote(factor)));
            }
        }
        None => line(&format!("unit   = {ASK}                 # USD, thousand USD, m USD, t, ...")),
    }
    if figure.empty {
        line("empty  = \"no-figure\"   # CHECK: an empty cell means that there is no figure, never zero");
    }
}

fn dialect(dialect: &Dialect, doubts: &[String], own: &[&str], tables: bool, line: &mut impl FnMut(&str)) {
    let mut words = dialect.words();
    // What is not said is a point, and where that is in doubt it is said.
    if own.contains(&"decimal") && !words.iter().any(|(key, _)| key == "decimal") {
        words.push(("decimal".to_owned(), ".".to_owned()));
    }
    if words.is_empty() {
        return;
    }
    line("\n[file.dialect]");
    for (key, said) in words {
        let value = match key.as_str() {
            "wide" => match &dialect.wide {
                Some(wide) => {
                    let values: Vec<String> = wide
                        .values
                        .iter()
                        .map(|(name, columns)| match columns {
                            Columns::Pattern(p) => format!("{} = {}", quote(name), quote(p.as_str())),
                            Columns::Named(names) => {
                                format!("{} = {}", quote(name), list(names.iter().map(String::as_str)))
                            }
                        })
                        .collect();
                    format!("{{ key = {}, values = {{ {} }} }}", quote(&wide.key), values.join(", "))
                }
                None => continue,
            },
            "footnotes" => match &dialect.footnotes {
                Some(Footnotes::From(beginnings)) => list(beginnings.iter().map(String::as_str)),
                _ => quote("after-blank"),
            },
            "sections" => match &dialect.sections {
                Some(s) => format!(
                    "{{ column = {}, rows = {} }}",
                    quote(&s.column),
                    list(s.rows.iter().map(String::as_str))
                ),
                None => continue,
            },
            "totals" => {
                let all: Vec<String> = dialect
                    .totals
                    .iter()
                    .map(|t| {
                        let over = if t.over.is_empty() {
                            String::new()
                        } else {
                            format!(", over = {}", list(t.over.iter().map(String::as_str)))
                        };
                        format!(
                            "{{ column = {}, is = {}{over} }}",
                            quote(&t.column),
                            list(t.is.iter().map(String::as_str))
                        )
                    })
                    .collect();
                format!("[{}]", all.join(", "))
            }
            "header" => list(dialect.header.iter().map(String::as_str)),
            "fill_down" => list(dialect.fill_down.iter().map(String::as_str)),
            _ if said.parse::<u64>().is_ok() && key != "sheet"
                || matches!(said.as_str(), "true" | "false") =>
            {
                said
            }
            _ => quote(&said),
        };
        if key == "decimal" && own.contains(&"decimal") {
            line(&format!("{key} = {value}   # CHECK: or what stands before three digits parts thousands"));
            continue;
        }
        let doubtful = doubts.contains(&key)
            || own.contains(&key.as_str())
            || matches!(key.as_str(), "footnotes" | "totals" | "sections")
            || (tables && matches!(key.as_str(), "sheet" | "table" | "path"));
        line(&format!("{key} = {value}{}", if doubtful { "   # CHECK" } else { "" }));
    }
}
