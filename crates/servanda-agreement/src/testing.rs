//! A small folder and sources for this crate's own tests.

use crate::{Agreement, AgreementFolder};
use servanda_core::{
    Absence, AbsenceRules, Basis, Covers, Currency, Date, Dimension, Edition, FlowDecl, Frequency, Party,
    RecordedBy, Seasonal, Source, Stage,
};
use servanda_files::Diagnostics;
use std::collections::BTreeMap;

pub(crate) type Files = BTreeMap<String, Vec<u8>>;

pub(crate) const LIST: &str = "code,category,subcategory\n\
    0101,agriculture,Animals\n1201,agriculture,Oilseeds\n2905,manufactures,Chemicals\n\
    8802,manufactures,\"Aircraft (orders and deliveries)\"\n290511,energy,Methanol\n27111990,energy,Gas\n";

pub(crate) const CROSSWALK: &str = "list_code,scope,source_code,relation,note\n8802,,8800,wider,US statistics book aircraft with engines and parts\n";

pub(crate) const AGREEMENT: &str = r#"
id = "small"
title = "A small agreement"
parties = ["CHN", "USA"]
instrument = "binding-agreement"
signed = 2020-01-15
in_force = 2020-02-14

[statistics]
sources = ["chn-imports", "usa-exports"]
decide = "all"
counts_from = 2020-01-01

[scope.agriculture]
list = "scopes/annex.csv"
where = { category = "agriculture" }
classification = "HS2017"

[scope.manufactures]
list = "scopes/annex.csv"
where = { category = "manufactures" }
classification = "HS2017"

[scope.energy]
list = "scopes/annex.csv"
where = { category = "energy" }
classification = "HS2017"

[scope.noncritical]
undefined = "the paper does not say which sectors"

[definition.with-8800]
title = "Aircraft as booked"
crosswalks = { "usa-exports" = "crosswalks/usa.csv" }

[definition.as-printed]
title = "As printed"

[[commitment]]
id = "purchases.agriculture.2020"
by = "CHN"
to = "USA"
cite = "Article 1(a)"
force = "shall"
rule = "imports(CHN from USA, agriculture, 2020) >= imports(CHN from USA, agriculture, 2017) + 12.5 bn USD"
pace = ["seasonal(2017)", "flat"]

[[commitment]]
id = "purchases.goods.2020"
by = "CHN"
cite = "Article 1"
origin = "analyst"
rule = "imports(CHN from USA, agriculture + manufactures + energy, 2020) >= 100 bn USD"
parts = ["purchases.agriculture.2020"]
pace = ["parts(seasonal(2017))"]

[[commitment]]
id = "notify"
by = "USA"
cite = "Article 2"
force = "shall"
act = "notify the list"
evidence = "enacted"
due = { within = "45 working-days", calendar = ["USA"], of = "in_force" }
"#;

pub(crate) fn files(agreement: &str) -> Files {
    [("agreement.toml", agreement), ("scopes/annex.csv", LIST), ("crosswalks/usa.csv", CROSSWALK)]
        .map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()))
        .into()
}

pub(crate) fn open(agreement: &str) -> Result<AgreementFolder, Diagnostics> {
    AgreementFolder::open(&files(agreement), "small")
}

pub(crate) fn small() -> Agreement {
    open(AGREEMENT).unwrap().newest().clone()
}

pub(crate) fn source(id: &str, covers: &str, edition: &str, depth: Option<u8>) -> Source {
    Source {
        id: id.to_owned(),
        title: id.to_owned(),
        short: None,
        publisher: "x".to_owned(),
        reporter: Party::new("USA").unwrap(),
        derived: None,
        unfilled: Vec::new(),
        basis: Basis {
            covers: Covers::parse(covers).unwrap(),
            side: RecordedBy::Exporter,
            trade: "total exports".into(),
            valuation: "FAS".into(),
            accounting: "census".into(),
            seasonal: Seasonal::NotAdjusted,
            partner: "last known destination".into(),
            territory: "x".into(),
            currency: Currency::new("USD").unwrap(),
            secrecy: "x".into(),
        },
        frequency: Frequency::Monthly,
        lag_days: 40,
        revision: None,
        flows: vec![FlowDecl {
            stage: Stage::Exports,
            non_negative: true,
            dimensions: vec![Dimension::Money(Currency::new("USD").unwrap())],
        }],
        editions: vec![
            Edition { name: edition.to_owned(), from: Date::constant(2017, 1, 1) },
            Edition { name: "HS2022".to_owned(), from: Date::constant(2022, 1, 1) },
        ],
        depth,
        declared_codes: Default::default(),
        total: None,
        absence: AbsenceRules { default: Absence::Zero, ranges: Vec::new() },
        parent: None,
        so_far: false,
        cumulative: None,
        marks: Vec::new(),
    }
}
