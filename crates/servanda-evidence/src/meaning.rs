//! What the integers of a vintage mean: at which scale they stand, of which periods, in which currency, by which edition of which
//! classification, and how the columns of the file were read. It is kept with them, so that a source file that is edited later
//! changes nothing of what is held.

use crate::describe::{
    Amount, CodeFrom, CodePattern, Covers, Duplicates, FileDescription, Filter, Flag, Flags, PartnerFrom,
    PeriodFrom, UnitFrom,
};
use crate::held::Cover;
use crate::number::Measure;
use crate::source_file::SourceFile;
use serde::{Deserialize, Serialize};
use servanda_core::{Absence, Currency, Date, Dimension, Edition, Frequency, Party, Stage};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// What the stored integers of a file's vintages mean, as its source file said it when they were read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Meaning {
    /// Whose statistics these are.
    pub reporter: Party,
    /// The publisher's time zone by its name: a publication's day is the day there.
    pub zone: String,
    /// What a period's number counts.
    pub frequency: Frequency,
    /// The currency of money figures.
    pub currency: Currency,
    /// Money is stored in integers of `10^-decimals` of the currency.
    pub decimals: u32,
    /// Quantities are stored in integers of `10^-quantity_decimals` of their base unit.
    pub quantity_decimals: u32,
    /// The most digits at which codes are published; none where they are names.
    pub depth: Option<u8>,
    /// The code of all products together.
    pub total: Option<String>,
    /// The editions of the classification, oldest first.
    pub editions: Vec<Edition>,
    /// The flows that the source publishes, by stage.
    pub flows: BTreeMap<Stage, FlowMeaning>,
    /// Whether a figure that was published before its period ended is the sum up to then.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub so_far: bool,
    /// The month and day since which figures are sums, `01-01`; none where each is of its own period.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cumulative: Option<String>,
    /// What each description made of the file, in the order of the source file; one unless several are of its header.
    pub readings: Vec<Reading>,
    /// The SHA-256 of the source file.
    pub source_sha256: String,
}

/// How one description reads a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// The description's name.
    pub name: String,
    /// Days that one figure is of, its own the last; 1 unless the source is daily.
    pub days: u8,
    /// Whether final rows speak for all codes, and preliminary rows.
    pub all_codes: AllCodes,
    /// What each key of the description said, in words, in the order of keys.
    pub keys: Vec<(String, String)>,
}

/// What figures of a flow can be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FlowMeaning {
    /// Whether none can be below zero.
    pub non_negative: bool,
    /// The base units of its dimensions, in order.
    pub units: Vec<String>,
}

/// Whether rows speak for all codes of the source's depth, those without a row too.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AllCodes {
    /// Final rows do.
    #[serde(rename = "final")]
    pub finals: bool,
    /// Preliminary rows do.
    pub preliminary: bool,
}

impl Meaning {
    /// What a source file says now of the files that these of its descriptions are of; `partial` for a release that was
    /// ingested as a partial one.
    pub(crate) fn of(source: &SourceFile, files: &[&FileDescription], partial: bool) -> Self {
        let units = |dimensions: &[Dimension]| {
            let mut units: Vec<String> = dimensions.iter().map(Dimension::base_unit).collect();
            units.sort();
            units
        };
        Self {
            reporter: source.source.reporter,
            zone: source.zone_name.clone(),
            frequency: source.source.frequency,
            currency: source.source.basis.currency,
            decimals: source.decimals,
            quantity_decimals: source.quantity_decimals,
            depth: source.source.depth,
            total: source.source.total.clone(),
            editions: source.source.editions.clone(),
            flows: source
                .source
                .flows
                .iter()
                .map(|f| (f.stage, FlowMeaning { non_negative: f.non_negative, units: units(&f.dimensions) }))
                .collect(),
            so_far: source.source.so_far,
            cumulative: source.restarts(),
            readings: files.iter().map(|file| Reading::of(file, partial)).collect(),
            source_sha256: source.sha256.clone(),
        }
    }

    /// Days that one figure is of at most.
    pub(crate) fn days(&self) -> i32 {
        self.readings.iter().map(|r| i32::from(r.days)).max().unwrap_or(1).max(1)
    }

    /// The decimals at which figures of a dimension are stored.
    pub(crate) fn scale(&self, dimension: Dimension) -> u32 {
        if matches!(dimension, Dimension::Money(_)) { self.decimals } else { self.quantity_decimals }
    }

