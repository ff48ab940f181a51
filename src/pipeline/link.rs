//! Linking: which files must be read besides those that name a payment API. What they import, and whoever imports
//! something of them that leads to a payment, to a fixpoint.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::prelude::*;
use rustc_hash::{FxHashMap, FxHashSet};

use super::RunError;
use super::read::{Loaded, load_bytes};
use super::resolve::Resolver;
use super::survey::Survey;
use super::unit::Unit;
use crate::analysis::{Leading, Scan, leading};
use crate::discover::{Found, Search, Walked};
use crate::project::LeadingExports;
use crate::source::{FileKind, is_library};

mod importers;
mod markup;
mod packages;
mod shared;

/// What is imported is read so many modules deep from a file that leads to a payment.
const MAX_DEPTH: u8 = 4;
/// Larger files are not read because somebody imports them: libraries in one piece.
const MAX_IMPORTED_BYTES: usize = 512 * 1024;
/// More files of one run are not read for the sake of others.
const MAX_UNITS: usize = 20_000;

/// The files of a run under way.
pub(super) struct Linker<'s> {
    survey: &'s Survey<'s>,
    /// Files by the modules that they name: hash and candidate.
    stems: Vec<(u32, u32)>,
    /// Where candidates are.
    places: Places<'s>,
    resolver: Resolver,
    search: &'s Search,
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
        survey: &'s Survey<'s>,
        search: &'s Search,
        stems: Vec<(u32, u32)>,
        found: Vec<(usize, Box<Loaded>)>,
    ) -> Self {
        let mut linker = Self {
            survey,
            stems,
            places: Places::default(),
            resolver: Resolver::new(),
            search,
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
        let dirty = (0..self.units.len()).filter(|i| self.units[*i].root.is_some()).collect();
        self.link_scripts(dirty);
        if self.survey.has_markup {
            let shown = self.read_who_shows_payments();
            self.link_scripts(shown);
            self.read_markup();
        }
    }

    fn link_scripts(&mut self, mut dirty: Vec<usize>) {
        let mut giving = Vec::new();
        while !dirty.is_empty() {
            let changed = self.find_leading(dirty);
            dirty = self.follow_imports();
            dirty.extend(self.read_importers(&changed));
            giving.extend(changed);
            if dirty.is_empty() {
                // All who may give something without an export are known before one of them is chosen.
                dirty = self.link_users(&std::mem::take(&mut giving));
            }
            dirty.sort_unstable();
            dirty.dedup();
        }
    }

    /// Looks again at what leads to a payment, to a fixpoint; answers the units whose exports changed.
    fn find_leading(&mut self, dirty: Vec<usize>) -> Vec<usize> {
        let mut changed = FxHashSet::default();
        let mut queue = dirty;
        while !queue.is_empty() {
            let found: Vec<(usize, Leading, Box<Scan>)> =
                queue.par_iter().map(|index| self.leading_of(*index)).collect();
            let mut next = Vec::new();
            for (index, leading, scan) in found {
                let unit = &mut self.units[index];
                let exports = unit.leading.exports != leading.exports;
                let grew = unit.leading.functions != leading.functions;
                unit.leading = leading;
                unit.scan = unit.leads().then_some(scan);
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

    fn leading_of(&self, index: usize) -> (usize, Leading, Box<Scan>) {
        let unit = &self.units[index];
        let (mut leading, scan) = leading(&unit.loaded.scripts, &unit.loaded.firsts(), &|script, specifier, name| {
            let module = unit.modules.get(script).and_then(|modules| modules.get(specifier));
            module.map(|module| &self.units[*module].leading.exports).filter(|exports| exports.lead(name))
        });
        if matches!(unit.kind, FileKind::Component(_)) {
            // Whoever shows a component does not pay by that.
            leading.exports = LeadingExports::default();
        }
        (index, leading, Box::new(scan))
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
        let leads = unit.leads() || unit.shows_payment || !unit.sources.is_empty();
        !unit.followed && unit.root.is_some() && unit.depth < MAX_DEPTH && (leads || unit.depth > 0)
    }

    /// Where the specifiers of a unit lead.
    fn resolve_all(&self, index: usize, wanted: &(dyn Fn(&str) -> bool + Sync)) -> Vec<Resolved> {
        let unit = &self.units[index];
        let mut found = Vec::new();
        for script in 0..unit.loaded.scripts.len() {
            for specifier in unit.specifiers(script).into_iter().filter(|s| wanted(s)) {
                let path = self.resolve(Naming::Specifier, &unit.real, unit.root, &specifier);
                found.extend(path.map(|path| Resolved { from: From::Script(script, specifier), path }));
            }
        }
        for source in unit.loaded.sources.iter().filter(|s| wanted(&s.address)) {
            let path = self.resolve(Naming::Address, &unit.real, unit.root, &source.address);
            found.extend(path.map(|path| Resolved { from: From::Page(source.at), path }));
        }
        found
    }

    /// The file that a specifier or an address means. What belongs to another project is not at hand.
    fn resolve(&self, naming: Naming, from: &Path, root: Option<u32>, name: &str) -> Option<PathBuf> {
        let root = root?;
        let path = match naming {
            Naming::Specifier => self.resolver.resolve(from, name),
            Naming::Address => self.resolver.page_script(from, self.survey.roots.folder(root), name),
        };
        path.filter(|path| self.survey.roots.of_path(path) == Some(root))
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
        self.read(missing.into_iter().collect(), dirty);
        for (index, found) in from.iter().zip(resolved) {
            // What was looked at before looks the same until it takes something that leads to a payment.
            let mut is_dirty = !self.units[*index].is_scanned();
            for Resolved { from, path } in found {
                let Some(target) = self.unit_of.get(path.as_os_str()).copied() else { continue };
                self.importers[target].insert(*index);
                let unit = &mut self.units[*index];
                match from {
                    From::Script(script, specifier) => {
                        let is_known = unit.modules[script].insert(specifier, target) == Some(target);
                        is_dirty |= !is_known && self.units[target].leading.exports.lead(None);
                    }
                    From::Page(at) => unit.sources.push((at, target)),
                }
            }
            let sources = &mut self.units[*index].sources;
            sources.sort_unstable();
            sources.dedup();
            dirty.extend(is_dirty.then_some(*index));
        }
    }

    /// Reads files that are no units yet.
    fn read(&mut self, paths: Vec<(PathBuf, u8)>, dirty: &mut Vec<usize>) {
        if paths.is_empty() {
            return;
        }
        self.know_places();
        let room = MAX_UNITS.saturating_sub(self.units.len());
        let units: Vec<Option<Result<Unit, RunError>>> =
            paths.into_par_iter().take(room).map(|(path, depth)| self.read_one(path, depth)).collect();
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

    fn know_places(&mut self) {
        if self.places.is_empty() {
            self.places = Places::of(self.survey);
        }
    }

    /// Reads a file because somebody imports it.
    fn read_one(&self, path: PathBuf, depth: u8) -> Option<Result<Unit, RunError>> {
        if let Some(index) = self.places.find(&path) {
            let candidate = &self.survey.candidates[index];
            let bytes = self.survey.read(index).ok().filter(|bytes| is_followed(&path, bytes))?;
            return Some(Unit::read(candidate, path, bytes, (depth, &self.survey.limits)));
        }
        // A package is followed where it pays itself: others are known by the names of what they export, as are copies of
        // libraries.
        let kind = FileKind::of(&path)?;
        let size = std::fs::metadata(&path).ok()?.len();
        let bytes = (size <= MAX_IMPORTED_BYTES as u64).then(|| std::fs::read(&path).ok()).flatten()?;
        let is_package = path.components().any(|part| part.as_os_str() == "node_modules");
        if !self.search.needles.is_in(&bytes) && (is_package || !is_followed(&path, &bytes)) {
            return None;
        }
        let root = self.survey.roots.of_path(&path);
        let found = Found::named(path.clone(), shown(&path), kind);
        let display = found.display().into_owned();
        let loaded = load_bytes(&found, bytes, &self.survey.limits).ok()?;
        Some(Ok(Unit { display, kind, root, ..Unit::bare(path, loaded, depth) }))
    }
}

/// Whether a file that names no payment API is read for the sake of one that does.
fn is_followed(path: &Path, bytes: &[u8]) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy());
    bytes.len() <= MAX_IMPORTED_BYTES && !name.is_some_and(|name| is_library(&name, bytes))
}

/// Candidates by their real paths, without asking the file system for those that were found in folders.
#[derive(Default)]
struct Places<'s> {
    /// The folders that were walked.
    folders: Vec<&'s Arc<Walked>>,
    /// Files found in one, by its index and what of the path follows its own.
    below: FxHashMap<(usize, &'s [u8]), usize>,
    /// Files that were named.
    named: FxHashMap<OsString, usize>,
}

impl<'s> Places<'s> {
    fn of(survey: &'s Survey<'_>) -> Self {
        let mut places = Self::default();
        places.below.reserve(survey.candidates.len());
        for (index, candidate) in survey.candidates.iter().enumerate() {
            let Some((folder, rest)) = candidate.found.in_walk() else {
                places.named.insert(candidate.found.real_path().into_os_string(), index);
                continue;
            };
            let known = places.folders.iter().rposition(|known| Arc::ptr_eq(known, folder));
            let folder = known.unwrap_or_else(|| {
                places.folders.push(folder);
                places.folders.len() - 1
            });
            places.below.insert((folder, rest), index);
        }
        places
    }

    fn is_empty(&self) -> bool {
        self.below.is_empty() && self.named.is_empty()
    }

    fn find(&self, path: &Path) -> Option<usize> {
        let below = |(index, folder): (usize, &&Arc<Walked>)| {
            let rest = path.strip_prefix(&folder.real).ok()?;
            self.below.get(&(index, rest.as_os_str().as_encoded_bytes())).copied()
        };
        let named = self.named.get(path.as_os_str()).copied();
        named.or_else(|| self.folders.iter().enumerate().find_map(below))
    }
}

/// How a file names another.
#[derive(Clone, Copy)]
enum Naming {
    /// By the specifier of a module.
    Specifier,
    /// By an address in a page.
    Address,
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

/// A path as reports show it.
fn shown(path: &Path) -> String {
    let base = std::env::current_dir().and_then(std::fs::canonicalize).unwrap_or_default();
    let text = path.strip_prefix(&base).unwrap_or(path).to_string_lossy();
    if cfg!(windows) { text.replace('\\', "/") } else { text.into_owned() }
}
