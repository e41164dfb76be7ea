//! Folders that are refused, with all that is said of them; and what amendments do.

use servanda_agreement::{AgreementFolder, ConditionRef, Due, Duty, Scope, TriggerRef};
use servanda_core::Date;
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

const HEAD: &str = r#"id = "a"
title = "A"
parties = ["CHN", "USA"]
instrument = "binding-agreement"
"#;

const GRAINS: &str = r#"[scope.grains]
codes = ["1001", "1005"]
classification = "HS2017"
"#;

fn files(parts: &[(&str, &str)]) -> Files {
    parts.iter().map(|(p, t)| ((*p).to_owned(), t.as_bytes().to_vec())).collect()
}

fn open(parts: &[(&str, &str)]) -> Result<AgreementFolder, String> {
    AgreementFolder::open(&files(parts), "a").map_err(|d| d.to_string())
}

fn refused(agreement: &str, others: &[(&str, &str)]) -> String {
    let text = format!("{HEAD}{agreement}");
    let mut parts = vec![("agreement.toml", text.as_str())];
    parts.extend(others);
    open(&parts).unwrap_err()
}

fn commitment(id: &str, rest: &str) -> String {
    format!("[[commitment]]\nid = \"{id}\"\nby = \"CHN\"\ncite = \"Article 1\"\nforce = \"shall\"\n{rest}\n")
}

#[test]
fn every_mistake_of_a_file_is_said_at_once() {
    let text = r#"
titel = "x"
signed = "2020-01-15"
in_force = 2020-02-30

[statistics]
sources = ["chn-gacc-imports", "USA Census", "side.chn"]
decide = "most"
shown = ["chn-gacc-imports"]

[scope.grains]
codes = ["1001", "101", "10.05"]

[scope.both]
codes = ["1001"]
undefined = "x"

[scope.year]
undefined = "x"
where = { a = "b" }

[definition.one]
titel = "One"
baseline = "asof"
parameters = { window = 2025 }

[ledger.orders]
title = "Orders"
file = "ledgers/orders.csv"
unit = "MMT"

[[commitment]]
id = "one"
by = "USA"
to = "USA"
cite = "Article 1"
force = "must"
rule = "imports(CHN from USA, grain, 2020) >= 12,000 MMT"
evidence = "enacted"
pace = ["seasonl(2017)", "parts(flat)"]
after = "two"

[[commitment]]
id = "One Two"
by = "China"
act = "x"
refrain = "y"
origin = "analyst"
force = "shall"
pace = ["flat"]
due = { within = "soon", of = "ledger(orders)", calender = ["USA"] }

[[waiver]]
commitments = ["on", "one"]
from = 2020-02-01
until = 2020-01-01
"#;
    insta::assert_snapshot!(refused(text, &[]));
}

#[test]
fn toml_that_is_broken_in_several_places() {
    insta::assert_snapshot!(refused("a = \nb = 1 2\n[scope.x\nid = \"again\"\n", &[]));
}

#[test]
fn csv_files_are_refused_with_line_and_column() {
    let text = r#"
[scope.zero]
list = "zero.csv"
classification = "HS2017"
[scope.digits]
list = "digits.csv"
classification = "HS2017"
[scope.columns]
list = "columns.csv"
classification = "HS2017"
[scope.where]
list = "where.csv"
where = { category = "agricultur", kind = "x" }
classification = "HS2017"
[scope.empty]
list = "empty.csv"
classification = "HS2017"
[scope.ragged]
list = "ragged.csv"
classification = "HS2017"
[scope.gone]
list = "gone.csv"
classification = "HS2017"
[scope.out]
list = "../out.csv"
classification = "HS2017"
[definition.one]
title = "One"
crosswalks = { "usa" = "crosswalk.csv" }
[ledger.orders]
title = "Orders"
file = "ledger.csv"
unit = "bn USD"
certainty = "secondary"
"#;
    let others = [
        ("zero.csv", "code,name\n0101,Horses\n101,Lost\n0101,Twice\n01.02,Points\n,None\n"),
        ("digits.csv", "code,digits\n271012250,9\n201,4\n"),
        ("columns.csv", "cod,name,name,\n0101,a,b,c\n"),
        ("where.csv", "code,category\n0101,agriculture\n"),
        ("empty.csv", ""),
        ("ragged.csv", "code,name\n0101,a,b\n0102,c\n"),
        (
            "crosswalk.csv",
            "list_code,scope,source_code,relation,note\n0101,,88,wider,\n9999,,88,wider,\n,wher,88,equal,\n0101,where,88,equal,\n,,88,equal,\n0101,,8 8,equal,\n0101,,89,same,\n0101,,88,equal,\n",
        ),
        (
            "ledger.csv",
            "period,published,value,document,Party\n2017,2019-06-12,24.136,x,CHN\n2017-13,12.6.2019,\"24,136\",x,CHN\n2017,2019-06-12,1,,CHN\n",
        ),
    ];
    insta::assert_snapshot!(refused(text, &others));
}

