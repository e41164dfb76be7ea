//! What each column of a table may be.

use super::beside::{
    is_month, is_quarter, is_year, quarters, refuse_lost_codes, refuse_parts, refuse_sums, so_far,
};
use super::shape::{SPANS, Shape, WRITTEN, is_figure, is_period, named_period};
use super::words::{
    CODES, FLOWS, NEVER_A_FIGURE, NEVER_A_FLOW, NO_CALENDAR_YEAR, NOT_ITS_VALUE, PARTNERS, QUANTITIES,
    VALUES, flow_word, other_dollars, party, plain_dollars, short_unit, unit,
};
use crate::number::Decimal;
use servanda_tables::{Columns, Pattern};
use std::collections::{BTreeMap, BTreeSet, HashSet};

/// Columns that a table may have to be looked at.
pub(super) const MOST_COLUMNS: usize = 4_096;

/// Where the period is.
pub(super) enum PeriodRole {
    Column { name: String, format: String, labels: Vec<String> },
    Two { names: Vec<String>, format: &'static str },
}

/// Where the product code is.
pub(super) enum CodeRole {
    Digits { column: String, lengths: BTreeSet<usize>, drop: String },
    Names { columns: Vec<String> },
    Constant,
}

/// A column of figures.
pub(super) struct Figure {
    pub column: String,
    /// Its unit and factor, if words say them.
    pub unit: Option<(String, Option<&'static str>)>,
    /// The column that names its unit, what each name means, and the names that mean that there is none.
    pub unit_column: Option<(String, BTreeMap<String, &'static str>, BTreeSet<String>)>,
    pub empty: bool,
}

/// What the columns of a table are.
pub(super) struct Roles {
    pub frequency: &'static str,
    pub period: PeriodRole,
    pub period_sure: bool,
    pub first_period: String,
    /// Column and parties by the cells that name them; whether other cells stand in it.
    pub partner: Option<PartnerRole>,
    pub code: CodeRole,
    /// Column of flows, its words, and those that are skipped.
    pub flow: Option<FlowRole>,
    pub stage: Option<&'static str>,
    pub value: Figure,
    pub quantity: Option<Figure>,
    pub decimals: u32,
    pub quantity_decimals: u32,
    pub negative: bool,
    pub none: BTreeSet<String>,
    pub flags: BTreeSet<String>,
    /// A column of flags beside the figures, and its words.
    pub flag_column: Option<(String, BTreeSet<String>)>,
    /// Whether rows of one key stand more than once.
    pub repeats: bool,
    /// Columns that are not used and tell such rows apart, if any do.
    pub apart: Vec<String>,
    pub ignore: Vec<String>,
    /// Other columns that are named as figures.
    pub others: Vec<String>,
}

pub(super) struct Column<'a> {
    pub name: &'a str,
    pub lower: String,
    pub values: Vec<&'a str>,
    pub distinct: BTreeSet<&'a str>,
}

impl Column<'_> {
    pub fn place(&self, words: &[&str]) -> Option<usize> {
        words.iter().position(|w| self.lower.contains(w))
    }

