//! Codes that a rule writes out, and the editions in which it reads them. Such a code names no edition: where two in which it is read
//! may have other goods under it, or the one that it is read in does not have it, nobody said what is meant, and nothing is decided.

use crate::term::{At, Evaluator, Gap, Place, at_line, scopes};
use servanda_agreement::Definition;
use servanda_agreement::Part;
use servanda_agreement::ast::{ExprKind, Rule, ScopeItem, TariffTerm};
use servanda_core::hs::{absent, hs_edition, same_goods};
use servanda_core::{Period, Source};
use std::collections::{BTreeMap, BTreeSet};

/// The most places of a rule that are looked at, as many as it is worked out on.
const STANDS: usize = 2_000_000;

/// An edition, and whose figures or rates are in it. None where nothing is said of the edition.
type Read = (Option<String>, String);

impl<'a> Evaluator<'a> {
    /// Why a code that a rule writes out stands for no goods that are known, if one does.
    pub fn codes_apart(&self, definition: &Definition, place: &Place<'a>, rule: &Rule) -> Option<Gap> {
        if !writes_codes(rule) {
            return None;
        }
        let mut read: BTreeMap<String, BTreeSet<Read>> = BTreeMap::new();
        self.stands(definition, place, rule, STANDS, &mut |at| {
            for figure in rule.figures() {
                match &figure.kind {
                    ExprKind::Flow(term) => {
                        let Ok(period) = self.period(definition, &term.period, at) else { continue };
                        for (scope, source) in scopes(&at_line(term, &at), place) {
                            let items = scope.items.iter().map(|(_, item)| item);
                            add(&mut read, items, usize::MAX, &editions(source, &period));
                        }
                    }
                    ExprKind::Tariff(term) => self.add_tariff(definition, term, at, &mut read),
                    _ => {}
                }
            }
        });
        read.iter().find_map(|(code, read)| apart(code, read)).map(Gap::OtherGoods)
    }

    fn add_tariff(
        &self,
        definition: &Definition,
        term: &TariffTerm,
        at: At<'_>,
        read: &mut BTreeMap<String, BTreeSet<Read>>,
    ) {
        let (importer, scope, date) = match term {
            TariffTerm::Mfn(party, scope, date) => (*party, scope, date),
            TariffTerm::Rate(pair, scope, date)
            | TariffTerm::Average(pair, scope, date, _)
            | TariffTerm::Coverage(pair, scope, date, _) => (pair.first, scope, date),
        };
        let Ok(day) = self.tariff_day(definition, date, at) else { return };
        let Some(panels) = self.panels(importer) else { return };
        if let Some(edition) = panels.told.classification_on(day) {
            let of = (Some(edition.to_owned()), importer.to_string());
            // As lines are compared between schedules: further digits are each country's own, and a line says whether they stand.
            add(read, scope.items.iter().map(|(_, item)| item), 6, &BTreeSet::from([of]));
        }
    }
}

/// Whether a rule has a code of its own, in a figure or in what it runs over.
fn writes_codes(rule: &Rule) -> bool {
    let mut found = false;
    rule.each_part(|part| {
        if let Part::Scope(scope) = part {
            found |= scope.items.iter().any(|(_, item)| matches!(item, ScopeItem::Code(_)));
        }
    });
    found
}

fn add<'i>(
    read: &mut BTreeMap<String, BTreeSet<Read>>,
    items: impl Iterator<Item = &'i ScopeItem>,
    digits: usize,
    editions: &BTreeSet<Read>,
) {
    for item in items {
        if let ScopeItem::Code(code) = item {
            let code = code.get(..digits).unwrap_or(code).to_owned();
            read.entry(code).or_default().extend(editions.iter().cloned());
        }
    }
}

/// The editions in which a source's figures of a period are.
fn editions(source: &Source, period: &Period) -> BTreeSet<Read> {
    let (start, end) = (period.start(), period.end());
    let begins = source.editions.iter().rposition(|e| e.from <= start);
    let used = source.editions.iter().skip(begins.unwrap_or(0)).filter(|e| e.from <= end);
    let named = used.map(|e| Some(e.name.clone()));
    let unsaid = begins.is_none().then_some(None);
    named.chain(unsaid).map(|edition| (edition, source.id.clone())).collect()
}

/// Why a code stands for no goods that are known, if it does not.
fn apart(code: &str, read: &BTreeSet<Read>) -> Option<String> {
    for (edition, whose) in read {
        if let Some(edition) = edition
            && hs_edition(edition).is_some_and(|year| absent(code, year))
        {
            return Some(format!(
                "code \"{code}\" is none of {edition}, in which {whose} is: what it was stands under other codes"
            ));
        }
    }
    let (first, whose) = read.first()?;
    let same = |other: &Option<String>| match (first, other) {
        (Some(one), Some(other)) => same_goods(code, one, other),
        (one, other) => one == other,
    };
    let (other, theirs) = read.iter().find(|(other, _)| !same(other))?;
    let name = |edition: &Option<String>| {
        edition.clone().unwrap_or_else(|| "an edition that nobody declared".into())
    };
    let of = if whose == theirs { String::new() } else { format!(" of {whose}") };
    Some(format!(
        "code \"{code}\" is read in {}{of} and in {} of {theirs}, where it may mean other goods, and a rule's code names no edition",
        name(first),
        name(other),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(all: &[(Option<&str>, &str)]) -> BTreeSet<Read> {
        all.iter().map(|(edition, whose)| (edition.map(str::to_owned), (*whose).to_owned())).collect()
    }

    #[test]
    fn a_code_is_apart_where_two_editions_may_have_other_goods_under_it() {
        let (old, new) = ((Some("HS2017"), "usa"), (Some("HS2022"), "usa"));
        assert_eq!(apart("010121", &read(&[old, new])), None);
        assert_eq!(apart("620120", &read(&[new])), None);
        assert_eq!(apart("0101", &read(&[old, new])), None);
        let said = apart("8541", &read(&[old, new])).unwrap();
        assert!(said.contains("in HS2017 and in HS2022 of usa, where it may mean other goods"), "{said}");
        // What an edition does not have would count nothing in it.
        let said = apart("854140", &read(&[new])).unwrap();
        assert!(said.contains("none of HS2022"), "{said}");
        assert!(apart("854143", &read(&[old])).is_some() && apart("854143", &read(&[new])).is_none());
        // National digits, and editions that nobody named.
        assert!(apart("01012100", &read(&[(Some("CN2018"), "eu"), (Some("CN2019"), "eu")])).is_some());
        assert!(apart("010121", &read(&[(None, "usa"), new])).is_some());
        assert_eq!(apart("010121", &read(&[(None, "usa")])), None);
    }
}
