//! Requests about tariffs.

use super::{choice, needs, one_of, part, request};
use servanda_core::Date;
use servanda_core::problem::{Field, Problem};
use std::path::PathBuf;

part! {
    /// Who charges whose goods.
    Pair {
        /// Who charges: three capital letters
        #[arg(long, value_name = "PARTY")]
        pub importer: String,
        /// Whose goods: three capital letters
        #[arg(long, value_name = "PARTY")]
        pub origin: String,
        /// Acts known by the end of this day; all that is written without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}

part! {
    /// Which days.
    DaysAsked {
        /// The day; today without it
        #[arg(long, value_name = "DATE", conflicts_with_all = ["from", "to"])]
        pub on: Option<Date>,
        /// The first of several days: one row for each on which a rate can change
        #[arg(long, value_name = "DATE", requires = "to")]
        pub from: Option<Date>,
        /// The last of them
        #[arg(long, value_name = "DATE", requires = "from")]
        pub to: Option<Date>,
    }
}

impl DaysAsked {
    fn check(&self) -> Result<(), Problem> {
        let on = (Field::On, self.on.is_some());
        let (from, to) = ((Field::From, self.from.is_some()), (Field::To, self.to.is_some()));
        one_of(on, from)?;
        one_of(on, to)?;
        needs(from, to)?;
        needs(to, from)
    }
}

part! {
    /// Which lines, and how much each counts.
    Scope {
        /// By trade of a year as a source has it; each line once without it
        #[arg(long, value_name = "YEAR:SOURCE")]
        pub weights: Option<String>,
        /// Only these lines: codes with commas between them, or a CSV file with a column line or code
        #[arg(long, value_name = "CODES|FILE")]
        pub lines: Option<String>,
    }
}

choice! {
    /// Which rates are compared.
    BasisWord {
        /// MFN as applied, whoever's goods they are
        Mfn,
        /// All that is charged
        Charged,
    }
}

request! {
    /// What a line is charged on a day, since when, and under which act
    TariffRate = TariffRate, r#"{"importer": "USA", "origin": "CHN", "line": "9403.60.80", "on": "2019-05-20"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub pair: Pair,
        /// The tariff line, with or without dots: 9403.60.80
        #[arg(long, value_name = "CODE")]
        pub line: String,
        /// The day of entry; today without it
        #[arg(long, value_name = "DATE")]
        pub on: Option<Date>,
        /// The day of export, where goods on their way are treated otherwise
        #[arg(long, value_name = "DATE")]
        pub exported: Option<Date>,
        /// The day of entry by another name
        #[arg(long, value_name = "DATE")]
        pub entered: Option<Date>,
        /// What a unit of a line is worth, as CSV: line,unit,usd_per_unit,year,source. Rates by quantity become ad valorem
        /// equivalents and are marked
        #[arg(long, value_name = "FILE")]
        pub unit_values: Option<PathBuf>,
    }
}

request! {
    /// The average rate on a day, or on each day on which it can change
    TariffAverage = TariffAverage, r#"{"importer": "USA", "origin": "CHN", "on": "2019-09-01", "weights": "2017:usa-census-imports"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub pair: Pair,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub days: DaysAsked,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub scope: Scope,
    }
    where |own| own.days.check()
}

request! {
    /// The share of lines, or of trade, under additional duties
    TariffCoverage = TariffCoverage, r#"{"importer": "USA", "origin": "CHN", "from": "2018-01-01", "to": "2020-02-14"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub pair: Pair,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub days: DaysAsked,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub scope: Scope,
        /// Only duties of these measures, authorities or acts
        #[arg(long, value_name = "MEASURE[/ACT],...", value_delimiter = ',')]
        #[serde(default)]
        pub only: Vec<String>,
    }
    where |own| own.days.check()
}

/// At how many digits codes are compared where nobody says it.
const DIGITS: u8 = 6;

fn digits() -> u8 {
    DIGITS
}

