//! How sure a fact is.

crate::words! {
    /// How sure a fact that people entered is; the surest is the least.
    Certainty {
        /// Read in the primary text.
        Primary = "primary",
        /// From a secondary source that is named.
        Secondary = "secondary",
        /// To be checked against the primary text.
        Unconfirmed = "unconfirmed",
    }
}
