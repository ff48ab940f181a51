//! JSX: `<a b={c}>d</a>` is the call `jsx("a", {b: c}, "d")` of a global of that name.

use swc_common::Spanned;
use swc_ecma_ast::{
    JSXAttr, JSXAttrName, JSXAttrOrSpread, JSXAttrValue, JSXElement, JSXElementChild, JSXElementName, JSXExpr,
    JSXFragment, JSXMemberExpr, JSXObject,
};

use super::{Lowerer, word};
use crate::ir::{Argument, Expr, ExprId, Property, PropertyKey, PropertyKind, Ref, Span};

impl Lowerer<'_> {
    pub(super) fn jsx_element(&mut self, element: &JSXElement) -> ExprId {
        let span = self.span(element.span);
        let mark = self.arguments.len();
        let callee = self.jsx_callee(span);
        let tag = self.jsx_tag(&element.opening.name);
        self.jsx_argument(tag);
        let properties_mark = self.properties.len();
        for attribute in &element.opening.attrs {
            let property = match attribute {
                JSXAttrOrSpread::JSXAttr(attribute) => self.jsx_attribute(attribute),
                JSXAttrOrSpread::SpreadElement(spread) => {
                    let span = self.span(spread.span());
                    let value = self.expr(&spread.expr);
                    self.spread_property(value, span)
                }
            };
            self.properties.push(property);
        }
        let properties = self.properties_since(properties_mark);
        let opening = self.span(element.opening.span);
        let properties = self.push(Expr::Object(properties), opening);
        self.jsx_argument(properties);
        self.jsx_call(callee, mark, &element.children, span)
    }

    pub(super) fn jsx_fragment(&mut self, fragment: &JSXFragment) -> ExprId {
        let span = self.span(fragment.span);
        let mark = self.arguments.len();
        let callee = self.jsx_callee(span);
        let opening = self.span(fragment.opening.span);
        let tag = self.string("", opening);
        self.jsx_argument(tag);
        let properties = self.push(Expr::Object(crate::ir::List::default()), opening);
        self.jsx_argument(properties);
        self.jsx_call(callee, mark, &fragment.children, span)
    }

    fn jsx_callee(&mut self, span: Span) -> ExprId {
        self.push(Expr::Read(Ref::Global(word::JSX)), span)
    }

    fn jsx_argument(&mut self, value: ExprId) {
        self.arguments.push(Argument { value, spread: false });
    }

    fn jsx_call(&mut self, callee: ExprId, mark: usize, children: &[JSXElementChild], span: Span) -> ExprId {
        children.iter().for_each(|child| self.jsx_child(child));
        let arguments = self.arguments_since(mark);
        self.push(Expr::Call { callee, arguments, optional: false }, span)
    }

    fn jsx_child(&mut self, child: &JSXElementChild) {
        let value = match child {
            JSXElementChild::JSXText(text) => {
                let text_value = visible_text(&text.value.to_string_lossy());
                if text_value.is_empty() {
                    return;
                }
                let span = self.span(text.span);
                self.string(&text_value, span)
            }
            JSXElementChild::JSXExprContainer(container) => match &container.expr {
                JSXExpr::JSXEmptyExpr(_) => return,
                JSXExpr::Expr(value) => self.expr(value),
            },
            JSXElementChild::JSXSpreadChild(child) => {
                let value = self.expr(&child.expr);
                self.arguments.push(Argument { value, spread: true });
                return;
            }
            JSXElementChild::JSXElement(element) => self.jsx_element(element),
            JSXElementChild::JSXFragment(fragment) => self.jsx_fragment(fragment),
        };
        self.jsx_argument(value);
    }

    /// A tag in lower case is an element of the page, anything else is a value of the program.
    fn jsx_tag(&mut self, name: &JSXElementName) -> ExprId {
        let span = self.span(name.span());
        match name {
            JSXElementName::Ident(ident) if ident.sym.starts_with(|c: char| c.is_ascii_lowercase()) => {
                self.string(&ident.sym, span)
            }
            JSXElementName::Ident(ident) => self.expr_of_ident(ident),
            JSXElementName::JSXMemberExpr(member) => self.jsx_member(member),
            JSXElementName::JSXNamespacedName(name) => {
                let text = format!("{}:{}", name.ns.sym, name.name.sym);
                self.string(&text, span)
            }
        }
    }

    /// `<a.b.c>`: its length is taken from inside out, for there may be many dots.
    fn jsx_member(&mut self, top: &JSXMemberExpr) -> ExprId {
        let mut links = vec![top];
        let mut object = &top.obj;
        while let JSXObject::JSXMemberExpr(member) = object {
            links.push(member);
            object = &member.obj;
        }
        let mut value = match object {
            JSXObject::Ident(ident) if &*ident.sym == "this" => {
                let span = self.span(ident.span);
                self.push(Expr::This, span)
            }
            JSXObject::Ident(ident) => self.expr_of_ident(ident),
            JSXObject::JSXMemberExpr(member) => {
                let span = self.span(member.span);
                self.push(Expr::Unknown, span)
            }
        };
        for link in links.into_iter().rev() {
            let key = PropertyKey::Name(self.name(&link.prop.sym));
            let key_span = self.span(link.prop.span);
            let span = self.span(link.span);
            value = self.push(Expr::Member { object: value, key, optional: false, key_span }, span);
        }
        value
    }

    fn jsx_attribute(&mut self, attribute: &JSXAttr) -> Property {
        let name = match &attribute.name {
            JSXAttrName::Ident(ident) => self.name(&ident.sym),
            JSXAttrName::JSXNamespacedName(name) => self.name(&format!("{}:{}", name.ns.sym, name.name.sym)),
        };
        let key_span = self.span(attribute.name.span());
        let value = match &attribute.value {
            None => self.push(Expr::Bool(true), key_span),
            Some(JSXAttrValue::Str(text)) => {
                let span = self.span(text.span);
                self.string(&text.value.to_string_lossy(), span)
            }
            Some(JSXAttrValue::JSXExprContainer(container)) => match &container.expr {
                JSXExpr::Expr(value) => self.expr_named(value, Some(name)),
                JSXExpr::JSXEmptyExpr(_) => self.push(Expr::Undefined, key_span),
            },
            Some(JSXAttrValue::JSXElement(element)) => self.jsx_element(element),
            Some(JSXAttrValue::JSXFragment(fragment)) => self.jsx_fragment(fragment),
        };
        Property { kind: PropertyKind::Value, key: PropertyKey::Name(name), value, key_span }
    }
}

