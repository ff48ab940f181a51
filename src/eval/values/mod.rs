//! What a run computes with: values that may be unknown, and the objects they refer to.

pub(in crate::eval) mod collection;
pub(in crate::eval) mod convert;
pub(in crate::eval) mod heap;
pub(in crate::eval) mod scope;
pub(in crate::eval) mod setters;
pub(in crate::eval) mod slots;
pub(in crate::eval) mod store;
pub(in crate::eval) mod unknown;
pub(in crate::eval) mod value;
