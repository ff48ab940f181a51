//! What compilers write for classes and object spread: prototypes that are set by hand, descriptors, and questions
//! whether a function of the language is there.

use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::State;
use crate::eval::values::convert::{to_text, truthy};
use crate::eval::values::heap::Object;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::{Atom, Value};
use crate::ir::{Expr, ExprId, LogicalOp, PropertyKey};

/// The key under which an object keeps a prototype that is not at hand.
const PROTOTYPE: &str = "__proto__";

/// Functions that are there wherever the scripts run: compilers ask for them before they use them.
const STANDARD: &[(&str, &str)] = &[
    ("", "Error"),
    ("", "Proxy"),
    ("", "Symbol"),
    ("Array", "isArray"),
    ("Object", "assign"),
    ("Object", "create"),
    ("Object", "defineProperties"),
    ("Object", "defineProperty"),
    ("Object", "entries"),
    ("Object", "freeze"),
    ("Object", "getOwnPropertyDescriptor"),
    ("Object", "getOwnPropertyDescriptors"),
    ("Object", "getOwnPropertyNames"),
    ("Object", "getPrototypeOf"),
    ("Object", "keys"),
    ("Object", "setPrototypeOf"),
    ("Object", "values"),
    ("Reflect", "construct"),
    ("Reflect", "get"),
];

