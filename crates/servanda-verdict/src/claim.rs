//! A quoted figure beside the figures of readings: which of them give it within its own rounding, and how many would give any other.
//! Nothing is said of whether a claim is true.

use crate::results::{Figure, NodeTrace, Part, Reading};
use schemars::JsonSchema;
use serde::Serialize;
use servanda_core::{Date, Dimension, Exact, Period, Status, Unit, words};

/// A figure as somebody quoted it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Quoted {
    /// As it was given
    pub text: String,
    /// In percent, or in the base unit
    pub value: Exact,
    /// `%` or the base unit
    pub unit: String,
    /// The value of one in its last digit; it is right to half of this
    pub step: Exact,
    /// What it measures.
    #[serde(skip)]
    pub dimension: Dimension,
}

impl Quoted {
    /// Reads `59 percent`, `58.9%`, `93.7 bn USD`, `$94 billion`, `12 Mt` or `12 million tonnes`. `Err` says what is wrong.
    pub fn parse(text: &str) -> Result<Self, String> {
        let trimmed = text.trim();
        let (dollars, rest) = match trimmed.strip_prefix('$') {
            Some(rest) => (true, rest),
            None => (false, trimmed),
        };
        let end =
            rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | ',' | '-'))).unwrap_or(rest.len());
        let (digits, words) = rest.split_at(end);
        let digits = without_separators(digits).ok_or_else(|| {
            format!("`{text}` has no number that can be read: write it as 1,234.5 or 1234.5")
        })?;
        let number = Exact::parse(&digits).map_err(|e| e.to_string())?;
        let places = digits.split_once('.').map_or(0, |(_, fraction)| fraction.len());
        let places = i32::try_from(places).map_err(|_| format!("`{text}` has too many digits"))?;
        let (factor, unit) = unit_of(words.trim(), dollars)?;
        Ok(Self {
            text: trimmed.to_owned(),
            value: &number * &factor,
            unit: unit.base_unit(),
            step: &Exact::power_of_ten(-places) * &factor,
            dimension: unit,
        })
    }

    /// Whether a figure is this one when it is written with as many digits.
    pub fn gives(&self, value: &Exact) -> bool {
        let two = Exact::integer(2);
        (&(value - &self.value).abs() * &two) <= self.step
    }
}

/// Digits with a point and without separators of thousands, of which each group but the first has three digits.
fn without_separators(digits: &str) -> Option<String> {
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let groups: Vec<&str> = whole.split(',').collect();
    if groups.len() > 1 && groups.iter().skip(1).any(|g| g.len() != 3)
        || fraction.is_some_and(|f| f.contains(','))
    {
        return None;
    }
    let whole = groups.concat();
    (!whole.is_empty()).then(|| fraction.map_or(whole.clone(), |f| format!("{whole}.{f}")))
}

/// How many base units of what the words behind a number are.
fn unit_of(words: &str, dollars: bool) -> Result<(Exact, Dimension), String> {
    let lower = words.to_lowercase();
    if !dollars && ["percent", "per cent", "%", "pct"].contains(&lower.as_str()) {
        return Ok((Exact::integer(1), Dimension::Percent));
    }
    let mut left: Vec<&str> = words.split_whitespace().collect();
    let power = match left.first().map(|w| w.to_lowercase()).as_deref() {
        Some("thousand") => 3,
        Some("million" | "m" | "mn" | "mio") => 6,
        Some("billion" | "bn" | "b") => 9,
        Some("trillion" | "tn") => 12,
        _ => 0,
    };
    if power > 0 {
        left.remove(0);
    }
    let name = left.join(" ");
    let unit = match name.to_lowercase().as_str() {
        "" | "dollars" | "us dollars" | "us$" if dollars || !name.is_empty() => Some("USD".to_owned()),
        "tonnes" | "metric tons" | "metric tonnes" => Some("t".to_owned()),
        "barrels" => Some("bbl".to_owned()),
        "" => None,
        _ => Some(name.clone()),
    };
    let help = "write it as `59 percent`, `93.7 bn USD` or `12 Mt`";
    let unit = unit.ok_or_else(|| format!("a number alone says not what it measures: {help}"))?;
    let unit = Unit::parse(&unit).map_err(|_| format!("`{words}` is no unit: {help}"))?;
    Ok((&unit.factor() * &Exact::power_of_ten(power), unit.dimension))
}

