//! Arms: entering one, leaving it, and bringing both together again.

use crate::eval::Place;
use crate::eval::language::branch::Cause;
use crate::eval::machine::Machine;
use crate::eval::platform::ready::{Level, Ready};
use crate::eval::state::{Arm, ArmKind, Control, Decision, State};
use crate::eval::values::value::{Taint, Value};

impl Machine<'_> {
    /// Enters an arm of a split: remembers the condition, and the decision where the result made it.
    pub(in crate::eval) fn enter_arm(
        &mut self,
        mut st: State,
        place: Place,
        number: u32,
        cause: &Cause,
        arm: Option<Place>,
    ) -> State {
        self.tell_arm(place, number, arm, cause.both, &st);
        if cause.both && cause.open.has(Taint::BY_CODE) {
            self.run.open_choices.insert(place);
        }
        if let Some(kind) = cause.arm_kind(place) {
            if kind == ArmKind::Decided {
                self.run.decisions.push((place, number));
                st.trail = st.trail.push(Decision { condition: place, arm, number, lookup: false });
            }
            st.control = st.control.push(Arm { condition: place, number, kind });
        }
        st
    }

    /// Leaves an arm that the result decided.
    pub(in crate::eval) fn leave_arm(st: &mut State, place: Place) {
        let decided = |a: &Arm| a.kind == ArmKind::Decided && a.condition == place;
        if !st.control.iter().any(decided) {
            return;
        }
        let inner: Vec<Arm> = st.control.iter().take_while(|arm| !decided(arm)).cloned().collect();
        // What stands around it stays the same list: others share it.
        let outer = st.control.without_newest(inner.len() + 1);
        st.control = inner.into_iter().rev().fold(outer, |chain, arm| chain.push(arm));
    }

    /// Enters an arm that ends within the condition itself, of a part that is asked only where those before it leave the
    /// answer open.
    pub(in crate::eval) fn enter_part(st: &mut State, place: Place, number: u32, cause: &Cause) -> Part {
        let outside = st.control.clone();
        if let Some(kind) = cause.arm_kind(place).filter(|_| cause.both) {
            st.control = st.control.push(Arm { condition: place, number, kind });
        }
        Part { outside, inside: st.control.clone() }
    }

    /// Brings the arms of an expression together; the state becomes theirs.
    pub(in crate::eval) fn merge_arms(
        &mut self,
        before: Ready,
        (cause, place): (&Cause, Place),
        yes: Option<(State, Value)>,
        no: Option<(State, Value)>,
        st: &mut State,
    ) -> Option<Value> {
        let merged = match (yes, no) {
            (Some((mut a, v)), Some((mut b, w))) => {
                self.imply_in_names(before, &mut a, &mut b);
                // A value that a test of the bridge chose tests the bridge.
                let tests = |s: &State| !s.outcome && s.ready.level > before.level.max(Level::Unknown);
                let (v, w) = match (tests(&a), tests(&b)) {
                    (true, false) => (self.implying_bridge(v, &a, &w), w),
                    (false, true) => {
                        let w = self.implying_bridge(w, &b, &v);
                        (v, w)
                    }
                    _ => (v, w),
                };
                let hides = |s: &State, v: &Value| {
                    tests(s) && !v.atoms.iter().all(|atom| self.tells_of_bridge(atom, true).is_some())
                };
                let guard = if hides(&a, &v) || hides(&b, &w) { Taint::GUARD } else { Taint::NONE };
                let v = v.tainted(guard);
                let ready = merged_ready(before, &a, &b);
                let mut value = v;
                if !(a.focused && a.outcome != b.outcome) {
                    value.join(&w, self.overflow);
                } else if b.outcome {
                    value = w;
                }
                let mut state = a.join(b, self.overflow);
                state.ready = ready;
                Some((state, value.tainted(cause.open)))
            }
            (one, other) => one.or(other).map(|(mut s, v)| {
                Self::leave_arm(&mut s, place);
                (s, v)
            }),
        };
        let (state, value) = merged?;
        *st = state;
        Some(value)
    }
}

/// The arms around a part of a condition, and those that it stands in.
pub(in crate::eval) struct Part {
    outside: Control,
    inside: Control,
}

impl Part {
    /// Leaves it: what runs on has come past it either way.
    pub(in crate::eval) fn leave(&self, st: &mut State) {
        if st.control.common(&self.inside).same(&self.inside) {
            let own = (st.control.depth() - self.inside.depth()) as usize;
            let own: Vec<Arm> = st.control.iter().take(own).cloned().collect();
            st.control = own.into_iter().rev().fold(self.outside.clone(), |chain, arm| chain.push(arm));
        }
    }
}

/// What is known of the bridge where two arms meet: where neither did more than test it, what was known before.
pub(in crate::eval) fn merged_ready(before: Ready, a: &State, b: &State) -> Ready {
    let only_tested = |r: Ready| {
        r.evidence == before.evidence || r.evidence == r.test || r.level <= crate::eval::platform::ready::Level::Unknown
    };
    let met = a.ready.meet(b.ready);
    let tested_both = a.ready.test == b.ready.test
        || a.ready.level.max(b.ready.level) <= crate::eval::platform::ready::Level::Unknown;
    if only_tested(a.ready)
        && only_tested(b.ready)
        && tested_both
        && met.level <= before.level.max(crate::eval::platform::ready::Level::Unknown)
    {
        return before;
    }
    met
}
