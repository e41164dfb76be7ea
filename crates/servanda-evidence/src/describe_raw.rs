//! `[[file]]` as it is written, and the checks that make a description of it.

use crate::describe::{
    Amount, CodeFrom, CodePattern, Covers, Duplicates, FileDescription, Filter, FinalityFrom, Flag, Flags,
    PartnerFrom, PeriodFrom, UnitFrom, VintageFrom,
};
use crate::ingest::bad_code;
use crate::number::{Decimal, Measure};
use crate::source_file::Placer;
use crate::source_file::Wrong;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Absence, Dimension, FlowDecl, Frequency, Party, Period, Point, Stage, Unit};
use servanda_tables::{Dialect, Join, Pattern, PeriodIn};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RawFile {
    #[serde(default)]
    name: Option<String>,
    #[serde(default)]
    dialect: Dialect,
    #[serde(default)]
    flow: Option<RawFlowColumn>,
    #[serde(default)]
    coverage: Option<Covers>,
    #[serde(default)]
    preliminary_coverage: Option<Covers>,
    #[serde(default)]
    duplicates: Duplicates,
    #[serde(default, rename = "where")]
    filter: BTreeMap<String, RawFilter>,
    #[serde(default)]
    none: BTreeSet<String>,
    #[serde(default)]
    flags: Option<RawFlags>,
    #[serde(default)]
    ignore: Vec<String>,
    period: RawPeriod,
    partner: RawPartner,
    code: RawCode,
    value: Vec<RawAmount>,
    #[serde(default)]
    quantity: Vec<RawAmount>,
    #[serde(default)]
    finality: Option<RawFinality>,
    #[serde(default)]
    vintage: Option<RawVintage>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(BTreeSet<String>),
}

