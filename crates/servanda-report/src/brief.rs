//! `brief`: the one page on an agreement that is handed up: what is promised, where it stands, what is contested, what comes
//! next, and what cannot be told.

use crate::compact;
use crate::due;
use crate::flat;
use crate::summary::{self, count_as, debtors, owed};
use crate::text::{self, Layout};
use servanda_agreement::Agreement;
use servanda_core::{Date, Status};
use servanda_dispute::talks::{Claim, Record, Target};
use servanda_verdict::brief::{Contested, Duties, Promised, Standing, Untold};
use servanda_verdict::{BriefAnswer, Checked, DueAnswer, Finding};

/// So many characters of a reason stand on a page.
const REASON: usize = 240;
/// So many commitments of one reason are named on a page.
const NAMED: usize = 4;

/// The page on an agreement as of a day: its findings, what falls due, and what was said of it by then.
pub fn brief(
    agreement: &Agreement,
    checked: &Checked,
    due: DueAnswer,
    talks: Option<&Record>,
) -> BriefAnswer {
    let rows = owed(agreement, checked);
    let promised = debtors(agreement).into_iter().map(|party| {
        let mut duties: Vec<Duties> = Vec::new();
        for (commitment, finding) in &rows {
            let Some(commitment) = commitment.filter(|c| c.by == party) else { continue };
            let force = summary::force_words(commitment);
            let at = duties.iter().position(|d| d.force == force).unwrap_or_else(|| {
                duties.push(Duties { force: force.to_owned(), count: 0, decided: 0 });
                duties.len() - 1
            });
            if let Some(own) = duties.get_mut(at) {
                own.count += 1;
                own.decided += usize::from(finding.status.is_decided());
            }
        }
        Promised { party, duties }
    });
    let (mut standing, mut contested, mut untold) = (Vec::new(), Vec::new(), Vec::<Untold>::new());
    for (commitment, finding) in &rows {
        let disagree = matches!(finding.status, Status::DefinitionsDisagree | Status::SourcesDisagree);
        if disagree {
            contested.push(Contested {
                about: finding.id.clone(),
                commitments: vec![finding.id.clone()],
                status: Some(finding.status),
                claims: Vec::new(),
            });
        }
        if finding.status.is_decided() || disagree || has_figures(finding) {
            let what = commitment.map(|c| c.title.clone().or_else(|| summary::to_do(&c.duty)));
            let lines = compact::sentences(*commitment, finding);
            standing.push(Standing {
                commitment: finding.id.clone(),
                by: commitment.map(|c| c.by),
                what: what.flatten().unwrap_or_default(),
                status: finding.status,
                overlay: summary::overlay(finding),
                lines: lines.iter().map(|line| text::finish(line, false).trim_end().to_owned()).collect(),
            });
            continue;
        }
        let reason = match finding.status {
            Status::CannotTell if summary::not_assessed(finding) => {
                "acts and refrainings that nobody has assessed".to_owned()
            }
            Status::CannotTell => finding.reason.clone().unwrap_or_else(|| "no reason is given".to_owned()),
            // When it can be told stands under what comes next, or in `due`.
            status => status.to_string(),
        };
        match untold.iter_mut().find(|u| u.reason == reason) {
            Some(own) => own.commitments.push(finding.id.clone()),
            None => untold.push(Untold { reason, commitments: vec![finding.id.clone()] }),
        }
    }
    let claims = talks.map_or(&[][..], |record| record.claims.as_slice());
    for claim in claims.iter().filter(|c| disputed(c, claims)) {
        let said = format!("{}: {} ({})", claim.said_by(), text::one_line(&claim.statement), claim.certainty);
        let at = contested.iter().position(|c| c.about == claim.item()).unwrap_or_else(|| {
            let about = claim.item().to_owned();
            contested.push(Contested { about, commitments: Vec::new(), status: None, claims: Vec::new() });
            contested.len() - 1
        });
        let Some(own) = contested.get_mut(at) else { continue };
        own.claims.push(said);
        for target in talks.iter().flat_map(|r| &r.matches).filter(|m| m.row == claim.id).map(|m| &m.target) {
            if let Target::Commitment { agreement: of, commitment } = target
                && *of == agreement.id
                && !own.commitments.contains(commitment)
            {
                own.commitments.push(commitment.clone());
            }
        }
    }
    let told = |what: &str, day: Option<Date>| match day {
        Some(day) => format!("{what} {day}"),
        None => format!("no day known on which it was {what}"),
    };
    let weight = [
        agreement.instrument.to_string(),
        told("signed", agreement.signed),
        told("in force", agreement.in_force),
    ];
    BriefAnswer {
        agreement: agreement.id.clone(),
        title: agreement.title.clone(),
        weight: weight.join(", "),
        as_of: due.as_of,
        read_through: agreement.texts.as_ref().map(|texts| texts.read_through),
        note: agreement.note.clone(),
        promised: promised.collect(),
        standing,
        contested,
        next: due.rows,
        untold,
    }
}

