//! Linking: which files must be read besides those that name a payment API. What they import, and whoever imports
//! something of them that leads to a payment, to a fixpoint.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::RunError;
use super::read::{Loaded, load_file};
use super::resolve::Resolver;
use super::survey::{Candidate, Survey};
use crate::analysis::{Leading, leading};
use crate::discover::{Needles, Specifiers, stem_hash};
use crate::ir::{Argument, BindingId, Export, Expr, List, Ref, Script};
use crate::project::LeadingExports;
use crate::source::FileKind;

/// What is imported is read so many modules deep from a file that leads to a payment.
const MAX_DEPTH: u8 = 4;
/// Larger files are not read because somebody imports them: libraries in one piece.
const MAX_IMPORTED_BYTES: usize = 512 * 1024;
/// More files of one run are not read for the sake of others.
const MAX_UNITS: usize = 20_000;

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
    /// What in it leads to a payment.
    pub leading: Leading,
    /// How many modules lie between it and one that leads to a payment.
    depth: u8,
    /// Whether its imports were looked at.
    followed: bool,
}

/// The files of a run under way.
pub(super) struct Linker<'s> {
    survey: &'s Survey,
    /// Files by the modules that they name: hash and candidate.
    stems: Vec<(u32, u32)>,
    /// Candidates by their real paths.
    by_path: FxHashMap<OsString, usize>,
    resolver: Resolver,
    needles: &'s Needles,
    pub units: Vec<Unit>,
    pub errors: Vec<RunError>,
    unit_of: FxHashMap<OsString, usize>,
    /// Who imports a unit.
    importers: Vec<FxHashSet<usize>>,
    /// What the configurations in folders call their files.
    aliases: FxHashMap<PathBuf, Vec<u32>>,
}

impl<'s> Linker<'s> {
    /// Begins with the files that name a payment API.
    pub(super) fn new(
        survey: &'s Survey,
        needles: &'s Needles,
        stems: Vec<(u32, u32)>,
        found: Vec<(usize, Box<Loaded>)>,
    ) -> Self {
        let mut linker = Self {
            survey,
            stems,
            by_path: FxHashMap::default(),
            resolver: Resolver::new(),
            needles,
            units: Vec::new(),
            errors: Vec::new(),
            unit_of: FxHashMap::default(),
            importers: Vec::new(),
            aliases: FxHashMap::default(),
        };
        for (index, loaded) in found {
            let candidate = &survey.candidates[index];
            linker.push(Unit::of(candidate, candidate.found.real_path(), loaded, 0));
        }
        linker
    }

    fn push(&mut self, unit: Unit) -> usize {
        let index = self.units.len();
        self.unit_of.insert(unit.real.clone().into_os_string(), index);
        self.units.push(unit);
        self.importers.push(FxHashSet::default());
        index
    }

    /// Reads what must be read, and finds what leads to a payment.
    pub(super) fn link(&mut self) {
        // Files that stand alone import nothing: whether one leads to a payment is seen when it is analysed.
        let mut dirty: Vec<usize> = (0..self.units.len()).filter(|i| self.units[*i].root.is_some()).collect();
        while !dirty.is_empty() {
            let changed = self.find_leading(dirty);
            dirty = self.follow_imports();
            dirty.extend(self.read_importers(&changed));
            dirty.sort_unstable();
            dirty.dedup();
        }
    }

    /// Looks again at what leads to a payment, to a fixpoint; answers the units whose exports changed.
    fn find_leading(&mut self, dirty: Vec<usize>) -> Vec<usize> {
        let mut changed = FxHashSet::default();
        let mut queue = dirty;
        while !queue.is_empty() {
            let found: Vec<(usize, Leading)> =
                queue.par_iter().map(|index| (*index, self.leading_of(*index))).collect();
            let mut next = Vec::new();
            for (index, leading) in found {
                let unit = &mut self.units[index];
                let exports = unit.leading.exports != leading.exports;
                let grew = unit.leading.functions != leading.functions;
                unit.leading = leading;
                if exports {
                    changed.insert(index);
                    next.extend(&self.importers[index]);
                } else if grew {
                    changed.insert(index);
                }
            }
            next.sort_unstable();
            next.dedup();
            queue = next;
        }
        let mut changed: Vec<usize> = changed.into_iter().collect();
        changed.sort_unstable();
        changed
    }

