//! The first page: how the commitments of every agreement stand, by party and force; what changed since a day; what falls due next.

use crate::frame::status;
use crate::lists::due_rows;
use crate::read::{items, text};
use maud::{Markup, html};
use serde_json::Value;
use std::collections::BTreeMap;

/// How the commitments of an agreement stand. It is not summed over parties or forces: no score is made of it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Standing {
    /// Its title.
    pub title: String,
    /// What kind of paper it is.
    pub instrument: String,
    /// For each party and force, in the order of the text.
    pub duties: Vec<Duties>,
}

/// The commitments of one party under one force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duties {
    /// Who is to do it.
    pub by: String,
    /// How strongly it binds: a force, or that only analysts name it.
    pub force: String,
    /// How many have each status.
    pub counts: BTreeMap<String, usize>,
}

impl Standing {
    /// From the document of `check`.
    pub fn of(check: &Value) -> Self {
        let owned = |key| text(check, key).unwrap_or_default().to_owned();
        let mut duties: Vec<Duties> = Vec::new();
        for own in items(check, "commitments") {
            let by = text(own, "by").unwrap_or("not named");
            let force = match text(own, "origin") {
                Some("analyst") => "analysts' target",
                _ => text(own, "force").unwrap_or("no verb"),
            };
            let at = duties.iter().position(|d| d.by == by && d.force == force).unwrap_or_else(|| {
                let counts = BTreeMap::new();
                duties.push(Duties { by: by.to_owned(), force: force.to_owned(), counts });
                duties.len() - 1
            });
            if let (Some(of), Some(word)) = (duties.get_mut(at), text(own, "status")) {
                *of.counts.entry(word.to_owned()).or_default() += 1;
            }
        }
        // One party's stand together, parties in the order in which they come first.
        let order: Vec<String> = duties.iter().map(|d| d.by.clone()).collect();
        duties.sort_by_key(|d| order.iter().position(|by| *by == d.by));
        Self { title: owned("title"), instrument: owned("instrument"), duties }
    }
}

/// What changed of an agreement between two days.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Changed {
    /// Findings whose status differs: the commitment, before, after; where there was no such commitment, none.
    pub flips: Vec<(String, Option<String>, Option<String>)>,
    /// Other commitments of which a reading differs.
    pub moved: Vec<String>,
}

impl Changed {
    /// From the document of `compare`.
    pub fn of(compare: &Value) -> Self {
        let answer = compare.get("answer").unwrap_or(compare);
        let owned = |value: &Value, key| text(value, key).map(str::to_owned);
        let flips: Vec<_> = items(answer, "flips")
            .iter()
            .map(|flip| (owned(flip, "id").unwrap_or_default(), owned(flip, "from"), owned(flip, "to")))
            .collect();
        let mut moved: Vec<String> = Vec::new();
        for id in items(answer, "readings").iter().filter_map(|r| owned(r, "id")) {
            if !moved.contains(&id) && flips.iter().all(|(flipped, ..)| *flipped != id) {
                moved.push(id);
            }
        }
        Self { flips, moved }
    }
}

/// What is known of a part of the page by now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Known<T> {
    /// It.
    Yes(T),
    /// It is being worked out.
    NotYet,
    /// It could not be told, and why.
    No(String),
}

impl<T> Known<T> {
    fn waits(&self) -> bool {
        matches!(self, Self::NotYet)
    }
}

/// One agreement on the first page.
#[derive(Debug, Clone)]
pub struct Overview<'a> {
    /// Its id.
    pub id: &'a str,
    /// How its commitments stand.
    pub standing: Known<std::sync::Arc<Standing>>,
    /// What changed of it since the day picked, if one was.
    pub changed: Option<Known<std::sync::Arc<Changed>>>,
}

/// Addresses and days of the page.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// What follows the path of a link, so that it leads to the same day.
    pub query: &'a str,
    /// The address of this page, as it was asked for.
    pub address: &'a str,
    /// The day.
    pub day: &'a str,
    /// Whether the day was asked for.
    pub day_given: bool,
    /// The day since which changes are asked for.
    pub since: Option<&'a str>,
    /// A day to ask for, where none was.
    pub earlier: &'a str,
}

