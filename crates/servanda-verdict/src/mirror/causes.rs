//! How large each cause of a gap is, and what it takes of it.

use super::{ByCode, Candidate, CauseKind, CauseOut, Looked, Parameter, Size, Standing};
use crate::results::VerdictError;
use servanda_core::{Exact, Frequency, Source};

/// Gives each cause what it takes of the gap, in their order: no more than is left, and nothing where it widens the gap. What is left at
/// the end is given back.
pub(super) fn share_out(gap: &Exact, causes: &mut [CauseOut]) -> Exact {
    let mut left = gap.clone();
    for cause in causes {
        let Some(effect) = &cause.effect else { continue };
        let widens = effect.is_zero() || left.is_zero() || effect.is_negative() != left.is_negative();
        let taken = if widens {
            Exact::zero()
        } else if effect.abs() <= left.abs() {
            effect.clone()
        } else {
            left.clone()
        };
        left = &left - &taken;
        cause.of_gap = Some(taken);
    }
    left
}

impl<'a> Looked<'_, 'a> {
    /// A cause with its size by itself.
    pub(super) fn cause(
        &self,
        kind: CauseKind,
        imports: &Candidate<'a>,
        exports: &Candidate<'a>,
        parameters: &[Parameter],
    ) -> Result<CauseOut, VerdictError> {
        let parameter = parameters.iter().find(|p| p.kind == kind);
        let mut out = CauseOut {
            kind,
            standing: Standing::NotKnown,
            effect: None,
            of_gap: None,
            by: String::new(),
            cite: parameter.and_then(|p| p.cite.clone()),
            dated: parameter.and_then(|p| p.dated.clone()),
        };
        let worked = match (kind, parameter) {
            (CauseKind::CodesOnOneSide, _) => {
                let found = self.codes_on_one_side(imports, exports)?;
                if found.is_ok() {
                    out.standing = Standing::Explained;
                }
                found
            }
            (CauseKind::CifFob, _) if !imports.source.basis.is_named("cif") => {
                out.standing = Standing::DoesNotApply;
                Err(format!(
                    "{} values imports otherwise: {}",
                    imports.source.id, imports.source.basis.valuation
                ))
            }
            (CauseKind::Secrecy, None) => Err(format!(
                "no parameter says how large; {}: {}; {}: {}",
                imports.source.id,
                imports.source.basis.secrecy,
                exports.source.id,
                exports.source.basis.secrecy
            )),
            (_, None) => Err("no parameter says how large".to_owned()),
            (_, Some(parameter)) => self.by_parameter(parameter, exports)?,
        };
        match worked {
            Ok((effect, by)) => {
                out.effect = Some(effect);
                out.by = by;
                if out.standing == Standing::NotKnown {
                    let stands = out.cite.is_some() && out.dated.is_some();
                    out.standing = if stands { Standing::Explained } else { Standing::Assumed };
                }
            }
            Err(why) => out.by = why,
        }
        if let Some(note) = parameter.and_then(|p| p.note.as_ref()).filter(|_| out.effect.is_some()) {
            out.by = format!("{}; {note}", out.by);
        }
        Ok(out)
    }

    /// The size of a cause by its parameter, and how it was worked out; why there is none.
    fn by_parameter(
        &self,
        parameter: &Parameter,
        exports: &Candidate<'a>,
    ) -> Result<Result<(Exact, String), String>, VerdictError> {
        let bounds = &exports.value.figure.bounds;
        let whole = bounds.low.clone().filter(|_| bounds.is_exact());
        let id = &exports.source.id;
        match &parameter.size {
            Size::Amount(amount, of) if *of == exports.value.figure.dimension => {
                Ok(Ok((amount.clone(), "an amount of the period".to_owned())))
            }
            Size::Amount(_, of) => Ok(Err(format!(
                "it is an amount in {}, and the figures are in {}",
                of.base_unit(),
                exports.value.figure.dimension.base_unit()
            ))),
            Size::Rate(rate) => Ok(match whole {
                Some(whole) => Ok((&whole * rate, format!("{} of what {id} records", rate.plain()))),
                None => Err(format!("what {id} records is not known exactly")),
            }),
            Size::Months(months) => {
                let Some(whole) = whole else {
                    return Ok(Err(format!("what {id} records is not known exactly")));
                };
                let by_month = matches!(exports.source.frequency, Frequency::Monthly | Frequency::Daily);
                let Some(earlier) = self.flow.period.moved(-i32::from(*months)).filter(|_| by_month) else {
                    return Ok(Err(format!("{id} has no figures by month")));
                };
                let before = self.over(exports.source, &earlier)?.figure.bounds;
                Ok(match before.low.clone().filter(|_| before.is_exact()) {
                    Some(sum) => {
                        Ok((&sum - &whole, format!("{id} of {earlier} in place of {}", self.flow.period)))
                    }
                    None => Err(format!("{id} is not held whole for {earlier}")),
                })
            }
        }
    }

    /// What stands under codes of one side alone, by as many digits as both have.
    fn codes_on_one_side(
        &self,
        imports: &Candidate<'a>,
        exports: &Candidate<'a>,
    ) -> Result<Result<(Exact, String), String>, VerdictError> {
        let depth = |source: &Source| source.depth.map_or(0, usize::from).min(HS_DIGITS);
        let digits = depth(imports.source).min(depth(exports.source)) / 2 * 2;
        if digits == 0 {
            let without = if depth(imports.source) == 0 { imports } else { exports };
            return Ok(Err(format!("{} has no product codes", without.source.id)));
        }
        let edition = |source: &'a Source| {
            source.editions.iter().rev().find(|e| e.from <= self.flow.period.start()).map(|e| e.name.as_str())
        };
        let (left, right) = (edition(imports.source), edition(exports.source));
        if left != right {
            return Ok(Err(format!(
                "{} is in {} and {} in {}: codes differ by their edition",
                imports.source.id,
                left.unwrap_or("no edition"),
                exports.source.id,
                right.unwrap_or("no edition")
            )));
        }
        let (left, right) =
            match (self.by_code(imports.source, digits)?, self.by_code(exports.source, digits)?) {
                (Ok(left), Ok(right)) => (left, right),
                (Err(why), _) | (_, Err(why)) => return Ok(Err(why)),
            };
        let alone = |own: &ByCode, other: &ByCode| {
            let rest = own.iter().filter(|(code, _)| !other.contains_key(*code));
            rest.fold((Exact::zero(), 0), |(sum, count), (_, value)| (&sum + value, count + 1))
        };
        let ((more, of_imports), (less, of_exports)) = (alone(&left, &right), alone(&right, &left));
        Ok(Ok((
            &more - &less,
            format!(
                "by {digits} digits: {of_imports} codes of {} alone with {}, {of_exports} of {} alone with {}",
                imports.source.id,
                more.plain(),
                exports.source.id,
                less.plain()
            ),
        )))
    }
}

