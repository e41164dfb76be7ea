//! Schedules: `schedules/ID.toml` and its lines.

use super::form::{Form, day, day_if, got, place_of};
use super::inbox::Inbox;
use super::raw::{RawReadOn, RawSchedule};
use super::sheet::{Row, Sheet};
use super::{Wanted, lists};
use crate::{Duty, ReadOn, Schedule, ScheduleKind, ScheduleRow};
use jiff::civil::Date;
use servanda_core::{CodeForm, CodeLengths, Party};
use std::collections::BTreeMap;
use std::ops::Range;

/// The columns of a schedule's CSV.
const COLUMNS: &[&str] = &["line", "rate", "from", "through", "description"];

/// A schedule with the places that checks between schedules name.
pub(super) struct Placed {
    pub(super) schedule: Schedule,
    pub(super) file: String,
    from: Range<usize>,
    pub(super) zone: Range<usize>,
}

/// Reads one file. Without the lines where the importer's are not wanted.
pub(super) fn read(inbox: &mut Inbox<'_>, file: &str, text: &str, wanted: Wanted<'_>) -> Option<Placed> {
    let raw: RawSchedule = inbox.toml(file, text)?;
    let mut form = Form { inbox, file, text };
    let id = form.file_id(&raw.id);
    let title = form.say(&raw.title);
    let importer = form.party(&raw.importer);
    let zone = form.zone(&raw.zone);
    let kind = got(&raw.kind);
    let origins = kind.and_then(|kind| origins(&mut form, &raw, kind));
    let classification = form.say(&raw.classification);
    let published = day_if(raw.published.as_ref());
    let from = day(&raw.from);
    let through = day_if(raw.through.as_ref());
    if let (Some(from), Some(Some(through))) = (from, through)
        && through < from
    {
        let span = place_of(raw.through.as_ref(), raw.from.span());
        let message = format!("this ends on {through}, and it begins on {from}");
        form.error("ends-before-it-begins", span, message, "correct one of the two days");
    }
    let read_on = match &raw.read_on {
        Some(raw) => through.and_then(|through| read_on(&mut form, raw, through)).map(Some),
        None => Some(None),
    };
    let leaves_out: Vec<_> = raw.leaves_out.iter().map(|text| form.say(text)).collect();
    let certainty = got(&raw.certainty);
    let cite = form.say(&raw.cite);
    let note = form.say_if(raw.note.as_ref());
    let provenance = raw.provenance.as_ref().map_or(Some(None), |p| form.provenance(p).map(Some));
    let importer = importer?;
    let declared = lists::declared(&mut form, raw.lengths.as_ref());
    let lengths = CodeLengths::of_or_declared(raw.classification.get_ref(), declared.as_deref());
    let rows = if wanted.has(importer) {
        lists::named_text(&mut form, "schedules", &raw.lines)
            .zip(from)
            .and_then(|((path, text), from)| rows(form.inbox, &path, &text, from, &lengths))
    } else {
        Some(Vec::new())
    };
    let schedule = Schedule {
        id: id?,
        title: title?,
        importer,
        zone: zone?,
        kind: kind?,
        origins: origins?,
        classification: classification?,
        published: published?,
        from: from?,
        through: through?,
        read_on: read_on?,
        rows: rows?,
        leaves_out: leaves_out.into_iter().collect::<Option<_>>()?,
        certainty: certainty?,
        cite: cite?,
        note: note?,
        provenance: provenance?,
    };
    Some(Placed { schedule, file: file.to_owned(), from: raw.from.span(), zone: raw.zone.span() })
}

/// Whose goods the schedule is for.
fn origins(form: &mut Form<'_, '_>, raw: &RawSchedule, kind: ScheduleKind) -> Option<Vec<Party>> {
    let narrow = matches!(kind, ScheduleKind::Column2 | ScheduleKind::Preference);
    let named = raw.origins.as_ref().map_or(&[][..], |o| o.get_ref());
    let span = place_of(raw.origins.as_ref(), raw.kind.span());
    if narrow && named.is_empty() {
        let message = format!("a schedule of kind {} needs `origins`", kind.as_str());
        form.error("missing-origins", span, message, "say whose goods it is for: origins = [\"KOR\"]");
        return None;
    }
    if !narrow && raw.origins.is_some() {
        let message = format!("a schedule of kind {} has no `origins`", kind.as_str());
        form.error("stray-origins", span, message, "take the key away, or make it a preference or column-2");
        return None;
    }
    form.parties(named)
}

