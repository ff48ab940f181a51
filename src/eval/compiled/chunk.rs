//! Chunks of a bundle: modules by id, given to a loader that is not at hand. The modules that may pay are loaded as the
//! loader would, each with those of its own chunk that it asks for; the others stay unknown.

use std::sync::Arc;

use crate::eval::Place;
use crate::eval::language::generator::Part;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::State;
use crate::eval::values::convert::to_text;
use crate::eval::values::heap::{Object, ObjectId, ObjectKind, PropertySlot};
use crate::eval::values::unknown::Origin;
use crate::eval::values::value::{Atom, Value};
use crate::ir::{Argument, AssignOp, Expr, ExprId, List, PropertyKey, Ref, Script, Target};

/// Methods of the function that loads a module.
const METHODS: &[&str] = &["d", "e", "n", "o", "r", "t"];

/// The loader of one chunk, and what it gives.
#[derive(Clone, Debug)]
pub enum Loading {
    /// Loads a module of these.
    Load {
        /// The modules by id.
        modules: ObjectId,
    },
    /// A method of the loader.
    Method {
        /// Of which loader.
        loader: ObjectId,
        /// Its name.
        name: &'static str,
    },
    /// What `n.n(module)` gives: a function that gives the module's default.
    Default(Value),
}

impl Machine<'_> {
    /// `(self.webpackChunk = self.webpackChunk || []).push([[0], {id: function (module, exports, require) {…}}])`.
    pub(in crate::eval) fn call_chunk(
        &mut self,
        expr: ExprId,
        callee: ExprId,
        list: List<Argument>,
        st: &mut State,
    ) -> Option<Option<Value>> {
        let modules = chunk_modules(self.script(), callee, list)?;
        let place = self.place(expr);
        Some(self.load_chunk(modules, place, st))
    }

    fn load_chunk(&mut self, modules: ExprId, place: Place, st: &mut State) -> Option<Value> {
        let table = self.eval(modules, st)?;
        let Some(modules) = table.as_object() else { return Some(Value::undefined()) };
        let loader = self.alloc(st, Object::of(ObjectKind::Part(Part::Loading(Loading::Load { modules })), place));
        for name in METHODS {
            let kind = ObjectKind::Part(Part::Loading(Loading::Method { loader, name }));
            let method = Value::object(self.alloc(st, Object::of(kind, place)));
            if let Some(cell) = st.heap.get_mut(loader.0) {
                cell.open = true;
                cell.put((*name).into(), method, place);
            }
        }
        let slots = self.object(st, modules).map(|o| o.properties.clone()).unwrap_or_default();
        for slot in slots {
            let code = slot.value.single().and_then(|atom| self.function_of(atom, st));
            if code.is_some_and(|code| self.relevant.contains(&code)) {
                let before = st.clone();
                if self.load_module(loader, modules, &slot.key, place, st).is_none() {
                    *st = before;
                }
            }
        }
        Some(Value::number(1.0))
    }

    /// Calls a loader, or what it gave.
    pub(in crate::eval) fn call_loading(
        &mut self,
        id: ObjectId,
        loading: &Loading,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        match loading {
            Loading::Load { modules } => match arguments.first().and_then(Value::single).and_then(to_text) {
                Some(key) => self.load_module(id, *modules, &key, place, st),
                None => Some(self.unknown(Origin::Call(place, None))),
            },
            Loading::Method { loader, name } => self.call_loader_method(*loader, name, arguments, place, st),
            Loading::Default(module) => {
                let is_module = self.get(module, &"__esModule".into(), place, st)?;
                match is_module.single() {
                    Some(Atom::Bool(true)) => self.get(module, &"default".into(), place, st),
                    _ => Some(module.clone()),
                }
            }
        }
    }

    fn load_module(
        &mut self,
        loader: ObjectId,
        modules: ObjectId,
        key: &Arc<str>,
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let kept = format!("@{key}");
        let loaded = self.object(st, loader).and_then(|o| o.own(&kept)).map(|p| p.value.clone());
        if let Some(module) = loaded {
            return self.get(&module, &"exports".into(), place, st);
        }
        let Some(code) = self.object(st, modules).and_then(|o| o.own(key)).map(|p| p.value.clone()) else {
            return Some(self.unknown(Origin::Import(key.clone(), "*".into())));
        };
        let exports = self.make_object(ObjectKind::Plain, Vec::new(), place, st);
        let module = self.make_object(ObjectKind::Plain, vec![("exports", exports.clone())], place, st);
        if let Some(cell) = st.heap.get_mut(loader.0) {
            cell.put(kept.into(), module.clone(), place);
        }
        let given = vec![module.clone(), exports.clone(), Value::object(loader)];
        self.call_any(&code, exports, given, HostCall::at(place), st)?;
        self.get(&module, &"exports".into(), place, st)
    }

    fn call_loader_method(
        &mut self,
        loader: ObjectId,
        name: &str,
        arguments: &[Value],
        place: Place,
        st: &mut State,
    ) -> Option<Value> {
        let first = arguments.first().cloned().unwrap_or_else(Value::undefined);
        match name {
            "d" => self.export_getters(&first, arguments, place, st),
            "r" => {
                if let Some(cell) = first.as_object().and_then(|id| st.heap.get_mut(id.0)) {
                    cell.put("__esModule".into(), Value::bool(true), place);
                }
            }
            "n" => {
                let kind = ObjectKind::Part(Part::Loading(Loading::Default(first)));
                let getter = self.alloc(st, Object::of(kind, place));
                let slot = PropertySlot { key: "a".into(), value: Value::object(getter), place, getter: true };
                if let Some(cell) = st.heap.get_mut(getter.0) {
                    cell.properties.push(slot);
                }
                return Some(Value::object(getter));
            }
            "o" => {
                let given = arguments.get(1..).unwrap_or_default().to_vec();
                return self.call_method(&first, "hasOwnProperty", given, place, st);
            }
            "e" => {
                let promise = self.make_promise(place, st);
                self.settle(promise, false, Value::undefined(), place, st);
                return Some(Value::object(promise));
            }
            _ => {
                return self.call_any(&Value::object(loader), Value::undefined(), vec![first], HostCall::at(place), st);
            }
        }
        Some(Value::undefined())
    }

    /// `n.d(exports, "a", getter)`, `n.d(exports, {a: getter})`.
    fn export_getters(&mut self, exports: &Value, arguments: &[Value], place: Place, st: &mut State) {
        let mut getters: Vec<(Arc<str>, Value)> = Vec::new();
        match (arguments.get(1).and_then(Value::single), arguments.get(2)) {
            (Some(Atom::Text(key)), Some(getter)) => getters.push((key.clone(), getter.clone())),
            // A list of names, each with a getter, or with 0 and a value.
            (Some(Atom::Object(id)), _) if self.elements(*id, st).is_some() => {
                let mut parts = self.elements(*id, st).unwrap_or_default().into_iter();
                while let (Some(key), Some(value)) = (parts.next(), parts.next()) {
                    let Some(key) = key.single().and_then(to_text) else { break };
                    match value.single() {
                        Some(Atom::Number(_)) => {
                            let value = parts.next().unwrap_or_else(Value::undefined);
                            if let Some(cell) = exports.as_object().and_then(|id| st.heap.get_mut(id.0)) {
                                cell.put(key, value, place);
                            }
                        }
                        _ => getters.push((key, value)),
                    }
                }
            }
            (Some(Atom::Object(id)), _) => {
                let slots = self.object(st, *id).map(|o| o.properties.clone()).unwrap_or_default();
                getters.extend(slots.into_iter().map(|p| (p.key, p.value)));
            }
            _ => {}
        }
        let Some(cell) = exports.as_object().and_then(|id| st.heap.get_mut(id.0)) else { return };
        for (key, value) in getters {
            cell.remove(&key);
            cell.properties.push(PropertySlot { key, value, place, getter: true });
        }
    }
}