/// Digits in which all countries' codes are those of the HS.
const HS_DIGITS: usize = 6;

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cause(effect: Option<i128>) -> CauseOut {
        CauseOut {
            kind: CauseKind::Secrecy,
            standing: Standing::Assumed,
            effect: effect.map(Exact::integer),
            of_gap: None,
            by: String::new(),
            cite: None,
            dated: None,
        }
    }

    proptest! {
        #[test]
        fn causes_and_the_rest_come_to_the_gap_and_never_to_more(
            gap in -1_000i128..1_000,
            effects in prop::collection::vec(prop::option::of(-500i128..500), 0..8),
        ) {
            let gap = Exact::integer(gap);
            let mut causes: Vec<CauseOut> = effects.into_iter().map(cause).collect();
            let rest = share_out(&gap, &mut causes);
            let mut sum = rest.clone();
            for cause in &causes {
                match (&cause.effect, &cause.of_gap) {
                    (None, taken) => prop_assert_eq!(taken, &None),
                    (Some(effect), Some(taken)) => {
                        sum = &sum + taken;
                        prop_assert!(taken.abs() <= effect.abs() && taken.abs() <= gap.abs());
                        prop_assert!(taken.is_zero() || taken.is_negative() == gap.is_negative());
                    }
                    (Some(_), None) => prop_assert!(false, "a size that takes no part"),
                }
            }
            prop_assert_eq!(&sum, &gap);
            prop_assert!(rest.is_zero() || rest.is_negative() == gap.is_negative());
        }
    }
}
