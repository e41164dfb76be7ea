//! SMART stands twice: one supplier at a time with own harm in remedies, all suppliers of a line in the models. Where suppliers'
//! prices do not move and nobody loses all trade, both are one.

use proptest::prelude::*;
use servanda_dispute::remedy::{ByCase, Case, EffectModel, Line, Share, Smart, Supply, Weights};
use servanda_model::smart::{Elasticities, Supplier, smart};

proptest! {
    #[test]
    fn remedies_and_models_agree(
        trade in 1.0..1e9f64,
        share in 0.05..0.95f64,
        duty in 0.0..0.5f64,
        added in 0.01..0.25f64,
        demand in 0.5..2.0f64,
        substitution in 0.0..1.5f64,
    ) {
        let by_case = |x: f64| ByCase { low: x, central: x, high: x };
        let model = Smart {
            supply: Supply { elasticity: 10.0, cite: String::new(), certainty: String::new() },
            weights: Weights { dependence: 0.0, consumer: 0.0, cite: String::new(), certainty: String::new() },
        };
        let line = Line {
            code: "85171300".into(),
            description: String::new(),
            trade,
            duty,
            base: Some(duty),
            share: Share { value: share, of: "assumed".into() },
            consumer: 0.0,
            demand: by_case(demand),
            substitution: by_case(substitution),
        };
        let ours = model.effect(&line, added, Case::Central);
        let supplier = |name: &str, imports: f64, after: f64| Supplier { name: name.into(), imports, before: duty, after };
        let others = trade / share - trade;
        let theirs = smart(
            &[supplier("respondent", trade, duty + added), supplier("others", others, duty)],
            Elasticities { demand: -demand, supply: f64::INFINITY, substitution },
        )
        .unwrap();
        let near = |a: f64, b: f64| (a - b).abs() <= 1e-9 * trade;
        prop_assert!(near(ours.not_bought, -theirs[0].creation), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.switched, -theirs[0].diversion), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.imports_after, theirs[0].imports), "{ours:?} {theirs:?}");
        prop_assert!(near(ours.revenue, theirs[0].revenue), "{ours:?} {theirs:?}");
    }
}
