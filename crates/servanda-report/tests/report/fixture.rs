//! An agreement and findings made by hand.

use servanda_agreement::{
    Agreement, Amendment, Baseline, Certainty, Commitment, Decide, Defence, Definition, Duty, Force, Pace,
    Statistics, parse_rule,
};
use servanda_core::{
    Bounds, Currency, Date, Dimension, Exact, Finality, Held, Instrument, Origin, PaceStatus, Party, Period,
    Stage, Status, VintageRef,
};
use servanda_verdict::{
    ActFinding, ActKind, Checked, Figure, Finding, LedgerTrace, LineTrace, NodeTrace, NumberOut, Operator,
    PaceOut, Part, PeriodTrace, Reading, ResidualTrace, SourceBasis, SourceReason, SubReading, TermTrace,
};
use servanda_workspace::answer::{Answered, Around};
use std::collections::BTreeMap;

pub const US: &str = "usa-census-exports";
pub const CN: &str = "chn-gacc-imports";
pub const ANNEX: &str = "usa-annex-tracker";

pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}

pub fn party(text: &str) -> Party {
    Party::new(text).unwrap()
}

pub fn usd() -> Dimension {
    Dimension::Money(Currency::new("USD").unwrap())
}

pub fn n(text: &str) -> Exact {
    Exact::parse(text).unwrap()
}

pub fn figure(value: &str) -> Figure {
    Figure { bounds: Bounds::exactly(n(value)), dimension: usd() }
}

pub fn bounded(value: Option<&str>, low: Option<&str>, high: Option<&str>) -> Figure {
    Figure { bounds: Bounds { value: value.map(n), low: low.map(n), high: high.map(n) }, dimension: usd() }
}

pub fn vintage(source: &str, id: &str) -> VintageRef {
    VintageRef {
        source: source.into(),
        id: id.into(),
        date: day(&id[..10]),
        published: format!("at-the-latest {}", &id[..10]),
        at_the_latest: true,
        recorded: "2026-01-05T10:00:00Z".parse().unwrap(),
        sha256: "3f2a9c0d1e4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1".into(),
        original: format!("{source}-{id}.csv.gz"),
        withdrawn: None,
        marks: if source == ANNEX {
            vec!["a tracker's own mapping before July 2020".into()]
        } else {
            Vec::new()
        },
    }
}

fn definition(id: &str) -> Definition {
    Definition {
        id: id.into(),
        title: format!("Annex 6.1, {id}"),
        crosswalks: BTreeMap::new(),
        baseline: Baseline::AsOf,
        parameters: BTreeMap::new(),
    }
}

pub fn commitment(id: &str, by: &str, force: Option<Force>, duty: Duty) -> Commitment {
    Commitment {
        encoded_on: None,
        notes: Vec::new(),
        id: id.into(),
        title: None,
        by: party(by),
        to: Some(party(if by == "CHN" { "USA" } else { "CHN" })),
        text: None,
        cite: "Article 6.2.1(b)".into(),
        force,
        origin: if force.is_none() { Origin::Analyst } else { Origin::Text },
        duty,
        sources: None,
        decide: None,
        pace: vec![Pace::Flat],
        parts: Vec::new(),
        evidence: None,
        due: None,
        after: Vec::new(),
        unless: None,
        while_: None,
        encoded_by: Some("A. Writer".into()),
        checked_by: None,
        interpretation: None,
        confirmed_by: Vec::new(),
        certainty: None,
    }
}

#[allow(clippy::useless_conversion)]
pub fn rule(text: &str) -> Duty {
    Duty::Rule { text: text.into(), rule: parse_rule(text).unwrap().into() }
}

fn floor(scope: &str, year: u16, more: &str) -> Duty {
    rule(&format!(
        "imports(CHN from USA, {scope}, {year}) >= imports(CHN from USA, {scope}, 2017) + {more} bn USD"
    ))
}