    fn leading_of(&self, index: usize) -> Leading {
        let unit = &self.units[index];
        let mut leading = leading(&unit.loaded.scripts, &|script, specifier, name| {
            let module = unit.modules.get(script).and_then(|modules| modules.get(specifier));
            module.map(|module| &self.units[*module].leading.exports).filter(|exports| exports.lead(name))
        });
        if unit.kind == FileKind::Component {
            // Whoever shows a component does not pay by that.
            leading.exports = LeadingExports::default();
        }
        leading
    }

    /// Reads what units import that lead to a payment, and what that imports.
    fn follow_imports(&mut self) -> Vec<usize> {
        let mut dirty = Vec::new();
        loop {
            let due: Vec<usize> = (0..self.units.len()).filter(|i| self.must_be_followed(*i)).collect();
            if due.is_empty() {
                return dirty;
            }
            let resolved: Vec<Vec<Resolved>> = due.par_iter().map(|i| self.resolve_all(*i, &|_| true)).collect();
            for index in &due {
                self.units[*index].followed = true;
            }
            self.take_in(&due, resolved, &mut dirty);
        }
    }

    fn must_be_followed(&self, index: usize) -> bool {
        let unit = &self.units[index];
        let leads = unit.leads() || !unit.sources.is_empty();
        !unit.followed && unit.root.is_some() && unit.depth < MAX_DEPTH && (leads || unit.depth > 0)
    }

    /// Where the specifiers of a unit lead.
    fn resolve_all(&self, index: usize, wanted: &(dyn Fn(&str) -> bool + Sync)) -> Vec<Resolved> {
        let unit = &self.units[index];
        let root = unit.root.map(|root| self.survey.roots[root as usize].as_path());
        let mut found = Vec::new();
        for (script, source) in unit.loaded.scripts.iter().enumerate() {
            for specifier in specifiers(source).into_iter().filter(|s| wanted(s)) {
                let path = self.resolver.resolve(&unit.real, &specifier).filter(|p| is_inside(p, root));
                found.extend(path.map(|path| Resolved { from: From::Script(script, specifier), path }));
            }
        }
        for source in unit.loaded.sources.iter().filter(|s| wanted(&s.address)) {
            let path = self.resolver.page_script(&unit.real, root, &source.address).filter(|p| is_inside(p, root));
            found.extend(path.map(|path| Resolved { from: From::Page(source.at), path }));
        }
        found
    }

    /// Reads the files that specifiers lead to, and notes the links.
    fn take_in(&mut self, from: &[usize], resolved: Vec<Vec<Resolved>>, dirty: &mut Vec<usize>) {
        let mut missing: BTreeMap<PathBuf, u8> = BTreeMap::new();
        for (index, found) in from.iter().zip(&resolved) {
            let depth = self.units[*index].depth.saturating_add(1);
            for path in found.iter().map(|r| &r.path).filter(|p| !self.unit_of.contains_key(p.as_os_str())) {
                let known = missing.entry(path.clone()).or_insert(depth);
                *known = depth.min(*known);
            }
        }
        let root = from.first().and_then(|index| self.units[*index].root);
        self.read(missing.into_iter().map(|(path, depth)| (path, depth, root)).collect(), dirty);
        for (index, found) in from.iter().zip(resolved) {
            for Resolved { from, path } in found {
                let Some(target) = self.unit_of.get(path.as_os_str()).copied() else { continue };
                self.importers[target].insert(*index);
                let unit = &mut self.units[*index];
                match from {
                    From::Script(script, specifier) => {
                        unit.modules[script].insert(specifier, target);
                    }
                    From::Page(at) if !unit.sources.contains(&(at, target)) => unit.sources.push((at, target)),
                    From::Page(_) => {}
                }
            }
            dirty.push(*index);
        }
    }

    /// Reads files that are no units yet.
    fn read(&mut self, paths: Vec<(PathBuf, u8, Option<u32>)>, dirty: &mut Vec<usize>) {
        self.index_paths();
        let room = MAX_UNITS.saturating_sub(self.units.len());
        let units: Vec<Option<Result<Unit, RunError>>> =
            paths.into_par_iter().take(room).map(|(path, depth, root)| self.read_one(path, depth, root)).collect();
        for unit in units.into_iter().flatten() {
            match unit {
                Ok(unit) => {
                    let index = self.push(unit);
                    dirty.push(index);
                }
                Err(error) => self.errors.push(error),
            }
        }
    }

