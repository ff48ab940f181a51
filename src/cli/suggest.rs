//! "Did you mean": the nearest known names to one that is not known.

/// The commands, for paths that look like a misspelt one.
pub(super) const COMMANDS: &[&str] = &["audit", "explain", "rules", "trace"];

/// From how many characters on the beginning of a name is enough.
const PREFIX: usize = 4;

/// The names that differ from `given` in few characters or begin with it, nearest first, at most three.
pub(super) fn nearest<'a>(given: &str, names: impl IntoIterator<Item = &'a str>) -> Vec<&'a str> {
    let given = given.to_lowercase().replace('_', "-");
    let length = given.chars().count();
    // A name of one or two characters is near to too many others.
    let limit = length / 3;
    let mut found: Vec<(usize, &str)> = names
        .into_iter()
        .map(|name| (strsim::osa_distance(&given, name), name))
        .filter(|(distance, name)| *distance <= limit || (length >= PREFIX && name.starts_with(&given)))
        .collect();
    found.sort_by_key(|(distance, _)| *distance);
    found.truncate(3);
    found.into_iter().map(|(_, name)| name).collect()
}

/// "did you mean `a`, `b` or `c`?"; none without a name.
pub(super) fn question(names: &[&str]) -> Option<String> {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    let (last, before) = quoted.split_last()?;
    let list = if before.is_empty() { last.clone() } else { format!("{} or {last}", before.join(", ")) };
    Some(format!("did you mean {list}?"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_slips_and_nothing_far_fetched() {
        let names = ["missing-trade-no", "missing-ready-guard", "pending-as-failure"];
        assert_eq!(nearest("pending_as_failur", names), ["pending-as-failure"]);
        assert_eq!(nearest("Missing-Trade-No", names), ["missing-trade-no"]);
        assert_eq!(nearest("missing_", names), ["missing-trade-no", "missing-ready-guard"]);
        assert!(nearest("no-debugger", names).is_empty());
        assert!(nearest("mis", names).is_empty());
        assert_eq!(nearest("800", ["9000", "8000", "99"]), ["8000"]);
        assert!(nearest("8", ["4", "99"]).is_empty());
    }

    #[test]
    fn asks_in_a_sentence() {
        assert_eq!(question(&[]), None);
        assert_eq!(question(&["a"]).as_deref(), Some("did you mean `a`?"));
        assert_eq!(question(&["a", "b", "c"]).as_deref(), Some("did you mean `a`, `b` or `c`?"));
    }
}