#[test]
fn a_file_that_is_all_wrong_is_said_briefly_and_soon() {
    let list = format!("code\n{}", "x1\n".repeat(100_000));
    let said = refused("[scope.x]\nlist = \"x.csv\"\nclassification = \"HS2017\"\n", &[("x.csv", &list)]);
    assert!(said.contains("more mistakes in this file than are listed"));
    assert!(said.len() < 20_000, "{}", said.len());
}

#[test]
fn encodings() {
    let agreement = format!("{HEAD}[scope.x]\nlist = \"x.csv\"\nclassification = \"HS2017\"\n");
    for (bytes, said) in [
        (&b"\xEF\xBB\xBFcode\n0101\n"[..], "byte order mark"),
        (&b"code\n0101\n\xE4\n"[..], "line 3 is not UTF-8"),
    ] {
        let mut all = files(&[("agreement.toml", &agreement)]);
        all.insert("x.csv".into(), bytes.to_vec());
        let error = AgreementFolder::open(&all, "a").unwrap_err().to_string();
        assert!(error.contains(said), "{error}");
    }
    assert!(
        AgreementFolder::open(&Files::new(), "a").unwrap_err().to_string().contains("there is no such file")
    );
}

#[test]
fn conditions_of_the_same_day_may_not_run_in_a_circle() {
    let rule = "rule = \"imports(CHN from USA, grains, 2020) >= 1 bn USD\"\n";
    let circle = [
        commitment("a", &format!("{rule}after = \"b\"")),
        commitment("b", &format!("{rule}unless = \"c\"")),
        commitment("c", &format!("{rule}while = \"a\"")),
    ]
    .concat();
    let said = refused(&format!("{GRAINS}{circle}"), &[]);
    assert!(
        said.contains("each wait for the finding of the other on the same day: a -> b -> c -> a"),
        "{said}"
    );
    // Two suspensions that each hold while the other does read dated acts of the day before.
    let acts = [
        commitment("a", "refrain = \"x\"\nwhile = \"b\""),
        commitment("b", "refrain = \"y\"\nwhile = \"a\"\nafter = \"trigger.tariff\""),
        commitment("c", &format!("{rule}after = \"d\"\nunless = 2020-05-01")),
        commitment("d", "act = \"z\"\nafter = \"c\""),
    ]
    .concat();
    let text = format!("{HEAD}{GRAINS}{acts}");
    let folder = open(&[("agreement.toml", &text)]).unwrap();
    let agreement = folder.newest();
    let trigger = TriggerRef { name: "tariff".into(), follow: false };
    assert_eq!(agreement.commitment("b").unwrap().after, [ConditionRef::Trigger(trigger)]);
    assert_eq!(
        agreement.commitment("c").unwrap().unless,
        Some(ConditionRef::Date(Date::constant(2020, 5, 1)))
    );
    let parts = format!("{GRAINS}{}", commitment("a", &format!("{rule}parts = [\"a\"]")));
    assert!(refused(&parts, &[]).contains("a -> a"));
}

#[test]
fn amendments_hold_from_their_day_on() {
    let rule = "rule = \"imports(CHN from USA, grains, 2020) >= 1 bn USD\"\n";
    let text = format!(
        "{HEAD}[scope.grains]\nlist = \"list.csv\"\nclassification = \"HS2017\"\n[definition.x]\ntitle = \"X\"\n{}{}{}",
        commitment("buy.2020", rule),
        commitment("tell", "act = \"tell\"\ndue = 2020-03-01"),
        r#"
[[amendment]]
date = 2021-01-01
citation = "Second"
supersedes = ["tell"]
set = { definition.x.baseline = { frozen = 2020-01-15 }, commitment.told = { by = "USA", cite = "Second", force = "shall", act = "tell more" } }

[[amendment]]
date = 2020-06-01
citation = "First"
files = { "list.csv" = "list.2020.csv" }
[amendment.set]
"commitment.buy.2020.rule" = "imports(CHN from USA, grains, 2020) >= 2 bn USD"
"commitment.tell.due" = { within = "10 days", of = "in_force" }
"statistics.decide" = "any"
note = "As amended."
"#
    );
    let folder = open(&[
        ("agreement.toml", &text),
        ("list.csv", "code\n1001\n"),
        ("list.2020.csv", "code\n1001\n1005\n"),
    ])
    .unwrap();
    let state = |y, m, d| folder.as_of(Date::constant(y, m, d)).unwrap();
    let rule_of = |a: &servanda_agreement::Agreement| match &a.commitment("buy.2020").unwrap().duty {
        Duty::Rule { text, .. } => text.clone(),
        other => panic!("{other:?}"),
    };
    let lines = |a: &servanda_agreement::Agreement| match &a.scopes["grains"] {
        Scope::List(list) => list.lines.len(),
        other => panic!("{other:?}"),
    };
    let (before, first, second) = (state(2020, 5, 31), state(2020, 6, 1), state(2021, 1, 1));
    assert!(rule_of(&before).contains("1 bn") && rule_of(&first).contains("2 bn"));
    assert_eq!((lines(&before), lines(&first), lines(&second)), (1, 2, 2));
    assert_eq!(before.note, None);
    assert_eq!(first.note.as_deref(), Some("As amended."));
    assert_eq!(first.statistics.decide, servanda_agreement::Decide::Any);
    assert!(matches!(first.commitment("tell").unwrap().due, Some(Due::Within { .. })));
    assert_eq!(first.amendments.len(), 1);
    assert_eq!(first.amendments[0].changes, ["buy.2020", "tell"]);
    assert_eq!(second.amendments[1].supersedes, ["tell"]);
    assert_eq!(second.commitments.len(), 3);
    let print = |a: &servanda_agreement::Agreement| a.fingerprint(&a.definitions[0]);
    assert_ne!(print(&before), print(&first));
    assert_ne!(print(&first), print(&second));
    assert_eq!(folder.newest(), &second);
}

