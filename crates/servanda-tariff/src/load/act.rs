//! Acts of a measure and their history.

use super::form::{Form, day, day_if, got, place_of};
use super::lists::{RATE_HELP, duty_error};
use super::raw::{RawAct, RawInTransit, RawStep};
use crate::{Act, ActRate, Does, Duty, InTransit, Moment, Step};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use servanda_core::Certainty;
use servanda_files::{Any, Spanned, Text};
use std::collections::BTreeMap;
use std::ops::Range;
use toml::Value;

/// What an act may name, and the clock of its measure.
pub(super) struct Names<'n> {
    pub(super) lists: &'n BTreeMap<String, usize>,
    /// Whether each list has a rate by line; `None`: its file was not opened.
    pub(super) by_line: &'n [Option<bool>],
    pub(super) acts: &'n BTreeMap<String, usize>,
    pub(super) zone: &'n TimeZone,
}

/// Lines and columns of places that go forward.
pub(super) struct Places<'t> {
    text: &'t str,
    at: usize,
    line: usize,
    column: usize,
}

impl<'t> Places<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    pub(super) fn of(&mut self, place: usize) -> (usize, usize) {
        if place < self.at {
            *self = Self::new(self.text);
        }
        let passed = self.text.get(self.at..place).unwrap_or_default();
        self.line += passed.bytes().filter(|b| *b == b'\n').count();
        self.column = match passed.rsplit_once('\n') {
            Some((_, rest)) => rest.chars().count() + 1,
            None => self.column + passed.chars().count(),
        };
        self.at = place;
        (self.line, self.column)
    }
}

/// Reads one act.
pub(super) fn read(
    form: &mut Form<'_, '_>,
    raw: &RawAct,
    names: &Names<'_>,
    place: (usize, usize),
) -> Option<Act> {
    let id = form.id(&raw.id);
    let title = form.say(&raw.title);
    let list = names.lists.get(raw.list.get_ref()).copied();
    if list.is_none() {
        form.unknown(&raw.list, names.lists.keys().map(String::as_str), "unknown-list", "list");
    }
    let effect = got(&raw.effect);
    let by_line = list.and_then(|index| names.by_line.get(index)).copied().flatten();
    let rate = rate(form, &raw.rate, &raw.list, by_line);
    let announced = day_if(raw.announced.as_ref());
    let signed = day_if(raw.signed.as_ref());
    let published = day_if(raw.published.as_ref());
    let instead_of = form.references(&raw.instead_of, names.acts, "unknown-act", "act");
    let cite = form.say(&raw.cite);
    let certainty = got(&raw.certainty);
    let note = form.say_if(raw.note.as_ref());
    let dates = [announced, signed, published].map(Option::flatten);
    // A wrong certainty was reported; the steps are checked all the same.
    let sure = certainty.unwrap_or(Certainty::Unconfirmed);
    let steps = steps(form, raw, names.zone, dates, sure);
    let in_transit: Vec<_> = raw.in_transit.iter().map(|raw| in_transit(form, raw, names.zone)).collect();
    Some(Act {
        id: id?,
        title: title?,
        list: list?,
        effect: effect?,
        rate: rate?,
        announced: announced?,
        signed: signed?,
        published: published?,
        instead_of: instead_of?,
        steps: steps?,
        in_transit: in_transit.into_iter().collect::<Option<_>>()?,
        cite: cite?,
        certainty: certainty?,
        note: note?,
        place,
    })
}

fn rate(form: &mut Form<'_, '_>, raw: &Spanned<Any>, list: &Text, by_line: Option<bool>) -> Option<ActRate> {
    let text = match &raw.get_ref().0 {
        Value::String(text) if text == "by-line" => {
            if by_line == Some(false) {
                let message = format!("list `{}` has no rate for each line", list.get_ref());
                let help = "add the column `rate` to its CSV file, or write one rate here";
                form.error("no-rates", raw.span(), message, help);
                return None;
            }
            return Some(ActRate::ByLine);
        }
        Value::String(text) => text.clone(),
        Value::Integer(number) => number.to_string(),
        Value::Float(_) => form.text.get(raw.span()).unwrap_or_default().to_owned(),
        _ => String::new(),
    };
    match Duty::parse_strict(&text) {
        Ok(duty) => Some(ActRate::One(duty)),
        Err(error) => {
            let (code, message) = duty_error(&error);
            form.error(code, raw.span(), message, RATE_HELP);
            None
        }
    }
}

