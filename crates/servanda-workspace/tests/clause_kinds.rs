//! The table of clause kinds in the book holds: each kind is a commitment of docs/clauses with its worked cases, once met and once
//! missed, and what is not worked out is refused or named.

use servanda_agreement::{AgreementFolder, Commitment, Duty};
use servanda_core::Status;
use servanda_workspace::{Root, Workspace};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// A row of the table.
struct Row {
    form: String,
    from: String,
    case: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn rows() -> Vec<Row> {
    let page = std::fs::read_to_string(root().join("docs/clause-kinds.md")).unwrap();
    let plain = |cell: &str| cell.trim().trim_matches('`').replace('\u{0}', "|");
    page.replace("\\|", "\u{0}")
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(2)
        .map(|line| match line.trim_matches('|').split('|').collect::<Vec<_>>()[..] {
            [_, form, from, case] => Row { form: plain(form), from: plain(from), case: plain(case) },
            _ => panic!("a row has four cells: {line}"),
        })
        .collect()
}

const NOT_WORKED_OUT: &str = "not worked out";

fn clauses() -> Workspace {
    Workspace::open(Root::Folder(root().join("docs/clauses"))).unwrap()
}

/// The lines of the file on a commitment.
fn written<'t>(text: &'t str, id: &str) -> &'t str {
    let at = text.find(&format!("id     = \"{id}\"")).unwrap();
    text[at..].split("[[").next().unwrap()
}

#[test]
fn each_kind_has_a_worked_case_that_is_met_and_one_that_is_not() {
    let workspace = clauses();
    let folder = workspace.agreement("clauses").unwrap();
    let cases = folder.cases().unwrap();
    let text = folder.text("agreement.toml").unwrap();
    let wrong: Vec<String> = workspace
        .cases("clauses")
        .unwrap()
        .into_iter()
        .flat_map(|o| o.problems.into_iter().map(move |p| format!("{}: {p}", o.name)))
        .collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    let mut named = BTreeSet::new();
    for row in rows().iter().filter(|r| !r.case.starts_with(NOT_WORKED_OUT)) {
        let commitment = folder.newest().commitment(&row.case);
        let commitment = commitment.unwrap_or_else(|| panic!("docs/clauses has no commitment {}", row.case));
        match &commitment.duty {
            Duty::Rule { text, .. } => assert_eq!(row.form, *text, "{}", row.case),
            Duty::Act(_) | Duty::Refrain(_) => {
                let (key, value) = row.form.split_once(" = ").unwrap();
                let line = format!("{key:<6} = {value}\n");
                assert!(written(text, &row.case).contains(&line), "{}: {line}", row.case);
            }
        }
        let statuses: Vec<Status> =
            cases.iter().filter(|c| c.commitments.contains(&row.case)).map(|c| c.expect.status).collect();
        assert!(statuses.contains(&Status::Met), "{} has no case that is met", row.case);
        assert!(statuses.contains(&Status::Missed), "{} has no case that is missed", row.case);
        assert!(named.insert(row.case.clone()), "{} stands twice", row.case);
    }
    let starts = |c: &Commitment| c.cite == "starts clocks of others";
    for commitment in folder.newest().commitments.iter().filter(|c| !starts(c)) {
        assert!(named.contains(&commitment.id), "the table does not name {}", commitment.id);
    }
}

/// The files below a folder, by their path in it.
fn files(folder: &Path, below: &str, out: &mut BTreeMap<String, Vec<u8>>) {
    for entry in std::fs::read_dir(folder.join(below)).unwrap() {
        let entry = entry.unwrap();
        let name = format!("{below}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            files(folder, &format!("{name}/"), out);
        } else {
            out.insert(name.clone(), std::fs::read(folder.join(&name)).unwrap());
        }
    }
}

#[test]
fn what_is_not_worked_out_is_not_accepted() {
    let mut all = BTreeMap::new();
    files(&root().join("docs/clauses/agreements/clauses"), "", &mut all);
    AgreementFolder::open(&all, "clauses").unwrap();
    let text = String::from_utf8(all["agreement.toml"].clone()).unwrap();
    let mut refused = 0;
    for row in rows().iter().filter(|r| r.case.starts_with(NOT_WORKED_OUT)) {
        let more = format!(
            "\n[[commitment]]\nid = \"more\"\nby = \"USA\"\ncite = \"x\"\nforce = \"shall\"\nrule = '{}'\n",
            row.form
        );
        all.insert("agreement.toml".to_owned(), format!("{text}{more}").into_bytes());
        let Err(why) = AgreementFolder::open(&all, "clauses") else {
            panic!("`{}` is accepted, and the table says that it is not worked out", row.form);
        };
        assert!(why.items.iter().all(|d| d.help.is_some()), "{}: {why}", row.form);
        refused += 1;
    }
    assert!(refused > 0, "the table names nothing that cannot be said");
}

#[test]
fn each_row_of_the_commitments_that_the_table_names_is_there() {
    let path = root().join("../shared/data/deals/commitments.csv");
    if !path.exists() {
        println!("skipped: the commitments of 2025 and 2026 do not lie beside the project");
        return;
    }
    let mut reader = csv::Reader::from_path(path).unwrap();
    let at = reader.headers().unwrap().iter().position(|h| h == "id").unwrap();
    let known: BTreeSet<String> = reader.records().map(|r| r.unwrap()[at].to_owned()).collect();
    for row in rows() {
        assert!(row.from == "general" || known.contains(&row.from), "there is no row `{}`", row.from);
    }
}
