//! The rows of one vintage for one flow, partner and dimension, ready to be summed.

/// Final and preliminary rows, apart.
#[derive(Debug, Default)]
pub(crate) struct Decoded {
    pub finals: Rows,
    pub preliminary: Rows,
}

impl Decoded {
    /// How many rows.
    pub fn len(&self) -> usize {
        self.finals.periods.len() + self.preliminary.periods.len()
    }

    /// Takes every figure finer by some powers of ten; false where one is too large for that.
    pub fn finer(&mut self, up: u32) -> bool {
        let Some(times) = 10i64.checked_pow(up) else { return false };
        let values = self.finals.values.iter_mut().chain(&mut self.preliminary.values);
        for value in values {
            let Some(finer) = value.checked_mul(times) else { return false };
            *value = finer;
        }
        true
    }
}

/// Rows in order of code and period. The rows of code `i` are `starts[i]..starts[i + 1]`.
#[derive(Debug, Default)]
pub(crate) struct Rows {
    pub codes: Vec<String>,
    pub starts: Vec<usize>,
    pub periods: Vec<i32>,
    pub values: Vec<i64>,
    pub flags: Vec<u8>,
}

/// The row says that there is no figure at all.
pub(crate) const NO_FIGURE: u8 = 1;
/// The row has a figure, but none in the dimension that is asked for.
pub(crate) const LACKING: u8 = 2;

/// One row.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Figure {
    pub period: i32,
    pub value: i64,
    pub flags: u8,
}

impl Rows {
    /// Adds a row; codes come in order, and periods within them.
    pub fn push(&mut self, code: &str, figure: Figure) {
        if self.codes.last().is_none_or(|last| last != code) {
            self.codes.push(code.to_owned());
            self.starts.push(self.periods.len());
        }
        self.periods.push(figure.period);
        self.values.push(figure.value);
        self.flags.push(figure.flags);
    }

    /// The rows of one code within a stretch of periods.
    pub fn of(&self, code: usize, first: i32, last: i32) -> impl Iterator<Item = Figure> + '_ {
        let start = self.starts.get(code).copied().unwrap_or(0);
        let end = self.starts.get(code + 1).copied().unwrap_or(self.periods.len());
        let periods = self.periods.get(start..end).unwrap_or_default();
        let from = start + periods.partition_point(|p| *p < first);
        let to = start + periods.partition_point(|p| *p <= last);
        let periods = self.periods.get(from..to).unwrap_or_default();
        let values = self.values.get(from..to).unwrap_or_default();
        let flags = self.flags.get(from..to).unwrap_or_default();
        periods.iter().zip(values).zip(flags).map(|((period, value), flags)| Figure {
            period: *period,
            value: *value,
            flags: *flags,
        })
    }

    /// The places of the codes that start with a prefix.
    pub fn starting_with(&self, prefix: &str) -> std::ops::Range<usize> {
        let from = self.codes.partition_point(|c| c.as_str() < prefix);
        let rest = self.codes.get(from..).unwrap_or_default();
        from..from + rest.partition_point(|c| c.starts_with(prefix))
    }

    /// The place of a code.
    pub fn place(&self, code: &str) -> Option<usize> {
        self.codes.binary_search_by(|c| c.as_str().cmp(code)).ok()
    }
}
