//! Which files are read: walking paths, ignore files, and the search for needles that spares most files their parse.

mod error;
mod found;
mod needles;
mod read;
mod rest;
mod search;
mod specifiers;
mod walk;

pub use error::{PathError, PathErrorKind};
pub use found::{Found, Walked};
pub use needles::{Needles, as_utf8};
pub use read::{Reader, Seen, read_file};
pub use rest::{LeftOut, Rest, left_out};
pub use search::Search;
pub use specifiers::{Specifiers, stem_hash};
pub use walk::{Discovered, PROJECT_MARKER, WalkOptions, discover, discover_and_search};

#[cfg(test)]
mod walk_tests;
