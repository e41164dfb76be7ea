//! Rules that are good, rules that are bad with what is said of them, and properties of reading and formatting.

use proptest::prelude::*;
use servanda_agreement::ast::*;
use servanda_agreement::rule::{LedgerFacts, RuleContext, check_rule, format_rule, parse_rule};
use servanda_agreement::{Baseline, Definition, NamedBy, OwnYear};
use servanda_core::{Date, Exact, Party, Period, Point, Stage, Unit};
use std::collections::BTreeMap;

fn definitions() -> Vec<Definition> {
    let definition = |id: &str, parameters: &[(&str, &str)]| Definition {
        id: id.to_owned(),
        title: id.to_owned(),
        crosswalks: BTreeMap::new(),
        baseline: Baseline::AsOf,
        parameters: parameters.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect(),
    };
    vec![
        definition(
            "one",
            &[
                ("window", "2025"),
                ("stage", "booked"),
                ("target", "12 Mt"),
                ("start", "2020-02-14"),
                ("only", "shipped"),
            ],
        ),
        definition(
            "two",
            &[
                ("window", "2025-11..2026-02"),
                ("stage", "shipped"),
                ("target", "25 Mt"),
                ("start", "2020-03-01"),
            ],
        ),
    ]
}

/// Marketing years from 1 September and fiscal years that end with September.
fn years() -> BTreeMap<String, OwnYear> {
    let year = |title: &str, month, named| OwnYear { title: title.to_owned(), starts: (month, 1), named };
    let soy = year("Marketing years of soybeans", 9, NamedBy::Start);
    [("soy".to_owned(), soy), ("fiscal".to_owned(), year("Fiscal years", 10, NamedBy::End))].into()
}

fn errors_of(text: &str) -> Vec<servanda_agreement::RuleError> {
    let parties = [Party::new("CHN").unwrap(), Party::new("USA").unwrap()];
    let asean = ["VNM", "THA"].map(|p| Party::new(p).unwrap());
    let third = [Party::new("RUS").unwrap()];
    let columns = ["delivered".to_owned(), "project".to_owned()];
    let definitions = definitions();
    match parse_rule(text) {
        Err(errors) => errors,
        Ok(rule) => {
            let figures = [("delivered".to_owned(), Unit::parse("t").unwrap())].into();
            let facts =
                LedgerFacts { unit: Unit::parse("bn USD").ok(), columns: Some(&columns), figures: &figures };
            let context = RuleContext {
                text,
                parties: &parties,
                third_countries: &third,
                rates: [("usd-cny", Unit::parse("CNY/USD").unwrap())].into(),
                groups: [("asean", asean.as_slice())].into(),
                scopes: vec!["agriculture", "energy"],
                ledgers: [("orders", facts)].into(),
                definitions: &definitions,
                years: years(),
            };
            check_rule(&rule, &context)
        }
    }
}

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|l| !l.is_empty() && !l.starts_with('#'))
}

fn round_trip(rule: &Rule) {
    let text = format_rule(rule);
    let again = parse_rule(&text).unwrap_or_else(|e| panic!("{text}: {e:?}"));
    assert_eq!(again.clone().without_spans(), rule.clone().without_spans(), "{text}");
    assert_eq!(format_rule(&again), text);
}

#[test]
fn good_rules_mean_something_and_read_back() {
    for line in lines(include_str!("rules/good.txt")) {
        assert_eq!(errors_of(line), [], "{line}");
        round_trip(&parse_rule(line).unwrap());
    }
}