words! {
    /// What a figure of a reading is.
    ClaimKind {
        /// What was done over what is owed.
        Share = "share",
        /// What is missing over what is owed.
        ShareMissing = "share-missing",
        /// What was added over the base, over what was to be added.
        ShareOfIncrease = "share-of-increase",
        /// What was done over the base, less one.
        Change = "change",
        /// What was done over what a pace asks for by then.
        PaceShare = "pace-share",
        /// What was done.
        Actual = "actual",
        /// What is owed.
        Required = "required",
        /// What is owed less what was done.
        Missing = "missing",
        /// What the rule is measured from.
        Base = "base",
        /// What was added over the base.
        Increase = "increase",
        /// What was done through the end of a pace.
        PaceActual = "pace-actual",
        /// What a pace asks for by then.
        PaceRequired = "pace-required",
    }
}

/// One figure of one reading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClaimReading {
    /// The commitment
    pub commitment: String,
    /// The source or side
    pub source: String,
    /// The definition
    pub definition: String,
    /// Whether the source counts for the finding
    pub counts: bool,
    /// Whether it is the other side's record
    pub proxy: bool,
    /// What it is
    pub kind: ClaimKind,
    /// By which pace, of a figure of one
    pub pace: Option<String>,
    /// The period that it is of
    pub period: String,
    /// The last sub-period of a pace
    pub through: Option<String>,
    /// The first day as of which it is so, of those that were tried
    pub as_of: Date,
    /// The last of them
    pub until: Date,
    /// The source's publications that it rests on
    pub vintages: Vec<String>,
    /// In percent, or in the base unit
    pub value: Exact,
    /// `%` or the base unit
    pub unit: String,
    /// What the reading is as of that day
    pub status: Status,
    /// The quoted figure less this one
    pub difference: Exact,
}

/// Where a reading stands.
pub struct Stood<'a> {
    /// The commitment's id.
    pub commitment: &'a str,
    /// The day asked for.
    pub as_of: Date,
    /// Whether paces are asked for alone, since the period quoted ends before that of the rule.
    pub paces_only: bool,
}

/// The figures of a reading that can be set beside a quoted one.
pub fn figures_of(quoted: &Quoted, stood: &Stood<'_>, reading: &Reading) -> Vec<ClaimReading> {
    let mut found = Vec::new();
    let mut add = |kind, value: Option<Exact>, pace: Option<&str>, period: &str, through: Option<&String>| {
        let Some(value) = value else { return };
        found.push(ClaimReading {
            commitment: stood.commitment.to_owned(),
            source: reading.source.clone(),
            definition: reading.definition.clone(),
            counts: reading.counts,
            proxy: reading.proxy,
            kind,
            pace: pace.map(str::to_owned),
            period: period.to_owned(),
            through: through.cloned(),
            as_of: stood.as_of,
            until: stood.as_of,
            vintages: reading.vintages.clone(),
            difference: &quoted.value - &value,
            unit: quoted.unit.clone(),
            value,
            status: reading.status,
        });
    };
    let percent = quoted.dimension == Dimension::Percent;
    let hundred = Exact::integer(100);
    let share = |a: &Exact, b: &Exact| a.checked_div(b).filter(|_| !b.is_negative()).map(|x| &x * &hundred);
    let of_period = period_of(&reading.trace).map(|p| p.to_string()).unwrap_or_default();
    let mut compared =
        |actual: &Option<Figure>, required: &Option<Figure>, period: &str, base: Option<&Exact>| {
            let held = |f: &Option<Figure>| {
                let figure = f.as_ref().filter(|f| percent || f.dimension == quoted.dimension)?;
                figure.bounds.value.clone()
            };
            let bounded = required.as_ref().is_none_or(|r| r.bounds.is_bounded());
            let (a, r) = (held(actual), held(required).filter(|_| bounded));
            let both = a.as_ref().zip(r.as_ref());
            let based = a.as_ref().zip(base);
            let same =
                actual.as_ref().zip(required.as_ref()).is_some_and(|(a, r)| a.dimension == r.dimension);
            if percent {
                let of = |x: Option<(&Exact, &Exact)>| x.filter(|_| same).and_then(|(a, r)| share(a, r));
                add(ClaimKind::Share, of(both), None, period, None);
                add(ClaimKind::ShareMissing, of(both).map(|s| &hundred - &s), None, period, None);
                let owed = r.as_ref().zip(base).map(|(r, b)| r - b);
                let added = based.map(|(a, b)| a - b);
                let increase = added.as_ref().zip(owed.as_ref());
                add(ClaimKind::ShareOfIncrease, of(increase), None, period, None);
                add(ClaimKind::Change, of(based).map(|s| &s - &hundred), None, period, None);
                return;
            }
            add(ClaimKind::Missing, both.map(|(a, r)| r - a), None, period, None);
            add(ClaimKind::Increase, based.map(|(a, b)| a - b), None, period, None);
            add(ClaimKind::Actual, a, None, period, None);
            add(ClaimKind::Required, r, None, period, None);
            add(ClaimKind::Base, base.cloned(), None, period, None);
        };
    if !stood.paces_only {
        compared(&reading.actual, &reading.required, &of_period, base_of(&reading.trace).as_ref());
        for part in reading.parts.iter().flat_map(Part::comparisons) {
            compared(&part.actual, &part.required, &of_period, None);
        }
        for year in &reading.years {
            compared(&year.part.actual, &year.part.required, &year.period, None);
        }
    }
    let unit = reading.actual.as_ref().map(|f| f.dimension);
    for pace in &reading.pace {
        let Some((actual, required)) = &pace.exact else { continue };
        let (method, through) = (Some(pace.method.as_str()), pace.through.as_ref());
        if percent {
            add(ClaimKind::PaceShare, share(actual, required), method, &of_period, through);
        } else if unit == Some(quoted.dimension) {
            add(ClaimKind::PaceActual, Some(actual.clone()), method, &of_period, through);
            add(ClaimKind::PaceRequired, Some(required.clone()), method, &of_period, through);
        }
    }
    found
}

