//! How a scope reads in the codes of one source, what a period means, and the fingerprint of a definition.

use crate::ast::{PeriodExpr, ScopeExpr, ScopeItem, Trader, Traders};
use crate::editions::{edition, reread};
use crate::meant::Meant;
use crate::model::{
    Agreement, Baseline, Concordance, CrosswalkOf, CrosswalkRelation, CrosswalkRow, Definition, Group,
    ListScope, PartlyMeant, ResolvedScope, Scope, Share,
};
use crate::rule::{PeriodContext, Vars, period_of};
use servanda_core::{Date, Exact, LineSet, Party, Period, Source};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One item of a scope expression in the codes of a source: which prefixes it speaks of, and which of them it has.
#[derive(Default)]
pub(crate) struct Item {
    /// Prefix of the source's codes, with the line that takes it; `None`: listed and not selected.
    pub(crate) prefixes: BTreeMap<String, Option<String>>,
    /// Lines in the order of the list.
    order: Vec<String>,
    pub(crate) notes: Vec<String>,
    /// Codes of which only a part is meant.
    pub(crate) partly: Vec<PartlyMeant>,
    /// Whether some code has goods of several lines, or of one and of what is not meant: no line is told apart by it.
    pub(crate) mixed: bool,
}

/// Why an item can't be read.
enum Unreadable {
    Undefined(String),
    NotPublished(String),
}

impl Agreement {
    /// Reads a scope in the codes of `source` for a period.
    pub fn resolve(
        &self,
        definition: &Definition,
        source: &Source,
        scope: &ScopeExpr,
        period: &Period,
    ) -> ResolvedScope {
        let mut items = Vec::with_capacity(scope.items.len());
        let subtracts = scope.items.len() > 1;
        let mut not_published = None;
        for (away, item) in &scope.items {
            match self.item(definition, source, item, period, subtracts) {
                Ok(item) => items.push((*away, item)),
                // A term that is undefined is so for every source, and says more than that one can't publish it.
                Err(Unreadable::Undefined(reason)) => return ResolvedScope::Undefined(reason),
                Err(Unreadable::NotPublished(reason)) => {
                    not_published.get_or_insert(reason);
                }
            }
        }
        match not_published {
            Some(reason) => ResolvedScope::NotPublished(reason),
            None => {
                let meant = |index: usize, code: &str| {
                    let mut meant = Meant::default();
                    if let Some((_, item)) = scope.items.get(index) {
                        self.meant_by(definition, source, item, code, &mut meant);
                    }
                    meant
                };
                combine(&items, source, &meant)
            }
        }
    }

    fn item(
        &self,
        definition: &Definition,
        source: &Source,
        item: &ScopeItem,
        period: &Period,
        joined: bool,
    ) -> Result<Item, Unreadable> {
        let covers = source.basis.covers;
        let (goods, services) = (covers.goods(), covers.services());
        let whole = |label: &str| {
            let mut item = Item { order: vec![label.to_owned()], ..Item::default() };
            match &source.total {
                // A total can't be taken apart, so that what is joined with others is the sum of the source's codes.
                Some(total) if joined && source.depth.is_some_and(|d| d > 0) => {
                    item.prefixes.insert(String::new(), Some(label.to_owned()));
                    item.prefixes.insert(total.clone(), None);
                }
                Some(total) => {
                    item.prefixes.insert(total.clone(), Some(label.to_owned()));
                }
                None => {
                    item.prefixes.insert(String::new(), Some(label.to_owned()));
                }
            }
            item
        };
        let refuse = |what: &str| {
            Err(Unreadable::NotPublished(format!("{} publishes {covers} and not {what}", source.id)))
        };
        match item {
            ScopeItem::Goods if goods && !services => Ok(whole("goods")),
            ScopeItem::Services if services && !goods => Ok(whole("services")),
            ScopeItem::All if goods && services => Ok(whole("all")),
            ScopeItem::Goods => refuse("goods alone"),
            ScopeItem::Services => refuse("services alone"),
            ScopeItem::All => refuse("goods and services together"),
            ScopeItem::Line => Err(Unreadable::NotPublished(
                "`line` is one line of the scope of `each line in`; rules over single lines are not supported yet"
                    .to_owned(),
            )),
            ScopeItem::Code(code) => {
                if !goods {
                    return refuse("goods");
                }
                let mut item = Item { order: vec![code.clone()], ..Item::default() };
                item.prefixes.insert(code.clone(), Some(code.clone()));
                Ok(item)
            }
            ScopeItem::LineOf(name, code) => {
                let whole = self.item(definition, source, &ScopeItem::Named(name.clone()), period, joined)?;
                one_line(whole, source, name, code).map_err(Unreadable::NotPublished)
            }
            ScopeItem::Named(name) => match self.scopes.get(name) {
                None => Err(Unreadable::Undefined(format!("there is no scope `{name}`"))),
                Some(Scope::Undefined { reason }) => {
                    Err(Unreadable::Undefined(format!("{name}: {reason}")))
                }
                Some(Scope::List(list)) => {
                    listed(definition, source, (name, list), period, self.concordance.as_ref())
                }
            },
        }
    }

