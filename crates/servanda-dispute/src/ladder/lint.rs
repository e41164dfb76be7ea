//! What is wrong with a ladder as a whole: steps that do not exist, stand twice, lead nowhere or cannot be reached.

use super::load::{RESERVED, RawLadder};
use crate::toml_form::Form;
use servanda_files::{Text, did_you_mean};
use std::collections::{BTreeMap, BTreeSet};

pub(super) fn check(form: &mut Form<'_>, raw: &RawLadder) {
    let ids: Vec<&Text> = raw.step.iter().map(|s| &s.id).chain(raw.end.iter().map(|e| &e.id)).collect();
    let mut known: BTreeSet<&str> = BTreeSet::new();
    for id in &ids {
        if RESERVED.contains(&id.get_ref().as_str()) {
            let message = format!("`{}` is a kind of event, and no step", id.get_ref());
            form.error("reserved-id", id.span(), message, "name the step otherwise");
        }
        if !known.insert(id.get_ref()) {
            form.error(
                "id-twice",
                id.span(),
                format!("the step `{}` stands twice", id.get_ref()),
                "rename one of them",
            );
        }
    }
    let mut named = |text: &Text| {
        let id = text.get_ref();
        if known.contains(id.as_str()) {
            return true;
        }
        let help = did_you_mean(id, known.iter().copied())
            .unwrap_or_else(|| "name a [[step]] or an [[end]] of this ladder".to_owned());
        form.error("unknown-step", text.span(), format!("there is no step `{id}`"), help);
        false
    };
    let mut whole = true;
    for start in raw.start.get_ref() {
        whole &= named(start);
    }
    for step in &raw.step {
        for next in step.next.get_ref() {
            whole &= named(next);
        }
        for clock in &step.clock {
            for text in [Some(&clock.from), clock.after.as_ref()].into_iter().flatten() {
                named(text);
            }
        }
    }
    if raw.start.get_ref().is_empty() {
        form.error("no-start", raw.start.span(), "with which step does a case begin?", "name one at least");
        whole = false;
    }
    for step in &raw.step {
        if step.next.get_ref().is_empty() {
            let message = format!("nothing follows the step `{}`", step.id.get_ref());
            let help = "say what may follow, or make it an [[end]]";
            form.error("dead-end", step.next.span(), message, help);
        }
    }
    // Where a name is wrong, what cannot be reached would only repeat it.
    if whole {
        unreachable(form, raw, &ids);
    }
}

fn unreachable(form: &mut Form<'_>, raw: &RawLadder, ids: &[&Text]) {
    let next: BTreeMap<&str, Vec<&str>> = raw
        .step
        .iter()
        .map(|s| (s.id.get_ref().as_str(), s.next.get_ref().iter().map(|n| n.get_ref().as_str()).collect()))
        .collect();
    let mut open: Vec<&str> = raw.start.get_ref().iter().map(|s| s.get_ref().as_str()).collect();
    let mut reached: BTreeSet<&str> = open.iter().copied().collect();
    while let Some(id) = open.pop() {
        for to in next.get(id).into_iter().flatten() {
            if reached.insert(to) {
                open.push(to);
            }
        }
    }
    for id in ids.iter().filter(|id| !reached.contains(id.get_ref().as_str())) {
        let message = format!("no case can come to `{}`", id.get_ref());
        let help = "name it in `next` of a step, or in `start`";
        form.error("unreachable-step", id.span(), message, help);
    }
}
