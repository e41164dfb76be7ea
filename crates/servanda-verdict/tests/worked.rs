//! Hand-worked examples for the words of the design's section on what a rule yields, table by table.

mod common;

use common::{day, figure, files, point, source, usd};
use servanda_core::{Absence, Covers, Dimension, Exact, Finality, Seasonal, Source, Stage, Status};
use servanda_verdict::{Finding, InlineEvidence, InlineFigure, Question, check_one};

use Status::{
    CannotTell, DefinitionsDisagree, Met, Missed, NotReached, NotYetTestable, Open, Reached, SourcesDisagree,
};

/// An agreement with one rule, and what is known of it.
struct Case {
    rule: String,
    keys: String,
    more: String,
    sources: Vec<Source>,
    counted: Vec<&'static str>,
    decide: &'static str,
    instrument: &'static str,
    force: &'static str,
    figures: Vec<InlineFigure>,
    ledger: &'static str,
    ledger_keys: &'static str,
    through: Option<&'static str>,
    on: Option<&'static str>,
}

fn usa() -> Source {
    source("usa", "USA", &[Stage::Exports])
}

fn chn() -> Source {
    source("chn", "CHN", &[Stage::Imports])
}

/// `goods` below is alpha (11 and 22) and beta (33); both parties' goods of the first quarter of 2020 are what counts.
fn rule(rule: &str) -> Case {
    Case {
        rule: rule.replace('"', "\\\""),
        keys: String::new(),
        more: String::new(),
        sources: vec![usa(), chn()],
        counted: vec!["usa"],
        decide: "all",
        instrument: "binding-agreement",
        force: "force = \"shall\"",
        figures: Vec::new(),
        ledger: "",
        ledger_keys: "",
        through: None,
        on: None,
    }
}

const Q1: [&str; 3] = ["2020-01", "2020-02", "2020-03"];

impl Case {
    /// Final figures of code 1101, each published on a day.
    fn held(mut self, id: &str, figures: &[(&str, i128, &str)]) -> Self {
        for (period, value, published) in figures {
            let source = self.sources.iter().find(|s| s.id == id).unwrap();
            let stage = source.flows[0].stage;
            self.figures.push(figure(source, stage, "1101", period, *value, published));
        }
        self
    }

    /// All of the quarter, a third in each month.
    fn quarter(self, id: &str, third: i128) -> Self {
        let all: Vec<_> = Q1.iter().map(|m| (*m, third, "2020-05-01")).collect();
        self.held(id, &all)
    }

    fn code(mut self, id: &str, code: &str, period: &str, value: i128, published: &str) -> Self {
        let source = self.sources.iter().find(|s| s.id == id).unwrap();
        self.figures.push(figure(source, source.flows[0].stage, code, period, value, published));
        self
    }

    fn early(mut self) -> Self {
        self.figures.last_mut().unwrap().preliminary = true;
        self
    }

    fn both(mut self) -> Self {
        self.counted = vec!["usa", "chn"];
        self
    }

    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn more(mut self, toml: &str) -> Self {
        self.more.push_str(toml);
        self
    }

    fn key(mut self, toml: &str) -> Self {
        self.keys.push_str(toml);
        self.keys.push('\n');
        self
    }

    fn finding(&self, as_of: &str) -> Finding {
        let counted: Vec<String> = self.counted.iter().map(|s| format!("\"{s}\"")).collect();
        let text = format!(
            r#"
id = "small"
title = "Small"
parties = ["CHN", "USA"]
instrument = "{}"
[statistics]
sources = [{}]
decide = "{}"
counts_from = 2020-01-01
[scope.alpha]
list = "list.csv"
where = {{ category = "alpha" }}
classification = "HS2017"
[scope.beta]
list = "list.csv"
where = {{ category = "beta" }}
classification = "HS2017"
[scope.vague]
undefined = "nobody says"
[ledger.orders]
title = "Orders"
file = "orders.csv"
unit = "USD"
certainty = "secondary"
{}
[[commitment]]
id = "c"
by = "CHN"
cite = "Article 1"
{}
rule = "{}"
{}
{}
"#,
            self.instrument,
            counted.join(", "),
            self.decide,
            self.ledger_keys,
            self.force,
            self.rule,
            self.keys,
            self.more
        );
        let orders = format!("period,published,value,document\n{}", self.ledger);
        let files = files(&[
            ("agreement.toml", &text),
            ("list.csv", "code,category\n11,alpha\n22,alpha\n33,beta\n"),
            ("orders.csv", &orders),
            ("cross.csv", "list_code,source_code,relation\n33,1101,wider\n"),
        ]);
        let agreement = common::agreement(&files, day(as_of)).unwrap_or_else(|e| panic!("{e:?}"));
        let evidence = InlineEvidence::new(self.sources.clone(), self.figures.clone());
        let mut question = Question::on_day(day(as_of));
        question.through = self.through.map(point);
        question.on = self.on.map(str::to_owned);
        check_one(&agreement, &evidence, &question, "c").unwrap().findings.remove(0)
    }

