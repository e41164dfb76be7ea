//! A measure that is held, by the same yardstick.

use super::RemedyAsked;
use super::lines::line_of;
use crate::tariff_lines::WeightsOf;
use crate::tariff_questions::usage;
use crate::{Workspace, WorkspaceError};
use servanda_core::problem::{Field, Problem};
use servanda_core::{Date, Party};
use servanda_remedy::{Elasticities, JudgedMeasure, LeftOutLines, ShareOf, Smart, judge};
use servanda_tariff::{Panel, Scope, duties, grounds};
use std::collections::{BTreeMap, BTreeSet};

/// Which measure, and how.
#[derive(Debug, Clone)]
pub(super) struct JudgeAsked {
    /// Measures or acts: `MEASURE`, `MEASURE/ACT` or `MEASURE.ACT`.
    pub names: Vec<String>,
    /// The day whose duties are in force; that of the remedy without it.
    pub on: Option<Date>,
    /// Imports by line of the side that charges.
    pub weights: Option<WeightsOf>,
}

impl Workspace {
    #[allow(clippy::too_many_arguments)]
    pub(super) fn judged(
        &self,
        request: &RemedyAsked,
        asked: &JudgeAsked,
        (one, other): (Party, Party),
        on: Date,
        as_of: Date,
        table: &Elasticities,
        model: &Smart,
    ) -> Result<JudgedMeasure, WorkspaceError> {
        let on = asked.on.unwrap_or(on);
        let all = self.tariffs(&[])?;
        let names: Vec<String> = asked
            .names
            .iter()
            .map(|name| match name.split_once('.') {
                // An act's id may have dots; a measure's has none.
                Some((measure, act))
                    if !name.contains('/') && all.measures.iter().any(|m| m.id == measure) =>
                {
                    format!("{measure}/{act}")
                }
                _ => name.clone(),
            })
            .collect();
        let importers: BTreeSet<Party> = names
            .iter()
            .map(|name| {
                let id = name.split('/').next().unwrap_or_default();
                let found = all.measures.iter().find(|m| m.id == id).map(|m| m.importer);
                found.ok_or_else(|| {
                    let held: Vec<&str> = all.measures.iter().map(|m| m.id.as_str()).collect();
                    WorkspaceError::from(Problem::unknown(
                        Field::Judge,
                        format!("there is no measure `{id}`; there are {}", held.join(", ")),
                    ))
                })
            })
            .collect::<Result<_, _>>()?;
        let importer = match importers.iter().collect::<Vec<_>>().as_slice() {
            [only] if **only == one || **only == other => **only,
            [only] => {
                return Err(WorkspaceError::from(Problem::bad_value(
                    Field::Judge,
                    format!(
                        "it is a measure of {only}; only those of {one} on goods of {other}, or the other way round, can be held beside this harm"
                    ),
                )));
            }
            _ => {
                return Err(WorkspaceError::from(Problem::bad_value(
                    Field::Judge,
                    "name measures of one side",
                )));
            }
        };
        let origin = if importer == one { other } else { one };
        let trade =
            self.remedy_trade(Field::JudgeWeights, asked.weights.as_ref(), importer, origin, as_of)?;
        let shares = self.shares(None, importer, origin, trade.year, as_of)?;
        let book = self.book(&[importer])?;
        let panel = || book.panel(importer, request.as_of).map(Panel::by_digits).map_err(usage);
        let with = duties(&panel()?, origin, Scope(None), on, &trade).map_err(usage)?;
        let without = duties(&panel()?.without(&names).map_err(usage)?, origin, Scope(None), on, &trade)
            .map_err(usage)?;
        let before: BTreeMap<&str, _> = without.rows.iter().map(|r| (r.code.as_str(), r)).collect();
        let mut lines = Vec::new();
        let mut out: BTreeMap<&str, LeftOutLines> = BTreeMap::new();
        for row in &with.rows {
            let Some(old) = before.get(row.code.as_str()) else { continue };
            if (&old.total, old.why) == (&row.total, row.why) && row.total.is_some() {
                continue;
            }
            let made = line_of(old, old.total.as_ref(), shares.as_ref(), table);
            let added =
                old.total.as_ref().zip(row.total.as_ref()).map(|(old, new)| (new - old).to_f64() / 100.0);
            match (made, added) {
                (Ok(line), Some(added)) => lines.push((line, added)),
                (made, _) => {
                    let why = made.err().unwrap_or("the duty in force is known within bounds only");
                    let own = out.entry(why).or_insert_with(|| LeftOutLines {
                        why: why.to_owned(),
                        lines: 0,
                        trade: 0.0,
                    });
                    own.lines += 1;
                    own.trade += row.trade.to_f64();
                }
            }
        }
        let asked_lines = with.rows.iter().flat_map(|row| row.lines.iter().map(|l| (on, l.as_str())));
        let own_panel = panel()?;
        Ok(JudgedMeasure {
            names,
            importer,
            origin,
            on,
            trade: trade.named(),
            shares: shares.map(|s| s.from),
            left_out: out.into_values().collect(),
            assumed_shares: lines.iter().filter(|(l, _)| l.share.of == ShareOf::Assumed).count(),
            sums: judge(&lines, model),
            grounds: grounds(&own_panel, origin, asked_lines, None).map_err(usage)?,
        })
    }
}
