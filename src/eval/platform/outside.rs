//! Calls of functions that nobody knows, and what becomes of the values that they are given.

use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::calls::{is_about_orders, may_wait};
use crate::eval::Place;
use crate::eval::builtins::{is_query_of_text, runs_at_once};
use crate::eval::event::{Channel, EffectEvent};
use crate::eval::machine::Machine;
use crate::eval::platform::effect::chosen_arm;
use crate::eval::platform::host::HostCall;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Taint, Value};

/// Objects inside the options of a page or component are its data this deep.
pub(super) const FRAMEWORK_DEPTH: u32 = 2;

impl Machine<'_> {
    /// A call of a function that nobody knows.
    #[expect(clippy::too_many_arguments, reason = "the parts of one call")]
    pub(in crate::eval) fn call_nobody_knows(
        &mut self,
        id: UnknownId,
        path: Arc<[Arc<str>]>,
        this: Value,
        arguments: Vec<Value>,
        taint: Taint,
        call: HostCall,
        st: &mut State,
    ) -> Value {
        self.record_unknown_call(id, path.clone(), &this, &arguments, call, st);
        let last = path.last().cloned().unwrap_or_else(|| "*".into());
        let waits_for_event = self.note_event_wait(&arguments, call.place);
        let waits = waits_for_event
            || !self.is_host(id) && !runs_at_once(&last) && (may_wait(&last) || !is_about_orders(&last));
        if runs_at_once(&last) || &*last == "each" {
            self.run_given(&arguments, call.place, st);
        } else {
            self.escape_all(&arguments, call.place, waits, st);
        }
        let mut value = self.unknown(Origin::Call(call.place, Some(id)));
        if waits_for_event || waits && self.is_external(id) {
            value.taint = value.taint.with(Taint::EXTERNAL);
        }
        if waits_for_event {
            value.taint = value.taint.with(Taint::GUARD);
        }
        let carried = if taint.of_result() || this.taint.of_result() { Taint::RESULT } else { Taint::NONE };
        let server = if this.taint.has(Taint::SERVER) { Taint::SERVER } else { Taint::NONE };
        value.tainted(carried).tainted(server).tainted(self.returned_taint(id, &arguments, st))
    }

    /// `this.setData({…})` and `this.setState({…})` write `this.data` and `this.state`.
    pub(in crate::eval) fn write_component_state(
        &mut self,
        name: &str,
        this: &Value,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) {
        let Some((_, holder)) = PLATFORM.state_setters.iter().find(|(setter, _)| *setter == name) else { return };
        let holder: Arc<str> = (*holder).into();
        let Some(component) = this.as_object() else { return };
        let Some(patch) = arguments.first() else { return };
        let held = self.object(st, component).and_then(|o| o.own(&holder)).map(|p| p.value.clone());
        let target = held.as_ref().and_then(Value::as_object).unwrap_or_else(|| {
            let mut state = Object::plain(place);
            state.open = true;
            self.alloc(st, state)
        });
        if held.is_none()
            && let Some(cell) = st.heap.get_mut(component.0)
        {
            cell.put(holder, Value::object(target), place);
        }
        let written = patch.as_object().and_then(|id| self.object(st, id)).filter(|o| !o.open && !o.is_callable());
        match written.map(|o| o.properties.clone()) {
            Some(properties) => {
                for slot in properties {
                    // The call itself is the effect: the writes tell nothing more.
                    let value = slot.value.tainted(st.context().without_guard());
                    self.set_own(target, &slot.key, value, true, place, st);
                }
            }
            None => self.blur(target, Blur::Any, place, st),
        }
    }

    /// Runs functions given to a method that calls them at once, or not at all: `replace`, `each`. What they throw goes to
    /// whoever calls the method.
    pub(in crate::eval) fn run_given(&mut self, arguments: &[Value], place: Place, st: &mut State) {
        for function in arguments.iter().filter(|v| v.objects().next().is_some()) {
            if !function.atoms.iter().any(|a| self.is_callable(st, a)) {
                continue;
            }
            self.in_rounds(place, st, |machine, st| {
                let mut state = st.clone();
                state.control = state.control.push(Arm { condition: place, number: 2, kind: ArmKind::Either });
                let given = machine.unknown_arguments(function, &state);
                let this = machine.this_in(function, place, &mut state);
                let returns = machine.call_value(function, this, given, place, &mut state).is_some();
                if returns {
                    *st = std::mem::take(st).join(state, machine.overflow);
                }
                returns
            });
        }
    }

    /// What an unknown is a part of, or was returned by: the global, parameter or import that it begins with.
    pub(in crate::eval) fn root_of(&self, mut id: UnknownId) -> UnknownId {
        loop {
            id = match self.unknowns.origin(id) {
                Origin::Property(of, _) | Origin::Call(_, Some(of)) => *of,
                _ => return id,
            };
        }
    }

    /// Notes that code which is not at hand was given something of the result.
    pub(in crate::eval) fn note_kept(&mut self, id: UnknownId) {
        let root = self.root_of(id);
        self.run.kept.by.insert(root);
    }

    /// What may come back from code that was given something of the result.
    pub(in crate::eval) fn stored_taint(&self, id: UnknownId) -> Taint {
        let kept = !self.run.kept.by.is_empty() && self.run.kept.by.contains(&self.root_of(id));
        if kept { Taint::RESULT } else { Taint::NONE }
    }

    /// The taint of what a call returns that is not at hand, by what it is given now and was given before.
    pub(in crate::eval) fn returned_taint(&mut self, id: UnknownId, arguments: &[Value], st: &State) -> Taint {
        let given = self.result_taint(arguments, st);
        let taint = given.with(self.stored_taint(id));
        if st.outcome && given.of_result() {
            self.note_kept(id);
        }
        taint
    }

    /// Whether a function that is not at hand is one of the project's own: no method of a value it was given.
    fn is_external(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Global(_) | Origin::Import(..) | Origin::Missing(_) | Origin::Parameter(..) => true,
            // How a list is gone through says nothing of the project.
            Origin::Property(_, name) if name.starts_with("@@") => false,
            Origin::Property(parent, _) => self.is_external(*parent),
            _ => false,
        }
    }

    fn record_unknown_call(
        &mut self,
        id: UnknownId,
        path: Arc<[Arc<str>]>,
        this: &Value,
        arguments: &[Value],
        call: HostCall,
        st: &State,
    ) {
        if !st.outcome || self.is_host(id) || self.asks_a_text(id) {
            return;
        }
        if let Some(several) = arguments.iter().position(|value| self.is_either(value, st)) {
            let mut st = st.clone();
            let kept = st.control.clone();
            for (number, atom) in arguments[several].atoms.iter().enumerate() {
                let mut arguments = arguments.to_vec();
                st.control = kept.push(chosen_arm(&arguments[several], call.place, number));
                arguments[several].atoms = [atom.clone()].into_iter().collect();
                self.record_unknown_call(id, path.clone(), this, &arguments, call, &st);
            }
            return;
        }
        let handed = self.is_parameter(id) || self.is_option(id, this, st);
        let channel = if handed { Channel::HandedOn } else { Channel::Call };
        let mut effect = EffectEvent { channel, path, ..self.effect_of(&Value::undefined(), st) };
        for value in arguments {
            let said = self.effect_of(value, st);
            let is_object = value.objects().next().is_some();
            if !is_object {
                effect.texts.extend(said.texts.into_iter().filter(Option::is_some));
            }
            effect.flag = effect.flag.or(said.flag);
            effect.dumps_result |= said.dumps_result;
            effect.carries_result |= said.carries_result;
            effect.carries_answer |= said.carries_answer;
            self.add_fields(value, &mut effect, st);
        }
        self.record(st, call.place, effect);
    }

    /// Whether a call only asks something of a text of the result, or of one that is put together: a condition is no
    /// effect.
    fn asks_a_text(&self, id: UnknownId) -> bool {
        let Origin::Property(of, name) = self.unknowns.origin(id) else { return false };
        is_query_of_text(name) && self.is_text(*of)
    }

    fn is_text(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::ResultField(_) | Origin::UndocumentedCode | Origin::ResultText => true,
            Origin::PartialText(_) | Origin::Hole(_) => true,
            Origin::Call(_, Some(callee)) => match self.unknowns.origin(*callee) {
                Origin::Global(name) => &**name == "String",
                Origin::Property(of, name) => is_query_of_text(name) && self.is_text(*of),
                _ => false,
            },
            _ => false,
        }
    }

    /// Whether a function was given by a caller who is not at hand.
    fn is_parameter(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Parameter(_, index) => *index != u32::MAX,
            Origin::Missing(name) => &**name == "props",
            Origin::Property(parent, name) => &**name == "props" || self.is_parameter(*parent),
            _ => false,
        }
    }

    /// Whether a function is a property of mere data that others have filled: `{...options}`.
    fn is_option(&self, id: UnknownId, this: &Value, st: &State) -> bool {
        let is_data = |o: &Object| {
            let plain = matches!(o.kind, ObjectKind::Plain) && o.open && o.prototype.is_none();
            plain && !o.properties.iter().flat_map(|p| &p.value.atoms).any(|a| self.is_callable(st, a))
        };
        let receiver = this.as_object().and_then(|object| self.object(st, object));
        matches!(self.unknowns.origin(id), Origin::Missing(_)) && receiver.is_some_and(is_data)
    }

    /// What of the result flows into a call through its arguments.
    pub(in crate::eval) fn result_taint(&self, arguments: &[Value], st: &State) -> Taint {
        let of_result = |v: &Value| {
            let whole = v.objects().any(|id| {
                self.object(st, id).is_some_and(|o| {
                    matches!(o.kind, ObjectKind::Result) || o.properties.iter().any(|p| p.value.taint.of_result())
                })
            });
            // A function may see whatever is around it.
            let function = st.outcome && v.atoms.iter().any(|a| self.is_callable(st, a));
            whole || function || v.taint.of_result()
        };
        let server = arguments.iter().any(|v| v.taint.has(Taint::SERVER));
        let taint = if arguments.iter().any(of_result) { Taint::RESULT } else { Taint::NONE };
        if server { taint.with(Taint::SERVER) } else { taint }
    }

    /// Values given to code that is not at hand.
    pub(in crate::eval) fn escape_all(&mut self, values: &[Value], place: Place, waits: bool, st: &mut State) {
        for value in values {
            self.escape(value, place, waits, st);
            for id in value.objects() {
                let plain =
                    self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Plain | ObjectKind::Array));
                if plain {
                    self.blur_deep(&Value::object(id), FRAMEWORK_DEPTH, Blur::Filled, place, st);
                }
            }
        }
    }

    /// A value leaves the code at hand: functions among it may be called by anybody.
    pub(in crate::eval) fn escape(&mut self, value: &Value, place: Place, waits: bool, st: &mut State) {
        for id in value.objects() {
            let Some(object) = self.object(st, id) else { continue };
            if object.is_callable() {
                self.hand_over(Value::object(id), place, waits, st);
                continue;
            }
            let functions: Vec<Value> = object
                .properties
                .iter()
                .filter(|p| p.value.objects().next().is_some())
                .map(|p| p.value.clone())
                .collect();
            for function in functions {
                for inner in function.objects() {
                    self.note_handed(inner, waits);
                }
            }
        }
    }

    /// Runs a function that was handed to code that is not at hand: perhaps it is called.
    fn hand_over(&mut self, function: Value, place: Place, waits: bool, st: &mut State) {
        let Some(id) = function.as_object() else { return };
        self.note_handed(id, waits);
        if !st.outcome && !waits {
            return;
        }
        let mut task = self.task(function, None, place, st);
        task.control = task.control.push(Arm { condition: place, number: 2, kind: ArmKind::Unsure(place) });
        if waits {
            task.ready = task.ready.after_unknown(place);
        }
        self.schedule(task, st);
    }

    fn note_handed(&mut self, id: ObjectId, waits: bool) {
        if waits {
            for created in self.created.iter_mut().filter(|c| c.object == id) {
                created.handed_to_waiter = true;
            }
        }
    }

    /// Whether a value may be a function.
    pub(in crate::eval) fn may_be_function(&self, value: &Value, st: &State) -> bool {
        value.atoms.iter().any(|a| matches!(a, Atom::Unknown(_)) || self.is_callable(st, a))
    }

    /// Forgets what an object's properties are.
    pub(in crate::eval) fn blur(&mut self, id: ObjectId, how: Blur, place: Place, st: &mut State) {
        let unknown = self.unknowns.make(Origin::Dynamic(place));
        let overflow = self.overflow;
        let Some(cell) = st.heap.get(id.0) else { return };
        // Code that is not at hand fills in data; it seldom replaces functions.
        // Objects inside are blurred by themselves.
        let is_forgotten = |v: &Value| v.objects().next().is_none() && !(how == Blur::Filled && says_something(v));
        let forgotten: Vec<bool> = cell.properties.iter().map(|p| is_forgotten(&p.value)).collect();
        if let Some(cell) = st.heap.get_mut(id.0) {
            cell.open = true;
            for (slot, _) in cell.properties.iter_mut().zip(forgotten).filter(|(_, is_forgotten)| *is_forgotten) {
                slot.value.join(&Value::unknown(unknown), overflow);
            }
        }
    }

    /// The same for an object and the plain objects in it.
    pub(in crate::eval) fn blur_deep(&mut self, value: &Value, depth: u32, how: Blur, place: Place, st: &mut State) {
        for id in value.objects() {
            let Some(cell) = self.object(st, id).filter(|o| matches!(o.kind, ObjectKind::Plain)) else { continue };
            let inner: Vec<Value> = cell.properties.iter().map(|p| p.value.clone()).collect();
            if depth > 0 {
                for value in inner {
                    self.blur_deep(&value, depth - 1, how, place, st);
                }
            }
            self.blur(id, how, place, st);
        }
    }
}

/// How code that is not at hand writes to an object.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::eval) enum Blur {
    /// Under names that are not known, or a framework keeps it for itself.
    Any,
    /// It was given as an argument: what is read from it seldom has another text than before, `{ method: 'ALIPAY' }`.
    Filled,
}

/// Whether a value is a text that is not empty.
fn says_something(value: &Value) -> bool {
    matches!(value.single(), Some(Atom::Text(text)) if !text.is_empty())
}
