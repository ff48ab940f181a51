//! Pages and components of a mini-program: which object the methods belong to that markup binds, and the functions that
//! markup gives to components.

use std::rc::Rc;
use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::platform::lists;
use crate::eval::machine::Machine;
use crate::eval::state::State;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};
use crate::ir::ScriptId;
use crate::project::Markup;

impl Machine<'_> {
    /// Tells the machine what the markup of its program says.
    pub fn read_markup(&mut self, markup: &Markup) {
        self.wiring.uses.clone_from(&markup.uses);
        self.wiring.bindings = markup.bindings.iter().map(|(handler, _)| *handler).collect();
    }

    /// Notes the page or component that a script makes: `Page({…})`, `Component({…})`.
    pub(in crate::eval) fn note_page(&mut self, path: &[Arc<str>], arguments: &[Value], st: &mut State) {
        let Some(script) = self.run.frames.first().map(|frame| frame.script) else { return };
        if !path.last().is_some_and(|name| lists(PLATFORM.page_functions, name)) {
            return;
        }
        let Some(options) = arguments.iter().find_map(Value::as_object) else { return };
        let page = match self.wiring.components.get(&options) {
            Some(instance) => *instance,
            None => {
                self.add_mixins(options, options, st);
                options
            }
        };
        self.wiring.pages.entry(script).or_insert((page, page)).1 = page;
    }

    /// `this` of a binding: the page or component whose markup it stands in.
    pub(in crate::eval) fn bound_page(&self, st: &State) -> Option<Value> {
        self.page_of(self.wiring.bound_to?, st).map(Value::object)
    }

    /// The page or component that a script made, as a state knows it.
    pub(in crate::eval) fn page_of(&self, script: ScriptId, st: &State) -> Option<ObjectId> {
        let (first, last) = *self.wiring.pages.get(&script)?;
        [last, first].into_iter().find(|page| self.object(st, *page).is_some())
    }

    /// Gives components the functions that the markup around them names: `<pay-button onPaid="done"/>` makes
    /// `this.props.onPaid` of the component the page's `done`.
    pub(in crate::eval) fn give_functions_to_components(&mut self, st: &mut State) {
        for used in self.wiring.uses.clone() {
            let (Some(page), Some(component)) = (self.page_of(used.of, st), self.page_of(used.component, st)) else {
                continue;
            };
            let Some(place) = self.object(st, page).map(|page| page.made) else { continue };
            let known = self.object(st, component).and_then(|cell| cell.own("props")).map(|slot| slot.value.clone());
            let props = match known.as_ref().and_then(Value::single) {
                Some(Atom::Unknown(props)) => *props,
                Some(_) => continue,
                None => {
                    let props = self.unknowns.make(Origin::Missing("props".into()));
                    if let Some(cell) = st.heap.get_mut(component.0) {
                        cell.put("props".into(), Value::unknown(props), place);
                    }
                    props
                }
            };
            for (name, method) in &used.functions {
                let target = self.object(st, page).and_then(|cell| cell.own(method)).map(|slot| slot.value.clone());
                let Some(target) = target.filter(|f| f.atoms.iter().all(|a| self.is_callable(st, a))) else { continue };
                let bound = ObjectKind::Bound { target, this: Value::object(page), arguments: Rc::from([]) };
                let mut function = Value::object(self.alloc(st, Object::of(bound, place)));
                if let Some(known) = self.kept_function(props, name, st) {
                    function.join(&known, self.overflow);
                }
                self.keep_function(props, name, &function, place, st);
            }
        }
    }
}
