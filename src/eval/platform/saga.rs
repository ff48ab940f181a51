//! Generators that a saga runs: effects of redux-saga and of dva's models. `yield call(f, …)` calls and waits, `put`
//! runs the model's own reducers and effects where they are at hand. What else a generator yields to is not known.

use std::sync::Arc;

use crate::api::calls::find_call;
use crate::eval::Place;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::state::State;
use crate::eval::task::Task;
use crate::eval::values::heap::{Closure, ObjectId, ObjectKind};
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::Value;
use crate::ir::{BindingId, BindingKind, Expr, ExprId, FnId, NameId, PropertyKey, Ref, Script};

/// What a saga yields.
const EFFECTS: &[&str] = &[
    "all",
    "apply",
    "call",
    "cancel",
    "cps",
    "debounce",
    "delay",
    "fork",
    "join",
    "put",
    "putResolve",
    "race",
    "retry",
    "select",
    "spawn",
    "take",
    "takeEvery",
    "takeLatest",
    "takeLeading",
    "throttle",
];
/// Effects that run a worker whenever an action comes, after what tells the action.
const WATCHERS: &[&str] = &["debounce", "takeEvery", "takeLatest", "takeLeading", "throttle"];

impl Machine<'_> {
    /// Whether a generator is run by a saga: it yields a saga's effects, or stands in a model or a saga's body.
    pub(in crate::eval) fn is_run_by_saga(&mut self, closure: &Closure) -> bool {
        let key = (closure.script, closure.function);
        if closure.home.is_some_and(|home| self.wiring.models.contains_key(&home)) {
            return true;
        }
        let project = self.project;
        let yields = |known: &mut rustc_hash::FxHashMap<_, bool>, (script, function)| {
            let source = project.script(script);
            *known.entry((script, function)).or_insert_with(|| yields_effects(source, function))
        };
        yields(&mut self.wiring.sagas, key) || self.is_in_saga()
    }

    /// The same for a generator in steps: its steps make a saga's effects, or a model's effect has made it.
    pub(in crate::eval) fn is_saga_in_steps(&mut self, closure: &Closure) -> bool {
        let of_model =
            self.run.frames.iter().any(|f| f.home.is_some_and(|home| self.wiring.models.contains_key(&home)));
        let source = self.project.script(closure.script);
        let key = (closure.script, closure.function);
        of_model || *self.wiring.sagas.entry(key).or_insert_with(|| makes_effects(source, closure.function))
    }

    /// Whether what runs now is a saga's body: what it yields, the saga waits for.
    fn is_in_saga(&self) -> bool {
        if self.is_step_of_saga() {
            return true;
        }
        let Some(frame) = self.run.frames.last().filter(|_| self.yield_waits()) else { return false };
        let of_model = frame.home.is_some_and(|home| self.wiring.models.contains_key(&home));
        of_model || self.wiring.sagas.get(&(frame.script, frame.function)) == Some(&true)
    }

    /// Notes an object literal that is a model: it has effects, and a name or reducers.
    pub(in crate::eval) fn note_model(&mut self, model: ObjectId, st: &State) {
        let Some(cell) = self.object(st, model) else { return };
        let effects = cell.own("effects").and_then(|slot| slot.value.as_object());
        if let Some(effects) = effects.filter(|_| cell.own("namespace").is_some() || cell.own("reducers").is_some()) {
            self.wiring.models.insert(effects, model);
        }
    }

    /// What a saga does for an effect that its body yields; none where that is not known.
    pub(in crate::eval) fn call_saga_effect(
        &mut self,
        id: UnknownId,
        name: &str,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Option<Value>> {
        if !self.is_in_saga() || !EFFECTS.contains(&name) || !self.is_effect(id) {
            return None;
        }
        match name {
            "apply" => {
                let (this, function) = (arguments.first()?.clone(), arguments.get(1)?.clone());
                let given = arguments.get(2).cloned().unwrap_or_else(Value::undefined);
                let given = self.arguments_of(&given, &function, call.place, st);
                Some(self.call_any(&function, this, given, call, st))
            }
            "call" | "fork" | "spawn" => {
                let (function, this) = self.function_of_effect(arguments.first()?, st);
                let given = arguments.get(1..).unwrap_or_default().to_vec();
                let called = self.call_any(&function, this, given, self.call_of_effect(call), st);
                // A task goes on beside the saga.
                let beside = name != "call";
                Some(called.map(|value| if beside { self.unknown(Origin::Call(call.place, Some(id))) } else { value }))
            }
            "put" | "putResolve" => Some(self.put_action(id, arguments, call, st)),
            "all" => self.call_global("Promise.all", arguments, call.place, st),
            _ if WATCHERS.contains(&name) => {
                let worker = arguments.iter().find(|v| v.atoms.iter().any(|atom| self.is_callable(st, atom)))?;
                let task = Task { event: true, ..self.task(worker.clone(), None, call.place, st) };
                self.schedule(task, st);
                Some(Some(Value::undefined()))
            }
            _ => None,
        }
    }

    /// Whether an unknown is a saga's effect: imported, or given to the generator.
    fn is_effect(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Import(module, _) => is_saga_module(module),
            Origin::Property(of, _) => match self.unknowns.origin(*of) {
                Origin::Import(module, _) => is_saga_module(module),
                Origin::Parameter(..) | Origin::Missing(_) => true,
                _ => false,
            },
            Origin::Parameter(..) | Origin::Missing(_) => true,
            _ => false,
        }
    }

    /// `call(f)`, `call([context, f])`, `call({ context, fn: f })`.
    fn function_of_effect(&mut self, given: &Value, st: &mut State) -> (Value, Value) {
        let cell = given.as_object().and_then(|id| self.object(st, id));
        match cell {
            Some(cell) if matches!(cell.kind, ObjectKind::Array) => {
                let at = |key: &str| cell.own(key).map_or_else(Value::undefined, |slot| slot.value.clone());
                let (context, function) = (at("0"), at("1"));
                match function.as_text().cloned() {
                    Some(name) => {
                        let place = cell.made;
                        let method = self.get(&context, &name, place, st);
                        (method.unwrap_or_else(Value::undefined), context)
                    }
                    None => (function, context),
                }
            }
            Some(cell) if cell.own("fn").is_some() => {
                let at = |key: &str| cell.own(key).map_or_else(Value::undefined, |slot| slot.value.clone());
                (at("fn"), at("context"))
            }
            _ => (given.clone(), Value::undefined()),
        }
    }

    /// The call that an effect stands for: its callee is the effect's first argument.
    fn call_of_effect(&self, call: HostCall) -> HostCall {
        let Some((script, written)) = call.written else { return call };
        let source = self.project.script(script);
        let Some(first) = source.args(written).first() else { return call };
        let callee = Place { script, span: source.expr_span(first.value) };
        HostCall { callee, written_callee: Some((script, first.value)), ..call }
    }

    /// `put({ type, payload })`: the model's reducer or effect of that name; else an action that others receive.
    fn put_action(&mut self, id: UnknownId, arguments: &[Value], call: HostCall, st: &mut State) -> Option<Value> {
        let action = arguments.first().cloned().unwrap_or_else(Value::undefined);
        if let Some(effect) = self.of_model("effects", &action, st) {
            let effects = self.unknown(Origin::Parameter(call.place, 1));
            return self.call_value(&effect, Value::undefined(), vec![action, effects], call.place, st);
        }
        if let Some(reducer) = self.of_model("reducers", &action, st) {
            let state = self.unknown(Origin::Parameter(call.place, 0));
            let given = vec![state, action.clone()];
            let reduced = self.call_value(&reducer, Value::undefined(), given, call.place, st)?;
            if self.tell_reduced(&reduced, call.place, st) {
                return Some(Value::undefined());
            }
        }
        match find_call(&["put"], |_| None) {
            Some(entry) => {
                let path = self.unknowns.path(id).clone();
                self.call_effect(entry, id, path, arguments.to_vec(), call, st)
            }
            None => Some(Value::undefined()),
        }
    }

    /// A function of the model whose effect runs now, by the type of an action.
    fn of_model(&self, part: &str, action: &Value, st: &State) -> Option<Value> {
        let kind = self.object(st, action.as_object()?)?.own("type")?.value.as_text()?.clone();
        let home = self.run.frames.iter().rev().find_map(|frame| frame.home)?;
        let model = self.object(st, *self.wiring.models.get(&home)?)?;
        let name = match (kind.split_once('/'), model.own("namespace").and_then(|slot| slot.value.as_text())) {
            (Some((space, name)), Some(own)) if *space == **own => name.to_owned(),
            (Some(_), _) => return None,
            (None, _) => kind.to_string(),
        };
        let part = self.object(st, model.own(part)?.value.as_object()?)?;
        let function = part.own(&name)?.value.clone();
        function.atoms.iter().any(|atom| self.is_callable(st, atom)).then_some(function)
    }

    /// Tells what a reducer writes by what it gives back; false where that is not known.
    fn tell_reduced(&mut self, reduced: &Value, place: Place, st: &State) -> bool {
        let Some(cell) = reduced.as_object().and_then(|id| self.object(st, id)) else { return false };
        let written: Vec<(Arc<str>, Value)> =
            cell.properties.iter().map(|s| (s.key.clone(), s.value.clone())).collect();
        for (key, value) in &written {
            self.record_set(Arc::from(["*".into(), key.clone()]), value, place, st);
        }
        !written.is_empty()
    }
}