    pub fn all(&self, test: impl Fn(&str) -> bool) -> bool {
        let mut some = false;
        self.distinct.iter().filter(|v| !v.is_empty()).all(|v| {
            some = true;
            test(v)
        }) && some
    }
}

/// The figure of a cell and the flag behind it.
fn parts(cell: &str) -> (&str, &str) {
    let cell = cell.trim();
    let figure = cell.trim_end_matches(char::is_alphabetic).trim_end();
    let (figure, flag) = cell.split_at_checked(figure.len()).unwrap_or((cell, ""));
    (figure, flag.trim())
}

/// Signs that stand where a figure would.
fn is_sign(cell: &str) -> bool {
    matches!(
        cell.trim(),
        ":" | "-"
            | "--"
            | "\u{2014}"
            | "\u{2013}"
            | ".."
            | "..."
            | "*"
            | "(D)"
            | "(X)"
            | "(S)"
            | "(NA)"
            | "x"
            | "n/a"
            | "N/A"
            | "NA"
            | "nr"
            | "#N/A"
            | "c"
    )
}

/// The decimals of a figure with its marks, if it is one.
fn figure(shape: &Shape, text: &str) -> Option<Decimal> {
    Decimal::parse(&shape.dialect.number(text).ok()?).ok()
}

impl Roles {
    pub fn of(shape: &Shape, file: &str) -> Result<Self, String> {
        let columns: Vec<Column<'_>> = shape
            .header
            .iter()
            .enumerate()
            .map(|(at, name)| {
                let values: Vec<&str> =
                    shape.rows.iter().map(|r| r.get(at).map(String::as_str).unwrap_or_default()).collect();
                Column {
                    name,
                    lower: name.to_lowercase(),
                    distinct: values.iter().copied().collect(),
                    values,
                }
            })
            .collect();
        if columns.len() > MOST_COLUMNS {
            return Err(format!("it has {} columns: that is no table of trade", columns.len()));
        }
        let list = || columns.iter().take(30).map(|c| format!("`{}`", c.name)).collect::<Vec<_>>().join(", ");
        let mut used: BTreeSet<&str> = BTreeSet::new();
        refuse_spans(&columns)?;
        let Some((frequency, period, period_sure, first_period)) = period(shape, &columns) else {
            return Err(format!("no column says of which period a row is; its columns are {}", list()));
        };
        if let PeriodRole::Column { name, .. } = &period
            && NO_CALENDAR_YEAR.iter().any(|w| name.to_lowercase().contains(w))
            && !name.to_lowercase().contains("week")
        {
            return Err(format!("its periods are no calendar years or months by their name, `{name}`"));
        }
        let float = |v: &str| {
            v.strip_suffix(".0").is_some_and(|d| !d.is_empty() && d.bytes().all(|b| b.is_ascii_digit()))
        };
        let coded = |c: &&Column<'_>| c.place(CODES).is_some() && c.all(|v| float(v.trim()));
        if let Some(column) = columns.iter().filter(|c| c.place(VALUES).is_none()).find(coded) {
            let first = column.distinct.iter().find(|v| !v.is_empty()).copied().unwrap_or_default();
            return Err(format!(
                "its codes in `{}` went through a spreadsheet as numbers (`{first}`): zeros before them are lost",
                column.name
            ));
        }
        match &period {
            PeriodRole::Column { name, .. } => {
                used.extend(columns.iter().map(|c| c.name).filter(|n| n == name))
            }
            PeriodRole::Two { names, .. } => {
                used.extend(columns.iter().map(|c| c.name).filter(|n| names.iter().any(|m| m == n)));
            }
        }
        let flow = flow(&columns, &used);
        let unknown = |c: &&Column<'_>| {
            let name: String = c.lower.chars().filter(|x| x.is_alphanumeric()).collect();
            matches!(name.as_str(), "flow" | "tradeflow" | "flowcode" | "tradeflowcode")
        };
        if flow.is_none()
            && let Some(column) = columns.iter().filter(unknown).find(|c| c.distinct.len() > 1)
        {
            let words: Vec<String> = column.distinct.iter().take(4).map(|v| format!("`{v}`")).collect();
            return Err(format!(
                "its column `{}` names flows that are not known: {}",
                column.name,
                words.join(", ")
            ));
        }
        used.extend(columns.iter().map(|c| c.name).filter(|n| flow.as_ref().is_some_and(|f| f.0 == *n)));
        let code = code(&columns, &used);
        if let Some((column, ..)) = &code {
            used.insert(column);
        }
        let partner = partner(&columns, &used);
        used.extend(columns.iter().map(|c| c.name).filter(|n| partner.as_ref().is_some_and(|p| p.0 == *n)));
        let amounts = |c: &Column<'_>| {
            let figures = c.distinct.iter().filter(|v| !v.trim().is_empty() && !is_sign(v));
            let mut some = false;
            figures.clone().all(|v| {
                some = true;
                let (text, flag) = parts(v);
                let short = flag.len() <= 3 && flag.bytes().all(|b| b.is_ascii_lowercase());
                figure(shape, v).is_some() || (short && (figure(shape, text).is_some() || is_sign(text)))
            }) && some
        };
        let never = |c: &Column<'_>| {
            let named = |w: &str| {
                // Two or three letters are a word of a name, and no part of one.
                if w.is_ascii() && w.len() <= 3 {
                    c.lower.split(|x: char| !x.is_alphanumeric()).any(|p| p == w)
                } else {
                    c.lower.contains(w)
                }
            };
            c.place(NOT_ITS_VALUE).is_some()
                || so_far(c.name)
                || NEVER_A_FIGURE.iter().any(|w| named(w)) && !c.lower.contains("value")
        };
        // What says its unit beside it, as in `generation` and `generation-units`, is a figure whatever it is called.
        let with_units = |c: &Column<'_>| {
            let beside = ["-units", "_units", "-unit", "_unit"].map(|end| format!("{}{end}", c.lower));
            columns.iter().any(|other| beside.contains(&other.lower))
        };
        let own_value = shape.dialect.wide.as_ref().map(|w| w.values.keys().cloned().collect::<Vec<_>>());
        let unused: Vec<&Column<'_>> = columns.iter().filter(|c| !used.contains(c.name)).collect();
        let free: Vec<&Column<'_>> = unused.iter().filter(|c| amounts(c)).copied().collect();
        // What is no figure in a column most of which is: a cell that keeps it from being read never makes another column the likeliest.
        let no_figure = |c: &Column<'_>| {
            let filled = c.distinct.iter().filter(|v| !v.trim().is_empty() && !is_sign(v));
            let (good, bad): (Vec<&str>, Vec<&str>) =
                filled.copied().partition(|v| figure(shape, v).is_some());
            let written = |v: &str| v.chars().filter(char::is_ascii_digit).count() * 2 > v.chars().count();
            let digits = good.len() + bad.iter().filter(|v| written(v)).count();
            bad.first().filter(|_| digits * 2 > good.len() + bad.len()).map(|v| (*v).to_owned())
        };
        let value = match &own_value {
            Some(names) => unused.iter().find(|c| names.iter().any(|n| n == c.name)).copied(),
            None => unused
                .iter()
                .filter(|c| with_units(c) || (!never(c) && c.place(VALUES).is_some()))
                .filter(|c| c.place(QUANTITIES).is_none())
                .filter(|c| amounts(c) || no_figure(c).is_some())
                .min_by_key(|c| c.place(VALUES).unwrap_or(usize::MAX))
                .copied(),
        };
        if let Some(value) = value.filter(|c| !amounts(c))
            && let Some(cell) = no_figure(value)
        {
            return Err(format!(
                "its column `{}` is named as figures, and `{cell}` in it is none: say in [file.dialect] how figures are written, or \
                 under `none` or `flags` what such a cell means",
                value.name
            ));
        }
        let value = value.filter(|c| amounts(c));
        let Some(value) = value else {
            let empty = columns.iter().find(|c| {
                c.place(VALUES).is_some() && c.distinct.iter().all(|v| v.trim().is_empty() || is_sign(v))
            });
            if let Some(empty) = empty {
                return Err(format!("its column `{}` has no figure in any row", empty.name));
            }
            return Err(format!(
                "no column of it is named as figures of trade: what is in digits is named as a code, a period, a rate, a flag, a count, \
                 a sum so far, or as nothing known; its columns are {}",
                list()
            ));
        };
        refuse_parts(&columns, frequency, &period)?;
        let wide = shape.dialect.wide.iter().flat_map(|w| w.values.values());
        let wide: Vec<&str> =
            wide.filter_map(|c| if let Columns::Pattern(p) = c { Some(p.as_str()) } else { None }).collect();
        refuse_sums(&columns, value, &[&[shape.titles.as_str(), file], wide.as_slice()].concat())?;
        used.insert(value.name);
        let quantity = free
            .iter()
            .filter(|c| c.name != value.name && own_value.is_none())
            .filter(|c| {
                c.place(QUANTITIES).is_some() && !c.lower.contains("code") && !c.lower.contains("est")
            })
            .find(|c| c.distinct.iter().any(|v| figure(shape, v).is_some_and(|d| d.digits != 0)));
        refuse_units(&columns, value.name, quantity.is_some())?;
        let zero = |v: &&str| figure(shape, v).is_some_and(|d| d.digits == 0);
        if value.distinct.iter().all(zero) && flag_column(&columns, &used).is_none() {
            return Err(format!("every figure of its column `{}` is 0", value.name));
        }
        let mut about = format!("{} {}", shape.about, file);
        // What other columns are named says nothing of this one's unit, unless periods in columns are one.
        let titles = format!("{} {file}", if own_value.is_some() { &shape.about } else { &shape.titles });
        let units: Vec<&Column<'_>> = columns
            .iter()
            .filter(|c| c.place(&["unit", "uom", "currency", "\u{5355}\u{4f4d}"]).is_some())
            .collect();
        // Where a country with a dollar of its own is spoken of, dollars that are nobody's by name may be its.
        let said = |c: &Column<'_>| c.distinct.len() == 1 && c.distinct.iter().any(|v| other_dollars(v));
        let whose = other_dollars(&shape.about) || other_dollars(file) || columns.iter().any(said);
        let unit_of = |text: &str| unit(text).filter(|_| !(whose && plain_dollars(text)));
        let unit_words = |of: &Column<'_>| {
            unit_of(of.name).or_else(|| {
                let one = units.iter().filter(|u| u.distinct.len() == 1 && u.name != of.name);
                one.filter_map(|u| unit_of(u.distinct.first()?)).next()
            })
        };
        let value_unit =
            unit_words(value).filter(|(u, _)| u != "kg" || quantity.is_none()).or_else(|| unit_of(&titles));
        let value_unit = match (value_unit, multiplier(&columns)?) {
            (Some((unit, None)), Some(words)) if unit.bytes().all(|b| b.is_ascii_uppercase()) => {
                Some((format!("{words}{unit}"), None))
            }
            // Of two that differ, nobody can see which holds.
            (Some((unit, None)), Some(words)) if !unit.starts_with(words) => None,
            (unit, _) => unit,
        };
        let quantity_unit = quantity
            .and_then(|q| unit_words(q))
            .filter(|(u, _)| matches!(u.as_str(), "kg" | "t" | "kt" | "Mt" | "bbl"));
        let unit_column =
            quantity.filter(|_| quantity_unit.is_none()).and_then(|q| unit_beside(&columns, q.name));
        let quantity = quantity.filter(|_| quantity_unit.is_some() || unit_column.is_some()).copied();
        used.extend(quantity.map(|q| q.name));
        used.extend(
            columns.iter().map(|c| c.name).filter(|n| unit_column.as_ref().is_some_and(|u| u.0 == *n)),
        );
        about.push(' ');
        about.push_str(value.name);
        let stage = stage(&about, flow.is_some());
        let mut none: BTreeSet<String> = BTreeSet::new();
        let mut flags: BTreeSet<String> = BTreeSet::new();
        let (mut decimals, mut quantity_decimals, mut negative) = (0, 3, false);
        for column in [Some(value), quantity].into_iter().flatten() {
            for cell in &column.distinct {
                let (text, flag) = if figure(shape, cell).is_some() { (*cell, "") } else { parts(cell) };
                if !flag.is_empty() && !is_sign(cell) {
                    flags.insert(flag.to_owned());
                }
                let bare = if is_sign(cell) { cell.trim() } else { text.trim() };
                if is_sign(bare) {
                    none.insert(bare.to_owned());
                } else if let Some(read) = figure(shape, text) {
                    negative |= read.digits < 0;
                    if column.name == value.name {
                        decimals = decimals.max(read.scale);
                    } else {
                        quantity_decimals = quantity_decimals.max(read.scale + 3);
                    }
                }
            }
        }
        let of = |column: &Column<'_>, unit, unit_column| Figure {
            column: column.name.to_owned(),
            unit,
            unit_column,
            empty: column.distinct.iter().any(|v| v.trim().is_empty()),
        };
        let (code, repeats) =
            names_where_rows_repeat(&columns, code, &period, partner.as_ref(), flow.as_ref(), &mut used);
        if !matches!(code, CodeRole::Digits { .. }) {
            refuse_lost_codes(&columns, &used)?;
        }
        let others = free.iter().filter(|c| !used.contains(c.name) && c.place(VALUES).is_some() && !never(c));
        let others = others.map(|c| c.name.to_owned()).collect();
        let apart =
            if repeats { apart(&columns, &used, &code, &period, &partner, &flow) } else { Vec::new() };
        let value_figure = of(value, value_unit, None);
        let quantity = quantity.map(|q| of(q, quantity_unit, unit_column));
        let flag_column = flag_column(&columns, &used).filter(|_| flags.is_empty());
        used.extend(
            columns.iter().map(|c| c.name).filter(|n| flag_column.as_ref().is_some_and(|f| f.0 == *n)),
        );
        let ignore = columns.iter().filter(|c| !used.contains(c.name)).map(|c| c.name.to_owned()).collect();
        Ok(Self {
            frequency,
            period,
            period_sure,
            first_period,
            partner,
            code,
            flow,
            stage,
            value: value_figure,
            quantity,
            decimals,
            quantity_decimals,
            negative,
            none,
            flags,
            flag_column,
            repeats,
            apart,
            ignore,
            others,
        })
    }
}

