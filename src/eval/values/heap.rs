//! Objects of a run: what they are, their properties, and what is left of both where branches meet.

use std::rc::Rc;
use std::sync::Arc;

use crate::eval::Place;
use crate::eval::language::promise::Promise;
use crate::eval::platform::ready::Ready;
use crate::eval::values::collection::Collection;
use crate::eval::values::scope::ScopeId;
use crate::eval::values::setters::Setters;
use crate::eval::values::slots::Slots;
use crate::eval::values::unknown::UnknownId;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{ClassId, FnId, ScriptId};

/// More elements that are missing are not filled in.
const MAX_GAP: usize = 64;

/// An object or function of a run.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ObjectId(pub u32);

/// An object, array, function, class, promise.
#[derive(Clone, Debug)]
pub struct Object {
    /// What it is.
    pub kind: ObjectKind,
    /// Its own properties, in order.
    pub properties: Slots,
    /// Whether others may have added properties: then a missing one is unknown.
    pub open: bool,
    /// Whether elements of an array that are `undefined` may be missing: methods pass such over.
    pub holes: bool,
    /// Its setters; each has a property of its key, too.
    pub setters: Setters,
    /// What properties are looked up in next.
    pub prototype: Option<ObjectId>,
    /// Where it was made.
    pub made: Place,
    /// The entry of the program in whose run it was made or last written.
    pub turn: u32,
}

/// One property of an object.
#[derive(Clone, Debug)]
pub struct PropertySlot {
    /// Its key.
    pub key: Arc<str>,
    /// Its value; a getter's is the function.
    pub value: Value,
    /// Where the key is written.
    pub place: Place,
    /// Whether reading it calls its value.
    pub getter: bool,
}

/// What an object is.
#[derive(Clone, Debug)]
pub enum ObjectKind {
    /// A plain object.
    Plain,
    /// A payment's result: a field that is not documented is unknown.
    Result,
    /// An array; its elements are the properties `0`, `1`, …
    Array,
    /// A function with the scope it was made in.
    Closure(Closure),
    /// `f.bind(this, …)`.
    Bound {
        /// What is called.
        target: Value,
        /// With this `this`.
        this: Value,
        /// And these arguments first.
        arguments: Rc<[Value]>,
    },
    /// A class.
    Class {
        /// Its script.
        script: ScriptId,
        /// Which.
        class: ClassId,
        /// The scope it was made in.
        scope: Option<ScopeId>,
        /// What it extends.
        parent: Option<Value>,
    },
    /// A promise.
    Promise(Promise),
    /// The `resolve` or `reject` that a promise's executor is given.
    Settler {
        /// Which promise.
        promise: ObjectId,
        /// Whether it rejects.
        rejects: bool,
    },
    /// A `Map` or `Set` with known entries.
    Collection(Collection),
    /// A method of a built-in value: `"text".indexOf`, `[].push`.
    Method {
        /// Its receiver.
        receiver: Value,
        /// Its name.
        name: Arc<str>,
    },
    /// `commit` or `dispatch` of a store.
    StoreCall {
        /// The options of the store.
        options: ObjectId,
        /// Whether it runs actions, not mutations.
        acts: bool,
    },
    /// What `defineStore` gives: a function that gives this store.
    UseStore(ObjectId),
    /// What a hook for requests gives: it runs a function, and hands its end to handlers.
    Action {
        /// The function.
        function: Value,
        /// The object that has the handlers.
        options: Option<ObjectId>,
        /// Whether it gives the function's promise.
        gives: bool,
    },
    /// What bundlers and compilers bring along: generators, loaders of modules.
    Part(crate::eval::language::generator::Part),
    /// A regular expression.
    Regex {
        /// Between the slashes.
        pattern: Arc<str>,
        /// After them.
        flags: Arc<str>,
    },
}

/// A function at hand.
#[derive(Clone, Debug)]
pub struct Closure {
    /// Its script.
    pub script: ScriptId,
    /// Which.
    pub function: FnId,
    /// The scope it was made in; none where that run was not followed.
    pub scope: Option<ScopeId>,
    /// `this` of an arrow.
    pub this: Option<Rc<Value>>,
    /// The object it was first stored in: `this` when somebody unknown calls it.
    pub home: Option<ObjectId>,
    /// What was known of the bridge where it was made.
    pub ready: Ready,
    /// `Scope::rounds` of `scope` when it was made.
    pub round: u32,
}