/// The history of an act: its steps, or the one that its own dates make.
fn steps(
    form: &mut Form<'_, '_>,
    raw: &RawAct,
    zone: &TimeZone,
    dates: [Option<Date>; 3],
    certainty: Certainty,
) -> Option<Vec<Step>> {
    if raw.step.is_empty() {
        return only_step(form, raw, zone, dates, certainty).map(|step| vec![step]);
    }
    let instant = raw.effective.as_ref().or(raw.until.as_ref()).map(Spanned::span);
    if let Some(stray) = instant.or(raw.through.as_ref().map(Spanned::span)) {
        let message = format!("act `{}` has steps and an instant of its own", raw.id.get_ref());
        let help = "with steps, `effective`, `until` and `through` stand in the steps";
        form.error("instant-beside-steps", stray, message, help);
    }
    if let Some(stray) = raw.popular.as_ref().or(raw.condition.as_ref()) {
        let message = format!("act `{}` has steps, and words of no day", raw.id.get_ref());
        let help = "with steps, `popular` and `condition` stand in the step from which they hold";
        form.error("words-beside-steps", stray.span(), message, help);
    }
    let mut all = Vec::with_capacity(raw.step.len());
    let mut last: Option<Date> = None;
    let mut begins: Begins = Begins::Never;
    let mut good = true;
    for raw in &raw.step {
        if form.inbox.full(form.file) {
            return None;
        }
        let Some(step) = step(form, raw, zone, certainty) else {
            good = false;
            begins = Begins::Unread;
            continue;
        };
        if let Some(last) = last.filter(|last| step.on < *last) {
            good = false;
            let message = format!("this step was made known on {}, and the one above it on {last}", step.on);
            form.error("steps-out-of-order", raw.on.span(), message, "put the steps in the order of `on`");
        }
        let first = dates.iter().flatten().min();
        if let Some(first) = first.filter(|first| step.on < **first) {
            good = false;
            let message = format!(
                "this step was made known on {}, and the act was first announced, signed or published on {first}",
                step.on
            );
            let help = "correct `on`, or add the earlier day to the act as `announced`";
            form.error("known-before-announced", raw.on.span(), message, help);
        }
        last = last.max(Some(step.on));
        good &= put_off(form, raw, &step, begins);
        begins = begins.after(&step);
        all.push(step);
    }
    good.then_some(all)
}

/// When an act is to begin, by the steps so far.
#[derive(Clone, Copy)]
enum Begins {
    Never,
    At(Moment),
    /// It was to begin then, and a step stopped it before.
    Stopped(Moment),
    /// A step above was wrong, so that nothing is known.
    Unread,
}

impl Begins {
    /// What a further step makes of it.
    fn after(self, step: &Step) -> Self {
        let at = step.effective.unwrap_or(Moment::start_of(step.on));
        match (self, step.does) {
            (_, Does::Arm | Does::Postpone) | (Self::Stopped(_), Does::Resume) => Self::At(at),
            (Self::At(from), Does::Suspend | Does::End | Does::Lapse) if at <= from => Self::Stopped(from),
            (Self::At(from), Does::Void) => Self::Stopped(from),
            (same, _) => same,
        }
    }
}

/// Whether a step that puts off does so.
fn put_off(form: &mut Form<'_, '_>, raw: &RawStep, step: &Step, begins: Begins) -> bool {
    let (Does::Postpone, Some(to)) = (step.does, step.effective) else { return true };
    match begins {
        Begins::At(from) if from.day() <= step.on => {
            let message = format!("this puts off what began on {from}, and was made known on {}", step.on);
            let help =
                "an act that has begun stops by a step `suspend` or `end`; a step `arm` then begins it again";
            form.error("postponed-after-it-began", raw.does.span(), message, help);
            false
        }
        Begins::At(from) | Begins::Stopped(from) if to <= from => {
            let message = format!("this puts off the beginning from {from} to {to}, which is not later");
            let help = "correct the instant, or make it a step `arm`";
            form.error(
                "postponed-to-earlier",
                place_of(raw.effective.as_ref(), raw.does.span()),
                message,
                help,
            );
            false
        }
        Begins::Never => {
            let help = "put a step `arm` before it";
            form.error(
                "nothing-to-postpone",
                raw.does.span(),
                "no step above says when it was to begin",
                help,
            );
            false
        }
        _ => true,
    }
}

/// The step of an act without steps: it is armed on the first of its dates, which may lie after its effect. Without a date it is
/// known from its effect.
fn only_step(
    form: &mut Form<'_, '_>,
    raw: &RawAct,
    zone: &TimeZone,
    dates: [Option<Date>; 3],
    certainty: Certainty,
) -> Option<Step> {
    let Some(effective) = &raw.effective else {
        let message = format!("act `{}` has neither `effective` nor steps", raw.id.get_ref());
        let help = "say from which instant it applies, such as effective = \"2018-07-06T00:01\", or its history in [[act.step]]";
        form.error("no-instant", raw.id.span(), message, help);
        return None;
    };
    let begins = form.moment(effective, zone);
    let end = form.end(raw.until.as_ref(), raw.through.as_ref(), zone);
    let popular = form.say_if(raw.popular.as_ref());
    let condition = form.say_if(raw.condition.as_ref());
    let (begins, end) = (begins?, end?);
    if !form.ordered(begins, end.as_ref()) {
        return None;
    }
    let on = dates.into_iter().flatten().min().unwrap_or(begins.day());
    Some(Step {
        on,
        does: Does::Arm,
        effective: Some(begins),
        until: end.map(|(until, _)| until),
        popular: popular?,
        condition: condition?,
        cite: None,
        certainty,
        note: None,
    })
}

