//! The figures of a scenario as tables.

use super::measure::{Figures, MEASURES, Spread, WITHOUT_PATH, balances};
use crate::Economy;
use crate::outcome::{Table, Value};

/// What tables are made of.
pub(crate) struct Shown<'a> {
    pub economy: &'a Economy,
    pub tariff_power: &'a [f64],
    pub main: &'a Figures,
    pub spread: &'a Spread,
}

impl Shown<'_> {
    fn name(&self, country: usize) -> Value {
        self.economy.parts().countries[country].as_str().into()
    }

    fn sector(&self, sector: usize) -> Value {
        self.economy.parts().sectors[sector].as_str().into()
    }

    /// A figure with the ends of its range.
    fn three(&self, of: impl Fn(&Figures) -> f64) -> [Value; 3] {
        [of(self.main), of(&self.spread.low), of(&self.spread.high)].map(Value::number)
    }

    /// The cells with trade between two countries.
    fn traded(&self) -> impl Iterator<Item = (usize, usize, usize, usize)> {
        let n = self.economy.countries();
        let cells = self.economy.parts().trade_share.iter().enumerate();
        cells
            .filter(move |(at, share)| **share > 0.0 && at / n % n != at % n)
            .map(move |(at, _)| (at, at / n / n, at / n % n, at % n))
    }

    pub fn table(&self, name: &str) -> Table {
        match name {
            "ranges" => self.ranges(),
            "flows" => self.flows(),
            "balances" => self.balances(),
            "prices" => self.prices(),
            "revenue" => self.revenue(),
            "decomposition" => self.decomposition(),
            _ => self.countries(),
        }
    }

    fn countries(&self) -> Table {
        let columns = [
            "country",
            "wage_hat",
            "welfare_pct",
            "tot_pct",
            "vot_pct",
            "real_wage_pct",
            "welfare_exact_pct",
        ];
        let mut table = Table::new("countries", "countries", &columns);
        for c in 0..self.economy.countries() {
            let mut row = vec![self.name(c)];
            row.extend(self.main.countries.iter().take(columns.len() - 1).map(|m| Value::number(m[c])));
            table.rows.push(row);
        }
        table
    }

    fn ranges(&self) -> Table {
        let mut table = Table::new("ranges", "figures", &["country", "measure", "value", "low", "high"]);
        for c in 0..self.economy.countries() {
            for (m, measure) in MEASURES.iter().enumerate().take(WITHOUT_PATH) {
                let mut row = vec![self.name(c), (*measure).into()];
                row.extend(self.three(|f| f.countries[m][c]));
                table.rows.push(row);
            }
        }
        table
    }

    fn flows(&self) -> Table {
        let columns = ["sector", "importer", "exporter", "base", "value", "low", "high"];
        let mut table = Table::new("flows", "flows", &columns);
        let base = self.economy.flows();
        for (at, sector, importer, exporter) in self.traded() {
            let mut row =
                vec![self.sector(sector), self.name(importer), self.name(exporter), Value::number(base[at])];
            row.extend(self.three(|f| f.flows[at]));
            table.rows.push(row);
        }
        table
    }

    fn balances(&self) -> Table {
        let columns =
            ["country", "partner", "base", "value", "low", "high", "change", "change_low", "change_high"];
        let mut table = Table::new("balances", "pairs", &columns);
        let n = self.economy.countries();
        let base = balances(&self.economy.flows(), n);
        for at in (0..n * n).filter(|at| at / n != at % n) {
            let mut row = vec![self.name(at / n), self.name(at % n), Value::number(base[at])];
            row.extend(self.three(|f| f.balances[at]));
            row.extend(self.three(|f| f.balance_changes[at]));
            table.rows.push(row);
        }
        table
    }

    fn prices(&self) -> Table {
        let columns = [
            "sector",
            "importer",
            "exporter",
            "tariff_before_pct",
            "tariff_after_pct",
            "buyer_price_hat",
            "buyer_price_low",
            "buyer_price_high",
            "exporter_price_hat",
            "exporter_price_low",
            "exporter_price_high",
            "pass_through",
            "pass_through_low",
            "pass_through_high",
        ];
        let mut table = Table::new("prices", "prices", &columns);
        let n = self.economy.countries();
        for (at, sector, importer, exporter) in self.traded() {
            let percent = |power: f64| match power {
                f64::INFINITY => Value::from("prohibitive"),
                power => Value::number(100.0 * (power - 1.0)),
            };
            let mut row = vec![self.sector(sector), self.name(importer), self.name(exporter)];
            row.push(percent(self.economy.parts().tariff_power[at]));
            row.push(percent(self.tariff_power[at]));
            row.extend(self.three(|f| f.buyer[at]));
            row.extend(self.three(|f| f.exporter[sector * n + exporter]));
            row.extend(self.three(|f| f.pass_through[at]));
            table.rows.push(row);
        }
        table
    }

    fn revenue(&self) -> Table {
        let mut table = Table::new("revenue", "countries", &["country", "base", "value", "low", "high"]);
        let place = MEASURES.iter().position(|m| *m == "revenue").unwrap_or_default();
        for (c, base) in self.economy.revenue().into_iter().enumerate() {
            let mut row = vec![self.name(c), Value::number(base)];
            row.extend(self.three(|f| f.countries[place][c]));
            table.rows.push(row);
        }
        table
    }

    /// In hundredths of a logarithm, so that the parts add up.
    fn decomposition(&self) -> Table {
        let columns = ["country", "part", "value", "low", "high"];
        let mut table = Table::new("decomposition", "parts", &columns);
        let exact = MEASURES.iter().position(|m| *m == "welfare_exact_pct").unwrap_or_default();
        for c in 0..self.economy.countries() {
            let mut row = vec![self.name(c), "real_income_log_pct".into()];
            row.extend(self.three(|f| 100.0 * (f.countries[exact][c] / 100.0).ln_1p()));
            table.rows.push(row);
            for (m, measure) in MEASURES.iter().enumerate().skip(WITHOUT_PATH) {
                let mut row = vec![self.name(c), (*measure).into()];
                row.extend(self.three(|f| f.countries[m][c]));
                table.rows.push(row);
            }
        }
        table
    }
}
