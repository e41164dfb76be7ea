//! Walking a rule.

use crate::ast::{ExprKind, FlowTerm, Rule, ScopeItem, StageRef};
use crate::model::{Agreement, Definition};
use crate::walk::Part;
use servanda_core::{Party, Source, Stage};

/// Every flow of a rule.
pub(super) fn flows(rule: &Rule) -> Vec<&FlowTerm> {
    let mut found = Vec::new();
    for figure in rule.figures() {
        if let ExprKind::Flow(flow) = &figure.kind {
            found.push(flow);
        }
    }
    found
}

/// Every scope that a rule names.
pub(crate) fn scopes(rule: &Rule) -> Vec<String> {
    let mut found = Vec::new();
    rule.each_part(|part| {
        let Part::Scope(scope) = part else { return };
        for (_, item) in &scope.items {
            if let ScopeItem::Named(name) = item
                && !found.contains(name)
            {
                found.push(name.clone());
            }
        }
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
