//! What the bytes of an input stand for: the first one is the kind of file, the rest is the file.

use std::sync::Once;

/// The names of files by the first byte of an input.
const KINDS: [(u8, &str); 6] =
    [(b'j', "a.js"), (b't', "a.ts"), (b'x', "a.tsx"), (b'J', "a.jsx"), (b'h', "a.html"), (b'v', "a.vue")];

/// The name of the file that an input stands for, and what is in it.
pub fn file(data: &[u8]) -> Option<(&'static str, &[u8])> {
    let (kind, bytes) = data.split_first()?;
    let known = KINDS.iter().find(|(byte, _)| byte == kind);
    Some((known.unwrap_or(&KINDS[*kind as usize % KINDS.len()]).1, bytes))
}

/// Lets paylint catch panics as it does for users: the fuzzer's own hook would end the process first. What it caught
/// is asserted afterwards.
pub fn catch_panics() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| std::panic::set_hook(Box::new(|panic| eprintln!("{panic}"))));
}