fn step(form: &mut Form<'_, '_>, raw: &RawStep, zone: &TimeZone, of_act: Certainty) -> Option<Step> {
    let does = got(&raw.does);
    let on = day(&raw.on);
    let effective = form.moment_if(raw.effective.as_ref(), zone);
    let end = form.end(raw.until.as_ref(), raw.through.as_ref(), zone);
    let popular = form.say_if(raw.popular.as_ref());
    let condition = form.say_if(raw.condition.as_ref());
    let cite = form.say_if(raw.cite.as_ref());
    let certainty = raw.certainty.as_ref().map_or(Some(of_act), got);
    let note = form.say_if(raw.note.as_ref());
    let (does, on) = (does?, on?);
    let (effective, until) = instants(form, raw, does, on, effective?, end?)?;
    Some(Step {
        on,
        does,
        effective,
        until,
        popular: popular?,
        condition: condition?,
        cite: cite?,
        certainty: certainty?,
        note: note?,
    })
}

/// The beginning and the end of what a step does.
fn instants(
    form: &mut Form<'_, '_>,
    raw: &RawStep,
    does: Does,
    on: Date,
    effective: Option<Moment>,
    end: Option<(Moment, Range<usize>)>,
) -> Option<(Option<Moment>, Option<Moment>)> {
    let word = does.as_str();
    let stray = |form: &mut Form<'_, '_>, span: Range<usize>, message: String, help: &str| {
        form.error("stray-instant", span, message, help);
        None
    };
    match does {
        Does::Arm | Does::Postpone | Does::Resume => {
            let begins = match (effective, does) {
                (Some(effective), _) => effective,
                (None, Does::Resume) => Moment::start_of(on),
                (None, _) => {
                    let message = format!("a step `{word}` needs the instant when it is to begin");
                    form.error(
                        "no-instant",
                        raw.does.span(),
                        message,
                        "add effective = \"2018-07-06T00:01\"",
                    );
                    return None;
                }
            };
            form.ordered(begins, end.as_ref()).then_some((effective, end.map(|(until, _)| until)))
        }
        Does::End | Does::Lapse => match (effective, end) {
            (Some(at), None) | (None, Some((at, _))) => Some((Some(at), None)),
            (None, None) => {
                let message = format!("a step `{word}` needs the instant when the act stops");
                let help =
                    "add until = \"2018-07-06T00:01\" (exclusive), or through = 2018-07-05 (inclusive)";
                form.error("no-instant", raw.does.span(), message, help);
                None
            }
            (Some(_), Some((_, span))) => {
                let message = format!("a step `{word}` has one instant, and here are two");
                stray(form, span, message, "keep `effective` or this")
            }
        },
        Does::Suspend => match end {
            None => Some((effective, None)),
            Some((_, span)) => {
                let help = "write its end as a step `resume`";
                stray(form, span, "a step `suspend` has no end of its own".to_owned(), help)
            }
        },
        Does::Void => match (&raw.effective, end) {
            (None, None) => Some((None, None)),
            (at, end) => {
                let span = end.map_or_else(|| place_of(at.as_ref(), raw.does.span()), |(_, span)| span);
                let help = "take it away; an act that applied for a time has a step `end`";
                stray(form, span, "a step `void` has no instant: the act never applies".to_owned(), help)
            }
        },
    }
}

fn in_transit(form: &mut Form<'_, '_>, raw: &RawInTransit, zone: &TimeZone) -> Option<InTransit> {
    let on = day(&raw.on);
    let exported = form.moment(&raw.exported_before, zone);
    let entered = form.moment(&raw.entered_before, zone);
    let cite = form.say_if(raw.cite.as_ref());
    Some(InTransit { on: on?, exported_before: exported?, entered_before: entered?, cite: cite? })
}

#[cfg(test)]
mod tests {
    use super::Places;

    #[test]
    fn places_count_lines_and_characters() {
        let text = "é = 1\n[[act]] [[act]]\n";
        let mut places = Places::new(text);
        let second = text.rfind('[').unwrap() - 1;
        assert_eq!([7, second, 0].map(|at| places.of(at)), [(2, 1), (2, 9), (1, 1)]);
    }
}
