//! The register of people: one file for each, with a public key.

use super::key::public_key;
use super::record::deceptive_name;
use crate::inbox::Inbox;
use schemars::JsonSchema;
use serde::Deserialize;
use servanda_agreement::is_id;
use servanda_core::Signer;
use servanda_files::toml_string;
use servanda_files::{Diagnostics, Text};

/// A person of the register.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The id: lower case, digits and hyphens; the name of the file.
    pub id: String,
    /// The name.
    pub name: String,
    /// For whom the person works.
    pub affiliation: String,
    /// For whom the person worked before, as records that were signed then say it.
    pub earlier: Vec<String>,
    /// The public key, Ed25519, 64 hexadecimal digits in lower case.
    pub key: String,
}

/// A person who may sign: `cases/people/ID.toml`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Raw {
    /// The name of the file
    id: Text,
    name: Text,
    /// For whom the person works
    affiliation: String,
    /// For whom the person worked before, as records that were signed then say it
    #[serde(default)]
    earlier: Vec<String>,
    /// The public key, Ed25519, 64 hexadecimal digits in lower case
    key: Text,
}

/// The JSON Schema of a person's file, from the type that reads it.
pub fn person_schema() -> serde_json::Value {
    schemars::schema_for!(Raw).to_value()
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct RawList {
    #[serde(default)]
    person: Vec<Raw>,
}

const KEYS: &str = "a person has id, name, affiliation and key, and perhaps earlier affiliations; entering a person writes the file";

impl Person {
    /// Checks what the command line says of a person.
    pub fn new(id: &str, name: &str, affiliation: &str, key: &str) -> Result<Self, String> {
        if !is_id(id) {
            return Err(format!(
                "`{id}` cannot be a person's id: use lower-case letters, digits and hyphens, such as mei-lin"
            ));
        }
        for (what, text) in [("name", name), ("affiliation", affiliation)] {
            if text.trim().is_empty() || text.chars().any(char::is_control) {
                return Err(format!(
                    "the {what} of `{id}` is empty or has control characters; write one line"
                ));
            }
        }
        if let Some(why) = deceptive_name(name) {
            return Err(format!("{why}: write it plainly"));
        }
        let key = public_key(key).map_err(|e| format!("the key of `{id}`: {e}"))?;
        Ok(Self {
            id: id.to_owned(),
            name: name.trim().to_owned(),
            affiliation: affiliation.trim().to_owned(),
            earlier: Vec::new(),
            key,
        })
    }

    /// Reads the file of a person; `path` is its name in messages, and says the id.
    pub fn read(path: &str, bytes: Vec<u8>) -> Result<Self, Diagnostics> {
        let mut inbox = Inbox::default();
        let person = inbox.text(path, bytes).and_then(|text| {
            let raw: Raw = inbox.form(path, &text)?;
            let id = path.rsplit('/').next().and_then(|n| n.strip_suffix(".toml")).unwrap_or_default();
            if raw.id.get_ref() != id {
                let message = format!("the id is `{}`, and the file is {id}.toml", raw.id.get_ref());
                inbox.error("other-id", path, raw.id.span(), message, "give both one name");
            }
            person(&mut inbox, path, &raw)
        });
        inbox.end(person)
    }

    /// As a signature names the person.
    pub fn signer(&self) -> Signer {
        Signer {
            id: self.id.clone(),
            name: self.name.clone(),
            affiliation: self.affiliation.clone(),
            key: self.key.clone(),
        }
    }

    /// The text of the person's file.
    pub fn to_toml(&self) -> String {
        let text = toml_string;
        let earlier = match self.earlier.as_slice() {
            [] => String::new(),
            some => {
                format!("earlier     = [{}]\n", some.iter().map(|e| text(e)).collect::<Vec<_>>().join(", "))
            }
        };
        format!(
            "id          = {}\nname        = {}\naffiliation = {}\n{earlier}key         = {}\n",
            text(&self.id),
            text(&self.name),
            text(&self.affiliation),
            text(&self.key)
        )
    }
}

/// Reads a list of people that is kept elsewhere: `[[person]]` with the keys of a person's file.
pub fn people_list(path: &str, bytes: Vec<u8>) -> Result<Vec<Person>, Diagnostics> {
    let mut inbox = Inbox::default();
    let people = inbox.text(path, bytes).and_then(|text| {
        let list: RawList = inbox.form(path, &text)?;
        Some(list.person.iter().filter_map(|raw| person(&mut inbox, path, raw)).collect())
    });
    inbox.end(people)
}

fn person(inbox: &mut Inbox, path: &str, raw: &Raw) -> Option<Person> {
    match Person::new(raw.id.get_ref(), raw.name.get_ref(), &raw.affiliation, raw.key.get_ref()) {
        Ok(person) => Some(Person { earlier: raw.earlier.clone(), ..person }),
        Err(problem) => {
            let at = if problem.starts_with("the key") { raw.key.span() } else { raw.id.span() };
            inbox.error("bad-person", path, at, problem, KEYS);
            None
        }
    }
}
