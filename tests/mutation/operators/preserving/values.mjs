// Values and names written in another way: strings, members, keys, declarations, destructuring, renaming.

import { bindingsToRename } from '../../lib/names.mjs';
import { freshName, namesIn, namesModule, paths, t, traverse } from '../../lib/syntax.mjs';
import { pick } from '../../lib/random.mjs';

/** Whether a literal text may be any expression where it stands. */
function isValue(path) {
  const { parentPath: parent, key } = path;
  if (parent.isImportOrExportDeclaration() || parent.isImportAttribute() || parent.isJSXAttribute()) return false;
  if (parent.isDirective() || parent.isTSLiteralType() || parent.isTSEnumMember()) return false;
  if ((parent.isProperty() || parent.isMethod()) && key === 'key' && !parent.node.computed) return false;
  if (parent.isTSAsExpression() || parent.isTSExternalModuleReference() || parent.isTSModuleDeclaration()) return false;
  if (namesModule(path) || path.node.value?.startsWith('@@')) return false;
  return !parent.isTaggedTemplateExpression() && !parent.isImportExpression();
}

export const stringToTemplate = {
  name: 'string-to-template',
  about: "`'a'` becomes a template literal",
  together: true,
  find: (tree) =>
    paths(tree, 'StringLiteral', isValue).map((path) => () => {
      const raw = path.node.value.replace(/[\\`]|\$(?=\{)/g, '\\$&').replace(/\r/g, '\\r');
      path.replaceWith(t.templateLiteral([t.templateElement({ raw, cooked: path.node.value }, true)], []));
    }),
};

/** Whether a text is the event of `emitter.on('paid', …)` and its kin. */
function namesEvent({ parentPath: parent, listKey, key }) {
  if (!parent.isCallExpression() || listKey !== 'arguments' || key !== 0) return false;
  const { callee } = parent.node;
  return t.isMemberExpression(callee) && /^(\$?(on|once|emit)|add\w*Listener|dispatch\w*)$/i.test(callee.property.name);
}

/** Whether a text is the name of a property or of a store's action that others know by it. */
function namesShared(path) {
  const { parentPath: parent, listKey, key } = path;
  if (parent.isVariableDeclarator() && t.isIdentifier(parent.node.id)) {
    return path.scope.getBinding(parent.node.id.name)?.referencePaths.some(namesShared) ?? false;
  }
  if (parent.isCallExpression() && listKey === 'arguments' && key === 1) {
    if (t.isMemberExpression(parent.node.callee) && parent.node.callee.property.name === 'defineProperty') return true;
  }
  return path.findParent((p) => p.isCallExpression() && mapsActions(p)) !== null;
}

/** Whether a call is one of `mapActions`, under whatever name it was imported. */
function mapsActions(call) {
  const { name } = call.node.callee;
  const imported = name && call.scope.getBinding(name)?.path.node.imported?.name;
  return (imported ?? name) === 'mapActions';
}

/** Whether a file is a bundler's configuration, which is not run: the texts in it are read as they stand. */
const isConfiguration = (file) => /\bconfig\.[cm]?[jt]s$/.test(file);

export const stringToSum = {
  name: 'string-to-sum',
  about: "`'ab'` becomes `'a' + 'b'`",
  together: true,
  find: (tree, { random, unit }) =>
    paths(tree, 'StringLiteral', (path) => {
      const { value } = path.node;
      // Names in parts are not found, by design (ARCHITECTURE.md, "Search"): those of APIs, of the bridge, of events and of
      // what files share are looked for as a whole.
      if (/tradepay|bridge/i.test(value) || namesEvent(path) || namesShared(path)) return false;
      return isValue(path) && value.length > 1 && !isConfiguration(unit.file);
    }).map((path) => () => {
      const { value } = path.node;
      // Characters that are two units long are not taken apart.
      const letters = [...value];
      const cut = 1 + Math.floor(random() * (letters.length - 1));
      if (letters.length < 2) return;
      const [head, tail] = [letters.slice(0, cut).join(''), letters.slice(cut).join('')];
      path.replaceWith(t.binaryExpression('+', t.stringLiteral(head), t.stringLiteral(tail)));
      path.skip();
    }),
};

export const templateToSum = {
  name: 'template-to-sum',
  about: 'a template with values becomes a sum that begins with a text',
  together: true,
  find: (tree) =>
    paths(tree, 'TemplateLiteral', (path) => {
      return path.node.expressions.length > 0 && path.parentPath.isExpression() && isValue(path) && !path.isTSType();
    }).map((path) => () => {
      const { quasis, expressions } = path.node;
      const parts = quasis.flatMap((quasi, i) => {
        const text = t.stringLiteral(quasi.value.cooked);
        return i < expressions.length ? [text, expressions[i]] : [text];
      });
      path.replaceWith(parts.reduce((a, b) => t.binaryExpression('+', a, b)));
    }),
};

export const computedMember = {
  name: 'computed-member',
  about: "`a.b` becomes `a['b']`",
  together: true,
  find: (tree) =>
    paths(tree, 'MemberExpression|OptionalMemberExpression', (path) => {
      return !path.node.computed && t.isIdentifier(path.node.property);
    }).map((path) => () => {
      path.node.property = t.stringLiteral(path.node.property.name);
      path.node.computed = true;
    }),
};

export const quotedKey = {
  name: 'quoted-key',
  about: "`{ a: 1 }` becomes `{ 'a': 1 }` or `{ ['a']: 1 }`",
  together: true,
  find: (tree, { random }) =>
    paths(tree, 'ObjectProperty', (path) => {
      const { node } = path;
      return !node.computed && !node.shorthand && t.isIdentifier(node.key) && node.key.name !== '__proto__';
    }).map((path) => () => {
      path.node.key = t.stringLiteral(path.node.key.name);
      path.node.computed = random() < 0.4;
    }),
};

export const longhand = {
  name: 'longhand',
  about: '`{ a, f() {} }` becomes `{ a: a, f: function () {} }`',
  together: true,
  find: (tree) => [
    ...paths(tree, 'ObjectProperty', (path) => path.node.shorthand).map((path) => () => {
      path.node.shorthand = false;
      path.node.value = t.cloneNode(path.node.value);
    }),
    ...paths(tree, 'ObjectMethod', (path) => path.node.kind === 'method' && !path.node.computed && !hasSuper(path)).map(
      (path) => () => {
        const { key, params, body, generator, async } = path.node;
        path.replaceWith(t.objectProperty(key, t.functionExpression(null, params, body, generator, async)));
      },
    ),
  ],
};

function hasSuper(path) {
  let found = false;
  path.traverse({
    Super() {
      found = true;
    },
  });
  return found;
}

export const constToLet = {
  name: 'const-to-let',
  about: '`const` becomes `let`',
  together: true,
  find: (tree) =>
    paths(tree, 'VariableDeclaration', (path) => path.node.kind === 'const' && !path.node.declare).map((path) => () => {
      path.node.kind = 'let';
    }),
};

const isInLoop = (path) => path.findParent((p) => p.isFunction() || p.isLoop())?.isLoop() ?? false;

/** Whether all names of the declaration are the only ones of their kind in the function. */
function isAlone(path) {
  const names = Object.keys(t.getBindingIdentifiers(path.node));
  const owner = path.scope.getFunctionParent() ?? path.scope.getProgramParent();
  const counts = new Map();
  owner.path.traverse({
    Scope(inner) {
      for (const name of Object.keys(inner.scope.bindings)) counts.set(name, (counts.get(name) ?? 0) + 1);
    },
  });
  const own = path.scope === owner ? 0 : 1;
  return names.every((name) => (counts.get(name) ?? 0) === own);
}

/** Whether every mention of the declaration's names stands behind it, in functions that nobody can call before. */
function isUsedLater(path) {
  const end = path.node.end;
  return Object.keys(t.getBindingIdentifiers(path.node)).every((name) => {
    const binding = path.scope.getBinding(name);
    const mentions = [...(binding?.referencePaths ?? []), ...(binding?.constantViolations ?? [])];
    return mentions.every((mention) => mention.node.start > end && !isHoisted(mention, binding.scope));
  });
}

/** Whether the mention stands in a function that is there before the code around it has run. */
function isHoisted(mention, scope) {
  const owner = mention.findParent((p) => p.isFunctionDeclaration());
  return Boolean(owner && owner.scope !== scope && owner.scope.parent && isInside(owner.scope, scope));
}

function isInside(inner, outer) {
  for (let scope = inner; scope; scope = scope.parent) if (scope === outer) return true;
  return false;
}

const isGlobal = (path) => path.scope.path.isProgram();

export const letToVar = {
  name: 'let-to-var',
  about: '`let` and `const` become `var`, outside of loops and of other variables of the name',
  find: (tree) =>
    paths(tree, 'VariableDeclaration', (path) => {
      if (path.node.kind === 'var' || path.node.declare || !path.parentPath.isBlockStatement()) return false;
      return !isInLoop(path) && path.node.declarations.every((d) => d.init) && isAlone(path) && isUsedLater(path);
    }).map((path) => () => {
      path.node.kind = 'var';
    }),
};

export const varToLet = {
  name: 'var-to-let',
  about: '`var` becomes `let`, where the name is used behind it and inside its block only',
  find: (tree) =>
    paths(tree, 'VariableDeclaration', (path) => {
      const { parentPath: parent, node } = path;
      if (node.kind !== 'var' || !parent.isBlockStatement() || isGlobal(path) || isInLoop(path)) return false;
      const inBlock = (mention) => mention.findParent((p) => p === parent) !== null;
      return Object.keys(t.getBindingIdentifiers(node)).every((name) => {
        const binding = path.scope.getBinding(name);
        if (!binding || binding.kind !== 'var') return false;
        const mentions = [...binding.referencePaths, ...binding.constantViolations];
        return binding.path.parentPath === path && mentions.every(inBlock) && isUsedLater(path);
      });
    }).map((path) => () => {
      path.node.kind = 'let';
    }),
};

export const splitDeclaration = {
  name: 'split-declaration',
  about: '`const a = 1, b = 2` becomes two declarations; `let a = 1` a declaration and an assignment',
  find: (tree) =>
    paths(tree, 'VariableDeclaration', (path) => {
      const { node } = path;
      if (path.listKey !== 'body' || node.declare || path.parentPath.isExportDeclaration()) return false;
      if (node.declarations.length > 1) return true;
      const [{ id, init }] = node.declarations;
      return t.isIdentifier(id) && !id.typeAnnotation && init && !t.isFunction(init) && !t.isClass(init);
    }).map((path) => () => {
      const { kind, declarations } = path.node;
      if (declarations.length > 1) {
        path.replaceWithMultiple(declarations.map((one) => t.variableDeclaration(kind, [one])));
        return;
      }
      const [{ id, init }] = declarations;
      const later = kind === 'var' ? 'var' : 'let';
      const bare = t.variableDeclaration(later, [t.variableDeclarator(t.cloneNode(id))]);
      path.replaceWithMultiple([bare, t.expressionStatement(t.assignmentExpression('=', id, init))]);
    }),
};

export const memberToDestructuring = {
  name: 'member-to-destructuring',
  about: '`const a = b.c` becomes `const { c: a } = b`',
  find: (tree) =>
    paths(tree, 'VariableDeclarator', ({ node }) => {
      if (!t.isIdentifier(node.id) || node.id.typeAnnotation) return false;
      return t.isMemberExpression(node.init, { computed: false }) && t.isIdentifier(node.init.property);
    }).map((path) => () => {
      const { id, init } = path.node;
      path.node.id = t.objectPattern([t.objectProperty(init.property, id, false, init.property.name === id.name)]);
      path.node.init = init.object;
    }),
};

export const parameterToMember = {
  name: 'parameter-to-member',
  about: '`({ a }) => …` becomes `(given) => { const a = given.a; … }`',
  find: (tree) =>
    paths(tree, 'Function', ({ node }) => {
      const [first, ...more] = node.params;
      if (more.length > 0 || !t.isObjectPattern(first) || first.typeAnnotation) return false;
      return first.properties.every(
        (p) => t.isObjectProperty(p, { computed: false }) && t.isIdentifier(p.key) && t.isIdentifier(p.value),
      );
    }).map((path) => () => {
      const given = t.identifier(freshName(tree, 'given'));
      const reads = path.node.params[0].properties.map(({ key, value }) => {
        const member = t.memberExpression(t.cloneNode(given), t.cloneNode(key));
        return t.variableDeclaration('let', [t.variableDeclarator(t.cloneNode(value), member)]);
      });
      path.node.params = [given];
      const { body } = path.node;
      path.node.body = t.isBlockStatement(body) ? body : t.blockStatement([t.returnStatement(body)]);
      path.node.body.body.unshift(...reads);
    }),
};

const STEMS = [
  'alpha',
  'beta',
  'gamma',
  'delta',
  'a',
  'b',
  'q',
  'n1',
  'zeta',
  'kappa',
  '_x',
  '$y',
  'w3',
  'tmp',
  'item',
];

export const rename = {
  name: 'rename',
  tool: true,
  about: 'a name of the script becomes another; names that paylint reads as words stay',
  together: true,
  find: (tree, { random, part }) => {
    let targets = [];
    traverse(tree, {
      Program(path) {
        targets = bindingsToRename(path, part);
        path.stop();
      },
    });
    const taken = namesIn(tree);
    return targets.map(({ scope, name }) => () => {
      let fresh = pick(random, STEMS);
      for (let i = 2; taken.has(fresh); i++) fresh = `${pick(random, STEMS)}${i}`;
      taken.add(fresh);
      scope.rename(name, fresh);
    });
  },
};
