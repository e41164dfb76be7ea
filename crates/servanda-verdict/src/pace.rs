//! How far one should be by now. Advisory: an agreement that sets a year-end target has no monthly one, and a pace
//! never sets a status.

use crate::results::{PaceOut, Reading, VerdictError, number};
use crate::series::{PaceSeries, Sums};
use crate::term::{At, Evaluator, Place};
use servanda_agreement::ast::{Condition, ExprKind, FlowTerm, Rule};
use servanda_agreement::{Commitment, Definition, Duty, Pace};
use servanda_core::{Exact, Held, Period, Point};

/// What a pace is measured against.
struct Target<'r> {
    term: &'r FlowTerm,
    period: Period,
    required: Exact,
}

impl<'a> Evaluator<'a> {
    /// Adds a pace by each method that the commitment names.
    pub fn add_paces(
        &self,
        commitment: &Commitment,
        definition: &Definition,
        place: &Place<'a>,
        rule: &Rule,
        reading: &mut Reading,
    ) -> Result<(), VerdictError> {
        for method in &commitment.pace {
            let required = reading
                .required
                .as_ref()
                .filter(|f| f.bounds.is_bounded())
                .and_then(|f| f.bounds.value.clone());
            let target = self.target(definition, rule, required);
            let pace = self.pace(commitment, definition, place, method, target, self.question.through)?;
            reading.pace.push(pace);
        }
        Ok(())
    }

