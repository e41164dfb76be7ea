//! A random agreement as the files that the loader reads.

use crate::common::Files;
use crate::world::{COUNTS_FROM, Cond, Each, Expr, Item, When, With, World};
use std::fmt::Write;

impl World {
    pub fn files(&self) -> Files {
        let mut text = String::from(
            "id = \"small\"\ntitle = \"Small\"\nparties = [\"CHN\", \"USA\"]\nthird_countries = [\"RUS\"]\n",
        );
        let instrument = if self.binding { "binding-agreement" } else { "demand" };
        writeln!(text, "instrument = \"{instrument}\"\n[statistics]").unwrap();
        let ids = |list: &[usize]| {
            let ids: Vec<String> = list.iter().map(|n| format!("\"{}\"", self.sources[*n].id)).collect();
            format!("[{}]", ids.join(", "))
        };
        writeln!(text, "sources = {}", ids(&self.counted)).unwrap();
        writeln!(text, "decide = \"{}\"\ncounts_from = {COUNTS_FROM}", if self.any { "any" } else { "all" })
            .unwrap();
        for name in ["alpha", "beta"] {
            writeln!(
                text,
                "[scope.{name}]\nlist = \"list.csv\"\nwhere = {{ category = \"{name}\" }}\nclassification = \"HS2017\""
            )
            .unwrap();
        }
        text.push_str("[group.steppe]\ntitle = \"Two countries\"\nmembers = [\"RUS\", \"KAZ\"]\n");
        text.push_str("[scope.vague]\nundefined = \"nobody says\"\n");
        let mut files = Files::new();
        for (n, reading) in self.readings.iter().enumerate() {
            writeln!(text, "[definition.d{n}]\ntitle = \"d{n}\"").unwrap();
            writeln!(
                text,
                "parameters = {{ need = \"{} USD\", window = \"{}\" }}",
                reading.need, reading.window
            )
            .unwrap();
            if let Some(frozen) = reading.frozen {
                writeln!(text, "baseline = {{ frozen = {frozen} }}").unwrap();
            }
            if !reading.crosswalk.is_empty() {
                let mut csv = String::from("list_code,source_code,relation\n");
                for (list, code) in &reading.crosswalk {
                    writeln!(csv, "{list},{code},wider").unwrap();
                }
                files.insert(format!("cross{n}.csv"), csv.into_bytes());
                writeln!(text, "crosswalks = {{ \"{}\" = \"cross{n}.csv\" }}", self.sources[0].id).unwrap();
            }
        }
        text.push_str("[ledger.orders]\ntitle = \"Orders\"\nfile = \"orders.csv\"\nunit = \"USD\"\ncertainty = \"secondary\"\n");
        if let Some(stage) = self.ledger.stage {
            writeln!(text, "stage = \"{stage}\"").unwrap();
        }
        writeln!(text, "non_negative = {}\ncomplete = [", self.ledger.non_negative).unwrap();
        for (through, said) in &self.ledger.vouches {
            if let Some(said) = said {
                writeln!(text, "  {{ through = {through}, said = {said} }},").unwrap();
            }
        }
        text.push_str("]\n");
        for (through, _) in self.ledger.vouches.iter().filter(|(_, said)| said.is_none()) {
            writeln!(text, "complete_through = {through}").unwrap();
        }
        let mut csv = String::from("id,period,published,value,document\n");
        for e in &self.ledger.entries {
            writeln!(csv, "e{},{},{},{},a paper", e.id, e.period, e.published, e.value).unwrap();
        }
        files.insert("orders.csv".into(), csv.into_bytes());
        text.push_str("[rate.fx]\ntitle = \"Yuan\"\nfile = \"fx.csv\"\nunit = \"CNY/USD\"\ncertainty = \"primary\"\nmethod = \"mean\"\n");
        let mut csv = String::from("id,period,published,value,document\n");
        for (period, published, value) in &self.rates {
            writeln!(csv, "r{period},{period},{published},{value},a bank").unwrap();
        }
        files.insert("fx.csv".into(), csv.into_bytes());
        for (n, p) in self.promises.iter().enumerate() {
            let each = p.each.map_or("", |each| each.text().0);
            let entry = match &p.each_entry {
                None => String::new(),
                Some(None) => "each entry in ledger(orders): ".to_owned(),
                Some(Some(when)) => format!("each entry in ledger(orders, {}): ", when_text(when)),
            };
            let rule = format!("{each}{entry}{}", cond_text(&p.cond)).replace('"', "\\\"");
            // What a quantifier stands at has its own word, and sums up to it begin with one of 2019.
            let first = if p.each == Some(Each::Quarters) { "2019-Q4" } else { "2019" };
            let rule = rule.replace("HERE", p.each.map_or("", |each| each.text().1)).replace("FIRST", first);
            writeln!(
                text,
                "[[commitment]]\nid = \"c{n}\"\nby = \"CHN\"\ncite = \"x\"\nforce = \"{}\"\nrule = \"{rule}\"",
                p.force
            )
            .unwrap();
            if let Some(any) = p.any {
                writeln!(text, "decide = \"{}\"", if any { "any" } else { "all" }).unwrap();
            }
            if let Some(list) = &p.sources {
                writeln!(text, "sources = {}", ids(list)).unwrap();
            }
            match p.condition {
                Some((key, Some(date))) => writeln!(text, "{key} = {date}").unwrap(),
                Some((key, None)) => writeln!(text, "{key} = \"c{}\"", n - 1).unwrap(),
                None => {}
            }
        }
        if let Some((from, until)) = self.waiver {
            writeln!(text, "[[waiver]]\ncommitments = [\"c0\"]\nfrom = {from}\ncitation = \"x\"").unwrap();
            if let Some(until) = until {
                writeln!(text, "until = {until}").unwrap();
            }
        }
        if let Some(date) = self.superseded {
            writeln!(text, "[[amendment]]\ndate = {date}\ncitation = \"x\"\nsupersedes = [\"c0\"]").unwrap();
        }
        let mut csv = String::from("code,category\n");
        for (code, alpha) in &self.list {
            writeln!(csv, "{code},{}", if *alpha { "alpha" } else { "beta" }).unwrap();
        }
        files.insert("list.csv".into(), csv.into_bytes());
        files.insert("agreement.toml".into(), text.into_bytes());
        files
    }
}

