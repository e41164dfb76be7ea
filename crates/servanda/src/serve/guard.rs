//! Who may ask, and how much.

use std::collections::HashMap;
use std::net::{IpAddr, SocketAddr};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use subtle::ConstantTimeEq;

/// So many addresses are counted apart; then all begin anew.
const COUNTED: usize = 10_000;

/// Who may ask, and how much.
pub struct Guard {
    names: Vec<String>,
    token: Option<[u8; 32]>,
    rate: f64,
    spent: Mutex<HashMap<IpAddr, (Instant, f64)>>,
}

/// Why a request is not answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refused {
    /// It was sent to another host.
    Host,
    /// It has no token, or a wrong one.
    Token,
    /// Too many came from one address.
    Rate,
}

impl Guard {
    /// For the address on which it listens, further names, the hash of a token, and requests a second for one address.
    pub fn new(address: SocketAddr, hosts: Vec<String>, token: Option<[u8; 32]>, rate: u32) -> Self {
        let mut names = hosts;
        names.push(address.ip().to_string());
        if address.ip().is_loopback() {
            names.extend(["localhost", "127.0.0.1", "::1"].map(str::to_owned));
        }
        for name in &mut names {
            name.make_ascii_lowercase();
        }
        Self { names, token, rate: f64::from(rate.max(1)), spent: Mutex::default() }
    }

    /// Whether a request may be answered: the address from which it came, the host that it names, and what it says for itself.
    pub fn admit(
        &self,
        peer: IpAddr,
        host: Option<&str>,
        authorization: Option<&str>,
        now: Instant,
    ) -> Result<(), Refused> {
        if !self.rate_allows(peer, now) {
            return Err(Refused::Rate);
        }
        // Under a name that leads here from elsewhere, a page of elsewhere could read what it may not.
        if !host.is_some_and(|host| self.is_ours(host)) {
            return Err(Refused::Host);
        }
        match (self.token, authorization.and_then(|a| a.strip_prefix("Bearer "))) {
            (None, _) => Ok(()),
            (Some(hash), Some(given)) => {
                let given = unhex(&servanda_files::sha256(given.trim().as_bytes())).unwrap_or_default();
                if bool::from(given.ct_eq(&hash)) { Ok(()) } else { Err(Refused::Token) }
            }
            (Some(_), None) => Err(Refused::Token),
        }
    }

    fn is_ours(&self, host: &str) -> bool {
        let name = match host.strip_prefix('[') {
            Some(rest) => rest.split(']').next().unwrap_or_default(),
            None => host.rsplit_once(':').map_or(host, |(name, _)| name),
        };
        self.names.iter().any(|own| own.eq_ignore_ascii_case(name))
    }

    /// Each address has ten seconds' worth of requests, which fill up again as time goes by.
    fn rate_allows(&self, peer: IpAddr, now: Instant) -> bool {
        let mut spent = self.spent.lock().unwrap_or_else(PoisonError::into_inner);
        if spent.len() > COUNTED {
            spent.clear();
        }
        let most = self.rate * 10.0;
        let (last, left) = spent.entry(peer).or_insert((now, most));
        *left = (*left + now.saturating_duration_since(*last).as_secs_f64() * self.rate).min(most);
        *last = now;
        let allowed = *left >= 1.0;
        if allowed {
            *left -= 1.0;
        }
        allowed
    }
}

/// Bytes from their hexadecimal digits.
pub fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits: Vec<u8> = text.chars().map(|c| c.to_digit(16).map(|d| d as u8)).collect::<Option<_>>()?;
    let mut bytes = [0; 32];
    if digits.len() != 64 {
        return None;
    }
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        if let [high, low] = pair {
            *byte = high * 16 + low;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn guard(token: Option<&str>, rate: u32) -> Guard {
        let token = token.and_then(|t| unhex(&servanda_files::sha256(t.as_bytes())));
        Guard::new("127.0.0.1:8080".parse().unwrap(), vec!["Deals.example".into()], token, rate)
    }

    const PEER: IpAddr = IpAddr::V4(std::net::Ipv4Addr::LOCALHOST);

    #[test]
    fn a_host_of_elsewhere_is_refused() {
        let guard = guard(None, 100);
        let now = Instant::now();
        for host in ["localhost:8080", "127.0.0.1", "[::1]:8080", "deals.example", "DEALS.example:443"] {
            assert_eq!(guard.admit(PEER, Some(host), None, now), Ok(()), "{host}");
        }
        for host in [Some("evil.example"), Some("localhost.evil.example"), Some(""), None] {
            assert_eq!(guard.admit(PEER, host, None, now), Err(Refused::Host), "{host:?}");
        }
    }

    #[test]
    fn a_token_is_compared_by_its_hash() {
        let guard = guard(Some("open sesame"), 100);
        let now = Instant::now();
        let asked = |authorization| guard.admit(PEER, Some("localhost"), authorization, now);
        assert_eq!(asked(Some("Bearer open sesame")), Ok(()));
        for wrong in [None, Some("Bearer open"), Some("open sesame"), Some("Basic open sesame")] {
            assert_eq!(asked(wrong), Err(Refused::Token), "{wrong:?}");
        }
    }

    #[test]
    fn an_address_has_so_many_requests_and_then_as_time_goes_by() {
        let guard = guard(None, 2);
        let now = Instant::now();
        let allowed = (0..50).filter(|_| guard.admit(PEER, Some("localhost"), None, now).is_ok()).count();
        assert_eq!(allowed, 20);
        let later = now + Duration::from_secs(3);
        let allowed = (0..50).filter(|_| guard.admit(PEER, Some("localhost"), None, later).is_ok()).count();
        assert_eq!(allowed, 6);
    }
}
