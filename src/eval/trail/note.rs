//! Short notes of values, owned and without the run: what a value was at one point, as a reader would tell it. The
//! words are for the reports.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::payment::ActiveSite;
use crate::eval::state::State;
use crate::eval::trail::excerpt::{excerpt, shorten};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{BindingId, FnId, Script};
use crate::source::without_fillers;

/// Fields of an object that are told.
const MAX_FIELDS: usize = 3;
/// Parts of an unknown's name, from its end on: more are not spelt out.
const MAX_PARTS: usize = 12;

/// What a value was at one point of a run.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ValueNote {
    /// What it may be: a few alternatives, never none.
    pub alternatives: Vec<AtomNote>,
    /// Whether the payment's result flows into it, or chose it.
    pub of_result: bool,
}

/// One thing that a value may be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AtomNote {
    /// As code writes it: `undefined`, `true`, `9000`.
    Literal(String),
    /// A text; U+FFFC stands for parts that are not known.
    Text(String),
    /// The payment's result; the code that it holds, where that is known.
    Result(Option<String>),
    /// An object: its first fields, and whether it has others.
    Object(Vec<(String, AtomNote)>, bool),
    /// An array, and how long it is where that is known.
    List(Option<usize>),
    /// A function and its name.
    Function(Option<String>),
    /// A promise.
    Promise,
    /// An error: its kind, and its message where that is known.
    Error(String, Option<String>),
    /// An object of another kind.
    Other(&'static str),
    /// Not known.
    Unknown(UnknownFrom, String),
}

/// Where an unknown comes from; the text beside it is its name or the code that gave it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum UnknownFrom {
    /// A global that no code at hand declares.
    Global,
    /// An import that is not at hand; the module's name.
    Import(String),
    /// What a caller who is not at hand gives.
    Parameter,
    /// A property of something that is not known.
    Property,
    /// What a call that is not at hand returned.
    Call,
    /// What a request or an awaited unknown gave.
    Answer,
    /// A field of the payment's result.
    ResultField,
    /// A result code that no table knows.
    UndocumentedCode,
    /// The whole result as text.
    ResultText,
    /// The truth of something that is not known.
    Test {
        /// Whether it is the opposite.
        negated: bool,
    },
    /// The type of something that is not known.
    TypeOf,
    /// Put together from what is not known.
    Computed,
    /// A property whose name is not known.
    Dynamic,
    /// An element of something whose elements are not known.
    Element,
    /// A bound of the evaluator was reached.
    Bound,
}

impl ValueNote {
    /// Whether each alternative is known.
    #[must_use]
    pub fn is_known(&self) -> bool {
        !self.alternatives.iter().any(|a| matches!(a, AtomNote::Unknown(..)))
    }
}

