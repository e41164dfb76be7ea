//! Ids that are also names of files and folders.

/// Whether a text can be the id of an agreement, a record, a case or a person: lower-case letters, digits and hyphens, at most
/// 100 of them, no hyphen first.
pub fn is_id(id: &str) -> bool {
    let good = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
    !id.is_empty() && id.len() <= 100 && id.bytes().all(good) && !id.starts_with('-')
}

#[cfg(test)]
mod tests {
    use super::is_id;

    #[test]
    fn an_id_is_a_plain_name() {
        assert!(["a", "us-china-2018-2019", "7x44", &"a".repeat(100)].iter().all(|id| is_id(id)));
        for bad in ["", "-a", "A", "a b", "a/b", "..", "a.b", "\u{e9}", &"a".repeat(101)] {
            assert!(!is_id(bad), "{bad}");
        }
    }
}
