//! Connections: what comes in within bounds of size and time, what goes out with the headers that keep a page to itself.

use crate::serve::api;
use crate::serve::guard::{Guard, Refused};
use crate::serve::site::{Reply, Site, failed};
use http_body_util::{BodyExt, Full, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{self, HeaderMap, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::GracefulShutdown;
use serde_json::json;
use servanda_core::problem::{Code, Problem};
use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::net::TcpListener;
use tokio::sync::Semaphore;

/// The head of a request must be there within this time, and its body too.
const PATIENCE: Duration = Duration::from_secs(10);
/// So long an answer may take.
const LONGEST: Duration = Duration::from_secs(120);
/// So much may be in the head of a request.
const HEAD: usize = 16 << 10;
/// So much may be in the body of a request.
const BODY: usize = 64 << 10;
/// So many connections are open at once.
const CONNECTIONS: usize = 1024;

type Answer = Response<Full<Bytes>>;

/// Serves until the process is told to stop; requests that have begun are finished, for ten seconds at most.
pub async fn run(listener: TcpListener, site: Arc<Site>, guard: Arc<Guard>) -> std::io::Result<()> {
    let open = Arc::new(Semaphore::new(CONNECTIONS));
    let graceful = GracefulShutdown::new();
    let mut stop = std::pin::pin!(stopped());
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        // That one could not be taken says nothing of the next.
        let Ok((stream, peer)) = accepted else { continue };
        let Ok(permit) = Arc::clone(&open).try_acquire_owned() else { continue };
        let (site, guard) = (Arc::clone(&site), Arc::clone(&guard));
        let service = service_fn(move |request| {
            let (site, guard) = (Arc::clone(&site), Arc::clone(&guard));
            async move { Ok::<_, Infallible>(logged(request, peer, site, guard).await) }
        });
        let mut builder = hyper::server::conn::http1::Builder::new();
        builder.timer(TokioTimer::new()).header_read_timeout(PATIENCE).max_buf_size(HEAD).max_headers(64);
        let connection = graceful.watch(builder.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            // Whoever asked may have gone.
            let _ = connection.await;
            drop(permit);
        });
    }
    tokio::select! {
        () = graceful.shutdown() => {}
        () = tokio::time::sleep(PATIENCE) => {}
    }
    Ok(())
}

/// When the process is told to stop.
async fn stopped() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = terminate.recv() => {}
                _ = tokio::signal::ctrl_c() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// An answer, with a line of JSON about it on standard error. Neither headers nor the query are in it, where a secret might be.
async fn logged(request: Request<Incoming>, peer: SocketAddr, site: Arc<Site>, guard: Arc<Guard>) -> Answer {
    let began = Instant::now();
    let (method, path) = (request.method().to_string(), request.uri().path().to_owned());
    let answer = respond(request, peer, site, guard).await;
    let line = json!({
        "time": jiff::Timestamp::now().to_string(),
        "from": peer.ip().to_string(),
        "method": method,
        "path": path,
        "status": answer.status().as_u16(),
        "ms": began.elapsed().as_millis() as u64,
    });
    crate::say(&format!("{line}\n"));
    answer
}

