//! Threads with a stack that is large enough for the parser, the walk over its tree and the drop of it.

/// Runs `job` on a thread of its own with a stack of so many bytes and waits for it.
///
/// # Errors
/// The system's, when it refuses another thread; `job` has not run then.
///
/// # Panics
/// With the panic of `job`, if it panics.
pub fn on_large_stack<R: Send>(stack: usize, job: impl FnOnce() -> R + Send) -> std::io::Result<R> {
    std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().stack_size(stack).spawn_scoped(scope, job)?;
        Ok(thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    })
}

#[cfg(test)]
mod tests {
    use super::on_large_stack;

    const STACK: usize = 256 << 20;

    fn deep(levels: u32) -> u32 {
        let filler = std::hint::black_box([levels; 256]);
        if levels == 0 { filler[0] } else { deep(levels - 1) + filler[1] - levels + 1 }
    }

    #[test]
    fn holds_a_recursion_that_no_ordinary_stack_holds() {
        assert_eq!(on_large_stack(STACK, || deep(60_000)).ok(), Some(60_000));
    }

    #[test]
    fn hands_on_a_panic() {
        let run = std::panic::catch_unwind(|| on_large_stack(STACK, || std::panic::resume_unwind(Box::new("why"))));
        assert!(run.is_err());
    }
}
