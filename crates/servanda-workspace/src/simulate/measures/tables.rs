//! The tables of a scenario on measures, and what is said below them.

use super::Made;
use super::against::{Chapter, rank_correlation};
use crate::simulate::rates::{DayRates, Rates};
use servanda_core::Exact;
use servanda_model::residuals::{Worst, largest};
use servanda_model::{Certificate, Outcome, Table, Value};

const BILLION: f64 = 1e9;

/// Sums over the chapters that have a prediction, in money; and over all.
#[derive(Default)]
struct Sums {
    base: f64,
    observed: f64,
    predicted_base: f64,
    predicted_observed: f64,
    central: f64,
    low: f64,
    high: f64,
    absolute_miss: f64,
    absolute_change: f64,
    within: usize,
    chapters: usize,
}

impl Sums {
    fn of(chapters: &[Chapter]) -> Self {
        let mut out = Self::default();
        for own in chapters {
            out.base += own.base;
            out.observed += own.observed;
            if let (Some(p), Some(miss)) = (own.predicted, own.miss()) {
                out.predicted_base += own.base;
                out.predicted_observed += own.observed;
                out.central += p.central;
                out.low += p.low;
                out.high += p.high;
                out.absolute_miss += miss.abs();
                out.absolute_change += own.change().abs();
                out.within += usize::from(own.within() == Some(true));
                out.chapters += 1;
            }
        }
        out
    }

    fn change(&self) -> f64 {
        self.predicted_observed - self.predicted_base
    }
}

/// The answer.
pub(super) fn outcome(made: &Made<'_>) -> Outcome {
    let sums = Sums::of(&made.chapters);
    Outcome {
        title: made.asked.title.clone(),
        tables: vec![chapters(made), money(made, &sums), tariffs(made), totals(made, &sums)],
        certificate: certificate(made, &sums),
        notes: notes(made, &sums),
    }
}

fn row(code: &str, figures: &[f64]) -> Vec<Value> {
    std::iter::once(Value::from(code)).chain(figures.iter().copied().map(Value::number)).collect()
}

fn added(rates: Option<Rates>) -> f64 {
    rates.map_or(f64::NAN, |r| r.after - r.before)
}

fn yes(within: Option<bool>) -> Value {
    within.map_or(Value::None, |within| Value::from(if within { "yes" } else { "no" }))
}

fn chapters(made: &Made<'_>) -> Table {
    let columns = [
        "chapter",
        "base_bn",
        "added_points",
        "predicted_pct",
        "low_pct",
        "high_pct",
        "observed_pct",
        "miss_points",
        "predicted_bn",
        "observed_bn",
        "miss_bn",
        "in_range",
    ];
    let mut table = Table::new("chapters", "chapters", &columns);
    for own in &made.chapters {
        let of = |money: Option<f64>| money.unwrap_or(f64::NAN);
        let pct = |money: Option<f64>| own.percent(of(money));
        let p = own.predicted;
        let figures = [
            own.base / BILLION,
            added(own.weighed),
            pct(p.map(|p| p.central)),
            pct(p.map(|p| p.low)),
            pct(p.map(|p| p.high)),
            own.percent(own.change()),
            pct(own.miss()),
            of(p.map(|p| p.central)) / BILLION,
            own.change() / BILLION,
            of(own.miss()) / BILLION,
        ];
        let mut cells = row(&own.code, &figures);
        cells.push(yes(own.within()));
        table.rows.push(cells);
    }
    table
}

fn money(made: &Made<'_>, sums: &Sums) -> Table {
    let columns =
        ["chapter", "base_bn", "after_bn", "observed_bn", "predicted_bn", "low_bn", "high_bn", "miss_bn"];
    let mut table = Table::new("money", "chapters", &columns);
    for own in &made.chapters {
        let [central, low, high] = own.predicted.map_or([f64::NAN; 3], |p| [p.central, p.low, p.high]);
        let miss = own.miss().unwrap_or(f64::NAN);
        let figures = [own.base, own.observed, own.change(), central, low, high, miss].map(|x| x / BILLION);
        table.rows.push(row(&own.code, &figures));
    }
    let (all, predicted) = (sums.observed - sums.base, sums.change());
    let none = f64::NAN;
    table
        .rows
        .push(row("all", &[sums.base, sums.observed, all, none, none, none, none].map(|x| x / BILLION)));
    let figures = [
        sums.predicted_base,
        sums.predicted_observed,
        predicted,
        sums.central,
        sums.low,
        sums.high,
        predicted - sums.central,
    ];
    table.rows.push(row("with a prediction", &figures.map(|x| x / BILLION)));
    table
}

