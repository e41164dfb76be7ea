//! Where a table begins and ends in its file, which rows name its columns, and what its columns are once months and years in
//! columns are one.

use super::columns::MOST_COLUMNS;
use super::words::{CODES, PERIODS};
use servanda_tables::{
    Columns, DecimalMark, Dialect, Footnotes, Form, Grid, Pattern, Sections, Thousands, Totals, Wide,
};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

/// Rows among which a header is looked for.
const TITLES: usize = 60;

/// How periods are written, by the frequency of their source; those that hold of fewer texts first.
pub(super) const WRITTEN: &[(&str, &str)] = &[
    ("daily", "{YYYY}-{MM}-{DD}T00:00:00"),
    ("monthly", "{YYYY}-{MM}-01"),
    ("daily", "{YYYY}-{MM}-{DD}"),
    ("monthly", "01.{MM}.{YYYY}"),
    ("daily", "{DD}.{MM}.{YYYY}"),
    ("monthly", "{YYYY}-{MM}"),
    ("monthly", "{YYYY}M{MM}"),
    ("monthly", "{YYYY}.{MM}"),
    ("monthly", "{MM}.{YYYY}"),
    ("monthly", "{MM}/{YYYY}"),
    ("monthly", "{YYYY}/{MM}"),
    ("monthly", "{MON}-{YY}"),
    ("monthly", "{MON}-{YYYY}"),
    ("monthly", "{MON} {YYYY}"),
    ("monthly", "{YYYY} {MON}"),
    ("monthly", "{YYYY}-{MON}"),
    ("monthly", "{MON}{YYYY}"),
    ("monthly", "{MON}{YY}"),
    ("monthly", "{YY}-{MON}"),
    ("monthly", "{YYYY}\u{5e74}{M}\u{6708}"),
    ("quarterly", "{YYYY}-Q{Q}"),
    ("quarterly", "{YYYY}Q{Q}"),
    ("quarterly", "{YYYY} Q{Q}"),
    ("quarterly", "Q{Q} {YYYY}"),
    ("monthly", "{YYYY}{MM}"),
    ("annual", "{YYYY}"),
    ("annual", "{YYYY}\u{5e74}"),
    ("annual", "{YYYY}\u{b144}"),
    ("monthly", "{YYYY}\u{b144} {M}\u{c6d4}"),
    ("monthly", "{YYYY}\u{b144}{M}\u{c6d4}"),
];

/// How years that span two are written.
pub(super) const SPANS: [&str; 4] = ["{YYYY}/{YY+1}", "{YYYY}/{YYYY+1}", "{YYYY}-{YYYY+1}", "{YYYY}-{YY+1}"];

/// Those as they are read.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    WRITTEN.iter().map(|(_, p)| p).chain(&SPANS).filter_map(|p| Pattern::parse(p).ok()).collect()
});

/// A table that was found, in the shape that its dialect gives it.
pub(super) struct Shape {
    pub dialect: Dialect,
    /// Lines of the dialect that are not certain.
    pub doubts: Vec<&'static str>,
    pub header: Vec<String>,
    /// Rows with a cell for each column.
    pub rows: Vec<Vec<String>>,
    /// All that stands above the table, with the names of its columns.
    pub about: String,
    /// The same without these.
    pub titles: String,
    /// The frequency that periods in columns have.
    pub wide: Option<&'static str>,
    /// Columns with figures in them beside those of periods.
    pub beside: Vec<String>,
    /// What else is to be known of the file.
    pub said: Vec<String>,
}

fn filled(row: &[String]) -> usize {
    row.iter().filter(|c| !c.trim().is_empty()).count()
}

/// Whether a text is a period in one of the forms that are known.
pub(super) fn is_period(text: &str) -> bool {
    let text = text.trim();
    (4..=30).contains(&text.len())
        && text.bytes().any(|b| b.is_ascii_digit())
        && PATTERNS.iter().any(|p| {
            p.read(text).is_some_and(|period| {
                period.get(..4).and_then(|y| y.parse::<u32>().ok()).is_some_and(|y| (1900..2100).contains(&y))
            })
        })
}

