//! A workspace of one agreement and one source, to try a rule in.

use super::{commitment, servanda_in, text};
use serde_json::Value;
use std::fmt::Write;

/// A workspace of one agreement and one source of imports, `cust`, with more of each.
pub struct World {
    pub dir: tempfile::TempDir,
    pub rules: String,
    pub scopes: String,
    pub definitions: String,
    pub head: String,
    pub frequency: &'static str,
    pub lengths: &'static str,
    pub depth: u8,
    pub absence: &'static str,
    pub zone: &'static str,
    pub non_negative: bool,
    pub period: &'static str,
    pub unit: &'static str,
}

impl World {
    pub fn new(frequency: &'static str) -> Self {
        Self {
            dir: tempfile::tempdir().unwrap(),
            rules: String::new(),
            scopes: "[scope.list]\ncodes = [\"0808\", \"0809\"]\nclassification = \"HS2017\"\n".into(),
            definitions: String::new(),
            head: String::new(),
            frequency,
            lengths: "4",
            depth: 4,
            absence: "zero",
            zone: "Etc/UTC",
            non_negative: true,
            period: "column = \"period\"",
            unit: "USD",
        }
    }

    pub fn rule(mut self, id: &str, rule: &str) -> Self {
        let rule = rule.replace('"', "\\\"");
        write!(
            self.rules,
            "[[commitment]]\nid = \"{id}\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"x\"\nforce = \"shall\"\nrule = \"{rule}\"\n\
             encoded_by = \"a\"\ninterpretation = \"x\"\ncertainty = \"primary\"\n\n"
        )
        .unwrap();
        self
    }

    pub fn put(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    pub fn source(&self, id: &str, head: &str) {
        let Self { frequency, zone, lengths, depth, absence, non_negative, period, unit, .. } = self;
        let text = format!(
            "id = \"{id}\"\ntitle = \"t\"\npublisher = \"p\"\nreporter = \"XNA\"\nzone = \"{zone}\"\nfrequency = \"{frequency}\"\n\
             lag_days = 20\nrevision = \"never\"\ndepth = {depth}\n{head}\n[basis]\ncovers = \"goods\"\nside = \"importer\"\n\
             trade = \"general imports\"\nvaluation = \"CIF\"\naccounting = \"census\"\nseasonal = \"not adjusted\"\n\
             partner = \"origin\"\nterritory = \"x\"\ncurrency = \"USD\"\nsecrecy = \"none known\"\n[absence]\n\
             default = \"{absence}\"\n[[flow]]\nstage = \"imports\"\nnon_negative = {non_negative}\ndimensions = [\"USD\"]\n\
             [[edition]]\nname = \"HS2017\"\nfrom = 2012-01-01\n[[file]]\ncoverage = \"full\"\nperiod = {{ {period} }}\n\
             partner = {{ constant = \"XSA\" }}\ncode = {{ column = \"hs\", pattern = \"digits\", lengths = [{lengths}] }}\n\
             [[file.value]]\ncolumn = \"value\"\nunit = \"{unit}\"\n"
        );
        self.put(&format!("sources/{id}.toml"), &text);
    }

    pub fn build(self) -> Self {
        self.put("servanda.toml", "format = 1\n");
        let Self { rules, scopes, definitions, .. } = &self;
        let text = format!(
            "id = \"deal\"\ntitle = \"t\"\nparties = [\"XNA\", \"XSA\"]\ninstrument = \"binding-agreement\"\n\
             signed = 2019-11-30\nin_force = 2020-01-01\n[statistics]\nsources = [\"cust\"]\ncounts_from = 2020-01-01\n\
             {scopes}{definitions}{rules}"
        );
        self.put("agreements/deal/agreement.toml", &text);
        self.source("cust", &self.head.clone());
        self
    }

    pub fn ingest(&self, source: &str, rows: &str, published: &str) -> &Self {
        self.put("in.csv", &format!("period,hs,value\n{rows}"));
        text(&servanda_in(self.dir.path(), &["ingest", source, "in.csv", "--published", published]), 0);
        self
    }

    pub fn check(&self, as_of: &str) -> Value {
        let args = ["check", "deal", "--as-of", as_of, "--format", "json"];
        serde_json::from_str(&text(&servanda_in(self.dir.path(), &args), 0)).unwrap()
    }

    /// Status, value, low and high of a rule.
    pub fn says(&self, as_of: &str, id: &str) -> String {
        let doc = self.check(as_of);
        let c = commitment(&doc, id);
        let actual = &c["readings"][0]["actual"];
        let of = |key: &str| actual[key].as_str().unwrap_or("-").to_owned();
        format!("{} {} in {}..{}", c["status"].as_str().unwrap(), of("value"), of("low"), of("high"))
    }

    pub fn reason(&self, as_of: &str, id: &str) -> String {
        commitment(&self.check(as_of), id)["readings"][0]["reason"].as_str().unwrap_or_default().to_owned()
    }
}

pub fn imports(window: &str) -> String {
    format!("imports(XNA from XSA, list, {window})")
}