    fn read_one(&self, path: PathBuf, depth: u8, root: Option<u32>) -> Option<Result<Unit, RunError>> {
        if let Some(index) = self.by_path.get(path.as_os_str()) {
            let candidate = &self.survey.candidates[*index];
            let read = load_file(&candidate.found.path, &candidate.found.display, candidate.found.kind)?;
            let fits = |loaded: &Loaded| depth == 0 || loaded.text.len() <= MAX_IMPORTED_BYTES;
            return match read {
                Ok(loaded) if fits(&loaded) => Some(Ok(Unit::of(candidate, path, loaded, depth))),
                Ok(_) => None,
                Err(error) => Some(Err(error)),
            };
        }
        // A package is followed where it pays itself: others are known by the names of what they export.
        let kind = FileKind::of(&path)?;
        let size = std::fs::metadata(&path).ok()?.len();
        let bytes = (size <= 2 * MAX_IMPORTED_BYTES as u64).then(|| std::fs::read(&path).ok()).flatten()?;
        let is_package = path.components().any(|part| part.as_os_str() == "node_modules");
        if is_package && !self.needles.is_in(&bytes) {
            return None;
        }
        let display = shown(&path);
        let loaded = super::read::load_bytes(&display, kind, bytes).ok()?;
        Some(Ok(Unit { display, reported: false, kind, root, ..Unit::bare(path, loaded, depth) }))
    }

    /// Reads whoever imports something that leads to a payment.
    fn read_importers(&mut self, changed: &[usize]) -> Vec<usize> {
        let mut dirty = Vec::new();
        for target in changed {
            let exports = &self.units[*target].leading.exports;
            let is_page = self.units[*target].kind == FileKind::Page;
            if is_page || !(exports.lead(None) || exports.globals) {
                continue;
            }
            self.read_importers_of(*target, &mut dirty);
        }
        dirty
    }

    fn read_importers_of(&mut self, target: usize, dirty: &mut Vec<usize>) {
        let root = self.units[target].root;
        let mut hashes = stems_of(&self.units[target].real);
        self.add_aliases(target, &mut hashes);
        let nominated: Vec<usize> = hashes.iter().flat_map(|hash| self.nominated(*hash)).collect();
        let same_root = |index: &usize| self.survey.candidates[*index].root == root;
        let nominated: Vec<usize> = nominated.into_iter().filter(same_root).collect();
        let specifiers = Specifiers::new();
        let paths: Vec<PathBuf> =
            nominated.par_iter().filter_map(|index| self.imports(*index, target, &hashes, &specifiers)).collect();
        let (known, missing): (Vec<PathBuf>, Vec<PathBuf>) =
            paths.into_iter().partition(|path| self.unit_of.contains_key(path.as_os_str()));
        let mut importers: Vec<usize> =
            known.iter().filter_map(|path| self.unit_of.get(path.as_os_str()).copied()).collect();
        let before = self.units.len();
        self.read(missing.into_iter().map(|path| (path, 0, root)).collect(), dirty);
        importers.extend(before..self.units.len());
        importers.retain(|index| !self.importers[target].contains(index));
        for index in &importers {
            self.units[*index].depth = 0;
        }
        let wanted = |specifier: &str| hashes.contains(&stem_hash(specifier.as_bytes()));
        let resolved: Vec<Vec<Resolved>> = importers
            .par_iter()
            .map(|index| {
                let mut found = self.resolve_all(*index, &wanted);
                found.retain(|r| r.path == self.units[target].real);
                found
            })
            .collect();
        self.take_in(&importers, resolved, dirty);
    }

    /// Adds the names that packages and configurations may give to a file.
    fn add_aliases(&mut self, target: usize, hashes: &mut Vec<u32>) {
        let Unit { real, root: Some(root), .. } = &self.units[target] else { return };
        let root = &self.survey.roots[*root as usize];
        for folder in real.ancestors().skip(1).take_while(|folder| folder.starts_with(root)) {
            let known = self.aliases.entry(folder.to_owned()).or_insert_with(|| super::aliases::in_folder(folder));
            hashes.extend(known.iter());
        }
        hashes.sort_unstable();
        hashes.dedup();
    }

    /// The files that name a module of this hash.
    fn nominated(&self, hash: u32) -> impl Iterator<Item = usize> {
        let start = self.stems.partition_point(|(h, _)| *h < hash);
        self.stems[start..].iter().take_while(move |(h, _)| *h == hash).map(|(_, index)| *index as usize)
    }