    fn status(&self, as_of: &str) -> Status {
        self.finding(as_of).status
    }

    #[track_caller]
    fn says(&self, list: &[(&str, Status)]) -> &Self {
        for (as_of, expected) in list {
            let finding = self.finding(as_of);
            assert_eq!(finding.status, *expected, "as of {as_of}: {:?}", finding.reason);
        }
        self
    }
}

const FLOOR: &str = "imports(CHN from USA, alpha, 2020-Q1) >= 30 USD";
const CAP: &str = "imports(CHN from USA, alpha, 2020-Q1) <= 30 USD";

// The order of statuses. The lag is 40 days: January is out by 11 March (2020 is a leap year), March by 10 May.

#[test]
fn an_undefined_term_comes_before_everything() {
    let vague = rule(
        "imports(CHN from USA, alpha, 2020-Q1) >= 30 USD or imports(CHN from USA, vague, 2020-Q1) >= 1 USD",
    );
    let held = vague.quarter("usa", 10);
    held.says(&[("2019-06-01", CannotTell), ("2020-04-01", CannotTell), ("2020-06-01", CannotTell)]);
    let finding = held.finding("2020-06-01");
    assert!(finding.reason.unwrap().contains("nobody says"));
    assert_eq!(finding.possible, [CannotTell]);
}

#[test]
fn what_is_decided_comes_before_what_is_open() {
    let nothing = rule(FLOOR);
    nothing.says(&[
        ("2020-03-10", NotYetTestable),
        ("2020-03-11", Open),
        ("2020-05-10", Open),
        ("2020-05-11", CannotTell),
    ]);
    assert!(nothing.finding("2020-05-11").reason.unwrap().contains("not held"));
    // Decided already on a day when nothing is due yet, and on one when it is open.
    rule(FLOOR)
        .held("usa", &[("2020-01", 30, "2020-03-01")])
        .says(&[("2020-02-29", NotYetTestable), ("2020-03-01", Met)]);
    rule(FLOOR).held("usa", &[("2020-01", 10, "2020-03-01"), ("2020-02", 20, "2020-04-01")]).says(&[
        ("2020-03-31", Open),
        ("2020-04-01", Met),
        ("2021-01-01", Met),
    ]);
}

#[test]
fn the_words_of_what_binds_nobody() {
    let met = || rule(FLOOR).quarter("usa", 10);
    met().says(&[("2020-06-01", Met)]);
    met().with(|c| c.force = "force = \"shall-endeavour\"").says(&[("2020-06-01", Reached)]);
    met().with(|c| c.force = "origin = \"analyst\"").says(&[("2020-06-01", Reached)]);
    for instrument in ["demand", "draft", "joint-statement", "one-sided-fact-sheet", "non-binding-mou"] {
        let finding = met().with(|c| c.instrument = instrument).finding("2020-06-01");
        assert_eq!(finding.status, Reached, "{instrument}");
        assert!(finding.notes[0].starts_with("reached or not-reached"), "{instrument}");
    }
    rule(FLOOR).quarter("usa", 9).with(|c| c.instrument = "demand").says(&[("2020-06-01", NotReached)]);
}

// Comparisons.

#[test]
fn equality_passes_a_floor_and_a_cap_and_nothing_strict() {
    for (op, at, above, below) in [
        (">=", Met, Met, Missed),
        ("<=", Met, Missed, Met),
        (">", Missed, Met, Missed),
        ("<", Missed, Missed, Met),
        ("=", Met, Missed, Missed),
    ] {
        for (third, expected) in [(10, at), (11, above), (9, below)] {
            let case =
                rule(&format!("imports(CHN from USA, alpha, 2020-Q1) {op} 30 USD")).quarter("usa", third);
            assert_eq!(case.status("2020-06-01"), expected, "{} {op} 30", third * 3);
        }
    }
}

#[test]
fn equals_decides_only_when_complete() {
    let beyond =
        rule("imports(CHN from USA, alpha, 2020-Q1) = 30 USD").held("usa", &[("2020-01", 99, "2020-03-01")]);
    beyond.says(&[("2020-03-11", Open), ("2020-06-01", CannotTell)]);
}