/// The modules that a call hands to a bundle's loader.
fn chunk_modules(script: &Script, callee: ExprId, list: List<Argument>) -> Option<ExprId> {
    let arguments = script.args(list);
    let (ids, modules) = match script.expr(callee) {
        Expr::Member { object, key: PropertyKey::Name(name), .. } if &**script.name(name) == "push" => {
            let Expr::Array(parts) = script.expr(arguments.first()?.value) else { return None };
            let [ids, modules, ..] = script.args(parts) else { return None };
            (names_loader(script, object)).then_some((ids, modules))?
        }
        Expr::Read(Ref::Global(_)) if names_loader(script, callee) => {
            let [ids, modules, ..] = arguments else { return None };
            (ids, modules)
        }
        _ => return None,
    };
    let is_table = matches!(script.expr(modules.value), Expr::Object(_) | Expr::Array(_));
    (matches!(script.expr(ids.value), Expr::Array(_)) && is_table).then_some(modules.value)
}

/// Whether an expression is the list by which chunks reach a loader: `window.webpackJsonp = window.webpackJsonp || []`.
fn names_loader(script: &Script, expr: ExprId) -> bool {
    let name = match script.expr(expr) {
        Expr::Assign { target: Target::Member(member), op: AssignOp::Set | AssignOp::Logical(_), .. } => {
            return names_loader(script, member);
        }
        Expr::Assign { target: Target::Name(Ref::Global(name), _), .. } | Expr::Read(Ref::Global(name)) => name,
        Expr::Member { key: PropertyKey::Name(name), .. } => name,
        Expr::Logical(_, left, _) => return names_loader(script, left),
        _ => return false,
    };
    let name = script.name(name);
    name.starts_with("webpackJsonp") || name.starts_with("webpackChunk")
}
