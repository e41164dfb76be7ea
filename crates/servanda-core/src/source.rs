//! A source: who publishes a statistic and on what basis.

use crate::{CodeLengths, Currency, Date, Dimension, Frequency, Party, words};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::fmt;

/// The stage of trade that a flow measures. Stages are different flows and are never mixed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// Imports as customs of the importer record them.
    Imports,
    /// Exports as customs of the exporter record them.
    Exports,
    /// Said, not ordered.
    Announced,
    /// Ordered.
    Booked,
    /// Loaded.
    Shipped,
    /// Cleared into the importer's territory.
    Entered,
    /// Paid for.
    Paid,
}

impl Stage {
    /// Every stage.
    pub const ALL: [Self; 7] = [
        Self::Imports,
        Self::Exports,
        Self::Announced,
        Self::Booked,
        Self::Shipped,
        Self::Entered,
        Self::Paid,
    ];

    /// The word, as in rules and source files.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Imports => "imports",
            Self::Exports => "exports",
            Self::Announced => "announced",
            Self::Booked => "booked",
            Self::Shipped => "shipped",
            Self::Entered => "entered",
            Self::Paid => "paid",
        }
    }

    /// Reads the word.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == text)
    }
}

impl fmt::Display for Stage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

words! {
    /// What a source is a statistic of.
    Covers {
        /// Goods alone.
        Goods = "goods",
        /// Services alone.
        Services = "services",
        /// Both, in figures that are not told apart.
        GoodsAndServices = "goods and services",
    }
}

impl Covers {
    /// Whether goods are in it.
    pub fn goods(self) -> bool {
        matches!(self, Self::Goods | Self::GoodsAndServices)
    }

    /// Whether services are in it.
    pub fn services(self) -> bool {
        matches!(self, Self::Services | Self::GoodsAndServices)
    }
}

words! {
    /// Whose side records a figure.
    RecordedBy {
        /// The side that buys.
        Importer = "importer",
        /// The side that sells.
        Exporter = "exporter",
        /// Either: the source has flows of both.
        Both = "both",
    }
}

words! {
    /// Whether figures are adjusted for seasons.
    Seasonal {
        /// They are as recorded.
        NotAdjusted = "not adjusted",
        /// Seasons are taken out.
        Adjusted = "adjusted",
    }
}

/// What a figure of a source is a figure of. Each key is mandatory in a source's file; `line` prints all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub struct Basis {
    /// Goods, services or both.
    pub covers: Covers,
    /// Whose side records it.
    pub side: RecordedBy,
    /// `general imports`, `imports for consumption`, `total exports`, `domestic exports`, or what else it is.
    pub trade: String,
    /// `FAS`, `FOB`, `customs value`, `CIF`, or each with its flow.
    pub valuation: String,
    /// `census` or `bop`.
    pub accounting: String,
    /// Whether seasons are taken out.
    pub seasonal: Seasonal,
    /// `origin`, `consignment`, `last known destination`, or each with its flow.
    pub partner: String,
    /// The territory of each side, Hong Kong and Macao, Puerto Rico and free zones named.
    pub territory: String,
    /// The currency of its money figures.
    pub currency: Currency,
    /// How secrecy suppresses figures.
    pub secrecy: String,
}

impl Basis {
    /// The basis as far as its accounting, for short tables.
    pub fn brief(&self) -> String {
        format!(
            "{}, {}, {}, {}, {} basis",
            self.covers,
            match self.side {
                RecordedBy::Both => "both sides".to_owned(),
                RecordedBy::Importer | RecordedBy::Exporter => format!("{}'s side", self.side),
            },
            self.trade,
            self.valuation,
            self.accounting,
        )
    }

    /// The basis in one line, as printed with each figure.
    pub fn line(&self) -> String {
        format!(
            "{}, {}, partner by {}, {}, {}; {}",
            self.brief(),
            self.seasonal,
            self.partner,
            self.territory,
            self.currency,
            self.secrecy
        )
    }

