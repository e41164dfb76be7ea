//! `mcp`: the commands that only read, as tools of the Model Context Protocol over standard input and output. A tool is a command: its
//! arguments are the command's request, its answer is the command's document.

use crate::answers::{self, Place};
use crate::home::Home;
use crate::serve::{Shape, fields_known, line, path};
use crate::{Answer, say};
use serde_json::{Map, Value, json};
use servanda_core::problem::{Code, Command, Kind, Plain, Problem};
use servanda_files::visible;
use servanda_workspace::request;
use servanda_workspace::{Live, WorkspaceError};
use std::io::{BufRead, Read, Write};
use std::time::SystemTime;

/// The versions of the protocol that are spoken, the newest first.
const VERSIONS: &[&str] = &["2025-06-18", "2025-03-26", "2024-11-05"];
/// The longest message that is read, in bytes.
const LONGEST: u64 = 1 << 20;

/// The tools: each is a command, under a name of its own.
const TOOLS: &[(&str, Command)] = &[
    ("check", Command::Check),
    ("explain", Command::Explain),
    ("compare", Command::Compare),
    ("due", Command::Due),
    ("rate", Command::TariffRate),
    ("claim", Command::Claim),
    ("search", Command::Search),
];

const INSTRUCTIONS: &str = "Servanda shows from official evidence whether parties to trade agreements do what they promised. Start with `search`. \
    A figure is quoted with its source, its vintage and the as-of date; `cannot-tell` is an answer, and is not to be filled in. Every answer has \
    `rests_on`, its digest, and an address at which it stays the same.";

/// Answers messages until there are no more.
pub fn answer(home: &Home<'_>) -> Result<Answer, WorkspaceError> {
    let live = Live::open(home.root()?, SystemTime::now())?;
    let mut input = std::io::stdin().lock();
    let mut output = std::io::stdout().lock();
    let io = |e: std::io::Error| WorkspaceError::Io { path: "standard input".into(), problem: e.to_string() };
    loop {
        let mut bytes = Vec::new();
        if input.by_ref().take(LONGEST).read_until(b'\n', &mut bytes).map_err(io)? == 0 {
            return Ok(Answer::text(""));
        }
        let whole = bytes.ends_with(b"\n") || (bytes.len() as u64) < LONGEST;
        if !whole {
            skip_line(&mut input).map_err(io)?;
        }
        let reply = match whole.then(|| serde_json::from_slice::<Value>(&bytes)) {
            _ if bytes.iter().all(u8::is_ascii_whitespace) => continue,
            Some(Ok(message)) => reply(&live, &message),
            Some(Err(e)) => Some(error(&Value::Null, -32700, &format!("it is not JSON: {e}"))),
            None => Some(error(&Value::Null, -32700, &format!("a message has at most {LONGEST} bytes"))),
        };
        let Some(reply) = reply else { continue };
        // Whoever asked has gone.
        if writeln!(output, "{reply}").and_then(|()| output.flush()).is_err() {
            return Ok(Answer::text(""));
        }
    }
}

fn skip_line(input: &mut impl BufRead) -> std::io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (used, ends) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (at + 1, true),
            None => (buffer.len(), buffer.is_empty()),
        };
        input.consume(used);
        if ends {
            return Ok(());
        }
    }
}

fn error(id: &Value, code: i32, message: &str) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "error": { "code": code, "message": message } })
}

/// The answer to a message; none to a notification, or to an answer, since nothing was asked.
fn reply(live: &Live, message: &Value) -> Option<Value> {
    let id = message.get("id");
    let of_id = id.unwrap_or(&Value::Null);
    let invalid = |said: &str| Some(error(of_id, -32600, said));
    if message.get("jsonrpc") != Some(&json!("2.0")) {
        return invalid("a message is an object with `jsonrpc` \"2.0\"; several in one list are not taken");
    }
    let Some(method) = message.get("method") else {
        let answer = message.get("result").is_some() || message.get("error").is_some();
        return if answer { None } else { invalid("it has no `method`") };
    };
    let Some(method) = method.as_str() else { return invalid("`method` is a text") };
    let id = match id {
        None => return None,
        Some(id) if id.is_string() || id.is_number() => id,
        Some(_) => return invalid("`id` is a text or a number"),
    };
    let params = message.get("params").cloned().unwrap_or_else(|| json!({}));
    let Some(params) = params.as_object() else { return Some(error(id, -32602, "`params` is an object")) };
    let result = match method {
        "initialize" => initialized(params),
        "ping" => json!({}),
        "tools/list" => json!({ "tools": tools() }),
        "tools/call" => match called(live, params) {
            Ok(result) => result,
            Err(said) => return Some(error(id, -32602, &said)),
        },
        other => return Some(error(id, -32601, &format!("there is no method `{other}`"))),
    };
    Some(json!({ "jsonrpc": "2.0", "id": id, "result": result }))
}

