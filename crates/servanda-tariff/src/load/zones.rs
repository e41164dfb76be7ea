//! All files of one importer have one clock: an instant of one and a day of another could not be compared otherwise.

use super::inbox::Inbox;
use super::schedule::Placed;
use crate::Measure;
use jiff::tz::TimeZone;
use servanda_core::Party;
use std::collections::BTreeMap;
use std::ops::Range;

/// Reports each file whose zone is not that of the first file of its importer.
pub(super) fn report(inbox: &mut Inbox<'_>, schedules: &[Placed], measures: &[(Measure, Range<usize>)]) {
    let schedules =
        schedules.iter().map(|s| (s.schedule.importer, &s.schedule.zone, s.file.clone(), s.zone.clone()));
    // The name of a measure's file is its id.
    let measures =
        measures.iter().map(|(m, at)| (m.importer, &m.zone, format!("measures/{}.toml", m.id), at.clone()));
    let mut first: BTreeMap<Party, (&TimeZone, String)> = BTreeMap::new();
    for (importer, zone, file, at) in schedules.chain(measures) {
        let Some((other, other_file)) = first.get(&importer) else {
            first.insert(importer, (zone, file));
            continue;
        };
        if zone == *other {
            continue;
        }
        let message =
            format!("the zone of {importer} is {} here and {} in {other_file}", name(zone), name(other));
        inbox.error(
            "two-zones",
            &file,
            Some(at),
            message,
            "write the same zone in all files of one importer",
        );
    }
}

fn name(zone: &TimeZone) -> &str {
    zone.iana_name().unwrap_or("another")
}