    /// Whether `basis NAME` of a flow names it: one of its closed words, or a whole phrase of what it says of trade, valuation,
    /// accounting or partner, with hyphens for spaces. Phrases stand between commas or `and`, without what is in parentheses;
    /// `exports FAS` is also `FAS`. A word from the middle of a phrase is no name: `adjusted` does not name `not adjusted`.
    pub fn is_named(&self, name: &str) -> bool {
        let slug = |text: &str| text.split_whitespace().collect::<Vec<_>>().join("-").to_lowercase();
        let closed = [self.covers.as_str(), self.side.as_str(), self.seasonal.as_str()];
        if closed.iter().any(|word| slug(word) == name) {
            return true;
        }
        [&self.trade, &self.valuation, &self.accounting, &self.partner].into_iter().any(|text| {
            let plain = without_parentheses(text);
            let named = |phrase: &str| {
                let words = slug(phrase);
                let of_flow = words.strip_prefix("exports-").or_else(|| words.strip_prefix("imports-"));
                words == name || of_flow.is_some_and(|rest| rest.strip_prefix("by-").unwrap_or(rest) == name)
            };
            named(&plain) || plain.split([',', ';']).flat_map(|part| part.split(" and ")).any(named)
        })
    }
}

fn without_parentheses(text: &str) -> String {
    let mut depth = 0usize;
    let outside = |c: &char| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => return depth == 0,
        }
        false
    };
    text.chars().filter(outside).collect()
}

/// One flow of a source.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct FlowDecl {
    /// Its stage.
    pub stage: Stage,
    /// Whether a figure of it can never be below zero, so that what is missing can only add.
    pub non_negative: bool,
    /// The dimensions in which it is published: money and, where quantities are, theirs.
    pub dimensions: Vec<Dimension>,
}

/// The edition of the classification for periods from a day on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Edition {
    /// `HS2012`, `HS2017`, `HS2022`, `schedule-b`, or a source's own name.
    pub name: String,
    /// The first day of the first period that it holds for.
    pub from: Date,
}

/// What it means that a code inside a source's coverage has no figure.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub enum Absence {
    /// There was no trade.
    Zero,
    /// Trade may have taken place and is not shown.
    Unknown,
}

/// Absence by code range; the longest declared prefix of a code decides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct AbsenceRules {
    /// Where no prefix matches.
    pub default: Absence,
    /// Prefix and meaning.
    pub ranges: Vec<(String, Absence)>,
}

impl AbsenceRules {
    /// What absence of one code means.
    pub fn of(&self, code: &str) -> Absence {
        self.ranges
            .iter()
            .filter(|(prefix, _)| code.starts_with(prefix.as_str()))
            .max_by_key(|(prefix, _)| prefix.len())
            .map_or(self.default, |(_, absence)| *absence)
    }

    /// The declared prefixes below a code (longer than it) whose absence is unknown.
    pub fn unknown_below<'a>(&'a self, code: &'a str) -> impl Iterator<Item = &'a str> {
        self.ranges
            .iter()
            .filter(move |(p, a)| *a == Absence::Unknown && p.len() > code.len() && p.starts_with(code))
            .map(|(p, _)| p.as_str())
    }
}

/// When a source stops revising a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RevisionWindow {
    /// Months after the end of the calendar year in which the period ends.
    pub months_after_year: u16,
}

impl RevisionWindow {
    /// The last day on which a period that ends on `end` may still be revised.
    pub fn closes(&self, end: Date) -> Date {
        use jiff::ToSpan;
        Date::new(end.year(), 12, 31)
            .ok()
            .and_then(|d| d.checked_add(i32::from(self.months_after_year).months()).ok())
            .map_or(end, |d| d.last_of_month())
    }
}

