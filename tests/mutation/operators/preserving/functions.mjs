// Functions written in another way: arrows, declarations, extracted, inlined, bound, handed on.

import { isHelper } from '../../lib/names.mjs';
import { declares, freshName, leaves, paths, statementsOf, t, usesOwnContext } from '../../lib/syntax.mjs';

const isConstructed = (binding) =>
  binding.referencePaths.some(
    ({ parentPath: parent, key }) =>
      (parent.isNewExpression() && key === 'callee') ||
      parent.isClass() ||
      (parent.isMemberExpression() && key === 'object') ||
      (parent.isBinaryExpression() && parent.node.operator === 'instanceof'),
  );

const asBlock = (body) => (t.isBlockStatement(body) ? body : t.blockStatement([t.returnStatement(body)]));

const functionOf = (arrow) => {
  const { params, body, async, returnType, typeParameters } = arrow;
  return Object.assign(t.functionExpression(null, params, asBlock(body), false, async), { returnType, typeParameters });
};

export const arrowToFunction = {
  name: 'arrow-to-function',
  about: 'an arrow that means nothing of its surroundings becomes a function',
  together: true,
  find: (tree) =>
    paths(tree, 'ArrowFunctionExpression', (path) => !usesOwnContext(path) && !path.parentPath.isClassProperty()).map(
      (path) => () => path.replaceWith(functionOf(path.node)),
    ),
};

export const functionToArrow = {
  name: 'function-to-arrow',
  about: 'a function expression that means no `this` and is never constructed becomes an arrow',
  find: (tree) =>
    paths(tree, 'FunctionExpression', (path) => {
      const { node, parentPath: parent } = path;
      if (node.id || node.generator || usesOwnContext(path) || node.params.some((p) => p.name === 'this')) return false;
      const handed = parent.isCallExpression() && path.listKey === 'arguments';
      return handed || parent.isObjectProperty();
    }).map((path) => () => {
      const { params, body, async, returnType, typeParameters } = path.node;
      const [only, ...more] = body.body;
      const short = more.length === 0 && t.isReturnStatement(only) && only.argument;
      const arrow = t.arrowFunctionExpression(params, short ? only.argument : body, async);
      path.replaceWith(Object.assign(arrow, { returnType, typeParameters }));
    }),
};

export const declarationToConstant = {
  name: 'declaration-to-constant',
  about: 'a function declaration becomes a constant at the head of its block',
  find: (tree, { part }) =>
    paths(tree, 'FunctionDeclaration', (path) => {
      const { node, scope } = path;
      if (!node.id || node.declare || path.listKey !== 'body') return false;
      if (path.parentPath.isProgram() && part.open) return false;
      const binding = scope.parent.getBinding(node.id.name);
      return binding?.constant && !isConstructed(binding) && binding.path === path;
    }).map((path) => () => {
      const { id, params, body, generator, async } = path.node;
      const value = Object.assign(t.functionExpression(null, params, body, generator, async), {
        returnType: path.node.returnType,
        typeParameters: path.node.typeParameters,
      });
      const list = path.container;
      list.splice(path.key, 1);
      const place = list.findIndex((statement) => !t.isImportDeclaration(statement));
      const constant = t.variableDeclaration('const', [t.variableDeclarator(id, value)]);
      list.splice(place < 0 ? list.length : place, 0, constant);
    }),
};

export const constantToDeclaration = {
  name: 'constant-to-declaration',
  about: 'a constant function becomes a declaration',
  find: (tree, { part }) =>
    paths(tree, 'VariableDeclaration', (path) => {
      const { kind, declarations, declare } = path.node;
      const [{ id, init }, ...more] = declarations;
      if (kind !== 'const' || declare || more.length > 0 || path.listKey !== 'body' || !t.isIdentifier(id))
        return false;
      if (path.parentPath.isProgram() && part.open) return false;
      if (!t.isFunction(init) || init.id || id.typeAnnotation) return false;
      return !t.isArrowFunctionExpression(init) || !usesOwnContext(path.get('declarations.0.init'));
    }).map((path) => () => {
      const [{ id, init }] = path.node.declarations;
      const { params, body, generator, async } = init;
      const made = t.functionDeclaration(id, params, asBlock(body), generator ?? false, async);
      path.replaceWith(Object.assign(made, { returnType: init.returnType, typeParameters: init.typeParameters }));
    }),
};