pub fn agreement() -> Agreement {
    let shall = Some(Force::Shall);
    let mut agriculture =
        commitment("purchases.agriculture.2020", "CHN", shall, floor("agriculture", 2020, "12.5"));
    agriculture.interpretation = Some(
        "Calendar year 2020 over 2017, both as the source asked for records them; the alternative of counting from \
         the day of entry into force was rejected, since the article names the years."
            .into(),
    );
    agriculture.certainty = Some(Certainty::Primary);
    Agreement {
        announced: None,
        encoded_on: None,
        notes: Vec::new(),
        id: "us-china-phase-one".into(),
        title: "Economic and Trade Agreement, Phase One".into(),
        parties: vec![party("CHN"), party("USA")],
        third_countries: Vec::new(),
        groups: Default::default(),
        concordance: None,
        rates: Default::default(),
        party_names: BTreeMap::new(),
        instrument: Instrument::BindingAgreement,
        signed: Some(day("2020-01-15")),
        in_force: Some(day("2020-02-14")),
        note: None,
        texts: None,
        statistics: Statistics {
            sources: vec![CN.into(), US.into()],
            decide: Decide::All,
            counts_from: Some(day("2020-01-01")),
            shown: vec![ANNEX.into()],
        },
        sides: BTreeMap::new(),
        years: BTreeMap::new(),
        scopes: BTreeMap::new(),
        definitions: vec![definition("with-8800"), definition("as-printed")],
        commitments: vec![
            agriculture,
            commitment("purchases.energy.2020", "CHN", shall, floor("energy", 2020, "18.5")),
            commitment("purchases.manufactures.2021", "CHN", shall, floor("manufactures", 2021, "44.8")),
            commitment("purchases.goods.2020", "CHN", None, floor("goods", 2020, "63.9")),
            commitment(
                "deficit.2020",
                "CHN",
                Some(Force::Intends),
                rule("deficit(USA with CHN, goods, 2020) <= deficit(USA with CHN, goods, 2017) - 200 bn USD"),
            ),
            commitment(
                "soybeans.each-year",
                "CHN",
                shall,
                rule("each year in 2020..2021: imports(CHN from USA, soybeans, year) >= 20 bn USD"),
            ),
            commitment(
                "ip.trade-secrets",
                "CHN",
                shall,
                Duty::Act("Extend civil liability for theft of trade secrets.".into()),
            ),
            commitment(
                "ip.remedies",
                "CHN",
                Some(Force::ShallEndeavour),
                Duty::Act("Publish an action plan.".into()),
            ),
            commitment(
                "fx.refrain",
                "USA",
                shall,
                Duty::Refrain("Refrain from competitive devaluation.".into()),
            ),
        ],
        waivers: Vec::new(),
        amendments: vec![Amendment {
            date: day("2020-06-01"),
            citation: "Exchange of letters".into(),
            supersedes: Vec::new(),
            changes: vec!["purchases.energy.2020".into()],
            sets: Vec::new(),
        }],
        defences: Vec::new(),
        questions: Vec::new(),
        ledgers: BTreeMap::new(),
    }
}

const BASIS_US: &str = "goods, exporter's side, total exports, FAS, census basis, not adjusted, partner by last known \
     destination, USA with Puerto Rico and the Virgin Islands; CHN without Hong Kong and Macao, USD; counts under 2500 USD left out";

pub fn reading(source: &str, definition: &str, status: Status) -> Reading {
    Reading {
        source: source.into(),
        proxy: source != CN,
        counts: source != ANNEX,
        definition: definition.into(),
        definition_sha256: "9b74c9897bac770ffc029102a200c5de1d2f3b4a5968778695a4b3c2d1e0f123".into(),
        status,
        finality: if status.is_decided() { Finality::Provisional } else { Finality::Open },
        actual: None,
        required: None,
        comparison: Some(Operator::Ge),
        parts: Vec::new(),
        share: None,
        share_low: None,
        share_high: None,
        margin: None,
        largest_revision: None,
        complete_through: None,
        pace: Vec::new(),
        pace_status: None,
        vintages: Vec::new(),
        reason: None,
        reasons: Vec::new(),
        notes: Vec::new(),
        publishers: vec!["an office".into()],
        basis: Vec::new(),
        ledgers: Vec::new(),
        breaches: Vec::new(),
        spells: Vec::new(),
        years: Vec::new(),
        instances: None,
        signature: Default::default(),
        undefined: false,
        unsupported: false,
        first_out: None,
        all_out: None,
        used: Vec::new(),
        trace: leaf(
            "imports(CHN from USA, agriculture, 2020) >= imports(CHN from USA, agriculture, 2017) + 12.5 bn USD",
        ),
    }
}

