//! How much paylint takes on of one file. What passes a limit is not judged, and `file-skipped` says so by the limit's
//! name: `--limit NAME=VALUE` sets another. Bounds that only make a verdict `undecided` are no limits.

/// A limit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Limit {
    /// The size of a file, in bytes.
    FileSize,
    /// The tokens of a file's scripts, opening brackets three times: trees and arenas grow with them, by some hundred
    /// bytes each.
    Tokens,
    /// The levels that code nests.
    Nesting,
    /// The links of chains that are open at once.
    Chain,
    /// Arrow functions that end conditionals within each other, where the parser tries each in two ways.
    Arrows,
    /// Calls and expressions within each other while code is followed.
    Depth,
    /// The steps of one run.
    Fuel,
    /// The steps of all runs of a program together.
    Steps,
    /// The functions from which a program is followed.
    Entries,
}

/// What is known of a limit.
struct About {
    limit: Limit,
    name: &'static str,
    value: u64,
    /// A higher one is not taken: it would be no limit.
    most: u64,
    /// What a file that passes it does, with a hole for the value.
    passed: &'static str,
}

/// The stack, in bytes, that code within the usual limits needs, in an unoptimised build too. It is address space: only
/// what is touched takes memory.
const STACK: usize = 256 << 20;

const KIB: u64 = 1024;
const MIB: u64 = KIB * KIB;
const GIB: u64 = MIB * KIB;

/// All limits, in the order of their variants.
const ALL: [About; 9] = [
    about(Limit::FileSize, "file-size", 256 * MIB, GIB, "it is larger than {}"),
    about(Limit::Tokens, "tokens", 20_000_000, u32::MAX as u64, "it has more than {} tokens"),
    about(Limit::Nesting, "nesting", 2_000, 100_000, "the code nests more than {} levels deep"),
    about(Limit::Chain, "chain", 100_000, 5_000_000, "a chain of operators, members or calls has more than {} links"),
    about(Limit::Arrows, "arrows", 8, 30, "what may be an arrow function or not nests more than {} levels deep"),
    about(
        Limit::Depth,
        "depth",
        1_500,
        50_000,
        "its calls and expressions nest more than {} deep when it is followed, so that payments may be missing",
    ),
    about(
        Limit::Fuel,
        "fuel",
        60_000,
        u32::MAX as u64,
        "a run of it takes more than {} steps, so that payments may be missing",
    ),
    about(
        Limit::Steps,
        "steps",
        20_000_000,
        u64::MAX,
        "all runs of it take more than {} steps, so that payments may be missing",
    ),
    about(
        Limit::Entries,
        "entries",
        20_000,
        u32::MAX as u64,
        "more than {} functions in it can lead to a payment, so that payments may be missing",
    ),
];

const fn about(limit: Limit, name: &'static str, value: u64, most: u64, passed: &'static str) -> About {
    About { limit, name, value, most, passed }
}

impl Limit {
    /// The limit of this name.
    #[must_use]
    pub fn find(name: &str) -> Option<Self> {
        ALL.iter().find(|about| about.name == name).map(|about| about.limit)
    }

    /// As users write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        self.about().name
    }

    /// The names of all.
    pub fn names() -> impl Iterator<Item = &'static str> {
        ALL.iter().map(|about| about.name)
    }

    /// The highest value that it takes.
    #[must_use]
    pub const fn most(self) -> u64 {
        self.about().most
    }

    const fn about(self) -> &'static About {
        &ALL[self as usize]
    }
}

/// The limits of a run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits([u64; ALL.len()]);

impl Default for Limits {
    fn default() -> Self {
        let mut values = [0; ALL.len()];
        for about in &ALL {
            values[about.limit as usize] = about.value;
        }
        Self(values)
    }
}

impl Limits {
    /// The value of a limit.
    #[must_use]
    pub const fn get(&self, limit: Limit) -> u64 {
        self.0[limit as usize]
    }

    /// The same where 32 bits are counted.
    #[must_use]
    pub fn count(&self, limit: Limit) -> u32 {
        u32::try_from(self.get(limit)).unwrap_or(u32::MAX)
    }

    /// Sets a limit, to its highest value at most.
    pub fn set(&mut self, limit: Limit, value: u64) {
        self.0[limit as usize] = value.min(limit.most());
    }

    /// Why a file that passes a limit is not judged.
    #[must_use]
    pub fn passed(&self, limit: Limit) -> String {
        let value = self.get(limit);
        let (shown, written) = match limit {
            Limit::FileSize => (size(value), size_as_option(value)),
            _ => (grouped(value), value.to_string()),
        };
        format!("{} (`--limit {}={written}`)", limit.about().passed.replace("{}", &shown), limit.name())
    }

