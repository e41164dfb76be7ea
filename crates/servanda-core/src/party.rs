//! Parties and currencies: three capital letters each, as in ISO 3166 and ISO 4217.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use std::fmt;

macro_rules! three_letters {
    ($(#[$doc:meta])* $name:ident, $what:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 3]);

        impl $name {
            /// Reads three capital ASCII letters; `None` for anything else.
            pub fn new(text: &str) -> Option<Self> {
                match text.as_bytes() {
                    [a, b, c] if [a, b, c].iter().all(|x| x.is_ascii_uppercase()) => {
                        Some(Self([*a, *b, *c]))
                    }
                    _ => None,
                }
            }

            /// The three letters.
            pub fn as_str(&self) -> &str {
                std::str::from_utf8(&self.0).unwrap_or_default()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }

        impl TryFrom<String> for $name {
            type Error = String;
            fn try_from(text: String) -> Result<Self, String> {
                Self::new(&text)
                    .ok_or_else(|| format!("`{text}` is not a {}: write three capital letters", $what))
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($name).into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({ "type": "string", "pattern": "^[A-Z]{3}$", "description": "Three capital letters" })
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.as_str().to_owned()
            }
        }
    };
}

three_letters!(
    /// A party to an agreement, by its ISO 3166 code: `CHN`, `USA`.
    Party,
    "party"
);
three_letters!(
    /// A currency, by its ISO 4217 code: `USD`, `CNY`.
    Currency,
    "currency"
);

impl Party {
    /// Nobody in particular: the code that ISO 3166 leaves to its users.
    pub const UNNAMED: Self = Self(*b"ZZZ");
    /// All partners together, as statistics have them: each single one is in it.
    pub const WORLD: Self = Self(*b"WLD");
}

impl Currency {
    /// The US dollar.
    pub const USD: Self = Self(*b"USD");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_three_capital_letters() {
        assert_eq!(Party::new("CHN").map(|p| p.to_string()).as_deref(), Some("CHN"));
        for bad in ["chn", "CH", "CHNA", "C1N", "", "CÄN"] {
            assert_eq!(Party::new(bad), None, "{bad}");
        }
    }
}
