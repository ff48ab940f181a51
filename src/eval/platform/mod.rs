//! What surrounds the code: the bridge, payment APIs, effect calls, frameworks, and functions that nobody knows.

mod action;
mod address;
mod callee;
mod component;
mod effect;
pub(in crate::eval) mod flags;
pub(in crate::eval) mod framework;
pub(in crate::eval) mod host;
pub(in crate::eval) mod listener;
pub(in crate::eval) mod opening;
pub(in crate::eval) mod outside;
pub(in crate::eval) mod page;
pub(in crate::eval) mod payment;
pub(in crate::eval) mod pinia;
pub(in crate::eval) mod ready;
pub(in crate::eval) mod saga;
pub(in crate::eval) mod shared;
pub(in crate::eval) mod template;
pub(in crate::eval) mod wiring;
