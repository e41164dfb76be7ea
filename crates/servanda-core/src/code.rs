//! How long the codes of a classification are: the one door through which a code passes that a person or a program wrote down.
//!
//! A spreadsheet takes `0402` for a number and keeps 402, which reads as other goods. Lengths tell: codes of the Harmonized
//! System, and of the tariffs that rest on it, have an even number of digits (nine in Japan's). What a classification does not
//! settle, a file may declare.

use std::collections::BTreeSet;
use std::fmt;

/// The most digits of a code.
const MOST: usize = 20;

/// How a code is written: digits, after which one capital letter may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CodeForm {
    least: usize,
    most: usize,
    letter: bool,
}

impl CodeForm {
    /// In a tariff.
    pub const TARIFF: Self = Self { least: 2, most: 12, letter: true };
    /// A line of a schedule.
    pub const LINE: Self = Self { least: 4, ..Self::TARIFF };
    /// In the Harmonized System and what rests on it, without letters.
    pub const HS: Self = Self { least: 2, most: 10, letter: false };
    /// In a list of an agreement.
    pub const LISTED: Self = Self { least: 1, most: MOST, letter: false };

    /// Whether a text is written so.
    #[must_use]
    pub fn has(self, text: &str) -> bool {
        let digits = if self.letter { digits_of(text) } else { text };
        (self.least..=self.most).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit())
    }
}

impl fmt::Display for CodeForm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = if self.letter { ", after which one capital letter may stand" } else { "" };
        write!(f, "{} to {} digits, kept as text{letter}", self.least, self.most)
    }
}

/// A code without the capital letter at its end.
fn digits_of(code: &str) -> &str {
    code.strip_suffix(|c: char| c.is_ascii_uppercase()).unwrap_or(code)
}

/// The lengths that codes of a classification have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CodeLengths {
    /// What gives the lengths: `HS2017`, or `the file` that declares them.
    of: String,
    lengths: Lengths,
    /// Codes of other lengths that are declared one by one.
    printed: BTreeSet<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Lengths {
    /// Nothing is known of them.
    Any,
    /// Those of the Harmonized System, which nations extend by pairs.
    Even,
    These(Vec<usize>),
}

impl CodeLengths {
    /// The lengths of a classification, by its name with or without an edition: `HS2017`, `HTS2025`, `CN2018`, `Schedule B`.
    /// Of a name that is not known, any.
    #[must_use]
    pub fn of(classification: &str) -> Self {
        let name: String = classification
            .chars()
            .filter(|c| !matches!(c, ' ' | '-' | '_'))
            .map(|c| c.to_ascii_uppercase())
            .collect();
        let letters = name.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(name.len());
        let (family, edition) = name.split_at(letters);
        let these = |lengths: &[usize]| Lengths::These(lengths.to_vec());
        let lengths = match family {
            "CN" if edition == "8" || edition.starts_with("8/") => these(&[2, 4, 6, 8]),
            "CN"
            | "COMBINEDNOMENCLATURE"
            | "HARMONIZEDTARIFFSCHEDULE"
            | "HTS"
            | "HTSUS"
            | "HTSUSA"
            | "SCHEDULEB"
            | "SCHB"
            | "TARIC"
            | "HSK" => these(&[2, 4, 6, 8, 10]),
            "NCM" => these(&[2, 4, 6, 8]),
            "HSJ" | "HSJP" | "HSJPN" | "JP" | "JPN" | "JAPAN" | "JHS" => these(&[2, 4, 6, 9]),
            "HS" | "H" | "HARMONIZEDSYSTEM" | "HARMONISEDSYSTEM" | "AHTN" | "ITCHS" | "GTIP" => Lengths::Even,
            _ => Lengths::Any,
        };
        Self { of: classification.to_owned(), lengths, printed: BTreeSet::new() }
    }

    /// Lengths that a file declares, in place of its classification's.
    #[must_use]
    pub fn declared(lengths: &[usize]) -> Self {
        Self { lengths: Lengths::These(lengths.to_vec()), ..Self::of("the file") }
    }

    /// Those declared, else the classification's.
    #[must_use]
    pub fn of_or_declared(classification: &str, declared: Option<&[usize]>) -> Self {
        declared.map_or_else(|| Self::of(classification), Self::declared)
    }

    /// Those of any of several classifications; of none, any.
    #[must_use]
    pub fn of_any(classifications: &[&str]) -> Self {
        let mut all: Vec<Self> = Vec::new();
        for one in classifications.iter().map(|name| Self::of(name)) {
            if one.is_any() {
                return one;
            }
            if !all.contains(&one) {
                all.push(one);
            }
        }
        match all.as_slice() {
            [] => Self::of(""),
            [one] => one.clone(),
            several => {
                let of = several.iter().map(|one| one.of.as_str()).collect::<Vec<_>>().join(" or ");
                let lengths = (1..=MOST).filter(|n| several.iter().any(|one| one.has(*n))).collect();
                Self { of, lengths: Lengths::These(lengths), printed: BTreeSet::new() }
            }
        }
    }

