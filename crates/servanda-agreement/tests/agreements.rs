//! The agreements that ship load without a word of complaint and mean the same when formatted.

use servanda_agreement::{AgreementFolder, DirFiles, format_agreement, text_report};
use servanda_agreement::{Duty, FolderFiles, format_rule};
use std::path::Path;

/// A folder whose agreement was formatted.
struct Formatted {
    folder: DirFiles,
    text: String,
}

impl FolderFiles for Formatted {
    fn read(&self, path: &str) -> std::io::Result<Vec<u8>> {
        if path == "agreement.toml" { Ok(self.text.clone().into_bytes()) } else { self.folder.read(path) }
    }

    fn list(&self, dir: &str) -> std::io::Result<Vec<String>> {
        self.folder.list(dir)
    }
}

fn rules(folder: &AgreementFolder) -> Vec<(String, String)> {
    let rule = |duty: &Duty| match duty {
        Duty::Rule { rule, .. } => format_rule(rule),
        Duty::Act(text) | Duty::Refrain(text) => text.clone(),
    };
    folder.newest().commitments.iter().map(|c| (c.id.clone(), rule(&c.duty))).collect()
}

#[test]
fn every_agreement_that_ships_loads() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../agreements");
    let Ok(entries) = std::fs::read_dir(&root) else { return };
    let mut problems = String::new();
    for entry in entries {
        let path = entry.unwrap().path();
        if !path.join("agreement.toml").is_file() {
            continue;
        }
        let id = path.file_name().unwrap().to_str().unwrap().to_owned();
        match AgreementFolder::open(&DirFiles::new(&path), &id) {
            Err(diagnostics) => problems.push_str(&format!("{id}:\n{diagnostics}\n\n")),
            Ok(folder) => {
                assert!(!folder.newest().commitments.is_empty(), "{id}");
                if let Err(diagnostics) = text_report(&folder) {
                    problems.push_str(&format!("{id}:\n{diagnostics}\n\n"));
                }
                let text = folder.text("agreement.toml").unwrap();
                let formatted = format_agreement(text).unwrap();
                assert_eq!(format_agreement(&formatted).unwrap(), formatted, "{id}");
                let tidied = Formatted { folder: DirFiles::new(&path), text: formatted };
                let tidied = AgreementFolder::open(&tidied, &id).unwrap();
                assert_eq!(rules(&tidied), rules(&folder), "{id}");
            }
        }
    }
    assert!(problems.is_empty(), "{problems}");
}
