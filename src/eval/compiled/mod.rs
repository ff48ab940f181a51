//! What compilers and bundlers make of modules and `async` functions, read back by its shape.

pub(in crate::eval) mod bundle;
pub(in crate::eval) mod chunk;
pub(in crate::eval) mod helper;
pub(in crate::eval) mod leave;
pub(in crate::eval) mod lowered;
pub(in crate::eval) mod stepper;
