//! Writing: whole or not at all, and never by a link out of the folder.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Component, Path, PathBuf};

/// The start of the names of files that are being written. One that was left behind is no part of a record.
pub const TEMPORARY: &str = ".tmp-";

/// A folder that files are written into.
///
/// A received folder may hold links; one that leads out of it is refused, so that nothing of the user's is written over. A file is
/// written beside its place under a name that nobody can foresee, brought to the disk, and then named.
#[derive(Debug, Clone)]
pub struct Outlet {
    root: PathBuf,
}

fn refused(path: &Path) -> io::Error {
    let what =
        format!("{} is a link that leads out of its folder: put the folder itself there", path.display());
    io::Error::new(io::ErrorKind::PermissionDenied, what)
}

/// The part of a path below a folder that is a link out of it, if one is. Parts that are not there yet lead nowhere.
///
/// # Errors
/// If a part cannot be looked at.
pub fn leads_out(root: &Path, below: &Path) -> io::Result<Option<PathBuf>> {
    let whole = root.canonicalize()?;
    let mut path = root.to_owned();
    for part in below.components() {
        match part {
            Component::Normal(name) => path.push(name),
            Component::CurDir => continue,
            _ => return Ok(Some(path.join(part))),
        }
        match fs::symlink_metadata(&path) {
            Ok(about) if about.is_symlink() => match path.canonicalize() {
                Ok(to) if to.starts_with(&whole) => {}
                // A link to nothing would be made by whoever writes through it.
                Ok(_) => return Ok(Some(path)),
                Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(Some(path)),
                Err(e) => return Err(e),
            },
            Ok(_) => {}
            Err(e) if e.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(e) => return Err(e),
        }
    }
    Ok(None)
}

impl Outlet {
    /// The folder at a path, which is made if it is not there. The path itself may be a link: whoever names it means what it leads to.
    ///
    /// # Errors
    /// If it cannot be made.
    pub fn new(root: impl Into<PathBuf>) -> io::Result<Self> {
        let root = root.into();
        fs::create_dir_all(&root)?;
        Ok(Self { root: root.canonicalize()? })
    }

    /// Writes a file that must not be there yet; folders on the way are made.
    ///
    /// # Errors
    /// `AlreadyExists`, or what the system says. The file is then not there, unless only the folder could not be brought to the disk.
    pub fn create(&self, path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
        let (beside, full) = self.beside(path.as_ref(), bytes)?;
        beside.persist_noclobber(&full).map_err(|e| e.error)?;
        sync_parent(&full)
    }

    /// Writes a file in the place of the one that is there, if one is.
    ///
    /// # Errors
    /// What the system says. The file is then as it was, unless only the folder could not be brought to the disk.
    pub fn replace(&self, path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<()> {
        let (beside, full) = self.beside(path.as_ref(), bytes)?;
        if let Ok(about) = fs::metadata(&full) {
            beside.as_file().set_permissions(about.permissions())?;
        }
        beside.persist(&full).map_err(|e| e.error)?;
        sync_parent(&full)
    }

    /// The bytes in a file of their own beside the place where they belong, and that place.
    fn beside(&self, path: &Path, bytes: &[u8]) -> io::Result<(tempfile::NamedTempFile, PathBuf)> {
        let full = self.root.join(path);
        if let Some(link) = leads_out(&self.root, path)? {
            return Err(refused(&link));
        }
        let parent = full.parent().unwrap_or(&self.root);
        fs::create_dir_all(parent)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(parent)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok((file, full))
    }
}

/// Brings the name of a file to the disk.
fn sync_parent(path: &Path) -> io::Result<()> {
    let Some(parent) = path.parent().filter(|_| cfg!(unix)) else { return Ok(()) };
    File::open(parent).and_then(|dir| dir.sync_all()).map_err(|e| {
        let what = format!("it was written, but the folder could not be brought to the disk ({e}): after a power cut it may be missing");
        io::Error::new(e.kind(), what)
    })
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn files_are_made_once_and_replaced_whole() {
        let dir = tempfile::tempdir().unwrap();
        let outlet = Outlet::new(dir.path().join("new")).unwrap();
        outlet.create("a/b.toml", b"one").unwrap();
        assert_eq!(outlet.create("a/b.toml", b"two").unwrap_err().kind(), io::ErrorKind::AlreadyExists);
        let read = || fs::read_to_string(dir.path().join("new/a/b.toml")).unwrap();
        assert_eq!(read(), "one");
        outlet.replace("a/b.toml", b"two").unwrap();
        assert_eq!(read(), "two");
        let left = crate::names(&dir.path().join("new/a")).unwrap();
        assert_eq!(left, ["b.toml"], "nothing is left beside it");
    }

    #[test]
    fn no_link_is_followed_out() {
        let dir = tempfile::tempdir().unwrap();
        let outside = dir.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("victim"), "precious").unwrap();
        let root = dir.path().join("root");
        fs::create_dir_all(root.join("inner")).unwrap();
        let outlet = Outlet::new(&root).unwrap();
        symlink(&outside, root.join("folder")).unwrap();
        symlink(outside.join("victim"), root.join("file")).unwrap();
        symlink(outside.join("new"), root.join("dangling")).unwrap();
        symlink("inner", root.join("within")).unwrap();
        for path in ["folder/x", "file", "dangling", "../outside/x", "/etc/x"] {
            let create = outlet.create(path, b"x").unwrap_err();
            assert!(matches!(create.kind(), io::ErrorKind::PermissionDenied), "{path}: {create}");
            assert!(outlet.replace(path, b"x").is_err(), "{path}");
        }
        assert_eq!(fs::read_to_string(outside.join("victim")).unwrap(), "precious");
        assert_eq!(crate::names(&outside).unwrap(), ["victim"]);
        outlet.create("within/x", b"x").unwrap();
        assert!(root.join("inner/x").is_file());
    }
}
