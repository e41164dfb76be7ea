//! SMART stands twice: one supplier at a time with own harm in remedies, all suppliers of a line in the models. While nobody loses
//! all trade both are one, whether suppliers' prices move or not.

use proptest::prelude::*;
use servanda_model::smart::{Elasticities, Supplier, smart};
use servanda_remedy::{ByCase, Case, EffectModel, Line, Share, ShareOf, Smart, Supply, Weights};

proptest! {
    #[test]
    fn remedies_and_models_agree(
        trade in 1.0..1e9f64,
        share in 0.05..0.95f64,
        duty in 0.0..0.5f64,
        added in 0.01..0.25f64,
        demand in 0.5..2.0f64,
        substitution in 0.0..1.5f64,
        supply in 0.5..30.0f64,
    ) {
        let by_case = |x: f64| ByCase { low: x, central: x, high: x };
        let model = Smart {
            supply: Supply { elasticity: supply, cite: String::new(), certainty: String::new() },
            weights: Weights { dependence: 0.0, consumer: 0.0, cite: String::new(), certainty: String::new() },
        };
        let line = Line {
            code: "85171300".into(),
            description: String::new(),
            trade,
            duty,
            base: Some(duty),
            share: Share { value: share, of: ShareOf::Assumed },
            consumer: 0.0,
            demand: by_case(demand),
            substitution: by_case(substitution),
        };
        let ours = model.effect(&line, added, Case::Central);
        let supplier = |name: &str, imports: f64, after: f64| Supplier { name: name.into(), imports, before: duty, after };
        let others = trade / share - trade;
        let sides = [supplier("respondent", trade, duty + added), supplier("others", others, duty)];
        let at = |supply: f64| smart(&sides, Elasticities { demand: -demand, supply, substitution }).unwrap();
        let theirs = at(f64::INFINITY);
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * trade;
        prop_assert!(near(ours.not_bought, -theirs[0].creation), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.switched, -theirs[0].diversion), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.imports_after, theirs[0].imports), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.revenue, theirs[0].revenue), "{ours:?} {theirs:?}");
        let (ours, theirs) = (model.effect(&line, added, Case::FiniteSupply), at(supply));
        prop_assert!(near(ours.not_bought, -theirs[0].creation), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.switched, -theirs[0].diversion), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.imports_after, theirs[0].imports * (1.0 + theirs[0].price)), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.revenue, theirs[0].revenue), "{ours:?} {theirs:?}");
        // Demand and supply at the prices, in the two nests that the book gives.
        let cost = (1.0 + duty + added) * (1.0 + theirs[0].price) / (1.0 + duty) - 1.0;
        let bought = 1.0 - demand * cost - substitution * (1.0 - share) * (cost - theirs[1].price);
        prop_assert!(near(trade * bought, theirs[0].imports) || bought < 0.0, "{theirs:?}");
        prop_assert!(near(trade * (1.0 + supply * theirs[0].price), theirs[0].imports), "{theirs:?}");
    }
}
