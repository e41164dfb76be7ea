//! The engine beside a naive second implementation on random books, and what must hold of every answer.

mod naive;

use jiff::civil::{Date, DateTime};
use naive::books::{DAYS, LINES, ORIGINS, Tape, book, day, measure, party};
use naive::{Answer, BIG, Question, answer};
use proptest::prelude::*;
use servanda_core::Exact;
use servanda_tariff::{
    Act, Base, Bears, Book, Charged, Fate, HeldActs, Interval, Missing, MissingEffect, Moment, Origins,
    Panel, Points, Shipment, Stretch, TariffError, UnitValue,
};
use std::collections::BTreeMap;
use std::sync::Arc;

fn cases() -> ProptestConfig {
    let cases = std::env::var("SERVANDA_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(256);
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() }
}

/// What a random book is made from; only the book is printed.
#[derive(Clone)]
struct Bytes(Vec<u8>);

impl std::fmt::Debug for Bytes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for authority in book(&self.0).authorities {
            let (id, yields) = (authority.id, authority.yields_to);
            writeln!(
                f,
                "authority {id}, {:?}, group {:?}, yields to {yields:?}",
                authority.within, authority.group
            )?;
        }
        for measure in book(&self.0).measures {
            writeln!(f, "measure {} under {} for {:?}", measure.id, measure.authority, measure.origins)?;
            for act in &measure.acts {
                let codes = measure.lists[act.list].lines.as_ref().map(|all| {
                    let each = all.iter().map(|l| format!("{} {:?} {}", l.code, l.duty, l.part));
                    each.collect::<Vec<_>>()
                });
                writeln!(
                    f,
                    "  {} {:?} {:?} on {codes:?} instead of {:?}",
                    act.id, act.effect, act.rate, act.instead_of
                )?;
                for s in &act.steps {
                    writeln!(f, "    {} {:?} {:?} until {:?}", s.on, s.does, s.effective, s.until)?;
                }
                writeln!(f, "    {:?}", act.in_transit)?;
            }
            for e in &measure.exclusions {
                let codes: Vec<_> = e.codes.iter().map(|c| (&c.code, c.part)).collect();
                writeln!(f, "  {} of {:?} {codes:?} below {}", e.id, e.of, e.below_line)?;
                writeln!(f, "    published {} from {} until {:?}", e.published, e.from, e.until)?;
            }
        }
        for schedule in book(&self.0).schedules {
            let (id, from, through) = (&schedule.id, schedule.from, schedule.through);
            writeln!(f, "schedule {id} from {from} through {through:?} {:?}", schedule.read_on)?;
            for row in &schedule.rows {
                writeln!(f, "  {} {:?} from {} through {:?}", row.line, row.duty, row.from, row.through)?;
            }
        }
        Ok(())
    }
}

fn bytes() -> impl Strategy<Value = Bytes> {
    prop::collection::vec(any::<u8>(), 900).prop_map(Bytes)
}

/// Which line, whose goods, what was known, and whether the goods were on their way.
#[derive(Debug, Clone)]
struct Asked {
    line: &'static str,
    origin: &'static str,
    as_of: Option<Date>,
    shipment: Option<Shipment>,
}

fn asked() -> impl Strategy<Value = Asked> {
    let as_of = prop::option::of((0..DAYS).prop_map(day));
    let shipment = prop::option::of((0..DAYS, 0..DAYS))
        .prop_map(|days| days.map(|(a, b)| Shipment { exported: day(a), entered: day(a.max(b)) }));
    let line = prop::sample::select(LINES.to_vec());
    (line, prop::sample::select(ORIGINS.to_vec()), as_of, shipment)
        .prop_map(|(line, origin, as_of, shipment)| Asked { line, origin, as_of, shipment })
}

/// Every day that books speak of, and more.
fn all_time() -> Stretch {
    Stretch { from: Moment::start_of(day(0)), until: Some(Moment::start_of(day(DAYS + 30))) }
}

fn rates(panel: &Panel<'_>, q: &Asked, stretch: Stretch) -> Result<Vec<Interval>, TariffError> {
    panel.rates(q.line, party(q.origin), stretch, q.shipment)
}

fn panel(book: &Book, as_of: Option<Date>) -> Panel<'_> {
    book.panel(party("USA"), as_of).unwrap()
}

fn before(moment: Moment) -> Moment {
    Moment::at(DateTime::from(moment).checked_sub(jiff::Span::new().minutes(1)).unwrap())
}