impl Machine<'_> {
    /// A note of a value in a state.
    pub(in crate::eval) fn note(&self, value: &Value, st: &State) -> ValueNote {
        let alternatives = value.atoms.iter().map(|a| self.atom_note(a, st, true)).collect();
        ValueNote { alternatives, of_result: value.taint.of_result() }
    }

    fn atom_note(&self, atom: &Atom, st: &State, with_fields: bool) -> AtomNote {
        match atom {
            Atom::Undefined => AtomNote::Literal("undefined".to_owned()),
            Atom::Null => AtomNote::Literal("null".to_owned()),
            Atom::Bool(_) | Atom::Number(_) => AtomNote::Literal(
                crate::eval::values::convert::to_text(atom).map_or_else(String::new, |t| t.to_string()),
            ),
            Atom::Text(text) => AtomNote::Text(shorten(text)),
            Atom::Object(id) => match self.object(st, *id) {
                Some(object) => self.object_note(object, st, with_fields),
                None => AtomNote::Other("object"),
            },
            Atom::Unknown(id) => self.unknown_note(*id),
        }
    }

    fn object_note(&self, object: &Object, st: &State, with_fields: bool) -> AtomNote {
        match &object.kind {
            ObjectKind::Result => AtomNote::Result(self.code_of(object)),
            ObjectKind::Array => AtomNote::List(object.length().filter(|_| !object.open)),
            ObjectKind::Closure(closure) => {
                let script = self.project.script(closure.script);
                let name = script.function(closure.function).name;
                AtomNote::Function(name.map(|n| shorten(&without_fillers(script.name(n)))))
            }
            ObjectKind::Promise(_) => AtomNote::Promise,
            ObjectKind::Settler { rejects, .. } => {
                AtomNote::Function(Some(if *rejects { "reject" } else { "resolve" }.to_owned()))
            }
            ObjectKind::Bound { target, .. } => match target.single() {
                Some(atom @ Atom::Object(_)) if with_fields => self.atom_note(atom, st, false),
                _ => AtomNote::Function(None),
            },
            ObjectKind::Method { name, .. } => AtomNote::Function(Some(shorten(name))),
            ObjectKind::Class { script, class, .. } => {
                let script = self.project.script(*script);
                AtomNote::Function(script.class(*class).name.map(|n| shorten(script.name(n))))
            }
            ObjectKind::Plain if is_error(object) => error_note(object),
            ObjectKind::Plain if with_fields => self.fields_note(object, st),
            ObjectKind::Regex { .. } => AtomNote::Other("regular expression"),
            ObjectKind::Collection(_) => AtomNote::Other("collection"),
            _ => AtomNote::Other("object"),
        }
    }

    fn fields_note(&self, object: &Object, st: &State) -> AtomNote {
        let field = |p: &crate::eval::values::heap::PropertySlot| {
            let value = match p.value.single() {
                Some(atom) => self.atom_note(atom, st, false),
                None => AtomNote::Other("one of several"),
            };
            (shorten(&p.key), value)
        };
        let fields = object.properties.iter().take(MAX_FIELDS).map(field).collect();
        AtomNote::Object(fields, object.open || object.properties.len() > MAX_FIELDS)
    }

    fn code_of(&self, result: &Object) -> Option<String> {
        let crate::eval::machine::Mode::Outcome(ActiveSite { api, .. }) = &self.mode else { return None };
        result.own(api.result_field)?.value.as_text().map(|t| shorten(t))
    }

    fn unknown_note(&self, id: UnknownId) -> AtomNote {
        let name = || self.spelled(id, MAX_PARTS);
        let here = |place: Place| excerpt(self.project, place);
        let (from, text) = match self.unknowns.origin(id) {
            Origin::Global(_) => (UnknownFrom::Global, name()),
            Origin::Import(module, _) => (UnknownFrom::Import(shorten(module)), name()),
            Origin::Parameter(..) => (UnknownFrom::Parameter, name()),
            Origin::Property(..) | Origin::Missing(_) => (UnknownFrom::Property, name()),
            Origin::Call(..) => (UnknownFrom::Call, name()),
            Origin::Answer(place) => (UnknownFrom::Answer, here(*place)),
            Origin::Hole(hole) => (UnknownFrom::Computed, shorten(hole)),
            Origin::ResultField(field) => (UnknownFrom::ResultField, shorten(field)),
            Origin::UndocumentedCode => (UnknownFrom::UndocumentedCode, String::new()),
            Origin::ResultText => (UnknownFrom::ResultText, String::new()),
            Origin::PartialText(text) => return AtomNote::Text(shorten(text)),
            Origin::Test { of, negated } => (UnknownFrom::Test { negated: *negated }, self.spelled(*of, MAX_PARTS)),
            Origin::Present { of, .. } | Origin::Implies(of) => {
                (UnknownFrom::Test { negated: false }, self.spelled(*of, MAX_PARTS))
            }
            Origin::Falsy(of) => (UnknownFrom::Test { negated: true }, self.spelled(*of, MAX_PARTS)),
            Origin::TypeOf(of) => (UnknownFrom::TypeOf, self.spelled(*of, MAX_PARTS)),
            Origin::Equal { place, .. } | Origin::Mixed(place) | Origin::HookState(place) | Origin::Setter(place) => {
                (UnknownFrom::Computed, here(*place))
            }
            Origin::Overflow => (UnknownFrom::Computed, String::new()),
            Origin::Fuel(place) => (UnknownFrom::Bound, here(*place)),
            Origin::Dynamic(place) => (UnknownFrom::Dynamic, here(*place)),
            Origin::Element(place) => (UnknownFrom::Element, here(*place)),
        };
        AtomNote::Unknown(from, text)
    }

    /// An unknown as code would write it: `order.id`, `getOrder()`.
    fn spelled(&self, id: UnknownId, parts: usize) -> String {
        let Some(left) = parts.checked_sub(1) else { return "…".to_owned() };
        match self.unknowns.origin(id) {
            Origin::Global(name) | Origin::Missing(name) | Origin::Import(_, name) | Origin::Hole(name) => {
                shorten(name)
            }
            Origin::Property(of, name) => match self.spelled(*of, left) {
                // A parameter that is taken apart has no name of its own.
                of if of.is_empty() => shorten(name),
                of => shorten(&format!("{of}.{name}")),
            },
            Origin::Call(_, Some(callee)) if self.unknowns.path(*callee).last().is_some_and(|n| &**n != "*") => {
                shorten(&format!("{}()", self.spelled(*callee, left)))
            }
            Origin::Parameter(place, index) => self.parameter_name(*place, *index),
            Origin::ResultField(name) => shorten(&format!("result.{name}")),
            Origin::Answer(_) => "answer".to_owned(),
            Origin::Call(place, _)
            | Origin::Mixed(place)
            | Origin::Equal { place, .. }
            | Origin::Fuel(place)
            | Origin::Dynamic(place)
            | Origin::HookState(place)
            | Origin::Setter(place)
            | Origin::Element(place) => excerpt(self.project, *place),
            Origin::Test { of, .. } | Origin::Present { of, .. } | Origin::Implies(of) | Origin::TypeOf(of) => {
                self.spelled(*of, left)
            }
            _ => "…".to_owned(),
        }
    }

    fn parameter_name(&self, place: Place, index: u32) -> String {
        if index == u32::MAX {
            return "this".to_owned();
        }
        let script = self.project.script(place.script);
        let binding = script.bindings.get(index as usize).map(|_| script.binding(BindingId(index)).name);
        let name = binding.map(|n| script.name(n).to_string()).filter(|n| !n.is_empty());
        name.map_or_else(String::new, |n| shorten(&n))
    }

    /// A function's parameters, each with its name and with what it is given.
    pub(in crate::eval) fn given_notes(
        &self,
        script: &Script,
        function: FnId,
        arguments: &[Value],
        st: &State,
    ) -> Vec<(Option<String>, ValueNote)> {
        let params = script.function(function).params.of(&script.params);
        let name = |index: usize| {
            let param = params.get(index)?;
            let name = script.name(script.binding(param.binding).name);
            (!name.is_empty()).then(|| if param.rest { format!("...{name}") } else { shorten(name) })
        };
        let shown = arguments.len().min(params.len());
        arguments.iter().take(shown).enumerate().map(|(i, value)| (name(i), self.note(value, st))).collect()
    }

    /// Whether an object of a state is the payment's result.
    pub(in crate::eval) fn is_result(&self, id: ObjectId, st: &State) -> bool {
        self.object(st, id).is_some_and(|o| matches!(o.kind, ObjectKind::Result))
    }
}

/// Whether an object is what `new Error(…)` and its kin make.
fn is_error(object: &Object) -> bool {
    let named = |slot: &crate::eval::values::heap::PropertySlot| {
        slot.value.as_text().is_some_and(|name| name.ends_with("Error"))
    };
    object.own("message").is_some() && object.own("name").is_some_and(named)
}

fn error_note(object: &Object) -> AtomNote {
    let text = |key: &str| object.own(key).and_then(|slot| slot.value.as_text()).map(|t| shorten(t));
    AtomNote::Error(text("name").unwrap_or_default(), text("message"))
}
