//! Aims of a scenario: one wedge on the price of some imports is moved until they, or a balance, have changed by what is asked.
//! A purchase is a wedge below zero that the buying side pays; a tariff is one above.

use super::asked::Asked;
use crate::base::BaseSet;
use crate::equilibrium::{Equilibrium, Shock, solve};
use crate::outcome::{Table, Value};
use crate::{Economy, ModelError};
use faer::Mat;
use faer::linalg::solvers::Solve;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_files::Spanned;

/// An aim as it stands in a scenario.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReachAsked {
    importer: Spanned<String>,
    exporter: Spanned<String>,
    sectors: Vec<Spanned<String>>,
    /// How these imports are to change from the base, at the exporter's price, in its money.
    imports: Option<Spanned<f64>>,
    /// How the importer's balance with the exporter, over all sectors, is to change from the base, in its money.
    balance: Option<Spanned<f64>>,
}

/// What is to change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum What {
    Imports,
    Balance,
}

/// An aim by its places in the base.
#[derive(Debug, Clone)]
struct Aim {
    importer: usize,
    exporter: usize,
    /// The cells on whose price the wedge stands.
    cells: Vec<usize>,
    what: What,
    change: f64,
    sectors: String,
}

/// The aims of a scenario, all met at once.
#[derive(Debug, Clone)]
pub(super) struct Aims(Vec<Aim>);

/// What came of the aims.
pub(super) enum Reached {
    /// All are met: by a shock with wedges, and its equilibrium.
    Met(Box<Met>),
    /// They are not: why, and how far it went.
    NotMet {
        /// The largest miss, as a fraction of the change.
        miss: f64,
        why: String,
    },
}

/// Aims that are met.
pub(super) struct Met {
    pub shock: Shock,
    pub found: Equilibrium,
    /// For each aim, what its prices are multiplied by, duty paid.
    wedges: Vec<f64>,
    /// The largest miss, as a fraction of the change.
    pub miss: f64,
    /// How many equilibria were solved.
    pub solved: usize,
}

/// At most so many steps.
const STEPS: usize = 60;

/// A miss of the change below which an aim is met.
const ENOUGH: f64 = 1e-9;

/// The largest logarithm of a wedge: prices times or over 1,000.
const FARTHEST: f64 = 6.907_755_278_982_137;

impl Asked {
    /// The aims, by their places in the base.
    pub(super) fn aims(&self, base: &BaseSet) -> Result<Aims, ModelError> {
        let p = base.economy.parts();
        let n = base.economy.countries();
        let mut aims: Vec<Aim> = Vec::new();
        for written in &self.keys.reach {
            let one = written.get_ref();
            let (what, change) = match (&one.imports, &one.balance) {
                (Some(change), None) => (What::Imports, change),
                (None, Some(change)) => (What::Balance, change),
                _ => {
                    return Err(
                        self.wrong(written.span(), "an aim has exactly one of `imports` and `balance`")
                    );
                }
            };
            if !change.get_ref().is_finite() || *change.get_ref() == 0.0 {
                return Err(
                    self.wrong(change.span(), "a change is a number that is not zero, in the base's money")
                );
            }
            let importer = self.place_of(&one.importer, &p.countries, "country")?;
            let exporter = self.place_of(&one.exporter, &p.countries, "country")?;
            if importer == exporter {
                return Err(self.wrong(one.exporter.span(), "a country does not import from itself"));
            }
            let named = self.places(&one.sectors, &p.sectors, "sector")?;
            if named.is_empty() {
                return Err(self.wrong(written.span(), "an aim needs at least one sector"));
            }
            if (1..named.len()).any(|at| named[..at].contains(&named[at])) {
                return Err(self.wrong(written.span(), "a sector stands twice; keep one"));
            }
            let traded = |sector: &usize| p.trade_share[(sector * n + importer) * n + exporter] > 0.0;
            let cells: Vec<usize> =
                named.iter().filter(|s| traded(s)).map(|s| (s * n + importer) * n + exporter).collect();
            if cells.is_empty() {
                return Err(
                    self.wrong(written.span(), "the base has no trade there, and a wedge cannot make any")
                );
            }
            if aims.iter().any(|a| a.cells.iter().any(|c| cells.contains(c))) {
                return Err(self.wrong(written.span(), "two aims stand on the same imports"));
            }
            let words: Vec<&str> = one.sectors.iter().map(|s| s.get_ref().as_str()).collect();
            let sectors = words.join(", ");
            aims.push(Aim { importer, exporter, cells, what, change: *change.get_ref(), sectors });
        }
        Ok(Aims(aims))
    }
}

impl Aim {
    /// What is to change, in flows.
    fn read(&self, flows: &[f64], n: usize) -> f64 {
        match self.what {
            What::Imports => self.cells.iter().map(|c| flows[*c]).sum(),
            What::Balance => {
                let all = |m: usize, i: usize| flows.iter().skip(m * n + i).step_by(n * n).sum::<f64>();
                all(self.exporter, self.importer) - all(self.importer, self.exporter)
            }
        }
    }
}

/// The equilibrium with given wedges, and how far each aim is from being met, as a fraction of its change.
struct Try {
    shock: Shock,
    found: Equilibrium,
    miss: Vec<f64>,
}

impl Try {
    fn largest(&self) -> f64 {
        self.miss.iter().fold(0.0, |most: f64, m| if m.abs() <= most { most } else { m.abs() })
    }
}

