//! What is held against what is required, reading by reading, as SVG. Only presentation attributes are used, so that a strict content
//! policy holds, and text takes the colour of the page around it.

use crate::read::{figure, held_of_required, share, text, texts};
use maud::{Markup, html};
use serde_json::Value;
use servanda_core::{Bounds, Exact};
use servanda_report as report;
use servanda_verdict::Figure;

const WIDTH: f64 = 720.0;
const ROW: f64 = 76.0;
const TOP: f64 = 62.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = WIDTH - 24.0;
/// Blue and orange that the colour-blind tell apart, on light and on dark.
const HELD: &str = "#3b7dbb";
const REQUIRED: &str = "#d06a1e";

/// One reading with figures on both sides.
struct Bar<'v> {
    reading: &'v Value,
    actual: Figure,
    required: Figure,
}

impl Bar<'_> {
    fn ends(&self) -> impl Iterator<Item = f64> {
        [&self.actual, &self.required]
            .into_iter()
            .flat_map(|f| [&f.bounds.low, &f.bounds.value, &f.bounds.high])
            .flatten()
            .map(Exact::to_f64)
    }

    fn name(&self) -> String {
        let source = text(self.reading, "source").unwrap_or_default();
        let definition = self.reading.get("definition").and_then(|d| text(d, "id")).unwrap_or_default();
        let counts = if self.reading.get("counts").and_then(Value::as_bool) == Some(true) {
            ""
        } else {
            ", shown beside"
        };
        if definition.is_empty() {
            format!("{source}{counts}")
        } else {
            format!("{source}, {definition}{counts}")
        }
    }
}

/// The chart of a commitment as `explain` answers; none where no reading has figures on both sides in one unit. `alone` is for a
/// file of its own, which needs a ground to stand on.
pub fn chart(explain: &Value, alone: bool) -> Option<String> {
    let commitment = explain.get("commitment")?;
    let bars: Vec<Bar<'_>> =
        crate::read::items(commitment, "readings")
            .iter()
            .filter_map(|reading| {
                let (actual, required) = (figure(reading.get("actual"))?, figure(reading.get("required"))?);
                let known = |f: &Figure| f.bounds.value.is_some() || f.bounds.is_bounded();
                (known(&actual) && known(&required) && actual.dimension == required.dimension)
                    .then_some(Bar { reading, actual, required })
            })
            .collect();
    let dimension = bars.first()?.actual.dimension;
    if bars.iter().any(|bar| bar.actual.dimension != dimension) {
        return None;
    }
    let most = bars.iter().flat_map(Bar::ends).fold(0.0_f64, f64::max);
    let least = bars.iter().flat_map(Bar::ends).fold(0.0_f64, f64::min);
    if !(most - least).is_finite() || most <= least {
        return None;
    }
    let scale = Scale { least, span: most - least };

    let id = text(commitment, "id").unwrap_or_default();
    let title = text(commitment, "title").unwrap_or(id);
    let status = text(commitment, "status").unwrap_or_default();
    let as_of = text(explain, "as_of").unwrap_or_default();
    let mut sources: Vec<String> = Vec::new();
    for bar in &bars {
        let vintages = texts(bar.reading, "vintages");
        let vintage = vintages.last().map(|v| format!(", vintage {v}")).unwrap_or_default();
        let line = format!("{}{vintage}", text(bar.reading, "publisher").unwrap_or_default());
        if !sources.contains(&line) {
            sources.push(line);
        }
    }
    let ticks = scale.ticks();
    let foot = TOP + ROW * bars.len() as f64;
    let height = foot + 34.0 + 16.0 * sources.len() as f64;
    let svg = html! {
        svg xmlns="http://www.w3.org/2000/svg" viewBox={ "0 0 " (WIDTH) " " (px(height)) } width=(WIDTH) height=(px(height)) role="img"
            aria-labelledby={ "t-" (id) " d-" (id) } font-family="Charter, Georgia, serif" font-size="14" fill="currentColor" {
            title id={ "t-" (id) } { (title) ": " (status) }
            desc id={ "d-" (id) } {
                "Held against required as known at the end of " (as_of) ". "
                @for bar in &bars { (bar.name()) ": " (held_of_required(bar.reading).unwrap_or_default()) ". " }
            }
            @if alone { rect width="100%" height="100%" fill="#fdfcf9" {} }
            g fill=[alone.then_some("#1b1b1b")] {
                text x=(LEFT) y="20" font-size="17" font-weight="bold" { (title) ": " (status) }
                text x=(LEFT) y="42" fill-opacity="0.75" {
                    "Held (bar; light: within bounds) and required (upright), as known at the end of " (as_of)
                }
                @for tick in &ticks {
                    line x1=(scale.x(*tick)) x2=(scale.x(*tick)) y1=(TOP) y2=(px(foot)) stroke="currentColor" stroke-opacity="0.15" {}
                }
                @for (n, bar) in bars.iter().enumerate() { (row(bar, TOP + ROW * n as f64, &scale)) }
                @for (n, tick) in ticks.iter().enumerate() {
                    text x=(scale.x(*tick)) y=(px(foot + 14.0)) font-size="12" fill-opacity="0.75"
                        text-anchor=(if n == 0 { "start" } else if n + 1 == ticks.len() { "end" } else { "middle" }) {
                        (report::amount(&whole(*tick), dimension))
                    }
                }
                @for (n, source) in sources.iter().enumerate() {
                    text x=(LEFT) y=(px(foot + 38.0 + 16.0 * n as f64)) font-size="12" fill-opacity="0.75" { "Source: " (source) }
                }
            }
        }
    };
    Some(svg.into_string())
}

