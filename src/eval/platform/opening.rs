//! Controls that wait for the bridge in the code's stead: what code that has the bridge shows, enables or mounts, at once
//! or by a flag that the markup around it reads. Which control that is, is not looked at.

use std::sync::Arc;

use rustc_hash::FxHashSet;

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::eval::Place;
use crate::eval::machine::{Machine, Mode};
use crate::eval::platform::flags::decides_in_code;
use crate::eval::platform::ready::Level;
use crate::eval::state::State;
use crate::eval::values::heap::ObjectId;
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{Expr, ExprId, Ref, Target};

/// So many flags of one program are looked for in its markup.
const MAX_FLAGS: u8 = 16;
/// So many turns that open something are remembered.
const MAX_OPENED: usize = 16;

/// What code that has the bridge shows or enables.
#[derive(Debug, Default)]
pub(in crate::eval) struct Opening {
    /// Turns in which it shows or enables a control of the page, and where.
    opened: Vec<(u32, Place)>,
    /// How many flags were looked for in markup.
    flags_looked_for: u8,
    /// States of hooks that it sets: the turn, where, and the hook.
    states_set: Vec<(u32, Place, Place)>,
    /// The hooks whose states conditions test.
    states_tested: FxHashSet<Place>,
    /// Properties that it writes, and that something may watch: the turn, where, and which.
    watchable_set: Vec<(u32, Place, (ObjectId, Arc<str>))>,
}

