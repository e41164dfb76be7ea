//! What a code of a source stands for in the words of an agreement.

use crate::ast::{ScopeExpr, ScopeItem};
use crate::model::{Agreement, CrosswalkOf, CrosswalkRow, Definition, ListScope, Scope};
use servanda_core::Source;
use std::collections::BTreeSet;

/// The codes of an agreement's lists that a code of a source stands for in a scope.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Meant {
    /// Those codes; an empty one is all goods.
    pub listed: BTreeSet<String>,
    /// Whether any of them is joined to it by a crosswalk, and not by its own digits.
    pub crossed: bool,
}

impl Meant {
    /// Whether it includes a listed code: itself, or a heading of it.
    pub fn includes(&self, listed: &str) -> bool {
        self.listed.iter().any(|code| listed.starts_with(code.as_str()))
    }

    /// Whether it includes all that another stands for.
    pub fn includes_all(&self, other: &Self) -> bool {
        other.listed.iter().all(|code| self.includes(code))
    }

    /// Whether one code of a source stands for different products in two scopes: by a crosswalk, and neither scope includes all
    /// of the other's.
    pub fn differs(&self, other: &Self) -> bool {
        self.crossed && other.crossed && self.listed != other.listed
            || (self.crossed || other.crossed) && !self.includes_all(other) && !other.includes_all(self)
    }
}

impl Agreement {
    /// What a code of `source` stands for in a scope. What the scope takes away is not looked at.
    pub fn meant(&self, definition: &Definition, source: &Source, scope: &ScopeExpr, code: &str) -> Meant {
        let mut meant = Meant::default();
        for (_, item) in scope.items.iter().filter(|(away, _)| !away) {
            self.meant_by(definition, source, item, code, &mut meant);
        }
        meant
    }

    /// Adds what a code stands for in one item of a scope.
    pub(crate) fn meant_by(
        &self,
        definition: &Definition,
        source: &Source,
        item: &ScopeItem,
        code: &str,
        meant: &mut Meant,
    ) {
        match item {
            ScopeItem::Goods | ScopeItem::All => {
                meant.listed.insert(String::new());
            }
            ScopeItem::Code(own) | ScopeItem::LineOf(_, own) if code.starts_with(own.as_str()) => {
                meant.listed.insert(own.clone());
            }
            ScopeItem::Named(name) => {
                if let Some(Scope::List(list)) = self.scopes.get(name) {
                    let rows = definition.crosswalks.get(&source.id).map(Vec::as_slice).unwrap_or_default();
                    of_list(name, list, rows, code, meant);
                }
            }
            ScopeItem::Code(_) | ScopeItem::LineOf(..) | ScopeItem::Services | ScopeItem::Line => {}
        }
    }
}

fn of_list(name: &str, list: &ListScope, rows: &[CrosswalkRow], code: &str, meant: &mut Meant) {
    let selected = || list.lines.iter().zip(&list.selected).filter(|(_, s)| **s).map(|(line, _)| &line.code);
    let of_scope = |row: &&CrosswalkRow| matches!(&row.of, CrosswalkOf::Scope(s) if s == name);
    let mut replaced = rows.iter().filter(of_scope).peekable();
    if replaced.peek().is_some() {
        if replaced.any(|row| code.starts_with(row.source_code.as_str())) {
            meant.listed.extend(selected().cloned());
            meant.crossed = true;
        }
        return;
    }
    let by_line = |row: &CrosswalkRow| match &row.of {
        CrosswalkOf::Line(of) => Some(of.clone()),
        CrosswalkOf::Scope(_) => None,
    };
    // As everywhere the longest of the whole list's codes, in its own digits or the source's, has what begins with it.
    let own = list.lines.iter().map(|line| line.code.as_str());
    let of_source = rows.iter().filter(|r| by_line(r).is_some()).map(|r| r.source_code.as_str());
    let Some(longest) = own.chain(of_source).filter(|c| code.starts_with(c)).map(str::len).max() else {
        return;
    };
    let is_it = |c: &str| c.len() == longest && code.starts_with(c);
    meant.listed.extend(selected().filter(|c| is_it(c)).cloned());
    for row in rows.iter().filter(|r| is_it(&r.source_code)) {
        if let Some(of) = by_line(row)
            && selected().any(|c| *c == of)
        {
            meant.crossed |= of != row.source_code;
            meant.listed.insert(of);
        }
    }
}
