//! A file that was parsed, while it is being linked.

use std::cell::LazyCell;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use super::RunError;
use super::read::{Loaded, load_bytes};
use super::survey::Candidate;
use crate::analysis::{Leading, Scan};
use crate::discover::stem_hash;
use crate::ir::{BindingId, Export, Expr, Script, ScriptKind};
use crate::limits::Limits;
use crate::source::FileKind;

/// A file that was parsed.
#[derive(Debug)]
pub(super) struct Unit {
    /// As reports show it.
    pub display: String,
    /// Absolute, without links.
    pub real: PathBuf,
    pub kind: FileKind,
    /// Its project.
    pub root: Option<u32>,
    /// Whether it was named.
    pub reported: bool,
    pub loaded: Box<Loaded>,
    /// By script: which unit each specifier means.
    pub modules: Vec<FxHashMap<Arc<str>, usize>>,
    /// What a page loads of its project: where it stands, and which unit it is.
    pub sources: Vec<(u32, usize)>,
    /// Markup that calls its methods: beside it, and what that takes in.
    pub markup: Vec<usize>,
    /// Components that this markup uses: their units, and their properties that are functions with the methods that
    /// these are.
    pub uses: Vec<(usize, Vec<(String, String)>)>,
    /// Scripts of this markup that bind no event, since a component stands for the platform's element: it is given them.
    pub given: FxHashSet<(usize, usize)>,
    /// Whether its markup shows a component that leads to a payment.
    pub shows_payment: bool,
    /// What in it leads to a payment.
    pub leading: Leading,
    /// The look that has shown it, where anything does.
    pub scan: Option<Box<Scan>>,
    /// How many modules lie between it and one that leads to a payment.
    pub depth: u8,
    /// Whether its imports were looked at.
    pub followed: bool,
}

impl Unit {
    /// Whether something in it leads to a payment; of a file that stands alone: whether that may be.
    pub(super) fn leads(&self) -> bool {
        self.root.is_none() || self.leading.functions.iter().any(|f| !f.is_empty())
    }

    /// Whether it was looked at for what leads to a payment.
    pub(super) fn is_scanned(&self) -> bool {
        self.leading.functions.len() == self.loaded.scripts.len()
    }

    /// Every specifier of one of its scripts.
    pub(super) fn specifiers(&self, script: usize) -> Vec<Arc<str>> {
        let templates = || self.loaded.scripts.iter().filter(|script| script.kind == ScriptKind::Template);
        let used = LazyCell::new(|| -> FxHashSet<&Arc<str>> { templates().flat_map(|script| &script.names).collect() });
        specifiers(&self.loaded.scripts[script], |name| used.contains(name))
    }

    /// Parses a file of the survey.
    ///
    /// # Errors
    /// Where paylint itself fails on it.
    pub(super) fn read(
        candidate: &Candidate,
        real: PathBuf,
        bytes: Vec<u8>,
        (depth, limits): (u8, &Limits),
    ) -> Result<Self, RunError> {
        let found = &candidate.found;
        Ok(Self::of(candidate, real, load_bytes(found, bytes, limits)?, depth))
    }

    pub(super) fn of(candidate: &Candidate, real: PathBuf, loaded: Box<Loaded>, depth: u8) -> Self {
        let found = &candidate.found;
        Self {
            display: found.display().into_owned(),
            kind: found.kind,
            root: candidate.root,
            reported: candidate.reported,
            ..Self::bare(real, loaded, depth)
        }
    }

    pub(super) fn bare(real: PathBuf, loaded: Box<Loaded>, depth: u8) -> Self {
        Self {
            display: String::new(),
            real,
            kind: FileKind::Page,
            root: None,
            reported: false,
            modules: vec![FxHashMap::default(); loaded.scripts.len()],
            loaded,
            sources: Vec::new(),
            markup: Vec::new(),
            uses: Vec::new(),
            given: FxHashSet::default(),
            shows_payment: false,
            leading: Leading::default(),
            scan: None,
            depth,
            followed: false,
        }
    }
}

/// Every specifier of a script, each once: imports whose names are used (`is_used` says whether others use one) or exported
/// again, re-exports, `require` and `import()`.
fn specifiers(script: &Script, used_by_others: impl Fn(&Arc<str>) -> bool) -> Vec<Arc<str>> {
    let exported = script.exports.iter().filter_map(|export| match *export {
        Export::Binding { binding, .. } => Some(binding),
        _ => None,
    });
    let exported: FxHashSet<BindingId> = exported.collect();
    let is_used = |b: BindingId| {
        let binding = script.binding(b);
        binding.reads > 0 || exported.contains(&b) || used_by_others(script.name(binding.name))
    };
    let used = |import: &&crate::ir::Import| import.binding.is_none_or(is_used);
    let imports = script.imports.iter().filter(used).map(|import| import.source);
    let exports = script.exports.iter().filter_map(|export| match *export {
        Export::From { source, .. } | Export::All { source } => Some(source),
        _ => None,
    });
    let calls = script.exprs.iter().filter_map(|expr| match *expr {
        Expr::Call { callee, arguments, .. } => script.required_module(callee, arguments),
        Expr::ImportCall(source) => match script.expr(source) {
            Expr::String(name) => Some(name),
            _ => None,
        },
        _ => None,
    });
    let mut all: Vec<Arc<str>> = imports.chain(exports).chain(calls).map(|name| script.name(name).clone()).collect();
    all.sort();
    all.dedup();
    all
}

/// The hashes under which others name a file.
pub(super) fn stems_of(path: &Path) -> Vec<u32> {
    let name = |part: Option<&std::ffi::OsStr>| part.map(|name| name.as_encoded_bytes().to_vec()).unwrap_or_default();
    let own = stem_hash(&name(path.file_name()));
    let mut hashes = vec![own];
    if own == stem_hash(b"index") {
        hashes.push(stem_hash(&name(path.parent().and_then(Path::file_name))));
    }
    hashes
}