    /// The stack, in bytes, that what stays within these limits needs.
    #[must_use]
    pub fn stack(&self) -> usize {
        let deeper = [Limit::Nesting, Limit::Chain, Limit::Depth];
        let times = deeper.into_iter().map(|limit| self.get(limit).div_ceil(limit.about().value)).max();
        STACK.saturating_mul(usize::try_from(times.unwrap_or(1)).unwrap_or(1).max(1))
    }
}

/// What of the limits is left for the next script of a file.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    limits: Limits,
    tokens: u64,
}

impl Budget {
    /// All that the limits allow.
    #[must_use]
    pub const fn full(limits: Limits) -> Self {
        Self { tokens: limits.get(Limit::Tokens), limits }
    }

    /// The limits.
    #[must_use]
    pub const fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many tokens are left.
    #[must_use]
    pub const fn tokens(&self) -> u64 {
        self.tokens
    }

    /// Takes the tokens of a script off.
    pub const fn spend(&mut self, tokens: u64) {
        self.tokens = self.tokens.saturating_sub(tokens);
    }
}

/// A value for a limit as users write it: a number; for a size, one with `K`, `M` or `G` behind it.
#[must_use]
pub fn value_of(limit: Limit, text: &str) -> Option<u64> {
    let units = [("K", KIB), ("M", MIB), ("G", GIB)];
    let unit = units.into_iter().find_map(|(unit, bytes)| Some((text.strip_suffix(unit)?, bytes)));
    let (digits, times) = unit.filter(|_| limit == Limit::FileSize).unwrap_or((text, 1));
    let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| digits.parse::<u64>().unwrap_or(u64::MAX).saturating_mul(times))
}

/// `256 MiB`, or bytes where that is no whole number.
fn size(bytes: u64) -> String {
    match whole_unit(bytes) {
        Some((number, unit)) => format!("{} {unit}iB", grouped(number)),
        None => format!("{} bytes", grouped(bytes)),
    }
}

fn size_as_option(bytes: u64) -> String {
    whole_unit(bytes).map_or_else(|| bytes.to_string(), |(number, unit)| format!("{number}{unit}"))
}

fn whole_unit(bytes: u64) -> Option<(u64, char)> {
    let units = [(GIB, 'G'), (MIB, 'M'), (KIB, 'K')];
    units
        .into_iter()
        .find(|(unit, _)| bytes > 0 && bytes.is_multiple_of(*unit))
        .map(|(unit, name)| (bytes / unit, name))
}

/// `20,000`.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_limit_has_its_own_place_and_can_be_raised() {
        for (index, about) in ALL.iter().enumerate() {
            assert_eq!(about.limit as usize, index, "{}", about.name);
            assert!(about.value < about.most && about.passed.contains("{}"), "{}", about.name);
            assert_eq!(Limit::find(about.name), Some(about.limit));
        }
        assert_eq!(Limit::find("size"), None);
    }

    #[test]
    fn a_reason_names_the_limit_and_its_option() {
        let mut limits = Limits::default();
        assert_eq!(
            limits.passed(Limit::Nesting),
            "the code nests more than 2,000 levels deep (`--limit nesting=2000`)"
        );
        assert_eq!(limits.passed(Limit::FileSize), "it is larger than 256 MiB (`--limit file-size=256M`)");
        limits.set(Limit::FileSize, 1_500);
        assert_eq!(limits.passed(Limit::FileSize), "it is larger than 1,500 bytes (`--limit file-size=1500`)");
    }

    #[test]
    fn values_are_whole_numbers_and_sizes_may_have_a_unit() {
        assert_eq!(value_of(Limit::FileSize, "64M"), Some(64 << 20));
        assert_eq!(value_of(Limit::FileSize, "2K"), Some(2048));
        assert_eq!(value_of(Limit::Fuel, "99999999999999999999999"), Some(u64::MAX));
        for wrong in ["", "M", "-1", "1.5M", "1 M", "1MB", "+1", "0x10"] {
            assert_eq!(value_of(Limit::FileSize, wrong), None, "{wrong}");
        }
        assert_eq!(value_of(Limit::Steps, "5M"), None, "what is counted has no unit");
    }

    #[test]
    fn stacks_grow_with_what_they_must_hold() {
        let mut limits = Limits::default();
        let usual = limits.stack();
        limits.set(Limit::Nesting, 1_000);
        assert_eq!(limits.stack(), usual);
        limits.set(Limit::Chain, 250_000);
        assert_eq!(limits.stack(), 3 * usual);
        limits.set(Limit::Nesting, u64::MAX);
        assert_eq!(limits.stack(), 50 * usual);
    }
}