#[test]
fn early_met_of_a_floor_and_early_missed_of_a_cap() {
    let held = [("2020-01", 31, "2020-03-01")];
    rule(FLOOR).held("usa", &held).says(&[("2020-03-01", Met)]);
    rule(CAP).held("usa", &held).says(&[("2020-03-01", Missed)]);
    // The other way round nothing is early.
    let little = [("2020-01", 1, "2020-03-11")];
    rule(FLOOR).held("usa", &little).says(&[("2020-03-11", Open), ("2020-06-01", CannotTell)]);
    rule(CAP).held("usa", &little).says(&[("2020-03-11", Open), ("2020-06-01", CannotTell)]);
    let finality = rule(FLOOR).held("usa", &held).finding("2020-03-01").readings[0].finality;
    assert_eq!(finality, Finality::Open);
}

#[test]
fn nothing_is_early_for_flows_that_can_be_negative_or_for_ledgers() {
    let held = [("2020-01", 99, "2020-03-11")];
    let signed = |c: &mut Case| c.sources[0].flows[0].non_negative = false;
    rule(FLOOR).with(signed).held("usa", &held).says(&[("2020-03-11", Open), ("2020-06-01", CannotTell)]);
    rule(CAP).with(signed).held("usa", &held).says(&[("2020-03-11", Open), ("2020-06-01", CannotTell)]);
    let orders = |op| {
        rule(&format!("ledger(orders, 2020) {op} 30 USD")).with(|c| c.ledger = "2020-01,2020-02-01,99,x\n")
    };
    orders(">=").says(&[("2019-12-31", NotYetTestable), ("2020-03-01", Open), ("2021-01-01", CannotTell)]);
    orders("<=").says(&[("2020-03-01", Open), ("2021-01-01", CannotTell)]);
    orders(">=").with(|c| c.ledger_keys = "complete_through = 2020-12-31").says(&[("2021-01-01", Met)]);
}

#[test]
fn nothing_is_early_for_balances() {
    let balance = |op| {
        rule(&format!("balance(USA with CHN, alpha, 2020-Q1) {op} 30 USD")).with(|c| {
            c.sources[0] = source("usa", "USA", &[Stage::Exports, Stage::Imports]);
        })
    };
    let january = |mut case: Case| {
        for (stage, value) in [(Stage::Exports, 99), (Stage::Imports, 1)] {
            let figure = figure(&case.sources[0], stage, "1101", "2020-01", value, "2020-03-11");
            case.figures.push(figure);
        }
        case
    };
    january(balance(">=")).says(&[("2020-03-11", Open), ("2020-06-01", CannotTell)]);
    january(balance("<=")).says(&[("2020-03-11", Open), ("2020-06-01", CannotTell)]);
}

#[test]
fn nothing_is_early_for_balances_of_which_one_side_is_whole() {
    let mut case = rule("balance(CHN with USA, alpha, 2020-Q1) <= 0 USD").with(|c| {
        c.sources[0] = source("usa", "USA", &[Stage::Exports, Stage::Imports]);
    });
    for month in Q1 {
        // China's exports are nil; of its imports nothing is held yet.
        let figure = figure(&case.sources[0], Stage::Imports, "3301", month, 1, "2020-03-01");
        case.figures.push(figure);
    }
    case.says(&[("2020-03-11", Open)]);
}

#[test]
fn division_by_what_can_be_zero_cannot_be_told() {
    let ratio = "imports(CHN from USA, alpha, 2020-Q1) / imports(CHN from USA, beta, 2020-Q1) >= 2";
    let zero = rule(ratio).quarter("usa", 10);
    let finding = zero.finding("2020-06-01");
    assert_eq!(
        (finding.status, finding.readings[0].actual.as_ref().unwrap().bounds.value.clone()),
        (CannotTell, None)
    );
    rule(ratio)
        .quarter("usa", 10)
        .code("usa", "3301", "2020-01", 15, "2020-05-01")
        .says(&[("2020-06-01", Met)]);
    rule(ratio)
        .quarter("usa", 10)
        .code("usa", "3301", "2020-01", 16, "2020-05-01")
        .says(&[("2020-06-01", Missed)]);
}

#[test]
fn and_or_not_are_three_valued() {
    let (yes, no) = (
        "imports(CHN from USA, alpha, 2020-Q1) >= 30 USD",
        "imports(CHN from USA, alpha, 2020-Q1) >= 31 USD",
    );
    let open = "imports(CHN from USA, alpha, 2020-Q2) >= 30 USD";
    for (text, expected) in [
        (format!("{yes} and {open}"), Open),
        (format!("{no} and {open}"), Missed),
        (format!("{yes} or {open}"), Met),
        (format!("{no} or {open}"), Open),
        (format!("not {no}"), Met),
        (format!("not {open}"), Open),
        (format!("not ({no} and {open})"), Met),
    ] {
        assert_eq!(rule(&text).quarter("usa", 10).status("2020-06-20"), expected, "{text}");
    }
}

// Bounds, not zeros.

