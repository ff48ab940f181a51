//! What tools make of generators and `async` functions for old browsers, recognised by its shape: functions that are
//! run step by step, and the helpers that run them. It looks at code and runs none.

use rustc_hash::FxHashMap;

use crate::ir::{
    Argument, BindingId, Case, Expr, ExprId, FnId, List, PropertyKey, Ref, Script, ScriptId, Stmt, StmtId,
};

/// How a function that is run step by step talks to what runs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Style {
    /// `wrap(function (context) { … context.next … context.sent … context.abrupt(…) })`.
    Wrap,
    /// `w(function (context) { … context.n … context.v … context.a(…) })`.
    Brief,
    /// `__generator(this, function (state) { … state.label … state.sent() … return [op, value] })`.
    Tuples,
}

impl Style {
    /// The property that holds where the next step begins.
    pub(in crate::eval) const fn next(self) -> &'static str {
        match self {
            Self::Wrap => "next",
            Self::Brief => "n",
            Self::Tuples => "label",
        }
    }

    /// The property that holds where the current step began, or a `try` in it.
    pub(in crate::eval) const fn previous(self) -> &'static str {
        match self {
            Self::Wrap => "prev",
            Self::Brief => "p",
            Self::Tuples => "label",
        }
    }

    /// The property that holds what was waited for.
    pub(in crate::eval) const fn sent(self) -> &'static str {
        match self {
            Self::Wrap => "sent",
            Self::Brief => "v",
            Self::Tuples => "@sent",
        }
    }
}

/// What was recognised of the scripts at hand so far.
#[derive(Debug, Default)]
pub(in crate::eval) struct Lowered {
    /// Functions that run tuples step by step (`__generator`), by script.
    helpers: FxHashMap<ScriptId, Vec<FnId>>,
    /// Depths of the stack of activations at which `yield` waits as `await` does.
    pub awaiting: Vec<usize>,
    /// The step functions that run now: depth of the stack, context, style, and what may be caught in which steps.
    pub steps: Vec<crate::eval::compiled::stepper::Running>,
    /// How many `try`s were entered when the current executor began: the others are the runner's own.
    pub tries_outside: usize,
}

impl Lowered {
    /// Whether a function is a helper that runs tuples.
    pub(in crate::eval) fn is_tuple_helper(&mut self, script: &Script, id: ScriptId, function: FnId) -> bool {
        self.helpers.entry(id).or_insert_with(|| tuple_helpers(script)).contains(&function)
    }
}

/// The functions that make `{label: 0, sent: …, trys: [], ops: []}`.
fn tuple_helpers(script: &Script) -> Vec<FnId> {
    if !script.names.iter().any(|n| &**n == "trys") {
        return Vec::new();
    }
    let has = |list: List<crate::ir::Property>, wanted: &dyn Fn(&str) -> bool| {
        list.of(&script.properties)
            .iter()
            .any(|p| matches!(p.key, PropertyKey::Name(name) if wanted(script.name(name))))
    };
    let mut found = Vec::new();
    for (index, expr) in script.exprs.iter().enumerate() {
        if let Expr::Object(list) = expr
            && has(*list, &|n| n == "trys")
            && has(*list, &|n| n == "ops")
            && has(*list, &|n| n == "sent")
        {
            found.push(script.function_of(ExprId(index as u32)));
        }
    }
    found
}

/// The key by which a callee is named: `x.key`.
fn key_of(script: &Script, callee: ExprId) -> Option<&str> {
    match script.expr(callee) {
        Expr::Member { key: PropertyKey::Name(name), .. } => Some(script.name(name)),
        _ => None,
    }
}

/// What a call by one of the names of a generator's run-time does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::eval) enum RuntimeCall {
    /// `mark(f)`: gives `f` back.
    Mark,
    /// `wrap(f, …)`: makes a generator that runs `f` step by step.
    Make(Style),
    /// `async(f, …)`: runs `f` step by step.
    Run,
}

