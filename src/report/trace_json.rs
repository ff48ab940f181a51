//! `paylint trace --format json`: every step of the traced runs as one versioned document, described by
//! `schemas/trace-1.schema.json`.

use std::io::{self, Write};

use serde::Serialize;

use super::audit_json::{Api, Outcome, outcome};
use super::document::{ErrorEntry, Place, SCHEMA_VERSION, Tool, errors, write_json};
use super::findings_on;
use super::outcomes::certainty_name;
use super::trace_words::{later_name, value_in_words};
use crate::Run;
use crate::analysis::{self as facts, TraceKind, ValueNote};
use crate::diagnostic::Diagnostic;
use crate::project::Project;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    tool: Tool,
    traces: Vec<Trace<'a>>,
    errors: Vec<ErrorEntry<'a>>,
}

#[derive(Serialize)]
struct Trace<'a> {
    site: Site<'a>,
    code: Option<&'static str>,
    runs: Vec<TracedRun<'a>>,
    outcome: Option<Outcome<'a>>,
    findings: Vec<Finding<'a>>,
}

#[derive(Serialize)]
struct Site<'a> {
    api: Api,
    callee: &'a str,
    function: Option<&'a str>,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct TracedRun<'a> {
    steps: Vec<Step<'a>>,
    cut: bool,
    exhausted: bool,
}

#[derive(Serialize)]
struct Step<'a> {
    depth: usize,
    spelling: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    #[serde(flatten)]
    what: What<'a>,
}

#[derive(Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
enum What<'a> {
    Payment,
    Enter {
        function: Function<'a>,
        arguments: Vec<Argument<'a>>,
        because: &'static str,
    },
    Leave {
        name: Option<&'a str>,
        returned: Option<Value>,
    },
    NotFollowed,
    Test {
        operands: Vec<Operand<'a>>,
        holds: Option<bool>,
        reason: Option<Why<'a>>,
        arm: Option<Arm<'a>>,
    },
    Switch {
        value: Value,
        arm: Option<Arm<'a>>,
    },
    Arm {
        arm: Arm<'a>,
    },
    LookUp {
        key: Value,
        found: Value,
    },
    Write {
        name: &'a str,
        value: Value,
    },
    Settle {
        rejected: bool,
        value: Value,
    },
    Await {
        resolved: Option<Value>,
        rejected: Option<Value>,
    },
    Throw {
        value: Value,
        caught: bool,
    },
    Catch {
        value: Value,
    },
    Effect {
        class: &'static str,
        channel: &'static str,
        text: Option<&'a str>,
        certainty: &'static str,
        effect: Option<usize>,
    },
}

#[derive(Serialize)]
struct Function<'a> {
    name: Option<&'a str>,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Argument<'a> {
    name: Option<&'a str>,
    value: Value,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Value {
    words: String,
    known: bool,
    from_result: bool,
}

#[derive(Serialize)]
struct Operand<'a> {
    spelling: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
    value: Value,
}

#[derive(Serialize)]
struct Why<'a> {
    reason: &'static str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Arm<'a> {
    condition: Condition<'a>,
    holds: Option<bool>,
    case: Option<&'a str>,
    start: Option<Place<'a>>,
}

#[derive(Serialize)]
struct Condition<'a> {
    spelling: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

#[derive(Serialize)]
struct Finding<'a> {
    rule: &'static str,
    severity: &'static str,
    message: &'a str,
    #[serde(flatten)]
    place: Place<'a>,
}

/// Writes each trace.
///
/// # Errors
/// What the writer says.
pub fn write(run: &Run, traces: &[facts::Trace], out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::this(),
        traces: traces.iter().map(|t| trace(run, t)).collect(),
        errors: errors(run),
    };
    write_json(&document, out)
}

