//! The holes of one script by their places in its text, and which of them belong together.

use smallvec::SmallVec;

use crate::source::{Hole, HoleKind, Template};
use crate::syntax::parse::Source;

/// A hole by its place in the script's text.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextHole {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: HoleKind,
    pub(super) sure: bool,
}

/// What a hole is to the others.
#[derive(Clone, Debug)]
pub(super) enum Role {
    /// It stands for itself.
    Alone,
    /// It begins an arm of a group.
    Arm {
        /// Which group.
        group: usize,
        /// Which arm of it.
        arm: usize,
    },
    /// It ends groups.
    End(SmallVec<[usize; 1]>),
    /// It belongs to a group of which this script has only a part.
    Stray,
}

/// A condition with its arms, or a loop.
#[derive(Clone, Debug)]
pub(super) struct Group {
    /// The holes that begin its arms, and the one that ends it.
    pub(super) tags: Vec<usize>,
    /// How many arms it has, the empty one of those included that stay or not.
    pub(super) arms: usize,
}

/// All holes of a script.
pub(super) struct Plan {
    pub(super) holes: Vec<TextHole>,
    pub(super) roles: Vec<Role>,
    pub(super) groups: Vec<Group>,
    /// Whether the file is one of a template language.
    pub(super) is_template: bool,
}

/// A group that is open.
struct Frame {
    tags: Vec<usize>,
    ends: u8,
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
        let roles = vec![Role::Alone; holes.len()];
        let mut plan = Self { holes, roles, groups: Vec::new(), is_template: template.is_template };
        plan.group();
        plan
    }

    fn group(&mut self) {
        let mut open: Vec<Frame> = Vec::new();
        for (index, hole) in self.holes.iter().enumerate() {
            match hole.kind {
                HoleKind::Value | HoleKind::Void | HoleKind::Text(_) => {}
                HoleKind::Open(ends) => open.push(Frame { tags: vec![index], ends }),
                HoleKind::Choose => {
                    self.roles[index] = Role::Stray;
                    open.push(Frame { tags: Vec::new(), ends: 1 });
                }
                HoleKind::ElseIf | HoleKind::Else => match open.last_mut() {
                    Some(frame) => frame.tags.push(index),
                    None => self.roles[index] = Role::Stray,
                },
                HoleKind::Close(count) => {
                    let mut ended = SmallVec::new();
                    for _ in 0..count {
                        let Some(frame) = open.last_mut() else { break };
                        frame.ends -= 1;
                        if frame.ends > 0 {
                            continue;
                        }
                        let mut tags = open.pop().map(|frame| frame.tags).unwrap_or_default();
                        if tags.is_empty() {
                            continue;
                        }
                        let group = self.groups.len();
                        for (arm, tag) in tags.iter().enumerate() {
                            self.roles[*tag] = Role::Arm { group, arm };
                        }
                        let has_else = tags.iter().any(|tag| self.holes[*tag].kind == HoleKind::Else);
                        let arms = tags.len() + usize::from(!has_else);
                        tags.push(index);
                        self.groups.push(Group { tags, arms });
                        ended.push(group);
                    }
                    self.roles[index] = if ended.is_empty() { Role::Stray } else { Role::End(ended) };
                }
            }
        }
        for index in open.into_iter().flat_map(|frame| frame.tags) {
            self.roles[index] = Role::Stray;
        }
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
