//! Conditions: splitting a run at one, what each arm learns, and bringing the arms together again.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::ready::{Level, Ready};
use crate::eval::state::{Arm, ArmKind, Decision, Fact, State};
use crate::eval::values::convert::truthy;
use crate::eval::values::unknown::Reason;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{BinaryOp, Expr, ExprId, LogicalOp, Ref, UnaryOp};

/// Why a condition goes one way or both.
#[derive(Clone, Debug, Default)]
pub(in crate::eval) struct Cause {
    /// What flowed into the tests that could not be decided.
    pub open: Taint,
    /// What flowed into those that could.
    pub closed: Taint,
    /// Why one could not.
    pub reason: Option<(Reason, Place)>,
    /// Whether both arms are possible.
    pub both: bool,
    /// What alone was tested.
    pub subject: Option<Subject>,
}

/// What a condition asks of.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) enum Subject {
    /// An unknown, and whether it holds where the condition does.
    Unknown(UnknownId, bool),
    /// Which of several known texts something is.
    Text,
}

/// A run split at a condition, with the values of the condition in each arm.
pub(in crate::eval) struct Split<T> {
    /// Where it holds.
    pub then: Option<T>,
    /// Where it doesn't.
    pub otherwise: Option<T>,
    /// Why.
    pub cause: Cause,
}

impl Cause {
    pub(in crate::eval) fn and(mut self, other: &Self) -> Self {
        self.open = self.open.with(other.open);
        self.closed = self.closed.with(other.closed);
        self.reason = self.reason.or(other.reason);
        self.subject = None;
        self
    }

    /// The cause of the opposite condition.
    fn negated(mut self) -> Self {
        if let Some(Subject::Unknown(_, holds)) = &mut self.subject {
            *holds = !*holds;
        }
        self
    }

    /// What flows into values that are chosen under the condition.
    pub(in crate::eval) fn control_taint(&self) -> Taint {
        if self.both {
            let result = if self.open.of_result() { Taint::RESULT } else { Taint::NONE };
            let server = if self.open.has(Taint::SERVER) { Taint::SERVER } else { Taint::NONE };
            result.with(server)
        } else if self.closed.has(Taint::BY_CODE) {
            Taint::CHOSEN
        } else {
            Taint::NONE
        }
    }

    /// The kind of arm that each side is; none where the condition does not matter.
    fn arm_kind(&self, place: Place) -> Option<ArmKind> {
        if !self.both {
            return self.closed.has(Taint::BY_CODE).then_some(ArmKind::Decided);
        }
        Some(if self.open.of_result() {
            let (reason, at) = self.reason.unwrap_or((Reason::Escaped, place));
            ArmKind::Undecided(reason, at)
        } else if self.open.has(Taint::SERVER) {
            ArmKind::Server
        } else {
            ArmKind::Either
        })
    }
}

