//! Everything that is analysed: files and their scripts, frozen before anything is evaluated.

use std::sync::Arc;

use crate::ir::{FileId, Script, ScriptId};
use crate::source::Positions;
use crate::syntax::{Comment, Problem};

/// The files at hand. Nothing changes after it is made; evaluation borrows it from all threads.
#[derive(Debug, Default)]
pub struct Project {
    /// By `FileId`, sorted by path.
    pub files: Vec<File>,
    /// By `ScriptId`: all files' scripts.
    pub scripts: Vec<ScriptEntry>,
    /// Global scopes: the scripts that share each, in the order of the page.
    pub realms: Vec<Vec<ScriptId>>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// As reports show it: relative, with `/`.
    pub path: String,
    /// Decoded text, without a byte-order mark.
    pub text: Arc<str>,
    /// Its scripts, in the order of the file.
    pub scripts: Vec<ScriptId>,
    /// Its comments, by place.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// From offsets in `text` to lines, columns and stored bytes.
    pub positions: Positions,
}

/// A script and where it belongs.
#[derive(Debug)]
pub struct ScriptEntry {
    /// The script.
    pub script: Script,
    /// Its file.
    pub file: FileId,
    /// Its global scope, as an index into `Project::realms`.
    pub realm: u32,
}

impl Project {
    /// A file.
    #[must_use]
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// A script.
    #[must_use]
    pub fn script(&self, id: ScriptId) -> &Script {
        &self.scripts[id.index()].script
    }
}