/// A reading of a floor with figures.
pub fn with(mut reading: Reading, actual: Figure, required: Figure, through: &str) -> Reading {
    let share =
        |a: &Option<Exact>, r: &Option<Exact>| a.as_ref()?.checked_div(r.as_ref()?).map(|s| s.round_to(4));
    reading.share = share(&actual.bounds.value, &required.bounds.value);
    reading.share_low = share(&actual.bounds.low, &required.bounds.high);
    reading.share_high = share(&actual.bounds.high, &required.bounds.low);
    reading.margin = actual
        .bounds
        .value
        .as_ref()
        .zip(required.bounds.value.as_ref())
        .map(|(a, r)| NumberOut { value: (a - r).plain(), exact: None, unit: "USD".into() });
    reading.actual = Some(actual);
    reading.required = Some(required);
    reading.complete_through = Some(through.into());
    let used = vintage(&reading.source, "2021-03-25");
    reading.vintages = vec![used.id.clone()];
    reading.used = vec![used];
    reading.basis = vec![SourceBasis {
        source: reading.source.clone(),
        publisher: "an office".into(),
        basis: BASIS_US.into(),
        brief: "goods, exporter's side, total exports, FAS, census basis".into(),
        short: "US exports".into(),
    }];
    reading
}

pub fn pace(method: &str, through: &str, actual: &str, required: &str) -> PaceOut {
    let out = |v: &str| Some(NumberOut { value: v.into(), exact: None, unit: "USD".into() });
    PaceOut {
        standing: None,
        method: method.into(),
        through: Some(through.into()),
        actual: out(actual),
        required: out(required),
        share: n(actual).checked_div(&n(required)).map(|s| s.round_to(4)),
        note: None,
        exact: Some((n(actual), n(required))),
    }
}

pub fn leaf(label: &str) -> NodeTrace {
    NodeTrace {
        label: label.into(),
        figure: None,
        outcome: None,
        notes: Vec::new(),
        terms: Vec::new(),
        ledger: None,
        children: Vec::new(),
    }
}

pub fn finding(id: &str, status: Status, readings: Vec<Reading>) -> Finding {
    let mut sources: Vec<&str> = Vec::new();
    let mut tested: Vec<&str> = Vec::new();
    for r in readings.iter().filter(|r| r.counts) {
        if !sources.contains(&r.source.as_str()) {
            sources.push(&r.source);
        }
        if r.status.is_decided() && !tested.contains(&r.source.as_str()) {
            tested.push(&r.source);
        }
    }
    Finding {
        id: id.into(),
        status,
        possible: vec![status],
        counted: sources.len(),
        tested: tested.len(),
        reason: None,
        reasons: Vec::new(),
        decide: Decide::All,
        waiting: None,
        notes: Vec::new(),
        overlay: None,
        defences: Vec::new(),
        readings,
        act: None,
    }
}

pub fn agriculture() -> Finding {
    let us = |d: &str| {
        let mut r =
            with(reading(US, d, Status::Missed), figure("27335339028"), figure("33469792856"), "2020-12");
        r.pace = vec![pace("seasonal(2017)", "2020-12", "27335339028", "33469792856")];
        r.trace = trace();
        r
    };
    let cn = |d: &str| Reading {
        reason: Some("not held".into()),
        reasons: vec!["not held".into()],
        ..reading(CN, d, Status::CannotTell)
    };
    let mut derived = with(
        reading(ANNEX, "with-8800", Status::Missed),
        figure("27301000000"),
        figure("33400000000"),
        "2020-12",
    );
    derived.notes = vec!["a derived series: products by the tracker's own mapping".into()];
    let mut finding = finding(
        "purchases.agriculture.2020",
        Status::CannotTell,
        vec![cn("with-8800"), cn("as-printed"), us("with-8800"), us("as-printed"), derived],
    );
    finding.possible = vec![Status::Missed, Status::SourcesDisagree];
    finding.reason = Some(format!("{CN}: not held"));
    finding.reasons = vec![SourceReason { source: CN.into(), readings: vec!["not held".into()] }];
    finding.defences = vec![Defence {
        replied: None,
        commitments: vec![finding.id.clone()],
        party: party("CHN"),
        article: "Article 7.6.2".into(),
        date: day("2020-02-24"),
        document: "Remarks at a press conference".into(),
        reply: None,
    }];
    finding
}