#[test]
fn bad_rules_are_explained() {
    let mut out = String::new();
    for line in lines(include_str!("rules/bad.txt")) {
        let errors = errors_of(line);
        assert!(!errors.is_empty(), "{line}");
        out.push_str(line);
        out.push('\n');
        for error in errors {
            let place = line.get(error.span.clone()).unwrap_or_else(|| panic!("{line}: {error:?}"));
            out.push_str(&format!("  [{place}] {}; {}\n", error.message, error.help.unwrap_or_default()));
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn limits_are_errors_and_not_crashes() {
    let deep = format!("{}1{} >= 1", "(".repeat(500), ")".repeat(500));
    assert!(errors_of(&deep)[0].message.contains("nested more than"));
    let deep = format!("{}1 >= 1{}", "(not ".repeat(200), ")".repeat(200));
    assert!(errors_of(&deep)[0].message.contains("nested more than"));
    let deep = format!("{}1{} >= 1", "min(".repeat(200), ")".repeat(200));
    assert!(errors_of(&deep)[0].message.contains("nested more than"));
    let chain = format!("1{} >= 1", "+1".repeat(490));
    assert_eq!(errors_of(&chain), []);
    round_trip(&parse_rule(&chain).unwrap());
    let long = format!("1{} >= 1", "+1".repeat(2_000));
    assert!(errors_of(&long)[0].message.contains("at most"));
    assert!(errors_of(&"x".repeat(10_000))[0].message.contains("more than"));
    assert!(!errors_of("").is_empty());
}

// Random trees.

fn name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9]{0,4}(-[a-z0-9]{1,3})?".prop_filter("a word of the language", |n| {
        parse_rule(&format!("imports(CHN from USA, {n}, 2020) > 1"))
            .is_ok_and(|r| format!("{:?}", r.condition).contains("Named"))
            && parse_rule(&format!("ledger({n}) > 1")).is_ok()
    })
}

fn party() -> impl Strategy<Value = Party> {
    prop::sample::select(vec!["CHN", "USA", "JPN"]).prop_map(|p| Party::new(p).unwrap())
}

fn pair(relation: Relation) -> impl Strategy<Value = Pair> {
    (party(), party()).prop_map(move |(first, second)| Pair { first, relation, second })
}

fn trader() -> impl Strategy<Value = Trader> {
    let reads = |n: &String| parse_rule(&format!("imports(CHN from {n}, goods, 2020) > 1")).is_ok();
    let group = name().prop_filter("a word of the language, or a country's code in lower case", reads);
    prop_oneof![
        4 => party().prop_map(Trader::Party),
        1 => Just(Trader::Party(Party::WORLD)),
        1 => group.prop_map(Trader::Group),
    ]
}

fn day() -> impl Strategy<Value = Date> {
    (1990i16..2060, 1i8..=12, 1i8..=28).prop_map(|(y, m, d)| Date::constant(y, m, d))
}

fn point() -> impl Strategy<Value = Point> {
    prop_oneof![
        (1990i16..2060).prop_map(Point::Year),
        (1990i16..2060, 1i8..=4).prop_map(|(y, q)| Point::Quarter(y, q)),
        (1990i16..2060, 1i8..=12).prop_map(|(y, m)| Point::Month(y, m)),
        day().prop_map(Point::Day),
    ]
}

fn open_point() -> impl Strategy<Value = PointExpr> {
    prop_oneof![
        Just(PointExpr::AsOf),
        (var(), -3i16..4).prop_map(|(var, by)| PointExpr::Var(var, by)),
        name().prop_map(PointExpr::Param)
    ]
}

fn var() -> impl Strategy<Value = Var> {
    prop::sample::select(vec![Var::Year, Var::HalfYear, Var::Quarter, Var::Month, Var::Day])
}

fn period() -> impl Strategy<Value = PeriodExpr> {
    let open = |own, from, to| PeriodExpr::Open(OpenPeriod { own, from, to, span: 0..0 });
    prop_oneof![
        point().prop_map(|p| PeriodExpr::Fixed(Period::point(p), 0..0)),
        (2000i16..2020, 0i16..5).prop_map(|(y, n)| PeriodExpr::Fixed(
            Period::range(Point::Year(y), Point::Year(y + n)).unwrap(),
            0..0
        )),
        (open_point(), prop::option::of(open_point())).prop_map(move |(from, to)| open(None, from, to)),
        (point(), open_point()).prop_map(move |(from, to)| open(None, PointExpr::Fixed(from), Some(to))),
        (name(), point(), prop::option::of(open_point())).prop_map(move |(own, from, to)| open(
            Some(own),
            PointExpr::Fixed(from),
            to
        )),
        (1u16..50, var()).prop_map(|(count, of)| PeriodExpr::Last(count, of, 0..0)),
    ]
}

