//! Each tariff command's answer as data: the book, the panel and the trade joined.

use crate::request::{
    BasisWord, DaysAsked, Pair, Request, Scope as Asked, TariffAverage, TariffCeiling, TariffCoverage,
    TariffDiff, TariffParity, TariffRate, TariffTimeline, TariffTriggers,
};
use crate::tariff_lines::{
    AskedLines, StatedUnitValue, WeightsOf, Written, check_code, tariff_code, unit_values,
};
use crate::{Workspace, WorkspaceError};
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_core::{Date, Exact, Party};
use servanda_tariff::{
    Average, Basis, Book, Ceiling, Coverage, Diff, Event, Grounds, Moment, Panel, Parity, RateAnswer,
    RateSpan, Scope, Shipment, Side, Stretch, TariffError, Trade, Trigger, UnitValue, Weights, average,
    ceiling, coverage, diff, grounds, parity, rate, rate_timeline, timeline, triggers,
};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What most tariff commands ask about, as it is understood.
#[derive(Debug, Clone)]
struct TariffQuestion {
    importer: Party,
    origin: Party,
    as_of: Option<Date>,
    lines: Option<AskedLines>,
    weights: Option<WeightsOf>,
    /// Figures of trade published by then are used where no day is named.
    today: Date,
}

/// The answer to a timeline: what happened, or the rates of one line.
#[derive(Debug, Clone)]
pub enum LineOrEvents {
    /// A line and its rates through time.
    Line(TariffAnswer<(String, Vec<RateSpan>)>),
    /// What happened, in order.
    Events(Vec<Event>),
}

/// An answer with what it stands on.
#[derive(Debug, Clone)]
pub struct TariffAnswer<A> {
    /// The answer.
    pub answer: A,
    /// What it stands on: one for each importer that was asked about.
    pub grounds: Vec<Grounds>,
    /// Codes asked about of which no line stands on the days asked about.
    pub no_line: Vec<String>,
}

/// Says what the tariffs cannot answer.
pub(crate) fn usage(error: TariffError) -> WorkspaceError {
    let code = match error {
        TariffError::NothingHeld { .. } | TariffError::Trade(_) => Code::NotHeld,
        TariffError::NoSuchAct { .. } => Code::Unknown,
        TariffError::BothReplace(_) => Code::BadFile,
    };
    Problem::new(code, error.to_string()).into()
}

fn in_order(from: Date, to: Date) -> Result<(), WorkspaceError> {
    if from <= to {
        return Ok(());
    }
    Err(Problem::of(
        Code::Conflict,
        Field::From,
        format!("{from} is after {to}, the last day; the first day comes first"),
    )
    .into())
}

/// The day of entry, which has two names.
fn day_of_entry(on: Option<Date>, entered: Option<Date>) -> Result<Option<Date>, WorkspaceError> {
    match (on, entered) {
        (Some(on), Some(entered)) if on != entered => {
            let said = format!("{on} and {entered} differ, and both are the day of entry: give one of them");
            Err(Problem::of(Code::Conflict, Field::Entered, said).into())
        }
        (on, entered) => Ok(on.or(entered)),
    }
}

/// What is asked of one party's charges on another's goods; the field is the other's.
fn about(
    (importer, field, origin): (Party, Field, Party),
    as_of: Option<Date>,
    scope: &Asked,
    today: Date,
) -> Result<TariffQuestion, WorkspaceError> {
    if importer == origin {
        let said = format!("{importer} charges no duty on its own goods; name two parties");
        return Err(Problem::of(Code::Conflict, field, said).into());
    }
    let weights = |text| WeightsOf::parse(Field::Weights, text);
    Ok(TariffQuestion {
        importer,
        origin,
        as_of,
        lines: scope.lines.as_deref().map(AskedLines::read).transpose()?,
        weights: scope.weights.as_deref().map(weights).transpose()?,
        today,
    })
}