    fn target<'r>(
        &self,
        definition: &Definition,
        rule: &'r Rule,
        required: Option<Exact>,
    ) -> Result<Target<'r>, String> {
        let Condition::Compare(comparison) = &rule.condition else {
            return Err("a rule of several conditions has no pace".into());
        };
        let ExprKind::Flow(term) = &comparison.left.kind else {
            return Err("only a single flow on the left has a pace".into());
        };
        let period = self.period(definition, &term.period, At::default())?;
        let required = required.ok_or("what is required is not held whole")?;
        Ok(Target { term, period, required })
    }

    fn pace(
        &self,
        commitment: &Commitment,
        definition: &Definition,
        place: &Place<'a>,
        method: &Pace,
        target: Result<Target<'_>, String>,
        through: Option<Point>,
    ) -> Result<PaceOut, VerdictError> {
        let none = |note: String| PaceOut {
            method: method.to_string(),
            through: None,
            actual: None,
            required: None,
            share: None,
            note: Some(note),
            exact: None,
            standing: None,
        };
        let target = match target {
            Ok(target) => target,
            Err(note) => return Ok(none(note)),
        };
        let Some(PaceSeries { sums, source, dimension, lines }) =
            self.pace_sums(definition, place, target.term, &target.period, false)?
        else {
            return Ok(none(format!("{} has no such series by sub-period", place.name)));
        };
        // Every sub-period up to the first that is not held, or in which a row has no figure. A preliminary one counts, though some lines may be missing; one that
        // had not ended when its figure was published does not, since the method asks for the whole of it.
        let in_time = |n: i32| through.is_none_or(|t| source.frequency.point(n).end() <= t.end());
        let counted = sums
            .by_period
            .iter()
            .zip(sums.first..)
            .take_while(|(s, n)| {
                (s.held != Held::No || s.preliminary) && !s.early && !s.lacking && in_time(*n)
            })
            .count();
        let counted = before_joint(&sums, counted);
        let whole = sums.by_period.iter().take(counted).take_while(|s| s.held != Held::No).count();
        let whole = before_joint(&sums, whole);
        let at = |count: usize| -> Option<Point> {
            let n = count.checked_sub(1).and_then(|n| i32::try_from(n).ok())?;
            Some(source.frequency.point(sums.first + n))
        };
        let Some(last) = at(counted) else {
            return Ok(none("nothing is held from the period's start".into()));
        };
        let actual_at = |count: usize| {
            sums.by_period
                .iter()
                .take(count)
                .fold(Exact::zero(), |sum, s| &sum + &Exact::scaled(s.value, sums.scale))
        };
        let required =
            match self.required_at(commitment, definition, place, method, &target, &sums, counted, last)? {
                Ok(required) => required,
                Err(note) => return Ok(none(note)),
            };
        let actual = actual_at(counted);
        let lacking: Vec<&str> = (whole..counted)
            .flat_map(|offset| {
                let cells = &sums.series.cells;
                let periods = sums.series.periods;
                lines.iter().enumerate().filter_map(move |(line, label)| {
                    let cell = cells.get(line * periods + offset)?;
                    (cell.held == Held::No).then_some(label.as_str())
                })
            })
            .fold(Vec::new(), |mut all, label| {
                if !all.contains(&label) {
                    all.push(label);
                }
                all
            });
        // What is missing can only add: a shortfall without it proves nothing, and what was whole before decides.
        let standing = if lacking.is_empty() || actual >= required {
            Some((actual.clone(), required.clone()))
        } else {
            match at(whole) {
                None => None,
                Some(point) => {
                    let before = self
                        .required_at(commitment, definition, place, method, &target, &sums, whole, point)?;
                    before.ok().map(|required| (actual_at(whole), required))
                }
            }
        };
        let preliminary: Vec<String> = sums
            .by_period
            .iter()
            .zip(sums.first..)
            .take(counted)
            .filter(|(s, _)| s.preliminary)
            .map(|(_, n)| source.frequency.point(n).to_string())
            .collect();
        let note = (!preliminary.is_empty()).then(|| {
            let more = if lacking.len() > 3 { ", ..." } else { "" };
            let without = match lacking.get(..lacking.len().min(3)) {
                Some(some) if !some.is_empty() => format!(", without {}{more}", some.join(", ")),
                _ => String::new(),
            };
            format!("preliminary: {}{without}", preliminary.join(", "))
        });
        let share = actual.checked_div(&required).filter(|_| !required.is_zero()).map(|s| s.round_to(4));
        Ok(PaceOut {
            method: method.to_string(),
            through: Some(last.to_string()),
            actual: Some(number(&actual, dimension)),
            required: Some(number(&required, dimension)),
            share,
            note,
            exact: Some((actual, required)),
            standing,
        })
    }

    /// What a method asks for through the first `counted` sub-periods, the last of which is `last`.
    #[allow(clippy::too_many_arguments)]
    fn required_at(
        &self,
        commitment: &Commitment,
        definition: &Definition,
        place: &Place<'a>,
        method: &Pace,
        target: &Target<'_>,
        sums: &Sums,
        counted: usize,
        last: Point,
    ) -> Result<Result<Exact, String>, VerdictError> {
        let total = sums.by_period.len();
        Ok(match method {
            Pace::Flat => fraction(&target.required, counted as i128, total as i128)
                .ok_or_else(|| "the period has no length".to_owned()),
            Pace::Seasonal(base) => {
                let Some(PaceSeries { sums: weights, .. }) =
                    self.pace_sums(definition, place, target.term, base, true)?
                else {
                    return Ok(Err(format!("{} has no such series for {base}", place.name)));
                };
                let values: Vec<Exact> =
                    weights.by_period.iter().map(|s| Exact::scaled(s.value, weights.scale)).collect();
                let held = weights
                    .by_period
                    .iter()
                    .all(|s| matches!(s.held, Held::Part | Held::Whole) && !s.lacking);
                if !held {
                    return Ok(Err(format!("the season of {base} is not held whole")));
                }
                let of_year = counted.checked_rem(values.len()).unwrap_or(0);
                if before_joint(&weights, of_year) != of_year {
                    return Ok(Err(format!("a joint figure of {base} goes beyond {last}")));
                }
                if values.is_empty() || !total.is_multiple_of(values.len()) {
                    return Ok(Err(format!("{} is not a whole number of times {base}", target.period)));
                }
                let whole = values.iter().fold(Exact::zero(), |sum, v| &sum + v);
                let whole = &whole * &Exact::integer((total / values.len()) as i128);
                let part = (0..counted).fold(Exact::zero(), |sum, n| match values.get(n % values.len()) {
                    Some(v) => &sum + v,
                    None => sum,
                });
                part.checked_div(&whole)
                    .map(|share| &target.required * &share)
                    .ok_or_else(|| "the season adds up to nothing".to_owned())
            }
            Pace::Parts(inner) => {
                if commitment.parts.is_empty() {
                    return Ok(Err("it names no parts".into()));
                }
                let mut sum = Exact::zero();
                let mut addends = Vec::new();
                for id in &commitment.parts {
                    let Some(part) = self.agreement.commitment(id) else {
                        return Ok(Err(format!("there is no part `{id}`")));
                    };
                    let Duty::Rule { rule, .. } = &part.duty else {
                        return Ok(Err(format!("the part `{id}` has no rule")));
                    };
                    if let Condition::Compare(comparison) = &rule.condition {
                        let right = self.expr(definition, place, &comparison.right, At::default())?;
                        addends.extend(right.value.addends);
                    }
                    let required = self.required_value(definition, place, rule)?;
                    let target = self.target(definition, rule, required);
                    let pace = self.pace(part, definition, place, inner, target, Some(last))?;
                    match pace.exact {
                        Some((_, required)) if pace.through.as_deref() == Some(last.to_string().as_str()) => {
                            sum = &sum + &required;
                        }
                        _ => {
                            let why = pace.note.unwrap_or_else(|| "not held so far".into());
                            return Ok(Err(format!("part `{id}`: {why}")));
                        }
                    }
                }
                // What two parts are set against must not be one figure of the source.
                let once = self.attributed(definition, &addends, &[])?;
                match once.and_then(|once| once.shared.into_iter().next()) {
                    Some(said) => return Ok(Err(said)),
                    None => Ok(sum),
                }
            }
        })
    }
}

fn fraction(whole: &Exact, part: i128, of: i128) -> Option<Exact> {
    Exact::integer(part).checked_div(&Exact::integer(of)).map(|f| whole * &f)
}

/// How many of the first sub-periods can be counted without cutting a figure of several of them.
fn before_joint(sums: &Sums, counted: usize) -> usize {
    let end = i32::try_from(counted).map_or(i32::MAX, |n| sums.first.saturating_add(n));
    let cut =
        sums.series.joint.iter().filter(|(first, last)| *first < end && end <= *last).map(|(f, _)| *f).min();
    cut.map_or(counted, |first| usize::try_from(first - sums.first).unwrap_or(0))
}