/// The period of the first term of a derivation: that of a rule's left side.
pub fn period_of(node: &NodeTrace) -> Option<Period> {
    node.terms.first().map(|t| t.period).or_else(|| node.children.iter().find_map(period_of))
}

/// What a rule's right side is measured from: a figure of trade to which a fixed amount is added.
fn base_of(comparison: &NodeTrace) -> Option<Exact> {
    let [_, right] = comparison.children.as_slice() else { return None };
    let [base, added] = right.children.as_slice() else { return None };
    let value = |node: &NodeTrace| node.figure.as_ref().and_then(|f| f.bounds.value.clone());
    let fixed = added.terms.is_empty() && added.children.is_empty() && added.ledger.is_none();
    let sum = &value(base)? + &value(added)?;
    (fixed && value(right)? == sum).then(|| value(base)).flatten()
}

/// How many figures of one precision any reading gives.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ByChance {
    /// The least figure
    pub from: Exact,
    /// The greatest figure
    pub to: Exact,
    /// How many figures of the quoted one's precision lie between them
    pub figures: u64,
    /// How many of these some reading gives
    pub given: u64,
}

/// What gives a quoted figure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct ClaimAnswer {
    /// The figure
    pub quoted: Quoted,
    /// The days as of which readings were tried: each on which a publication came out, and the day asked for
    pub days: Vec<Date>,
    /// How many figures of readings were tried
    pub tried: usize,
    /// How many of them give the quoted one within its own rounding
    pub given: usize,
    /// How many other figures of the same precision, from half to twice the quoted one, some reading gives
    pub by_chance: Option<ByChance>,
    /// Those that give it
    pub readings: Vec<ClaimReading>,
    /// The nearest, where none does
    pub nearest: Vec<ClaimReading>,
    /// What the figure leaves out, of each commitment that is named above
    pub leaves_out: Vec<LeftOut>,
}

/// What a figure of one commitment does not say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// The commitment
    pub commitment: String,
    /// The source or side; null: it is of the commitment itself
    pub source: Option<String>,
    /// The definition
    pub definition: Option<String>,
    /// The same kind of figure by that reading; null where there is none
    pub value: Option<Exact>,
    /// What is to be known
    pub says: String,
}