impl Machine<'_> {
    /// Notes what is assigned by code that has the bridge, where that may show or enable a control.
    pub(in crate::eval) fn note_opening_write(&mut self, assignment: ExprId, key: &Value, st: &State) {
        let Some(key) = key.as_text().filter(|_| self.may_open(st)).cloned() else { return };
        let opens = lists(PLATFORM.opening_properties, &key) || self.is_flag_of_markup(assignment, &key);
        if opens {
            let place = self.place(assignment);
            self.opening.opened.push((self.turn, place));
        }
    }

    /// Notes a call by code that has the bridge, where that may show or enable a control.
    pub(in crate::eval) fn note_opening_call(&mut self, name: &str, arguments: &[Value], place: Place, st: &State) {
        if !self.may_open(st) {
            return;
        }
        let names_property = |value: &Value| value.as_text().is_some_and(|t| lists(PLATFORM.opening_properties, t));
        let sets = || lists(PLATFORM.property_functions, name) && arguments.first().is_some_and(names_property);
        if lists(PLATFORM.opening_functions, name) || sets() || self.sets_flag(name, arguments, st) {
            self.opening.opened.push((self.turn, place));
        }
    }

    /// Whether a call sets a state by which code shows or enables something: `setState({ ready: true })`.
    fn sets_flag(&mut self, name: &str, arguments: &[Value], st: &State) -> bool {
        let fields = |machine: &Self| -> Vec<Arc<str>> {
            let object = arguments.first().and_then(Value::as_object).and_then(|id| machine.object(st, id));
            object.into_iter().flat_map(|cell| cell.properties.iter().map(|slot| slot.key.clone())).collect()
        };
        let is_setter = PLATFORM.state_setters.iter().any(|(setter, _)| *setter == name);
        is_setter && fields(self).iter().any(|flag| self.is_flag_of_code(flag))
    }

    /// Whether the code around shows or enables something by a flag, or waits for it to change.
    fn is_flag_of_code(&mut self, flag: &str) -> bool {
        if self.opening.flags_looked_for >= MAX_FLAGS {
            return false;
        }
        self.opening.flags_looked_for += 1;
        decides_in_code(self.script(), flag)
    }

    /// Notes that a state of a hook is set by code that has the bridge.
    pub(in crate::eval) fn note_state_set(&mut self, hook: Place, place: Place, st: &State) {
        if self.may_open(st) && self.opening.states_set.len() < MAX_OPENED {
            self.opening.states_set.push((self.turn, place, hook));
        }
    }

    /// Notes that a condition asks for a state of a hook.
    pub(in crate::eval) fn note_state_test(&mut self, value: &Value) {
        for atom in &value.atoms {
            let Atom::Unknown(mut id) = *atom else { continue };
            while let Origin::Test { of, .. } | Origin::Present { of, .. } = *self.unknowns.origin(id) {
                id = of;
            }
            if let Origin::HookState(hook) = *self.unknowns.origin(id) {
                self.opening.states_tested.insert(hook);
            }
        }
    }

    /// Notes a property that is written by code that has the bridge: whoever watches it waits for the bridge, under
    /// whatever name the object is watched.
    pub(in crate::eval) fn note_watchable_write(&mut self, id: ObjectId, key: &Arc<str>, place: Place, st: &State) {
        if !self.may_open(st) || self.opening.watchable_set.len() >= MAX_OPENED {
            return;
        }
        if !self.opening.watchable_set.iter().any(|(.., (of, property))| *of == id && property == key) {
            self.opening.watchable_set.push((self.turn, place, (id, key.clone())));
        }
    }

    /// The turns in which code that has the bridge shows or enables something, and where; by a state, too, that a condition
    /// asks for, and by a property that is watched.
    #[must_use]
    pub fn opened_in_all(&self) -> Vec<(u32, Place)> {
        let tested = self.opening.states_set.iter().filter(|(_, _, hook)| self.opening.states_tested.contains(hook));
        let watched = self.opening.watchable_set.iter().filter(|(.., of)| self.wiring.is_watched(of));
        let by_state = tested.map(|(turn, place, _)| (*turn, *place));
        let by_watcher = watched.map(|(turn, place, _)| (*turn, *place));
        self.opening.opened.iter().copied().chain(by_state).chain(by_watcher).collect()
    }

    fn may_open(&self, st: &State) -> bool {
        let explores = matches!(self.mode, Mode::Explore) && st.ready.level >= Level::Presence;
        explores
            && self.opening.opened.len() < MAX_OPENED
            && self.opening.opened.iter().all(|(turn, _)| *turn != self.turn)
    }

    /// Whether the markup in the file, or its code, shows or enables an element by what is assigned: `this.ready`,
    /// `ready.value`.
    fn is_flag_of_markup(&mut self, assignment: ExprId, key: &Arc<str>) -> bool {
        let script = self.script();
        let holder = match script.expr(assignment) {
            Expr::Assign { target: Target::Member(member), .. } => match script.expr(member) {
                Expr::Member { object, .. } => match script.expr(object) {
                    Expr::Read(Ref::Binding(binding)) => Some(script.binding(binding).name),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        };
        let name = holder.filter(|_| &**key == "value").map_or(key, |holder| script.name(holder)).clone();
        if self.is_flag_of_code(&name) {
            return true;
        }
        // Before a script of a page or a component there is markup.
        if self.opening.flags_looked_for >= MAX_FLAGS || self.script().span.start == 0 {
            return false;
        }
        self.opening.flags_looked_for += 1;
        let file = self.project.entry(self.frame().script).file;
        decides_in_markup(&self.project.file(file).text, &name)
    }
}

/// Whether a condition in a text of markup reads a name.
fn decides_in_markup(text: &str, name: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    let reads = |value: &str| value.split(|c| !is_part(c)).any(|word| word == name);
    let conditions = |attribute: &'static str| {
        text.match_indices(attribute).filter_map(move |(at, _)| {
            let rest = text.get(at + attribute.len()..)?;
            let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
            rest.get(1..)?.split(quote).next()
        })
    };
    PLATFORM.condition_attributes.iter().any(|attribute| conditions(attribute).any(reads))
}

#[cfg(test)]
mod tests {
    use super::decides_in_markup;

    #[test]
    fn conditions_of_markup_are_read_word_by_word() {
        let text = r#"<b v-if="!ready && show"></b><i :disabled='busy'></i><u title="late" v-show=on>"#;
        for name in ["ready", "show", "busy"] {
            assert!(decides_in_markup(text, name), "{name}");
        }
        for name in ["read", "late", "on", "disabled"] {
            assert!(!decides_in_markup(text, name), "{name}");
        }
    }
}
