//! Aliases in the configuration of a bundler: `alias: { '@pay': … }`, `alias: [{ find, replacement }]`,
//! `alias.set('@pay', …)`. A configuration is a program; it is not run, only its texts are read: what they lead to
//! counts where such a file exists.

use std::path::{Path, PathBuf};

use super::listing::Listing;
use super::read::load_kind;
use crate::ir::{Expr, ExprId, Property, PropertyKey, Ref, Script, Write};
use crate::limits::Limits;
use crate::source::FileKind;

/// Configurations that may have aliases, from the folder of a package.
pub(super) const FILES: [&str; 24] = [
    "vite.config.js",
    "vite.config.ts",
    "vite.config.mjs",
    "vite.config.mts",
    "webpack.config.js",
    "webpack.config.ts",
    "vue.config.js",
    "vue.config.ts",
    "vue.config.cjs",
    "rollup.config.js",
    "rspack.config.js",
    "rspack.config.ts",
    "rsbuild.config.js",
    "rsbuild.config.ts",
    "craco.config.js",
    "babel.config.js",
    ".umirc.js",
    ".umirc.ts",
    "config/index.js",
    "config/index.ts",
    "config/config.js",
    "config/config.ts",
    "build/webpack.base.conf.js",
    "config/webpack.config.js",
];
/// Larger configurations are not looked at.
const MAX_BYTES: u64 = 256 * 1024;
/// Names that hold parts of a path are followed so far.
const MAX_NAMES: u32 = 4;
/// What stands for the source folder in an alias of an alias.
const SOURCES: [&str; 2] = ["@/", "~/"];

/// A name that a bundler's configuration gives to a file or folder.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Alias {
    /// The name, without a slash or `$` at its end.
    pub name: String,
    /// Where it may lead.
    pub paths: Vec<PathBuf>,
}

/// The aliases of a folder's configurations, the longest names first.
pub(super) fn aliases_in(folder: &Path, listing: &Listing) -> Vec<Alias> {
    let mut found = Vec::new();
    for name in FILES.into_iter().filter(|name| listing.may_hold(name)) {
        let file = folder.join(name);
        let size = std::fs::metadata(&file).ok().filter(std::fs::Metadata::is_file).map(|meta| meta.len());
        let bytes = size.filter(|size| *size <= MAX_BYTES).and_then(|_| std::fs::read(&file).ok());
        let (Some(bytes), Some(kind)) = (bytes, FileKind::of(&file)) else { continue };
        let Ok(loaded) = load_kind(kind, bytes, &Limits::default()) else { continue };
        for script in &loaded.scripts {
            Search { script, folder, own: file.parent().unwrap_or(folder), found: &mut found }.run();
        }
    }
    found.sort_by(|a, b| (b.name.len(), &a.name).cmp(&(a.name.len(), &b.name)));
    found
}

struct Search<'s> {
    script: &'s Script,
    folder: &'s Path,
    /// The folder of the configuration itself.
    own: &'s Path,
    found: &'s mut Vec<Alias>,
}

