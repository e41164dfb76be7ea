//! Requests about disputes on an agreement's ladder.

use super::{needs, one_of, part, party, request};
use servanda_core::problem::{Field, Problem};
use servanda_core::{Date, Party};
use servanda_dispute::case::Actor;
use std::path::PathBuf;

part! {
    /// Which case, and as of when.
    WhichCase {
        /// The case's id
        pub case: String,
        /// Use only what had been filed by the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
        /// Look at the clocks on this day, and leave out what happened after it; the day as of which is asked, without it
        #[arg(long, value_name = "DATE")]
        pub on: Option<Date>,
    }
}

impl WhichCase {
    /// The days, with today for what is not named.
    pub fn days(&self, today: Date) -> (Date, Date) {
        let as_of = self.as_of.unwrap_or(today);
        (as_of, self.on.unwrap_or(as_of))
    }
}

part! {
    /// When an event is filed, and on what it rests.
    PaperNamed {
        /// The day on which it is filed, for a past case entered in order; today without it
        #[arg(long, value_name = "DATE")]
        pub filed: Option<Date>,
        /// The paper, which is kept in the case under its SHA-256
        #[arg(long, value_name = "FILE")]
        pub document: Option<PathBuf>,
        /// Keep only the SHA-256 of the paper
        #[arg(long, requires = "document")]
        #[serde(default)]
        pub hash_only: bool,
        /// The SHA-256 of a paper that is not at hand
        #[arg(long, value_name = "SHA256", conflicts_with = "document")]
        pub sha256: Option<String>,
        /// The paper's name or citation; the file's name without it
        #[arg(long, value_name = "TEXT")]
        pub document_name: Option<String>,
    }
}

impl PaperNamed {
    fn check(&self) -> Result<(), Problem> {
        let document = (Field::Document, self.document.is_some());
        needs((Field::HashOnly, self.hash_only), document)?;
        one_of((Field::Sha256, self.sha256.is_some()), document)
    }
}

request! {
    /// Open a case on an agreement's ladder
    CaseOpen = CaseOpen, r#"{"case": "energy-2020", "agreement": "us-china-phase-one", "commitment": ["energy.2020"], "complainant": "USA", "respondent": "CHN", "date": "2021-02-01"}"# {
        /// Its id: lower case, digits and hyphens
        pub case: String,
        /// The agreement's id in the workspace
        #[arg(long, value_name = "AGREEMENT")]
        pub agreement: String,
        /// The commitments that it is about
        #[arg(long, value_name = "ID,...", value_delimiter = ',', required = true)]
        pub commitment: Vec<String>,
        /// Who complains
        #[arg(long, value_name = "PARTY", value_parser = party)]
        pub complainant: Party,
        /// Who is complained against
        #[arg(long, value_name = "PARTY", value_parser = party)]
        pub respondent: Party,
        /// The step with which it begins; the ladder's first without it
        #[arg(long, value_name = "STEP")]
        pub event: Option<String>,
        /// Who took that step; the complainant without it
        #[arg(long, value_name = "PARTY", value_parser = actor)]
        #[schemars(with = "Option<String>")]
        pub by: Option<Actor>,
        /// The day on which the step was taken
        #[arg(long, value_name = "DATE")]
        pub date: Date,
        /// Anything else
        #[arg(long, value_name = "TEXT")]
        pub note: Option<String>,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub paper: PaperNamed,
    }
    where |own| own.paper.check()
}

request! {
    /// File an event: a step of the ladder, or what happened beside it
    CaseFile = CaseFile, r#"{"case": "energy-2020", "event": "note", "date": "2021-02-03", "by": "USA", "title": "A letter"}"# {
        /// The case's id
        pub case: String,
        /// A step of its ladder; or outside (a route outside the agreement), note (a fact), claim (what a side says)
        #[arg(long, value_name = "STEP")]
        pub event: String,
        /// The day on which it happened
        #[arg(long, value_name = "DATE")]
        pub date: Date,
        /// Who did it: a party, `both`, or `body` for one that is neither side
        #[arg(long, value_name = "PARTY", value_parser = actor)]
        #[schemars(with = "String")]
        pub by: Actor,
        /// What it is, for what is no step
        #[arg(long, value_name = "TEXT")]
        pub title: Option<String>,
        /// Anything else
        #[arg(long, value_name = "TEXT")]
        pub note: Option<String>,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub paper: PaperNamed,
    }
    where |own| own.paper.check()
}

request! {
    /// Where a case stands: what is due, overdue, allowed next and forbidden, and which right arises when
    CaseStatus = CaseStatus, r#"{"case": "energy-2020", "as_of": "2021-03-01"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub which: WhichCase,
    }
}

request! {
    /// Every due date with its arithmetic; also as a file for a calendar program
    CaseCalendar = CaseCalendar, r#"{"case": "energy-2020", "as_of": "2021-03-01"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub which: WhichCase,
    }
}

request! {
    /// A document that stands by itself: agreement, findings, events with hashes, clocks, rights, what is not held
    CaseDossier = CaseDossier, r#"{"case": "energy-2020", "as_of": "2021-03-01"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub which: WhichCase,
    }
}

request! {
    /// The cases of the workspace
    CaseList = CaseList, r#"{"as_of": "2021-03-01"}"# {
        /// Only what had been filed by the end of this day; all of it without this
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

request! {
    /// Check all that is kept under cases/: chains, order, ladders, papers, signatures, and that nobody approves of themselves;
    /// exit with 1 if anything is broken
    CaseVerify = CaseVerify, r#"{"case": "energy-2020"}"# {
        /// One case; all of them, and all assessments, without it
        pub case: Option<String>,
        /// The SHA-256 of an event that was written down: a record cut off before it shows
        #[arg(long, value_name = "SHA256", requires = "case")]
        pub head: Option<String>,
        /// A list of people that is kept elsewhere, to hold the register against
        #[arg(long, value_name = "FILE", conflicts_with = "case")]
        pub people: Option<PathBuf>,
        /// The hash over the workspace as it was written down elsewhere; another one ends with status 1
        #[arg(long, value_name = "HEX")]
        pub digest: Option<String>,
    }
    where |own| {
        let case = (Field::Case, own.case.is_some());
        needs((Field::Head, own.head.is_some()), case)?;
        one_of((Field::People, own.people.is_some()), case)
    }
}

request! {
    /// An agreement's ladder: steps, clocks, and how sure each number is
    CaseLadder = CaseLadder, r#"{"agreement": "us-china-phase-one"}"# {
        /// An agreement's id in the workspace, or its folder
        pub agreement: String,
        /// Ask as of this day: an agreement that was made known later has no ladder yet
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

fn actor(text: &str) -> Result<Actor, String> {
    Actor::parse(text).map_err(|e| e.to_string())
}