impl TariffQuestion {
    fn scope(&self) -> Scope<'_> {
        Scope(self.lines.as_ref().map(|l| &l.set))
    }

    /// What the rates of the lines asked about stand on, on some days; and the codes of which no line stands.
    fn grounds(
        &self,
        panel: &Panel<'_>,
        origin: Party,
        days: &[Date],
    ) -> Result<(Grounds, Vec<String>), WorkspaceError> {
        let scope = self.scope();
        let asked: Vec<(Date, &str)> = days
            .iter()
            .flat_map(|day| panel.lines_on(*day).filter(|line| scope.has(line)).map(|line| (*day, line)))
            .collect();
        let no_line = match &self.lines {
            None => Vec::new(),
            Some(lines) => {
                let found: BTreeSet<usize> =
                    asked.iter().filter_map(|(_, line)| lines.set.classify(line).line).collect();
                let codes = lines.set.labels().iter().enumerate();
                codes.filter(|(n, _)| !found.contains(n)).map(|(_, code)| code.clone()).collect()
            }
        };
        if asked.is_empty() {
            let day = days.first().map(Date::to_string).unwrap_or_default();
            let importer = panel.importer.to_string();
            let said = format!("no line of {importer} that is asked about stands in a schedule on {day}");
            let which = "says which schedules are held";
            return Err(Problem::new(Code::NotHeld, said)
                .run(Command::TariffTimeline, &[(Field::Importer, &importer)], which)
                .into());
        }
        Ok((grounds(panel, origin, asked, None).map_err(usage)?, no_line))
    }

    fn answered<A>(
        &self,
        panel: &Panel<'_>,
        days: &[Date],
        answer: A,
    ) -> Result<TariffAnswer<A>, WorkspaceError> {
        let (found, no_line) = self.grounds(panel, self.origin, days)?;
        Ok(TariffAnswer { answer, grounds: vec![found], no_line })
    }

    /// Each day that is asked about.
    fn days(&self, panel: &Panel<'_>, days: &DaysAsked) -> Result<Vec<Date>, WorkspaceError> {
        match (days.from, days.to) {
            (None, _) | (_, None) => Ok(vec![days.on.unwrap_or(self.today)]),
            (Some(from), Some(to)) => {
                in_order(from, to)?;
                let stretch = Stretch { from: Moment::start_of(from), until: Some(Moment::end_of(to)) };
                let days: BTreeSet<Date> =
                    panel.changes(self.origin, stretch).into_iter().map(Moment::day).collect();
                Ok(days.into_iter().collect())
            }
        }
    }
}

impl Workspace {
    /// The importers of whom schedules or measures are held.
    pub fn importers(&self) -> Result<Vec<Party>, WorkspaceError> {
        Ok(self.tariffs(&[])?.importers().into_iter().collect())
    }

    /// The book of some importers, each of whom is held.
    pub(crate) fn book(&self, importers: &[Party]) -> Result<Arc<Book>, WorkspaceError> {
        let book = self.tariffs(importers)?;
        let held = book.importers();
        match importers.iter().find(|p| !held.contains(p)) {
            None => Ok(book),
            Some(missing) => {
                let all: Vec<String> = self.importers()?.iter().map(Party::to_string).collect();
                let held = if all.is_empty() { "none".to_owned() } else { all.join(", ") };
                Err(usage(TariffError::NothingHeld { importer: *missing, held }))
            }
        }
    }

    fn party(&self, field: Field, text: &str) -> Result<Party, WorkspaceError> {
        if let Some(party) = Party::new(text) {
            return Ok(party);
        }
        let held: Vec<String> = self.importers()?.iter().map(Party::to_string).collect();
        let held = if held.is_empty() { "none".to_owned() } else { held.join(", ") };
        let said = format!(
            "`{text}` is not a party: write three capital letters as in ISO 3166; importers held: {held}"
        );
        Err(Problem::bad_value(field, said).into())
    }

    fn question(&self, pair: &Pair, scope: &Asked, today: Date) -> Result<TariffQuestion, WorkspaceError> {
        let importer = self.party(Field::Importer, &pair.importer)?;
        let origin = self.party(Field::Origin, &pair.origin)?;
        about((importer, Field::Origin, origin), pair.as_of, scope, today)
    }

