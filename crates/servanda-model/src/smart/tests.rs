use super::*;
use crate::gsim::{Market, exact};

fn line(imports: [f64; 3], before: f64, after: [f64; 3]) -> Vec<Supplier> {
    ["A", "B", "C"]
        .into_iter()
        .zip(imports)
        .zip(after)
        .map(|((name, imports), after)| Supplier { name: name.to_owned(), imports, before, after })
        .collect()
}

const FIXED: Elasticities = Elasticities { demand: -1.5, supply: f64::INFINITY, substitution: 2.0 };

#[test]
fn a_preference_creates_and_diverts_what_the_formulas_say() {
    // Ten percent tariff, lifted for A only: 0.1 / 1.1 cheaper.
    let changes = smart(&line([40.0, 50.0, 10.0], 0.1, [0.0, 0.1, 0.1]), FIXED).unwrap();
    let cheaper = 0.1 / 1.1;
    assert!((changes[0].creation - 40.0 * 1.5 * cheaper).abs() < 1e-12);
    let diverted = 2.0 * 40.0 * 60.0 / 100.0 * cheaper;
    assert!((changes[0].diversion - diverted).abs() < 1e-12);
    assert!((changes[1].diversion + diverted * 50.0 / 60.0).abs() < 1e-12);
    assert!(changes.iter().map(|change| change.diversion).sum::<f64>().abs() < 1e-12);
    // Revenue: all of A's is lost, and on what is diverted from others.
    let revenue: f64 = changes.iter().map(|change| change.revenue).sum();
    assert!((revenue + 4.0 + 0.1 * diverted).abs() < 1e-12);
    assert!((changes[0].welfare - 0.05 * (changes[0].creation + diverted)).abs() < 1e-12);
}

#[test]
fn finite_supply_dampens_and_moves_the_price() {
    let supply = 3.0;
    let changes =
        smart(&line([40.0, 0.0, 0.0], 0.1, [0.0, 0.1, 0.1]), Elasticities { supply, ..FIXED }).unwrap();
    // One supplier: 1.5 x of the price meets 3 p, where 1 + x = (1 + p) / 1.1, so that x = -0.3 / 4.8.
    assert!((changes[0].creation - 40.0 * 1.5 * 0.3 / 4.8).abs() < 1e-12);
    assert!((changes[0].price - changes[0].creation / 40.0 / supply).abs() < 1e-12);
    // To the first order that is the textbook's creation divided by 1 - demand / supply.
    let small = smart(&line([40.0, 0.0, 0.0], 0.1, [0.1 - 1e-7, 0.1, 0.1]), Elasticities { supply, ..FIXED })
        .unwrap();
    let free = 40.0 * 1.5 * 1e-7 / 1.1;
    assert!((small[0].creation / (free / (1.0 + 1.5 / supply)) - 1.0).abs() < 1e-5);
}

/// What is bought at the printed prices, worked out again as one formula of shares, and what is sold at them.
fn fits(suppliers: &[Supplier], elasticities: Elasticities, changes: &[Change]) -> f64 {
    let all: f64 = suppliers.iter().map(|s| s.imports).sum();
    let cost = |k: usize| {
        let s: &Supplier = &suppliers[k];
        (1.0 + s.after) * (1.0 + changes[k].price) / (1.0 + s.before) - 1.0
    };
    let mean: f64 = (0..suppliers.len()).map(|k| suppliers[k].imports / all * cost(k)).sum();
    (0..suppliers.len())
        .map(|k| {
            let Elasticities { demand, supply, substitution } = elasticities;
            let bought = suppliers[k].imports * (1.0 + demand * cost(k) + substitution * (mean - cost(k)));
            let sold = suppliers[k].imports * (1.0 + supply * changes[k].price);
            (bought - changes[k].imports).abs().max((sold - changes[k].imports).abs()) / all
        })
        .fold(0.0, f64::max)
}

#[test]
fn quantities_follow_from_the_printed_prices() {
    let elasticities = Elasticities { demand: -1.53, supply: 3.0, substitution: 2.5 };
    let suppliers = line([100.0, 100.0, 0.0], 0.0, [0.25, 0.0, 0.0]);
    let changes = smart(&suppliers, elasticities).unwrap();
    assert!(fits(&suppliers, elasticities, &changes) < 1e-12, "{changes:?}");
    // The one that is taxed gets less for its goods, and the other more: it gains what the first loses to it.
    assert!(changes[0].price < 0.0 && changes[1].price > 0.0 && changes[1].creation < 0.0);
    assert!((changes[0].price * 3.0 - (changes[0].imports / 100.0 - 1.0)).abs() < 1e-12);
    // A very elastic supply is the fixed price.
    let near = smart(&suppliers, Elasticities { supply: 1e9, ..elasticities }).unwrap();
    let fixed = smart(&suppliers, Elasticities { supply: f64::INFINITY, ..elasticities }).unwrap();
    assert!((near[0].imports - fixed[0].imports).abs() < 1e-6);
}

#[test]
fn who_loses_all_at_finite_supply_still_meets_his_supply() {
    let elasticities = Elasticities { demand: -0.2, supply: 5.0, substitution: 60.0 };
    let suppliers = line([40.0, 50.0, 10.0], 0.0, [1.5, 0.0, 0.0]);
    let changes = smart(&suppliers, elasticities).unwrap();
    assert_eq!(changes[0].imports, 0.0);
    for (s, c) in suppliers.iter().zip(&changes) {
        assert!((c.imports - s.imports * (1.0 + 5.0 * c.price)).abs() < 1e-9, "{changes:?}");
    }
    let stopped = line([40.0, 50.0, 10.0], 0.0, [f64::INFINITY, 0.0, 0.0]);
    let changes = smart(&stopped, Elasticities { supply: 3.0, ..FIXED }).unwrap();
    assert_eq!(changes[0].imports, 0.0);
    assert!(changes.iter().all(|c| c.price.is_finite() && c.price >= -1.0 && c.welfare.is_finite()));
}

