//! The header of a file, and which description it fits.

use crate::describe::FileDescription;
use crate::error::{IngestError, Place, did_you_mean};
use crate::source_file::SourceFile;

pub(crate) fn no_description(source: &SourceFile, name: &str) -> IngestError {
    IngestError::NotDescribed {
        file: name.to_owned(),
        source_id: source.source.id.clone(),
        described_in: source.file_name.clone(),
    }
}

/// The descriptions whose columns are those of the header, by their places: all of them read the file. If there is none,
/// what is wrong by the nearest one.
pub(crate) fn choose(
    source: &SourceFile,
    numbers: &[usize],
    name: &str,
    header: &[String],
) -> Result<Vec<usize>, IngestError> {
    let faults = |file: &FileDescription| {
        let known = file.columns();
        let unknown: Vec<usize> = (0..header.len())
            .filter(|i| header.get(*i).is_some_and(|h| !known.contains(h.as_str())))
            .collect();
        let missing: Vec<String> =
            known.iter().filter(|k| !header.iter().any(|h| h == *k)).map(|k| (*k).to_owned()).collect();
        (unknown, missing)
    };
    let mut fitting = Vec::new();
    let mut best: Option<(usize, &FileDescription, Vec<usize>, Vec<String>)> = None;
    for (number, file) in numbers.iter().filter_map(|n| Some((*n, source.files.get(*n)?))) {
        let (unknown, missing) = faults(file);
        if unknown.is_empty() && missing.is_empty() {
            fitting.push(number);
            continue;
        }
        let count = unknown.len() + missing.len();
        if best.as_ref().is_none_or(|b| count < b.2.len() + b.3.len()) {
            best = Some((number, file, unknown, missing));
        }
    }
    if !fitting.is_empty() {
        return Ok(fitting);
    }
    let Some((_, file, unknown, missing)) = best else { return Err(no_description(source, name)) };
    let delimiter = match header {
        [only] if only.contains(';') => Some("semicolons"),
        [only] if only.contains('\t') => Some("tabs"),
        _ => None,
    };
    if let Some(delimiter) = delimiter {
        return Err(IngestError::Input {
            place: Place::line(name, 1),
            problem: format!("the columns are separated by {delimiter}"),
            remedy: "declare the separator in [file.dialect], or save it as CSV with commas".to_owned(),
        });
    }
    if let Some(column) = unknown.first() {
        let text = header.get(*column).cloned().unwrap_or_default();
        let hint = did_you_mean(&text, missing.iter().map(String::as_str));
        return Err(IngestError::Input {
            place: Place { file: name.to_owned(), line: Some(1), column: Some((column + 1, text.clone())) },
            problem: format!("the source's description `{}` knows no column `{text}`{hint}", file.name),
            remedy: format!("say in {} what it is, or list it under `ignore`", source.file_name),
        });
    }
    Err(IngestError::Input {
        place: Place::line(name, 1),
        problem: format!(
            "the column{} {} is missing, which the source's description `{}` needs",
            if missing.len() == 1 { "" } else { "s" },
            missing.iter().map(|m| format!("`{m}`")).collect::<Vec<_>>().join(", "),
            file.name
        ),
        remedy: format!("check that it is the right file, or change {}", source.file_name),
    })
}
