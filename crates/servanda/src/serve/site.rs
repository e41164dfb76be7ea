//! What is answered to an address: worked out once for each state of the workspace and each day, and kept.

use crate::answers::{self, ENGINE, Place};
use crate::args::Command as Line;
use crate::home::Home;
use crate::serve::address::{Address, Shape, Subject, Unread};
use crate::serve::prepared::{Key, Made, Prepared};
use crate::serve::{api, pages};
use serde_json::{Map, Value};
use servanda_core::Cache;
use servanda_core::problem::{Code, Command, Kind, Plain, Problem};
use servanda_files::{sha256, visible};
use servanda_pages as html;
use servanda_workspace::request;
use servanda_workspace::{Live, Snapshot, Workspace, WorkspaceError};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// So many bytes of answers are kept.
const KEPT: usize = 256 << 20;
/// So long the workspace is taken to be as it was last seen.
const STILL: Duration = Duration::from_millis(500);

/// What goes back to whoever asked.
#[derive(Debug)]
pub struct Reply {
    /// The status of HTTP.
    pub status: u16,
    /// Its type.
    pub mime: &'static str,
    /// The whole of it.
    pub body: Vec<u8>,
    /// The SHA-256 of the body.
    pub tag: String,
}

impl Reply {
    /// With its tag.
    pub fn new(status: u16, mime: &'static str, body: impl Into<Vec<u8>>) -> Arc<Self> {
        let body = body.into();
        let tag = sha256(&body);
        Arc::new(Self { status, mime, body, tag })
    }
}

/// The workspace that is served, and what was answered of it.
pub struct Site {
    live: Live,
    seen: Mutex<Option<(Instant, Arc<Snapshot>)>>,
    kept: Cache<(u64, Address), Arc<Reply>>,
    prepared: Prepared,
}

impl Site {
    /// Of a workspace.
    pub fn new(live: Live) -> Self {
        Self {
            live,
            seen: Mutex::default(),
            kept: Cache::new(KEPT, |reply| reply.body.len() + 512),
            prepared: Prepared::default(),
        }
    }

    /// The answer to a path and a query. `body` is the JSON of a request to the API.
    pub fn reply(&self, path: &str, query: &str, body: Option<&[u8]>) -> Arc<Reply> {
        match path {
            "/style.css" => return Reply::new(200, "text/css; charset=utf-8", html::STYLE),
            "/icon.svg" => return Reply::new(200, Shape::Svg.mime(), ICON),
            "/health" => return self.health(),
            _ => {}
        }
        let json = path.starts_with("/api/v1/");
        let address = match Address::read(path, query) {
            Ok(address) => address,
            Err(Unread::NoPage) => {
                return failed(json, &Problem::new(Code::Unknown, "there is nothing at this address").into());
            }
            Err(Unread::NotText) => {
                return failed(json, &Problem::new(Code::BadValue, "the address is not UTF-8").into());
            }
        };
        let json = json || address.shape == Shape::Json;
        let now = jiff::Zoned::now();
        let asked = match asked(address, body, &now.date().to_string()) {
            Ok(asked) => asked,
            Err(problem) => return failed(json, &problem.into()),
        };
        let snapshot = match self.snapshot() {
            Ok(snapshot) => snapshot,
            Err(error) => return failed(json, &error),
        };
        if (&asked.address.subject, asked.address.shape) == (&Subject::Home, Shape::Html) {
            return self.home(&snapshot, &now, &asked);
        }
        self.kept.get((snapshot.generation(), asked.address.clone()), || {
            let answered = self.live.ask(SystemTime::now, |workspace| {
                Asking { workspace, place: place(&now), asked: &asked }.reply()
            });
            answered.map_or_else(|error| failed(json, &error), |(reply, _)| reply)
        })
    }

    /// The first page, of what is prepared of it; the rest is being worked out when it is asked for again, and it is not kept until
    /// then.
    fn home(&self, snapshot: &Snapshot, now: &jiff::Zoned, asked: &Asked) -> Arc<Reply> {
        let asking = Asking { workspace: snapshot.workspace(), place: place(now), asked };
        let generation = snapshot.generation();
        let want = |part| self.prepared.want(&Key { generation, day: asked.day.clone(), part });
        match pages::home(&asking, &want) {
            Ok(page) => Reply::new(200, asked.address.shape.mime(), visible(&page).into_owned()),
            Err(error) => failed(false, &error),
        }
    }