fn trace() -> NodeTrace {
    let periods = |year: u16, months: u8| {
        (1..=12u8)
            .map(|m| PeriodTrace {
                period: format!("{year}-{m:02}"),
                value: (m <= months).then(|| Exact::integer(1_500_000_000 + i128::from(m) * 100_000_000)),
                held: if m < months {
                    Held::Whole
                } else if m == months {
                    Held::Preliminary
                } else {
                    Held::No
                },
            })
            .collect::<Vec<_>>()
    };
    let term = |year: u16, value: &str| TermTrace {
        cells: None,
        source: US.into(),
        stage: Stage::Exports,
        proxy: true,
        basis: BASIS_US.into(),
        period: Period::parse(&year.to_string()).unwrap(),
        as_of: "2021-03-25".into(),
        figure: bounded(Some(value), Some(value), Some("27600000000")),
        notes: vec!["the line 2905 is counted but for 290511".into()],
        periods: periods(year, 10),
        lines: (0..14u8)
            .map(|l| LineTrace {
                line: format!("12{l:02}"),
                codes: (0..=l % 6).map(|c| format!("12{l:02}{c}0")).collect(),
                value: Exact::integer(14_000_000_000 >> l),
                held: if l == 3 { Held::Part } else { Held::Whole },
                rows: u64::from(l) * 12 + 1,
            })
            .collect(),
        partly: vec![],
        residuals: vec![ResidualTrace {
            code: "29".into(),
            parent: "usa-census-hs2".into(),
            vintages: vec!["2021-03-24".into()],
            at_most: Some(n("385000000")),
            misfits: vec![],
        }],
        after: vec![PeriodTrace {
            period: "2021-01".into(),
            value: Some(n("3100000000")),
            held: Held::Whole,
        }],
        vintages: vec![vintage(US, "2021-03-25")],
        observations: Vec::new(),
    };
    let flow = |year: u16, value: &str| NodeTrace {
        label: format!("imports(CHN from USA, agriculture, {year})"),
        figure: Some(figure(value)),
        terms: vec![term(year, value)],
        ..leaf("")
    };
    let baseline = flow(2017, "20969792856");
    let constant = NodeTrace { figure: Some(figure("12500000000")), ..leaf("12.5 bn USD") };
    let ledger = NodeTrace {
        label: "ledger(baseline, 2017)".into(),
        figure: Some(figure("24136000000")),
        ledger: Some(LedgerTrace {
            amounts: Vec::new(),
            name: "baseline".into(),
            certainty: "secondary".into(),
            unit: "bn USD".into(),
            entries: vec![BTreeMap::from([
                ("document".to_owned(), "Working paper 20-1".to_owned()),
                ("period".to_owned(), "2017".to_owned()),
                ("value".to_owned(), "24.136".to_owned()),
            ])],
            note: "what is not entered is unknown".into(),
        }),
        ..leaf("")
    };
    NodeTrace {
        label: "imports(CHN from USA, agriculture, 2020) >= imports(CHN from USA, agriculture, 2017) + 12.5 bn USD"
            .into(),
        outcome: Some("fails".into()),
        children: vec![
            flow(2020, "27335339028"),
            NodeTrace {
                label: "imports(CHN from USA, agriculture, 2017) + 12.5 bn USD".into(),
                figure: Some(figure("33469792856")),
                children: vec![baseline, constant, ledger],
                ..leaf("")
            },
        ],
        ..leaf("")
    }
}