fn is_saga_module(module: &str) -> bool {
    module.contains("redux-saga") || module.ends_with("/saga") || module == "dva"
}

/// Whether a generator yields an effect that was imported from a saga, or given to it.
fn yields_effects(script: &Script, function: FnId) -> bool {
    let (start, end) = script.function(function).exprs;
    (start..end).any(|index| match script.expr(ExprId(index)) {
        Expr::Yield(inner) => match script.expr(inner) {
            Expr::Call { callee, .. } => is_effect_name(script, function, callee),
            _ => false,
        },
        _ => false,
    })
}

/// Whether a function of steps, which wait for what they return, makes a saga's effects.
fn makes_effects(script: &Script, function: FnId) -> bool {
    let (start, end) = script.function(function).exprs;
    (start..end).any(|index| match script.expr(ExprId(index)) {
        Expr::Call { callee, .. } => is_effect_name(script, function, callee),
        _ => false,
    })
}

fn is_effect_name(script: &Script, function: FnId, callee: ExprId) -> bool {
    let is_given = |binding: BindingId| {
        let decl = script.binding(binding);
        decl.owner == function && !matches!(decl.kind, BindingKind::Import(_))
    };
    let is_listed = |name: NameId| EFFECTS.contains(&&**script.name(name));
    match script.expr(script.last_of(callee)) {
        Expr::Read(Ref::Binding(binding)) => match script.import_of(binding) {
            Some(import) => is_saga_module(script.name(import.source)),
            None => is_listed(script.binding(binding).name) && is_given(binding),
        },
        Expr::Member { object, key: PropertyKey::Name(name), .. } => {
            let of_module = |module: NameId| is_saga_module(script.name(module));
            let of_param = |of: Expr| match of {
                Expr::Read(Ref::Binding(binding)) => {
                    matches!(script.binding(binding).kind, BindingKind::Param) && is_given(binding)
                }
                _ => false,
            };
            is_listed(name) && (of_param(script.expr(object)) || script.module_held(object).is_some_and(of_module))
        }
        _ => false,
    }
}
