//! Calls of what is not at hand: payment APIs, listeners, effect calls of the table, and functions nobody knows.

use std::borrow::Cow;
use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::calls::{find_call, reports, usual_name};
use crate::api::effects::{ArgumentPath, CallbackWhen, EffectCall, EffectCallback, EffectKind};
use crate::api::platform::lists;
use crate::eval::Place;
use crate::eval::event::{Channel, EffectEvent};
use crate::eval::machine::Machine;
use crate::eval::platform::payment::is_path;
use crate::eval::state::{Arm, ArmKind, State};
use crate::eval::values::unknown::{GAP, Origin, UnknownId};
use crate::eval::values::value::{Taint, Value};
use crate::ir::{BinaryOp, Expr, ExprId, PropertyKey, Ref};

/// Objects inside the options of a page or component are its data this deep.
pub(in crate::eval) const FRAMEWORK_DEPTH: u32 = 2;

/// An address of more parts than these bears no name.
const MAX_PARTS: usize = 16;

/// A call of something that is not at hand.
#[derive(Clone, Copy, Debug)]
pub(in crate::eval) struct HostCall {
    /// The call.
    pub place: Place,
    /// Its callee.
    pub callee: Place,
    /// Whether a `?.` on the way would skip it.
    pub optional: bool,
    /// The script, and the callee in it.
    pub written_callee: Option<(crate::ir::ScriptId, crate::ir::ExprId)>,
    /// The arguments as they are written, in the script that runs when the call is made.
    pub written: Option<(crate::ir::ScriptId, crate::ir::List<crate::ir::Argument>)>,
}

impl HostCall {
    /// A call that stands in no call expression of its own.
    pub(in crate::eval) const fn at(place: Place) -> Self {
        Self { place, callee: place, optional: false, written_callee: None, written: None }
    }
}