/// The text that is shown: lines are trimmed where they meet and joined by a blank, empty ones are left out.
fn visible_text(text: &str) -> String {
    let lines: Vec<&str> = text.split('\n').collect();
    let last = lines.len().saturating_sub(1);
    let mut shown = String::new();
    for (index, line) in lines.iter().enumerate() {
        let line = if index > 0 { line.trim_start() } else { line };
        let line = if index < last { line.trim_end() } else { line };
        if !line.is_empty() {
            if !shown.is_empty() {
                shown.push(' ');
            }
            shown.push_str(line);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::js;

    #[test]
    fn elements_are_calls() {
        assert_eq!(
            js("<div a='1' b={c} d {...e}>hi {f}<G.H/></div>"),
            "@jsx(\"div\", {a: \"1\", b: @c, d: true, ...@e}, \"hi \", @f, @jsx(@G.H, {}))"
        );
        assert_eq!(js("<><A/></>; <a:b c-d='e'/>"), "@jsx(\"\", {}, @jsx(@A, {})); @jsx(\"a:b\", {c-d: \"e\"})");
    }

    #[test]
    fn functions_take_the_name_of_their_attribute() {
        assert_eq!(js("<a onClick={() => f()}/>"), "@jsx(\"a\", {onClick: (arrow onClick() {return @f()})})");
    }

    #[test]
    fn blank_lines_are_not_shown() {
        assert_eq!(js("<p>\n  a  b\n  c {/* d */}\n</p>"), "@jsx(\"p\", {}, \"a  b c \")");
    }
}
