//! For tests only: a script as one line of text, near to JavaScript but exact. `@x` is a global, `$3` a temporary,
//! `x` a binding (`x~3` where several bear the name), `^f = …` a function that is bound when the one around is entered.

use crate::ir::{
    Argument, AssignOp, BindingId, BindingKind, ClassId, Expr, ExprId, FnId, FnKind, List, MemberKind, PropertyKey,
    PropertyKind, Ref, Script, Stmt, StmtId, Target, Write,
};
use crate::limits::{Budget, Limits};
use crate::source::{Language, RawScript};
use crate::syntax::{Parsed, on_large_stack, parse};

/// Parses a file of JavaScript.
pub(super) fn parse_js(text: &str) -> Parsed {
    parse_as(text, Language::JavaScript)
}

/// Parses a whole file.
pub(super) fn parse_as(text: &str, language: Language) -> Parsed {
    let span = crate::ir::Span::new(0, text.len() as u32);
    let source = RawScript::new(span, None, language);
    on_large_stack(Limits::default().stack(), || parse(text, &source, &Budget::full(Limits::default())))
        .expect("a thread")
}

/// The body of a file of JavaScript that must be free of problems.
pub(super) fn js(text: &str) -> String {
    dump_clean(&parse_js(text))
}

/// The body of a file of TypeScript that must be free of problems.
pub(super) fn ts(text: &str) -> String {
    dump_clean(&parse_as(text, Language::TypeScript))
}

fn dump_clean(parsed: &Parsed) -> String {
    assert_eq!(parsed.problems, []);
    dump(&parsed.script)
}

/// The body of a script.
pub(super) fn dump(script: &Script) -> String {
    Dump { script }.body(Script::BODY)
}

/// The declared names with kind, owner, writes and the number of reads.
pub(super) fn bindings(text: &str) -> String {
    let parsed = parse_js(text);
    assert_eq!(parsed.problems, []);
    let dump = Dump { script: &parsed.script };
    let all = (0..parsed.script.bindings.len()).map(|id| dump.binding_line(BindingId(id as u32)));
    all.collect::<Vec<_>>().join("\n")
}

struct Dump<'a> {
    script: &'a Script,
}

