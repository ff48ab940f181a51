// Text to tree and back, and the questions about trees that several operators ask. It changes nothing by itself.

import { generate as print } from '@babel/generator';
import { parse as read } from '@babel/parser';
import babelTraverse from '@babel/traverse';
import * as t from '@babel/types';

const traverse = babelTraverse.default ?? babelTraverse;

export { t, traverse };

const GRAMMARS = { js: ['jsx'], jsx: ['jsx'], ts: ['typescript'], tsx: ['typescript', 'jsx'] };

/** The tree of a script, or `null` where it has an error of syntax. */
export function parse(text, { lang, sourceType = 'unambiguous' }) {
  try {
    return read(text, { plugins: GRAMMARS[lang], sourceType, allowReturnOutsideFunction: true });
  } catch {
    return null;
  }
}

/** The text of a tree. */
export function generate(tree, options = {}) {
  return print(tree, { jsescOption: { minimal: true }, ...options }).code;
}

/** All paths of the given node types (`'IfStatement|SwitchStatement'`) that pass `test`. */
export function paths(tree, types, test = () => true) {
  const found = [];
  traverse(tree, {
    [types](path) {
      if (test(path)) found.push(path);
    },
  });
  return found;
}

/** For visitors: what stands inside is not looked at. */
export function stepOver(path) {
  path.skip();
}

/** Whether a node of the given types stands under the path, not looking into other functions' bodies if `own`. */
export function holds(path, types, { own = false } = {}) {
  let found = false;
  const visitor = {
    [types](inner) {
      found = true;
      inner.stop();
    },
  };
  if (own) visitor.Function = stepOver;
  path.traverse(visitor);
  return found;
}

/** Whether a function means its own `this`, `arguments` or `new.target`; arrows inside it mean them too. */
export function usesOwnContext(path) {
  let found = false;
  const stop = (inner) => {
    found = true;
    inner.stop();
  };
  path.traverse({
    ThisExpression: stop,
    Super: stop,
    MetaProperty: stop,
    JSXIdentifier(inner) {
      if (inner.node.name === 'this') stop(inner);
    },
    Identifier(inner) {
      if (inner.node.name === 'arguments' && inner.isReferencedIdentifier()) stop(inner);
    },
    'FunctionDeclaration|FunctionExpression|ObjectMethod|ClassMethod|ClassProperty': stepOver,
  });
  return found;
}

/** Whether control may leave the statement other than at its end, or wait inside it. */
export function leaves(path) {
  const types = 'ReturnStatement|BreakStatement|ContinueStatement|YieldExpression|AwaitExpression';
  const own = path.isReturnStatement() || path.isBreakStatement() || path.isContinueStatement();
  return own || holds(path, types, { own: true }) || path.isForOfStatement({ await: true });
}

/** Whether the statement declares a name that is seen outside of it. */
export function declares(path) {
  const hoisted = (inner) => inner.isFunctionDeclaration() || inner.isVariableDeclaration({ kind: 'var' });
  if (hoisted(path) || path.isVariableDeclaration() || path.isClassDeclaration()) return true;
  let found = false;
  path.traverse({
    'FunctionDeclaration|VariableDeclaration'(inner) {
      if (hoisted(inner)) found = true;
    },
    Function: stepOver,
  });
  return found;
}

/** Whether reading the expression twice, or later, gives the same and does nothing: names and plain members of them. */
export function isPlain(node) {
  if (t.isIdentifier(node) || t.isThisExpression(node)) return true;
  return t.isMemberExpression(node) && !node.computed && !node.optional && isPlain(node.object);
}

/** Whether two expressions are written alike. */
export function same(a, b) {
  return generate(a) === generate(b);
}

/** The text of a string that is a literal, else `null`. */
export function textOf(node) {
  if (t.isStringLiteral(node)) return node.value;
  if (t.isTemplateLiteral(node) && node.expressions.length === 0) return node.quasis[0].value.cooked;
  return null;
}

/** Whether a text names the module that a `require` or an `import()` loads. */
export function namesModule({ parentPath: parent, listKey }) {
  const { callee } = parent.node;
  if (parent.isImportExpression()) return true;
  return listKey === 'arguments' && (t.isImport(callee) || t.isIdentifier(callee, { name: 'require' }));
}

/** Whether a TypeScript module is written as CommonJS: `export = pay`, `import pay = require('./pay')`. */
export function isCommonTypeScript(tree) {
  return tree.program.body.some((s) => t.isTSExportAssignment(s) || t.isTSImportEqualsDeclaration(s));
}

/** All names that stand anywhere in the tree. */
export function namesIn(tree) {
  const names = new Set();
  traverse(tree, {
    'Identifier|JSXIdentifier'(path) {
      names.add(path.node.name);
    },
  });
  return names;
}

/** A name that stands nowhere in the tree yet. */
export function freshName(tree, stem) {
  const taken = namesIn(tree);
  let name = stem;
  for (let i = 1; taken.has(name); i++) name = `${stem}${i}`;
  return name;
}

/** The statements of an arm, without the block around them. */
export function statementsOf(node) {
  if (!node) return [];
  return t.isBlockStatement(node) ? node.body : [node];
}

/** The arm as a block. */
export function blockOf(node) {
  return t.isBlockStatement(node) ? node : t.blockStatement(node ? [node] : []);
}

/** The negation of a test, written as a person would. */
export function negated(test) {
  const opposite = { '===': '!==', '!==': '===', '==': '!=', '!=': '==' };
  if (t.isUnaryExpression(test, { operator: '!' })) return test.argument;
  if (t.isBinaryExpression(test) && opposite[test.operator]) {
    return t.binaryExpression(opposite[test.operator], test.left, test.right);
  }
  return t.unaryExpression('!', test);
}

/** Whether only the truth of the expression's value counts where it stands. */
export function isCondition(path) {
  const { parentPath: parent, key } = path;
  if (parent.isIfStatement() || parent.isConditionalExpression()) return key === 'test';
  if (parent.isUnaryExpression({ operator: '!' })) return true;
  return parent.isLogicalExpression() && parent.node.operator !== '??' && isCondition(parent);
}
