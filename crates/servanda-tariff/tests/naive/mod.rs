//! A second, slow and plain implementation of rates, written from `docs/tariff-data.md` alone. It looks at one line, one
//! origin and one minute, and goes through everything. What is known only in part (an act on a part of a line, a rate within
//! bounds) is tried in every way, and the least and the greatest total are kept.

pub mod books;

use jiff::civil::Date;
use servanda_core::{Exact, Party};
use servanda_tariff::{
    Act, ActRate, Book, Does, Duty, Effect, Exclusion, ListLine, Measure, Moment, Schedule, ScheduleKind,
    Shipment, Step, Within,
};
use std::collections::BTreeSet;

/// Stands for a rate without a known upper bound.
pub const BIG: i128 = 1_000_000;

/// What is asked.
#[derive(Debug, Clone)]
pub struct Question<'q> {
    pub importer: Party,
    pub line: &'q str,
    pub origin: Party,
    pub at: Moment,
    pub as_of: Option<Date>,
    pub shipment: Option<Shipment>,
}

/// What can be said.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The least and the greatest total; none where every way has two acts that replace at once.
    pub total: Option<(Exact, Exact)>,
    /// Whether some way has two acts that replace at once.
    pub conflict: bool,
    /// How many things are known only in part.
    pub loose: usize,
    /// Whether some of them are rates, not parts.
    pub loose_rates: bool,
}

/// One act that means the line at the minute.
struct Here<'b> {
    measure: usize,
    number: usize,
    act: &'b Act,
    authority: usize,
    /// Which of the choices says whether, and with what rate, it applies.
    choice: usize,
    /// Choices that say whether an exclusion takes the goods out.
    exclusions: Vec<usize>,
    /// The acts of its measure in whose place it stands.
    ousts: Vec<usize>,
}

/// The answer, or none where there are too many ways to try.
pub fn answer(book: &Book, q: &Question<'_>) -> Option<Answer> {
    // Each choice has some options; `None` is "not", `Some(rate)` a rate.
    let mut choices: Vec<Vec<Option<Exact>>> = Vec::new();
    let mut loose_rates = false;

    let mut column2 = Vec::new();
    let mut others = Vec::new();
    for schedule in book.schedules.iter().filter(|s| s.importer == q.importer) {
        let Some(duty) = charged(book, schedule, q.line, q.at.day(), q.as_of) else { continue };
        let (mine, into) = match schedule.kind {
            ScheduleKind::MfnBound => (false, &mut others),
            ScheduleKind::MfnApplied => (true, &mut others),
            ScheduleKind::Column2 => (schedule.origins.contains(&q.origin), &mut column2),
            ScheduleKind::Preference => (schedule.origins.contains(&q.origin), &mut others),
        };
        if mine {
            into.push(choices.len());
            choices.push(samples(duty));
        }
    }
    // An origin of column 2 has no other base, even where that schedule does not have the line.
    let of_column2 = book.schedules.iter().any(|s| {
        let column2 = s.importer == q.importer && s.kind == ScheduleKind::Column2;
        column2 && s.origins.contains(&q.origin) && known(s, q.as_of)
    });
    let mut base = if of_column2 { column2 } else { others };
    if base.is_empty() {
        base.push(choices.len());
        choices.push(vec![Some(Exact::zero()), Some(Exact::integer(BIG))]);
    }
    loose_rates |= choices.iter().any(|c| c.len() > 1);

    let mut here = Vec::new();
    for (measure_number, measure) in book.measures.iter().enumerate() {
        if measure.importer != q.importer || !measure.origins.has(q.origin) {
            continue;
        }
        let authority = book.authorities.iter().position(|a| a.id == measure.authority)?;
        let mut taken_out: Vec<Option<usize>> = Vec::new();
        for exclusion in &measure.exclusions {
            let options = exclusion_options(book, exclusion, q);
            taken_out.push(options.map(|options| {
                choices.push(options);
                choices.len() - 1
            }));
        }
        for (number, act) in measure.acts.iter().enumerate() {
            if !applies(&act.steps, q.as_of, q.at) || on_its_way(act, q) {
                continue;
            }
            let options = act_options(book, measure, act, q);
            if options.is_empty() || options == vec![None] {
                continue;
            }
            let rates: Vec<&Exact> = options.iter().flatten().collect();
            loose_rates |= rates.len() > 1;
            choices.push(options);
            let choice = choices.len() - 1;
            let numbered = measure.exclusions.iter().zip(&taken_out);
            let exclusions =
                numbered.filter(|(e, _)| e.of.contains(&number)).filter_map(|(_, c)| *c).collect();
            let ousts = ousted(measure, number, q);
            here.push(Here { measure: measure_number, number, act, authority, choice, exclusions, ousts });
        }
    }
    // Exclusions that no act here is subject to do not matter.
    for (number, options) in choices.iter_mut().enumerate() {
        let used = base.contains(&number)
            || here.iter().any(|h| h.choice == number || h.exclusions.contains(&number));
        if !used {
            options.truncate(1);
        }
    }
    let ways = choices.iter().try_fold(1usize, |n, c| n.checked_mul(c.len())).filter(|n| *n <= 4096)?;
    let loose = choices.iter().filter(|c| c.len() > 1).count();

    let mut total: Option<(Exact, Exact)> = None;
    let mut conflict = false;
    for way in 0..ways {
        let mut rest = way;
        let mut chosen: Vec<Option<Exact>> = Vec::new();
        for options in &choices {
            chosen.push(options[rest % options.len()].clone());
            rest /= options.len();
        }
        // Acts on one list mean the same goods of the line.
        let apart = |a: &Here<'_>, b: &Here<'_>| {
            let same = (a.measure, a.act.list) == (b.measure, b.act.list);
            same && chosen[a.choice].is_some() != chosen[b.choice].is_some()
        };
        if here.iter().any(|a| here.iter().any(|b| apart(a, b))) {
            continue;
        }
        let base = base.iter().filter_map(|b| chosen[*b].clone()).min().unwrap();
        match one_way(book, &here, &chosen, base) {
            None => conflict = true,
            Some(sum) => {
                total = Some(match total {
                    None => (sum.clone(), sum),
                    Some((low, high)) => (low.min(sum.clone()), high.max(sum)),
                });
            }
        }
    }
    Some(Answer { total, conflict, loose, loose_rates })
}

