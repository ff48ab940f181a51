//! Which files are read: walking paths, ignore files, and the search for needles that spares most files their parse.

mod error;
mod needles;
mod read;
mod walk;

pub use error::{PathError, PathErrorKind};
pub use needles::Needles;
pub use read::{Reader, read_file};
pub use walk::{Discovered, Found, WalkOptions, discover};

#[cfg(test)]
mod walk_tests;
