//! Reading files: whole, into one buffer for each thread.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::Path;

use smallvec::SmallVec;

use super::error::PathError;
use super::{Found, Search, stem_hash};
use crate::limits::{Limit, Limits};

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
#[derive(Debug)]
pub struct Reader {
    /// Initialised throughout; only the part that was read counts.
    buffer: Vec<u8>,
    /// The largest file that is read, in bytes.
    largest: usize,
}

impl Reader {
    /// A reader of files within the limit of size.
    #[must_use]
    pub fn new(limits: &Limits) -> Self {
        Self { buffer: Vec::new(), largest: largest(limits) }
    }

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
        let most = self.largest.saturating_add(1);
        if self.buffer.len() >= most {
            return Err(ReadError::TooLarge);
        }
        self.buffer.resize((self.buffer.len() * 2).max(FIRST_BYTES).min(most), 0);
        Ok(())
    }
}

/// A file's bytes, whatever is in them.
///
/// # Errors
/// When it is no regular file, cannot be read or passes the limit of size.
pub fn read_file(found: &Found, limits: &Limits) -> Result<Vec<u8>, PathError> {
    let Found { path, named, .. } = found;
    let failed = |error: io::Error| PathError::io(&found.display(), *named, &error);
    let metadata = fs::metadata(path).map_err(failed)?;
    if !metadata.is_file() {
        return Err(PathError::not_a_file(&found.display(), *named, metadata.file_type()));
    }
    let mut bytes = Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0).min(largest(limits)));
    let most = limits.get(Limit::FileSize).saturating_add(1);
    // It may have grown since the system was asked.
    File::open(path).and_then(|file| file.take(most).read_to_end(&mut bytes)).map_err(failed)?;
    if bytes.len() as u64 == most { Err(PathError::too_large(&found.display(), *named)) } else { Ok(bytes) }
}

fn largest(limits: &Limits) -> usize {
    usize::try_from(limits.get(Limit::FileSize)).unwrap_or(usize::MAX)
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
        let mut reader = Reader::new(&Limits::default());
        for size in [FIRST_BYTES * 5 + 3, 0, 1, FIRST_BYTES - 1, FIRST_BYTES, FIRST_BYTES + 1, FIRST_BYTES * 2] {
            let bytes: Vec<u8> = (0..size).map(|at| at as u8).collect();
            fs::write(&path, &bytes).unwrap();
            assert_eq!(filled(&mut reader, &path), Some(bytes), "{size}");
        }
    }

    #[test]
    fn a_file_past_the_limit_is_told_from_one_at_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.js");
        let mut limits = Limits::default();
        for size in [0, 1, 10, FIRST_BYTES, FIRST_BYTES * 2 + 1] {
            limits.set(Limit::FileSize, size as u64);
            let mut reader = Reader::new(&limits);
            let found = Found::named(path.clone(), "a.js".to_owned(), FileKind::Page);
            fs::write(&path, vec![b'x'; size]).unwrap();
            assert!(reader.fill(&path).is_ok() && read_file(&found, &limits).is_ok(), "{size}");
            fs::write(&path, vec![b'x'; size + 1]).unwrap();
            assert!(matches!(reader.fill(&path), Err(ReadError::TooLarge)), "{size}");
            assert_eq!(read_file(&found, &limits).unwrap_err().kind, PathErrorKind::TooLarge, "{size}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told_by_its_display_path() {
        let folder = tempfile::tempdir().unwrap();
        let named = |path: &Path| Found::named(path.to_owned(), "src/gone.js".to_owned(), FileKind::Page);
        let mut found = named(&folder.path().join("gone.js"));
        found.named = false;
        let error = *Reader::new(&Limits::default()).see(&found, &Search::new(&[])).unwrap_err();
        assert_eq!((error.path.as_str(), error.kind, error.named), ("src/gone.js", PathErrorKind::NotFound, false));
        let error = read_file(&named(folder.path()), &Limits::default()).unwrap_err();
        assert_eq!((error.kind, error.message.as_str()), (PathErrorKind::NotAFile, "it is a folder, not a file"));
    }
}
