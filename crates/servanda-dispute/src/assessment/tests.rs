//! Four eyes against every edit that we can think of, on files in memory.

use super::*;
use proptest::prelude::*;
use servanda_agreement::FolderFiles;
use servanda_core::{Acceptance, Conclusion, Date, EvidenceItem, Grade, Signer, Timestamp};
use servanda_files::sha256;
use std::collections::BTreeMap;

type Files = BTreeMap<String, Vec<u8>>;

const RUBRIC: &str = include_str!("../../../../rubrics/acts-v1.toml");

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_600_000_000 + second).unwrap()
}

fn key(n: u8) -> SecretKey {
    SecretKey::from_seed([n; 32])
}

fn person(id: &str, name: &str, n: u8) -> Person {
    Person::new(id, name, "a desk", &key(n).public()).unwrap()
}

fn body(author: Signer, conclusion: Conclusion) -> AssessmentBody {
    let rubric = Rubric::read("rubrics/acts-v1.toml", "acts-v1", RUBRIC.into()).unwrap();
    AssessmentBody {
        agreement: "pact".into(),
        commitment: "publish".into(),
        duty: "Publish the list.".into(),
        enough: Some(Grade::Applied),
        as_of: day("2020-05-01"),
        conclusion,
        grounds: "The list is out.".into(),
        items: vec![EvidenceItem {
            grade: Grade::Applied,
            date: day("2020-04-30"),
            says: "The list stands on the ministry's page.".into(),
            publisher: "the ministry".into(),
            cite: "notice 12".into(),
            certainty: "primary".into(),
            sha256: Some(sha256(b"the notice")),
            held: true,
            no_document: None,
        }],
        rubric: rubric.is,
        rubric_text: rubric.text,
        author,
        signed: at(0),
    }
}

fn approval(assessment: &str, reader: Signer, conclusion: Conclusion) -> ApprovalBody {
    ApprovalBody {
        assessment: assessment.into(),
        conclusion,
        blind: false,
        grounds: None,
        reader,
        signed: at(60),
    }
}

fn put_assessment(files: &mut Files, record: &AssessmentRecord) -> String {
    let (bytes, name) = record.file().unwrap();
    files.insert(format!("{ASSESSMENTS}/{name}.json"), bytes);
    name
}

fn put_approval(files: &mut Files, record: &ApprovalRecord) -> String {
    let (bytes, name) = record.file().unwrap();
    files.insert(format!("{APPROVALS}/{name}.json"), bytes);
    name
}

fn register(files: &mut Files, person: &Person) {
    files.insert(format!("{PEOPLE}/{}.toml", person.id), person.to_toml().into_bytes());
}

/// Ann assesses, Bo reads: all in order. Gives the files and the names of both records.
fn sound() -> (Files, String, String) {
    let (ann, bo) = (person("ann", "Ann Lee", 1), person("bo", "Bo Chen", 2));
    let mut files = Files::new();
    register(&mut files, &ann);
    register(&mut files, &bo);
    register(&mut files, &person("cy", "Cy Roe", 3));
    files.insert(format!("{DOCUMENTS}/{}", sha256(b"the notice")), b"the notice".to_vec());
    let record = AssessmentRecord::sign(body(ann.signer(), Conclusion::Kept), &key(1)).unwrap();
    let id = put_assessment(&mut files, &record);
    let read = ApprovalRecord::sign(approval(&id, bo.signer(), Conclusion::Kept), &key(2)).unwrap();
    let approval = put_approval(&mut files, &read);
    (files, id, approval)
}

/// What is wrong with files, documents included.
fn wrong(files: &Files) -> String {
    let cases = Cases::load(files);
    let mut all = cases.problems.clone();
    all.extend(cases.documents(files));
    all.iter().map(|p| format!("{}: {}\n", p.path, p.problem)).collect()
}

fn path(id: &str) -> String {
    format!("{ASSESSMENTS}/{id}.json")
}

fn approval_path(id: &str) -> String {
    format!("{APPROVALS}/{id}.json")
}