fn trace<'a>(run: &'a Run, trace: &'a facts::Trace) -> Trace<'a> {
    let (project, site) = (&run.project, &trace.site);
    let cell = site.outcomes.iter().find(|o| o.code == trace.code);
    Trace {
        site: Site {
            api: Api::of(site.api),
            callee: &site.spelling,
            function: site.function.as_deref(),
            place: Place::new(project, site.call),
        },
        code: trace.code,
        runs: trace.runs.iter().map(|r| traced_run(project, r)).collect(),
        outcome: cell.map(|o| outcome(project, site, o)),
        findings: cell.map(|o| findings_on(run, site, o).map(|d| finding(project, d)).collect()).unwrap_or_default(),
    }
}

fn finding<'a>(project: &'a Project, diagnostic: &'a Diagnostic) -> Finding<'a> {
    Finding {
        rule: diagnostic.rule.id,
        severity: diagnostic.severity.as_str(),
        message: &diagnostic.message,
        place: Place::new(project, diagnostic.primary),
    }
}

fn traced_run<'a>(project: &'a Project, run: &'a facts::TracedRun) -> TracedRun<'a> {
    let steps = run.steps.iter().map(|step| Step {
        depth: step.depth,
        spelling: &step.spelling,
        place: Place::new(project, step.loc),
        what: what(project, &step.what),
    });
    TracedRun { steps: steps.collect(), cut: run.cut, exhausted: run.exhausted }
}

fn what<'a>(project: &'a Project, kind: &'a TraceKind) -> What<'a> {
    match kind {
        TraceKind::Payment => What::Payment,
        TraceKind::Enter { function, name, arguments, later } => What::Enter {
            function: Function { name: name.as_deref(), place: Place::new(project, *function) },
            arguments: arguments.iter().map(|(n, v)| Argument { name: n.as_deref(), value: value(v) }).collect(),
            because: later.map_or("call", later_name),
        },
        TraceKind::Leave { name, returned } => {
            What::Leave { name: name.as_deref(), returned: returned.as_ref().map(value) }
        }
        TraceKind::NotFollowed => What::NotFollowed,
        TraceKind::Test { operands, holds, reason, arm: taken } => What::Test {
            operands: operands.iter().map(|o| operand(project, o)).collect(),
            holds: *holds,
            reason: reason.as_ref().map(|r| Why { reason: r.reason.as_str(), place: Place::new(project, r.loc) }),
            arm: taken.as_ref().map(|a| arm(project, a)),
        },
        TraceKind::Switch { value: v, arm: taken } => {
            What::Switch { value: value(v), arm: taken.as_ref().map(|a| arm(project, a)) }
        }
        TraceKind::Arm(taken) => What::Arm { arm: arm(project, taken) },
        TraceKind::LookUp { key, found } => What::LookUp { key: value(key), found: value(found) },
        TraceKind::Write { name, value: v } => What::Write { name, value: value(v) },
        TraceKind::Settle { rejected, value: v } => What::Settle { rejected: *rejected, value: value(v) },
        TraceKind::Await { resolved, rejected } => {
            What::Await { resolved: resolved.as_ref().map(value), rejected: rejected.as_ref().map(value) }
        }
        TraceKind::Throw { value: v, caught } => What::Throw { value: value(v), caught: *caught },
        TraceKind::Catch(v) => What::Catch { value: value(v) },
        TraceKind::Effect { class, channel, text, certainty, index } => What::Effect {
            class: class.as_str(),
            channel: channel.as_str(),
            text: text.as_deref(),
            certainty: certainty_name(*certainty),
            effect: *index,
        },
    }
}

fn operand<'a>(project: &'a Project, operand: &'a facts::Operand) -> Operand<'a> {
    Operand { spelling: &operand.spelling, place: Place::new(project, operand.loc), value: value(&operand.value) }
}

fn value(note: &ValueNote) -> Value {
    Value { words: value_in_words(note, "…"), known: note.is_known(), from_result: note.of_result }
}

fn arm<'a>(project: &'a Project, arm: &'a facts::TraceArm) -> Arm<'a> {
    Arm {
        condition: Condition { spelling: &arm.spelling, place: Place::new(project, arm.condition) },
        holds: (arm.number < 2).then_some(arm.number == 1),
        case: arm.case.as_deref(),
        start: arm.start.map(|loc| Place::new(project, loc)),
    }
}
