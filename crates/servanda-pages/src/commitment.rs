//! The page on a commitment: its words, the chart, both sides' readings, and the derivation down to each observation.

use crate::chart::chart;
use crate::frame::{drawn, status};
use crate::read::{held_of_required, items, share, text, texts};
use maud::{Markup, html};
use serde_json::Value;

/// The content of the page, from the document of `explain`, its derivation as the program prints it, and the addresses of the agreement and
/// of the chart.
pub fn commitment(explain: &Value, derivation: &str, agreement_address: &str, chart_address: &str) -> Markup {
    let own = explain.get("commitment").unwrap_or(&Value::Null);
    let word = text(own, "status").unwrap_or_default();
    let facts = [
        ("owed by", text(own, "by")),
        ("owed to", text(own, "to")),
        ("force", text(own, "force")),
        ("where", text(own, "cite")),
        ("certainty of the text", text(own, "certainty")),
        ("how its words were read", text(own, "interpretation")),
        ("encoded by", text(own, "encoded_by")),
        ("encoded on", text(own, "encoded_on")),
        ("checked by", text(own, "checked_by")),
    ];
    html! {
        p class="soft" { code { (text(own, "id").unwrap_or_default()) } " of " a href=(agreement_address) { (text(explain, "agreement").unwrap_or_default()) } }
        p class="lead" {
            (status(word)) @if let Some(reason) = text(own, "reason") { ": " (reason) }
        }
        @if !texts(own, "possible").is_empty() {
            p { "Can still come out: " (texts(own, "possible").join(", ")) "." }
        }
        @if let Some(act) = text(own, "act") { p { (act) } }
        @if let Some(rule) = text(own, "rule") { pre { (rule) } }
        @if let Some(svg) = chart(explain, false) {
            figure {
                (drawn(&svg))
                figcaption { a href=(chart_address) { "SVG" } " · the figures stand in the table below" }
            }
        }
        @if !items(own, "readings").is_empty() {
            h2 { "Each source under each definition" }
            div class="wide" tabindex="0" role="region" aria-label="Each source under each definition" { table {
                caption { "A source that counts decides; one that is shown beside does not" }
                thead { tr { th scope="col" { "source" } th scope="col" { "definition" } th scope="col" { "counts" } th class="n" scope="col" { "held of required" } th class="n" scope="col" { "share" } th scope="col" { "says" } th scope="col" { "published" } } }
                tbody { @for reading in items(own, "readings") {
                    @let source = text(reading, "source").unwrap_or_default();
                    @let counts = reading.get("counts").and_then(Value::as_bool) == Some(true);
                    @let proxy = reading.get("proxy").and_then(Value::as_bool) == Some(true);
                    tr {
                        td class="s" { a href={ "/evidence#" (source) } { (source) } @if proxy { " (the other side's record)" } }
                        td { (reading.get("definition").and_then(|d| text(d, "id")).unwrap_or_default()) }
                        td { @if counts { "yes" } @else { "beside" } }
                        td class="n" { @if texts(reading, "vintages").is_empty() { "no figures" } @else { (held_of_required(reading).unwrap_or_default()) } }
                        td class="n" { (share(reading).unwrap_or_default()) }
                        td { (status(text(reading, "status").unwrap_or_default())) @if let Some(reason) = text(reading, "reason") { ": " (reason) } }
                        td class="d" { (texts(reading, "vintages").join(", ")) }
                    }
                } }
            } }
        }
        dl { @for (name, value) in facts { @if let Some(value) = value { dt class="soft" { (name) } dd { (value) } } } }
        @if !texts(own, "notes").is_empty() { h2 { "To be known beside it" } ul { @for note in texts(own, "notes") { li { (note) } } } }
        h2 { "How it came about" }
        details open[items(own, "readings").len() < 3] {
            summary { "The derivation, down to each observation, its source and its publication date" }
            pre { (derivation) }
        }
    }
}