/// The most figures that are counted one by one for [`ByChance`].
const MOST: u64 = 1_000_000;

impl ByChance {
    fn of(quoted: &Quoted, tried: &[ClaimReading]) -> Option<Self> {
        let two = Exact::integer(2);
        let size = quoted.value.abs();
        let (from, to) = (size.checked_div(&two)?, &size * &two);
        let place = |x: &Exact| x.checked_div(&quoted.step)?.round_to(0).parse::<i64>().ok();
        let (first, last) = (place(&from)?, place(&to)?);
        let figures = u64::try_from(last.checked_sub(first)?).ok()?.checked_add(1).filter(|n| *n <= MOST)?;
        let sign = |x: &Exact| x.is_negative() == quoted.value.is_negative();
        let mut hit: Vec<i64> =
            tried.iter().filter(|r| sign(&r.value)).filter_map(|r| place(&r.value.abs())).collect();
        hit.retain(|n| (first..=last).contains(n));
        hit.sort_unstable();
        hit.dedup();
        Some(Self { from, to, figures, given: u64::try_from(hit.len()).ok()? })
    }
}

/// So many of the nearest are named where none gives the figure.
const NEAREST: usize = 5;

impl ClaimAnswer {
    /// What of the figures that were tried gives the quoted one; those of one reading that did not change between days are one.
    pub fn of(quoted: Quoted, days: Vec<Date>, figures: Vec<ClaimReading>) -> Self {
        let mut tried: Vec<ClaimReading> = Vec::new();
        for one in figures {
            let same = |o: &&mut ClaimReading| {
                (&o.commitment, &o.source, &o.definition, o.kind, &o.pace, &o.period, &o.through, &o.value)
                    == (
                        &one.commitment,
                        &one.source,
                        &one.definition,
                        one.kind,
                        &one.pace,
                        &one.period,
                        &one.through,
                        &one.value,
                    )
            };
            match tried.iter_mut().find(same) {
                Some(known) => {
                    known.until = one.until;
                    (known.vintages, known.status) = (one.vintages, one.status);
                }
                None => tried.push(one),
            }
        }
        let by_chance = ByChance::of(&quoted, &tried);
        let mut readings: Vec<ClaimReading> =
            tried.iter().filter(|r| quoted.gives(&r.value)).cloned().collect();
        // What counts first, and what is owed before what a pace asks for.
        readings.sort_by_key(|r| (!r.counts, r.kind));
        let mut nearest = Vec::new();
        if readings.is_empty() {
            nearest = tried.clone();
            nearest.sort_by_key(|r| r.difference.abs());
            nearest.truncate(NEAREST);
        }
        let (tried, given) = (tried.len(), readings.len());
        Self { quoted, days, tried, given, by_chance, readings, nearest, leaves_out: Vec::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, String, String) {
        let q = Quoted::parse(text).unwrap();
        (q.value.plain(), q.unit, q.step.plain())
    }

    #[test]
    fn figures_are_read_with_their_precision() {
        let is = |text: &str, value: &str, unit: &str, step: &str| {
            assert_eq!(read(text), (value.into(), unit.into(), step.into()), "{text}");
        };
        is("59 percent", "59", "%", "1");
        is("58.9%", "58.9", "%", "0.1");
        is(" 58.90 per cent ", "58.9", "%", "0.01");
        is("93.7 bn USD", "93700000000", "USD", "100000000");
        is("$94 billion", "94000000000", "USD", "1000000000");
        is("$1,234", "1234", "USD", "1");
        is("12 Mt", "12000000", "t", "1000000");
        is("12 million tonnes", "12000000", "t", "1000000");
        is("-1.5 bn EUR", "-1500000000", "EUR", "100000000");
        for bad in [
            "",
            "percent",
            "59",
            "12,34 percent",
            "1.2.3 %",
            "12 MT",
            "12 tons",
            "$5 percent",
            "about 60 percent",
        ] {
            assert!(Quoted::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_figure_gives_what_it_rounds_to() {
        let quoted = Quoted::parse("59 percent").unwrap();
        let gives = |text: &str| quoted.gives(&Exact::parse(text).unwrap());
        assert!(gives("58.5") && gives("59.5") && gives("58.95") && !gives("58.4999") && !gives("59.51"));
    }
}