#[test]
fn amendments_that_are_wrong() {
    let text = format!(
        "{GRAINS}{}{}",
        commitment("buy", "rule = \"imports(CHN from USA, grains, 2020) >= 1 bn USD\""),
        r#"
[[amendment]]
date = 2020-06-01
citation = "First"
supersedes = ["bye"]
files = { "list.csv" = "/etc/list.csv" }
[amendment.set]
"commitment.bye.rule" = "x"
"commitment.buy.rule" = "imports(CHN from USA, grain, 2020) >= 2 bn USD"
"statistics.decid" = "any"

[[amendment]]
date = 2021-06-01
citation = "Nothing"
"#
    );
    insta::assert_snapshot!(refused(&text, &[]));
}

#[test]
fn cases_that_are_wrong() {
    let text = format!(
        "{GRAINS}{}",
        commitment("buy", "rule = \"imports(CHN from USA, grains, 2020) >= 1 bn USD\"")
    );
    let cases = r#"
[[case]]
name = "one"
commitment = "bye"
as_of = "2020-01-01"
expect = { status = "kept", actual = "1,000", definition = "x" }
observations = [
  { source = "usa", stage = "export", code = "10 01", period = "2020-13", value = 1.5, published = "2020-02-01", preliminary = "no" },
  { source = "usa", stage = "exports", code = "1001", period = "2020-01", quantity = 5, published = 2020-02-01 },
]
[[case]]
name = "one"
commitment = "buy"
commitments = ["buy"]
as_of = 2020-01-01
expect = { status = "met" }
why = "x"
"#;
    insta::assert_snapshot!(refused(&text, &[("cases.toml", cases)]));
}

proptest::proptest! {
    #[test]
    fn any_files_are_read_without_panic(agreement in ".{0,200}", csv in ".{0,200}", cases in ".{0,100}") {
        let text = format!("{HEAD}{agreement}\n[scope.x]\nlist = \"x.csv\"\nclassification = \"HS2017\"\n");
        let _ = open(&[("agreement.toml", &text), ("x.csv", &csv), ("cases.toml", &cases)]);
    }

    #[test]
    fn any_csv_is_read_without_panic(rows in proptest::collection::vec("[0-9a-z,\"\r\né ]{0,12}", 0..12)) {
        let csv = format!("code,name\n{}", rows.join("\n"));
        let text = format!("{HEAD}[scope.x]\nlist = \"x.csv\"\nclassification = \"HS2017\"\n[ledger.l]\ntitle = \"l\"\nunit = \"t\"\ncertainty = \"primary\"\nfile = \"l.csv\"\n");
        let ledger = csv.replacen("code,name", "period,published,value,document", 1);
        if let Err(d) = AgreementFolder::open(&files(&[("agreement.toml", &text), ("x.csv", &csv), ("l.csv", &ledger)]), "a") {
            for item in &d.items {
                if let Some(span) = &item.span {
                    assert!(d.text(&item.file).unwrap().get(span.clone()).is_some(), "{item:?}");
                }
            }
        }
    }
}