/** The names of declarations that stand in the block itself; a function made there sees all of them. */
const isArm = (path) => path.key === 'consequent' || path.key === 'alternate' || path.parentPath.isSwitchCase();

export const extractFunction = {
  name: 'extract-function',
  about: 'an arm of a condition becomes an arrow that is made before it and called in it',
  find: (tree) =>
    paths(tree, 'BlockStatement', (path) => {
      const { parentPath: parent } = path;
      if (!parent.isIfStatement() || !isArm(path) || !Array.isArray(parent.container)) return false;
      return path.node.body.length > 0 && !leaves(path) && !path.get('body').some(declares) && !namesArguments(path);
    }).map((path) => () => {
      const name = t.identifier(freshName(tree, 'step'));
      const arrow = t.arrowFunctionExpression([], t.blockStatement(path.node.body));
      path.parentPath.insertBefore(t.variableDeclaration('const', [t.variableDeclarator(name, arrow)]));
      path.replaceWith(t.blockStatement([t.expressionStatement(t.callExpression(t.cloneNode(name), []))]));
    }),
};

function namesArguments(path) {
  let found = false;
  path.traverse({
    Identifier(inner) {
      if (inner.node.name === 'arguments') found = true;
    },
  });
  return found;
}

/** Functions handed to a call in a statement of a block: they may be made before it. */
const handed = (tree) =>
  paths(tree, 'FunctionExpression|ArrowFunctionExpression', (path) => {
    const given = path.parentPath.isCallExpression() && path.listKey === 'arguments';
    const statement = path.getStatementParent();
    const near = path.findParent((p) => p.isFunction() || p.isStatement());
    return given && near === statement && statement.listKey === 'body' && !path.node.id;
  });

export const extractCallback = {
  name: 'extract-callback',
  about: 'a function that is handed to a call gets a name before the statement',
  find: (tree) =>
    handed(tree).map((path) => () => {
      const name = t.identifier(freshName(tree, 'part'));
      const statement = path.getStatementParent();
      statement.insertBefore(t.variableDeclaration('const', [t.variableDeclarator(name, path.node)]));
      path.replaceWith(t.cloneNode(name));
    }),
};

export const extractMethod = {
  name: 'extract-method',
  about: 'a function that is handed to a call becomes a method of an object before the statement',
  find: (tree) =>
    handed(tree)
      .filter((path) => path.isArrowFunctionExpression() || (!usesOwnContext(path) && !path.node.generator))
      .map((path) => () => {
        const name = t.identifier(freshName(tree, 'parts'));
        const { params, body, async } = path.node;
        const lexical = path.isArrowFunctionExpression() && usesOwnContext(path);
        const member = lexical
          ? t.objectProperty(t.identifier('run'), path.node)
          : t.objectMethod('method', t.identifier('run'), params, asBlock(body), false, false, async);
        const statement = path.getStatementParent();
        const made = t.variableDeclarator(name, t.objectExpression([member]));
        statement.insertBefore(t.variableDeclaration('const', [made]));
        path.replaceWith(t.memberExpression(t.cloneNode(name), t.identifier('run')));
      }),
};

export const wrapCallback = {
  name: 'wrap-callback',
  about: 'a function that is handed to a call is called by an arrow that stands in its place',
  find: (tree) =>
    handed(tree)
      .filter((path) => path.isArrowFunctionExpression() || !usesOwnContext(path))
      .map((path) => () => {
        const params = path.node.params;
        if (params.some((p) => t.isRestElement(p))) return;
        const names = params.map((_, i) => t.identifier(freshName(tree, `given${i}`)));
        const call = t.callExpression(
          path.node,
          names.map((name) => t.cloneNode(name)),
        );
        path.replaceWith(t.arrowFunctionExpression(names, call));
        path.skip();
      }),
};

