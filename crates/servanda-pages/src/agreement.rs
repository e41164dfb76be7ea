//! The page on an agreement: what `brief` says, with a way to every commitment that `check` has.

use crate::frame::status;
use crate::read::{items, text, texts};
use maud::{Markup, html};
use serde_json::Value;

/// The content of the page, from the documents of `brief` and `check`; `link` writes the address of a commitment.
pub fn agreement(brief: &Value, check: &Value, link: &dyn Fn(&str) -> String) -> Markup {
    let page = brief.get("answer").unwrap_or(&Value::Null);
    let name = |id: &str| html! { a href=(link(id)) { (id) } };
    html! {
        p class="lead" { (text(page, "weight").unwrap_or_default()) "." }
        @if let Some(day) = text(page, "read_through") {
            p class="note" { "Its texts were read to " (day) "; what was agreed later is not known here." }
        }
        @if let Some(note) = text(page, "note") { p class="note" { (note) } }
        h2 { "What each party owes" }
        div class="wide" tabindex="0" role="region" aria-label="What each party owes" { table {
            caption { "Commitments by party and force, with how many are decided" }
            thead { tr { th scope="col" { "owed by" } th scope="col" { "force" } th class="n" scope="col" { "commitments" } th class="n" scope="col" { "decided" } } }
            tbody { @for party in items(page, "promised") {
                @let who = text(party, "party").unwrap_or_default();
                @if items(party, "duties").is_empty() { tr { td { (who) } td colspan="3" { "none found in the texts read" } } }
                @for duty in items(party, "duties") {
                    tr { td { (who) } td { (text(duty, "force").unwrap_or_default()) } td class="n" { (number(duty, "count")) } td class="n" { (number(duty, "decided")) } }
                }
            } }
        } }
        @if !items(page, "standing").is_empty() {
            h2 { "Where it stands" }
            @for row in items(page, "standing") {
                @let id = text(row, "commitment").unwrap_or_default();
                h3 { (name(id)) " " (status(text(row, "status").unwrap_or_default())) }
                p { @if let Some(by) = text(row, "by") { (by) ": " } (text(row, "what").unwrap_or_default())
                    @if let Some(over) = text(row, "overlay") { ". " (over) } }
                ul { @for line in texts(row, "lines") { li { (line) } } }
            }
            p class="soft" { "* the other side's record of the same trade." }
        }
        @if !items(page, "contested").is_empty() {
            h2 { "What is contested" }
            @for row in items(page, "contested") {
                h3 { (text(row, "about").unwrap_or_default()) @if let Some(word) = text(row, "status") { " " (status(word)) } }
                @if !texts(row, "commitments").is_empty() {
                    p { "Commitments: " @for (n, id) in texts(row, "commitments").into_iter().enumerate() { @if n > 0 { ", " } (name(id)) } }
                }
                ul { @for claim in texts(row, "claims") { li { (claim) } } }
            }
        }
        @if !items(page, "untold").is_empty() {
            h2 { "What cannot be told, and why" }
            ul { @for row in items(page, "untold") {
                @let ids = texts(row, "commitments");
                li { (text(row, "reason").unwrap_or_default()) ": " (ids.len()) @if ids.len() == 1 { " commitment" } @else { " commitments" } }
            } }
        }
        h2 { "Every commitment" }
        div class="wide" tabindex="0" role="region" aria-label="Every commitment" { table {
            caption { "In the order of the text" }
            thead { tr { th scope="col" { "commitment" } th scope="col" { "by" } th scope="col" { "what" } th scope="col" { "where" } th scope="col" { "status" } } }
            tbody { @for row in items(check, "commitments") {
                tr {
                    td { (name(text(row, "id").unwrap_or_default())) }
                    td { (text(row, "by").unwrap_or_default()) }
                    td { (text(row, "title").or_else(|| text(row, "act")).unwrap_or_default()) }
                    td { (text(row, "cite").unwrap_or_default()) }
                    td { (status(text(row, "status").unwrap_or_default())) }
                }
            } }
        } }
    }
}

fn number(value: &Value, key: &str) -> String {
    value.get(key).map(ToString::to_string).unwrap_or_default()
}
