//! The rest of a function's arguments as compilers to older JavaScript collect it, in a loop over `arguments`: lowered
//! as what it was, so that arguments of which nobody knows how many there are stay what they are.

use swc_ecma_ast::{
    self as tree, AssignOp, AssignTarget, BinaryOp, Expr as Tree, Ident, Lit, MemberProp, Pat, SimpleAssignTarget,
    Stmt as TreeStmt, VarDeclOrExpr,
};

use super::Lowerer;
use super::patterns::{Sink, Value};
use crate::ir::Expr;

/// `for (var n = arguments.length, rest = new Array(n), i = from; i < n; i++) rest[i - from] = arguments[i];`, or the
/// same with `var rest = []` before it.
struct RestLoop<'t> {
    rest: &'t Ident,
    /// The `arguments` that it reads.
    list: &'t Tree,
    from: u32,
    /// Names that the loop leaves at the number of arguments, with that number as it is written.
    counts: Vec<&'t Ident>,
    length: &'t Tree,
}

impl Lowerer<'_> {
    /// Lowers such a loop; false where it is another.
    pub(super) fn rest_loop(&mut self, each: &tree::ForStmt) -> bool {
        let Some(found) = RestLoop::of(each) else { return false };
        let span = self.span(each.span);
        for name in found.counts {
            let length = self.expr(found.length);
            self.pattern(&Pat::Ident(name.clone().into()), Value::Of(length), span, Sink::Declarations);
        }
        let array = self.expr(found.list);
        let rest = self.push(Expr::ArrayRest { array, from: found.from }, span);
        self.pattern(&Pat::Ident(found.rest.clone().into()), Value::Of(rest), span, Sink::Declarations);
        true
    }
}

impl<'t> RestLoop<'t> {
    fn of(each: &'t tree::ForStmt) -> Option<Self> {
        let VarDeclOrExpr::VarDecl(declared) = each.init.as_ref()? else { return None };
        if declared.kind != tree::VarDeclKind::Var {
            return None;
        }
        let (rest, written, list, read) = element_copied(&each.body)?;
        let Tree::Bin(test) = &**each.test.as_ref()? else { return None };
        let Tree::Update(update) = &**each.update.as_ref()? else { return None };
        let counted = |expr: &Tree| matches!(expr, Tree::Ident(ident) if ident.sym == read.sym);
        let counts_up = update.op == tree::UpdateOp::PlusPlus && counted(&update.arg);
        if test.op != BinaryOp::Lt || !counted(&test.left) || !counts_up {
            return None;
        }
        let mut values = declared.decls.iter().map(|decl| Some((decl.name.as_ident()?, &**decl.init.as_ref()?)));
        let (counts, length, start) = match (values.next()??, values.next(), values.next()) {
            ((index, start), None, None) => (vec![&index.id], &*test.right, start),
            ((count, length), Some(made), Some(index)) => {
                let ((made, array), (index, start)) = (made?, index?);
                let of_count = matches!(&*test.right, Tree::Ident(ident) if ident.sym == count.id.sym);
                if !of_count || made.id.sym != rest.sym || !makes_array(array) {
                    return None;
                }
                (vec![&count.id, &index.id], length, start)
            }
            _ => return None,
        };
        let from = number(start)?;
        let is_index = counts.last().is_some_and(|index| index.sym == read.sym);
        let fits = values.next().is_none() && is_length_of_arguments(length) && is_offset(written, read, from);
        (is_index && fits).then_some(Self { rest, list, from, counts, length })
    }
}

/// `rest[written] = arguments[read]`, the only statement of a body.
fn element_copied(body: &TreeStmt) -> Option<(&Ident, &Tree, &Tree, &Ident)> {
    let only = match body {
        TreeStmt::Block(block) => match block.stmts.as_slice() {
            [only] => only,
            _ => return None,
        },
        other => other,
    };
    let TreeStmt::Expr(statement) = only else { return None };
    let Tree::Assign(assign) = &*statement.expr else { return None };
    let AssignTarget::Simple(SimpleAssignTarget::Member(target)) = &assign.left else { return None };
    let Tree::Member(source) = &*assign.right else { return None };
    let (Tree::Ident(rest), MemberProp::Computed(written)) = (&*target.obj, &target.prop) else { return None };
    let MemberProp::Computed(read) = &source.prop else { return None };
    let Tree::Ident(read) = &*read.expr else { return None };
    (assign.op == AssignOp::Assign && is_arguments(&source.obj)).then_some((rest, &*written.expr, &*source.obj, read))
}

fn is_arguments(expr: &Tree) -> bool {
    matches!(expr, Tree::Ident(ident) if &*ident.sym == "arguments")
}

fn is_length_of_arguments(expr: &Tree) -> bool {
    let Tree::Member(member) = expr else { return false };
    is_arguments(&member.obj) && matches!(&member.prop, MemberProp::Ident(name) if &*name.sym == "length")
}

/// `new Array(…)`, `Array(…)`: of whatever length, all of it is written.
fn makes_array(expr: &Tree) -> bool {
    let is_array = |callee: &Tree| matches!(callee, Tree::Ident(ident) if &*ident.sym == "Array");
    match expr {
        Tree::New(made) => is_array(&made.callee),
        Tree::Call(call) => call.callee.as_expr().is_some_and(|callee| is_array(callee)),
        _ => false,
    }
}

fn number(expr: &Tree) -> Option<u32> {
    let Tree::Lit(Lit::Num(number)) = expr else { return None };
    let whole = number.value.fract() == 0.0 && (0.0..=f64::from(u8::MAX)).contains(&number.value);
    whole.then_some(number.value as u32)
}

/// Whether an index is another one less a number: `i - 1`; for none, `i` itself.
fn is_offset(index: &Tree, of: &Ident, less: u32) -> bool {
    let is_same = |expr: &Tree| matches!(expr, Tree::Ident(ident) if ident.sym == of.sym);
    match index {
        Tree::Bin(sub) => sub.op == BinaryOp::Sub && is_same(&sub.left) && number(&sub.right) == Some(less),
        other => less == 0 && is_same(other),
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::js;

    #[test]
    fn loops_that_collect_arguments_are_what_they_were() {
        for text in [
            "function f(a) { for (var n = arguments.length, r = new Array(n > 1 ? n - 1 : 0), i = 1; i < n; i++) { r[i - 1] = arguments[i]; } }",
            "function f(a) { for (var n = arguments.length, r = Array(n), i = 1; i < n; i++) r[i - 1] = arguments[i]; }",
        ] {
            assert!(js(text).contains("rest(arguments from 1)"), "{}", js(text));
        }
        let by_typescript =
            "function f() { var r = []; for (var i = 0; i < arguments.length; i++) { r[i] = arguments[i]; } }";
        assert!(js(by_typescript).contains("rest(arguments from 0)"), "{}", js(by_typescript));
    }

    #[test]
    fn other_loops_are_loops() {
        for text in [
            "function f() { for (var n = arguments.length, r = new Array(n), i = 1; i < n; i++) r[i] = arguments[i]; }",
            "function f() { for (var n = arguments.length, r = {}, i = 0; i < n; i++) r[i] = arguments[i]; }",
            "function f() { for (var i = 0; i < arguments.length; i++) { r[i] = arguments[i]; if (r[i]) break; } }",
            "function f(args) { for (var i = 0; i < args.length; i++) r[i] = args[i]; }",
            "function f() { for (var i = 0; i < g.length; i++) r[i] = arguments[i]; }",
        ] {
            assert!(js(text).contains("loop"), "{}", js(text));
        }
    }
}