/// The acts in whose place one stands: those that it names, and those that one of these named which is on the same list and
/// does not apply.
fn ousted(measure: &Measure, number: usize, q: &Question<'_>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut names = vec![number];
    while let Some(n) = names.pop() {
        for other in &measure.acts[n].instead_of {
            if *other == number || found.contains(other) {
                continue;
            }
            found.push(*other);
            let act = &measure.acts[*other];
            if act.list == measure.acts[number].list && !applies(&act.steps, q.as_of, q.at) {
                names.push(*other);
            }
        }
    }
    found
}

/// The total where every choice is made; none where two acts replace the base.
fn one_way(book: &Book, here: &[Here<'_>], chosen: &[Option<Exact>], base: Exact) -> Option<Exact> {
    let mut alive: Vec<bool> = here
        .iter()
        .map(|h| chosen[h.choice].is_some() && h.exclusions.iter().all(|e| chosen[*e].is_none()))
        .collect();
    // Authorities from the strongest on: one is looked at when all that it yields to have been.
    let mut done = vec![false; book.authorities.len()];
    while let Some(next) = (0..done.len()).find(|a| {
        !done[*a] && {
            let strongers = &book.authorities[*a].yields_to;
            book.authorities.iter().enumerate().all(|(b, other)| done[b] || !strongers.contains(&other.id))
        }
    }) {
        done[next] = true;
        let strongers = &book.authorities[next].yields_to;
        let yields = here
            .iter()
            .zip(&alive)
            .any(|(h, alive)| *alive && strongers.contains(&book.authorities[h.authority].id));
        for (number, h) in here.iter().enumerate() {
            if yields && h.authority == next {
                alive[number] = false;
            }
        }
        // An act that others replace gives nothing back of what it replaces itself.
        let mine: Vec<usize> = (0..here.len()).filter(|n| here[*n].authority == next && alive[*n]).collect();
        let ousts = |a: usize, b: usize| {
            here[a].measure == here[b].measure && here[a].ousts.contains(&here[b].number)
        };
        for n in &mine {
            alive[*n] = mine.iter().all(|other| other == n || !ousts(*other, *n));
        }
    }

    let rate = |n: usize| chosen[here[n].choice].clone().unwrap();
    let acts = |effect: Effect| {
        (0..here.len()).filter(|n| alive[*n] && here[*n].act.effect == effect).collect::<Vec<usize>>()
    };
    let replacing = acts(Effect::Replace);
    let base = match replacing.as_slice() {
        [] => base,
        [one] => rate(*one),
        _ => return None,
    };
    // What each authority adds.
    let mut added: Vec<Exact> = vec![Exact::zero(); book.authorities.len()];
    let adding = acts(Effect::Add).into_iter().map(|n| (n, rate(n)));
    let topping = acts(Effect::TopUp).into_iter().map(|n| {
        let missing = &rate(n) - &base;
        (n, if missing.is_negative() { Exact::zero() } else { missing })
    });
    for (n, amount) in adding.chain(topping) {
        let authority = here[n].authority;
        added[authority] = match book.authorities[authority].within {
            Within::Sum => &added[authority] + &amount,
            Within::Highest => added[authority].clone().max(amount),
        };
    }
    let mut total = base;
    let mut groups: Vec<&str> = Vec::new();
    for (number, authority) in book.authorities.iter().enumerate() {
        match authority.group.as_deref() {
            None => total = &total + &added[number],
            Some(group) if groups.contains(&group) => {}
            Some(group) => {
                groups.push(group);
                let members = book.authorities.iter().zip(&added);
                let most = members.filter(|(a, _)| a.group.as_deref() == Some(group)).map(|(_, x)| x).max();
                total = &total + most.unwrap();
            }
        }
    }
    for n in acts(Effect::Cap) {
        total = total.min(rate(n));
    }
    for n in acts(Effect::Floor) {
        total = total.max(rate(n));
    }
    Some(total)
}

/// Whether a schedule was known: from its publication, or from its first day.
fn known(schedule: &Schedule, as_of: Option<Date>) -> bool {
    as_of.is_none_or(|day| schedule.published.unwrap_or(schedule.from) <= day)
}

/// What a schedule charges on a line on a day, by what was known at the end of `as_of`.
fn charged<'b>(
    book: &'b Book,
    schedule: &'b Schedule,
    line: &str,
    day: Date,
    as_of: Option<Date>,
) -> Option<&'b Duty> {
    if day < schedule.from || !known(schedule, as_of) {
        return None;
    }
    let speaks = schedule.through.is_none_or(|through| day <= through);
    let last = schedule.read_on.as_ref().map(|read_on| read_on.through).or(schedule.through);
    match as_of {
        _ if speaks => {}
        // Of days to come nothing was known: what was read on the day itself is read on.
        Some(as_of) if day > as_of && last.is_some_and(|last| last < as_of) => return None,
        Some(as_of) if day > as_of => {}
        _ if last.is_some_and(|last| day > last) => return None,
        _ => {}
    }
    // Where it does not speak for the day itself, the next of its kind ends it.
    if schedule.through.is_none_or(|through| day > through) {
        let next = book.schedules.iter().any(|other| {
            other.importer == schedule.importer
                && other.kind == schedule.kind
                && other.origins == schedule.origins
                && other.from > schedule.from
                && other.from <= day
                && known(other, as_of)
        });
        if next {
            return None;
        }
    }
    let told = |row: &&servanda_tariff::ScheduleRow| {
        as_of.is_none_or(|day| schedule.published.unwrap_or(row.from) <= day)
    };
    let begun = schedule.rows.iter().filter(|row| row.line == line && row.from <= day).filter(told);
    let row = begun.max_by_key(|row| row.from)?;
    row.through.is_none_or(|through| day <= through).then_some(&row.duty)
}

