//! From a specifier to the file that it means, as Node.js, TypeScript and the bundlers of this field resolve it.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use oxc_resolver::{ResolveOptions, Resolver as Library, TsconfigDiscovery, TsconfigOptions, TsconfigReferences};
use rustc_hash::FxHashMap;

use super::bundler::{Alias, aliases_in};
use super::listing::Listing;
use super::workspaces::{by_name, package_name};

/// Endings that a specifier may leave out, in the order in which they are tried.
const EXTENSIONS: [&str; 10] =
    [".ali.js", ".alipay.js", ".js", ".ts", ".tsx", ".jsx", ".mjs", ".cjs", ".alipay.ts", ".vue"];
/// Endings of what is no code.
const ASSETS: [&str; 16] = [
    "css", "less", "scss", "sass", "styl", "png", "jpg", "jpeg", "gif", "svg", "webp", "json", "woff", "ttf", "mp3",
    "acss",
];
/// Prefixes that projects give to their source folder in the configuration of a bundler.
const SOURCE_ALIASES: [&str; 3] = ["@/", "~@/", "~/"];
/// What the source folder's alias may stand for, from the package's folder.
const SOURCE_FOLDERS: [&str; 3] = ["src", "", "app"];
/// What marks a folder that an alias, or an absolute path of a mini-program, starts from.
pub(super) const BASES: [&str; 5] = ["package.json", "app.json", "pages.json", "mini.project.json", "paylint.json"];

/// The configuration that the library looks for by itself.
const TYPESCRIPT: &str = "tsconfig.json";
/// Configurations of editors and compilers, the nearest of each, whether or not they list the importing file.
pub(super) const CONFIGURATIONS: [&str; 3] = ["jsconfig.json", TYPESCRIPT, "tsconfig.app.json"];

/// Resolves specifiers; one serves all threads.
pub(super) struct Resolver {
    plain: Library,
    /// With the nearest `tsconfig.json` of the importing file.
    typescript: Library,
    /// With a configuration that was looked for here, by its path.
    configured: Mutex<FxHashMap<PathBuf, Arc<Library>>>,
    /// What may lie in folders.
    listings: Mutex<FxHashMap<PathBuf, Arc<Listing>>>,
    /// What bundlers' configurations call files, by the folder of these.
    bundled: Mutex<FxHashMap<PathBuf, Arc<Vec<Alias>>>>,
    /// The packages of workspaces by their names, by the folder with the list.
    workspaces: Mutex<FxHashMap<PathBuf, Arc<FxHashMap<String, PathBuf>>>>,
    /// What lies around files, by their folders.
    surroundings: Mutex<FxHashMap<PathBuf, Arc<Surroundings>>>,
}

/// What lies in a folder and those around it.
#[derive(Clone, Default)]
struct Surroundings {
    /// The nearest of each of the `CONFIGURATIONS`.
    configurations: [Option<Arc<Path>>; CONFIGURATIONS.len()],
    /// Folders with one of the marks of `BASES`, from the inside out.
    bases: Vec<Arc<Path>>,
}

impl Surroundings {
    /// Of a folder, whose parent's are given.
    fn of(folder: &Path, listing: &Listing, outer: &Self) -> Self {
        let is_file = |name: &str| listing.may_hold(name) && folder.join(name).is_file();
        let nearest = |(name, outer): (&&str, &Option<Arc<Path>>)| {
            if is_file(name) { Some(folder.join(name).into()) } else { outer.clone() }
        };
        let mut found = CONFIGURATIONS.iter().zip(&outer.configurations).map(nearest);
        let configurations = std::array::from_fn(|_| found.next().flatten());
        let is_base = BASES.iter().any(|mark| is_file(mark));
        let own = is_base.then(|| Arc::from(folder));
        Self { configurations, bases: own.into_iter().chain(outer.bases.iter().cloned()).collect() }
    }
}

impl Resolver {
    pub(super) fn new() -> Self {
        let plain = Library::new(options(None));
        let typescript = plain.clone_with_options(options(Some(TsconfigDiscovery::Auto)));
        Self {
            plain,
            typescript,
            configured: Mutex::default(),
            listings: Mutex::default(),
            bundled: Mutex::default(),
            workspaces: Mutex::default(),
            surroundings: Mutex::default(),
        }
    }