export const bindCallback = {
  name: 'bind-callback',
  about: 'a function that is handed to a call is handed bound, although it means no `this`',
  find: (tree) =>
    handed(tree)
      .filter((path) => !usesOwnContext(path))
      .map((path) => () => {
        path.replaceWith(t.callExpression(t.memberExpression(path.node, t.identifier('bind')), [t.nullLiteral()]));
        path.skip();
      }),
};

/** Whether a name in the function would mean something else at the other place. */
function seesTheSame(path, place) {
  let same = true;
  path.traverse({
    Identifier(inner) {
      if (!inner.isReferencedIdentifier()) return;
      const { name } = inner.node;
      const here = inner.scope.getBinding(name);
      if (here && isWithin(here.path, path)) return;
      if (place.scope.getBinding(name) !== path.scope.parent.getBinding(name)) same = false;
    },
    AssignmentExpression(inner) {
      for (const name of Object.keys(t.getBindingIdentifiers(inner.node.left))) {
        if (place.scope.getBinding(name) !== path.scope.parent.getBinding(name)) same = false;
      }
    },
  });
  return same;
}

const isWithin = (inner, outer) => inner === outer || inner.findParent((p) => p === outer) !== null;

export const inlineFunction = {
  name: 'inline-function',
  about: 'a function that is mentioned once stands where it is mentioned',
  find: (tree, { part }) =>
    paths(tree, 'FunctionDeclaration|VariableDeclarator', (path) => {
      const value = path.isVariableDeclarator() ? path.get('init') : path;
      if (!value.isFunction() || !t.isIdentifier(path.node.id) || value.node.declare) return false;
      if (isHelper(path.node.id.name)) return false;
      if (path.isFunctionDeclaration() ? path.listKey !== 'body' : path.parentPath.listKey !== 'body') return false;
      const outer = value.scope.parent;
      if (outer.path.isProgram() && part.open) return false;
      const binding = outer.getBinding(path.node.id.name);
      if (!binding?.constant || binding.referencePaths.length !== 1 || isConstructed(binding)) return false;
      const [mention] = binding.referencePaths;
      if (isWithin(mention, value) || mention.parentPath.isExportSpecifier() || !mention.isIdentifier()) return false;
      if (mention.parentPath.isObjectProperty({ shorthand: true }) || mention.isJSXIdentifier()) return false;
      if (mention.parentPath.isExportDefaultDeclaration()) return false;
      return !usesOwnContext(value) && seesTheSame(value, mention);
    }).map((path) => () => {
      const value = path.isVariableDeclarator() ? path.node.init : path.node;
      // A declaration's own scope may hold a parameter of its name.
      const outer = path.isVariableDeclarator() ? path.scope : path.scope.parent;
      const [mention] = outer.getBinding(path.node.id.name).referencePaths;
      const { params, body, generator, async } = value;
      const moved = t.isFunctionDeclaration(value) ? t.functionExpression(null, params, body, generator, async) : value;
      mention.replaceWith(moved);
      path.remove();
    }),
};

/** The only mention of a method of an object whose methods are all that is ever read of it; `null` if there are more. */
function onlyMention(path) {
  const holder = path.parentPath;
  const declarator = holder.parentPath;
  if (!declarator.isVariableDeclarator() || declarator.node.init !== holder.node) return null;
  if (!t.isIdentifier(declarator.node.id) || declarator.parentPath.parentPath.isExportDeclaration()) return null;
  const binding = declarator.scope.getBinding(declarator.node.id.name);
  if (!binding?.constant) return null;
  const members = binding.referencePaths.map((mention) => mention.parentPath);
  const plain = (member, i) =>
    member.isMemberExpression({ computed: false }) && member.node.object === binding.referencePaths[i].node;
  const written = (member) => member.parentPath.isAssignmentExpression() && member.key === 'left';
  if (!members.every(plain) || members.some((m) => written(m) || m.parentPath.isUpdateExpression())) return null;
  const found = members.filter((member) => member.node.property.name === path.node.key.name);
  return found.length === 1 && !isWithin(found[0], path) ? found[0] : null;
}