    /// Who trades with whom: each pair of which a flow is the sum; one where it names no group.
    pub fn traders(&self, traders: &Traders) -> Vec<(Party, Party)> {
        let of = |trader: &Trader| match trader {
            Trader::Party(party) => vec![*party],
            Trader::Group(name) => self.groups.get(name).map(|g| g.members.clone()).unwrap_or_default(),
        };
        let second = of(&traders.second);
        of(&traders.first).into_iter().flat_map(|a| second.iter().map(move |b| (a, *b))).collect()
    }

    /// The period that an expression means under a definition, where its quantifiers stand at `vars`, as of a day if one is
    /// asked for. `Err` says what is missing or is no period.
    pub fn period(
        &self,
        definition: &Definition,
        period: &PeriodExpr,
        vars: Vars,
        as_of: Option<Date>,
    ) -> Result<Period, String> {
        period_of(period, &PeriodContext { vars, as_of, ..self.periods(definition) })
    }

    /// What periods mean under a definition, outside of quantifiers and for no day.
    pub(crate) fn periods<'a>(&'a self, definition: &'a Definition) -> PeriodContext<'a> {
        PeriodContext {
            definition: &definition.id,
            parameters: &definition.parameters,
            years: &self.years,
            vars: Vars::default(),
            as_of: None,
        }
    }

    /// The figure that `$name` stands for under a definition, in the base unit of its dimension.
    pub fn quantity(
        &self,
        definition: &Definition,
        name: &str,
    ) -> Option<(servanda_core::Exact, Option<servanda_core::Unit>)> {
        crate::rule::parse_parameter_quantity(definition.parameters.get(name)?)
    }

    /// The flow that `$name` stands for under a definition.
    pub fn stage(&self, definition: &Definition, name: &str) -> Option<crate::ast::StageRef> {
        crate::rule::stage_of(definition.parameters.get(name)?)
    }

    /// The day that `$name` stands for under a definition.
    pub fn day(&self, definition: &Definition, name: &str) -> Option<Date> {
        crate::rule::parse_parameter_date(definition.parameters.get(name)?.trim())
    }

    /// SHA-256, in hexadecimal, over the canonical JSON (RFC 8785) of a definition's resolved lists, crosswalks,
    /// baseline and parameters.
    pub fn fingerprint(&self, definition: &Definition) -> String {
        servanda_files::sha256(self.canonical(definition).as_bytes())
    }