/// Changes a record's text, and names the file by its new hash, as a forger would. The approval is left as it is.
fn rewrite(files: &mut Files, path: &str, from: &str, to: &str) -> String {
    let old = String::from_utf8(files.remove(path).unwrap()).unwrap();
    let new = old.replace(from, to);
    assert_ne!(old, new, "{from} stands in the record");
    let name = sha256(new.as_bytes());
    let dir = path.rsplit_once('/').unwrap().0;
    files.insert(format!("{dir}/{name}.json"), new.into_bytes());
    name
}

#[test]
fn what_is_in_order_is_accepted() {
    let (files, id, _) = sound();
    assert_eq!(wrong(&files), "");
    let kept = Cases::load(&files).kept();
    assert_eq!(kept.len(), 1);
    let assessed = &kept.first().unwrap().assessed;
    assert_eq!((assessed.id.as_str(), assessed.acceptance()), (id.as_str(), Acceptance::Accepted));
    assert_eq!(assessed.highest(), Some(Grade::Applied));
    // At an instant between the two signatures nobody had read it.
    assert_eq!(assessed.clone().known_at(at(59)).unwrap().acceptance(), Acceptance::Waiting);
    assert_eq!(assessed.clone().known_at(at(-1)), None);
}

#[test]
fn an_author_who_signs_both_is_found() {
    let (mut files, id, approval_id) = sound();
    files.remove(&approval_path(&approval_id));
    let ann = person("ann", "Ann Lee", 1);
    let own = ApprovalRecord::sign(approval(&id, ann.signer(), Conclusion::Kept), &key(1)).unwrap();
    put_approval(&mut files, &own);
    assert!(wrong(&files).contains("the author's id"), "{}", wrong(&files));
}

#[test]
fn the_same_key_under_another_name_is_found() {
    let (mut files, id, approval_id) = sound();
    files.remove(&approval_path(&approval_id));
    let other = person("dan", "Dan Fox", 1);
    register(&mut files, &other);
    let own = ApprovalRecord::sign(approval(&id, other.signer(), Conclusion::Kept), &key(1)).unwrap();
    put_approval(&mut files, &own);
    let found = wrong(&files);
    assert!(found.contains("the author's key") && found.contains("has the key of `ann`"), "{found}");
}

#[test]
fn another_key_of_the_same_person_is_found() {
    // The same id with another key: whatever the register says, one of the two signatures is of a key that it does not have.
    for in_register in [1, 9] {
        let (mut files, id, approval_id) = sound();
        files.remove(&approval_path(&approval_id));
        register(&mut files, &person("ann", "Ann Lee", in_register));
        let own = approval(&id, person("ann", "Ann Lee", 9).signer(), Conclusion::Kept);
        put_approval(&mut files, &ApprovalRecord::sign(own, &key(9)).unwrap());
        let found = wrong(&files);
        assert!(found.contains("the author's id") && found.contains("signed with the key"), "{found}");
    }
    // The same name under another id, with spaces and capitals between.
    let (mut files, id, approval_id) = sound();
    files.remove(&approval_path(&approval_id));
    let twin = person("ann-two", "ANN  Lee", 9);
    register(&mut files, &twin);
    let own = ApprovalRecord::sign(approval(&id, twin.signer(), Conclusion::Kept), &key(9)).unwrap();
    put_approval(&mut files, &own);
    let found = wrong(&files);
    assert!(found.contains("the author's name") && found.contains("has the name of `ann`"), "{found}");
}

#[test]
fn swapped_names_are_found() {
    // In the register.
    let (mut files, ..) = sound();
    register(&mut files, &person("ann", "Bo Chen", 1));
    register(&mut files, &person("bo", "Ann Lee", 2));
    assert!(wrong(&files).contains("it is signed as `Ann Lee`"), "{}", wrong(&files));
    // In a record, with the file's name left, and with the file named anew.
    let (mut files, id, approval_id) = sound();
    let edited = String::from_utf8(files[&path(&id)].clone()).unwrap().replace("Ann Lee", "Cy Roe");
    files.insert(path(&id), edited.into_bytes());
    assert!(wrong(&files).contains("changed or renamed"), "{}", wrong(&files));
    for (record, of) in [(path(&id), "Ann Lee"), (approval_path(&approval_id), "Bo Chen")] {
        let (mut files, ..) = sound();
        rewrite(&mut files, &record, of, "Cy Roe");
        assert!(wrong(&files).contains("the signature of"), "{}", wrong(&files));
    }
    // The author made to be another person, id, name and key: the signature is not that person's.
    let (mut files, ..) = sound();
    let new = rewrite(&mut files, &path(&id), &key(1).public(), &key(3).public());
    rewrite(&mut files, &path(&new), "\"ann\"", "\"cy\"");
    assert!(wrong(&files).contains("the signature of `cy`"), "{}", wrong(&files));
}

