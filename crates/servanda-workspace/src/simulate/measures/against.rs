//! A chapter's predicted change, with its range, beside what was observed.

use crate::simulate::rates::Rates;
use servanda_model::ModelError;
use servanda_model::smart::{Elasticities, Supplier, smart};
use servanda_remedy::{ByCase, Elasticity};

/// Elasticities of a chapter.
#[derive(Debug, Clone, Copy)]
pub(super) struct Cases {
    demand: ByCase,
    substitution: ByCase,
}

impl Cases {
    /// Those of a row of the table.
    pub fn of(row: &Elasticity) -> Self {
        Self { demand: row.demand, substitution: row.substitution }
    }

    /// Low, central, high: demand and substitution.
    fn each(&self) -> [(f64, f64); 3] {
        let Self { demand, substitution } = self;
        [
            (demand.low, substitution.low),
            (demand.central, substitution.central),
            (demand.high, substitution.high),
        ]
    }
}

/// What is predicted for a chapter, in money.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Predicted {
    /// With trade weights and the central elasticities.
    pub central: f64,
    /// The lowest over both means of rates and all elasticities.
    pub low: f64,
    /// The highest.
    pub high: f64,
    /// The central change by the formula of the book's page, for the certificate; none where a tariff falls.
    pub by_hand: Option<f64>,
}

/// A chapter.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Chapter {
    pub code: String,
    /// Imports before, in money.
    pub base: f64,
    /// Imports in the year that is held against it, in money.
    pub observed: f64,
    pub weighed: Option<Rates>,
    pub simple: Option<Rates>,
    pub share: Option<f64>,
    /// None where a rate, a share or elasticities lack, or nothing was imported.
    pub predicted: Option<Predicted>,
}

impl Chapter {
    /// The observed change, in money.
    pub fn change(&self) -> f64 {
        self.observed - self.base
    }

    /// What was observed less what was predicted, in money.
    pub fn miss(&self) -> Option<f64> {
        self.predicted.map(|p| self.change() - p.central)
    }

    /// Whether what was observed lies within the range.
    pub fn within(&self) -> Option<bool> {
        self.predicted.map(|p| (p.low..=p.high).contains(&self.change()))
    }

    /// A sum of money as percent of imports before; NaN where there were none.
    pub fn percent(&self, money: f64) -> f64 {
        if self.base > 0.0 { 100.0 * money / self.base } else { f64::NAN }
    }
}

/// Works a chapter: imports before and observed; rates as trade and as lines weigh them; the supplier's share.
pub(super) fn chapter(
    code: &str,
    (base, observed): (f64, f64),
    (weighed, simple): (Option<&Rates>, Option<&Rates>),
    share: Option<f64>,
    cases: Option<Cases>,
) -> Result<Chapter, ModelError> {
    let mut predicted = None;
    if let (Some(main), Some(share), Some(cases)) = (weighed, share.filter(|s| *s > 0.0), cases)
        && base > 0.0
    {
        let change = |rates: &Rates, (demand, substitution): (f64, f64)| {
            let (before, after) = (rates.before / 100.0, rates.after / 100.0);
            let others = base * (1.0 - share) / share;
            let supplier = |name: &str, imports, after| Supplier {
                name: format!("{name}, chapter {code}"),
                imports,
                before,
                after,
            };
            let sides = [supplier("the origin", base, after), supplier("others", others, before)];
            let elasticities = Elasticities { demand: -demand, supply: f64::INFINITY, substitution };
            smart(&sides, elasticities).map(|found| found.first().map_or(f64::NAN, |c| c.imports - base))
        };
        let [_, central, _] = cases.each();
        let mut ends = Vec::new();
        for rates in [weighed, simple].into_iter().flatten() {
            for case in cases.each() {
                ends.push(change(rates, case)?);
            }
        }
        let dearer = (main.after - main.before) / (100.0 + main.before);
        let fall = (central.0 + (1.0 - share) * central.1) * dearer;
        predicted = Some(Predicted {
            central: change(main, central)?,
            low: ends.iter().copied().fold(f64::INFINITY, f64::min),
            high: ends.iter().copied().fold(f64::NEG_INFINITY, f64::max),
            by_hand: (dearer >= 0.0).then_some(-base * fall.min(1.0)),
        });
    }
    Ok(Chapter {
        code: code.to_owned(),
        base,
        observed,
        weighed: weighed.copied(),
        simple: simple.copied(),
        share,
        predicted,
    })
}

