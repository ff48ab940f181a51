//! `paylint trace` for people: each step of a run on a line of its own, with its place at the left and indented by
//! the calls and arms that it stands in; at the end the verdict and the findings that rest on it.

use std::io::{self, Write};

use super::escape::{known, visible};
use super::outcomes::{certainty_in_words, reason_in_words, unfollowed};
use super::table::{cell, cut, width};
use super::trace_words::{later_in_words, value_in_words};
use super::{Look, Paint, findings_on};
use crate::Run;
use crate::analysis::{
    AtomNote, Channel, Outcome, Trace, TraceArm, TraceKind, TraceStep, TracedRun, UnknownFrom, ValueNote, Verdict,
};
use crate::ir::Loc;
use crate::project::Project;

/// Columns of a line; what does not fit is cut.
const WIDTH: usize = 140;
/// Columns of an excerpt; longer ones are cut.
const EXCERPT: usize = 60;
/// Columns of places; longer ones push their line to the right.
const PLACE: usize = 60;
/// Columns by which a call or an arm is indented, and at most how often.
const INDENT: (usize, usize) = (2, 16);

/// Before a function that code which is not at hand calls.
const FROM_OUTSIDE: &str = "a caller who is not at hand calls";

/// Writes each trace.
///
/// # Errors
/// What the writer says.
pub fn write(run: &Run, traces: &[Trace], look: Look, out: &mut dyn Write) -> io::Result<()> {
    for (index, trace) in traces.iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        let page = Page { project: &run.project, look, paint: Paint::new(look.color), trace };
        page.write(run, out)?;
    }
    Ok(())
}

struct Page<'a> {
    project: &'a Project,
    look: Look,
    paint: Paint,
    trace: &'a Trace,
}

