//! Stores of Pinia: `defineStore` gives a function that gives the store, whose actions are followed. Its state and its
//! getters are unknown, since components write them.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::value::{Atom, Value};

impl Machine<'_> {
    /// `defineStore`, and what components take actions and state by; none where that is not followed.
    pub(in crate::eval) fn call_pinia(
        &mut self,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Option<Value>> {
        match name {
            "defineStore" => self.define_store(arguments, place, st).map(Some),
            "mapActions" => {
                let [store, wanted] = arguments else { return None };
                let store = self.store_of(store, st)?;
                self.map_actions(store, wanted, place, st).map(Some)
            }
            // Refs of the state.
            "storeToRefs" => {
                self.is_store(arguments.first()?.as_object()?, st).then(|| Some(self.open_store_object(place, st)))
            }
            _ => None,
        }
    }

    /// `defineStore(id, { actions })`, `defineStore(id, () => ({ pay }))`.
    fn define_store(&mut self, arguments: &[Value], place: Place, st: &mut State) -> Option<Value> {
        let options = arguments.iter().find_map(Value::as_object)?;
        let is_setup = self.object(st, options)?.is_callable();
        let store = self.alloc(st, Object { open: true, ..Object::plain(place) });
        self.wiring.pinia.insert(store);
        let given = if is_setup {
            self.made_by(&Value::object(options), place, st)
        } else {
            self.object(st, options)?.own("actions")?.value.as_object()
        };
        let given = given.and_then(|id| self.object(st, id))?;
        let is_action = |slot: &&PropertySlot| slot.value.atoms.iter().all(|atom| self.is_callable(st, atom));
        let actions: Vec<PropertySlot> = given.properties.iter().filter(is_action).cloned().collect();
        if !is_setup {
            for action in &actions {
                self.take_over(&action.value, store, st);
            }
        }
        if let Some(cell) = st.heap.get_mut(store.0) {
            cell.properties = actions.into();
        }
        Some(Value::object(self.alloc(st, Object::of(ObjectKind::UseStore(store), place))))
    }

    /// The object that a store's setup function gives.
    fn made_by(&mut self, setup: &Value, place: Place, st: &mut State) -> Option<ObjectId> {
        let mut state = st.clone();
        self.run.catchers.push(Vec::new());
        let made = self.call_value(setup, Value::undefined(), Vec::new(), place, &mut state);
        self.run.catchers.pop();
        let made = made?.as_object();
        *st = state;
        made
    }

    /// The store that a function of `defineStore` gives.
    fn store_of(&self, function: &Value, st: &State) -> Option<ObjectId> {
        match self.object(st, function.as_object()?)?.kind {
            ObjectKind::UseStore(store) => Some(store),
            _ => None,
        }
    }

    fn is_store(&self, id: ObjectId, st: &State) -> bool {
        self.object(st, id).is_some() && self.wiring.pinia.contains(&id)
    }

    fn open_store_object(&mut self, place: Place, st: &mut State) -> Value {
        Value::object(self.alloc(st, Object { open: true, ..Object::plain(place) }))
    }

    /// `mapActions(useStore, ['pay'])`, `mapActions(useStore, { checkout: 'pay' })`: methods that are the store's.
    fn map_actions(&mut self, store: ObjectId, wanted: &Value, place: Place, st: &mut State) -> Option<Value> {
        let wanted = self.object(st, wanted.as_object()?)?;
        let by_list = matches!(wanted.kind, ObjectKind::Array);
        let names = wanted.properties.iter().filter_map(|slot| {
            let action = slot.value.as_text()?.clone();
            Some((if by_list { action.clone() } else { slot.key.clone() }, action))
        });
        let names: Vec<(Arc<str>, Arc<str>)> = names.collect();
        let mut methods = Object { open: true, ..Object::plain(place) };
        for (name, action) in names {
            let Some(target) = self.object(st, store).and_then(|o| o.own(&action)).map(|slot| slot.value.clone())
            else {
                continue;
            };
            let this = Atom::Object(store).into();
            let bound = ObjectKind::Bound { target, this, arguments: Self::shared(Vec::new()) };
            let bound = self.alloc(st, Object::of(bound, place));
            methods.put(name, Value::object(bound), place);
        }
        Some(Value::object(self.alloc(st, methods)))
    }
}
