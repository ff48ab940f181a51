//! What is wrong with a path, in one sentence each.

use std::io;
use std::path::Path;

use crate::source::FileKind;

/// A path that could not be searched.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct PathError {
    /// The path as reports show it.
    pub path: String,
    /// What kind of error.
    pub kind: PathErrorKind,
    /// One sentence that does not repeat the path, without a full stop.
    pub message: String,
    /// Whether the user named this very path, or it was met in a folder.
    pub named: bool,
}

/// Kinds of errors of paths.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum PathErrorKind {
    /// Nothing is there.
    NotFound,
    /// It is there and cannot be read.
    Unreadable,
    /// A file with an extension that is not read.
    UnknownKind,
    /// Neither a file nor a folder.
    NotAFile,
    /// It passes the limit of size.
    TooLarge,
}

impl PathError {
    pub(super) fn new(path: &str, named: bool, kind: PathErrorKind, message: impl Into<String>) -> Self {
        Self { path: path.to_owned(), kind, message: message.into(), named }
    }

    /// The error of a failed operation on `path`.
    pub(super) fn io(path: &str, named: bool, error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::NotFound => {
                Self::new(path, named, PathErrorKind::NotFound, "there is no such file or folder")
            }
            _ => {
                let message = format!("it cannot be read: {}", reason(error));
                Self::new(path, named, PathErrorKind::Unreadable, message)
            }
        }
    }

    pub(super) fn unknown_kind(path: &str, file: &Path) -> Self {
        let known = FileKind::extensions().collect::<Vec<_>>().join(", ");
        let found = match file.extension() {
            Some(extension) => format!(".{}", extension.to_string_lossy()),
            None => "a name without an extension".to_owned(),
        };
        let message = format!("not a kind of file that paylint reads: {found}; it reads {known}");
        Self::new(path, true, PathErrorKind::UnknownKind, message)
    }

    pub(super) fn not_a_file(path: &str, named: bool, file_type: std::fs::FileType) -> Self {
        let message = match file_type.is_dir() {
            true => "it is a folder, not a file".to_owned(),
            false => format!("it is {}, neither a file nor a folder", name_of(file_type)),
        };
        Self::new(path, named, PathErrorKind::NotAFile, message)
    }

    pub(super) fn too_large(path: &str, named: bool) -> Self {
        Self::new(path, named, PathErrorKind::TooLarge, "it is larger than what is read")
    }
}

/// The system's reason as part of a sentence: without its number, in lower case.
fn reason(error: &io::Error) -> String {
    let text = error.to_string();
    let text = text.split(" (os error").next().unwrap_or_default();
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}

#[cfg(unix)]
fn name_of(file_type: std::fs::FileType) -> &'static str {
    use std::os::unix::fs::FileTypeExt;
    if file_type.is_fifo() {
        "a named pipe"
    } else if file_type.is_socket() {
        "a socket"
    } else if file_type.is_block_device() || file_type.is_char_device() {
        "a device"
    } else {
        "a special file"
    }
}

#[cfg(not(unix))]
fn name_of(_: std::fs::FileType) -> &'static str {
    "a special file"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_systems_reason_becomes_part_of_a_sentence() {
        let error = PathError::io("a/b", false, &io::Error::from(io::ErrorKind::PermissionDenied));
        assert_eq!(
            (error.kind, error.message.as_str()),
            (PathErrorKind::Unreadable, "it cannot be read: permission denied")
        );
        #[cfg(unix)]
        assert_eq!(reason(&io::Error::from_raw_os_error(20)), "not a directory");
        assert_eq!(
            PathError::io("a", true, &io::ErrorKind::NotFound.into()).message,
            "there is no such file or folder"
        );
    }

    #[test]
    fn a_file_of_unknown_kind_says_what_is_read() {
        let message = |name: &str| PathError::unknown_kind(name, Path::new(name)).message;
        assert!(message("a.txt").starts_with("not a kind of file that paylint reads: .txt; it reads .js, .mjs, "));
        assert!(message("Makefile").contains("a name without an extension"));
    }
}
