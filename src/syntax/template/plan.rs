//! The holes of one script by their places in its text, and which of them belong together.

use crate::source::{Group, Groups, Hole, HoleKind, Role, Template};
use crate::syntax::parse::Source;

/// A hole by its place in the script's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextHole {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: HoleKind,
    pub(super) sure: bool,
}

/// All holes of a script.
pub(super) struct Plan {
    pub(super) holes: Vec<TextHole>,
    pub(super) roles: Vec<Role>,
    pub(super) groups: Vec<Group>,
    /// Whether the file is one of a template language.
    pub(super) is_template: bool,
}

impl Plan {
    pub(super) fn new(source: &Source<'_>, template: &Template) -> Self {
        let in_text = |hole: &Hole| TextHole {
            start: source.offset_of(hole.span.start),
            end: source.offset_of(hole.span.end),
            kind: hole.kind,
            sure: hole.sure,
        };
        let holes: Vec<TextHole> = template.holes.iter().map(in_text).filter(|hole| hole.start < hole.end).collect();
        let Groups { roles, groups } = Groups::of(holes.iter().map(|hole| hole.kind));
        Self { holes, roles, groups, is_template: template.is_template }
    }

    /// How many units there are that are filled in one way or another: holes, and groups.
    pub(super) fn units(&self) -> usize {
        self.holes.len() + self.groups.len()
    }

    /// The unit of a group.
    pub(super) fn unit_of(&self, group: usize) -> usize {
        self.holes.len() + group
    }

    /// The hole that begins a group, and the one that ends it.
    pub(super) fn ends_of(&self, group: usize) -> Option<(TextHole, TextHole)> {
        let tags = &self.groups.get(group)?.tags;
        Some((*self.holes.get(*tags.first()?)?, *self.holes.get(*tags.last()?)?))
    }

    /// The hole that ends an arm of a group.
    pub(super) fn end_of_arm(&self, group: usize, arm: usize) -> Option<TextHole> {
        self.holes.get(*self.groups.get(group)?.tags.get(arm + 1)?).copied()
    }
}
