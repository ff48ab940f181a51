//! Functions that an object runs when a property of it is written: `set key(value) {}`.

use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::heap::{Object, PropertySlot};
use super::value::Value;
use crate::eval::Place;

/// The setters of one object, by key: few objects have any.
#[derive(Clone, Debug, Default)]
pub struct Setters(Option<Rc<FxHashMap<Arc<str>, Value>>>);

impl Setters {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|setters| setters.is_empty())
    }

    /// Those of one branch, and where it has none those of another.
    pub(super) fn join(&mut self, other: &Self) {
        if self.0.is_none() {
            self.0.clone_from(&other.0);
        }
    }
}

impl Object {
    /// The function that is called when a property of its own is written.
    #[must_use]
    pub fn setter(&self, key: &str) -> Option<&Value> {
        self.setters.0.as_ref()?.get(key)
    }

    /// Gives a property a setter. Without a getter it reads as `undefined`.
    pub fn put_setter(&mut self, key: Arc<str>, setter: Value, place: Place) {
        if self.own(&key).is_none_or(|slot| !slot.getter) {
            self.put(key.clone(), Value::undefined(), place);
        }
        Rc::make_mut(self.setters.0.get_or_insert_default()).insert(key, setter);
    }

    /// Defines a property anew; a getter leaves the setter of its key what it is.
    pub fn redefine(&mut self, slot: PropertySlot) {
        if !slot.getter {
            self.drop_setter(&slot.key);
        }
        match self.properties.named_mut(&slot.key) {
            Some(known) => *known = slot,
            None => self.properties.push(slot),
        }
    }

    /// Takes the setter of a property away, where it has one.
    pub fn drop_setter(&mut self, key: &str) {
        if self.setter(key).is_some()
            && let Some(setters) = &mut self.setters.0
        {
            Rc::make_mut(setters).remove(key);
        }
    }
}
