//! What the JSON files of a mini-program say: which pages and packages it has, which project it is, and which component
//! a tag means. What cannot be read says nothing here.

use std::collections::BTreeMap;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

/// What says of a folder that it is a mini-program, or a plugin for mini-programs.
const HOMES: [&str; 2] = ["app.json", "plugin.json"];
/// What says how a mini-program is built.
pub(super) const PROJECT: &str = "mini.project.json";
/// Endings of the scripts of pages and components, in the order in which they are looked for.
pub(super) const SCRIPTS: [&str; 4] = ["js", "ts", "mjs", "cjs"];

/// A mini-program, or a plugin for mini-programs.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct App {
    /// Its folder.
    pub folder: PathBuf,
    /// Its pages, those of its packages too, and the components that a plugin offers: paths without endings.
    pub pages: Vec<PathBuf>,
    /// Components that all pages may use.
    pub components: Components,
}

/// Components by the tags that mean them: paths without endings; none where one is not at hand.
pub(super) type Components = BTreeMap<String, Option<PathBuf>>;

impl App {
    /// The folder of the mini-program or plugin that a file belongs to: the innermost one, within `root`.
    pub(super) fn folder_of(file: &Path, root: &Path) -> Option<PathBuf> {
        let mut folders = file.ancestors().skip(1).take_while(|folder| folder.starts_with(root));
        folders.find(|folder| HOMES.iter().any(|name| folder.join(name).is_file())).map(Path::to_owned)
    }

    /// What the files in its folder say.
    pub(super) fn read(folder: &Path) -> Self {
        let mut app = Self { folder: folder.to_owned(), ..Self::default() };
        for home in HOMES.iter().filter_map(|name| read_json(&folder.join(name))) {
            app.add(&home);
        }
        app.pages.sort();
        app.pages.dedup();
        app
    }

    fn add(&mut self, home: &Value) {
        self.add_pages(&self.folder.clone(), home.get("pages"));
        self.add_pages(&self.folder.clone(), home.get("publicPages"));
        self.add_pages(&self.folder.clone(), home.get("publicComponents"));
        let packages = ["subPackages", "subpackages"].iter().filter_map(|key| home.get(key)?.as_array());
        for package in packages.flatten() {
            let root = package.get("root").and_then(Value::as_str).unwrap_or_default();
            self.add_pages(&below(&self.folder, &self.folder, root), package.get("pages"));
        }
        self.components.extend(self.components_in(&self.folder, home));
    }

    /// Adds the pages of a list, or of a table by their names.
    fn add_pages(&mut self, folder: &Path, pages: Option<&Value>) {
        let listed = pages.and_then(Value::as_array).into_iter().flatten();
        let named = pages.and_then(Value::as_object).into_iter().flat_map(|table| table.values());
        let paths = listed.chain(named).filter_map(Value::as_str).filter(|path| !path.is_empty());
        self.pages.extend(paths.map(|path| below(folder, folder, path)));
    }

    /// The components that a page or component names itself, beside those of the app. `stem` is its own path without an
    /// ending.
    pub(super) fn components_of(&self, stem: &Path) -> Components {
        let json = read_json(&with_ending(stem, "json"));
        json.map(|json| self.components_in(stem.parent().unwrap_or(stem), &json)).unwrap_or_default()
    }

    /// What a tag means to a page or component that names components itself.
    pub(super) fn meaning<'c>(&'c self, own: &'c Components, tag: &str) -> Option<Option<&'c Path>> {
        own.get(tag).or_else(|| self.components.get(tag)).map(Option::as_deref)
    }

    fn components_in(&self, folder: &Path, json: &Value) -> Components {
        let table = json.get("usingComponents").and_then(Value::as_object).into_iter().flatten();
        table.filter_map(|(tag, path)| Some((tag.clone(), self.component(folder, path.as_str()?)))).collect()
    }

    /// The component that a path means; none: it is a plugin's, or a package's.
    fn component(&self, folder: &Path, path: &str) -> Option<PathBuf> {
        let local = path.starts_with(['.', '/']) && !path.contains("://");
        local.then(|| below(&self.folder, folder, path))
    }
}

/// Whether a component stands beside its JSON file: that says so.
pub(super) fn is_component(stem: &Path) -> bool {
    let json = read_json(&with_ending(stem, "json"));
    json.and_then(|json| json.get("component")?.as_bool()).unwrap_or(false)
}

/// A path with another ending, whatever dots its name has.
pub(super) fn with_ending(stem: &Path, ending: &str) -> PathBuf {
    let mut path = stem.as_os_str().to_owned();
    path.push(".");
    path.push(ending);
    path.into()
}

/// The files that a `mini.project.json` says a mini-program or a plugin begins with: their paths from its folder.
pub(super) fn homes_of(project: &Path) -> Vec<PathBuf> {
    let Some(json) = read_json(project) else { return Vec::new() };
    let root = |key: &str| json.get(key).and_then(Value::as_str);
    let plugin = json.get("compileType").and_then(Value::as_str) == Some("plugin");
    let own = root("miniprogramRoot").map(|root| (root, HOMES[0]));
    let plugin = root("pluginRoot").filter(|_| plugin).map(|root| (root, HOMES[1]));
    own.into_iter().chain(plugin).map(|(root, home)| below(Path::new(""), Path::new(""), root).join(home)).collect()
}

