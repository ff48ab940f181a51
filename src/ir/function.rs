//! Functions, classes and declared names.

use super::{BindingId, ExprId, FnId, List, NameId, PropertyKey, Span, StmtId};

/// A function, arrow, method, accessor, or (as `FnId(0)`) the body of a script.
#[derive(Clone, Debug)]
pub struct Function {
    /// Its own name, or the name of what it is first bound to (`const f = () => {}`, `{f() {}}`, `x.f = function`).
    pub name: Option<NameId>,
    /// The whole of it.
    pub span: Span,
    /// What makes it different.
    pub kind: FnKind,
    /// `async`.
    pub is_async: bool,
    /// `function*`.
    pub is_generator: bool,
    /// Parameters; patterns and defaults are taken apart at the start of the body.
    pub params: List<Param>,
    /// Its statements.
    pub body: List<StmtId>,
    /// Function declarations anywhere in it outside nested functions: bound when it is entered.
    pub hoisted: List<(BindingId, FnId)>,
    /// The name of a named function expression, bound inside it alone.
    pub self_binding: Option<BindingId>,
    /// `arguments`, where the function uses it.
    pub arguments: Option<BindingId>,
    /// The function it stands in; none for a script's body.
    pub parent: Option<FnId>,
    /// Its expressions are `exprs.0 .. exprs.1` of the script's arena, nested functions' included.
    pub exprs: (u32, u32),
}

/// Kinds of functions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FnKind {
    /// A script's body.
    Script,
    /// `function` as declaration or expression.
    Normal,
    /// `=>`: no `this` and no `arguments` of its own.
    Arrow,
    /// A method of an object or class, an accessor, a field's initializer or a static block.
    Method,
    /// A class's constructor.
    Constructor,
    /// The text of an `on…` attribute: `this` is the element.
    Handler,
}

/// A parameter.
#[derive(Clone, Copy, Debug)]
pub struct Param {
    /// Holds the argument.
    pub binding: BindingId,
    /// `...rest`.
    pub rest: bool,
}

/// A class. Fields were lowered to functions that return their initial value, with `this` the instance.
#[derive(Clone, Debug)]
pub struct Class {
    /// Its name.
    pub name: Option<NameId>,
    /// The name inside its body.
    pub self_binding: Option<BindingId>,
    /// `extends`.
    pub parent: Option<ExprId>,
    /// Its `constructor`.
    pub constructor: Option<FnId>,
    /// Everything else, in order.
    pub members: List<Member>,
    /// The whole of it.
    pub span: Span,
}

/// A method, accessor, field or static block of a class.
#[derive(Clone, Copy, Debug)]
pub struct Member {
    /// Its key; a static block has the name "".
    pub key: PropertyKey,
    /// What it is.
    pub kind: MemberKind,
    /// Whether it belongs to the class itself.
    pub is_static: bool,
    /// The method, the accessor, or the initializer; none for a field without a value.
    pub function: Option<FnId>,
}

/// Kinds of class members.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MemberKind {
    /// `f() {}`.
    Method,
    /// `get f() {}`.
    Getter,
    /// `set f(v) {}`.
    Setter,
    /// `f = value`.
    Field,
    /// `static {}`.
    StaticBlock,
}

/// A declared name.
#[derive(Clone, Debug)]
pub struct Binding {
    /// How it is written; temporaries of lowering have the empty name.
    pub name: NameId,
    /// How it was declared.
    pub kind: BindingKind,
    /// The function whose activation holds it.
    pub owner: FnId,
    /// Where it is declared.
    pub span: Span,
    /// Every write at hand, in order of the source.
    pub writes: List<Write>,
    /// How often it is read.
    pub reads: u32,
}

/// How a name was declared.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum BindingKind {
    /// `var`.
    Var,
    /// `let`.
    Let,
    /// `const`, or a `using`.
    Const,
    /// A function's declaration, or its own name inside it.
    Function,
    /// A class's declaration, or its own name inside it.
    Class,
    /// A TypeScript `enum` or `namespace`.
    Enum,
    /// A parameter.
    Param,
    /// `catch (x)`.
    Catch,
    /// `import`; the index of the script's list of imports.
    Import(u32),
    /// Made by lowering.
    Temporary,
    /// `arguments`.
    Arguments,
}

/// One write of a binding.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Write {
    /// By this expression: an initializer, or the right side of a plain `=`.
    Value(ExprId),
    /// By this function's declaration (or the function's own name).
    Function(FnId),
    /// By a class's declaration.
    Class(super::ClassId),
    /// By a value that no single expression gives: `+=`, `++`, a loop's variable, `catch`, a parameter's argument.
    Other,
}
