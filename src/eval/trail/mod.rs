//! The record of one run, kept where somebody wants to read how a verdict came about.

pub(in crate::eval) mod excerpt;
pub(in crate::eval) mod note;
pub(in crate::eval) mod record;
pub(in crate::eval) mod trace;
pub(in crate::eval) mod watch;
