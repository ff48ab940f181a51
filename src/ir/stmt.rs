//! Statements.

use super::{BindingId, ExprId, List, NameId, Span, StmtId};

/// One statement. `var` and function declarations were hoisted; destructuring was taken apart.
#[derive(Clone, Copy, Debug)]
pub enum Stmt {
    /// Nothing.
    Empty,
    /// An expression for its effects.
    Expr(ExprId),
    /// `let x = init`, `const`, `var` with a value, `class X {}`; without a value a `let` is `undefined`.
    Declare {
        /// What is declared.
        binding: BindingId,
        /// Its first value.
        init: Option<ExprId>,
    },
    /// `{ … }`, and the parts of a statement that was taken apart.
    Block(List<StmtId>),
    /// `if (test) then else otherwise`.
    If {
        /// The condition.
        test: ExprId,
        /// When it holds.
        then: StmtId,
        /// When it doesn't.
        otherwise: Option<StmtId>,
        /// The `else` keyword, where there is one.
        else_span: Option<Span>,
    },
    /// `for(;;)`, `while`, `do while`.
    Loop {
        /// Before the loop.
        init: Option<StmtId>,
        /// The condition; none is `true`.
        test: Option<ExprId>,
        /// After each round.
        update: Option<ExprId>,
        /// What is repeated.
        body: StmtId,
        /// `do while`: the first round runs untested.
        test_last: bool,
    },
    /// `for (each of iterable)`, `for (each in iterable)`; the body begins with what takes `each` apart.
    ForEach {
        /// Over values, keys, or awaited values.
        kind: ForEachKind,
        /// Holds the round's value.
        each: BindingId,
        /// What is gone through.
        iterable: ExprId,
        /// What is repeated.
        body: StmtId,
    },
    /// `switch (discriminant) { cases }`.
    Switch {
        /// What is compared, strictly.
        discriminant: ExprId,
        /// In order of the source.
        cases: List<Case>,
    },
    /// `return value`.
    Return(Option<ExprId>),
    /// `throw value`.
    Throw(ExprId),
    /// `break label`.
    Break(Option<NameId>),
    /// `continue label`.
    Continue(Option<NameId>),
    /// `label: body`.
    Labeled {
        /// The label.
        label: NameId,
        /// What it names.
        body: StmtId,
    },
    /// `try { block } catch (param) { handler } finally { finalizer }`.
    Try {
        /// What is tried.
        block: StmtId,
        /// Holds what was thrown; a pattern is taken apart at the start of the handler.
        param: Option<BindingId>,
        /// The `catch` block.
        handler: Option<StmtId>,
        /// The `finally` block.
        finalizer: Option<StmtId>,
    },
    /// `export default value`, `module`-level values that leave the script by `export`.
    ExportDefault {
        /// The value.
        value: ExprId,
        /// Holds it for whoever imports it.
        binding: BindingId,
    },
    /// `with (object) body`: names inside mean nobody knows what.
    With {
        /// The object.
        object: ExprId,
        /// What runs.
        body: StmtId,
    },
}

/// What `for … of` and its kin go through.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ForEachKind {
    /// `for (x of y)`: values.
    Of,
    /// `for await (x of y)`.
    AwaitOf,
    /// `for (x in y)`: keys.
    In,
}

/// One `case` or `default` of a `switch`.
#[derive(Clone, Copy, Debug)]
pub struct Case {
    /// What is compared with; none for `default`.
    pub test: Option<ExprId>,
    /// What runs, falling through to the next.
    pub body: List<StmtId>,
    /// `case x:` or `default:`, up to the colon.
    pub span: Span,
}
