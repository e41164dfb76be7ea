//! JSON Schemas of the files that people write, so that editors complete and check them.
//!
//! The types below are only ever turned into schemas; the loader reads the files by hand, since it says more about what is
//! wrong. Tests hold the two to the same keys.

#![allow(dead_code, reason = "turned into schemas, never built")]

use schemars::{JsonSchema, schema_for};
use std::collections::BTreeMap;

/// The names of the schemas.
pub fn schema_names() -> &'static [&'static str] {
    &["agreement", "cases", "coverage", "texts"]
}

/// The JSON Schema of a kind of file: `agreement` (`agreement.toml`), `cases` (`cases.toml`), `coverage`
/// (`text/coverage.toml`), `ladder` (`ladder.toml`) or `texts` (`texts.toml`).
pub fn schema(name: &str) -> Option<serde_json::Value> {
    let schema = match name {
        "agreement" => schema_for!(AgreementFile),
        "cases" => schema_for!(CasesFile),
        "coverage" => schema_for!(CoverageFile),
        "texts" => schema_for!(crate::texts_schema::TextsFile),
        _ => return None,
    };
    Some(schema.to_value())
}

/// A day, in TOML without quotes: 2020-02-14
#[derive(JsonSchema)]
#[schemars(extend("format" = "date"))]
pub(crate) struct Day(String);