fn tariffs(made: &Made<'_>) -> Table {
    let columns = [
        "chapter",
        "lines",
        "before_pct",
        "after_pct",
        "added_points",
        "added_points_simple_mean",
        "share_of_origin_pct",
    ];
    let mut table = Table::new("tariffs", "chapters", &columns);
    for own in &made.chapters {
        let of = |figure: &dyn Fn(&Rates) -> f64| own.weighed.as_ref().map_or(f64::NAN, figure);
        let figures = [
            of(&|r| r.lines as f64),
            of(&|r| r.before),
            of(&|r| r.after),
            added(own.weighed),
            added(own.simple),
            own.share.map_or(f64::NAN, |s| 100.0 * s),
        ];
        table.rows.push(row(&own.code, &figures));
    }
    table
}

fn correlation(made: &Made<'_>) -> Option<f64> {
    let pair = |c: &Chapter| Some((c.percent(c.predicted?.central), c.percent(c.change())));
    rank_correlation(&made.chapters.iter().filter_map(pair).collect::<Vec<_>>())
}

fn totals(made: &Made<'_>, sums: &Sums) -> Table {
    let mut table = Table::new("totals", "totals", &["what", "figure"]);
    let per_base = |money: f64| 100.0 * money / sums.predicted_base;
    let all = sums.observed - sums.base;
    let figures = [
        ("base imports, bn", sums.base / BILLION),
        ("imports observed, bn", sums.observed / BILLION),
        ("observed change, bn", all / BILLION),
        ("observed change, percent", 100.0 * all / sums.base),
        ("chapters with a prediction", sums.chapters as f64),
        ("their base imports, bn", sums.predicted_base / BILLION),
        ("their observed change, bn", sums.change() / BILLION),
        ("their observed change, percent", per_base(sums.change())),
        ("predicted change, bn", sums.central / BILLION),
        ("predicted change, percent", per_base(sums.central)),
        ("predicted change, low, bn", sums.low / BILLION),
        ("predicted change, high, bn", sums.high / BILLION),
        ("miss, bn", (sums.change() - sums.central) / BILLION),
        ("miss, points", per_base(sums.change() - sums.central)),
        ("mean absolute miss weighed by base imports, points", per_base(sums.absolute_miss)),
        ("the same of a forecast of no change, points", per_base(sums.absolute_change)),
        ("rank correlation of predicted and observed percent", correlation(made).unwrap_or(f64::NAN)),
        ("chapters within the range", sums.within as f64),
    ];
    table.rows = figures.iter().map(|(what, figure)| row(what, &[*figure])).collect();
    table
}

/// The sums and the central prediction worked out again another way.
fn certificate(made: &Made<'_>, sums: &Sums) -> Certificate {
    let total = |trade: &servanda_tariff::Trade| {
        trade.values.values().fold(Exact::zero(), |sum, value| &sum + value).to_f64()
    };
    let mut whole = Worst::of("imports: chapters add up to the source's total");
    whole.see(sums.base, total(&made.base), 1.0, || made.base.year.to_string());
    whole.see(sums.observed, total(&made.observed), 1.0, || made.observed.year.to_string());
    let mut formula = Worst::of("chapters: the change by its formula in one line");
    for own in &made.chapters {
        if let Some((found, again)) = own.predicted.and_then(|p| Some((p.central, p.by_hand?))) {
            formula.see(found, again, own.base * 1e-9, || format!("chapter {}", own.code));
        }
    }
    let parts = vec![whole.into(), formula.into()];
    let from = |trade: &servanda_tariff::Trade| format!("{} of {}", trade.source, trade.year);
    Certificate {
        converged: true,
        largest_residual: largest(&parts),
        parts,
        method: "SMART formulas, chapter by chapter".to_owned(),
        facts: vec![
            ("imports before".to_owned(), from(&made.base)),
            ("imports observed".to_owned(), from(&made.observed)),
            ("trade by line".to_owned(), from(&made.weights)),
            ("elasticities".to_owned(), made.elasticities.title.clone()),
        ],
    }
}