/// Whether a cell is written in digits with marks about them, a flag behind them perhaps.
pub(super) fn is_figure(text: &str) -> bool {
    let text = text.trim();
    let body = text.trim_end_matches(|c: char| c.is_ascii_lowercase()).trim_end();
    let body = if body.is_empty() { text } else { body };
    let exponent = body.split_once(['e', 'E']).map_or(body, |(b, _)| b);
    let marks = |c: char| {
        c.is_ascii_digit()
            || matches!(c, '.' | ',' | '\'' | '-' | ' ' | '\u{a0}' | '\u{202f}' | '\u{2019}' | '+')
    };
    !exponent.is_empty()
        && text.len() <= 40
        && exponent.chars().any(|c| c.is_ascii_digit())
        && exponent.chars().all(marks)
        && text.len() - body.len() <= 4
}

impl Shape {
    pub fn of(grid: &Grid) -> Result<Self, String> {
        let rows: Vec<(u64, Vec<String>)> =
            grid.rows.iter().filter(|(_, r)| filled(r) > 0).cloned().collect();
        let mut shape = Self {
            dialect: grid.dialect.clone(),
            doubts: Vec::new(),
            header: Vec::new(),
            rows: Vec::new(),
            about: String::new(),
            titles: String::new(),
            wide: None,
            beside: Vec::new(),
            said: Vec::new(),
        };
        let plain_header =
            matches!(grid.dialect.form, Form::Json | Form::SdmxMl | Form::SdmxCsv | Form::EurostatTsv);
        let body = if plain_header { 1 } else { body(&rows)? };
        if rows.len() <= body {
            return Err("there are no rows below a header".to_owned());
        }
        let (first, count) = if plain_header { (0, 1) } else { header(&rows, body) };
        shape.above(&rows, first, count, plain_header);
        if shape.header.len() > MOST_COLUMNS {
            return Err(format!("it has {} columns: that is no table of trade", shape.header.len()));
        }
        shape.below(&rows, first + count, grid.whole);
        if grid.whole {
            shape.counted(&rows, first);
        }
        shape.numbers();
        shape.totals();
        shape.widen()?;
        Ok(shape)
    }

    /// What stands above the table, and the names of its columns.
    fn above(&mut self, rows: &[(u64, Vec<String>)], first: usize, count: usize, plain: bool) {
        let text: Vec<String> = rows
            .iter()
            .take(first + count)
            .map(|(_, r)| r.iter().map(|c| c.trim()).collect::<Vec<_>>().join(" "))
            .collect();
        self.about = text.join(" ");
        self.titles = text.into_iter().take(first).collect::<Vec<_>>().join(" ");
        let names = rows.get(first..first + count).unwrap_or_default();
        if first > 0 {
            let last = names.first().map(|(_, r)| r.as_slice()).unwrap_or_default();
            let by: Vec<String> = last
                .iter()
                .map(|c| c.trim())
                .filter(|c| !c.is_empty() && !is_period(c) && !is_figure(c))
                .take(2)
                .map(str::to_owned)
                .collect();
            // Only a header whose cells stand in no title can be told by them.
            let alone = |by: &[String]| {
                rows.iter().take(first).all(|(_, r)| !by.iter().all(|b| r.iter().any(|c| c.trim() == b)))
            };
            if !by.is_empty() && alone(&by) && filled(last) > 1 {
                self.dialect.header = by;
            } else {
                self.dialect.skip = u32::try_from(first).unwrap_or(0);
            }
        }
        if count > 1 {
            self.dialect.header_rows = u8::try_from(count).ok();
        }
        let width = names.iter().map(|(_, r)| r.len()).max().unwrap_or(0);
        let mut header: Vec<String> = (0..width)
            .map(|column| {
                let mut parts: Vec<&str> = Vec::new();
                for (_, row) in names {
                    let cell = row.get(column).map(String::as_str).unwrap_or_default();
                    let cell = if count > 1 { cell.trim() } else { cell };
                    if !cell.is_empty() && parts.last() != Some(&cell) {
                        parts.push(cell);
                    }
                }
                parts.join(" ")
            })
            .collect();
        let grid = plain || matches!(self.dialect.form, Form::Xlsx | Form::Xls | Form::Html);
        let body: Vec<&Vec<String>> =
            rows.iter().skip(first + count).map(|(_, r)| r).filter(|r| filled(r) > 1).collect();
        let nameless = header.iter().any(|n| n.trim().is_empty());
        let uneven = body.iter().any(|r| r.len() != header.len());
        if !grid && (nameless || uneven) {
            self.dialect.ragged = true;
        }
        if grid || self.dialect.ragged {
            while header.last().is_some_and(|n| n.trim().is_empty()) {
                header.pop();
            }
        }
        let spaced = header.iter().chain(body.iter().take(200).flat_map(|r| r.iter())).any(|c| c.trim() != c);
        if spaced {
            self.dialect.trim = true;
        }
        let mut seen: HashMap<String, usize> = HashMap::new();
        for (column, name) in header.iter_mut().enumerate() {
            if spaced {
                *name = name.trim().to_owned();
            }
            if name.trim().is_empty() {
                *name = format!("column {}", column + 1);
            }
            let times = seen.entry(name.clone()).or_insert(0);
            *times += 1;
            if *times > 1 {
                self.dialect.repeated = true;
                *name = format!("{name} ({times})");
            }
        }
        self.header = header;
    }

