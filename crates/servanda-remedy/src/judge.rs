//! The yardstick turned round: what a measure that is held does.

use super::effects::{CASES, Case, Effect, EffectModel, Line};
use schemars::JsonSchema;
use serde::Serialize;

/// What a measure does in a year under one case.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct JudgedCase {
    /// The case.
    pub case: Case,
    /// The sum over all lines.
    pub effect: Effect,
}

/// A measure by the same yardstick. Its own harm is that of the side that charges it.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Judged {
    /// How many lines, or codes of trade, it charges.
    pub lines: usize,
    /// The trade on them.
    pub trade: f64,
    /// What it adds, on average over that trade, in percent of value.
    pub mean_added_percent: f64,
    /// By case.
    pub cases: Vec<JudgedCase>,
}

/// Sums what added duties, as fractions of value, do on lines. Lines to which nothing is added are left out.
pub fn judge(lines: &[(Line, f64)], model: &dyn EffectModel) -> Judged {
    let charged: Vec<&(Line, f64)> = lines.iter().filter(|(_, added)| *added > 0.0).collect();
    let trade: f64 = charged.iter().map(|(l, _)| l.trade).sum();
    let weighed: f64 = charged.iter().map(|(l, added)| l.trade * added).sum();
    let of = |case| {
        let mut effect = Effect::default();
        for (line, added) in &charged {
            effect += &model.effect(line, *added, case);
        }
        JudgedCase { case, effect }
    };
    Judged {
        lines: charged.len(),
        trade,
        mean_added_percent: if trade > 0.0 { 100.0 * weighed / trade } else { 0.0 },
        cases: CASES.map(of).into(),
    }
}