#[test]
fn a_conclusion_changed_after_signing_is_found() {
    let (mut files, id, _) = sound();
    rewrite(&mut files, &path(&id), "\"conclusion\":\"kept\"", "\"conclusion\":\"not-kept\"");
    let found = wrong(&files);
    assert!(found.contains("the signature of `ann`") && found.contains("which is not there"), "{found}");
    let (mut files, _, approval_id) = sound();
    rewrite(&mut files, &approval_path(&approval_id), "\"conclusion\":\"kept\"", "\"conclusion\":\"open\"");
    assert!(wrong(&files).contains("the signature of `bo`"));
}

#[test]
fn a_copied_signature_is_found() {
    // The signature of one assessment under another, and that of the author in place of the reader's.
    let (mut files, id, approval_id) = sound();
    let read = |path: &str| String::from_utf8(files[path].clone()).unwrap();
    let signature = |text: &str| {
        let start = text.find("\"signature\":\"").unwrap() + 13;
        text[start..start + 128].to_owned()
    };
    let (authors, readers) = (signature(&read(&path(&id))), signature(&read(&approval_path(&approval_id))));
    rewrite(&mut files, &approval_path(&approval_id), &readers, &authors);
    assert!(wrong(&files).contains("the signature of `bo`"));
    // A reader's signature of one assessment does not serve for another.
    let (mut files, _, approval_id) = sound();
    let mut other = body(person("ann", "Ann Lee", 1).signer(), Conclusion::NotKept);
    other.commitment = "other".into();
    let other = put_assessment(&mut files, &AssessmentRecord::sign(other, &key(1)).unwrap());
    rewrite(&mut files, &approval_path(&approval_id), &id, &other);
    assert!(wrong(&files).contains("the signature of `bo`"));
}

#[test]
fn a_reader_who_is_gone_leaves_nothing_accepted() {
    // From the record: the assessment waits again, and the digest of the record differs.
    let (mut files, _, approval_id) = sound();
    let before = Cases::load(&files).digest();
    files.remove(&approval_path(&approval_id));
    let cases = Cases::load(&files);
    assert_eq!(cases.kept().first().unwrap().assessed.acceptance(), Acceptance::Waiting);
    assert_ne!(cases.digest(), before);
    // From the register.
    let (mut files, ..) = sound();
    files.remove(&format!("{PEOPLE}/bo.toml"));
    assert!(wrong(&files).contains("`bo` is not in the register"));
    // With another key in the register.
    let (mut files, ..) = sound();
    register(&mut files, &person("bo", "Bo Chen", 7));
    assert!(wrong(&files).contains("signed with the key"));
}

#[test]
fn renamed_and_strange_files_are_found() {
    let (mut files, id, _) = sound();
    let bytes = files.remove(&path(&id)).unwrap();
    files.insert(path(&"0".repeat(64)), bytes);
    assert!(wrong(&files).contains("changed or renamed"));
    let (mut files, id, _) = sound();
    let bytes = files.remove(&path(&id)).unwrap();
    files.insert(approval_path(&id), bytes);
    assert!(wrong(&files).contains("it does not read"));
    let (mut files, ..) = sound();
    files.insert(format!("{ASSESSMENTS}/note.txt"), b"x".to_vec());
    assert!(wrong(&files).contains("only files that end with .json belong here"));
    let (mut files, ..) = sound();
    let ann = files.remove(&format!("{PEOPLE}/ann.toml")).unwrap();
    files.insert(format!("{PEOPLE}/zoe.toml"), ann);
    assert!(wrong(&files).contains("the id is `ann`"));
    // The same content written with a space more is not the canonical form.
    let (mut files, id, _) = sound();
    rewrite(&mut files, &path(&id), "{\"body\":", "{ \"body\":");
    assert!(wrong(&files).contains("canonical"));
}

