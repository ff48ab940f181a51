// A function moves into a file of its own, and is imported from there; or a module moves into the only one that imports it. These operators count only where paylint follows
// imports at all: `FOLLOWS` is a program by which the run finds that out.

import { generate, namesIn, parse, paths, t, usesOwnContext } from '../../lib/syntax.mjs';
import { pick } from '../../lib/random.mjs';
import { EXPORTS } from './homes.mjs';

/** Two files: the call is `ready` where imports are followed, and `unknown` where they are not. */
export const FOLLOWS = [
  {
    path: 'helper.js',
    text: `export function ready(run) {
  if (window.AlipayJSBridge) run();
  else document.addEventListener('AlipayJSBridgeReady', run);
}
`,
  },
  {
    path: 'page.js',
    text: `import { ready } from './helper';
ready(() => AlipayJSBridge.call('tradePay', { tradeNO: window.no }, () => {}));
`,
  },
];

/** Functions at the top that mention nothing of the script but themselves. */
function movable(tree) {
  const isModule = tree.program.body.some((s) => t.isImportOrExportDeclaration(s));
  return paths(tree, 'FunctionDeclaration', (path) => {
    const holder = path.parentPath;
    if (!holder.isProgram() && !holder.isExportNamedDeclaration()) return false;
    if (!path.node.id || path.node.declare || usesOwnContext(path)) return false;
    if (mentionsType(path, tree)) return false;
    const top = path.scope.getProgramParent();
    const binding = top.bindings[path.node.id.name];
    // A page's function that its script never mentions is called by somebody who is not shown: by an attribute, say. In
    // a module it would be out of reach.
    if (!isModule && holder.isProgram() && !binding?.referenced) return false;
    return (
      Boolean(binding?.constant) &&
      !Object.values(top.bindings).some((other) => other !== binding && isUsedIn(other, path))
    );
  });
}

/** Whether it uses an enum or a namespace of the script, which Babel does not count among its names. */
function mentionsType(path, tree) {
  const declared = tree.program.body.map((s) => s.declaration ?? s);
  const names = declared.filter((s) => t.isTSEnumDeclaration(s) || t.isTSModuleDeclaration(s)).map((s) => s.id.name);
  return paths(tree, 'Identifier', (name) => names.includes(name.node.name)).some((name) =>
    name.findParent((p) => p === path),
  );
}

const isUsedIn = ({ referencePaths, constantViolations }, path) =>
  [...referencePaths, ...constantViolations].some((mention) => mention.findParent((p) => p === path));

/** Takes the function out of the tree; gives its text as a module. */
function moveOut(path) {
  const { node, parentPath: holder } = path;
  (holder.isProgram() ? path : holder).remove();
  return { name: node.id.name, node, exported: !holder.isProgram() };
}

const moved = (name, about, write) => ({
  name,
  about,
  needsModules: true,
  rewrite(text, { part, random, extra, unit }) {
    // Another script of a page has no place beside it, and an old script can't be a module.
    if (part.shared || parse(text, { ...part, sourceType: 'module' }) === null) return null;
    const tree = parse(text, part);
    // What imports with `import` has no `exports` to fill.
    const names = namesIn(tree);
    if (EXPORTS.some((name) => names.has(name))) return null;
    const candidates = movable(tree);
    if (candidates.length === 0) return null;
    const out = moveOut(pick(random, candidates));
    const folder = unit.file.includes('/') ? unit.file.slice(0, unit.file.lastIndexOf('/') + 1) : '';
    const base = `part-${extra.length + 1}`;
    extra.push({ path: `${folder}${base}.${part.lang}`, text: write(out, tree, `./${base}`) });
    return generate(tree);
  },
});

const exportOf = ({ node }) => `${generate(t.exportNamedDeclaration(node, []))}\n`;

/** What others could import, they still can. */
function exportAgain({ name, exported }, tree) {
  if (!exported) return;
  const id = t.identifier(name);
  tree.program.body.push(t.exportNamedDeclaration(null, [t.exportSpecifier(id, id)]));
}

export const extractModule = moved(
  'extract-module',
  'a function moves to another file and is imported',
  (out, tree, source) => {
    const id = t.identifier(out.name);
    tree.program.body.unshift(t.importDeclaration([t.importSpecifier(id, id)], t.stringLiteral(source)));
    exportAgain(out, tree);
    return exportOf(out);
  },
);

export const extractDefault = moved(
  'extract-module-default',
  "a function moves to another file and is that file's default export",
  (out, tree, source) => {
    const id = t.identifier(out.name);
    tree.program.body.unshift(t.importDeclaration([t.importDefaultSpecifier(id)], t.stringLiteral(source)));
    exportAgain(out, tree);
    return `${generate(t.exportDefaultDeclaration(out.node))}\n`;
  },
);

