//! The keys and words of an agreement's files. The loader refuses every other; the JSON Schemas are tested against these.

pub(crate) const AGREEMENT: &[&str] = &[
    "id",
    "title",
    "parties",
    "party",
    "third_countries",
    "group",
    "concordance",
    "instrument",
    "announced",
    "signed",
    "in_force",
    "note",
    "notes",
    "encoded_on",
    "statistics",
    "side",
    "year",
    "scope",
    "definition",
    "ledger",
    "rate",
    "commitment",
    "amendment",
    "waiver",
    "defence",
    "question",
];
pub(crate) const PARTY: &[&str] = &["name"];
pub(crate) const CONCORDANCE: &[&str] = &["tables", "shares"];
pub(crate) const TABLES: &[&str] = &["un"];
pub(crate) const GROUP: &[&str] = &["title", "members"];
pub(crate) const STATISTICS: &[&str] = &["sources", "decide", "counts_from", "shown"];
pub(crate) const SIDE: &[&str] = &["goods", "services", "note"];
pub(crate) const YEAR: &[&str] = &["title", "starts", "named"];
pub(crate) const NAMED: &[&str] = &["start", "end"];
pub(crate) const SCOPE: &[&str] = &["list", "where", "codes", "classification", "lengths", "undefined"];
pub(crate) const DEFINITION: &[&str] = &["title", "crosswalks", "baseline", "parameters"];
pub(crate) const BASELINE: &[&str] = &["frozen"];
pub(crate) const LEDGER: &[&str] = &[
    "title",
    "file",
    "unit",
    "certainty",
    "stage",
    "non_negative",
    "keeper",
    "publisher",
    "where",
    "words",
    "figures",
    "complete_through",
    "said",
    "complete",
];
pub(crate) const RATE: &[&str] = &["title", "file", "unit", "certainty", "method"];
pub(crate) const METHODS: &[&str] = &["mean", "end"];
pub(crate) const COMPLETE: &[&str] = &["through", "said", "by", "document"];
pub(crate) const COMMITMENT: &[&str] = &[
    "id",
    "title",
    "by",
    "to",
    "text",
    "cite",
    "edition",
    "until_edition",
    "force",
    "origin",
    "rule",
    "act",
    "refrain",
    "sources",
    "decide",
    "pace",
    "parts",
    "evidence",
    "due",
    "after",
    "unless",
    "while",
    "encoded_by",
    "checked_by",
    "interpretation",
    "encoded_on",
    "notes",
    "confirmed_by",
    "certainty",
];
pub(crate) const DUE: &[&str] = &["by", "within", "not_before", "calendar", "of"];
pub(crate) const STARTS: &[&str] = &["later", "earlier"];
pub(crate) const AMENDMENT: &[&str] = &["date", "known_from", "citation", "set", "files", "supersedes"];
pub(crate) const NOTE: &[&str] = &["on", "text"];
pub(crate) const WAIVER: &[&str] = &["commitments", "from", "until", "citation", "known_from"];
pub(crate) const DEFENCE: &[&str] =
    &["commitments", "party", "article", "date", "document", "reply", "replied"];
pub(crate) const QUESTION: &[&str] = &["id", "by", "cite", "text", "asked", "scenarios", "base"];

pub(crate) const TEXTS: &[&str] = &["read_through", "text"];
pub(crate) const TEXT: &[&str] =
    &["id", "kind", "side", "title", "publisher", "address", "dated", "certainty", "told_by", "edition"];
pub(crate) const EDITION: &[&str] = &["id", "seen", "sha256", "note"];

pub(crate) const CASES: &[&str] = &["case"];
pub(crate) const CASE: &[&str] = &[
    "name",
    "commitment",
    "commitments",
    "as_of",
    "on",
    "covers",
    "observations",
    "concluded",
    "expect",
    "why",
];
pub(crate) const EXPECT: &[&str] =
    &["status", "source", "definition", "actual", "required", "reason", "possible", "due"];
pub(crate) const CONCLUDED: &[&str] = &["commitment", "as_of", "conclusion"];
pub(crate) const OBSERVATION: &[&str] = &[
    "source",
    "stage",
    "partner",
    "code",
    "period",
    "value",
    "quantity",
    "unit",
    "published",
    "preliminary",
];

pub(crate) const INSTRUMENTS: &[&str] = &[
    "binding-agreement",
    "non-binding-mou",
    "joint-statement",
    "one-sided-fact-sheet",
    "announcement",
    "unilateral-act",
    "draft",
    "demand",
];
pub(crate) const DECIDE: &[&str] = &["all", "any"];
pub(crate) const FORCES: &[&str] =
    &["shall", "shall-endeavour", "intends", "expects", "projects", "acknowledges"];
pub(crate) const ORIGINS: &[&str] = &["text", "analyst"];
pub(crate) const CERTAINTIES: &[&str] = &["primary", "secondary", "unconfirmed"];
pub(crate) const EVIDENCE: &[&str] = &["announced", "enacted", "in-force", "applied", "outcome"];
pub(crate) const COVERAGE: &[&str] = &["file", "paragraph"];
pub(crate) const PARAGRAPH: &[&str] = &["id", "file", "kind", "by", "commitments", "note"];
pub(crate) const KINDS: &[&str] = &["duty", "definition", "procedure", "preamble", "undecided"];
