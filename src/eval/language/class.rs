//! Classes and constructors.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::made::Created;
use crate::eval::platform::host::HostCall;
use crate::eval::state::State;
use crate::eval::values::convert::to_text;
use crate::eval::values::heap::{Closure, Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{ClassId, FnId, Member, MemberKind, PropertyKey, Ref};

impl Machine<'_> {
    /// Makes a class: its object, its prototype with the methods, its static members.
    pub(in crate::eval) fn make_class(&mut self, class: ClassId, place: Place, st: &mut State) -> Option<Value> {
        let script = self.script();
        let decl = script.class(class);
        let parent = match decl.parent {
            Some(expr) => Some(self.eval(expr, st)?),
            None => None,
        };
        let parent_prototype = match parent.as_ref().and_then(Value::as_object) {
            Some(id) => self.prototype_of(id, st),
            None => None,
        };
        let scope = Some(self.frame().scope);
        let first_member = self.created.len();
        let mut prototype = Object::plain(place);
        prototype.prototype = parent_prototype;
        prototype.open = parent.is_some() && parent_prototype.is_none();
        let prototype = self.alloc(st, prototype);
        let kind = ObjectKind::Class { script: self.frame().script, class, scope, parent };
        let object = self.alloc(st, Object::of(kind, place));
        let made = Value::object(object);
        self.link_prototype(object, prototype, place, st);
        if let Some(own) = decl.self_binding {
            self.write(Ref::Binding(own), made.clone(), st);
        }
        for member in decl.members.of(&script.members) {
            self.make_member(*member, object, prototype, place, st)?;
        }
        self.note_class(class, object, first_member);
        Some(made)
    }

    /// Notes that a class was made: before its methods, which run on what its constructor leaves.
    fn note_class(&mut self, class: ClassId, object: ObjectId, first_member: usize) {
        let script = self.frame().script;
        let source = self.project.script(script);
        let decl = source.class(class);
        let members = decl.members.of(&source.members).iter().filter_map(|m| m.function);
        let function = members.chain(decl.constructor).find(|f| self.relevant.contains(&(script, *f)));
        if let (Some(function), crate::eval::Mode::Explore) = (function, &self.mode) {
            let at = first_member.min(self.created.len());
            self.created.insert(at, Created { object, script, function, handed_to_waiter: false, wraps: false });
        }
    }

    fn make_member(
        &mut self,
        member: Member,
        class: ObjectId,
        prototype: ObjectId,
        place: Place,
        st: &mut State,
    ) -> Option<()> {
        let Some(function) = member.function else { return Some(()) };
        let target = if member.is_static { class } else { prototype };
        let key = match member.key {
            PropertyKey::Computed(expr) => self.eval(expr, st)?.single().and_then(to_text),
            key => self.key(key, None, st)?.ok(),
        };
        let Some(key) = key else { return Some(()) };
        match member.kind {
            MemberKind::Method | MemberKind::Getter => {
                let closure = Value::object(self.make_closure(function, st));
                self.adopt(&closure, target, st);
                let slot = PropertySlot { key, value: closure, place, getter: member.kind == MemberKind::Getter };
                if let Some(cell) = st.heap.get_mut(target.0) {
                    cell.redefine(slot);
                }
            }
            MemberKind::Setter => {
                let closure = Value::object(self.make_closure(function, st));
                self.adopt(&closure, target, st);
                if let Some(cell) = st.heap.get_mut(target.0) {
                    cell.put_setter(key, closure, place);
                }
            }
            MemberKind::Field | MemberKind::StaticBlock if member.is_static => {
                let value = self.run_initializer(function, class, place, st)?;
                if let Some(cell) = st.heap.get_mut(class.0) {
                    cell.put(key, value, place);
                }
            }
            _ => {}
        }
        Some(())
    }

    fn run_initializer(&mut self, function: FnId, this: ObjectId, place: Place, st: &mut State) -> Option<Value> {
        let closure = self.bare_closure(function, Some(this), st);
        self.call_closure(&closure, Value::object(this), Vec::new(), HostCall::at(place), st)
    }

    fn bare_closure(&self, function: FnId, home: Option<ObjectId>, st: &State) -> Closure {
        let frame = self.frame();
        Closure {
            script: frame.script,
            function,
            scope: Some(frame.scope),
            this: None,
            home,
            ready: st.ready,
            round: 0,
        }
    }

    /// `new callee(arguments)`.
    pub(in crate::eval) fn construct(
        &mut self,
        callee: &Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let place = call.place;
        match callee.single() {
            Some(Atom::Object(id)) => self.construct_object(*id, arguments, call, st),
            Some(Atom::Unknown(id)) => match self.unknowns.global_path(*id).as_deref() {
                Some("Promise") => self.new_promise(arguments, place, st),
                Some(
                    name @ ("Map" | "Set" | "WeakMap" | "WeakSet" | "Array" | "Object" | "Error" | "TypeError"
                    | "RangeError" | "SyntaxError" | "ReferenceError" | "EvalError" | "URIError" | "RegExp"
                    | "String" | "Number" | "Boolean"),
                ) => {
                    let name = name.to_owned();
                    self.note_given(&arguments, st);
                    Some(self.new_built_in(&name, arguments, place, st))
                }
                _ => self.call_unknown(*id, Value::undefined(), arguments, callee.taint, call, st),
            },
            _ => {
                self.escape_all(&arguments, place, false, st);
                Some(self.unknown(Origin::Call(place, None)))
            }
        }
    }

    pub(in crate::eval) fn construct_object(
        &mut self,
        id: ObjectId,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let place = call.place;
        let prototype = self.prototype_of(id, st);
        let mut instance = Object::plain(place);
        instance.prototype = prototype;
        let instance = self.alloc(st, instance);
        if let Some(prototype) = prototype {
            self.note_instance(prototype, instance);
        }
        let this = Value::object(instance);
        let result = self.initialize(id, this.clone(), arguments, call, st)?;
        let Some(replaced) = result.as_object().filter(|o| *o != instance) else { return Some(this) };
        // A constructor for old browsers gives back the instance that its parent made.
        let is_of_class = self.object(st, replaced).is_some_and(|o| o.prototype == prototype);
        if let Some(known) = prototype.filter(|_| is_of_class).and_then(|p| self.instances.get_mut(&p))
            && *known == instance
        {
            *known = replaced;
        }
        Some(Value::object(replaced))
    }

    /// Runs a constructor on an instance that was made.
    pub(in crate::eval) fn initialize(
        &mut self,
        constructor: ObjectId,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let Some(object) = self.object(st, constructor) else { return Some(Value::undefined()) };
        match object.kind.clone() {
            ObjectKind::Closure(closure) => self.call_closure(&closure, this, arguments, call, st),
            ObjectKind::Class { script, class, scope, parent } => {
                self.initialize_class(constructor, (script, class, scope), parent, this, arguments, call, st)
            }
            ObjectKind::Bound { target, arguments: first, .. } => {
                let arguments = first.iter().cloned().chain(arguments).collect();
                let Some(id) = target.as_object() else { return Some(Value::undefined()) };
                self.initialize(id, this, arguments, call, st)
            }
            _ => Some(Value::undefined()),
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one class, taken apart by its caller")]
    fn initialize_class(
        &mut self,
        object: ObjectId,
        (script, class, scope): (crate::ir::ScriptId, ClassId, Option<crate::eval::values::scope::ScopeId>),
        parent: Option<Value>,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        if !self.enter() {
            return Some(self.cut_off(call.place));
        }
        let source = self.project.script(script);
        let decl = source.class(class);
        let closure = |function, home| Closure { script, function, scope, this: None, home, ready: st.ready, round: 0 };
        let fields: Vec<(Member, Closure)> = decl
            .members
            .of(&source.members)
            .iter()
            .filter(|m| !m.is_static && m.kind == MemberKind::Field)
            .filter_map(|m| Some((*m, closure(m.function?, this.as_object()))))
            .collect();
        let constructor = decl.constructor.map(|f| closure(f, Some(object)));
        let result = self.run_parts(fields, constructor, parent, this, arguments, call, st);
        self.leave();
        result
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one class, taken apart by its caller")]
    fn run_parts(
        &mut self,
        fields: Vec<(Member, Closure)>,
        constructor: Option<Closure>,
        parent: Option<Value>,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let place = call.place;
        if constructor.is_none() {
            if let Some(parent) = parent.as_ref().and_then(Value::as_object) {
                let made = self.initialize(parent, this.clone(), arguments.clone(), call, st)?;
                self.keep_what_it_made(&made, &this, st);
            } else if let Some(parent) = &parent {
                self.initialize_foreign(parent, &this, &arguments, place, st);
            }
        }
        for (member, closure) in fields {
            let source = self.project.script(closure.script);
            let key: Option<Arc<str>> = match member.key {
                PropertyKey::Name(name) => Some(source.name(name).clone()),
                PropertyKey::Private(name) => Some(format!("#{}", source.name(name)).into()),
                PropertyKey::Computed(_) => None,
            };
            let value = self.call_closure(&closure, this.clone(), Vec::new(), HostCall::at(place), st)?;
            if let (Some(key), Some(id)) = (key, this.as_object()) {
                self.adopt(&value, id, st);
                if let Some(cell) = st.heap.get_mut(id.0) {
                    cell.put(key, value, place);
                }
            }
        }
        match constructor {
            Some(closure) => self.call_closure(&closure, this, arguments, call, st),
            None => Some(Value::undefined()),
        }
    }

    /// `super(…)`: runs the parent's constructor on `this`.
    pub(in crate::eval) fn call_super(&mut self, arguments: Vec<Value>, place: Place, st: &mut State) -> Option<Value> {
        let this = self.frame().this.clone();
        let class = self.frame().home.and_then(|id| self.object(st, id)).map(|o| o.kind.clone());
        let parent =
            if let Some(ObjectKind::Class { parent: Some(parent), .. }) = class { parent } else { Value::undefined() };
        match parent.as_object() {
            Some(id) => {
                let made = self.initialize(id, this.clone(), arguments, HostCall::at(place), st)?;
                self.keep_what_it_made(&made, &this, st);
            }
            None => {
                self.initialize_foreign(&parent, &this, &arguments, place, st);
                self.escape_all(&arguments, place, false, st);
            }
        }
        Some(Value::undefined())
    }

    /// A parent's constructor that returns an object of its own: what that holds is the instance's from here on.
    fn keep_what_it_made(&self, made: &Value, this: &Value, st: &mut State) {
        let (Some(made), Some(this)) = (made.as_object(), this.as_object()) else { return };
        let Some(properties) = st.heap.get(made.0).filter(|_| made != this).map(|o| o.properties.clone()) else {
            return;
        };
        let Some(cell) = st.heap.get_mut(this.0) else { return };
        properties.into_iter().for_each(|slot| cell.put(slot.key, slot.value, slot.place));
    }

    /// Runs the constructor of a parent that is not at hand: of `Error` and its kin the message is known.
    pub(in crate::eval) fn initialize_foreign(
        &mut self,
        parent: &Value,
        this: &Value,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) {
        let name = parent.as_unknown().and_then(|id| self.unknowns.global_path(id));
        let is_error = name.is_some_and(|n| n.ends_with("Error"));
        // It may keep what it is given: under which names nobody knows.
        let taint = self.result_taint(arguments, st);
        let given = taint.of_result().then(|| self.unknown(Origin::Mixed(place)).tainted(taint));
        let Some(cell) = this.as_object().and_then(|id| st.heap.get_mut(id.0)) else { return };
        cell.open = true;
        if let Some(message) = arguments.first().filter(|_| is_error) {
            cell.put("message".into(), message_of(message), place);
        } else if let Some(given) = given {
            cell.put("@@given".into(), given, place);
        }
    }

    /// `super` as an object: the prototype of the prototype that the method stands in.
    pub(in crate::eval) fn super_object(&mut self, st: &State) -> Value {
        let home = self.frame().home.and_then(|id| self.object(st, id)).and_then(|o| o.prototype);
        match home {
            Some(id) => Value::object(id),
            None => {
                let place = self.frame().call;
                self.unknown(Origin::Mixed(place))
            }
        }
    }

    /// `new Error(message)` and its kin.
    pub(in crate::eval) fn make_error(&mut self, name: &str, message: &Value, place: Place, st: &mut State) -> Value {
        let fields = vec![("message", message_of(message)), ("name", Value::text(name))];
        self.make_object(ObjectKind::Plain, fields, place, st)
    }

    /// `new Map([…])` and its kin.
    fn new_built_in(&mut self, name: &str, arguments: Vec<Value>, place: Place, st: &mut State) -> Value {
        let first = arguments.first().cloned().unwrap_or_else(Value::undefined);
        let kind = match name {
            "Map" | "WeakMap" | "Set" | "WeakSet" => {
                let made = self.new_collection(name.ends_with("Map"), &first, place, st);
                return made.unwrap_or_else(|| self.unknown(Origin::Mixed(place)));
            }
            "RegExp" => return self.new_regex(&arguments, place, st),
            "Array" => {
                let made = self.new_array(&arguments, place, st);
                return made.unwrap_or_else(|| self.unknown(Origin::Mixed(place)));
            }
            _ if name.ends_with("Error") => {
                return self.make_error(name, &first, place, st);
            }
            "Object" => ObjectKind::Plain,
            _ => return self.unknown(Origin::Mixed(place)),
        };
        Value::object(self.alloc(st, Object::of(kind, place)))
    }
}

/// What an error keeps of its message: a text, but for objects, which stay what they are.
fn message_of(value: &Value) -> Value {
    let told = |atom: &Atom| match atom {
        Atom::Undefined => Atom::Text("".into()),
        Atom::Number(_) | Atom::Bool(_) | Atom::Null => to_text(atom).map_or_else(|| atom.clone(), Atom::Text),
        other => other.clone(),
    };
    Value { atoms: value.atoms.iter().map(told).collect(), taint: value.taint }
}