/// The lines that stand on a day in what is charged on everybody's goods.
fn standing<'b>(book: &'b Book, q: &Question<'_>, day: Date) -> Vec<&'b str> {
    let general =
        book.schedules.iter().filter(|s| s.importer == q.importer && s.kind == ScheduleKind::MfnApplied);
    let mut out = Vec::new();
    for schedule in general {
        for row in &schedule.rows {
            let line = row.line.as_str();
            if !out.contains(&line) && charged(book, schedule, line, day, q.as_of).is_some() {
                out.push(line);
            }
        }
    }
    out
}

/// The day on which a list was known: its own, or the first of its acts.
pub fn known_on(measure: &Measure, list: usize) -> Option<Date> {
    let acts = measure.acts.iter().filter(|act| act.list == list);
    measure.lists[list].published.or_else(|| acts.filter_map(|act| Some(act.steps.first()?.on)).min())
}

fn has(lines: &[&str], code: &str) -> bool {
    lines.iter().any(|line| meant(code, line).is_some())
}

/// Of codes that no line is, holds, or is a part of: those whose goods the line asked about may hold. Where nothing maps the
/// line, of all codes that were known before it.
pub fn lost<'l>(
    book: &Book,
    codes: &'l [ListLine],
    known: Option<Date>,
    q: &Question<'_>,
) -> Vec<&'l ListLine> {
    let now = standing(book, q, q.at.day());
    let first = book.schedules.iter().map(|s| s.from).min().unwrap();
    if !now.is_empty() && !has(&now, q.line) {
        // It does not stand now: its goods are those that it holds on the days on which it does.
        let mut days = vec![first];
        days.extend((1..books::DAYS).scan(first, |day, _| {
            *day = day.tomorrow().ok()?;
            Some(*day)
        }));
        let all: Vec<_> = days.iter().map(|day| standing(book, q, *day)).collect();
        let mut found: Vec<&ListLine> = Vec::new();
        for (n, day) in days.iter().enumerate() {
            let begins = all[n].contains(&q.line) && (n == 0 || all[n] != all[n - 1]);
            let then = Question { at: Moment::start_of(*day), ..*q };
            for code in if begins { lost(book, codes, known, &then) } else { Vec::new() } {
                if !found.contains(&code) {
                    found.push(code);
                }
            }
        }
        return found;
    }
    if !now.contains(&q.line) {
        return Vec::new();
    }
    let mut before: Vec<Vec<&str>> = Vec::new();
    let mut day = q.at.day();
    while day > first {
        day = day.yesterday().unwrap();
        before.push(standing(book, q, day));
    }
    let mut found = inherited(codes, &now, &before, q);
    for code in unmapped(book, codes, known, q) {
        if !found.contains(&code) {
            found.push(code);
        }
    }
    found
}

