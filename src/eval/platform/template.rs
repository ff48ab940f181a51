//! Handlers of templates: what their names mean in the component that they stand in, and what an event runs.
//!
//! What a template writes, and what it shows, is not followed: of the names of a scope functions and constants are known.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::eval::Place;
use crate::eval::language::frame::Frame;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::{Control, State};
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Taint, Value};
use crate::ir::{Argument, BindingId, Export, Expr, ExprId, PropertyKey, Ref, Script, ScriptId, Stmt, StmtId, Write};

/// Parts of a class's instance that hold methods for its template.
const METHODS: &str = "methods";
/// More members of a component are not known to its template: each handler gets them all.
const MAX_MEMBERS: usize = 1_000;
/// The option that makes members of a component when one is made.
const SETUP: &str = "setup";

impl Machine<'_> {
    /// The function or class that must run before events come to the component that a script makes: its `setup`, or
    /// the class that it is.
    #[must_use]
    pub fn root_of_component(&mut self, of: ScriptId, st: &State) -> Option<ObjectId> {
        let mut st = st.clone();
        self.push_base(of, &mut st);
        if let Some(options) = self.find_options(of, &st) {
            self.wiring.options.insert(of, options);
        }
        let made = self.component_made_by(of, &mut st);
        self.run.frames.pop();
        let made = made?;
        if self.is_class(&st, made) {
            return Some(made);
        }
        self.setup_of(made, &st)
    }

    /// The `setup` of what a component is made of.
    fn setup_of(&self, made: ObjectId, st: &State) -> Option<ObjectId> {
        let setup = self.object(st, self.options_of(made))?.own(SETUP)?.value.as_object()?;
        self.object(st, setup).filter(|cell| cell.is_callable()).map(|_| setup)
    }

    /// Asks for what a function returns when it is run as an entry.
    pub fn keep_members(&mut self, of: ScriptId, setup: ObjectId) {
        self.wiring.setup = Some((of, setup));
    }

    /// Keeps what the `setup` of a component returned.
    pub(in crate::eval) fn note_members(&mut self, function: ObjectId, returned: Option<&Value>, st: &State) {
        let is_class = self.is_class(st, function);
        if let Some((of, _)) = self.wiring.setup.take_if(|(_, setup)| *setup == function)
            && let Some(members) = returned.and_then(Value::as_object).filter(|_| !is_class)
        {
            self.wiring.members.insert(of, members);
        }
    }

    /// Runs what an event calls.
    pub(in crate::eval) fn run_binding(&mut self, handler: ScriptId, of: ScriptId, mut st: State) -> State {
        let source = self.project.script(handler);
        let place = Place { script: handler, span: source.span };
        let scope = self.activation(handler, Script::BODY, None);
        let scope = self.alloc_scope(&mut st, scope);
        self.script_scopes.insert(handler, scope);
        self.entered.insert((handler, Script::BODY));
        let this = self.any_this(place);
        self.run.frames.push(Frame {
            script: handler,
            function: Script::BODY,
            scope,
            this,
            call: place,
            entered: st.ready,
            control: st.control.clone(),
            home: None,
            returns: Vec::new(),
            jumps: Vec::new(),
            rules_out_return: false,
        });
        let context = self.context_of_template(handler, of, &mut st);
        self.frame_mut().this = context.clone();
        if let Some(binding) = source.context {
            self.put_narrowed(handler, binding, context.clone(), &mut st);
        }
        self.hoist(handler, Script::BODY, &mut st);
        let before = st.clone();
        let end = match called(source) {
            Some((tests, callee)) => {
                let shown = tests.iter().try_fold(st, |st, test| self.exec(*test, st));
                shown.and_then(|st| self.call_bare(callee, context, place, st))
            }
            None => self.exec_all(source.function(Script::BODY).body, st),
        };
        let returns = self.run.frames.pop().map(|frame| frame.returns).unwrap_or_default();
        let states = end.into_iter().chain(returns.into_iter().map(|exit| exit.state));
        let mut after = self.join_states(states).unwrap_or(before);
        after.control = Control::default();
        after
    }

    /// Calls the function that a handler only names, as somebody unknown does.
    fn call_bare(&mut self, callee: ExprId, this: Value, place: Place, mut st: State) -> Option<State> {
        let function = self.eval(callee, &mut st)?;
        let arguments = self.unknown_arguments(&function, &st);
        self.call_any(&function, this, arguments, HostCall::at(place), &mut st)?;
        Some(st)
    }

    /// The object whose properties the free names of a handler are.
    fn context_of_template(&mut self, handler: ScriptId, of: ScriptId, st: &mut State) -> Value {
        let place = Place { script: handler, span: self.project.script(handler).span };
        let made = self.component_made_by(of, st);
        let component = made.and_then(|made| self.instance_of_component(made, st));
        let returned = self.wiring.members.get(&of).copied().or_else(|| self.run_setup(made?, place, st));
        let mut members = match returned {
            Some(members) => self.object(st, members).map(|cell| cell.properties.clone()).unwrap_or_default(),
            None => component.map(|id| self.members_of_instance(id, place, st).into()).unwrap_or_default(),
        };
        // Of two of one name the first counts.
        if self.project.file(self.project.entry(of).file).setup {
            members.extend(self.names_of_scope(handler, of, place, st));
        } else if members.is_empty()
            && let Some(component) = component
        {
            return Value::object(component);
        }
        if members.len() > MAX_MEMBERS {
            members = members.iter().take(MAX_MEMBERS).cloned().collect();
        }
        for slot in members.iter_mut() {
            slot.value = self.as_shown(&slot.value, place, st);
        }
        let mut context = Object::plain(place);
        (context.open, context.prototype, context.properties) = (true, component, members);
        Value::object(self.alloc(st, context))
    }

    /// What the `setup` of a component returns, where that was run by somebody else. What it learnt of the bridge is over
    /// when an event comes.
    fn run_setup(&mut self, made: ObjectId, place: Place, st: &mut State) -> Option<ObjectId> {
        let setup = Value::object(self.setup_of(made, st)?);
        let mut state = st.clone();
        let arguments = self.unknown_arguments(&setup, &state);
        self.run.catchers.push(Vec::new());
        let returned = self.call_value(&setup, Value::undefined(), arguments, place, &mut state);
        self.run.catchers.pop();
        let returned = returned?.as_object()?;
        (state.ready, state.control, state.facts) = (st.ready, st.control.clone(), st.facts.clone());
        *st = state;
        Some(returned)
    }

    /// What a script makes a component of, or the component: what it exports, or what it gives to a function that
    /// makes components.
    fn component_made_by(&mut self, of: ScriptId, st: &mut State) -> Option<ObjectId> {
        let exported = self.default_of(of, st).and_then(|value| value.as_object());
        if let Some(exported) = exported.filter(|id| self.object(st, *id).is_some()) {
            return Some(exported);
        }
        let options = self.wiring.options.get(&of).copied();
        if let Some(options) = options.filter(|id| self.object(st, *id).is_some()) {
            return Some(options);
        }
        if let Some(page) = self.page_of(of, st) {
            return Some(page);
        }
        let components = self.wiring.components.iter();
        let mut own = components.filter(|(options, instance)| {
            let is_own = |id: &ObjectId| self.object(st, *id).is_some_and(|cell| cell.made.script == of);
            is_own(options) && is_own(instance)
        });
        own.next().map(|(options, _)| *options).filter(|_| own.next().is_none())
    }

    /// The options that a script gives to a function and exports what that makes: `export default defineComponent({…})`,
    /// `const made = defineComponent({…}); export { made as default }`.
    fn find_options(&self, of: ScriptId, st: &State) -> Option<ObjectId> {
        let script = self.project.script(of);
        let exported = script.exports.iter().find_map(|export| match *export {
            Export::Default { value, .. } => Some(value),
            Export::Binding { name, binding } if &**script.name(name) == "default" => {
                script.writes_of(binding).iter().find_map(|write| match *write {
                    Write::Value(value) => Some(value),
                    _ => None,
                })
            }
            _ => None,
        })?;
        let Expr::Call { arguments, .. } = script.expr(exported) else { return None };
        let is_object = |argument: &&Argument| matches!(script.expr(argument.value), Expr::Object(_));
        let literal = script.args(arguments).iter().find(is_object)?;
        let made = Place { script: of, span: script.expr_span(literal.value) };
        let is_it = |id: &u32| st.heap.get(*id).is_some_and(|cell| cell.made == made && cell.kind.is_plain());
        (0..self.objects).find(is_it).map(ObjectId)
    }

    /// The options that a component was made of; otherwise itself.
    fn options_of(&self, made: ObjectId) -> ObjectId {
        let of_instance = self.wiring.components.iter().find(|(_, instance)| **instance == made);
        of_instance.map_or(made, |(options, _)| *options)
    }

    /// The one instance of a component that is made of this.
    fn instance_of_component(&self, made: ObjectId, st: &mut State) -> Option<ObjectId> {
        if let Some(instance) = self.wiring.components.get(&made) {
            return Some(*instance);
        }
        match self.object(st, made)?.kind {
            ObjectKind::Class { .. } => {
                let prototype = self.prototype_if_class(st, made)?;
                self.instances.get(&prototype).copied().filter(|id| self.object(st, *id).is_some())
            }
            ObjectKind::Plain => {
                self.add_mixins(made, made, st);
                // Frameworks add to their objects: what is missing is not known.
                st.heap.get_mut(made.0)?.open = true;
                Some(made)
            }
            _ => None,
        }
    }

    /// What a class's instance holds that is another thing to its template: methods that it keeps apart, and data, which
    /// may be anything.
    fn members_of_instance(&mut self, instance: ObjectId, place: Place, st: &mut State) -> Vec<PropertySlot> {
        let Some(cell) = self.object(st, instance).filter(|cell| cell.prototype.is_some()) else { return Vec::new() };
        let is_function = |value: &Value| value.atoms.iter().all(|atom| self.is_callable(st, atom));
        let mut slots: Vec<PropertySlot> =
            cell.properties.iter().filter(|slot| !slot.getter && !is_function(&slot.value)).cloned().collect();
        let methods = cell.own(METHODS).and_then(|slot| self.object(st, slot.value.as_object()?));
        let methods = methods.map(|cell| cell.properties.clone()).unwrap_or_default();
        for slot in &mut slots {
            slot.value = self.unknown(Origin::Dynamic(place)).tainted(slot.value.taint);
        }
        methods.iter().for_each(|slot| self.take_over(&slot.value, instance, st));
        slots.extend(methods);
        slots
    }

    /// The names of a script that a handler uses.
    fn names_of_scope(&mut self, handler: ScriptId, of: ScriptId, place: Place, st: &mut State) -> Vec<PropertySlot> {
        let (used, scope) = (self.project.script(handler), self.project.script(of));
        let scope_names = self.wiring.scope_names.entry(of).or_insert_with(|| names_of(scope));
        let mut shared: Vec<BindingId> =
            used.names.iter().filter_map(|name| scope_names.get(name)).flatten().copied().collect();
        shared.sort_unstable();
        let mut slots = Vec::with_capacity(shared.len());
        for binding in shared {
            let value = self.read_binding(of, binding, st);
            let guards = self.guard_bindings.contains(&(of, binding));
            let value = if guards { value.tainted(Taint::GUARD) } else { value };
            slots.push(PropertySlot {
                key: scope.name(scope.binding(binding).name).clone(),
                value,
                place,
                getter: false,
            });
        }
        slots
    }

    /// A value as a template sees it: of a ref what it holds, of an object its functions; what else these hold may be
    /// anything.
    fn as_shown(&mut self, value: &Value, place: Place, st: &mut State) -> Value {
        let Some(Atom::Object(id)) = value.single().cloned() else { return value.clone() };
        let Some(cell) = self.object(st, id).filter(|cell| matches!(cell.kind, ObjectKind::Plain)) else {
            return value.clone();
        };
        if matches!(cell.properties.as_slice(), [only] if &*only.key == "value") {
            let held = self.get(value, &"value".into(), place, st).unwrap_or_else(Value::undefined);
            let is_function = held.atoms.iter().all(|atom| self.is_callable(st, atom));
            return if is_function { held } else { self.unknown(Origin::Dynamic(place)).tainted(held.taint) };
        }
        let is_function = |slot: &&PropertySlot| slot.value.atoms.iter().all(|atom| self.is_callable(st, atom));
        let mut shown = Object::plain(cell.made);
        shown.properties = cell.properties.iter().filter(is_function).cloned().collect();
        shown.open = true;
        Value::object(self.alloc(st, shown))
    }
}

