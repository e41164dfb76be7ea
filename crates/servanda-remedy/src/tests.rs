use super::*;
use proptest::prelude::*;
use std::collections::BTreeMap;

fn by_case(low: f64, central: f64, high: f64) -> ByCase {
    ByCase { low, central, high }
}

fn smart() -> Smart {
    Smart {
        supply: Supply { elasticity: 10.0, cite: String::new(), certainty: "assumption".into() },
        weights: Weights {
            dependence: 0.25,
            consumer: 0.5,
            cite: String::new(),
            certainty: "assumption".into(),
        },
    }
}

fn line(code: &str, trade: f64, duty: f64, share: f64, consumer: f64) -> Line {
    Line {
        code: code.to_owned(),
        description: String::new(),
        trade,
        duty,
        base: Some(duty / 2.0),
        share: Share { value: share, of: ShareOf::Code { code: code[..2].to_owned(), year: 2024 } },
        consumer,
        demand: by_case(1.0, 1.5, 2.0),
        substitution: by_case(0.5, 1.0, 1.5),
    }
}

fn grid() -> Vec<Rate> {
    Rate::grid(Rate(500), Rate(2500))
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-9 * a.abs().max(b.abs()).max(1.0)
}

fn problem(lines: Vec<Line>, target: f64, by: MatchBy, caps: Caps) -> Problem {
    Problem::new(lines, grid(), target, 0.05, by, caps, "USD").unwrap()
}

/// Worked by hand: 1000 of imports, 10 percent in force, half of it the base, a share of a fifth, 11 points more.
#[test]
fn a_line_by_hand() {
    let own = smart().effect(&line("85171300", 1000.0, 0.10, 0.2, 1.0), 0.11, Case::Central);
    // The price rises by 0.11 / 1.10 = 10 percent: demand falls by 15, and 0.8 x 10 move to others.
    assert!(near(own.not_bought, 150.0) && near(own.switched, 80.0) && near(own.imports_after, 770.0));
    assert!(near(own.trade_effect, 230.0));
    assert!(near(own.revenue, 0.21 * 770.0 - 0.10 * 1000.0));
    assert!(near(own.buyers_cost, 0.11 * (1000.0 + 770.0) / 2.0));
    assert!(near(own.loss_not_bought, 0.055 * 150.0) && near(own.loss_switched, 0.055 * 80.0));
    assert!(
        near(own.old_duty_lost, 23.0) && near(own.duty_regained, 0.05 * 80.0) && near(own.price_gain, 0.0)
    );
    assert!(near(own.dependence, 0.25 * 0.2 * 97.35) && near(own.consumer, 0.5 * 97.35));
    assert!(near(own.own_harm, 8.25 + 4.4 + 23.0 - 4.0 + 4.8675 + 48.675));
    // Suppliers with an elasticity of 10 lower their price by 1.83 percent, others raise theirs by 0.14; what is sold at those
    // prices is what is bought, and the buyer pays 1.1 x 7.99 percent more.
    let part = smart().effect(&line("85171300", 1000.0, 0.10, 0.2, 1.0), 0.11, Case::FiniteSupply);
    let apart = |a: f64, b: f64| (a - b).abs();
    assert!(apart(part.not_bought, 119.856582) < 1e-5 && apart(part.switched, 62.830801) < 1e-5, "{part:?}");
    let left = 1000.0 - part.not_bought - part.switched;
    let lower = 1.0 - part.imports_after / left;
    assert!(apart(left, 1000.0 * (1.0 - 10.0 * lower)) < 1e-6);
    let paid = 1.21 * (1.0 - lower) / 1.1 - 1.0;
    assert!(apart(part.not_bought, 1500.0 * paid) < 1e-6);
    assert!(apart(part.price_gain, 9.430409) < 1e-5);
    assert!(part.price_gain > 0.0 && part.own_harm < own.own_harm);
}

#[test]
fn the_line_of_the_oracle_of_2018() {
    // Amiti, Redding and Weinstein: the triangle of 2018 is about half of duty x the fall of imports. 10 percent on 100 with an
    // elasticity of 1 alone: 0.5 x 0.10 x 10.
    let mut own = line("72", 100.0, 0.0, 1.0, 0.0);
    own.demand = by_case(1.0, 1.0, 1.0);
    let effect = smart().effect(&own, 0.10, Case::Central);
    assert!(near(effect.loss_not_bought + effect.loss_switched, 0.5));
}

