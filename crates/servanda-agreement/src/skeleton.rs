//! What `new` writes: a commented agreement that loads and lints, to be filled in.

const AGREEMENT: &str = include_str!("skeleton/agreement.toml");
const CASES: &str = include_str!("skeleton/cases.toml");
const LIST: &str = include_str!("skeleton/list.csv");
const TEXT: &str = include_str!("skeleton/en.md");
const COVERAGE: &str = include_str!("skeleton/coverage.toml");

/// The files of a new agreement, by path inside its folder.
pub fn new_skeleton(id: &str) -> Vec<(String, String)> {
    let quoted = serde_json::Value::String(id.to_owned()).to_string();
    [
        ("agreement.toml", AGREEMENT.replace("\"ID\"", &quoted)),
        ("cases.toml", CASES.to_owned()),
        ("scopes/list.csv", LIST.to_owned()),
        ("text/en.md", TEXT.to_owned()),
        ("text/coverage.toml", COVERAGE.to_owned()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .into()
}

#[cfg(test)]
mod tests {
    use crate::{AgreementFolder, FolderFiles, format_agreement, lint};
    use std::collections::BTreeMap;

    #[test]
    fn a_skeleton_loads_lints_and_is_formatted() {
        let files: BTreeMap<String, Vec<u8>> =
            super::new_skeleton("my-agreement").into_iter().map(|(p, t)| (p, t.into_bytes())).collect();
        let folder = AgreementFolder::open(&files, "my-agreement").unwrap_or_else(|d| panic!("{d}"));
        assert!(!folder.cases().unwrap().is_empty());
        assert!(crate::case_gaps(folder.newest(), &folder.cases().unwrap()).is_empty());
        assert!(!lint::lint(&folder, folder.newest(), &[], None).is_empty());
        let report = lint::text_report(&folder).unwrap_or_else(|d| panic!("{d}"));
        assert_eq!(report.paragraphs.len(), 3);
        let text = String::from_utf8(files.read("agreement.toml").unwrap()).unwrap();
        assert_eq!(format_agreement(&text).unwrap(), text);
    }
}