/// What each name means at the top of a script.
fn names_of(script: &Script) -> FxHashMap<Arc<str>, Vec<BindingId>> {
    let mut names: FxHashMap<Arc<str>, Vec<BindingId>> = FxHashMap::default();
    let bindings = (0..).map(BindingId).zip(&script.bindings).filter(|(_, binding)| binding.owner == Script::BODY);
    for (id, binding) in bindings.filter(|(_, binding)| !script.name(binding.name).is_empty()) {
        names.entry(script.name(binding.name).clone()).or_default().push(id);
    }
    names
}

/// The function that a handler is, where it is one, or only names one: `pay`, `form.pay`, `() => pay(no)`. Before it stand
/// the tests of what is shown.
fn called(script: &Script) -> Option<(&[StmtId], ExprId)> {
    let (statement, tests) = script.function(Script::BODY).body.of(&script.stmt_lists).split_last()?;
    if !tests.iter().all(|test| matches!(script.stmt(*test), Stmt::If { .. })) {
        return None;
    }
    let Stmt::Expr(expr) = script.stmt(*statement) else { return None };
    let mut at = expr;
    loop {
        at = match script.expr(at) {
            Expr::Function(_) if at == expr => return Some((tests, expr)),
            Expr::Read(Ref::Binding(_)) => return Some((tests, expr)),
            Expr::Member { object, key: PropertyKey::Name(_), .. } => object,
            _ => return None,
        }
    }
}
