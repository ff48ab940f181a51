//! From options to a frozen project: what is read, how files belong together, and which programs they make.

mod builds;
mod components;
mod pages;

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use builds::Differences;

use super::link::Linker;
use super::read::{Loaded, Searched, path_error, search_all};
use super::survey::{Survey, survey};
use super::unit::Unit;
use super::{Options, RunError, RunErrorKind, Workers, internal_error};
use crate::analysis::Scan;
use crate::api::APIS;
use crate::discover::Search;
use crate::ir::{Expr, FileId, Ref, Script, ScriptId, ScriptKind};
use crate::project::{APP, File, LeadingExports, Project, Realm, ScriptEntry, ScriptFormat, shared_property};
use crate::source::FileKind;

/// Everything that was read.
pub(super) struct Read {
    /// The files that matter for a payment.
    pub project: Project,
    /// By file: what the look that linked it has shown, for its analysis.
    pub scans: Vec<Option<Box<Scan>>>,
    /// Files that were not judged, and why.
    pub skipped: Vec<(FileId, String)>,
    /// What went wrong.
    pub errors: Vec<RunError>,
    /// How many files were named.
    pub files: usize,
    /// The threads that read them.
    pub workers: Workers,
}

/// Reads what the options name, and what belongs to it.
pub(super) fn load(options: &Options) -> Read {
    let search = Search::new(APIS);
    let survey = survey(options, &search);
    let mut read = Read {
        project: Project { limits: options.limits, ..Project::default() },
        scans: Vec::new(),
        skipped: Vec::new(),
        errors: survey.errors.iter().map(path_error).collect(),
        files: survey.named,
        workers: Workers::One(options.limits.stack()),
    };
    if let Some(stdin) = options.stdin.as_ref().filter(|_| survey.stdin.is_none()) {
        read.files += 1;
        read.errors.push(unknown_kind(&stdin.path));
    }
    let job = || {
        let Searched { stems, loaded, errors } = search_all(&survey, &search);
        let errors = errors.into_iter().filter(|(index, _)| survey.candidates[*index].reported);
        let mut errors: Vec<RunError> = errors.map(|(_, error)| error).collect();
        let (units, failed) = link_all(&survey, &search, stems, loaded);
        errors.extend(failed);
        (units, errors)
    };
    let done = Workers::of(survey.candidates.len(), &options.limits).and_then(|workers| {
        read.workers = workers;
        read.workers.run(job)
    });
    // Nothing asks for the other files any more: what follows may have their memory.
    drop(survey);
    match done {
        Ok((units, mut errors)) => {
            read.errors.append(&mut errors);
            assemble(units, &mut read);
        }
        Err(message) => read.errors.push(RunError { path: None, ..internal_error("", &message) }),
    }
    read
}

/// Reads the files that matter besides those that name a payment API, given these; and what went wrong.
pub(super) fn link_all(
    survey: &Survey<'_>,
    search: &Search,
    stems: Vec<(u32, u32)>,
    loaded: Vec<(usize, Box<Loaded>)>,
) -> (Vec<Unit>, Vec<RunError>) {
    let mut linker = Linker::new(survey, search, stems, loaded);
    linker.add_packages();
    if !linker.units.is_empty() {
        linker.link();
    }
    (linker.units, linker.errors)
}

fn unknown_kind(path: &str) -> RunError {
    let known = FileKind::extensions().collect::<Vec<_>>().join(", ");
    let message = format!("not a kind of file that paylint reads; it reads {known}");
    RunError { kind: RunErrorKind::Path, path: Some(path.to_owned()), message }
}

/// Gives ids to files and scripts, in order of paths, and freezes the project.
fn assemble(units: Vec<Unit>, read: &mut Read) {
    let mut order: Vec<usize> = (0..units.len()).collect();
    order.sort_by(|a, b| (&units[*a].display, units[*a].root).cmp(&(&units[*b].display, units[*b].root)));
    let ids = Ids::new(&units, &order);
    let realms = realms(&units, &order, &ids);
    let on_pages: FxHashSet<usize> = units.iter().flat_map(|u| u.sources.iter().map(|(_, unit)| *unit)).collect();
    let project = &mut read.project;
    project.realms = realms;
    project.files.reserve_exact(units.len());
    read.scans.reserve_exact(units.len());
    project.scripts.reserve_exact(units.iter().map(|u| u.loaded.scripts.len()).sum());
    project.variants = builds::variants(&units, &ids);
    for (index, unit) in units.iter().enumerate() {
        for (script, modules) in unit.modules.iter().enumerate() {
            // What an import gives is what the file's first script exports.
            let targets = modules.iter().filter(|(_, target)| !units[**target].loaded.scripts.is_empty());
            let targets: FxHashMap<Arc<str>, ScriptId> =
                targets.map(|(specifier, target)| (specifier.clone(), ids.script(*target, 0))).collect();
            if !targets.is_empty() {
                project.shares |= targets.keys().any(|name| &**name == APP || shared_property(name).is_some());
                project.modules.insert(ids.script(index, script), targets);
            }
        }
    }
    let mut units: Vec<Option<Unit>> = units.into_iter().map(Some).collect();
    for index in order {
        let Some(unit) = units[index].take() else { continue };
        add_file(unit, on_pages.contains(&index), read);
    }
}

