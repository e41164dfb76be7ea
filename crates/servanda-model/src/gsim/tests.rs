use super::*;
use crate::folder::Folder;
use crate::testing::{case_count, numbers};
use crate::{DirBase, Value};
use std::path::Path;

mod invariants;

/// Three regions, one of which only buys, with a small or a large cut by the second.
fn three(power: f64) -> Market {
    let value = vec![50.0, 30.0, 20.0, 40.0, 90.0, 5.0, 0.0, 0.0, 0.0];
    let before = vec![1.0, 1.2, 1.1, 1.3, 1.0, 1.1, 1.0, 1.0, 1.0];
    let mut after = before.clone();
    after[1] *= power;
    Market {
        regions: ["A", "B", "C"].map(str::to_owned).to_vec(),
        value,
        before,
        after,
        em: vec![-1.25, -0.8, -1.0],
        ex: vec![1.5, 2.0, 3.0],
        es: vec![5.0, 4.0, 1.0],
    }
}

#[test]
fn no_change_changes_nothing() {
    for solve in [linear, exact] {
        let answer = solve(&three(1.0)).unwrap().unwrap();
        assert_eq!(answer.price, [Some(0.0), Some(0.0), None]);
        assert!(
            answer.revenue.iter().chain(&answer.producers).chain(&answer.buyers).all(|x| x.abs() < 1e-12)
        );
    }
}

#[test]
fn the_exact_answer_is_the_linear_one_for_a_small_change() {
    let small = 1e-5;
    let market = three(1.0 - small);
    let (near, true_one) = (linear(&market).unwrap().unwrap(), exact(&market).unwrap().unwrap());
    for r in 0..2 {
        let (a, b) = (near.price[r].unwrap(), true_one.price[r].unwrap());
        assert!((a - b).abs() < 20.0 * small * small && a != 0.0, "{a} {b}");
    }
    for (a, b) in near.quantity.iter().zip(&true_one.quantity).take(6) {
        assert!((a - b).abs() < 40.0 * small * small, "{a} {b}");
    }
    for (a, b) in near.buyers.iter().zip(&true_one.buyers) {
        assert!((a - b).abs() < 1e4 * small * small, "{a} {b}");
    }
}

#[test]
fn there_and_back_is_where_one_was() {
    let there = exact(&three(0.5)).unwrap().unwrap();
    let mut back = three(0.5);
    std::mem::swap(&mut back.before, &mut back.after);
    back.value = there.value.clone();
    let back = exact(&back).unwrap().unwrap();
    for r in 0..2 {
        let round = (1.0 + there.price[r].unwrap()) * (1.0 + back.price[r].unwrap());
        assert!((round - 1.0).abs() < 1e-12, "{round}");
    }
}

#[test]
fn a_prohibitive_tariff_closes_one_flow_and_has_no_linear_answer() {
    let market = three(f64::INFINITY);
    let answer = exact(&market).unwrap().unwrap();
    assert_eq!(answer.value[1], 0.0);
    assert!(answer.price[0].unwrap() < 0.0 && answer.value.iter().all(|v| v.is_finite()));
    assert!((answer.revenue[1] + 0.2 * 30.0).abs() < 1e-12);
    assert!(linear(&market).unwrap_err().to_string().contains("from A to B"));
    let mut shut = market;
    shut.after[0] = f64::INFINITY;
    shut.after[2] = f64::INFINITY;
    assert!(exact(&shut).unwrap().unwrap_err().to_string().contains("every market of A"));
}

#[test]
fn what_cannot_be_used_is_named() {
    type Break = fn(&mut Market);
    let broken: [(Break, &str); 4] = [
        (|m| m.value[3] = -1.0, "trade from B to A"),
        (|m| m.before[5] = f64::NAN, "from B to C"),
        (|m| m.em[2] = 0.5, "`em` of C"),
        (|m| m.es.truncate(1), "`es` holds 1"),
    ];
    for (break_it, wanted) in broken {
        let mut market = three(0.9);
        break_it(&mut market);
        let problem = exact(&market).unwrap_err().to_string();
        assert!(problem.contains(wanted), "{problem}");
    }
}

