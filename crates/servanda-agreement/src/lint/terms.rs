//! Walking a rule.

use crate::ast::{
    Condition, EachRange, Expr, ExprKind, FlowTerm, Rule, ScopeExpr, ScopeItem, StageRef, TariffTerm,
};
use crate::model::{Agreement, Definition};
use servanda_core::{Party, Source, Stage};

/// Every figure of a rule, inner ones too.
pub(super) fn each_figure<'r>(rule: &'r Rule, f: &mut dyn FnMut(&'r Expr)) {
    fn expr<'r>(e: &'r Expr, f: &mut dyn FnMut(&'r Expr)) {
        f(e);
        match &e.kind {
            ExprKind::Min(parts) | ExprKind::Max(parts) => parts.iter().for_each(|p| expr(p, f)),
            ExprKind::Binary(_, a, b) => {
                expr(a, f);
                expr(b, f);
            }
            _ => {}
        }
    }
    fn condition<'r>(c: &'r Condition, f: &mut dyn FnMut(&'r Expr)) {
        match c {
            Condition::Or(parts) | Condition::And(parts) => parts.iter().for_each(|p| condition(p, f)),
            Condition::Not(inner) => condition(inner, f),
            Condition::Compare(c) => {
                expr(&c.left, f);
                expr(&c.right, f);
            }
        }
    }
    condition(&rule.condition, f);
}

/// Every flow of a rule.
pub(super) fn flows(rule: &Rule) -> Vec<&FlowTerm> {
    let mut found = Vec::new();
    each_figure(rule, &mut |e| {
        if let ExprKind::Flow(flow) = &e.kind {
            found.push(flow);
        }
    });
    found
}

/// Every scope that a rule names.
pub(crate) fn scopes(rule: &Rule) -> Vec<String> {
    fn add(scope: &ScopeExpr, found: &mut Vec<String>) {
        for (_, item) in &scope.items {
            if let ScopeItem::Named(name) = item
                && !found.contains(name)
            {
                found.push(name.clone());
            }
        }
    }
    let mut found = Vec::new();
    for each in rule.each.iter().chain(&rule.more) {
        if let EachRange::Scope(scope) = &each.over {
            add(scope, &mut found);
        }
    }
    each_figure(rule, &mut |e| match &e.kind {
        ExprKind::Flow(flow) => add(&flow.scope, &mut found),
        ExprKind::Tariff(
            TariffTerm::Rate(_, scope, _)
            | TariffTerm::Mfn(_, scope, _)
            | TariffTerm::Average(_, scope, ..)
            | TariffTerm::Coverage(_, scope, ..),
        ) => add(scope, &mut found),
        _ => {}
    });
    found
}

/// The flow that a term means under a definition.
pub(super) fn stage(agreement: &Agreement, definition: &Definition, flow: &FlowTerm) -> Option<StageRef> {
    match &flow.stage {
        StageRef::Param(name) => agreement.stage(definition, name),
        other => Some(other.clone()),
    }
}

/// The source's own flows by which a term can be read, with the partner: the importer's side, or the other as a proxy.
pub(super) fn read_by(stage: &StageRef, flow: &FlowTerm, source: &Source) -> Option<(Vec<Stage>, Party)> {
    let (first, second) = (flow.pair.first, flow.pair.second);
    let partner = if source.reporter == first {
        second
    } else if source.reporter == second {
        first
    } else {
        return None;
    };
    let own = source.reporter == first;
    let stages = match stage {
        StageRef::Stage(Stage::Imports) => vec![if own { Stage::Imports } else { Stage::Exports }],
        StageRef::Stage(Stage::Exports) => vec![if own { Stage::Exports } else { Stage::Imports }],
        StageRef::Stage(other) => vec![*other],
        StageRef::Balance | StageRef::Deficit => vec![Stage::Exports, Stage::Imports],
        StageRef::Param(_) => return None,
    };
    Some((stages, partner))
}
