//! `history` against `check`: whatever day is asked for, the last row up to it says what the finding is on that day, whether a
//! publication or time alone made it so. Over small workspaces in which every day is drawn at random.

use jiff::ToSpan;
use proptest::collection::vec;
use proptest::prelude::*;
use servanda_core::{Date, Status};
use servanda_evidence::{IngestOptions, Input, PublishedArg, SourceFile, ingest};
use servanda_verdict::{Finding, Overlay, Question};
use servanda_workspace::{Root, Workspace};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

/// All days drawn lie within so many after the first.
const SPAN: u8 = 40;

fn day(offset: u8) -> Date {
    Date::constant(2020, 11, 20).checked_add(i64::from(offset).days()).unwrap()
}

/// Days, each named by what it is of.
#[derive(Debug, Clone)]
struct Days(Vec<u8>);

impl Days {
    fn of(&self, what: usize) -> Date {
        day(self.0[what])
    }

    /// Two of them, the earlier first, at least a day apart.
    fn span(&self, what: usize) -> (Date, Date) {
        let (one, other) = (self.0[what], self.0[what + 1]);
        (day(one.min(other)), day(one.max(other) + 1))
    }
}

const SOURCE: &str = r#"
id = "cust"
title = "t"
publisher = "p"
reporter = "XNA"
zone = "Etc/UTC"
frequency = "monthly"
lag_days = 12
depth = 4
revision = "never"
[basis]
covers = "goods"
side = "importer"
trade = "general imports"
valuation = "CIF"
accounting = "census"
seasonal = "not adjusted"
partner = "origin"
territory = "x"
currency = "USD"
secrecy = "none known"
[absence]
default = "zero"
[[flow]]
stage = "imports"
non_negative = true
dimensions = ["USD"]
[[edition]]
name = "HS2017"
from = 2017-01-01
[[file]]
coverage = "full"
period = { column = "month" }
partner = { constant = "XSA" }
code = { column = "code", pattern = "digits", lengths = [4] }
[[file.value]]
column = "value"
unit = "USD"
"#;

/// Rules, and further keys: every way in which a finding can hang on a day.
const COMMITMENTS: [(&str, &str, &str); 14] = [
    ("unless", "RATE", "unless = \"trigger.m.late\""),
    ("while", "1 USD >= 1 USD", "while = \"trigger.m.late\""),
    ("after", "1 USD >= 1 USD", "after = \"trigger.m.noon\""),
    ("rate", "RATE", ""),
    ("then", "tariff(XNA on XSA, code \"08081000\", 2020-12-18) <= 1%", ""),
    ("each", "each day in 2020-12-01..2020-12-18: tariff(XNA on XSA, code \"08081000\", day) <= 6%", ""),
    ("dated", "1 USD >= 1 USD", "while = DAY"),
    ("waits", "1 USD >= 1 USD", "unless = \"rate\""),
    ("waits-longer", "1 USD >= 1 USD", "after = \"waits\""),
    ("vouched", "ledger(o, 2020-11) >= 100 USD", ""),
    ("so-far", "ledger(o) <= 100 USD", ""),
    ("month", "imports(XNA from XSA, list, 2020-11) >= 100 USD", ""),
    ("waits-for-month", "1 USD >= 1 USD", "unless = \"month\""),
    ("year", "imports(XNA from XSA, list, 2020) >= 150 USD", ""),
];

fn put(root: &Path, name: &str, text: &str) {
    let file = root.join(name);
    fs::create_dir_all(file.parent().unwrap()).unwrap();
    fs::write(file, text).unwrap();
}