    /// The canonical JSON of which the fingerprint is taken.
    pub fn canonical(&self, definition: &Definition) -> String {
        let text = |s: &str| Json::Text(s.to_owned());
        let texts = |all: Vec<&String>| Json::Array(all.into_iter().map(|s| text(s)).collect());
        let scope = |scope: &Scope| match scope {
            Scope::Undefined { reason } => Json::object([("undefined", text(reason))]),
            Scope::List(list) => {
                let chosen = list.lines.iter().zip(&list.selected);
                Json::object([
                    ("classification", text(&list.classification)),
                    ("lines", texts(list.lines.iter().map(|l| &l.code).collect())),
                    ("selected", texts(chosen.filter(|(_, s)| **s).map(|(l, _)| &l.code).collect())),
                ])
            }
        };
        let row = |row: &CrosswalkRow| {
            let (kind, of) = match &row.of {
                CrosswalkOf::Line(code) => ("list_code", code),
                CrosswalkOf::Scope(name) => ("scope", name),
            };
            let relation = match row.relation {
                CrosswalkRelation::Equal => "equal",
                CrosswalkRelation::Wider => "wider",
                CrosswalkRelation::Narrower => "narrower",
            };
            Json::object([
                (kind, text(of)),
                ("relation", text(relation)),
                ("source_code", text(&row.source_code)),
            ])
        };
        let map = |pairs: Vec<(&String, Json)>| {
            Json::Object(pairs.into_iter().map(|(k, v)| (k.clone(), v)).collect())
        };
        let crosswalk = |rows: &Vec<CrosswalkRow>| Json::Array(rows.iter().map(row).collect());
        let baseline = match definition.baseline {
            Baseline::AsOf => text("as-of"),
            Baseline::Frozen(day) => Json::object([("frozen", text(&day.to_string()))]),
        };
        let members = |group: &Group| Json::Array(group.members.iter().map(|p| text(p.as_str())).collect());
        let mut parts = vec![
            ("baseline", baseline),
            ("crosswalks", map(definition.crosswalks.iter().map(|(k, v)| (k, crosswalk(v))).collect())),
            ("parameters", map(definition.parameters.iter().map(|(k, v)| (k, text(v))).collect())),
            ("scopes", map(self.scopes.iter().map(|(k, v)| (k, scope(v))).collect())),
        ];
        if let Some(concordance) = &self.concordance {
            let share = |s: &Share| {
                let words = [&s.scope, &s.edition, &s.code, &s.share.plain()];
                Json::Array(words.into_iter().map(|w| text(w)).collect())
            };
            parts.push(("concordance", Json::Array(concordance.shares.iter().map(share).collect())));
        }
        if !self.groups.is_empty() {
            parts.push(("groups", map(self.groups.iter().map(|(k, v)| (k, members(v))).collect())));
        }
        Json::Object(parts.into_iter().map(|(k, v)| (k.to_owned(), v)).collect()).canonical()
    }
}

