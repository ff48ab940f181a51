//! What is called that is not at hand: its name, where it comes from, and its entry in the table of effects.

use std::borrow::Cow;
use std::sync::Arc;

use crate::api::PLATFORM;
use crate::api::calls::{find_call, reports, usual_name};
use crate::api::effects::{EffectCall, EffectKind};
use crate::api::platform::lists;
use crate::eval::machine::Machine;
use crate::eval::platform::host::HostCall;
use crate::eval::values::unknown::{Origin, UnknownId};
use crate::eval::values::value::Value;
use crate::ir::{Expr, Ref};

impl Machine<'_> {
    /// Names from a global to what is called; of a value without a name, the name by which it is called.
    pub(super) fn path_of_call(&self, id: UnknownId, call: HostCall) -> Arc<[Arc<str>]> {
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
    pub(super) fn receiver_of(&self, id: UnknownId) -> Option<UnknownId> {
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

    /// The entry of the table of effects for a call: what is imported by name is found as a global of the name, too.
    pub(super) fn effect_entry(
        &self,
        id: UnknownId,
        path: &[Arc<str>],
        arguments: &[Value],
    ) -> Option<&'static EffectCall> {
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
