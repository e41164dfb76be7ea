//! Ranges of the models that stand as published: the same tariffs solved again with other elasticities and closures.

use crate::error::ModelError;
use crate::outcome::{CERTIFIED, Table, Value};
use rayon::prelude::*;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_files::Spanned;

/// Elasticities lie between three quarters and five quarters of the base's, unless the scenario says otherwise.
pub(crate) const BAND: [f64; 2] = [0.75, 1.25];

/// What is wrong with a band that cannot be used.
pub(crate) const NO_BAND: &str =
    "a band is two factors around one, such as [0.75, 1.25]; the lower one above zero";

/// Whether two factors are a band around one.
pub(crate) fn is_band([low, high]: [f64; 2]) -> bool {
    low > 0.0 && low <= 1.0 && high >= 1.0 && high.is_finite()
}

/// A scenario's `band`, as it stands in its file.
pub(crate) type Key = Option<Spanned<[f64; 2]>>;

/// `[elasticities]` of a model that has no other key there.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct BandOnly {
    /// Factors between which the elasticities lie.
    pub band: Key,
}

/// The factors of a scenario; [`BAND`] without the key.
pub(crate) fn factors(key: &Key) -> [f64; 2] {
    key.as_ref().map_or(BAND, |band| *band.get_ref())
}

/// Refuses a band that is none.
///
/// # Errors
/// Its place.
pub(crate) fn check(key: &Key, file: &str, text: &str) -> Result<(), ModelError> {
    match key {
        Some(band) if !is_band(*band.get_ref()) => {
            Err(ModelError::at(file, text, Some(band.span()), NO_BAND))
        }
        _ => Ok(()),
    }
}

/// Every way of taking each of three elasticities at the lower or the higher end of the band: eight, or one where the band has
/// no width.
pub(crate) fn corners([low, high]: [f64; 2]) -> Vec<Case<[f64; 3]>> {
    let ends = if low == high { vec![low] } else { vec![low, high] };
    let mut cases = Vec::new();
    for a in &ends {
        for b in &ends {
            for c in &ends {
                let name = format!("elasticities times {a}, {b} and {c}");
                cases.push(Case { name, of: [*a, *b, *c] });
            }
        }
    }
    cases
}

/// One more solution of a scenario.
pub(crate) struct Case<T> {
    /// In words.
    pub name: String,
    /// What it is solved with.
    pub of: T,
}

/// What a case gives: a figure for each row and measure (NaN where there is none) with the largest residual of its conditions,
/// or why there are none.
pub(crate) type Told = Result<(Vec<f64>, f64), String>;

/// The figures of a scenario with their least and greatest over all cases.
pub(crate) struct Ranges {
    main: Vec<f64>,
    low: Vec<f64>,
    high: Vec<f64>,
    /// What they are over, for the certificate.
    pub fact: (String, String),
    /// Cases without an answer.
    pub notes: Vec<String>,
}

/// Solves all cases, in parallel; what comes out does not depend on how many threads there are.
pub(crate) fn over<T: Sync>(
    main: Vec<f64>,
    what: &str,
    cases: &[Case<T>],
    solve: impl Fn(&T) -> Told + Sync,
) -> Ranges {
    let told: Vec<Told> = crate::threads::run(|| cases.par_iter().map(|case| solve(&case.of)).collect());
    let (mut low, mut high) = (main.clone(), main.clone());
    let mut notes = Vec::new();
    let (mut count, mut most) = (1, 0.0_f64);
    for (case, told) in cases.iter().zip(told) {
        let why = match told {
            Ok((figures, residual)) if residual <= CERTIFIED => {
                // NaN is nobody's least.
                low.iter_mut().zip(&figures).for_each(|(low, new)| *low = low.min(*new));
                high.iter_mut().zip(&figures).for_each(|(high, new)| *high = high.max(*new));
                count += 1;
                most = most.max(residual);
                continue;
            }
            Ok((_, residual)) => format!("its conditions are off by up to {residual:.1e}"),
            Err(why) => why,
        };
        notes.push(format!("{} is in no range: {why}", case.name));
    }
    let fact = format!(
        "over {count} solutions: {what}; {} without an answer; no condition of any is off by more than {most:.1e} beside \
         the answer's own",
        notes.len()
    );
    Ranges { main, low, high, fact: ("ranges".to_owned(), fact), notes }
}

impl Ranges {
    /// The table `ranges`; figures stand row by row, one for each measure.
    pub fn table<'n>(
        &self,
        key: &'static str,
        names: impl IntoIterator<Item = &'n str>,
        measures: &[&'static str],
    ) -> Table {
        let mut table = Table::new("ranges", "figures", &[key, "measure", "value", "low", "high"]);
        let cells = names.into_iter().flat_map(|name| measures.iter().map(move |measure| (name, *measure)));
        for (at, (name, measure)) in cells.enumerate() {
            let figures = [self.main[at], self.low[at], self.high[at]].map(Value::number);
            let mut row = vec![Value::from(name), measure.into()];
            row.extend(figures);
            table.rows.push(row);
        }
        table
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_holds_its_figure_and_leaves_out_what_has_no_answer() {
        let cases: Vec<Case<usize>> = (0..4).map(|at| Case { name: format!("case {at}"), of: at }).collect();
        let ranges = over(vec![1.0, f64::NAN], "four", &cases, |at| match at {
            0 => Ok((vec![0.5, f64::NAN], 1e-12)),
            1 => Ok((vec![3.0, 2.0], 0.0)),
            2 => Ok((vec![100.0, 100.0], f64::NAN)),
            _ => Err("no convergence".to_owned()),
        });
        let table = ranges.table("region", ["A"], &["x", "y"]);
        assert_eq!(table.to_csv().unwrap(), "region,measure,value,low,high\nA,x,1,0.5,3\nA,y,,2,2\n");
        assert_eq!(ranges.notes.len(), 2);
        assert!(ranges.notes[0].starts_with("case 2 is in no range: its conditions"));
        assert!(ranges.fact.1.starts_with("over 3 solutions: four; 2 without an answer"));
    }

    #[test]
    fn corners_are_eight() {
        assert_eq!(corners(BAND).len(), 8);
        assert_eq!(corners([1.0, 1.0]).len(), 1);
        assert!(
            is_band(BAND) && !is_band([0.0, 2.0]) && !is_band([0.5, f64::INFINITY]) && !is_band([1.1, 2.0])
        );
    }
}
