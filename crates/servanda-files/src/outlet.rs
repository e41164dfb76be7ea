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
        make_dir(&root)?;
        Ok(Self { root: root.canonicalize()? })
    }

    /// Writes a file that must not be there yet; folders on the way are made. Gives what the system did not confirm.
    ///
    /// # Errors
    /// `AlreadyExists`, or what the system says. The file is then not there.
    pub fn create(&self, path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<Doubt> {
        self.create_for(0o666, path.as_ref(), bytes)
    }

    fn create_for(&self, mode: u32, path: &Path, bytes: &[u8]) -> io::Result<Doubt> {
        let (beside, full) = self.beside(mode, path, bytes)?;
        beside.persist_noclobber(&full).map_err(|e| e.error)?;
        Ok(unconfirmed(full.parent().unwrap_or(&self.root)))
    }

    /// Writes files that belong together, the last of which says that they are there. After a stop it can be done again: of those
    /// that are there already each must be the same, and the last must not be there.
    ///
    /// # Errors
    /// `AlreadyExists`, before anything is written, or what the system says; what this made is then taken away again. The path
    /// is that of the file concerned.
    pub fn create_all(&self, files: &[(PathBuf, &[u8])]) -> Result<Doubt, (PathBuf, io::Error)> {
        // One at a time: what one takes away after a failure may be what another found there.
        let _turn = turn(&self.root).map_err(|e| (self.root.clone(), e))?;
        let mut missing = Vec::new();
        for (at, (path, bytes)) in files.iter().enumerate() {
            let full = self.root.join(path);
            let is_last = at + 1 == files.len();
            match fs::symlink_metadata(&full) {
                Err(e) if e.kind() == io::ErrorKind::NotFound => missing.push((path, *bytes)),
                Ok(about) if about.is_file() && !is_last && same(&full, bytes) => {}
                Ok(_) => return Err((path.clone(), io::ErrorKind::AlreadyExists.into())),
                Err(e) => return Err((path.clone(), e)),
            }
        }
        let mut doubt = None;
        for (at, (path, bytes)) in missing.iter().enumerate() {
            match self.create(path, bytes) {
                Ok(unsure) => doubt = doubt.or(unsure),
                Err(e) => {
                    for (made, _) in missing.iter().take(at) {
                        let _ = fs::remove_file(self.root.join(made));
                    }
                    return Err(((*path).clone(), e));
                }
            }
        }
        Ok(doubt)
    }

    /// Writes a file in the place of the one that is there, if one is. Gives what the system did not confirm.
    ///
    /// # Errors
    /// What the system says. The file is then as it was.
    pub fn replace(&self, path: impl AsRef<Path>, bytes: &[u8]) -> io::Result<Doubt> {
        let (beside, full) = self.beside(0o666, path.as_ref(), bytes)?;
        if let Ok(about) = fs::metadata(&full) {
            beside.as_file().set_permissions(about.permissions())?;
        }
        beside.persist(&full).map_err(|e| e.error)?;
        Ok(unconfirmed(full.parent().unwrap_or(&self.root)))
    }

    /// Takes a file away, if one is there, and brings that to the disk.
    ///
    /// # Errors
    /// What the system says.
    pub fn remove(&self, path: impl AsRef<Path>) -> io::Result<()> {
        let path = path.as_ref();
        if let Some(link) = leads_out(&self.root, path.parent().unwrap_or(path))? {
            return Err(refused(&link));
        }
        let full = self.root.join(path);
        match fs::remove_file(&full) {
            Ok(()) => sync_dir(full.parent().unwrap_or(&self.root)),
            Err(e) if e.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(e) => Err(e),
        }
    }

    /// The bytes in a file of their own beside the place where they belong, and that place.
    fn beside(&self, mode: u32, path: &Path, bytes: &[u8]) -> io::Result<(tempfile::NamedTempFile, PathBuf)> {
        let full = self.root.join(path);
        if let Some(link) = leads_out(&self.root, path)? {
            return Err(refused(&link));
        }
        let parent = full.parent().unwrap_or(&self.root);
        make_dir(parent)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(TEMPORARY);
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(mode));
        let mut file = builder.tempfile_in(parent)?;
        file.write_all(bytes)?;
        file.as_file().sync_all()?;
        Ok((file, full))
    }
}

/// Writes a file that must not be there yet, at a path that the user names, whole and by the rules of an [`Outlet`]. Its folder must
/// be there.
///
/// # Errors
/// `AlreadyExists`, for a link too, or what the system says.
pub fn create_file(path: &Path, bytes: &[u8]) -> io::Result<Doubt> {
    create_beside(0o666, path, bytes)
}

/// The same for a file that only its owner may read.
///
/// # Errors
/// As [`create_file`].
pub fn create_private_file(path: &Path, bytes: &[u8]) -> io::Result<Doubt> {
    create_beside(0o600, path, bytes)
}

fn create_beside(mode: u32, path: &Path, bytes: &[u8]) -> io::Result<Doubt> {
    let name = path.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::IsADirectory))?;
    let parent = path.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let outlet = Outlet { root: parent.canonicalize()? };
    if fs::symlink_metadata(path).is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    outlet.create_for(mode, name.as_ref(), bytes)
}

/// Waits until nobody else writes files together into a folder; it is so until what this gives is dropped, by a kill too. Where
/// folders cannot be locked nobody waits.
///
/// # Errors
/// If the folder cannot be opened.
pub fn turn(dir: &Path) -> io::Result<Option<File>> {
    if !cfg!(unix) {
        return Ok(None);
    }
    let dir = File::open(dir)?;
    Ok(dir.lock().is_ok().then_some(dir))
}

