//! A list read in the codes of another edition of the HS.
//!
//! A code that has the same goods in both editions, read both ways, is read as it stands. What moved is followed by the correlation
//! tables of the United Nations if the agreement declares that (`[concordance]`): a code of the source that has goods of the list alone is
//! the list's, one that has none of its goods is not, and of one that has some only a part is meant, which a declared share may say.

use crate::model::{Concordance, ListScope, PartlyMeant};
use crate::resolve::{Item, membership};
use servanda_core::hs::{hs_edition, moved, same_goods};
use servanda_core::{Period, Source};

/// The edition in which a list is read, where that is another than its own and has other goods under some of its codes.
pub(crate) struct Other {
    /// As the source names it.
    name: String,
    own: u16,
    theirs: u16,
}

/// How many codes are named.
const SHOWN: usize = 4;

/// `a, b and 3 more`.
fn some(codes: &[&str]) -> String {
    let shown = codes.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", ");
    match codes.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// In which edition a list is read on a source in a period: none where its codes have the same goods in every edition that is used.
/// `Err` says why it cannot be read.
pub(crate) fn edition(
    source: &Source,
    name: &str,
    list: &ListScope,
    period: &Period,
    declared: bool,
) -> Result<Option<Other>, String> {
    let wanted = list.classification.as_str();
    let (start, end) = (period.start(), period.end());
    let Some(begins) = source.editions.iter().rposition(|e| e.from <= start) else {
        let first = source.editions.first().map_or_else(
            || "declares no classification".to_owned(),
            |e| format!("declares its classification only from {} on", e.from),
        );
        return Err(format!("{name} is written in {wanted}, and {} {first}", source.id));
    };
    let used: Vec<&str> =
        source.editions.iter().skip(begins).filter(|e| e.from <= end).map(|e| e.name.as_str()).collect();
    let mut other = None;
    for edition in used.iter().copied().filter(|e| *e != wanted) {
        if source.depth.is_none() {
            return Err(format!(
                "{name} is written in {wanted}, {} has its own codes ({edition}), and no crosswalk is declared",
                source.id
            ));
        }
        let is_in = format!("{name} is written in {wanted}, {} is in {edition} in {period}", source.id);
        let (Some(own), Some(theirs)) = (hs_edition(wanted), hs_edition(edition)) else {
            return Err(format!("{is_in}, and no edition of the HS is known that both rest on"));
        };
        // More than six digits are each country's own: they are a bound where the figures have six, and unknown where these have more.
        let six = |code: &str| code.get(..6).unwrap_or(code).to_owned();
        let deep = source.depth.is_some_and(|depth| depth > 6);
        let codes = || list.lines.iter().map(|l| l.code.as_str());
        let differs = |code: &str| !same_goods(&six(code), wanted, edition);
        let long: Vec<&str> = codes().filter(|c| c.len() > 6 && (deep || differs(c))).collect();
        if !long.is_empty() {
            return Err(format!("{is_in}, and more than six digits mean other goods there: {}", some(&long)));
        }
        let differ: Vec<&str> = codes().filter(|c| differs(c)).collect();
        if differ.is_empty() {
            continue;
        }
        let differ = some(&differ);
        if !declared {
            return Err(format!(
                "{is_in}, where {differ} may mean other goods, and no concordance is declared"
            ));
        }
        if used.len() > 1 {
            return Err(format!(
                "{is_in}, where {differ} may mean other goods, and in the same period in another edition: ask for each by itself"
            ));
        }
        other = Some(Other { name: edition.to_owned(), own, theirs });
    }
    Ok(other)
}

/// Reads an item in another edition by the correlation tables. `Err` where none leads there.
pub(crate) fn reread(
    item: &mut Item,
    scope: &str,
    other: &Other,
    concordance: &Concordance,
) -> Result<(), String> {
    let Other { name, own, theirs } = other;
    let moved = moved(*own, *theirs).ok_or_else(|| {
        format!("no correlation table leads from HS{own}, in which {scope} is written, to {name}")
    })?;
    let mut changed: Vec<(&str, Option<String>)> = Vec::new();
    let mut open: Vec<&str> = Vec::new();
    let mut mixed = false;
    for (code, origins) in &moved {
        let owners: Vec<Option<&str>> = origins.iter().map(|origin| membership(item, origin)).collect();
        let here = membership(item, code).is_some();
        match owners.iter().flatten().count() {
            0 if here => changed.push((code, None)),
            0 => {}
            all if all == owners.len() => {
                mixed |= owners.windows(2).any(|pair| matches!(pair, [a, b] if a != b));
                if !here {
                    changed.push((code, owners.iter().flatten().next().map(|line| (*line).to_owned())));
                }
            }
            _ => {
                mixed = true;
                changed.push((code, None));
                let declared = concordance
                    .shares
                    .iter()
                    .find(|s| s.scope == scope && s.code == *code && s.edition == *name);
                match declared {
                    Some(s) => item.notes.push(format!(
                        "{} of {code} of {name} is declared to be {scope}: {}",
                        s.share.plain(),
                        s.because
                    )),
                    None => open.push(code),
                }
                item.partly.push(PartlyMeant {
                    code: (*code).to_owned(),
                    edition: name.clone(),
                    share: declared.map(|s| s.share.clone()),
                });
            }
        }
    }
    let gained: Vec<&str> =
        changed.iter().filter(|(_, line)| line.is_some()).map(|(code, _)| *code).collect();
    if !gained.is_empty() {
        item.notes
            .push(format!("{scope} has moved to {} in {name}, by the correlation tables", some(&gained)));
    }
    if !open.is_empty() {
        item.notes.push(format!(
            "{} of {name} have goods of {scope} and others: between nothing and all of them, since no share is declared",
            some(&open)
        ));
    }
    item.mixed = mixed;
    for (code, line) in changed {
        item.prefixes.insert(code.to_owned(), line);
    }
    Ok(())
}
