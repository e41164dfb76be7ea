//! Assessments of a workspace: the register, what is filed, and what holds together. Time and randomness are arguments.

use crate::keep::stay_within;
use crate::request::{Approve, Assess, PersonAdd, Reply, SetAside};
use crate::root::{Examples, MARKER};
use crate::{Workspace, WorkspaceError};
use schemars::JsonSchema;
use servanda_agreement::{Agreement, Commitment, DirFiles, Duty, FolderFiles, MAX_FILE_BYTES};
use servanda_core::problem::{Code, Command, Field, Problem};
use servanda_core::{Acceptance, Assessed, Conclusion, Date, Grade, Party, Timestamp};
use servanda_dispute::assessment::{
    APPROVALS, ASSESSMENTS, ApprovalBody, ApprovalRecord, AssessmentBody, AssessmentRecord, Cases,
    CasesProblem, DOCUMENTS, Draft, DraftDocument, HeldBy, InterAssessor, Limits, PEOPLE, Person, REPLIES,
    RUBRICS, ReplyBody, ReplyRecord, Rubric, SET_ASIDE, SecretKey, SetAsideBody, SetAsideRecord, fingerprint,
    inter_assessor, same_name, separate,
};
use servanda_evidence::{put, put_last};
use servanda_files::did_you_mean;
use servanda_files::{Doubt, create_private_file, sha256};
use std::path::{Path, PathBuf};

mod verify;

pub use verify::CasesVerified;

/// An assessment in a list.
#[derive(Debug, Clone, serde::Serialize, JsonSchema)]
pub struct ListedAssessment {
    /// The agreement.
    pub agreement: String,
    /// `accepted`, `waiting` or `disagreed`.
    pub standing: &'static str,
    /// The assessment.
    #[serde(flatten)]
    pub assessed: Assessed,
}

/// Assessments up to a day, and how often their readers agree.
#[derive(Debug, Clone, serde::Serialize, JsonSchema)]
pub struct AssessmentsAnswer {
    /// Up to which day.
    pub as_of: Date,
    /// One for each record, by agreement, commitment and day.
    pub assessments: Vec<ListedAssessment>,
    /// Between authors and second readers.
    pub between_readers: InterAssessor,
}

/// Makes a key from 32 random bytes and writes its private half to a new file, which only its owner may read; gives the
/// public key, and what the system did not confirm. A file inside a workspace is refused: workspaces are shared.
pub fn new_key(out: &Path, seed: [u8; 32]) -> Result<(String, Doubt), WorkspaceError> {
    let parent = match out.parent() {
        Some(p) if !p.as_os_str().is_empty() => p,
        _ => Path::new("."),
    };
    let full = parent.canonicalize().map_err(|e| WorkspaceError::io(parent, &e))?;
    if let Some(dir) = full.ancestors().find(|d| d.join(MARKER).is_file()) {
        return Err(WorkspaceError::from(Problem::bad_value(
            Field::Out,
            format!(
                "{}: this lies in the workspace {}, which others read; keep a private key outside of every workspace",
                out.display(),
                dir.display()
            ),
        )));
    }
    let key = SecretKey::from_seed(seed);
    let doubt = create_private_file(out, key.to_text().as_bytes()).map_err(|e| match e.kind() {
        std::io::ErrorKind::AlreadyExists => WorkspaceError::from(Problem::of(
            Code::InUse,
            Field::Out,
            format!("{}: there is a file already; a key is never written over another", out.display()),
        )),
        _ => WorkspaceError::io(out, &e),
    })?;
    Ok((key.public(), doubt))
}

impl Workspace {
    fn with_cases<A>(&self, ask: impl FnOnce(&dyn FolderFiles) -> A) -> A {
        match self.root() {
            crate::Root::Examples => ask(&Examples::whole()),
            crate::Root::Folder(dir) => ask(&DirFiles::new(dir)),
        }
    }

    /// The register and the records, or what keeps anything from being said of an agreement, or of any without one.
    fn sound_cases(&self, agreement: Option<&str>) -> Result<Cases, WorkspaceError> {
        let cases = self.with_cases(Cases::load);
        let refusals = cases.refusals(agreement);
        if refusals.is_empty() { Ok(cases) } else { Err(WorkspaceError::Cases(refusals)) }
    }