impl ObjectKind {
    /// Whether it is an object without anything of its own.
    #[must_use]
    pub const fn is_plain(&self) -> bool {
        matches!(self, Self::Plain)
    }
}

impl Object {
    /// A plain object without properties.
    #[must_use]
    pub fn plain(made: Place) -> Self {
        Self::of(ObjectKind::Plain, made)
    }

    /// An object of another kind.
    #[must_use]
    pub fn of(kind: ObjectKind, made: Place) -> Self {
        Self {
            kind,
            properties: Slots::default(),
            open: false,
            holes: false,
            setters: Setters::default(),
            prototype: None,
            made,
            turn: 0,
        }
    }

    /// An own property.
    #[must_use]
    pub fn own(&self, key: &str) -> Option<&PropertySlot> {
        self.properties.named(key)
    }

    /// Whether it has a property of its own; none where that is not known: of branches that met, one did not write it perhaps.
    #[must_use]
    pub fn has_own(&self, key: &str) -> Option<bool> {
        let is_result = matches!(self.kind, ObjectKind::Result);
        let Some(slot) = self.own(key) else { return (!self.open && !is_result).then_some(false) };
        // What stands first in a list that is not known may stand there or not.
        if matches!(self.kind, ObjectKind::Array) && self.open {
            return None;
        }
        if !slot.value.atoms.contains(&Atom::Undefined) {
            return Some(true);
        }
        let sure = slot.value.single().is_some();
        let may_lack = is_result || matches!(self.kind, ObjectKind::Array) && self.holes;
        (sure && !may_lack).then_some(true)
    }

    /// Whether a property that it is known by may be missing: of branches that met, one did not write it perhaps.
    #[must_use]
    pub fn may_lack_some(&self) -> bool {
        !matches!(self.kind, ObjectKind::Array) && self.properties.iter().any(|slot| slot.value.lacks())
    }

    /// Its own properties in the order in which JavaScript lists them: keys that are indices come first, by number.
    pub fn in_order(&self) -> impl Iterator<Item = &PropertySlot> {
        let index = |slot: &PropertySlot| index_of_key(&slot.key).unwrap_or(usize::MAX);
        let mut slots: Vec<&PropertySlot> = self.properties.iter().collect();
        if !matches!(self.kind, ObjectKind::Array) && slots.len() > 1 {
            slots.sort_by_cached_key(|slot| index(slot));
        }
        slots.into_iter()
    }

    /// Writes an own property.
    pub fn put(&mut self, key: Arc<str>, value: Value, place: Place) {
        match self.properties.named_mut(&key) {
            Some(slot) => {
                slot.value = value;
                slot.place = place;
                slot.getter = false;
            }
            None => self.properties.push(PropertySlot { key, value, place, getter: false }),
        }
    }

    /// Makes an array long enough for a key: elements between are missing. One that would grow too long is known no more.
    pub fn make_room(&mut self, key: &str, place: Place) {
        let (Some(length), Some(index)) = (self.length(), index_of_key(key)) else { return };
        if index > length + MAX_GAP {
            self.open = true;
            return;
        }
        self.holes |= index > length;
        for missing in length..index {
            self.put(missing.to_string().into(), Value::undefined(), place);
        }
    }

    /// Whether elements of it, which is an array, may be missing.
    #[must_use]
    pub fn has_holes(&self) -> bool {
        self.holes && self.properties.iter().any(|slot| slot.value.atoms.contains(&Atom::Undefined))
    }

    /// Writes an array's length: elements past it go, those that it lacks are missing.
    pub fn set_length(&mut self, length: Option<f64>, place: Place, overflow: UnknownId) {
        let Some(length) = length.filter(|n| *n >= 0.0 && n.fract() == 0.0) else {
            self.open = true;
            self.properties.iter_mut().for_each(|slot| slot.value.may_lack(overflow));
            return;
        };
        self.properties.retain(|p| index_of_key(&p.key).is_none_or(|index| (index as f64) < length));
        match self.length() {
            // Nothing is left that could be where nobody knows.
            None => self.open = length > 0.0,
            Some(known) if (known as f64) < length => {
                self.make_room(&length.to_string(), place);
                self.holes = true;
            }
            Some(_) => {}
        }
    }

