//! Everything that is analysed: files and their scripts, frozen before anything is evaluated.

use std::collections::BTreeSet;
use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};

use crate::ir::{FileId, FnId, Script, ScriptId};
use crate::limits::Limits;
use crate::source::{Builds, Positions};
use crate::syntax::{Comment, Problem};

/// The files at hand. Nothing changes after it is made; evaluation borrows it from all threads.
#[derive(Debug, Default)]
pub struct Project {
    /// By `FileId`, sorted by path.
    pub files: Vec<File>,
    /// By `ScriptId`: all files' scripts.
    pub scripts: Vec<ScriptEntry>,
    /// Programs: scripts that run together, each with what it imports.
    pub realms: Vec<Realm>,
    /// Whether some script has what another gives without an export.
    pub shares: bool,
    /// Which module a script means by a specifier.
    pub modules: FxHashMap<ScriptId, FxHashMap<Arc<str>, ScriptId>>,
    /// By the first script of a file that is another in each build: which script stands for it in each.
    pub variants: FxHashMap<ScriptId, [ScriptId; Builds::COUNT]>,
    /// How much of a program is followed.
    pub limits: Limits,
}

/// Scripts that share a global scope: those of one page, or one file alone.
#[derive(Clone, Debug)]
pub struct Realm {
    /// The page, or the file.
    pub file: FileId,
    /// In the order in which they run: a page's own, and the local files that it names.
    pub scripts: Vec<ScriptId>,
    /// Those whose functions another page's program enters: here they only count where they are called.
    pub entered_elsewhere: Vec<ScriptId>,
    /// What the markup of a mini-program's page and of its components says, and the templates of components.
    pub markup: Markup,
    /// The number of the build that it is in.
    pub build: usize,
}

/// What markup says of the scripts of a program.
#[derive(Clone, Debug, Default)]
pub struct Markup {
    /// Event bindings: a script that calls a method, and the script whose page or component has that method.
    pub bindings: Vec<(ScriptId, ScriptId)>,
    /// Components as pages and other components use them.
    pub uses: Vec<Use>,
}

/// A component as markup uses it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Use {
    /// The script of the page or component whose markup it is.
    pub of: ScriptId,
    /// The component's script.
    pub component: ScriptId,
    /// Its properties that are functions, and the methods of the page that they are.
    pub functions: Vec<(Arc<str>, Arc<str>)>,
}

/// One file.
#[derive(Debug)]
pub struct File {
    /// As reports show it: relative, with `/`.
    pub path: String,
    /// Decoded text, without a byte-order mark.
    pub text: Arc<str>,
    /// Its scripts, in the order of the file.
    pub scripts: Vec<ScriptId>,
    /// Its comments, by place.
    pub comments: Vec<Comment>,
    /// What could not be read.
    pub problems: Vec<Problem>,
    /// From offsets in `text` to lines, columns and stored bytes.
    pub positions: Positions,
    /// Whether it was named: findings of others are not reported.
    pub reported: bool,
    /// Whether a component's template sees the names of its scope.
    pub setup: bool,
}

/// A script and where it belongs.
#[derive(Debug)]
pub struct ScriptEntry {
    /// The script.
    pub script: Script,
    /// Its file.
    pub file: FileId,
    /// What its names are, and how others get at them.
    pub format: ScriptFormat,
    /// The functions that lead to a payment, in order; the script's body where it does itself.
    pub leading: Vec<FnId>,
    /// What of that others can get at; `globals` of a page that has several renderings.
    pub exports: LeadingExports,
}

/// Stands among a script's modules for all that other files give it without an export.
pub const SHARED: &str = "*";

/// The specifier under which a script has the module whose `App({…})` its `getApp()` gives.
pub const APP: &str = "getApp()";

/// The specifier under which a script has the module that puts a property on every component, or on a platform's
/// object: no module is called so.
#[must_use]
pub fn shared_specifier(property: &str) -> String {
    let mut specifier = String::new();
    put_shared_specifier(property, &mut specifier);
    specifier
}

/// The same, in place of what a text held.
pub fn put_shared_specifier(property: &str, specifier: &mut String) {
    specifier.clear();
    specifier.push('.');
    specifier.push_str(property);
}

