//! Names and what they mean: declaring, looking up, entering and leaving scopes.

use swc_ecma_ast::{Decl, Ident, Stmt};

use super::hoist::{self, By, Declared};
use super::{Lowerer, word};
use crate::ir::{Binding, BindingId, BindingKind, Expr, ExprId, FnKind, List, NameId, Ref, Span, Write};

/// How far to go back when a scope is left.
#[derive(Clone, Copy)]
pub(super) struct Scope(usize);

impl Lowerer<'_> {
    pub(super) fn enter(&self) -> Scope {
        Scope(self.undo.len())
    }

    pub(super) fn leave(&mut self, scope: Scope) {
        for (name, before) in self.undo.drain(scope.0..).rev() {
            self.visible[name.index()] = before;
        }
    }

    /// Lets `name` mean `binding` until the scope at hand is left.
    fn show(&mut self, name: NameId, binding: Option<BindingId>) {
        let slot = &mut self.visible[name.index()];
        self.undo.push((name, *slot));
        *slot = binding;
    }

    /// Makes a name of the scope at hand.
    pub(super) fn declare(&mut self, name: NameId, kind: BindingKind, span: Span) -> BindingId {
        let id = self.nameless(name, kind, span);
        self.show(name, Some(id));
        id
    }

    /// Makes a binding that no reference finds.
    pub(super) fn temporary(&mut self, kind: BindingKind, span: Span) -> BindingId {
        self.nameless(word::EMPTY, kind, span)
    }

    fn nameless(&mut self, name: NameId, kind: BindingKind, span: Span) -> BindingId {
        let id = BindingId(self.script.bindings.len() as u32);
        let owner = self.frame().id;
        self.script.bindings.push(Binding { name, kind, owner, span, writes: List::default(), reads: 0 });
        id
    }

    /// Declares an identifier in the scope at hand.
    pub(super) fn declare_ident(&mut self, ident: &Ident, kind: BindingKind) -> BindingId {
        let name = self.name(&ident.sym);
        let span = self.span(ident.span);
        self.declare(name, kind, span)
    }

    /// Declares a name of the function's own scope, unless it is there already. No block may be open.
    fn declare_once(&mut self, declared: &Declared, kind: BindingKind) -> BindingId {
        match self.visible[declared.name.index()] {
            Some(known) if self.is_of_function(known) => known,
            _ => self.declare(declared.name, kind, declared.span),
        }
    }

    fn is_of_function(&self, binding: BindingId) -> bool {
        let frame = self.frame();
        binding.0 >= frame.first_binding && self.script.bindings[binding.index()].owner == frame.id
    }

    /// Forgets what `arguments` means outside; it is made when the function uses it.
    pub(super) fn hide_arguments(&mut self) {
        self.show(word::ARGUMENTS, None);
    }

    fn own_arguments(&mut self, span: Span) -> Option<BindingId> {
        let has_own = |kind| !matches!(kind, FnKind::Arrow | FnKind::Script);
        let frame = self.frames.iter().rev().find(|frame| frame.kind != FnKind::Arrow)?;
        let (owner, kind) = (frame.id, frame.kind);
        if !has_own(kind) {
            return None;
        }
        let id = self.nameless(word::ARGUMENTS, BindingKind::Arguments, span);
        self.script.bindings[id.index()].owner = owner;
        // Not `show`: it stays until that function is left, whose `hide_arguments` puts the old meaning back.
        self.visible[word::ARGUMENTS.index()] = Some(id);
        self.script.functions[owner.index()].arguments = Some(id);
        self.write(id, Write::Other);
        Some(id)
    }

    /// What an identifier means here.
    pub(super) fn resolve(&mut self, ident: &Ident) -> Ref {
        let name = self.name(&ident.sym);
        if let Some(binding) = self.visible[name.index()] {
            return Ref::Binding(binding);
        }
        if name == word::ARGUMENTS {
            let span = self.span(ident.span);
            if let Some(binding) = self.own_arguments(span) {
                return Ref::Binding(binding);
            }
        }
        Ref::Global(name)
    }

    pub(super) fn read(&mut self, reference: Ref, span: Span) -> ExprId {
        if let Ref::Binding(binding) = reference {
            self.script.bindings[binding.index()].reads += 1;
        }
        self.push(Expr::Read(reference), span)
    }

    pub(super) fn read_binding(&mut self, binding: BindingId, span: Span) -> ExprId {
        self.read(Ref::Binding(binding), span)
    }

    /// Declares what a body declares for the whole of it: first what may be declared twice.
    pub(super) fn declare_hoisted(&mut self, all: &[Declared]) {
        let before = self.script.bindings.len();
        for declared in all {
            match declared.by {
                By::Var => drop(self.declare_once(declared, BindingKind::Var)),
                By::Function => drop(self.declare_once(declared, BindingKind::Function)),
                By::BlockFunction | By::Lexical(_) => {}
            }
        }
        for declared in all {
            if let By::Lexical(kind) = declared.by {
                self.declare_once(declared, kind);
            }
        }
        if !self.frame().strict && all.iter().any(|declared| declared.by == By::BlockFunction) {
            self.hoist_out_of_blocks(all, before);
        }
    }

    /// Sloppy code sees a function of a block in the whole function, unless something else bears its name there.
    fn hoist_out_of_blocks(&mut self, all: &[Declared], before: usize) {
        let mut times = rustc_hash::FxHashMap::<NameId, u32>::default();
        let mut taken = rustc_hash::FxHashSet::<NameId>::default();
        for declared in all {
            match declared.by {
                By::BlockFunction | By::Function => *times.entry(declared.name).or_default() += 1,
                By::Lexical(_) => drop(taken.insert(declared.name)),
                By::Var => {}
            }
        }
        for declared in all {
            if declared.by != By::BlockFunction || taken.contains(&declared.name) {
                continue;
            }
            let alone = times.get(&declared.name) == Some(&1);
            let kind = if alone { BindingKind::Function } else { BindingKind::Var };
            let binding = self.declare_once(declared, kind);
            let is_param = binding.index() < before;
            if alone && !is_param {
                self.frame_mut().from_blocks.insert(binding);
            }
        }
    }

    /// Declares what a block declares.
    pub(super) fn hoist_block<'t>(&mut self, stmts: impl Iterator<Item = &'t Stmt> + Clone) {
        for stmt in stmts.clone() {
            if let Some(Decl::Fn(function)) = hoist::unlabelled(stmt).as_decl()
                && hoist::is_real_function(function)
            {
                self.declare_function_of_block(&function.ident);
            }
        }
        for stmt in stmts {
            hoist::lexicals_of_stmt(stmt, &mut |ident, kind| {
                self.declare_ident(ident, kind);
            });
        }
    }

    fn declare_function_of_block(&mut self, ident: &Ident) {
        let name = self.name(&ident.sym);
        let outer = self.visible[name.index()];
        if outer.is_some_and(|outer| self.frame().from_blocks.contains(&outer)) {
            return;
        }
        let inner = self.declare_ident(ident, BindingKind::Function);
        if let Some(outer) = outer.filter(|&outer| !self.frame().strict && self.is_var_of_function(outer)) {
            self.twins.insert(inner, outer);
        }
    }

    fn is_var_of_function(&self, binding: BindingId) -> bool {
        let kind = self.script.bindings[binding.index()].kind;
        self.is_of_function(binding) && matches!(kind, BindingKind::Var | BindingKind::Function)
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::ScriptKind;
    use crate::syntax::dump::{js, parse_js};

    #[test]
    fn blocks_have_their_own_names() {
        assert_eq!(js("let a = 1; { let a = 2; a } a"), "let a~0 = 1; {let a~1 = 2; a~1}; a~0");
        assert_eq!(js("for (let i of x) i; i"), "for i of @x i; @i");
        assert_eq!(js("try {} catch (e) { e } e"), "try {} catch e {e}; @e");
        assert_eq!(js("switch (a) { case 1: let b; default: b } b"), "switch @a {case 1: let b | default: b}; @b");
    }

    #[test]
    fn var_is_the_whole_functions() {
        assert_eq!(js("a; { for (;;) { var a = 1 } }"), "a; {loop (;;) {var a = 1}}");
        assert_eq!(js("function f(a) { var a = 1; var a = 2 }"), "^f = function f(a) {var a = 1; var a = 2}");
    }

    #[test]
    fn references_may_come_before_declarations() {
        assert_eq!(js("function f() { return a } const a = 1"), "^f = function f() {return a}; const a = 1");
    }

    #[test]
    fn a_function_of_a_block_is_seen_in_the_function_around() {
        assert_eq!(js("if (x) { function f() {} } f()"), "^f = function f() {}; if @x {}; f()");
        assert_eq!(js("if (x) function f() {} f()"), "^f = function f() {}; if @x {}; f()");
    }

    #[test]
    fn functions_of_two_blocks_meet_in_a_variable() {
        assert_eq!(
            js("if (x) { function f() {} } else { function f() {} } f()"),
            "^f~1 = function f() {}; ^f~2 = function f() {}; if @x {var f~0 = f~1} else {var f~0 = f~2}; f~0()"
        );
    }

    #[test]
    fn a_function_of_a_block_stays_there_in_strict_code_or_beside_a_let() {
        assert_eq!(js("'use strict'; { function f() {} } f()"), "^f = function f() {}; \"use strict\"; {}; @f()");
        assert_eq!(js("let f = 1; { function f() {} } f"), "^f~1 = function f() {}; let f~0 = 1; {}; f~0");
        assert_eq!(js("import a from 'a'; { function f() {} } f()"), "^f = function f() {}; {}; @f()");
    }

    #[test]
    fn own_names_of_functions_and_classes_are_inside_only() {
        assert_eq!(js("(function f() { f }); f"), "(function f as f() {f}); @f");
        assert_eq!(js("(function f() { var f; f }); f"), "(function f as f~0() {f~1}); @f");
        assert_eq!(js("(class A { m() { A } }); A"), "(class A as A {m: method m() {A}}); @A");
    }

    #[test]
    fn a_classic_script_shares_its_names() {
        let script =
            parse_js("var a; function b() { var x } let c; const d = 1; class E {} { let y; function f() {} }").script;
        let names: Vec<&str> = script.globals.iter().map(|(name, _)| &**script.name(*name)).collect();
        assert_eq!((script.kind, names), (ScriptKind::Classic, vec!["a", "b", "c", "d", "E", "f"]));
        let module = parse_js("export var a").script;
        assert_eq!((module.kind, module.globals.len()), (ScriptKind::Module, 0));
    }
}