pub fn cond_text(cond: &Cond) -> String {
    match cond {
        Cond::Compare(a, op, b) => format!("{} {op} {}", expr_text(a), expr_text(b)),
        Cond::And(a, b) => format!("({}) and ({})", cond_text(a), cond_text(b)),
        Cond::Or(a, b) => format!("({}) or ({})", cond_text(a), cond_text(b)),
        Cond::Not(a) => format!("not ({})", cond_text(a)),
    }
}

fn when_text(when: &When) -> &'static str {
    match when {
        When::Fixed(text) => text,
        When::Window => "$window",
        When::Here => "HERE",
        When::Before => "HERE - 1",
        When::Since => "FIRST..HERE",
        When::Last => "last 12 months",
    }
}

fn expr_text(expr: &Expr) -> String {
    match expr {
        Expr::Flow { stage, chinas, with, scope, when, mass } => {
            let (a, c) = if *chinas { ("CHN", "USA") } else { ("USA", "CHN") };
            let c = if *with == With::Party { c } else { with.text().0 };
            let word = match *stage {
                "imports" => "from",
                "exports" => "to",
                _ => "with",
            };
            let mut text = String::new();
            for (n, (minus, item)) in scope.iter().enumerate() {
                if n > 0 {
                    text.push_str(if *minus { " - " } else { " + " });
                }
                match item {
                    Item::Named(name) => text.push_str(name),
                    Item::Goods => text.push_str("goods"),
                    Item::Code(code) => write!(text, "code \"{code}\"").unwrap(),
                }
            }
            let unit = if *mass { ", in t" } else { "" };
            format!("{stage}({a} {word} {c}, {text}, {}{unit})", when_text(when))
        }
        Expr::Quantity(n, mass) => format!("{n} {}", if *mass { "t" } else { "USD" }),
        Expr::Number(n) => n.to_string(),
        Expr::Price(n) => format!("{n} USD/t"),
        Expr::Yuan(n) => format!("{n} CNY"),
        Expr::Rated(a, when) => format!("{} * rate(fx, {})", expr_text(a), when_text(when)),
        Expr::Need => "$need".into(),
        Expr::Ledger(None) => "ledger(orders)".into(),
        Expr::Ledger(Some(when)) => format!("ledger(orders, {})", when_text(when)),
        Expr::Entry => "entry.value".into(),
        Expr::Count(None) => "count(orders)".into(),
        Expr::Count(Some(when)) => format!("count(orders, {})", when_text(when)),
        Expr::Add(a, b) => format!("({} + {})", expr_text(a), expr_text(b)),
        Expr::Sub(a, b) => format!("({} - {})", expr_text(a), expr_text(b)),
        Expr::Times(n, a) if matches!(**a, Expr::Ratio(..)) => format!("{n} * ({})", expr_text(a)),
        Expr::Times(n, a) => format!("{n} * {}", expr_text(a)),
        Expr::Ratio(a, b) => format!("{} / {}", expr_text(a), expr_text(b)),
        Expr::Min(a, b) => format!("min({}, {})", expr_text(a), expr_text(b)),
        Expr::Max(a, b) => format!("max({}, {})", expr_text(a), expr_text(b)),
    }
}
