//! Functions that an object runs when a property of it is written: `set key(value) {}`.

use std::rc::Rc;
use std::sync::Arc;

use super::heap::{Object, PropertySlot};
use super::value::Value;
use crate::eval::Place;

/// The setters of one object, by key: few objects have any, and those few.
#[derive(Clone, Debug, Default)]
pub struct Setters(Option<Rc<[Setter]>>);

/// The function that a key's write calls.
type Setter = (Arc<str>, Value);

impl Setters {
    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.as_ref().is_none_or(|setters| setters.is_empty())
    }

    fn of(&self, key: &str) -> Option<&Value> {
        let (_, setter) = self.0.as_deref()?.iter().find(|(name, _)| &**name == key)?;
        Some(setter)
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
        self.setters.of(key)
    }

    /// Gives a property a setter. Without a getter it reads as `undefined`.
    pub fn put_setter(&mut self, key: Arc<str>, setter: Value, place: Place) {
        if self.own(&key).is_none_or(|slot| !slot.getter) {
            self.put(key.clone(), Value::undefined(), place);
        }
        self.drop_setter(&key);
        let others = self.setters.0.as_deref().unwrap_or_default().iter().cloned();
        self.setters.0 = Some(others.chain([(key, setter)]).collect());
    }

    /// Defines a property anew; a getter leaves the setter of its key what it is.
    pub fn redefine(&mut self, slot: PropertySlot) {
        if !slot.getter {
            self.drop_setter(&slot.key);
        }
        match self.properties.iter().position(|known| known.key == slot.key) {
            Some(at) => self.properties[at] = slot,
            None => self.properties.push(slot),
        }
    }

    /// Takes the setter of a property away, where it has one.
    pub fn drop_setter(&mut self, key: &str) {
        if self.setter(key).is_some() {
            let others = self.setters.0.as_deref().unwrap_or_default().iter();
            self.setters.0 = Some(others.filter(|(name, _)| &**name != key).cloned().collect());
        }
    }
}
