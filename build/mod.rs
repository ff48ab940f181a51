//! Gathers the documents under `rules/`, checks them key by key, and writes them as Rust constants.
//! It knows the documents' form, not what their facts are used for.

mod apis;
mod effects;
mod lexicon;
mod literal;
mod pages;
mod platform;

use serde::de::DeserializeOwned;
use std::fmt;
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// The two generated files.
pub(crate) struct Generated {
    /// `APIS`, `EFFECTS`, `LEXICON` and `PLATFORM`.
    pub(crate) data: String,
    /// `PAGES`.
    pub(crate) pages: String,
}

/// What is wrong with a document: shown as one sentence that names the file and the key.
#[derive(Debug)]
pub(crate) struct DocumentError {
    file: String,
    key: String,
    problem: String,
}

impl DocumentError {
    fn new(file: &str, key: impl Into<String>, problem: impl fmt::Display) -> Self {
        Self { file: file.to_owned(), key: key.into(), problem: problem.to_string() }
    }
}

impl fmt::Display for DocumentError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.key.is_empty() || self.key == "." {
            write!(f, "{}: {}", self.file, self.problem)
        } else {
            write!(f, "{}: `{}`: {}", self.file, self.key, self.problem)
        }
    }
}

impl std::error::Error for DocumentError {}

/// A document as it was read.
struct Document {
    /// The file's name without its extension.
    stem: String,
    /// Its path as messages show it, from `rules/` on.
    file: String,
    /// Its text.
    text: String,
}

/// Reads every document under `rules` and writes the constants.
///
/// # Errors
/// The first document that cannot be read or is not as it must be.
pub(crate) fn generate(rules: &Path) -> Result<Generated, DocumentError> {
    let apis = gather(&rules.join("apis"), rules, "json")?;
    let effects = gather(&rules.join("effects"), rules, "json")?;
    let lexicon = gather(&rules.join("lexicon"), rules, "json")?;
    let platform = gather(&rules.join("platform"), rules, "json")?;
    let constants = [
        apis::constant(&apis)?,
        effects::constant(&effects)?,
        lexicon::constant(&lexicon)?,
        platform::constant(&platform)?,
    ];
    let data = constants.join("\n");
    Ok(Generated { data, pages: pages::constant(&gather(rules, rules, "md")?)? })
}

/// The files of one folder (not of the folders in it) with an extension, by name.
fn gather(folder: &Path, rules: &Path, extension: &str) -> Result<Vec<Document>, DocumentError> {
    let mut documents = Vec::new();
    for entry in WalkDir::new(folder).max_depth(1).sort_by_file_name() {
        let entry = entry.map_err(|e| DocumentError::new(&shown(folder, rules), "", e))?;
        if !entry.file_type().is_file() {
            continue;
        }
        let path: PathBuf = entry.into_path();
        let file = shown(&path, rules);
        if path.extension().is_none_or(|found| found != extension) {
            return Err(DocumentError::new(&file, "", format!("this folder holds only .{extension} files")));
        }
        let text = std::fs::read_to_string(&path).map_err(|e| DocumentError::new(&file, "", e))?;
        let stem = path.file_stem().map(|s| s.to_string_lossy().into_owned()).unwrap_or_default();
        documents.push(Document { stem, file, text });
    }
    Ok(documents)
}

/// A path as messages show it: `rules/apis/taro.json`.
fn shown(path: &Path, rules: &Path) -> String {
    let inside = path.strip_prefix(rules).unwrap_or(path);
    format!("rules/{}", inside.to_string_lossy().replace('\\', "/"))
}

/// Reads a JSON document; the error names the key.
fn read_json<T: DeserializeOwned>(document: &Document) -> Result<T, DocumentError> {
    let mut reader = serde_json::Deserializer::from_str(&document.text);
    let value = serde_path_to_error::deserialize(&mut reader)
        .map_err(|e| DocumentError::new(&document.file, e.path().to_string(), e.inner()))?;
    reader.end().map_err(|e| DocumentError::new(&document.file, "", e))?;
    Ok(value)
}

/// Fails where a text that must say something is blank.
fn require_text(file: &str, key: &str, text: &str) -> Result<(), DocumentError> {
    if text.trim().is_empty() { Err(DocumentError::new(file, key, "must not be empty")) } else { Ok(()) }
}