fn initialized(params: &Map<String, Value>) -> Value {
    let asked = params.get("protocolVersion").and_then(Value::as_str);
    let version = asked.filter(|v| VERSIONS.contains(v)).unwrap_or(VERSIONS[0]);
    json!({
        "protocolVersion": version,
        "capabilities": { "tools": { "listChanged": false } },
        "serverInfo": { "name": "servanda", "title": "Servanda", "version": env!("CARGO_PKG_VERSION") },
        "instructions": INSTRUCTIONS,
    })
}

/// The tools, as a client lists them.
fn tools() -> Vec<Value> {
    let one = |(name, command): &(&str, Command)| {
        let mut schema = fields_known(*command);
        let said = schema.get("description").cloned().unwrap_or_default();
        if let Some(keys) = schema.as_object_mut() {
            keys.retain(|key, _| !["$schema", "title", "description"].contains(&key.as_str()));
        }
        json!({
            "name": name,
            "title": command.as_str(),
            "description": said,
            "inputSchema": schema,
            "annotations": { "readOnlyHint": true, "idempotentHint": true, "openWorldHint": false },
        })
    };
    TOOLS.iter().map(one).collect()
}

/// What a tool answers; `Err` where there is no such tool. What is wrong with its arguments is an answer too, so that whoever asked can
/// ask better.
fn called(live: &Live, params: &Map<String, Value>) -> Result<Value, String> {
    let name = params.get("name").and_then(Value::as_str).unwrap_or_default();
    let known = || TOOLS.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    let found = TOOLS.iter().find(|(own, _)| *own == name);
    let (_, command) = found.ok_or_else(|| format!("there is no tool `{name}`; there are {}", known()))?;
    let asked = match params.get("arguments") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(fields)) => fields.clone(),
        Some(_) => return Err("`arguments` is an object".to_owned()),
    };
    let now = jiff::Zoned::now();
    let fields = dated(*command, asked, &now.date().to_string());
    let place = Place { colour: false, width: 110, now, guard_formulas: false };
    let answered = live.ask(SystemTime::now, |workspace| {
        let asked = line(*command, &fields, Shape::Json)?;
        Ok(answers::answer(&Home::Open(workspace), &place, &asked)?.text)
    });
    Ok(match answered.and_then(|(text, _)| read(&text)) {
        Ok(document) => {
            let text = visible(&document.to_string()).into_owned();
            json!({ "content": [{ "type": "text", "text": text }], "structuredContent": stated(*command, &fields, document), "isError": false })
        }
        Err(error) => {
            let problem = error.problem();
            let hidden = matches!(problem.kind(), Kind::Store | Kind::Ours) && problem.code != Code::Busy;
            let said = problem.text(&Plain);
            if hidden {
                say(&format!("error: {}\n", visible(&said)));
            }
            let said = if hidden {
                "it could not be worked out; the server's log says why".to_owned()
            } else {
                said
            };
            json!({ "content": [{ "type": "text", "text": visible(&said) }], "isError": true })
        }
    })
}

fn read(text: &str) -> Result<Value, WorkspaceError> {
    serde_json::from_str(text).map_err(|e| Problem::new(Code::NotSolved, e.to_string()).into())
}

/// The fields of a request with today, where a day goes with them, so that the same question has the same answer tomorrow.
fn dated(command: Command, mut fields: Map<String, Value>, today: &str) -> Map<String, Value> {
    let listed = request::of(command);
    let has = |name: &str| listed.schema.as_value().get("properties").is_some_and(|p| p.get(name).is_some());
    for day in ["as_of", "on"]
        .into_iter()
        .filter(|day| has(day) && (*day == "as_of" || command == Command::TariffRate))
    {
        if !fields.contains_key(day) {
            let mut with = fields.clone();
            with.insert(day.to_owned(), today.into());
            if (listed.read)(&Value::Object(with.clone()).to_string()).is_ok() {
                fields = with;
            }
        }
    }
    fields
}

/// A document with what is to be quoted of it: its day, its digest, where it stays, and the publications that it names.
fn stated(command: Command, fields: &Map<String, Value>, document: Value) -> Value {
    let mut query = form_urlencoded::Serializer::new(String::new());
    for (name, value) in fields {
        let values = value.as_array().cloned().unwrap_or_else(|| vec![value.clone()]);
        for one in values {
            query.append_pair(name, &one.as_str().map_or_else(|| one.to_string(), str::to_owned));
        }
    }
    let mut named = Vec::new();
    publications(&document, &mut named);
    json!({
        "as_of": document.get("as_of").cloned().or_else(|| fields.get("as_of").cloned()).unwrap_or_default(),
        "digest": document.get("rests_on").cloned().unwrap_or_default(),
        "address": format!("{}?{}", path(command), query.finish()),
        "publications": named,
        "answer": document,
    })
}