    /// The assessments of an agreement's acts and refrainings; none are read where it has neither.
    pub(crate) fn assessed(&self, agreement: &Agreement) -> Result<Vec<Assessed>, WorkspaceError> {
        if agreement.commitments.iter().all(|c| matches!(c.duty, Duty::Rule { .. })) {
            return Ok(Vec::new());
        }
        let kept = self.sound_cases(Some(&agreement.id))?.kept();
        let of = kept.into_iter().filter(|k| k.agreement == agreement.id);
        Ok(of
            .map(|k| {
                let now = agreement.commitment(&k.assessed.commitment).map(|c| duty_text(&c.duty));
                Assessed { other_text: now.is_some_and(|text| text != k.duty), ..k.assessed }
            })
            .collect())
    }

    /// Enters a person in the register; gives the file, the person, and what the system did not confirm once it was written.
    /// Nobody is replaced.
    pub fn add_person(
        &self,
        request: &PersonAdd,
    ) -> Result<(PathBuf, Person, Option<String>), WorkspaceError> {
        let PersonAdd { id, name, affiliation, key } = request;
        let person =
            Person::new(id, name, affiliation, key).map_err(|why| Problem::new(Code::BadValue, why))?;
        let dir = self.root().folder()?;
        let _lock = self.cases_lock()?;
        let cases = self.with_cases(Cases::load);
        for known in cases.people.values() {
            let what = if known.id == person.id {
                Field::Id
            } else if known.key == person.key {
                Field::Key
            } else if same_name(&known.name, &person.name) {
                Field::Name
            } else {
                continue;
            };
            return Err(WorkspaceError::from(Problem::of(
                Code::InUse,
                what,
                format!(
                    "`{}` is in the register with this {what}: {}, {}; one person has one id, one name and one key",
                    known.id, known.name, known.affiliation
                ),
            )));
        }
        let path = format!("{PEOPLE}/{}.toml", person.id);
        if dir.join(&path).exists() {
            return Err(WorkspaceError::from(Problem::of(
                Code::InUse,
                Field::Id,
                format!(
                    "{path}: there is such a file, and it does not read or was set aside; give the person another id"
                ),
            )));
        }
        let doubt = put_last(dir, &path, &mut person.to_toml().as_bytes())?;
        Ok((dir.join(path), person, doubt))
    }