impl OneOrMany {
    fn set(self) -> BTreeSet<String> {
        match self {
            Self::One(value) => BTreeSet::from([value]),
            Self::Many(values) => values,
        }
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum RawFilter {
    Keep(OneOrMany),
    Whole(RawWhole),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawWhole {
    keep: OneOrMany,
    #[serde(default)]
    other_series: OtherSeries,
    #[serde(default)]
    unknown: BTreeSet<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum OtherSeries {
    All(bool),
    Named(OneOrMany),
}

impl Default for OtherSeries {
    fn default() -> Self {
        Self::All(false)
    }
}

/// A column that says which flow a row is of.
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFlowColumn {
    column: String,
    map: BTreeMap<String, Stage>,
    #[serde(default)]
    skip: BTreeSet<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFlags {
    #[serde(default)]
    column: Option<String>,
    #[serde(default)]
    inside: bool,
    map: BTreeMap<String, Flag>,
}

impl RawFlags {
    fn check(self, cx: &Context<'_>) -> Result<Flags, Wrong> {
        if self.column.is_some() == self.inside {
            return cx.fail(
                "flags stand in a column, or inside the cells of figures",
                "give flags a `column`, or inside = true",
            );
        }
        Ok(Flags { column: self.column, map: self.map })
    }
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawPeriod {
    column: Option<String>,
    columns: Option<Vec<String>>,
    format: Option<String>,
    constant: Option<String>,
    days: Option<u8>,
    /// Periods of joint figures as the publisher writes them: { "2026-01-02" = "2026-01..2026-02" }
    #[serde(default)]
    #[schemars(with = "BTreeMap<String, String>")]
    labels: BTreeMap<String, Period>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawPartner {
    column: Option<String>,
    #[serde(default)]
    map: BTreeMap<String, Party>,
    #[serde(default)]
    others: Others,
    constant: Option<Party>,
}

#[derive(Deserialize, JsonSchema, Default, PartialEq)]
#[serde(rename_all = "lowercase")]
enum Others {
    #[default]
    Refuse,
    Skip,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawCode {
    column: Option<String>,
    longest_of: Option<Vec<String>>,
    join: Option<Vec<String>>,
    constant: Option<String>,
    pattern: RawPattern,
    #[serde(default)]
    lengths: BTreeSet<usize>,
    #[serde(default)]
    as_printed: BTreeSet<String>,
    #[serde(default)]
    drop: String,
}

#[derive(Deserialize, JsonSchema, PartialEq)]
#[serde(rename_all = "lowercase")]
enum RawPattern {
    Digits,
    Name,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawAmount {
    column: String,
    flow: Option<Stage>,
    unit: Option<String>,
    factor: Option<String>,
    unit_column: Option<String>,
    #[serde(default)]
    units: BTreeMap<String, RawUnit>,
    #[serde(default)]
    none: BTreeSet<String>,
    #[serde(default)]
    empty: Empty,
    #[serde(default)]
    flags: Option<RawFlags>,
    #[serde(default)]
    zero: Option<Absence>,
}

#[derive(Deserialize, JsonSchema, Default, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum Empty {
    #[default]
    Refuse,
    NoFigure,
}

#[derive(Deserialize, JsonSchema)]
#[serde(untagged)]
enum RawUnit {
    Plain(String),
    Factor(RawFactor),
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFactor {
    unit: String,
    factor: String,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawFinality {
    column: String,
    #[serde(rename = "final")]
    finals: BTreeSet<String>,
    preliminary: BTreeSet<String>,
    #[serde(default)]
    of: FinalityOf,
}

#[derive(Deserialize, JsonSchema, Default, PartialEq)]
#[serde(rename_all = "kebab-case")]
enum FinalityOf {
    #[default]
    Row,
    LastPeriod,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawVintage {
    column: String,
    kind: VintageKind,
    order_by: Option<String>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
enum VintageKind {
    Full,
    Revising,
}

/// What the rest of the source file says, for checks.
pub(crate) struct Context<'a> {
    pub place: &'a Placer<'a>,
    pub span: Range<usize>,
    pub number: usize,
    pub frequency: Frequency,
    pub flows: &'a [FlowDecl],
    pub depth: Option<u8>,
}

impl Context<'_> {
    fn fail<T>(&self, problem: impl Into<String>, remedy: impl Into<String>) -> Result<T, Wrong> {
        Err(self.place.at(Some(self.span.clone()), problem, remedy))
    }
}

impl RawFile {
    /// The descriptions that it makes: one, or one for each flow that a column names.
    pub(crate) fn check(self, cx: &Context<'_>) -> Result<Vec<FileDescription>, Wrong> {
        let Self { mut dialect, flow, .. } = self;
        if let Some((problem, remedy)) = dialect.contradiction() {
            return cx.fail(problem, remedy);
        }
        let flow_column = flow;
        let by_column: Vec<Stage> = match &flow_column {
            Some(by) => {
                let stages: BTreeSet<Stage> = by.map.values().copied().collect();
                if stages.is_empty() {
                    return cx.fail(
                        format!("the flow's column `{}` has no map", by.column),
                        "say which of its values is which flow: map = { Import = \"imports\" }",
                    );
                }
                if self.value.iter().chain(&self.quantity).any(|a| a.flow.is_some()) {
                    return cx.fail(
                        format!("the column `{}` says the flow, and so does a column of figures", by.column),
                        "keep one of the two",
                    );
                }
                stages.into_iter().collect()
            }
            None => Vec::new(),
        };
        let first_flow = by_column.first().copied();
        let name = self.name.unwrap_or_else(|| format!("file {}", cx.number + 1));
        let coverage = match (&self.vintage, self.coverage) {
            (Some(_), Some(_)) => {
                return cx.fail(
                    format!("`{name}` has both `coverage` and a vintage column"),
                    "the vintage column's `kind` says it: take `coverage` out",
                );
            }
            (Some(RawVintage { kind: VintageKind::Full, .. }), None) => Covers::Full,
            (Some(RawVintage { kind: VintageKind::Revising, .. }), None) => Covers::Rows,
            (None, Some(coverage)) => coverage,
            (None, None) => {
                return cx.fail(
                    format!("`{name}` does not say what it covers"),
                    "add coverage = \"full\" (all codes, what is absent had no trade) or \"rows\" (only what it lists)",
                );
            }
        };
        if let Some(odd) = self.value.iter().find(|a| a.zero.is_some()) {
            return cx.fail(
                format!("`zero` stands beside the figures of `{}`", odd.column),
                "only a [[file.quantity]] has it: it says what 0 means beside a value that is not 0",
            );
        }
        let values =
            self.value.into_iter().map(|a| amount(a, first_flow, cx)).collect::<Result<Vec<_>, _>>()?;
        if values.is_empty() {
            return cx.fail(format!("`{name}` has no column with figures"), "add a [[file.value]]");
        }
        let quantities =
            self.quantity.into_iter().map(|a| amount(a, first_flow, cx)).collect::<Result<Vec<_>, _>>()?;
        for q in &quantities {
            if measures(&q.unit).iter().any(|m| matches!(m.dimension, Dimension::Money(_))) {
                return cx.fail("the quantity is in money", "list it under [[file.value]]");
            }
            if !values.iter().any(|v| v.flow == q.flow) {
                return cx.fail(
                    format!("the quantity is of the flow `{}`, which has no figures here", q.flow),
                    "name the flow of one of the [[file.value]]",
                );
            }
        }
        let pattern = match self.code.pattern {
            RawPattern::Name => CodePattern::Name,
            RawPattern::Digits if self.code.lengths.is_empty() => {
                return cx.fail("the lengths of codes are not declared", "add lengths = [6] to the code");
            }
            RawPattern::Digits => CodePattern::Digits {
                lengths: self.code.lengths.clone(),
                as_printed: self.code.as_printed.clone(),
            },
        };
        if (pattern == CodePattern::Name) != cx.depth.is_none() {
            return cx.fail(
                "`depth` and the pattern of codes do not agree",
                "a source of digits has a depth; one of names has none",
            );
        }
        let code_drop = self.code.drop.clone();
        if !code_drop.is_empty()
            && (pattern == CodePattern::Name || code_drop.chars().any(char::is_alphanumeric))
        {
            return cx.fail(
                "`drop` lists what stands in codes of digits and is no part of them",
                "write drop = \".\" or \" \"; names are kept as they are",
            );
        }
        let code = code(self.code, cx)?;
        if let CodeFrom::Constant(constant) = &code
            && let Some((problem, remedy)) = bad_code(constant, &pattern)
        {
            return cx.fail(problem, remedy);
        }
        let period = period(self.period, &mut dialect, cx)?;
        let description = FileDescription {
            name,
            dialect,
            coverage,
            preliminary_coverage: self.preliminary_coverage.unwrap_or(Covers::Rows),
            duplicates: self.duplicates,
            filter: self
                .filter
                .into_iter()
                .map(|(column, raw)| filter(column, raw, cx))
                .collect::<Result<_, _>>()?,
            none: self.none,
            flags: self.flags.map(|f| f.check(cx)).transpose()?,
            ignore: self.ignore,
            period,
            partner: partner(self.partner, cx)?,
            code,
            pattern,
            code_drop,
            values,
            quantities,
            finality: self.finality.map(|f| FinalityFrom {
                column: f.column,
                finals: f.finals,
                preliminary: f.preliminary,
                last_period_only: f.of == FinalityOf::LastPeriod,
            }),
            vintage: self.vintage.map(|v| VintageFrom { column: v.column, order_by: v.order_by }),
        };
        if let Some(both) = description.used().iter().find(|c| description.ignore.iter().any(|i| i == *c)) {
            return cx
                .fail(format!("the column `{both}` is both used and ignored"), "take it out of `ignore`");
        }
        let Some(by) = flow_column else { return Ok(vec![description]) };
        by_column.iter().map(|stage| of_flow(&description, *stage, &by, cx)).collect()
    }
}

/// What a description says of the rows of one flow, where a column names the flow.
fn of_flow(
    description: &FileDescription,
    stage: Stage,
    by: &RawFlowColumn,
    cx: &Context<'_>,
) -> Result<FileDescription, Wrong> {
    let Some(flow) = cx.flows.iter().find(|f| f.stage == stage) else {
        return cx.fail(
            format!(
                "the column `{}` names the flow `{stage}`, which this source does not publish",
                by.column
            ),
            "add a [[flow]] for it, or list the value under `skip`",
        );
    };
    let mut one = description.clone();
    if one.filter.iter().any(|f| f.column == by.column) {
        return cx.fail(
            format!("the column `{}` says the flow, and `where` chooses by it", by.column),
            "take it out of `where`; values that are of no flow here are listed under `skip`",
        );
    }
    for amount in one.values.iter_mut().chain(&mut one.quantities) {
        amount.flow = stage;
        if let Some(odd) = measures(&amount.unit).iter().find(|m| !flow.dimensions.contains(&m.dimension)) {
            return cx.fail(
                format!("the flow `{stage}` is not published in {}", odd.dimension.base_unit()),
                "add it to the flow's dimensions, or name the column's unit as it is",
            );
        }
    }
    if by.map.values().any(|other| *other != stage) {
        one.name = format!("{} ({stage})", one.name);
    }
    let of = |kept: bool| by.map.iter().filter(move |(_, s)| (**s == stage) == kept).map(|(v, _)| v.clone());
    one.filter.push(Filter {
        column: by.column.clone(),
        keep: of(true).collect(),
        other_series: of(false).chain(by.skip.iter().cloned()).collect(),
        strict: true,
        ..Filter::default()
    });
    Ok(one)
}

fn filter(column: String, raw: RawFilter, cx: &Context<'_>) -> Result<Filter, Wrong> {
    let filter = match raw {
        RawFilter::Keep(keep) => Filter { column, keep: keep.set(), ..Filter::default() },
        RawFilter::Whole(whole) => {
            let (all, named) = match whole.other_series {
                OtherSeries::All(all) => (all, BTreeSet::new()),
                OtherSeries::Named(named) => (false, named.set()),
            };
            Filter {
                column,
                keep: whole.keep.set(),
                other_series: named,
                others_are_other_series: all,
                unknown: whole.unknown,
                strict: false,
            }
        }
    };
    let twice = filter
        .keep
        .iter()
        .find(|v| filter.other_series.contains(*v) || filter.unknown.contains(*v))
        .or_else(|| filter.other_series.intersection(&filter.unknown).next());
    match twice {
        Some(value) => cx.fail(
            format!("`where` gives the value `{value}` of `{}` two meanings", filter.column),
            "list it once: under keep, other_series or unknown",
        ),
        None => Ok(filter),
    }
}

fn period(mut raw: RawPeriod, dialect: &mut Dialect, cx: &Context<'_>) -> Result<PeriodFrom, Wrong> {
    if let Some(columns) = raw.columns.take() {
        if raw.column.is_some() || columns.len() < 2 {
            return cx.fail(
                "`columns` are two or more that make a period together",
                "give `column`, or `columns`",
            );
        }
        let name = columns.join(" ");
        raw.column = Some(name.clone());
        let usual = match cx.frequency {
            Frequency::Quarterly => "{YYYY} {Q}",
            Frequency::Monthly => "{YYYY} {M}",
            Frequency::Daily => "{YYYY} {M} {D}",
            Frequency::Annual => "{YYYY}",
        };
        raw.format.get_or_insert_with(|| usual.to_owned());
        dialect.joins.push(Join { name, columns });
    }
    let (word, compact) = match cx.frequency {
        Frequency::Annual => ("year", None),
        Frequency::Quarterly => ("quarter", None),
        Frequency::Monthly => ("month", Some("month-compact")),
        Frequency::Daily => ("day", None),
    };
    if raw.constant.is_some() && !raw.labels.is_empty() {
        return cx.fail("`labels` stands beside a constant period", "take one of the two out");
    }
    match (raw.column, raw.constant) {
        (Some(column), None) => {
            let mut format = raw.format.as_deref().unwrap_or(word);
            if format.contains('{') {
                let pattern = Pattern::parse(format)
                    .or_else(|e| cx.fail(e.to_string(), "see the page on source files in the book"))?;
                if pattern.spans_two_years() {
                    return cx.fail(
                        format!("`{format}` is a year that spans two, and this source counts calendar years"),
                        "no figure of such a year is one of a calendar year; a source of months or quarters says under `labels` which of them it joins",
                    );
                }
                if pattern.kind() != word {
                    return cx.fail(
                        format!(
                            "`{format}` is how a {} is written, and the source's frequency asks for a {word}",
                            pattern.kind()
                        ),
                        "change the format, or the frequency",
                    );
                }
                dialect.periods.push(PeriodIn {
                    column: column.clone(),
                    pattern,
                    labels: raw.labels.keys().cloned().collect(),
                });
                format = word;
            }
            if format != word && Some(format) != compact {
                return cx.fail(
                    format!("the period's format `{format}` does not suit the source's frequency"),
                    format!(
                        "write {word}{}, or how it is written: \"{{MM}}/{{YYYY}}\"",
                        compact.map(|c| format!(" or {c}")).unwrap_or_default()
                    ),
                );
            }
            let days = raw.days.unwrap_or(1);
            if !(1..=31).contains(&days) || (days > 1 && cx.frequency != Frequency::Daily) {
                return cx.fail(
                    "`days` does not suit the source's frequency",
                    "only a daily source has it, up to 31",
                );
            }
            if days > 1 && !raw.labels.is_empty() {
                return cx.fail(
                    "every figure is of some days, or some are joint figures, not both",
                    "take `days` or `labels` out of the period",
                );
            }
            let labels = raw.labels.into_iter().map(|(label, of)| {
                let span = cx.frequency.split(&of).filter(|(a, b)| a < b && *b < a.saturating_add(MOST_JOINT));
                match span {
                    Some(span) => Ok((label, span)),
                    None => cx.fail(
                        format!("the label `{label}` stands for {of}, which is not two {word}s or more, at most {MOST_JOINT}"),
                        format!("write the first and the last {word} with .. between them, such as \"{}\"", example(cx.frequency)),
                    ),
                }
            });
            let labels = labels.collect::<Result<_, _>>()?;
            Ok(PeriodFrom::Column { column, compact: format != word, days, labels })
        }
        (None, Some(text)) => match read_period(&text, cx.frequency, false) {
            Ok(ordinal) => Ok(PeriodFrom::Constant(ordinal)),
            Err(problem) => cx.fail(problem, format!("write one {word}")),
        },
        _ => cx.fail("the period needs a column or a constant", "give one of the two"),
    }
}

/// The most sub-periods that a joint figure can be of.
const MOST_JOINT: i32 = 366;

/// Two sub-periods, for messages.
fn example(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Annual => "2025..2026",
        Frequency::Quarterly => "2026-Q1..2026-Q2",
        Frequency::Monthly => "2026-01..2026-02",
        Frequency::Daily => "2026-01-01..2026-01-07",
    }
}

/// The ordinal of a period as a file writes it.
pub(crate) fn read_period(text: &str, frequency: Frequency, compact: bool) -> Result<i32, String> {
    let spaced;
    let text = if compact && text.len() == 6 && text.bytes().all(|b| b.is_ascii_digit()) {
        let (year, month) = text.split_at(4);
        spaced = format!("{year}-{month}");
        &spaced
    } else {
        text
    };
    let point = Point::parse(text).map_err(|e| e.to_string())?;
    let ordinal = frequency.ordinal(point.start());
    if !frequency.point(ordinal).same_kind(&point) {
        return Err(format!("`{text}` does not suit the source's frequency"));
    }
    Ok(ordinal)
}

fn partner(raw: RawPartner, cx: &Context<'_>) -> Result<PartnerFrom, Wrong> {
    match (raw.column, raw.constant) {
        (Some(column), None) if !raw.map.is_empty() => {
            Ok(PartnerFrom::Column { column, map: raw.map, skip_others: raw.others == Others::Skip })
        }
        (Some(column), None) => cx.fail(
            format!("the partner's column `{column}` has no map"),
            "say which of its values is which party: map = { \"5700\" = \"CHN\" }",
        ),
        (None, Some(party)) => Ok(PartnerFrom::Constant(party)),
        _ => cx.fail("the partner needs a column or a constant", "give one of the two"),
    }
}

fn code(raw: RawCode, cx: &Context<'_>) -> Result<CodeFrom, Wrong> {
    match (raw.column, raw.longest_of, raw.join, raw.constant) {
        (Some(column), None, None, None) => Ok(CodeFrom::Column(column)),
        (None, Some(columns), None, None) if !columns.is_empty() => Ok(CodeFrom::LongestOf(columns)),
        (None, None, Some(columns), None) if !columns.is_empty() && raw.pattern == RawPattern::Name => {
            Ok(CodeFrom::Join(columns))
        }
        (None, None, None, Some(constant)) if !constant.is_empty() => Ok(CodeFrom::Constant(constant)),
        _ => cx.fail(
            "the code needs one of column, longest_of, join (for names) and constant",
            "give exactly one of them",
        ),
    }
}

fn amount(raw: RawAmount, by_column: Option<Stage>, cx: &Context<'_>) -> Result<Amount, Wrong> {
    let flow = match (raw.flow.or(by_column), cx.flows) {
        (Some(stage), flows) => flows.iter().find(|f| f.stage == stage),
        (None, [only]) => Some(only),
        (None, _) => None,
    };
    let Some(flow) = flow else {
        return cx.fail(
            format!("the column `{}` does not name a flow of this source", raw.column),
            "add flow = to it, one of the [[flow]] stages",
        );
    };
    let measure = |text: &str, factor: Option<&str>| {
        let measure = read_measure(text, factor).or_else(|problem| {
            cx.fail(problem, "write a unit such as USD, thousand USD, m USD, t, bbl, m3, units")
        })?;
        if flow.dimensions.contains(&measure.dimension) {
            Ok(measure)
        } else {
            cx.fail(
                format!("the flow `{}` is not published in {}", flow.stage, measure.dimension.base_unit()),
                "add it to the flow's dimensions, or name the column's unit as it is",
            )
        }
    };
    let unit = match (raw.unit, raw.unit_column) {
        (Some(unit), None) => UnitFrom::Fixed(measure(&unit, raw.factor.as_deref())?),
        (None, Some(_)) if raw.factor.is_some() => {
            return cx.fail(
                format!("the column `{}` has a factor and a column of units", raw.column),
                "give each unit its factor: units = { L = { unit = \"m3\", factor = \"0.001\" } }",
            );
        }
        (None, Some(column)) if !raw.units.is_empty() => UnitFrom::Column {
            column,
            units: raw
                .units
                .into_iter()
                .map(|(name, unit)| {
                    let measure = match unit {
                        RawUnit::Plain(unit) => measure(&unit, None)?,
                        RawUnit::Factor(f) => measure(&f.unit, Some(&f.factor))?,
                    };
                    Ok((name, measure))
                })
                .collect::<Result<_, Wrong>>()?,
            none: raw.none,
        },
        _ => {
            return cx.fail(
                format!("the column `{}` has no unit", raw.column),
                "give `unit`, or `unit_column` with the map `units`",
            );
        }
    };
    Ok(Amount {
        column: raw.column,
        flow: flow.stage,
        unit,
        may_be_empty: raw.empty == Empty::NoFigure,
        flags: raw.flags.map(|f| f.check(cx)).transpose()?,
        zero: raw.zero.unwrap_or(Absence::Unknown),
    })
}

/// The measures that a unit can be.
pub(crate) fn measures(unit: &UnitFrom) -> Vec<Measure> {
    match unit {
        UnitFrom::Fixed(m) => vec![*m],
        UnitFrom::Column { units, .. } => units.values().copied().collect(),
    }
}

fn read_measure(text: &str, factor: Option<&str>) -> Result<Measure, String> {
    let (power, unit) = match text.strip_prefix("thousand ") {
        Some(rest) => (3, rest),
        None => (0, text),
    };
    // A gram is a thousandth of a kilogram.
    let (down, name) = if unit == "g" { (3, "kg") } else { (0, unit) };
    let unit = Unit::parse(name).map_err(|e| e.to_string())?;
    let (times, of_ten) = unit.decimal().ok_or_else(|| format!("`{name}` is no unit of a column"))?;
    let mut factor = Decimal::parse(factor.unwrap_or("1")).map_err(|e| format!("the factor {e}"))?;
    factor.scale += down + u32::from(of_ten.min(0).unsigned_abs());
    factor.digits = factor.digits.checked_mul(i128::from(times)).ok_or("a factor is too large")?;
    if factor.digits <= 0 {
        return Err("a factor must be above zero".to_owned());
    }
    Ok(Measure { dimension: unit.dimension, power: power + u32::from(of_ten.max(0).unsigned_abs()), factor })
}