    /// The coarsest unit in which a file that was read so tells figures of a flow and dimension, in integers of `10^-scale`.
    pub(crate) fn unit(&self, flow: Stage, dimension: Dimension, scale: u32) -> i128 {
        let own = 10i128.checked_pow(scale.saturating_sub(self.scale(dimension))).unwrap_or(1);
        let told = self.readings.iter().flat_map(|r| r.measures(flow));
        told.filter(|m| m.dimension == dimension).map(|m| m.one(scale)).max().unwrap_or(1).max(own)
    }

    /// Where the source file says something now by which figures held would be taken for what they are not, each as
    /// what it says and what they were read by. Decimals are none of these: figures are taken at the scale that is kept.
    pub(crate) fn conflicts(
        &self,
        source: &SourceFile,
        covers: &HashMap<(Stage, Party), Cover>,
    ) -> Vec<String> {
        let now = &source.source;
        let mut found = Vec::new();
        let mut differs = |key: &str, says: String, was: String| {
            if says != was {
                found.push(format!("{key} is {says}, and they were read by {was}"));
            }
        };
        let quoted = |text: &str| format!("`{text}`");
        let or_none = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
        differs("reporter", now.reporter.to_string(), self.reporter.to_string());
        differs("frequency", word(now.frequency).to_owned(), word(self.frequency).to_owned());
        differs("the currency", now.basis.currency.to_string(), self.currency.to_string());
        differs(
            "depth",
            or_none(now.depth.map(|d| d.to_string())),
            or_none(self.depth.map(|d| d.to_string())),
        );
        let total = |code: &Option<String>| or_none(code.as_deref().map(quoted));
        let unfinished = |so_far: bool| if so_far { "so-far" } else { "not said" }.to_owned();
        differs("unfinished", unfinished(now.so_far), unfinished(self.so_far));
        differs("total", total(&now.total), total(&self.total));
        let since = |day: Option<String>| {
            day.map_or_else(|| "none".to_owned(), |day| format!("sums since {day} of each year"))
        };
        differs("cumulative", since(source.restarts()), since(self.cumulative.clone()));
        let mut stages: Vec<Stage> = covers.keys().map(|(stage, _)| *stage).collect();
        stages.sort_unstable();
        stages.dedup();
        for stage in stages {
            let Some(was) = self.flows.get(&stage) else { continue };
            let Some(flow) = now.flow(stage) else {
                found.push(format!("there is no flow `{stage}`, and they were read as such"));
                continue;
            };
            if flow.non_negative != was.non_negative {
                found.push(format!(
                    "non_negative of {stage} is {}, and they were read by {}",
                    flow.non_negative, was.non_negative
                ));
            }
        }
        if now.frequency == self.frequency
            && let Some((first, last)) = stretch(covers, self.frequency)
        {
            let (says, was) = (editions(&now.editions, first, last), editions(&self.editions, first, last));
            if says != was {
                found.push(format!(
                    "codes of {first} to {last} are of {}, and they were read by {}",
                    or_none(Some(says).filter(|s| !s.is_empty())),
                    or_none(Some(was).filter(|s| !s.is_empty()))
                ));
            }
        }
        found
    }

    /// What the source file says otherwise now of scale and days, each as what it says and what was read by.
    pub(crate) fn scaled_otherwise(&self, source: &SourceFile) -> Vec<String> {
        let mut found = Vec::new();
        if self.zone != source.zone_name {
            found.push(format!("zone is {}, and it was read by {}", source.zone_name, self.zone));
        }
        if self.decimals != source.decimals {
            found.push(format!(
                "decimals is {}, and it was read by {}: answers go by {}",
                source.decimals, self.decimals, self.decimals
            ));
        }
        if self.quantity_decimals != source.quantity_decimals {
            found.push(format!(
                "quantity_decimals is {}, and it was read by {}: answers go by {}",
                source.quantity_decimals, self.quantity_decimals, self.quantity_decimals
            ));
        }
        found
    }

    /// What the source file says otherwise now of how the columns of such a file are read; empty if some of its descriptions
    /// read as those did that it was read by.
    pub(crate) fn read_otherwise(&self, source: &SourceFile) -> Vec<String> {
        let now: Vec<_> = source.files.iter().map(|f| (f, reading(f))).collect();
        let mut found = Vec::new();
        for Reading { name, keys: was, .. } in &self.readings {
            if now.iter().any(|(_, keys)| keys == was) {
                continue;
            }
            let Some((_, keys)) = now.iter().find(|(f, _)| f.name == *name).or(now.first()) else {
                found.push(format!("there is no [[file]], and it was read by `{name}`"));
                continue;
            };
            let all: BTreeSet<&String> = keys.iter().chain(was).map(|(key, _)| key).collect();
            let of = |list: &[(String, String)], key: &String| {
                list.iter().find(|(k, _)| k == key).map_or("not there", |(_, v)| v.as_str()).to_owned()
            };
            for key in all {
                let (says, was) = (of(keys, key), of(was, key));
                if says != was {
                    found.push(format!("`{name}`: {key} is {says}, and it was read by {was}"));
                }
            }
        }
        found
    }
}

