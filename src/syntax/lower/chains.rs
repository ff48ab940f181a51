//! Chains that lean to the left (`a.b().c`, `a + b + c`, `a?.b!.c`): lowered by a loop, since they may be a hundred
//! thousand links long, and each link of a recursion takes stack.

use smallvec::SmallVec;
use swc_ecma_ast::{self as tree, Callee, Expr as Tree, OptChainBase};

use super::Lowerer;
use crate::ir::{Expr, ExprId, Span};

/// A link of a chain: an expression whose first operand was lowered before.
#[derive(Clone, Copy)]
struct Link<'t> {
    tree: &'t Tree,
    /// Whether an optional chain ends here, so that `undefined` from a `?.` inside comes out here.
    ends_chain: bool,
}

impl Lowerer<'_> {
    /// Lowers a chain from its innermost operand outwards.
    pub(super) fn chain(&mut self, top: &Tree) -> ExprId {
        let mut links: SmallVec<[Link<'_>; 8]> = SmallVec::new();
        let mut tree = top;
        // Whether the link outside belongs to an optional chain that this one would be a part of.
        let mut inside = false;
        while let Some(first) = first_operand(tree) {
            let optional = matches!(tree, Tree::OptChain(_));
            if !is_transparent(tree) {
                links.push(Link { tree, ends_chain: optional && !inside });
            }
            inside = match tree {
                Tree::OptChain(_) => true,
                Tree::TsNonNull(_) => inside,
                _ => false,
            };
            tree = first;
        }
        let mut value = match tree {
            Tree::Call(call) => self.keyword_call(call),
            other => self.expr(other),
        };
        while let Some(link) = links.pop() {
            value = self.link(link.tree, value);
            if link.ends_chain {
                let span = self.script.expr_span(value);
                value = self.push(Expr::Chain(value), span);
            }
        }
        value
    }

    fn link(&mut self, tree: &Tree, first: ExprId) -> ExprId {
        match tree {
            Tree::Member(member) => self.member_link(member, first, false),
            Tree::Call(call) => self.call_link(&call.args, first, false, call.span),
            Tree::Bin(binary) => {
                let right = self.expr(&binary.right);
                let span = self.span(binary.span);
                self.binary(binary.op, first, right, span)
            }
            Tree::TaggedTpl(tagged) => {
                let arguments = self.template_arguments(&tagged.tpl);
                let span = self.span(tagged.span);
                self.push(Expr::Call { callee: first, arguments, optional: false }, span)
            }
            Tree::OptChain(chain) => match &*chain.base {
                OptChainBase::Member(member) => self.member_link(member, first, chain.optional),
                OptChainBase::Call(call) => self.call_link(&call.args, first, chain.optional, call.span),
            },
            _ => first,
        }
    }

    fn member_link(&mut self, member: &tree::MemberExpr, object: ExprId, optional: bool) -> ExprId {
        let (key, key_span) = self.member_key(&member.prop);
        let span = self.span(member.span);
        self.push(Expr::Member { object, key, optional, key_span }, span)
    }

    fn call_link(
        &mut self,
        arguments: &[tree::ExprOrSpread],
        callee: ExprId,
        optional: bool,
        span: swc_common::Span,
    ) -> ExprId {
        let arguments = self.call_arguments(arguments);
        let span: Span = self.span(span);
        self.push(Expr::Call { callee, arguments, optional }, span)
    }

    /// `a.b` on the left of an assignment.
    pub(super) fn member_target(&mut self, member: &tree::MemberExpr) -> ExprId {
        let object = self.expr(&member.obj);
        self.member_link(member, object, false)
    }
}

/// Whether an expression is nothing but its operand.
const fn is_transparent(tree: &Tree) -> bool {
    matches!(
        tree,
        Tree::Paren(_)
            | Tree::TsAs(_)
            | Tree::TsNonNull(_)
            | Tree::TsSatisfies(_)
            | Tree::TsConstAssertion(_)
            | Tree::TsInstantiation(_)
    )
}

/// The operand that a link of a chain begins with; none where the chain does.
fn first_operand(tree: &Tree) -> Option<&Tree> {
    match tree {
        Tree::Member(member) => Some(&member.obj),
        Tree::Call(call) => match &call.callee {
            Callee::Expr(callee) => Some(callee),
            Callee::Super(_) | Callee::Import(_) => None,
        },
        Tree::Bin(binary) => Some(&binary.left),
        Tree::TaggedTpl(tagged) => Some(&tagged.tag),
        Tree::OptChain(chain) => match &*chain.base {
            OptChainBase::Member(member) => Some(&member.obj),
            OptChainBase::Call(call) => Some(&call.callee),
        },
        Tree::Paren(paren) => Some(&paren.expr),
        Tree::TsAs(cast) => Some(&cast.expr),
        Tree::TsNonNull(cast) => Some(&cast.expr),
        Tree::TsSatisfies(cast) => Some(&cast.expr),
        Tree::TsConstAssertion(cast) => Some(&cast.expr),
        Tree::TsInstantiation(cast) => Some(&cast.expr),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::{js, ts};

    #[test]
    fn optional_chains_end_where_they_end() {
        assert_eq!(js("a?.b.c(1)?.[d].e"), "chain<@a?.b.c(1)?.[@d].e>");
        assert_eq!(js("(a?.b).c; a?.b(); a.b?.()"), "chain<@a?.b>.c; chain<@a?.b()>; chain<@a.b?.()>");
        assert_eq!(js("a?.b + c?.d.e"), "(chain<@a?.b> Add chain<@c?.d.e>)");
        assert_eq!(js("f(a?.b)?.c"), "chain<@f(chain<@a?.b>)?.c>");
        assert_eq!(ts("a?.b!.c"), "chain<@a?.b.c>");
    }

    #[test]
    fn operators_lean_to_the_left() {
        assert_eq!(js("a + b * c + d"), "((@a Add (@b Mul @c)) Add @d)");
        assert_eq!(js("a && b || (c ?? d)"), "((@a And @b) Or (@c Nullish @d))");
    }
}