/// How far two columns rank alike, from -1 to 1 (Spearman); equal figures share their rank. None for fewer than two, or where a
/// column is all the same.
pub(super) fn rank_correlation(pairs: &[(f64, f64)]) -> Option<f64> {
    let ranks = |of: &dyn Fn(&(f64, f64)) -> f64| -> Vec<f64> {
        let rank = |x: f64| {
            let below = pairs.iter().filter(|p| of(p) < x).count() as f64;
            let same = pairs.iter().filter(|p| of(p) == x).count() as f64;
            below + (same + 1.0) / 2.0
        };
        pairs.iter().map(|p| rank(of(p))).collect()
    };
    let (left, right) = (ranks(&|p| p.0), ranks(&|p| p.1));
    let middle = (pairs.len() as f64 + 1.0) / 2.0;
    let product =
        |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(x, y)| (x - middle) * (y - middle)).sum::<f64>();
    let size = (product(&left, &left) * product(&right, &right)).sqrt();
    (size > 0.0).then(|| product(&left, &right) / size)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cases() -> Cases {
        let by = |low, central, high| ByCase { low, central, high };
        Cases { demand: by(1.0, 1.5, 2.0), substitution: by(0.5, 1.0, 1.5) }
    }

    fn rates(before: f64, after: f64) -> Rates {
        Rates { before, after, lines: 1, weight: 1.0 }
    }

    #[test]
    fn a_chapter_by_hand() {
        let (main, other) = (rates(0.0, 10.0), rates(0.0, 20.0));
        let found =
            chapter("84", (100.0, 90.0), (Some(&main), Some(&other)), Some(0.5), Some(cases())).unwrap();
        let p = found.predicted.unwrap();
        // 100 x (1.5 + 0.5 x 1.0) x 0.1; the ends: 1.25 x 0.1 and 2.75 x 0.2.
        assert!((p.central + 20.0).abs() < 1e-9 && (p.high + 12.5).abs() < 1e-9, "{p:?}");
        assert!((p.low + 55.0).abs() < 1e-9 && (p.by_hand.unwrap() + 20.0).abs() < 1e-9, "{p:?}");
        assert!((found.miss().unwrap() - 10.0).abs() < 1e-9);
        assert_eq!(found.within(), Some(false));
        let none = chapter("98", (100.0, 90.0), (None, None), Some(0.5), Some(cases())).unwrap();
        assert_eq!((none.predicted, none.miss(), none.within()), (None, None, None));
        // Never more than was imported.
        let all = rates(0.0, 400.0);
        let found = chapter("84", (100.0, 0.0), (Some(&all), None), Some(0.5), Some(cases())).unwrap();
        assert!((found.predicted.unwrap().central + 100.0).abs() < 1e-9);
    }

    #[test]
    fn ranks_with_ties() {
        assert_eq!(rank_correlation(&[(1.0, 10.0), (2.0, 20.0), (3.0, 90.0)]), Some(1.0));
        assert_eq!(rank_correlation(&[(1.0, 3.0), (2.0, 2.0), (3.0, 1.0)]), Some(-1.0));
        assert_eq!(rank_correlation(&[(1.0, 3.0), (1.0, 2.0)]), None);
        let tied = rank_correlation(&[(1.0, 1.0), (1.0, 2.0), (2.0, 3.0)]).unwrap();
        assert!((tied - 1.5 / 3f64.sqrt()).abs() < 1e-12, "{tied}");
    }
}