/// What the project of a mini-program in a folder calls other folders: `"pay/*": "./src/pay/*"`.
pub(super) fn aliases_in(folder: &Path) -> Vec<(String, PathBuf)> {
    let json = read_json(&folder.join(PROJECT)).unwrap_or_default();
    let table = json.pointer("/compileOptions/resolveAlias").and_then(Value::as_object).into_iter().flatten();
    let alias = |(name, path): (&String, &Value)| {
        let (name, path) = (name.strip_suffix("/*")?, path.as_str()?.strip_suffix("/*")?);
        (!name.is_empty()).then(|| (name.to_owned(), below(folder, folder, path)))
    };
    table.filter_map(alias).collect()
}

/// The globs of the files that a `mini.project.json` leaves out of what is uploaded. (`include` adds pictures and the like.)
pub(super) fn left_out_of(project: &Path) -> Vec<String> {
    let json = read_json(project).unwrap_or_default();
    let lists = ["exclude", "uploadExclude"].iter().filter_map(|key| json.get(key)?.as_array());
    lists.flatten().filter_map(Value::as_str).map(str::to_owned).collect()
}

/// More of a JSON file is not read: it lists no pages.
const MAX_JSON_BYTES: u64 = 1 << 20;

fn read_json(path: &Path) -> Option<Value> {
    std::fs::metadata(path).ok().filter(|file| file.is_file() && file.len() <= MAX_JSON_BYTES)?;
    let text = std::fs::read(path).ok()?;
    let text = text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(&text);
    serde_json::from_slice(text).ok()
}

/// A path that begins at `top` where it is absolute, else at `folder`; without `.` and `..`.
fn below(top: &Path, folder: &Path, path: &str) -> PathBuf {
    let mut found = if path.starts_with('/') { top.to_owned() } else { folder.to_owned() };
    for part in Path::new(path.trim_start_matches('/')).components() {
        match part {
            Component::Normal(name) => found.push(name),
            Component::ParentDir => drop(found.pop()),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn write(folder: &Path, name: &str, text: &str) {
        let path = folder.join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        fs::write(path, text).expect("a file");
    }

    #[test]
    fn pages_of_all_packages_are_listed() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path();
        write(
            top,
            "app.json",
            r#"{ "pages": ["pages/a/a", "/pages/b/b"], "subPackages": [{ "root": "more", "pages": ["c/c"] }],
                 "subpackages": [{ "root": "/last/", "pages": ["d"] }, { "pages": 3 }], "plugins": { "x": {} } }"#,
        );
        let app = App::read(top);
        assert_eq!(app.pages, ["last/d", "more/c/c", "pages/a/a", "pages/b/b"].map(|page| top.join(page)));
        write(
            top,
            "plug/plugin.json",
            r#"{ "publicComponents": { "pay": "components/pay" }, "pages": { "x": "pages/x" } }"#,
        );
        let plug = top.join("plug");
        assert_eq!(App::read(&plug).pages, ["components/pay", "pages/x"].map(|page| plug.join(page)));
        assert_eq!(App::folder_of(&plug.join("components/pay.js"), top), Some(plug.clone()));
        assert_eq!(App::folder_of(&top.join("pages/a/a.js"), top), Some(top.to_owned()));
        assert_eq!(App::folder_of(&top.join("pages/a/a.js"), &top.join("pages")), None);
    }

    #[test]
    fn tags_mean_components_of_the_page_or_of_the_app() {
        let folder = tempfile::tempdir().expect("a folder");
        let top = folder.path();
        write(top, "app.json", "\u{feff}{ \"usingComponents\": { \"a\": \"./com/a\", \"b\": \"/com/b\" } }");
        write(
            top,
            "pages/x/x.json",
            r#"{ "usingComponents": { "b": "../b", "c": "mini-ali-ui/es/c", "d": "plugin://p/d", "e": 1 } }"#,
        );
        let app = App::read(top);
        let own = app.components_of(&top.join("pages/x/x"));
        let (a, b) = (top.join("com/a"), top.join("pages/b"));
        let of = ["a", "b", "c", "d", "e"].map(|tag| app.meaning(&own, tag));
        assert_eq!(of, [Some(Some(&*a)), Some(Some(&*b)), Some(None), Some(None), None]);
    }

    #[test]
    fn a_project_says_where_its_mini_program_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let project = folder.path().join("mini.project.json");
        let homes = |text: &str| {
            fs::write(&project, text).expect("a file");
            homes_of(&project)
        };
        let both = r#"{ "compileType": "plugin", "miniprogramRoot": "./client", "pluginRoot": "plug/" }"#;
        assert_eq!(homes(both), ["client/app.json", "plug/plugin.json"].map(PathBuf::from));
        assert_eq!(homes(r#"{ "compileType": "mini", "pluginRoot": "plug" }"#), [""; 0].map(PathBuf::from));
        homes(r#"{ "compileOptions": { "resolveAlias": { "pay/*": "./src/pay/*", "odd": "./x", "/*": "./y/*" } } }"#);
        assert_eq!(aliases_in(folder.path()), [("pay".to_owned(), folder.path().join("src/pay"))]);
    }

    #[test]
    fn what_cannot_be_read_says_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        write(folder.path(), "app.json", "{ // no JSON\n }");
        write(folder.path(), "a.json", r#"{ "component": true }"#);
        assert_eq!(App::read(folder.path()).pages, [""; 0].map(PathBuf::from));
        assert!(is_component(&folder.path().join("a")) && !is_component(&folder.path().join("b")));
    }
}
