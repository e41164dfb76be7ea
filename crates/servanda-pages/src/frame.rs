//! What stands around every page.

use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The one style sheet, for screen, dark screen and print.
pub const STYLE: &str = include_str!("style.css");

/// What a page needs to stand in its frame.
#[derive(Debug, Clone)]
pub struct Frame<'a> {
    /// What the page is about.
    pub title: &'a str,
    /// Its finding in one sentence, for search engines and previews.
    pub says: &'a str,
    /// The address at which it will always say the same: its path with the day that it was made for.
    pub permanent: &'a str,
    /// The day, as `2026-12-31`; none where the page has none.
    pub as_of: Option<&'a str>,
    /// Whether the day was asked for; else it is today.
    pub asked_day: bool,
    /// What else was asked, by name, which another day does not change.
    pub kept: &'a [(&'a str, &'a str)],
    /// The same as data, as pairs of a name and an address.
    pub data: &'a [(&'a str, String)],
    /// What is to be known beside the page.
    pub notes: &'a [String],
    /// What the answer rests on, a SHA-256.
    pub rests_on: Option<&'a str>,
    /// The program that answers.
    pub engine: &'a str,
}

const PLACES: &[(&str, &str)] = &[
    ("/", "Agreements"),
    ("/due", "Due"),
    ("/tariffs", "Tariffs"),
    ("/claims", "Claims"),
    ("/evidence", "Evidence"),
    ("/api", "API"),
];

impl Frame<'_> {
    /// The whole page around its content.
    pub fn around(&self, content: &Markup) -> String {
        let page = html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    title { (self.title) " · Servanda" }
                    meta name="description" content=(self.says);
                    meta name="citation_title" content=(self.title);
                    @if let Some(day) = self.as_of { meta name="citation_date" content=(day); }
                    link rel="canonical" href=(self.permanent);
                    link rel="stylesheet" href="/style.css";
                    link rel="icon" href="/icon.svg" type="image/svg+xml";
                    @for (name, address) in self.data {
                        link rel="alternate" title=(name) href=(address);
                    }
                }
                body {
                    a class="skip" href="#content" { "Skip to the content" }
                    header {
                        nav aria-label="Places" {
                            a class="name" href="/" { "Servanda" }
                            ul { @for (path, name) in PLACES { li { a href=(path) { (name) } } } }
                        }
                    }
                    main id="content" {
                        h1 { (self.title) }
                        @if let Some(day) = self.as_of { (self.day(day)) }
                        @for note in self.notes { p class="note" { (note) } }
                        (content)
                    }
                    footer {
                        @if !self.data.is_empty() {
                            p { "This page as " @for (n, (name, address)) in self.data.iter().enumerate() {
                                @if n > 0 { ", " } a href=(address) { (name) }
                            } }
                        }
                        p { "Permanent address: " a href=(self.permanent) { (self.permanent) } }
                        @if let Some(digest) = self.rests_on { p { "Rests on " code { (digest) } } }
                        p { (self.engine) ". Pacta sunt servanda." }
                    }
                }
            }
        };
        page.into_string()
    }

    fn day(&self, day: &str) -> Markup {
        html! {
            form class="day" method="get" {
                label for="as_of" { "As known at the end of" }
                input id="as_of" name="as_of" type="date" required value=(day);
                @for (name, value) in self.kept { input type="hidden" name=(name) value=(value); }
                button { "Show" }
                @if !self.asked_day { span { "Today; the permanent address below keeps this day." } }
            }
        }
    }
}

/// A page that says why there is none.
pub fn problem(engine: &str, status: u16, says: &str, more: &[String]) -> String {
    let title = match status {
        404 => "Not found",
        401 => "A token is needed",
        503 => "Not now",
        500.. => "Not answered",
        _ => "This cannot be asked so",
    };
    let frame = Frame {
        title,
        says,
        permanent: "/",
        as_of: None,
        asked_day: false,
        kept: &[],
        data: &[],
        notes: &[],
        rests_on: None,
        engine,
    };
    frame.around(&html! {
        p class="lead" { (says) }
        @for line in more { pre { (line) } }
        p { a href="/" { "All agreements" } }
    })
}

/// A status as a mark: its word, and a class for its colour, which says nothing that the word does not.
pub(crate) fn status(word: &str) -> Markup {
    html! { span class={ "status " (word) } { (word) } }
}

/// A chart that was made here.
pub(crate) fn drawn(svg: &str) -> Markup {
    PreEscaped(svg.to_owned())
}