    /// Sets a record aside that does not hold together with others: signs that its bytes are read no more, keeps them, and takes
    /// the file from its place. Gives the new record's name, and what was not confirmed or not taken away once it was written.
    pub fn set_aside(
        &self,
        request: &SetAside,
        now: Timestamp,
    ) -> Result<(String, Option<String>), WorkspaceError> {
        let dir = self.root().folder()?;
        let _lock = self.cases_lock()?;
        let cases = self.with_cases(Cases::load);
        let path = request.record.trim_start_matches("./");
        let inside = |folder: &str| path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/'));
        let plain = path.split('/').all(|part| !part.is_empty() && part != "." && part != "..");
        if !plain || !inside("cases") || inside(SET_ASIDE) || inside(DOCUMENTS) {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Record,
                format!(
                    "`{path}` is no record: write its path in the workspace, such as cases/approvals/SHA.json"
                ),
            )));
        }
        stay_within(dir, Path::new(path))?;
        let bytes = small_file(&dir.join(path))?;
        let sha = sha256(&bytes);
        if !self.is_in_doubt(&cases, path)? {
            return Err(WorkspaceError::from(Problem::of(
                Code::NotAllowed,
                Field::Record,
                format!("{path}: nothing is wrong with it, so there is no ground to set it aside"),
            )));
        }
        if request.why.trim().is_empty() {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Why,
                "it is empty: say what does not hold together",
            )));
        }
        if path == format!("{PEOPLE}/{}.toml", request.by) {
            return Err(WorkspaceError::from(Problem::of(
                Code::NotAllowed,
                Field::Record,
                "nobody sets their own entry in the register aside",
            )));
        }
        let (person, key) = self.signer_of(&cases, &request.by, &request.key, true)?;
        let body = SetAsideBody {
            record: path.to_owned(),
            sha256: sha.clone(),
            why: request.why.trim().to_owned(),
            by: person.signer(),
            signed: now,
        };
        let record =
            SetAsideRecord::sign(body, &key).map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        let (text, name) = record.file().map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        put(dir, &format!("{SET_ASIDE}/kept/{sha}"), &mut bytes.as_slice())?;
        let doubt = put_last(dir, &format!("{SET_ASIDE}/{name}.json"), &mut text.as_slice())?;
        let left = std::fs::remove_file(dir.join(path)).err();
        let left = left.map(|e| format!("{path}: it is set aside, and still lies there ({e})"));
        Ok((name, doubt.or(left)))
    }

    /// Whether something is wrong with a record, or with what it belongs to.
    fn is_in_doubt(&self, cases: &Cases, path: &str) -> Result<bool, WorkspaceError> {
        if cases.problems.iter().any(|p| p.path == path) {
            return Ok(true);
        }
        let named = |folder: &str, ending: &str| {
            let rest = path.strip_prefix(folder).and_then(|r| r.strip_prefix('/'));
            rest.and_then(|r| r.strip_suffix(ending)).map(str::to_owned)
        };
        if let Some(id) = named(PEOPLE, ".toml") {
            return Ok(cases.in_doubt.contains_key(&id));
        }
        if let Some(id) = named(ASSESSMENTS, ".json") {
            return Ok(cases.trouble.contains_key(&id));
        }
        if let Some(id) = named(APPROVALS, ".json") {
            let of = cases.approvals.get(&id).map(|a| &a.body.assessment);
            return Ok(of.is_none_or(|of| cases.trouble.contains_key(of)));
        }
        let case = path.split('/').nth(1).unwrap_or_default();
        if path.split('/').nth(2) != Some("events") {
            return Ok(false);
        }
        Ok(self.verify_cases(Some(case), None)?.iter().any(|c| !c.problems.is_empty()))
    }

    /// The person of an id, whose private key a file holds.
    fn signer(&self, cases: &Cases, by: &str, key: &Path) -> Result<(Person, SecretKey), WorkspaceError> {
        self.signer_of(cases, by, key, false)
    }

    /// As [`Workspace::signer`]; whoever sets a record aside may be one of two that are in doubt.
    fn signer_of(
        &self,
        cases: &Cases,
        by: &str,
        key: &Path,
        may_be_in_doubt: bool,
    ) -> Result<(Person, SecretKey), WorkspaceError> {
        let person = cases.people.get(by).ok_or_else(|| {
            let nobody = format!("there is nobody `{by}` in the register {PEOPLE}/");
            match did_you_mean(by, cases.people.keys().map(String::as_str)) {
                Some(hint) => Problem::unknown(Field::By, format!("{nobody}: {hint}")),
                None => {
                    Problem::unknown(Field::By, nobody).run(Command::CasePersonAdd, &[], "enters a person")
                }
            }
        })?;
        let text = String::from_utf8(small_file(key)?).map_err(|_| {
            WorkspaceError::from(Problem::of(
                Code::BadFile,
                Field::Key,
                format!("{}: this is no key file", key.display()),
            ))
        })?;
        let secret = SecretKey::parse(&text).map_err(|e| {
            WorkspaceError::from(Problem::of(Code::BadFile, Field::Key, format!("{}: {e}", key.display())))
        })?;
        if let Some(why) = cases.in_doubt.get(by).filter(|_| !may_be_in_doubt) {
            return Err(WorkspaceError::from(Problem::of(Code::NotAllowed, Field::By, why.clone())));
        }
        if secret.public() != person.key {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Key,
                format!(
                    "{}: this is the key {}, and the register has {} for `{by}`",
                    key.display(),
                    fingerprint(&secret.public()),
                    fingerprint(&person.key)
                ),
            )));
        }
        Ok((person.clone(), secret))
    }

    /// An act or a refraining of an agreement on a day, and the least grade that its agreement asks for.
    fn act_of(
        &self,
        agreement: &str,
        id: &str,
        day: Date,
    ) -> Result<(Agreement, Commitment, Option<Grade>), WorkspaceError> {
        let agreement = self.agreement_on(agreement, day)?;
        let Some(commitment) = agreement.commitment(id).cloned() else {
            let hint = did_you_mean(id, agreement.commitments.iter().map(|c| c.id.as_str()))
                .map(|h| format!("; {h}"))
                .unwrap_or_default();
            let message = format!("`{}` has no commitment `{id}` as of {day}{hint}", agreement.id);
            return Err(WorkspaceError::from(Problem::unknown(Field::Commitment, message)));
        };
        if matches!(commitment.duty, Duty::Rule { .. }) {
            return Err(WorkspaceError::from(Problem::of(Code::NotAllowed, Field::Commitment, format!(
                "`{id}` has a rule: rules are worked out by the machine, and people assess acts and refrainings only",
            )).run(Command::Check, &[(Field::Agreement, &agreement.id)], "gives its finding")));
        }
        let least = commitment.evidence.as_deref().and_then(Grade::enough);
        Ok((agreement, commitment, least))
    }

    /// Files an assessment that its author signs; gives its name, what was signed, and what the system did not confirm once it
    /// was written. Nothing is written unless all of it is right.
    pub fn assess(
        &self,
        request: &Assess,
        now: Timestamp,
        today: Date,
    ) -> Result<(String, AssessmentBody, Option<String>), WorkspaceError> {
        let dir = self.root().folder()?;
        let _lock = self.cases_lock()?;
        let cases = self.sound_cases(Some(&request.agreement))?;
        let (person, key) = self.signer(&cases, &request.by, &request.key)?;
        // Whether there is such an act is said before the author's file is read.
        self.act_of(&request.agreement, &request.commitment, today)?;
        let beside = request.from.parent().unwrap_or(Path::new("")).to_owned();
        let files = DirFiles::new(dir);
        let document = |document: &DraftDocument| match document {
            DraftDocument::File { path, sha256: said } => {
                let found = sha256(&small_file(&beside.join(path)).map_err(|e| e.to_string())?);
                match said {
                    Some(said) if *said != found => {
                        Err(format!("`{path}` has the SHA-256 {found}, and the item says {said}"))
                    }
                    _ => Ok(found),
                }
            }
            DraftDocument::Held(sha) => HeldBy::find(&files, sha).map(|_| sha.clone()),
            DraftDocument::None => Err("there is no document".to_owned()),
        };
        let draft = Draft::read(
            &request.from.display().to_string(),
            small_file(&request.from)?,
            &Limits { today, document: &document },
        )?;
        let (agreement, commitment, enough) =
            self.act_of(&request.agreement, &request.commitment, draft.as_of)?;
        if let (Some(least), Some(word)) = (enough, &commitment.evidence) {
            draft.enough(word, least)?;
        }
        let rubric = self.rubric(&draft.rubric)?;
        for record in cases.assessments.values() {
            let used = &record.body.rubric;
            let same = (&used.id, used.version) == (&rubric.is.id, rubric.is.version);
            if same && used.sha256 != rubric.is.sha256 {
                return Err(WorkspaceError::from(Problem::bad_file(format!(
                    "{RUBRICS}/{}.toml has changed since it was used as version {}: a version never changes; give the new text the next version and a file of its own",
                    draft.rubric, rubric.is.version
                ))));
            }
        }
        for item in &draft.items {
            if let DraftDocument::File { path, .. } = &item.document {
                let bytes = small_file(&beside.join(path))?;
                put(dir, &format!("{DOCUMENTS}/{}", sha256(&bytes)), &mut bytes.as_slice())?;
            }
        }
        let body = AssessmentBody {
            agreement: agreement.id.clone(),
            commitment: commitment.id.clone(),
            duty: duty_text(&commitment.duty).to_owned(),
            enough,
            as_of: draft.as_of,
            conclusion: draft.conclusion,
            grounds: draft.grounds.clone(),
            items: draft.items.into_iter().map(|i| i.item).collect(),
            rubric: rubric.is,
            rubric_text: rubric.text,
            author: person.signer(),
            signed: now,
        };
        let read = |id: &str| cases.approvals.values().any(|a| a.body.assessment == id);
        if let Some((id, there)) =
            cases.assessments.iter().find(|(id, r)| r.body.says_the_same(&body) && !read(id))
        {
            return Err(WorkspaceError::from(
                Problem::new(
                    Code::InUse,
                    format!(
                        "this assessment is filed already, as {ASSESSMENTS}/{id}.json, signed {}",
                        there.body.signed
                    ),
                )
                .run(
                    Command::CaseApprove,
                    &[(Field::Assessment, &id[..12])],
                    "files its second reading",
                ),
            ));
        }
        let record =
            AssessmentRecord::sign(body, &key).map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        let (bytes, name) = record.file().map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        let doubt = put_last(dir, &format!("{ASSESSMENTS}/{name}.json"), &mut bytes.as_slice())?;
        Ok((name, record.body, doubt))
    }

    fn rubric(&self, name: &str) -> Result<Rubric, WorkspaceError> {
        let path = format!("{RUBRICS}/{name}.toml");
        match self.with_cases(|files| files.read(&path)) {
            Ok(bytes) => Ok(Rubric::read(&path, name, bytes)?),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Err(WorkspaceError::from(
                Problem::bad_file(format!("there is no rubric {path}; write it, or name one that is there")),
            )),
            Err(e) => Err(WorkspaceError::Io { path, problem: e.to_string() }),
        }
    }

    /// The assessment whose name begins so, if its records hold together.
    fn assessment<'c>(
        &self,
        cases: &'c Cases,
        prefix: &str,
    ) -> Result<(&'c str, &'c AssessmentRecord), WorkspaceError> {
        let (id, record) = cases.named(prefix).map_err(|why| {
            Problem::unknown(Field::Assessment, why).run(Command::CaseAssessments, &[], "lists them")
        })?;
        match cases.trouble.get(id) {
            Some(why) => {
                Err(WorkspaceError::Cases(vec![CasesProblem::new(&format!("{ASSESSMENTS}/{id}.json"), why)]))
            }
            None => Ok((id, record)),
        }
    }

    /// Files a second reading; gives the author's conclusion, the second reading's name, and what the system did not confirm once
    /// it was written.
    pub fn approve(
        &self,
        request: &Approve,
        now: Timestamp,
    ) -> Result<(Conclusion, String, Option<String>), WorkspaceError> {
        let dir = self.root().folder()?;
        let _lock = self.cases_lock()?;
        let cases = self.with_cases(Cases::load);
        let (id, record) = self.assessment(&cases, &request.assessment)?;
        let (person, key) = self.signer(&cases, &request.by, &request.key)?;
        if let Some(why) = separate(&record.body.author, &person.signer()) {
            return Err(WorkspaceError::from(Problem::of(Code::NotAllowed, Field::By, why)));
        }
        if let Some(there) = cases.approvals.values().find(|a| a.body.assessment == id) {
            return Err(WorkspaceError::from(Problem::of(
                Code::NotAllowed,
                Field::Assessment,
                format!(
                    "`{}` has read this assessment on {} and concluded {}; a new assessment is filed for another reading",
                    there.body.reader.id, there.body.signed, there.body.conclusion
                ),
            )));
        }
        let (theirs, own) = (record.body.conclusion, Conclusion::from(request.conclusion));
        let grounds = request.grounds.as_deref().map(str::trim).filter(|g| !g.is_empty());
        let problem = match (theirs == own, request.disagree) {
            (true, true) => Some(
                Problem::of(Code::Conflict, Field::Disagree, format!("the author concludes {theirs} too"))
                    .leave(Field::Disagree),
            ),
            (false, false) => {
                let said = format!("the author concludes {theirs}; who means to differ says so, and why");
                Some(Problem::of(Code::Conflict, Field::Conclusion, said).set(Field::Disagree, ""))
            }
            (false, true) if grounds.is_none() => {
                let said = "who differs from the author says why";
                Some(Problem::of(Code::MissingValue, Field::Grounds, said))
            }
            _ => None,
        };
        if let Some(problem) = problem {
            return Err(problem.into());
        }
        let body = ApprovalBody {
            assessment: id.to_owned(),
            conclusion: own,
            blind: request.blind,
            grounds: grounds.map(str::to_owned),
            reader: person.signer(),
            signed: now,
        };
        let approval =
            ApprovalRecord::sign(body, &key).map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        let (bytes, name) = approval.file().map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        let doubt = put_last(dir, &format!("{APPROVALS}/{name}.json"), &mut bytes.as_slice())?;
        Ok((theirs, name, doubt))
    }

    /// Files what a party answers; gives the reply's name, and what the system did not confirm once it was written.
    pub fn reply(&self, request: &Reply, now: Timestamp) -> Result<(String, Option<String>), WorkspaceError> {
        let dir = self.root().folder()?;
        let _lock = self.cases_lock()?;
        let cases = self.with_cases(Cases::load);
        let (id, record) = self.assessment(&cases, &request.assessment)?;
        let agreement = self.agreement_on(&record.body.agreement, record.body.as_of)?;
        if !agreement.parties.contains(&request.party) {
            let names: Vec<String> = agreement.parties.iter().map(Party::to_string).collect();
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Party,
                format!(
                    "{} is no party of `{}`; its parties are {}",
                    request.party,
                    agreement.id,
                    names.join(", ")
                ),
            )));
        }
        if request.text.trim().is_empty() {
            return Err(WorkspaceError::from(Problem::bad_value(
                Field::Text,
                "it is empty: say in short what the party answers",
            )));
        }
        let (document, sha) = match (&request.document, &request.cite) {
            (Some(path), _) => {
                let bytes = small_file(path)?;
                let name = path.file_name().and_then(|n| n.to_str()).unwrap_or("document").to_owned();
                let sha = sha256(&bytes);
                put(dir, &format!("{DOCUMENTS}/{sha}"), &mut bytes.as_slice())?;
                (request.cite.clone().unwrap_or(name), Some(sha))
            }
            (None, Some(cite)) if !cite.trim().is_empty() => (cite.clone(), None),
            _ => {
                let said = "the reply has no document";
                return Err(Problem::new(Code::MissingValue, said)
                    .set(Field::Document, "its file")
                    .set(Field::Cite, "where it stands, if there is no file")
                    .into());
            }
        };
        let body = ReplyBody {
            assessment: id.to_owned(),
            party: request.party,
            text: request.text.trim().to_owned(),
            document,
            sha256: sha,
            entered: now,
        };
        if let Some((id, there)) = cases.replies.iter().find(|(_, r)| r.body.says_the_same(&body)) {
            return Err(WorkspaceError::from(Problem::new(
                Code::InUse,
                format!("this reply is entered already, as {REPLIES}/{id}.json, on {}", there.body.entered),
            )));
        }
        let reply = ReplyRecord::new(body);
        let (bytes, name) = reply.file().map_err(|e| Problem::new(Code::BadValue, e.to_string()))?;
        let doubt = put_last(dir, &format!("{REPLIES}/{name}.json"), &mut bytes.as_slice())?;
        Ok((name, doubt))
    }

    /// Assessments up to a day, of one agreement or of all.
    pub fn assessments(
        &self,
        agreement: Option<&str>,
        as_of: Date,
    ) -> Result<AssessmentsAnswer, WorkspaceError> {
        let of = agreement.map(|name| self.agreement_on(name, as_of)).transpose()?;
        let mut kept = self.sound_cases(of.as_ref().map(|a| a.id.as_str()))?.kept();
        kept.retain(|k| k.assessed.as_of <= as_of && of.as_ref().is_none_or(|a| a.id == k.agreement));
        let all: Vec<&Assessed> = kept.iter().map(|k| &k.assessed).collect();
        let between_readers = inter_assessor(&all);
        let listed = |k: servanda_dispute::assessment::Kept| ListedAssessment {
            agreement: k.agreement,
            standing: match k.assessed.acceptance() {
                Acceptance::Accepted => "accepted",
                Acceptance::Waiting => "waiting",
                Acceptance::Disagreed(_) => "disagreed",
                Acceptance::OtherText => "other text",
                Acceptance::InDoubt => "in doubt",
            },
            assessed: k.assessed,
        };
        Ok(AssessmentsAnswer { as_of, assessments: kept.into_iter().map(listed).collect(), between_readers })
    }
}

/// What is owed, in the agreement's words.
fn duty_text(duty: &Duty) -> &str {
    match duty {
        Duty::Act(text) | Duty::Refrain(text) | Duty::Rule { text, .. } => text,
    }
}

/// The bytes of a file that the user names.
fn small_file(path: &Path) -> Result<Vec<u8>, WorkspaceError> {
    let about = std::fs::metadata(path).map_err(|e| {
        WorkspaceError::from(Problem::bad_file(format!("{}: it cannot be read: {e}", path.display())))
    })?;
    if !about.is_file() || about.len() > MAX_FILE_BYTES {
        return Err(WorkspaceError::from(Problem::bad_file(format!(
            "{}: name a file of at most {MAX_FILE_BYTES} bytes",
            path.display()
        ))));
    }
    std::fs::read(path).map_err(|e| WorkspaceError::io(path, &e))
}
