//! What an outcome's run saw of the result code. A run that compared the code with constants alone goes the same way
//! for every other code that compares alike: it need not be run again. Where this is left open, it was seen.

use std::sync::Arc;

use super::language::ops::{loose_equal, strict_equal};
use super::state::State;
use super::values::heap::{ObjectId, ObjectKind};
use super::values::value::{Atom, Value};
use super::{EffectEvent, Machine};

/// Objects within arguments are looked through so far.
const MAX_SEARCHED: usize = 64;

/// What a run saw of the code that it was given.
#[derive(Clone, Debug, Default)]
pub struct Observed {
    /// The code; none where it is no text, which is always seen.
    code: Option<Arc<str>>,
    /// With what it was compared, and whether by `===`.
    compared: Vec<(Atom, bool)>,
    /// Whether anything else may depend on its text.
    seen: bool,
    /// Whether it was compared with a constant at all.
    compares: bool,
}

impl Observed {
    pub(super) fn of(code: Option<&str>) -> Self {
        Self { code: code.map(Into::into), compared: Vec::new(), seen: code.is_none(), compares: false }
    }

    /// Whether a run with another code goes the same way.
    #[must_use]
    pub fn agrees_with(&self, other: &str) -> bool {
        let Some(code) = self.code.as_ref().filter(|_| !self.seen) else { return false };
        let (ours, theirs) = (Atom::Text(code.clone()), Atom::Text(other.into()));
        let answer = |code: &Atom, with: &Atom, strict: bool| {
            if strict { Some(strict_equal(code, with)) } else { loose_equal(code, with) }
        };
        self.compared.iter().all(|(with, strict)| answer(&ours, with, *strict) == answer(&theirs, with, *strict))
    }

    /// Whether the code was compared with a constant.
    #[must_use]
    pub const fn compares(&self) -> bool {
        self.compares
    }

    /// Whether an alternative is the code, or a text that is the same.
    fn is_code(&self, atom: &Atom) -> bool {
        matches!((atom, &self.code), (Atom::Text(text), Some(code)) if text == code)
    }

    fn compare(&mut self, with: &Atom, strict: bool) {
        match with {
            // What is learnt of an unknown in a branch may hold the code's text.
            Atom::Unknown(_) => self.seen = true,
            _ if self.compared.iter().any(|(known, how)| known == with && *how == strict) => {}
            _ => self.compared.push((with.clone(), strict)),
        }
    }

    /// Notes a comparison of two alternatives.
    pub(super) fn note_equality(&mut self, a: &Atom, b: &Atom, strict: bool) {
        let is_known = |atom: &Atom| !matches!(atom, Atom::Unknown(_));
        self.compares |= is_known(a) && is_known(b) && (self.is_code(a) || self.is_code(b));
        if self.seen {
            return;
        }
        if self.is_code(a) {
            self.compare(b, strict);
        }
        if self.is_code(b) {
            self.compare(a, strict);
        }
    }

    /// Notes an operation whose result depends on a value's text.
    pub(super) fn note_use(&mut self, value: &Value) {
        self.seen = self.seen || value.atoms.iter().any(|atom| self.is_code(atom));
    }

    /// Notes what an effect says.
    pub(super) fn note_effect(&mut self, effect: &EffectEvent) {
        let Some(code) = self.code.as_deref().filter(|_| !self.seen) else { return };
        self.seen = effect.texts.iter().flatten().chain(&effect.hints).any(|text| text.contains(code));
    }
}

impl Machine<'_> {
    /// Notes a computed key: of an object whose keys are all known it is compared with these.
    pub(super) fn note_key(&mut self, key: &Value, of: Option<&Value>, st: &State) {
        if !key.atoms.iter().any(|atom| self.run.observed.is_code(atom)) {
            return;
        }
        self.run.observed.compares = true;
        if self.run.observed.seen {
            return;
        }
        let object = of.and_then(Value::as_object).and_then(|id| st.heap.get(id.0));
        match object.filter(|o| matches!(o.kind, ObjectKind::Plain) && !o.open && o.prototype.is_none()) {
            Some(table) => {
                for (slot, atom) in table.properties.iter().flat_map(|slot| key.atoms.iter().map(move |a| (slot, a))) {
                    self.run.observed.note_equality(&Atom::Text(slot.key.clone()), atom, true);
                }
            }
            None => self.run.observed.seen = true,
        }
    }

    /// Whether a method of a built-in value compares what it is given with what it holds, and notes that itself.
    pub(super) fn only_compares(&self, receiver: &Value, name: &str, st: &State) -> bool {
        match receiver.as_object().and_then(|id| st.heap.get(id.0)) {
            Some(object) => match object.kind {
                ObjectKind::Array => !object.open && matches!(name, "includes" | "indexOf" | "lastIndexOf"),
                ObjectKind::Collection(_) => matches!(name, "get" | "has"),
                _ => false,
            },
            None => false,
        }
    }

    /// Notes that built-in code or code that is not at hand is given values, and may look into them.
    pub(super) fn note_given<'v>(&mut self, values: impl IntoIterator<Item = &'v Value>, st: &State) {
        if self.run.observed.seen {
            return;
        }
        let mut objects: Vec<ObjectId> = Vec::new();
        for value in values {
            self.run.observed.note_use(value);
            objects.extend(value.objects());
        }
        let mut next = 0;
        while let Some(id) = objects.get(next).copied().filter(|_| !self.run.observed.seen) {
            next += 1;
            let Some(object) = st.heap.get(id.0) else { continue };
            // Functions run in the open, and the result itself is handed on as a whole.
            if !matches!(object.kind, ObjectKind::Plain | ObjectKind::Array) {
                continue;
            }
            for slot in &object.properties {
                self.run.observed.note_use(&slot.value);
                objects.extend(slot.value.objects().filter(|inner| !objects.contains(inner)).collect::<Vec<_>>());
            }
            self.run.observed.seen |= next >= MAX_SEARCHED && objects.len() > next;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Value {
        Value::text(text)
    }

    #[test]
    fn codes_that_compare_alike_go_the_same_way() {
        let mut observed = Observed::of(Some("4000"));
        observed.note_equality(&Atom::Text("4000".into()), &Atom::Text("9000".into()), true);
        observed.note_equality(&Atom::Number(8000.0), &Atom::Text("4000".into()), false);
        assert!(observed.agrees_with("6001"));
        assert!(!observed.agrees_with("9000"));
        assert!(!observed.agrees_with("8000"));
        observed.note_equality(&Atom::Text("other".into()), &Atom::Text("6001".into()), true);
        assert!(observed.agrees_with("6001"), "a comparison without the code says nothing of it");
    }

    #[test]
    fn whatever_else_reads_the_code_sets_it_apart() {
        let mut observed = Observed::of(Some("4000"));
        observed.note_use(&text("4001"));
        assert!(observed.agrees_with("6001"));
        observed.note_use(&text("4000"));
        assert!(!observed.agrees_with("6001"));
        assert!(!Observed::of(None).agrees_with("6001"));
    }
}