    /// The file that `from` (absolute, without links) means by a specifier; none: it is not at hand.
    pub(super) fn resolve(&self, from: &Path, specifier: &str) -> Option<PathBuf> {
        if is_asset(specifier) {
            return None;
        }
        let specifier = specifier.split(['?', '!']).next().unwrap_or(specifier);
        let found = if let Some(rest) = SOURCE_ALIASES.iter().find_map(|alias| specifier.strip_prefix(alias)) {
            let found = self.typed(from, specifier).or_else(|| self.by_bundler(from, specifier));
            found.or_else(|| self.in_sources(from, rest))
        } else if specifier.starts_with('/') {
            self.below_base(from, specifier)
        } else if specifier.starts_with('.') {
            self.plain.resolve_file(from, specifier).ok().map(|r| r.into_path_buf())
        } else {
            let found = self.typed(from, specifier).or_else(|| self.by_bundler(from, specifier));
            found.or_else(|| self.in_workspace(from, specifier)).or_else(|| self.beside(from, specifier))
        };
        found.filter(|path| path.is_absolute())
    }

    /// By the aliases of a TypeScript or editor configuration, and by the names of packages.
    fn typed(&self, from: &Path, specifier: &str) -> Option<PathBuf> {
        let by = |library: &Library| library.resolve_file(from, specifier).ok().map(|r| r.into_path_buf());
        let surroundings = self.surroundings_of(from);
        let mut configurations = CONFIGURATIONS.iter().zip(&surroundings.configurations);
        let nearest = || surroundings.configurations.iter().flatten();
        // Without any such file the library would only look for the package twice.
        if !configurations.any(|(name, file)| *name == TYPESCRIPT && file.is_some()) {
            return by(&self.plain).or_else(|| nearest().find_map(|file| by(&self.configured_by(file))));
        }
        // A configuration that cannot be read is not this program's fault to report.
        by(&self.typescript)
            .or_else(|| nearest().find_map(|file| by(&self.configured_by(file))))
            .or_else(|| by(&self.plain))
    }

    fn configured_by(&self, config_file: &Path) -> Arc<Library> {
        let mut known = self.configured.lock().unwrap_or_else(PoisonError::into_inner);
        let make = |config_file: &PathBuf| {
            let config_file = config_file.clone();
            let tsconfig = TsconfigOptions { config_file, references: TsconfigReferences::Disabled };
            // Not a copy of another: copies share a cache, and it holds one such configuration.
            Arc::new(Library::new(options(Some(TsconfigDiscovery::Manual(tsconfig)))))
        };
        known.entry(config_file.to_owned()).or_insert_with_key(make).clone()
    }

    /// What lies around a file. Every folder is looked at once.
    fn surroundings_of(&self, file: &Path) -> Arc<Surroundings> {
        let mut known = self.surroundings.lock().unwrap_or_else(PoisonError::into_inner);
        let folders = file.ancestors().skip(1);
        let unknown: Vec<&Path> = folders.take_while(|folder| !known.contains_key(*folder)).collect();
        let outer = unknown.last().map_or(file, |outermost| outermost).parent();
        let mut found = outer.and_then(|folder| known.get(folder).cloned()).unwrap_or_default();
        for folder in unknown.into_iter().rev() {
            found = Arc::new(Surroundings::of(folder, &self.listing(folder), &found));
            known.insert(folder.to_owned(), found.clone());
        }
        found
    }

    /// By an alias in the nearest configuration of a bundler that has it.
    fn by_bundler(&self, from: &Path, specifier: &str) -> Option<PathBuf> {
        from.ancestors()
            .skip(1)
            .find_map(|folder| self.bundled(folder).iter().find_map(|alias| self.by_alias(alias, specifier)))
    }

    /// What the configurations of bundlers in a folder call files.
    pub(super) fn bundled(&self, folder: &Path) -> Arc<Vec<Alias>> {
        known(&self.bundled, folder, || aliases_in(folder, &self.listing(folder)))
    }

    /// What may lie in a folder.
    pub(super) fn listing(&self, folder: &Path) -> Arc<Listing> {
        known(&self.listings, folder, || Listing::of(folder))
    }

    fn by_alias(&self, alias: &Alias, specifier: &str) -> Option<PathBuf> {
        let rest = specifier.strip_prefix(alias.name.as_str())?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        alias.paths.iter().find_map(|path| match rest.trim_start_matches('/') {
            "" => self.in_folder(path.parent()?, path.file_name()?.to_str()?),
            rest => self.in_folder(path, rest),
        })
    }