request! {
    /// Whether one side's rates are not above the other's, code by code
    TariffParity = TariffParity, r#"{"importer": "CHN", "against": "USA", "basis": "mfn", "digits": 8}"# {
        /// Whose rates are to be not above the other's
        #[arg(long, value_name = "PARTY")]
        pub importer: String,
        /// The other side
        #[arg(long, value_name = "PARTY")]
        pub against: String,
        /// Which rates
        #[arg(long, value_enum, default_value_t = BasisWord::Mfn)]
        #[serde(default = "mfn")]
        pub basis: BasisWord,
        /// The day of the first side's rates; today without it
        #[arg(long, value_name = "DATE")]
        pub on: Option<Date>,
        /// The day of the other side's; the same without it
        #[arg(long, value_name = "DATE")]
        pub against_on: Option<Date>,
        /// At how many digits codes are compared
        #[arg(long, value_name = "N", default_value_t = DIGITS, value_parser = clap::value_parser!(u8).range(2..=12))]
        #[serde(default = "digits")]
        #[schemars(range(min = 2, max = 12))]
        pub digits: u8,
        /// Acts known by the end of this day; all that is written without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub scope: Scope,
    }
    where |own| match own.digits {
        2..=12 => Ok(()),
        other => Err(Problem::bad_value(Field::Digits, format!("{other} is not 2 to 12 digits"))),
    }
}

fn mfn() -> BasisWord {
    BasisWord::Mfn
}

request! {
    /// Which lines are charged more than a ceiling
    TariffCeiling = TariffCeiling, r#"{"importer": "USA", "origin": "DEU", "ceiling": "15", "on": "2025-12-01"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub pair: Pair,
        /// The ceiling, in percent of value
        #[arg(long, value_name = "PERCENT")]
        pub ceiling: String,
        /// The day; today without it
        #[arg(long, value_name = "DATE")]
        pub on: Option<Date>,
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub scope: Scope,
    }
}

request! {
    /// Which lines are charged otherwise on a later day, and under which acts
    TariffDiff = TariffDiff, r#"{"importer": "USA", "origin": "CHN", "from": "2018-07-01", "to": "2018-07-07"}"# {
        #[command(flatten)]
        #[serde(flatten)]
        #[allow(missing_docs)]
        pub pair: Pair,
        /// The earlier day
        #[arg(long, value_name = "DATE")]
        pub from: Date,
        /// The later day
        #[arg(long, value_name = "DATE")]
        pub to: Date,
        /// Only these lines: codes with commas between them, or a CSV file with a column line or code
        #[arg(long, value_name = "CODES|FILE")]
        pub lines: Option<String>,
    }
}

request! {
    /// What happened, in order; or the rates of one line through time
    TariffTimeline = TariffTimeline, r#"{"importer": "USA", "origin": "CHN", "line": "9403.60.80"}"# {
        /// Who charges; all without it
        #[arg(long, value_name = "PARTY")]
        pub importer: Option<String>,
        /// Whose goods; all without it
        #[arg(long, value_name = "PARTY")]
        pub origin: Option<String>,
        /// One measure
        #[arg(long, value_name = "ID", conflicts_with = "line")]
        pub measure: Option<String>,
        /// The rates of this line through time
        #[arg(long, value_name = "CODE", requires_all = ["importer", "origin"])]
        pub line: Option<String>,
        /// The first day
        #[arg(long, value_name = "DATE")]
        pub from: Option<Date>,
        /// The last day
        #[arg(long, value_name = "DATE")]
        pub to: Option<Date>,
        /// What was known by the end of this day; all that is written without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
    where |own| {
        let line = (Field::Line, own.line.is_some());
        one_of((Field::Measure, own.measure.is_some()), line)?;
        needs(line, (Field::Importer, own.importer.is_some()))?;
        needs(line, (Field::Origin, own.origin.is_some()))
    }
}

request! {
    /// What is armed, postponed or suspended, and what comes next
    TariffTriggers = TariffTriggers, r#"{"importer": "USA", "on": "2019-12-20"}"# {
        /// Who charges; all without it
        #[arg(long, value_name = "PARTY")]
        pub importer: Option<String>,
        /// As they stood at the end of this day; today without it
        #[arg(long, value_name = "DATE")]
        pub on: Option<Date>,
        /// By what was known at the end of this day; the same day without it
        #[arg(long, value_name = "DATE")]
        pub as_of: Option<Date>,
    }
}