/// Codes whose goods a new line may hold that nothing maps: those under the longest beginning that stood before, and, unless
/// that has six digits, those that are gone without a new line.
fn unmapped<'l>(
    book: &Book,
    codes: &'l [ListLine],
    known: Option<Date>,
    q: &Question<'_>,
) -> Vec<&'l ListLine> {
    if codes.iter().any(|entry| has(&[q.line], &entry.code)) {
        return Vec::new();
    }
    let first = book.schedules.iter().map(|s| s.from).min().unwrap();
    let mut days = vec![first];
    while *days.last().unwrap() < q.at.day() {
        days.push(days.last().unwrap().tomorrow().unwrap());
    }
    let stood: Vec<Vec<&str>> = days.iter().map(|day| standing(book, q, *day)).collect();
    let opens = stood.iter().position(|lines| !lines.is_empty()).unwrap();
    let born = stood.iter().position(|lines| has(lines, q.line)).unwrap();
    if born == opens || known.is_some_and(|known| days[born] <= known) {
        return Vec::new();
    }
    let earlier = |start: &str| stood[..born].iter().flatten().any(|line| line.starts_with(start));
    let within = (2..=6).rev().map(|end| &q.line[..end.min(q.line.len())]).find(|start| earlier(start));
    let six = within.is_some_and(|start| start.len() == 6.min(q.line.len()));
    // A line that is gone may have become any new one under the longest beginning that both have: of the same six digits where
    // these stood before, else of the same four.
    let digits = if six { 6 } else { 4 };
    let followed = stood[..born].iter().flatten().any(|gone| {
        let last = stood[..born].iter().rposition(|lines| has(lines, gone)).unwrap();
        gone.get(..digits) == q.line.get(..digits)
            && (last + 1..stood.len()).any(|day| {
                let lines = &stood[day];
                let shared = |line: &str| (2..gone.len()).rev().find(|end| line.starts_with(&gone[..*end]));
                !lines.is_empty()
                    && !has(lines, gone)
                    && stood[last + 1..day].iter().all(|lines| !has(lines, gone))
                    && has(lines, q.line)
                    && lines.iter().filter_map(|line| shared(line)).max() == shared(q.line)
            })
    });
    if followed {
        return Vec::new();
    }
    let lost = |code: &str| {
        let lines = &stood[born];
        let last = stood[..born].iter().rposition(|lines| has(lines, code));
        let under = (2..code.len()).rev().map(|end| &code[..end]);
        let under = under.map(|start| lines.iter().filter(|l| l.starts_with(start)).collect::<Vec<_>>());
        let near = under.into_iter().find(|lines| !lines.is_empty()).unwrap_or_default();
        let new = near.iter().any(|line| last.is_some_and(|last| !has(&stood[last], line)));
        !has(lines, code) && !new
    };
    let here = |entry: &&ListLine| {
        let mut own = own_codes(&entry.code, &stood[..born]).into_iter();
        within.is_some_and(|start| entry.code.starts_with(start)) || (!six && own.any(lost))
    };
    codes.iter().filter(here).collect()
}

