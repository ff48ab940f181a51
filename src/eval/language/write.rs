//! Writing properties of objects, unknowns and the global object, and what others learn of it.

use std::sync::Arc;

use crate::api::calls::find_write;
use crate::api::effects::EffectKind;
use crate::eval::Place;
use crate::eval::event::{Channel, EffectEvent};
use crate::eval::language::scope::is_window;
use crate::eval::machine::Machine;
use crate::eval::platform::outside::Blur;
use crate::eval::platform::ready::Level;
use crate::eval::state::{Fact, State};
use crate::eval::task::Task;
use crate::eval::values::convert::{to_number, to_text};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};

impl Machine<'_> {
    /// `value[key] = new`.
    pub(in crate::eval) fn set(&mut self, object: &Value, key: &Value, new: Value, place: Place, st: &mut State) {
        let new = new.tainted(st.context().without_guard());
        let Some(key) = key.single().and_then(to_text) else {
            for id in object.objects() {
                self.blur(id, Blur::Any, place, st);
                self.join_into_all(id, &new, st);
            }
            return;
        };
        let exact = object.single().is_some();
        for atom in &object.atoms {
            match atom {
                Atom::Object(id) => match self.setter_of(*id, &key, st) {
                    Some(setter) => {
                        let recorded = self.run.events.len();
                        self.call_setter(&setter, *id, new.clone(), exact, place, st);
                        // Otherwise what it does says more than the property's name.
                        if self.run.events.len() == recorded {
                            self.record_write(*id, &key, &new, place, st);
                        }
                    }
                    None => {
                        self.record_write(*id, &key, &new, place, st);
                        self.set_own(*id, &key, new.clone(), exact, place, st);
                    }
                },
                Atom::Unknown(id) => self.set_on_unknown(*id, &key, &new, place, st),
                _ => {}
            }
        }
    }

    /// Any property of an object may be this value now.
    pub(in crate::eval) fn join_into_all(&self, id: ObjectId, new: &Value, st: &mut State) {
        let overflow = self.overflow;
        if let Some(cell) = st.heap.get_mut(id.0) {
            cell.properties.iter_mut().for_each(|slot| slot.value.join(new, overflow));
        }
    }

    /// Writes a property of an object at hand; telling others of it is for the caller.
    pub(in crate::eval) fn set_own(
        &mut self,
        id: ObjectId,
        key: &Arc<str>,
        new: Value,
        exact: bool,
        place: Place,
        st: &mut State,
    ) {
        if !self.is_context(id, st) {
            self.note_guard(key, st);
        }
        if st.outcome && id.0 < self.run.outcome_objects && !self.is_context(id, st) {
            // What a function does that the result chose from a table is nothing but what is written there.
            let is_constant = |atom: &Atom| !matches!(atom, Atom::Unknown(_) | Atom::Object(_));
            if new.taint.of_result() {
                self.run.kept.objects.insert(id);
            }
            if new.taint.of_result() || new.atoms.iter().all(is_constant) {
                self.run.kept.written.entry((id, key.clone())).or_default().extend(new.atoms.iter().cloned());
            }
        }
        self.adopt(&new, id, st);
        if !self.is_exports(id, st) {
            self.note_stored(&new, st);
        }
        let mut new = new;
        if !exact {
            let old =
                self.object(st, id).and_then(|o| o.own(key)).map_or_else(Value::undefined, |old| old.value.clone());
            new.join(&old, self.overflow);
        }
        let turn = self.turn;
        let written = new.clone();
        if let Some(cell) = st.heap.get_mut(id.0) {
            let is_array = matches!(cell.kind, ObjectKind::Array);
            if is_array && &**key == "length" {
                cell.set_length(new.single().and_then(to_number).filter(|_| exact), place, self.overflow);
            } else {
                if is_array {
                    cell.open |= !exact && cell.own(key).is_none();
                    cell.make_room(key, place);
                }
                cell.put(key.clone(), new, place);
            }
            cell.turn = turn;
        }
        self.note_watchable_write(id, key, place, st);
        self.run_watchers(id, key, &written, place, st);
    }

    /// A property that is written while the bridge is known to be there may guard others.
    fn note_guard(&mut self, key: &Arc<str>, st: &State) {
        let waited = |place| self.waits_for_event.contains(&place);
        if st.ready.level >= Level::Presence
            || st.ready.level == Level::Unknown && st.ready.evidence.is_some_and(waited)
        {
            self.guard_properties.insert(key.clone());
        }
    }

    /// A function's first object is its `this` when nobody at hand calls it.
    pub(in crate::eval) fn adopt(&self, value: &Value, home: ObjectId, st: &mut State) {
        for id in value.objects() {
            if let Some(Object { kind: ObjectKind::Closure(closure), .. }) = st.heap.get(id.0) {
                if closure.home.is_some() {
                    continue;
                }
                if let Some(Object { kind: ObjectKind::Closure(closure), .. }) = st.heap.get_mut(id.0) {
                    closure.home = Some(home);
                }
            }
        }
    }

    /// Makes an object `this` of a function, whatever it was stored in first.
    pub(in crate::eval) fn take_over(&self, value: &Value, home: ObjectId, st: &mut State) {
        for id in value.objects() {
            if let Some(Object { kind: ObjectKind::Closure(closure), .. }) = st.heap.get_mut(id.0) {
                closure.home = Some(home);
            }
        }
    }

    /// A write to an object that was there before the outcome tells others.
    fn record_write(&mut self, id: ObjectId, key: &Arc<str>, new: &Value, place: Place, st: &State) {
        if st.outcome && id.0 < self.run.outcome_objects && !self.is_context(id, st) {
            let path: Arc<[Arc<str>]> = Arc::from(["*".into(), key.clone()]);
            self.record_set(path, new, place, st);
        }
    }

    fn set_on_unknown(&mut self, id: UnknownId, key: &Arc<str>, new: &Value, place: Place, st: &mut State) {
        self.note_guard(key, st);
        if matches!(self.unknowns.origin(id), Origin::Global(name) if is_window(name)) {
            self.set_global(key, new.clone(), place, st);
            return;
        }
        if st.outcome && new.taint.of_result() {
            self.note_kept(id);
        }
        let property = self.unknown_property(id, key);
        if st.facts_of(property).next().is_some() {
            st.facts = st.facts.push((property, Fact::Written));
        }
        let path = self.unknowns.path(property).clone();
        let segments: Vec<&str> = path.iter().map(|s| &**s).collect();
        let runs = find_write(&segments).is_some_and(|w| w.runs.is_some());
        if runs && !st.outcome && new.atoms.iter().any(|a| self.is_callable(st, a)) {
            let task = Task { event: true, ..self.task(new.clone(), None, place, st) };
            self.schedule(task, st);
        }
        self.record_set(path, new, place, st);
        self.keep_function(id, key, new, place, st);
        self.note_shared(id, key, new, st);
        self.escape(new, place, false, st);
    }

    /// Writes a global that no script at hand declares.
    pub(in crate::eval) fn set_global(&mut self, key: &Arc<str>, new: Value, place: Place, st: &mut State) {
        if let Some((script, binding)) = self.global_binding(key) {
            self.write_binding(script, binding, new, st);
            return;
        }
        self.record_set(Arc::from([key.clone()]), &new, place, st);
        if let Some(cell) = st.heap.get_mut(Self::WINDOW.0) {
            cell.put(key.clone(), new, place);
        }
    }

    /// Tells others of a write.
    pub(in crate::eval) fn record_set(&mut self, path: Arc<[Arc<str>]>, new: &Value, place: Place, st: &State) {
        if !st.outcome {
            return;
        }
        let segments: Vec<&str> = path.iter().map(|s| &**s).collect();
        let write = find_write(&segments);
        let channel = match write.map(|w| w.kind) {
            Some(EffectKind::Message | EffectKind::Dialog) => Channel::Message,
            Some(EffectKind::Navigation) => Channel::Navigation,
            Some(EffectKind::Neutral | EffectKind::Loading) => return,
            _ => Channel::State,
        };
        let event = EffectEvent { channel, call: None, path, ..self.effect_of(new, st) };
        self.record(st, place, event);
    }

    /// What a value says, as an effect of no particular kind.
    pub(in crate::eval) fn effect_of(&self, value: &Value, st: &State) -> EffectEvent {
        let texts = value.atoms.iter().filter(|a| !matches!(a, Atom::Bool(_) | Atom::Undefined | Atom::Null));
        let texts = texts.map(|a| self.text_of(&a.clone().into(), st)).collect();
        let flag = if let Some(Atom::Bool(b)) = value.single() { Some(*b) } else { None };
        EffectEvent {
            channel: Channel::State,
            call: None,
            path: Arc::from([]),
            texts,
            hints: Vec::new(),
            flag,
            dumps_result: self.dumps_result(value, st),
            carries_result: value.taint.carries_result(),
            undecided: value.atoms.len() > 1 && value.taint.has(Taint::RESULT),
            carries_answer: value.taint.has(Taint::SERVER),
            answered: st.answered,
            handed: None,
        }
    }

    /// Whether a value is a whole result, or its text.
    pub(in crate::eval) fn dumps_result(&self, value: &Value, st: &State) -> bool {
        let among_words = |id| value.taint.has(Taint::WHOLE) && self.unknowns.partial_text(id).is_some();
        value.atoms.iter().any(|atom| match atom {
            Atom::Unknown(id) => *self.unknowns.origin(*id) == Origin::ResultText || among_words(*id),
            Atom::Object(id) => self.object(st, *id).is_some_and(|o| matches!(o.kind, ObjectKind::Result)),
            _ => false,
        })
    }
}