#[test]
fn a_hole_keeps_a_period_open_and_absence_means_what_is_declared() {
    // February is missing.
    let hole = [("2020-01", 10, "2020-05-01"), ("2020-03", 10, "2020-05-01")];
    let finding = rule(FLOOR).held("usa", &hole).finding("2020-06-01");
    assert_eq!(finding.status, CannotTell);
    assert!(finding.reason.unwrap().contains("2020-02"));
    // A month with other codes alone: nothing of this one was traded.
    let zero = rule(FLOOR).held("usa", &hole).code("usa", "3301", "2020-02", 1, "2020-05-01");
    zero.says(&[("2020-06-01", Missed)]);
    // Unless absence of its code is unknown.
    let unknown = |c: &mut Case| c.sources[0].absence.ranges.push(("22".into(), Absence::Unknown));
    let case = rule(FLOOR).with(unknown).held("usa", &hole).code("usa", "3301", "2020-02", 1, "2020-05-01");
    case.says(&[("2020-06-01", CannotTell)]);
    let bounds = case.finding("2020-06-01").readings[0].actual.clone().unwrap().bounds;
    assert_eq!((bounds.low, bounds.high), (Some(Exact::integer(20)), None));
}

#[test]
fn a_residual_uses_the_parent_published_at_or_before_its_children() {
    let chapters = |c: &mut Case| {
        c.sources[0].absence.ranges.push(("22".into(), Absence::Unknown));
        c.sources[0].parent = Some("chapters".into());
        let mut parent = source("chapters", "USA", &[Stage::Exports]);
        parent.depth = Some(2);
        c.sources.push(parent);
    };
    let february = "imports(CHN from USA, alpha, 2020-02) >= 30 USD";
    let case = |parent: &[(i128, &str)]| {
        let mut case = rule(february).with(chapters).held("usa", &[("2020-02", 20, "2020-05-01")]);
        case = case.code("usa", "2201", "2020-02", 4, "2020-05-01");
        for (value, published) in parent {
            case = case.code("chapters", "22", "2020-02", *value, published);
        }
        case
    };
    let high = |c: &Case| c.finding("2020-06-01").readings[0].actual.clone().unwrap().bounds.high;
    // 24 held; of chapter 22 the parent has 9, of which 4 are shown.
    assert_eq!(high(&case(&[(9, "2020-05-01")])), Some(Exact::integer(29)));
    case(&[(9, "2020-05-01")]).says(&[("2020-06-01", Missed)]);
    // A later one says otherwise, and is not used; an older one is, where there is no nearer one.
    assert_eq!(high(&case(&[(9, "2020-04-01"), (99, "2020-05-02")])), Some(Exact::integer(29)));
    assert_eq!(high(&case(&[(5, "2020-03-15"), (9, "2020-04-01")])), Some(Exact::integer(29)));
    assert_eq!(high(&case(&[(99, "2020-05-02")])), None);
    // One that counts for nothing, or is on another basis, bounds nothing.
    let other: [fn(&mut Source); 6] = [
        |p| p.basis.covers = Covers::Services,
        |p| p.basis.seasonal = Seasonal::Adjusted,
        |p| p.basis.valuation = "FOB".into(),
        |p| p.editions[0].name = "HS2012".into(),
        |p| p.derived = Some("deflated".into()),
        |p| p.unfilled.push("basis.trade".into()),
    ];
    for change in other {
        assert_eq!(high(&case(&[(9, "2020-05-01")]).with(|c| change(c.sources.last_mut().unwrap()))), None);
    }
}

#[test]
fn a_derived_series_never_counts() {
    let derived = |c: &mut Case| c.sources[0].derived = Some("divided by a price index".into());
    let finding = rule(FLOOR).quarter("usa", 40).with(derived).finding("2020-06-01");
    assert_eq!((finding.status, finding.counted, finding.tested), (CannotTell, 0, 0));
    let reason = finding.reason.unwrap();
    assert_eq!(
        reason,
        "no source counts: usa is a derived series and never counts: divided by a price index"
    );
    // What it says is shown.
    assert!(finding.readings.iter().all(|r| !r.counts) && !finding.readings.is_empty());
}

#[test]
fn a_preliminary_month_keeps_its_period_incomplete() {
    let two = [("2020-01", 15, "2020-05-01"), ("2020-02", 5, "2020-05-01")];
    let case = rule(FLOOR).held("usa", &two).code("usa", "11", "2020-03", 20, "2020-05-01").early();
    case.says(&[("2020-06-01", CannotTell)]);
    let bounds = case.finding("2020-06-01").readings[0].actual.clone().unwrap().bounds;
    let n = |x| Some(Exact::integer(x));
    assert_eq!((bounds.value, bounds.low, bounds.high), (n(40), n(20), None));
}

