//! What the program can be asked about talks.

use crate::args::{Ask, Shown};
use clap::Subcommand;
use servanda_workspace::request::{
    TalksCheck, TalksConflicts, TalksExport, TalksImport, TalksTable, TalksTimeline, TalksTriggers,
};

/// Commands on the record of talks.
#[derive(Debug, Subcommand)]
pub enum TalksCommand {
    Import(TalksImport),
    Table(Ask<TalksTable, Shown>),
    Conflicts(Ask<TalksConflicts, Shown>),
    Check(Ask<TalksCheck, Shown>),
    Timeline(Ask<TalksTimeline, Shown>),
    Triggers(Ask<TalksTriggers, Shown>),
    Export(TalksExport),
}
