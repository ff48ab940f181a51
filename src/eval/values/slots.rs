//! The list of an object's properties: it can be changed like any list, copied at no cost, and searched by name.

use std::cell::OnceCell;
use std::ops::{Deref, DerefMut};
use std::rc::Rc;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use super::heap::PropertySlot;

/// A list of so many is searched from its beginning.
const SHORT: usize = 16;

/// An object's own properties. Copies of an object share them until one of them changes: every entry of a program marks
/// the object whose method it is, which may have thousands.
#[derive(Clone, Debug, Default)]
pub struct Slots(Rc<List>);

#[derive(Debug, Default)]
struct List {
    slots: Vec<PropertySlot>,
    /// Where the first of each name is; made when a long list is searched.
    index: OnceCell<FxHashMap<Arc<str>, usize>>,
}

impl Clone for List {
    fn clone(&self) -> Self {
        Self::of(self.slots.clone())
    }
}

impl List {
    const fn of(slots: Vec<PropertySlot>) -> Self {
        Self { slots, index: OnceCell::new() }
    }
}

impl Slots {
    /// Whether these are the others, so that neither has changed.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }

    /// The first property of a name.
    pub(super) fn named(&self, key: &str) -> Option<&PropertySlot> {
        self.0.slots.get(self.position(key)?)
    }

    /// The same, to be changed in all but its name.
    pub(super) fn named_mut(&mut self, key: &str) -> Option<&mut PropertySlot> {
        let position = self.position(key)?;
        Rc::make_mut(&mut self.0).slots.get_mut(position)
    }

    fn position(&self, key: &str) -> Option<usize> {
        let slots = &self.0.slots;
        if slots.len() <= SHORT {
            return slots.iter().position(|slot| &*slot.key == key);
        }
        let make = || {
            let mut index = FxHashMap::default();
            for (position, slot) in slots.iter().enumerate() {
                index.entry(slot.key.clone()).or_insert(position);
            }
            index
        };
        self.0.index.get_or_init(make).get(key).copied()
    }

    /// Adds a property behind the others.
    pub fn push(&mut self, slot: PropertySlot) {
        let list = Rc::make_mut(&mut self.0);
        if let Some(index) = list.index.get_mut() {
            index.entry(slot.key.clone()).or_insert(list.slots.len());
        }
        list.slots.push(slot);
    }
}

impl Deref for Slots {
    type Target = Vec<PropertySlot>;

    fn deref(&self) -> &Self::Target {
        &self.0.slots
    }
}

impl DerefMut for Slots {
    fn deref_mut(&mut self) -> &mut Self::Target {
        let list = Rc::make_mut(&mut self.0);
        list.index.take();
        &mut list.slots
    }
}

impl From<Vec<PropertySlot>> for Slots {
    fn from(slots: Vec<PropertySlot>) -> Self {
        Self(Rc::new(List::of(slots)))
    }
}

impl FromIterator<PropertySlot> for Slots {
    fn from_iter<I: IntoIterator<Item = PropertySlot>>(slots: I) -> Self {
        slots.into_iter().collect::<Vec<PropertySlot>>().into()
    }
}

impl<'s> IntoIterator for &'s Slots {
    type Item = &'s PropertySlot;
    type IntoIter = std::slice::Iter<'s, PropertySlot>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.slots.iter()
    }
}

impl IntoIterator for Slots {
    type Item = PropertySlot;
    type IntoIter = std::vec::IntoIter<PropertySlot>;

    fn into_iter(self) -> Self::IntoIter {
        Rc::unwrap_or_clone(self.0).slots.into_iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Place;
    use crate::eval::values::value::Value;
    use crate::ir::{ScriptId, Span};

    fn slot(key: &str) -> PropertySlot {
        let place = Place { script: ScriptId(0), span: Span::new(0, 0) };
        PropertySlot { key: key.into(), value: Value::text(key), place, getter: false }
    }

    #[test]
    fn the_first_of_a_name_is_found_however_the_list_was_changed() {
        for length in [3, 3 * SHORT] {
            let mut slots: Slots = (0..length).map(|n| slot(&format!("a{n}"))).collect();
            let is = |slots: &Slots, key: &str, text: &str| {
                slots.named(key).is_some_and(|slot| slot.value == Value::text(text))
            };
            assert!(is(&slots, "a2", "a2") && slots.named("b").is_none());
            let copy = slots.clone();
            assert!(slots.is_shared_with(&copy));
            slots.push(slot("b"));
            slots.push(PropertySlot { value: Value::text("later"), ..slot("a1") });
            assert!(is(&slots, "b", "b") && is(&slots, "a1", "a1"));
            if let Some(slot) = slots.named_mut("b") {
                slot.value = Value::text("c");
            }
            assert!(is(&slots, "b", "c"));
            slots.retain(|slot| &*slot.key != "a0");
            assert!(slots.named("a0").is_none() && is(&slots, "a2", "a2") && is(&slots, "b", "c"));
            assert!(is(&copy, "a0", "a0") && copy.named("b").is_none() && copy.len() == length);
        }
    }
}
