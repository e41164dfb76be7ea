//! `agreement.toml` as it is written: what these types take is what the file may hold, and their schema is its schema.

use crate::ledger::LedgerStage;
use crate::model::{Decide, Force, NamedBy};
use crate::rates::RateMethod;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_core::{Certainty, Instrument, Origin, words};
use servanda_files::{Any, Day, DayOr, Spanned, Text, TextOr};
use std::collections::BTreeMap;
use std::ops::Deref;

/// A text of a form that its schema tells editors, and that is checked where it is read.
macro_rules! formed {
    ($(#[doc = $doc:literal] $name:ident $pattern:literal $example:literal;)+) => {
        $(
            #[doc = $doc]
            #[derive(Debug, Clone, PartialEq, Eq, Deserialize, JsonSchema)]
            #[serde(transparent)]
            #[schemars(example = &$example)]
            pub(crate) struct $name(#[schemars(regex(pattern = $pattern))] Text);

            impl Deref for $name {
                type Target = Text;

                fn deref(&self) -> &Text {
                    &self.0
                }
            }
        )+
    };
}

formed! {
    /// Three capital letters: CHN, USA
    PartyText r"^[A-Z]{3}$" "CHN";
    /// A source's id, or side.NAME
    SourceId r"^(side\.)?[a-z][a-z0-9_-]*$" "usa-census-exports";
    /// A commitment's id: names in lower case with points between them
    CommitmentId r"^[a-z][a-z0-9_.-]*\*?$" "purchases.agriculture.2020";
    /// A period: 2020, 2020-Q3, 2020-10, 2020-10-05, or two of a kind with .. between them
    PeriodText r"^[0-9]{4}[0-9Q.-]*$" "2020-01";
    /// A month and a day: 09-01
    MonthDay r"^[0-9]{2}-[0-9]{2}$" "09-01";
}

/// A text, or a list of texts
pub(crate) type Texts = Spanned<TextOr<Vec<Text>>>;

/// An agreement: parties, texts, dates, which statistics count, scopes, definitions and commitments
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgreementFile {
    /// The folder's name
    pub(super) id: Text,
    /// What it is called
    pub(super) title: Text,
    /// Who agreed, or was asked
    #[schemars(example = serde_json::json!(["CHN", "USA"]))]
    pub(super) parties: Vec<PartyText>,
    /// Parties that no country's code stands for
    #[serde(default)]
    #[schemars(example = serde_json::json!({ "ZTE": { "name": "ZTE Corporation" } }))]
    pub(super) party: BTreeMap<Text, PartyName>,
    /// Other countries that its rules speak of
    #[serde(default)]
    pub(super) third_countries: Vec<PartyText>,
    /// Countries under one name
    #[serde(default)]
    pub(super) group: BTreeMap<Text, Group>,
    /// How codes are read in other editions of the HS than that of their list
    pub(super) concordance: Option<Concordance>,
    /// What kind of paper it is
    pub(super) instrument: Instrument,
    /// When it was made known, where that was before it was signed
    pub(super) announced: Option<Day>,
    /// When it was signed
    pub(super) signed: Option<Day>,
    /// When it took effect
    pub(super) in_force: Option<Day>,
    /// A line that stands beside every outcome
    pub(super) note: Option<Text>,
    /// What is said of it, each from its day on
    #[serde(default)]
    pub(super) notes: Vec<Note>,
    /// When it was encoded: the day of every reading that names no other
    pub(super) encoded_on: Option<Day>,
    /// Which statistics count, and how several decide
    pub(super) statistics: Option<Statistics>,
    /// Sides made of several sources
    #[serde(default)]
    pub(super) side: BTreeMap<Text, Side>,
    /// Years that begin on another day than 1 January
    #[serde(default)]
    pub(super) year: BTreeMap<Text, OwnYear>,
    /// Sets of product codes under a name
    #[serde(default)]
    pub(super) scope: BTreeMap<Text, Scope>,
    /// Admissible ways to read the agreement's terms
    #[serde(default)]
    pub(super) definition: BTreeMap<Text, Definition>,
    /// Figures entered by hand
    #[serde(default)]
    pub(super) ledger: BTreeMap<Text, Ledger>,
    /// Series of rates: of exchange, of reference, of an index
    #[serde(default)]
    pub(super) rate: BTreeMap<Text, Rate>,
    /// Obligations of one party, each tested by itself
    #[serde(default)]
    pub(super) commitment: Vec<Spanned<Commitment>>,
    /// What changed the agreement, and from when
    #[serde(default)]
    pub(super) amendment: Vec<Spanned<Amendment>>,
    /// What lifts commitments for a time
    #[serde(default)]
    pub(super) waiver: Vec<Waiver>,
    /// What a party invokes
    #[serde(default)]
    pub(super) defence: Vec<Defence>,
    /// What a party asks that only a model can answer; it is no commitment and has no status
    #[serde(default)]
    pub(super) question: Vec<Question>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PartyName {
    /// What it is called: ZTE Corporation
    pub(super) name: Text,
}

/// How codes are read in other editions of the HS than that of their list
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Concordance {
    /// The correlation tables of the United Nations
    #[serde(rename = "tables")]
    pub(super) _tables: Tables,
    /// A CSV file with the columns scope, edition, code, share and because: how much of a code is meant
    pub(super) shares: Option<Text>,
}

words! {
    /// Whose correlation tables.
    Tables {
        /// Those of the United Nations.
        Un = "un",
    }
}

/// A series of rates; rules read it as `rate(NAME, 2026)`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Rate {
    /// What it is
    pub(super) title: Text,
    /// A CSV file with period, published, value and document
    #[schemars(example = &"rates/NAME.csv")]
    pub(super) file: Text,
    /// CNY/USD, USD/t, %
    #[schemars(example = &"CNY/USD")]
    pub(super) unit: Text,
    pub(super) certainty: Certainty,
    /// How the rate of a period is made of those of its parts
    pub(super) method: RateMethod,
}

/// Countries under one name; a flow with a group is the sum over its members
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Group {
    /// What they are called
    pub(super) title: Text,
    /// Each once
    #[schemars(example = serde_json::json!(["VNM", "THA"]))]
    pub(super) members: Vec<PartyText>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Statistics {
    /// The sources that count
    #[serde(default)]
    pub(super) sources: Vec<SourceId>,
    /// Met if met on all (the default), or on any
    pub(super) decide: Option<Decide>,
    /// A term whose period ends before this day is a baseline
    pub(super) counts_from: Option<Day>,
    /// Sources that are shown as readings and never count
    pub(super) shown: Option<Spanned<Vec<SourceId>>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Side {
    /// The source of goods
    pub(super) goods: SourceId,
    /// The source of services
    pub(super) services: SourceId,
    /// How their bases differ
    pub(super) note: Text,
}

/// Marketing, fiscal or treaty years; rules name them in front of a year: `soy 2025`
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OwnYear {
    /// What they are called
    pub(super) title: Text,
    /// The month and day on which each begins: 09-01
    pub(super) starts: MonthDay,
    /// Which calendar year names one
    pub(super) named: NamedBy,
}

/// One of list, codes and undefined; a list or codes with its classification
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Scope {
    /// A CSV file with a column `code`
    pub(super) list: Option<Text>,
    /// Which lines of the list: column and value
    #[serde(rename = "where")]
    pub(super) where_: Option<Spanned<BTreeMap<Text, Texts>>>,
    /// Codes written here
    pub(super) codes: Option<Spanned<Vec<Text>>>,
    /// The classification and edition of the codes: HS2017
    pub(super) classification: Option<Text>,
    /// How many digits its codes have, where that is not as in its classification
    pub(super) lengths: Option<Spanned<Vec<Spanned<u8>>>>,
    /// What the text leaves open
    pub(super) undefined: Option<Text>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Definition {
    /// What it is called
    pub(super) title: Text,
    /// A CSV file for each source whose codes differ
    #[serde(default)]
    pub(super) crosswalks: BTreeMap<Text, Text>,
    /// Which publication baselines are taken from: the newest as of the day asked for ("as-of"), or as of one day
    pub(super) baseline: Option<Spanned<TextOr<Frozen>>>,
    /// `$name` of rules
    #[serde(default)]
    pub(super) parameters: BTreeMap<Text, Text>,
}

/// The newest as of one day
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Frozen {
    pub(super) frozen: Day,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Ledger {
    /// What its figures are
    pub(super) title: Text,
    /// A CSV file with the columns period, published, value and document, and id, publisher, stage or others
    #[schemars(example = &"ledgers/NAME.csv")]
    pub(super) file: Text,
    /// The unit of all its figures: bn USD
    #[schemars(example = &"bn USD")]
    pub(super) unit: Text,
    /// How sure they are
    pub(super) certainty: Certainty,
    /// How far its entries have come, where all have come as far
    pub(super) stage: Option<Spanned<LedgerStage>>,
    /// Whether no entry can be below zero
    #[serde(default)]
    pub(super) non_negative: bool,
    /// Who keeps it
    pub(super) keeper: Option<Text>,
    /// Who published its entries, where one did
    pub(super) publisher: Option<Text>,
    /// Which entries are meant: column and word
    #[serde(rename = "where", default)]
    pub(super) where_: BTreeMap<Text, Texts>,
    /// The words that a column is closed to
    #[serde(default)]
    pub(super) words: BTreeMap<Text, Texts>,
    /// Columns of figures, with their units
    #[serde(default)]
    pub(super) figures: BTreeMap<Text, Text>,
    /// Until when it is complete
    pub(super) complete_through: Option<Day>,
    /// The day on which that was said
    pub(super) said: Option<Spanned<Day>>,
    /// What was said of the whole on several days
    #[serde(default)]
    pub(super) complete: Vec<Complete>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Complete {
    /// Until when nothing is missing
    pub(super) through: Spanned<Day>,
    /// The day on which it was said
    pub(super) said: Spanned<Day>,
    /// Who said it
    pub(super) by: Option<Text>,
    /// In which document
    pub(super) document: Option<Text>,
}

/// One of rule, act and refrain
#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Commitment {
    pub(super) id: CommitmentId,
    /// What it is called
    pub(super) title: Option<Text>,
    /// Who owes it
    pub(super) by: PartyText,
    /// To whom
    pub(super) to: Option<PartyText>,
    /// The text of texts.toml that it stands in
    pub(super) text: Option<Text>,
    /// Article and paragraph, or the place in the text
    #[schemars(example = &"Article 6.2.1(b)")]
    pub(super) cite: Text,
    /// The first edition of the text that has it, where that is not the oldest
    pub(super) edition: Option<Text>,
    /// The last edition of the text that has it
    pub(super) until_edition: Option<Text>,
    /// The verb of the text; none with origin = "analyst"
    pub(super) force: Option<Spanned<Force>>,
    /// Whether the text or only its analysts name the target
    #[serde(default)]
    pub(super) origin: Origin,
    /// A rule over figures
    pub(super) rule: Option<Text>,
    /// Something to be done
    pub(super) act: Option<Text>,
    /// Something not to be done
    pub(super) refrain: Option<Text>,
    /// Sources that count instead of the agreement's
    pub(super) sources: Option<Spanned<Vec<SourceId>>>,
    /// How they decide instead
    pub(super) decide: Option<Spanned<Decide>>,
    /// flat, seasonal(2017), parts(seasonal(2017)); the first gives the pace status
    pub(super) pace: Option<Spanned<Vec<Text>>>,
    /// The commitments that a total is made of
    pub(super) parts: Option<Spanned<Vec<CommitmentId>>>,
    /// What counts as evidence of an act
    pub(super) evidence: Option<Spanned<ActEvidence>>,
    /// When an act is due
    pub(super) due: Option<Spanned<DayOr<Clock>>>,
    /// It is owed only after this, or all of these: a commitment, trigger.NAME or a day
    pub(super) after: Option<Spanned<DayOr<TextOr<Vec<Condition>>>>>,
    /// It is not owed once this holds
    pub(super) unless: Option<Condition>,
    /// It is owed while this holds
    #[serde(rename = "while")]
    pub(super) while_: Option<Condition>,
    /// Who wrote it as data
    pub(super) encoded_by: Option<Text>,
    /// Who checked it; another person
    pub(super) checked_by: Option<Text>,
    /// What was chosen and what was rejected
    pub(super) interpretation: Option<Text>,
    /// The day of that reading, where it is not the agreement's
    pub(super) encoded_on: Option<Day>,
    /// What is said of it, each from its day on
    #[serde(default)]
    pub(super) notes: Vec<Note>,
    /// Which sides confirmed it
    #[serde(default)]
    pub(super) confirmed_by: Vec<PartyText>,
    /// How sure it is
    pub(super) certainty: Option<Spanned<Certainty>>,
}

words! {
    /// What counts as evidence of an act.
    ActEvidence {
        /// That it was said.
        Announced = "announced",
        /// That it was made law.
        Enacted = "enacted",
        /// That it is in force.
        InForce = "in-force",
        /// That it is applied.
        Applied = "applied",
        /// What came of it.
        Outcome = "outcome",
    }
}

/// A commitment, trigger.NAME or a day
pub(super) type Condition = Spanned<DayOr<String>>;

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
#[schemars(example = serde_json::json!({ "within": "45 working-days", "calendar": ["USA"], "of": "ledger(selections)" }))]
pub(super) struct Clock {
    /// The day by which it is due
    pub(super) by: Option<Day>,
    /// 45 working-days, 30 days, 6 months
    pub(super) within: Option<Text>,
    /// The same, before which an act is not owed
    pub(super) not_before: Option<Text>,
    /// Whose working days
    pub(super) calendar: Option<Spanned<Vec<PartyText>>>,
    /// From what: ledger(name), a day, signed, in_force, a commitment; or the later or earlier of several
    pub(super) of: Option<Spanned<TextOr<Several>>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Several {
    /// The last of them
    pub(super) later: Option<Vec<Text>>,
    /// The first of them
    pub(super) earlier: Option<Vec<Text>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Amendment {
    /// The first day on which it holds
    pub(super) date: Spanned<Day>,
    /// The day from which it could be known, where that is later
    pub(super) known_from: Option<Day>,
    /// Where it is written
    pub(super) citation: Text,
    /// Dotted keys and their new values: "commitment.ID.rule" = "..."
    pub(super) set: Option<BTreeMap<String, Any>>,
    /// Files and the files that take their place
    #[serde(default)]
    pub(super) files: BTreeMap<Text, Text>,
    /// Commitments that others replace
    pub(super) supersedes: Option<Vec<CommitmentId>>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Waiver {
    #[schemars(example = serde_json::json!(["ID"]))]
    pub(super) commitments: Vec<CommitmentId>,
    /// The first day
    pub(super) from: Spanned<Day>,
    /// The last day
    pub(super) until: Option<Spanned<Day>>,
    pub(super) citation: Text,
    /// The day from which it could be known; its first day without it
    pub(super) known_from: Option<Day>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Note {
    /// The day from which it could be said
    pub(super) on: Day,
    /// What is said
    pub(super) text: Text,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Defence {
    #[schemars(example = serde_json::json!(["ID"]))]
    pub(super) commitments: Vec<CommitmentId>,
    /// Who invokes it
    pub(super) party: PartyText,
    #[schemars(example = &"Article 7.6")]
    pub(super) article: Text,
    pub(super) date: Day,
    pub(super) document: Text,
    /// What the other side answered
    pub(super) reply: Option<Text>,
    /// When it did
    pub(super) replied: Option<Day>,
}

#[derive(Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Question {
    /// balance.saving
    pub(super) id: CommitmentId,
    /// Who asks
    pub(super) by: PartyText,
    pub(super) cite: Text,
    #[schemars(example = &"What moves when nobody saves more or less?")]
    pub(super) text: Text,
    /// When it was asked
    pub(super) asked: Option<Day>,
    /// Scenarios that `servanda simulate` answers
    #[schemars(length(min = 1), example = serde_json::json!(["examples/what-if/threat-and-answer.toml"]))]
    pub(super) scenarios: Spanned<Vec<Text>>,
    /// The base that they need, where none ships: the folder's name
    pub(super) base: Option<Text>,
}
