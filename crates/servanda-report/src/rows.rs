//! The figures of a reading as rows for programs: its own, then those of its parts, its years, and its lines and days.

use servanda_core::{End, Exact, Status};
use servanda_verdict::{Figure, Operator, Part, Reading, Side};

/// One comparison, or several that are joined.
pub(crate) struct FigureRow<'a> {
    /// Which part of the rule: empty for the whole, `1`, `2.1` for parts, `2020` or `2020 1` for a year.
    pub part: String,
    /// The text of the comparison, of a part.
    pub text: &'a str,
    /// How many lines or runs of days it stands for.
    pub instances: Option<usize>,
    pub status: Status,
    pub comparison: Option<Operator>,
    actual: &'a Option<Figure>,
    required: &'a Option<Figure>,
}

impl FigureRow<'_> {
    fn end(&self, side: Side, end: End) -> Option<&Exact> {
        let figure = match side {
            Side::Actual => self.actual,
            Side::Required => self.required,
        };
        let bounds = &figure.as_ref()?.bounds;
        match end {
            End::Value => bounds.value.as_ref(),
            End::Low => bounds.low.as_ref(),
            End::High => bounds.high.as_ref(),
        }
    }

    /// A decimal, `low` rounded down and `high` up where it does not end.
    pub(crate) fn decimal(&self, side: Side, end: End) -> String {
        self.end(side, end).map(|x| end.text(x)).unwrap_or_default()
    }

    /// The same as `n/d`, where the decimal does not end.
    pub(crate) fn fraction(&self, side: Side, end: End) -> String {
        self.end(side, end).and_then(Exact::fraction).unwrap_or_default()
    }

    /// The unit of what is held; of what is required where nothing is.
    pub(crate) fn unit(&self) -> String {
        let figure = self.actual.as_ref().or(self.required.as_ref());
        figure.map(|f| f.dimension.base_unit()).unwrap_or_default()
    }

    /// The unit of what is required, where it is another.
    pub(crate) fn required_unit(&self) -> String {
        let unit = self.required.as_ref().map(|f| f.dimension.base_unit());
        unit.filter(|unit| *unit != self.unit()).unwrap_or_default()
    }
}

/// The rows of a reading. The first is the whole rule.
pub(crate) fn rows(reading: &Reading) -> Vec<FigureRow<'_>> {
    let mut rows = vec![FigureRow {
        part: String::new(),
        text: "",
        instances: None,
        status: reading.status,
        comparison: reading.comparison,
        actual: &reading.actual,
        required: &reading.required,
    }];
    for (n, part) in reading.parts.iter().enumerate() {
        add((n + 1).to_string(), part, None, ".", &mut rows);
    }
    for year in &reading.years {
        add(year.period.clone(), &year.part, None, " ", &mut rows);
    }
    for group in reading.instances.iter().flat_map(|i| &i.groups) {
        let first = group.names.first().cloned().unwrap_or_default();
        add(first, &group.part, Some(group.count), " ", &mut rows);
    }
    rows
}

fn add<'a>(name: String, part: &'a Part, instances: Option<usize>, gap: &str, rows: &mut Vec<FigureRow<'a>>) {
    rows.push(FigureRow {
        part: name.clone(),
        text: &part.text,
        instances,
        status: part.status,
        comparison: part.comparison,
        actual: &part.actual,
        required: &part.required,
    });
    for (n, inner) in part.parts.iter().enumerate() {
        add(format!("{name}{gap}{}", n + 1), inner, None, ".", rows);
    }
}
