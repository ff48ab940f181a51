//! Reading: searching each file once, and parsing those that name a payment API or are asked for.

use rayon::prelude::*;
use rustc_hash::FxHashSet;
use smallvec::SmallVec;

use super::survey::{Candidate, Survey};
use super::{RunError, RunErrorKind, guarded, internal_error};
use crate::discover::{Found, PathError, PathErrorKind, Reader, Search, Seen};
use crate::ir::{Script, ScriptKind, Span};
use crate::limits::{Budget, Limit, Limits};
use crate::source::{
    Alternatives, Builds, FileKind, Framework, LoadedScript, PageScripts, Positions, UsedComponent, decode, scripts_of,
};
use crate::syntax::{Comment, Parsed, Problem, ProblemKind, parse};

/// One file that was parsed.
#[derive(Debug, Default)]
pub(super) struct Loaded {
    pub text: std::sync::Arc<str>,
    pub positions: Positions,
    pub scripts: Vec<Script>,
    /// By script: the builds that it is in, or the renderings of a page.
    pub alternatives: Vec<Alternatives>,
    /// How many renderings a page has that differ in their scripts; 0: one.
    pub renderings: usize,
    /// Whether a component's template sees the names of its scope.
    pub setup: bool,
    /// What a page loads, in its order.
    pub sources: Vec<LoadedScript>,
    /// Components that markup uses.
    pub components: Vec<UsedComponent>,
    pub comments: Vec<Comment>,
    pub problems: Vec<Problem>,
    pub skipped: Option<String>,
}

impl Loaded {
    /// A file of which nothing was kept, since it passes the limit of size.
    fn too_large(limits: &Limits) -> Self {
        Self { skipped: Some(limits.passed(Limit::FileSize)), ..Self::default() }
    }

    /// The script that stands for the file in a build, by its index.
    pub(super) fn first_in(&self, build: usize) -> usize {
        self.alternatives.iter().position(|builds| builds.has(build)).unwrap_or_default()
    }

    /// Whether it is another file in some build.
    pub(super) fn varies(&self) -> bool {
        self.renderings == 0 && self.alternatives.iter().any(|builds| !builds.is_all())
    }

    /// The scripts that stand for the file, each once.
    pub(super) fn firsts(&self) -> Vec<usize> {
        let all = if self.varies() { Builds::COUNT } else { 1 };
        let mut firsts: Vec<usize> = (0..all).map(|build| self.first_in(build)).collect();
        firsts.sort_unstable();
        firsts.dedup();
        firsts
    }

    /// Makes renderings of the ways to fill what a server leaves of scripts: what stands for one script in different ways
    /// is never in one. `ways` says by script which of how many it is.
    fn part_ways(&mut self, ways: &[(usize, usize)]) {
        let most = ways.iter().map(|(_, of)| *of).max().unwrap_or_default();
        if most <= 1 {
            return;
        }
        let before = self.renderings.max(1);
        let after = before * most.min(Alternatives::MOST / before);
        let widen = |in_those: &mut Alternatives, (way, of): (usize, usize)| {
            let has = |number: &usize| in_those.has(number % before) && number / before % of == way;
            if of > 1 || !in_those.is_all() {
                *in_those = (0..after).filter(has).collect();
            }
        };
        self.alternatives.iter_mut().zip(ways).for_each(|(in_those, way)| widen(in_those, *way));
        self.sources.iter_mut().for_each(|source| widen(&mut source.alternatives, (0, 1)));
        self.renderings = after;
    }
}

/// What became of the files that were searched.
#[derive(Debug, Default)]
pub(super) struct Searched {
    /// Hashes of the modules that files name, each with the index of the file.
    pub stems: Vec<(u32, u32)>,
    /// Files that name a payment API, by index.
    pub loaded: Vec<(usize, Box<Loaded>)>,
    /// What went wrong, by index of the file.
    pub errors: Vec<(usize, RunError)>,
}

