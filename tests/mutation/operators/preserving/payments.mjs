// The payment's callback handed on by other means: a promise and `then`, a promise and `await`.

import { paymentCalls } from '../../lib/payments.mjs';
import { freshName, holds, paths, t, usesOwnContext } from '../../lib/syntax.mjs';

/** Calls that are statements of their own and have one callback for the result; `slot` is where it stands. */
function convertible(tree) {
  return paymentCalls(tree).filter(({ path, callbacks }) => {
    if (!path.parentPath.isExpressionStatement() || callbacks.length !== 1) return false;
    // What waits can't move into a function that does not.
    if (holds(path, 'AwaitExpression|YieldExpression', { own: true })) return false;
    const [{ value }] = callbacks;
    if (!value.isFunction()) return value.isIdentifier();
    return value.isArrowFunctionExpression() || !usesOwnContext(value);
  });
}

/** Turns a method into a function, so that it can stand anywhere. */
function functionOf(value) {
  const { node } = value;
  if (!t.isObjectMethod(node)) return node;
  return t.functionExpression(null, node.params, node.body, node.generator, node.async);
}

/** `new Promise((done) => <the call with done as its callback>)`, put in place of nothing; the callback comes back. */
function promised(tree, { path, callbacks: [{ value, key }] }) {
  const done = t.identifier(freshName(tree, 'done'));
  const callback = functionOf(value);
  if (key) value.isObjectMethod() ? value.replaceWith(t.objectProperty(key, done)) : value.replaceWith(done);
  else value.replaceWith(done);
  const executor = t.arrowFunctionExpression([t.cloneNode(done)], t.blockStatement([t.expressionStatement(path.node)]));
  return { callback, promise: t.newExpression(t.identifier('Promise'), [executor]) };
}

export const callbackToPromise = {
  name: 'callback-to-promise',
  about: 'the callback resolves a promise, and `then` does what the callback did',
  find: (tree) =>
    convertible(tree).map((call) => () => {
      const { callback, promise } = promised(tree, call);
      call.path.replaceWith(t.callExpression(t.memberExpression(promise, t.identifier('then')), [callback]));
    }),
};

export const callbackToAwait = {
  name: 'callback-to-await',
  about: 'the callback resolves a promise, which an `async` arrow awaits before it does what the callback did',
  find: (tree) =>
    convertible(tree).map((call) => () => {
      const { callback, promise } = promised(tree, call);
      const result = t.identifier(freshName(tree, 'result'));
      const body = t.blockStatement([
        t.variableDeclaration('const', [t.variableDeclarator(result, t.awaitExpression(promise))]),
        t.expressionStatement(t.callExpression(callback, [t.cloneNode(result)])),
      ]);
      call.path.replaceWith(t.callExpression(t.arrowFunctionExpression([], body, true), []));
    }),
};

export const parametersInVariable = {
  name: 'parameters-in-variable',
  about: 'the object that is handed to the payment call is made before the statement',
  find: (tree) =>
    paymentCalls(tree)
      .filter(({ path, params }) => {
        const statement = path.getStatementParent();
        const own = statement.isExpressionStatement() && statement.node.expression === path.node;
        return own && params?.isObjectExpression() && statement.listKey === 'body';
      })
      .map(({ path, params }) => () => {
        const name = t.identifier(freshName(tree, 'options'));
        const made = t.variableDeclaration('const', [t.variableDeclarator(name, params.node)]);
        path.getStatementParent().insertBefore(made);
        params.replaceWith(t.cloneNode(name));
      }),
};

export const parametersInSteps = {
  name: 'parameters-in-steps',
  about: 'a literal object that is kept in a variable is filled by assignments',
  find: (tree) =>
    paths(tree, 'VariableDeclaration', (path) => {
      const [{ id, init }, ...more] = path.node.declarations;
      if (more.length > 0 || path.listKey !== 'body' || !t.isIdentifier(id) || id.typeAnnotation) return false;
      if (!t.isObjectExpression(init) || init.properties.length === 0) return false;
      return init.properties.every(
        (p) => t.isObjectProperty(p, { computed: false }) && t.isIdentifier(p.key) && p.key.name !== '__proto__',
      );
    }).map((path) => () => {
      const [{ id, init }] = path.node.declarations;
      const { properties } = init;
      init.properties = [];
      const steps = properties.map(({ key, value }) => {
        const member = t.memberExpression(t.cloneNode(id), key);
        return t.expressionStatement(t.assignmentExpression('=', member, value));
      });
      path.insertAfter(steps);
    }),
};