/// Recognises `wrap(function (context) {…}, outer, this, tries)` and its kin.
pub(in crate::eval) fn runtime_call(script: &Script, callee: ExprId, arguments: List<Argument>) -> Option<RuntimeCall> {
    let key = key_of(script, callee).filter(|k| matches!(*k, "w" | "m" | "wrap" | "mark" | "async"))?;
    let Expr::Function(function) = script.expr(script.args(arguments).first()?.value) else { return None };
    match key {
        "wrap" => is_step_function(script, function, Style::Wrap).then_some(RuntimeCall::Make(Style::Wrap)),
        "w" => is_step_function(script, function, Style::Brief).then_some(RuntimeCall::Make(Style::Brief)),
        "async" => is_step_function(script, function, Style::Wrap).then_some(RuntimeCall::Run),
        _ => makes_generator(script, function).then_some(RuntimeCall::Mark),
    }
}

/// Whether a function's first parameter is the context of steps.
fn is_step_function(script: &Script, function: FnId, style: Style) -> bool {
    let decl = script.function(function);
    let Some(context) = decl.params.of(&script.params).first().map(|p| p.binding) else { return false };
    let mut names = members_of(script, context, decl.exprs);
    match style {
        Style::Wrap => names.any(|n| matches!(n, "stop" | "abrupt" | "prev")),
        Style::Brief | Style::Tuples => {
            let (mut steps, mut leaves) = (false, false);
            for name in names {
                steps |= name == "n";
                leaves |= name == "a";
            }
            steps && leaves
        }
    }
}

fn members_of(script: &Script, of: BindingId, exprs: (u32, u32)) -> impl Iterator<Item = &str> {
    let exprs = script.exprs.get(exprs.0 as usize..exprs.1 as usize).unwrap_or_default();
    exprs.iter().filter_map(move |expr| match *expr {
        Expr::Member { object, key: PropertyKey::Name(name), .. }
            if matches!(script.expr(object), Expr::Read(Ref::Binding(b)) if b == of) =>
        {
            Some(&**script.name(name))
        }
        _ => None,
    })
}

/// Whether a function does nothing but make a generator that runs step by step.
pub(in crate::eval) fn makes_generator(script: &Script, function: FnId) -> bool {
    let decl = script.function(function);
    if decl.is_generator {
        return !decl.is_async;
    }
    let exprs = decl.exprs.0..decl.exprs.1;
    exprs.map(ExprId).any(|e| match script.expr(e) {
        Expr::Call { callee, arguments, .. } => {
            matches!(runtime_call(script, callee, arguments), Some(RuntimeCall::Make(_)))
        }
        _ => false,
    })
}

/// A step function's `switch`, and the statements before it.
pub(in crate::eval) fn step_switch(script: &Script, function: FnId) -> Option<(Vec<StmtId>, ExprId, List<Case>)> {
    let body = script.function(function).body.of(&script.stmt_lists);
    body.iter().enumerate().find_map(|(at, stmt)| {
        let inner = match script.stmt(*stmt) {
            Stmt::Loop { body, test_last: false, .. } => sole(script, body),
            _ => *stmt,
        };
        match script.stmt(inner) {
            Stmt::Switch { discriminant, cases } => Some((body[..at].to_vec(), discriminant, cases)),
            _ => None,
        }
    })
}

/// The only statement of a block.
fn sole(script: &Script, stmt: StmtId) -> StmtId {
    match script.stmt(stmt) {
        Stmt::Block(list) => match list.of(&script.stmt_lists) {
            [only] => *only,
            _ => stmt,
        },
        _ => stmt,
    }
}

/// Helpers that run a generator as an `async` function, by the name or module that they are known by.
pub(in crate::eval) fn async_helper(name: &str) -> Option<AsyncHelper> {
    let name = name.rsplit('/').next().unwrap_or(name).trim_end_matches(".js").trim_start_matches('_');
    match name {
        "asyncToGenerator" => Some(AsyncHelper::Wraps),
        "awaiter" => Some(AsyncHelper::Runs),
        "generator" => Some(AsyncHelper::Makes),
        "awrap" => Some(AsyncHelper::Passes),
        _ => None,
    }
}

/// What such a helper does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(in crate::eval) enum AsyncHelper {
    /// `asyncToGenerator(f)`: a function that runs `f`.
    Wraps,
    /// `__awaiter(this, arguments, P, f)`: runs `f`.
    Runs,
    /// `__generator(this, f)`: makes a generator.
    Makes,
    /// `awrap(x)`: gives `x` back.
    Passes,
}
