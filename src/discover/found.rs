//! A file that a walk found: where it is, as the system, the walk and reports know it.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{PathError, Seen};
use crate::source::FileKind;

/// A file to search.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Found {
    /// The path to open.
    pub path: PathBuf,
    /// What kind of file it is.
    pub kind: FileKind,
    /// Whether the user named this very file.
    pub named: bool,
    /// The folder that was walked, where it was found in one.
    pub folder: Option<Arc<Walked>>,
    /// What a look into it has shown, where the walk took one: the error, where it cannot be read.
    pub seen: Option<Result<Seen, Box<PathError>>>,
    /// As reports show it, where that does not follow from the folder and the path: most files are never shown.
    display: Option<Box<str>>,
}

/// A folder that was walked.
#[derive(PartialEq, Eq, Debug)]
pub struct Walked {
    /// As it was opened.
    pub opened: PathBuf,
    /// Absolute, without links.
    pub real: PathBuf,
    /// As reports show it; empty for the base folder.
    pub(super) display: String,
}

impl Walked {
    /// What of a path below the folder follows the folder's own.
    fn rest_of<'p>(&self, path: &'p Path) -> &'p [u8] {
        let bytes = path.as_os_str().as_encoded_bytes();
        let rest = bytes.get(self.opened.as_os_str().len()..).unwrap_or_default();
        let start = rest.iter().position(|byte| !std::path::is_separator(char::from(*byte)));
        rest.get(start.unwrap_or(rest.len())..).unwrap_or_default()
    }

    /// A path below the folder as reports show it.
    pub(super) fn display_of(&self, path: &Path) -> String {
        let rest = String::from_utf8_lossy(self.rest_of(path));
        let joined = match (self.display.as_str(), &*rest) {
            ("", rest) => rest.to_owned(),
            (root, "") => root.to_owned(),
            (root, rest) if root.ends_with('/') => format!("{root}{rest}"),
            (root, rest) => format!("{root}/{rest}"),
        };
        if cfg!(windows) { joined.replace('\\', "/") } else { joined }
    }
}

impl Found {
    /// A file that the user named.
    #[must_use]
    pub fn named(path: PathBuf, display: String, kind: FileKind) -> Self {
        Self { path, kind, named: true, folder: None, seen: None, display: Some(display.into()) }
    }

    /// A file that was found in a folder.
    pub(super) fn in_folder(path: &Path, kind: FileKind, folder: &Arc<Walked>) -> Self {
        // What is shown in another way than it is stored would not be in the order of its bytes.
        let plain = !cfg!(windows) && std::str::from_utf8(folder.rest_of(path)).is_ok();
        let display = (!plain).then(|| folder.display_of(path).into());
        // The walk's own path has room for more.
        Self { path: path.to_owned(), kind, named: false, folder: Some(folder.clone()), seen: None, display }
    }

    /// As reports show it: relative to the base folder with `/`; for a file outside of it, by the path that was named.
    #[must_use]
    pub fn display(&self) -> Cow<'_, str> {
        match (&self.display, &self.folder) {
            (Some(display), _) => Cow::Borrowed(display),
            (None, Some(folder)) => Cow::Owned(folder.display_of(&self.path)),
            (None, None) => self.path.to_string_lossy(),
        }
    }

    /// The folder that was walked, and the rest of the path.
    #[must_use]
    pub fn in_walk(&self) -> Option<(&Arc<Walked>, &[u8])> {
        self.folder.as_ref().map(|folder| (folder, folder.rest_of(&self.path)))
    }

    /// By what reports show, then by path.
    pub(super) fn order(&self, other: &Self) -> Ordering {
        match (&self.folder, &other.folder) {
            // What follows the folder's own path is the same in both.
            (Some(a), Some(b)) if Arc::ptr_eq(a, b) && self.display.is_none() && other.display.is_none() => {
                self.path.as_os_str().cmp(other.path.as_os_str())
            }
            _ => self.display().cmp(&other.display()).then_with(|| self.path.cmp(&other.path)),
        }
    }

    /// The absolute path without links. Asks the file system only where the file itself was named.
    #[must_use]
    pub fn real_path(&self) -> PathBuf {
        // Links are not followed in a walk: below its folder there are none.
        let walked = self.folder.as_deref().and_then(|f| Some((f, self.path.strip_prefix(&f.opened).ok()?)));
        match walked {
            Some((folder, rest)) => folder.real.join(rest),
            None => fs::canonicalize(&self.path).unwrap_or_else(|_| self.path.clone()),
        }
    }
}