    /// Takes an own property away.
    pub fn remove(&mut self, key: &str) {
        self.open |= matches!(self.kind, ObjectKind::Array) && self.own(key).is_some();
        self.properties.retain(|p| &*p.key != key);
        self.drop_setter(key);
    }

    /// Takes an own property away perhaps.
    pub fn may_remove(&mut self, key: &str, overflow: UnknownId) {
        if let Some(slot) = self.properties.named_mut(key) {
            slot.value.may_lack(overflow);
            self.holes = true;
        }
    }

    /// Whether it can be called.
    #[must_use]
    pub const fn is_callable(&self) -> bool {
        match &self.kind {
            ObjectKind::Closure(_)
            | ObjectKind::Bound { .. }
            | ObjectKind::Class { .. }
            | ObjectKind::Settler { .. }
            | ObjectKind::Method { .. }
            | ObjectKind::StoreCall { .. }
            | ObjectKind::Action { .. }
            | ObjectKind::UseStore(_) => true,
            ObjectKind::Part(part) => part.is_callable(),
            _ => false,
        }
    }

    /// The number of elements of an array whose length is known.
    #[must_use]
    pub fn length(&self) -> Option<usize> {
        let is_element = |p: &&PropertySlot| index_of_key(&p.key).is_some();
        (matches!(self.kind, ObjectKind::Array) && !self.open)
            .then(|| self.properties.iter().filter(is_element).count())
    }

    /// Joins the same object as two branches left it.
    pub fn join(&mut self, other: &Self, overflow: UnknownId) {
        let lengths = (self.length(), other.length());
        if !self.properties.is_shared_with(&other.properties) {
            self.join_properties(other, overflow);
        }
        // Of arrays of different lengths the length is not known.
        self.open |= other.open || lengths.0 != lengths.1;
        self.holes |= other.holes;
        self.setters.join(&other.setters);
        if let (ObjectKind::Promise(mine), ObjectKind::Promise(theirs)) = (&mut self.kind, &other.kind) {
            mine.join(theirs);
        }
        if let (ObjectKind::Collection(mine), ObjectKind::Collection(theirs)) = (&mut self.kind, &other.kind)
            && !Rc::ptr_eq(&mine.entries, &theirs.entries)
        {
            mine.join(theirs, overflow);
        }
        if let (ObjectKind::Closure(mine), ObjectKind::Closure(theirs)) = (&mut self.kind, &other.kind) {
            mine.home = mine.home.or(theirs.home);
        }
    }

    fn join_properties(&mut self, other: &Self, overflow: UnknownId) {
        // Others may have given it what one of the branches did not.
        let absent = |open: bool, value: &mut Value| {
            value.may_lack(overflow);
            if open {
                value.join(&Value::unknown(overflow), overflow);
            }
        };
        let open = (self.open, other.open);
        for mine in self.properties.iter_mut() {
            match other.own(&mine.key) {
                Some(theirs) => mine.value.join(&theirs.value, overflow),
                None => absent(open.1, &mut mine.value),
            }
        }
        for theirs in &other.properties {
            if self.own(&theirs.key).is_none() {
                let mut slot = theirs.clone();
                absent(open.0, &mut slot.value);
                self.properties.push(slot);
            }
        }
    }
}

/// The index that a key is, as JavaScript writes it: `10`, and neither `010` nor `1.0`.
#[must_use]
pub(in crate::eval) fn index_of_key(key: &str) -> Option<usize> {
    let bytes = key.as_bytes();
    let canonical = bytes.iter().all(u8::is_ascii_digit) && (bytes.len() == 1 || bytes.first() != Some(&b'0'));
    canonical.then(|| key.parse::<u32>().ok()).flatten().filter(|n| *n < u32::MAX).map(|n| n as usize)
}