fn world(root: &Path, days: &Days) {
    put(root, "servanda.toml", "format = 1\n");
    put(
        root,
        "measures/authorities.toml",
        "[[authority]]\nid = \"a\"\ntitle = \"A\"\nimporter = \"XNA\"\nwithin = \"sum\"\ncite = \"x\"\n",
    );
    let (through, read_on) = days.span(0);
    let said = days.of(2);
    put(
        root,
        "schedules/s.toml",
        &format!(
            "id = \"s\"\ntitle = \"S\"\nimporter = \"XNA\"\nzone = \"Europe/Brussels\"\nkind = \"mfn-applied\"\n\
             classification = \"HS2017\"\nlines = \"s.csv\"\ncertainty = \"primary\"\ncite = \"x\"\nfrom = 2020-01-01\n\
             through = {through}\n[read_on]\nthrough = {read_on}\nsaid = {said}\nwhy = \"x\"\n"
        ),
    );
    put(root, "schedules/s.csv", "line,rate\n08081000,2%\n");
    let (from, until) = days.span(3);
    let (announced, noon, told) = (days.of(5), days.of(6), days.of(7));
    let act = |id: &str, rate: &str, more: &str| {
        format!(
            "[[act]]\nid = \"{id}\"\ntitle = \"{id}\"\nlist = \"l\"\neffect = \"add\"\nrate = \"{rate}\"\ncite = \"x\"\n\
             certainty = \"primary\"\n{more}\n"
        )
    };
    let late = act(
        "late",
        "10%",
        &format!("announced = {announced}\neffective = \"{from}T00:01\"\nuntil = \"{until}T00:01\""),
    );
    let noon = act("noon", "5%", &format!("announced = {told}\neffective = \"{noon}T12:00\""));
    put(
        root,
        "measures/m.toml",
        &format!(
            "id = \"m\"\ntitle = \"M\"\nimporter = \"XNA\"\nzone = \"Europe/Brussels\"\norigins = [\"XSA\"]\n\
             authority = \"a\"\n[list.l]\ntitle = \"l\"\nclassification = \"HS2017\"\ncodes = [\"08081000\"]\n\
             certainty = \"primary\"\ncite = \"x\"\n{late}{noon}"
        ),
    );
    let (waived, over) = days.span(8);
    let ((vouched, said), published) = (days.span(10), days.of(12));
    let mut text = format!(
        "id = \"deal\"\ntitle = \"D\"\nparties = [\"XNA\", \"XSA\"]\ninstrument = \"binding-agreement\"\nsigned = 2019-11-30\n\
         in_force = 2020-01-01\n[statistics]\nsources = [\"cust\"]\ncounts_from = 2020-01-01\n[scope.list]\n\
         codes = [\"0808\"]\nclassification = \"HS2017\"\n[ledger.o]\ntitle = \"o\"\nfile = \"ledgers/o.csv\"\nunit = \"USD\"\n\
         certainty = \"secondary\"\ncomplete_through = {vouched}\nsaid = {said}\n[[waiver]]\ncommitments = [\"rate\"]\n\
         from = {waived}\nuntil = {over}\ncitation = \"x\"\n"
    );
    for (id, rule, more) in COMMITMENTS {
        let rule = rule.replace("RATE", "tariff(XNA on XSA, code \"08081000\", as-of) <= 6%");
        let more = more.replace("DAY", &days.of(13).to_string());
        write!(
            text,
            "[[commitment]]\nid = \"{id}\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 3\"\nforce = \"shall\"\n\
             rule = '''{rule}'''\nencoded_by = \"a\"\ninterpretation = \"x\"\ncertainty = \"primary\"\n{more}\n"
        )
        .unwrap();
    }
    put(root, "agreements/deal/agreement.toml", &text);
    put(
        root,
        "agreements/deal/ledgers/o.csv",
        &format!("id,period,published,value,document\na,2020-11-03,{published},55,d1\n"),
    );
    put(root, "sources/cust.toml", SOURCE);
    let source = SourceFile::parse("cust.toml", SOURCE).unwrap_or_else(|e| panic!("{e}"));
    let (first, second) = days.span(14);
    for (on, value) in [(first, 90), (second, 120)] {
        let bytes = format!("month,code,value\n2020-10,0808,40\n2020-11,0808,{value}\n").into_bytes();
        let options = IngestOptions {
            published: Some(PublishedArg::parse(&on.to_string()).unwrap()),
            ..IngestOptions::default()
        };
        let input = Input::Bytes { name: "rows.csv".into(), bytes };
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        ingest(&root.join("evidence"), &source, &input, &options, now).unwrap_or_else(|e| panic!("{e}"));
    }
}

/// What a finding says on a day: its status, its reason, and what lies over it. A reason may name the day asked for itself.
#[derive(Debug, Clone)]
struct Said(Date, Status, Option<String>, Option<Overlay>);

impl Said {
    fn of(day: Date, finding: &Finding) -> Self {
        Self(day, finding.status, finding.reason.clone(), finding.overlay.clone())
    }
}

impl PartialEq for Said {
    fn eq(&self, other: &Self) -> bool {
        let undated = |said: &Self| said.2.as_ref().map(|why| why.replace(&said.0.to_string(), "that day"));
        (self.1, &self.3) == (other.1, &other.3) && (self.2 == other.2 || undated(self) == undated(other))
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_last_row_up_to_a_day_is_the_finding_of_that_day(drawn in vec(0..SPAN, 16)) {
        let folder = tempfile::tempdir().unwrap();
        world(folder.path(), &Days(drawn));
        let workspace = Workspace::open(Root::Folder(folder.path().to_owned())).unwrap();
        let last = day(SPAN + 20);
        let whole = workspace.history("deal", None, &Question::on_day(last)).unwrap().1;
        // One alone has its own rows, whatever its conditions read.
        let alone = ["waits-longer", "waits-for-month"]
            .map(|id| workspace.history("deal", Some(id), &Question::on_day(last)).unwrap().1);
        let (mut known, mut known_alone) = (BTreeMap::new(), BTreeMap::new());
        for offset in 0..SPAN + 20 {
            let today = day(offset);
            let told = |date: Date| date == today || offset == 0 && date < today;
            for row in whole.rows.iter().filter(|row| told(row.date)) {
                known.insert(row.finding.id.clone(), Said::of(row.date, &row.finding));
            }
            for row in alone.iter().flat_map(|found| &found.rows).filter(|row| told(row.date)) {
                known_alone.insert(row.finding.id.clone(), Said::of(row.date, &row.finding));
            }
            let asked = workspace.check("deal", None, &Question::on_day(today)).unwrap();
            for finding in asked.checked.findings {
                let now = Said::of(today, &finding);
                prop_assert_eq!(known.get(&finding.id), Some(&now), "{} {}", today, finding.id);
                if let Some(then) = known_alone.get(&finding.id) {
                    prop_assert_eq!(then, &now, "{} {} alone", today, finding.id);
                }
            }
        }
        prop_assert_eq!(known.len(), COMMITMENTS.len());
        prop_assert_eq!(known_alone.len(), 2);
    }
}
