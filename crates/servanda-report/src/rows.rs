//! The figures of a reading as rows for programs: its own, then those of its parts, its years, and its lines and days.

use servanda_core::{Exact, Status};
use servanda_verdict::{Figure, Operator, Part, Reading};

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

/// What each row has in columns of its own.
pub(crate) const FIGURES: [&str; 14] = [
    "actual",
    "actual_low",
    "actual_high",
    "required",
    "required_low",
    "required_high",
    "unit",
    "actual_exact",
    "actual_low_exact",
    "actual_high_exact",
    "required_exact",
    "required_low_exact",
    "required_high_exact",
    "required_unit",
];

impl FigureRow<'_> {
    /// The cells under [`FIGURES`]: decimals, `low` rounded down and `high` up where they do not end, and then beside them what
    /// they are as `n/d`.
    pub(crate) fn cells(&self) -> [String; 14] {
        let three = |figure: &Option<Figure>| {
            let bounds = figure.as_ref().map(|f| &f.bounds);
            let [value, low, high] =
                [bounds.map(|b| &b.value), bounds.map(|b| &b.low), bounds.map(|b| &b.high)]
                    .map(|x| x.and_then(Option::as_ref));
            let text = |x: Option<String>| x.unwrap_or_default();
            (
                [
                    text(value.map(Exact::plain)),
                    text(low.map(Exact::plain_down)),
                    text(high.map(Exact::plain_up)),
                ],
                [value, low, high].map(|x| text(x.and_then(Exact::fraction))),
            )
        };
        let unit = |figure: &Option<Figure>| figure.as_ref().map(|f| f.dimension.base_unit());
        let ([a, al, ah], [ax, alx, ahx]) = three(self.actual);
        let ([r, rl, rh], [rx, rlx, rhx]) = three(self.required);
        let of_actual = unit(self.actual).or_else(|| unit(self.required)).unwrap_or_default();
        let of_required = unit(self.required).filter(|u| *u != of_actual).unwrap_or_default();
        [a, al, ah, r, rl, rh, of_actual, ax, alx, ahx, rx, rlx, rhx, of_required]
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
