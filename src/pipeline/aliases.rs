//! Other names of a file's package and folder: what specifiers may end by that lead to a file called otherwise. They
//! only nominate importers; the resolver decides.

use std::path::Path;

use serde_json::Value;

use super::bundler::Alias;
use super::listing::Listing;
use crate::discover::stem_hash;

/// Configurations whose lists may be aliases.
pub(super) const CONFIGURATIONS: [&str; 4] =
    ["tsconfig.json", "tsconfig.base.json", "tsconfig.app.json", "jsconfig.json"];
/// Larger configurations are not looked at.
const MAX_BYTES: u64 = 256 * 1024;

/// The hashes of the names that the configurations in a folder give to files.
pub(super) fn in_folder(folder: &Path, listing: &Listing, bundled: &[Alias]) -> Vec<u32> {
    let mut hashes = Vec::new();
    let read = |name: &str| listing.may_hold(name).then(|| read(&folder.join(name))).flatten();
    if let Some(package) = read("package.json") {
        in_package(&package, &mut hashes);
    }
    for bytes in CONFIGURATIONS.iter().filter_map(|name| read(name)) {
        names_of_lists(&bytes, &mut |name| hashes.extend((!name.contains(&b'*')).then(|| stem_hash(name))));
    }
    hashes.extend(bundled.iter().map(|alias| stem_hash(alias.name.as_bytes())));
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

fn read(path: &Path) -> Option<Vec<u8>> {
    let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len();
    (size <= MAX_BYTES).then(|| std::fs::read(path).ok()).flatten()
}

/// A package's own name, and the names in its `exports` and `imports`.
fn in_package(bytes: &[u8], hashes: &mut Vec<u32>) {
    let Ok(package) = serde_json::from_slice::<Value>(bytes) else { return };
    hashes.extend(package.get("name").and_then(Value::as_str).map(|name| stem_hash(name.as_bytes())));
    let tables = ["exports", "imports"].into_iter().filter_map(|table| package.get(table)?.as_object());
    let keys = tables.flat_map(|table| table.keys()).filter(|key| !key.contains('*') && *key != ".");
    hashes.extend(keys.map(|key| stem_hash(key.as_bytes())));
}

/// Calls `each` with every key in quotes whose value is a list. Comments need no care: too many names do no harm.
fn names_of_lists(bytes: &[u8], each: &mut dyn FnMut(&[u8])) {
    let texts: Vec<&[u8]> = bytes.split(|b| *b == b'"').collect();
    for pair in texts.windows(2).skip(1).step_by(2) {
        let [name, after] = pair else { continue };
        let after: Vec<u8> = after.iter().copied().filter(|b| !b.is_ascii_whitespace()).take(2).collect();
        if after == b":[" {
            each(name);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_packages_and_aliases_are_found() {
        let folder = tempfile::tempdir().expect("a folder");
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("a file");
        write("package.json", r##"{ "name": "@mall/cash", "imports": { "#till": "./a.js", "#x/*": "./x/*.js" } }"##);
        write(
            "tsconfig.json",
            r#"{ "files": [], /* "no": [ */ "compilerOptions": { "paths": { "~shop" : [ "a.ts" ] } } }"#,
        );
        let found = in_folder(folder.path(), &Listing::of(folder.path()), &[]);
        for name in ["cash", "till", "~shop"] {
            assert!(found.contains(&stem_hash(name.as_bytes())), "{name}");
        }
        assert!(!found.contains(&stem_hash(b"*")) && !found.contains(&stem_hash(b"compilerOptions")));
    }

    #[test]
    fn a_folder_without_configurations_gives_none() {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("package.json"), "not json").expect("a file");
        assert_eq!(in_folder(folder.path(), &Listing::of(folder.path()), &[]), Vec::<u32>::new());
    }
}
