//! Writes down which files of the repository stand inside the program: every file of a workspace's folders, without the originals,
//! the locks and the script that counts working days a second time.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[path = "src/folders.rs"]
mod folders;

fn main() -> io::Result<()> {
    let workspace = Path::new(&variable("CARGO_MANIFEST_DIR")?).join("../..").canonicalize()?;
    let mut files = Vec::new();
    for folder in folders::FOLDERS {
        println!("cargo::rerun-if-changed={}", workspace.join(folder).display());
        gather(&workspace, folder, &mut files)?;
    }
    files.sort();
    let mut text = String::from("&[\n");
    for file in files {
        let path = workspace.join(&file);
        let path = path.to_str().ok_or_else(|| io::Error::other(format!("{path:?} is not UTF-8")))?;
        writeln!(text, "    ({file:?}, include_bytes!({path:?})),").map_err(io::Error::other)?;
    }
    text.push(']');
    fs::write(PathBuf::from(variable("OUT_DIR")?).join("examples.rs"), text)
}

fn variable(name: &str) -> io::Result<String> {
    env::var(name).map_err(|e| io::Error::other(format!("{name}: {e}")))
}

/// The files below a folder, by their paths in the workspace.
fn gather(workspace: &Path, folder: &str, files: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(workspace.join(folder))? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_str().ok_or_else(|| io::Error::other(format!("{name:?} is not UTF-8")))?;
        let path = format!("{folder}/{name}");
        if entry.file_type()?.is_dir() {
            if !(name == "originals" && folder.starts_with("evidence/")) {
                gather(workspace, &path, files)?;
            }
        } else if name != ".lock" && (folder != "calendars" || name.ends_with(".toml")) {
            files.push(path);
        }
    }
    Ok(())
}