/// Whether a file holds these bytes.
fn same(path: &Path, bytes: &[u8]) -> bool {
    fs::metadata(path).is_ok_and(|about| about.len() == bytes.len() as u64)
        && fs::read(path).is_ok_and(|held| held == bytes)
}

/// What the system did not confirm once a thing was done: said, and no failure.
pub type Doubt = Option<String>;

/// Brings a folder to the disk, after names in it changed; what to say if that fails.
#[must_use]
pub fn unconfirmed(dir: &Path) -> Doubt {
    sync_dir(dir).err().map(|e| {
        format!("{}: it is done, but the system did not confirm that it is on disk ({e})", dir.display())
    })
}

/// Brings a folder to the disk.
///
/// # Errors
/// What the system says.
pub fn sync_dir(dir: &Path) -> io::Result<()> {
    if cfg!(unix) { File::open(dir)?.sync_all() } else { Ok(()) }
}

/// Makes a folder and those above it, each brought to the disk in the one above.
///
/// # Errors
/// What the system says.
pub fn make_dir(dir: &Path) -> io::Result<()> {
    if dir.as_os_str().is_empty() || dir.is_dir() {
        return Ok(());
    }
    let parent = dir.parent().filter(|p| !p.as_os_str().is_empty()).unwrap_or(Path::new("."));
    make_dir(parent)?;
    match fs::create_dir(dir) {
        Ok(()) => sync_dir(parent),
        Err(e) if e.kind() == io::ErrorKind::AlreadyExists => Ok(()),
        Err(e) => Err(e),
    }
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
    fn files_that_belong_together_are_there_whole_or_can_be_made_again() {
        let dir = tempfile::tempdir().unwrap();
        let outlet = Outlet::new(dir.path()).unwrap();
        let of = |third: &'static [u8]| {
            [("a/x", &b"1"[..]), ("y", b"2"), ("head", third)].map(|(path, b)| (PathBuf::from(path), b))
        };
        // As after a stop.
        outlet.create("a/x", b"1").unwrap();
        assert_eq!(outlet.create_all(&of(b"3")).unwrap(), None);
        let read = |path: &str| fs::read(dir.path().join(path)).unwrap();
        assert_eq!((read("a/x"), read("y"), read("head")), (b"1".into(), b"2".into(), b"3".into()));
        let (path, said) = outlet.create_all(&of(b"3")).unwrap_err();
        assert_eq!((path, said.kind()), ("head".into(), io::ErrorKind::AlreadyExists), "it is done already");
        // Another file in the place of one of them.
        fs::remove_file(dir.path().join("head")).unwrap();
        fs::write(dir.path().join("a/x"), "other").unwrap();
        fs::remove_file(dir.path().join("y")).unwrap();
        assert_eq!(outlet.create_all(&of(b"3")).unwrap_err().0, PathBuf::from("a/x"));
        assert_eq!(crate::names(dir.path()).unwrap(), ["a/"], "nothing was written");
        // One that cannot be written: what was made before it is taken away.
        fs::remove_file(dir.path().join("a/x")).unwrap();
        symlink("/nowhere/at/all", dir.path().join("out")).unwrap();
        let files = [("y", &b"2"[..]), ("out/z", b"3")].map(|(path, b)| (PathBuf::from(path), b));
        assert_eq!(outlet.create_all(&files).unwrap_err().0, PathBuf::from("out/z"));
        assert_eq!(crate::names(dir.path()).unwrap(), ["a/", "out"]);
    }

    #[test]
    fn of_several_who_write_the_same_files_together_one_does_it_and_whole() {
        let dir = tempfile::tempdir().unwrap();
        let files: Vec<(PathBuf, &[u8])> =
            (0..6).map(|n| (PathBuf::from(format!("f{n}")), &b"x"[..])).collect();
        for turn in 0..20 {
            let root = dir.path().join(turn.to_string());
            let write = || Outlet::new(&root).unwrap().create_all(&files).is_ok();
            let done = std::thread::scope(|scope| {
                let all = [(); 4].map(|()| scope.spawn(write));
                all.into_iter().map(|t| t.join().unwrap()).filter(|done| *done).count()
            });
            assert_eq!((done, crate::names(&root).unwrap().len()), (1, files.len()), "turn {turn}");
        }
    }

    #[test]
    fn a_named_file_is_made_once_and_through_no_link() {
        let dir = tempfile::tempdir().unwrap();
        let path = |name: &str| dir.path().join(name);
        fs::write(path("victim"), "precious").unwrap();
        symlink(path("victim"), path("link")).unwrap();
        symlink(path("nowhere"), path("dangling")).unwrap();
        for name in ["victim", "link", "dangling"] {
            let said = create_file(&path(name), b"x").unwrap_err();
            assert_eq!(said.kind(), io::ErrorKind::AlreadyExists, "{name}");
        }
        assert_eq!(create_file(&path("no/such"), b"x").unwrap_err().kind(), io::ErrorKind::NotFound);
        assert_eq!(fs::read_to_string(path("victim")).unwrap(), "precious");
        assert!(!path("nowhere").exists() && !path("no").exists());
        create_private_file(&path("key"), b"secret").unwrap();
        let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(path("key")).unwrap().permissions());
        assert_eq!(mode & 0o777, 0o600);
        assert!(create_private_file(&path(".."), b"x").is_err());
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