    /// A package of the workspace around the file, as an installation would link it.
    fn in_workspace(&self, from: &Path, specifier: &str) -> Option<PathBuf> {
        let (name, rest) = package_name(specifier);
        let package = self.surroundings_of(from).bases.iter().find_map(|folder| {
            let packages = known(&self.workspaces, folder, || by_name(folder));
            packages.get(name).cloned()
        })?;
        // By its own `exports`; else by `main`, or where its sources are before it is built.
        let path = |r: oxc_resolver::Resolution| r.into_path_buf();
        if let Ok(found) = self.plain.resolve(&package, specifier) {
            return Some(path(found));
        }
        let entry = ["", "src/index", "src/main", "lib/index", "index"];
        let names = if rest.is_empty() {
            entry.map(str::to_owned).to_vec()
        } else {
            vec![rest.to_owned(), format!("src/{rest}")]
        };
        names.iter().find_map(|name| self.in_folder(&package, name))
    }

    /// `@/x`: from the source folder of the package around the file.
    fn in_sources(&self, from: &Path, rest: &str) -> Option<PathBuf> {
        let surroundings = self.surroundings_of(from);
        let folders = surroundings.bases.iter().flat_map(|base| SOURCE_FOLDERS.iter().map(|folder| base.join(folder)));
        folders.into_iter().find_map(|folder| self.in_folder(&folder, rest))
    }

    /// `/x`: from the mini-program's or the site's folder.
    fn below_base(&self, from: &Path, specifier: &str) -> Option<PathBuf> {
        let rest = specifier.trim_start_matches('/');
        from.ancestors().skip(1).find_map(|folder| self.in_folder(folder, rest))
    }

    /// `utils/x` of a mini-program, where the dot may be left out.
    fn beside(&self, from: &Path, specifier: &str) -> Option<PathBuf> {
        let named_like_a_file = specifier.contains('/') && !specifier.starts_with('@');
        from.parent().filter(|_| named_like_a_file).and_then(|folder| self.in_folder(folder, specifier))
    }

    fn in_folder(&self, folder: &Path, rest: &str) -> Option<PathBuf> {
        self.plain.resolve(folder, &format!("./{rest}")).ok().map(|r| r.into_path_buf())
    }

    /// The local file that a page loads by an address; none: it is elsewhere.
    pub(super) fn page_script(&self, page: &Path, root: &Path, address: &str) -> Option<PathBuf> {
        let address = address.trim();
        if address.contains("://") || address.starts_with("//") || address.starts_with("data:") {
            return None;
        }
        let path = address.split(['?', '#']).next().unwrap_or(address);
        // `${ctx}/js/pay.js`: what stands before the first folder is the server's.
        let path = match path.rfind(['}', '>']) {
            Some(end) => path.get(end + 1..).unwrap_or_default(),
            None => path,
        };
        let from_top = path.starts_with('/');
        let rest = path.trim_start_matches('/');
        if rest.is_empty() {
            return None;
        }
        let inside = |folder: &&Path| folder.starts_with(root);
        let folders = page.ancestors().skip(1).take_while(inside);
        let mut candidates = folders.take(if from_top { usize::MAX } else { 1 }).map(|folder| folder.join(rest));
        candidates.find(|file| file.is_file()).and_then(|file| std::fs::canonicalize(file).ok())
    }
}

/// What is known of a folder, or is found out now.
fn known<T>(all: &Mutex<FxHashMap<PathBuf, Arc<T>>>, folder: &Path, find: impl FnOnce() -> T) -> Arc<T> {
    if let Some(known) = all.lock().unwrap_or_else(PoisonError::into_inner).get(folder) {
        return known.clone();
    }
    let found = Arc::new(find());
    all.lock().unwrap_or_else(PoisonError::into_inner).entry(folder.to_owned()).or_insert(found).clone()
}

fn options(tsconfig: Option<TsconfigDiscovery>) -> ResolveOptions {
    ResolveOptions {
        tsconfig,
        extensions: EXTENSIONS.map(str::to_owned).to_vec(),
        main_fields: ["module", "main"].map(str::to_owned).to_vec(),
        condition_names: ["import", "require", "browser", "default"].map(str::to_owned).to_vec(),
        // `./pay.js` may be written in TypeScript.
        extension_alias: vec![
            (".js".to_owned(), [".js", ".ts", ".tsx"].map(str::to_owned).to_vec()),
            (".jsx".to_owned(), [".jsx", ".tsx"].map(str::to_owned).to_vec()),
            (".mjs".to_owned(), [".mjs", ".mts"].map(str::to_owned).to_vec()),
        ],
        // The environment must not decide what a verdict is.
        node_path: false,
        ..ResolveOptions::default()
    }
}

fn is_asset(specifier: &str) -> bool {
    let path = specifier.split('?').next().unwrap_or(specifier);
    let extension = path.rsplit_once('.').map(|(_, extension)| extension).unwrap_or_default();
    ASSETS.iter().any(|asset| extension.eq_ignore_ascii_case(asset))
}