fn add_file(unit: Unit, on_page: bool, read: &mut Read) {
    let project = &mut read.project;
    let file = FileId(project.files.len() as u32);
    let is_page = unit.kind.shares_a_page() || on_page;
    let mut scripts = Vec::new();
    let mut functions = unit.leading.functions.into_iter();
    let firsts = unit.loaded.firsts();
    let is_varied = unit.loaded.renderings > 0;
    for (index, script) in unit.loaded.scripts.into_iter().enumerate() {
        let format = format_of(&script, is_page);
        scripts.push(ScriptId(project.scripts.len() as u32));
        let leading = functions.next().unwrap_or_default();
        let exports = match firsts.contains(&index) {
            true if !is_varied => unit.leading.exports.clone(),
            // Other renderings may call its functions.
            _ => LeadingExports { globals: is_varied, ..LeadingExports::default() },
        };
        project.scripts.push(ScriptEntry { script, file, format, leading, exports });
    }
    read.scans.push(unit.scan);
    if let Some(reason) = unit.loaded.skipped {
        read.skipped.push((file, reason));
    }
    project.files.push(File {
        path: unit.display,
        text: unit.loaded.text,
        scripts,
        comments: unit.loaded.comments,
        problems: unit.loaded.problems,
        positions: unit.loaded.positions,
        reported: unit.reported,
        setup: unit.loaded.setup,
    });
}

/// How a script gives names to others; what a page loads gives them to the page.
fn format_of(script: &Script, on_page: bool) -> ScriptFormat {
    match script.kind {
        // `export = value` of TypeScript; and `import` beside `module.exports`, which bundlers allow.
        ScriptKind::Module if script.exports.is_empty() && script.assigns_module_exports() => ScriptFormat::CommonJs,
        ScriptKind::Module => ScriptFormat::Module,
        ScriptKind::Classic if !on_page && uses_common_js(script) => ScriptFormat::CommonJs,
        _ => ScriptFormat::Classic,
    }
}

fn uses_common_js(script: &Script) -> bool {
    script.exprs.iter().any(|expr| match *expr {
        Expr::Read(Ref::Global(name)) => matches!(&**script.name(name), "module" | "exports" | "require"),
        _ => false,
    })
}

/// The ids of each unit's scripts.
struct Ids {
    files: Vec<u32>,
    first_scripts: Vec<u32>,
}

impl Ids {
    fn new(units: &[Unit], order: &[usize]) -> Self {
        let mut ids = Self { files: vec![0; units.len()], first_scripts: vec![0; units.len()] };
        let mut next = 0;
        for (file, index) in order.iter().enumerate() {
            ids.files[*index] = file as u32;
            ids.first_scripts[*index] = next;
            next += units[*index].loaded.scripts.len() as u32;
        }
        ids
    }

    fn file(&self, unit: usize) -> FileId {
        FileId(self.files[unit])
    }

    fn script(&self, unit: usize, script: usize) -> ScriptId {
        ScriptId(self.first_scripts[unit] + script as u32)
    }
}

/// The programs: each page with what it loads, and each other file that leads to a payment.
fn realms(units: &[Unit], order: &[usize], ids: &Ids) -> Vec<Realm> {
    let mut realms = Vec::new();
    let on_pages = pages::add_programs(units, order, ids, &mut realms);
    let (shown, differences) = (components::shown(units), Differences::of(units));
    let has_program =
        |kind: FileKind| !kind.shares_a_page() && !matches!(kind, FileKind::Markup | FileKind::MarkupScript);
    for index in order.iter().copied().filter(|i| has_program(units[*i].kind) && !shown.contains(i)) {
        let unit = &units[index];
        let is_module = unit.loaded.scripts.iter().any(|s| s.kind == ScriptKind::Module);
        if unit.shows_payment || unit.leads() && (is_module || !on_pages.contains(&index)) {
            for build in differences.builds(index, units) {
                let mut realm = builds::program(index, build, units, ids);
                components::add_markup(&mut realm, index, units, ids);
                realms.push(realm);
            }
        }
    }
    realms.sort_by_key(|r| r.file);
    realms
}
