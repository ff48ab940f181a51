//! `paylint trace FILE:LINE[:COLUMN]`: what the code does for one result code of one payment call, step by step.

use std::path::{Path, PathBuf};

use super::args::{Format, InputArgs, TraceArgs};
use super::{CliError, ExitStatus, output, suggest};
use crate::analysis::{Site, Verdict, Wanted};
use crate::discover::{WalkOptions, discover};
use crate::ir::{FileId, Loc};
use crate::project::Project;
use crate::report::escape::visible;
use crate::report::{trace_human, trace_json};
use crate::{Options, Run};

/// The code that is traced where none is at fault: the one most often got wrong.
const DEFAULT_CODE: &str = "8000";
/// What stands for a code that nobody documented.
const OTHER: &str = "other";
/// Calls that a complaint lists; more are counted.
const LISTED: usize = 20;

/// A place as the user writes it.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Written {
    path: PathBuf,
    /// Line and column, from 1.
    line: Option<u32>,
    column: Option<u32>,
}

/// Analyses the file, and prints the runs behind the cells that are asked for. What they show never fails the run.
pub(super) fn run(args: &TraceArgs) -> Result<ExitStatus, CliError> {
    let written = written(&args.place);
    if written.path.is_dir() {
        let path = written.path.to_string_lossy();
        let path = visible(&path);
        return Err(usage(format!("`{path}` is a folder\n  tip: {HOW}; `paylint audit {path}` lists the calls")));
    }
    let mut run =
        crate::run(&Options { paths: vec![written.path.clone()], limits: args.limits.limits(), ..Options::default() });
    if !run.errors.is_empty() {
        let input = InputArgs::default();
        output::complain_of_run(args.color.color, &run, &input);
        return Ok(ExitStatus::Failure);
    }
    let wanted = wanted(&run, &written, args.code.as_deref())?;
    let mut traces = Vec::new();
    match crate::trace(&run.project, &wanted) {
        Ok(found) => traces = found,
        Err(error) => run.errors.push(error),
    }
    output::print(|out| match args.format {
        Format::Human => trace_human::write(&run, &traces, output::look(args.color.color), out),
        Format::Json => trace_json::write(&run, &traces, out),
    })?;
    let input = InputArgs::default();
    output::complain_of_run(args.color.color, &run, &input);
    Ok(if run.errors.is_empty() { ExitStatus::Clean } else { ExitStatus::Failure })
}

/// How a call is named.
const HOW: &str = "name a payment call by its line, as in `paylint trace pay.js:12`";

fn usage(text: String) -> CliError {
    CliError::Usage(text)
}

/// Takes a place apart. What is no number belongs to the path: Windows has colons in it.
fn written(place: &str) -> Written {
    let number = |text: &str| text.parse::<u32>().ok().filter(|n| *n > 0);
    let split = |text: &str| text.rsplit_once(':').and_then(|(rest, last)| Some((rest.to_owned(), number(last)?)));
    let (path, line, column) = match split(place) {
        None => (place.to_owned(), None, None),
        Some((rest, last)) => match split(&rest) {
            Some((path, line)) => (path, Some(line), Some(last)),
            None => (rest, Some(last), None),
        },
    };
    Written { path: PathBuf::from(path), line, column }
}

/// The calls at the place, each with the codes to trace it for.
fn wanted(run: &Run, written: &Written, code: Option<&str>) -> Result<Vec<Wanted>, CliError> {
    let sites = sites_of(run, &written.path);
    let found = sites_at(&run.project, &sites, written);
    if found.is_empty() {
        return Err(usage(nothing_there(&run.project, &sites, written)));
    }
    let wanted: Vec<Wanted> = found
        .iter()
        .map(|site| Wanted { call: site.call, codes: codes_of(site, code) })
        .filter(|w| !w.codes.is_empty())
        .collect();
    match code {
        Some(code) if wanted.is_empty() => Err(usage(unknown_code(&found, code))),
        _ => Ok(wanted),
    }
}

/// The calls of a file, by place.
fn sites_of<'r>(run: &'r Run, path: &Path) -> Vec<&'r Site> {
    let named = discover(&[path.to_path_buf()], &WalkOptions::default()).files;
    let is_named = |file: FileId| named.iter().any(|f| f.display() == run.project.file(file).path);
    let sites = run.facts.iter().flat_map(|(_, facts)| &facts.sites);
    sites.filter(|site| is_named(site.call.file) || is_named(site.touch.call.file)).collect()
}

