//! Records of a source against each other: whether one is gone that another names, and whether their days and numbers fit.

use super::{Check, Records};
use crate::manifest::{self, Manifest, ManifestVintage};
use jiff::ToSpan;
use servanda_core::Timestamp;
use std::collections::{BTreeMap, BTreeSet};

impl Check<'_> {
    /// Whether each record that another says was there is here.
    pub(super) fn chain(&mut self, records: &Records) {
        let here: BTreeSet<String> = records
            .manifests
            .keys()
            .map(|n| format!("manifests/{n}"))
            .chain(records.withdrawals.keys().map(|n| format!("withdrawals/{n}")))
            .chain(records.meanings.keys().map(|n| format!("meanings/{n}")))
            .collect();
        let mut lost: BTreeMap<String, String> = BTreeMap::new();
        let mut asks = |by: String, of: &[String]| {
            for record in of.iter().filter(|r| !here.contains(*r)) {
                lost.entry(record.clone()).or_insert_with(|| by.clone());
            }
        };
        for (name, m) in &records.manifests {
            asks(format!("manifests/{name}"), &m.before);
        }
        for (name, w) in &records.withdrawals {
            asks(format!("withdrawals/{name}"), &w.before);
            asks(format!("withdrawals/{name}"), &[format!("manifests/{}", w.manifest)]);
        }
        for (name, u) in &records.meanings {
            asks(format!("meanings/{name}"), &u.before);
            asks(format!("meanings/{name}"), &[format!("manifests/{}", u.manifest)]);
        }
        for (record, by) in lost {
            let problem =
                format!("it is not here, and {by} says that it was: restore it from a copy of the store");
            self.report.fault(&format!("{}/{record}", self.id), problem);
        }
        for (name, u) in &records.meanings {
            let same = records.meanings.values().all(|o| o.manifest != u.manifest || o.meaning == u.meaning);
            if !same {
                let path = format!("{}/{name}", manifest::meanings(self.id));
                self.report.fault(&path, "another record says something else of the same manifest");
            }
        }
    }

    /// Ingests of several files of which not all manifests are here.
    pub(super) fn groups(&mut self, records: &Records, left: &[(String, Manifest)]) {
        let mut sizes: BTreeMap<&str, (u32, u32, &str)> = BTreeMap::new();
        for (name, m) in &records.manifests {
            if let Some(group) = &m.group {
                let (here, size, _) = sizes.entry(&group.id).or_insert((0, group.size, name));
                *here += 1;
                if *size != group.size {
                    let path = format!("{}/{name}", manifest::manifests(self.id));
                    let problem = format!(
                        "it is one of {} manifests of one ingest, and another says {size}",
                        group.size
                    );
                    self.report.fault(&path, problem);
                }
            }
        }
        for (id, (here, size, name)) in sizes {
            let waiting = left.iter().filter(|(_, m)| m.group.as_ref().is_some_and(|g| g.id == id)).count();
            if here < size && here as usize + waiting < size as usize {
                let path = format!("{}/{name}", manifest::manifests(self.id));
                let problem = format!(
                    "it is one of {size} manifests of one ingest, and {here} are here: none of them counts; restore the \
                     others from a copy of the store"
                );
                self.report.fault(&path, problem);
            }
        }
    }

    /// Whether a record says that it was recorded before one that was there already. Clocks differ by less than a day.
    pub(super) fn times(&mut self, records: &Records) {
        let mut recorded: BTreeMap<String, (Timestamp, Vec<String>)> = BTreeMap::new();
        for (name, m) in &records.manifests {
            recorded.insert(format!("manifests/{name}"), (m.recorded, m.before.clone()));
        }
        for (name, w) in &records.withdrawals {
            let mut before = w.before.clone();
            before.push(format!("manifests/{}", w.manifest));
            recorded.insert(format!("withdrawals/{name}"), (w.recorded, before));
        }
        for (name, u) in &records.meanings {
            let mut before = u.before.clone();
            before.push(format!("manifests/{}", u.manifest));
            recorded.insert(format!("meanings/{name}"), (u.recorded, before));
        }
        for (name, (at, before)) in &recorded {
            let earlier = before.iter().filter_map(|other| Some((other, recorded.get(other)?.0)));
            let day = at.checked_add(24.hours()).unwrap_or(*at);
            if let Some((other, was)) = earlier.into_iter().find(|(_, was)| *was > day) {
                let problem = format!(
                    "it says that it was recorded {at}, and {other}, which was there before it, {was}"
                );
                self.report.fault(&format!("{}/{name}", self.id), problem);
            }
        }
    }

    /// Whether withdrawals are of vintages that are there, by number and by day.
    pub(super) fn withdrawn(&mut self, records: &Records) {
        for (name, w) in &records.withdrawals {
            let Some(manifest) = records.manifests.get(&w.manifest) else { continue };
            let path = format!("{}/{name}", manifest::withdrawals(self.id));
            let of_day = |stated: &ManifestVintage| w.vintage.starts_with(&stated.date.to_string());
            match manifest.vintages.get(w.number as usize) {
                None => self.report.fault(&path, "it withdraws a vintage that is not in its manifest"),
                Some(stated) if !of_day(stated) => {
                    let problem = format!(
                        "it withdraws {}, and what it names was published {}",
                        w.vintage, stated.published
                    );
                    self.report.fault(&path, problem);
                }
                Some(_) => {}
            }
        }
    }
}