/// A list scope in the codes of a source.
fn listed(
    definition: &Definition,
    source: &Source,
    (name, list): (&str, &ListScope),
    period: &Period,
    concordance: Option<&Concordance>,
) -> Result<Item, Unreadable> {
    let rows = definition.crosswalks.get(&source.id).map(Vec::as_slice).unwrap_or_default();
    let of_scope = |row: &&CrosswalkRow| matches!(&row.of, CrosswalkOf::Scope(_));
    if rows.iter().any(|r| matches!(&r.of, CrosswalkOf::Scope(s) if s == name)) {
        return Ok(replaced(source, name, rows.iter().filter(of_scope)));
    }
    if !source.basis.covers.goods() {
        let message = format!("{} publishes {} and not goods", source.id, source.basis.covers);
        return Err(Unreadable::NotPublished(message));
    }
    let other =
        edition(source, name, list, period, concordance.is_some()).map_err(Unreadable::NotPublished)?;
    let mut item = Item::default();
    let mut deeper = Vec::new();
    for (line, selected) in list.lines.iter().zip(&list.selected) {
        let taken = selected.then(|| line.code.clone());
        if *selected {
            item.order.push(line.code.clone());
            if !source.tells_apart(&line.code) {
                deeper.push(line.code.as_str());
            }
        }
        item.prefixes.insert(line.code.clone(), taken);
    }
    if let (Some(other), Some(concordance)) = (other, concordance) {
        reread(&mut item, name, &other, concordance).map_err(Unreadable::NotPublished)?;
    }
    for row in rows {
        let CrosswalkOf::Line(code) = &row.of else { continue };
        let Some(taken) = item.prefixes.get(code).cloned() else { continue };
        match item.prefixes.get(&row.source_code).cloned() {
            None => {
                item.prefixes.insert(row.source_code.clone(), taken.clone());
            }
            Some(other) if other.is_some() != taken.is_some() => {
                item.notes.push(format!(
                    "{} holds lines inside and outside {name} and is counted whole: an upper bound",
                    row.source_code
                ));
                if other.is_none() {
                    item.prefixes.insert(row.source_code.clone(), taken.clone());
                }
            }
            Some(_) => {}
        }
        if taken.is_some() {
            note(&mut item.notes, row, code);
        }
    }
    if let (Some(depth), Some(first)) = (source.depth, deeper.first()) {
        item.notes.push(if deeper.len() == 1 {
            format!("{first} is longer than the {depth} digits that {} publishes: a bound", source.id)
        } else {
            let shown: Vec<&str> = deeper.iter().copied().take(5).collect();
            let more = if deeper.len() > shown.len() { ", ..." } else { "" };
            format!(
                "{} codes of {name} are longer than the {depth} digits that {} publishes: bounds ({}{more})",
                deeper.len(),
                source.id,
                shown.join(", ")
            )
        });
    }
    Ok(item)
}

/// One line of a list: what the others take stays with them. `Err` where the source does not tell it apart.
fn one_line(mut item: Item, source: &Source, name: &str, code: &str) -> Result<Item, String> {
    if item.mixed {
        return Err(format!(
            "goods of {name} moved between editions, so that {} does not tell {code} apart",
            source.id
        ));
    }
    for line in item.prefixes.values_mut() {
        *line = line.take().filter(|line| line == code);
    }
    if item.prefixes.values().all(Option::is_none) {
        return Err(format!("{} does not tell {code} of {name} apart", source.id));
    }
    item.order = vec![code.to_owned()];
    Ok(item)
}

fn note(notes: &mut Vec<String>, row: &CrosswalkRow, of: &str) {
    let code = &row.source_code;
    match row.relation {
        CrosswalkRelation::Equal => {}
        CrosswalkRelation::Wider => notes.push(format!("{code} counted whole: an upper bound of {of}")),
        CrosswalkRelation::Narrower => notes.push(format!("{code} is a part of {of}: a lower bound of it")),
    }
}

/// A scope whose list is replaced by a source's own codes; the codes of the other scopes are the rest of the whole.
fn replaced<'a>(source: &Source, name: &str, rows: impl Iterator<Item = &'a CrosswalkRow>) -> Item {
    let mut item = Item::default();
    for row in rows {
        let own = matches!(&row.of, CrosswalkOf::Scope(s) if s == name);
        if own {
            item.order.push(row.source_code.clone());
            item.prefixes.insert(row.source_code.clone(), Some(row.source_code.clone()));
            note(&mut item.notes, row, name);
        } else {
            item.prefixes.entry(row.source_code.clone()).or_insert(None);
        }
    }
    if let Some(depth) = source.depth.map(usize::from)
        && let Some(long) = item.order.iter().find(|c| !source.tells_apart(c))
    {
        item.notes
            .push(format!("{long} is longer than the {depth} digits that {} publishes: a bound", source.id));
    }
    item
}