#[test]
fn a_listed_code_below_the_sources_own_is_a_bound() {
    let text = |n| format!("imports(CHN from USA, code \"110155\", 2020-Q1) >= {n} USD");
    let bounds =
        rule(&text(1)).quarter("usa", 10).finding("2020-06-01").readings[0].actual.clone().unwrap().bounds;
    assert_eq!((bounds.low, bounds.high), (Some(Exact::zero()), Some(Exact::integer(30))));
    rule(&text(1)).quarter("usa", 10).says(&[("2020-06-01", CannotTell)]);
    rule(&text(31)).quarter("usa", 10).says(&[("2020-06-01", Missed)]);
}

// Quantifiers.

fn years(figures: &[(&str, i128)]) -> Case {
    let annual = |c: &mut Case| c.sources[0].frequency = servanda_core::Frequency::Annual;
    let mut case = rule("each year in 2020..2022: imports(CHN from USA, alpha, year) >= 10 USD").with(annual);
    for (year, value) in figures {
        let published = format!("{}-02-01", year.parse::<i32>().unwrap() + 1);
        case = case.code("usa", "1101", year, *value, &published);
    }
    case
}

#[test]
fn a_quantifier_is_missed_if_one_is_missed_and_met_if_all_are() {
    years(&[("2020", 10), ("2021", 10), ("2022", 10)]).says(&[("2023-06-01", Met)]);
    years(&[("2020", 10), ("2021", 9)]).says(&[("2022-02-01", Missed), ("2023-06-01", Missed)]);
    assert_eq!(years(&[("2020", 10), ("2021", 9)]).finding("2022-02-01").readings[0].breaches, ["2021"]);
    // 2020 is met, 2021 is not held, and 2022 cannot be tested yet: cannot-tell comes first.
    years(&[("2020", 10)]).says(&[
        ("2021-02-01", NotYetTestable),
        ("2022-02-08", NotYetTestable),
        ("2022-02-09", Open),
        ("2022-02-10", CannotTell),
    ]);
    // A source that publishes by month is open while a year runs: open comes before not-yet-testable.
    let monthly = rule("each year in 2020..2022: imports(CHN from USA, alpha, year) >= 10 USD");
    monthly
        .held("usa", &[("2020-01", 10, "2020-03-01")])
        .says(&[("2020-06-01", NotYetTestable), ("2021-06-01", Open)]);
}

#[test]
fn a_quantifier_over_an_undefined_scope_cannot_be_told() {
    rule("each line in vague: imports(CHN from USA, line, 2020-Q1) >= 1 USD")
        .quarter("usa", 10)
        .says(&[("2019-01-01", CannotTell), ("2020-06-01", CannotTell)]);
}

// Findings.

#[test]
fn one_source_under_several_definitions() {
    let two = "[definition.a]\ntitle = \"a\"\nparameters = { need = \"30 USD\" }\n\
               [definition.b]\ntitle = \"b\"\nparameters = { need = \"31 USD\" }\n";
    let case = || rule("imports(CHN from USA, alpha, 2020-Q1) >= $need").more(two);
    case().quarter("usa", 10).says(&[("2020-06-01", DefinitionsDisagree)]);
    case().quarter("usa", 11).says(&[("2020-06-01", Met)]);
    // Decided under one alone: the least decided.
    let early = case().held("usa", &[("2020-01", 30, "2020-03-01")]);
    early.says(&[("2020-03-01", NotYetTestable), ("2020-03-11", Open), ("2020-06-01", CannotTell)]);
    let finding = early.finding("2020-03-11");
    assert_eq!((finding.tested, finding.possible), (0, vec![Met, DefinitionsDisagree]));
}

#[test]
fn several_sources_all() {
    let case = || rule(FLOOR).both();
    case().quarter("usa", 10).quarter("chn", 11).says(&[("2020-06-01", Met)]);
    case().quarter("usa", 9).quarter("chn", 9).says(&[("2020-06-01", Missed)]);
    case().quarter("usa", 10).quarter("chn", 9).says(&[("2020-06-01", SourcesDisagree)]);
    let half = case().quarter("usa", 9);
    let finding = half.finding("2020-06-01");
    assert_eq!((finding.status, finding.tested, finding.counted), (CannotTell, 1, 2));
    assert_eq!(finding.possible, [Missed, SourcesDisagree]);
    assert_eq!(finding.reason.as_deref(), Some("chn: not held"));
    half.says(&[("2020-05-10", Open), ("2020-02-01", NotYetTestable)]);
    assert_eq!(half.finding("2020-05-10").possible, [Missed, SourcesDisagree]);
    assert_eq!(case().finding("2020-06-01").possible, [Met, Missed, SourcesDisagree]);
}