    /// How many rows a title says there are.
    fn counted(&mut self, rows: &[(u64, Vec<String>)], first: usize) {
        for (_, title) in rows.iter().take(first) {
            let mut cells = title.iter().map(|c| c.trim()).filter(|c| !c.is_empty());
            let (Some(label), Some(number), None) = (cells.next(), cells.next(), cells.next()) else {
                continue;
            };
            let lower = label.to_lowercase();
            let named = ["row count", "number of rows", "number of records", "record count", "total records"];
            let digits: String = number.chars().filter(|c| !matches!(c, ',' | '.' | '\'' | ' ')).collect();
            let (true, Ok(count)) = (named.iter().any(|n| lower.contains(n)), digits.parse::<usize>()) else {
                continue;
            };
            if count == self.rows.len() {
                self.dialect.row_count = Some(label.to_owned());
            } else {
                self.said.push(format!(
                    "CHECK: its title says that it has {count} rows, and {} stand in it: it was cut, or is an excerpt",
                    self.rows.len()
                ));
            }
        }
    }

    /// The rows of the table, headings among them, and what stands below.
    fn below(&mut self, rows: &[(u64, Vec<String>)], from: usize, whole: bool) {
        let width = self.header.len();
        let rows: Vec<&Vec<String>> = rows.iter().skip(from).map(|(_, r)| r).collect();
        let is_row = |r: &Vec<String>| width == 1 || (filled(r) > 1 && r.iter().any(|c| is_figure(c)));
        let last = rows.iter().rposition(|r| is_row(r)).map_or(0, |n| n + 1);
        if whole && let Some(first) = rows.get(last) {
            let text = first.iter().map(|c| c.trim()).find(|c| !c.is_empty()).unwrap_or_default();
            let line = text.lines().next().unwrap_or_default();
            let word: String = line.chars().take(30).collect();
            // What is short and ends with a colon names the notes; anything else is as long as it is told by.
            let word = word.split_once(':').map_or(word.clone(), |(w, _)| format!("{w}:"));
            self.dialect.footnotes = Some(Footnotes::From(vec![word.trim().to_owned()]));
        }
        let mut headings: Vec<String> = Vec::new();
        let mut section = String::new();
        let mut kept: Vec<(String, Vec<String>)> = Vec::new();
        for row in rows.iter().take(if whole { last } else { rows.len() }) {
            let first = row.first().map(|c| c.trim()).unwrap_or_default();
            if width > 2 && filled(row) == 1 && !first.is_empty() {
                first.clone_into(&mut section);
                if !headings.contains(&section) {
                    headings.push(section.clone());
                }
                continue;
            }
            let cell = |c: usize| {
                let cell = row.get(c).map(String::as_str).unwrap_or_default();
                if self.dialect.trim { cell.trim() } else { cell }.to_owned()
            };
            kept.push((section.clone(), (0..width).map(cell).collect()));
        }
        if !headings.is_empty() {
            let column = "section".to_owned();
            self.dialect.sections = Some(Sections { column: column.clone(), rows: headings });
            self.header.insert(0, column);
            for (section, row) in &mut kept {
                row.insert(0, section.clone());
            }
        }
        self.rows = kept.into_iter().map(|(_, row)| row).collect();
    }