/// Every publication of a source, schedule or measure that a document names, each once.
fn publications(value: &Value, into: &mut Vec<Value>) {
    match value {
        Value::Array(all) => all.iter().for_each(|one| publications(one, into)),
        Value::Object(keys) => {
            let text = |key: &str| keys.get(key).and_then(Value::as_str);
            let id = text("vintage").or_else(|| text("id").filter(|_| keys.contains_key("recorded")));
            if let (Some(source), Some(vintage), Some(sha256)) = (text("source"), id, text("sha256")) {
                let one = json!({ "source": source, "vintage": vintage, "published": text("published"), "sha256": sha256 });
                if !into.contains(&one) {
                    into.push(one);
                }
            }
            if let Some(grounds) = keys.get("grounds").and_then(Value::as_array) {
                into.extend(grounds.iter().map(|g| json!({ "grounds": g })));
            }
            keys.values().for_each(|one| publications(one, into));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use servanda_workspace::Root;

    fn asked(live: &Live, method: &str, params: Value) -> Value {
        let message = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
        let reply = reply(live, &message).unwrap();
        assert_eq!((&reply["id"], &reply["jsonrpc"]), (&json!(7), &json!("2.0")));
        reply
    }

    #[test]
    fn messages_are_answered_as_the_protocol_says() {
        let live = Live::open(Root::Examples, SystemTime::now()).unwrap();
        let hello =
            asked(&live, "initialize", json!({ "protocolVersion": "2025-03-26", "capabilities": {} }));
        assert_eq!(hello["result"]["protocolVersion"], "2025-03-26");
        let newer = asked(&live, "initialize", json!({ "protocolVersion": "2031-01-01" }));
        assert_eq!(newer["result"]["protocolVersion"], "2025-06-18");
        assert_eq!(asked(&live, "ping", json!({}))["result"], json!({}));
        assert_eq!(asked(&live, "resources/list", json!({}))["error"]["code"], -32601);
        assert_eq!(asked(&live, "tools/call", json!({ "name": "ingest" }))["error"]["code"], -32602);
        for nothing in [
            json!({ "jsonrpc": "2.0", "method": "notifications/initialized" }),
            json!({ "jsonrpc": "2.0", "id": 1, "result": {} }),
        ] {
            assert_eq!(reply(&live, &nothing), None);
        }
        for (wrong, code) in [
            (json!([]), -32600),
            (json!({ "jsonrpc": "2.0", "id": [], "method": "ping" }), -32600),
            (json!({ "id": 1 }), -32600),
        ] {
            assert_eq!(reply(&live, &wrong).unwrap()["error"]["code"], code, "{wrong}");
        }
        let listed = asked(&live, "tools/list", json!({}));
        let tools = listed["result"]["tools"].as_array().unwrap();
        assert_eq!(tools.len(), TOOLS.len());
        for tool in tools {
            assert_eq!(tool["inputSchema"]["type"], "object", "{tool}");
            assert!(tool["description"].as_str().is_some_and(|d| d.len() > 20), "{tool}");
            assert!(tool["inputSchema"]["properties"].get("against").is_none(), "{tool}");
        }
    }

    #[test]
    fn no_tool_reaches_a_file() {
        let live = Live::open(Root::Examples, SystemTime::now()).unwrap();
        for (name, arguments) in [
            ("check", json!({ "agreement": "/etc" })),
            ("check", json!({ "agreement": "../x" })),
            ("compare", json!({ "agreement": "us-zte-2018", "against": "/etc" })),
            ("check", json!({ "agreement": "us-zte-2018", "out": "/tmp/x" })),
            ("search", json!({})),
        ] {
            let reply = asked(&live, "tools/call", json!({ "name": name, "arguments": arguments }));
            assert_eq!(reply["result"]["isError"], true, "{name} {arguments}: {reply}");
        }
    }

    #[test]
    fn a_tool_says_what_is_to_be_quoted() {
        let live = Live::open(Root::Examples, SystemTime::now()).unwrap();
        let arguments = json!({ "agreement": "us-china-phase-one", "as_of": "2021-03-25" });
        let reply = asked(&live, "tools/call", json!({ "name": "check", "arguments": arguments }));
        let stated = &reply["result"]["structuredContent"];
        assert_eq!(stated["as_of"], "2021-03-25");
        assert_eq!(stated["digest"], stated["answer"]["rests_on"]);
        assert_eq!(stated["address"], "/api/v1/check?agreement=us-china-phase-one&as_of=2021-03-25");
        let named = stated["publications"].as_array().unwrap();
        assert!(
            named.iter().any(|p| p["source"] == "usa-census-exports" && p["vintage"] == "2021-03-25"),
            "{named:?}"
        );
        let text: Value =
            serde_json::from_str(reply["result"]["content"][0]["text"].as_str().unwrap()).unwrap();
        assert_eq!(text, stated["answer"]);
    }
}
