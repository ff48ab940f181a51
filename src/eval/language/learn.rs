//! What an arm learns of the values that its condition tested.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::ready::Ready;
use crate::eval::state::{Fact, State};
use crate::eval::values::convert::truthy;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{Expr, ExprId, Ref};

impl Machine<'_> {
    /// What a comparison of `a` with a known `b` teaches where it holds and where it doesn't.
    pub(in crate::eval) fn learn_equality(
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

    pub(in crate::eval) fn known_by_facts(&self, value: &Value, st: &State) -> Option<bool> {
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
    pub(in crate::eval) fn learn_truth(&mut self, value: &Value, place: Place, holds: bool, st: &mut State) {
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

    pub(in crate::eval) fn narrow_truth(&mut self, name: Ref, value: &Value, holds: bool, st: &mut State) {
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
}

/// What is known of the bridge where an unknown holds, or where it doesn't.
fn guarded_by(id: UnknownId, holds: bool, st: &State) -> Option<Ready> {
    st.facts_of(id).find_map(|fact| match fact {
        Fact::Guards { holds: where_it, ready } if *where_it == holds => Some(*ready),
        _ => None,
    })
}