    /// The real path of a candidate that names `target`.
    fn imports(&self, index: usize, target: usize, hashes: &[u32], specifiers: &Specifiers) -> Option<PathBuf> {
        let candidate = &self.survey.candidates[index];
        let real = candidate.found.real_path();
        let unit = &self.units[target];
        if self.unit_of.contains_key(real.as_os_str()) || self.survey.stdin == Some(index) {
            return Some(real);
        }
        let bytes = std::fs::read(&candidate.found.path).ok()?;
        if candidate.found.kind != FileKind::Page && !unit.leading.exports.may_be_named_in(&bytes) {
            return None;
        }
        let root = candidate.root.map(|root| self.survey.roots[root as usize].as_path());
        let mut found = false;
        specifiers.for_each(&bytes, |specifier| {
            if found || !hashes.contains(&stem_hash(specifier)) {
                return;
            }
            let specifier = String::from_utf8_lossy(specifier);
            let path = match candidate.found.kind {
                FileKind::Page => self.resolver.page_script(&real, root, &specifier),
                FileKind::Script(_) | FileKind::Component => self.resolver.resolve(&real, &specifier),
            };
            found = path.is_some_and(|path| path == unit.real);
        });
        found.then_some(real)
    }

    fn index_paths(&mut self) {
        if self.by_path.is_empty() {
            let paths = self.survey.candidates.iter().enumerate();
            self.by_path =
                paths.map(|(index, candidate)| (candidate.found.real_path().into_os_string(), index)).collect();
        }
    }
}

/// What a specifier led to.
struct Resolved {
    from: From,
    path: PathBuf,
}

/// Where a specifier stands.
enum From {
    /// In a script, by its index.
    Script(usize, Arc<str>),
    /// In a page's `<script src>`, by its place.
    Page(u32),
}

impl Unit {
    /// Whether something in it leads to a payment; of a file that stands alone: whether that may be.
    pub(super) fn leads(&self) -> bool {
        self.root.is_none() || self.leading.functions.iter().any(|f| !f.is_empty())
    }

    fn of(candidate: &Candidate, real: PathBuf, loaded: Box<Loaded>, depth: u8) -> Self {
        let found = &candidate.found;
        Self {
            display: found.display.clone(),
            kind: found.kind,
            root: candidate.root,
            reported: candidate.reported,
            ..Self::bare(real, loaded, depth)
        }
    }

    fn bare(real: PathBuf, loaded: Box<Loaded>, depth: u8) -> Self {
        Self {
            display: String::new(),
            real,
            kind: FileKind::Page,
            root: None,
            reported: false,
            modules: vec![FxHashMap::default(); loaded.scripts.len()],
            loaded,
            sources: Vec::new(),
            leading: Leading::default(),
            depth,
            followed: false,
        }
    }
}

/// Every specifier of a script, each once: imports whose names are used or exported again, re-exports, `require` and
/// `import()`.
fn specifiers(script: &Script) -> Vec<Arc<str>> {
    let exported = script.exports.iter().filter_map(|export| match *export {
        Export::Binding { binding, .. } => Some(binding),
        _ => None,
    });
    let exported: FxHashSet<BindingId> = exported.collect();
    let is_used = |b: BindingId| script.binding(b).reads > 0 || exported.contains(&b);
    let used = |import: &&crate::ir::Import| import.binding.is_none_or(is_used);
    let imports = script.imports.iter().filter(used).map(|import| import.source);
    let exports = script.exports.iter().filter_map(|export| match *export {
        Export::From { source, .. } | Export::All { source } => Some(source),
        _ => None,
    });
    let calls = script.exprs.iter().filter_map(|expr| match *expr {
        Expr::Call { callee, arguments, .. } => required(script, callee, arguments),
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

fn required(script: &Script, callee: crate::ir::ExprId, arguments: List<Argument>) -> Option<crate::ir::NameId> {
    let Expr::Read(Ref::Global(name)) = script.expr(callee) else { return None };
    if &**script.name(name) != "require" {
        return None;
    }
    match script.expr(script.args(arguments).first()?.value) {
        Expr::String(name) => Some(name),
        _ => None,
    }
}

/// The hashes under which others name a file.
fn stems_of(path: &Path) -> Vec<u32> {
    let name = |part: Option<&std::ffi::OsStr>| part.map(|name| name.as_encoded_bytes().to_vec()).unwrap_or_default();
    let own = stem_hash(&name(path.file_name()));
    let mut hashes = vec![own];
    if own == stem_hash(b"index") {
        hashes.push(stem_hash(&name(path.parent().and_then(Path::file_name))));
    }
    hashes
}

/// Whether a file belongs to the project, or to a package that it uses.
fn is_inside(path: &Path, root: Option<&Path>) -> bool {
    root.is_some_and(|root| path.starts_with(root))
}

/// A path as reports show it.
fn shown(path: &Path) -> String {
    let base = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let text = path.strip_prefix(&base).unwrap_or(path).to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