#[test]
fn bad_files_are_refused_with_file_and_line() {
    let header = "exporter,importer,value_world_prices,t0_power,t1_power\n";
    let good = "A,A,1,1,1\nA,B,1,1,1\nB,A,1,1,1\nB,B,1,1,1\n";
    let params = r#"{"Em": -1, "Ex": 1, "Es": {"A": 2, "B": 3}}"#;
    for (flows, params, wanted) in [
        (
            good.replace("A,B,1,1,1", "A,B,-1,1,1"),
            params,
            "flows.csv: line 3, column `value_world_prices`: -1 is below 0",
        ),
        (good.replace("A,B,1,1,1", "A,B,1,inf,1"), params, "column `t0_power`: inf is not finite"),
        (good.replace("A,B,1,1,1", "A,B,1,1,0"), params, "column `t1_power`: one plus the tariff"),
        (good.replace("A,B,1,1,1\n", ""), params, "no row from `A` to `B`"),
        (good.replace("B,B,1,1,1", "B,A,1,1,1"), params, "line 5: `B` to `A` stands twice"),
        (good.to_owned(), r#"{"Em": 1, "Ex": 1, "Es": 2}"#, "params.json: Em: 1 is not"),
        (good.to_owned(), r#"{"Em": -1, "Ex": 1, "Es": {"A": 2}}"#, "params.json: Es: there is none for `B`"),
        (good.to_owned(), r#"{"Em": -1, "Ex": 1, "Es": 2, "x": 1}"#, "unknown field `x`"),
        (String::new(), params, "there are no rows"),
    ] {
        let dir = tempfile::tempdir().unwrap();
        std::fs::write(dir.path().join("flows.csv"), format!("{header}{flows}")).unwrap();
        std::fs::write(dir.path().join("params.json"), params).unwrap();
        let base = DirBase::new(dir.path());
        let problem = Market::load(&Folder::new(&base)).unwrap_err().to_string();
        assert!(problem.contains(wanted), "{problem}");
    }
}

#[test]
fn the_published_example_comes_out_to_four_decimals() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/ge/gsim-4x4");
    if !dir.exists() {
        println!("skipped: {} is not there", dir.display());
        return;
    }
    let scenario = "model = \"gsim\"\ntitle = \"t\"\nbase = \"gsim-4x4\"\nmethod = \"linear\"\n";
    let scenario = GsimScenario::parse("s.toml", scenario).unwrap();
    let outcome = run(&scenario, &DirBase::new(&dir)).unwrap();
    assert!(outcome.certificate.converged && outcome.certificate.largest_residual < 1e-14);
    let published = [("US", 0.0792), ("JP", -0.0316), ("EU", 0.0480), ("RW", -0.0184)];
    for (row, (region, price)) in outcome.tables[0].rows.iter().zip(published) {
        assert_eq!(row[0], Value::from(region));
        let Value::Number(found) = row[1] else { panic!("{row:?}") };
        assert_eq!(format!("{found:.4}"), format!("{price:.4}"));
    }
    let exact = GsimScenario { method: Method::Exact, ..scenario };
    let outcome = run(&exact, &DirBase::new(&dir)).unwrap();
    assert!(outcome.certificate.largest_residual < 1e-13, "{:?}", outcome.certificate);
}

/// A slow and plain second way: each exporter's price by bisection, the others' held, round after round.
#[test]
fn a_plain_solver_finds_the_same_on_random_markets() {
    let mut next = numbers(7);
    for _ in 0..case_count() {
        let n = 2 + (4.0 * next()) as usize;
        let mut market = Market {
            regions: (0..n).map(|k| format!("R{k}")).collect(),
            value: (0..n * n).map(|_| if next() < 0.1 { 0.0 } else { 100.0 * next() }).collect(),
            before: (0..n * n).map(|_| 1.0 + 0.5 * next()).collect(),
            after: Vec::new(),
            em: (0..n).map(|_| -0.3 - 2.0 * next()).collect(),
            ex: (0..n).map(|_| 0.3 + 4.0 * next()).collect(),
            es: (0..n).map(|_| 0.5 + 7.0 * next()).collect(),
        };
        market.after = market.before.iter().map(|power| power * (0.6 + 0.9 * next())).collect();
        let found = exact(&market).unwrap().unwrap();
        let mut price = vec![1.0; n];
        let excess = |price: &[f64], r: usize| {
            let mut bought = 0.0;
            for v in 0..n {
                let spent = |s: usize| market.value[s * n + v] * market.before[s * n + v];
                let whole: f64 = (0..n).map(spent).sum();
                if market.value[r * n + v] == 0.0 {
                    continue;
                }
                let dear = |s: usize| price[s] * market.after[s * n + v] / market.before[s * n + v];
                let es = market.es[v];
                let index = (0..n)
                    .map(|s| spent(s) / whole * dear(s).powf(1.0 - es))
                    .sum::<f64>()
                    .powf(1.0 / (1.0 - es));
                bought += market.value[r * n + v] * (dear(r) / index).powf(-es) * index.powf(market.em[v]);
            }
            let sold: f64 = market.value[r * n..(r + 1) * n].iter().sum();
            bought - sold * price[r].powf(market.ex[r])
        };
        for _ in 0..2000 {
            let mut moved: f64 = 0.0;
            for r in 0..n {
                if market.value[r * n..(r + 1) * n].iter().all(|value| *value == 0.0) {
                    continue;
                }
                let (mut low, mut high) = (1e-3, 1e3);
                for _ in 0..80 {
                    let mid = f64::sqrt(low * high);
                    let mut trial = price.clone();
                    trial[r] = mid;
                    if excess(&trial, r) > 0.0 { low = mid } else { high = mid }
                }
                moved = moved.max((low / price[r] - 1.0).abs());
                price[r] = low;
            }
            if moved < 1e-13 {
                break;
            }
        }
        for (ours, theirs) in found.price.iter().zip(&price) {
            assert!(ours.is_none_or(|ours| (ours + 1.0 - theirs).abs() < 1e-9), "{ours:?} {theirs}");
        }
    }
}
