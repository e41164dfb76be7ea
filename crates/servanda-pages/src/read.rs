//! What stands in a document.

use serde_json::Value;
use servanda_core::{Bounds, Exact, Unit};
use servanda_report as report;
use servanda_verdict::Figure;

/// The text under a key; none where there is none.
pub(crate) fn text<'v>(value: &'v Value, key: &str) -> Option<&'v str> {
    value.get(key).and_then(Value::as_str)
}

/// The items under a key.
pub(crate) fn items<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value.get(key).and_then(Value::as_array).map_or(&[], Vec::as_slice)
}

/// The texts under a key.
pub(crate) fn texts<'v>(value: &'v Value, key: &str) -> Vec<&'v str> {
    items(value, key).iter().filter_map(Value::as_str).collect()
}

/// A figure as a document writes it: decimals, with `exact` beside them for those whose expansion does not end.
pub(crate) fn figure(value: Option<&Value>) -> Option<Figure> {
    let value = value?;
    let unit = Unit::parse(text(value, "unit")?).ok()?;
    let number = |key: &str| {
        let fraction = value.get("exact").and_then(|exact| text(exact, key));
        let read = |given: &str| Exact::parse(given).or_else(|_| Exact::parse_fraction(given)).ok();
        fraction.or_else(|| text(value, key)).and_then(read).map(|n| &n * &unit.factor())
    };
    let bounds = Bounds { value: number("value"), low: number("low"), high: number("high") };
    Some(Figure { bounds, dimension: unit.dimension })
}

/// Held and required of a reading, for people; none where neither is known.
pub(crate) fn held_of_required(reading: &Value) -> Option<String> {
    let (actual, required) = (figure(reading.get("actual"))?, figure(reading.get("required"))?);
    Some(report::pair(&actual, &required))
}

/// The share of a reading in percent, with the range in which it lies.
pub(crate) fn share(reading: &Value) -> Option<String> {
    let percent = |key: &str| {
        text(reading, key).and_then(|s| Exact::parse(s).ok()).map(|s| (&s * &Exact::integer(100)).round_to(1))
    };
    let (low, high) = (percent("share_low"), percent("share_high"));
    match (percent("share"), low, high) {
        (Some(share), Some(low), Some(high)) if low == high => Some(format!("{share} %")),
        (Some(share), Some(low), Some(high)) => Some(format!("{share} % ({low}–{high} %)")),
        (Some(share), ..) => Some(format!("{share} %")),
        (None, Some(low), Some(high)) => Some(format!("{low}–{high} %")),
        (None, Some(low), None) => Some(format!("at least {low} %")),
        (None, None, Some(high)) => Some(format!("at most {high} %")),
        (None, None, None) => None,
    }
}
