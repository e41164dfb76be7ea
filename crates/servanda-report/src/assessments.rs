//! Assessments on paper: who concluded what on which evidence, and whether a second reader concluded the same. Never a score of
//! a party.

use crate::columns::{Col, col, csv};
use crate::sheet::{Cell, Sheet};
use crate::text::Column::{Left, Right};
use crate::text::{Column, Grid, Layout, Tree, finish, one_line, paragraph};
use servanda_core::problem::Field;
use servanda_core::{Assessed, Date};
use servanda_dispute::assessment::InterAssessor;
use servanda_verdict::{ActFinding, ActKind, ClockRun, Considered, Counts};

/// One assessment of a list.
pub struct AssessmentRow<'a> {
    /// The agreement.
    pub agreement: &'a str,
    /// `accepted`, `waiting` or `disagreed`.
    pub standing: &'a str,
    /// The assessment.
    pub assessed: &'a Assessed,
}

/// One row for each assessment, and how often readers agree.
pub fn assessments_sheet(as_of: Date, rows: &[AssessmentRow<'_>], agree: &InterAssessor) -> Sheet {
    let mut sheet = Sheet::new("assessments");
    sheet.head(format!("assessments as of {as_of}; one counts once its second reader concludes the same"));
    sheet.fill(&columns(), rows);
    sheet.foot(agreement_line(agree));
    sheet
}

pub(crate) fn columns<'a>() -> Vec<Col<AssessmentRow<'a>>> {
    vec![
        col("assessment", "id", Left, "The assessment's name: its SHA-256", |r| {
            Cell::new(short(&r.assessed.id), &r.assessed.id)
        }),
        csv("agreement", "The agreement", |r| r.agreement.into()),
        col("of", "commitment", Column::Text, "The act or refraining that is assessed", |r| {
            Cell::new(format!("{} {}", r.agreement, r.assessed.commitment), &r.assessed.commitment)
        }),
        col("as of", "as_of", Left, "The day that it speaks of", |r| r.assessed.as_of.into()),
        col("author", "author", Column::Text, "Who wrote it", |r| {
            let a = r.assessed;
            Cell::new(format!("{}: {}", a.author.name, a.conclusion), &a.author.name)
        }),
        csv("conclusion", "What the author concludes", |r| r.assessed.conclusion.into()),
        col("second reader", "reader", Column::Text, "Who read it a second time", |r| {
            match &r.assessed.second {
                Some(s) => {
                    Cell::new(format!("{}: {}; {}", s.reader.name, s.conclusion, r.standing), &s.reader.name)
                }
                None => Cell::new(format!("none; {}", r.standing), ""),
            }
        }),
        csv("second_conclusion", "What the second reader concludes", |r| {
            r.assessed.second.as_ref().map_or("", |s| s.conclusion.as_str()).into()
        }),
        csv("standing", "Whether it counts: accepted, waiting or disagreed", |r| r.standing.into()),
        col("highest", "highest_grade", Left, "The highest grade of its evidence", |r| {
            r.assessed.highest().map_or("", |g| g.as_str()).into()
        }),
        csv("items", "How many pieces of evidence it rests on", |r| r.assessed.items.len().into()),
        col("replies", "replies", Right, "How many replies are filed", |r| r.assessed.replies.len().into()),
        csv("rubric", "The rubric by which it was written", |r| {
            format!("{}-v{}", r.assessed.rubric.id, r.assessed.rubric.version).into()
        }),
    ]
}

/// `author and second reader conclude the same in 5 of 6 (0.8333), 0 of them read blind; Cohen's kappa 0.6667`.
fn agreement_line(agree: &InterAssessor) -> String {
    let Some(share) = &agree.share else {
        return "no assessment has been read a second time".to_owned();
    };
    let kappa = match (&agree.kappa, &agree.no_kappa) {
        (Some(kappa), _) => format!("Cohen's kappa {kappa}"),
        (None, Some(why)) => format!("Cohen's kappa is not defined: {why}"),
        (None, None) => "no kappa".to_owned(),
    };
    format!(
        "author and second reader conclude the same in {} of {} read twice ({share}), {} of them read blind; {kappa}. This is about readers, not about parties",
        agree.same, agree.read_twice, agree.blind
    )
}

/// What `case verify` found.
pub struct VerifiedCases {
    /// Assessments, second readings, replies.
    pub counts: [usize; 3],
    /// A hash over the names of all records.
    pub digest: String,
    /// Everybody in the register: id, name, affiliation, fingerprint.
    pub people: Vec<[String; 4]>,
    /// The list of people that the register was held against.
    pub list: Option<String>,
    /// What is wrong: file and problem.
    pub problems: Vec<(String, String)>,
    /// What is not wrong, and worth knowing.
    pub remarks: Vec<String>,
}

/// What `case verify` found, for a terminal.
pub fn assessments_verify_text(found: &VerifiedCases, layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    let [assessments, readings, replies] = found.counts;
    let line = format!("assessments {assessments}, second readings {readings}, replies {replies}");
    paragraph(&mut out, &line, columns, "", "  ");
    paragraph(&mut out, &format!("digest of the record {}", found.digest), columns, "", "  ");
    let mut grid = Grid::new(&[Column::Left, Column::Text, Column::Text, Column::Left]);
    for [id, name, affiliation, fingerprint] in &found.people {
        let print = format!("fingerprint {fingerprint}").replace(' ', "\u{a0}");
        grid.row(vec![id.clone(), one_line(name), one_line(affiliation), print]);
    }
    out.push_str(&grid.render(columns, "  "));
    let trust = match &found.list {
        Some(list) => format!("the register was held against {}", one_line(list)),
        None => format!(
            "whoever writes the register can invent a person: compare the fingerprints with a list kept elsewhere ({} FILE)",
            layout.style.field(Field::People)
        ),
    };
    paragraph(&mut out, &trust, columns, "", "  ");
    for remark in &found.remarks {
        paragraph(&mut out, &format!("remark: {}", one_line(remark)), columns, "", "  ");
    }
    for (path, problem) in &found.problems {
        paragraph(&mut out, &format!("{path}: {}", one_line(problem)), columns, "", "  ");
    }
    let end = match found.problems.len() {
        0 => "the assessments hold together".to_owned(),
        n => format!("{n} wrong"),
    };
    paragraph(&mut out, &end, columns, "", "  ");
    finish(&out, layout.colour)
}

/// The first twelve digits of a name.
pub(crate) fn short(id: &str) -> &str {
    id.get(..12).unwrap_or(id)
}

/// When an act is owed and how it stands to others, in one line: `condition precedent of denial.lift; due by 2018-08-07`.
pub(crate) fn when(act: &ActFinding) -> Option<String> {
    let mut parts = Vec::new();
    if !act.precedes.is_empty() {
        parts.push(format!("condition precedent of {}", act.precedes.join(", ")));
    }
    if !act.after.is_empty() {
        parts.push(format!("owed after {}", act.after.join(" and ")));
    }
    match (&act.due_bounds, &act.until_bounds, act.kind) {
        (Some(due), _, ActKind::EachEntry) => parts.push(match act.clocks.len() {
            1 => format!("due for each entry: 1 clock, by {due}"),
            n => format!("due for each entry: {n} clocks, the last by {due}"),
        }),
        (None, _, ActKind::EachEntry) => parts.push("due for each entry, of which none is held".to_owned()),
        (Some(due), ..) => parts.push(format!("due by {due}")),
        (None, Some(until), _) => parts.push(format!("continuing duty until {until}")),
        (None, None, ActKind::Continuing) if !act.assessments.is_empty() => {
            parts.push("continuing duty without a last day".to_owned());
        }
        _ => {}
    }
    parts.extend(act.unclear.clone());
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// What people concluded of an act, for `explain`.
pub(crate) fn trees(act: &ActFinding, all: bool) -> Vec<Tree> {
    act.assessments.iter().map(|c| tree(c, all)).collect()
}

/// The clocks of an act that count working days or run for entries, with the days that each passed over, for `explain`.
pub(crate) fn clocks(act: &ActFinding) -> Vec<Tree> {
    let told = |run: &&ClockRun| run.entry.is_some() || !run.passed.is_empty() || run.last.unknown.is_some();
    act.clocks.iter().filter(told).map(clock).collect()
}

fn clock(run: &ClockRun) -> Tree {
    let of = run.entry.as_ref().map(|e| format!(" of the entry {}", one_line(e))).unwrap_or_default();
    let start = match run.start == run.start_latest {
        true => run.start.to_string(),
        false => format!("a day from {} to {}", run.start, run.start_latest),
    };
    let mut node = Tree::leaf(format!("clock{of}: from {start}, that day not counted, to {}", run.last));
    node.children.extend(crate::case::passed(&run.passed).map(Tree::leaf));
    node
}

fn tree(considered: &Considered, all: bool) -> Tree {
    let a = &considered.assessed;
    let id = |id: &'_ str| if all { id.to_owned() } else { short(id).to_owned() };
    let counts = match considered.counts {
        Counts::Yes => "counts",
        Counts::Earlier => "accepted; a later one counts",
        Counts::Waiting => "waits for a second reader; does not count",
        Counts::Disagreed => "readers disagree; does not count",
        Counts::OtherText => "of another wording of the duty; does not count",
        Counts::InDoubt => "its records do not hold together; whether it counts cannot be told",
    };
    let mut node =
        Tree::leaf(format!("assessment {} as of {}: {} ({counts})", id(&a.id), a.as_of, a.conclusion));
    node.push(format!("grounds: {}", one_line(&a.grounds)));
    let mut items = Tree::leaf(match a.items.len() {
        0 => "no item of evidence".to_owned(),
        1 => "1 item of evidence".to_owned(),
        n => format!("{n} items of evidence"),
    });
    for item in &a.items {
        let document = match (&item.sha256, &item.no_document) {
            (Some(sha), None) => format!("held, sha256 {}", id(sha)),
            (Some(sha), Some(why)) => format!("not held ({}), sha256 {}", one_line(why), id(sha)),
            (None, why) => format!("no document: {}", one_line(why.as_deref().unwrap_or_default())),
        };
        items.push(format!(
            "{} · {} · {} ({}; {}; {}); {document}",
            item.grade,
            item.date,
            one_line(&item.says),
            one_line(&item.publisher),
            one_line(&item.cite),
            item.certainty
        ));
    }
    node.children.push(items);
    node.push(format!(
        "author: {}, {}; key {}; signed {}",
        one_line(&a.author.name),
        one_line(&a.author.affiliation),
        a.fingerprint,
        a.signed
    ));
    node.push(match &a.second {
        None => "second reader: none yet".to_owned(),
        Some(s) => format!(
            "second reader: {}, {}; concludes {}{}{}; key {}; signed {}",
            one_line(&s.reader.name),
            one_line(&s.reader.affiliation),
            s.conclusion,
            if s.blind { ", by own statement before seeing the author's" } else { "" },
            s.grounds.as_ref().map(|g| format!(": {}", one_line(g))).unwrap_or_default(),
            s.fingerprint,
            s.signed
        ),
    });
    node.push(format!("rubric: {}-v{}, sha256 {}", a.rubric.id, a.rubric.version, id(&a.rubric.sha256)));
    for r in &a.replies {
        let sha = r.sha256.as_ref().map(|s| format!(", sha256 {}", id(s))).unwrap_or_default();
        node.push(format!(
            "reply of {} ({}{sha}), entered {}, alters nothing: {}",
            r.party,
            one_line(&r.document),
            r.entered,
            one_line(&r.text)
        ));
    }
    if a.replies.is_empty() {
        node.push("reply of the other party: none filed");
    }
    node
}