export const extractNamespace = moved(
  'extract-module-namespace',
  'a function moves to another file, of which all is imported under one name',
  (out, tree, source) => {
    const id = t.identifier(out.name);
    const all = t.identifier(`${out.name}Module`);
    const member = t.memberExpression(all, id);
    tree.program.body.unshift(
      t.importDeclaration([t.importNamespaceSpecifier(all)], t.stringLiteral(source)),
      t.variableDeclaration('const', [t.variableDeclarator(id, member)]),
    );
    exportAgain(out, tree);
    return exportOf(out);
  },
);

/** The file of the unit that a relative import names. */
function moduleOf(unit, specifier) {
  if (!/^\.\.?\//.test(specifier)) return null;
  const folders = unit.file.split('/').slice(0, -1);
  for (const step of specifier.split('/')) {
    if (step === '..') folders.pop();
    else if (step !== '.') folders.push(step);
  }
  const base = folders.join('/');
  return unit.files.find(
    ({ path }) => path === base || (/^\.(js|jsx|ts|tsx)$/.test(path.slice(base.length)) && path.startsWith(base)),
  );
}

const folderOf = (path) => path.slice(0, path.lastIndexOf('/') + 1);
const stemOf = (path) => path.slice(path.lastIndexOf('/') + 1).replace(/\.\w+$/, '');

/** Whether no file but the one that is rewritten may import the module, and it does so once. */
function isImportedOnce(unit, module, text) {
  const mention = new RegExp(`['"/\`]${stemOf(module.path).replace(/[$.]/g, '\\$&')}(\\.\\w+)?['"\`]`, 'g');
  const others = unit.files.filter(({ path }) => path !== unit.file && path !== module.path);
  return [...text.matchAll(mention)].length === 1 && !others.some((file) => file.text.match(mention));
}

const programOf = (tree) => paths(tree, 'Program')[0];

/** The statements of a module without its exports, its imports, and what it exports under which name. */
function takenApart(tree) {
  const [imports, body, exported] = [[], [], new Map()];
  for (const statement of tree.program.body) {
    if (t.isImportDeclaration(statement)) imports.push(statement);
    else if (t.isExportNamedDeclaration(statement)) {
      if (!statement.declaration) return null;
      for (const name of Object.keys(t.getBindingIdentifiers(statement.declaration))) exported.set(name, name);
      body.push(statement.declaration);
    } else if (t.isExportDefaultDeclaration(statement)) {
      const { declaration } = statement;
      if (!t.isFunctionDeclaration(declaration) || !declaration.id) return null;
      exported.set('default', declaration.id.name);
      body.push(declaration);
    } else if (/^(Export|TSExport|TSImport)/.test(statement.type)) return null;
    else body.push(statement);
  }
  return { imports, body, exported };
}

export const inlineModule = {
  name: 'inline-module',
  about: 'a module moves into the only file that imports it',
  needsModules: true,
  rewrite(text, { part, unit, random, removed }) {
    if (!unit.project || part.shared) return null;
    const tree = parse(text, part);
    const own = Object.keys(programOf(tree).scope.bindings);
    const names = namesIn(tree);
    const places = tree.program.body.flatMap((statement) => {
      if (!t.isImportDeclaration(statement) || statement.importKind === 'type') return [];
      const module = moduleOf(unit, statement.source.value);
      if (!module || removed.includes(module.path) || !isImportedOnce(unit, module, text)) return [];
      const lang = module.path.slice(module.path.lastIndexOf('.') + 1);
      if (lang !== 'js' && lang !== part.lang) return [];
      const inner = parse(module.text, { lang, sourceType: 'module' });
      const parts = inner && takenApart(inner);
      if (!parts || paths(inner, 'AwaitExpression', (path) => !path.getFunctionParent()).length > 0) return [];
      const moves = folderOf(module.path) === folderOf(unit.file);
      if (parts.imports.some(({ source }) => source.value.startsWith('.') && !moves)) return [];
      const locals = new Map();
      for (const specifier of statement.specifiers) {
        if (t.isImportNamespaceSpecifier(specifier)) return [];
        const name = t.isImportDefaultSpecifier(specifier)
          ? 'default'
          : (specifier.imported.name ?? specifier.imported.value);
        if (!parts.exported.has(name)) return [];
        locals.set(specifier.local.name, parts.exported.get(name));
      }
      const theirs = Object.keys(programOf(inner).scope.bindings);
      const clashes = theirs.some((name) => names.has(name) && locals.get(name) !== name);
      const hides = own.some((name) => locals.get(name) !== name && namesIn(inner).has(name));
      return clashes || hides ? [] : [{ statement, module, parts, locals }];
    });
    if (places.length === 0) return null;
    const { statement, module, parts, locals } = pick(random, places);
    const aliases = [...locals].filter(([local, name]) => local !== name);
    const constants = aliases.map(([local, name]) =>
      t.variableDeclaration('const', [t.variableDeclarator(t.identifier(local), t.identifier(name))]),
    );
    const rest = tree.program.body.filter((one) => one !== statement);
    const imports = rest.filter((one) => t.isImportDeclaration(one));
    const others = rest.filter((one) => !t.isImportDeclaration(one));
    tree.program.body = [...parts.imports, ...imports, ...parts.body, ...constants, ...others];
    removed.push(module.path);
    return generate(tree);
  },
};
