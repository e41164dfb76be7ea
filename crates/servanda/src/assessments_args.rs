//! What the program can be asked about assessments and the people who make them.

use crate::args::{Ask, Shown};
use clap::Subcommand;
use servanda_workspace::request::{Approve, Assess, Assessments, KeyNew, PersonAdd, Reply, SetAside};

/// Commands on assessments; they stand among those on cases.
#[derive(Debug, Subcommand)]
pub enum AssessmentCommand {
    /// Enter people in the register
    #[command(subcommand)]
    Person(PersonCommand),
    /// Make keys to sign with
    #[command(subcommand)]
    Key(KeyCommand),
    Assess(Assess),
    Approve(Approve),
    SetAside(SetAside),
    Reply(Reply),
    Assessments(Ask<Assessments, Shown>),
}

/// Commands on the register of people.
#[derive(Debug, Subcommand)]
pub enum PersonCommand {
    Add(PersonAdd),
}

/// Commands on keys.
#[derive(Debug, Subcommand)]
pub enum KeyCommand {
    New(KeyNew),
}