impl Reading {
    fn of(file: &FileDescription, partial: bool) -> Self {
        let one_code = matches!(file.code, CodeFrom::Constant(_));
        let full = |covers: Covers| covers == Covers::Full && !partial && !one_code;
        Self {
            name: file.name.clone(),
            days: match &file.period {
                PeriodFrom::Column { days, .. } => *days,
                PeriodFrom::Constant(_) => 1,
            },
            all_codes: AllCodes { finals: full(file.coverage), preliminary: full(file.preliminary_coverage) },
            keys: reading(file),
        }
    }
}

impl Reading {
    /// The measures in which it reads figures of a flow.
    fn measures(&self, flow: Stage) -> Vec<Measure> {
        let amounts =
            self.keys.iter().filter(|(key, _)| key.starts_with("value.") || key.starts_with("quantity."));
        let mut found = Vec::new();
        for (key, says) in amounts {
            let Some(unit) = says.strip_prefix(flow.as_str()).and_then(|rest| rest.strip_prefix(" in "))
            else {
                continue;
            };
            let units = format!("{key}.units.");
            let by_column = self.keys.iter().filter(|(other, _)| other.starts_with(&units));
            found.extend(by_column.filter_map(|(_, says)| Measure::parse(says)));
            found.extend(Measure::parse(unit.strip_suffix(MAY_BE_EMPTY).unwrap_or(unit)));
        }
        found
    }
}

/// What is said of an amount whose field may be empty.
const MAY_BE_EMPTY: &str = ", may be empty";

/// The word of a frequency, as in source files.
fn word(frequency: Frequency) -> &'static str {
    match frequency {
        Frequency::Annual => "annual",
        Frequency::Quarterly => "quarterly",
        Frequency::Monthly => "monthly",
        Frequency::Daily => "daily",
    }
}

/// The first day of the first period that is covered, and of the last.
fn stretch(covers: &HashMap<(Stage, Party), Cover>, frequency: Frequency) -> Option<(Date, Date)> {
    let spans = || {
        covers
            .values()
            .flat_map(|c| [&c.finals, &c.preliminary].into_iter().flat_map(|s| s.all.iter().chain(&s.rows)))
    };
    let first = spans().map(|(a, _)| *a).min()?;
    let last = spans().map(|(_, b)| *b).max()?;
    Some((frequency.point(first).start(), frequency.point(last).start()))
}

/// The editions by which codes are read from one day to another.
fn editions(all: &[Edition], first: Date, last: Date) -> String {
    let at_first = all.iter().rev().find(|e| e.from <= first).map(|e| e.name.clone());
    let later = all.iter().filter(|e| first < e.from && e.from <= last);
    let later = later.map(|e| format!("{} from {}", e.name, e.from));
    at_first.into_iter().chain(later).collect::<Vec<_>>().join(", ")
}

