//! `mirror`: one flow as both sides record it.

mod parameters;

pub(crate) use parameters::RawMirror;

use crate::request::{ByWord, Mirror};
use crate::{Workspace, WorkspaceError};
use servanda_agreement::ast::Trader;
use servanda_agreement::{Agreement, RuleError, parse_flow};
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_core::{AsOf, Date};
use servanda_verdict::{By, MirrorAnswer, MirrorAsked, MirrorFlow, NoMirror, VerdictError, mirror};

impl Workspace {
    /// Both sides' figures of a flow, the gap between them and its causes, with what all of it rests on as resolved for the day.
    ///
    /// # Errors
    /// If the flow cannot be read, nothing is held of a side, or parameters or evidence cannot be read.
    pub fn mirror(
        &self,
        request: &Mirror,
        today: Date,
    ) -> Result<(MirrorAnswer, Vec<String>), WorkspaceError> {
        let as_of = request.as_of.unwrap_or(today);
        let term = parse_flow(&request.flow).map_err(|errors| unreadable(&errors))?;
        let agreement = match &request.agreement {
            Some(name) => self.agreement_on(name, as_of)?,
            None => {
                let party = |trader: &Trader| match trader {
                    Trader::Party(party) => Some(*party),
                    Trader::Group(_) => None,
                };
                Agreement::bare([&term.pair.first, &term.pair.second].into_iter().filter_map(party).collect())
            }
        };
        let flow = MirrorFlow::of(&agreement, &term, as_of).map_err(refused)?;
        let scope = term.scope.to_string();
        let looked = parameters::Flow {
            exporter: flow.exporter(),
            importer: flow.importer(),
            period: flow.period,
            scope: &scope,
        };
        let parameters = self.with_records(|files| parameters::holding(files, &looked))?;
        let by = match request.by {
            ByWord::Scope => By::Scope,
            ByWord::Hs2 => By::Digits(2),
            ByWord::Hs4 => By::Digits(4),
            ByWord::Hs6 => By::Digits(6),
        };
        let asked = MirrorAsked {
            agreement: &agreement,
            term: &term,
            flow,
            by,
            on: &request.on,
            as_of,
            parameters: &parameters,
        };
        let answer = mirror(self.store(), &asked)?.map_err(refused)?;
        let mut resolved = vec![format!("{parameters:?}")];
        for side in [&answer.imports, &answer.exports].into_iter().chain(&answer.others) {
            let day = AsOf { date: as_of, known_at: None };
            resolved.extend(self.store().resolved(&side.source, day).map_err(VerdictError::Evidence)?);
        }
        Ok((answer, resolved))
    }
}

fn unreadable(errors: &[RuleError]) -> WorkspaceError {
    let said: Vec<String> = errors
        .iter()
        .map(|e| e.help.as_ref().map_or_else(|| e.message.clone(), |help| format!("{}; {help}", e.message)))
        .collect();
    Problem::bad_value(Field::Flow, said.join(". "))
        .set(Field::Flow, "imports(CHN from USA, goods, 2017)")
        .into()
}

fn refused(NoMirror { why, not_held, choose }: NoMirror) -> WorkspaceError {
    let code = if not_held { Code::NotHeld } else { Code::NoAnswer };
    if choose.is_empty() {
        let problem = Problem::of(code, Field::Flow, why);
        return problem.set(Field::Flow, "imports(CHN from USA, goods, 2017)").into();
    }
    let problem = Problem::of(code, Field::On, why).set(Field::On, choose.join(" or "));
    problem.run(Command::Coverage, &[], "says what is held").into()
}
