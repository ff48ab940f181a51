//! What functions of frameworks give back: state hooks and refs of React, refs and watchers of Vue. What a component
//! renders is not followed.

use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::ready::Level;
use crate::eval::platform::wiring::Watcher;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};

impl Machine<'_> {
    /// Calls a function of a framework; none where it is none, or does something that is not followed here.
    pub(in crate::eval) fn call_framework(
        &mut self,
        id: UnknownId,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        if let Origin::Setter(of) = *self.unknowns.origin(id) {
            self.note_state_set(of, place, st);
            self.set_hook_state(of, arguments, place, st);
            return None;
        }
        let first = arguments.first();
        if lists(PLATFORM.state_hooks, name) {
            // A reducer is no initial state.
            return Some(self.use_state(first.filter(|_| name != "useReducer"), place, st));
        }
        if lists(PLATFORM.ref_hooks, name) {
            return Some(Some(self.use_ref(first, place, st)));
        }
        if lists(PLATFORM.calling_functions, name) && arguments.iter().take(1).any(|f| self.is_function(f, st)) {
            return Some(self.call_value(first?, Value::undefined(), Vec::new(), place, st));
        }
        if lists(PLATFORM.store_functions, &self.last_names(id)) {
            return self.make_store(first?, place, st).map(Some);
        }
        if let Some(value) = self.call_action_hook(name, arguments, place, st) {
            return Some(Some(value));
        }
        if let Some(value) = self.call_pinia(name, arguments, place, st) {
            return Some(value);
        }
        if self.is_of_vue(id) { self.call_vue(name, arguments, place, st) } else { None }
    }

    fn is_function(&self, value: &Value, st: &State) -> bool {
        value.atoms.iter().all(|a| self.is_callable(st, a))
    }

    /// The last names of a path: `Vuex.Store`, or `Store` alone where it was imported by itself.
    fn last_names(&self, id: UnknownId) -> String {
        let path = self.unknowns.path(id);
        let named: Vec<&str> = path.iter().map(|s| &**s).filter(|s| *s != "*").collect();
        named[named.len().saturating_sub(2)..].join(".")
    }

    /// `const [state, setState] = useState(initial)`: the state of some later rendering, whatever was set until then.
    fn use_state(&mut self, initial: Option<&Value>, place: Place, st: &mut State) -> Option<Value> {
        if let Some(initial) = initial.filter(|i| self.is_function(i, st)) {
            self.call_value(initial, Value::undefined(), Vec::new(), place, st)?;
        }
        let state = self.unknown(Origin::HookState(place));
        let setter = self.unknown(Origin::Setter(place));
        Some(Value::object(self.make_array(vec![state, setter], false, place, st)))
    }

    /// A setter that is called while the bridge is known to be there makes its state a test of the bridge.
    fn set_hook_state(&mut self, of: Place, arguments: &[Value], place: Place, st: &mut State) {
        if st.ready.level >= Level::Presence && !st.outcome {
            self.wiring.guard_states.insert(of);
        }
        let Some(function) = arguments.first().filter(|f| self.is_function(f, st)).cloned() else { return };
        let old = self.unknown(Origin::HookState(of));
        let mut task = self.task(function, Some(vec![old]), place, st);
        task.ready = st.ready;
        self.run_now(&task, st);
    }

    /// Whether a value is the state of a hook that tests of the bridge write.
    pub(in crate::eval) fn is_guard_state(&self, value: &Value) -> bool {
        let of_hook = |mut id: UnknownId| loop {
            match self.unknowns.origin(id) {
                Origin::HookState(place) => return self.wiring.guard_states.contains(place),
                Origin::Property(of, _) | Origin::Test { of, .. } | Origin::Present { of, .. } | Origin::TypeOf(of) => {
                    id = *of
                }
                _ => return false,
            }
        };
        !self.wiring.guard_states.is_empty()
            && value.atoms.iter().any(|a| matches!(a, Atom::Unknown(id) if of_hook(*id)))
    }

    /// `useRef(initial)`: an element of the page where it begins with nothing.
    fn use_ref(&mut self, initial: Option<&Value>, place: Place, st: &mut State) -> Value {
        let mut object = Object::plain(place);
        object.open = true;
        if let Some(initial) = initial.filter(|i| !crate::eval::language::expr::is_nullish(i)) {
            object.put("current".into(), initial.clone(), place);
        }
        let id = self.alloc(st, object);
        self.note_box(id, "current");
        Value::object(id)
    }

    /// Notes an object that holds one value for others to read and write; what it is given first is a write of its own.
    fn note_box(&mut self, id: ObjectId, key: &str) {
        self.boxes.insert(id);
        if let Some(key) = self.assigned.once.get(key).cloned() {
            self.assigned.again.insert(key);
        }
    }

    /// Whether a function is Vue's: imported from it, a property of it, or a global where imports are automatic.
    fn is_of_vue(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Import(module, _) => ["vue", "@vue/", "vue-demi", "@vueuse/"].iter().any(|m| {
                let rest = module.strip_prefix(m);
                rest.is_some_and(|r| r.is_empty() || m.ends_with('/'))
            }),
            Origin::Property(of, _) => match self.unknowns.origin(*of) {
                Origin::Global(name) => matches!(&**name, "Vue" | "VueCompositionAPI"),
                _ => self.is_of_vue(*of),
            },
            Origin::Global(_) => true,
            _ => false,
        }
    }

    fn call_vue(&mut self, name: &str, arguments: &[Value], place: Place, st: &mut State) -> Option<Option<Value>> {
        let first = arguments.first().cloned().unwrap_or_else(Value::undefined);
        if lists(PLATFORM.ref_functions, name) {
            let value = self.make_object(ObjectKind::Plain, vec![("value", first)], place, st);
            value.objects().for_each(|id| self.note_box(id, "value"));
            return Some(Some(value));
        }
        if lists(PLATFORM.reactive_functions, name) && first.as_object().is_some() {
            return Some(Some(first));
        }
        match name {
            "computed" => self.computed(&first, place, st).map(Some),
            "watch" => {
                self.watch_source(&first, arguments.get(1)?, place, st);
                None
            }
            "watchEffect" => {
                self.watch_source(&first.clone(), &first, place, st);
                None
            }
            _ => None,
        }
    }

    /// `computed(f)`, `computed({get: f})`: an object whose `value` is what the function gives.
    fn computed(&mut self, of: &Value, place: Place, st: &mut State) -> Option<Value> {
        let getter = if self.is_function(of, st) {
            of.clone()
        } else {
            self.object(st, of.as_object()?)?.own("get")?.value.clone()
        };
        let setter = self.setter_among(of, st);
        let mut object = Object::plain(place);
        object.properties.push(PropertySlot { key: "value".into(), value: getter, place, getter: true });
        if let Some(setter) = setter {
            object.put_setter("value".into(), setter, place);
        }
        Some(Value::object(self.alloc(st, object)))
    }

    /// Has a function run when what a source gives may change: a ref, a list of them, or a function that reads some.
    fn watch_source(&mut self, source: &Value, handler: &Value, place: Place, st: &mut State) {
        if st.outcome || !self.is_function(handler, st) {
            return;
        }
        let Some(id) = source.as_object() else { return };
        let watcher = Watcher { handler: handler.clone(), source: Some(source.clone()) };
        if self.is_function(source, st) {
            for (object, key) in self.reads_of(source, place, st) {
                self.watch(object, key, watcher.clone());
            }
            return;
        }
        match self.elements(id, st) {
            Some(several) => {
                for one in several.iter().filter_map(Value::as_object) {
                    self.watch(one, "value".into(), watcher.clone());
                }
            }
            None => self.watch(id, "value".into(), watcher),
        }
    }

    /// The properties that a function reads; the run leaves nothing behind.
    fn reads_of(&mut self, function: &Value, place: Place, st: &State) -> Vec<(crate::eval::ObjectId, Arc<str>)> {
        let outer = self.wiring.reads.replace(Vec::new());
        let mut state = st.clone();
        self.run.catchers.push(Vec::new());
        self.call_value(function, Value::undefined(), Vec::new(), place, &mut state);
        self.run.catchers.pop();
        std::mem::replace(&mut self.wiring.reads, outer).unwrap_or_default()
    }
}
