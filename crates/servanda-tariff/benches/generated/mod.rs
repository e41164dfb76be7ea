//! Tariffs made up at the size of the real ones: as many lines, lists and acts, with invented codes and rates.
//!
//! A plan is plain data. `book` turns it into what the engine reads, `csv` into files for another tool, so that the two do
//! not share the engine.

pub mod book;
pub mod csv;
mod lists;

use jiff::civil::{Date, date};
use servanda_core::Party;
use std::collections::BTreeMap;

/// Lines of ten digits in the basic edition of the HTS of 2025, chapters 1 to 97.
pub const LINES: usize = 19_613;
/// Codes of eight digits above them.
pub const CODES: usize = 11_413;
pub const ORIGINS: usize = 240;
/// The first day of the two years, and the first one after them.
pub const FROM: Date = date(2025, 1, 1);
pub const UNTIL: Date = date(2027, 1, 1);

/// Rates are in hundredths of a percent.
pub type Hundredths = i64;

pub struct Row {
    pub line: String,
    pub from: Date,
    /// The first day on which it does not count.
    pub until: Option<Date>,
    pub rate: Hundredths,
    /// Whether an amount by quantity comes on top.
    pub by_quantity: bool,
}

pub enum Whose {
    AllBut(Vec<Party>),
    Only(Vec<Party>),
}

pub struct Act {
    pub id: String,
    /// Which list; none: every line.
    pub list: Option<usize>,
    pub top_up: bool,
    pub rate: Hundredths,
    pub from: Date,
    pub until: Option<Date>,
}

/// Lines that all acts of the measure leave out for a time.
pub struct Exclusion {
    pub list: usize,
    pub from: Date,
    pub until: Option<Date>,
}

pub struct Measure {
    pub id: String,
    pub authority: &'static str,
    pub whose: Whose,
    pub acts: Vec<Act>,
    pub exclusions: Vec<Exclusion>,
}

pub struct Plan {
    pub origins: Vec<Party>,
    /// By line and first day.
    pub rows: Vec<Row>,
    /// By code of eight digits.
    pub preference: BTreeMap<String, Hundredths>,
    pub preferred: Vec<Party>,
    /// Lists of codes of eight digits, each sorted.
    pub lists: Vec<Vec<String>>,
    pub measures: Vec<Measure>,
}

/// Numbers that are always the same (xorshift of 64 bits).
pub struct Numbers(u64);

impl Numbers {
    pub fn new() -> Self {
        Self(0x9e37_79b9_7f4a_7c15)
    }

    pub fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % end
    }

    /// Some of a list, in its order.
    pub fn some<T: Clone>(&mut self, from: &[T], count: usize) -> Vec<T> {
        let mut places: Vec<usize> = (0..from.len()).collect();
        for at in 0..count {
            let other = at + self.below(from.len() - at);
            places.swap(at, other);
        }
        places.truncate(count);
        places.sort_unstable();
        places.into_iter().map(|at| from[at].clone()).collect()
    }
}

pub fn party(code: &str) -> Party {
    Party::new(code).unwrap()
}

pub fn plan() -> Plan {
    let mut numbers = Numbers::new();
    let codes: Vec<String> = (0..CODES).map(code).collect();
    let rows = rows(&codes, &mut numbers);
    let origins = origins();
    let preference = numbers
        .some(&codes, 9_800)
        .into_iter()
        .map(|code| (code, if numbers.below(10) < 8 { 0 } else { 25 * numbers.below(12) as i64 }))
        .collect();
    let preferred = [&origins[1..4], &origins[6..23]].concat();
    let lists = lists::lists(&codes, &mut numbers);
    let measures = lists::measures(&origins);
    Plan { origins, rows, preference, preferred, lists, measures }
}

/// Ten to a heading, twelve headings to a chapter.
fn code(number: usize) -> String {
    let (heading, own) = (number / 10, number % 10);
    let (chapter, heading) = (heading / 12 + 1, heading % 12 + 1);
    format!("{chapter:02}{heading:02}{:02}{:02}", (own / 2 + 1) * 10, own % 2 * 50 + 10)
}

/// Five named ones first, so that a few origins meet every authority.
fn origins() -> Vec<Party> {
    let mut out: Vec<Party> = ["CHN", "CAN", "MEX", "KOR", "GBR"].map(party).to_vec();
    let letter = |n: usize| char::from(b'A' + n as u8);
    let made_up = (0..ORIGINS - out.len()).map(|n| party(&format!("Q{}{}", letter(n / 26), letter(n % 26))));
    out.extend(made_up);
    out
}

/// MFN: a third free, one in nine by quantity, the others in percent; some change in the second year.
fn rows(codes: &[String], numbers: &mut Numbers) -> Vec<Row> {
    let mut below = vec![1; codes.len()];
    for _ in codes.len()..LINES {
        // No code has more than nine lines.
        let at = (0..).map(|_| numbers.below(codes.len())).find(|at| below[*at] < 9);
        below[at.unwrap_or_default()] += 1;
    }
    let mut out = Vec::new();
    for (code, count) in codes.iter().zip(below) {
        let (rate, by_quantity) = match numbers.below(9) {
            0..3 => (0, false),
            3 => (if numbers.below(3) == 0 { 10 * numbers.below(120) as i64 } else { 0 }, true),
            4 => (10 * numbers.below(320) as i64, false),
            _ => (50 * numbers.below(40) as i64, false),
        };
        let changes = numbers.below(40) == 0 && rate > 0;
        for n in 1..=count {
            let (line, middle) = (format!("{code}{}0", n), date(2026, 1, 1));
            let until = changes.then_some(middle);
            out.push(Row { line: line.clone(), from: FROM, until, rate, by_quantity });
            if changes {
                out.push(Row { line, from: middle, until: None, rate: rate / 2, by_quantity });
            }
        }
    }
    out
}
