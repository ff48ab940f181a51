//! The language: statements, expressions, functions, classes and promises, on values that may be unknown.

pub(in crate::eval) mod assign;
pub(in crate::eval) mod assigned;
pub(in crate::eval) mod branch;
pub(in crate::eval) mod branch_value;
pub(in crate::eval) mod call;
pub(in crate::eval) mod class;
pub(in crate::eval) mod expr;
pub(in crate::eval) mod frame;
pub(in crate::eval) mod function;
pub(in crate::eval) mod generator;
pub(in crate::eval) mod implied;
pub(in crate::eval) mod inherit;
pub(in crate::eval) mod literal;
pub(in crate::eval) mod loops;
pub(in crate::eval) mod member;
pub(in crate::eval) mod name_range;
pub(in crate::eval) mod ops;
pub(in crate::eval) mod promise;
pub(in crate::eval) mod scope;
pub(in crate::eval) mod settle;
pub(in crate::eval) mod stmt;
pub(in crate::eval) mod widen;