/// Searches the candidates that the survey has not looked into, and parses those that name a payment API, on the threads
/// of the pool that this runs on.
pub(super) fn search_all(survey: &Survey<'_>, search: &Search) -> Searched {
    let mut seen = Searched::default();
    let mut due = Vec::new();
    for (index, candidate) in survey.candidates.iter().enumerate() {
        match &candidate.found.seen {
            // It names no payment API, and no modules.
            None if candidate.found.kind == FileKind::Markup => {}
            None => due.push(index),
            Some(Ok(look)) => {
                seen.add_modules(candidate, index, look);
                due.extend(look.names_api.then_some(index));
            }
            Some(Err(error)) => seen.add_failure(index, error, &survey.limits),
        }
    }
    let part = || Part { reader: Reader::new(&survey.limits), searched: Searched::default() };
    let one = |mut part: Part, index: &usize| {
        part.search(survey, search, *index);
        part
    };
    match due.as_slice() {
        [only] => seen.and(one(part(), only).searched),
        due => {
            let parts = due.par_iter().fold(part, one).map(|part| part.searched);
            seen.and(parts.reduce(Searched::default, Searched::and))
        }
    }
}

/// A part of the files, searched one after another.
struct Part {
    reader: Reader,
    searched: Searched,
}

impl Part {
    fn search(&mut self, survey: &Survey<'_>, search: &Search, index: usize) {
        let candidate = &survey.candidates[index];
        let searched = match (&candidate.found.seen, survey.stdin) {
            (_, Some((stdin, text))) if stdin == index => {
                let is_too_large = text.len() as u64 > survey.limits.get(Limit::FileSize);
                let seen = Seen::of(text, search);
                Ok(Seen { names_api: seen.names_api || is_too_large, ..seen })
            }
            (None, _) => self.reader.see(&candidate.found, search),
            // What it names is known.
            (Some(_), _) => Ok(Seen { names_api: true, modules: SmallVec::new() }),
        };
        let bytes = searched.and_then(|seen| {
            self.searched.add_modules(candidate, index, &seen);
            Ok(seen.names_api.then(|| survey.read(index)).transpose()?)
        });
        match bytes.map(|bytes| bytes.map(|bytes| load_bytes(&candidate.found, bytes, &survey.limits))) {
            Ok(None) => {}
            Ok(Some(Ok(loaded))) => self.searched.loaded.push((index, loaded)),
            Ok(Some(Err(error))) => self.searched.errors.push((index, error)),
            Err(error) => self.searched.add_failure(index, &error, &survey.limits),
        }
    }
}

impl Searched {
    /// Adds the modules that a file names; one that stands alone imports from nowhere.
    fn add_modules(&mut self, candidate: &Candidate, index: usize, seen: &Seen) {
        if candidate.root.is_some() {
            self.stems.extend(seen.modules.iter().map(|hash| (*hash, index as u32)));
        }
    }

    /// Takes note of a file that could not be read. One that was met in a folder and is gone now is as if it had not
    /// been there; one that is too large is a finding.
    fn add_failure(&mut self, index: usize, error: &PathError, limits: &Limits) {
        match error.kind {
            PathErrorKind::NotFound if !error.named => {}
            PathErrorKind::TooLarge => self.loaded.push((index, Box::new(Loaded::too_large(limits)))),
            _ => self.errors.push((index, path_error(error))),
        }
    }

    /// These files, and those that come after them.
    fn and(mut self, mut after: Self) -> Self {
        self.stems.append(&mut after.stems);
        self.loaded.append(&mut after.loaded);
        self.errors.append(&mut after.errors);
        self
    }
}

/// Decodes a file and parses its scripts.
pub(super) fn load_bytes(found: &Found, bytes: Vec<u8>, limits: &Limits) -> Result<Box<Loaded>, RunError> {
    load_kind(found.kind, bytes, limits).map_err(|message| internal_error(&found.display(), &message))
}

/// The same for a file of this kind that no walk found; an error is what a panic said.
pub(super) fn load_kind(kind: FileKind, bytes: Vec<u8>, limits: &Limits) -> Result<Box<Loaded>, String> {
    guarded(|| Box::new(read_closely(kind, bytes, limits)))
}

