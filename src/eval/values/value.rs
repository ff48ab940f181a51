//! Abstract values: what an expression may be, and what flowed into it.

use std::sync::Arc;

use smallvec::{SmallVec, smallvec};

use crate::eval::values::heap::ObjectId;
use crate::eval::values::unknown::UnknownId;

/// At most this many alternatives are kept apart.
const MAX_ALTERNATIVES: usize = 8;

/// One thing that a value may be.
#[derive(Clone, Debug)]
pub enum Atom {
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string whose text is known.
    Text(Arc<str>),
    /// An object or function at hand.
    Object(ObjectId),
    /// Something that is not known; the id says which.
    Unknown(UnknownId),
}

impl PartialEq for Atom {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Undefined, Self::Undefined) | (Self::Null, Self::Null) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::Text(a), Self::Text(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => a == b,
            (Self::Unknown(a), Self::Unknown(b)) => a == b,
            _ => false,
        }
    }
}

/// What flowed into a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Taint(u8);

impl Taint {
    /// Nothing of note.
    pub const NONE: Self = Self(0);
    /// The result code: other codes give, or may give, other values.
    pub const CODE: Self = Self(1);
    /// Other fields of the result, which nobody knows.
    pub const RESULT: Self = Self(2);
    /// A server's answer.
    pub const SERVER: Self = Self(4);
    /// A function or module that is not at hand.
    pub const EXTERNAL: Self = Self(8);
    /// State that a bridge test or a ready listener writes.
    pub const GUARD: Self = Self(16);
    /// The result code chose this value among others, without flowing into it.
    pub const CHOSEN: Self = Self(32);
    /// The whole result as text, among other words.
    pub const WHOLE: Self = Self(64);
    /// Anything by which other codes give other values.
    pub const BY_CODE: Self = Self(1 | 32);

    /// Both.
    #[must_use]
    pub const fn with(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// The same without what guards flow into.
    #[must_use]
    pub const fn without_guard(self) -> Self {
        Self(self.0 & !(Self::GUARD.0 | Self::EXTERNAL.0))
    }

    /// Whether anything of `other` is in it.
    #[must_use]
    pub const fn has(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether the payment's result flowed in, or chose the value.
    #[must_use]
    pub const fn of_result(self) -> bool {
        self.has(Self::BY_CODE) || self.has(Self::RESULT)
    }

    /// Whether the payment's result itself flowed in.
    #[must_use]
    pub const fn carries_result(self) -> bool {
        self.has(Self::CODE) || self.has(Self::RESULT)
    }
}

/// What an expression may be: a few alternatives.
#[derive(PartialEq, Debug)]
pub struct Value {
    /// The alternatives, without repeats; never empty.
    pub atoms: SmallVec<[Atom; 1]>,
    /// What flowed into it.
    pub taint: Taint,
}

impl Clone for Value {
    /// Nearly all values have one alternative.
    fn clone(&self) -> Self {
        let atoms = match self.atoms.as_slice() {
            [only] => SmallVec::from_buf([only.clone()]),
            several => SmallVec::from(several),
        };
        Self { atoms, taint: self.taint }
    }
}

impl From<Atom> for Value {
    fn from(atom: Atom) -> Self {
        Self { atoms: smallvec![atom], taint: Taint::NONE }
    }
}

impl Value {
    /// `undefined`.
    #[must_use]
    pub fn undefined() -> Self {
        Atom::Undefined.into()
    }

    /// A truth value.
    #[must_use]
    pub fn bool(value: bool) -> Self {
        Atom::Bool(value).into()
    }

    /// A number.
    #[must_use]
    pub fn number(value: f64) -> Self {
        Atom::Number(value).into()
    }

    /// A string.
    #[must_use]
    pub fn text(text: impl Into<Arc<str>>) -> Self {
        Atom::Text(text.into()).into()
    }

    /// An object.
    #[must_use]
    pub fn object(id: ObjectId) -> Self {
        Atom::Object(id).into()
    }

    /// Something not known.
    #[must_use]
    pub fn unknown(id: UnknownId) -> Self {
        Atom::Unknown(id).into()
    }

    /// The same, with more flowed into it.
    #[must_use]
    pub fn tainted(mut self, taint: Taint) -> Self {
        self.taint = self.taint.with(taint);
        self
    }

    /// Its only alternative.
    #[must_use]
    pub fn single(&self) -> Option<&Atom> {
        if let [atom] = self.atoms.as_slice() { Some(atom) } else { None }
    }

    /// The text that it surely is.
    #[must_use]
    pub fn as_text(&self) -> Option<&Arc<str>> {
        if let Some(Atom::Text(text)) = self.single() { Some(text) } else { None }
    }

    /// The object that it surely is.
    #[must_use]
    pub fn as_object(&self) -> Option<ObjectId> {
        if let Some(Atom::Object(id)) = self.single() { Some(*id) } else { None }
    }

    /// The unknown that it surely is.
    #[must_use]
    pub fn as_unknown(&self) -> Option<UnknownId> {
        if let Some(Atom::Unknown(id)) = self.single() { Some(*id) } else { None }
    }

    /// Whether any alternative is not known.
    #[must_use]
    pub fn may_be_unknown(&self) -> bool {
        self.atoms.iter().any(|a| matches!(a, Atom::Unknown(_)))
    }

    /// Objects among the alternatives.
    pub fn objects(&self) -> impl Iterator<Item = ObjectId> + '_ {
        self.atoms.iter().filter_map(|a| if let Atom::Object(id) = a { Some(*id) } else { None })
    }

    /// Whether one alternative more would be too many.
    #[must_use]
    pub fn is_full(&self) -> bool {
        self.atoms.len() >= MAX_ALTERNATIVES
    }

    /// Whether one unknown stands for alternatives that were too many, and for what may be missing beside them.
    fn is_past_bound(&self, overflow: UnknownId) -> bool {
        let stands = Atom::Unknown(overflow);
        matches!(self.atoms.as_slice(), [first] | [first, Atom::Undefined] if *first == stands)
    }

    /// Adds the alternatives of `other`; past the bound, `overflow` stands for all, but for what says that a property may
    /// be missing.
    pub fn join(&mut self, other: &Self, overflow: UnknownId) {
        self.taint = self.taint.with(other.taint);
        for atom in &other.atoms {
            if self.atoms.contains(atom) || self.is_past_bound(overflow) {
                continue;
            }
            if self.is_full() {
                let lacks = self.lacks() || *atom == Atom::Undefined;
                self.atoms = smallvec![Atom::Unknown(overflow)];
                if lacks {
                    self.atoms.push(Atom::Undefined);
                }
                continue;
            }
            self.atoms.push(atom.clone());
        }
    }

    /// Makes it the value of a property or an entry that may be missing, or stand elsewhere.
    pub fn may_lack(&mut self, unknown: UnknownId) {
        self.join(&Self::undefined(), unknown);
        if self.single().is_some() {
            self.atoms = smallvec![Atom::Undefined, Atom::Unknown(unknown)];
        }
    }

    /// Whether a property or an entry with this value may be missing.
    #[must_use]
    pub fn lacks(&self) -> bool {
        self.atoms.len() > 1 && self.atoms.contains(&Atom::Undefined)
    }
}