/// Whether an item has the codes below a prefix, and by which line: its longest prefix that the text starts with.
pub(crate) fn membership<'i>(item: &'i Item, prefix: &str) -> Option<&'i str> {
    (0..=prefix.len())
        .rev()
        .filter_map(|end| prefix.get(..end))
        .find_map(|start| item.prefixes.get(start))
        .and_then(|line| line.as_deref())
}

/// Adds and takes away items. The prefixes of all of them cut the source's codes into regions (the codes of which it is
/// the longest prefix); each item has a region or has it not. A code that stands for other products in what is taken away than
/// in what is there (by a crosswalk) stays: taking it would take what nobody named.
fn combine(items: &[(bool, Item)], source: &Source, meant: &dyn Fn(usize, &str) -> Meant) -> ResolvedScope {
    if let [(false, item)] = items {
        return single(item, source);
    }
    let partly = parts_of(items, meant);
    // Of these a part is asked for by itself, so that no line has them.
    let in_part = |prefix: &str| partly.iter().any(|part| prefix.starts_with(&part.code));
    let keys = items.iter().flat_map(|(_, item)| item.prefixes.keys());
    let all: BTreeSet<&String> = keys.chain(partly.iter().map(|part| &part.code)).collect();
    // The item and line that has each region.
    let mut owners: BTreeMap<&str, Option<(usize, &str)>> = BTreeMap::new();
    for prefix in all {
        let mut owner = None;
        for (index, (away, item)) in items.iter().enumerate() {
            if let Some(line) = membership(item, prefix) {
                let other = |(of, _): &(usize, &str)| meant(*of, prefix).differs(&meant(index, prefix));
                owner = if *away { owner.filter(other) } else { owner.or(Some((index, line))) };
            }
        }
        owners.insert(prefix.as_str(), owner.filter(|_| !in_part(prefix)));
    }
    // A region whose nearest shorter prefix has the same owner adds nothing.
    let needed = |prefix: &str, owner: &Option<(usize, &str)>| {
        let above = (0..prefix.len()).rev().filter_map(|end| prefix.get(..end)).find_map(|p| owners.get(p));
        above != Some(owner)
    };
    let mut by_line: BTreeMap<(usize, &str), Vec<String>> = BTreeMap::new();
    let mut outside = Vec::new();
    for (prefix, owner) in owners.iter().filter(|(p, o)| needed(p, o)) {
        match owner {
            Some(line) => by_line.entry(*line).or_default().push((*prefix).to_owned()),
            None => outside.push(*prefix),
        }
    }
    let mut lines = LineSet::new();
    let mut notes: Vec<String> = Vec::new();
    for (index, (away, item)) in items.iter().enumerate() {
        for note in item.notes.iter().filter(|_| !away) {
            if !notes.contains(note) {
                notes.push(note.clone());
            }
        }
        for line in item.order.iter().filter(|_| !away) {
            if let Some(prefixes) = by_line.get(&(index, line.as_str()))
                && let Err(other) = lines.add(line, prefixes)
            {
                notes.push(format!("{line} and {other} share a code of {}", source.id));
            }
        }
    }
    if lines.is_empty() && partly.is_empty() {
        return ResolvedScope::Undefined("an empty scope: all of it is taken away again".to_owned());
    }
    for prefix in outside {
        lines.exclude(prefix);
    }
    ResolvedScope::Lines { lines, notes, partly }
}

/// How much of a code is meant.
enum HowMuch {
    Nothing,
    All,
    Part(Option<Exact>),
}

