//! The problem: which line at which rate, so that effects add up to the target at the least own harm.

use super::effects::{Case, Effect, EffectModel, Line};
use super::{Rate, RemedyError};
use schemars::JsonSchema;
use serde::Serialize;
use std::collections::BTreeMap;
use std::fmt;

/// What is to equal the target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum MatchBy {
    /// Duty collected on the respondent's goods, after less before.
    Revenue,
    /// Imports from the respondent, before less after.
    TradeEffect,
}

impl MatchBy {
    /// The part of an effect that counts.
    pub fn of(self, effect: &Effect) -> f64 {
        match self {
            Self::Revenue => effect.revenue,
            Self::TradeEffect => effect.trade_effect,
        }
    }
}

impl fmt::Display for MatchBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Revenue => "revenue",
            Self::TradeEffect => "trade effect",
        })
    }
}

/// How much of the target a chapter may bear, as a fraction of it.
#[derive(Debug, Clone, Default, PartialEq, Serialize, JsonSchema)]
pub struct Caps {
    /// Each chapter that is not named.
    pub every: Option<f64>,
    /// Chapters by name.
    pub chapters: BTreeMap<String, f64>,
}

impl Caps {
    /// The cap of a chapter.
    pub fn of(&self, chapter: &str) -> Option<f64> {
        self.chapters.get(chapter).copied().or(self.every)
    }
}

/// The problem. Money is a year's, in one currency.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The lines, in the order of their codes, each once.
    lines: Vec<Line>,
    /// The rates that may be chosen, rising.
    pub rates: Vec<Rate>,
    /// What effects are to add up to.
    pub target: f64,
    /// How far they may miss it, as a fraction of it.
    pub tolerance: f64,
    /// What counts as effect.
    pub by: MatchBy,
    /// Caps per chapter.
    pub caps: Caps,
    /// The currency.
    pub unit: String,
}

/// One line at one rate, worked out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Choice {
    pub rate: Rate,
    pub effect: f64,
    pub harm: f64,
}

/// From one choice of a line to the next one that is worth it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Step {
    pub line: usize,
    pub rate: Rate,
    pub effect: f64,
    pub harm: f64,
}

impl Problem {
    /// A problem with lines in any order.
    pub fn new(
        mut lines: Vec<Line>,
        rates: Vec<Rate>,
        target: f64,
        tolerance: f64,
        by: MatchBy,
        caps: Caps,
        unit: &str,
    ) -> Result<Self, RemedyError> {
        lines.sort_by(|a, b| a.code.cmp(&b.code));
        let bad = |what: &str| RemedyError::Input(what.to_owned());
        if lines.windows(2).any(|w| matches!(w, [a, b] if a.code == b.code)) {
            return Err(bad("a line stands twice among the lines of the remedy"));
        }
        if !(target.is_finite() && target > 0.0) {
            return Err(bad("the target is not above zero"));
        }
        if !(tolerance > 0.0 && tolerance < 1.0) {
            return Err(bad("the tolerance is to lie between 0 and 100 percent"));
        }
        if rates.is_empty() || rates.windows(2).any(|w| matches!(w, [a, b] if a >= b)) {
            return Err(bad("the rates are to rise, and there must be one"));
        }
        let sound = |l: &Line| {
            l.trade.is_finite()
                && l.trade >= 0.0
                && l.duty.is_finite()
                && l.duty >= 0.0
                && (0.0..=1.0).contains(&l.share.value)
        };
        if let Some(line) = lines.iter().find(|l| !sound(l)) {
            return Err(RemedyError::Input(format!(
                "line {}: its trade, duty or share is no number that can be used",
                line.code
            )));
        }
        Ok(Self { lines, rates, target, tolerance, by, caps, unit: unit.to_owned() })
    }

    /// The lines, in the order of their codes.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The highest rate.
    pub(super) fn most(&self) -> Rate {
        self.rates.last().copied().unwrap_or(Rate(0))
    }

    /// What each rate does on each line. A rate whose effect is not above zero is no choice.
    pub(super) fn choices(&self, model: &dyn EffectModel) -> Vec<Vec<Choice>> {
        let of = |line: &Line| {
            let all = self.rates.iter().map(|rate| {
                let effect = model.at(line, *rate, Case::Central);
                Choice { rate: *rate, effect: self.by.of(&effect), harm: effect.own_harm }
            });
            all.filter(|c| c.effect > 0.0 && c.effect.is_finite() && c.harm.is_finite()).collect()
        };
        self.lines.iter().map(of).collect()
    }

    /// The most that can be reached, with caps.
    pub(super) fn reach(&self, choices: &[Vec<Choice>]) -> f64 {
        let mut by_chapter: BTreeMap<&str, f64> = BTreeMap::new();
        for (line, own) in self.lines.iter().zip(choices) {
            let best = own.iter().map(|c| c.effect).fold(0.0, f64::max);
            *by_chapter.entry(line.chapter()).or_default() += best;
        }
        let capped = |(chapter, sum): (&str, f64)| self.cap(chapter).map_or(sum, |cap| sum.min(cap));
        by_chapter.into_iter().map(capped).sum()
    }

    /// The cap of a chapter, in money.
    pub(super) fn cap(&self, chapter: &str) -> Option<f64> {
        self.caps.of(chapter).map(|share| share * self.target)
    }

    /// The caps of all chapters that have one, in money.
    pub(super) fn room(&self) -> BTreeMap<String, f64> {
        let capped = |line: &Line| Some((line.chapter().to_owned(), self.cap(line.chapter())?));
        self.lines.iter().filter_map(capped).collect()
    }

    /// The choices of each line that no mixture of others beats, as steps of falling worth: the lower edge of effect against
    /// harm, from nothing up to the most that the line can do.
    pub(super) fn steps(&self, choices: &[Vec<Choice>]) -> Vec<Step> {
        let mut steps = Vec::new();
        for (line, own) in choices.iter().enumerate() {
            let mut points = own.clone();
            points.sort_by(|a, b| {
                a.effect.total_cmp(&b.effect).then(a.harm.total_cmp(&b.harm)).then(a.rate.cmp(&b.rate))
            });
            let nothing = Choice { rate: Rate(0), effect: 0.0, harm: 0.0 };
            let mut edge: Vec<Choice> = vec![nothing];
            for point in points {
                if edge.last().is_some_and(|last| point.effect <= last.effect) {
                    continue;
                }
                // What lies on or above the line between its neighbours is not on the edge.
                while let [.., a, b] = edge.as_slice() {
                    let left = (b.harm - a.harm) * (point.effect - a.effect);
                    let right = (point.harm - a.harm) * (b.effect - a.effect);
                    if left < right {
                        break;
                    }
                    edge.pop();
                }
                edge.push(point);
            }
            for pair in edge.windows(2) {
                if let [a, b] = pair {
                    let step =
                        Step { line, rate: b.rate, effect: b.effect - a.effect, harm: b.harm - a.harm };
                    steps.push(step);
                }
            }
        }
        steps
    }
}