/// The payments that begin on a line, else those that touch the API there, else those that go on over it; with a
/// column, those around that point.
fn sites_at<'s>(project: &Project, sites: &[&'s Site], written: &Written) -> Vec<&'s Site> {
    let Some(line) = written.line else { return Vec::new() };
    let named = discover(std::slice::from_ref(&written.path), &WalkOptions::default()).files;
    let is_named = |loc: Loc| named.iter().any(|f| f.display() == project.file(loc.file).path);
    let point = |loc: Loc, offset: u32| {
        let point = project.file(loc.file).positions.point(offset);
        (point.line.0, point.column.0)
    };
    let begins = |loc: Loc| is_named(loc) && point(loc, loc.span.start).0 == line;
    let goes_over = |loc: Loc| match written.column {
        Some(column) => point(loc, loc.span.start) <= (line, column) && (line, column) <= point(loc, loc.span.end),
        None => point(loc, loc.span.start).0 <= line && line <= point(loc, loc.span.end).0,
    };
    let choose = |is_there: &dyn Fn(&Site) -> bool| -> Vec<&'s Site> {
        sites.iter().copied().filter(|site| is_there(site)).collect()
    };
    let goes_over = |loc: Loc| is_named(loc) && goes_over(loc);
    let by_line: [&dyn Fn(&Site) -> bool; 2] = [&|site| begins(site.call), &|site| begins(site.touch.call)];
    let around: [&dyn Fn(&Site) -> bool; 2] = [&|site| goes_over(site.call), &|site| goes_over(site.touch.call)];
    let lines = by_line.iter().filter(|_| written.column.is_none());
    lines.chain(&around).map(|is_there| choose(is_there)).find(|found| !found.is_empty()).unwrap_or_default()
}

/// The codes to trace: the one that is asked for, where the API documents it; else all that are at fault.
fn codes_of(site: &Site, asked: Option<&str>) -> Vec<Option<&'static str>> {
    let all = site.outcomes.iter();
    match asked {
        Some(OTHER) => vec![None],
        Some(code) => all.filter(|o| o.code == Some(code)).map(|o| o.code).collect(),
        None => {
            let faults: Vec<_> =
                all.clone().filter(|o| matches!(o.verdict, Verdict::Fault(_))).map(|o| o.code).collect();
            if !faults.is_empty() {
                return faults;
            }
            let usual = all.clone().find(|o| o.code == Some(DEFAULT_CODE));
            usual.into_iter().chain(all).take(1).map(|o| o.code).collect()
        }
    }
}

fn nothing_there(project: &Project, sites: &[&Site], written: &Written) -> String {
    let path = visible(&written.path.to_string_lossy()).into_owned();
    if sites.is_empty() {
        return format!(
            "no payment call was found in {path}\n  tip: `paylint audit {path}` tells what could be judged"
        );
    }
    let place = match (written.line, written.column) {
        (Some(line), Some(column)) => format!("{path}:{line}:{column}"),
        (Some(line), None) => format!("{path}:{line}"),
        _ => String::new(),
    };
    let mut text = if place.is_empty() {
        format!("`{path}` has no line\n  tip: {HOW}")
    } else {
        format!("no payment call stands at {place}")
    };
    text += &format!("\n  payment calls in {path}:");
    for site in sites.iter().take(LISTED) {
        let file = project.file(site.call.file);
        let point = file.positions.point(site.call.span.start);
        let within = site.function.as_deref().map(|f| format!(" in {}", visible(f))).unwrap_or_default();
        let (path, callee) = (visible(&file.path), visible(&site.spelling));
        text += &format!("\n    {path}:{}:{}  {callee}{within}", point.line.0, point.column.0);
    }
    if sites.len() > LISTED {
        text += &format!("\n    and {} more", sites.len() - LISTED);
    }
    text
}

fn unknown_code(sites: &[&Site], code: &str) -> String {
    let mut codes: Vec<&str> = Vec::new();
    for known in sites.iter().flat_map(|s| s.api.codes).map(|c| c.code) {
        if !codes.contains(&known) {
            codes.push(known);
        }
    }
    let list = format!("the result codes are {}, and `{OTHER}` for any else", codes.join(", "));
    let tip = match suggest::question(&suggest::nearest(code, codes.iter().copied().chain([OTHER]))) {
        Some(question) => format!("{question} {list}"),
        None => list,
    };
    let title = sites.first().map_or("this API", |s| s.api.title);
    format!("no result code of {title} is called `{}`\n  tip: {tip}", visible(code))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_taken_apart_from_its_end() {
        let of = |text: &str| {
            let Written { path, line, column } = written(text);
            (path.to_string_lossy().into_owned(), line, column)
        };
        assert_eq!(of("pay.js:12"), ("pay.js".to_owned(), Some(12), None));
        assert_eq!(of("pay.js:12:3"), ("pay.js".to_owned(), Some(12), Some(3)));
        assert_eq!(of("C:\\pay.js:12:3"), ("C:\\pay.js".to_owned(), Some(12), Some(3)));
        assert_eq!(of("pay.js"), ("pay.js".to_owned(), None, None));
        assert_eq!(of("pay.js:0"), ("pay.js:0".to_owned(), None, None));
        assert_eq!(of("pay.js:x:3"), ("pay.js:x".to_owned(), Some(3), None));
    }
}