impl Page<'_> {
    fn write(&self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        self.write_heading(out)?;
        for (index, traced) in self.trace.runs.iter().enumerate() {
            writeln!(out)?;
            if self.trace.runs.len() > 1 {
                writeln!(out, "   way {} of {}", index + 1, self.trace.runs.len())?;
            }
            self.write_run(traced, out)?;
        }
        writeln!(out)?;
        self.write_end(run, out)
    }

    fn write_heading(&self, out: &mut dyn Write) -> io::Result<()> {
        let site = &self.trace.site;
        let within = site.function.as_deref().map(|f| format!(" in {}", self.shorten(f))).unwrap_or_default();
        let heading = format!("{}  {}{within}", self.place(site.call), self.shorten(&site.spelling));
        writeln!(out, "{}", self.paint.bold(&heading))?;
        self.write_field("API", site.api.title, out)?;
        self.write_field("code", &self.code(), out)
    }

    fn code(&self) -> String {
        match self.trace.code {
            Some(code) => match self.trace.site.api.code(code) {
                Some(entry) => format!("{code}: {}", entry.meaning),
                None => code.to_owned(),
            },
            None => "other: a code that nobody documented".to_owned(),
        }
    }

    fn write_field(&self, name: &str, value: &str, out: &mut dyn Write) -> io::Result<()> {
        writeln!(out, "   {}  {value}", self.paint.dim(&cell(name, "verdict".len())))
    }

    fn write_run(&self, run: &TracedRun, out: &mut dyn Write) -> io::Result<()> {
        let places = run.steps.iter().map(|s| width(&self.place(s.loc)));
        let column = places.max().unwrap_or(0).min(PLACE);
        for step in &run.steps {
            let place = self.paint.cyan(&cell(&self.place(step.loc), column));
            let indent = " ".repeat(INDENT.0 * step.depth.min(INDENT.1));
            let room = WIDTH.saturating_sub(column + 2 + indent.len());
            for (index, line) in self.lines(step).iter().enumerate() {
                let line = if index == 0 { self.emphasize(step, line, room) } else { self.cut_to(line, room) };
                let (left, deeper) = if index == 0 { (place.clone(), "") } else { (" ".repeat(column), "    ") };
                writeln!(out, "{left}  {indent}{deeper}{line}")?;
            }
        }
        if run.steps.iter().all(|s| matches!(s.what, TraceKind::Payment)) {
            writeln!(out, "{}  nothing at hand follows", " ".repeat(column))?;
        }
        if run.cut {
            writeln!(out, "{}  there are more steps than are shown", " ".repeat(column))?;
        }
        if run.exhausted {
            writeln!(out, "{}  the run is too long or too deep to follow, and ends here", " ".repeat(column))?;
        }
        Ok(())
    }

    /// What is at fault, and how conditions end, stands out.
    fn emphasize(&self, step: &TraceStep, line: &str, room: usize) -> String {
        let line = self.cut_to(line, room);
        match &step.what {
            TraceKind::Effect { index, .. } if self.is_fault(*index) => self.paint.red_bold(&line),
            TraceKind::Effect { .. } => self.paint.bold(&line),
            TraceKind::Test { holds: None, .. } | TraceKind::NotFollowed => self.paint.yellow(&line),
            TraceKind::Enter { .. } | TraceKind::Leave { .. } => self.paint.dim(&line),
            _ => line,
        }
    }

    fn is_fault(&self, index: Option<usize>) -> bool {
        let verdict = self.outcome().map(|o| &o.verdict);
        index.is_some_and(|index| verdict == Some(&Verdict::Fault(index)))
    }

    fn outcome(&self) -> Option<&Outcome> {
        self.trace.site.outcomes.iter().find(|o| o.code == self.trace.code)
    }

    /// A step in words: its line, and what belongs below it.
    fn lines(&self, step: &TraceStep) -> Vec<String> {
        let code = self.shorten(&step.spelling);
        vec![match &step.what {
            TraceKind::Payment => self.payment(),
            TraceKind::Enter { function, name, arguments, later } => {
                let space = if name.is_none() { " " } else { "" };
                let called = self.function(name.as_deref(), Some(*function));
                let arguments: Vec<String> = arguments.iter().map(|(name, value)| self.argument(name, value)).collect();
                // An entry's call is the function itself.
                let how = if *function == step.loc && later.is_none() { FROM_OUTSIDE } else { later_in_words(*later) };
                let given = match arguments.as_slice() {
                    [] => String::new(),
                    given => format!("{space}({})", given.join(", ")),
                };
                format!("{how} {called}{given}")
            }
            TraceKind::Leave { name, returned } => self.leave(name.as_deref(), returned.as_ref()),
            TraceKind::NotFollowed => format!("{code} is not followed once more: what it returns is unknown"),
            TraceKind::Test { .. } => return self.test(step, &code),
            TraceKind::Switch { value, arm } => {
                format!("switch ({code}): it is {}{}", self.value(value), self.case_taken(arm.as_ref()))
            }
            TraceKind::Arm(arm) => self.arm(arm),
            TraceKind::LookUp { key, found } => {
                format!("{code} finds {} under {}", self.value(found), self.value(key))
            }
            TraceKind::Write { name, value } => format!("{} = {}", self.shorten(name), self.value(value)),
            TraceKind::Settle { rejected, value } => {
                let how = if *rejected { "rejected" } else { "resolved" };
                format!("the promise is {how} with {}", self.value(value))
            }
            TraceKind::Await { resolved, rejected } => {
                format!("{code} {}", self.goes_on(resolved.as_ref(), rejected.as_ref()))
            }
            TraceKind::Throw { value, caught } => {
                let caught = if *caught { "" } else { ", which nothing at hand catches" };
                format!("throws {}{caught}", self.value(value))
            }
            TraceKind::Catch(value) => format!("is caught: {}", self.value(value)),
            TraceKind::Effect { .. } => return self.effect(step, &code),
        }]
    }

    fn payment(&self) -> String {
        let site = &self.trace.site;
        let callee = self.shorten(&site.spelling);
        match self.trace.code {
            Some(code) => format!("{callee} pays; the result's {} is '{code}'", site.api.result_field),
            None => format!("{callee} pays; the result's {} is one that nobody documented", site.api.result_field),
        }
    }

    fn function(&self, name: Option<&str>, function: Option<Loc>) -> String {
        match (name, function) {
            (Some(name), _) => self.shorten(name),
            (None, Some(loc)) => format!("the function at {}", self.point(loc)),
            (None, None) => "the function".to_owned(),
        }
    }

    fn argument(&self, name: &Option<String>, value: &ValueNote) -> String {
        let Some(name) = name else {
            // A parameter that is taken apart has no name of its own.
            let from_outside = |a: &AtomNote| matches!(a, AtomNote::Unknown(UnknownFrom::Parameter, _));
            let is_known = !value.alternatives.iter().all(from_outside);
            return if is_known { self.value(value) } else { self.ellipsis().to_owned() };
        };
        let own = |a: &AtomNote| matches!(a, AtomNote::Unknown(UnknownFrom::Parameter, known) if known == name);
        if value.alternatives.iter().all(own) {
            return self.shorten(name);
        }
        format!("{} = {}", self.shorten(name), self.value(value))
    }

    fn leave(&self, name: Option<&str>, returned: Option<&ValueNote>) -> String {
        let name = self.function(name, None);
        match returned {
            Some(value) if is_undefined(value) => format!("{name} ends"),
            Some(value) => format!("{name} returns {}", self.value(value)),
            None => format!("{name} ends by a throw"),
        }
    }

    /// A condition, how it ends and why, and where the run goes on.
    fn test(&self, step: &TraceStep, code: &str) -> Vec<String> {
        let TraceKind::Test { operands, holds, reason, arm } = &step.what else { return Vec::new() };
        let ends = match holds {
            Some(true) => "holds",
            Some(false) => "does not hold",
            None => "may hold or not: both arms are followed",
        };
        let mut first = format!("{code} {ends}");
        if let Some(arm) = arm {
            if arm.condition != step.loc {
                let whole = if arm.number == 1 { "holds" } else { "does not hold" };
                first += &format!(", so {} {whole}", self.shorten(&arm.spelling));
            }
            if let Some(start) = arm.start {
                first += &format!(": on to {}", self.point(start));
            }
        }
        let mut lines = vec![first];
        for operand in operands {
            let value = self.value(&operand.value);
            let written = self.shorten(&operand.spelling);
            // An unknown that is called by its own code says it all.
            let same = value.strip_prefix(&format!("`{written}`, "));
            lines.push(format!("{written} is {}", same.unwrap_or(&value)));
        }
        if let Some(why) = reason.as_ref().filter(|_| operands.is_empty()) {
            lines.push(format!("undecided: {} ({})", reason_in_words(why.reason), self.point(why.loc)));
        }
        lines
    }

    fn case_taken(&self, arm: Option<&TraceArm>) -> String {
        match arm {
            Some(TraceArm { case: Some(case), start: Some(start), .. }) => {
                format!(": on to `{}` at {}", self.shorten(case), self.point(*start))
            }
            Some(_) => ": no case takes it".to_owned(),
            None => ": several cases may take it".to_owned(),
        }
    }

    fn arm(&self, arm: &TraceArm) -> String {
        let at = arm.start.map(|start| format!(", at {}", self.point(start))).unwrap_or_default();
        match (&arm.case, arm.number) {
            (Some(case), _) => format!("if it is `{}`{at}:", self.shorten(case)),
            (None, 1) => format!("if {} holds{at}:", self.shorten(&arm.spelling)),
            (None, _) => format!("if {} does not hold{at}:", self.shorten(&arm.spelling)),
        }
    }

    fn goes_on(&self, resolved: Option<&ValueNote>, rejected: Option<&ValueNote>) -> String {
        match (resolved, rejected) {
            (Some(value), None) => format!("goes on with {}", self.value(value)),
            (None, Some(value)) => format!("throws {}", self.value(value)),
            (Some(value), Some(thrown)) => {
                format!("goes on with {}, or throws {}", self.value(value), self.value(thrown))
            }
            (None, None) => "does not go on".to_owned(),
        }
    }

    fn effect(&self, step: &TraceStep, code: &str) -> Vec<String> {
        let TraceKind::Effect { class, channel, text, certainty, .. } = &step.what else { return Vec::new() };
        let mut lines = vec![format!("effect ({}): {code}", class.as_str())];
        if let Some(text) = text.as_deref().filter(|text| !text.is_empty() && !step.spelling.contains(*text)) {
            lines.push(format!("{} \"{}\"", conveys(*channel), self.shorten(text)));
        }
        lines.extend(certainty_in_words(*certainty).map(str::to_owned));
        lines
    }

    /// The verdict, what was not followed, and the findings that rest on it.
    fn write_end(&self, run: &Run, out: &mut dyn Write) -> io::Result<()> {
        let Some(outcome) = self.outcome() else { return Ok(()) };
        self.write_field("verdict", &self.verdict(outcome), out)?;
        let told = if let Verdict::Undecided(why) = &outcome.verdict { Some(why) } else { None };
        let mut name = "unclear";
        for why in unfollowed(outcome).into_iter().filter(|why| Some(*why) != told) {
            self.write_field(name, &format!("{} ({})", reason_in_words(why.reason), self.point(why.loc)), out)?;
            name = "";
        }
        let mut name = "finding";
        for finding in findings_on(run, &self.trace.site, outcome) {
            let head = self.paint.red_bold(&format!("{}[{}]", finding.severity.as_str(), finding.rule.id));
            let place = self.place(finding.primary);
            self.write_field(name, &format!("{head} at {place}: {}", visible(&finding.label)), out)?;
            name = "";
        }
        Ok(())
    }

    fn verdict(&self, outcome: &Outcome) -> String {
        match &outcome.verdict {
            Verdict::Ok => self.paint.green("ok"),
            Verdict::Fault(index) => {
                let effect = outcome.effects.get(*index);
                let effect = effect.map(|e| {
                    format!(": {} tells {} ({})", self.shorten(&e.spelling), e.class.as_str(), self.point(e.loc))
                });
                format!("{}{}", self.paint.red_bold("FAULT"), effect.unwrap_or_default())
            }
            Verdict::Undecided(why) => {
                let reason = reason_in_words(why.reason);
                format!("{}: {reason} ({})", self.paint.yellow("undecided"), self.point(why.loc))
            }
        }
    }

    fn value(&self, value: &ValueNote) -> String {
        value_in_words(value, self.ellipsis())
    }

    const fn ellipsis(&self) -> &'static str {
        if self.look.unicode { "…" } else { "..." }
    }

    fn shorten(&self, spelling: &str) -> String {
        cut(&known(spelling, self.ellipsis()), EXCERPT, self.ellipsis())
    }

    fn cut_to(&self, line: &str, columns: usize) -> String {
        cut(line, columns.max(EXCERPT), self.ellipsis())
    }

    /// `path:line:column`.
    fn place(&self, loc: Loc) -> String {
        format!("{}:{}", visible(&self.project.file(loc.file).path), self.line_and_column(loc))
    }

    /// The same within a sentence: without the path in the call's own file.
    fn point(&self, loc: Loc) -> String {
        if loc.file == self.trace.site.call.file { self.line_and_column(loc) } else { self.place(loc) }
    }

    fn line_and_column(&self, loc: Loc) -> String {
        let point = self.project.file(loc.file).positions.point(loc.span.start);
        format!("{}:{}", point.line.0, point.column.0)
    }
}

/// Before the text of an effect that its code does not show.
const fn conveys(channel: Channel) -> &'static str {
    match channel {
        Channel::Message => "the customer reads",
        Channel::Navigation => "it goes to",
        Channel::Request => "it asks",
        Channel::State => "it writes",
        Channel::HandedOn => "it hands on",
        Channel::Payment | Channel::Call => "it is given",
    }
}

fn is_undefined(value: &ValueNote) -> bool {
    matches!(value.alternatives.as_slice(), [AtomNote::Literal(word)] if word == "undefined")
}