proptest::proptest! {
    #[test]
    fn prices_and_quantities_fit_while_none_loses_all(
        imports in proptest::array::uniform3(1.0..1e6f64),
        before in 0.0..0.5f64,
        after in proptest::array::uniform3(0.0..0.6f64),
        demand in 0.2..0.8f64,
        supply in 0.2..40.0f64,
        substitution in 0.0..0.6f64,
    ) {
        let elasticities = Elasticities { demand: -demand, supply, substitution };
        let suppliers = line(imports, before, after);
        let changes = smart(&suppliers, elasticities).unwrap();
        proptest::prop_assert!(fits(&suppliers, elasticities, &changes) < 1e-9, "{:?}", changes);
    }
}

#[test]
fn nobody_loses_more_than_he_sells_and_a_prohibitive_tariff_ends_all() {
    let changes = smart(&line([40.0, 50.0, 10.0], 0.0, [f64::INFINITY, 0.0, 0.0]), FIXED).unwrap();
    assert_eq!(changes[0].imports, 0.0);
    assert!(changes.iter().all(|change| change.imports.is_finite() && change.revenue.is_finite()));
    let strong = Elasticities { substitution: 500.0, demand: -0.1, ..FIXED };
    let changes = smart(&line([40.0, 50.0, 10.0], 0.0, [0.5, 0.0, 0.0]), strong).unwrap();
    assert_eq!(changes[0].imports, 0.0);
    assert!((changes[1].imports / changes[2].imports - 5.0).abs() < 1e-12);
    assert!((changes.iter().map(|change| change.imports).sum::<f64>() - 98.0).abs() < 1e-9);
}

/// With one buyer, fixed prices of suppliers and no home goods, the exact market is the limit of a small change.
#[test]
fn it_is_the_exact_market_for_a_small_change() {
    let small = 1e-6;
    let imports = [40.0, 50.0, 10.0];
    let changes = smart(&line(imports, 0.1, [0.1 + small, 0.1, 0.1]), FIXED).unwrap();
    let mut value = vec![0.0; 16];
    let mut after = vec![1.1; 16];
    for (r, flow) in imports.into_iter().enumerate() {
        value[r * 4 + 3] = flow;
    }
    after[3] += small;
    let market = Market {
        regions: ["A", "B", "C", "D"].map(str::to_owned).to_vec(),
        value,
        before: vec![1.1; 16],
        after,
        em: vec![-1.5; 4],
        ex: vec![1e12; 4],
        es: vec![2.0 + 0.0; 4],
    };
    let exact = exact(&market).unwrap().unwrap();
    // SMART adds demand to substitution; the exact market takes the demand of the whole from the mean price.
    let whole: f64 = changes.iter().map(|change| change.imports).sum::<f64>() - 100.0;
    let theirs: f64 = (0..3).map(|r| exact.value[r * 4 + 3] - imports[r]).sum();
    assert!((whole / theirs - 1.0).abs() < 1e-4, "{whole} {theirs}");
    assert!((changes[1].diversion / 50.0 / small - 2.0 * 0.4 / 1.1).abs() < 1e-4);
}

#[test]
fn what_cannot_be_used_is_named() {
    let good = line([40.0, 50.0, 10.0], 0.1, [0.0, 0.1, 0.1]);
    for (elasticities, wanted) in [
        (Elasticities { demand: 1.0, ..FIXED }, "import demand is 1"),
        (Elasticities { supply: 0.0, ..FIXED }, "export supply is 0"),
        (Elasticities { substitution: f64::NAN, ..FIXED }, "substitution is NaN"),
    ] {
        assert!(smart(&good, elasticities).unwrap_err().to_string().contains(wanted));
    }
    let mut bad = good;
    bad[2].imports = -1.0;
    assert!(smart(&bad, FIXED).unwrap_err().to_string().contains("imports from C: -1"));
}

#[test]
fn a_folder_of_lines_is_worked_line_by_line_and_bad_cells_are_named() {
    use crate::base::MemoryBase;
    let base = |rows: &str| MemoryBase {
        id: "lines".to_owned(),
        files: [(
            "lines.csv".to_owned(),
            format!("line,supplier,imports,tariff_before,tariff_after\n{rows}").into_bytes(),
        )]
        .into(),
    };
    let text = "model = \"smart\"\ntitle = \"t\"\nbase = \"lines\"\ndemand = -1.5\nsubstitution = 2.0\n";
    let scenario = SmartScenario::parse("s.toml", text).unwrap();
    let outcome =
        run(&scenario, &base("0101,A,40,0.1,0\n0101,B,60,0.1,0.1\n0202,A,5,0,prohibitive\n")).unwrap();
    assert_eq!((outcome.tables[0].rows.len(), outcome.tables[1].rows.len()), (2, 3));
    assert!(outcome.certificate.largest_residual < 1e-12);
    assert_eq!(outcome.tables[0].rows[1][2], crate::Value::Number(0.0));
    for (rows, wanted) in [
        ("0101,A,-1,0,0\n", "line 2, column `imports`: -1 is below 0"),
        ("0101,A,1,0,nan\n", "column `tariff_after`: NaN is not finite"),
        ("0101,A,1,0,0\n0101,A,1,0,0\n", "line 3: `A` stands twice"),
        ("", "there are no rows"),
    ] {
        let problem = run(&scenario, &base(rows)).unwrap_err().to_string();
        assert!(problem.contains(wanted), "{problem}");
    }
}
