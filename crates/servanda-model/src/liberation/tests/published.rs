//! The printed tables, where the data are at hand. They are not ours to ship.

use super::super::*;
use super::{cell, shared};
use crate::DirBase;

/// Rows of the printed tables: what is asked, then by group the printed figures with their decimals.
/// Columns: welfare, deficit, exports, imports, employment, prices.
type Printed = (&'static str, &'static [(&'static str, [Option<(f64, i32)>; 6])]);

const fn p(value: f64, decimals: i32) -> Option<(f64, i32)> {
    Some((value, decimals))
}

const NO: Option<(f64, i32)> = None;
const MAIN: &str = "us_tariff = \"listed\"\n";

#[allow(clippy::approx_constant, reason = "0.318 is a printed figure")]
const TABLES: &[Printed] = &[
    // Table 1, and Table 9's main case.
    (
        MAIN,
        &[
            ("USA", [p(1.1307, 4), p(-18.06, 2), p(-52.71, 2), p(-43.58, 2), p(0.318, 3), p(12.81, 2)]),
            ("all but USA", [p(-0.58, 2), p(11.6, 1), p(-3.2, 1), p(-3.3, 1), p(-0.14, 2), p(-4.7, 1)]),
        ],
    ),
    (
        "rebate = \"lump-sum\"\n",
        &[
            ("USA", [p(-0.01, 2), p(-18.4, 1), p(-52.5, 1), p(-43.3, 1), p(-0.41, 2), p(13.1, 1)]),
            ("all but USA", [p(-0.57, 2), p(11.7, 1), p(-3.3, 1), p(-3.4, 1), p(-0.14, 2), p(-4.8, 1)]),
        ],
    ),
    (
        "us_tariff = \"optimal\"\n",
        &[
            ("USA", [p(1.79, 2), p(-19.1, 1), p(-55.3, 1), p(-45.6, 1), p(0.51, 2), p(12.6, 1)]),
            ("all but USA", [p(-0.61, 2), p(17.1, 1), p(-4.2, 1), p(-3.7, 1), p(-0.16, 2), p(-4.6, 1)]),
        ],
    ),
    // Table 2.
    (
        "retaliation = \"reciprocal\"\n",
        &[
            ("USA", [p(-0.36, 2), p(-26.7, 1), NO, NO, p(-0.18, 2), p(7.5, 1)]),
            ("CHN", [p(-0.82, 2), p(6.2, 1), NO, NO, p(-0.16, 2), p(-3.7, 1)]),
            ("EU", [p(-0.22, 2), p(15.4, 1), NO, NO, p(-0.09, 2), p(-2.6, 1)]),
            ("all but USA", [p(-0.46, 2), p(19.8, 1), NO, NO, p(-0.13, 2), p(-2.7, 1)]),
        ],
    ),
    (
        "retaliation = \"optimal\"\n",
        &[
            ("USA", [p(-0.745, 3), p(-29.0, 1), NO, NO, p(-0.32, 2), p(6.0, 1)]),
            ("CHN", [p(-0.65, 2), p(6.3, 1), NO, NO, p(-0.13, 2), p(-3.3, 1)]),
            ("EU", [p(-0.23, 2), p(16.6, 1), NO, NO, p(-0.09, 2), p(-2.1, 1)]),
            ("all but USA", [p(-0.43, 2), p(22.4, 1), NO, NO, p(-0.13, 2), p(-2.2, 1)]),
        ],
    ),
    (
        "us_tariff = \"optimal\"\nretaliation = \"optimal\"\n",
        &[
            ("USA", [p(-0.32, 2), p(-28.4, 1), NO, NO, p(-0.20, 2), p(4.2, 1)]),
            ("CHN", [p(-0.36, 2), p(4.2, 1), NO, NO, p(-0.08, 2), p(-2.1, 1)]),
            ("EU", [p(-0.23, 2), p(16.9, 1), NO, NO, p(-0.09, 2), p(-1.5, 1)]),
            ("all but USA", [p(-0.39, 2), p(25.1, 1), NO, NO, p(-0.13, 2), p(-1.5, 1)]),
        ],
    ),
    // Table 9: incomplete pass-through, a higher elasticity, Eaton-Kortum-Krugman.
    (
        "[elasticities]\npass_through = 0.25\n",
        &[
            ("USA", [p(1.36, 2), p(-11.8, 1), p(-35.0, 1), p(-28.8, 1), p(0.30, 2), p(7.9, 1)]),
            ("all but USA", [p(-0.23, 2), p(7.1, 1), p(-2.1, 1), p(-2.2, 1), p(-0.04, 2), p(-2.9, 1)]),
        ],
    ),
    (
        "[elasticities]\ntrade = 8.0\n",
        &[
            ("USA", [p(0.33, 2), p(-26.3, 1), p(-71.6, 1), p(-58.0, 1), p(0.10, 2), p(11.8, 1)]),
            ("all but USA", [p(-0.44, 2), p(18.6, 1), p(-5.3, 1), p(-4.9, 1), p(-0.11, 2), p(-4.3, 1)]),
        ],
    ),
    (
        "[elasticities]\ndistribution = false\n",
        &[
            ("USA", [p(1.24, 2), p(-0.4, 1), p(-46.3, 1), p(-33.3, 1), p(0.41, 2), p(10.9, 1)]),
            ("all but USA", [p(-0.50, 2), p(0.1, 1), p(-1.9, 1), p(-2.9, 1), p(-0.10, 2), p(-4.0, 1)]),
        ],
    ),
];

/// Ranges are not the point here.
const NARROW: &str = "ranges = { closures = [] }\n";

const COLUMNS: [&str; 6] =
    ["welfare_pct", "deficit_pct", "exports_to_gdp_pct", "imports_to_gdp_pct", "employment_pct", "cpi_pct"];

#[test]
fn every_printed_cell_of_one_sector_comes_out() {
    let Some(dir) = shared() else { return };
    let mut cells = 0;
    for (keys, rows) in TABLES {
        let text =
            format!("model = \"liberation\"\ntitle = \"t\"\nbase = \"liberation-day-2025\"\n{NARROW}{keys}");
        let scenario = LiberationScenario::parse("s.toml", &text).unwrap();
        let outcome = run(&scenario, &DirBase::new(&dir)).unwrap();
        assert!(outcome.certificate.largest_residual < 1e-11, "{keys} {:?}", outcome.certificate);
        assert_eq!(outcome.tables[0].rows.len(), 194);
        for (group, printed) in *rows {
            for (column, printed) in COLUMNS.iter().zip(printed) {
                let Some((value, decimals)) = printed else { continue };
                let found = cell(&outcome, 1, group, column);
                let half = 0.5 * 10.0_f64.powi(-decimals);
                assert!(
                    (found - value).abs() <= half + 1e-9,
                    "{keys:?} {group} {column}: {found} printed {value}"
                );
                cells += 1;
            }
        }
    }
    assert_eq!(cells, 120);
}

/// Table 3: revenue as a share of spending, in percent.
#[test]
fn revenue_is_that_of_table_3() {
    let Some(dir) = shared() else { return };
    for (keys, printed) in [
        (MAIN, 1.14),
        ("us_tariff = \"optimal\"\n", 1.35),
        ("retaliation = \"optimal\"\n", 0.74),
        ("retaliation = \"reciprocal\"\n", 0.82),
    ] {
        let text =
            format!("model = \"liberation\"\ntitle = \"t\"\nbase = \"liberation-day-2025\"\n{NARROW}{keys}");
        let scenario = LiberationScenario::parse("s.toml", &text).unwrap();
        let outcome = run(&scenario, &DirBase::new(&dir)).unwrap();
        let found = 100.0 * cell(&outcome, 0, "USA", "tariff_rev_share_of_E");
        assert!((found - printed).abs() <= 0.005, "{keys}: {found} {printed}");
    }
}