fn read_closely(kind: FileKind, bytes: Vec<u8>, limits: &Limits) -> Loaded {
    if bytes.len() as u64 > limits.get(Limit::FileSize) {
        return Loaded::too_large(limits);
    }
    let decoded = match decode(bytes) {
        Ok(decoded) => decoded,
        Err(error) => return Loaded { skipped: Some(error.to_string()), ..Loaded::default() },
    };
    let mut loaded = Loaded {
        positions: Positions::new(decoded.text.clone(), decoded.stored),
        text: decoded.text,
        ..Loaded::default()
    };
    let PageScripts { inline, loaded: sources, components, setup, renderings } = scripts_of(kind, &loaded.text);
    (loaded.sources, loaded.components, loaded.setup, loaded.renderings) = (sources, components, setup, renderings);
    let mut budget = Budget::full(*limits);
    let (mut ways, mut readable, mut in_parts) = (Vec::new(), FxHashSet::default(), Vec::new());
    for raw in inline {
        let mut parsed = parse(&loaded.text, &raw, &budget);
        if let Some(plain) = raw.otherwise.as_ref().filter(|_| !parsed.problems.is_empty()) {
            budget.spend(parsed.tokens);
            parsed = parse(&loaded.text, plain, &budget);
        }
        let Parsed { mut script, variants, comments, problems, tokens } = parsed;
        budget.spend(tokens);
        let is_tentative = raw.template.as_ref().is_some_and(|template| template.tentative);
        if (is_tentative || raw.kind == Some(ScriptKind::Template)) && !problems.is_empty() {
            // A template of something else; what one may say is its compiler's business.
            continue;
        }
        if kind == FileKind::Component(Framework::Svelte) {
            script.open_exported_names();
        }
        let all = 1 + variants.len();
        ways.extend((0..all).map(|way| (way, all)));
        loaded.scripts.push(script);
        loaded.scripts.extend(variants);
        loaded.alternatives.resize(loaded.scripts.len(), raw.alternatives);
        loaded.comments.extend(comments);
        if problems.is_empty() {
            readable.insert(raw.span.start);
        }
        match kind {
            // The code of a binding is made of the markup: what is no name there binds nothing.
            FileKind::Markup => {}
            _ if raw.masked.is_some() && renderings > 0 => in_parts.push((raw.span.start, problems)),
            _ => loaded.problems.extend(problems),
        }
        loaded.problems.extend(raw.unclosed.then(|| unclosed(&loaded.text, raw.span)));
    }
    // What can be read in one rendering may be what no server makes in another.
    let broken = in_parts.into_iter().filter(|(start, _)| !readable.contains(start));
    loaded.problems.extend(broken.flat_map(|(_, problems)| problems));
    loaded.part_ways(&ways);
    loaded.comments.sort_by_key(|c| c.span);
    loaded.problems.sort_by_key(|p| p.span);
    // What several alternatives have is there once.
    loaded.comments.dedup_by_key(|c| c.span);
    loaded.problems.dedup();
    loaded
}

/// A script element that the page never closes.
fn unclosed(text: &str, span: Span) -> Problem {
    let line = text.get(span.start as usize..).unwrap_or("").find(['\n', '\r']).unwrap_or(0) as u32;
    let message = "the script element is never closed, so browsers do not run it".to_owned();
    Problem { kind: ProblemKind::ParseError, message, span: Span::new(span.start, (span.start + line).min(span.end)) }
}

pub(super) fn path_error(error: &PathError) -> RunError {
    RunError { kind: RunErrorKind::Path, path: Some(error.path.clone()), message: error.message.clone() }
}

#[cfg(test)]
mod tests {
    use super::super::Options;
    use super::super::survey::survey;
    use super::*;
    use crate::api::APIS;

    #[test]
    fn a_file_that_is_gone_when_it_is_read_is_an_error_only_where_it_was_named() {
        let search = Search::new(APIS);
        for is_named in [false, true] {
            let folder = tempfile::tempdir().unwrap();
            for name in ["a.js", "b.js"] {
                std::fs::write(folder.path().join(name), "my.tradePay()").unwrap();
            }
            let gone = folder.path().join("b.js");
            let mut paths = vec![folder.path().to_owned()];
            paths.extend(is_named.then(|| gone.clone()));
            let options = Options { paths, ..Options::default() };
            let survey = survey(&options, &search);
            std::fs::remove_file(gone).unwrap();
            let searched =
                crate::syntax::on_large_stack(options.limits.stack(), || search_all(&survey, &search)).unwrap();
            assert_eq!((searched.loaded.len(), searched.errors.len()), (1, usize::from(is_named)));
        }
    }
}