    /// How figures are written.
    fn numbers(&mut self) {
        let cells = || self.rows.iter().take(5_000).flatten().map(|c| c.trim()).filter(|c| is_figure(c));
        let body = |c: &str| {
            c.trim_end_matches(|c: char| c.is_alphabetic()).trim().trim_start_matches('-').to_owned()
        };
        let mut dialect = self.dialect.clone();
        if cells().any(|c| c.contains(['e', 'E'])) {
            dialect.exponents = true;
        }
        let mut score: Vec<(usize, DecimalMark, Option<Thousands>)> = Vec::new();
        let all: Vec<String> = cells().filter(|c| !is_period(c)).map(body).collect();
        for decimal in [DecimalMark::Point, DecimalMark::Comma] {
            for thousands in [
                None,
                Some(Thousands::Comma),
                Some(Thousands::Point),
                Some(Thousands::Apostrophe),
                Some(Thousands::Space),
            ] {
                let same = matches!(
                    (decimal, thousands),
                    (DecimalMark::Point, Some(Thousands::Point))
                        | (DecimalMark::Comma, Some(Thousands::Comma))
                );
                if same {
                    continue;
                }
                let tried = Dialect { decimal, thousands, ..dialect.clone() };
                let good = all
                    .iter()
                    .filter(|c| {
                        tried.number(c).ok().is_some_and(|n| crate::number::Decimal::parse(&n).is_ok())
                    })
                    .count();
                score.push((good, decimal, thousands));
            }
        }
        let most = score.iter().map(|s| s.0).max().unwrap_or(0);
        let best: Vec<_> = score.iter().filter(|s| s.0 == most).collect();
        if let Some((_, decimal, thousands)) = best.first() {
            // `1,234` alone may be a thousand and more, or one and a little.
            let other = best.iter().any(|(_, d, _)| d != decimal);
            let marked = all.iter().any(|c| c.contains([',', '.', '\'', ' ']));
            if other && marked && *decimal == DecimalMark::Point && thousands.is_some() {
                self.doubts.push("thousands");
            }
            (dialect.decimal, dialect.thousands) = (*decimal, *thousands);
        }
        match self.three_digits() {
            // Nobody writes 1,234 and 1234 for thousands in one column.
            Some((',', true)) => {
                (dialect.decimal, dialect.thousands) = (DecimalMark::Comma, None);
                self.doubts = vec!["decimal"];
            }
            Some(('.', false)) => self.doubts.push("decimal"),
            _ => {}
        }
        self.dialect = dialect;
    }

