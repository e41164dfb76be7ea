//! A list of lines with their old and new rates, by sector of a base.

use super::money;
use crate::WorkspaceError;
use crate::tariff_lines::{Rows, Written, check_code, tariff_code};
use servanda_core::problem::Problem;
use servanda_core::{CodeLengths, LineSet, Party};
use servanda_model::Concordance;
use servanda_model::run::{PairRates, SectorRates};
use servanda_tariff::Trade;
use std::collections::BTreeMap;
use std::path::Path;

/// What is added up of a sector. Rates are weighed by trade.
#[derive(Default)]
struct Sums {
    before: f64,
    after: f64,
    counted: f64,
    trade: f64,
    codes: usize,
}

/// The rates of the sectors. The mean new rate is such that one plus it, over one plus the mean old rate, is the mean change of
/// what buyers pay.
pub(super) fn sector_rates(
    (importer, origin): (Party, Party),
    file: &Path,
    weights: &Trade,
    concordance: &Concordance,
) -> Result<PairRates, WorkspaceError> {
    let (lines, rates) = read(file)?;
    let mut sums: BTreeMap<&str, Sums> = BTreeMap::new();
    let (mut finer, mut outside) = (0.0, 0.0);
    let mut met = vec![false; rates.len()];
    for (code, value) in &weights.values {
        let value = value.to_f64();
        let Ok(sector) = concordance.sector_of(code) else {
            outside += value;
            continue;
        };
        let own = sums.entry(sector).or_default();
        own.trade += value;
        let found = lines.classify(code);
        if found.deeper.iter().any(|line| Some(*line) != found.line) {
            // The list says something of a part of the code only.
            found.deeper.iter().for_each(|line| met[*line] = true);
            finer += value;
            continue;
        }
        if let Some((line, (old, new))) = found.line.and_then(|line| Some((line, *rates.get(line)?))) {
            met[line] = true;
            own.before += value * old;
            own.after += value * (100.0 + new) / (100.0 + old);
            own.counted += value;
            own.codes += 1;
        }
    }
    let of = |sector: &String| {
        let own = sums.remove(sector.as_str()).unwrap_or_default();
        let before = own.before / own.counted;
        let after = (100.0 + before) * own.after / own.counted - 100.0;
        SectorRates {
            sector: sector.clone(),
            by_trade: (own.counted > 0.0).then_some([before, after]),
            simple: None,
            lines: own.codes,
            counted: own.counted,
            trade: own.trade,
            rest_stays: true,
        }
    };
    let sectors: Vec<SectorRates> = concordance.sectors().iter().map(of).collect();
    let pair = format!("{importer} on {origin}");
    let counted: f64 = sectors.iter().map(|s| s.counted).sum();
    let unit = &weights.unit;
    let unmet = met.iter().filter(|met| !**met).count();
    let mut notes = vec![format!(
        "{pair}: {} lines of {} meet {} of trade of {}; lines that meet none: {unmet}; all other trade keeps its tariffs",
        rates.len(),
        file.display(),
        money(counted, unit),
        weights.year
    )];
    if finer > 0.0 {
        notes.push(format!(
            "{pair}: {} of trade is on codes of which the list names a part only; it keeps its tariffs",
            money(finer, unit)
        ));
    }
    if outside > 0.0 {
        notes.push(format!("{pair}: {} of trade is in no sector of the concordance", money(outside, unit)));
    }
    let facts = vec![
        (format!("rates, {pair}"), format!("{}, {} lines", file.display(), rates.len())),
        (format!("trade by line, {pair}"), format!("{}, {}", weights.source, weights.year)),
        (
            format!("sectors, {pair}"),
            format!("{}: {} ({})", concordance.id, concordance.title, concordance.certainty),
        ),
    ];
    Ok(PairRates { sectors, facts, notes })
}

/// The lines of a file with their old and new rates, in percent of value.
fn read(path: &Path) -> Result<(LineSet, Vec<(f64, f64)>), WorkspaceError> {
    let rows = Rows::read(None, path)?;
    let code = rows.column(&["line", "code"])?;
    let (old, new) = (rows.column(&["old"])?, rows.column(&["new"])?);
    let (mut lines, mut rates) = (LineSet::new(), Vec::new());
    for (row, record) in &rows.records {
        let place = Written::row(None, path, *row);
        let wrong = |what: String| WorkspaceError::from(place.problem(what));
        let cell = |at: usize| record.get(at).map_or("", String::as_str);
        let rate = |at: usize, name: &str| {
            let text = cell(at).trim_end_matches('%').trim_end();
            let found = text.parse::<f64>().ok().filter(|r| r.is_finite() && (0.0..=1e6).contains(r));
            found.ok_or_else(|| {
                wrong(format!("{name}: `{}` is no rate in percent of value, from 0 on", cell(at)))
            })
        };
        let digits = tariff_code(&place, cell(code))?;
        check_code(&CodeLengths::of_any(&["HS", "JP"]), &place, &digits)?;
        lines
            .add(&digits, std::slice::from_ref(&digits))
            .map_err(|_| wrong(format!("line {digits} stands twice; keep one")))?;
        rates.push((rate(old, "old")?, rate(new, "new")?));
    }
    if rates.is_empty() {
        return Err(WorkspaceError::from(Problem::bad_file(format!("{}: it has no line", path.display()))));
    }
    Ok((lines, rates))
}