    /// The book for a question, whose codes are checked against what the importers' codes look like.
    fn book_for(&self, asked: &TariffQuestion, importers: &[Party]) -> Result<Arc<Book>, WorkspaceError> {
        let book = self.book(importers)?;
        if let Some(lines) = &asked.lines {
            lines.check(&importers.iter().map(|p| book.code_lengths(*p)).collect::<Vec<_>>())?;
        }
        Ok(book)
    }

    fn trade(&self, asked: &TariffQuestion, origin: Party) -> Result<Option<Trade>, WorkspaceError> {
        let trade = asked.weights.as_ref().map(|w| {
            self.weights(&w.source, asked.importer, origin, w.year, asked.as_of.unwrap_or(asked.today))
        });
        trade.transpose()
    }

    /// The rates of a code on a day; with a day of export, of goods exported then. Gives the unit values that were named too.
    pub fn tariff_rate(
        &self,
        request: &TariffRate,
        today: Date,
    ) -> Result<(TariffAnswer<RateAnswer>, BTreeMap<String, StatedUnitValue>), WorkspaceError> {
        let on = day_of_entry(request.on, request.entered)?.unwrap_or(today);
        let asked = &self.question(&request.pair, &Asked::default(), today)?;
        let code = &*tariff_code(&Written::field(Field::Line), &request.line)?;
        let unit_values = request.unit_values.as_deref().map(unit_values).transpose()?.unwrap_or_default();
        let exported = request.exported;
        if let Some(exported) = exported.filter(|exported| *exported > on) {
            return Err(WorkspaceError::from(Problem::of(
                Code::Conflict,
                Field::Exported,
                format!("{exported} is after the day of entry, {on}; goods leave before they enter"),
            )));
        }
        let book = self.book_for(asked, &[asked.importer])?;
        let lengths = book.code_lengths(asked.importer);
        check_code(&lengths, &Written::field(Field::Line), code)?;
        for (line, stated) in &unit_values {
            check_code(&lengths, &stated.place, line)?;
        }
        let values: BTreeMap<String, UnitValue> =
            unit_values.iter().map(|(line, stated)| (line.clone(), stated.value.clone())).collect();
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?.with_unit_values(values);
        let answer = rate(&panel, asked.origin, code, on, exported).map_err(usage)?;
        let shipment = exported.map(|exported| Shipment { exported, entered: on });
        let lines = answer.lines.iter().map(|l| (on, l.line.as_str()));
        let found = grounds(&panel, asked.origin, lines, shipment).map_err(usage)?;
        Ok((TariffAnswer { answer, grounds: vec![found], no_line: Vec::new() }, unit_values))
    }

    /// Average rates, one for each day.
    pub fn tariff_average(
        &self,
        request: &TariffAverage,
        today: Date,
    ) -> Result<TariffAnswer<Vec<Average>>, WorkspaceError> {
        request.check()?;
        let asked = &self.question(&request.pair, &request.scope, today)?;
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let days = asked.days(&panel, &request.days)?;
        let trade = self.trade(asked, asked.origin)?;
        let weights = trade.as_ref().map_or(Weights::Simple, Weights::Trade);
        let of = |day: &Date| average(&panel, asked.origin, asked.scope(), *day, None, weights);
        let answer = days.iter().map(of).collect::<Result<Vec<_>, _>>().map_err(usage)?;
        asked.answered(&panel, &days, answer)
    }

    /// How much is under additional duties, one answer for each day.
    pub fn tariff_coverage(
        &self,
        request: &TariffCoverage,
        today: Date,
    ) -> Result<TariffAnswer<Vec<Coverage>>, WorkspaceError> {
        request.check()?;
        let asked = &self.question(&request.pair, &request.scope, today)?;
        let only = (!request.only.is_empty()).then_some(request.only.as_slice());
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let days = asked.days(&panel, &request.days)?;
        let trade = self.trade(asked, asked.origin)?;
        let weights = trade.as_ref().map_or(Weights::Simple, Weights::Trade);
        let of = |day: &Date| coverage(&panel, asked.origin, asked.scope(), *day, None, weights, only);
        let answer = days.iter().map(of).collect::<Result<Vec<_>, _>>().map_err(usage)?;
        asked.answered(&panel, &days, answer)
    }