fn row(bar: &Bar<'_>, top: f64, scale: &Scale) -> Markup {
    let said = held_of_required(bar.reading).unwrap_or_default();
    let share = share(bar.reading).map(|s| format!(", {s}")).unwrap_or_default();
    let status = text(bar.reading, "status").unwrap_or_default();
    let counts = bar.reading.get("counts").and_then(Value::as_bool) == Some(true);
    let at = |value: &Option<Exact>| value.as_ref().map(Exact::to_f64);
    // What is surely so is full; what is within bounds is light, and goes to the edge where there is no bound.
    let span = |bounds: &Bounds| {
        let sure = at(&bounds.low).or_else(|| at(&bounds.value)).map_or(LEFT, |v| scale.at(v));
        let may = at(&bounds.high).map_or(RIGHT, |v| scale.at(v));
        (sure, may.max(sure))
    };
    let (zero, (held, may), (from, to)) =
        (scale.at(0.0), span(&bar.actual.bounds), span(&bar.required.bounds));
    html! {
        text x=(LEFT) y=(px(top + 14.0)) font-size="13" font-weight="bold" { (bar.name()) ": " (status) }
        text x=(LEFT) y=(px(top + 30.0)) font-size="13" { (said) (share) }
        rect x=(px(zero.min(held))) y=(px(top + 38.0)) width=(px((held - zero).abs())) height="18" fill=(HELD) fill-opacity=(if counts { "1" } else { "0.55" }) {}
        @if may > held {
            rect x=(px(held)) y=(px(top + 38.0)) width=(px(may - held)) height="18" fill=(HELD) fill-opacity="0.25" {}
        }
        rect x=(px(from - 1.5)) y=(px(top + 34.0)) width=(px(to - from + 3.0)) height="26" fill=(REQUIRED) fill-opacity=(if to > from { "0.4" } else { "1" }) {}
    }
}

/// From an amount to a place across the chart.
struct Scale {
    least: f64,
    span: f64,
}

impl Scale {
    fn at(&self, value: f64) -> f64 {
        LEFT + (value - self.least) / self.span * (RIGHT - LEFT)
    }

    fn x(&self, value: f64) -> String {
        px(self.at(value))
    }

    /// Three to six round amounts.
    fn ticks(&self) -> Vec<f64> {
        let rough = self.span / 4.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step =
            [1.0, 2.0, 5.0, 10.0].into_iter().map(|m| m * power).find(|s| *s >= rough).unwrap_or(rough);
        let first = (self.least / step).ceil() as i64;
        let last = ((self.least + self.span) / step).floor() as i64;
        (first..=last).take(12).map(|n| n as f64 * step).collect()
    }
}

/// A place to a tenth of a pixel.
fn px(value: f64) -> String {
    format!("{value:.1}")
}

/// A tick as a figure: it has few digits, so that nothing is lost that is shown.
fn whole(tick: f64) -> Exact {
    Exact::parse(&format!("{tick:.6}")).unwrap_or_else(|_| Exact::zero())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn explained(readings: Value) -> Value {
        json!({
            "as_of": "2021-03-25",
            "commitment": { "id": "energy.2020", "title": "Energy <2020>", "status": "missed", "readings": readings },
        })
    }

    fn reading(actual: Value, required: Value) -> Value {
        json!({
            "source": "census", "counts": true, "status": "missed", "publisher": "US Census Bureau",
            "vintages": ["2021-03-25"], "definition": { "id": "printed" }, "actual": actual, "required": required,
        })
    }

    fn usd(value: Option<&str>, low: Option<&str>, high: Option<&str>) -> Value {
        json!({ "value": value, "low": low, "high": high, "unit": "USD" })
    }

    #[test]
    fn a_chart_is_xml_that_says_its_figures_and_its_source() {
        let exact = |v| usd(Some(v), Some(v), Some(v));
        let svg =
            chart(&explained(json!([reading(exact("9738000000"), exact("26149000000"))])), true).unwrap();
        for said in [
            "9.738 of 26.149 bn USD",
            "US Census Bureau, vintage 2021-03-25",
            "Energy &lt;2020&gt;: missed",
            "2021-03-25",
        ] {
            assert!(svg.contains(said), "{said}: {svg}");
        }
        // As many elements end as begin, so that it stands as a file of its own; and nothing that a strict policy forbids.
        let begun = svg.matches('<').count() - svg.matches("</").count();
        assert_eq!(begun, svg.matches("</").count(), "{svg}");
        assert!(!svg.contains("style") && !svg.contains("script"), "{svg}");
    }

    #[test]
    fn what_has_no_bound_goes_to_the_edge() {
        let required = usd(Some("20"), Some("20"), Some("20"));
        let svg =
            chart(&explained(json!([reading(usd(Some("8"), Some("7"), None), required)])), false).unwrap();
        // From 7 of 20 to the edge: a light bar of 13 twentieths.
        let width = px((RIGHT - LEFT) * 13.0 / 20.0);
        assert!(
            svg.contains(&format!("width=\"{width}\" height=\"18\" fill=\"{HELD}\" fill-opacity=\"0.25\"")),
            "{svg}"
        );
    }

    #[test]
    fn without_figures_or_with_two_units_there_is_no_chart() {
        let tonnes = json!({ "value": "1", "low": "1", "high": "1", "unit": "t" });
        let usd = usd(Some("1"), Some("1"), Some("1"));
        for readings in [
            json!([]),
            json!([{ "source": "s", "actual": null, "required": null }]),
            json!([reading(tonnes.clone(), usd.clone())]),
            json!([reading(tonnes.clone(), tonnes), reading(usd.clone(), usd)]),
        ] {
            assert_eq!(chart(&explained(readings), true), None);
        }
    }
}
