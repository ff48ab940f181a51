//! Waiting for promises: `await`, and what settles before the run goes on.

use crate::api::calls::{is_about_orders, may_wait};
use crate::eval::Place;
use crate::eval::language::frame::Exit;
use crate::eval::language::promise::Settlement;
use crate::eval::machine::Machine;
use crate::eval::platform::ready::{Ready, meet_of_settlements};
use crate::eval::state::State;
use crate::eval::values::heap::ObjectId;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};

impl Machine<'_> {
    /// Whether a call that is not at hand may wait for the bridge.
    pub(in crate::eval) fn may_wait_for_bridge(&self, id: UnknownId) -> bool {
        if self.waits_for_event(id) {
            return true;
        }
        let callee = match self.unknowns.origin(id) {
            Origin::Call(_, Some(callee)) => *callee,
            _ => id,
        };
        let path = self.unknowns.path(callee).clone();
        let Some(name) = path.last().filter(|n| &***n != "*") else { return false };
        !self.is_host(callee)
            && (may_wait(name)
                || !is_about_orders(name) && !self.is_request(callee, &path) && !self.is_of_requests(callee))
    }

    /// Whether it comes from a module that is named after orders and requests, and not after what is waited for:
    /// `import { vending } from '@/api/order'`.
    fn is_of_requests(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(self.root_of(id)) {
            Origin::Import(module, _) => is_about_orders(module) && !may_wait(module),
            _ => false,
        }
    }

    /// Notes that something is waited for that is called so: `bridgeReady()`.
    pub(in crate::eval) fn note_wait(&mut self, id: UnknownId, place: Place) {
        let path =
            self.unknowns.path(if let Origin::Call(_, Some(callee)) = self.unknowns.origin(id) { *callee } else { id });
        if path.last().is_some_and(|name| may_wait(name)) {
            self.waits_by_name.insert(place);
        }
    }

    /// `await value`.
    pub(in crate::eval) fn wait_for(&mut self, value: &Value, place: Place, st: &mut State) -> Option<Value> {
        let Some(atom) = value.single().cloned() else {
            let unknown = value.atoms.iter().any(|a| matches!(a, Atom::Unknown(_)));
            st.answered |= unknown && st.outcome;
            return self.wait_for_one_of(value, place, st);
        };
        match atom {
            Atom::Object(id) if self.promise_in(id, st).is_some() => self.wait_for_promise(id, place, st),
            Atom::Unknown(id) => {
                self.drain(st);
                st.facts = self.lasting_facts(&st.facts);
                if value.taint.has(Taint::EXTERNAL) && self.may_wait_for_bridge(id) {
                    st.ready = st.ready.after_unknown(place);
                    self.note_wait(id, place);
                } else if value.taint.has(Taint::EXTERNAL) {
                    self.plain_answers.insert(place);
                }
                let is_call = matches!(self.unknowns.origin(id), Origin::Call(..));
                st.answered |= is_call && st.outcome;
                let answer = if is_call { self.unknown(Origin::Answer(place)) } else { Value::unknown(id) };
                Some(answer.tainted(value.taint).tainted(if is_call { Self::answer_taint(st) } else { Taint::NONE }))
            }
            _ => Some(value.clone()),
        }
    }

    /// `await` of one of several values, some of which may be promises.
    fn wait_for_one_of(&mut self, value: &Value, place: Place, st: &mut State) -> Option<Value> {
        if !value.objects().any(|id| self.promise_in(id, st).is_some()) {
            return Some(value.clone());
        }
        // What is in line settles any of them.
        self.drain(st);
        let mut exits = Vec::new();
        for atom in &value.atoms {
            let one = Value { atoms: [atom.clone()].into_iter().collect(), taint: value.taint };
            let mut state = st.clone();
            let waited = self.wait_for(&one, place, &mut state);
            exits.extend(waited.map(|value| Exit { state, value, place }));
        }
        let joined = self.join_exits(exits)?;
        *st = joined.state;
        Some(joined.value)
    }

    fn wait_for_promise(&mut self, id: ObjectId, place: Place, st: &mut State) -> Option<Value> {
        self.run.consumed.insert(id);
        self.drain(st);
        st.facts = self.lasting_facts(&st.facts);
        let mut settlements = self.promise_in(id, st).map(|p| p.settlements.clone()).unwrap_or_default();
        if settlements.iter().any(|s| s.outcome) {
            self.run.awaited = true;
            self.run.waiters.insert(place);
            if st.focused && !st.outcome {
                // On the other ways this payment was not made.
                settlements.retain(|s| s.outcome);
            }
        }
        let (rejected, resolved): (Vec<_>, Vec<_>) = settlements.into_iter().partition(|s| s.rejected);
        if rejected.is_empty() && resolved.is_empty() {
            if self.promise_in(id, st).is_some_and(|p| p.next_payment) {
                return None;
            }
            // Nobody at hand settles it: code that is not at hand was given its functions, and answers.
            st.answered |= st.outcome;
            return Some(self.unknown(Origin::Answer(place)).tainted(Self::answer_taint(st)));
        }
        let (rejected, resolved) = (self.after_settlement(&rejected, st), self.after_settlement(&resolved, st));
        self.tell_await(resolved.as_ref(), rejected.as_ref(), place);
        if let Some((state, value)) = rejected {
            self.throw_from(value, place, state);
        }
        let (state, value) = resolved?;
        *st = state;
        Some(value)
    }

    /// The run after one of several settlements, with their joined value.
    fn after_settlement(&self, settlements: &[Settlement], st: &State) -> Option<(State, Value)> {
        let (first, rest) = settlements.split_first()?;
        let mut state = st.clone();
        let mut value = first.value.clone();
        for settlement in rest {
            value.join(&settlement.value, self.overflow);
        }
        let states: Vec<Ready> = settlements.iter().map(|s| s.ready).collect();
        if let Some(met) = meet_of_settlements(&states) {
            state.ready = stronger(state.ready, met);
        }
        let begins = !state.outcome && settlements.iter().any(|s| s.outcome);
        state.outcome |= begins;
        state.answered |= settlements.iter().any(|s| s.answered);
        if begins {
            state.trail = first.trail.clone();
        }
        if rest.is_empty() || begins {
            state.control = first.control.clone();
        }
        Some((state, value))
    }
}

/// The stronger of what was known and what a settlement teaches.
pub(in crate::eval) fn stronger(known: Ready, learnt: Ready) -> Ready {
    if learnt.level >= known.level { learnt } else { known }
}
