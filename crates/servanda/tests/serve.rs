//! Pages, data and charts over HTTP: they say what the commands say, and nothing else gets in or out.

mod common;

use common::{json, servanda, servanda_in, text};
use serde_json::Value;
use sha2::Digest;
use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, mpsc};
use std::time::{Duration, Instant};

/// A server that stops with the test.
struct Server {
    child: Child,
    address: SocketAddr,
    log: Mutex<mpsc::Receiver<String>>,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct Reply {
    status: u16,
    headers: BTreeMap<String, String>,
    body: String,
}

impl Server {
    fn start(dir: &Path, more: &[&str]) -> Self {
        let mut child = Command::new(assert_cmd::cargo::cargo_bin("servanda"))
            .args(["serve", "--lazy", "--listen", "127.0.0.1:0"])
            .args(more)
            .current_dir(dir)
            .stderr(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let (send, log) = mpsc::channel();
        let errors = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || errors.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        let address = loop {
            let line = log.recv_timeout(Duration::from_secs(120)).expect("the server says where it listens");
            if let Some(address) = line.strip_prefix("listening on http://") {
                break address.parse().unwrap();
            }
        };
        Self { child, address, log: Mutex::new(log) }
    }

    /// On the workspace at the repository's root.
    fn examples() -> Self {
        Self::start(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../..")), &[])
    }

    /// What comes back for bytes as they are sent.
    fn raw(&self, request: &[u8]) -> Option<Reply> {
        let mut stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(300))).unwrap();
        let mut bytes = Vec::new();
        // A server that has refused may close before it has read all.
        let _ = stream.write_all(request);
        let _ = stream.read_to_end(&mut bytes);
        let text = String::from_utf8(bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n")?;
        let mut lines = head.lines();
        let status = lines.next()?.split(' ').nth(1)?.parse().ok()?;
        let headers = lines.filter_map(|l| l.split_once(": ")).map(|(k, v)| (k.to_lowercase(), v.to_owned()));
        Some(Reply { status, headers: headers.collect(), body: body.to_owned() })
    }

    fn ask(&self, method: &str, path: &str, headers: &str, body: &str) -> Reply {
        let length =
            if body.is_empty() { String::new() } else { format!("Content-Length: {}\r\n", body.len()) };
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{length}{headers}\r\n{body}"
        );
        self.raw(request.as_bytes()).unwrap_or_else(|| panic!("{method} {path}: no answer"))
    }

    fn get(&self, path: &str) -> Reply {
        self.ask("GET", path, "", "")
    }