    /// Works out what pages tell of all agreements: what is asked for, and, if `today`, that of today before anybody asks.
    pub fn prepare(&self, today: bool) {
        /// So often it is seen whether the day or the workspace is another.
        const LOOK: Duration = Duration::from_secs(60);
        if today {
            self.prepare_today();
        }
        loop {
            match self.prepared.next(LOOK) {
                Some(key) => self.prepare_part(key),
                None if today => self.prepare_today(),
                None => {}
            }
        }
    }

    fn prepare_today(&self) {
        let Ok(snapshot) = self.snapshot() else { return };
        let today = jiff::Zoned::now().date().to_string();
        for part in pages::parts(snapshot.workspace(), None).unwrap_or_default() {
            self.prepared.expect(&Key { generation: snapshot.generation(), day: today.clone(), part });
        }
    }

    fn prepare_part(&self, key: Key) {
        let made = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.made(&key)));
        let broken = || Made::Failed("it could not be worked out; the server's log says why".into());
        self.prepared.done(key, made.unwrap_or_else(|_| Some(broken())));
    }

    /// A part of a page; none where the workspace is another by now.
    fn made(&self, key: &Key) -> Option<Made> {
        let current = || self.snapshot().is_ok_and(|s| s.generation() == key.generation);
        if !current() {
            return None;
        }
        let asked = BTreeMap::from([("as_of".to_owned(), vec![key.day.clone()])]);
        let address = Address { subject: Subject::Home, shape: Shape::Html, asked };
        let asked = Asked { address, day_given: true, day: key.day.clone(), fields: Map::new() };
        let now = jiff::Zoned::now();
        let answered = self.live.ask(SystemTime::now, |workspace| {
            pages::part(&Asking { workspace, place: place(&now), asked: &asked }, &key.part)
        });
        match answered {
            Ok((made, snapshot)) => (snapshot.generation() == key.generation).then_some(made),
            Err(error) => match error.problem() {
                problem if problem.code == Code::NotYet => Some(Made::NotYet),
                problem if problem.code == Code::Busy => None,
                _ => Some(Made::Failed(told(&error).into())),
            },
        }
    }

    /// Whether it can answer.
    fn health(&self) -> Arc<Reply> {
        match self.snapshot() {
            Ok(_) => Reply::new(200, "text/plain; charset=utf-8", "ok\n"),
            Err(_) => Reply::new(503, "text/plain; charset=utf-8", "the workspace cannot be opened\n"),
        }
    }

    fn snapshot(&self) -> Result<Arc<Snapshot>, WorkspaceError> {
        let mut seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, snapshot)) = &*seen
            && at.elapsed() < STILL
        {
            return Ok(Arc::clone(snapshot));
        }
        let snapshot = self.live.current(SystemTime::now())?;
        *seen = Some((Instant::now(), Arc::clone(&snapshot)));
        Ok(snapshot)
    }
}

/// The balance of the icon.
const ICON: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16"><path d="M8 1v12M4 14h8M2 4h12M2 4l-2 5h4zM14 4l-2 5h4z" fill="none" stroke="#0b4f8a" stroke-width="1.2"/></svg>"##;

fn place(now: &jiff::Zoned) -> Place {
    Place { colour: false, width: 110, now: now.clone(), guard_formulas: false }
}

/// An address with the day and every field as they count, so that those that ask the same are one.
pub struct Asked {
    /// The address.
    pub address: Address,
    /// Whether a day was given.
    pub day_given: bool,
    /// The day.
    pub day: String,
    /// The fields of a command's request.
    pub fields: Map<String, Value>,
}

