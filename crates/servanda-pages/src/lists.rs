//! Pages that are one list: what falls due, claims, evidence, and the lines of any table.

use crate::read::{items, text, texts};
use maud::{Markup, html};
use serde_json::Value;

/// What falls due, from the document of `due`.
pub fn due(due: &Value, query: &str) -> Markup {
    let answer = due.get("answer").unwrap_or(&Value::Null);
    html! {
        p class="lead" { "From " (text(answer, "as_of").unwrap_or_default()) " to " (text(answer, "until").unwrap_or_default()) ", over all agreements." }
        (due_rows(items(answer, "rows"), usize::MAX, query))
    }
}

pub(crate) fn due_rows(rows: &[Value], most: usize, query: &str) -> Markup {
    html! {
        div class="wide" tabindex="0" role="region" aria-label="What falls due" { table {
            caption { "Terms, clocks, triggers and releases by day" }
            thead { tr { th scope="col" { "day" } th scope="col" { "kind" } th scope="col" { "what" } th scope="col" { "by" } th scope="col" { "status" } } }
            tbody { @for row in rows.iter().take(most) {
                @let (day, latest) = (text(row, "day").unwrap_or("not known"), text(row, "latest"));
                tr {
                    td class="d" { (day) @if let Some(latest) = latest.filter(|l| *l != day) { " to " (latest) } }
                    td { (text(row, "kind").unwrap_or_default()) }
                    td {
                        @match text(row, "agreement") {
                            Some(agreement) => a href={ "/a/" (agreement) "/" (text(row, "name").unwrap_or_default()) (query) } { (text(row, "name").unwrap_or_default()) },
                            None => (text(row, "name").unwrap_or_default()),
                        }
                        ": " (text(row, "what").unwrap_or_default())
                        @if let Some(agreement) = text(row, "agreement") { span class="soft" { " (" (agreement) ")" } }
                    }
                    td { (text(row, "by").unwrap_or_default()) }
                    td { (text(row, "status").unwrap_or_default()) }
                }
            } }
        } }
    }
}

/// Claims on which sides differ, from the document of `talks conflicts`.
pub fn claims(conflicts: &Value) -> Markup {
    let answer = conflicts.get("answer").unwrap_or(&Value::Null);
    let one = [answer.clone()];
    let records = answer.as_array().map_or(&one[..], Vec::as_slice);
    html! {
        p class="lead" { "What was said of one matter in different ways, by whom. Claims are shown beside findings, and never count in them." }
        @for record in records { (lines(record)) }
    }
}

/// What is held of each source, from the document of `coverage`.
pub fn evidence(coverage: &Value) -> Markup {
    html! {
        p class="lead" { "What is held of each source, since when, and what publications are there." }
        @for source in items(coverage, "sources") {
            @let id = text(source, "source").or_else(|| text(source, "id")).unwrap_or_default();
            section id=(id) { h2 { (id) } (lines(source)) }
        }
    }
}

/// Whatever a document holds, key by key.
pub(crate) fn lines(value: &Value) -> Markup {
    match value {
        Value::Object(map) => html! { dl { @for (key, value) in map {
            @if !value.is_null() && value.as_array().is_none_or(|all| !all.is_empty()) { dt class="soft" { (key.replace('_', " ")) } dd { (lines(value)) } }
        } } },
        Value::Array(all) if all.iter().all(Value::is_string) => {
            html! { (texts(&serde_json::json!({ "all": all }), "all").join(", ")) }
        }
        Value::Array(all) => html! { ul { @for one in all { li { (lines(one)) } } } },
        Value::String(text) => html! { (text) },
        other => html! { (other.to_string()) },
    }
}

/// The form that asks for a rate, with what was asked (importer, origin, line, day), and what was found.
pub fn tariffs(asked: [Option<&str>; 4], found: Option<&str>) -> Markup {
    let fields = [
        ("importer", "Importer", "USA"),
        ("origin", "Origin", "CHN"),
        ("line", "Tariff line", "8703.23.01"),
        ("on", "Day of entry", "2026-03-01"),
    ];
    html! {
        p class="lead" { "What a line is charged on a day, since when, and under which act." }
        form method="get" class="day" {
            @for ((name, label, example), value) in fields.into_iter().zip(asked) {
                label for=(name) { (label) }
                input id=(name) name=(name) value=[value] placeholder=(example);
            }
            button { "Look up" }
        }
        @if let Some(found) = found { pre { (found) } }
    }
}

/// The commands that are served: their addresses and what they answer.
pub fn api(served: &[(String, String)]) -> Markup {
    html! {
        p class="lead" { "Every command that reads is had as JSON: a request by query or as the body of a POST, the answer in one envelope." }
        p { "Keys may be added to answers; within version 1 none is renamed or removed. The description for programs is "
            a href="/api/v1/openapi.json" { "OpenAPI 3.1" } ". An answer has a strong ETag; what is wrong is said as RFC 9457 has it." }
        div class="wide" tabindex="0" role="region" aria-label="Commands" { table {
            caption { "Commands" }
            thead { tr { th scope="col" { "address" } th scope="col" { "answers" } } }
            tbody { @for (address, says) in served { tr { td { code { (address) } } td { (says) } } } }
        } }
    }
}