/// Each key of a description in words. A key that is added to descriptions is added here.
fn reading(file: &FileDescription) -> Vec<(String, String)> {
    let FileDescription {
        name: _,
        dialect,
        coverage,
        preliminary_coverage,
        duplicates,
        filter,
        none,
        flags,
        ignore: _,
        period,
        partner,
        code,
        pattern,
        code_drop,
        values,
        quantities,
        finality,
        vintage,
    } = file;
    let covers = |c: &Covers| if *c == Covers::Full { "full" } else { "rows" }.to_owned();
    let mut keys = BTreeMap::from([
        ("coverage".to_owned(), covers(coverage)),
        ("preliminary_coverage".to_owned(), covers(preliminary_coverage)),
        (
            "duplicates".to_owned(),
            match duplicates {
                Duplicates::Refuse => "refuse",
                Duplicates::Sum => "sum",
                Duplicates::SumAll => "sum-all",
            }
            .to_owned(),
        ),
    ]);
    let list = |set: &BTreeSet<String>| set.iter().cloned().collect::<Vec<_>>().join(", ");
    let mut put = |key: String, value: String| {
        keys.insert(key, value);
    };
    for (key, said) in dialect.words() {
        put(format!("dialect.{key}"), said);
    }
    if !code_drop.is_empty() {
        put("code.drop".to_owned(), code_drop.clone());
    }
    for Filter { column, keep, other_series, others_are_other_series, unknown, strict: _ } in filter {
        put(format!("where.{column}"), list(keep));
        if !other_series.is_empty() || *others_are_other_series {
            let others = if *others_are_other_series { "every other" } else { "" };
            let parts = [list(other_series), others.to_owned()];
            put(
                format!("where.{column}.other_series"),
                parts.into_iter().filter(|p| !p.is_empty()).collect::<Vec<_>>().join(", "),
            );
        }
        if !unknown.is_empty() {
            put(format!("where.{column}.unknown"), list(unknown));
        }
    }
    if !none.is_empty() {
        put("none".to_owned(), list(none));
    }
    if let Some(flags) = flags {
        flags_reading("flags", flags, &mut put);
    }
    put(
        "period".to_owned(),
        match period {
            // Which labels a release uses is kept with it.
            PeriodFrom::Column { column, compact, days, labels: _ } => {
                let compact = if *compact { ", compact" } else { "" };
                let days = if *days == 1 { String::new() } else { format!(", {days} days") };
                format!("column `{column}`{compact}{days}")
            }
            PeriodFrom::Constant(ordinal) => format!("constant {ordinal}"),
        },
    );
    match partner {
        PartnerFrom::Constant(party) => put("partner".to_owned(), format!("constant {party}")),
        PartnerFrom::Column { column, map, skip_others } => {
            let others = if *skip_others { ", others skipped" } else { "" };
            put("partner".to_owned(), format!("column `{column}`{others}"));
            for (name, party) in map {
                put(format!("partner.map.{name}"), party.to_string());
            }
        }
    }
    put(
        "code".to_owned(),
        match code {
            CodeFrom::Column(column) => format!("column `{column}`"),
            CodeFrom::LongestOf(columns) => format!("longest of {}", columns.join(", ")),
            CodeFrom::Join(columns) => format!("join of {}", columns.join(", ")),
            CodeFrom::Constant(code) => format!("constant {code}"),
        },
    );
    put(
        "code.pattern".to_owned(),
        match pattern {
            CodePattern::Name => "name".to_owned(),
            CodePattern::Digits { .. } => "digits".to_owned(),
        },
    );
    for (kind, amounts) in [("value", values), ("quantity", quantities)] {
        for amount in amounts {
            amount_reading(kind, amount, &mut put);
        }
    }
    if let Some(finality) = finality {
        let of = if finality.last_period_only { ", of the last period" } else { "" };
        put("finality".to_owned(), format!("column `{}`{of}", finality.column));
        put("finality.final".to_owned(), list(&finality.finals));
        put("finality.preliminary".to_owned(), list(&finality.preliminary));
    }
    if let Some(vintage) = vintage {
        let order = vintage.order_by.as_ref().map(|c| format!(", order by `{c}`")).unwrap_or_default();
        put("vintage".to_owned(), format!("column `{}`{order}", vintage.column));
    }
    keys.into_iter().collect()
}

fn flags_reading(key: &str, flags: &Flags, put: &mut impl FnMut(String, String)) {
    let at = flags.column.as_ref().map_or_else(|| "inside".to_owned(), |column| format!("column `{column}`"));
    put(key.to_owned(), at);
    for (name, flag) in &flags.map {
        let says = match flag {
            Flag::Unknown => "unknown",
            Flag::Preliminary => "preliminary",
            Flag::Revised => "revised",
            Flag::Nothing => "nothing",
        };
        put(format!("{key}.{name}"), says.to_owned());
    }
}

fn amount_reading(kind: &str, amount: &Amount, put: &mut impl FnMut(String, String)) {
    let key = format!("{kind}.{}", amount.column);
    let empty = if amount.may_be_empty { MAY_BE_EMPTY } else { "" };
    if let Some(flags) = &amount.flags {
        flags_reading(&format!("{key}.flags"), flags, put);
    }
    if kind == "quantity" {
        let zero = match amount.zero {
            Absence::Zero => "zero",
            Absence::Unknown => "unknown",
        };
        put(format!("{key}.zero"), zero.to_owned());
    }
    match &amount.unit {
        UnitFrom::Fixed(m) => put(key, format!("{} in {m}{empty}", amount.flow)),
        UnitFrom::Column { column, units, none } => {
            put(key.clone(), format!("{} in the unit of `{column}`{empty}", amount.flow));
            for (name, m) in units {
                put(format!("{key}.units.{name}"), m.to_string());
            }
            for name in none {
                put(format!("{key}.units.{name}"), "none".to_owned());
            }
        }
    }
}
