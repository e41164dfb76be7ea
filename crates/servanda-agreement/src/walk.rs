//! One walk over the tree of a rule. Whoever looks for something in rules looks through here, so that a term that is added
//! to the language is added to one `match`, which the compiler then asks for.

use crate::ast::{
    Comparison, Condition, DateExpr, Each, EachRange, Expr, ExprKind, LedgerTerm, PeriodExpr, Rule,
    ScopeExpr, TariffTerm, Weights,
};

/// Two walks of one text: over a tree that is read, and over one that is changed.
macro_rules! walk {
    ($(#[$doc:meta])* $part:ident<$life:lifetime>, $seen:lifetime, $walk:ident, $($mutable:tt)?) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub enum $part<$life> {
            /// A quantifier in front of the rule.
            Each(&$life $($mutable)? Each),
            /// A comparison; its two sides follow.
            Comparison(&$life $($mutable)? Comparison),
            /// A figure; those inside it follow.
            Figure(&$life $($mutable)? Expr),
            /// The products of a quantifier or a figure.
            Scope(&$life $($mutable)? ScopeExpr),
            /// The period of a quantifier, a flow or a ledger.
            Period(&$life $($mutable)? PeriodExpr),
            /// The day of a tariff.
            Date(&$life $($mutable)? DateExpr),
            /// The ledger of a quantifier or a figure.
            Ledger(&$life $($mutable)? LedgerTerm),
        }

        mod $walk {
            use super::*;

            type Visit<'f, 'r> = &'f mut dyn FnMut($part<$seen>);

            pub(super) fn rule<'r>(rule: &'r $($mutable)? Rule, f: Visit<'_, 'r>) {
                if let Some(first) = & $($mutable)? rule.each {
                    each(first, f);
                }
                for inner in & $($mutable)? rule.more {
                    each(inner, f);
                }
                condition(& $($mutable)? rule.condition, f);
            }

            fn each<'r>(each: &'r $($mutable)? Each, f: Visit<'_, 'r>) {
                f($part::Each(each));
                match & $($mutable)? each.over {
                    EachRange::Scope(scope) => f($part::Scope(scope)),
                    EachRange::Period(period) => f($part::Period(period)),
                    EachRange::Ledger(term) => ledger(term, f),
                }
            }

            fn condition<'r>(of: &'r $($mutable)? Condition, f: Visit<'_, 'r>) {
                match of {
                    Condition::Or(parts) | Condition::And(parts) => {
                        for part in parts {
                            condition(part, f);
                        }
                    }
                    Condition::Not(inner) => condition(inner, f),
                    Condition::Compare(comparison) => {
                        f($part::Comparison(comparison));
                        figure(& $($mutable)? comparison.left, f);
                        figure(& $($mutable)? comparison.right, f);
                    }
                }
            }

            pub(super) fn figure<'r>(of: &'r $($mutable)? Expr, f: Visit<'_, 'r>) {
                f($part::Figure(of));
                match & $($mutable)? of.kind {
                    ExprKind::Quantity(..) | ExprKind::Param(_) | ExprKind::Field(_) => {}
                    ExprKind::Flow(flow) => {
                        f($part::Scope(& $($mutable)? flow.scope));
                        f($part::Period(& $($mutable)? flow.period));
                    }
                    ExprKind::Tariff(
                        TariffTerm::Rate(_, scope, date)
                        | TariffTerm::Mfn(_, scope, date)
                        | TariffTerm::Average(_, scope, date, _)
                        | TariffTerm::Coverage(_, scope, date, _),
                    ) => {
                        f($part::Scope(scope));
                        f($part::Date(date));
                    }
                    ExprKind::Ledger(term) => ledger(term, f),
                    ExprKind::Rate(term) => f($part::Period(& $($mutable)? term.period)),
                    ExprKind::Length(period, _) => f($part::Period(period)),
                    ExprKind::Min(parts) | ExprKind::Max(parts) => {
                        for part in parts {
                            figure(part, f);
                        }
                    }
                    ExprKind::Binary(_, left, right) => {
                        figure(left, f);
                        figure(right, f);
                    }
                }
            }

            fn ledger<'r>(term: &'r $($mutable)? LedgerTerm, f: Visit<'_, 'r>) {
                f($part::Ledger(term));
                if let Some(period) = & $($mutable)? term.period {
                    f($part::Period(period));
                }
            }
        }
    };
}