/// A listed code, and every line that stood under it: their goods are the code's, whatever becomes of their digits.
fn own_codes<'c>(code: &'c str, stood: &[Vec<&'c str>]) -> BTreeSet<&'c str> {
    let under = stood.iter().flatten().copied().filter(|line| line.starts_with(code));
    under.chain([code]).collect()
}

/// Codes that have no line now, and whose goods the line may hold as one of those that stand in their place.
fn inherited<'l>(
    codes: &'l [ListLine],
    now: &[&str],
    before: &[Vec<&str>],
    q: &Question<'_>,
) -> Vec<&'l ListLine> {
    let may_hold = |code: &str| {
        if has(now, code) {
            return false;
        }
        // How it was when the code had a line last.
        let then = before.iter().find(|lines| has(lines, code));
        for end in (2..code.len()).rev() {
            let under: Vec<&&str> = now.iter().filter(|line| line.starts_with(&code[..end])).collect();
            let new: Vec<&&&str> =
                under.iter().filter(|line| then.is_some_and(|then| !then.contains(**line))).collect();
            if !new.is_empty() {
                return new.iter().any(|line| ***line == q.line);
            }
            if !under.is_empty() {
                return under.iter().any(|line| **line == q.line);
            }
        }
        false
    };
    let listed = |entry: &&ListLine| {
        meant(&entry.code, q.line).is_none() && own_codes(&entry.code, before).into_iter().any(may_hold)
    };
    codes.iter().filter(listed).collect()
}

/// The ends of what a rate can be.
fn samples(duty: &Duty) -> Vec<Option<Exact>> {
    let (low, high) = match duty {
        Duty::Formula { percent, specific } if specific.is_empty() => (percent.clone(), percent.clone()),
        Duty::Formula { percent, .. } => (percent.clone(), Exact::integer(BIG)),
        Duty::Between { low, high } => (low.clone(), high.clone()),
        Duty::Unparsed(_) | Duty::Missing => (Exact::zero(), Exact::integer(BIG)),
    };
    if low == high { vec![Some(low)] } else { vec![Some(low), Some(high)] }
}

/// Whether an act applies at a minute, by its steps known at the end of a day.
fn applies(steps: &[Step], as_of: Option<Date>, at: Moment) -> bool {
    let mut plan: Vec<(Moment, Option<Moment>)> = Vec::new();
    // The end that was said last: it stands where what is put off or resumed has none of its own.
    let mut end: Option<Moment> = None;
    for step in steps.iter().filter(|s| as_of.is_none_or(|day| s.on <= day)) {
        let when = step.effective.unwrap_or(Moment::start_of(step.on));
        match step.does {
            Does::Void => plan.clear(),
            Does::Arm | Does::Postpone | Does::Resume => {
                if step.does == Does::Arm || step.until.is_some() {
                    end = step.until;
                }
                if step.does != Does::Resume {
                    // What was to come does not come at its former time.
                    plan.retain(|(from, _)| *from < Moment::end_of(step.on));
                }
                stop(&mut plan, when);
                plan.push((when, end));
            }
            Does::Suspend | Does::End | Does::Lapse => stop(&mut plan, when),
        }
    }
    plan.iter().any(|(from, until)| *from <= at && until.is_none_or(|until| at < until))
}

