//! Packages of a workspace by their names: what an installation would link. Only the lists in `package.json`,
//! `pnpm-workspace.yaml` and `lerna.json` count.

use std::path::{Path, PathBuf};

use rustc_hash::FxHashMap;
use serde_json::Value;

/// `**` in a list stands for so many folders at most.
const MAX_DEPTH: u32 = 3;
/// More packages of one workspace are not looked at.
const MAX_PACKAGES: usize = 2_000;
/// Larger lists are not looked at.
const MAX_BYTES: u64 = 256 * 1024;

/// The folders of the packages that a folder's lists name; none: it has no list.
pub(super) fn packages_of(folder: &Path) -> Option<Vec<PathBuf>> {
    let mut patterns = Vec::new();
    for name in ["package.json", "lerna.json"] {
        if let Some(document) = read(&folder.join(name)).and_then(|text| serde_json::from_str::<Value>(&text).ok()) {
            let key = if name == "lerna.json" { "packages" } else { "workspaces" };
            let list = document.get(key);
            let list = list.and_then(|list| list.as_array().or_else(|| list.get("packages")?.as_array()));
            patterns.extend(list.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        }
    }
    patterns.extend(read(&folder.join("pnpm-workspace.yaml")).iter().flat_map(|text| listed(text)));
    if patterns.is_empty() {
        return None;
    }
    let mut found = Vec::new();
    for pattern in patterns.iter().filter(|pattern| !pattern.starts_with('!')) {
        let segments: Vec<&str> = pattern.split('/').filter(|s| !s.is_empty() && *s != ".").collect();
        expand(folder, &segments, MAX_DEPTH, &mut found);
    }
    found.sort();
    found.dedup();
    Some(found)
}

/// The packages of a workspace by their names.
pub(super) fn by_name(folder: &Path) -> FxHashMap<String, PathBuf> {
    let packages = packages_of(folder).unwrap_or_default();
    let named = packages.into_iter().filter_map(|package| {
        let document: Value = serde_json::from_str(&read(&package.join("package.json"))?).ok()?;
        Some((document.get("name")?.as_str()?.to_owned(), package))
    });
    named.collect()
}

/// The name of the package that a specifier begins with, and the rest.
pub(super) fn package_name(specifier: &str) -> (&str, &str) {
    let parts = if specifier.starts_with('@') { 2 } else { 1 };
    let end = specifier.match_indices('/').nth(parts - 1).map(|(at, _)| at);
    end.map_or((specifier, ""), |end| (&specifier[..end], &specifier[end + 1..]))
}

/// What a text file holds.
pub(super) fn read(path: &Path) -> Option<String> {
    let size = std::fs::metadata(path).ok().filter(std::fs::Metadata::is_file)?.len();
    (size <= MAX_BYTES).then(|| std::fs::read_to_string(path).ok()).flatten()
}

/// The items of the list `packages` in a YAML file of no other shape than pnpm's.
fn listed(text: &str) -> Vec<String> {
    let lines = text.lines().skip_while(|line| !line.starts_with("packages:")).skip(1);
    let items = lines.map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let items = items.map_while(|line| line.strip_prefix('-'));
    items.map(|item| item.split(" #").next().unwrap_or(item).trim().trim_matches(['\'', '"']).to_owned()).collect()
}

/// The folders below one that a pattern means and that hold a package.
fn expand(folder: &Path, segments: &[&str], depth: u32, found: &mut Vec<PathBuf>) {
    let Some((segment, rest)) = segments.split_first() else {
        if found.len() < MAX_PACKAGES && folder.join("package.json").is_file() {
            found.push(folder.to_owned());
        }
        return;
    };
    if !segment.contains('*') {
        expand(&folder.join(segment), rest, depth, found);
        return;
    }
    if *segment == "**" {
        expand(folder, rest, depth, found);
    }
    let Some(deeper) = depth.checked_sub(1) else { return };
    let (start, end) = segment.split_once('*').unwrap_or((segment, ""));
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let hidden = name.starts_with('.') || name == "node_modules";
        if hidden || !entry.path().is_dir() {
            continue;
        }
        if *segment == "**" {
            expand(&entry.path(), segments, deeper, found);
        } else if name.len() >= start.len() + end.len() && name.starts_with(start) && name.ends_with(end) {
            expand(&entry.path(), rest, depth, found);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn workspace(lists: &[(&str, &str)]) -> Vec<String> {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in lists {
            std::fs::write(folder.path().join(name), text).expect("a file");
        }
        for package in ["packages/a", "packages/b", "packages/node_modules/x", "apps/c/d", "tools"] {
            let path = folder.path().join(package);
            std::fs::create_dir_all(&path).expect("folders");
            std::fs::write(path.join("package.json"), format!("{{ \"name\": \"{package}\" }}")).expect("a file");
        }
        let mut names: Vec<String> = by_name(folder.path()).into_keys().collect();
        names.sort();
        names
    }

    #[test]
    fn every_list_of_packages_is_read() {
        let all = ["apps/c/d", "packages/a", "packages/b"];
        assert_eq!(workspace(&[("package.json", r#"{ "workspaces": ["packages/*", "./apps/**"] }"#)]), all);
        assert_eq!(
            workspace(&[("package.json", r#"{ "workspaces": { "packages": ["packages/a", "!x"] } }"#)]),
            [all[1]]
        );
        assert_eq!(workspace(&[("lerna.json", r#"{ "packages": ["*"] }"#)]), ["tools"]);
        let pnpm = "packages:\n  # all\n  - 'packages/*' # these\n  - \"apps/**\"\ncatalog:\n  - tools\n";
        assert_eq!(workspace(&[("pnpm-workspace.yaml", pnpm)]), all);
        assert_eq!(workspace(&[("package.json", "{}")]), Vec::<String>::new());
    }

    #[test]
    fn a_specifier_begins_with_its_package() {
        assert_eq!(package_name("@acme/pay/src/a"), ("@acme/pay", "src/a"));
        assert_eq!(package_name("@acme/pay"), ("@acme/pay", ""));
        assert_eq!(package_name("pay/a"), ("pay", "a"));
        assert_eq!(package_name("pay"), ("pay", ""));
    }
}
