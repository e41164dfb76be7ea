//! Due days of commitments on the calendars that ship, against days counted by packages that share nothing with ours.

use servanda_agreement::{AgreementFolder, DirFiles};
use servanda_core::Date;
use servanda_verdict::{InlineEvidence, Memory, Question, check_with};
use std::collections::BTreeMap;
use std::path::Path;

#[test]
fn a_commitment_is_due_on_the_day_counted_elsewhere() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let calendars = servanda_dispute::calendar::all(&DirFiles::new(&root)).unwrap();
    let table = root.join("crates/servanda-dispute/tests/data/due-dates.csv");
    let mut text = String::from(
        "id = \"x\"\ntitle = \"X\"\nparties = [\"CHN\", \"USA\"]\ninstrument = \"binding-agreement\"\n",
    );
    let mut expected = Vec::new();
    for row in csv::Reader::from_path(table).unwrap().records() {
        let row = row.unwrap();
        let [start, days, kind, capital, counts, due] = [0, 1, 2, 3, 4, 5].map(|n| row[n].to_owned());
        if counts == "yes" {
            continue;
        }
        let unit = if kind == "working" { "working-days" } else { "days" };
        let party = if capital == "Beijing" { "CHN" } else { "USA" };
        text += &format!(
            "[[commitment]]\nid = \"c{}\"\nby = \"CHN\"\ncite = \"1\"\nforce = \"shall\"\nact = \"a\"\n\
             due = {{ within = \"{days} {unit}\", calendar = [\"{party}\"], of = \"{start}\" }}\n",
            expected.len()
        );
        expected.push(due);
    }
    assert!(expected.len() > 200, "{}", expected.len());
    let files = BTreeMap::from([("agreement.toml".to_owned(), text.into_bytes())]);
    let today: Date = "2026-11-22".parse().unwrap();
    let agreement = AgreementFolder::open(&files, "x").unwrap().as_of(today).unwrap();
    let memory = Memory::of(&agreement).with_calendars(calendars);
    let nothing = InlineEvidence::new(Vec::new(), Vec::new());
    let checked = check_with(&memory, &agreement, &nothing, &Question::on_day(today)).unwrap();
    for (finding, due) in checked.findings.iter().zip(&expected) {
        let act = finding.act.as_ref().unwrap();
        assert_eq!(act.due.as_ref(), Some(due), "{}: {act:?}", finding.id);
    }
}