#[test]
fn the_target_is_met_and_proved() {
    let lines = vec![
        line("01012100", 4000.0, 0.0, 0.1, 1.0),
        line("01012900", 3000.0, 0.2, 0.1, 0.0),
        line("84099100", 5000.0, 0.0, 0.9, 0.0),
        line("85171300", 9000.0, 0.05, 0.3, 0.5),
    ];
    for by in [MatchBy::Revenue, MatchBy::TradeEffect] {
        let rates = Rate::grid(Rate(100), Rate(2500));
        let asked = Problem::new(lines.clone(), rates, 600.0, 0.05, by, Caps::default(), "USD").unwrap();
        let found = find_list(&asked, &smart()).unwrap();
        assert!((found.proof.effect / 600.0 - 1.0).abs() <= 0.05, "{found:?}");
        assert!(
            found.bound <= found.proof.own_harm + 1e-9 && found.gap_percent < 40.0,
            "{}",
            found.gap_percent
        );
        assert_eq!(found.cases.len(), 4);
        for own in naive_lists(&asked, &smart()) {
            assert!(own.matches && near(own.effect, 600.0), "{own:?}");
        }
    }
}

#[test]
fn a_cap_moves_the_list_to_other_chapters() {
    let lines: Vec<Line> = (0..40)
        .map(|n| line(&format!("{:02}010000", 10 + n % 4), 1000.0, 0.02 * f64::from(n % 4), 0.2, 0.0))
        .collect::<Vec<_>>()
        .into_iter()
        .enumerate()
        .map(|(n, l)| Line { code: format!("{}{n:02}", &l.code[..6]), ..l })
        .collect();
    let free =
        find_list(&problem(lines.clone(), 600.0, MatchBy::Revenue, Caps::default()), &smart()).unwrap();
    let caps = Caps { every: None, chapters: BTreeMap::from([("10".to_owned(), 0.3)]) };
    let capped = find_list(&problem(lines.clone(), 600.0, MatchBy::Revenue, caps), &smart()).unwrap();
    let bears =
        |found: &Found| found.proof.chapters.iter().find(|c| c.chapter == "10").map_or(0.0, |c| c.effect);
    assert!(bears(&free) > 300.0 && bears(&capped) <= 180.0 * (1.0 + 1e-9));
    assert!(capped.proof.own_harm > free.proof.own_harm && capped.prices.chapters["10"] > 0.0);
    let tight = Caps { every: Some(0.01), chapters: BTreeMap::new() };
    let refused = find_list(&problem(lines, 600.0, MatchBy::Revenue, tight), &smart()).unwrap_err();
    let RemedyError::OutOfReach { reach, share, .. } = &refused else { panic!("{refused}") };
    assert!(near(*reach, 24.0) && near(*share, 4.0), "{refused}");
}

#[test]
fn lines_that_cannot_reach_say_how_far_they_reach() {
    let asked = problem(vec![line("0101", 1000.0, 0.0, 0.5, 0.0)], 5000.0, MatchBy::Revenue, Caps::default());
    let said = find_list(&asked, &smart()).unwrap_err().to_string();
    // At 25 percent 1000 x (1 - 0.25 x 2) = 500 remain.
    assert!(said.contains("they reach 125 USD, 2.5 percent of it"), "{said}");
    let none = problem(Vec::new(), 5000.0, MatchBy::Revenue, Caps::default());
    assert!(matches!(find_list(&none, &smart()), Err(RemedyError::NoLines(_))));
}

#[test]
fn a_proof_refuses_what_is_not_so() {
    let asked = problem(vec![line("0101", 1000.0, 0.0, 0.5, 0.0)], 100.0, MatchBy::Revenue, Caps::default());
    let says = |list: &[(&str, u32)]| {
        let list = list.iter().map(|(code, rate)| ((*code).to_owned(), Rate(*rate))).collect();
        prove(&asked, &smart(), &list).unwrap_err().to_string()
    };
    assert!(says(&[("0102", 500)]).contains("not among the lines"));
    assert!(says(&[("0101", 700)]).contains("none of the rates"));
    assert!(says(&[("0101", 500)]).contains("off the target"));
    assert!(says(&[]).contains("off the target"));
}