impl Search<'_> {
    fn run(&mut self) {
        for expr in &self.script.exprs {
            match *expr {
                Expr::Call { callee, arguments, .. } => {
                    let arguments = self.script.args(arguments);
                    if let (true, [name, value]) = (self.is_set(callee), arguments) {
                        self.add(name.value, value.value);
                    }
                }
                Expr::Object(list) => self.object(list.of(&self.script.properties)),
                _ => {}
            }
        }
    }

    /// `….set`, of webpack-chain.
    fn is_set(&self, callee: ExprId) -> bool {
        let Expr::Member { key: PropertyKey::Name(name), .. } = self.script.expr(callee) else { return false };
        &**self.script.name(name) == "set"
    }

    /// `{ find, replacement }`, `{ alias: { … } }`.
    fn object(&mut self, properties: &[Property]) {
        let value_of = |wanted: &str| {
            let named = |p: &&Property| matches!(p.key, PropertyKey::Name(name) if &**self.script.name(name) == wanted);
            properties.iter().find(named).map(|p| p.value)
        };
        if let (Some(find), Some(replacement)) = (value_of("find"), value_of("replacement")) {
            self.add(find, replacement);
        }
        let table = value_of("alias").and_then(|alias| self.table(alias)).unwrap_or_default();
        for property in table {
            if let PropertyKey::Name(name) = property.key {
                let name = self.script.name(name).to_string();
                self.add_named(&name, property.value);
            }
        }
    }

    /// The properties of an object, or of the name that holds one.
    fn table(&self, value: ExprId) -> Option<Vec<Property>> {
        match self.script.expr(value) {
            Expr::Object(list) => Some(list.of(&self.script.properties).to_vec()),
            Expr::Read(Ref::Binding(binding)) => match self.script.writes_of(binding) {
                [Write::Value(value)] => match self.script.expr(*value) {
                    Expr::Object(list) => Some(list.of(&self.script.properties).to_vec()),
                    _ => None,
                },
                _ => None,
            },
            _ => None,
        }
    }

    fn add(&mut self, name: ExprId, value: ExprId) {
        if let Some(name) = self.script.constant_text(name) {
            let name = self.script.name(name).to_string();
            self.add_named(&name, value);
        }
    }

    fn add_named(&mut self, name: &str, value: ExprId) {
        let name = name.trim_end_matches('$').trim_end_matches('/');
        let mut texts = Vec::new();
        self.texts(value, MAX_NAMES, &mut texts);
        if name.is_empty() || texts.is_empty() {
            return;
        }
        let from_sources = |text: &String| SOURCES.iter().find_map(|s| text.strip_prefix(s).map(str::to_owned));
        let paths = match (texts.as_slice(), texts.first().and_then(from_sources)) {
            ([_], Some(rest)) => vec![self.folder.join("src").join(rest)],
            _ => {
                let below = |base: &Path| texts.iter().fold(base.to_owned(), |path, text| path.join(relative(text)));
                vec![below(self.own), below(self.folder)]
            }
        };
        self.found.push(Alias { name: name.to_owned(), paths });
    }

    /// Whether a value is a module or a part of one: `require('path').resolve`.
    fn is_of_module(&self, mut value: ExprId) -> bool {
        while let Expr::Member { object, .. } = self.script.expr(value) {
            value = object;
        }
        self.script.module_held(value).is_some()
    }

    /// The texts of a value, in their order, with those of the names in it.
    fn texts(&self, value: ExprId, names: u32, out: &mut Vec<String>) {
        let whole = self.script.expr_span(value);
        let inside = (0..=value.0).rev().map(ExprId).take_while(|id| whole.contains(self.script.expr_span(*id)));
        let mut inside: Vec<ExprId> = inside.collect();
        inside.sort_by_key(|id| self.script.expr_span(*id).start);
        for id in inside {
            match self.script.expr(id) {
                Expr::String(text) => out.push(self.script.name(text).to_string()),
                Expr::Read(Ref::Binding(binding)) if names > 0 => {
                    if let [Write::Value(value)] = self.script.writes_of(binding)
                        && !matches!(self.script.expr(*value), Expr::Function(_))
                        && !self.is_of_module(*value)
                    {
                        self.texts(*value, names - 1, out);
                    }
                }
                _ => {}
            }
        }
    }
}

/// A text as a part of a path below a folder.
fn relative(text: &str) -> &str {
    text.trim_start_matches("./").trim_start_matches('/')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aliases(file: &str, text: &str) -> Vec<(String, String)> {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join(file);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("folders");
        std::fs::write(path, text).expect("a file");
        let shown = |alias: Alias| {
            let last = alias.paths.last().expect("a path").strip_prefix(folder.path()).expect("inside").to_owned();
            (alias.name, last.to_string_lossy().replace('\\', "/").trim_end_matches('/').to_owned())
        };
        aliases_in(folder.path(), &Listing::of(folder.path())).into_iter().map(shown).collect()
    }

    #[test]
    fn every_way_of_writing_an_alias_is_read() {
        let pay = |name: &str| vec![(name.to_owned(), "src/pay".to_owned())];
        let dirname = "import path from 'path'; const src = path.resolve(__dirname, 'src');";
        let cases = [
            "export default { resolve: { alias: [{ find: '@pay', replacement: path.resolve(__dirname, 'src/pay') }] } }",
            "export default { resolve: { alias: { '@pay': fileURLToPath(new URL('./src/pay', import.meta.url)) } } }",
            "module.exports = { chainWebpack: (c) => { c.resolve.alias.set('@pay', resolve('src/pay')) } }",
            "const alias = { '@pay$': path.join(src, 'pay') }; export default { resolve: { alias } }",
            "export default { alias: { '@pay/': `${src}/pay/` } }",
            "export default { alias: { '@pay': '@/pay' } }",
        ];
        for case in cases {
            assert_eq!(aliases("vite.config.ts", &format!("{dirname}{case}")), pay("@pay"), "{case}");
        }
        let required = "const { resolve } = require('path'); module.exports = { alias: { pay: resolve('src/pay') } }";
        assert_eq!(aliases("vue.config.js", required), pay("pay"));
        assert_eq!(
            aliases("config/index.js", "module.exports = { alias: { pay: resolve('src', 'pay') } }"),
            pay("pay")
        );
    }

    #[test]
    fn patterns_and_what_has_no_text_are_none() {
        for text in
            ["export default { alias: [{ find: /^@/, replacement: 'src' }] }", "export default { alias: { a: b() } }"]
        {
            assert_eq!(aliases("vite.config.js", text), Vec::new(), "{text}");
        }
    }
}
