//! What names hold when they are read, owned and without the run: for checks that hold runs on paper against real ones.

use rustc_hash::FxHashMap;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::trail::trace::Recorder;
use crate::eval::values::heap::{Object, ObjectKind};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};

/// Objects inside objects are noted this deep.
const MAX_DEPTH: u32 = 3;

/// One thing that a value may be, as a whole.
#[derive(Clone, PartialEq, Debug)]
pub enum Shape {
    /// `undefined`.
    Undefined,
    /// `null`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(String),
    /// An object that can be called.
    Function,
    /// An object with its own properties; `open` where it may have others.
    Object {
        /// What kind of object it is.
        kind: ShapeKind,
        /// Its properties in order; getters are left out.
        fields: Vec<(String, Vec<Shape>)>,
        /// Whether it may have others.
        open: bool,
    },
    /// An object, too deep inside others to be told.
    Deep,
    /// Not known.
    Unknown {
        /// What is still known of it.
        kind: UnknownKind,
        /// Whether it holds in a condition, where that is known.
        truth: Option<bool>,
    },
}

/// Kinds of objects.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShapeKind {
    /// A plain object, an instance, an error.
    Plain,
    /// An array.
    Array,
    /// Any other.
    Other,
}

/// What is known of an unknown.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnknownKind {
    /// Nothing.
    Any,
    /// A string with these parts; U+FFFC stands for any text.
    Text(String),
    /// Some string.
    AnyText,
    /// A truth value.
    Truth,
    /// What `typeof` says of something.
    TypeOf,
    /// A result code that no table knows.
    Code,
}

/// What names held where they were read, each alternative of a place once.
#[derive(Clone, Debug, Default)]
pub struct Sightings(FxHashMap<Place, Vec<Vec<Shape>>>);

impl Sightings {
    fn add(&mut self, place: Place, value: Vec<Shape>) {
        let known = self.0.entry(place).or_default();
        // 0 and -0 are equal and not the same.
        let same = |other: &Vec<Shape>| *other == value && format!("{other:?}") == format!("{value:?}");
        if !known.iter().any(same) {
            known.push(value);
        }
    }

    /// Each place and the values that were seen there, by place.
    #[must_use]
    pub fn into_sorted(self) -> Vec<(Place, Vec<Vec<Shape>>)> {
        let mut all: Vec<_> = self.0.into_iter().collect();
        all.sort_by_key(|(place, _)| *place);
        all
    }
}

impl Machine<'_> {
    /// Notes what names hold in the next outcome, wherever they are read.
    pub fn start_watching(&mut self) {
        self.recorder = Some(Box::new(Recorder::watching()));
    }

    /// What was noted.
    pub fn stop_watching(&mut self) -> Sightings {
        self.recorder.take().and_then(|recorder| recorder.sightings).unwrap_or_default()
    }

    /// Notes what a name holds where it is read.
    pub(in crate::eval) fn sight(&mut self, place: Place, value: &Value, st: &State) {
        let seen = self.shapes(value, MAX_DEPTH, st);
        if let Some(sightings) = self.recorder.as_mut().and_then(|r| r.sightings.as_mut()) {
            sightings.add(place, seen);
        }
    }

    fn shapes(&self, value: &Value, depth: u32, st: &State) -> Vec<Shape> {
        value.atoms.iter().map(|atom| self.shape(atom, depth, st)).collect()
    }

    fn shape(&self, atom: &Atom, depth: u32, st: &State) -> Shape {
        match atom {
            Atom::Undefined => Shape::Undefined,
            Atom::Null => Shape::Null,
            Atom::Bool(b) => Shape::Bool(*b),
            Atom::Number(n) => Shape::Number(*n),
            Atom::Text(text) => Shape::Text(text.to_string()),
            Atom::Object(_) if self.is_callable(st, atom) => Shape::Function,
            Atom::Object(id) => match (self.object(st, *id), depth.checked_sub(1)) {
                (Some(object), Some(depth)) => self.object_shape(object, depth, st),
                _ => Shape::Deep,
            },
            Atom::Unknown(id) => Shape::Unknown { kind: self.unknown_kind(*id), truth: self.unknown_truth(*id, st) },
        }
    }

    fn object_shape(&self, object: &Object, depth: u32, st: &State) -> Shape {
        let kind = match &object.kind {
            ObjectKind::Plain | ObjectKind::Result => ShapeKind::Plain,
            ObjectKind::Array => ShapeKind::Array,
            _ => ShapeKind::Other,
        };
        let fields = object.properties.iter().filter(|slot| !slot.getter);
        let fields = fields.map(|slot| (slot.key.to_string(), self.shapes(&slot.value, depth, st))).collect();
        let has_getters = object.properties.iter().any(|slot| slot.getter);
        Shape::Object { kind, fields, open: object.open || has_getters || matches!(object.kind, ObjectKind::Result) }
    }

    fn unknown_kind(&self, id: UnknownId) -> UnknownKind {
        match self.unknowns.origin(id) {
            Origin::PartialText(text) => UnknownKind::Text(text.to_string()),
            Origin::ResultText => UnknownKind::AnyText,
            Origin::Test { .. } | Origin::Present { .. } | Origin::Equal { .. } => UnknownKind::Truth,
            Origin::TypeOf(_) => UnknownKind::TypeOf,
            Origin::UndocumentedCode => UnknownKind::Code,
            _ => UnknownKind::Any,
        }
    }
}
