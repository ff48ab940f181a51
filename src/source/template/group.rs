//! Which holes belong together: a condition with its arms, or a loop.

use smallvec::SmallVec;

use super::HoleKind;

/// What a hole is to the others.
#[derive(Clone, Debug)]
pub enum Role {
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
    /// It belongs to a group of which only a part is there.
    Stray,
}

/// A condition with its arms, or a loop.
#[derive(Clone, Debug)]
pub struct Group {
    /// The holes that begin its arms, and the one that ends it.
    pub tags: Vec<usize>,
    /// How many arms it has, the empty one of those included that stay or not.
    pub arms: usize,
    /// The hole before its arms, where they are cases of something.
    pub subject: Option<usize>,
}

/// The holes of a text, put together.
#[derive(Clone, Debug, Default)]
pub struct Groups {
    /// By hole: what it is to the others.
    pub roles: Vec<Role>,
    /// In the order in which they end.
    pub groups: Vec<Group>,
}

/// A group that is open.
struct Frame {
    subject: Option<usize>,
    tags: Vec<usize>,
    has_else: bool,
    ends: u8,
}

impl Groups {
    /// Puts holes together, in their order.
    pub fn of(holes: impl ExactSizeIterator<Item = HoleKind>) -> Self {
        let mut found = Self { roles: vec![Role::Alone; holes.len()], groups: Vec::new() };
        let mut open: Vec<Frame> = Vec::new();
        for (index, kind) in holes.enumerate() {
            match kind {
                HoleKind::Value | HoleKind::Void | HoleKind::Text(_) => {}
                HoleKind::Open(ends) => open.push(Frame { subject: None, tags: vec![index], has_else: false, ends }),
                HoleKind::Choose => {
                    found.roles[index] = Role::Stray;
                    open.push(Frame { subject: Some(index), tags: Vec::new(), has_else: false, ends: 1 });
                }
                HoleKind::ElseIf | HoleKind::Else => match open.last_mut() {
                    Some(frame) => {
                        frame.tags.push(index);
                        frame.has_else |= kind == HoleKind::Else;
                    }
                    None => found.roles[index] = Role::Stray,
                },
                HoleKind::Close(count) => found.close(index, count, &mut open),
            }
        }
        for index in open.into_iter().flat_map(|frame| frame.tags) {
            found.roles[index] = Role::Stray;
        }
        found
    }

    fn close(&mut self, index: usize, count: u8, open: &mut Vec<Frame>) {
        let mut ended = SmallVec::new();
        for _ in 0..count {
            let Some(frame) = open.last_mut() else { break };
            frame.ends -= 1;
            if frame.ends > 0 {
                continue;
            }
            let Some(frame) = open.pop().filter(|frame| !frame.tags.is_empty()) else { continue };
            let Frame { subject, mut tags, has_else, .. } = frame;
            let arms = tags.len() + usize::from(!has_else);
            let group = self.groups.len();
            for (arm, tag) in tags.iter().enumerate() {
                self.roles[*tag] = Role::Arm { group, arm };
            }
            tags.push(index);
            self.groups.push(Group { tags, arms, subject });
            ended.push(group);
        }
        self.roles[index] = if ended.is_empty() { Role::Stray } else { Role::End(ended) };
    }
}