/// Nothing of a plan stands from a minute on.
fn stop(plan: &mut Vec<(Moment, Option<Moment>)>, when: Moment) {
    plan.retain(|(from, _)| *from < when);
    for (_, until) in plan.iter_mut() {
        *until = Some(until.map_or(when, |u| u.min(when)));
    }
}

/// Whether the goods have relief as goods on their way.
fn on_its_way(act: &Act, q: &Question<'_>) -> bool {
    let known = act.in_transit.iter().filter(|t| q.as_of.is_none_or(|day| t.on <= day));
    let Some((newest, shipment)) = known.max_by_key(|t| t.on).zip(q.shipment) else { return false };
    Moment::start_of(shipment.exported) < newest.exported_before
        && Moment::start_of(shipment.entered) < newest.entered_before
}

/// Whether some goods of a line are meant by a code, and whether all of them are.
fn meant(code: &str, line: &str) -> Option<bool> {
    if line.starts_with(code) {
        Some(true)
    } else if code.starts_with(line) {
        Some(false)
    } else {
        None
    }
}

/// With what rates, if any, an act can apply to goods of a line.
fn act_options(book: &Book, measure: &Measure, act: &Act, q: &Question<'_>) -> Vec<Option<Exact>> {
    let line = q.line;
    let list = &measure.lists[act.list];
    let duty = |entry: &ListLine| match &act.rate {
        ActRate::One(duty) => duty.clone(),
        ActRate::ByLine => entry.duty.clone().unwrap_or(Duty::Missing),
    };
    let Some(lines) = &list.lines else {
        return match &act.rate {
            ActRate::One(duty) => samples(duty),
            ActRate::ByLine => Vec::new(),
        };
    };
    let mut options: Vec<Option<Exact>> = Vec::new();
    let mut all_goods = false;
    // The code nearest to the line from above speaks for it; codes below it for their parts.
    let above = lines.iter().filter(|l| meant(&l.code, line) == Some(true));
    let nearest = above.max_by_key(|l| l.code.len());
    let below = lines.iter().filter(|l| meant(&l.code, line) == Some(false));
    let mut entries: Vec<&ListLine> = nearest.into_iter().chain(below).collect();
    if entries.is_empty() {
        // The line may hold goods of codes that have none of their own.
        let inherited = lost(book, lines, known_on(measure, act.list), q);
        if inherited.is_empty() {
            return Vec::new();
        }
        entries = inherited;
    }
    for entry in entries {
        all_goods |= meant(&entry.code, line) == Some(true) && !entry.part;
        for option in samples(&duty(entry)) {
            if !options.contains(&option) {
                options.push(option);
            }
        }
    }
    if !all_goods {
        options.push(None);
    }
    options
}

/// Whether an exclusion takes goods of the line out: `None` here is "it does not". No answer: it has nothing to do with them.
fn exclusion_options(book: &Book, exclusion: &Exclusion, q: &Question<'_>) -> Option<Vec<Option<Exact>>> {
    if q.as_of.is_some_and(|day| exclusion.published > day) || q.at < exclusion.from {
        return None;
    }
    if exclusion.until.is_some_and(|until| q.at >= until) {
        return None;
    }
    let out = Some(Exact::zero());
    // The code nearest to the line from above speaks for it, as in a list; codes below it mean parts.
    let above = exclusion.codes.iter().filter(|c| meant(&c.code, q.line) == Some(true));
    let found = match above.max_by_key(|c| c.code.len()) {
        Some(nearest) => Some(!nearest.part && !exclusion.below_line),
        None if exclusion.codes.iter().any(|c| meant(&c.code, q.line).is_some()) => Some(false),
        None => (!lost(book, &exclusion.codes, Some(exclusion.published), q).is_empty()).then_some(false),
    };
    found.map(|whole| if whole { vec![out] } else { vec![None, out] })
}