impl Machine<'_> {
    /// Splits a run at a condition.
    pub(in crate::eval) fn split(&mut self, test: ExprId, st: State) -> Option<Split<State>> {
        if !self.step() || !self.enter() {
            let cause = Cause { both: true, ..Cause::default() };
            return Some(Split { then: Some(st.clone()), otherwise: Some(st), cause });
        }
        let split = self.split_inner(test, st);
        self.leave();
        split
    }

    fn split_inner(&mut self, test: ExprId, mut st: State) -> Option<Split<State>> {
        match self.script().expr(test) {
            Expr::Unary(UnaryOp::Not, inner) => {
                let split = self.split(inner, st)?;
                Some(Split { then: split.otherwise, otherwise: split.then, cause: split.cause.negated() })
            }
            Expr::Logical(op @ (LogicalOp::And | LogicalOp::Or), left, right) => {
                self.split_logical(op, left, right, st)
            }
            Expr::Binary(op, left, right) if is_equality(op) => self.split_equality(test, op, left, right, st),
            _ => {
                let value = self.eval(test, &mut st)?;
                let split = self.split_value(&value, test, st);
                self.tell_test(test, &split);
                Some(split)
            }
        }
    }

    fn split_logical(&mut self, op: LogicalOp, left: ExprId, right: ExprId, st: State) -> Option<Split<State>> {
        let is_and = op == LogicalOp::And;
        let before = st.ready;
        let first = self.split(left, st)?;
        let (go_on, stay) = if is_and { (first.then, first.otherwise) } else { (first.otherwise, first.then) };
        let Some(go_on) = go_on else {
            let (then, otherwise) = if is_and { (None, stay) } else { (stay, None) };
            return Some(Split { then, otherwise, cause: first.cause });
        };
        let Some(second) = self.split(right, go_on) else {
            let (then, otherwise) = if is_and { (None, stay) } else { (stay, None) };
            return Some(Split { then, otherwise, cause: first.cause });
        };
        let causes = (&first.cause, &second.cause);
        let place = self.place(left);
        let join = |a: Option<State>, b: Option<State>| match (a, b) {
            (Some(a), Some(b)) => Some(self.join_correlated((a, b), causes, !is_and, (before, place))),
            (a, b) => a.or(b),
        };
        let (then, otherwise) = if is_and {
            (second.then, join(stay, second.otherwise))
        } else {
            (join(stay, second.then), second.otherwise)
        };
        let mut cause = first.cause.and(&second.cause);
        cause.both = then.is_some() && otherwise.is_some();
        Some(Split { then, otherwise, cause })
    }

    fn split_equality(
        &mut self,
        test: ExprId,
        op: BinaryOp,
        left: ExprId,
        right: ExprId,
        mut st: State,
    ) -> Option<Split<State>> {
        let a = self.eval(left, &mut st)?;
        let b = self.eval(right, &mut st)?;
        let value = self.binary(op, &a, &b, self.place(test), &st);
        let mut split = self.split_value(&value, test, st);
        self.tell_test(test, &split);
        if split.cause.both {
            if is_choice(&a, &b) || is_choice(&b, &a) {
                split.cause.subject = Some(Subject::Text);
            }
            let negated = matches!(op, BinaryOp::LooseNe | BinaryOp::StrictNe);
            let (equal, differs) =
                if negated { (&mut split.otherwise, &mut split.then) } else { (&mut split.then, &mut split.otherwise) };
            let strict = matches!(op, BinaryOp::StrictEq | BinaryOp::StrictNe);
            self.learn_equality(&a, &b, (left, strict), equal, differs);
            self.learn_equality(&b, &a, (right, strict), equal, differs);
        }
        Some(split)
    }

    /// What a comparison of `a` with a known `b` teaches where it holds and where it doesn't.
    fn learn_equality(
        &mut self,
        a: &Value,
        b: &Value,
        (expr, strict): (ExprId, bool),
        equal: &mut Option<State>,
        differs: &mut Option<State>,
    ) {
        let Some(known) = b.single().filter(|k| !matches!(k, Atom::Unknown(_) | Atom::Object(_))) else { return };
        if let Some(id) = a.as_unknown().filter(|id| self.has_identity(*id)) {
            let known = known.clone();
            let (same, other) = match (strict, &known) {
                (true, _) => (Fact::Is(known.clone()), Fact::IsNot(known)),
                (false, Atom::Undefined | Atom::Null) => (Fact::Falsy, Fact::Unlike(known)),
                (false, _) => (Fact::Like(known.clone()), Fact::Unlike(known)),
            };
            if let Some(st) = equal {
                st.facts = st.facts.push((id, same));
            }
            if let Some(st) = differs {
                st.facts = st.facts.push((id, other));
            }
        }
        let Expr::Read(name) = self.script().expr(expr) else { return };
        if a.atoms.len() > 1 {
            let mut kept = a.clone();
            kept.atoms.retain(|x| x != known);
            if let (Some(st), false) = (differs.as_mut(), kept.atoms.is_empty()) {
                self.narrow(name, kept, st);
            }
            if let Some(st) = equal.as_mut().filter(|_| strict && a.atoms.contains(known)) {
                self.narrow(name, Value { atoms: [known.clone()].into_iter().collect(), taint: a.taint }, st);
            }
        }
    }

    /// Splits where a value holds and where it doesn't; a name that is tested holds what leads to its arm.
    pub(in crate::eval) fn split_value(&mut self, value: &Value, test: ExprId, st: State) -> Split<State> {
        let mut split = self.split_at(value, self.place(test), st);
        if let (Expr::Read(name), true) = (self.script().expr(test), split.cause.both) {
            for (state, holds) in [(&mut split.then, true), (&mut split.otherwise, false)] {
                if let Some(st) = state {
                    self.narrow_truth(name, value, holds, st);
                }
            }
        }
        split
    }

    /// Splits where a value holds and where it doesn't.
    pub(in crate::eval) fn split_at(&mut self, value: &Value, place: Place, st: State) -> Split<State> {
        if let Some(holds) = self.decided_truth(value).or_else(|| self.known_by_facts(value, &st)) {
            let mut st = st;
            if value.taint.has(Taint::GUARD) {
                st.ready = st.ready.after_unknown(place);
            }
            let cause = Cause { closed: value.taint, ..Cause::default() };
            let (then, otherwise) = if holds { (Some(st), None) } else { (None, Some(st)) };
            return Split { then, otherwise, cause };
        }
        let mut then = st.clone();
        let mut otherwise = st;
        self.learn_truth(value, place, true, &mut then);
        self.learn_truth(value, place, false, &mut otherwise);
        if value.taint.has(Taint::EXTERNAL)
            || value.taint.has(Taint::GUARD)
            || self.is_imported(value)
            || self.is_guard_state(value)
        {
            then.ready = then.ready.after_unknown(place);
            otherwise.ready = otherwise.ready.after_unknown(place);
        }
        let reason = value.atoms.iter().find_map(|a| if let Atom::Unknown(id) = a { Some(*id) } else { None });
        let reason = reason.map(|id| {
            let (reason, at) = self.unknowns.reason(id);
            (reason, at.unwrap_or(place))
        });
        let subject = value.as_unknown().map(|id| self.negation_of(id));
        let subject = subject.map(|(id, holds)| Subject::Unknown(id, holds));
        let cause = Cause { open: value.taint, closed: Taint::NONE, reason, both: true, subject };
        Split { then: Some(then), otherwise: Some(otherwise), cause }
    }

    /// Whether a value is what a module that is not at hand exports.
    fn is_imported(&self, value: &Value) -> bool {
        let of_import = |mut id: UnknownId| loop {
            match self.unknowns.origin(id) {
                Origin::Import(..) => return true,
                Origin::Property(of, _) | Origin::Test { of, .. } | Origin::Present { of, .. } | Origin::TypeOf(of) => {
                    id = *of
                }
                _ => return false,
            }
        };
        value.atoms.iter().any(|a| matches!(a, Atom::Unknown(id) if of_import(*id)))
    }

    /// Whether an alternative holds in a condition; none where that is not known.
    pub(in crate::eval) fn truth_of(&self, atom: &Atom) -> Option<bool> {
        match atom {
            Atom::Unknown(id) if matches!(self.unknowns.origin(*id), Origin::Falsy(_)) => Some(false),
            _ => truthy(atom),
        }
    }

    /// Whether all alternatives hold in a condition, or none does.
    fn decided_truth(&self, value: &Value) -> Option<bool> {
        let mut all = value.atoms.iter().map(|atom| self.truth_of(atom));
        let first = all.next()??;
        all.all(|truth| truth == Some(first)).then_some(first)
    }

    fn known_by_facts(&self, value: &Value, st: &State) -> Option<bool> {
        let id = value.as_unknown()?;
        match self.unknowns.origin(id) {
            Origin::Test { of, negated } => Some(self.unknown_truth(*of, st)? != *negated),
            _ => self.unknown_truth(id, st),
        }
    }

    pub(in crate::eval) fn unknown_truth(&self, id: UnknownId, st: &State) -> Option<bool> {
        match self.unknowns.origin(id) {
            Origin::UndocumentedCode => return Some(true),
            Origin::Falsy(_) => return Some(false),
            Origin::Present { of, strict } => {
                let (of, strict) = (*of, *strict);
                let derived = st.facts_of(of).find_map(|fact| match fact {
                    Fact::Truthy => Some(true),
                    Fact::Is(Atom::Undefined) => Some(false),
                    Fact::Is(Atom::Null) => Some(strict),
                    Fact::Is(_) => Some(true),
                    _ => None,
                });
                if derived.is_some() {
                    return derived;
                }
            }
            // All of a module is an object.
            Origin::Import(_, all) if &**all == "*" => return Some(true),
            Origin::Property(..) | Origin::Global(_) if self.is_standard_function(id) => return Some(true),
            Origin::Property(of, name) if &**name == "sham" && self.is_standard_function(*of) => return Some(false),
            _ => {}
        }
        st.facts_of(id).find_map(|fact| match fact {
            Fact::Truthy => Some(true),
            Fact::Falsy => Some(false),
            Fact::Is(atom) => truthy(atom),
            Fact::IsNot(_) | Fact::Like(_) | Fact::Unlike(_) | Fact::Written | Fact::Guards { .. } => None,
        })
    }

    /// What an arm learns of an unknown: that it holds, and whether the bridge is there.
    fn learn_truth(&mut self, value: &Value, place: Place, holds: bool, st: &mut State) {
        let mut possible = value.atoms.iter().filter(|a| self.truth_of(a) != Some(!holds));
        let (Some(Atom::Unknown(id)), None) = (possible.next(), possible.next()) else {
            let mut told =
                value.atoms.iter().filter(|a| self.truth_of(a) != Some(!holds)).map(|a| self.tells_of_bridge(a, holds));
            if let Some(Some(there)) = told.next()
                && told.all(|other| other == Some(there))
            {
                st.ready = if there { st.ready.after_test(place) } else { st.ready.after_failed_test(place) };
            }
            return;
        };
        let (id, as_is) = self.negation_of(*id);
        let holds = holds == as_is;
        if let Some(ready) = guarded_by(id, holds, st).filter(|ready| ready.level > st.ready.level) {
            st.ready = ready;
        }
        let id = match self.unknowns.origin(id) {
            // Where it does not hold, the other may still do.
            Origin::Implies(_) if !holds => return,
            Origin::Implies(of) => *of,
            _ => id,
        };
        if self.is_bridge(id) {
            st.ready = if holds { st.ready.after_test(place) } else { st.ready.after_failed_test(place) };
        }
        if self.has_identity(id) {
            st.facts = st.facts.push((id, if holds { Fact::Truthy } else { Fact::Falsy }));
            self.learn_presence(id, holds, st);
        }
    }

    /// What it says of a value that it is there, or not.
    fn learn_presence(&self, id: UnknownId, holds: bool, st: &mut State) {
        let Origin::Present { of, strict } = *self.unknowns.origin(id) else { return };
        let fact = match (holds, strict) {
            (true, true) => Fact::IsNot(Atom::Undefined),
            (true, false) => Fact::Unlike(Atom::Undefined),
            (false, true) => Fact::Is(Atom::Undefined),
            (false, false) => Fact::Falsy,
        };
        st.facts = st.facts.push((of, fact));
    }

    /// Whether the bridge is there where a value holds, or where it does not; none where it says nothing of that.
    pub(in crate::eval) fn tells_of_bridge(&self, atom: &Atom, holds: bool) -> Option<bool> {
        let Atom::Unknown(id) = atom else { return None };
        let (id, holds) = match self.unknowns.origin(*id) {
            Origin::Test { of, negated } => (*of, holds != *negated),
            _ => (*id, holds),
        };
        match self.unknowns.origin(id) {
            Origin::Implies(_) => holds.then_some(true),
            _ => self.is_bridge(id).then_some(holds),
        }
    }

    /// Whether the same unknown is the same value wherever it is met.
    fn has_identity(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Global(_)
            | Origin::Missing(_)
            | Origin::Import(..)
            | Origin::Parameter(..)
            | Origin::HookState(_)
            | Origin::ResultField(_) => true,
            Origin::Property(of, _) | Origin::Present { of, .. } => self.has_identity(*of),
            _ => false,
        }
    }

    fn narrow_truth(&mut self, name: Ref, value: &Value, holds: bool, st: &mut State) {
        if value.atoms.len() < 2 {
            return;
        }
        let mut kept = value.clone();
        kept.atoms.retain(|a| self.truth_of(a) != Some(!holds));
        if !kept.atoms.is_empty() {
            self.narrow(name, kept, st);
        }
    }

    /// In an arm, a name holds only the alternatives that lead there. The arm's own copy is written, for this run alone.
    fn narrow(&mut self, name: Ref, value: Value, st: &mut State) {
        if let Ref::Binding(binding) = name {
            let script = self.frame().script;
            self.put_narrowed(script, binding, value, st);
        }
    }

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
        if let Some(kind) = cause.arm_kind(place) {
            if kind == ArmKind::Decided {
                self.decisions.push((place, number));
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

/// What is known of the bridge where an unknown holds, or where it doesn't.
fn guarded_by(id: UnknownId, holds: bool, st: &State) -> Option<Ready> {
    st.facts_of(id).find_map(|fact| match fact {
        Fact::Guards { holds: where_it, ready } if *where_it == holds => Some(*ready),
        _ => None,
    })
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

/// Whether a value is one of several known texts and the other one text.
fn is_choice(several: &Value, one: &Value) -> bool {
    let is_text = |atom: &Atom| matches!(atom, Atom::Text(_));
    several.atoms.len() > 1 && several.atoms.iter().all(is_text) && one.single().is_some_and(is_text)
}

fn is_equality(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::LooseEq | BinaryOp::LooseNe | BinaryOp::StrictEq | BinaryOp::StrictNe)
}