#[test]
fn definitions_disagree_goes_before_sources_disagree() {
    let two = "[definition.a]\ntitle = \"a\"\nparameters = { need = \"30 USD\" }\n\
               [definition.b]\ntitle = \"b\"\nparameters = { need = \"31 USD\" }\n";
    let case = rule("imports(CHN from USA, alpha, 2020-Q1) >= $need").more(two).both();
    case.quarter("usa", 10).quarter("chn", 20).says(&[("2020-06-01", DefinitionsDisagree)]);
}

#[test]
fn several_sources_any() {
    let case = || rule(FLOOR).both().with(|c| c.decide = "any");
    case().quarter("usa", 10).says(&[("2020-05-01", Met), ("2020-06-01", Met)]);
    case().quarter("usa", 10).quarter("chn", 9).says(&[("2020-06-01", Met)]);
    case().quarter("usa", 9).quarter("chn", 9).says(&[("2020-06-01", Missed)]);
    let half = case().quarter("usa", 9);
    half.says(&[("2020-06-01", CannotTell)]);
    assert_eq!(half.finding("2020-06-01").possible, [Met, Missed]);
}

#[test]
fn scored_on_one_source() {
    let case = rule(FLOOR).both().quarter("usa", 9).with(|c| c.on = Some("usa"));
    let finding = case.finding("2020-06-01");
    assert_eq!((finding.status, finding.tested, finding.counted), (Missed, 1, 1));
    assert!(finding.notes.iter().any(|n| n.contains("usa alone")));
}

#[test]
fn overlays_lie_over_a_status_and_never_hide_it() {
    let case = |toml: &str| rule(FLOOR).quarter("usa", 9).more(toml);
    let waiver =
        "[[waiver]]\ncommitments = [\"c\"]\nfrom = 2020-06-01\nuntil = 2020-07-01\ncitation = \"x\"\n";
    for (as_of, overlay) in [
        ("2020-05-31", None),
        ("2020-06-01", Some("excused")),
        ("2020-07-01", Some("excused")),
        ("2020-07-02", None),
    ] {
        let finding = case(waiver).finding(as_of);
        assert_eq!(
            (finding.status, finding.overlay.map(|o| o.kind)),
            (Missed, overlay.map(str::to_owned)),
            "{as_of}"
        );
    }
    let amendment = "[[amendment]]\ndate = 2020-06-01\ncitation = \"x\"\nsupersedes = [\"c\"]\n";
    for (as_of, overlay) in
        [("2020-05-31", None), ("2020-06-01", Some("superseded")), ("2030-01-01", Some("superseded"))]
    {
        let finding = case(amendment).finding(as_of);
        assert_eq!(
            (finding.status, finding.overlay.map(|o| o.kind)),
            (Missed, overlay.map(str::to_owned)),
            "{as_of}"
        );
    }
}

#[test]
fn a_defence_alters_nothing() {
    let defence = "[[defence]]\ncommitments = [\"c\"]\nparty = \"CHN\"\narticle = \"7\"\ndate = 2020-06-01\ndocument = \"x\"\n";
    let case = rule(FLOOR).quarter("usa", 9).more(defence);
    assert_eq!((case.status("2020-06-01"), case.finding("2020-06-01").defences.len()), (Missed, 1));
    assert_eq!(case.finding("2020-05-31").defences.len(), 0);
}

// Baselines.

#[test]
fn a_frozen_baseline_is_that_of_its_day_and_what_is_tested_is_not_frozen() {
    let text = "imports(CHN from USA, alpha, 2020-Q1) >= imports(CHN from USA, alpha, 2019-Q4)";
    let case = |toml: &str| {
        let old = ["2019-10", "2019-11", "2019-12"].map(|m| (m, 10, "2020-01-10"));
        let new = ["2019-10", "2019-11", "2019-12"].map(|m| (m, 20, "2020-03-01"));
        rule(text).more(toml).held("usa", &old).held("usa", &new).quarter("usa", 10)
    };
    let frozen = "[definition.a]\ntitle = \"a\"\nbaseline = { frozen = 2020-01-15 }\n";
    case(frozen).says(&[("2020-06-01", Met)]);
    case("").says(&[("2020-06-01", Missed)]);
    let early = "[definition.a]\ntitle = \"a\"\nbaseline = { frozen = 2020-01-05 }\n";
    case(early).says(&[("2020-06-01", CannotTell)]);
    assert!(case(early).finding("2020-06-01").reason.unwrap().contains("baseline"));
    // Frozen on a later day than is asked about: what was known on the day asked about.
    let later = "[definition.a]\ntitle = \"a\"\nbaseline = { frozen = 2020-12-01 }\n";
    case(later).says(&[("2020-06-01", Missed)]);
}