/// Refuses figures that are rates, and those of which each row names a unit of its own. Beside a quantity, units are those of it.
fn refuse_units(columns: &[Column<'_>], value: &str, beside_quantity: bool) -> Result<(), String> {
    let percent = |v: &str| {
        matches!(
            v.trim().to_lowercase().as_str(),
            "percent" | "per cent" | "percentage" | "pct" | "%" | "percentage points"
        )
    };
    let named = |c: &&Column<'_>| {
        matches!(
            c.lower.as_str(),
            "unit"
                | "units"
                | "unit_measure"
                | "unit of measure"
                | "uom"
                | "currency"
                | "einheit"
                | "unit\u{e9}"
                | "unidad"
        )
    };
    for column in columns.iter().filter(named) {
        let words: Vec<&str> = column.distinct.iter().copied().filter(|v| !v.trim().is_empty()).collect();
        let first: Vec<String> = words.iter().take(3).map(|w| format!("`{w}`")).collect();
        if words.iter().any(|w| percent(w)) {
            return Err(format!(
                "its figures in `{value}` are rates or shares (`{}` says {}): a table of rates is not trade",
                column.name,
                first.join(", ")
            ));
        }
        if words.len() > 1 && !beside_quantity {
            return Err(format!(
                "its figures in `{value}` have several units (`{}` says {})",
                column.name,
                first.join(", ")
            ));
        }
    }
    Ok(())
}