/// The content of the page; `due` is the document of the command.
pub fn home(agreements: &[Overview<'_>], due: &Known<std::sync::Arc<Value>>, asked: Asked<'_>) -> Markup {
    let query = asked.query;
    let waiting = agreements.iter().filter(|a| a.standing.waits()).count();
    html! {
        p class="lead" { "Whether the parties to trade agreements follow through on what they promised, from official evidence: each finding goes down to every observation, its source and the day it was published." }
        h2 { "Agreements" }
        @if waiting > 0 { (wait(&format!("{waiting} of {} agreements are still being counted.", agreements.len()), asked.address)) }
        div class="wide" tabindex="0" role="region" aria-label="Agreements" { table {
            caption { "Commitments by party and force: how many are decided, and what cannot be told in the same count. No score is made of them" }
            thead { tr { th scope="col" { "agreement" } th scope="col" { "by" } th scope="col" { "how its commitments stand" } } }
            tbody { @for one in agreements { (rows(one, query)) } }
        } }
        (changes(agreements, asked))
        h2 { "What falls due next" }
        @match due {
            Known::Yes(due) => (due_rows(items(due.get("answer").unwrap_or(&Value::Null), "rows"), 12, query)),
            Known::NotYet => (wait("What falls due is still being worked out.", asked.address)),
            Known::No(why) => p { (why) },
        }
        p { a href={ "/due" (query) } { "Everything that falls due" } }
    }
}

/// That something is not there yet, and how to see it.
fn wait(what: &str, address: &str) -> Markup {
    html! { p class="note" role="status" { (what) " " a href=(address) { "Show the page again" } } }
}

fn rows(one: &Overview<'_>, query: &str) -> Markup {
    let link = |name: &str| html! { a href={ "/a/" (one.id) (query) } { (name) } };
    let standing = match &one.standing {
        Known::NotYet => return html! { tr { td { (link(one.id)) } td colspan="2" { "being counted" } } },
        Known::No(why) => return html! { tr { td { (link(one.id)) } td colspan="2" { (why) } } },
        Known::Yes(standing) => standing,
    };
    let mut parties: Vec<&str> = standing.duties.iter().map(|d| d.by.as_str()).collect();
    parties.dedup();
    let name = html! { (link(&standing.title)) div class="soft" { (standing.instrument) } };
    html! {
        @if parties.is_empty() { tr { td { (name) } td colspan="2" { "no commitment is listed" } } }
        @for (n, party) in parties.iter().enumerate() {
            tr class=[(n + 1 < parties.len()).then_some("more")] {
                @if n == 0 { td rowspan=(parties.len()) { (name) } }
                td { (party) }
                td { @for duty in standing.duties.iter().filter(|d| d.by == *party) { div { (duties(duty)) } } }
            }
        }
    }
}

/// `shall: 0 of 64 decided; 52 cannot-tell, 9 open`.
fn duties(duty: &Duties) -> Markup {
    let all: usize = duty.counts.values().sum();
    let open = ["cannot-tell", "open", "not-yet-testable"];
    let decided: usize =
        duty.counts.iter().filter(|(word, _)| !open.contains(&word.as_str())).map(|(_, n)| n).sum();
    html! {
        span class="soft" { (duty.force) } ": " (decided) " of " (all) " decided: "
        @for (n, (word, count)) in duty.counts.iter().enumerate() { @if n > 0 { ", " } (count) " " (word) }
    }
}

/// What changed since the day picked, agreement by agreement, and the form that picks it.
fn changes(agreements: &[Overview<'_>], asked: Asked<'_>) -> Markup {
    let known = |one: &Overview<'_>| match &one.changed {
        Some(Known::Yes(changed)) => Some(std::sync::Arc::clone(changed)),
        _ => None,
    };
    let waiting = agreements.iter().filter(|a| a.changed.as_ref().is_some_and(Known::waits)).count();
    let still = agreements.iter().filter(|a| known(a).is_some_and(|c| *c == Changed::default())).count();
    let link = |id: &str, name: &str| html! { a href={ "/a/" (id) "/" (name) (asked.query) } { (name) } };
    let word = |word: &Option<String>| html! { @match word { Some(word) => (status(word)), None => "none" } };
    html! {
        h2 id="changed" { "What changed" }
        form class="day" method="get" action="/#changed" {
            label for="since" { "Since" }
            input id="since" name="since" type="date" required value=(asked.since.unwrap_or(asked.earlier)) max=(asked.day);
            @if asked.day_given { input type="hidden" name="as_of" value=(asked.day); }
            button { "Show changes" }
            span { "until the end of " (asked.day) }
        }
        @if let Some(since) = asked.since {
            @if waiting > 0 { (wait(&format!("{waiting} of {} agreements are still being compared.", agreements.len()), asked.address)) }
            @for one in agreements {
                @if let Some(Known::No(why)) = &one.changed { p { (one.id) ": " (why) } }
                @if let Some(changed) = known(one).filter(|c| **c != Changed::default()) {
                    h3 { a href={ "/a/" (one.id) (asked.query) } { (one.id) } }
                    ul {
                        @for (id, from, to) in &changed.flips { li { (link(one.id, id)) ": " (word(from)) " → " (word(to)) } }
                        @if !changed.moved.is_empty() { li {
                            "figures, not the finding: "
                            @for (n, id) in changed.moved.iter().enumerate() { @if n > 0 { ", " } (link(one.id, id)) }
                        } }
                    }
                }
            }
            @if still > 0 { p { "Nothing changed between " (since) " and " (asked.day) " in " (still) " of " (agreements.len()) " agreements." } }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;
    use std::sync::Arc;

    fn commitment(by: &str, force: Option<&str>, status: &str) -> Value {
        let origin = if force.is_some() { "text" } else { "analyst" };
        json!({ "id": "x", "by": by, "force": force, "origin": origin, "status": status })
    }

    fn standing() -> Standing {
        Standing::of(&json!({ "title": "A <deal>", "instrument": "draft", "commitments": [
            commitment("CHN", Some("shall"), "missed"),
            commitment("USA", Some("shall"), "cannot-tell"),
            commitment("CHN", Some("shall"), "cannot-tell"),
            commitment("CHN", None, "open"),
        ] }))
    }

    fn page(overview: Overview<'_>) -> String {
        let asked = Asked {
            query: "",
            address: "/?since=2026-01-01",
            day: "2026-11-30",
            day_given: false,
            since: Some("2026-01-01"),
            earlier: "2026-10-31",
        };
        home(&[overview], &Known::NotYet, asked).into_string()
    }

    #[test]
    fn what_cannot_be_told_is_in_the_same_count_and_parties_stand_apart() {
        let standing = standing();
        let said: Vec<(&str, &str, usize)> = standing
            .duties
            .iter()
            .map(|d| (d.by.as_str(), d.force.as_str(), d.counts.values().sum()))
            .collect();
        assert_eq!(said, [("CHN", "shall", 2), ("CHN", "analysts' target", 1), ("USA", "shall", 1)]);
        let page = page(Overview { id: "a-deal", standing: Known::Yes(Arc::new(standing)), changed: None });
        assert!(page.contains("A &lt;deal&gt;") && page.contains("rowspan=\"2\""), "{page}");
        assert!(page.contains("shall</span>: 1 of 2 decided: 1 cannot-tell, 1 missed"), "{page}");
    }

    #[test]
    fn a_count_that_is_not_there_is_said_and_never_taken_for_none() {
        let page = page(Overview { id: "a-deal", standing: Known::NotYet, changed: Some(Known::NotYet) });
        for said in [
            "1 of 1 agreements are still being counted",
            "being counted</td>",
            "1 of 1 agreements are still being compared",
            "still being worked out",
        ] {
            assert!(page.contains(said), "{said}: {page}");
        }
        assert!(!page.contains("decided:") && !page.contains("Nothing changed"), "{page}");
    }

    #[test]
    fn changes_name_flips_and_other_readings_once() {
        let changed = Changed::of(&json!({ "answer": {
            "flips": [{ "id": "energy", "from": "open", "to": "missed" }, { "id": "new", "from": null, "to": "open" }],
            "readings": [{ "id": "energy" }, { "id": "goods" }, { "id": "goods" }],
        } }));
        assert_eq!((changed.flips.len(), changed.moved.as_slice()), (2, &["goods".to_owned()][..]));
        let overview =
            Overview { id: "a-deal", standing: Known::NotYet, changed: Some(Known::Yes(Arc::new(changed))) };
        let page = page(overview);
        assert!(page.contains("none → <span class=\"status open\">open</span>"), "{page}");
    }
}
