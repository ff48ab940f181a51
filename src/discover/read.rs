//! Reading files: whole, into one buffer for each thread.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use smallvec::SmallVec;

use super::error::PathError;
use super::{Found, Search, stem_hash};
use crate::source::MAX_FILE_BYTES;

/// The buffer's first size: more than most source files have.
const FIRST_BYTES: usize = 64 * 1024;

/// A buffer that has grown beyond this is given back after the file.
const KEPT_BYTES: usize = 2 * 1024 * 1024;

/// What a look into a file has shown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Seen {
    /// Whether it names a payment API.
    pub names_api: bool,
    /// Hashes of the modules that it names, in order and each once. Most files name a few.
    pub modules: SmallVec<[u32; 4]>,
}

impl Seen {
    /// What a look at these bytes shows.
    #[must_use]
    pub fn of(bytes: &[u8], search: &Search) -> Self {
        let mut modules = SmallVec::new();
        let names_api = search.look(bytes, |specifier| modules.push(stem_hash(specifier)));
        modules.sort_unstable();
        modules.dedup();
        Self { names_api, modules }
    }
}

/// Reads files one after another into the same buffer.
#[derive(Debug, Default)]
pub struct Reader {
    /// Initialised throughout; only the part that was read counts.
    buffer: Vec<u8>,
}

impl Reader {
    /// Reads a file and looks what is named in it.
    ///
    /// # Errors
    /// When it cannot be read or passes the limit of size.
    pub fn see(&mut self, found: &Found, search: &Search) -> Result<Seen, Box<PathError>> {
        let length = self.fill(&found.path).map_err(|error| Box::new(error.of(&found.display(), found.named)))?;
        let seen = Seen::of(self.buffer.get(..length).unwrap_or_default(), search);
        if self.buffer.len() > KEPT_BYTES {
            self.buffer = Vec::new();
        }
        Ok(seen)
    }

    /// Reads the whole file; returns how many bytes it has. Asks for no metadata: the walk has seen that it is a
    /// regular file, and its size would spare nothing.
    fn fill(&mut self, path: &Path) -> Result<usize, ReadError> {
        let mut file = File::open(path)?;
        let mut length = 0;
        loop {
            if length == self.buffer.len() {
                self.grow()?;
            }
            match file.read(self.buffer.get_mut(length..).unwrap_or_default()) {
                Ok(0) => return Ok(length),
                Ok(more) => length += more,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    fn grow(&mut self) -> Result<(), ReadError> {
        // One byte more than the limit has room, so that a file at the limit can be told from a longer one.
        let most = MAX_FILE_BYTES as usize + 1;
        if self.buffer.len() >= most {
            return Err(ReadError::TooLarge);
        }
        self.buffer.resize((self.buffer.len() * 2).clamp(FIRST_BYTES, most), 0);
        Ok(())
    }
}

/// A file's bytes, whatever is in them; `display` is its path as errors show it.
///
/// # Errors
/// When it is no regular file, cannot be read or passes the limit of size.
pub fn read_file(path: &Path, display: &str) -> Result<Vec<u8>, PathError> {
    let metadata = fs::metadata(path).map_err(|error| PathError::io(display, true, &error))?;
    if !metadata.is_file() {
        return Err(PathError::not_a_file(display, true, metadata.file_type()));
    }
    if metadata.len() > MAX_FILE_BYTES {
        return Err(PathError::too_large(display, true));
    }
    fs::read(path).map_err(|error| PathError::io(display, true, &error))
}

enum ReadError {
    Io(io::Error),
    TooLarge,
}

impl From<io::Error> for ReadError {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl ReadError {
    fn of(self, path: &str, named: bool) -> PathError {
        match self {
            Self::Io(error) => PathError::io(path, named, &error),
            Self::TooLarge => PathError::too_large(path, named),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::PathErrorKind;
    use super::*;
    use crate::source::FileKind;

    fn filled(reader: &mut Reader, path: &Path) -> Option<Vec<u8>> {
        let length = reader.fill(path).ok()?;
        reader.buffer.get(..length).map(<[u8]>::to_vec)
    }

    #[test]
    fn files_of_every_size_are_read_whole_into_one_buffer() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.js");
        let mut reader = Reader::default();
        for size in [FIRST_BYTES * 5 + 3, 0, 1, FIRST_BYTES - 1, FIRST_BYTES, FIRST_BYTES + 1, FIRST_BYTES * 2] {
            let bytes: Vec<u8> = (0..size).map(|at| at as u8).collect();
            fs::write(&path, &bytes).unwrap();
            assert_eq!(filled(&mut reader, &path), Some(bytes), "{size}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_display_path() {
        let folder = tempfile::tempdir().unwrap();
        let mut found = Found::named(folder.path().join("gone.js"), "src/gone.js".to_owned(), FileKind::Page);
        found.named = false;
        let error = *Reader::default().see(&found, &Search::new(&[])).unwrap_err();
        assert_eq!((error.path.as_str(), error.kind, error.named), ("src/gone.js", PathErrorKind::NotFound, false));
        let error = read_file(folder.path(), "src").unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (PathErrorKind::NotAFile, "it is a folder, not a file"));
    }
}
