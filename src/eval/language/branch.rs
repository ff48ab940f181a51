//! Conditions: splitting a run at one, what each arm learns, and bringing the arms together again.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::{ArmKind, State};
use crate::eval::values::convert::truthy;
use crate::eval::values::unknown::Reason;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{BinaryOp, Expr, ExprId, LogicalOp, UnaryOp};

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
    pub(in crate::eval) fn arm_kind(&self, place: Place) -> Option<ArmKind> {
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
        let place = self.place(left);
        let second = go_on.and_then(|mut state| {
            let part = Self::enter_part(&mut state, place, u32::from(is_and), &first.cause);
            let mut split = self.split(right, state)?;
            split.then.iter_mut().chain(&mut split.otherwise).for_each(|state| part.leave(state));
            Some(split)
        });
        let Some(second) = second else {
            let (then, otherwise) = if is_and { (None, stay) } else { (stay, None) };
            return Some(Split { then, otherwise, cause: first.cause });
        };
        let causes = (&first.cause, &second.cause);
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
        self.note_state_test(value);
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
}

fn is_equality(op: BinaryOp) -> bool {
    matches!(op, BinaryOp::LooseEq | BinaryOp::LooseNe | BinaryOp::StrictEq | BinaryOp::StrictNe)
}

/// Whether a value is one of several known texts and the other one text.
fn is_choice(several: &Value, one: &Value) -> bool {
    let is_text = |atom: &Atom| matches!(atom, Atom::Text(_));
    several.atoms.len() > 1 && several.atoms.iter().all(is_text) && one.single().is_some_and(is_text)
}