/// Three capital letters: CHN, USA
#[derive(JsonSchema)]
pub(crate) struct Party(#[schemars(regex(pattern = r"^[A-Z]{3}$"))] String);

/// A source's id, or side.NAME
#[derive(JsonSchema)]
struct SourceId(#[schemars(regex(pattern = r"^(side\.)?[a-z][a-z0-9_-]*$"))] String);

/// A commitment's id: names in lower case with points between them
#[derive(JsonSchema)]
struct CommitmentId(#[schemars(regex(pattern = r"^[a-z][a-z0-9_.-]*\*?$"))] String);

/// A period: 2020, 2020-Q3, 2020-10, 2020-10-05, or two of a kind with .. between them
#[derive(JsonSchema)]
struct PeriodText(#[schemars(regex(pattern = r"^[0-9]{4}[0-9Q.-]*$"))] String);

/// An agreement: parties, texts, dates, which statistics count, scopes, definitions and commitments
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct AgreementFile {
    /// The folder's name
    id: String,
    /// What it is called
    title: String,
    /// Who agreed, or was asked
    parties: Vec<Party>,
    /// Parties that no country's code stands for
    #[serde(default)]
    party: BTreeMap<String, PartyName>,
    /// Other countries that its rules speak of
    #[serde(default)]
    third_countries: Vec<Party>,
    /// Countries under one name
    #[serde(default)]
    group: BTreeMap<String, Group>,
    /// How codes are read in other editions of the HS than that of their list
    concordance: Option<Concordance>,
    /// What kind of paper it is
    instrument: Instrument,
    /// When it was made known, where that was before it was signed
    announced: Option<Day>,
    /// When it was signed
    signed: Option<Day>,
    /// When it took effect
    in_force: Option<Day>,
    /// A line that stands beside every outcome
    note: Option<String>,
    /// What is said of it, each from its day on
    #[serde(default)]
    notes: Vec<DatedNote>,
    /// When it was encoded: the day of every reading that names no other
    encoded_on: Option<Day>,
    /// Which statistics count, and how several decide
    statistics: Option<Statistics>,
    /// Sides made of several sources
    #[serde(default)]
    side: BTreeMap<String, Side>,
    /// Years that begin on another day than 1 January
    #[serde(default)]
    year: BTreeMap<String, OwnYear>,
    /// Sets of product codes under a name
    #[serde(default)]
    scope: BTreeMap<String, Scope>,
    /// Admissible ways to read the agreement's terms
    #[serde(default)]
    definition: BTreeMap<String, Definition>,
    /// Figures entered by hand
    #[serde(default)]
    ledger: BTreeMap<String, Ledger>,
    /// Series of rates: of exchange, of reference, of an index
    #[serde(default)]
    rate: BTreeMap<String, Rate>,
    /// Obligations of one party, each tested by itself
    #[serde(default)]
    commitment: Vec<Commitment>,
    /// What changed the agreement, and from when
    #[serde(default)]
    amendment: Vec<Amendment>,
    /// What lifts commitments for a time
    #[serde(default)]
    waiver: Vec<Waiver>,
    /// What a party invokes
    #[serde(default)]
    defence: Vec<Defence>,
    /// What a party asks that only a model can answer; it is no commitment and has no status
    #[serde(default)]
    question: Vec<Question>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct PartyName {
    /// What it is called: ZTE Corporation
    name: String,
}

/// How codes are read in other editions of the HS than that of their list
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Concordance {
    /// The correlation tables of the United Nations
    tables: Tables,
    /// A CSV file with the columns scope, edition, code, share and because: how much of a code is meant
    shares: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Tables {
    Un,
}

/// A series of rates; rules read it as `rate(NAME, 2026)`
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Rate {
    /// What it is
    title: String,
    /// A CSV file with period, published, value and document
    file: String,
    /// CNY/USD, USD/t, %
    unit: String,
    certainty: Certainty,
    /// How the rate of a period is made of those of its parts
    method: Method,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Method {
    Mean,
    End,
}

/// Countries under one name; a flow with a group is the sum over its members
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Group {
    /// What they are called
    title: String,
    /// Each once
    members: Vec<Party>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Instrument {
    BindingAgreement,
    NonBindingMou,
    JointStatement,
    OneSidedFactSheet,
    Announcement,
    UnilateralAct,
    Draft,
    Demand,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Decide {
    All,
    Any,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Statistics {
    /// The sources that count
    #[serde(default)]
    sources: Vec<SourceId>,
    /// Met if met on all (the default), or on any
    decide: Option<Decide>,
    /// A term whose period ends before this day is a baseline
    counts_from: Option<Day>,
    /// Sources that are shown as readings and never count
    #[serde(default)]
    shown: Vec<SourceId>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Side {
    /// The source of goods
    goods: SourceId,
    /// The source of services
    services: SourceId,
    /// How their bases differ
    note: String,
}

/// Marketing, fiscal or treaty years; rules name them in front of a year: `soy 2025`
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct OwnYear {
    /// What they are called
    title: String,
    /// The month and day on which each begins: 09-01
    starts: MonthDay,
    /// Which calendar year names one
    named: NamedBy,
}

/// A month and a day: 09-01
#[derive(JsonSchema)]
struct MonthDay(#[schemars(regex(pattern = r"^[0-9]{2}-[0-9]{2}$"))] String);

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum NamedBy {
    Start,
    End,
}

/// One of list, codes and undefined; a list or codes with its classification
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Scope {
    /// A CSV file with a column `code`
    list: Option<String>,
    /// Which lines of the list: column and value
    #[serde(rename = "where")]
    #[serde(default)]
    where_: BTreeMap<String, OneOrMore>,
    /// Codes written here
    codes: Option<Vec<String>>,
    /// The classification and edition of the codes: HS2017
    classification: Option<String>,
    /// How many digits its codes have, where that is not as in its classification
    lengths: Option<Vec<u8>>,
    /// What the text leaves open
    undefined: Option<String>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Definition {
    /// What it is called
    title: String,
    /// A CSV file for each source whose codes differ
    #[serde(default)]
    crosswalks: BTreeMap<String, String>,
    /// Which publication baselines are taken from
    baseline: Option<Baseline>,
    /// `$name` of rules
    #[serde(default)]
    parameters: BTreeMap<String, String>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Baseline {
    /// The newest as of the day asked for
    Newest(AsOf),
    /// The newest as of one day
    Frozen(Frozen),
}

#[derive(JsonSchema)]
enum AsOf {
    #[serde(rename = "as-of")]
    AsOf,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Frozen {
    frozen: Day,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Ledger {
    /// What its figures are
    title: String,
    /// A CSV file with the columns period, published, value and document, and id, publisher, stage or others
    file: String,
    /// The unit of all its figures: bn USD
    unit: String,
    /// How sure they are
    certainty: Certainty,
    /// How far its entries have come, where all have come as far
    stage: Option<LedgerStage>,
    /// Whether no entry can be below zero
    #[serde(default)]
    non_negative: bool,
    /// Who keeps it
    keeper: Option<String>,
    /// Who published its entries, where one did
    publisher: Option<String>,
    /// Which entries are meant: column and word
    #[serde(rename = "where")]
    #[serde(default)]
    where_: BTreeMap<String, OneOrMore>,
    /// The words that a column is closed to
    #[serde(default)]
    words: BTreeMap<String, OneOrMore>,
    /// Columns of figures, with their units
    #[serde(default)]
    figures: BTreeMap<String, String>,
    /// Until when it is complete
    complete_through: Option<Day>,
    /// The day on which that was said
    said: Option<Day>,
    /// What was said of the whole on several days
    #[serde(default)]
    complete: Vec<Complete>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Complete {
    /// Until when nothing is missing
    through: Day,
    /// The day on which it was said
    said: Day,
    /// Who said it
    by: Option<String>,
    /// In which document
    document: Option<String>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum LedgerStage {
    Announced,
    Pledged,
    Selected,
    Booked,
    Called,
    Transferred,
    Shipped,
    Entered,
    Paid,
    Imports,
    Exports,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Certainty {
    Primary,
    Secondary,
    Unconfirmed,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Force {
    Shall,
    ShallEndeavour,
    Intends,
    Expects,
    Projects,
    Acknowledges,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Origin {
    Text,
    Analyst,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Evidence {
    Announced,
    Enacted,
    InForce,
    Applied,
    Outcome,
}

/// One of rule, act and refrain
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Commitment {
    id: CommitmentId,
    /// What it is called
    title: Option<String>,
    /// Who owes it
    by: Party,
    /// To whom
    to: Option<Party>,
    /// The text of texts.toml that it stands in
    text: Option<String>,
    /// Article and paragraph, or the place in the text
    cite: String,
    /// The first edition of the text that has it, where that is not the oldest
    edition: Option<String>,
    /// The last edition of the text that has it
    until_edition: Option<String>,
    /// The verb of the text; none with origin = "analyst"
    force: Option<Force>,
    /// Whether the text or only its analysts name the target
    origin: Option<Origin>,
    /// A rule over figures
    rule: Option<String>,
    /// Something to be done
    act: Option<String>,
    /// Something not to be done
    refrain: Option<String>,
    /// Sources that count instead of the agreement's
    sources: Option<Vec<SourceId>>,
    /// How they decide instead
    decide: Option<Decide>,
    /// flat, seasonal(2017), parts(seasonal(2017)); the first gives the pace status
    #[serde(default)]
    pace: Vec<String>,
    /// The commitments that a total is made of
    #[serde(default)]
    parts: Vec<CommitmentId>,
    /// What counts as evidence of an act
    evidence: Option<Evidence>,
    /// When an act is due
    due: Option<Due>,
    /// It is owed only after this, or all of these: a commitment, trigger.NAME or a day
    after: Option<OneOrMore>,
    /// It is not owed once this holds
    unless: Option<String>,
    /// It is owed while this holds
    #[serde(rename = "while")]
    while_: Option<String>,
    /// Who wrote it as data
    encoded_by: Option<String>,
    /// Who checked it; another person
    checked_by: Option<String>,
    /// What was chosen and what was rejected
    interpretation: Option<String>,
    /// The day of that reading, where it is not the agreement's
    encoded_on: Option<Day>,
    /// What is said of it, each from its day on
    #[serde(default)]
    notes: Vec<DatedNote>,
    /// Which sides confirmed it
    #[serde(default)]
    confirmed_by: Vec<Party>,
    /// How sure it is
    certainty: Option<Certainty>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Due {
    On(Day),
    Clock(Clock),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Clock {
    /// The day by which it is due
    by: Option<Day>,
    /// 45 working-days, 30 days, 6 months
    within: Option<String>,
    /// The same, before which an act is not owed
    not_before: Option<String>,
    /// Whose working days
    #[serde(default)]
    calendar: Vec<Party>,
    /// From what: ledger(name), a day, signed, in_force, a commitment; or the later or earlier of several
    of: Option<ClockStart>,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum ClockStart {
    One(String),
    Several(Several),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Several {
    /// The last of them
    later: Option<Vec<String>>,
    /// The first of them
    earlier: Option<Vec<String>>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Amendment {
    /// The first day on which it holds
    date: Day,
    /// The day from which it could be known, where that is later
    known_from: Option<Day>,
    /// Where it is written
    citation: String,
    /// Dotted keys and their new values: "commitment.ID.rule" = "..."
    #[serde(default)]
    set: BTreeMap<String, serde_json::Value>,
    /// Files and the files that take their place
    #[serde(default)]
    files: BTreeMap<String, String>,
    /// Commitments that others replace
    #[serde(default)]
    supersedes: Vec<CommitmentId>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Waiver {
    commitments: Vec<CommitmentId>,
    /// The first day
    from: Day,
    /// The last day
    until: Option<Day>,
    citation: String,
    /// The day from which it could be known; its first day without it
    known_from: Option<Day>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct DatedNote {
    /// The day from which it could be said
    on: Day,
    /// What is said
    text: String,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Defence {
    commitments: Vec<CommitmentId>,
    /// Who invokes it
    party: Party,
    article: String,
    date: Day,
    document: String,
    /// What the other side answered
    reply: Option<String>,
    /// When it did
    replied: Option<Day>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Question {
    /// balance.saving
    id: CommitmentId,
    /// Who asks
    by: Party,
    cite: String,
    text: String,
    /// When it was asked
    asked: Option<Day>,
    /// Scenarios that `servanda simulate` answers
    #[schemars(length(min = 1))]
    scenarios: Vec<String>,
    /// The base that they need, where none ships: the folder's name
    base: Option<String>,
}

/// Worked cases: inline observations, an as-of date, and what must come out and why
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct CasesFile {
    #[serde(default)]
    case: Vec<Case>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows
    name: String,
    commitment: Option<CommitmentId>,
    /// In place of `commitment`, where several come out alike
    commitments: Option<Vec<CommitmentId>>,
    /// The day asked for
    as_of: Day,
    /// Score on this source alone
    on: Option<SourceId>,
    /// "all": each vintage holds every code for every period from its first to its last that is named
    covers: Option<Covers>,
    /// All that is held
    #[serde(default)]
    observations: Vec<Observation>,
    /// What two people concluded of acts
    #[serde(default)]
    concluded: Vec<Concluded>,
    /// What must come out
    expect: Expect,
    /// Why it comes out so
    why: String,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Covers {
    Named,
    All,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Status {
    Met,
    Missed,
    Reached,
    NotReached,
    Open,
    NotYetTestable,
    CannotTell,
    DefinitionsDisagree,
    SourcesDisagree,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Expect {
    status: Status,
    /// The source of the reading that the figures are of
    source: Option<SourceId>,
    /// The definition of that reading
    definition: Option<String>,
    /// The left side of the comparison, in the base unit
    actual: Option<String>,
    /// The right side
    required: Option<String>,
    /// What the reason must contain
    reason: Option<String>,
    /// Every status that can still come out
    possible: Option<Vec<Status>>,
    /// The last day of an act's clock
    due: Option<Day>,
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Concluded {
    /// Of which commitment; that of the case where none
    commitment: Option<CommitmentId>,
    /// Up to which day evidence was considered
    as_of: Day,
    conclusion: Conclusion,
}

#[derive(JsonSchema)]
#[serde(rename_all = "kebab-case")]
enum Conclusion {
    Kept,
    PartlyKept,
    NotKept,
    Open,
    Withdrawn,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Imports,
    Exports,
    Announced,
    Booked,
    Shipped,
    Entered,
    Paid,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Number {
    Whole(i64),
    Decimal(String),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Observation {
    source: SourceId,
    stage: Stage,
    /// The other of two parties where none
    partner: Option<Party>,
    /// The source's code
    code: String,
    period: PeriodText,
    /// Money in the source's currency
    value: Option<Number>,
    /// A quantity
    quantity: Option<Number>,
    /// Its unit
    unit: Option<String>,
    published: Day,
    preliminary: Option<bool>,
}

/// What each numbered paragraph of the text is
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct CoverageFile {
    /// The file of `text/` that the paragraphs are of
    file: Option<String>,
    #[serde(default)]
    paragraph: Vec<Paragraph>,
}

#[derive(JsonSchema)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Duty,
    Definition,
    Procedure,
    Preamble,
    Undecided,
}

#[derive(JsonSchema)]
#[serde(untagged)]
enum Whose {
    One(Party),
    Several(Vec<Party>),
}

#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
struct Paragraph {
    /// Its number as the text has it
    id: String,
    file: Option<String>,
    kind: Kind,
    /// Whose duty it is
    by: Option<Whose>,
    /// The commitments that encode it
    #[serde(default)]
    commitments: Vec<CommitmentId>,
    note: Option<String>,
}

#[cfg(test)]
#[path = "schema_tests.rs"]
mod tests;
