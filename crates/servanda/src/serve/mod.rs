//! `serve`: pages, charts and every reading command over HTTP. What is served is what the commands answer; nothing is worked out here,
//! and nothing is written. Who may ask, and how much, stands in [`guard`]; what an address means, in [`address`].

mod address;
mod api;
mod guard;
mod http;
mod pages;
mod prepared;
mod site;

pub(crate) use address::Shape;
pub(crate) use api::{fields_known, line, path};

use crate::Answer;
use crate::home::Home;
use clap::Args;
use guard::Guard;
use servanda_core::problem::{Field, Problem};
use servanda_workspace::{Live, WorkspaceError};
use site::Site;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::SystemTime;

// Show pages, charts and an API over HTTP, read-only.
#[derive(Debug, Clone, Args)]
#[group(skip)]
pub struct Serve {
    /// Where to listen; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// A name by which it is reached behind a proxy; may be repeated. Requests under other names are refused
    #[arg(long = "host", value_name = "NAME")]
    pub hosts: Vec<String>,
    /// A file with the SHA-256 of a read token in hexadecimal digits; requests then need `Authorization: Bearer TOKEN`
    #[arg(long, value_name = "FILE")]
    pub token_hash: Option<PathBuf>,
    /// So many requests may come from one address in a second, ten times as many at once
    #[arg(long, value_name = "N", default_value_t = 200)]
    pub rate: u32,
    /// Count the agreements of the first page only once it is asked for, not as soon as it listens
    #[arg(long)]
    pub lazy: bool,
}

/// Serves until it is told to stop (interrupt or terminate), then finishes what was asked.
pub fn answer(home: &Home<'_>, serve: &Serve) -> Result<Answer, WorkspaceError> {
    let token = serve.token_hash.as_deref().map(hash_in).transpose()?;
    let live = Live::open(home.root()?, SystemTime::now())?;
    let io =
        |e: std::io::Error| WorkspaceError::Io { path: serve.listen.to_string(), problem: e.to_string() };
    let site = Arc::new(Site::new(live));
    // It only reads, and ends with the program.
    let lazy = serve.lazy;
    let behind = Arc::clone(&site);
    std::thread::Builder::new().spawn(move || behind.prepare(!lazy)).map_err(io)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(io)?;
    runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(serve.listen).await.map_err(io)?;
        let address = listener.local_addr().map_err(io)?;
        crate::say(&format!("listening on http://{address}\n"));
        let guard = Guard::new(address, serve.hosts.clone(), token, serve.rate);
        http::run(listener, site, Arc::new(guard)).await.map_err(io)
    })?;
    Ok(Answer::text(""))
}

/// The hash of a token, as a file holds it.
fn hash_in(path: &std::path::Path) -> Result<[u8; 32], WorkspaceError> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| WorkspaceError::Io { path: path.display().to_string(), problem: e.to_string() })?;
    let word = text.split_whitespace().next().unwrap_or_default();
    guard::unhex(word).ok_or_else(|| {
        let said = format!(
            "{}: it has no SHA-256 of 64 hexadecimal digits, as `sha256sum` writes it",
            path.display()
        );
        Problem::bad_value(Field::Digest, said).into()
    })
}
