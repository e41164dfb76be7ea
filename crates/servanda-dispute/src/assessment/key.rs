//! Keys: Ed25519, as hexadecimal text. Randomness comes in as an argument.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use servanda_files::sha256;

/// The first word of a file with a private key.
const HEAD: &str = "servanda-private-key-1";

/// What is wrong with a key or a signature.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// Not the text of a public key.
    #[error(
        "it is no Ed25519 public key: write its 64 hexadecimal digits, as they are shown when a key is made"
    )]
    NotAKey,
    /// A key for which anybody could make signatures.
    #[error("this key is weak: anybody could sign for it; make another")]
    Weak,
    /// Not the text of a private key.
    #[error("it holds no private key: it is one line, `{HEAD}` and 64 hexadecimal digits")]
    NotAPrivateKey,
    /// Not the text of a signature.
    #[error("the signature is not 128 hexadecimal digits in small letters")]
    NotASignature,
    /// It does not fit what was signed.
    #[error("the signature does not fit what is written, or not this key")]
    Unfit,
}

/// A private key. Its text is never printed.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// A key from 32 random bytes.
    pub fn from_seed(seed: [u8; 32]) -> Self {
        Self(SigningKey::from_bytes(&seed))
    }

    /// Reads the text of a key file.
    pub fn parse(text: &str) -> Result<Self, KeyError> {
        let mut words = text.split_whitespace();
        match (words.next(), words.next().and_then(bytes::<32>), words.next()) {
            (Some(HEAD), Some(seed), None) => Ok(Self::from_seed(seed)),
            _ => Err(KeyError::NotAPrivateKey),
        }
    }

    /// The text of a key file.
    pub fn to_text(&self) -> String {
        format!("{HEAD} {}\n", hex(self.0.as_bytes()))
    }

    /// The public key, as hexadecimal text.
    pub fn public(&self) -> String {
        hex(self.0.verifying_key().as_bytes())
    }

    /// Signs a message that begins with what it is.
    pub(super) fn sign(&self, message: &[u8]) -> String {
        hex(&self.0.sign(message).to_bytes())
    }
}

/// Checks the text of a public key; gives it in lower case.
pub fn public_key(text: &str) -> Result<String, KeyError> {
    let key = verifying(text)?;
    if key.is_weak() { Err(KeyError::Weak) } else { Ok(hex(key.as_bytes())) }
}

/// The fingerprint of a public key: the first 32 hexadecimal digits of the SHA-256 of its 32 bytes; of a text that is no
/// key, `no key`.
pub fn fingerprint(key: &str) -> String {
    match bytes::<32>(key) {
        Some(key) => sha256(&key).chars().take(32).collect(),
        None => "no key".to_owned(),
    }
}

/// Whether a signature is that of a key over a message.
pub(super) fn verify(key: &str, message: &[u8], signature: &str) -> Result<(), KeyError> {
    let key = verifying(key)?;
    // One way to write it, so that a record has one name.
    let small = !signature.bytes().any(|b| b.is_ascii_uppercase());
    let signature = bytes::<64>(signature).filter(|_| small).ok_or(KeyError::NotASignature)?;
    key.verify_strict(message, &Signature::from_bytes(&signature)).map_err(|_| KeyError::Unfit)
}

fn verifying(text: &str) -> Result<VerifyingKey, KeyError> {
    let key = bytes::<32>(text).ok_or(KeyError::NotAKey)?;
    VerifyingKey::from_bytes(&key).map_err(|_| KeyError::NotAKey)
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        // Writing into a string cannot fail.
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// Exactly `N` bytes from hexadecimal text.
fn bytes<const N: usize>(text: &str) -> Option<[u8; N]> {
    if text.len() != N * 2 || !text.bytes().all(|b| b.is_ascii_hexdigit()) {
        return None;
    }
    let mut out = [0; N];
    for (n, byte) in out.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(n * 2..n * 2 + 2)?, 16).ok()?;
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_reads_back_and_signs_one_message() {
        let key = SecretKey::from_seed([7; 32]);
        let again = SecretKey::parse(&key.to_text()).unwrap();
        assert_eq!(key.public(), again.public());
        let signature = again.sign(b"one");
        assert_eq!(verify(&key.public(), b"one", &signature), Ok(()));
        assert_eq!(verify(&key.public(), b"two", &signature), Err(KeyError::Unfit));
        let other = SecretKey::from_seed([8; 32]).public();
        assert_eq!(verify(&other, b"one", &signature), Err(KeyError::Unfit));
        assert_eq!(public_key(&other.to_uppercase()), Ok(other));
        assert_eq!(public_key("12"), Err(KeyError::NotAKey));
        // The neutral element: every message has a signature.
        let weak = format!("01{}", "0".repeat(62));
        assert_eq!(public_key(&weak), Err(KeyError::Weak));
        assert!(SecretKey::parse("servanda-private-key-1 12").is_err());
    }

    #[test]
    fn rfc_8032_vector() {
        let seed = "servanda-private-key-1 9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
        let key = SecretKey::parse(seed).unwrap();
        assert_eq!(key.public(), "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a");
        let signed = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
        assert_eq!(key.sign(b""), signed);
    }
}
