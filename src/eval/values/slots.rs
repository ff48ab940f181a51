//! The list of an object's properties: it can be changed like any list, and copied at no cost.

use std::ops::{Deref, DerefMut};
use std::rc::Rc;

use super::heap::PropertySlot;

/// An object's own properties. Copies of an object share them until one of them changes: every entry of a program marks
/// the object whose method it is, which may have thousands.
#[derive(Clone, Debug, Default)]
pub struct Slots(Rc<Vec<PropertySlot>>);

impl Slots {
    /// Whether these are the others, so that neither has changed.
    pub(super) fn is_shared_with(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Slots {
    type Target = Vec<PropertySlot>;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl DerefMut for Slots {
    fn deref_mut(&mut self) -> &mut Self::Target {
        Rc::make_mut(&mut self.0)
    }
}

impl From<Vec<PropertySlot>> for Slots {
    fn from(slots: Vec<PropertySlot>) -> Self {
        Self(Rc::new(slots))
    }
}

impl FromIterator<PropertySlot> for Slots {
    fn from_iter<I: IntoIterator<Item = PropertySlot>>(slots: I) -> Self {
        Self(Rc::new(slots.into_iter().collect()))
    }
}

impl<'s> IntoIterator for &'s Slots {
    type Item = &'s PropertySlot;
    type IntoIter = std::slice::Iter<'s, PropertySlot>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl IntoIterator for Slots {
    type Item = PropertySlot;
    type IntoIter = std::vec::IntoIter<PropertySlot>;

    fn into_iter(self) -> Self::IntoIter {
        Rc::unwrap_or_clone(self.0).into_iter()
    }
}
