//! The same market told in another way has the same answer, with either method.

use super::super::*;
use crate::testing::numbers;

fn market(seed: u64) -> Market {
    let mut next = numbers(seed);
    let n = 2 + (4.0 * next()) as usize;
    let mut market = Market {
        regions: (0..n).map(|k| format!("R{k}")).collect(),
        value: (0..n * n)
            .map(|at| if at / n != at % n && next() < 0.15 { 0.0 } else { 1.0 + 100.0 * next() })
            .collect(),
        before: (0..n * n).map(|_| 1.0 + 0.5 * next()).collect(),
        after: Vec::new(),
        em: (0..n).map(|_| -0.3 - 2.0 * next()).collect(),
        ex: (0..n).map(|_| 0.3 + 4.0 * next()).collect(),
        es: (0..n).map(|_| 0.5 + 7.0 * next()).collect(),
    };
    market.after = market.before.iter().map(|power| power * (0.6 + 0.9 * next())).collect();
    market
}

/// The market with the regions `of`, in that order; what stands more than once is cut into equal parts.
fn told(market: &Market, of: &[usize], unit: f64) -> Market {
    let n = market.len();
    let part = |k: usize| 1.0 / of.iter().filter(|other| **other == k).count() as f64;
    let cells = || of.iter().flat_map(|r| of.iter().map(move |v| (*r, *v)));
    let each = |values: &[f64]| of.iter().map(|k| values[*k]).collect();
    Market {
        regions: (0..of.len()).map(|k| format!("T{k}")).collect(),
        value: cells().map(|(r, v)| unit * market.value[r * n + v] * part(r) * part(v)).collect(),
        before: cells().map(|(r, v)| market.before[r * n + v]).collect(),
        after: cells().map(|(r, v)| market.after[r * n + v]).collect(),
        em: each(&market.em),
        ex: each(&market.ex),
        es: each(&market.es),
    }
}

#[test]
fn order_unit_and_halves_change_nothing() {
    for seed in 0..300 {
        let mut market = market(seed);
        let n = market.len();
        let turned: Vec<usize> = (0..n).rev().collect();
        let halves: Vec<usize> = (0..n).chain([n - 1]).collect();
        for solve in [linear, exact] {
            let one = solve(&market).unwrap().unwrap();
            for of in [&turned, &halves] {
                let other = solve(&told(&market, of, 1e6)).unwrap().unwrap();
                for (place, k) in of.iter().enumerate() {
                    let (had, has) = (one.price[*k].unwrap(), other.price[place].unwrap());
                    assert!((had - has).abs() < 1e-9, "{seed}: {had} {has}");
                    assert!((one.index[*k] - other.index[place]).abs() < 1e-9, "{seed}");
                }
                let all = |answer: &Answer| answer.producers.iter().chain(&answer.buyers).sum::<f64>();
                assert!((all(&one) - all(&other) / 1e6).abs() < 1e-6, "{seed}");
            }
        }
        // A flow that is closed stays closed whatever the order.
        market.after[1] = f64::INFINITY;
        let (one, other) =
            (exact(&market).unwrap().unwrap(), exact(&told(&market, &turned, 1.0)).unwrap().unwrap());
        for (place, k) in turned.iter().enumerate() {
            let (had, has) = (one.price[*k].unwrap(), other.price[place].unwrap());
            // Where origins hardly replace each other, prices rise ten million times.
            assert!((had - has).abs() < 1e-9 * (1.0 + had.abs()), "{seed}: {had} {has}");
        }
    }
}

#[test]
fn two_steps_are_one_and_back_is_where_one_was() {
    for seed in 0..300 {
        let whole = market(seed);
        let answer = exact(&whole).unwrap().unwrap();
        let half: Vec<f64> = whole.before.iter().zip(&whole.after).map(|(a, b)| (a * b).sqrt()).collect();
        let step = |from: &[f64], to: &[f64], value: &[f64]| {
            let market =
                Market { before: from.to_vec(), after: to.to_vec(), value: value.to_vec(), ..whole.clone() };
            exact(&market).unwrap().unwrap()
        };
        let first = step(&whole.before, &half, &whole.value);
        let second = step(&half, &whole.after, &first.value);
        let back = step(&whole.after, &whole.before, &answer.value);
        for r in 0..whole.len() {
            let [one, two, all, again] =
                [&first, &second, &answer, &back].map(|answer| 1.0 + answer.price[r].unwrap());
            assert!((one * two - all).abs() < 1e-9 && (all * again - 1.0).abs() < 1e-9, "{seed}");
        }
    }
}
