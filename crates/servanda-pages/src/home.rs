//! The first page: every agreement with both parties, how its commitments stand, and what falls due next.

use crate::lists::due_rows;
use crate::read::{items, text};
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeMap;

/// One agreement on the first page.
#[derive(Debug, Clone)]
pub struct Overview<'a> {
    /// Its id.
    pub id: &'a str,
    /// The document of `check`, or why there is none.
    pub check: Result<&'a Value, String>,
}

/// The content of the page; `due` is the document of the command.
pub fn home(agreements: &[Overview<'_>], due: &Value, query: &str) -> Markup {
    html! {
        p class="lead" { "Whether the parties to trade agreements follow through on what they promised, from official evidence: each finding goes down to every observation, its source and the day it was published." }
        h2 { "Agreements" }
        div class="wide" tabindex="0" role="region" aria-label="Table" { table {
            caption { "How many commitments are decided, and how many cannot be told; no score is made of them" }
            thead { tr { th scope="col" { "agreement" } th scope="col" { "kind" } th class="n" scope="col" { "commitments" } th scope="col" { "how they stand" } } }
            tbody { @for one in agreements { (row(one, query)) } }
        } }
        h2 { "What falls due next" }
        (due_rows(items(due.get("answer").unwrap_or(&Value::Null), "rows"), 12, query))
        p { a href={ "/due" (query) } { "Everything that falls due" } }
    }
}

fn row(one: &Overview<'_>, query: &str) -> Markup {
    match &one.check {
        Err(why) => html! { tr { td { (one.id) } td colspan="3" { (why) } } },
        Ok(check) => {
            let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
            let all = items(check, "commitments");
            for word in all.iter().filter_map(|c| text(c, "status")) {
                *counts.entry(word).or_default() += 1;
            }
            html! { tr {
                td { a href={ "/a/" (one.id) (query) } { (text(check, "title").unwrap_or(one.id)) } }
                td { (text(check, "instrument").unwrap_or_default()) }
                td class="n" { (all.len()) }
                td { @for (n, (word, count)) in counts.iter().enumerate() { @if n > 0 { ", " } (count) " " (word) } }
            } }
        }
    }
}
