// A function moves into a file of its own, and is imported from there. These operators count only where paylint follows
// imports at all: `FOLLOWS` is a program by which the run finds that out.

import { generate, parse, paths, t, usesOwnContext } from '../../lib/syntax.mjs';
import { pick } from '../../lib/random.mjs';

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
  return paths(tree, 'FunctionDeclaration', (path) => {
    const holder = path.parentPath;
    if (!holder.isProgram() && !holder.isExportNamedDeclaration()) return false;
    if (!path.node.id || path.node.declare || usesOwnContext(path)) return false;
    if (mentionsType(path, tree)) return false;
    const top = path.scope.getProgramParent();
    const binding = top.bindings[path.node.id.name];
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