    /// Whether the importer's rates are not above another party's (the origin of the question), code by code.
    pub fn tariff_parity(
        &self,
        request: &TariffParity,
        today: Date,
    ) -> Result<TariffAnswer<Parity>, WorkspaceError> {
        request.check()?;
        let importer = self.party(Field::Importer, &request.importer)?;
        let other = self.party(Field::Against, &request.against)?;
        let asked = &about((importer, Field::Against, other), request.as_of, &request.scope, today)?;
        let on = request.on.unwrap_or(today);
        let against_on = request.against_on.unwrap_or(on);
        let basis = match request.basis {
            BasisWord::Mfn => Basis::Mfn,
            BasisWord::Charged => Basis::Charged,
        };
        let digits = usize::from(request.digits);
        let (importer, against) = (asked.importer, asked.origin);
        let book = self.book_for(asked, &[importer, against])?;
        let one = book.panel(importer, asked.as_of).map_err(usage)?;
        let other = book.panel(against, asked.as_of).map_err(usage)?;
        let trade = self.trade(asked, against)?;
        let answer = parity(
            Side { panel: &one, origin: against, day: on },
            Side { panel: &other, origin: importer, day: against_on },
            basis,
            digits,
            trade.as_ref(),
            asked.scope(),
        )
        .map_err(usage)?;
        let (mut first, no_line) = asked.grounds(&one, against, &[on])?;
        let (mut second, also) = asked.grounds(&other, importer, &[against_on])?;
        if basis == Basis::Mfn {
            // MFN rates rest on no act.
            for own in [&mut first, &mut second] {
                own.acts.clear();
                own.not_held.clear();
                own.other_editions.clear();
                (own.lacking, own.may_be_higher, own.may_be_lower) = (0, 0, 0);
            }
        }
        let no_line = no_line.into_iter().filter(|code| also.contains(code)).collect();
        Ok(TariffAnswer { answer, grounds: vec![first, second], no_line })
    }

    /// Which lines are charged more than a ceiling.
    pub fn tariff_ceiling(
        &self,
        request: &TariffCeiling,
        today: Date,
    ) -> Result<TariffAnswer<Ceiling>, WorkspaceError> {
        let percent = Exact::parse(request.ceiling.trim_end_matches('%'));
        let most = &percent.ok().filter(|x| !x.is_negative()).ok_or_else(|| {
            let said = format!("`{}` is not a percentage; write a number such as 15 or 7.5", request.ceiling);
            Problem::bad_value(Field::Ceiling, said)
        })?;
        let asked = &self.question(&request.pair, &request.scope, today)?;
        let on = request.on.unwrap_or(today);
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let trade = self.trade(asked, asked.origin)?;
        let answer =
            ceiling(&panel, asked.origin, asked.scope(), on, None, most, trade.as_ref()).map_err(usage)?;
        asked.answered(&panel, &[on], answer)
    }

    /// What differs between two days.
    pub fn tariff_diff(
        &self,
        request: &TariffDiff,
        today: Date,
    ) -> Result<TariffAnswer<Diff>, WorkspaceError> {
        let scope = Asked { weights: None, lines: request.lines.clone() };
        let asked = &self.question(&request.pair, &scope, today)?;
        let (from, to) = (request.from, request.to);
        in_order(from, to)?;
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let answer = diff(&panel, asked.origin, asked.scope(), from, to, None).map_err(usage)?;
        asked.answered(&panel, &[from, to], answer)
    }