walk! {
    /// A part of a rule, in the order of its text, outer before inner.
    Part<'r>, 'r, reading,
}
walk! {
    /// A part of a rule that may be changed, in the order of [`Part`].
    PartMut<'r>, '_, changing, mut
}

impl Rule {
    /// Shows each part of the rule, quantifiers included.
    pub fn each_part<'r>(&'r self, mut f: impl FnMut(Part<'r>)) {
        reading::rule(self, &mut f);
    }

    /// Shows each part of the rule to what may change it.
    pub fn each_part_mut(&mut self, mut f: impl FnMut(PartMut<'_>)) {
        changing::rule(self, &mut f);
    }

    /// Every figure of the rule, inner ones too.
    pub fn figures(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        self.each_part(|part| {
            if let Part::Figure(figure) = part {
                found.push(figure);
            }
        });
        found
    }

    /// The sources whose trade weighs its averages, each once, in the order of the text.
    pub fn weighing(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        for figure in self.figures() {
            if let ExprKind::Tariff(TariffTerm::Average(.., weights) | TariffTerm::Coverage(.., weights)) =
                &figure.kind
                && let Weights::Trade(_, source) = weights
                && !found.contains(&source.as_str())
            {
                found.push(source);
            }
        }
        found
    }

    /// The ledgers that it reads, by name, those of `each entry` included; each once, in the order of the text.
    pub fn ledgers(&self) -> Vec<&str> {
        let mut found: Vec<&str> = Vec::new();
        self.each_part(|part| {
            if let Part::Ledger(term) = part
                && !found.contains(&term.name.as_str())
            {
                found.push(&term.name);
            }
        });
        found
    }
}

impl Expr {
    /// The figure itself and every one inside it.
    pub fn figures(&self) -> Vec<&Expr> {
        let mut found = Vec::new();
        reading::figure(self, &mut |part| {
            if let Part::Figure(figure) = part {
                found.push(figure);
            }
        });
        found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::parse_rule;

    #[test]
    fn every_part_is_shown_in_the_order_of_the_text() {
        let text = "each line in cars: each year in 2020..2021: \
                    max(imports(CHN from USA, line, year), ledger(orders, 2020)) / 2 >= 1 USD and \
                    not tariff(CHN on USA, goods, 2020-01-02) > 5%";
        let mut rule = parse_rule(text).unwrap();
        let mut seen = Vec::new();
        rule.each_part(|part| {
            seen.push(match part {
                Part::Each(each) => format!("each {}", each.var),
                Part::Comparison(c) => c.op.to_string(),
                Part::Figure(figure) => figure.to_string(),
                Part::Scope(scope) => format!("scope {scope}"),
                Part::Period(period) => format!("period {period}"),
                Part::Date(date) => format!("date {date}"),
                Part::Ledger(term) => format!("of {}", term.name),
            });
        });
        let expected = [
            "each line",
            "scope cars",
            "each year",
            "period 2020..2021",
            ">=",
            "max(imports(CHN from USA, line, year), ledger(orders, 2020)) / 2",
            "max(imports(CHN from USA, line, year), ledger(orders, 2020))",
            "imports(CHN from USA, line, year)",
            "scope line",
            "period year",
            "ledger(orders, 2020)",
            "of orders",
            "period 2020",
            "2",
            "1 USD",
            ">",
            "tariff(CHN on USA, goods, 2020-01-02)",
            "scope goods",
            "date 2020-01-02",
            "5%",
        ];
        assert_eq!(seen, expected);
        // What may change sees as many, and what it changes is changed.
        let mut changed = 0;
        rule.each_part_mut(|part| {
            changed += 1;
            if let PartMut::Ledger(term) = part {
                term.name = "sales".to_owned();
            }
        });
        assert_eq!(changed, expected.len());
        assert!(rule.to_string().contains("ledger(sales, 2020)"));
    }
}