/// A remark that is shown wherever a vintage is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Mark {
    /// Vintages published from this day on, included; all if none.
    pub from: Option<Date>,
    /// Vintages published before this day, not included; all if none.
    pub before: Option<Date>,
    /// What to know about them.
    pub note: String,
}

/// What the files of a source declare of its codes beyond what its classification says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DeclaredCodes {
    /// Numbers of digits.
    pub lengths: BTreeSet<usize>,
    /// Codes of other lengths, as they are printed.
    pub printed: BTreeSet<String>,
}

/// Who publishes a statistic, and on what basis.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Source {
    /// Its id: lower case, digits and hyphens.
    pub id: String,
    /// What it is called.
    pub title: String,
    /// What a sentence calls its figures: `US exports`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub short: Option<String>,
    /// Who publishes it.
    pub publisher: String,
    /// The party whose statistics these are.
    pub reporter: Party,
    /// For a derived series, what was done to which statistics; it never counts for a finding.
    pub derived: Option<String>,
    /// Keys of its description that nobody has filled in yet (`CHECK`); with any of them it counts in no finding.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub unfilled: Vec<String>,
    /// Its basis.
    pub basis: Basis,
    /// How often figures are published.
    pub frequency: Frequency,
    /// Days from the end of a period until its figures are out, at the latest.
    pub lag_days: u16,
    /// Until when a period may be revised; none if the source says that it never revises.
    pub revision: Option<RevisionWindow>,
    /// Its flows.
    pub flows: Vec<FlowDecl>,
    /// The classification by period, oldest first.
    pub editions: Vec<Edition>,
    /// The most digits at which it publishes; none where codes are a source's own names.
    pub depth: Option<u8>,
    /// What its files declare of its codes.
    #[serde(default)]
    pub declared_codes: DeclaredCodes,
    /// The code of all products together, where it has one.
    pub total: Option<String>,
    /// What absence inside its coverage means.
    pub absence: AbsenceRules,
    /// A source of the same flow at coarser codes that bounds what this one does not hold.
    pub parent: Option<String>,
    /// Whether a figure that was published before its period ended is the sum up to then; without this it may as well be
    /// an estimate of the whole, and proves nothing.
    pub so_far: bool,
    /// The month and day of each year from which its figures are summed, where they are sums since then; none where each
    /// is of its own period.
    pub cumulative: Option<(i8, i8)>,
    /// Remarks on vintages.
    pub marks: Vec<Mark>,
}

impl Source {
    /// The flow of a stage.
    pub fn flow(&self, stage: Stage) -> Option<&FlowDecl> {
        self.flows.iter().find(|f| f.stage == stage)
    }

    /// Whether it has figures for a code by itself: it is no longer than the source publishes, or the source declares
    /// what absence means of a code that is (some lines can be kept apart at more digits than the rest).
    pub fn tells_apart(&self, code: &str) -> bool {
        let Some(depth) = self.depth.map(usize::from) else { return true };
        code.len() <= depth
            || self
                .absence
                .ranges
                .iter()
                .any(|(range, _)| range.len() > depth && code.starts_with(range.as_str()))
    }

    /// How long its codes are: as in its classifications, as deep as it publishes, and as its files declare. Of a source with
    /// names of its own, any.
    pub fn code_lengths(&self) -> CodeLengths {
        let Some(depth) = self.depth.map(usize::from) else { return CodeLengths::of("") };
        let editions: Vec<&str> = self.editions.iter().map(|e| e.name.as_str()).collect();
        let lengths = CodeLengths::of_any(&editions);
        let lengths = if depth == 0 { lengths } else { lengths.and(depth) };
        let declared = &self.declared_codes;
        declared.lengths.iter().copied().fold(lengths, CodeLengths::and).and_printed(&declared.printed)
    }