fn notes(made: &Made<'_>, sums: &Sums) -> Vec<String> {
    let bn = |money: f64| format!("{:.2} bn {}", money / BILLION, made.unit);
    let pct = |money: f64| format!("{:.1} percent", 100.0 * money / sums.predicted_base);
    let points = |money: f64| format!("{:.1} points", 100.0 * money / sums.predicted_base);
    let (before, after) = (made.base.year, made.observed.year);
    let miss = sums.change() - sums.central;
    let measures = &made.asked.measures;
    let days: Vec<String> = made.days.iter().map(ToString::to_string).collect();
    let mut out = vec![format!(
        "imports: {} in {before} and {} in {after}, a change of {}",
        bn(sums.base),
        bn(sums.observed),
        bn(sums.observed - sums.base)
    )];
    if sums.chapters == 0 {
        out.push(
            "no chapter has imports, a rate, a share and elasticities, so nothing is predicted".to_owned(),
        );
    } else {
        out.push(format!(
            "predicted for {} chapters with {} of imports: {} ({}), between {} and {}; observed: {} ({})",
            sums.chapters,
            bn(sums.predicted_base),
            bn(sums.central),
            pct(sums.central),
            bn(sums.low),
            bn(sums.high),
            bn(sums.change()),
            pct(sums.change())
        ));
        out.push(format!(
            "the miss, observed less predicted: {} ({}); mean absolute miss of chapters weighed by imports {}, of a forecast of no change {}; rank correlation {}; {} of {} chapters within their range",
            bn(miss),
            points(miss),
            points(sums.absolute_miss),
            points(sums.absolute_change),
            correlation(made).map_or("none".to_owned(), |r| format!("{r:.2}")),
            sums.within,
            sums.chapters
        ));
    }
    out.push("nothing was tuned to what happened; growth, exchange rates, buying ahead of duties, exclusions that no measure here holds, and changes of classification are all in the miss".to_owned());
    out.push(format!(
        "rates: of {} before, and the mean over the days {} through {} after, with changes on {}",
        measures.before,
        measures.from,
        measures.to,
        days.join(", ")
    ));
    let when = if made.weights.year > before {
        "after the event: what trade became weighs, not what it was"
    } else {
        "not after the start"
    };
    out.push(format!(
        "within chapters rates are weighed by trade of {} ({when}); the range takes in the simple mean over lines too, and the low and high elasticities; it is no confidence interval",
        made.weights.year
    ));
    out.push(coverage("by trade", &made.weighed, Some(&made.unit)));
    out.push(coverage("simple mean", &made.simple, None));
    out.extend(made.not_held.clone());
    if !made.lacking.is_empty() {
        out.push(format!("{} holds no figures of chapters {}", made.base.source, made.lacking.join(", ")));
    }
    let lacking: Vec<&str> =
        made.chapters.iter().filter(|c| c.predicted.is_none()).map(|c| c.code.as_str()).collect();
    if !lacking.is_empty() {
        out.push(format!(
            "without a prediction, for want of a rate, a share, elasticities or imports: chapters {}; they are in the sums of all imports only",
            lacking.join(", ")
        ));
    }
    out.push("partial equilibrium: buyers bear the whole duty, chapters do not answer to each other, and each takes the elasticities of its two digits".to_owned());
    out
}

/// What a mean of rates is over.
fn coverage(which: &str, rates: &DayRates, unit: Option<&str>) -> String {
    let weight =
        |weight: f64| unit.map(|unit| format!(" with {:.2} bn {unit}", weight / BILLION)).unwrap_or_default();
    let left: Vec<String> = rates
        .left_out
        .iter()
        .map(|(why, (lines, trade))| format!("{lines}{}: {why}", weight(*trade)))
        .collect();
    let left =
        if left.is_empty() { "none left out".to_owned() } else { format!("left out {}", left.join("; ")) };
    format!("lines counted, {which}: {}{}; {left}", rates.lines(), weight(rates.counted()))
}