#[test]
fn parties_that_are_no_countries_and_several_conditions() {
    let acts = [
        commitment("a", "act = \"x\""),
        commitment("b", "act = \"y\""),
        commitment("c", "act = \"z\"\nafter = [\"a\", \"b\", 2020-05-01]"),
    ]
    .concat();
    let text = format!("{HEAD}[party.USA]\nname = \"Some company\"\n{acts}");
    let folder = open(&[("agreement.toml", &text)]).unwrap();
    let agreement = folder.newest();
    let names: Vec<(&str, &str)> =
        agreement.party_names.iter().map(|(p, n)| (p.as_str(), n.as_str())).collect();
    assert_eq!(names, [("USA", "Some company")]);
    let after = &agreement.commitment("c").unwrap().after;
    let named = |id: &str| ConditionRef::Commitment(id.into());
    assert_eq!(*after, [named("a"), named("b"), ConditionRef::Date(Date::constant(2020, 5, 1))]);
    for (text, words) in [
        ("[party.ZTE]\nname = \"ZTE\"\n", "`ZTE` is no party of the agreement"),
        ("[party.USA]\n", "name"),
        ("[party.USA]\nname = \"x\"\ntitle = \"y\"\n", "title"),
        ("party = 1\n", "write for example { ZTE = { name = \"ZTE Corporation\" } }"),
        (
            "[[commitment]]\nid = \"a\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nact = \"x\"\nafter = []\n",
            "names nothing",
        ),
        (
            "[[commitment]]\nid = \"a\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nact = \"x\"\nafter = [\"b\"]\n",
            "there is no commitment `b`",
        ),
    ] {
        let said = refused(text, &[]);
        assert!(said.contains(words), "{text}: {said}");
    }
}

#[test]
fn a_clock_whose_first_day_lies_after_its_last_is_refused() {
    let clock = |keys: &str| {
        format!("signed = 2019-01-31\n{}", commitment("a", &format!("act = \"x\"\ndue = {{ {keys} }}")))
    };
    for keys in [
        "not_before = \"60 days\", within = \"30 days\", of = \"signed\"",
        "not_before = \"2 months\", within = \"30 days\", of = \"2020-01-01\"",
        // From the last of January on thirty days are more than a month.
        "not_before = \"30 days\", within = \"1 month\", of = \"signed\"",
        "not_before = \"45 working-days\", within = \"6 weeks\", calendar = [\"USA\"], of = \"signed\"",
        "not_before = \"2 years\", within = \"23 months\", of = { later = [\"signed\", \"2020-01-01\"] }",
    ] {
        let said = refused(&clock(keys), &[]);
        assert!(said.contains("its first day lies after its last"), "{keys}: {said}");
        assert!(said.contains("let `not_before` be the shorter of the two"), "{keys}: {said}");
    }
    for keys in [
        "not_before = \"30 days\", within = \"30 days\", of = \"signed\"",
        "not_before = \"30 days\", within = \"1 month\", of = \"2019-03-01\"",
        "not_before = \"30 days\", within = \"1 month\", of = { later = [\"signed\", \"2019-03-01\"] }",
    ] {
        let text = format!("{HEAD}{}", clock(keys));
        open(&[("agreement.toml", &text)]).unwrap_or_else(|e| panic!("{keys}: {e}"));
    }
}

/// Mistakes and long lists cost time by their number, and not by its square.
#[test]
fn many_unknown_keys_and_codes_are_refused_or_read_soon() {
    let start = std::time::Instant::now();
    let keys: String = (0..60_000).map(|n| format!("key-{n} = {n}\n")).collect();
    let said = refused(&keys, &[]);
    assert!(
        said.contains("has no key `key-0`") && said.contains("more mistakes in these files than are listed")
    );
    assert!(said.len() < 100_000, "{}", said.len());
    let codes: Vec<String> = (0..90_000).map(|n| format!("\"{:06}\"", 10_000 + n)).collect();
    let scope = format!("[scope.many]\ncodes = [{}]\nclassification = \"HS2017\"\n", codes.join(","));
    let whole = |text: &str, others: &[(&str, &str)]| {
        let text = format!("{HEAD}{text}");
        open(&[&[("agreement.toml", text.as_str())], others].concat()).err().unwrap_or_default()
    };
    let said = whole(&scope, &[]);
    assert!(!said.contains("scope.many") && !said.contains("lost-zero"), "{said}");
    // A ledger of many columns, and many rows of it.
    let head: String = (0..20_000).map(|n| format!(",c{n}")).collect();
    let cells = ",".repeat(20_000);
    let rows: String = (0..20).map(|n| format!("2020-03,2020-04-01,55,d{n}{cells}\n")).collect();
    let ledger = format!("period,published,value,document{head}\n{rows}");
    let text =
        "[ledger.orders]\ntitle = \"o\"\nfile = \"o.csv\"\nunit = \"USD\"\ncertainty = \"secondary\"\n";
    let said = whole(text, &[("o.csv", &ledger)]);
    assert!(!said.contains("o.csv"), "{said}");
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}
