//! The entries of a `Map` or `Set` at hand, and those that may be missing.

use std::rc::Rc;

use crate::eval::values::unknown::UnknownId;
use crate::eval::values::value::Value;

/// The entries of a `Map` or `Set`, in order.
#[derive(Clone, Debug)]
pub struct Collection {
    /// A `Map`, not a `Set`.
    pub is_map: bool,
    /// Keys and values; a `Set`'s values are its keys. A value that may be `undefined` among others may be missing.
    pub entries: Rc<[(Value, Value)]>,
}

impl Collection {
    /// Joins the same collection as two branches left it: what only one of them has may be missing.
    pub fn join(&mut self, other: &Self, overflow: UnknownId) {
        let mut entries = self.entries.to_vec();
        let same = |(key, _): &(Value, Value), wanted: &Value| key.atoms == wanted.atoms;
        // Where the keys that both have stand in the other.
        let mut places = Vec::new();
        for (key, value) in &mut entries {
            match other.entries.iter().position(|theirs| same(theirs, key)) {
                Some(index) => {
                    let (theirs, held) = &other.entries[index];
                    key.taint = key.taint.with(theirs.taint);
                    value.join(held, overflow);
                    places.push(index);
                }
                None => value.may_lack(overflow),
            }
        }
        if !places.is_sorted() {
            entries.iter_mut().for_each(|(_, value)| value.may_lack(overflow));
        }
        for (key, value) in other.entries.iter() {
            if !self.entries.iter().any(|mine| same(mine, key)) {
                let mut value = value.clone();
                value.may_lack(overflow);
                entries.push((key.clone(), value));
            }
        }
        self.entries = entries.into();
    }
}
