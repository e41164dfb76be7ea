//! Each tariff command's answer as data: the book, the panel and the trade joined.

use crate::tariff_lines::{AskedLines, StatedUnitValue, WeightsOf, Written, check_code};
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

/// What most tariff commands ask about.
#[derive(Debug, Clone)]
pub struct TariffQuestion {
    /// Who charges.
    pub importer: Party,
    /// Whose goods.
    pub origin: Party,
    /// Acts known by the end of this day; all that is written without it.
    pub as_of: Option<Date>,
    /// Some lines; all without them.
    pub lines: Option<AskedLines>,
    /// Trade to weigh with.
    pub weights: Option<WeightsOf>,
    /// Today: figures of trade published by then are used where no day is named.
    pub today: Date,
}

/// The days that are asked about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Days {
    /// One.
    On(Date),
    /// The first, and each later one on which a rate can change.
    Between(Date, Date),
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
    fn days(&self, panel: &Panel<'_>, days: Days) -> Result<Vec<Date>, WorkspaceError> {
        match days {
            Days::On(day) => Ok(vec![day]),
            Days::Between(from, to) => {
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

    /// The rates of a code on a day; with a day of export, of goods exported then.
    pub fn tariff_rate(
        &self,
        asked: &TariffQuestion,
        code: &str,
        on: Date,
        exported: Option<Date>,
        unit_values: &BTreeMap<String, StatedUnitValue>,
    ) -> Result<TariffAnswer<RateAnswer>, WorkspaceError> {
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
        for (line, stated) in unit_values {
            check_code(&lengths, &stated.place, line)?;
        }
        let values: BTreeMap<String, UnitValue> =
            unit_values.iter().map(|(line, stated)| (line.clone(), stated.value.clone())).collect();
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?.with_unit_values(values);
        let answer = rate(&panel, asked.origin, code, on, exported).map_err(usage)?;
        let shipment = exported.map(|exported| Shipment { exported, entered: on });
        let lines = answer.lines.iter().map(|l| (on, l.line.as_str()));
        let found = grounds(&panel, asked.origin, lines, shipment).map_err(usage)?;
        Ok(TariffAnswer { answer, grounds: vec![found], no_line: Vec::new() })
    }

    /// Average rates, one for each day.
    pub fn tariff_average(
        &self,
        asked: &TariffQuestion,
        days: Days,
    ) -> Result<TariffAnswer<Vec<Average>>, WorkspaceError> {
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let days = asked.days(&panel, days)?;
        let trade = self.trade(asked, asked.origin)?;
        let weights = trade.as_ref().map_or(Weights::Simple, Weights::Trade);
        let of = |day: &Date| average(&panel, asked.origin, asked.scope(), *day, None, weights);
        let answer = days.iter().map(of).collect::<Result<Vec<_>, _>>().map_err(usage)?;
        asked.answered(&panel, &days, answer)
    }

    /// How much is under additional duties, one answer for each day.
    pub fn tariff_coverage(
        &self,
        asked: &TariffQuestion,
        days: Days,
        only: Option<&[String]>,
    ) -> Result<TariffAnswer<Vec<Coverage>>, WorkspaceError> {
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let days = asked.days(&panel, days)?;
        let trade = self.trade(asked, asked.origin)?;
        let weights = trade.as_ref().map_or(Weights::Simple, Weights::Trade);
        let of = |day: &Date| coverage(&panel, asked.origin, asked.scope(), *day, None, weights, only);
        let answer = days.iter().map(of).collect::<Result<Vec<_>, _>>().map_err(usage)?;
        asked.answered(&panel, &days, answer)
    }

    /// Whether the importer's rates are not above another party's (the origin of the question), code by code.
    pub fn tariff_parity(
        &self,
        asked: &TariffQuestion,
        basis: Basis,
        (on, against_on): (Date, Date),
        digits: usize,
    ) -> Result<TariffAnswer<Parity>, WorkspaceError> {
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
        asked: &TariffQuestion,
        on: Date,
        most: &Exact,
    ) -> Result<TariffAnswer<Ceiling>, WorkspaceError> {
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
        asked: &TariffQuestion,
        from: Date,
        to: Date,
    ) -> Result<TariffAnswer<Diff>, WorkspaceError> {
        in_order(from, to)?;
        let book = self.book_for(asked, &[asked.importer])?;
        let panel = book.panel(asked.importer, asked.as_of).map_err(usage)?;
        let answer = diff(&panel, asked.origin, asked.scope(), from, to, None).map_err(usage)?;
        asked.answered(&panel, &[from, to], answer)
    }

    /// What happened, in order, as far as it was known at the end of `as_of`.
    pub fn tariff_timeline(
        &self,
        importer: Option<Party>,
        origin: Option<Party>,
        measure: Option<&str>,
        (from, to): (Option<Date>, Option<Date>),
        as_of: Option<Date>,
    ) -> Result<Vec<Event>, WorkspaceError> {
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
        Ok(timeline(&book, importer, origin, measure, from, to, as_of))
    }

    /// The rates of one line through time. Without a first day, from the first one that a schedule speaks for; without a
    /// last one, up to today.
    pub fn tariff_line(
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

    /// Acts as they stood at the end of a day, by what was known at the end of `as_of`: those that may still begin, or all.
    pub fn tariff_triggers(
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