    fn ok(&self, path: &str) -> String {
        let reply = self.get(path);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        reply.body
    }
}

/// The text of a page, without its marks.
fn words(page: &str) -> String {
    let mut text = String::new();
    for part in page.split('<') {
        text.push(' ');
        text.push_str(part.split_once('>').map_or(part, |(_, rest)| rest));
    }
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn pages_data_and_charts_say_what_the_commands_say() {
    let server = Server::examples();
    for (agreement, day) in [
        ("us-china-phase-one", "2021-03-25"),
        ("us-china-phase-one", "2022-03-01"),
        ("us-japan-2025", "2026-05-10"),
        ("us-korea-2025", "2026-11-29"),
        ("us-zte-2018", "2019-01-01"),
        ("us-demands-2018", "2018-06-01"),
    ] {
        let at = |suffix: &str| format!("/a/{agreement}{suffix}?as_of={day}");
        let run =
            |format: &str| text(&servanda(&["check", agreement, "--as-of", day, "--format", format]), 0);
        let document = run("json");
        assert_eq!(server.ok(&at(".json")), document);
        assert_eq!(server.ok(&at(".csv")), run("csv"));
        assert_eq!(server.ok(&format!("/api/v1/check?agreement={agreement}&as_of={day}")), document);
        // The page has each commitment with its status, in the order of the document.
        let document: Value = serde_json::from_str(&document).unwrap();
        let page = server.ok(&at(""));
        let (_, every) = page.split_once("Every commitment").unwrap();
        let mut rest = words(every);
        for own in document["commitments"].as_array().unwrap() {
            let (id, status) = (own["id"].as_str().unwrap(), own["status"].as_str().unwrap());
            let (_, after) =
                rest.split_once(&format!(" {id} ")).unwrap_or_else(|| panic!("{agreement}: {id}"));
            assert!(after.contains(status), "{agreement}: {id}");
            rest = format!(" {after}");
        }
        // A commitment with figures: its page has the derivation as it is printed, and its readings.
        let with_figures = document["commitments"]
            .as_array()
            .unwrap()
            .iter()
            .find(|c| c["readings"].as_array().unwrap().iter().any(|r| r["actual"]["value"].is_string()));
        let Some(own) = with_figures else { continue };
        let id = own["id"].as_str().unwrap();
        let explained = |format: &str| {
            text(&servanda(&["explain", agreement, id, "--as-of", day, "--format", format]), 0)
        };
        let at = |suffix: &str| format!("/a/{agreement}/{id}{suffix}?as_of={day}");
        assert_eq!(server.ok(&at(".json")), explained("json"));
        let page = server.ok(&at(""));
        let told = words(&page);
        // The derivation, whole and in order, as the same address gives it for documents.
        let derivation = server.ok(&at(".md"));
        let derivation: Vec<&str> = derivation.lines().filter(|line| !line.starts_with("```")).collect();
        let derivation = derivation.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(derivation.len() > 500 && told.contains(&derivation), "{id}: {derivation}");
        for reading in own["readings"].as_array().unwrap() {
            let (source, status) = (reading["source"].as_str().unwrap(), reading["status"].as_str().unwrap());
            assert!(told.contains(source) && told.contains(status), "{id}: {source} {status}");
        }
        for line in explained("json").lines().filter(|l| l.contains("\"vintage\"")).take(3) {
            let vintage = line.split('"').nth(3).unwrap();
            assert!(told.contains(vintage), "{id}: {vintage}");
        }
    }
    let chart = server.get("/a/us-china-phase-one/purchases.energy.2020.svg?as_of=2021-03-25");
    assert_eq!((chart.status, chart.headers["content-type"].as_str()), (200, "image/svg+xml"));
    assert!(chart.body.contains("9.738 (at most 9.874) of 26.149 (at most 26.842) bn USD"), "{}", chart.body);
    // What is told of today names the day, so that it can be found again.
    let page = server.ok("/a/us-zte-2018");
    let today = page.split("as_of=").nth(1).unwrap().split('"').next().unwrap().to_owned();
    assert_eq!(today.len(), 10, "{today}");
    assert!(page.contains(&format!("rel=\"canonical\" href=\"/a/us-zte-2018?as_of={today}\"")));
}

#[test]
fn the_first_page_never_waits_and_never_counts_a_part() {
    let server = Server::examples();
    let path = "/?as_of=2018-12-31&since=2018-06-10";
    let began = Instant::now();
    let mut page = server.ok(path);
    assert!(words(&page).contains("still being counted"), "{page}");
    while page.contains("still being") {
        assert!(began.elapsed() < Duration::from_secs(300), "{page}");
        std::thread::sleep(Duration::from_millis(200));
        page = server.ok(path);
    }
    let told = words(&page);
    let mut counted = 0;
    for part in page.split("<a href=\"/a/").skip(1) {
        let (id, _) = part.split_once('?').unwrap();
        if id.contains('/') {
            continue;
        }
        let check = json(&servanda(&["check", id, "--as-of", "2018-12-31", "--format", "json"]));
        let all = check["commitments"].as_array().unwrap();
        let mut groups: BTreeMap<(&str, &str), BTreeMap<&str, usize>> = BTreeMap::new();
        for own in all {
            let force = own["force"].as_str().unwrap_or("analysts' target");
            let by = own["by"].as_str().unwrap();
            *groups.entry((by, force)).or_default().entry(own["status"].as_str().unwrap()).or_default() += 1;
        }
        for ((_, force), counts) in &groups {
            let each: Vec<String> = counts.iter().map(|(word, n)| format!("{n} {word}")).collect();
            let said = format!("of {} decided: {}", counts.values().sum::<usize>(), each.join(", "));
            assert!(told.contains(&said) && told.contains(force), "{id} {force}: {said} in {told}");
            counted += 1;
        }
    }
    assert!(counted >= 3, "{told}");
    assert!(told.contains("between 2018-06-10 and 2018-12-31"), "{told}");
    let wrong = server.get("/?as_of=2018-12-31&since=2019-01-01");
    assert_eq!(wrong.status, 400, "{}", wrong.body);
}

#[test]
fn every_served_command_answers_as_its_description_says() {
    let server = Server::examples();
    let description: Value = serde_json::from_str(&server.ok("/api/v1/openapi.json")).unwrap();
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.len() >= 25, "{}", paths.len());
    for (path, body) in [
        ("/api/v1/check", r#"{"agreement": "us-zte-2018", "as_of": "2019-01-01"}"#),
        ("/api/v1/brief", r#"{"agreement": "us-zte-2018", "as_of": "2019-01-01"}"#),
        ("/api/v1/due", r#"{"agreement": ["us-japan-2025"], "as_of": "2026-11-29"}"#),
        ("/api/v1/lint", r#"{"folder": "us-zte-2018", "cases": true}"#),
        ("/api/v1/coverage", r#"{"source": "usa-census-exports", "as_of": "2021-03-25"}"#),
        (
            "/api/v1/tariff/rate",
            r#"{"importer": "USA", "origin": "CHN", "line": "9403.60.80", "on": "2019-05-20"}"#,
        ),
        ("/api/v1/talks/conflicts", r#"{"id": "us-japan-2025", "as_of": "2026-05-10"}"#),
        ("/api/v1/case/ladder", r#"{"agreement": "us-china-phase-one"}"#),
    ] {
        let reply = server.ask("POST", path, "Content-Type: application/json\r\n", body);
        assert_eq!(reply.status, 200, "{path}: {}", reply.body);
        let answer: Value = serde_json::from_str(&reply.body).unwrap();
        let name = paths[path]["post"]["responses"]["200"]["content"]["application/json"]["schema"]["$ref"]
            .as_str()
            .unwrap();
        let schema = serde_json::json!({ "$ref": name, "components": description["components"] });
        let validator = jsonschema::validator_for(&schema).unwrap();
        let wrong: Vec<String> = validator.iter_errors(&answer).map(|e| e.to_string()).collect();
        assert!(wrong.is_empty(), "{path}: {wrong:?}");
        // A key that nobody described is not valid, so that this can fail.
        let mut more = answer.clone();
        more["nobody_described_this"] = Value::Bool(true);
        assert!(!validator.is_valid(&more), "{path}");
    }
}

#[test]
fn what_is_wrong_is_said_as_a_problem() {
    let server = Server::examples();
    for (path, status, code, field) in [
        ("/api/v1/check?agreement=nope", 404, "unknown", Some("agreement")),
        ("/api/v1/check", 400, "bad-value", None),
        ("/api/v1/check?agreement=us-zte-2018&colour=red", 400, "bad-value", None),
        ("/api/v1/check?agreement=us-zte-2018&as_of=2019-02-30", 400, "bad-value", None),
        ("/api/v1/check?agreement=us-zte-2018&agreement=us-japan-2025", 400, "conflict", None),
        ("/api/v1/check?agreement=us-japan-2025&as_of=2019-01-01", 404, "not-yet", None),
        ("/api/v1/ingest?source=x", 403, "not-allowed", None),
        ("/api/v1/compare?agreement=us-zte-2018&against=/etc", 403, "not-allowed", Some("against")),
        ("/api/v1/nothing", 404, "unknown", None),
        ("/a/us-zte-2018.json?colour=red", 400, "bad-value", None),
    ] {
        let reply = server.get(path);
        assert_eq!(reply.status, status, "{path}: {}", reply.body);
        assert_eq!(reply.headers["content-type"], "application/problem+json", "{path}");
        let problem: Value = serde_json::from_str(&reply.body).unwrap();
        assert_eq!(problem["code"], code, "{path}");
        assert_eq!(problem["field"].as_str(), field, "{path}: {problem}");
        let said = problem["detail"].as_str().unwrap();
        assert!(!said.is_empty() && !said.contains("--") && !said.contains("servanda "), "{path}: {said}");
    }
    let page = server.get("/a/nope");
    assert_eq!((page.status, page.headers["content-type"].as_str()), (404, "text/html; charset=utf-8"));
}

#[test]
fn no_address_leads_to_a_file() {
    let server = Server::examples();
    for path in [
        "/../../etc/passwd",
        "/a/..%2f..%2fetc/passwd",
        "/a/%2e%2e/servanda.toml",
        "/a/%2Fetc%2Fpasswd.csv",
        "/servanda.toml",
        "/a/us-zte-2018/../../servanda.toml",
        "/evidence/usa-census-exports/manifest.json",
        "/a/us-zte-2018%00.json",
        "/api/v1/check?agreement=../agreements/us-zte-2018",
        "/api/v1/check?agreement=agreements/us-zte-2018",
        "/api/v1/lint?folder=/etc",
        "/api/v1/case/status?case=../../x",
        "/api/v1/coverage?source=../sources/usa-census-exports",
        "/api/v1/tariff/average?importer=USA&origin=CHN&lines=/etc/passwd",
        "/api/v1/check?agreement=--workspace%3D/etc",
    ] {
        let reply = server.get(path);
        assert!((400..500).contains(&reply.status), "{path}: {} {}", reply.status, reply.body);
        assert!(!reply.body.contains("root:") && !reply.body.contains("/home"), "{path}: {}", reply.body);
    }
}

#[test]
fn only_reading_within_bounds_is_answered() {
    let server = Server::examples();
    for method in ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"] {
        assert_eq!(server.ask(method, "/a/us-zte-2018", "", "").status, 405, "{method}");
    }
    let head = server.ask("HEAD", "/a/us-zte-2018?as_of=2019-01-01", "", "");
    assert_eq!((head.status, head.body.as_str()), (200, ""));
    // Of elsewhere, without a host, or with two.
    for host in ["Host: evil.example\r\n", "Host: localhost.evil.example\r\n", ""] {
        let request = format!("GET / HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
        let status = server.raw(request.as_bytes()).unwrap().status;
        assert!(status == 421 || status == 400, "{host}: {status}");
    }
    // Too large, too deep, too many.
    let large = format!("{{\"agreement\": \"{}\"}}", "a".repeat(70_000));
    assert_eq!(server.ask("POST", "/api/v1/check", "", &large).status, 413);
    let deep = format!("{}{}", "[".repeat(20_000), "]".repeat(20_000));
    assert_eq!(server.ask("POST", "/api/v1/check", "", &deep).status, 400);
    let flood: String = (0..200).map(|n| format!("X-{n}: {n}\r\n")).collect();
    let reply = server.raw(format!("GET / HTTP/1.1\r\nHost: localhost\r\n{flood}\r\n").as_bytes());
    assert!(reply.is_none_or(|r| r.status == 431 || r.status == 400));
    let long = format!("GET /{} HTTP/1.1\r\nHost: localhost\r\n\r\n", "a".repeat(100_000));
    assert!(server.raw(long.as_bytes()).is_none_or(|r| (400..500).contains(&r.status)));
    assert!(server.raw(b"\x16\x03\x01\x02\x00nonsense\r\n\r\n").is_none_or(|r| r.status == 400));
    // Every answer keeps to itself.
    for path in ["/a/us-zte-2018?as_of=2019-01-01", "/a/nope", "/api/v1/check", "/style.css"] {
        let reply = server.get(path);
        let policy = &reply.headers["content-security-policy"];
        assert!(policy.starts_with("default-src 'none'") && !policy.contains("unsafe"), "{path}: {policy}");
        assert_eq!(reply.headers["x-content-type-options"], "nosniff", "{path}");
        assert_eq!(reply.headers["x-frame-options"], "DENY", "{path}");
        assert!(!reply.body.contains("<script") && !reply.body.contains(" style="), "{path}");
    }
    assert_eq!(server.get("/health").body, "ok\n");
}

#[test]
fn a_slow_client_holds_up_nobody_and_a_stop_finishes_what_was_asked() {
    let mut server = Server::examples();
    let mut slow: Vec<TcpStream> = (0..50).map(|_| TcpStream::connect(server.address).unwrap()).collect();
    for stream in &mut slow {
        stream.write_all(b"GET / HTTP/1.1\r\nHost: loc").unwrap();
    }
    assert_eq!(server.get("/health").status, 200);
    assert_eq!(server.get("/a/us-zte-2018?as_of=2019-01-01").status, 200);
    // A head that never ends is given up.
    let stream = &mut slow[0];
    stream.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let mut rest = Vec::new();
    let _ = stream.read_to_end(&mut rest);
    assert!(!String::from_utf8_lossy(&rest).starts_with("HTTP/1.1 200"));
    drop(slow);
    // Asked just before the end, and answered.
    let asked = std::thread::scope(|scope| {
        let waiting = scope.spawn(|| server.get("/a/us-china-phase-one?as_of=2021-02-23").status);
        // Once it was taken up.
        std::thread::sleep(Duration::from_millis(300));
        assert!(
            Command::new("kill").args(["-TERM", &server.child.id().to_string()]).status().unwrap().success()
        );
        waiting.join().unwrap()
    });
    assert_eq!(asked, 200);
    let began = Instant::now();
    while server.child.try_wait().unwrap().is_none() {
        assert!(began.elapsed() < Duration::from_secs(60), "it does not stop");
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(server.child.wait().unwrap().code(), Some(0));
    // The log has a line of JSON for each, without what was asked of it.
    let lines: Vec<Value> =
        server.log.lock().unwrap().try_iter().filter_map(|line| serde_json::from_str(&line).ok()).collect();
    assert!(lines.iter().any(|l| l["path"] == "/a/us-china-phase-one" && l["status"] == 200), "{lines:?}");
    assert!(lines.iter().all(|l| !l.to_string().contains("as_of")));
}

#[test]
fn a_token_is_asked_for_and_never_told() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("token.sha256");
    let hash = sha2::Sha256::digest(b"open sesame").iter().map(|b| format!("{b:02x}")).collect::<String>();
    std::fs::write(&file, format!("{hash}  -\n")).unwrap();
    let server = Server::start(dir.path(), &["--token-hash", file.to_str().unwrap()]);
    assert_eq!(server.get("/health").status, 401);
    assert_eq!(server.ask("GET", "/health", "Authorization: Bearer open\r\n", "").status, 401);
    assert_eq!(server.ask("GET", "/health", "Authorization: Bearer open sesame\r\n", "").status, 200);
    let log: Vec<String> = server.log.lock().unwrap().try_iter().collect();
    assert!(log.iter().all(|line| !line.contains("sesame")), "{log:?}");
}

#[test]
fn what_is_known_already_is_not_sent_again_and_what_is_new_is_seen() {
    let dir = tempfile::tempdir().unwrap();
    text(&servanda_in(dir.path(), &["init", "ws"]), 0);
    let ws = dir.path().join("ws");
    let title = |to: &str| {
        let file = ws.join("agreements/us-zte-2018/agreement.toml");
        let agreement = std::fs::read_to_string(&file).unwrap();
        let line = agreement.lines().find(|l| l.starts_with("title ")).unwrap().to_owned();
        std::fs::write(
            &file,
            agreement.replacen(&line, &format!("title = \"{}\"", to.replace('"', "\\\"")), 1),
        )
        .unwrap();
    };
    let server = Server::start(&ws, &[]);
    let path = "/a/us-zte-2018?as_of=2019-01-01";
    let first = server.get(path);
    let tag = first.headers["etag"].clone();
    let again = server.ask("GET", path, &format!("If-None-Match: {tag}\r\n"), "");
    assert_eq!((again.status, again.body.as_str()), (304, ""));
    // A text of a workspace is text, whatever it says.
    title("<script>alert(1)</script> & \"more\"");
    std::thread::sleep(Duration::from_millis(700));
    let changed = server.ask("GET", path, &format!("If-None-Match: {tag}\r\n"), "");
    assert_eq!(changed.status, 200);
    assert_ne!(changed.headers["etag"], tag);
    assert!(
        changed.body.contains("&lt;script&gt;alert(1)") && !changed.body.contains("<script"),
        "{}",
        changed.body
    );
    // One that would turn the text around is shown.
    title("ab\u{202e}cd");
    std::thread::sleep(Duration::from_millis(700));
    let turned = server.ok(path);
    assert!(turned.contains("ab\\u202ecd") && !turned.contains('\u{202e}'), "{turned}");
    // A mistake in a file is said, and the next state is seen.
    std::fs::write(ws.join("agreements/us-zte-2018/agreement.toml"), "titel = 1\n").unwrap();
    std::thread::sleep(Duration::from_millis(700));
    assert_eq!(server.get(path).status, 400);
    assert_eq!(
        json(&servanda(&["check", "us-zte-2018", "--as-of", "2019-01-01", "--format", "json"]))["command"],
        "check"
    );
}

#[test]
fn tools_of_an_assistant_answer_as_the_commands_do() {
    let mut child = Command::new(assert_cmd::cargo::cargo_bin("servanda"))
        .arg("mcp")
        .current_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = child.stdin.take().unwrap();
    let mut output = BufReader::new(child.stdout.take().unwrap());
    let mut ask = |message: Value| -> Value {
        writeln!(input, "{message}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        serde_json::from_str(&line).unwrap()
    };
    let hello = ask(
        serde_json::json!({ "jsonrpc": "2.0", "id": 1, "method": "initialize", "params": { "protocolVersion": "2025-06-18" } }),
    );
    assert_eq!(hello["result"]["serverInfo"]["name"], "servanda");
    let day = "2021-03-25";
    let phase_one = "us-china-phase-one";
    for (tool, arguments, line) in [
        (
            "check",
            serde_json::json!({ "agreement": phase_one, "as_of": day }),
            format!("check {phase_one} --as-of {day}"),
        ),
        (
            "explain",
            serde_json::json!({ "agreement": phase_one, "commitment": "purchases.energy.2020", "as_of": day }),
            format!("explain {phase_one} purchases.energy.2020 --as-of {day}"),
        ),
        (
            "compare",
            serde_json::json!({ "agreement": phase_one, "from": "2021-02-23", "to": day }),
            format!("compare {phase_one} --from 2021-02-23 --to {day}"),
        ),
        (
            "due",
            serde_json::json!({ "agreement": ["us-zte-2018"], "as_of": day }),
            format!("due us-zte-2018 --as-of {day}"),
        ),
        (
            "rate",
            serde_json::json!({ "importer": "USA", "origin": "CHN", "line": "9403.60.80", "on": "2019-05-20", "as_of": day }),
            format!(
                "tariff rate --importer USA --origin CHN --line 9403.60.80 --on 2019-05-20 --as-of {day}"
            ),
        ),
        (
            "claim",
            serde_json::json!({ "figure": "37%", "agreement": phase_one, "commitment": "purchases.energy.2020", "as_of": day }),
            format!("claim 37% --agreement {phase_one} --commitment purchases.energy.2020 --as-of {day}"),
        ),
        (
            "search",
            serde_json::json!({ "words": "soybeans", "as_of": day }),
            format!("search soybeans --as-of {day}"),
        ),
    ] {
        let call = serde_json::json!({ "name": tool, "arguments": arguments });
        let reply =
            ask(serde_json::json!({ "jsonrpc": "2.0", "id": tool, "method": "tools/call", "params": call }));
        let result = &reply["result"];
        assert_eq!(result["isError"], false, "{tool}: {reply}");
        let args: Vec<&str> = line.split(' ').chain(["--format", "json"]).collect();
        assert_eq!(result["structuredContent"]["answer"], json(&servanda(&args)), "{tool}");
        assert_eq!(result["structuredContent"]["as_of"], day, "{tool}");
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}
