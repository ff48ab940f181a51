//! Object literals and the keys of properties.

use swc_common::Spanned;
use swc_ecma_ast::{Expr as Tree, Lit, ObjectLit, Prop, PropName, PropOrSpread};

use super::functions::Head;
use super::{Lowerer, word};
use crate::ir::{Expr, ExprId, FnKind, NameId, Property, PropertyKey, PropertyKind, Span};

impl Lowerer<'_> {
    pub(super) fn object(&mut self, object: &ObjectLit) -> ExprId {
        let mark = self.properties.len();
        for property in &object.props {
            let property = match property {
                PropOrSpread::Spread(spread) => {
                    let span = self.span(spread.span());
                    let value = self.expr(&spread.expr);
                    self.spread_property(value, span)
                }
                PropOrSpread::Prop(property) => self.property(property),
            };
            self.properties.push(property);
        }
        let properties = self.properties_since(mark);
        let span = self.span(object.span);
        self.push(Expr::Object(properties), span)
    }

    pub(super) fn spread_property(&self, value: ExprId, span: Span) -> Property {
        Property { kind: PropertyKind::Spread, key: PropertyKey::Name(word::EMPTY), value, key_span: span }
    }

    fn property(&mut self, property: &Prop) -> Property {
        match property {
            Prop::Shorthand(ident) if self.meets_hole(ident.span) => {
                // Whole properties that a server writes.
                let span = self.span(ident.span);
                let value = self.expr_of_ident(ident);
                self.spread_property(value, span)
            }
            Prop::Shorthand(ident) => {
                let key_span = self.span(ident.span);
                let key = PropertyKey::Name(self.name(&ident.sym));
                let value = self.expr_of_ident(ident);
                Property { kind: PropertyKind::Value, key, value, key_span }
            }
            Prop::KeyValue(property) => {
                let (key, key_span) = self.property_key(&property.key);
                let value = self.expr_named(&property.value, name_of(key));
                Property { kind: PropertyKind::Value, key, value, key_span }
            }
            Prop::Assign(property) => {
                let key_span = self.span(property.key.span);
                let key = PropertyKey::Name(self.name(&property.key.sym));
                let value = self.expr(&property.value);
                Property { kind: PropertyKind::Value, key, value, key_span }
            }
            Prop::Method(method) => {
                self.method_property(PropertyKind::Value, &method.key, &method.function, method.span())
            }
            Prop::Getter(getter) => {
                self.method_property(PropertyKind::Getter, &getter.key, &getter.function, getter.span)
            }
            Prop::Setter(setter) => {
                self.method_property(PropertyKind::Setter, &setter.key, &setter.function, setter.span)
            }
        }
    }

    fn method_property(
        &mut self,
        kind: PropertyKind,
        key: &PropName,
        function: &swc_ecma_ast::Function,
        span: swc_common::Span,
    ) -> Property {
        let (key, key_span) = self.property_key(key);
        let span = self.span(span);
        let id = self.function(function, Head::plain(name_of(key), FnKind::Method, span), None);
        let value = self.push(Expr::Function(id), span);
        Property { kind, key, value, key_span }
    }

    /// A key and its place.
    pub(super) fn property_key(&mut self, key: &PropName) -> (PropertyKey, Span) {
        let span = self.span(key.span());
        if !matches!(key, PropName::Computed(_)) && self.meets_hole(key.span()) {
            return self.hole_key(key.span());
        }
        let name = match key {
            PropName::Ident(ident) => self.name(&ident.sym),
            PropName::Str(text) => self.name(&text.value.to_string_lossy()),
            PropName::Num(number) => self.number_name(number.value),
            PropName::BigInt(number) => self.name(&number.value.to_string()),
            PropName::Computed(computed) => return self.computed_key(&computed.expr),
        };
        (PropertyKey::Name(name), span)
    }

    /// The key of `[tree]`: a name where it is spelt out.
    pub(super) fn computed_key(&mut self, tree: &Tree) -> (PropertyKey, Span) {
        let span = self.span(tree.span());
        let known = match bare(tree) {
            key if self.meets_hole(key.span()) => None,
            Tree::Lit(Lit::Str(text)) => Some(self.name(&text.value.to_string_lossy())),
            Tree::Lit(Lit::Num(number)) => Some(self.number_name(number.value)),
            Tree::Tpl(template) => match (&*template.quasis, &*template.exprs) {
                ([only], []) => only.cooked.as_ref().map(|text| self.name(&text.to_string_lossy())),
                _ => None,
            },
            _ => None,
        };
        match known {
            Some(name) => (PropertyKey::Name(name), span),
            None => (PropertyKey::Computed(self.expr(tree)), span),
        }
    }

    fn number_name(&mut self, value: f64) -> NameId {
        self.name(ryu_js::Buffer::new().format(value))
    }
}

/// The name of a key, where it has one.
pub(super) const fn name_of(key: PropertyKey) -> Option<NameId> {
    match key {
        PropertyKey::Name(name) | PropertyKey::Private(name) => Some(name),
        PropertyKey::Computed(_) => None,
    }
}

/// An expression without parentheses and casts.
pub(super) fn bare(mut tree: &Tree) -> &Tree {
    loop {
        tree = match tree {
            Tree::Paren(paren) => &paren.expr,
            Tree::TsAs(cast) => &cast.expr,
            Tree::TsConstAssertion(cast) => &cast.expr,
            Tree::TsSatisfies(cast) => &cast.expr,
            Tree::TsNonNull(cast) => &cast.expr,
            other => return other,
        };
    }
}

#[cfg(test)]
mod tests {
    use crate::ir::Expr;
    use crate::syntax::dump::{js, parse_js};

    #[test]
    fn entries_of_all_kinds() {
        assert_eq!(
            js(
                "x = {a, 'b': 1, [c]: 2, 3: f => f, g() {}, get h() { return 1 }, set h(v) {}, ...i, async *j() {}, ['k']: 4}"
            ),
            "(@x = {a: @a, b: 1, [@c]: 2, 3: (arrow 3(f) {return f}), g: (method g() {}), get h: (method h() {return 1}), \
             set h: (method h(v) {}), ...@i, j: (async method* j() {}), k: 4})"
        );
    }

    #[test]
    fn keys_have_places() {
        let script = parse_js("a.bc['d']").script;
        let spans: Vec<(u32, u32)> = script
            .exprs
            .iter()
            .filter_map(|expr| match expr {
                Expr::Member { key_span, .. } => Some((key_span.start, key_span.end)),
                _ => None,
            })
            .collect();
        assert_eq!(spans, [(2, 4), (5, 8)]);
    }
}
