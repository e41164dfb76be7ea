//! Pages and charts, from the documents with which commands answer.
//!
//! Every function is pure: documents in, HTML or SVG out. Nothing is worked out here, so that a page says what the command says;
//! whatever others wrote (titles, reasons, claims) is escaped. Pages are whole without JavaScript, and take no style but
//! [`STYLE`].

mod agreement;
mod chart;
mod commitment;
mod frame;
mod home;
mod lists;
mod read;

pub use agreement::agreement;
pub use chart::chart;
pub use commitment::commitment;
pub use frame::{Frame, STYLE, problem};
pub use home::{Asked, Changed, Duties, Known, Overview, Standing, home};
pub use lists::{api, claims, due, evidence, tariffs};
