//! Editions of the Harmonized System: on which one a classification rests, and which six-digit codes of one share goods with
//! which of another, by the correlation tables of the United Nations.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::OnceLock;

/// The tables, as they ship.
const TABLES: &str = include_str!("../data/hs-correlation.txt");

/// Codes of one edition that share goods with other codes of the next, both ways.
#[derive(Default)]
struct Table {
    later: BTreeMap<&'static str, BTreeSet<&'static str>>,
    earlier: BTreeMap<&'static str, BTreeSet<&'static str>>,
}

/// The first year of an edition of which no table is held: what is of that year or later rests on goods that are not known here.
const NOT_KNOWN: u16 = 2028;

/// The edition of the HS that a classification of a year rests on: `HTS2018` and `CN2018` on 2017. None where it names no year, or one of an
/// edition that is not known here.
pub fn hs_edition(classification: &str) -> Option<u16> {
    let year = year(classification).filter(|year| *year < NOT_KNOWN)?;
    [2022, 2017, 2012, 2007, 2002, 1996].into_iter().find(|edition| *edition <= year)
}

/// The year in the name of a classification.
pub fn year(classification: &str) -> Option<u16> {
    let digits = classification.trim_start_matches(|c: char| !c.is_ascii_digit());
    digits.get(..4)?.parse().ok()
}

/// By the earlier edition of each, the tables from it to the next.
fn tables() -> &'static BTreeMap<u16, (u16, Table)> {
    static READ: OnceLock<BTreeMap<u16, (u16, Table)>> = OnceLock::new();
    READ.get_or_init(|| {
        let mut out: BTreeMap<u16, (u16, Table)> = BTreeMap::new();
        let mut current = None;
        for line in TABLES.lines().filter(|l| !l.starts_with('#')) {
            let mut words = line.split(' ');
            let Some(first) = words.next() else { continue };
            if let (Some(from), Some(to)) = (first.strip_prefix("HS"), words.clone().next()) {
                let to = to.strip_prefix("HS").and_then(|year| year.parse().ok());
                current = from.parse::<u16>().ok().zip(to);
                continue;
            }
            let Some((from, to)) = current else { continue };
            let (_, table) = out.entry(from).or_insert_with(|| (to, Table::default()));
            for earlier in words {
                table.later.entry(earlier).or_default().insert(first);
                table.earlier.entry(first).or_default().insert(earlier);
            }
        }
        out
    })
}

/// The six-digit codes of an edition that share goods with one of another, the same digits left out; none where no table
/// leads from one to the other. Over two steps the result takes in what either step can.
pub fn kin(code: &str, from: u16, to: u16) -> Option<BTreeSet<&'static str>> {
    let mut now: BTreeSet<&'static str> = BTreeSet::new();
    let mut at = from;
    while at != to {
        let (next, step): (u16, &BTreeMap<&str, BTreeSet<&'static str>>) = if at < to {
            let (next, table) = tables().get(&at)?;
            (*next, &table.later)
        } else {
            let (earlier, (_, table)) = tables().iter().find(|(_, (later, _))| *later == at)?;
            (*earlier, &table.earlier)
        };
        // A code may keep its digits too; whether it does, the lines that stand tell.
        let more: Vec<&'static str> =
            now.iter().copied().chain([code]).filter_map(|c| step.get(c)).flatten().copied().collect();
        now.extend(more);
        at = next;
    }
    now.remove(code);
    Some(now)
}

/// The codes of the next edition towards another that each code of an edition shares goods with, and that next edition; codes that
/// share goods with their own digits alone are left out.
fn step(at: u16, towards: u16) -> Option<(u16, &'static BTreeMap<&'static str, BTreeSet<&'static str>>)> {
    if at < towards {
        let (next, table) = tables().get(&at)?;
        Some((*next, &table.later))
    } else {
        let (earlier, (_, table)) = tables().iter().find(|(_, (later, _))| *later == at)?;
        Some((*earlier, &table.earlier))
    }
}

/// The six-digit codes of the edition `to` that have other goods than the same digits in the edition `from`, each with every code of
/// `from` that it has goods of, its own digits too where it has some of those. None where no table leads from one to the other. Over
/// two steps a code has what either step can have brought.
pub fn moved(from: u16, to: u16) -> Option<BTreeMap<&'static str, BTreeSet<&'static str>>> {
    let mut known: BTreeSet<&'static str> = BTreeSet::new();
    let mut at = to;
    while at != from {
        let (next, _) = step(at, from)?;
        let (_, table) = tables().get(&at.min(next))?;
        known.extend(table.later.keys().chain(table.earlier.keys()));
        at = next;
    }
    let mut out = BTreeMap::new();
    for code in known {
        let mut origins: BTreeSet<&'static str> = BTreeSet::from([code]);
        let mut at = to;
        while at != from {
            let (next, shared) = step(at, from)?;
            let own = |c: &&'static str| shared.get(*c).cloned().unwrap_or_else(|| BTreeSet::from([*c]));
            origins = origins.iter().flat_map(own).collect();
            at = next;
        }
        if origins != BTreeSet::from([code]) {
            out.insert(code, origins);
        }
    }
    Some(out)
}