/// What is asked of an interval, with acts by name.
type Named = (Points, Points, Base, Vec<(String, Points, bool, String)>);

fn named(panel: &Panel<'_>, interval: &Interval) -> Named {
    let name = |act: usize| panel.acts()[act].name();
    let mut parts: Vec<_> = interval
        .parts
        .iter()
        .map(|part| {
            let fate = match &part.fate {
                Fate::Replaced(by) => format!("replaced by {}", name(*by)),
                Fate::Yields(to) => format!("yields to {}", panel.book.authorities[*to].id),
                Fate::Excluded(number) => {
                    format!("excluded by {}", panel.acts()[part.act].measure.exclusions[*number].id)
                }
                other => format!("{other:?}"),
            };
            (name(part.act), part.rate.clone(), part.part, fate)
        })
        .collect();
    parts.sort_by(|a, b| a.0.cmp(&b.0));
    (interval.total.clone(), interval.base_points.clone(), interval.base.clone(), parts)
}

fn all_named(panel: &Panel<'_>, intervals: &[Interval]) -> Vec<(Stretch, Named)> {
    intervals.iter().map(|i| (i.stretch, named(panel, i))).collect()
}

/// The answer at a minute: the interval in which it lies.
fn at(intervals: &[Interval], moment: Moment) -> &Interval {
    intervals.iter().find(|i| i.stretch.has(moment)).unwrap()
}

fn agree(naive: &Answer, engine: Result<&Points, ()>) -> Result<(), String> {
    let Ok(points) = engine else {
        return if naive.conflict {
            Ok(())
        } else {
            Err("the engine alone sees two acts that replace".into())
        };
    };
    let Some((low, high)) = &naive.total else {
        return Err(format!("the engine gives {points}, and two acts replace at once"));
    };
    let big = Exact::integer(BIG);
    let within = points.low <= *low && points.high.as_ref().is_none_or(|most| *high <= *most && *high < big);
    if !within {
        return Err(format!("{points} does not hold {low} to {high}"));
    }
    let one_part = naive.loose == 1 && !naive.loose_rates && !naive.conflict;
    let same = points.low == *low && points.high.as_ref() == Some(high);
    if (naive.loose == 0 || one_part) && !same {
        return Err(format!("{points} is not {low} to {high}, with {} loose ends", naive.loose));
    }
    Ok(())
}

fn engine_is_naive(book: &Book, q: &Asked) -> Result<(), TestCaseError> {
    let panel = panel(book, q.as_of);
    let mut moments: Vec<Moment> =
        (0..DAYS + 2).flat_map(|n| [Moment::start_of(day(n)), Moment::at(day(n).at(13, 2, 0, 0))]).collect();
    if let Ok(intervals) = rates(&panel, q, all_time()) {
        for stretch in intervals.iter().map(|i| i.stretch) {
            moments.push(stretch.from);
            moments.extend(stretch.until.map(before));
        }
    }
    for moment in moments {
        let asked = Question {
            importer: party("USA"),
            line: q.line,
            origin: party(q.origin),
            at: moment,
            as_of: q.as_of,
            shipment: q.shipment,
        };
        let Some(naive) = answer(book, &asked) else { continue };
        let minute = Stretch { from: moment, until: Some(moment_after(moment)) };
        let engine = rates(&panel, q, minute);
        let points = match &engine {
            Ok(intervals) => Ok(&at(intervals, moment).total),
            Err(_) => Err(()),
        };
        if let Err(why) = agree(&naive, points) {
            return Err(TestCaseError::fail(format!("at {moment}: {why}\n{engine:#?}\n{naive:?}")));
        }
    }
    Ok(())
}

/// Two minutes on, so that the start of a day does not end where it begins.
fn moment_after(moment: Moment) -> Moment {
    Moment::at(DateTime::from(moment).checked_add(jiff::Span::new().minutes(2)).unwrap())
}

/// A book from which all that was made known later is gone.
fn forget(book: &Book, as_of: Date) -> Book {
    let mut book = book.clone();
    for measure in &mut book.measures {
        let mut known = measure.as_ref().clone();
        known.exclusions.retain(|e| e.published <= as_of);
        for act in &mut known.acts {
            act.steps.retain(|s| s.on <= as_of);
            act.in_transit.retain(|t| t.on <= as_of);
        }
        *measure = Arc::new(known);
    }
    book.schedules.retain(|s| s.known(Some(as_of)));
    for schedule in &mut book.schedules {
        let mut known = schedule.as_ref().clone();
        known.rows.retain(|row| known.published.unwrap_or(row.from) <= as_of);
        *schedule = Arc::new(known);
    }
    book.held.retain(|h| h.said.is_none_or(|said| said <= as_of));
    for held in &mut book.held {
        held.missing.retain(|m| m.said.is_none_or(|said| said <= as_of));
    }
    book
}