    /// What happened, in order, as far as it was known at the end of the day asked; of a line, its rates through time.
    pub fn tariff_timeline(
        &self,
        request: &TariffTimeline,
        today: Date,
    ) -> Result<LineOrEvents, WorkspaceError> {
        request.check()?;
        let party =
            |field, text: &Option<String>| text.as_deref().map(|text| self.party(field, text)).transpose();
        let importer = party(Field::Importer, &request.importer)?;
        let origin = party(Field::Origin, &request.origin)?;
        let TariffTimeline { from, to, as_of, .. } = *request;
        if let (Some(line), Some(importer), Some(origin)) = (&request.line, importer, origin) {
            let code = tariff_code(&Written::field(Field::Line), line)?;
            let asked = about((importer, Field::Origin, origin), as_of, &Asked::default(), today)?;
            return Ok(LineOrEvents::Line(self.tariff_line(&asked, &code, from, to)?));
        }
        let measure = request.measure.as_deref();
        if let (Some(from), Some(to)) = (from, to) {
            in_order(from, to)?;
        }
        let book = self.book(importer.as_slice())?;
        if let Some(id) = measure.filter(|id| !book.measures.iter().any(|m| m.id == **id)) {
            let held: Vec<&str> = book.measures.iter().map(|m| m.id.as_str()).collect();
            return Err(WorkspaceError::from(Problem::unknown(
                Field::Measure,
                format!("there is no measure `{id}`; there are {}", held.join(", ")),
            )));
        }
        Ok(LineOrEvents::Events(timeline(&book, importer, origin, measure, from, to, as_of)))
    }

    /// The rates of one line through time. Without a first day, from the first one that a schedule speaks for; without a
    /// last one, up to today.
    fn tariff_line(
        &self,
        asked: &TariffQuestion,
        code: &str,
        from: Option<Date>,
        to: Option<Date>,
    ) -> Result<TariffAnswer<(String, Vec<RateSpan>)>, WorkspaceError> {
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let first = book.schedules.iter().filter(|s| s.importer == asked.importer).map(|s| s.from).min();
        let to = to.unwrap_or(asked.today);
        let from = from.or(first).unwrap_or(to);
        in_order(from, to)?;
        check_code(&book.code_lengths(asked.importer), &Written::field(Field::Line), code)?;
        let line = one_line(&panel, code)?;
        let spans = rate_timeline(&panel, &line, asked.origin, from, to).map_err(usage)?;
        let stretch = Stretch { from: Moment::start_of(from), until: Some(Moment::end_of(to)) };
        let days: BTreeSet<Date> =
            panel.changes(asked.origin, stretch).into_iter().map(Moment::day).collect();
        let lines = days.iter().map(|day| (*day, line.as_str()));
        let found = grounds(&panel, asked.origin, lines, None).map_err(usage)?;
        Ok(TariffAnswer { answer: (line, spans), grounds: vec![found], no_line: Vec::new() })
    }

    /// Acts as they stood, those that may still begin or all; gives the days by which they were asked too.
    pub fn tariff_triggers(
        &self,
        request: &TariffTriggers,
        today: Date,
        all: bool,
    ) -> Result<(Vec<Trigger>, (Date, Date)), WorkspaceError> {
        let importer = request.importer.as_deref().map(|p| self.party(Field::Importer, p)).transpose()?;
        let on = request.on.or(request.as_of).unwrap_or(today);
        let as_of = request.as_of.unwrap_or(on);
        Ok((self.triggers_on(importer, on, as_of, all)?, (on, as_of)))
    }

    /// Acts as they stood at the end of a day, by what was known at the end of `as_of`: those that may still begin, or all.
    pub fn triggers_on(
        &self,
        importer: Option<Party>,
        on: Date,
        as_of: Date,
        all: bool,
    ) -> Result<Vec<Trigger>, WorkspaceError> {
        let book = self.book(importer.as_slice())?;
        let mut found = triggers(&book, importer.as_slice(), on, as_of);
        found.retain(|t| all || t.open);
        Ok(found)
    }
}

/// The one line that a code means, whenever it stood in a schedule.
fn one_line(panel: &Panel<'_>, code: &str) -> Result<String, WorkspaceError> {
    let all: BTreeSet<&str> = panel.all_lines().collect();
    let own = (2..=code.len()).rev().filter_map(|end| code.get(..end)).find(|line| all.contains(line));
    if let Some(own) = own {
        return Ok(own.to_owned());
    }
    let mut below: Vec<&str> = all.range(code..).take_while(|l| l.starts_with(code)).copied().collect();
    let count = below.len();
    below.truncate(5);
    Err(WorkspaceError::from(Problem::unknown(
        Field::Line,
        match count {
            0 => format!("no schedule of {} that is held has a line {code}", panel.importer),
            1 => return Ok(below.concat()),
            _ => format!("{code} is {count} lines of {}, name one: {}", panel.importer, below.join(", ")),
        },
    )))
}