/// The property that such a specifier is about.
#[must_use]
pub fn shared_property(specifier: &str) -> Option<&str> {
    specifier.strip_prefix('.').filter(|name| !name.starts_with(['.', '/']) && !name.is_empty())
}

/// Which exports of a module lead to a payment.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct LeadingExports {
    /// By name; `*` is the whole of a CommonJS module, and what others reach without an import is there by its
    /// specifier (`APP`, `shared_specifier`).
    pub names: BTreeSet<Arc<str>>,
    /// Whether something that it exports under names which are not known here has some.
    pub stars: bool,
    /// Whether a function leads to a payment that other scripts of a page can call.
    pub globals: bool,
    /// Whether it exports its default alone: whoever imports another name may be given a property of that.
    pub only_default: bool,
    /// Names of its methods that do: an object that has them may be spread, mixed in or extended.
    pub methods: BTreeSet<Arc<str>>,
}

impl LeadingExports {
    /// Whether whoever imports one of them by its name may have this text.
    #[must_use]
    pub fn may_be_named_in(&self, text: &[u8]) -> bool {
        let any_name = self.stars || self.names.contains("default") || self.names.contains("*");
        any_name || self.names.iter().any(|name| memchr::memmem::find(text, name.as_bytes()).is_some())
    }

    /// Adds what a module has that exports all of this one: not its default.
    pub fn pass_on_to(&self, other: &mut Self) {
        let passed = |name: &&Arc<str>| !matches!(&***name, "default" | "*" | APP) && shared_property(name).is_none();
        other.names.extend(self.names.iter().filter(passed).cloned());
        other.stars |= self.stars || self.names.contains("*");
    }

    /// Whether an export leads to a payment; without a name: whether one does.
    #[must_use]
    pub fn lead(&self, name: Option<&str>) -> bool {
        match name {
            None => self.stars || !self.names.is_empty(),
            Some("default") => self.names.contains("default") || self.names.contains("*"),
            Some(name) => {
                let of_default = self.only_default && self.names.contains("default");
                self.stars || of_default || self.names.contains(name) || self.names.contains("*")
            }
        }
    }
}

/// How a script gives names to others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ScriptFormat {
    /// Its top-level names are the page's.
    Classic,
    /// `import` and `export`.
    Module,
    /// `require` and `module.exports`.
    CommonJs,
}

impl Project {
    /// A file.
    #[must_use]
    pub fn file(&self, id: FileId) -> &File {
        &self.files[id.0 as usize]
    }

    /// The module that a script means by a specifier in a build; none where it is not at hand.
    #[must_use]
    pub fn module(&self, script: ScriptId, specifier: &str, build: usize) -> Option<ScriptId> {
        let first = *self.modules.get(&script)?.get(specifier)?;
        Some(self.variant(first, build))
    }

    /// All modules that a script means in a build, in no order.
    pub fn modules_of(&self, script: ScriptId, build: usize) -> impl Iterator<Item = ScriptId> + '_ {
        let firsts = self.modules.get(&script).into_iter().flat_map(|modules| modules.values());
        firsts.map(move |first| self.variant(*first, build))
    }

    fn variant(&self, first: ScriptId, build: usize) -> ScriptId {
        if self.variants.is_empty() {
            return first;
        }
        self.variants.get(&first).and_then(|variants| variants.get(build)).copied().unwrap_or(first)
    }

    /// Whether a program is about a file of this kind, or may run code of one.
    pub fn runs_code_of(&self, realm: &Realm, is_wanted: impl Fn(FileId) -> bool) -> bool {
        let mut seen: FxHashSet<ScriptId> = realm.scripts.iter().copied().collect();
        let mut due = realm.scripts.clone();
        while let Some(id) = due.pop() {
            if is_wanted(self.entry(id).file) {
                return true;
            }
            due.extend(self.modules_of(id, realm.build).filter(|id| seen.insert(*id)));
        }
        is_wanted(realm.file)
    }

    /// A script and where it belongs.
    #[must_use]
    pub fn entry(&self, id: ScriptId) -> &ScriptEntry {
        &self.scripts[id.index()]
    }

    /// A script.
    #[must_use]
    pub fn script(&self, id: ScriptId) -> &Script {
        &self.scripts[id.index()].script
    }
}