/// Acts that are missing, mostly with what they do to which rates.
fn missing(tape: &mut Tape<'_>) -> Missing {
    let said = tape.once_in(2).then(|| day(tape.below(20)));
    let effect = MissingEffect::ALL[[0, 1, 1, 2][tape.below(4)]];
    let from = tape.once_in(2).then(|| tape.below(20));
    let bears = Bears {
        effect,
        lines: tape.once_in(2).then(|| vec!["0101".into(), "87032201".into()]),
        from: from.map(day),
        through: from.filter(|_| tape.once_in(2)).map(|from| day(from + 9)),
        of: match effect {
            MissingEffect::TakesAway => {
                [vec![], vec!["m0".into()], vec!["m0/act-0".into(), "m1/list-0".into()]][tape.below(3)]
                    .clone()
            }
            _ => Vec::new(),
        },
    };
    Missing { text: "more".into(), said, bears: (!tape.once_in(4)).then_some(bears) }
}

/// What is said of a line of an origin on a day: whether anybody declares that all acts but some are held, and which may bear.
fn lacking<'h>(book: &'h Book, q: &Asked, on: Date) -> (bool, Vec<&'h Bears>) {
    let said = |said: Option<Date>| said.is_none_or(|said| q.as_of.is_none_or(|as_of| said <= as_of));
    let within = |from: Option<Date>, through: Option<Date>| {
        from.is_none_or(|d| d <= on) && through.is_none_or(|d| on <= d)
    };
    let touches = |code: &String| q.line.starts_with(code.as_str()) || code.starts_with(q.line);
    let speaks = |h: &&HeldActs| {
        let ours = h.origins.has(party(q.origin)) && said(h.said) && within(Some(h.from), h.through);
        ours && !h.except.iter().any(touches)
    };
    let speaking: Vec<&HeldActs> = book.held.iter().filter(speaks).collect();
    let missing = speaking.iter().flat_map(|h| &h.missing).filter(|m| said(m.said));
    let bearing = missing.filter_map(|m| m.bears.as_ref()).filter(|b| {
        within(b.from, b.through) && b.lines.as_ref().is_none_or(|lines| lines.iter().any(touches))
    });
    (!speaking.is_empty(), bearing.collect())
}

/// Whether an act of a measure is among those that may be taken away.
fn takes(bears: &Bears, measure: &servanda_tariff::Measure, act: &Act) -> bool {
    let names = [
        measure.id.clone(),
        format!("{}/{}", measure.id, act.id),
        format!("{}/{}", measure.id, measure.lists[act.list].id),
    ];
    bears.effect == MissingEffect::TakesAway
        && (bears.of.is_empty() || bears.of.iter().any(|n| names.contains(n)))
}

/// The book after what was missing is entered: exclusions of the line from the acts that they may take away, in whole or in
/// part, or an act on it.
fn entered(book: &Book, bears: &Bears, line: &str, part: bool) -> Book {
    let mut book = book.clone();
    let codes = vec![servanda_tariff::ListLine { code: line.into(), duty: None, part: false, row: 2 }];
    let always = Moment::start_of(day(0));
    if bears.effect == MissingEffect::Adds {
        let mut added = measure("added", "added", &mut Tape(&[]));
        added.origins = Origins::AllBut(Vec::new());
        added.lists[0].lines = Some(codes);
        added.acts[0].effect = servanda_tariff::Effect::Add;
        added.acts[0].steps[0].on = day(0);
        added.acts[0].steps[0].effective = Some(always);
        added.acts[0].steps[0].until = None;
        book.measures.push(Arc::new(added));
        return book;
    }
    for own in &mut book.measures {
        let own = Arc::make_mut(own);
        let of: Vec<usize> = (0..own.acts.len()).filter(|n| takes(bears, own, &own.acts[*n])).collect();
        if !of.is_empty() {
            own.exclusions.push(servanda_tariff::Exclusion {
                id: "entered".into(),
                title: "an exclusion".into(),
                of,
                codes: codes.clone(),
                file: None,
                below_line: part,
                published: day(0),
                from: always,
                until: None,
                cite: "a cite".into(),
                certainty: servanda_agreement::Certainty::Primary,
            });
        }
    }
    book
}