fn date() -> impl Strategy<Value = DateExpr> {
    prop_oneof![
        day().prop_map(DateExpr::Fixed),
        Just(DateExpr::AsOf),
        Just(DateExpr::Day),
        name().prop_map(DateExpr::Param),
    ]
}

fn scope() -> impl Strategy<Value = ScopeExpr> {
    let item = || {
        prop_oneof![
            name().prop_map(ScopeItem::Named),
            Just(ScopeItem::All),
            Just(ScopeItem::Goods),
            Just(ScopeItem::Services),
            Just(ScopeItem::Line),
            "[0-9]{2,10}".prop_map(ScopeItem::Code),
        ]
    };
    (item(), prop::collection::vec((any::<bool>(), item()), 0..3)).prop_map(|(first, rest)| {
        let mut items = vec![(false, first)];
        items.extend(rest);
        ScopeExpr { items, span: 0..0 }
    })
}

fn unit() -> impl Strategy<Value = Unit> {
    prop::sample::select(vec![
        "USD", "m USD", "bn CNY", "tn EUR", "kg", "t", "kt", "Mt", "bbl", "l", "m3", "bcm", "units", "MJ",
        "GJ", "TJ", "PJ", "kWh", "MWh", "GWh", "TWh", "MMBtu", "%", "pp",
    ])
    .prop_map(|u| Unit::parse(u).unwrap())
}

/// A unit, or one for one of another where there is such a thing.
fn any_unit() -> impl Strategy<Value = Unit> {
    (unit(), prop::option::of(unit())).prop_map(|(of, per)| per.and_then(|per| of.per(per)).unwrap_or(of))
}

fn stage() -> impl Strategy<Value = StageRef> {
    prop_oneof![
        prop::sample::select(Stage::ALL.to_vec()).prop_map(StageRef::Stage),
        Just(StageRef::Balance),
        Just(StageRef::Deficit),
        name().prop_map(StageRef::Param),
    ]
}

fn relation() -> impl Strategy<Value = Relation> {
    prop::sample::select(vec![Relation::From, Relation::To, Relation::With, Relation::On])
}

fn weights() -> impl Strategy<Value = Weights> {
    prop_oneof![Just(Weights::Simple), (1990i16..2060, name()).prop_map(|(y, n)| Weights::Trade(y, n))]
}

fn ledger() -> impl Strategy<Value = LedgerTerm> {
    (name(), prop::option::of(period())).prop_map(|(name, period)| LedgerTerm {
        count: false,
        name,
        period,
        span: 0..0,
    })
}

fn atom() -> impl Strategy<Value = ExprKind> {
    let any_pair = || relation().prop_flat_map(pair);
    prop_oneof![
        (any::<i64>(), 0u32..=12, prop::option::of(any_unit()))
            .prop_map(|(n, s, u)| ExprKind::Quantity(Exact::scaled(i128::from(n), s), u)),
        (
            stage(),
            (trader(), relation(), trader()),
            scope(),
            period(),
            prop::option::of(unit()),
            prop::option::of(name())
        )
            .prop_map(|(stage, (first, relation, second), scope, period, unit, basis)| {
                let pair = Traders { first, relation, second };
                ExprKind::Flow(FlowTerm { stage, pair, scope, period, unit, basis })
            }),
        (any_pair(), scope(), date()).prop_map(|(p, s, d)| ExprKind::Tariff(TariffTerm::Rate(p, s, d))),
        (party(), scope(), date()).prop_map(|(p, s, d)| ExprKind::Tariff(TariffTerm::Mfn(p, s, d))),
        (any_pair(), scope(), date(), weights())
            .prop_map(|(p, s, d, w)| ExprKind::Tariff(TariffTerm::Average(p, s, d, w))),
        (any_pair(), scope(), date(), weights())
            .prop_map(|(p, s, d, w)| ExprKind::Tariff(TariffTerm::Coverage(p, s, d, w))),
        (ledger(), any::<bool>()).prop_map(|(l, count)| ExprKind::Ledger(LedgerTerm { count, ..l })),
        name().prop_map(ExprKind::Param),
        name().prop_map(ExprKind::Field),
        (period(), var()).prop_map(|(period, of)| ExprKind::Length(period, of)),
        (name(), period()).prop_map(|(name, period)| ExprKind::Rate(RateTerm { name, period })),
    ]
}

