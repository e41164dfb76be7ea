//! `search`: agreements and commitments that have some words.

use crate::columns::{Col, col};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::Left;
use servanda_core::Party;

/// A row: an agreement, or a commitment of one.
pub struct SearchRow<'a> {
    /// The agreement's id.
    pub agreement: &'a str,
    /// The title of what was found.
    pub title: &'a str,
    /// The commitment; none: it is the agreement itself.
    pub commitment: Option<&'a str>,
    /// Who owes it.
    pub by: Option<Party>,
    /// To whom.
    pub to: Option<Party>,
    /// What is owed.
    pub owed: Option<&'a str>,
    /// Where it stands in the text.
    pub cite: Option<&'a str>,
}

fn party(party: Option<Party>) -> Cell {
    party.map(|p| p.to_string()).unwrap_or_default().into()
}

pub(crate) fn columns<'a>() -> Vec<Col<SearchRow<'a>>> {
    vec![
        col("agreement", "agreement", Left, "the agreement's id", |r| r.agreement.into()),
        col("commitment", "commitment", Left, "the commitment; empty: it is the agreement itself", |r| {
            r.commitment.unwrap_or_default().into()
        }),
        col("title", "title", Left, "the title of what was found", |r| r.title.into()),
        col("by", "by", Left, "who owes it", |r| party(r.by)),
        col("to", "to", Left, "to whom", |r| party(r.to)),
        col("", "owed", Left, "the rule, or what is to be done or not to be done", |r| {
            r.owed.unwrap_or_default().into()
        }),
        col("", "cite", Left, "where it stands in the text", |r| r.cite.unwrap_or_default().into()),
    ]
}

/// What was found, of so many in all.
pub fn search_sheet(words: &str, found: usize, rows: &[SearchRow<'_>], unread: &[String]) -> Sheet {
    let mut sheet = Sheet::new("rows");
    let beyond =
        if found > rows.len() { format!(", of which {} are shown", rows.len()) } else { String::new() };
    sheet.head(format!("{found} agreements and commitments have \"{words}\"{beyond}"));
    sheet.fill(&columns(), rows);
    for line in unread {
        sheet.foot(format!("not searched: {line}"));
    }
    sheet
}