impl Machine<'_> {
    /// Calls an unknown.
    pub(in crate::eval) fn call_unknown(
        &mut self,
        id: UnknownId,
        this: Value,
        arguments: Vec<Value>,
        taint: Taint,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        self.note_given(std::iter::once(&this).chain(&arguments), st);
        let path = self.path_of_call(id, call);
        let last = path.last().cloned().unwrap_or_else(|| "*".into());
        if let Some(value) = self.call_known((id, &path, &last), &this, &arguments, call, st) {
            return value;
        }
        self.write_component_state(&last, &this, &arguments, call.place, st);
        if let Some(entry) = self.effect_entry(id, &path, &arguments) {
            // What is given to something that a test of the bridge chose, or that waits for it, may run behind both.
            let kept = st.ready;
            if this.taint.has(Taint::GUARD) || self.waits_for_event(id) {
                st.ready = kept.after_unknown(call.place);
            }
            let waits = !self.is_host(id) && self.note_event_wait(&arguments, call.place);
            let value = self.call_effect(entry, id, path, arguments, call, st);
            st.ready = kept;
            let taint = if waits { Taint::EXTERNAL.with(Taint::GUARD) } else { Taint::NONE };
            return value.map(|value| value.tainted(taint));
        }
        if let Some(global) = self.unknowns.global_path(id)
            && let Some(value) = self.call_global(&global, &arguments, call.place, st)
        {
            return value;
        }
        if let Some(function) = arguments.first().filter(|_| lists(PLATFORM.passing_functions, &last))
            && function.atoms.iter().any(|a| self.is_callable(st, a))
        {
            return Some(function.clone());
        }
        if let (Some(of), "call" | "apply" | "bind") = (self.receiver_of(id), &*last) {
            return self.call_function_method(&Value::unknown(of), &last, arguments, call, st);
        }
        Some(self.call_nobody_knows(id, path, this, arguments, taint, call, st))
    }

    /// Calls what the evaluator follows itself: payments, waits, listeners, the language, frameworks, stores. None where it is
    /// none of these.
    fn call_known(
        &mut self,
        (id, path, last): (UnknownId, &[Arc<str>], &str),
        this: &Value,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) -> Option<Option<Value>> {
        if let Some(value) = self.call_payment(path, arguments, call, st) {
            return Some(Some(value));
        }
        if let Some(value) = self.wait_by_library(path, arguments, call, st) {
            return Some(Some(value));
        }
        if self.is_boolean_of(id, this) {
            return Some(Some(Value::bool(false)));
        }
        if let Some(value) = self.call_async_helper(id, last, arguments, call, st) {
            return Some(value);
        }
        if let (true, Some(module)) = (is_path(path, "require"), arguments.first().and_then(Value::as_text)) {
            return Some(Some(self.required(&module.clone(), st)));
        }
        if self.register_ready_listener(last, arguments, call, st) {
            return Some(Some(Value::undefined()));
        }
        self.note_opening_call(last, arguments, call.place, st);
        if self.register_stray_listener(last, arguments, call, st) {
            return Some(Some(Value::undefined()));
        }
        if let Some(of) = self.receiver_of(id)
            && matches!(last, "then" | "catch" | "finally")
        {
            return Some(Some(self.unknown_then(of, last, arguments.to_vec(), call.place, st)));
        }
        if let Some(app) = self.call_get_app(last, call.place, st) {
            return Some(Some(app));
        }
        if let Some(value) = self.call_saga_effect(id, last, arguments, call, st) {
            return Some(value);
        }
        self.call_plugin(last, this, arguments, call, st);
        let known = self.call_language(id, last, this, arguments, call.place, st);
        let known = known.or_else(|| self.call_framework(id, last, arguments, call.place, st));
        let known = known.or_else(|| self.call_emitter(last, this, arguments, call, st));
        known.or_else(|| self.call_any_store(last, arguments, call.place, st))
    }

    /// The entry of the table of effects for a call: what is imported by name is found as a global of the name, too.
    fn effect_entry(&self, id: UnknownId, path: &[Arc<str>], arguments: &[Value]) -> Option<&'static EffectCall> {
        let segments: Vec<&str> = path.iter().map(|s| &**s).collect();
        let name_argument = |i: usize| arguments.get(i).and_then(Value::as_text).map(|t| &**t);
        if let Some(entry) = find_call(&segments, name_argument) {
            return Some(entry);
        }
        // What a call of a known name made is that name's, whatever it is called here: `const go = useNavigate()`.
        let made = self.unknowns.path(id).last().filter(|name| name.ends_with("()"));
        if let Some(entry) = made.and_then(|name| find_call(&[name], name_argument)) {
            return Some(entry);
        }
        let Origin::Import(module, name) = self.unknowns.origin(self.root_of(id)) else { return None };
        let called = named_by_module(module, name, segments.get(1..)?);
        let called: Vec<&str> = called.iter().map(|segment| &**segment).collect();
        if let Some(entry) = find_call(&called, name_argument).filter(|entry| is_of_module(entry, module)) {
            return Some(entry);
        }
        let named = segments.get(1..).filter(|s| !s.is_empty())?;
        // A project's own `confirm` and `open` seldom are the browser's, and a waiting indicator may speak. Its `router.push`
        // is a router's.
        let is_word = matches!(named, [word] if !word.ends_with("()"));
        let own = |entry: &&EffectCall| {
            matches!(entry.kind, EffectKind::Dialog | EffectKind::Loading)
                || is_word && entry.kind == EffectKind::Navigation
        };
        find_call(named, name_argument).filter(|entry| !own(entry))
    }

    /// Whether a function that is not at hand asks a server: by the table of effects, or as a library that does nothing
    /// else.
    pub(in crate::eval) fn is_request(&self, id: UnknownId, path: &[Arc<str>]) -> bool {
        let library = match self.unknowns.origin(self.root_of(id)) {
            Origin::Import(module, _) => module.rsplit('/').next().and_then(|name| find_call(&[name], |_| None)),
            _ => None,
        };
        let entry = library.or_else(|| self.effect_entry(id, path, &[]));
        entry.is_some_and(|entry| entry.kind == EffectKind::Request)
    }

    /// Calls a function by its name alone, as one that is not at hand.
    pub(in crate::eval) fn call_outside(
        &mut self,
        id: UnknownId,
        this: Value,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        let path = self.unknowns.path(id).clone();
        match self.effect_entry(id, &path, &arguments) {
            Some(entry) => self.call_effect(entry, id, path, arguments, call, st),
            None => Some(self.call_nobody_knows(id, path, this, arguments, Taint::NONE, call, st)),
        }
    }

    /// Names from a global to what is called; of a value without a name, the name by which it is called.
    fn path_of_call(&self, id: UnknownId, call: HostCall) -> Arc<[Arc<str>]> {
        let path = self.unknowns.path(id).clone();
        let nameless = |n: &Arc<str>| n.starts_with('*') || n.ends_with(')') || n.bytes().all(|b| b.is_ascii_digit());
        let (true, Some((script, callee))) = (path.last().is_none_or(nameless), call.written_callee) else {
            return path;
        };
        let script = self.project.script(script);
        match script.expr(callee) {
            Expr::Read(Ref::Binding(binding)) => {
                Arc::from(["*".into(), script.name(script.binding(binding).name).clone()])
            }
            _ => path,
        }
    }

    /// What an unknown is a property of.
    fn receiver_of(&self, id: UnknownId) -> Option<UnknownId> {
        if let Origin::Property(parent, _) = self.unknowns.origin(id) { Some(*parent) } else { None }
    }

    /// Whether an unknown comes from the browser or the language.
    pub(in crate::eval) fn is_host(&self, id: UnknownId) -> bool {
        match self.unknowns.origin(id) {
            Origin::Global(name) => lists(PLATFORM.host_globals, name),
            Origin::Property(parent, _) => self.is_host(*parent),
            Origin::Call(_, Some(callee)) => self.is_host(*callee),
            Origin::Test { of, .. } | Origin::Present { of, .. } | Origin::TypeOf(of) => self.is_host(*of),
            _ => false,
        }
    }

    /// A call that the table of effects knows.
    pub(in crate::eval) fn call_effect(
        &mut self,
        entry: &'static EffectCall,
        id: UnknownId,
        path: Arc<[Arc<str>]>,
        arguments: Vec<Value>,
        call: HostCall,
        st: &mut State,
    ) -> Option<Value> {
        self.record_effect(entry, path.clone(), &arguments, call, st);
        let mut given = Vec::new();
        for callback in entry.callbacks {
            // An unknown stands for a function where nothing else is taken.
            let takes_functions = entry.kind == EffectKind::Timer || callback.at.property.is_some();
            if let Some(function) = self.argument_at(&callback.at, &arguments, st)
                && (function.atoms.iter().any(|a| self.is_callable(st, a))
                    || st.outcome && takes_functions && function.may_be_unknown())
            {
                given.extend(function.objects());
                self.schedule_callback(entry, callback, &path, &function, call, st);
            }
        }
        for argument in &arguments {
            if !argument.objects().any(|o| given.contains(&o)) {
                self.escape(argument, call.place, false, st);
            }
            if entry.kind == EffectKind::Listener {
                self.blur_deep(argument, FRAMEWORK_DEPTH, call.place, st);
            }
        }
        self.note_app(&path, &arguments, st);
        self.note_page(&path, &arguments, st);
        let mut value = self.unknown(Origin::Call(call.place, Some(id)));
        if entry.kind == EffectKind::Request {
            value.taint = value.taint.with(Self::answer_taint(st));
        }
        let component = (entry.kind == EffectKind::Listener).then(|| self.made_component(&arguments)).flatten();
        Some(component.unwrap_or_else(|| value.tainted(self.returned_taint(id, &arguments, st))))
    }

    fn schedule_callback(
        &mut self,
        entry: &EffectCall,
        callback: &EffectCallback,
        path: &[Arc<str>],
        function: &Value,
        call: HostCall,
        st: &mut State,
    ) {
        let mut task = self.task(function.clone(), None, call.place, st);
        let arm = |kind| Arm { condition: call.place, number: 2, kind };
        match callback.when {
            CallbackWhen::Later => {
                if entry.kind == EffectKind::Timer {
                    let repeats = path.last().is_some_and(|n| &**n == "setInterval");
                    task.ready = st.ready.in_timer(repeats);
                }
            }
            CallbackWhen::Now => {
                task.ready = st.ready;
                task.control = task.control.push(arm(ArmKind::Either));
            }
            CallbackWhen::UserChoice | CallbackWhen::Event => {
                task.event = !st.outcome && callback.when == CallbackWhen::Event;
                if st.outcome {
                    task.control = task.control.push(arm(ArmKind::UserChoice));
                }
            }
            CallbackWhen::ServerAnswer | CallbackWhen::ServerFailure => {
                let answer = self.unknown(Origin::Answer(call.place)).tainted(Self::answer_taint(st));
                let count = self.unknown_arguments(function, st).len();
                task.arguments = Some(vec![answer; count]);
                task.answered |= st.outcome;
                if callback.when == CallbackWhen::ServerFailure {
                    task.control = task.control.push(arm(ArmKind::Server));
                }
            }
        }
        if callback.when == CallbackWhen::Now {
            self.run_now(&task, st);
        } else {
            self.schedule(task, st);
        }
    }

    /// The value that stands at a place of a call's arguments.
    fn argument_at(&mut self, at: &ArgumentPath, arguments: &[Value], st: &mut State) -> Option<Value> {
        let argument = arguments.get(at.argument)?;
        let Some(property) = at.property else { return Some(argument.clone()) };
        let mut found: Option<Value> = None;
        for id in argument.objects() {
            if let Some(slot) = self.object(st, id).and_then(|o| o.own(property)) {
                match &mut found {
                    Some(found) => found.join(&slot.value, self.overflow),
                    None => found = Some(slot.value.clone()),
                }
            }
        }
        found
    }

    fn record_effect(
        &mut self,
        entry: &'static EffectCall,
        path: Arc<[Arc<str>]>,
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) {
        if !st.outcome {
            return;
        }
        let channel = match entry.kind {
            EffectKind::Message | EffectKind::Dialog => Channel::Message,
            EffectKind::Navigation => Channel::Navigation,
            EffectKind::Request => Channel::Request,
            EffectKind::State => Channel::State,
            EffectKind::Loading | EffectKind::Timer | EffectKind::Listener | EffectKind::Neutral => return,
        };
        let texts: Vec<(&ArgumentPath, Value)> =
            entry.text.iter().filter_map(|at| Some((at, self.argument_at(at, arguments, st)?))).collect();
        let several = texts.iter().position(|(_, value)| self.is_either(value, st));
        let Some(several) = several else {
            let effect = EffectEvent { channel, call: Some(entry), path, ..self.effect_of(&Value::undefined(), st) };
            self.record_said(effect, entry, &texts, arguments, call, st);
            return;
        };
        // One of several texts, none of them chosen by the result: each is an arm of its own.
        let kept = st.control.clone();
        for (number, atom) in texts[several].1.atoms.clone().into_iter().enumerate() {
            let mut texts = texts.clone();
            texts[several].1.atoms = [atom].into_iter().collect();
            st.control = kept.push(chosen_arm(&texts[several].1, call.place, number));
            let path = path.clone();
            let effect = EffectEvent { channel, call: Some(entry), path, ..self.effect_of(&Value::undefined(), st) };
            self.record_said(effect, entry, &texts, arguments, call, st);
        }
        st.control = kept;
    }

    /// Whether a value is one of several known texts, and the result chose none of them.
    pub(in crate::eval) fn is_either(&self, value: &Value, st: &State) -> bool {
        let several = value.atoms.len() > 1 && !value.taint.of_result();
        several
            && value.objects().next().is_none()
            && value.atoms.iter().all(|a| self.text_of(&a.clone().into(), st).is_some())
    }

    /// Records a call with what it says.
    fn record_said(
        &mut self,
        mut effect: EffectEvent,
        entry: &'static EffectCall,
        texts: &[(&ArgumentPath, Value)],
        arguments: &[Value],
        call: HostCall,
        st: &mut State,
    ) {
        for (at, value) in texts {
            self.add_text(value, at, &mut effect, st);
        }
        for at in entry.hint {
            if let Some(value) = self.argument_at(at, arguments, st) {
                effect.hints.extend(value.atoms.iter().filter_map(crate::eval::values::convert::to_text));
                effect.carries_result |= value.taint.carries_result();
            }
        }
        let begins = effect.texts.first().and_then(Option::as_deref);
        if effect.channel == Channel::Request && begins.is_none_or(|text| text.starts_with(GAP)) {
            effect.hints.extend(entry.text.iter().find_map(|at| self.name_of_address(at, call)));
        }
        self.record(st, call.place, effect);
    }

    /// What an address is called that is a name or a property, or begins with one: `urls.cancel + no`.
    fn name_of_address(&self, at: &ArgumentPath, call: HostCall) -> Option<Arc<str>> {
        let (script, written) = call.written?;
        let script = self.project.script(script);
        let is = |key: PropertyKey, name: &str| matches!(key, PropertyKey::Name(n) if **script.name(n) == *name);
        let argument = script.args(written).get(at.argument).filter(|argument| !argument.spread)?;
        let mut begins = match (at.property, script.expr(argument.value)) {
            (None, _) => argument.value,
            (Some(name), Expr::Object(list)) => {
                list.of(&script.properties).iter().find(|property| is(property.key, name))?.value
            }
            _ => return None,
        };
        for _ in 0..MAX_PARTS {
            match script.expr(begins) {
                Expr::Binary(BinaryOp::Add, first, _) => begins = first,
                Expr::Template(parts) => {
                    let says = |part: &&ExprId| !matches!(script.expr(**part), Expr::String(text) if script.name(text).is_empty());
                    begins = *parts.of(&script.expr_lists).iter().find(says)?;
                }
                Expr::Call { callee, arguments, .. } => {
                    // A template as compilers write it: `"".concat(urls.cancel, "?no=").concat(no)`.
                    let Expr::Member { object, key, .. } = script.expr(callee) else { return None };
                    let is_empty = matches!(script.expr(object), Expr::String(text) if script.name(text).is_empty());
                    let first = script.args(arguments).first().filter(|_| is(key, "concat"))?;
                    begins = if is_empty { first.value } else { object };
                }
                Expr::Member { key: PropertyKey::Name(name), .. } | Expr::Read(Ref::Global(name)) => {
                    return Some(script.name(name).clone());
                }
                Expr::Read(Ref::Binding(binding)) => return Some(script.name(script.binding(binding).name).clone()),
                _ => return None,
            }
        }
        None
    }

    fn add_text(&self, value: &Value, at: &ArgumentPath, effect: &mut EffectEvent, st: &State) {
        let said = self.effect_of(value, st);
        // An object where a text may stand is looked into by the table's other places.
        let is_object = at.property.is_none() && value.objects().next().is_some() && !said.dumps_result;
        if !is_object {
            effect.texts.extend(said.texts);
        } else if effect.channel == Channel::State {
            self.add_fields(value, effect, st);
        }
        effect.flag = effect.flag.or(said.flag);
        effect.dumps_result |= said.dumps_result;
        effect.carries_result |= said.carries_result;
        effect.undecided |= said.undecided;
        effect.carries_answer |= said.carries_answer;
    }
}