#[test]
fn a_frozen_baseline_in_a_ledger() {
    let frozen = "[definition.a]\ntitle = \"a\"\nbaseline = { frozen = 2020-01-15 }\n";
    let case = rule("imports(CHN from USA, alpha, 2020-Q1) >= ledger(orders, 2019-Q4)")
        .more(frozen)
        .quarter("usa", 10);
    case.with(|c| {
        c.ledger = "2019-Q4,2020-01-10,30,x\n2019-Q4,2020-03-01,5,x\n";
        c.ledger_keys = "complete_through = 2019-12-31";
    })
    .says(&[("2020-06-01", Met)]);
}

// Ledgers.

#[test]
fn an_empty_ledger_says_so() {
    let finding = rule("ledger(orders, 2020) >= 30 USD").finding("2021-06-01");
    assert_eq!(finding.status, CannotTell);
    assert_eq!(finding.readings[0].actual.as_ref().unwrap().bounds.value, None);
    assert!(finding.readings[0].notes.iter().any(|n| n.contains("stands empty")));
}

#[test]
fn a_ledger_is_not_complete_before_its_entries_are_published() {
    let case = rule("imports(CHN from USA, alpha, 2020-Q1) >= ledger(orders, 2019-Q4)")
        .quarter("usa", 10)
        .with(|c| {
            c.ledger = "2019-Q4,2021-01-01,99,x\n";
            c.ledger_keys = "complete_through = 2019-12-31";
        });
    case.says(&[("2021-01-01", Missed), ("2020-06-01", CannotTell)]);
}

// Conditions.

#[test]
fn conditions_on_a_date() {
    let case = |key: &str| rule(FLOOR).quarter("usa", 9).key(key);
    case("after = 2020-07-01").says(&[("2020-06-30", NotYetTestable), ("2020-07-01", Missed)]);
    let overlay = |key: &str, as_of: &str| {
        let finding = case(key).finding(as_of);
        assert_eq!(finding.status, Missed, "{key} {as_of}");
        finding.overlay.map(|o| o.kind)
    };
    assert_eq!(overlay("unless = 2020-07-01", "2020-06-30"), None);
    assert_eq!(overlay("unless = 2020-07-01", "2020-07-01").as_deref(), Some("excused"));
    assert_eq!(overlay("while = 2020-07-01", "2020-07-01"), None);
    assert_eq!(overlay("while = 2020-07-01", "2020-07-02").as_deref(), Some("excused"));
}

#[test]
fn conditions_on_a_commitment() {
    let other = |n: i128| {
        format!(
            "[[commitment]]\nid = \"other\"\nby = \"USA\"\ncite = \"x\"\nforce = \"shall\"\n\
             rule = \"imports(CHN from USA, alpha, 2020-01) >= {n} USD\"\n"
        )
    };
    let case = |key: &str, n| rule(FLOOR).quarter("usa", 9).key(key).more(&other(n));
    let got = |key: &str, n| {
        let finding = case(key, n).finding("2020-06-01");
        (finding.status, finding.overlay.map(|o| o.kind))
    };
    let excused = Some("excused".to_owned());
    assert_eq!(got("after = \"other\"", 9), (Missed, None));
    assert_eq!(got("after = \"other\"", 10), (NotYetTestable, None));
    assert_eq!(got("unless = \"other\"", 9), (Missed, excused.clone()));
    assert_eq!(got("unless = \"other\"", 10), (Missed, None));
    assert_eq!(got("while = \"other\"", 9), (Missed, None));
    assert_eq!(got("while = \"other\"", 10), (Missed, excused));
    // What cannot be told is told of neither.
    let act =
        "[[commitment]]\nid = \"other\"\nby = \"USA\"\ncite = \"x\"\nforce = \"shall\"\nact = \"publish\"\n";
    for key in ["after", "unless", "while"] {
        let case = rule(FLOOR).quarter("usa", 9).key(&format!("{key} = \"other\"")).more(act);
        let finding = case.finding("2020-06-01");
        assert_eq!(finding.status, CannotTell, "{key}");
        assert!(finding.reason.unwrap().contains("not assessed"), "{key}");
    }
}

#[test]
fn an_act_is_not_assessed() {
    let act =
        "[[commitment]]\nid = \"other\"\nby = \"USA\"\ncite = \"x\"\nforce = \"shall\"\nact = \"publish\"\n";
    let case = rule(FLOOR).quarter("usa", 10).key("after = \"other\"").more(act);
    let finding = case.finding("2020-06-01");
    assert_eq!(finding.status, CannotTell);
}

// What a source does not publish, stages, and paces.

