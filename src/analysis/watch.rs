//! What the runs behind an outcome table saw: the values of names and the effects, for checks that hold them against
//! real runs. It judges nothing.

use super::classify::{certainty_of, class_of};
use super::explore::{self, Explorer, Reach};
use super::facts::Certainty;
use super::{outcomes, spelling};
use crate::eval::{Arm, ArmKind, Event, Shape};
use crate::ir::Loc;
use crate::project::Project;

/// What happens for one code at one payment call.
#[derive(Clone, Debug)]
pub struct Watched {
    /// The call.
    pub call: Loc,
    /// The code; none for one that nobody documented.
    pub code: Option<&'static str>,
    /// Each way in which runs reach the call.
    pub runs: Vec<WatchedRun>,
}

/// One run.
#[derive(Clone, Debug)]
pub struct WatchedRun {
    /// Where names were read, and all that they may have held there.
    pub seen: Vec<(Loc, Vec<Vec<Shape>>)>,
    /// What happened.
    pub effects: Vec<WatchedEffect>,
    /// Whether a bound was reached, so that something was not followed.
    pub exhausted: bool,
}

/// An effect.
#[derive(Clone, Debug)]
pub struct WatchedEffect {
    /// Where.
    pub loc: Loc,
    /// What is said, as far as it is known; none for an unknown.
    pub texts: Vec<Option<String>>,
    /// Whether it surely happens: under no condition that is not decided.
    pub certain: bool,
}

/// Runs each payment of a project for each of its codes.
#[must_use]
pub fn watch(project: &Project) -> Vec<Watched> {
    let mut found = Vec::new();
    for realm in &project.realms {
        explore::visit(project, realm, None, &mut |explorer, _, reaches, _| {
            let event = &reaches[0].event;
            let call = spelling::loc(project, event.site());
            for code in event.api.codes.iter().map(|c| Some(c.code)).chain([None]) {
                found.push(Watched { call, code, runs: runs(project, explorer, reaches, code) });
            }
        });
    }
    found
}

fn runs(
    project: &Project,
    explorer: &mut Explorer<'_>,
    reaches: &[Reach],
    code: Option<&'static str>,
) -> Vec<WatchedRun> {
    let mut runs = Vec::new();
    for way in outcomes::ways(&explorer.machine, &explorer.runs, reaches) {
        explorer.machine.start_watching();
        let ran = outcomes::run(&mut explorer.machine, &explorer.runs, way, code);
        let seen = explorer.machine.stop_watching().into_sorted();
        runs.push(WatchedRun {
            seen: seen.into_iter().map(|(place, values)| (spelling::loc(project, place), values)).collect(),
            effects: ran.events.iter().map(|event| effect(project, event)).collect(),
            exhausted: ran.exhausted || ran.cut_short,
        });
    }
    runs
}

fn effect(project: &Project, event: &Event) -> WatchedEffect {
    let arms: Vec<&Arm> = event.control.iter().collect();
    let sure = certainty_of(&event.effect, class_of(&event.effect), &arms) == Certainty::Certain;
    WatchedEffect {
        loc: spelling::loc(project, event.place),
        texts: event.effect.texts.iter().map(|text| text.as_ref().map(ToString::to_string)).collect(),
        certain: sure && arms.iter().all(|arm| arm.kind == ArmKind::Decided),
    }
}
