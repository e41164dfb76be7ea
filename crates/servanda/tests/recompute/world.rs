//! A small workspace: made-up parties, one list, one annual source.

use crate::common::{json, servanda_in, text};
use serde_json::Value;
use std::cell::Cell;
use std::fmt::Write;
use std::path::Path;
use tempfile::TempDir;

pub struct World {
    dir: TempDir,
    files: Cell<usize>,
}

const SOURCE: &str = r#"
id = "cust"
title = "Customs table"
publisher = "a customs office"
reporter = "XNA"
zone = "Etc/UTC"
frequency = "annual"
lag_days = 20
revision = "never"
depth = 4

[basis]
covers = "goods"
side = "importer"
trade = "general imports"
valuation = "CIF"
accounting = "census"
seasonal = "not adjusted"
partner = "origin"
territory = "x"
currency = "USD"
secrecy = "none known"

[absence]
default = "zero"

[[flow]]
stage = "imports"
non_negative = true
dimensions = ["USD"]

[[edition]]
name = "HS2017"
from = 2017-01-01

[[file]]
coverage = "full"
period = { column = "period" }
partner = { constant = "XSA" }
code = { column = "hs", pattern = "digits", lengths = [4] }

[[file.value]]
column = "value"
unit = "USD"
"#;

impl World {
    /// With a rule for each commitment.
    pub fn new(rules: &[(&str, &str)]) -> Self {
        let dir = TempDir::new().unwrap();
        let at = |path: &str| dir.path().join(path);
        std::fs::create_dir_all(at("agreements/deal")).unwrap();
        std::fs::create_dir_all(at("sources")).unwrap();
        let mut deal = r#"
id = "deal"
title = "Made-up protocol"
parties = ["XNA", "XSA"]
instrument = "binding-agreement"
signed = 2019-11-30
in_force = 2020-01-01

[statistics]
sources = ["cust"]
counts_from = 2020-01-01

[scope.list]
codes = ["0808", "0809"]
classification = "HS2017"

[scope.vague]
undefined = "the text does not say which"
"#
        .to_owned();
        for (id, rule) in rules {
            write!(
                deal,
                "\n[[commitment]]\nid = \"{id}\"\nby = \"XNA\"\nto = \"XSA\"\ncite = \"Article 3\"\nforce = \"shall\"\n\
                 rule = \"{rule}\"\nencoded_by = \"a\"\ninterpretation = \"x\"\ncertainty = \"primary\"\n"
            )
            .unwrap();
        }
        std::fs::write(at("servanda.toml"), "format = 1\n").unwrap();
        std::fs::write(at("agreements/deal/agreement.toml"), deal).unwrap();
        std::fs::write(at("sources/cust.toml"), SOURCE).unwrap();
        Self { dir, files: Cell::new(0) }
    }

    pub fn dir(&self) -> &Path {
        self.dir.path()
    }

    /// Takes in rows of `period,hs,value`, published on a day.
    pub fn ingest(&self, rows: &str, published: &str) {
        self.files.set(self.files.get() + 1);
        let file = format!("{}.csv", self.files.get());
        std::fs::write(self.dir().join(&file), format!("period,hs,value\n{rows}")).unwrap();
        self.run(&["ingest", "cust", &file, "--published", published]);
    }

    /// Standard output of a command that ends well.
    pub fn run(&self, args: &[&str]) -> String {
        text(&servanda_in(self.dir(), args), 0)
    }

    pub fn check(&self, day: &str) -> Value {
        json(&servanda_in(self.dir(), &["check", "deal", "--as-of", day, "--format", "json"]))
    }
}