#[test]
fn a_second_reading_too_many_is_found() {
    let (mut files, id, _) = sound();
    let more = approval(&id, person("cy", "Cy Roe", 3).signer(), Conclusion::NotKept);
    put_approval(&mut files, &ApprovalRecord::sign(more, &key(3)).unwrap());
    assert!(wrong(&files).contains("is a second reading of the same assessment"));
    let (mut files, id, approval_id) = sound();
    files.remove(&approval_path(&approval_id));
    let mut early = approval(&id, person("bo", "Bo Chen", 2).signer(), Conclusion::Kept);
    early.signed = at(-5);
    put_approval(&mut files, &ApprovalRecord::sign(early, &key(2)).unwrap());
    assert!(wrong(&files).contains("signed before the assessment"));
}

#[test]
fn a_changed_rubric_or_document_is_found() {
    // The author signs a record whose copy of the rubric is not what its hash names.
    let mut tampered = body(person("ann", "Ann Lee", 1).signer(), Conclusion::Kept);
    tampered.rubric_text.push_str("# softer\n");
    let (mut files, ..) = sound();
    put_assessment(&mut files, &AssessmentRecord::sign(tampered, &key(1)).unwrap());
    assert!(wrong(&files).contains("its copy of the rubric acts-v1 is not the one"));
    // Someone else changes the copy.
    let (mut files, id, _) = sound();
    rewrite(&mut files, &path(&id), "Acts and refrainings", "Acts, softly read");
    assert!(wrong(&files).contains("the signature of `ann`"));
    // A document changed, or gone; a hash changed in the record.
    let document = format!("{DOCUMENTS}/{}", sha256(b"the notice"));
    let (mut files, ..) = sound();
    files.insert(document.clone(), b"another notice".to_vec());
    assert!(wrong(&files).contains("it was changed"));
    files.remove(&document);
    assert!(wrong(&files).contains("no document with the SHA-256"));
    let (mut files, id, _) = sound();
    rewrite(&mut files, &path(&id), &sha256(b"the notice"), &sha256(b"another"));
    assert!(wrong(&files).contains("the signature of `ann`"));
    // Among the originals of the evidence it is held too.
    let (mut files, ..) = sound();
    let bytes = files.remove(&document).unwrap();
    files.insert(format!("evidence/source/originals/{}", sha256(b"the notice")), bytes);
    assert_eq!(wrong(&files), "");
}

#[test]
fn a_conclusion_without_enough_is_found() {
    let sign = |change: &dyn Fn(&mut AssessmentBody)| {
        let mut b = body(person("ann", "Ann Lee", 1).signer(), Conclusion::Kept);
        change(&mut b);
        let (mut files, ..) = sound();
        put_assessment(&mut files, &AssessmentRecord::sign(b, &key(1)).unwrap());
        wrong(&files)
    };
    let found = sign(&|b| b.items[0].grade = Grade::InForce);
    assert!(found.contains("without an item that is applied or more"), "{found}");
    assert!(sign(&|b| b.items.clear()).contains("without an item"));
    assert!(
        sign(&|b| (b.items, b.conclusion) = (Vec::new(), Conclusion::NotKept)).contains("on no evidence")
    );
    assert!(sign(&|b| b.items[0].date = day("2020-05-02")).contains("later than 2020-05-01"));
    assert!(sign(&|b| b.items[0].held = false).contains("neither a document that is held nor a reason"));
    assert!(sign(&|b| b.grounds = " ".into()).contains("no grounds"));
}

