//! The rows of a vintage against what its manifest says of them.

use crate::extent::Extent;
use crate::held::covers;
use crate::ingest::{Content, Figures, stretches};
use crate::manifest::{Block, ManifestVintage};
use crate::meaning::{AllCodes, Meaning};
use crate::parquet_file::{Said, WholeRow, each_row};
use bytes::Bytes;
use servanda_core::{Party, Stage};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Periods of final and of preliminary rows, each with whether one of its rows has a figure.
type Periods = BTreeMap<(Stage, Party), [BTreeMap<i32, bool>; 2]>;

/// What a manifest says of the rows of a vintage and is not so.
pub(super) fn problems(
    bytes: Vec<u8>,
    stated: &ManifestVintage,
    original: &str,
    meaning: Option<&Meaning>,
) -> Vec<String> {
    match counted(&Bytes::from(bytes), stated, original, meaning) {
        Ok(problems) => problems,
        Err(e) => vec![format!("the rows of {} do not read: {e}", stated.published)],
    }
}

fn counted(
    bytes: &Bytes,
    stated: &ManifestVintage,
    original: &str,
    meaning: Option<&Meaning>,
) -> parquet::errors::Result<Vec<String>> {
    let mut codes: BTreeSet<String> = BTreeSet::new();
    let mut said = Periods::new();
    let (mut count, mut unknown) = (0u64, false);
    each_row(bytes, |row: &WholeRow<'_>| {
        count += 1;
        if !codes.contains(row.code) {
            codes.insert(row.code.to_owned());
        }
        match (Stage::parse(row.flow), Party::new(row.partner)) {
            (Some(flow), Some(partner)) => {
                let [finals, preliminary] = said.entry((flow, partner)).or_default();
                let periods = if row.preliminary { preliminary } else { finals };
                *periods.entry(row.period).or_default() |= row.value.is_some() || row.quantity.is_some();
            }
            _ => unknown = true,
        }
    })?;
    let mut problems = Vec::new();
    let mut add = |what: &str| problems.push(format!("{what} of {} is not so", stated.published));
    let words = Said {
        published: stated.published.clone(),
        order: stated.order.clone(),
        original: original.to_owned(),
    };
    for key in words.contradicts(bytes)? {
        let key = key.trim_start_matches("servanda.");
        add(&format!("its `{key}` is not that of the file of its rows: what it says"));
    }
    if count != stated.rows || unknown {
        add("what it says of the number of rows");
    }
    let extent = meaning.map(|m| Extent::read(1, &stated.joint, m.frequency));
    if extent.as_ref().is_some_and(Option::is_none) {
        add("what it says of joint figures");
    }
    if let Some((m, Some(extent))) = meaning.zip(extent)
        && !is_covered(&said, &stated.coverage, m, &extent)
    {
        add("what it says of the coverage");
    }
    let places: HashMap<&str, u32> = codes.iter().map(String::as_str).zip(0u32..).collect();
    let mut content = Content::new(codes.iter().map(String::as_str), codes.len());
    each_row(bytes, |row: &WholeRow<'_>| {
        content.row(&Figures {
            partner: row.partner,
            flow: row.flow,
            code: places.get(row.code).copied().unwrap_or(u32::MAX),
            period: row.period,
            value: row.value,
            quantity: row.quantity,
            preliminary: row.preliminary,
        });
    })?;
    if content.finish(&stated.coverage, &stated.joint) != stated.content_sha256 {
        add("the hash of the content");
    }
    Ok(problems)
}

/// Whether what is said to be covered can be of these rows. Which rows `where` left out is not in them: of a period in which none has
/// a figure, both all codes and those with a row may be covered.
fn is_covered(said: &Periods, stated: &[Block], meaning: &Meaning, extent: &Extent) -> bool {
    let keys: Vec<(Stage, Party)> = stated.iter().map(|b| (b.flow, b.partner)).collect();
    let Ok(spans) = covers("", stated, meaning.frequency) else { return false };
    keys.iter().eq(said.keys())
        && stated.iter().all(|block| {
            let key = (block.flow, block.partner);
            let (Some(cover), Some([finals, preliminary])) = (spans.get(&key), said.get(&key)) else {
                return false;
            };
            // A manifest that was rewritten can say any number of periods.
            let lists = [&cover.finals, &cover.preliminary].map(|s| [&s.all, &s.rows]);
            let length = |list: &[(i32, i32)]| -> i64 {
                list.iter().map(|(a, b)| i64::from(*b) - i64::from(*a) + 1).sum()
            };
            let most =
                (finals.len() + preliminary.len()) as i64 * i64::from(meaning.days().max(extent.reach()));
            if lists.iter().flatten().any(|list| length(list) > most) {
                return false;
            }
            let sets = lists.map(|two| two.map(|list| ordinals(list)));
            let point = |o| meaning.frequency.point(o);
            let stretch = |set: &BTreeSet<i32>| stretches(&set.iter().copied().collect::<Vec<_>>(), point);
            let [[final_all, final_rows], [preliminary_all, preliminary_rows]] = &sets;
            let in_order = stretch(final_all) == block.final_all
                && stretch(final_rows) == block.final_rows
                && stretch(preliminary_all) == block.preliminary_all
                && stretch(preliminary_rows) == block.preliminary_rows;
            let is_mixed = |p: &i32| preliminary_all.contains(p) || preliminary_rows.contains(p);
            in_order
                && !final_all.iter().any(is_mixed)
                && is_of(final_all, final_rows, finals, (meaning, extent), |all| all.finals, &is_mixed)
                && is_of(
                    preliminary_all,
                    preliminary_rows,
                    preliminary,
                    (meaning, extent),
                    |all| all.preliminary,
                    &|_| false,
                )
        })
}

/// Whether periods of all codes and of those with a row are those of some rows; of one that `is_mixed` no more than the codes with
/// a row can be said.
fn is_of(
    all: &BTreeSet<i32>,
    rows: &BTreeSet<i32>,
    said: &BTreeMap<i32, bool>,
    (meaning, extent): (&Meaning, &Extent),
    full: impl Fn(&AllCodes) -> bool,
    is_mixed: &dyn Fn(&i32) -> bool,
) -> bool {
    let readings = || meaning.readings.iter();
    let days = readings().map(|r| i32::from(r.days).max(1));
    let (fewest, most) = (days.clone().min().unwrap_or(1), days.max().unwrap_or(1));
    // A figure is of some periods, its own the last.
    let of = |days: i32, figures: bool| -> BTreeSet<i32> {
        let wanted = said.iter().filter(|(_, has)| **has || !figures);
        wanted.flat_map(|(p, _)| extent.first(*p).min(p.saturating_sub(days - 1))..=*p).collect()
    };
    let stated: BTreeSet<i32> = all.union(rows).copied().collect();
    let (some, every) = (readings().any(|r| full(&r.all_codes)), readings().all(|r| full(&r.all_codes)));
    all.is_disjoint(rows)
        && of(fewest, false).is_subset(&stated)
        && stated.is_subset(&of(most, false))
        && (some || all.is_empty())
        && !(every && of(fewest, true).iter().any(|p| rows.contains(p) && !is_mixed(p)))
}

fn ordinals(spans: &[(i32, i32)]) -> BTreeSet<i32> {
    spans.iter().flat_map(|(first, last)| *first..=*last).collect()
}