fn asked(mut address: Address, body: Option<&[u8]>, today: &str) -> Result<Asked, Problem> {
    if let Subject::Command(command) = address.subject {
        let mut fields = match body {
            None => api::of_query(command, &address.asked)?,
            Some(bytes) => match serde_json::from_slice(bytes) {
                Ok(Value::Object(fields)) => fields,
                Ok(_) => return Err(Problem::new(Code::BadValue, "a request is an object of JSON")),
                Err(e) => return Err(Problem::new(Code::BadValue, format!("the body is not JSON: {e}"))),
            },
        };
        let day_given = fields.contains_key("as_of");
        let has = |name: &str| {
            request::of(command).schema.as_value().get("properties").is_some_and(|p| p.get(name).is_some())
        };
        // What depends on the day must not be kept for another.
        address.asked.insert("\u{0}today".to_owned(), vec![today.to_owned()]);
        if has("as_of") && !day_given {
            let mut dated = fields.clone();
            dated.insert("as_of".to_owned(), today.into());
            // Where a day goes with what else is asked.
            if (request::of(command).read)(&Value::Object(dated.clone()).to_string()).is_ok() {
                fields = dated;
            }
        }
        address.asked.insert("\u{0}request".to_owned(), vec![Value::Object(fields.clone()).to_string()]);
        let day = fields.get("as_of").and_then(Value::as_str).unwrap_or(today).to_owned();
        return Ok(Asked { address, day_given, day, fields });
    }
    if body.is_some() {
        return Err(Problem::new(Code::NotAllowed, "a page takes no body"));
    }
    pages::known(&address)?;
    let day_given = address.one("as_of").is_some();
    let day = address.one("as_of").unwrap_or(today).to_owned();
    address.asked.insert("as_of".to_owned(), vec![day.clone()]);
    Ok(Asked { address, day_given, day, fields: Map::new() })
}

/// One question to an open workspace.
pub struct Asking<'a> {
    workspace: &'a Workspace,
    place: Place,
    /// What is asked.
    pub asked: &'a Asked,
}

impl Asking<'_> {
    fn reply(&self) -> Result<Arc<Reply>, WorkspaceError> {
        let Asked { address, fields, .. } = self.asked;
        let shape = address.shape;
        let body = match &address.subject {
            Subject::Command(command) => self.text(*command, fields, shape)?,
            Subject::OpenApi => format!("{:#}\n", api::openapi(ENGINE)),
            // What turns text around or takes no room is shown, as everywhere.
            _ => visible(&pages::answer(self)?).into_owned(),
        };
        Ok(Reply::new(200, shape.mime(), body))
    }

    /// What a command answers, in a shape, as the program prints it.
    pub fn text(
        &self,
        command: Command,
        fields: &Map<String, Value>,
        shape: Shape,
    ) -> Result<String, WorkspaceError> {
        let line: Line = api::line(command, fields, shape)?;
        let text = answers::answer(&Home::Open(self.workspace), &self.place, &line)?.text;
        let text = visible(&text);
        Ok(if text.ends_with('\n') { text.into_owned() } else { format!("{text}\n") })
    }

    /// The document of a command.
    pub fn document(&self, command: Command, fields: &[(&str, &str)]) -> Result<Value, WorkspaceError> {
        let fields = fields.iter().map(|(name, value)| ((*name).to_owned(), Value::from(*value))).collect();
        let text = self.text(command, &fields, Shape::Json)?;
        serde_json::from_str(&text).map_err(|e| Problem::new(Code::NotSolved, e.to_string()).into())
    }

    /// The ids of all agreements.
    pub fn agreements(&self) -> Result<Vec<String>, WorkspaceError> {
        self.workspace.agreements()
    }
}

/// Why there is no answer, in words for whoever asks. What concerns the machine alone is not told, and stands in the log.
fn told(error: &WorkspaceError) -> String {
    let problem = error.problem();
    if matches!(problem.kind(), Kind::Store | Kind::Ours) {
        crate::say(&format!("error: {}\n", visible(&problem.text(&Plain))));
        if problem.code != Code::Busy {
            return "it could not be worked out; the server's log says why".to_owned();
        }
    }
    problem.text(&Plain)
}

/// Why there is no answer, for a program or for a reader.
pub fn failed(json: bool, error: &WorkspaceError) -> Arc<Reply> {
    let problem = error.problem();
    let detail = told(error);
    let (status, document) = api::problem(&problem, &detail);
    if json {
        return Reply::new(status, "application/problem+json", format!("{document:#}\n"));
    }
    let mistakes: Vec<String> =
        problem.mistakes.iter().map(|m| format!("{}: {}", m.file, m.message)).collect();
    Reply::new(status, Shape::Html.mime(), html::problem(ENGINE, status, &detail, &mistakes))
}