/// The codes of which only a part is meant by items that are joined, in the order of the items: what has a part, or has all of a code of which a
/// part is taken away. A share is known where one item alone says it, of a code that no item divides further.
fn parts_of(items: &[(bool, Item)], meant: &dyn Fn(usize, &str) -> Meant) -> Vec<PartlyMeant> {
    let mut partly: Vec<PartlyMeant> = Vec::new();
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for part in items.iter().flat_map(|(_, item)| &item.partly).filter(|part| seen.insert(&part.code)) {
        let code = part.code.as_str();
        let divides = |item: &Item| item.prefixes.keys().any(|p| p.len() > code.len() && p.starts_with(code));
        let divided = items.iter().any(|(_, item)| divides(item));
        let mut much = HowMuch::Nothing;
        // The item that has all of it, for as long as it has.
        let mut owner = None;
        for (index, (away, item)) in items.iter().enumerate() {
            let own = item.partly.iter().find(|p| p.code == code);
            let whole = membership(item, code).is_some();
            much = match (*away, whole, own, much) {
                (false, true, _, _) => {
                    owner = owner.or(Some(index));
                    HowMuch::All
                }
                (false, false, Some(own), HowMuch::Nothing) => HowMuch::Part(own.share.clone()),
                // Two parts of one code are at most all of it.
                (false, false, Some(_), HowMuch::Part(_)) => HowMuch::Part(None),
                (true, true, _, HowMuch::All)
                    if owner.is_some_and(|of| meant(of, code).differs(&meant(index, code))) =>
                {
                    HowMuch::All
                }
                (true, true, _, _) => {
                    owner = None;
                    HowMuch::Nothing
                }
                (true, false, Some(own), HowMuch::All) => {
                    HowMuch::Part(own.share.as_ref().map(|share| &Exact::integer(1) - share))
                }
                (true, false, Some(_), HowMuch::Part(_)) => HowMuch::Part(None),
                (_, _, _, same) => same,
            };
        }
        if let HowMuch::Part(share) = much {
            partly.push(PartlyMeant { share: share.filter(|_| !divided), ..part.clone() });
        }
    }
    partly
}

/// One item alone: its lines with their prefixes, as they are.
fn single(item: &Item, source: &Source) -> ResolvedScope {
    let mut by_line: HashMap<&str, Vec<String>> = HashMap::new();
    for (prefix, line) in &item.prefixes {
        if let Some(line) = line {
            by_line.entry(line).or_default().push(prefix.clone());
        }
    }
    let mut lines = LineSet::new();
    let mut notes: Vec<String> = Vec::new();
    for note in &item.notes {
        if !notes.contains(note) {
            notes.push(note.clone());
        }
    }
    for line in &item.order {
        if let Some(prefixes) = by_line.get(line.as_str())
            && let Err(other) = lines.add(line, prefixes)
        {
            notes.push(format!("{line} and {other} share a code of {}", source.id));
        }
    }
    for (prefix, _) in item.prefixes.iter().filter(|(_, line)| line.is_none()) {
        lines.exclude(prefix);
    }
    ResolvedScope::Lines { lines, notes, partly: item.partly.clone() }
}

/// The few kinds of JSON that a fingerprint is made of.
enum Json {
    Text(String),
    Array(Vec<Json>),
    Object(Vec<(String, Json)>),
}

impl Json {
    fn object<const N: usize>(pairs: [(&str, Json); N]) -> Self {
        Self::Object(pairs.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
    }

    /// RFC 8785: no spaces, members in the order of their UTF-16 code units, the shortest escapes.
    fn canonical(&self) -> String {
        let mut out = String::new();
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) {
        match self {
            Self::Text(text) => quote(text, out),
            Self::Array(items) => {
                out.push('[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    item.write(out);
                }
                out.push(']');
            }
            Self::Object(pairs) => {
                let mut order: Vec<&(String, Json)> = pairs.iter().collect();
                order.sort_by(|(a, _), (b, _)| a.encode_utf16().cmp(b.encode_utf16()));
                out.push('{');
                for (index, (key, value)) in order.into_iter().enumerate() {
                    if index > 0 {
                        out.push(',');
                    }
                    quote(key, out);
                    out.push(':');
                    value.write(out);
                }
                out.push('}');
            }
        }
    }
}

fn quote(text: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\u{c}' => out.push_str("\\f"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                // Writing into a string can't fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
}

#[cfg(test)]
#[path = "resolve_tests.rs"]
mod tests;