fn expr() -> impl Strategy<Value = Expr> {
    let plain = |kind| Expr { kind, span: 0..0 };
    atom().prop_map(plain).prop_recursive(3, 12, 3, move |inner| {
        let op = prop::sample::select(vec![BinaryOp::Add, BinaryOp::Sub, BinaryOp::Mul, BinaryOp::Div]);
        prop_oneof![
            3 => (op, inner.clone(), inner.clone())
                .prop_map(|(op, a, b)| ExprKind::Binary(op, Box::new(a), Box::new(b))),
            1 => prop::collection::vec(inner.clone(), 1..4).prop_map(ExprKind::Min),
            1 => prop::collection::vec(inner, 1..4).prop_map(ExprKind::Max),
        ]
        .prop_map(plain)
    })
}

fn condition() -> impl Strategy<Value = Condition> {
    let op =
        prop::sample::select(vec![CompareOp::Ge, CompareOp::Le, CompareOp::Gt, CompareOp::Lt, CompareOp::Eq]);
    (expr(), op, expr())
        .prop_map(|(left, op, right)| Condition::Compare(Comparison { left, op, right, span: 0..0 }))
        .prop_recursive(3, 6, 3, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::Or),
                prop::collection::vec(inner.clone(), 2..4).prop_map(Condition::And),
                inner.prop_map(|c| Condition::Not(Box::new(c))),
            ]
        })
}

fn rule() -> impl Strategy<Value = Rule> {
    let each = prop_oneof![
        scope().prop_map(|s| (Var::Line, EachRange::Scope(s))),
        (var(), period()).prop_map(|(var, p)| (var, EachRange::Period(p))),
        ledger().prop_map(|l| (Var::Entry, EachRange::Ledger(l))),
    ]
    .prop_map(|(var, over)| Each { var, over, span: 0..0 });
    (prop::collection::vec(each, 0..3), condition()).prop_map(|(each, condition)| {
        let mut all: Vec<Each> = Vec::new();
        for one in each {
            if all.iter().all(|e| e.var != one.var) {
                all.push(one);
            }
        }
        let mut all = all.into_iter();
        Rule { each: all.next(), more: all.collect(), condition }
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn what_is_formatted_reads_back(rule in rule()) {
        let text = format_rule(&rule);
        prop_assume!(text.len() < 4_000);
        round_trip(&rule);
        let _ = errors_of(&text);
    }

    #[test]
    fn any_text_is_read_without_panic(text in any::<String>()) {
        for error in errors_of(&text) {
            prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
        }
    }

    #[test]
    fn near_rules_are_read_without_panic(
        words in prop::collection::vec(prop::sample::select(vec![
            "imports", "(", ")", ",", "CHN", "from", "USA", "agriculture", "2020", "..", "2020-13", ">=", "=", "12.5",
            "bn", "MMT", "and", "or", "not", "each", "year", "in", ":", "$window", "code", "\"12\"", "-", "+", "*", "/",
            "entry", ".", "min", "ledger", "tariff", "on", "é", "\"", "%", "Mt", "as-of", "1,000", "deficit", "with",
        ]), 0..40),
        space in any::<bool>(),
    ) {
        let text = words.join(if space { " " } else { "" });
        for error in errors_of(&text) {
            prop_assert!(text.get(error.span.clone()).is_some(), "{error:?}");
        }
    }
}