async fn respond(request: Request<Incoming>, peer: SocketAddr, site: Arc<Site>, guard: Arc<Guard>) -> Answer {
    let text = |headers: &HeaderMap, name: HeaderName| {
        headers.get(name).and_then(|v| v.to_str().ok()).map(str::to_owned)
    };
    let headers = request.headers();
    let (host, authorization) = (text(headers, header::HOST), text(headers, header::AUTHORIZATION));
    let json = request.uri().path().starts_with("/api/");
    match guard.admit(peer.ip(), host.as_deref(), authorization.as_deref(), Instant::now()) {
        Ok(()) => {}
        Err(refused) => return refusal(json, refused),
    }
    let known = text(headers, header::IF_NONE_MATCH);
    let (path, query) =
        (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
    let (head_only, takes_body) =
        (request.method() == Method::HEAD, request.method() == Method::POST && path.starts_with("/api/v1/"));
    if !takes_body && request.method() != Method::GET && !head_only {
        let mut answer = written(
            &failed(json, &Problem::new(Code::NotAllowed, "only GET and HEAD, and POST to a command").into()),
            None,
            false,
        );
        *answer.status_mut() = StatusCode::METHOD_NOT_ALLOWED;
        answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static("GET, HEAD"));
        return answer;
    }
    let body = if takes_body {
        let read = Limited::new(request.into_body(), BODY).collect();
        match tokio::time::timeout(PATIENCE, read).await {
            Ok(Ok(body)) => Some(body.to_bytes()),
            Ok(Err(_)) => {
                let said = format!("the body is larger than {BODY} bytes, or broke off");
                return written(&failed(json, &Problem::new(Code::TooMuch, said).into()), None, false);
            }
            Err(_) => {
                return written(
                    &failed(json, &Problem::new(Code::Busy, "the body did not come").into()),
                    None,
                    false,
                );
            }
        }
    } else {
        None
    };
    let work = tokio::task::spawn_blocking(move || site.reply(&path, &query, body.as_deref()));
    let reply = match tokio::time::timeout(LONGEST, work).await {
        Ok(Ok(reply)) => reply,
        Ok(Err(_)) => failed(json, &Problem::new(Code::NotSolved, "the answer broke off").into()),
        Err(_) => failed(
            json,
            &Problem::new(Code::Busy, "it takes longer than two minutes; ask for a part of it").into(),
        ),
    };
    written(&reply, known.as_deref(), head_only)
}

fn refusal(json: bool, refused: Refused) -> Answer {
    let (status, code, said) = match refused {
        Refused::Host => {
            (StatusCode::MISDIRECTED_REQUEST, Code::NotAllowed, "it is not served under this name")
        }
        Refused::Token => (StatusCode::UNAUTHORIZED, Code::NotAllowed, "a token is needed"),
        Refused::Rate => {
            (StatusCode::TOO_MANY_REQUESTS, Code::Busy, "too many requests; ask again in a second")
        }
    };
    let (_, mut document) = api::problem(&Problem::new(code, said), said);
    document["status"] = status.as_u16().into();
    let reply = match json {
        true => Reply::new(status.as_u16(), "application/problem+json", format!("{document:#}\n")),
        false => Reply::new(status.as_u16(), "text/plain; charset=utf-8", format!("{said}\n")),
    };
    let mut answer = written(&reply, None, false);
    let headers = answer.headers_mut();
    match refused {
        Refused::Token => headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer")),
        Refused::Rate => headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1")),
        Refused::Host => None,
    };
    answer
}

/// Headers that every answer has: nothing of elsewhere is loaded, nothing is framed, nothing is guessed.
const HEADERS: &[(&str, &str)] = &[
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cache-control", "no-cache"),
];

/// A reply as it goes out; nothing but the head where whoever asked has it already.
fn written(reply: &Reply, known: Option<&str>, head_only: bool) -> Answer {
    let tag = format!("\"{}\"", reply.tag);
    let same = reply.status == 200
        && known.is_some_and(|known| {
            known == "*" || known.split(',').any(|t| t.trim().trim_start_matches("W/") == tag)
        });
    let body = if same || head_only { Bytes::new() } else { Bytes::copy_from_slice(&reply.body) };
    let mut answer = Response::new(Full::new(body));
    let status = if same {
        StatusCode::NOT_MODIFIED
    } else {
        StatusCode::from_u16(reply.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    };
    *answer.status_mut() = status;
    let headers = answer.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(reply.mime));
    if head_only {
        headers.insert(header::CONTENT_LENGTH, HeaderValue::from(reply.body.len()));
    }
    if let Ok(tag) = HeaderValue::from_str(&tag)
        && reply.status == 200
    {
        headers.insert(header::ETAG, tag);
    }
    answer
}