    /// The one mark of figures that all have three digits behind it, and may be thousands or decimals; and whether figures
    /// beside them have four digits and more without a mark.
    fn three_digits(&self) -> Option<(char, bool)> {
        let digits = |t: &str| !t.is_empty() && t.bytes().all(|b| b.is_ascii_digit());
        let (mut mark, mut long) = (None, false);
        for column in 0..self.header.len() {
            let coded =
                self.header.get(column).is_some_and(|h| CODES.iter().any(|w| h.to_lowercase().contains(w)));
            let cells = || {
                let cells = self.rows.iter().take(5_000).filter_map(|r| r.get(column));
                cells.map(|c| c.trim().trim_start_matches('-')).filter(|c| is_figure(c) && !is_period(c))
            };
            if coded || !cells().any(|c| c.contains(['.', ','])) {
                continue;
            }
            for cell in cells() {
                let Some((whole, rest)) = cell.split_once(['.', ',']) else {
                    long |= digits(cell) && cell.len() > 3;
                    continue;
                };
                let own = if cell.contains('.') { '.' } else { ',' };
                let fits = whole.len() <= 3 && digits(whole) && rest.len() == 3 && digits(rest);
                if !fits || mark.is_some_and(|m| m != own) {
                    return None;
                }
                mark = Some(own);
            }
        }
        Some((mark?, long))
    }

    /// Rows that are totals of all others by their first cells.
    fn totals(&mut self) {
        let word = |cell: &str| {
            let lower = cell.trim().to_lowercase();
            matches!(
                lower.as_str(),
                "total"
                    | "grand total"
                    | "sum"
                    | "world"
                    | "world total"
                    | "all countries"
                    | "all products"
                    | "total:"
                    | "insgesamt"
                    | "gesamt"
                    | "summe"
                    | "total g\u{e9}n\u{e9}ral"
                    | "ensemble"
                    | "total general"
                    | "totale"
                    | "totaal"
                    | "razem"
                    | "suma"
                    | "toplam"
                    | "\u{438}\u{442}\u{43e}\u{433}\u{43e}"
                    | "\u{432}\u{441}\u{435}\u{433}\u{43e}"
                    | "\u{5408}\u{8ba1}"
                    | "\u{5408}\u{8a08}"
                    | "\u{603b}\u{8ba1}"
                    | "\u{603b}\u{503c}"
                    | "\u{7dcf}\u{984d}"
                    | "\u{d569}\u{acc4}"
                    | "\u{cd1d}\u{acc4}"
                    | "og\u{f3}\u{142}em"
            )
        };
        let mut totals: BTreeMap<usize, Vec<String>> = BTreeMap::new();
        for row in &self.rows {
            let found = row.iter().enumerate().take(8).find(|(c, cell)| {
                word(cell) && self.header.get(*c).is_none_or(|h| !h.to_lowercase().contains("desc"))
            });
            if let Some((column, cell)) = found {
                let words = totals.entry(column).or_default();
                if !words.contains(&cell.trim().to_owned()) {
                    words.push(cell.trim().to_owned());
                }
            }
        }
        for (column, is) in totals {
            let total = |row: &Vec<String>| row.get(column).is_some_and(|c| is.iter().any(|t| t == c.trim()));
            let count = self.rows.iter().filter(|r| total(r)).count();
            // A table of nothing but totals has none to leave out.
            if count == self.rows.len() || count * 2 > self.rows.len() {
                continue;
            }
            let Some(name) = self.header.get(column).cloned() else { continue };
            let over = self
                .header
                .iter()
                .enumerate()
                .filter(|(c, h)| {
                    *c != column
                        && !is_period(h)
                        && self
                            .rows
                            .iter()
                            .filter(|r| total(r))
                            .all(|r| r.get(*c).is_none_or(|x| x.trim().is_empty()))
                        && self
                            .rows
                            .iter()
                            .filter(|r| !total(r))
                            .any(|r| r.get(*c).is_some_and(|x| !x.trim().is_empty()))
                })
                .map(|(_, h)| h.clone())
                .collect();
            self.dialect.totals.push(Totals { column: name, is: is.clone(), over, refuse: false });
            self.rows.retain(|r| !r.get(column).is_some_and(|c| is.iter().any(|t| t == c.trim())));
        }
    }