#[test]
fn the_register_is_held_against_a_list() {
    let (files, ..) = sound();
    let people = Cases::load(&files).people;
    let list = |text: &str| people_list("people.toml", text.as_bytes().to_vec());
    let entry = |p: &Person| format!("[[person]]\n{}", p.to_toml());
    let all: String = people.values().map(entry).collect();
    assert_eq!(check_people(&people, &list(&all).unwrap()), []);
    let forged = entry(&person("ann", "Ann Lee", 8)) + &entry(&person("bo", "Bo Chan", 2));
    let problems = check_people(&people, &list(&forged).unwrap());
    let text: Vec<&str> = problems.iter().map(|p| p.problem.as_str()).collect();
    assert_eq!(text.len(), 3, "{text:?}");
    assert!(
        text[0].contains("the list has the key")
            && text[1].contains("Bo Chan")
            && text[2].contains("not in the list")
    );
    assert!(list("[[person]]\nid = \"x\"\nname = \"X\"\naffiliation = \"y\"\nkey = \"12\"\n").is_err());
}

#[test]
fn how_often_readers_agree() {
    let assessed = |author: Conclusion, second: Option<Conclusion>| {
        let (files, id, _) = sound();
        let mut a = Cases::load(&files).kept().remove(0).assessed;
        a.conclusion = author;
        a.id = id;
        a.second =
            second.map(|c| servanda_core::SecondReading { conclusion: c, ..a.second.clone().unwrap() });
        a
    };
    use Conclusion::{Kept, NotKept, Open};
    let of = |pairs: &[(Conclusion, Option<Conclusion>)]| {
        let all: Vec<_> = pairs.iter().map(|(a, b)| assessed(*a, *b)).collect();
        inter_assessor(&all.iter().collect::<Vec<_>>())
    };
    // By hand: po = 3/4; pe = (2*3 + 2*1)/16 = 1/2; kappa = (3/4 - 1/2) / (1/2) = 1/2.
    let found = of(&[
        (Kept, Some(Kept)),
        (Kept, Some(Kept)),
        (NotKept, Some(NotKept)),
        (NotKept, Some(Kept)),
        (Open, None),
    ]);
    assert_eq!((found.read_twice, found.same), (4, 3));
    assert_eq!((found.share.as_deref(), found.kappa.as_deref()), (Some("0.7500"), Some("0.5000")));
    let same = of(&[(Kept, Some(Kept)), (Kept, Some(Kept))]);
    assert_eq!((same.share.as_deref(), same.kappa), (Some("1.0000"), None));
    assert!(same.no_kappa.unwrap().contains("one and the same word"));
    assert_eq!(of(&[(Kept, None)]).share, None);
    assert_eq!(of(&[(Kept, Some(Open))]).kappa, None);
}

const DRAFT: &str = r#"
as_of      = 2020-05-01
rubric     = "acts-v1"
conclusion = "kept"
grounds    = "The list is out."

[[item]]
grade       = "in-force"
date        = 2020-04-30
says        = "The list stands on the page."
publisher   = "the ministry"
cite        = "notice 12"
certainty   = "primary"
no_document = "the page is gone"
"#;

fn draft(text: &str) -> Result<Draft, String> {
    let known = sha256(b"the notice");
    let document = |d: &DraftDocument| match d {
        DraftDocument::Held(sha) if *sha == known => Ok(sha.clone()),
        DraftDocument::File { path, .. } if path == "notice.pdf" => Ok(known.clone()),
        other => Err(format!("there is no {other:?}")),
    };
    Draft::read("a.toml", text.into(), &Limits { today: day("2020-06-01"), document: &document })
        .map_err(|d| d.items.iter().map(|i| format!("{}: {}\n", i.code, i.message)).collect())
}

