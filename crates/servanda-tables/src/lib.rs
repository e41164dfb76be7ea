//! Tables as publishers give them.
//!
//! [`open`] turns a publisher's own bytes into a header and rows of text. What the file looks like is said by a [`Dialect`]: its
//! form, its separator and encoding, what stands above and below the table, what its columns are. Nothing is guessed: what
//! a dialect does not say is refused with the row. [`sniff`] says what a file looks like, for whoever writes a dialect.
//!
//! Each form is a reader behind one trait, [`Rows`], and so is each change of shape (titles and footnotes, periods in columns,
//! two columns that are one): they stand on each other. A form is one file and its line in [`Form`].
//!
//! Everything is bounded by the size of the file: what is packed unpacks to at most [`UNPACKED_RATIO`] times its size (or
//! 16 MiB), entities of XML are not expanded, JSON has at most 64 levels.

mod container;
mod delimited;
mod dialect;
mod encoding;
mod error;
mod eurostat;
mod form;
mod head;
mod html;
mod json;
mod number;
mod pattern;
mod reshape;
mod sdmx_csv;
mod sdmx_ml;
mod sheet;
mod sniff;
mod table;

pub use container::UNPACKED_RATIO;
pub use dialect::{
    Columns, DecimalMark, Dialect, Encoding, Footnotes, Join, PeriodIn, Sections, Separator, Thousands,
    Totals, Wide,
};
pub use error::TableError;
pub use form::Form;
pub use pattern::{Pattern, PatternError};
pub use sniff::{Answer, Found, Grid, sniff};
pub use table::{Rows, Table, open};
