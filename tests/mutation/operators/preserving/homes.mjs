// Where the code lives: inside a function, a Vue component, a page of a mini-program, a React component.

import {
  freshName,
  generate,
  isCommonTypeScript,
  namesIn,
  parse,
  paths,
  stepOver,
  t,
  usesOwnContext,
} from '../../lib/syntax.mjs';

/** Names by which a script of Node.js says what it exports: it must do so while it loads. */
export const EXPORTS = ['exports', 'module'];

/**
 * Whether a file of a project gives all others something without an export: it does so while the program starts, and what
 * a component's handler gives is there only once that has run.
 */
function sharesWithOthers(tree) {
  const root = (node) => (t.isMemberExpression(node) ? root(node.object) : node.name);
  const isApplication = ({ callee }) => t.isIdentifier(callee, { name: 'App' });
  const isPlugin = ({ callee }) => t.isMemberExpression(callee) && ['use', 'mixin'].includes(callee.property.name);
  const isShared = ({ left }) =>
    t.isMemberExpression(left) &&
    (['prototype', 'globalProperties'].includes(left.object.property?.name) || GLOBALS.includes(root(left)));
  return (
    paths(tree, 'CallExpression', ({ node }) => isApplication(node) || isPlugin(node)).length > 0 ||
    paths(tree, 'AssignmentExpression', ({ node }) => isShared(node)).length > 0
  );
}

/** Objects that all files of a project see. */
const GLOBALS = ['window', 'globalThis', 'self', 'uni', 'my', 'wx', 'Vue'];

/** The statements of a script that others cannot import from and that nobody else shares names with. */
function ownStatements(text, part) {
  const tree = parse(text, part);
  if (part.imported && sharesWithOthers(tree)) return null;
  const names = namesIn(tree);
  if (isCommonTypeScript(tree) || EXPORTS.some((name) => names.has(name))) return null;
  const { body } = tree.program;
  const [program] = paths(tree, 'Program');
  const waits = paths(tree, 'AwaitExpression', (path) => !path.getFunctionParent()).length > 0;
  const typed = body.some((s) => t.isTSTypeAliasDeclaration(s) || t.isTSInterfaceDeclaration(s) || s.declare);
  if (part.shared || waits || typed || body.length === 0 || usesOwnContext(program)) return null;
  const imports = body.filter((s) => t.isImportDeclaration(s));
  const rest = body.filter((s) => !t.isImportDeclaration(s));
  if (rest.some((s) => t.isImportOrExportDeclaration(s))) return null;
  // A module is strict: old scripts with `with` and the like can't be one.
  if (parse(text, { ...part, sourceType: 'module' }) === null) return null;
  return { tree, imports, rest };
}

/** An operator that puts all statements of a script into a function, of which `home` makes statements. */
const inside = (name, about, home) => ({
  name,
  about,
  rewrite(text, { part, unit }) {
    // The page or component whose markup calls its methods it is already.
    const markup = unit.file.replace(/\.\w+$/, '.axml');
    if (unit.files.some((file) => file.path === markup)) return null;
    const own = ownStatements(text, part);
    if (!own) return null;
    const body = t.blockStatement(own.rest, own.tree.program.directives);
    own.tree.program.directives = [];
    own.tree.program.body = [...own.imports, ...home(body, own.tree)];
    return generate(own.tree);
  },
});

const call = (callee, ...args) => t.expressionStatement(t.callExpression(t.identifier(callee), args));
const method = (name, body, params = []) => t.objectMethod('method', t.identifier(name), params, body);
const object = (...members) => t.objectExpression(members);
const property = (name, value) => t.objectProperty(t.identifier(name), value);

export const insideFunction = inside(
  'in-a-function',
  'the script stands in a function that is called at once',
  (body) => [t.expressionStatement(t.callExpression(t.functionExpression(null, [], body), []))],
);

export const insideVue = inside('in-vue', "the script stands in a Vue component's `mounted`", (body) => [
  t.exportDefaultDeclaration(object(property('name', t.stringLiteral('Cashier')), method('mounted', body))),
]);

export const insideVueInstance = inside(
  'in-vue-instance',
  "the script stands in a Vue instance's `mounted`",
  (body) => [
    t.expressionStatement(
      t.newExpression(t.identifier('Vue'), [object(property('el', t.stringLiteral('#app')), method('mounted', body))]),
    ),
  ],
);

