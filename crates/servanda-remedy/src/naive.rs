//! Three lists that nobody optimised, each made to match the same target.

use super::effects::{CASES, Case, Effect, EffectModel, Line, Range};
use super::problem::Problem;
use schemars::JsonSchema;
use serde::Serialize;

/// A naive list. Rates are as fine as the match needs; caps are not kept.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Naive {
    /// What it is called.
    pub name: &'static str,
    /// How it is made.
    pub how: String,
    /// How many lines it charges.
    pub lines: usize,
    /// The effect that counts, a year.
    pub effect: f64,
    /// Own harm, a year.
    pub own_harm: f64,
    /// The effect that counts, over all cases.
    pub effect_range: Range,
    /// Own harm, over all cases.
    pub own_harm_range: Range,
    /// Whether it matches the target; if not, `effect` is as far as it reaches.
    pub matches: bool,
}

/// Halvings of an interval: enough for every digit of a float.
const HALVINGS: usize = 80;

/// Where a function reaches a value, between nothing and a point at which it has reached it.
fn where_it_reaches(value: f64, most: f64, of: impl Fn(f64) -> f64) -> f64 {
    let (mut low, mut high) = (0.0, most);
    for _ in 0..HALVINGS {
        let middle = (low + high) / 2.0;
        if of(middle) >= value { high = middle } else { low = middle }
    }
    high
}

struct Desk<'p> {
    problem: &'p Problem,
    model: &'p dyn EffectModel,
}

impl Desk<'_> {
    fn counts(&self, line: &Line, added: f64) -> f64 {
        self.problem.by.of(&self.model.effect(line, added, Case::Central))
    }

    fn close(&self, name: &'static str, how: String, charged: &[(&Line, f64)]) -> Naive {
        let under = |case: Case| {
            let mut sum = Effect::default();
            for (line, added) in charged {
                sum += &self.model.effect(line, *added, case);
            }
            (self.problem.by.of(&sum), sum.own_harm)
        };
        let (effect, own_harm) = under(Case::Central);
        let all = CASES.map(under);
        let matches = (effect / self.problem.target - 1.0).abs() <= self.problem.tolerance;
        Naive {
            name,
            how,
            lines: charged.len(),
            effect,
            own_harm,
            effect_range: Range::of(all.map(|(effect, _)| effect)),
            own_harm_range: Range::of(all.map(|(_, harm)| harm)),
            matches,
        }
    }

    /// The rate that yields most on a line, among those that may be chosen.
    fn best(&self, line: &Line) -> (f64, f64) {
        let all = self.problem.rates.iter().map(|r| (r.fraction(), self.counts(line, r.fraction())));
        all.fold((0.0, 0.0), |best, next| if next.1 > best.1 { next } else { best })
    }

    fn largest_first(&self) -> Naive {
        let most = self.problem.most();
        let mut lines: Vec<&Line> = self.problem.lines().iter().collect();
        lines.sort_by(|a, b| b.trade.total_cmp(&a.trade).then(a.code.cmp(&b.code)));
        let mut charged = Vec::new();
        let mut sum = 0.0;
        for line in lines {
            let own = self.counts(line, most.fraction());
            if own <= 0.0 {
                continue;
            }
            let wanted = self.problem.target - sum;
            if own >= wanted {
                charged.push((line, where_it_reaches(wanted, most.fraction(), |r| self.counts(line, r))));
                break;
            }
            charged.push((line, most.fraction()));
            sum += own;
        }
        let how = format!("by trade, each at {most}, the last one at what is still wanted");
        self.close("largest lines first", how, &charged)
    }

    fn pro_rata(&self) -> Naive {
        let target = self.problem.target;
        let able: Vec<(&Line, f64, f64)> = self
            .problem
            .lines()
            .iter()
            .map(|l| (l, self.best(l)))
            .filter(|(_, (_, most))| *most > 0.0)
            .map(|(l, (rate, most))| (l, rate, most))
            .collect();
        let all = |scale: f64| able.iter().map(|(l, _, most)| (scale * l.trade).min(*most)).sum::<f64>();
        // At this scale every line does all that it can.
        let top = able.iter().map(|(l, _, most)| most / l.trade).fold(0.0, f64::max);
        let scale = if all(top) <= target { top } else { where_it_reaches(target, top, all) };
        let charged: Vec<(&Line, f64)> = able
            .iter()
            .map(|(line, rate, most)| {
                let wanted = (scale * line.trade).min(*most);
                (*line, where_it_reaches(wanted, *rate, |r| self.counts(line, r)))
            })
            .collect();
        let how = "each line bears the target in proportion to its trade, as far as it can".to_owned();
        self.close("pro rata", how, &charged)
    }

    fn flat(&self) -> Naive {
        let lines: Vec<&Line> = self.problem.lines().iter().collect();
        let all = |added: f64| lines.iter().map(|l| self.counts(l, added)).sum::<f64>();
        let grid: Vec<(f64, f64)> =
            self.problem.rates.iter().map(|r| (r.fraction(), all(r.fraction()))).collect();
        let first = grid.iter().find(|(_, sum)| *sum >= self.problem.target);
        let rate = match first {
            Some((most, _)) => where_it_reaches(self.problem.target, *most, all),
            None => grid.iter().fold((0.0, f64::MIN), |a, b| if b.1 > a.1 { *b } else { a }).0,
        };
        let charged: Vec<(&Line, f64)> = lines.into_iter().map(|l| (l, rate)).collect();
        self.close(
            "all lines at a flat rate",
            format!("one rate on every line: {:.3}%", rate * 100.0),
            &charged,
        )
    }
}

/// The three of them: largest lines first, pro rata, all lines at a flat rate.
pub fn naive_lists(problem: &Problem, model: &dyn EffectModel) -> Vec<Naive> {
    let desk = Desk { problem, model };
    vec![desk.largest_first(), desk.pro_rata(), desk.flat()]
}