impl Aims {
    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Moves the wedges, on top of a shock, until all aims are met.
    ///
    /// # Errors
    /// What [`solve`] says of the shock without any wedge.
    pub fn meet(&self, economy: &Economy, shock: &Shock) -> Result<Reached, ModelError> {
        let n = economy.countries();
        let flows = economy.flows();
        let before: Vec<f64> = self.0.iter().map(|aim| aim.read(&flows, n)).collect();
        for (aim, before) in self.0.iter().zip(&before) {
            if aim.what == What::Imports && before + aim.change <= 0.0 {
                let why =
                    format!("these imports are {before} before; they cannot fall by all of that or more");
                return Ok(Reached::NotMet { miss: f64::INFINITY, why });
            }
        }
        let mut solved = 0;
        let mut attempt = |logs: &[f64]| -> Result<Option<Try>, ModelError> {
            solved += 1;
            let mut shock = shock.clone();
            for (aim, log) in self.0.iter().zip(logs) {
                aim.cells.iter().for_each(|cell| shock.tariff_power[*cell] *= log.exp());
            }
            Ok(solve(economy, &shock)?.found().map(|found| {
                let miss =
                    |(aim, before): (&Aim, &f64)| (aim.read(&found.flows, n) - before) / aim.change - 1.0;
                let miss = self.0.iter().zip(&before).map(miss).collect();
                Try { shock, found, miss }
            }))
        };
        let mut logs = vec![0.0; self.0.len()];
        let Some(mut at) = attempt(&logs)? else {
            let why = "no equilibrium was found without any wedge".to_owned();
            return Ok(Reached::NotMet { miss: f64::INFINITY, why });
        };
        for _ in 0..STEPS {
            if at.largest() <= ENOUGH {
                break;
            }
            let Some(step) = self.step(&logs, &at, &mut attempt) else { break };
            let longest = step.iter().fold(0.0, |most: f64, s| most.max(s.abs()));
            let mut part = f64::min(1.0, 1.0 / longest);
            let mut better = None;
            while part * longest > 1e-13 {
                let tried: Vec<f64> =
                    logs.iter().zip(&step).map(|(l, s)| (l + part * s).clamp(-FARTHEST, FARTHEST)).collect();
                // A wedge without an equilibrium is too far.
                if let Ok(Some(found)) = attempt(&tried)
                    && found.largest() < (1.0 - 1e-4 * part) * at.largest()
                {
                    better = Some((tried, found));
                    break;
                }
                part *= 0.5;
            }
            let Some((tried, found)) = better else { break };
            (logs, at) = (tried, found);
        }
        let miss = at.largest();
        if miss <= 1e-7 {
            let wedges = logs.iter().map(|l| l.exp()).collect();
            return Ok(Reached::Met(Box::new(Met {
                shock: at.shock,
                found: at.found,
                wedges,
                miss,
                solved,
            })));
        }
        let far = self.0.iter().zip(&at.miss).zip(&logs).map(|((aim, miss), log)| {
            let [importer, exporter] =
                [aim.importer, aim.exporter].map(|c| economy.parts().countries[c].as_str());
            format!(
                "{} of {importer} from {exporter}: {:.1} percent of the change, with prices times {:.3}",
                aim.words(),
                100.0 * (1.0 + miss),
                log.exp()
            )
        });
        let why = format!("the furthest that was found: {}", far.collect::<Vec<_>>().join("; "));
        Ok(Reached::NotMet { miss, why })
    }

    /// A Newton step with slopes from differences.
    fn step(
        &self,
        logs: &[f64],
        at: &Try,
        attempt: &mut impl FnMut(&[f64]) -> Result<Option<Try>, ModelError>,
    ) -> Option<Vec<f64>> {
        const BY: f64 = 1e-5;
        let size = logs.len();
        let mut slopes = Mat::<f64>::zeros(size, size);
        for column in 0..size {
            let mut moved = logs.to_vec();
            // Towards no wedge, where there is room.
            let by = if moved[column] > 0.0 { -BY } else { BY };
            moved[column] += by;
            let found = attempt(&moved).ok()??;
            for row in 0..size {
                slopes[(row, column)] = (found.miss[row] - at.miss[row]) / by;
            }
        }
        let right = Mat::from_fn(size, 1, |row, _| -at.miss[row]);
        let step = slopes.partial_piv_lu().solve(&right);
        let step: Vec<f64> = (0..size).map(|row| step[(row, 0)]).collect();
        step.iter().all(|s| s.is_finite()).then_some(step)
    }

    /// What it took, as a table; none where no aims are asked for.
    pub fn table(&self, economy: &Economy, met: &Met) -> Option<Table> {
        let columns =
            ["importer", "exporter", "sectors", "what", "base", "value", "price_wedge_pct", "treasury"];
        let mut table = Table::new("reach", "aims", &columns);
        let p = economy.parts();
        let n = economy.countries();
        let flows = economy.flows();
        for (aim, wedge) in self.0.iter().zip(&met.wedges) {
            // What the importer's treasury gets by the wedge alone: less than nothing for a purchase.
            let treasury: f64 = aim
                .cells
                .iter()
                .map(|cell| met.found.flows[*cell] * met.shock.tariff_power[*cell] * (1.0 - 1.0 / wedge))
                .sum();
            let mut row: Vec<Value> = [&p.countries[aim.importer], &p.countries[aim.exporter], &aim.sectors]
                .map(|s| s.as_str().into())
                .into();
            row.push(aim.words().into());
            let figures =
                [aim.read(&flows, n), aim.read(&met.found.flows, n), 100.0 * (wedge - 1.0), treasury];
            row.extend(figures.map(Value::number));
            table.rows.push(row);
        }
        (!self.is_empty()).then_some(table)
    }
}

impl Aim {
    fn words(&self) -> &'static str {
        match self.what {
            What::Imports => "imports",
            What::Balance => "balance",
        }
    }
}