#[test]
fn a_problem_that_makes_no_sense_is_refused() {
    let of = |lines, rates, target, tolerance| {
        Problem::new(lines, rates, target, tolerance, MatchBy::Revenue, Caps::default(), "USD").is_err()
    };
    let one = || vec![line("0101", 1.0, 0.0, 0.5, 0.0)];
    assert!(of(vec![line("0101", 1.0, 0.0, 0.5, 0.0), line("0101", 2.0, 0.0, 0.5, 0.0)], grid(), 1.0, 0.05));
    assert!(of(one(), grid(), 0.0, 0.05) && of(one(), grid(), f64::NAN, 0.05) && of(one(), grid(), 1.0, 0.0));
    assert!(of(one(), Vec::new(), 1.0, 0.05) && of(one(), vec![Rate(5), Rate(5)], 1.0, 0.05));
    assert!(of(vec![line("0101", f64::INFINITY, 0.0, 0.5, 0.0)], grid(), 1.0, 0.05));
    assert!(of(vec![line("0101", 1.0, 0.0, 1.5, 0.0)], grid(), 1.0, 0.05));
}

#[test]
fn a_measure_is_judged_by_the_same_yardstick() {
    let lines = [(line("0101", 1000.0, 0.0, 0.5, 0.0), 0.10), (line("0102", 500.0, 0.0, 0.5, 0.0), 0.0)];
    let found = judge(&lines, &smart());
    assert_eq!((found.lines, found.trade), (1, 1000.0));
    assert!(near(found.mean_added_percent, 10.0));
    let central = found.cases.iter().find(|c| c.case == Case::Central).unwrap();
    assert_eq!(central.effect, smart().effect(&lines[0].0, 0.10, Case::Central));
}

#[test]
fn a_problem_that_is_too_large_is_refused_at_once() {
    let lines = (0..2600).map(|n| line(&format!("01{n:06}"), 1e6, 0.0, 0.5, 0.0)).collect();
    let rates = Rate::grid(Rate(10), Rate(1000));
    let asked = Problem::new(lines, rates, 1e7, 0.05, MatchBy::TradeEffect, Caps::default(), "USD").unwrap();
    let said = find_list(&asked, &smart()).unwrap_err().to_string();
    assert!(said.contains("260000 choices"), "{said}");
}

fn any_lines() -> impl Strategy<Value = Vec<Line>> {
    let one = (
        10u32..14,
        0.0..9e9f64,
        0.0..0.6f64,
        0.0..=1.0f64,
        prop_oneof![Just(0.0), Just(1.0)],
        0.2..6.0f64,
        0.0..4.0f64,
    );
    prop::collection::vec(one, 1..30).prop_map(|all| {
        let make = |(n, (chapter, trade, duty, share, consumer, demand, substitution)): (usize, _)| {
            let mut own = line(&format!("{chapter}{n:06}"), trade, duty, share, consumer);
            own.demand = by_case(demand / 2.0, demand, demand * 1.5);
            own.substitution = by_case(substitution / 2.0, substitution, substitution * 1.5);
            own
        };
        all.into_iter().enumerate().map(make).collect()
    })
}

fn any_problem() -> impl Strategy<Value = (Vec<Line>, f64, MatchBy, Caps)> {
    let by = prop_oneof![Just(MatchBy::Revenue), Just(MatchBy::TradeEffect)];
    let caps = (prop::option::of(0.05..1.0f64), prop::option::of(0.05..1.0f64)).prop_map(|(every, one)| {
        Caps { every, chapters: one.map(|cap| ("11".to_owned(), cap)).into_iter().collect() }
    });
    (any_lines(), 1e3..2e10f64, by, caps)
}

