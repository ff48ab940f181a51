//! Handlers of templates: their free names are properties of an object that the component gives.

use crate::ir::{
    Binding, BindingId, BindingKind, Expr, ExprId, List, NameId, PropertyKey, Ref, Script, Span, Target, Write,
};

use super::word;

/// Makes the free names of a script properties of its context.
pub(super) fn with_context(mut script: Script) -> Script {
    let context = BindingId(script.bindings.len() as u32);
    let writes = List::push_all(&mut script.writes, [Write::Other]);
    let kind = BindingKind::Temporary;
    let binding = Binding { name: word::EMPTY, kind, owner: Script::BODY, span: script.span, writes, reads: 1 };
    script.bindings.push(binding);
    script.context = Some(context);
    let script_start = script.span.start;
    let object = push(&mut script, Expr::Read(Ref::Binding(context)), Span::new(script_start, script_start));
    for index in 0..script.exprs.len() {
        let at = script.expr_spans[index];
        match script.exprs[index] {
            Expr::Read(Ref::Global(name)) => script.exprs[index] = member(object, name, at),
            Expr::Assign { target: Target::Name(Ref::Global(name), at), op, value } => {
                let target = Target::Member(push(&mut script, member(object, name, at), at));
                script.exprs[index] = Expr::Assign { target, op, value };
            }
            Expr::Update { target: Target::Name(Ref::Global(name), at), delta, prefix } => {
                let target = Target::Member(push(&mut script, member(object, name, at), at));
                script.exprs[index] = Expr::Update { target, delta, prefix };
            }
            _ => {}
        }
    }
    // What was added is the handler's own.
    if let Some(body) = script.functions.first_mut() {
        body.exprs.1 = script.exprs.len() as u32;
    }
    script
}

const fn member(object: ExprId, name: NameId, key_span: Span) -> Expr {
    Expr::Member { object, key: PropertyKey::Name(name), optional: false, key_span }
}

fn push(script: &mut Script, expr: Expr, span: Span) -> ExprId {
    let id = ExprId(script.exprs.len() as u32);
    script.exprs.push(expr);
    script.expr_spans.push(span);
    id
}

#[cfg(test)]
mod tests {
    use crate::ir::{ScriptKind, Span};
    use crate::limits::{Budget, Limits};
    use crate::source::{Language, RawScript};
    use crate::syntax::dump::dump;
    use crate::syntax::{on_large_stack, parse};

    #[test]
    fn what_is_added_lies_in_the_handler() {
        let text = "<a @click=\"pay('')\">";
        let span = Span::new(11, 18);
        let source = RawScript::new(span, Some(ScriptKind::Template), Language::JavaScript);
        let limits = Limits::default();
        let parsed = on_large_stack(limits.stack(), || parse(text, &source, &Budget::full(limits))).expect("a thread");
        assert!(parsed.script.expr_spans.iter().all(|place| span.contains(*place)));
        assert!(parsed.script.bindings.iter().all(|binding| span.contains(binding.span)));
    }

    fn handler(text: &str, locals: &[&str]) -> String {
        let span = Span::new(0, text.len() as u32);
        let locals = locals.iter().map(|name| (*name).to_owned()).collect();
        let source = RawScript { locals, ..RawScript::new(span, Some(ScriptKind::Template), Language::JavaScript) };
        let limits = Limits::default();
        let parsed = on_large_stack(limits.stack(), || parse(text, &source, &Budget::full(limits))).expect("a thread");
        assert_eq!(parsed.problems, []);
        dump(&parsed.script)
    }

    #[test]
    fn free_names_are_properties_and_others_are_not() {
        assert_eq!(handler("pay(item.no, order)", &["item"]), "$1.pay(item.no, $1.order)");
        assert_eq!(handler("shown = !shown, n++", &[]), "(($0.shown = Not($0.shown)), ($0.n +1))");
        assert_eq!(handler("(e) => pay(e, undefined)", &[]), "(arrow(e) {return $1.pay(e, undefined)})");
    }
}
