//! A small workspace of schedules and measures on made-up figures; XNA and XSA are no countries.

#![allow(dead_code, reason = "each test takes what it needs")]

use crate::common::{json, servanda_in};
use serde_json::Value;
use std::fs;
use std::path::Path;
use tempfile::TempDir;

/// A small workspace.
pub struct World(TempDir);

impl World {
    pub fn new() -> Self {
        let world = Self(tempfile::tempdir().unwrap());
        world.put("servanda.toml", "format = 1\n");
        let authority =
            "[[authority]]\nid = \"a\"\ntitle = \"A\"\nimporter = \"XNA\"\nwithin = \"sum\"\ncite = \"x\"\n";
        world.put("measures/authorities.toml", authority);
        world
    }

    pub fn path(&self) -> &Path {
        self.0.path()
    }

    pub fn put(&self, name: &str, text: &str) {
        let file = self.path().join(name);
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(file, text).unwrap();
    }

    /// A schedule with rows `line,rate`; `more` are further keys.
    pub fn schedule(&self, id: &str, rows: &str, classification: &str, more: &str) {
        self.put(&format!("schedules/{id}.csv"), &format!("line,rate\n{rows}"));
        let text = format!(
            "id = \"{id}\"\ntitle = \"S\"\nimporter = \"XNA\"\nzone = \"Europe/Brussels\"\nkind = \"mfn-applied\"\nclassification = \"{classification}\"\nlines = \"{id}.csv\"\ncertainty = \"primary\"\ncite = \"x\"\n{more}\n"
        );
        self.put(&format!("schedules/{id}.toml"), &text);
    }

    /// A measure of lists and acts as they are written.
    pub fn measure(&self, body: &str) {
        let head = "id = \"m\"\ntitle = \"M\"\nimporter = \"XNA\"\nzone = \"Europe/Brussels\"\norigins = [\"XSA\"]\nauthority = \"a\"\n";
        self.put("measures/m.toml", &format!("{head}\n{body}"));
    }

    pub fn run(&self, args: &[&str]) -> Value {
        json(&servanda_in(self.path(), args))
    }

    pub fn tariff(&self, command: &str, more: &[&str]) -> Value {
        let mut args = vec!["tariff", command, "--importer", "XNA", "--origin", "XSA", "--format", "json"];
        args.extend(more);
        self.run(&args)["answer"].clone()
    }

    /// `low..high` of a line's rate at the end of a day.
    pub fn rate(&self, line: &str, more: &[&str]) -> String {
        let mut args = vec!["--line", line];
        args.extend(more);
        let found = self.tariff("rate", &args);
        span(&found["lines"][0]["rates"].as_array().unwrap().last().unwrap()["total"])
    }

    /// An agreement with one rule on tariffs, with more keys.
    pub fn agreement(&self, rule: &str, more: &str) {
        let text = format!(
            "id = \"deal\"\ntitle = \"D\"\nparties = [\"XNA\", \"XSA\"]\ninstrument = \"binding-agreement\"\nsigned = 2019-11-30\nin_force = 2020-01-01\n\n[scope.list]\ncodes = [\"0808\"]\nclassification = \"HS2017\"\n\n[[commitment]]\nid = \"c\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 3\"\nforce = \"shall\"\nrule = \"{rule}\"\nencoded_by = \"a\"\ninterpretation = \"x\"\ncertainty = \"primary\"\n{more}\n"
        );
        self.put("agreements/deal/agreement.toml", &text);
    }

    /// The commitment as of a day.
    pub fn check(&self, as_of: &str) -> Value {
        self.run(&["check", "deal", "--as-of", as_of, "--format", "json"])["commitments"][0].clone()
    }
}

pub fn span(total: &Value) -> String {
    format!("{}..{}", total["low"].as_str().unwrap(), total["high"].as_str().unwrap_or("open"))
}

pub const LIST: &str = "[list.l]\ntitle = \"l\"\nclassification = \"HS2017\"\ncodes = [\"08081000\"]\ncertainty = \"primary\"\ncite = \"x\"\n";

pub fn act(id: &str, rate: &str, more: &str) -> String {
    format!(
        "[[act]]\nid = \"{id}\"\ntitle = \"{id}\"\nlist = \"l\"\neffect = \"add\"\nrate = \"{rate}\"\ncite = \"x\"\ncertainty = \"primary\"\n{more}\n"
    )
}