export const inlineMethod = {
  name: 'inline-method',
  about: 'a method that is mentioned once stands where it is mentioned',
  find: (tree, { part }) =>
    paths(tree, 'ObjectProperty|ObjectMethod', (path) => {
      const { node } = path;
      if (node.computed || !t.isIdentifier(node.key) || (node.kind && node.kind !== 'method')) return false;
      if (!path.parentPath.isObjectExpression()) return false;
      if (path.scope.getProgramParent() === path.parentPath.scope && part.open) return false;
      const value = path.isObjectMethod() ? path : path.get('value');
      if (!value.isFunction() || usesOwnContext(value)) return false;
      const mention = onlyMention(path);
      return mention !== null && seesTheSame(value, mention);
    }).map((path) => () => {
      const { params, body, generator, async } = path.node;
      const value = path.isObjectMethod()
        ? t.functionExpression(null, params, body, generator, async)
        : path.node.value;
      onlyMention(path).replaceWith(value);
      path.remove();
    }),
};

export const reorderDeclarations = {
  name: 'reorder-declarations',
  about: 'a function declaration moves to the end or to the head of its block',
  find: (tree, { random }) =>
    paths(tree, 'FunctionDeclaration', (path) => {
      return path.listKey === 'body' && path.container.length > 1 && path.node.id && !path.node.declare;
    }).map((path) => () => {
      const { container: list, key, node } = path;
      list.splice(key, 1);
      const first = list.findIndex((statement) => !t.isImportDeclaration(statement));
      list.splice(random() < 0.5 ? Math.max(first, 0) : list.length, 0, node);
    }),
};

const isInert = (node) =>
  t.isFunctionDeclaration(node) ||
  (t.isVariableDeclaration(node) &&
    node.kind !== 'var' &&
    node.declarations.every(({ id, init }) => t.isIdentifier(id) && (t.isFunction(init) || t.isLiteral(init))) &&
    node.declarations.every(({ init }) => !t.isTemplateLiteral(init)));

export const swapNeighbours = {
  name: 'swap-neighbours',
  about: 'two neighbouring declarations of functions or literals change places',
  find: (tree) =>
    paths(tree, 'FunctionDeclaration|VariableDeclaration', (path) => {
      return path.listKey === 'body' && isInert(path.node) && isInert(path.container[path.key + 1]);
    }).map((path) => () => {
      const { container: list, key } = path;
      [list[key], list[key + 1]] = [list[key + 1], list[key]];
    }),
};

export const sequences = {
  name: 'join-statements',
  about: '`a(); b();` becomes `a(), b();`, and the other way round',
  find: (tree) => [
    ...paths(tree, 'ExpressionStatement', (path) => {
      const next = Array.isArray(path.container) && path.container[path.key + 1];
      return t.isExpressionStatement(next) && !t.isSequenceExpression(path.node.expression);
    }).map((path) => () => {
      const next = path.getSibling(path.key + 1);
      const joined = t.sequenceExpression([path.node.expression, next.node.expression]);
      next.remove();
      path.replaceWith(t.expressionStatement(joined));
    }),
    ...paths(tree, 'ExpressionStatement', (path) => {
      return t.isSequenceExpression(path.node.expression) && Array.isArray(path.container);
    }).map((path) => () => {
      path.replaceWithMultiple(path.node.expression.expressions.map((e) => t.expressionStatement(e)));
    }),
  ],
};

export const arrowBody = {
  name: 'arrow-body',
  about: '`() => a` becomes `() => { return a; }`, and the other way round',
  together: true,
  find: (tree) =>
    paths(tree, 'ArrowFunctionExpression', ({ node }) => {
      const [only, ...more] = statementsOf(node.body);
      return !t.isBlockStatement(node.body) || (more.length === 0 && t.isReturnStatement(only) && only.argument);
    }).map((path) => () => {
      const { body } = path.node;
      path.node.body = t.isBlockStatement(body) ? body.body[0].argument : asBlock(body);
      path.node.expression = !t.isBlockStatement(path.node.body);
    }),
};