    /// The same of those that are known by their names; where none is, any.
    #[must_use]
    pub fn of_known(classifications: &[&str]) -> Self {
        let known: Vec<&str> =
            classifications.iter().copied().filter(|name| !Self::of(name).is_any()).collect();
        Self::of_any(&known)
    }

    /// These, and one more.
    #[must_use]
    pub fn and(self, length: usize) -> Self {
        if self.has(length) {
            return self;
        }
        let lengths = (1..=MOST).filter(|n| *n == length || self.has(*n)).collect();
        Self { lengths: Lengths::These(lengths), ..self }
    }

    /// These, and codes that are declared as they are printed, whatever their length.
    #[must_use]
    pub fn and_printed<'c>(mut self, codes: impl IntoIterator<Item = &'c String>) -> Self {
        self.printed.extend(codes.into_iter().cloned());
        self
    }

    /// Where nothing is known of them, what a list's own codes tell: beside codes with an even number of digits, one with an odd
    /// number has lost a zero.
    #[must_use]
    pub fn settled_by<'c>(self, codes: impl IntoIterator<Item = &'c str>) -> Self {
        let is_even = |code: &str| {
            let digits = digits_of(code);
            !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) && digits.len().is_multiple_of(2)
        };
        if self.is_any() && codes.into_iter().any(is_even) {
            return Self { of: "the rest of the list".to_owned(), lengths: Lengths::Even, ..self };
        }
        self
    }

    /// Whether nothing is known of them.
    #[must_use]
    pub fn is_any(&self) -> bool {
        self.lengths == Lengths::Any
    }

    /// Whether a code may have so many digits.
    #[must_use]
    pub fn has(&self, digits: usize) -> bool {
        match &self.lengths {
            Lengths::Any => true,
            Lengths::Even => digits > 0 && digits.is_multiple_of(2),
            Lengths::These(lengths) => lengths.contains(&digits),
        }
    }

    /// The door for a code of a form.
    ///
    /// # Errors
    /// If it is not written so, or the classification has no code of that length.
    pub fn admit(&self, form: CodeForm, code: &str) -> Result<(), BadCode> {
        if form.has(code) {
            Ok(self.check(code)?)
        } else {
            Err(BadCode::NotACode { code: code.chars().take(40).collect(), form })
        }
    }

    /// The door for a code that may also be a source's own name, of which nothing is said.
    ///
    /// # Errors
    /// If it is one of digits and the classification has no code of that length.
    pub fn check(&self, code: &str) -> Result<(), LostZero> {
        let digits = digits_of(code);
        let is_code = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
        let is_known = || digits.len() <= MOST && self.has(digits.len()) || self.printed.contains(code);
        if !is_code || is_known() {
            return Ok(());
        }
        let whole = (digits.len() < MOST && self.has(digits.len() + 1)).then(|| format!("0{code}"));
        Err(LostZero { code: code.to_owned(), digits: digits.len(), lengths: Box::new(self.clone()), whole })
    }
}

impl fmt::Display for CodeLengths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.lengths {
            Lengths::Any => f.write_str("any number of"),
            Lengths::Even => f.write_str("an even number of"),
            Lengths::These(lengths) => {
                for (at, length) in lengths.iter().enumerate() {
                    let between = match at {
                        0 => "",
                        _ if at + 1 == lengths.len() => " or ",
                        _ => ", ",
                    };
                    write!(f, "{between}{length}")?;
                }
                Ok(())
            }
        }
    }
}

/// Why a code does not pass the door.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCode {
    /// It is no code.
    #[error("`{code}` is not a code")]
    NotACode {
        /// Its beginning.
        code: String,
        /// How codes are written there.
        form: CodeForm,
    },
    /// Its length.
    #[error(transparent)]
    Length(#[from] LostZero),
}

impl BadCode {
    /// The kind of error: `bad-code` or `lost-zero`.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::NotACode { .. } => "bad-code",
            Self::Length(_) => "lost-zero",
        }
    }

    /// What to do about it; `declare` says where other lengths can be declared.
    #[must_use]
    pub fn help(&self, declare: &str) -> String {
        match self {
            Self::NotACode { form, .. } => format!("write {form}"),
            Self::Length(lost) => lost.help(declare),
        }
    }
}

/// A code of a length that its classification does not have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("code `{code}` has {digits} digit{}, and codes of {} have {lengths} digits", if *.digits == 1 { "" } else { "s" }, .lengths.of)]
pub struct LostZero {
    code: String,
    digits: usize,
    lengths: Box<CodeLengths>,
    whole: Option<String>,
}