/// Whether a code, or the beginning of one, may mean other goods in one edition than in another: any of its six-digit codes shares
/// goods with one outside it. True where no table tells.
pub fn may_differ(code: &str, one: u16, other: u16) -> bool {
    if one == other {
        return false;
    }
    let (mut at, to) = (one.min(other), one.max(other));
    let code = code.get(..6).unwrap_or(code);
    while at < to {
        let Some((next, table)) = tables().get(&at) else { return true };
        let leaves = |pairs: &BTreeMap<&str, BTreeSet<&str>>| {
            let own = pairs.range(code..).take_while(|(c, _)| c.starts_with(code));
            own.flat_map(|(_, others)| others).any(|other| !other.starts_with(code))
        };
        if leaves(&table.later) || leaves(&table.earlier) {
            return true;
        }
        at = *next;
    }
    at != to
}

/// Whether the first six digits of a code are none of an edition: the tables have their goods under other codes there. False where no
/// table names them, and for fewer digits.
pub fn absent(code: &str, edition: u16) -> bool {
    let Some(code) = code.get(..6) else { return false };
    // The nearest change of the code before the edition tells whether it has it, else the nearest after it.
    for (_, table) in tables().values().rev().filter(|(to, _)| *to <= edition) {
        if table.earlier.contains_key(code) || table.later.contains_key(code) {
            return !table.earlier.contains_key(code);
        }
    }
    for (_, (_, table)) in tables().range(edition..) {
        if table.earlier.contains_key(code) || table.later.contains_key(code) {
            return !table.later.contains_key(code);
        }
    }
    false
}

/// Whether a code of so many digits can be compared by its digits in two classifications: the digits after the sixth are each
/// country's own, and the first six those of an edition of the HS.
pub fn same_goods(code: &str, one: &str, other: &str) -> bool {
    if one == other {
        return true;
    }
    let digits = code.bytes().filter(u8::is_ascii_digit).count();
    match (hs_edition(one), hs_edition(other)) {
        (Some(a), Some(b)) => digits <= 6 && !may_differ(code, a, b),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_classification_rests_on_an_edition() {
        assert_eq!(
            ["HTS2018", "CN2018", "HS2022", "HTS2025"].map(hs_edition),
            [2017, 2017, 2022, 2022].map(Some)
        );
        assert_eq!(["N1", "HTS", "HS1990", "HS2028", "HTS2031"].map(hs_edition), [None; 5]);
    }

    #[test]
    fn codes_that_share_goods_are_found_both_ways() {
        // Vaccines of 3002.20 are 3002.41 since 2022.
        assert!(kin("300220", 2017, 2022).unwrap().contains("300241"));
        assert!(kin("300241", 2022, 2017).unwrap().contains("300220"));
        assert!(kin("854140", 2017, 2022).unwrap().contains("854143"));
        assert_eq!(kin("010121", 2017, 2022), Some(BTreeSet::new()));
        assert!(kin("300210", 2012, 2022).unwrap().contains("300215"));
        assert_eq!(kin("010121", 2007, 2022), None);
    }

    #[test]
    fn what_moved_is_told_with_every_code_that_it_has_goods_of() {
        for (from, to) in [(2017, 2022), (2022, 2017), (2012, 2022), (2022, 2012)] {
            let moved = moved(from, to).unwrap();
            assert!(!moved.contains_key("010121"));
            for (code, origins) in &moved {
                assert!(may_differ(code, from, to), "{code} of {to}");
                for origin in origins {
                    assert!(may_differ(origin, from, to), "{origin} of {from}, in {code} of {to}");
                }
            }
        }
        let later = moved(2017, 2022).unwrap();
        // Photovoltaic cells in modules were under 8541.40 with all else of it.
        assert_eq!(later.get("854143"), Some(&BTreeSet::from(["854140"])));
        assert!(moved(2007, 2022).is_none() && moved(2017, 2017).unwrap().is_empty());
    }

    #[test]
    fn a_code_is_absent_where_the_tables_have_its_goods_elsewhere() {
        assert!(absent("854140", 2022) && absent("85414020", 2022) && !absent("854140", 2017));
        assert!(absent("854143", 2017) && absent("854143", 2012) && !absent("854143", 2022));
        // Named by no table, and by fewer digits.
        assert!(!absent("010121", 2022) && !absent("8541", 2022) && !absent("010121", 2007));
        // What a table names is of one of its two editions.
        for (from, to) in [(2017, 2022), (2012, 2017)] {
            for code in moved(from, to).unwrap().into_keys() {
                assert!(!absent(code, from) || !absent(code, to), "{code} of {from} and {to}");
            }
        }
    }

    #[test]
    fn goods_are_the_same_by_what_the_tables_say() {
        assert!(same_goods("010121", "HS2017", "HTS2025"));
        assert!(!same_goods("300215", "HS2017", "HS2022"));
        // Within one heading goods moved; the heading itself kept them, or not.
        assert!(same_goods("0101", "HS2017", "HS2022") && !same_goods("8541", "HS2017", "HS2022"));
        assert!(same_goods("300215", "HTS2018", "CN2018"));
        assert!(!same_goods("30021500", "HTS2018", "CN2018") && same_goods("30021500", "HTS2018", "HTS2018"));
        assert!(!same_goods("010121", "HS2007", "HS2022") && !same_goods("010121", "N1", "N2"));
    }
}