    /// Periods in columns become rows.
    fn widen(&mut self) -> Result<(), String> {
        let mut best: Option<(usize, &'static str, String)> = None;
        let fiscal = |name: &&String| {
            let rest = name.trim().to_lowercase();
            let rest = rest.strip_prefix("fy").map(|r| r.trim_start().to_owned());
            rest.is_some_and(|r| matches!(r.len(), 2 | 4) && r.bytes().all(|b| b.is_ascii_digit()))
        };
        if let Some(name) = self.header.iter().find(fiscal) {
            return Err(format!("its columns are fiscal years (`{name}`), which are no calendar years"));
        }
        // What may be years that span two is none of months: of `2010-11` and `2011-12` nobody can see which.
        let spans = SPANS.iter().map(|written| ("spans two years", *written));
        for (frequency, written) in spans.chain(WRITTEN.iter().copied()) {
            for suffix in suffixes(&self.header) {
                let pattern = format!("{written}{suffix}");
                let Ok(parsed) = Pattern::parse(&pattern) else { continue };
                let count =
                    self.header.iter().filter(|h| parsed.read(h).is_some_and(|p| plausible(&p))).count();
                let better = best.as_ref().is_none_or(|b| count > b.0);
                if count >= 2 && better {
                    best = Some((count, frequency, pattern));
                }
            }
        }
        let Some((_, frequency, pattern)) = best else { return Ok(()) };
        if frequency == "spans two years" {
            return Err(format!(
                "its columns are years that span two (`{pattern}`): such a year is no calendar year, and a source counts those"
            ));
        }
        let Ok(parsed) = Pattern::parse(&pattern) else { return Ok(()) };
        let second = |name: &str, number: &str| {
            number.ends_with(')') && parsed.read(name).is_some_and(|p| plausible(&p))
        };
        let again = self.header.iter().find(|h| h.rsplit_once(" (").is_some_and(|(name, n)| second(name, n)));
        if let Some(again) = again {
            return Err(format!(
                "several columns are of one period (`{again}` is the second): what tells them apart stands in rows above, \
                 which only a person can read"
            ));
        }
        let is_wide: Vec<Option<String>> =
            self.header.iter().map(|h| parsed.read(h).filter(|p| plausible(p))).collect();
        let stay: Vec<usize> =
            (0..self.header.len()).filter(|c| is_wide.get(*c).is_some_and(Option::is_none)).collect();
        let is_figures = |c: usize| self.rows.iter().any(|r| r.get(c).is_some_and(|x| is_figure(x)));
        let beside = stay.iter().filter(|c| is_figures(**c)).filter_map(|c| self.header.get(*c).cloned());
        let beside: Vec<String> = beside.collect();
        // A month in another language is written as the others are.
        let end = pattern.rsplit_once('}').map_or("", |(_, end)| end);
        let outlined = |name: &str| {
            pattern.contains("{MON}").then(|| name.trim().strip_suffix(end).map(outline)).flatten()
        };
        let written: HashSet<String> =
            self.header.iter().filter(|h| parsed.read(h).is_some()).filter_map(|h| outlined(h)).collect();
        let alike = |name: &String| {
            let bare = name.trim_end_matches(|c: char| !c.is_ascii_digit());
            outlined(name).is_some_and(|o| written.contains(&o))
                || (name.len() - bare.len() <= 3 && parsed.read(bare).is_some())
        };
        if let Some(name) = beside.iter().find(|name| alike(name)) {
            return Err(format!(
                "its columns are periods (`{pattern}`), and `{name}` is perhaps another: months are read by their English names, and \
                 without a mark behind them"
            ));
        }
        self.beside = beside;
        let free = |wanted: &str| {
            let mut name = wanted.to_owned();
            while stay.iter().any(|c| self.header.get(*c) == Some(&name)) {
                name.push('_');
            }
            name
        };
        let key = free(match frequency {
            "annual" => "year",
            "quarterly" => "quarter",
            "daily" => "day",
            _ => "month",
        });
        let value = free("value");
        let mut rows = Vec::new();
        for row in &self.rows {
            for (column, period) in is_wide.iter().enumerate() {
                let Some(period) = period else { continue };
                let mut cells: Vec<String> =
                    stay.iter().map(|c| row.get(*c).cloned().unwrap_or_default()).collect();
                cells.push(period.clone());
                cells.push(row.get(column).cloned().unwrap_or_default());
                rows.push(cells);
            }
        }
        self.header = stay
            .iter()
            .filter_map(|c| self.header.get(*c).cloned())
            .chain([key.clone(), value.clone()])
            .collect();
        self.rows = rows;
        self.wide = Some(frequency);
        self.dialect.wide = Some(Wide { key, values: BTreeMap::from([(value, Columns::Pattern(parsed))]) });
        Ok(())
    }
}

/// How a name is written: a run of letters is one letter, one of digits as many zeros.
fn outline(name: &str) -> String {
    let mut out = String::new();
    for c in name.trim().trim_end_matches('.').chars() {
        let of = if c.is_ascii_digit() {
            '0'
        } else if c.is_alphabetic() {
            'a'
        } else {
            c
        };
        if of != 'a' || !out.ends_with('a') {
            out.push(of);
        }
    }
    out.replace("a.", "a")
}

fn plausible(period: &str) -> bool {
    period.get(..4).and_then(|y| y.parse::<u32>().ok()).is_some_and(|y| (1900..2100).contains(&y))
}

/// What may stand behind periods in names of columns: nothing, or what most of them end with.
fn suffixes(header: &[String]) -> Vec<String> {
    let mut all = vec![String::new()];
    let mut seen = HashSet::new();
    for name in header {
        if let Some((_, rest)) = name.split_once(' ')
            && seen.insert(rest.to_owned())
            && seen.len() < 20
            && !rest.contains(['{', '}'])
        {
            all.push(format!(" {rest}"));
        }
    }
    all
}

/// The first row of figures.
fn body(rows: &[(u64, Vec<String>)]) -> Result<usize, String> {
    let figures = |r: &Vec<String>| r.iter().filter(|c| is_figure(c) && !is_period(c)).count();
    let widths: Vec<usize> = rows.iter().map(|(_, r)| filled(r)).collect();
    let most = widths.iter().copied().max().unwrap_or(0);
    let found = rows
        .iter()
        .take(TITLES * 4)
        .position(|(_, r)| figures(r) > 0 && filled(r) * 2 >= most.min(8) && (filled(r) > 1 || most == 1));
    // A table whose figures all read as periods.
    let found = found.or_else(|| {
        rows.iter()
            .take(TITLES)
            .skip(1)
            .position(|(_, r)| r.iter().any(|c| is_figure(c)) && filled(r) * 2 >= most)
            .map(|n| n + 1)
    });
    match found {
        Some(0) => Err("its first row is a row of figures: nothing names its columns".to_owned()),
        Some(n) => Ok(n),
        None => Err("no row of it has figures: it is text, or a list".to_owned()),
    }
}

/// The first row that names columns and how many do, above the row at `body`.
fn header(rows: &[(u64, Vec<String>)], body: usize) -> (usize, usize) {
    let width = rows.get(body).map_or(0, |(_, r)| filled(r));
    let names = |n: usize| rows.get(n).map(|(_, r)| r.as_slice()).unwrap_or_default();
    let distinct = |row: &[String]| {
        let cells: Vec<&str> = row.iter().map(|c| c.trim()).filter(|c| !c.is_empty()).collect();
        let different: HashSet<&&str> = cells.iter().collect();
        different.len() * 2 > cells.len()
    };
    let mut at = body;
    while at > 0 {
        at -= 1;
        let row = names(at);
        if filled(row) < 2 && width > 1 || filled(row) * 2 < width {
            continue;
        }
        if distinct(row) {
            return (at, 1);
        }
        // Names that stand under others: each column's name is what stands above it too.
        if at > 0 && filled(names(at - 1)) * 3 >= filled(row) && filled(names(at - 1)) > 1 {
            return (at - 1, 2);
        }
    }
    (body.saturating_sub(1), 1)
}

/// Whether a name is one of a column of periods.
pub(super) fn named_period(name: &str) -> bool {
    let lower = name.to_lowercase();
    PERIODS.iter().any(|w| lower.contains(w))
}