impl LostZero {
    /// What to do about it; `declare` says where other lengths can be declared.
    #[must_use]
    pub fn help(&self, declare: &str) -> String {
        let zero = match &self.whole {
            Some(whole) => format!("if a leading zero was lost, write {whole} and keep the codes as text"),
            None => "check the code".to_owned(),
        };
        if declare.is_empty() { zero } else { format!("{zero}; {declare}") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classification_has_its_lengths() {
        for (name, good, bad) in [
            ("HS2017", &[2, 4, 6, 8][..], &[1, 3, 5, 7, 9][..]),
            ("HS", &[4], &[5]),
            ("H6", &[6], &[5]),
            ("HTS2025", &[2, 4, 6, 8, 10], &[3, 7, 9, 12]),
            ("Schedule B", &[4, 6, 10], &[9]),
            ("schedule-b-2024", &[10], &[9]),
            ("CN8", &[2, 4, 6, 8], &[7, 10]),
            ("CN2018", &[4, 8, 10], &[7, 9]),
            ("JP2024", &[2, 4, 6, 9], &[5, 8, 10]),
            ("HSJ2022", &[9], &[8]),
            ("Harmonized System 2017", &[6, 8], &[7]),
            ("Combined Nomenclature 2020", &[8, 10], &[7]),
            ("AHTN2022", &[8, 10], &[9]),
        ] {
            let lengths = CodeLengths::of(name);
            for n in good {
                assert!(lengths.has(*n), "{name} {n}");
            }
            for n in bad {
                assert!(!lengths.has(*n), "{name} {n}");
            }
        }
        for unknown in ["SITC4", "EBOPS 2010", "export-sales-commodities", "annex-6-1", "all goods"] {
            assert!(CodeLengths::of(unknown).is_any(), "{unknown}");
        }
    }

    #[test]
    fn a_list_settles_what_its_classification_does_not() {
        let settled = |codes: &[&'static str]| CodeLengths::of("WEIRD").settled_by(codes.iter().copied());
        let mixed = settled(&["1012100", "10121000"]);
        assert!(mixed.check("10121000").is_ok());
        assert_eq!(
            mixed.check("1012100").unwrap_err().to_string(),
            "code `1012100` has 7 digits, and codes of the rest of the list have an even number of digits"
        );
        assert!(settled(&["1012100", "10121"]).is_any());
        assert!(CodeLengths::of("JP2024").settled_by(["10"]).has(9));
    }

    #[test]
    fn the_door_asks_for_a_form_and_a_length() {
        let lengths = CodeLengths::of("HTS2025");
        assert_eq!(lengths.admit(CodeForm::TARIFF, "9903").as_ref().map_err(BadCode::kind), Ok(&()));
        for (form, code, kind) in [
            (CodeForm::TARIFF, "990", "lost-zero"),
            (CodeForm::TARIFF, "9", "bad-code"),
            (CodeForm::TARIFF, "99.03", "bad-code"),
            (CodeForm::TARIFF, "9903a", "bad-code"),
            (CodeForm::LINE, "99", "bad-code"),
            (CodeForm::HS, "9903A", "bad-code"),
            (CodeForm::HS, "", "bad-code"),
            (CodeForm::LISTED, "9", "lost-zero"),
        ] {
            assert_eq!(lengths.admit(form, code).unwrap_err().kind(), kind, "{code}");
        }
        let said = lengths.admit(CodeForm::TARIFF, "99.03").unwrap_err();
        assert_eq!(said.to_string(), "`99.03` is not a code");
        assert_eq!(
            said.help(""),
            "write 2 to 12 digits, kept as text, after which one capital letter may stand"
        );
        assert!(CodeLengths::of_any(&["HTS2025", "own"]).is_any());
        assert!(
            !CodeLengths::of_known(&["HTS2025", "own"]).has(7) && CodeLengths::of_known(&["own"]).is_any()
        );
        let printed = ["271012250".to_owned()];
        let lengths = CodeLengths::of("HS2017").and_printed(&printed);
        assert!(lengths.check("271012250").is_ok() && lengths.check("271012251").is_err());
    }

    #[test]
    fn a_lost_zero_is_named_with_the_code_that_was_meant() {
        let said = CodeLengths::of("HS2017").check("40210").unwrap_err();
        assert_eq!(
            said.to_string(),
            "code `40210` has 5 digits, and codes of HS2017 have an even number of digits"
        );
        assert!(said.help("").contains("write 040210"));
        let said = CodeLengths::of("JP2024").check("40210129").unwrap_err();
        assert!(
            said.to_string().ends_with("have 2, 4, 6 or 9 digits") && said.help("").contains("040210129")
        );
        let said = CodeLengths::of("HTS2025").check("123456789012").unwrap_err();
        assert_eq!(said.help("declare lengths"), "check the code; declare lengths");
        assert!(CodeLengths::of("CN2018").check("0101210010A").is_ok());
        assert!(CodeLengths::of("CN2018").check("101210010A").is_err());
        assert!(CodeLengths::of("HS2017").check("oilseeds").is_ok());
        assert!(CodeLengths::declared(&[5]).check("40210").is_ok());
        assert!(CodeLengths::declared(&[5]).check("040210").is_err());
        assert!(CodeLengths::of("SITC4").check("334").is_ok());
    }
}
