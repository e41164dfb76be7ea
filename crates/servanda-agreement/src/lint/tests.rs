use super::*;
use crate::testing::{AGREEMENT, files, open, source};
use servanda_core::{Dimension, FlowDecl, Party, Stage};

struct Held(Vec<(&'static str, i128)>);

impl BaseYearTrade for Held {
    fn by_code(
        &self,
        source: &str,
        stage: Stage,
        partner: Party,
        year: i16,
    ) -> Result<Option<Vec<(String, i128)>>, String> {
        let asked =
            source == "usa-exports" && stage == Stage::Exports && partner.as_str() == "CHN" && year == 2017;
        Ok(asked.then(|| self.0.iter().map(|(c, v)| ((*c).to_owned(), *v)).collect()))
    }
}

fn sources() -> Vec<Source> {
    let usa = source("usa-exports", "goods", "HS2017", Some(6));
    let mut chn = source("chn-imports", "goods", "HS2017", Some(8));
    chn.reporter = Party::new("CHN").unwrap();
    chn.flows = vec![FlowDecl {
        stage: Stage::Imports,
        non_negative: true,
        dimensions: vec![Dimension::Money(servanda_core::Currency::new("CNY").unwrap())],
    }];
    vec![usa, chn]
}

const RULE: &str = r#"
[[commitment]]
id = "purchases.all.2020-2021"
by = "CHN"
cite = "Article 1(b)"
force = "shall"
rule = "imports(CHN from USA, agriculture + manufactures, 2020..2021) >= imports(CHN from USA, agriculture + manufactures, 2017) + 200 bn USD"
"#;

/// With enough lines for a column to group them.
fn longer_list(agreement: &str) -> AgreementFolder {
    let mut all = files(agreement);
    let more = "0102,agriculture,Animals\n0103,agriculture,Animals\n1202,agriculture,Oilseeds\n\
                2906,manufactures,Chemicals\n2907,manufactures,Chemicals\n2711,energy,Gas\n";
    all.get_mut("scopes/annex.csv").unwrap().extend(more.bytes());
    AgreementFolder::open(&all, "small").unwrap()
}

fn held() -> Held {
    Held(vec![
        ("010121", 5),
        ("120190", 7),
        ("290512", 9),
        ("290511", 2),
        ("880000", 16_263_953_154),
        ("870323", 3),
        ("271119", 4),
    ])
}

#[test]
fn a_category_without_trade_ranks_first() {
    let folder = longer_list(&format!("{AGREEMENT}{RULE}"));
    let lints = lint(&folder, folder.newest(), &sources(), Some(&held()));
    let first = &lints[0];
    assert_eq!(first.kind, LintKind::NoBaseYearTrade, "{lints:#?}");
    assert!(first.message.contains("Aircraft (orders and deliveries)"), "{}", first.message);
    assert!(
        first.message.contains("8800 of the same chapter lies outside the list, with 16.264 bn USD"),
        "{}",
        first.message
    );
    assert!(first.message.contains("the only one of 6"), "{}", first.message);
    assert_eq!(first.help.as_deref(), Some("repaired by a crosswalk in `with-8800`, not in `as-printed`"));
    assert_eq!(first.commitments, ["purchases.all.2020-2021"]);
    assert_eq!(first.stake.as_ref().unwrap().0.to_string(), "200000000000");
    assert_eq!(lints.iter().filter(|l| l.kind == LintKind::NoBaseYearTrade).count(), 1);
}

#[test]
fn static_lints() {
    let text = format!(
        "{AGREEMENT}{RULE}{}",
        r#"
[[commitment]]
id = "stop"
by = "CHN"
cite = "Article 3"
force = "expects"
certainty = "unconfirmed"
act = "stop it"

[[commitment]]
id = "sector"
by = "CHN"
cite = "Article 4"
force = "shall"
rule = "imports(CHN from USA, noncritical, 2020, in Mt) >= 1 Mt"
encoded_by = "A"
checked_by = "A"
"#
    )
    .replace("calendar = [\"USA\"], ", "");
    let folder = open(&text).unwrap();
    let lints = lint(&folder, folder.newest(), &sources(), None);
    let said: String = lints.iter().map(|l| format!("{}: {}\n", l.kind.as_str(), l.message)).collect();
    insta::assert_snapshot!(said);
}

#[test]
fn lints_point_at_what_they_are_about() {
    let folder = open(AGREEMENT).unwrap();
    let lints = lint(&folder, folder.newest(), &sources(), Some(&held()));
    let scope = lints.iter().find(|l| l.kind == LintKind::UndefinedScope).unwrap();
    assert_eq!(&AGREEMENT[scope.span.clone().unwrap()], "noncritical");
    let deep = lints.iter().find(|l| l.kind == LintKind::TooDeep).unwrap();
    assert!(deep.message.contains("27111990"), "{}", deep.message);
}

#[test]
fn texts_are_counted_and_never_guessed() {
    let mut all = files(AGREEMENT);
    let text = "**1** China buys.\n\n(a) agriculture\n\n**2** The USA shall notify.\n\n**3** China shall do more.\n\n**4** Words.\n";
    all.insert("text/en.md".into(), text.into());
    let coverage = "file = \"en.md\"\n[[paragraph]]\nid = \"4\"\nkind = \"definition\"\n";
    all.insert("text/coverage.toml".into(), coverage.into());
    let folder = AgreementFolder::open(&all, "small").unwrap();
    let report = text_report(&folder).unwrap();
    let kinds: Vec<(&str, &str)> =
        report.paragraphs.iter().map(|p| (p.number.as_str(), p.kind.as_str())).collect();
    assert_eq!(
        kinds,
        [("1", "duty"), ("1(a)", "duty"), ("2", "duty"), ("3", "undecided"), ("4", "definition")]
    );
    assert_eq!(report.paragraphs[1].commitments, ["purchases.agriculture.2020"]);
    assert_eq!(report.count(ParagraphKind::Undecided), 1);

    let wrong = "[[paragraph]]\nid = \"5\"\nkind = \"dutty\"\nbi = \"CHN\"\n[[paragraph]]\nid = \"9\"\nkind = \"duty\"\nby = \"CHN\"\n";
    all.insert("text/coverage.toml".into(), wrong.into());
    let folder = AgreementFolder::open(&all, "small").unwrap();
    insta::assert_snapshot!(text_report(&folder).unwrap_err().to_string());
}
