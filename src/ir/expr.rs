//! Expressions.

use super::{BindingId, ClassId, ExprId, FnId, List, NameId, Span};

/// What an identifier means.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ref {
    /// A name declared in this script.
    Binding(BindingId),
    /// A name that this script does not declare: a global, perhaps of another script of the page.
    Global(NameId),
}

/// One operation. Children are evaluated left to right.
#[derive(Clone, Copy, Debug)]
pub enum Expr {
    /// `undefined` that nobody wrote: a missing value, a hole of an array, `void 0`'s result is `Unary`.
    Undefined,
    /// `null`.
    Null,
    /// `true`, `false`.
    Bool(bool),
    /// A number literal.
    Number(f64),
    /// A string literal, or a template without substitutions.
    String(NameId),
    /// `12n`; the digits as written.
    BigInt(NameId),
    /// `/pattern/flags`.
    Regex {
        /// Between the slashes.
        pattern: NameId,
        /// After them.
        flags: NameId,
    },
    /// A template literal: string parts and substitutions in order of the source, concatenated.
    Template(List<ExprId>),
    /// A name that is read.
    Read(Ref),
    /// `this`.
    This,
    /// `super` as an object (`super.f`) or, as a callee, the parent's constructor.
    Super,
    /// What a server puts in the place of a hole; the same text of a hole stands for the same value.
    Hole(NameId),
    /// What stands between two commas of an array literal: no element.
    Elision,
    /// `new.target`, `import.meta`, and whatever lowering cannot say.
    Unknown,
    /// `object.key`, `object[key]`, `object?.key`.
    Member {
        /// Left of the dot.
        object: ExprId,
        /// Right of it.
        key: PropertyKey,
        /// Whether the dot is `?.`.
        optional: bool,
        /// The place of the key alone.
        key_span: Span,
    },
    /// `callee(arguments)`, `callee?.(arguments)`. A callee that is a `Member` gives `this`.
    Call {
        /// What is called.
        callee: ExprId,
        /// With what.
        arguments: List<Argument>,
        /// Whether it is `callee?.()`.
        optional: bool,
    },
    /// `new callee(arguments)`.
    New {
        /// The constructor.
        callee: ExprId,
        /// Its arguments.
        arguments: List<Argument>,
    },
    /// `[a, , ...b]`; a hole is `Undefined`.
    Array(List<Argument>),
    /// `{a, b: c, ...d}`.
    Object(List<Property>),
    /// A function or arrow as a value.
    Function(FnId),
    /// A class as a value.
    Class(ClassId),
    /// A unary operator.
    Unary(UnaryOp, ExprId),
    /// A binary operator. Chains are nested to the left and may be long.
    Binary(BinaryOp, ExprId, ExprId),
    /// `&&`, `||`, `??`.
    Logical(LogicalOp, ExprId, ExprId),
    /// `test ? then : otherwise`.
    Conditional {
        /// The condition.
        test: ExprId,
        /// When it holds.
        then: ExprId,
        /// When it doesn't.
        otherwise: ExprId,
    },
    /// `target = value`, `target += value`, `target ||= value`. Destructuring was taken apart.
    Assign {
        /// What is written.
        target: Target,
        /// How.
        op: AssignOp,
        /// With what.
        value: ExprId,
    },
    /// `x++`, `--x`: adds `delta`; the value is the old one unless `prefix`.
    Update {
        /// What is written.
        target: Target,
        /// +1 or −1.
        delta: i8,
        /// Whether the operator stands before.
        prefix: bool,
    },
    /// `a, b, c`: the value of the last.
    Sequence(List<ExprId>),
    /// The end of an optional chain: where a `?.` inside finds nothing, the whole is `undefined`.
    Chain(ExprId),
    /// `await x`.
    Await(ExprId),
    /// `yield x`, `yield* x`.
    Yield(ExprId),
    /// `import(x)`.
    ImportCall(ExprId),
    /// A destructuring default: `value`, or `default` where it is `undefined`.
    Default {
        /// What was found.
        value: ExprId,
        /// What stands in.
        default: ExprId,
    },
    /// `{a, ...rest} = object`: a copy of `object` without the named keys.
    ObjectRest {
        /// What is copied from.
        object: ExprId,
        /// Keys left out.
        excluded: List<NameId>,
    },
    /// `[a, ...rest] = array`: its elements from `from` on.
    ArrayRest {
        /// What is copied from.
        array: ExprId,
        /// Index of the first element taken.
        from: u32,
    },
}

/// The key of a member or property.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropertyKey {
    /// Known from the spelling: `.a`, `["a"]`, `[0]`.
    Name(NameId),
    /// `#a`.
    Private(NameId),
    /// `[expression]`.
    Computed(ExprId),
}

/// An argument or an element.
#[derive(Clone, Copy, Debug)]
pub struct Argument {
    /// Its value.
    pub value: ExprId,
    /// Whether it is `...value`.
    pub spread: bool,
}

/// One entry of an object literal.
#[derive(Clone, Copy, Debug)]
pub struct Property {
    /// What it does.
    pub kind: PropertyKind,
    /// The key; for `Spread` without meaning.
    pub key: PropertyKey,
    /// The value, the accessor function, or what is spread.
    pub value: ExprId,
    /// The place of the key (of the whole, for a spread).
    pub key_span: Span,
}

/// Kinds of entries of an object literal.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropertyKind {
    /// `key: value`, shorthand, method.
    Value,
    /// `get key() {}`.
    Getter,
    /// `set key(v) {}`.
    Setter,
    /// `...value`.
    Spread,
}

/// What an assignment writes.
#[derive(Clone, Copy, Debug)]
pub enum Target {
    /// A name.
    Name(Ref, Span),
    /// A property; the expression is a `Member`.
    Member(ExprId),
    /// Something lowering cannot say.
    Unknown,
}

/// How an assignment combines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AssignOp {
    /// `=`.
    Set,
    /// `+=` and the like.
    Binary(BinaryOp),
    /// `&&=`, `||=`, `??=`.
    Logical(LogicalOp),
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum UnaryOp {
    /// `!`.
    Not,
    /// `-`.
    Minus,
    /// `+`.
    Plus,
    /// `~`.
    BitNot,
    /// `typeof`.
    TypeOf,
    /// `void`.
    Void,
    /// `delete`.
    Delete,
}

/// Short-circuiting operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LogicalOp {
    /// `&&`.
    And,
    /// `||`.
    Or,
    /// `??`.
    Nullish,
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BinaryOp {
    /// `==`.
    LooseEq,
    /// `!=`.
    LooseNe,
    /// `===`.
    StrictEq,
    /// `!==`.
    StrictNe,
    /// `<`.
    Less,
    /// `<=`.
    LessEq,
    /// `>`.
    Greater,
    /// `>=`.
    GreaterEq,
    /// `+`.
    Add,
    /// `-`.
    Sub,
    /// `*`.
    Mul,
    /// `/`.
    Div,
    /// `%`.
    Rem,
    /// `**`.
    Exp,
    /// `<<`.
    Shl,
    /// `>>`.
    Shr,
    /// `>>>`.
    UShr,
    /// `&`.
    BitAnd,
    /// `|`.
    BitOr,
    /// `^`.
    BitXor,
    /// `in`.
    In,
    /// `instanceof`.
    InstanceOf,
}