/// What is said of the acts that are held: never nothing, so that silence is no claim.
fn held(tape: &mut Tape<'_>) -> Vec<HeldActs> {
    let one = |tape: &mut Tape<'_>| {
        let from = tape.below(20);
        HeldActs {
            importer: party("USA"),
            origins: if tape.once_in(2) {
                Origins::Only(vec![party("CHN")])
            } else {
                Origins::AllBut(Vec::new())
            },
            from: day(from),
            through: tape.once_in(2).then(|| day(from + tape.below(20))),
            except: if tape.once_in(3) { vec!["870322".into()] } else { Vec::new() },
            missing: (0..=tape.below(3)).map(|_| missing(tape)).collect(),
            said: tape.once_in(2).then(|| day(tape.below(DAYS))),
        }
    };
    let always = HeldActs { except: Vec::new(), said: None, ..one(tape) };
    vec![always, one(tape), one(tape)]
}

/// Whether an act can mean a line at all: by its digits, as an heir of a code of the same chapter, or as a new line that may
/// hold goods of any code without a line.
fn could_mean(book: &Book, added: &servanda_tariff::Measure, act: &Act, line: &str) -> bool {
    let begins =
        |s: &servanda_tariff::Schedule| s.rows.iter().filter(|r| r.line == line).map(|r| r.from).min();
    let new =
        book.schedules.iter().filter_map(|s| begins(s)).min() > book.schedules.iter().map(|s| s.from).min();
    match &added.lists[act.list].lines {
        None => true,
        Some(codes) => new || codes.iter().any(|c| c.code[..2] == line[..2]),
    }
}