#[test]
fn a_draft_and_its_mistakes() {
    let good = draft(DRAFT).unwrap();
    assert_eq!((good.conclusion, good.items.len()), (Conclusion::Kept, 1));
    assert!(good.enough("in-force", Grade::InForce).is_ok());
    let low = good.enough("outcome", Grade::Applied).unwrap_err();
    assert!(low.items[0].message.contains("evidence = \"outcome\"") && low.items[0].span.is_some());
    let open = draft(&DRAFT.replace("\"kept\"", "\"open\"")).unwrap();
    assert!(open.enough("outcome", Grade::Applied).is_ok());
    let document = |line: &str| draft(&DRAFT.replace("no_document = \"the page is gone\"", line));
    let held = document(&format!("held = \"{}\"", sha256(b"the notice"))).unwrap();
    assert!(held.items[0].item.held && held.items[0].item.no_document.is_none());
    assert!(document("document = \"notice.pdf\"").unwrap().items[0].item.sha256.is_some());
    assert!(document("document = \"gone.pdf\"").unwrap_err().contains("missing-evidence"));
    assert!(document(&format!("held = \"{}\"", "0".repeat(64))).unwrap_err().contains("missing-evidence"));
    assert!(document("held = \"12\"").unwrap_err().contains("not-a-hash"));
    assert!(document("").unwrap_err().contains("not-one-document"));
    for (from, to, code) in [
        ("2020-05-01", "2020-06-02", "in-future"),
        ("2020-04-30", "2020-05-02", "after-as-of"),
        ("2020-04-30", "2020-04-30T10:00:00", "bad-date"),
        ("\"acts-v1\"", "\"acts\"", "bad-name"),
        ("\"acts-v1\"", "\"../x-v1\"", "bad-name"),
        ("\"kept\"", "\"keept\"", "unknown-word"),
        ("\"in-force\"", "\"in_force\"", "unknown-word"),
        ("\"primary\"", "\"sure\"", "unknown-word"),
        ("\"The list is out.\"", "\"\"", "empty"),
        ("grounds", "ground", "unknown-key"),
        ("[[item]]", "[[items]]", "unknown-key"),
    ] {
        let wrong = draft(&DRAFT.replacen(from, to, 1)).unwrap_err();
        assert!(wrong.starts_with(code), "{from} to {to}: {wrong}");
    }
    let (head, _) = DRAFT.split_once("[[item]]").unwrap();
    assert!(draft(head).unwrap_err().starts_with("no-evidence"));
    assert!(draft(&head.replace("\"kept\"", "\"open\"")).is_ok());
}

#[test]
fn a_rubric_says_every_word() {
    let read = |text: &str| {
        Rubric::read("rubrics/acts-v1.toml", "acts-v1", text.into())
            .map_err(|d| d.items.iter().map(|i| i.message.clone()).collect::<Vec<_>>().join("\n"))
    };
    let rubric = read(RUBRIC).unwrap();
    assert_eq!((rubric.grades.len(), rubric.conclusions.len()), (Grade::ALL.len(), Conclusion::ALL.len()));
    assert_eq!(rubric.is.sha256, sha256(RUBRIC.as_bytes()));
    assert!(read(&RUBRIC.replace("enacted ", "enactid ")).unwrap_err().contains("`enactid` is no word"));
    assert!(read(&RUBRIC.replace("version = 1", "version = 2")).unwrap_err().contains("acts-v2"));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whichever byte of whichever record is changed, with the file's name left or made to fit: it shows, or nothing is accepted.
    #[test]
    fn no_changed_byte_is_accepted(which in any::<bool>(), at in any::<proptest::sample::Index>(), bit in 0u8..7, rename in any::<bool>()) {
        let (mut files, id, approval_id) = sound();
        let path = if which { path(&id) } else { approval_path(&approval_id) };
        let mut bytes = files.remove(&path).unwrap();
        let n = at.index(bytes.len());
        bytes[n] ^= 1 << bit;
        let dir = path.rsplit_once('/').unwrap().0;
        let name = if rename { format!("{dir}/{}.json", sha256(&bytes)) } else { path.clone() };
        files.insert(name, bytes);
        prop_assert!(!wrong(&files).is_empty());
    }

    /// No bytes make the reader panic.
    #[test]
    fn any_bytes_are_read(bytes in proptest::collection::vec(any::<u8>(), 0..300), text in "(as_of|rubric|item|\\[|\\]|=|\"|\n| |2020-01-01|kept){0,40}") {
        let _ = draft(&text);
        let files = Files::from([
            (path(&sha256(&bytes)), bytes.clone()),
            (format!("{PEOPLE}/x.toml"), bytes.clone()),
        ]);
        let _ = Cases::load(&files as &dyn FolderFiles);
        let _ = Rubric::read("r", "r-v1", bytes);
    }
}
