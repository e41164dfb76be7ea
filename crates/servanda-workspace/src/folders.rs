/// The folders of a workspace. All are filled by the examples, and the files of all are part of the workspace's hash.
pub(crate) const FOLDERS: [&str; 14] = [
    "agreements",
    "bases",
    "calendars",
    "cases",
    "concordances",
    "evidence",
    "examples",
    "measures",
    "mirrors",
    "remedies",
    "rubrics",
    "schedules",
    "sources",
    "talks",
];