impl Machine<'_> {
    /// Whether an unknown is a function that the language has.
    pub(in crate::eval) fn is_standard_function(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Global(name) => STANDARD.contains(&("", &**name)),
            Origin::Property(of, name) => {
                let Origin::Global(root) = self.unknowns.origin(*of) else { return false };
                STANDARD.contains(&(&**root, &**name))
            }
            _ => false,
        }
    }

    /// `Symbol.iterator` and its kin.
    pub(in crate::eval) fn is_well_known_symbol(&self, id: UnknownId) -> bool {
        let Origin::Property(of, name) = self.unknowns.origin(id) else { return false };
        matches!(self.unknowns.origin(*of), Origin::Global(root) if &**root == "Symbol")
            && matches!(&**name, "iterator" | "asyncIterator" | "toPrimitive" | "toStringTag")
    }

    /// `Object.setPrototypeOf(object, prototype)`.
    pub(in crate::eval) fn set_prototype(&mut self, arguments: &[Value], st: &mut State) -> Value {
        let [object, given, ..] = arguments else { return Value::undefined() };
        let prototype = given.as_object();
        if let Some(cell) = object.as_object().filter(|id| Some(*id) != prototype).and_then(|id| st.heap.get_mut(id.0))
        {
            cell.prototype = prototype;
            cell.open |= prototype.is_none();
            if prototype.is_none() {
                let made = cell.made;
                cell.put(PROTOTYPE.into(), given.clone(), made);
            }
        }
        object.clone()
    }

    /// `Object.getPrototypeOf(object)`.
    pub(in crate::eval) fn get_prototype(&mut self, object: &Value, place: Place, st: &State) -> Value {
        let cell = object.as_object().and_then(|id| self.object(st, id));
        let unknown = cell.and_then(|o| o.own(PROTOTYPE)).map(|p| p.value.clone());
        let prototype = cell.and_then(|o| o.prototype).map(Value::object).or(unknown);
        prototype.unwrap_or_else(|| self.unknown(Origin::Mixed(place)))
    }

    /// `Reflect.construct(parent, arguments, derived)`: an instance of `derived` that the parent's constructor makes.
    pub(in crate::eval) fn reflect_construct(
        &mut self,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let call = HostCall::at(place);
        let list = arguments.get(1).cloned().unwrap_or_else(Value::undefined);
        let constructor = arguments.first().cloned().unwrap_or_else(Value::undefined);
        let given = self.arguments_of(&list, &constructor, place, st);
        let Some(parent) = arguments.first().and_then(Value::as_object) else {
            let made = self.construct_error(arguments, &given, place, st);
            let made = made.or_else(|| self.construct_foreign(arguments, &given, place, st));
            return Some(made.unwrap_or_else(|| self.unknown(Origin::Call(place, None))));
        };
        let derived = arguments.get(2).and_then(Value::as_object).unwrap_or(parent);
        let mut instance = Object::plain(place);
        instance.prototype = self.prototype_of(derived, st).or_else(|| self.prototype_of(parent, st));
        let prototype = instance.prototype;
        let instance = self.alloc(st, instance);
        if let Some(prototype) = prototype {
            self.note_instance(prototype, instance);
        }
        let result = self.initialize(parent, Value::object(instance), given, call, st)?;
        let replaced = result.as_object().filter(|o| *o != instance);
        Some(Value::object(replaced.unwrap_or(instance)))
    }

    /// `Reflect.construct(React.Component, [props], Page)`: an instance of a class at hand whose parent is not; none where
    /// the class is not at hand either.
    fn construct_foreign(
        &mut self,
        arguments: &[Value],
        given: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let parent = arguments.first()?;
        let derived = arguments.get(2).and_then(Value::as_object)?;
        let mut instance = Object::plain(place);
        instance.prototype = self.prototype_of(derived, st);
        let prototype = instance.prototype;
        let instance = self.alloc(st, instance);
        if let Some(prototype) = prototype {
            self.note_instance(prototype, instance);
        }
        let instance = Value::object(instance);
        self.initialize_foreign(parent, &instance, given, place, st);
        self.escape_all(given, place, false, st);
        Some(instance)
    }

    /// Whether what a call gives stands for `this` where it is nothing: `Parent.call(this, …) || this`, as older
    /// JavaScript writes `super(…)`.
    pub(in crate::eval) fn is_super_call(&self, left: ExprId, right: ExprId) -> bool {
        let script = self.script();
        let is_this = |expr: ExprId| matches!(script.expr(expr), Expr::This);
        let mut call = left;
        while let Expr::Logical(LogicalOp::And, _, last) = script.expr(call) {
            call = last;
        }
        let Expr::Call { callee, arguments, .. } = script.expr(call) else { return false };
        let Expr::Member { key: PropertyKey::Name(key), .. } = script.expr(callee) else { return false };
        let first = script.args(arguments).first();
        matches!(&**script.name(key), "call" | "apply") && first.is_some_and(|a| is_this(a.value)) && is_this(right)
    }

    /// What `Parent.call(this, …) || this` comes to. A parent that is not at hand gives nothing, and may have added to
    /// `this`.
    pub(in crate::eval) fn made_or_this(&self, mut made: Value, st: &mut State) -> Value {
        let of_call =
            |atom: &Atom| matches!(atom, Atom::Unknown(id) if matches!(self.unknowns.origin(*id), Origin::Call(..)));
        let this = self.frame().this.clone();
        if made.atoms.iter().any(of_call)
            && let Some(cell) = this.as_object().and_then(|id| st.heap.get_mut(id.0))
        {
            cell.open = true;
        }
        let gives_nothing = |atom: &Atom| truthy(atom) != Some(true) || of_call(atom);
        if made.atoms.iter().all(gives_nothing) {
            return this;
        }
        made.atoms.retain(|atom| !gives_nothing(atom));
        made
    }

    /// `Reflect.construct(Error, [message], PayError)`; none where it is not `Error` that is made.
    fn construct_error(&mut self, arguments: &[Value], given: &[Value], place: Place, st: &mut State) -> Option<Value> {
        let native = arguments.first().and_then(Value::as_unknown)?;
        let is_error = matches!(self.unknowns.path(native).as_ref(), [name] if &**name == "Error");
        let derived = arguments.get(2).and_then(Value::as_object).filter(|_| is_error)?;
        let message = given.first().cloned().unwrap_or_else(Value::undefined);
        let error = self.make_error("Error", &message, place, st);
        let prototype = self.prototype_of(derived, st);
        if let Some(cell) = error.as_object().and_then(|id| st.heap.get_mut(id.0)) {
            cell.prototype = prototype;
        }
        Some(error)
    }

    /// `Boolean.prototype.valueOf.call(value)`: compilers ask it of what `Reflect.construct` makes, and it holds.
    pub(in crate::eval) fn is_boolean_of(&self, id: UnknownId, this: &Value) -> bool {
        let path = self.unknowns.path(id);
        let asked = path.iter().map(|n| &**n).eq(["Boolean", "prototype", "valueOf"]);
        asked && !matches!(this.single(), Some(atom) if to_text(atom).is_some() && !matches!(atom, Atom::Bool(_)))
    }
}