fn read_on(form: &mut Form<'_, '_>, raw: &RawReadOn, through: Option<Date>) -> Option<ReadOn> {
    let why = form.say(&raw.why);
    let said = day_if(raw.said.as_ref());
    let last = day(&raw.through)?;
    let help = "it is for the days after the schedule's `through`, until its own";
    match through {
        None => {
            let message = "a schedule without `through` is not read on";
            form.error("bad-read-on", raw.through.span(), message, help);
            None
        }
        Some(through) if last <= through => {
            let message = format!("this ends on {last}, and the schedule itself speaks through {through}");
            form.error("bad-read-on", raw.through.span(), message, help);
            None
        }
        Some(_) => Some(ReadOn { through: last, why: why?, said: said? }),
    }
}

/// The rows of a schedule's CSV, by line and first day.
fn rows(
    inbox: &mut Inbox<'_>,
    file: &str,
    text: &str,
    from: Date,
    lengths: &CodeLengths,
) -> Option<Vec<ScheduleRow>> {
    let sheet = Sheet::read(inbox, file, text, &["line", "rate"], Some(COLUMNS))?;
    let [line, rate, first, last, description] =
        ["line", "rate", "from", "through", "description"].map(|c| sheet.column(c));
    let lengths = &lengths.clone().settled_by(sheet.rows.iter().map(|row| row.get(line)));
    let mut rows = Vec::with_capacity(sheet.rows.len());
    let mut seen: BTreeMap<(String, Date), usize> = BTreeMap::new();
    let mut good = true;
    for row in &sheet.rows {
        if inbox.full(file) {
            return None;
        }
        let code = row.get(line);
        if let Err(bad) = lengths.admit(CodeForm::LINE, code) {
            good = false;
            let message = format!("line {}: {bad}", row.line);
            inbox.error(bad.kind(), file, Some(row.span.clone()), message, bad.help(lists::DECLARE));
            continue;
        }
        let begins = cell_day(inbox, file, row, row.get(first));
        let ends = cell_day(inbox, file, row, row.get(last));
        let (Some(begins), Some(ends)) = (begins, ends) else {
            good = false;
            continue;
        };
        let begins = begins.unwrap_or(from);
        if ends.is_some_and(|ends| ends < begins) {
            good = false;
            let message = format!("line {code} ends before it begins, which is on {begins}");
            let help = "correct one of the two days";
            inbox.error("ends-before-it-begins", file, Some(row.span.clone()), message, help);
            continue;
        }
        if let Some(other) = seen.insert((code.to_owned(), begins), row.line) {
            good = false;
            let message = format!("line {code} from {begins} stands here and in row {other}");
            inbox.error("row-twice", file, Some(row.span.clone()), message, "keep one of the two rows");
            continue;
        }
        let text = row.get(rate);
        rows.push(ScheduleRow {
            line: code.to_owned(),
            duty: Duty::parse(text),
            text: text.to_owned(),
            from: begins,
            through: ends,
            description: row.get(description).to_owned(),
            row: row.line,
        });
    }
    rows.sort_by(|a, b| (&a.line, a.from).cmp(&(&b.line, b.from)));
    good.then_some(rows)
}

/// A day of a cell, which may be empty; `None` outside: it is wrong.
fn cell_day(inbox: &mut Inbox<'_>, file: &str, row: &Row, text: &str) -> Option<Option<Date>> {
    if text.is_empty() {
        return Some(None);
    }
    let day = (text.len() == 10).then(|| text.parse::<Date>().ok()).flatten();
    let day = day.filter(|d| (1000..=9000).contains(&d.year()));
    if day.is_none() {
        let message = format!("`{}` is not a day", short(text));
        inbox.error("bad-date", file, Some(row.span.clone()), message, "write it as 2018-07-06");
    }
    day.map(Some)
}

/// The start of a text of any length.
pub(super) fn short(text: &str) -> String {
    let start: String = text.chars().take(40).collect();
    if start.len() < text.len() { format!("{start}...") } else { start }
}

/// Two schedules of one importer and kind, for the same origins, do not speak for the same day.
pub(super) fn no_overlaps(inbox: &mut Inbox<'_>, all: &[Placed]) {
    for (index, a) in all.iter().enumerate() {
        for b in all.iter().skip(index + 1) {
            let (earlier, later) = if a.schedule.from <= b.schedule.from { (a, b) } else { (b, a) };
            let (x, y) = (&earlier.schedule, &later.schedule);
            let goods = x.origins.is_empty() || x.origins.iter().any(|o| y.origins.contains(o));
            let days = x.from == y.from || x.through.is_some_and(|through| y.from <= through);
            if x.importer == y.importer && x.kind == y.kind && goods && days {
                let message = format!(
                    "schedules `{}` and `{}` are both {} of {}, and both speak for {}",
                    x.id,
                    y.id,
                    x.kind.as_str(),
                    x.importer,
                    y.from
                );
                let help = "correct `from` or `through` of one, so that each day has one schedule";
                inbox.error("overlap", &later.file, Some(later.from.clone()), message, help);
            }
        }
    }
}