fn codes(found: &Found) -> Vec<(String, Rate)> {
    found.lines.iter().map(|l| (l.line.code.clone(), l.rate)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn a_list_keeps_its_word_or_is_refused((lines, target, by, caps) in any_problem()) {
        let asked = problem(lines, target, by, caps.clone());
        match find_list(&asked, &smart()) {
            Ok(found) => {
                prop_assert!((found.proof.effect / target - 1.0).abs() <= 0.05 + 1e-9);
                // Summed here from the printed lines alone.
                let sum: f64 = found.lines.iter().map(|l| by.of(&l.effect)).sum();
                prop_assert!((sum / found.proof.effect - 1.0).abs() < 1e-9);
                let mut chapters: BTreeMap<&str, f64> = BTreeMap::new();
                for own in &found.lines {
                    *chapters.entry(own.line.chapter()).or_default() += by.of(&own.effect);
                    prop_assert!(own.counts.low <= own.counts.high && asked.rates.contains(&own.rate));
                }
                for (chapter, sum) in chapters {
                    prop_assert!(caps.of(chapter).is_none_or(|cap| sum <= cap * target * (1.0 + 1e-9)));
                }
                let slack = 1e-7 * found.proof.own_harm.abs().max(1.0);
                prop_assert!(found.bound <= found.proof.own_harm + slack, "{} {}", found.bound, found.proof.own_harm);
                prop_assert!(found.reach >= target * 0.95);
            }
            Err(RemedyError::OutOfReach { reach, .. }) => prop_assert!(reach < target),
            Err(RemedyError::NoWholeList { nearest, .. }) => prop_assert!(nearest < target * 0.95),
            Err(RemedyError::NoLines(_)) => {}
            Err(other) => prop_assert!(false, "{other}"),
        }
    }

    #[test]
    fn the_order_of_lines_changes_nothing((lines, target, by, caps) in any_problem()) {
        let mut turned = lines.clone();
        turned.reverse();
        let one = find_list(&problem(lines, target, by, caps.clone()), &smart());
        let other = find_list(&problem(turned, target, by, caps), &smart());
        prop_assert_eq!(one, other);
    }

    #[test]
    fn a_unit_that_is_larger_changes_no_rate((lines, target, by, caps) in any_problem(), power in -20i32..20) {
        // A power of two leaves every digit as it is.
        let unit = 2f64.powi(power);
        let scaled = lines.iter().map(|l| Line { trade: l.trade * unit, ..l.clone() }).collect();
        let one = find_list(&problem(lines, target, by, caps.clone()), &smart());
        let other = find_list(&problem(scaled, target * unit, by, caps), &smart());
        match (one, other) {
            (Ok(one), Ok(other)) => {
                prop_assert_eq!(codes(&one), codes(&other));
                prop_assert!((one.proof.own_harm * unit / other.proof.own_harm - 1.0).abs() < 1e-9);
            }
            (Err(one), Err(other)) => prop_assert_eq!(std::mem::discriminant(&one), std::mem::discriminant(&other)),
            (one, other) => prop_assert!(false, "{one:?} {other:?}"),
        }
    }

    #[test]
    fn any_prices_give_a_bound((lines, target, by, _) in any_problem(), effect in -2.0..5.0f64) {
        let asked = problem(lines, target, by, Caps::default());
        let prices = Prices {
            effect,
            chapters: BTreeMap::new(),
            status: String::new(),
            iterations: 0,
            relaxed_harm: 0.0,
            variables: 0,
        };
        if let Ok(found) = find_list(&asked, &smart()) {
            let bound = bound_at(&asked, &smart(), &prices, found.proof.effect);
            prop_assert!(bound <= found.proof.own_harm + 1e-7 * found.proof.own_harm.abs().max(bound.abs()));
        }
    }

    #[test]
    fn parts_add_up(lines in any_lines(), added in 0.001..1.0f64) {
        for own in &lines {
            for case in CASES {
                let e = smart().effect(own, added, case);
                let left = own.trade - e.not_bought - e.switched;
                prop_assert!(left >= -1e-6 * own.trade && e.imports_after <= own.trade);
                if left > 1e-6 * own.trade {
                    // The loss is what buyers lose beyond what the treasury gets.
                    let loss = e.loss_not_bought + e.loss_switched + e.old_duty_lost - e.duty_regained - e.price_gain;
                    let other = e.buyers_cost - e.revenue - e.duty_regained;
                    prop_assert!((loss - other).abs() <= 1e-9 * own.trade.max(1.0), "{} {}", loss, other);
                }
            }
        }
    }
}