pub fn checked() -> Checked {
    // Two sources, two definitions, four shares.
    let four = |source: &str, definition: &str, value: &str, required: &str| {
        let mut r =
            with(reading(source, definition, Status::Missed), figure(value), figure(required), "2020-12");
        r.notes = vec!["27111990 is not shown".into()];
        r
    };
    let mut energy = finding(
        "purchases.energy.2020",
        Status::Missed,
        vec![
            four(CN, "with-8800", "16470000000", "26149000000"),
            four(CN, "as-printed", "16200000000", "26149000000"),
            with(
                reading(US, "with-8800", Status::Missed),
                bounded(Some("14910000000"), Some("14910000000"), Some("15046000000")),
                figure("26149000000"),
                "2020-12",
            ),
            four(US, "as-printed", "14905000000", "26149000000"),
        ],
    );
    energy.notes = vec!["certainty of the text: unconfirmed".into()];
    let open = |source: &str, definition: &str, flat: &str, seasonal: &str| {
        let mut r = with(
            reading(source, definition, Status::Open),
            bounded(Some("5200000000"), Some("5200000000"), None),
            figure("111216000000"),
            "2021-01",
        );
        r.finality = Finality::Open;
        r.reason = Some("figures are out by 2022-02-08".into());
        r.reasons.extend(r.reason.clone());
        r.pace = vec![
            pace("seasonal(2017)", "2021-01", "5200000000", seasonal),
            pace("flat", "2021-01", "5200000000", flat),
        ];
        r.pace_status = Some(PaceStatus::BehindPace);
        r
    };
    let mut manufactures = finding(
        "purchases.manufactures.2021",
        Status::Open,
        vec![
            open(US, "with-8800", "9268000000", "7323943662"),
            open(US, "as-printed", "9268000000", "8253968254"),
        ],
    );
    manufactures.possible = vec![Status::Met, Status::Missed];
    manufactures.reason = Some(format!("{US}: figures are out by 2022-02-08"));
    manufactures.reasons =
        vec![SourceReason { source: US.into(), readings: vec!["figures are out by 2022-02-08".into()] }];
    let mut goods = finding(
        "purchases.goods.2020",
        Status::NotReached,
        vec![with(
            reading(US, "with-8800", Status::NotReached),
            figure("93652000000"),
            figure("158935000000"),
            "2020-12",
        )],
    );
    goods.notes =
        vec!["reached or not-reached, not met or missed: a target that only analysts quote: the text names no such duty".into()];
    let mut deficit = with(
        reading(US, "with-8800", Status::NotReached),
        figure("307967000000"),
        figure("175168000000"),
        "2020-12",
    );
    (deficit.share, deficit.share_low, deficit.share_high, deficit.proxy) = (None, None, None, false);
    let mut deficit = finding("deficit.2020", Status::NotReached, vec![deficit]);
    deficit.notes =
        vec!["reached or not-reached, not met or missed: the verb is `intends`, not `shall`".into()];
    let mut each = reading(US, "with-8800", Status::Missed);
    let year = |period: &str, status, value: &str| SubReading {
        period: period.into(),
        part: Part {
            text: String::new(),
            comparison: Some(Operator::Ge),
            status,
            actual: Some(figure(value)),
            required: Some(figure("20000000000")),
            undefined: false,
            unsupported: false,
            partly: false,
            first_out: None,
            all_out: None,
            parts: Vec::new(),
        },
        reason: None,
    };
    each.years = vec![year("2020", Status::Missed, "14200000000"), year("2021", Status::Open, "3100000000")];
    each.breaches = vec!["2020".into()];
    let each = finding("soybeans.each-year", Status::Missed, vec![each]);
    let act = |id: &str| Finding {
        possible: vec![Status::Met, Status::Missed],
        reason: Some("not assessed".into()),
        act: Some(ActFinding {
            kind: ActKind::Once,
            starts: None,
            due: None,
            due_bounds: None,
            until: None,
            until_bounds: None,
            clocks: Vec::new(),
            unclear: None,
            after: Vec::new(),
            precedes: Vec::new(),
            enough: None,
            not_assessed: true,
            assessments: Vec::new(),
        }),
        ..finding(id, Status::CannotTell, Vec::new())
    };
    Checked {
        findings: vec![
            agriculture(),
            energy,
            manufactures,
            goods,
            deficit,
            each,
            act("ip.trade-secrets"),
            act("ip.remedies"),
            act("fx.refrain"),
        ],
        evidence: {
            let mut all = vec![vintage(CN, "2021-01-18")];
            for month in 1..=7 {
                all.push(vintage(ANNEX, &format!("2020-{month:02}-09")));
            }
            all.extend([vintage(US, "2021-02-23"), vintage(US, "2021-03-25")]);
            all
        },
    }
}

/// The document of an answer, as of the day of most answers here, to the request that is its example.
pub fn document<R: Answered>(answer: R::Answer<'_>) -> serde_json::Value {
    let request = R::read(R::EXAMPLE).unwrap();
    let around =
        Around { engine: "servanda 0.1.0", as_of: Some(Date::constant(2021, 3, 25)), ..Around::default() };
    servanda_workspace::answer::document(&request, answer, around).unwrap()
}