/// What a module is called: the last part of its specifier that is no `index`, without an extension.
fn module_name(specifier: &str) -> &str {
    let names = specifier.rsplit('/').map(|part| part.split('.').next().unwrap_or(part));
    names.clone().find(|name| !matches!(*name, "" | "index")).unwrap_or(specifier)
}

/// What is called of a module, named after it: `import log from './log'` is `log`, its `log(…)` is `log.log` where all of
/// the module was imported. `path` begins with the imported name, unless that is all of the module.
fn named_by_module<'p>(module: &'p str, name: &str, path: &[&'p str]) -> Vec<Cow<'p, str>> {
    let own = module_name(module);
    match path.split_first() {
        // What is made of a default export is `default()`.
        Some((first, rest)) if name == "default" => {
            let made = first.strip_prefix(name).unwrap_or_default();
            let first = if made.is_empty() { Cow::Borrowed(own) } else { Cow::Owned(format!("{own}{made}")) };
            std::iter::once(first).chain(rest.iter().copied().map(Cow::Borrowed)).collect()
        }
        _ => std::iter::once(own).chain(path.iter().copied()).map(Cow::Borrowed).collect(),
    }
}

/// Whether an entry that was found under a module's name is meant: a module that only logs says nothing, a router goes to
/// other pages, and a library is what it is called. Under other names modules hold what they like.
fn is_of_module(entry: &EffectCall, module: &str) -> bool {
    match entry.kind {
        _ if usual_name(module).is_some() => true,
        EffectKind::Neutral => reports(module_name(module)),
        EffectKind::Navigation => entry.callee.contains('.'),
        _ => false,
    }
}

/// The arm in which one of several texts is said: a server's answer chose it, or nobody knows what did.
pub(in crate::eval) fn chosen_arm(texts: &Value, place: Place, number: usize) -> Arm {
    let kind = if texts.taint.has(Taint::SERVER) { ArmKind::Server } else { ArmKind::Either };
    Arm { condition: place, number: number as u32 + 2, kind }
}