    /// Why its figures count for nothing, if they do: they are worked out from those of others, or nobody has said on what basis
    /// they are.
    pub fn counts_not(&self) -> Option<String> {
        if let Some(how) = &self.derived {
            return Some(format!("{} is a derived series and never counts: {how}", self.id));
        }
        (!self.unfilled.is_empty()).then(|| {
            let keys = self.unfilled.join(", ");
            format!("{} counts for nothing until its source file says what stands as CHECK: {keys}", self.id)
        })
    }

    /// In which key a source that is named as another's parent is not on the other's basis, so that what it says bounds nothing
    /// of the other's. Texts are compared as they are written.
    pub fn unlike(&self, parent: &Self) -> Option<&'static str> {
        let (own, other) = (&self.basis, &parent.basis);
        let alike = [
            ("reporter", self.reporter == parent.reporter),
            ("covers", own.covers == other.covers),
            ("side", own.side == other.side),
            ("trade", own.trade == other.trade),
            ("valuation", own.valuation == other.valuation),
            ("accounting", own.accounting == other.accounting),
            ("seasonal", own.seasonal == other.seasonal),
            ("partner", own.partner == other.partner),
            ("territory", own.territory == other.territory),
            ("currency", own.currency == other.currency),
            ("edition", self.editions == parent.editions),
        ];
        alike.into_iter().find(|(_, alike)| !alike).map(|(key, _)| key)
    }

    /// The remarks on a vintage that was published on `day`.
    pub fn marks_on(&self, day: Date) -> impl Iterator<Item = &str> {
        self.marks
            .iter()
            .filter(move |m| m.from.is_none_or(|f| f <= day) && m.before.is_none_or(|b| day < b))
            .map(|m| m.note.as_str())
    }

    /// The last day by which the figures of a period that ends on `end` are out.
    pub fn published_by(&self, end: Date) -> Date {
        use jiff::ToSpan;
        end.checked_add(i32::from(self.lag_days).days()).unwrap_or(Date::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basis_is_named_by_whole_phrases() {
        let basis = Basis {
            covers: Covers::GoodsAndServices,
            side: RecordedBy::Exporter,
            trade: "total exports (domestic and foreign) and general imports".into(),
            valuation: "exports FAS, imports customs value".into(),
            accounting: "census".into(),
            seasonal: Seasonal::NotAdjusted,
            partner: "exports by last known destination, imports by origin; not checked".into(),
            territory: "Puerto Rico".into(),
            currency: Currency::USD,
            secrecy: "none".into(),
        };
        for name in [
            "goods-and-services",
            "exporter",
            "not-adjusted",
            "total-exports",
            "general-imports",
            "fas",
            "exports-fas",
            "customs-value",
            "census",
            "last-known-destination",
            "origin",
        ] {
            assert!(basis.is_named(name), "{name}");
        }
        for name in [
            "adjusted", "goods", "services", "importer", "domestic", "total", "known", "value", "checked",
            "bop", "",
        ] {
            assert!(!basis.is_named(name), "{name}");
        }
        let adjusted = Basis { seasonal: Seasonal::Adjusted, ..basis };
        assert!(adjusted.is_named("adjusted") && !adjusted.is_named("not-adjusted"));
    }

    #[test]
    fn the_longest_range_says_what_absence_means() {
        let rules = AbsenceRules {
            default: Absence::Zero,
            ranges: vec![
                ("2711".into(), Absence::Unknown),
                ("271111".into(), Absence::Zero),
                ("2905".into(), Absence::Unknown),
            ],
        };
        assert_eq!(rules.of("271119"), Absence::Unknown);
        assert_eq!(rules.of("27111100"), Absence::Zero);
        assert_eq!(rules.of("8802"), Absence::Zero);
        assert_eq!(rules.unknown_below("27").collect::<Vec<_>>(), ["2711"]);
    }

    #[test]
    fn a_revision_window_ends_with_its_month() {
        let window = RevisionWindow { months_after_year: 43 };
        assert_eq!(window.closes(Date::constant(2020, 6, 30)), Date::constant(2024, 7, 31));
    }
}