/// Intervals without their acts, neighbours of one total and base joined.
fn joined(intervals: Vec<Interval>) -> Vec<Charged> {
    let mut out: Vec<Charged> = Vec::new();
    for i in intervals {
        match out.last_mut() {
            Some(last) if last.total == i.total && last.base == i.base_points => {
                last.stretch.until = i.stretch.until;
            }
            _ => out.push(Charged { stretch: i.stretch, total: i.total, base: i.base_points }),
        }
    }
    out
}

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn a_table_holds_the_rates_of_its_panel(bytes in bytes(), q in asked(), valued in any::<bool>()) {
        let book = book(&bytes.0);
        // Each line is worth something else.
        let worth = LINES.iter().zip(2..).filter(|_| valued).map(|(line, dollars)| {
            let dollars = Exact::integer(dollars);
            (String::from(*line), UnitValue { unit: "kg".into(), dollars })
        });
        let worth: BTreeMap<String, UnitValue> = worth.collect();
        let (of_table, one_by_one) = (panel(&book, q.as_of), panel(&book, q.as_of));
        let (of_table, one_by_one) = (of_table.with_unit_values(worth.clone()), one_by_one.with_unit_values(worth));
        let origins = ORIGINS.map(party);
        let single = |line: &str, origin| one_by_one.rates(line, origin, all_time(), None);
        let Ok(table) = of_table.table(&origins, all_time()) else {
            let mut all = one_by_one.all_lines().flat_map(|line| origins.map(|origin| (line, origin)));
            prop_assert!(all.any(|(line, origin)| single(line, origin).is_err()));
            return Ok(());
        };
        prop_assert!(table.lines().iter().copied().eq(one_by_one.all_lines()));
        for line in table.lines() {
            for origin in origins {
                let rates = joined(single(line, origin)?);
                prop_assert_eq!(table.rates(line, origin), rates.as_slice(), "{} {}", line, origin);
                for charged in &rates {
                    prop_assert_eq!(table.at(line, origin, charged.stretch.from), Some(charged));
                }
            }
        }
    }

    #[test]
    fn the_engine_and_the_naive_implementation_agree(bytes in bytes(), q in asked()) {
        engine_is_naive(&book(&bytes.0), &q)?;
    }

    #[test]
    fn intervals_follow_each_other_without_gap_or_repetition(bytes in bytes(), q in asked(), open in any::<bool>()) {
        let book = book(&bytes.0);
        let panel = panel(&book, q.as_of);
        let stretch = if open { Stretch { until: None, ..all_time() } } else { all_time() };
        if let Ok(intervals) = rates(&panel, &q, stretch) {
            prop_assert_eq!(intervals.first().map(|i| i.stretch.from), Some(stretch.from));
            prop_assert_eq!(intervals.last().map(|i| i.stretch.until), Some(stretch.until));
            for pair in intervals.windows(2) {
                prop_assert_eq!(pair[0].stretch.until, Some(pair[1].stretch.from));
                prop_assert!(pair[0].stretch.from < pair[1].stretch.from);
                let mut later = pair[1].clone();
                later.stretch = pair[0].stretch;
                prop_assert_ne!(&pair[0], &later);
            }
        }
    }

    #[test]
    fn a_measure_changes_nothing_outside_its_scope(bytes in bytes(), more in bytes(), q in asked()) {
        let former = book(&bytes.0);
        let added = measure("new", "a", &mut Tape(&more.0));
        let mut later = former.clone();
        later.measures.push(Arc::new(added.clone()));
        let (old, new) = (panel(&former, q.as_of), panel(&later, q.as_of));
        let Ok(before) = rates(&old, &q, all_time()) else { return Ok(()) };
        let touching: Vec<Stretch> = added
            .acts
            .iter()
            .filter(|act| added.origins.has(party(q.origin)) && could_mean(&former, &added, act, q.line))
            .flat_map(|act| act.known(q.as_of).stretches)
            .collect();
        for n in 0..DAYS + 2 {
            let moment = Moment::start_of(day(n));
            if touching.iter().any(|s| s.has(moment)) {
                continue;
            }
            let minute = Stretch { from: moment, until: Some(moment_after(moment)) };
            let after = rates(&new, &q, minute).unwrap();
            let outside = named(&new, at(&after, moment));
            prop_assert_eq!(named(&old, at(&before, moment)), outside, "{}", moment);
        }
    }

    #[test]
    fn order_does_not_matter(bytes in bytes(), q in asked(), turn in 0usize..6) {
        let book = book(&bytes.0);
        let mut turned = book.clone();
        turned.schedules.reverse();
        turned.authorities.reverse();
        let count = turned.measures.len();
        turned.measures.rotate_left(turn % count);
        if turn % 2 == 1 {
            turned.measures.reverse();
        }
        let (one, other) = (panel(&book, q.as_of), panel(&turned, q.as_of));
        let first = rates(&one, &q, all_time());
        let second = rates(&other, &q, all_time());
        prop_assert_eq!(first.is_ok(), second.is_ok());
        if let (Ok(first), Ok(second)) = (first, second) {
            prop_assert_eq!(all_named(&one, &first), all_named(&other, &second));
        }
    }

    #[test]
    fn removing_a_measure_restores_the_rates(bytes in bytes(), more in bytes(), q in asked()) {
        let former = book(&bytes.0);
        let mut changed = former.clone();
        changed.measures.insert(0, Arc::new(measure("new", "a", &mut Tape(&more.0))));
        let _ = rates(&panel(&changed, q.as_of), &q, all_time());
        changed.measures.retain(|m| m.id != "new");
        let (old, new) = (panel(&former, q.as_of), panel(&changed, q.as_of));
        prop_assert_eq!(rates(&old, &q, all_time()), rates(&new, &q, all_time()));
    }

    /// Where nobody declares that all acts but some are held, both bounds are open; where duties may be missing, the one above;
    /// where nothing bears on the line, the rate is what the acts that are held make of it.
    #[test]
    fn where_acts_may_not_be_held_the_bounds_are_open(bytes in bytes(), q in asked()) {
        let mut book = book(&bytes.0);
        book.held = held(&mut Tape(&bytes.0));
        let panel = panel(&book, q.as_of);
        let Ok(found) = rates(&panel, &q, all_time()) else { return Ok(()) };
        for n in 0..DAYS + 2 {
            let rate = at(&found, Moment::start_of(day(n)));
            let (declared, bearing) = lacking(&book, &q, day(n));
            let either = bearing.iter().any(|b| b.effect == MissingEffect::Either);
            let open = |low: &Exact| Points { low: low.min(&rate.total.low).clone(), high: None };
            if !declared || either {
                prop_assert_eq!(rate.bounds(), open(&rate.base_points.low));
            } else if bearing.is_empty() {
                prop_assert_eq!(&rate.open, &None);
            } else if bearing.iter().any(|b| b.effect == MissingEffect::Adds) {
                prop_assert_eq!(rate.bounds().high, None);
            } else {
                prop_assert_eq!(rate.bounds().or(&rate.total), rate.bounds());
            }
            prop_assert_eq!(rate.lacking(), rate.open.is_some());
            prop_assert_eq!(panel.missing(party(q.origin), q.line, rate).is_empty(), !rate.lacking());
        }
    }

    /// Whatever was missing is entered, the rate lies within what it was before.
    #[test]
    fn what_was_missing_lies_within_the_bounds(bytes in bytes(), q in asked(), n in 0..DAYS, part in any::<bool>()) {
        let mut book = book(&bytes.0);
        book.held = held(&mut Tape(&bytes.0));
        let minute = Stretch { from: Moment::start_of(day(n)), until: Some(moment_after(Moment::start_of(day(n)))) };
        let panel = panel(&book, q.as_of);
        let Ok(found) = rates(&panel, &q, minute) else { return Ok(()) };
        let bounds = at(&found, minute.from).bounds();
        let (_, bearing) = lacking(&book, &q, day(n));
        let mut fuller = book.clone();
        for bears in bearing {
            for some in [entered(&book, bears, q.line, part), { fuller = entered(&fuller, bears, q.line, part); fuller.clone() }] {
                let panel = some.panel(party("USA"), q.as_of).unwrap();
                let Ok(rates) = rates(&panel, &q, minute) else { continue };
                let total = &at(&rates, minute.from).total;
                prop_assert_eq!(bounds.or(total), bounds.clone(), "{}", total);
            }
        }
    }

    /// An act whose code lost its line is between not being there and bearing on the line whole, whatever it does.
    #[test]
    fn a_lost_code_lies_between_its_act_dropped_and_applied(bytes in bytes(), q in asked(), n in 0..DAYS) {
        let whole = book(&bytes.0);
        let minute = Stretch { from: Moment::start_of(day(n)), until: Some(moment_after(Moment::start_of(day(n)))) };
        let asked = Question {
            importer: party("USA"),
            line: q.line,
            origin: party(q.origin),
            at: minute.from,
            as_of: q.as_of,
            shipment: q.shipment,
        };
        let panel = panel(&whole, q.as_of);
        let Ok(found) = rates(&panel, &q, minute) else { return Ok(()) };
        let between = at(&found, minute.from).total.clone();
        for applied in [false, true] {
            let mut other = whole.clone();
            for measure in &mut other.measures {
                let measure = Arc::make_mut(measure);
                let known: Vec<_> = (0..measure.lists.len()).map(|list| naive::known_on(measure, list)).collect();
                let lists = measure.lists.iter_mut().zip(known).filter_map(|(l, known)| Some((l.lines.as_mut()?, known)));
                for (codes, known) in lists {
                    let gone = naive::lost(&whole, codes, known, &asked);
                    let gone: Vec<_> = gone.into_iter().cloned().collect();
                    let meant = codes.iter().any(|c| q.line.starts_with(&c.code) || c.code.starts_with(q.line));
                    if applied && !meant && let [only] = gone.as_slice() {
                        codes.push(servanda_tariff::ListLine { code: q.line.into(), ..only.clone() });
                    }
                    codes.retain(|c| !gone.contains(c));
                    codes.sort_by(|a, b| a.code.cmp(&b.code));
                }
            }
            let other_panel = other.panel(party("USA"), q.as_of).unwrap();
            let Ok(rates) = rates(&other_panel, &q, minute) else { continue };
            let total = &at(&rates, minute.from).total;
            let high = between.high.as_ref().zip(total.high.as_ref()).is_none_or(|(most, own)| own <= most);
            let open = between.high.is_none() || total.high.is_some();
            prop_assert!(between.low <= total.low && high && open, "{between} does not hold {total}");
        }
    }

    #[test]
    fn an_as_of_answer_is_the_answer_that_could_be_given_then(bytes in bytes(), q in asked(), n in 0..DAYS) {
        let mut whole = book(&bytes.0);
        let mut tape = Tape(&bytes.0);
        whole.held = held(&mut tape);
        for schedule in &mut whole.schedules {
            // Known from its publication, before or after its first day.
            Arc::make_mut(schedule).published = tape.once_in(3).then(|| day(tape.below(DAYS)));
        }
        let then = forget(&whole, day(n));
        if !then.importers().contains(&party("USA")) {
            return Ok(());
        }
        let (replay, plain) = (panel(&whole, Some(day(n))), panel(&then, Some(day(n))));
        let (replayed, first) = (rates(&replay, &q, all_time()), rates(&plain, &q, all_time()));
        prop_assert_eq!(replayed.is_ok(), first.is_ok());
        if let (Ok(replayed), Ok(first)) = (replayed, first) {
            prop_assert_eq!(all_named(&replay, &replayed), all_named(&plain, &first));
        }
    }
}
