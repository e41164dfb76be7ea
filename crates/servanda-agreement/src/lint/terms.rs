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

/// How a source can be asked for a term.
#[derive(Default)]
pub(super) struct ReadBy {
    /// The source's own flows with the partner, for each pair of countries that the term is the sum of: the importer's side, or the
    /// other as a proxy.
    pub flows: Vec<(Vec<Stage>, Party)>,
    /// Pairs that it publishes nothing of.
    pub unread: Vec<(Party, Party)>,
}

/// By which of a source's own flows a term can be read.
pub(super) fn read_by(agreement: &Agreement, stage: &StageRef, flow: &FlowTerm, source: &Source) -> ReadBy {
    let mut found = ReadBy::default();
    for (first, second) in agreement.traders(&flow.pair) {
        let own = source.reporter == first;
        let partner = if own { second } else { first };
        let stages = match stage {
            StageRef::Stage(Stage::Imports) => vec![if own { Stage::Imports } else { Stage::Exports }],
            StageRef::Stage(Stage::Exports) => vec![if own { Stage::Exports } else { Stage::Imports }],
            StageRef::Stage(other) => vec![*other],
            StageRef::Balance | StageRef::Deficit => vec![Stage::Exports, Stage::Imports],
            StageRef::Param(_) => Vec::new(),
        };
        if !stages.is_empty() && (own || source.reporter == second) {
            found.flows.push((stages, partner));
        } else {
            found.unread.push((first, second));
        }
    }
    found
}
