//! Figures of a document as decimals.

use serde_json::{Map, Value};
use servanda_core::{End, Exact};

/// Makes every figure of a document a decimal: the whole expansion where it ends; else thirty digits behind the point, rounded
/// down under keys of lower bounds and up under those of upper ones, and beside it, under the key `exact`, what it is as
/// `n/d`, by its key.
pub(super) fn decimals(document: &mut Value) {
    match document {
        Value::Array(items) => {
            for item in items {
                match fraction(item) {
                    Some(value) => *item = value.plain().into(),
                    None => decimals(item),
                }
            }
        }
        Value::Object(map) => {
            let mut exact = Map::new();
            for (key, item) in map.iter_mut() {
                match fraction(item) {
                    Some(value) => {
                        *item = End::of(key).text(&value).into();
                        exact.insert(key.clone(), value.fraction().into());
                    }
                    None => decimals(item),
                }
            }
            if !exact.is_empty() {
                map.insert("exact".into(), exact.into());
            }
        }
        _ => {}
    }
}

/// The number that an object stands for, if it stands for one.
fn fraction(item: &Value) -> Option<Exact> {
    let map = item.as_object().filter(|map| map.len() == 1)?;
    Exact::parse_fraction(map.get(Exact::FRACTION)?.as_str()?).ok()
}
