//! Unknown values: each has an identity, so that what is learnt of it in a branch holds inside that branch.

use std::sync::{Arc, LazyLock};

use rustc_hash::FxHashMap;

use crate::eval::Place;

/// Why something can't be decided.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Reason {
    /// A function that is not at hand.
    ExternalCall,
    /// An import that is not at hand.
    UnresolvedImport,
    /// A bound of the evaluator.
    Fuel,
    /// A property whose name or object is not known.
    DynamicProperty,
    /// A placeholder of a server template.
    Template,
    /// A value that left the code at hand.
    Escaped,
}

impl Reason {
    /// As reports write it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ExternalCall => "external-call",
            Self::UnresolvedImport => "unresolved-import",
            Self::Fuel => "fuel",
            Self::DynamicProperty => "dynamic-property",
            Self::Template => "template",
            Self::Escaped => "escaped",
        }
    }
}

/// Which unknown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct UnknownId(pub u32);

/// Where an unknown comes from.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Origin {
    /// A global that no script at hand declares.
    Global(Arc<str>),
    /// A property of another unknown.
    Property(UnknownId, Arc<str>),
    /// A property, found nowhere, of an object that others may add to.
    Missing(Arc<str>),
    /// What a call that is not at hand returned.
    Call(Place, Option<UnknownId>),
    /// A value that an import would give.
    Import(Arc<str>, Arc<str>),
    /// A parameter that nobody at hand fills; which, of the function at the place.
    Parameter(Place, u32),
    /// What a server puts into a page; the hole as it is written.
    Hole(Arc<str>),
    /// A field of a payment's result.
    ResultField(Arc<str>),
    /// A result code that no table knows: it equals none that one does.
    UndocumentedCode,
    /// A whole result as text.
    ResultText,
    /// A text of which only parts are known; U+FFFC stands for the rest.
    PartialText(Arc<str>),
    /// What a request or an awaited unknown gave.
    Answer(Place),
    /// A truth value that is another unknown's, or the opposite of it.
    Test {
        /// Whose.
        of: UnknownId,
        /// Whether it is the opposite.
        negated: bool,
    },
    /// A truth value that holds only where another unknown does.
    Implies(UnknownId),
    /// Whether another unknown is there: not `undefined`, and not `null` either unless `strict`.
    Present {
        /// Which.
        of: UnknownId,
        /// Whether `null` counts as there.
        strict: bool,
    },
    /// An unknown that does not hold in a condition: `0`, `''`, `null` …
    Falsy(UnknownId),
    /// `typeof` of an unknown.
    TypeOf(UnknownId),
    /// A comparison with an unknown, at a place.
    Equal {
        /// Where.
        place: Place,
        /// Whether it is `!=`.
        negated: bool,
    },
    /// Several writes, or an operation on unknown operands, at a place.
    Mixed(Place),
    /// More alternatives than are kept apart.
    Overflow,
    /// A bound of the evaluator was reached at a place.
    Fuel(Place),
    /// A property whose name is not known.
    Dynamic(Place),
    /// The state that a hook made at a place keeps.
    HookState(Place),
    /// The function that sets it.
    Setter(Place),
    /// An element, or a key, of something whose elements are not known, gone through at a place.
    Element(Place),
}

/// All unknowns of one evaluation, each made once.
#[derive(Debug, Default)]
pub struct Unknowns {
    entries: Vec<Entry>,
    ids: FxHashMap<Origin, UnknownId>,
}

#[derive(Debug)]
struct Entry {
    origin: Origin,
    path: Arc<[Arc<str>]>,
}

/// The path of what begins with nothing that has a name.
static NAMELESS: LazyLock<Arc<[Arc<str>]>> = LazyLock::new(|| Arc::from([Arc::from("*")]));

/// Stands in a partial text for what is not known.
pub const GAP: char = '\u{FFFC}';

impl Unknowns {
    /// The unknown of this origin.
    pub fn make(&mut self, origin: Origin) -> UnknownId {
        if let Some(id) = self.ids.get(&origin) {
            return *id;
        }
        let path = self.path_of(&origin);
        let id = UnknownId(self.entries.len() as u32);
        self.entries.push(Entry { origin: origin.clone(), path });
        self.ids.insert(origin, id);
        id
    }

    fn path_of(&self, origin: &Origin) -> Arc<[Arc<str>]> {
        let star = || NAMELESS[0].clone();
        match origin {
            Origin::Global(name) => Arc::from([name.clone()]),
            Origin::Property(parent, name) => {
                let parent = self.path(*parent);
                parent.iter().cloned().chain([name.clone()]).collect()
            }
            Origin::Call(_, Some(callee)) => {
                let callee = self.path(*callee);
                let Some((last, before)) = callee.split_last() else { return NAMELESS.clone() };
                before.iter().cloned().chain([format!("{last}()").into()]).collect()
            }
            // All of a module has no name: its properties are called as if they were imported each.
            Origin::Import(_, name) if &**name == "*" => NAMELESS.clone(),
            Origin::Missing(name) | Origin::Import(_, name) => Arc::from([star(), name.clone()]),
            _ => NAMELESS.clone(),
        }
    }

    /// Where it comes from.
    #[must_use]
    pub fn origin(&self, id: UnknownId) -> &Origin {
        &self.entries[id.0 as usize].origin
    }

    /// Names from a global to it; `*` stands for a start that has no name.
    #[must_use]
    pub fn path(&self, id: UnknownId) -> &Arc<[Arc<str>]> {
        &self.entries[id.0 as usize].path
    }

    /// The global path as text: `AlipayJSBridge.call`; none where it begins with no global.
    #[must_use]
    pub fn global_path(&self, id: UnknownId) -> Option<String> {
        let path = self.path(id);
        (path.first().map(|s| &**s) != Some("*")).then(|| path.join("."))
    }

    /// The known parts of a text, with gaps.
    #[must_use]
    pub fn partial_text(&self, id: UnknownId) -> Option<&Arc<str>> {
        if let Origin::PartialText(text) = self.origin(id) { Some(text) } else { None }
    }

    /// Why it is not known, and where that is decided.
    #[must_use]
    pub fn reason(&self, id: UnknownId) -> (Reason, Option<Place>) {
        match self.origin(id) {
            Origin::Import(..) => (Reason::UnresolvedImport, None),
            Origin::Hole(_) => (Reason::Template, None),
            Origin::Fuel(place) => (Reason::Fuel, Some(*place)),
            Origin::Dynamic(place) => (Reason::DynamicProperty, Some(*place)),
            Origin::Call(place, _) | Origin::Answer(place) => (Reason::ExternalCall, Some(*place)),
            Origin::Mixed(place) | Origin::Element(place) | Origin::Equal { place, .. } => {
                (Reason::Escaped, Some(*place))
            }
            Origin::Test { of, .. }
            | Origin::Present { of, .. }
            | Origin::Implies(of)
            | Origin::Falsy(of)
            | Origin::TypeOf(of) => self.reason(*of),
            Origin::Parameter(place, _) => (Reason::Escaped, Some(*place)),
            Origin::Property(parent, _) => self.reason(*parent),
            _ => (Reason::Escaped, None),
        }
    }
}