#[test]
fn a_rule_in_tonnes_on_a_source_without_mass() {
    let finding =
        rule("imports(CHN from USA, alpha, 2020-Q1, in kt) >= 1 kt").quarter("usa", 10).finding("2020-06-01");
    assert_eq!(finding.status, CannotTell);
    let reason = finding.reason.unwrap();
    assert!(reason.contains("not published") && reason.contains("usa") && reason.contains("11"), "{reason}");
    let mass = |c: &mut Case| c.sources[0].flows[0].dimensions = vec![usd(), Dimension::Mass];
    let mut case = rule("imports(CHN from USA, alpha, 2020-Q1, in kt) >= 1 kt").with(mass).quarter("usa", 10);
    for f in &mut case.figures {
        f.quantity = Some((Dimension::Mass, Exact::integer(400)));
    }
    case.says(&[("2020-06-01", Met)]);
}

#[test]
fn stages_are_never_mixed() {
    let booked =
        rule("booked(CHN from USA, alpha, 2020-Q1) >= 30 USD").quarter("usa", 99).finding("2020-06-01");
    assert_eq!(booked.status, CannotTell);
    assert!(booked.reason.unwrap().contains("not published"));
}

#[test]
fn through_cuts_for_pace_only() {
    let case = || rule(FLOOR).quarter("usa", 10).key("pace = [\"flat\"]");
    let cut = case().with(|c| c.through = Some("2020-02")).finding("2020-06-01");
    assert_eq!(cut.status, Met);
    let pace = &cut.readings[0].pace[0];
    assert_eq!(pace.actual.as_ref().unwrap().value, "20");
    assert_eq!(pace.required.as_ref().unwrap().value, "20");
    assert_eq!(case().finding("2020-06-01").readings[0].pace[0].actual.as_ref().unwrap().value, "30");
}

#[test]
fn a_month_without_a_figure_ends_a_pace() {
    let case = rule(FLOOR).quarter("usa", 10).key("pace = [\"flat\"]");
    let finding = case.with(|c| c.figures[1].money = None).finding("2020-06-01");
    let pace = &finding.readings[0].pace[0];
    assert_eq!(
        (pace.through.as_deref(), pace.actual.as_ref().unwrap().value.as_str()),
        (Some("2020-01"), "10")
    );
}

// Figures that were published before their period had ended.

#[test]
fn a_month_that_had_not_ended_decides_nothing_and_is_no_part_of_a_pace() {
    let case = |published: &str| {
        let months =
            [("2020-01", 10, "2020-03-10"), ("2020-02", 10, "2020-03-10"), ("2020-03", 10, published)];
        rule(FLOOR).held("usa", &months).key("pace = [\"flat\"]")
    };
    case("2020-04-01").says(&[("2020-06-01", Met)]);
    let finding = case("2020-03-31").finding("2020-06-01");
    assert_eq!(finding.status, CannotTell);
    let reason = finding.readings[0].reason.as_deref().unwrap();
    assert!(reason.contains("2020-03, published before its end"), "{reason}");
    let pace = &finding.readings[0].pace[0];
    assert_eq!(
        (pace.through.as_deref(), pace.actual.as_ref().unwrap().value.as_str()),
        (Some("2020-02"), "20")
    );
    // A sum so far is a floor; of a balance it decides nothing.
    case("2020-03-31").with(|c| c.sources[0].so_far = true).says(&[("2020-06-01", Met)]);
    let balance = |c: &mut Case| {
        c.sources[0].so_far = true;
        c.rule = "balance(USA with CHN, alpha, 2020-Q1) >= 30 USD".into();
        let imports = servanda_core::FlowDecl { stage: Stage::Imports, ..c.sources[0].flows[0].clone() };
        c.sources[0].flows.push(imports);
        let none = |f: &InlineFigure| InlineFigure {
            stage: Stage::Imports,
            money: Some(Exact::zero()),
            published: day("2020-05-01"),
            ..f.clone()
        };
        let imports: Vec<InlineFigure> = c.figures.iter().map(none).collect();
        c.figures.extend(imports);
    };
    case("2020-04-01").with(balance).says(&[("2020-06-01", Met)]);
    case("2020-03-31").with(balance).says(&[("2020-06-01", CannotTell)]);
}

// Signed flows of which something is not shown.

#[test]
fn what_is_not_shown_of_a_signed_flow_is_unbounded_both_ways() {
    let case = rule(FLOOR).quarter("usa", 10).with(|c| {
        c.sources[0].flows[0].non_negative = false;
        c.sources[0].absence.ranges.push(("22".into(), Absence::Unknown));
    });
    case.says(&[("2020-06-01", CannotTell)]);
}

#[test]
fn an_inner_quantifier_over_an_undefined_scope_cannot_be_told() {
    let annual = |c: &mut Case| c.sources[0].frequency = servanda_core::Frequency::Annual;
    let text = "each year in 2020: each line in vague: imports(CHN from USA, goods, year) >= 1 USD";
    rule(text).with(annual).code("usa", "1101", "2020", 10, "2021-02-01").says(&[("2021-06-01", CannotTell)]);
}