/// The words of the power of ten that a column of SDMX says of all figures.
fn multiplier(columns: &[Column<'_>]) -> Result<Option<&'static str>, String> {
    let Some(column) = columns.iter().find(|c| {
        matches!(
            c.lower.as_str(),
            "unit_mult" | "unit_multiplier" | "multiplier" | "scale" | "magnitude" | "scalar_factor"
        )
    }) else {
        return Ok(None);
    };
    let powers: Vec<String> =
        column.distinct.iter().map(|v| v.trim().to_lowercase()).filter(|v| !v.is_empty()).collect();
    match powers.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] | ["0" | "units" | "1"] => Ok(None),
        ["3" | "thousand" | "thousands" | "1000"] => Ok(Some("thousand ")),
        ["6" | "million" | "millions" | "1000000"] => Ok(Some("m ")),
        ["9" | "billion" | "billions"] => Ok(Some("bn ")),
        _ => Err(format!(
            "its figures are multiplied by several powers of ten, or by none that is known (`{}`)",
            column.name
        )),
    }
}

/// A column of flags: named so, with a few short words in it that are no numbers.
fn flag_column(columns: &[Column<'_>], used: &BTreeSet<&str>) -> Option<(String, BTreeSet<String>)> {
    let named = |c: &&Column<'_>| {
        let words = [
            "obs_status",
            "obs_flag",
            "flag",
            "flags",
            "noteref",
            "note",
            "notes",
            "footnote",
            "footnotes",
            "status",
        ];
        !used.contains(c.name) && words.contains(&c.lower.as_str())
    };
    let short = |v: &&str| v.len() <= 4 && !v.bytes().any(|b| b.is_ascii_digit());
    let column = columns.iter().filter(named).find(|c| c.distinct.iter().all(short))?;
    let words: BTreeSet<String> =
        column.distinct.iter().filter(|v| !v.is_empty()).map(|v| (*v).to_owned()).collect();
    (!words.is_empty()).then(|| (column.name.to_owned(), words))
}