/// Whether a finding has a figure to show: of a rule what is held, of an act what somebody concluded.
fn has_figures(finding: &Finding) -> bool {
    finding.readings.iter().any(|r| r.counts && r.holds_any())
        || finding.act.as_ref().is_some_and(|act| act.counting().is_some())
}

/// Whether a claim contradicts one that is known, or is contradicted by one.
fn disputed(claim: &Claim, all: &[Claim]) -> bool {
    let known = |id: &String| all.iter().any(|other| other.id == *id);
    claim.contradicts.iter().any(known) || all.iter().any(|other| other.contradicts.contains(&claim.id))
}

/// A section of the page: its heading, and its lines; a line that begins with a tab belongs to the one before.
type Section = (&'static str, Vec<String>);

fn sections(brief: &BriefAnswer) -> Vec<Section> {
    let promised = brief.promised.iter().map(|p| {
        let duties = p.duties.iter().map(|d| format!("{} {} ({} decided)", d.force, d.count, d.decided));
        let duties: Vec<String> = duties.collect();
        let duties =
            if duties.is_empty() { "none found in the texts read".to_owned() } else { duties.join(", ") };
        format!("{}: {duties}", p.party)
    });
    let mut standing = Vec::new();
    for row in &brief.standing {
        let by = row.by.map(|party| format!("{party}, ")).unwrap_or_default();
        let overlay = row.overlay.as_ref().map(|o| format!("; {o}")).unwrap_or_default();
        standing.push(format!("{}: {by}{} ({}{overlay})", row.commitment, row.what, text::word(row.status)));
        standing.extend(row.lines.iter().map(|line| format!("\t{line}")));
    }
    let mut contested = Vec::new();
    for row in &brief.contested {
        let status = row.status.map(|s| format!(": {}", text::word(s))).unwrap_or_default();
        let on = if row.commitments.iter().all(|id| *id == row.about) {
            String::new()
        } else {
            format!(", on {}", row.commitments.join(", "))
        };
        contested.push(format!("{}{on}{status}", row.about));
        contested.extend(row.claims.iter().map(|claim| format!("\t{claim}")));
    }
    let next = brief.next.iter().map(due::line);
    let untold = brief.untold.iter().map(|u| {
        let named = u.commitments.iter().take(NAMED).cloned().collect::<Vec<_>>().join(", ");
        let more = match u.commitments.len().saturating_sub(NAMED) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let count = count_as(u.commitments.len(), "commitment", "commitments");
        format!("{} ({count}: {named}{more})", text::cut(&text::one_line(&u.reason), REASON))
    });
    vec![
        ("What is promised", promised.collect()),
        ("Where it stands", standing),
        ("What is contested", contested),
        ("What comes next", next.collect()),
        ("What is open or cannot be told", untold.collect()),
    ]
}

fn head(brief: &BriefAnswer) -> Vec<String> {
    let read = match brief.read_through {
        Some(day) => format!("texts read to {day}; what was agreed later is not known"),
        None => "no texts with editions are named; to what day they were read is not known".to_owned(),
    };
    let mut lines = vec![format!("{}, as of {}", brief.weight, brief.as_of), read];
    lines.extend(brief.note.as_ref().map(|note| text::one_line(note)));
    lines
}

/// The page for a terminal.
pub fn brief_text(brief: &BriefAnswer, layout: &Layout) -> String {
    let columns = layout.columns();
    let mut out = String::new();
    text::paragraph(
        &mut out,
        &format!("{}: {}", brief.agreement, text::one_line(&brief.title)),
        columns,
        "",
        "  ",
    );
    head(brief).iter().for_each(|line| text::paragraph(&mut out, line, columns, "", "  "));
    for (heading, lines) in sections(brief) {
        out.push_str(&format!("\n{heading}\n"));
        if lines.is_empty() {
            out.push_str("  nothing\n");
        }
        for line in lines {
            match line.strip_prefix('\t') {
                Some(line) => text::paragraph(&mut out, line, columns, "    ", "      "),
                None => text::paragraph(&mut out, &line, columns, "  ", "    "),
            }
        }
    }
    text::finish(&out, layout.colour)
}

/// The page for a document.
pub fn brief_markdown(brief: &BriefAnswer) -> String {
    let mut out = format!("# {}\n\n", flat::cell(&brief.title));
    head(brief).iter().for_each(|line| out.push_str(&format!("{}\n\n", flat::cell(line))));
    for (heading, lines) in sections(brief) {
        out.push_str(&format!("## {heading}\n\n"));
        if lines.is_empty() {
            out.push_str("- nothing\n");
        }
        for line in lines {
            match line.strip_prefix('\t') {
                Some(line) => out.push_str(&format!("  - {}\n", flat::cell(line))),
                None => out.push_str(&format!("- {}\n", flat::cell(&line))),
            }
        }
        out.push('\n');
    }
    text::finish(&out, false)
}