impl Dump<'_> {
    fn binding_line(&self, id: BindingId) -> String {
        let binding = self.script.binding(id);
        let writes: Vec<String> = self.script.writes_of(id).iter().map(|write| self.write(*write)).collect();
        let kind = format!("{:?}", binding.kind).to_lowercase();
        format!("{kind} {} in {} = [{}] read {}", self.binding(id), binding.owner.0, writes.join(", "), binding.reads)
    }

    fn write(&self, write: Write) -> String {
        match write {
            Write::Value(value) => self.expr(value),
            Write::Function(id) => format!("function {}", id.0),
            Write::Class(id) => format!("class {}", id.0),
            Write::Other => "?".to_owned(),
        }
    }

    fn binding(&self, id: BindingId) -> String {
        let binding = self.script.binding(id);
        let name = self.script.name(binding.name);
        if name.is_empty() {
            return format!("${}", id.0);
        }
        let many = self.script.bindings.iter().filter(|other| other.name == binding.name).count() > 1;
        if many { format!("{name}~{}", id.0) } else { name.to_string() }
    }

    fn reference(&self, reference: Ref) -> String {
        match reference {
            Ref::Binding(id) => self.binding(id),
            Ref::Global(name) => format!("@{}", self.script.name(name)),
        }
    }

    fn body(&self, id: FnId) -> String {
        let function = self.script.function(id);
        let hoisted = function.hoisted.of(&self.script.hoisted).iter();
        let hoisted = hoisted.map(|(binding, id)| format!("^{} = {}", self.binding(*binding), self.function(*id)));
        let stmts = function.body.of(&self.script.stmt_lists).iter().map(|id| self.stmt(*id));
        hoisted.chain(stmts).collect::<Vec<_>>().join("; ")
    }

    fn function(&self, id: FnId) -> String {
        let function = self.script.function(id);
        let kind = match function.kind {
            FnKind::Normal => "function",
            FnKind::Arrow => "arrow",
            FnKind::Method => "method",
            FnKind::Constructor => "constructor",
            FnKind::Script | FnKind::Handler => "script",
        };
        let flags = format!(
            "{}{kind}{}",
            if function.is_async { "async " } else { "" },
            if function.is_generator { "*" } else { "" }
        );
        let name = function.name.map(|name| format!(" {}", self.script.name(name))).unwrap_or_default();
        let own = function.self_binding.map(|id| format!(" as {}", self.binding(id))).unwrap_or_default();
        let params = function.params.of(&self.script.params).iter();
        let params = params.map(|p| format!("{}{}", if p.rest { "..." } else { "" }, self.binding(p.binding)));
        let params = params.collect::<Vec<_>>().join(", ");
        format!("{flags}{name}{own}({params}) {{{}}}", self.body(id))
    }

    fn class(&self, id: ClassId) -> String {
        let class = self.script.class(id);
        let name = class.name.map(|name| format!(" {}", self.script.name(name))).unwrap_or_default();
        let own = class.self_binding.map(|id| format!(" as {}", self.binding(id))).unwrap_or_default();
        let parent = class.parent.map(|parent| format!(" extends {}", self.expr(parent))).unwrap_or_default();
        let mut parts: Vec<String> = class.constructor.iter().map(|id| self.function(*id)).collect();
        for member in class.members.of(&self.script.members) {
            let kind = match member.kind {
                MemberKind::Method => "",
                MemberKind::Getter => "get ",
                MemberKind::Setter => "set ",
                MemberKind::Field => "field ",
                MemberKind::StaticBlock => "block ",
            };
            let at = if member.is_static { "static " } else { "" };
            let function = member.function.map_or("none".to_owned(), |id| self.function(id));
            parts.push(format!("{at}{kind}{}: {function}", self.key(member.key)));
        }
        format!("class{name}{own}{parent} {{{}}}", parts.join(", "))
    }

    fn key(&self, key: PropertyKey) -> String {
        match key {
            PropertyKey::Name(name) => self.script.name(name).to_string(),
            PropertyKey::Private(name) => format!("#{}", self.script.name(name)),
            PropertyKey::Computed(expr) => format!("[{}]", self.expr(expr)),
        }
    }

    fn target(&self, target: Target) -> String {
        match target {
            Target::Name(reference, _) => self.reference(reference),
            Target::Member(member) => self.expr(member),
            Target::Unknown => "?".to_owned(),
        }
    }

    fn args(&self, list: List<Argument>) -> String {
        let dots = |spread| if spread { "..." } else { "" };
        let args = self.script.args(list).iter();
        args.map(|a| format!("{}{}", dots(a.spread), self.expr(a.value))).collect::<Vec<_>>().join(", ")
    }

    fn list(&self, list: List<ExprId>) -> String {
        list.of(&self.script.expr_lists).iter().map(|id| self.expr(*id)).collect::<Vec<_>>().join(", ")
    }

    fn object(&self, list: List<crate::ir::Property>) -> String {
        let entries = list.of(&self.script.properties).iter().map(|property| {
            let value = self.expr(property.value);
            match property.kind {
                PropertyKind::Value => format!("{}: {value}", self.key(property.key)),
                PropertyKind::Getter => format!("get {}: {value}", self.key(property.key)),
                PropertyKind::Setter => format!("set {}: {value}", self.key(property.key)),
                PropertyKind::Spread => format!("...{value}"),
            }
        });
        format!("{{{}}}", entries.collect::<Vec<_>>().join(", "))
    }

    fn expr(&self, id: ExprId) -> String {
        let script = self.script;
        match script.expr(id) {
            Expr::Undefined => "undefined".to_owned(),
            Expr::Elision => String::new(),
            Expr::Null => "null".to_owned(),
            Expr::Bool(value) => value.to_string(),
            Expr::Number(value) => value.to_string(),
            Expr::String(name) => format!("{:?}", script.name(name)),
            Expr::BigInt(name) => format!("{}n", script.name(name)),
            Expr::Regex { pattern, flags } => format!("/{}/{}", script.name(pattern), script.name(flags)),
            Expr::Template(parts) => format!("`{}`", self.list(parts)),
            Expr::Read(reference) => self.reference(reference),
            Expr::This => "this".to_owned(),
            Expr::Super => "super".to_owned(),
            Expr::Hole(hole) => format!("‹{}›", self.script.name(hole)),
            Expr::Unknown => "unknown".to_owned(),
            Expr::Member { object, key, optional, .. } => {
                format!("{}{}{}", self.expr(object), if optional { "?." } else { "." }, self.key(key))
            }
            Expr::Call { callee, arguments, optional } => {
                format!("{}{}({})", self.expr(callee), if optional { "?." } else { "" }, self.args(arguments))
            }
            Expr::New { callee, arguments } => format!("new {}({})", self.expr(callee), self.args(arguments)),
            Expr::Array(elements) => format!("[{}]", self.args(elements)),
            Expr::Object(properties) => self.object(properties),
            Expr::Function(id) => format!("({})", self.function(id)),
            Expr::Class(id) => format!("({})", self.class(id)),
            Expr::Unary(op, value) => format!("{op:?}({})", self.expr(value)),
            Expr::Binary(op, left, right) => format!("({} {op:?} {})", self.expr(left), self.expr(right)),
            Expr::Logical(op, left, right) => format!("({} {op:?} {})", self.expr(left), self.expr(right)),
            Expr::Conditional { test, then, otherwise } => {
                format!("({} ? {} : {})", self.expr(test), self.expr(then), self.expr(otherwise))
            }
            Expr::Assign { target, op, value } => {
                let op = match op {
                    AssignOp::Set => String::new(),
                    AssignOp::Binary(op) => format!("{op:?}"),
                    AssignOp::Logical(op) => format!("{op:?}"),
                };
                format!("({} {op}= {})", self.target(target), self.expr(value))
            }
            Expr::Update { target, delta, prefix } => {
                format!("({} {delta:+}{})", self.target(target), if prefix { " before" } else { "" })
            }
            Expr::Sequence(parts) => format!("({})", self.list(parts)),
            Expr::Chain(inner) => format!("chain<{}>", self.expr(inner)),
            Expr::Await(value) => format!("await {}", self.expr(value)),
            Expr::Yield(value) => format!("yield {}", self.expr(value)),
            Expr::ImportCall(value) => format!("import({})", self.expr(value)),
            Expr::Default { value, default } => format!("default({}, {})", self.expr(value), self.expr(default)),
            Expr::ObjectRest { object, excluded } => {
                let names = excluded.of(&script.name_lists).iter().map(|name| script.name(*name).to_string());
                format!("rest({} without {})", self.expr(object), names.collect::<Vec<_>>().join(" "))
            }
            Expr::ArrayRest { array, from } => format!("rest({} from {from})", self.expr(array)),
        }
    }

    fn stmt(&self, id: StmtId) -> String {
        let optional = |id: Option<ExprId>| id.map(|id| format!(" {}", self.expr(id))).unwrap_or_default();
        let script = self.script;
        match script.stmt(id) {
            Stmt::Empty => "empty".to_owned(),
            Stmt::Expr(value) => self.expr(value),
            Stmt::Declare { binding, init } => {
                let kind = match script.binding(binding).kind {
                    BindingKind::Let => "let",
                    BindingKind::Const => "const",
                    BindingKind::Temporary => "temp",
                    BindingKind::Class => "class",
                    BindingKind::Enum => "enum",
                    _ => "var",
                };
                let value = init.map(|value| format!(" = {}", self.expr(value))).unwrap_or_default();
                format!("{kind} {}{value}", self.binding(binding))
            }
            Stmt::Block(stmts) => {
                let stmts = stmts.of(&script.stmt_lists).iter().map(|id| self.stmt(*id));
                format!("{{{}}}", stmts.collect::<Vec<_>>().join("; "))
            }
            Stmt::If { test, then, otherwise, .. } => {
                let otherwise = otherwise.map(|id| format!(" else {}", self.stmt(id))).unwrap_or_default();
                format!("if {} {}{otherwise}", self.expr(test), self.stmt(then))
            }
            Stmt::Loop { init, test, update, body, test_last } => {
                let init = init.map(|id| self.stmt(id)).unwrap_or_default();
                let word = if test_last { "do" } else { "loop" };
                format!("{word} ({init};{};{}) {}", optional(test), optional(update), self.stmt(body))
            }
            Stmt::ForEach { kind, each, iterable, body } => {
                let kind = format!("{kind:?}").to_lowercase();
                format!("for {} {kind} {} {}", self.binding(each), self.expr(iterable), self.stmt(body))
            }
            Stmt::Switch { discriminant, cases } => {
                let cases = cases.of(&script.cases).iter().map(|case| {
                    let head = case.test.map_or("default".to_owned(), |test| format!("case {}", self.expr(test)));
                    let body = case.body.of(&script.stmt_lists).iter().map(|id| self.stmt(*id));
                    format!("{head}: {}", body.collect::<Vec<_>>().join("; "))
                });
                format!("switch {} {{{}}}", self.expr(discriminant), cases.collect::<Vec<_>>().join(" | "))
            }
            Stmt::Return(value) => format!("return{}", optional(value)),
            Stmt::Throw(value) => format!("throw {}", self.expr(value)),
            Stmt::Break(label) => format!("break{}", self.label(label)),
            Stmt::Continue(label) => format!("continue{}", self.label(label)),
            Stmt::Labeled { label, body } => format!("{}: {}", script.name(label), self.stmt(body)),
            Stmt::Try { block, param, handler, finalizer } => {
                let param = param.map(|id| format!(" {}", self.binding(id))).unwrap_or_default();
                let handler = handler.map(|id| format!(" catch{param} {}", self.stmt(id))).unwrap_or_default();
                let finalizer = finalizer.map(|id| format!(" finally {}", self.stmt(id))).unwrap_or_default();
                format!("try {}{handler}{finalizer}", self.stmt(block))
            }
            Stmt::ExportDefault { value, .. } => format!("export default {}", self.expr(value)),
            Stmt::With { object, body } => format!("with {} {}", self.expr(object), self.stmt(body)),
        }
    }

    fn label(&self, label: Option<crate::ir::NameId>) -> String {
        label.map(|label| format!(" {}", self.script.name(label))).unwrap_or_default()
    }
}