/// The column that names the units of a quantity, if all that it names are known.
fn unit_beside(
    columns: &[Column<'_>],
    quantity: &str,
) -> Option<(String, BTreeMap<String, &'static str>, BTreeSet<String>)> {
    let at = columns.iter().position(|c| c.name == quantity)?;
    // The nearest one behind it, then any.
    let named = |c: &&Column<'_>| {
        c.place(&["unit", "uom", "\u{5355}\u{4f4d}"]).is_some() && !c.lower.contains("code")
    };
    let column = columns.iter().skip(at + 1).find(named).or_else(|| columns.iter().find(named))?;
    let mut units = BTreeMap::new();
    let mut none = BTreeSet::new();
    for name in &column.distinct {
        match short_unit(name) {
            Some(unit) => drop(units.insert((*name).to_owned(), unit)),
            None if name.trim().is_empty() || is_sign(name) => drop(none.insert((*name).to_owned())),
            None => return None,
        }
    }
    (!units.is_empty()).then(|| (column.name.to_owned(), units, none))
}

/// Refuses a column of years that span two, among them those that months may be taken for: `2010-11`.
fn refuse_spans(columns: &[Column<'_>]) -> Result<(), String> {
    for written in SPANS {
        let Ok(pattern) = Pattern::parse(written) else { continue };
        let several = |c: &Column<'_>| c.distinct.iter().filter(|v| !v.trim().is_empty()).count() > 1;
        let spans = |c: &&Column<'_>| c.all(|v| pattern.read(v).is_some()) && (several(c) || is_year(c));
        if let Some(column) = columns.iter().find(spans) {
            let first = column.distinct.iter().find(|v| !v.trim().is_empty()).copied().unwrap_or_default();
            return Err(format!(
                "its periods in `{}` are years that span two (`{first}`): such a year is no calendar year, and a source counts those",
                column.name
            ));
        }
    }
    Ok(())
}

/// Frequency, place, whether there is one way only, and the first period.
fn period(shape: &Shape, columns: &[Column<'_>]) -> Option<(&'static str, PeriodRole, bool, String)> {
    if let (Some(frequency), Some(wide)) = (shape.wide, &shape.dialect.wide) {
        let column = columns.iter().find(|c| c.name == wide.key)?;
        let format = match frequency {
            "annual" => "year",
            "quarterly" => "quarter",
            "daily" => "day",
            _ => "month",
        };
        let first = column.distinct.first().map(|f| (*f).to_owned()).unwrap_or_default();
        return Some((
            frequency,
            PeriodRole::Column { name: wide.key.clone(), format: format.to_owned(), labels: Vec::new() },
            true,
            first,
        ));
    }
    let mut found: Vec<(&'static str, &'static str, &Column<'_>, String)> = Vec::new();
    for (frequency, written) in WRITTEN {
        let Ok(pattern) = Pattern::parse(written) else { continue };
        for column in columns {
            if found.iter().any(|f| f.2.name == column.name) {
                continue;
            }
            let reads = column.all(|v| is_period(v) && pattern.read(v).is_some());
            // First days of months are months only where there are several of them.
            let months = !written.contains("01") || column.distinct.len() > 1;
            let compact = matches!(*written, "{YYYY}{MM}" | "{YYYY}");
            if reads && months && (!compact || named_period(column.name)) {
                let first = column.distinct.iter().filter_map(|v| pattern.read(v)).min().unwrap_or_default();
                found.push((frequency, written, column, first));
            }
        }
    }
    // A month beside a year.
    let year = columns.iter().find(|c| is_year(c) && c.all(|v| v.trim().len() == 4 && is_period(v)));
    let month = columns.iter().find(|c| {
        is_month(c)
            && (c.all(|v| v.trim().parse::<u8>().is_ok_and(|m| (1..=12).contains(&m)))
                || c.all(|v| {
                    Pattern::parse("{MON} {YYYY}")
                        .is_ok_and(|p| p.read(&format!("{} 2020", v.trim())).is_some())
                }))
    });
    let whole = found.iter().any(|f| f.0 != "annual");
    if let (Some(year), Some(month), false) = (year, month, whole) {
        let names = vec![year.name.to_owned(), month.name.to_owned()];
        let digits = month.all(|v| v.trim().parse::<u8>().is_ok());
        let first = year.distinct.first().map(|y| format!("{y}-01")).unwrap_or_default();
        let format = if digits { "{YYYY} {M}" } else { "{YYYY} {MON}" };
        return Some(("monthly", PeriodRole::Two { names, format }, month.distinct.len() > 1, first));
    }
    let quarter = columns
        .iter()
        .filter(|c| year.is_some_and(|y| y.name != c.name) && is_quarter(c))
        .find_map(|c| Some((c, quarters(c)?)));
    if let (Some(year), Some((quarter, format)), false) = (year, quarter, whole) {
        let names = vec![year.name.to_owned(), quarter.name.to_owned()];
        let first = year.distinct.first().map(|y| format!("{y}-Q1")).unwrap_or_default();
        return Some(("quarterly", PeriodRole::Two { names, format }, quarter.distinct.len() > 1, first));
    }
    if found.is_empty() {
        return with_labels(columns);
    }
    let several = found.len() > 1;
    let best = found.into_iter().min_by_key(|(frequency, written, column, _)| {
        let finer = match *frequency {
            "daily" => 0,
            "monthly" => 1,
            "quarterly" => 2,
            _ => 3,
        };
        // What is named a reference or an update is another day than that of the figure.
        let other = column.lower.contains("ref")
            || column.lower.contains("updat")
            || column.lower.contains("release");
        (other, !named_period(column.name), finer, written.len(), !column.lower.contains("period"))
    })?;
    let (frequency, written, column, first) = best;
    let format = match written {
        "{YYYY}" => "year",
        "{YYYY}-Q{Q}" => "quarter",
        "{YYYY}-{MM}" => "month",
        "{YYYY}-{MM}-{DD}" => "day",
        "{YYYY}{MM}" => "month-compact",
        other => other,
    };
    Some((
        frequency,
        PeriodRole::Column { name: column.name.to_owned(), format: format.to_owned(), labels: Vec::new() },
        !several,
        first,
    ))
}

/// More texts than this that are no periods make a column none of periods.
const MOST_LABELS: usize = 24;

/// A column of which most texts are periods, and some are labels of joint figures, perhaps. What they stand for nobody can see.
fn with_labels(columns: &[Column<'_>]) -> Option<(&'static str, PeriodRole, bool, String)> {
    let written = [
        ("monthly", "month", "{YYYY}-{MM}"),
        ("quarterly", "quarter", "{YYYY}-Q{Q}"),
        ("annual", "year", "{YYYY}"),
    ];
    for (frequency, format, pattern) in written {
        let Ok(pattern) = Pattern::parse(pattern) else { continue };
        for column in columns.iter().filter(|c| named_period(c.name)) {
            let (periods, labels): (Vec<&str>, Vec<&str>) =
                column.distinct.iter().copied().partition(|v| is_period(v) && pattern.read(v).is_some());
            if !labels.contains(&"") && labels.len() <= MOST_LABELS && labels.len() < periods.len() {
                let labels = labels.into_iter().map(str::to_owned).collect();
                let role =
                    PeriodRole::Column { name: column.name.to_owned(), format: format.to_owned(), labels };
                let first = periods.first().map(|p| (*p).to_owned()).unwrap_or_default();
                return Some((frequency, role, false, first));
            }
        }
    }
    None
}

/// A column of flows, its words and those that are skipped.
pub(super) type FlowRole = (String, BTreeMap<String, &'static str>, BTreeSet<String>);

fn flow(columns: &[Column<'_>], used: &BTreeSet<&str>) -> Option<FlowRole> {
    // `M` and `X` are monthly, male and much else: letters are flows only where the column is named so.
    let named = |c: &Column<'_>| c.place(FLOWS).is_some();
    let word = |v: &str| flow_word(v).filter(|_| v.trim().chars().nth(1).is_some());
    let told = |c: &&Column<'_>| {
        !used.contains(c.name)
            && c.place(NEVER_A_FLOW).is_none()
            && c.distinct.len() <= 12
            && if named(c) {
                c.distinct.iter().any(|v| flow_word(v).is_some())
            } else {
                c.all(|v| word(v).is_some())
                    || c.distinct.iter().filter_map(|v| word(v)).collect::<BTreeSet<_>>().len() > 1
            }
    };
    let unknown = |c: &Column<'_>| c.distinct.iter().any(|v| flow_word(v).is_none());
    let column =
        columns.iter().filter(told).min_by_key(|c| (!named(c), unknown(c), c.lower.contains("desc")))?;
    let map = column.distinct.iter().filter_map(|v| Some(((*v).to_owned(), flow_word(v)?))).collect();
    let skip = column.distinct.iter().filter(|v| flow_word(v).is_none()).map(|v| (*v).to_owned()).collect();
    Some((column.name.to_owned(), map, skip))
}

/// The column, the lengths of its codes, and what stands in them and is no part of them.
type CodeFound<'a> = (&'a str, BTreeSet<usize>, String);

fn code<'a>(columns: &[Column<'a>], used: &BTreeSet<&str>) -> Option<CodeFound<'a>> {
    let mut best: Option<(usize, CodeFound<'a>)> = None;
    for column in columns.iter().filter(|c| !used.contains(c.name)) {
        let Some(place) = column.place(CODES) else { continue };
        let other = [
            "cty",
            "country",
            "partner",
            "reporter",
            "desc",
            "unit",
            "flow",
            "mot",
            "mos",
            "class",
            "freq",
            "type",
            "customs",
            "indicator",
            "market",
            "lvl",
            "name",
            "\u{4f19}\u{4f34}",
            "pais",
            "pa\u{ed}s",
            "pays",
            "kraj",
            "\u{56fd}",
            "\u{570b}",
            "\u{ad6d}\u{ac00}",
            "\u{441}\u{442}\u{440}\u{430}\u{43d}",
        ];
        if other.iter().any(|w| column.lower.contains(w)) {
            continue;
        }
        let marks: String = ['.', ' ', '\'']
            .into_iter()
            .filter(|m| column.distinct.iter().any(|v| v.trim().contains(*m)))
            .collect();
        let bare = |v: &str| v.chars().filter(|c| !marks.contains(*c)).collect::<String>();
        let digits = column.all(|v| {
            let bare = bare(v);
            (2..=10).contains(&bare.len()) && bare.bytes().all(|b| b.is_ascii_digit())
        });
        if !digits {
            continue;
        }
        let lengths: BTreeSet<usize> =
            column.distinct.iter().map(|v| bare(v).len()).filter(|l| *l > 0).collect();
        if best.as_ref().is_none_or(|b| place < b.0) {
            best = Some((place, (column.name, lengths, marks)));
        }
    }
    best.map(|b| b.1)
}

/// A column of countries, the parties by its cells, and whether it has cells that are none of them.
pub(super) type PartnerRole = (String, BTreeMap<String, Option<&'static str>>, bool);

fn partner(columns: &[Column<'_>], used: &BTreeSet<&str>) -> Option<PartnerRole> {
    let fits = |c: &&Column<'_>| {
        !used.contains(c.name)
            && c.place(PARTNERS).is_some()
            && !["partner2", "reporter", "geofips", "desc2", "ref_area", "declarant"]
                .iter()
                .any(|w| c.lower.contains(w))
    };
    let known = |c: &Column<'_>| c.distinct.iter().filter(|v| party(v).is_some()).count();
    let column = columns.iter().filter(fits).min_by_key(|c| {
        let text = c.distinct.iter().any(|v| v.chars().any(char::is_alphabetic));
        (usize::MAX - known(c), !text, c.place(PARTNERS))
    })?;
    let mut map: BTreeMap<String, Option<&'static str>> =
        column.distinct.iter().filter_map(|v| Some(((*v).to_owned(), Some(party(v)?)))).collect();
    if map.is_empty() {
        let most = column
            .distinct
            .iter()
            .filter(|v| !v.is_empty())
            .max_by_key(|v| column.values.iter().filter(|x| x == v).count())?;
        map.insert((*most).to_owned(), None);
    }
    let others = column.distinct.len() > map.len();
    Some((column.name.to_owned(), map, others))
}

fn stage(about: &str, by_column: bool) -> Option<&'static str> {
    if by_column {
        return None;
    }
    let lower = about.to_lowercase();
    let has = |words: &[&str]| words.iter().any(|w| lower.contains(w));
    match (
        has(&["export", "ausfuhr", "inspection", "\u{51fa}\u{53e3}"]),
        has(&["import", "einfuhr", "\u{8fdb}\u{53e3}"]),
    ) {
        (true, false) => Some("exports"),
        (false, true) => Some("imports"),
        _ => None,
    }
}

/// Where rows of one key stand more than once, columns of names tell them apart, if any do.
fn names_where_rows_repeat<'a>(
    columns: &[Column<'a>],
    code: Option<CodeFound<'a>>,
    period: &PeriodRole,
    partner: Option<&PartnerRole>,
    flow: Option<&FlowRole>,
    used: &mut BTreeSet<&'a str>,
) -> (CodeRole, bool) {
    let mut key: Vec<&str> = match period {
        PeriodRole::Column { name, .. } => vec![name],
        PeriodRole::Two { names, .. } => names.iter().map(String::as_str).collect(),
    };
    key.extend(partner.map(|p| p.0.as_str()));
    key.extend(flow.map(|f| f.0.as_str()));
    key.extend(code.as_ref().map(|c| c.0));
    let rows = columns.first().map_or(0, |c| c.values.len());
    let skipped = |row: usize| {
        partner.is_some_and(|(name, map, _)| {
            columns
                .iter()
                .find(|c| c.name == name)
                .and_then(|c| c.values.get(row))
                .is_some_and(|v| !map.contains_key(*v))
        })
    };
    let repeats = |extra: &[&str]| {
        let chosen: Vec<&Column<'_>> =
            columns.iter().filter(|c| key.contains(&c.name) || extra.contains(&c.name)).collect();
        let mut seen: HashSet<Vec<&str>> = HashSet::new();
        (0..rows).filter(|r| !skipped(*r)).any(|row| {
            !seen.insert(chosen.iter().map(|c| c.values.get(row).copied().unwrap_or_default()).collect())
        })
    };
    let by_code = |code: Option<CodeFound<'a>>| match code {
        Some((column, lengths, drop)) => CodeRole::Digits { column: column.to_owned(), lengths, drop },
        None => CodeRole::Constant,
    };
    let labels: Vec<&str> = columns
        .iter()
        .filter(|c| !used.contains(c.name) && c.distinct.len() > 1)
        .filter(|c| {
            (0..rows).filter(|r| !skipped(*r)).all(|row| {
                let cell = c.values.get(row).copied().unwrap_or_default();
                !cell.trim().is_empty() && (!is_figure(cell) || c.lower.contains("id"))
            })
        })
        .map(|c| c.name)
        .collect();
    if code.is_some() || !repeats(&[]) {
        let again = repeats(&[]);
        return (by_code(code), again);
    }
    for take in 1..=labels.len().min(4) {
        let chosen = labels.get(..take).unwrap_or_default();
        // The first label that is enough alone, else the first few together.
        if take == 1
            && let Some(one) = labels.iter().find(|l| !repeats(&[l]))
        {
            used.insert(one);
            return (CodeRole::Names { columns: vec![(*one).to_owned()] }, false);
        }
        if take > 1 && !repeats(chosen) {
            used.extend(chosen);
            return (CodeRole::Names { columns: chosen.iter().map(|c| (*c).to_owned()).collect() }, false);
        }
    }
    (by_code(code), true)
}

/// The columns of a few words or codes that, beside the key, tell all rows apart: parts of one figure, by region or by way. None where
/// one of them has a word for all of them, whose row would be counted with its parts.
fn apart(
    columns: &[Column<'_>],
    used: &BTreeSet<&str>,
    code: &CodeRole,
    period: &PeriodRole,
    partner: &Option<PartnerRole>,
    flow: &Option<FlowRole>,
) -> Vec<String> {
    let mut key: Vec<&str> = match period {
        PeriodRole::Column { name, .. } => vec![name],
        PeriodRole::Two { names, .. } => names.iter().map(String::as_str).collect(),
    };
    key.extend(partner.iter().map(|p| p.0.as_str()));
    key.extend(flow.iter().map(|f| f.0.as_str()));
    match code {
        CodeRole::Digits { column, .. } => key.push(column),
        CodeRole::Names { columns } => key.extend(columns.iter().map(String::as_str)),
        CodeRole::Constant => return Vec::new(),
    }
    let labels = columns.iter().filter(|c| {
        !used.contains(c.name)
            && c.distinct.len() > 1
            && c.distinct.len() * 2 <= c.values.len().max(4)
            && c.place(VALUES).is_none()
            && c.place(QUANTITIES).is_none()
    });
    let labels: Vec<&Column<'_>> = labels.collect();
    let whole = |v: &&str| {
        let lower = v.trim().to_lowercase();
        matches!(lower.as_str(), "" | "0" | "00" | "000" | "all" | "t" | "tot" | "w00" | "world" | "sum")
            || lower.contains("total")
    };
    if labels.iter().any(|c| c.distinct.iter().any(&whole)) {
        return Vec::new();
    }
    let keys: Vec<&Column<'_>> = columns.iter().filter(|c| key.contains(&c.name)).collect();
    let rows = columns.first().map_or(0, |c| c.values.len());
    let mut seen: HashSet<Vec<&str>> = HashSet::new();
    let cells = |row: usize| {
        let all = keys.iter().chain(&labels);
        all.map(|c| c.values.get(row).map_or("", |v| v.trim())).collect::<Vec<&str>>()
    };
    let told = !labels.is_empty() && (0..rows).all(|row| seen.insert(cells(row)));
    if told { labels.iter().map(|c| c.name.to_owned()).collect() } else { Vec::new() }
}
