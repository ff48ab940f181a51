//! Literals and what is written like them: numbers, texts, templates and their tags' arguments, arrays.

use std::borrow::Cow;

use swc_common::Spanned;
use swc_ecma_ast::{self as tree, Lit};

use super::Lowerer;
use crate::ir::{Argument, Expr, ExprId, List};

impl Lowerer<'_> {
    pub(super) fn literal(&mut self, literal: &Lit) -> ExprId {
        if let Some(hole) = self.hole_of_literal(literal) {
            return hole;
        }
        let span = self.span(literal.span());
        let expr = match literal {
            Lit::Str(text) => Expr::String(self.name(&text.value.to_string_lossy())),
            Lit::Bool(value) => Expr::Bool(value.value),
            Lit::Null(_) => Expr::Null,
            Lit::Num(number) => Expr::Number(number.value),
            Lit::BigInt(number) => {
                let written = number.raw.as_ref().map(|raw| raw.trim_end_matches('n').to_owned());
                Expr::BigInt(self.name(&written.unwrap_or_else(|| number.value.to_string())))
            }
            Lit::Regex(regex) => Expr::Regex { pattern: self.name(&regex.exp), flags: self.name(&regex.flags) },
            Lit::JSXText(text) => Expr::String(self.name(&text.value.to_string_lossy())),
        };
        self.push(expr, span)
    }

    pub(super) fn template(&mut self, template: &tree::Tpl) -> ExprId {
        let span = self.span(template.span);
        if let ([only], []) = (&*template.quasis, &*template.exprs)
            && !self.meets_hole(only.span)
        {
            return self.string(&cooked(only), span);
        }
        let mark = self.exprs.len();
        let mut substitutions = template.exprs.iter();
        for quasi in &template.quasis {
            let text = cooked(quasi);
            if self.meets_hole(quasi.span) {
                self.parts_with_holes(&text, quasi.span);
            } else if !text.is_empty() {
                let span = self.span(quasi.span);
                let part = self.string(&text, span);
                self.exprs.push(part);
            }
            if let Some(substitution) = substitutions.next() {
                let part = self.expr(substitution);
                self.exprs.push(part);
            }
        }
        let parts = self.exprs_since(mark);
        self.push(Expr::Template(parts), span)
    }

    /// The arguments of a tagged template: its strings as an array, then its substitutions.
    pub(super) fn template_arguments(&mut self, template: &tree::Tpl) -> List<Argument> {
        let strings_mark = self.arguments.len();
        for quasi in &template.quasis {
            let value = self.text(&cooked(quasi), quasi.span);
            self.arguments.push(Argument { value, spread: false });
        }
        let strings = self.arguments_since(strings_mark);
        let span = self.span(template.span);
        let strings = self.push(Expr::Array(strings), span);
        let mark = self.arguments.len();
        self.arguments.push(Argument { value: strings, spread: false });
        for substitution in &template.exprs {
            let value = self.expr(substitution);
            self.arguments.push(Argument { value, spread: false });
        }
        self.arguments_since(mark)
    }

    pub(super) fn array(&mut self, array: &tree::ArrayLit) -> ExprId {
        let span = self.span(array.span);
        let mark = self.arguments.len();
        for element in &array.elems {
            let argument = match element {
                Some(element) => self.argument(element),
                None => Argument { value: self.push(Expr::Elision, span), spread: false },
            };
            self.arguments.push(argument);
        }
        let elements = self.arguments_since(mark);
        self.push(Expr::Array(elements), span)
    }
}

/// A template's text; where its escapes mean nothing, as it is written.
fn cooked(quasi: &tree::TplElement) -> Cow<'_, str> {
    match &quasi.cooked {
        Some(text) => text.to_string_lossy(),
        None => (&*quasi.raw).into(),
    }
}

#[cfg(test)]
mod tests {
    use crate::syntax::dump::js;

    #[test]
    fn literals() {
        assert_eq!(
            js("x = ['a', 1.5, true, null, 12n, /a/g, , ...y]"),
            "(@x = [\"a\", 1.5, true, null, 12n, /a/g, , ...@y])"
        );
    }

    #[test]
    fn templates() {
        assert_eq!(js("`a`; `${a}b${c}`; `\\n`"), "\"a\"; `@a, \"b\", @c`; \"\\n\"");
        assert_eq!(js("f`a${b}c`"), "@f([\"a\", \"c\"], @b)");
    }
}
