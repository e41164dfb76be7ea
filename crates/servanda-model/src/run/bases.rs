//! The base of a scenario, for every closure that is needed: as it was read, or re-solved, and what must be said of it.

use super::asked::Asked;
use crate::base::{self, BaseSet};
use crate::equilibrium::Closure;
use crate::{Economy, ModelError};

/// A base for each closure.
pub(super) struct Bases {
    pub by_closure: Vec<(Closure, Economy)>,
    pub facts: Vec<(String, String)>,
    pub notes: Vec<String>,
}

impl Bases {
    /// The base for a closure.
    pub fn of(&self, closure: Closure) -> Result<&Economy, ModelError> {
        let found = self.by_closure.iter().find(|(c, _)| *c == closure);
        found
            .map(|(_, e)| e)
            .ok_or_else(|| ModelError::Usage(format!("no base for the closure {}", closure.word())))
    }
}

/// The base for the closures that are needed, each an equilibrium of its own.
pub(super) fn bases(asked: &Asked, set: &BaseSet, closure: Closure) -> Result<Bases, ModelError> {
    let given = match &asked.keys.elasticities.theta {
        None => set.economy.clone(),
        Some(theta) => {
            let one = vec![*theta.get_ref(); set.economy.sectors()];
            set.economy.with_theta(one).map_err(|e| asked.wrong(theta.span(), e.to_string()))?
        }
    };
    let world: f64 = given.parts().value_added.iter().sum();
    let has_deficits = given.parts().deficit.iter().any(|d| d.abs() > 1e-12 * world);
    let mut facts = vec![
        ("base".to_owned(), format!("{} ({})", set.id, set.name)),
        ("start".to_owned(), set.start.clone()),
        ("unit".to_owned(), set.unit.clone()),
        ("closure".to_owned(), closure.word().to_owned()),
    ];
    facts.retain(|(_, text)| !text.is_empty());
    facts.extend(set.files.iter().map(|(file, sha)| (format!("sha256 of {file}"), sha.clone())));
    let mut notes = Vec::new();
    let mut wanted = vec![closure];
    match asked.closures()? {
        Some(named) => wanted.extend(named),
        None if has_deficits => wanted.extend([Closure::Balanced, Closure::Nominal, Closure::WorldIncome]),
        None => notes.push("the base has no deficits, so that all closures are one".to_owned()),
    }
    let mut bases = Bases { by_closure: Vec::new(), facts, notes };
    for wanted in wanted {
        if bases.by_closure.iter().any(|(c, _)| *c == wanted) {
            continue;
        }
        if let Err(problem) = add(&mut bases, asked, set, &given, wanted, has_deficits) {
            if wanted == closure {
                return Err(problem);
            }
            bases.notes.push(format!("closure {}: it is in no range: {problem}", wanted.word()));
        }
    }
    Ok(bases)
}

/// Adds the base for a closure: as it is where that is an equilibrium, else re-solved where the scenario or the closure asks.
fn add(
    bases: &mut Bases,
    asked: &Asked,
    set: &BaseSet,
    given: &Economy,
    closure: Closure,
    has_deficits: bool,
) -> Result<(), ModelError> {
    let clears = closure == Closure::Balanced && has_deficits;
    let word = closure.word();
    if !clears && !asked.keys.balance {
        let (off, at) = base::residual(given, closure)?;
        if off > base::IDENTITY {
            return Err(ModelError::Usage(format!(
                "the base {} is no equilibrium: without any shock {at} moves by {off:.1e}, and at most {:e} is taken for \
                 rounding; write `balance = true` to re-solve it first",
                set.id,
                base::IDENTITY
            )));
        }
        bases
            .facts
            .push((format!("base without any shock, {word}"), format!("moves by at most {off:.1e} ({at})")));
        bases.by_closure.push((closure, given.clone()));
        return Ok(());
    }
    let balanced = base::balance(given, closure)?;
    let what = if clears { "without deficits" } else { "as an equilibrium" };
    bases.notes.push(format!(
        "closure {word}: the base was re-solved {what} first, which moves it by up to {:.1} percent ({})",
        100.0 * balanced.moved,
        balanced.at
    ));
    bases.facts.push((
        format!("base re-solved, {word}"),
        format!(
            "sha256 {}; moved by up to {:.2e} ({}); without any shock it moves by at most {:.1e}",
            balanced.hash, balanced.moved, balanced.at, balanced.residual
        ),
    ));
    bases.by_closure.push((closure, balanced.economy));
    Ok(())
}