export const insidePage = inside('in-page', "the script stands in a mini-program page's `onLoad`", (body) => [
  call('Page', object(property('data', object()), method('onLoad', body))),
]);

export const insideReact = inside('in-react', 'the script stands in an effect of a React component', (body, tree) => {
  const effect = t.identifier(freshName(tree, 'useEffect'));
  const source = t.stringLiteral('react');
  const imported = t.importDeclaration([t.importSpecifier(effect, t.identifier('useEffect'))], source);
  const run = t.expressionStatement(
    t.callExpression(t.cloneNode(effect), [t.arrowFunctionExpression([], body), t.arrayExpression([])]),
  );
  const component = t.functionDeclaration(
    t.identifier(freshName(tree, 'Cashier')),
    [],
    t.blockStatement([run, t.returnStatement(t.nullLiteral())]),
  );
  return [imported, t.exportDefaultDeclaration(component)];
});

/** The exported functions of a module that nobody in it mentions, if it exports nothing else. */
function exportedFunctions(tree) {
  const exports = paths(tree, 'ExportNamedDeclaration|ExportDefaultDeclaration|ExportAllDeclaration');
  const functions = exports.map((path) => path.get('declaration')).map((path) => (Array.isArray(path) ? null : path));
  const fits = (path) => {
    if (!path?.isFunctionDeclaration() || !path.node.id || usesOwnContext(path)) return false;
    return !path.scope.parent.getBinding(path.node.id.name)?.referenced || !isMentioned(path);
  };
  return exports.length > 0 && functions.every(fits) ? functions : null;
}

function isMentioned(path) {
  const { referencePaths } = path.scope.parent.getBinding(path.node.id.name);
  return referencePaths.some(
    (mention) => !mention.isExportNamedDeclaration() && mention !== path && !mention.isExportDeclaration(),
  );
}

/**
 * Whether a function gives its caller something: a value, or a promise. Whoever imports it may take that; whoever calls a
 * handler does not, so that what depended on it is decided (`drops`).
 */
function givesBack(path) {
  if (path.node.async || path.node.generator) return true;
  let gives = false;
  path.traverse({
    ReturnStatement(inner) {
      if (inner.node.argument) gives = true;
    },
    Function: stepOver,
  });
  return gives;
}

/** An operator that turns exported functions into members of what `home` makes of them. */
const members = (name, about, home) => ({
  name,
  about,
  rewrite(text, context) {
    const { part } = context;
    const tree = parse(text, part);
    const functions = part.shared || part.imported ? null : exportedFunctions(tree);
    if (!functions) return null;
    context.allows.drops ||= functions.some(givesBack);
    const made = functions.map(({ node }) => {
      const { params, body, generator, async } = node;
      return t.objectMethod('method', node.id, params, body, false, generator, async);
    });
    functions.forEach((path) => path.parentPath.remove());
    tree.program.body.push(home(made));
    return generate(tree);
  },
});

export const asVueMethods = members('as-vue-methods', 'exported functions become methods of a Vue component', (made) =>
  t.exportDefaultDeclaration(object(property('methods', object(...made)))),
);

export const asPageMethods = members(
  'as-page-methods',
  'exported functions become methods of a mini-program page',
  (made) => call('Page', object(property('data', object()), ...made)),
);

export const asReactHandlers = {
  name: 'as-react-handlers',
  about: 'exported functions become handlers of a React component',
  rewrite(text, context) {
    const { part } = context;
    const tree = parse(text, part);
    const functions = part.shared || part.imported ? null : exportedFunctions(tree);
    if (!functions) return null;
    context.allows.drops ||= functions.some(givesBack);
    const names = functions.map(({ node }) => node.id.name);
    const handlers = functions.map((path) => {
      path.parentPath.remove();
      return path.node;
    });
    const element = t.callExpression(t.memberExpression(t.identifier('React'), t.identifier('createElement')), [
      t.stringLiteral('button'),
      object(...names.map((one, i) => property(i === 0 ? 'onClick' : `onTouch${i}`, t.identifier(one)))),
    ]);
    const component = t.functionDeclaration(
      t.identifier(freshName(tree, 'Cashier')),
      [],
      t.blockStatement([...handlers, t.returnStatement(element)]),
    );
    tree.program.body.push(t.exportDefaultDeclaration(component));
    return generate(tree);
  },
};
