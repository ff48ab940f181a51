// A second opinion: reads what a payment's callback does for one result code, so that an operator can tell whether it
// really made a fault. It knows a small part of the language, decides only what the code decides, and gives up on
// anything else. It shares nothing with paylint, on purpose.

import { classOf, isNeutral } from './texts.mjs';
import { nameOf, paymentCalls } from './payments.mjs';
import { t } from './syntax.mjs';

const UNKNOWN = Symbol('unknown');
const RESULT = Symbol('result');
const MAX_DEPTH = 6;

class GiveUp extends Error {}

const giveUp = (why) => {
  throw new GiveUp(why);
};

/**
 * For each payment call of the tree, in its order: what its callbacks do for each of the codes (`Map` from code to a
 * list of `{ class, seen }`), or `null` where the reader gave up.
 */
export function outcomes(tree, codes) {
  return paymentCalls(tree).map((call) => {
    try {
      return new Map(codes.map((code) => [code, new Run(code).callbacks(call)]));
    } catch (error) {
      if (error instanceof GiveUp) return null;
      throw error;
    }
  });
}

/** One reading, for one code. */
class Run {
  constructor(code) {
    this.code = code;
    this.effects = [];
    this.depth = 0;
  }

  callbacks({ callbacks }) {
    for (const { value } of callbacks) this.enter(this.functionOf(value), [RESULT], new Map());
    return this.effects;
  }

  /** The function that an expression stands for. */
  functionOf(path) {
    if (path.isFunction()) return path;
    const bound = path.isCallExpression() && nameOf(path.node.callee) === 'bind' && path.get('callee.object');
    if (bound) return this.functionOf(bound);
    if (path.isIdentifier()) {
      const binding = path.scope.getBinding(path.node.name);
      if (binding?.path.isFunctionDeclaration()) return binding.path;
      const init = binding?.constant && binding.path.isVariableDeclarator() && binding.path.get('init');
      if (init && init.node) return this.functionOf(init);
      return { promise: this.promiseSide(binding) ?? giveUp('a callback that is not at hand') };
    }
    return giveUp('a callback of another form');
  }

  /** `resolve` or `reject`, if the binding is a parameter of a promise's executor. */
  promiseSide(binding) {
    if (binding?.kind !== 'param') return null;
    const owner = binding.scope.path;
    const executor = owner.parentPath?.isNewExpression() && nameOf(owner.parent.callee) === 'Promise';
    if (!executor) return null;
    if (isConsumed(owner.parentPath)) giveUp('a promise that is waited for at hand');
    const index = owner.node.params.findIndex((p) => p.name === binding.identifier.name);
    return ['resolve', 'reject'][index] ?? null;
  }

  /** Calls a function. It sees what is known where it is called, which in small programs is where it stands. */
  enter(fn, given, outer) {
    if (fn.promise) return this.settle(fn.promise, given);
    if (++this.depth > MAX_DEPTH) giveUp('too deep');
    const env = new Map(outer);
    fn.get('params').forEach((param, i) => this.bind(param.node, given[i] ?? UNKNOWN, env));
    const body = fn.get('body');
    let value = UNKNOWN;
    if (body.isBlockStatement()) {
      const end = this.block(body.get('body'), env);
      if (end?.value !== undefined) value = end.value;
    } else {
      value = this.value(body, env);
    }
    this.depth -= 1;
    return value;
  }

  settle(side, [value]) {
    const failed = () => classOf(textsOf(value)) ?? 'failure';
    this.effects.push({ class: side === 'reject' ? failed() : 'resolved', seen: false });
    return UNKNOWN;
  }

  bind(pattern, value, env) {
    if (t.isIdentifier(pattern)) env.set(pattern.name, value);
    else if (t.isAssignmentPattern(pattern)) this.bind(pattern.left, value, env);
    else if (t.isObjectPattern(pattern)) {
      for (const property of pattern.properties) {
        if (!t.isObjectProperty(property) || property.computed) giveUp('a pattern of another form');
        this.bind(property.value, this.property(value, nameOf(property.key) ?? property.key.value), env);
      }
    } else giveUp('a pattern of another form');
  }

  property(object, name) {
    if (object === RESULT) return name === 'resultCode' ? this.code : UNKNOWN;
    if (object?.table instanceof Map) return object.table.has(name) ? object.table.get(name) : undefined;
    return UNKNOWN;
  }

  /** Runs statements; gives how they ended (`{ kind, value }`), or nothing where they ran to their end. */
  block(statements, env) {
    for (const statement of statements) {
      const end = this.statement(statement, env);
      if (end) return end;
    }
    return null;
  }

  statement(path, env) {
    const { node } = path;
    switch (node.type) {
      case 'BlockStatement':
        return this.block(path.get('body'), env);
      case 'ExpressionStatement':
        this.value(path.get('expression'), env);
        return null;
      case 'VariableDeclaration':
        for (const declared of path.get('declarations')) {
          const init = declared.get('init');
          this.bind(declared.node.id, init.node ? this.value(init, env) : undefined, env);
        }
        return null;
      case 'IfStatement': {
        const arm = this.truth(path.get('test'), env) ? path.get('consequent') : path.get('alternate');
        return arm.node ? this.statement(arm, env) : null;
      }
      case 'SwitchStatement':
        return this.switch(path, env);
      case 'ReturnStatement':
        return { kind: 'return', value: node.argument ? this.value(path.get('argument'), env) : undefined };
      case 'ThrowStatement':
        this.settle('reject', [this.value(path.get('argument'), env)]);
        return { kind: 'throw' };
      case 'BreakStatement':
        return node.label ? giveUp('a label') : { kind: 'break' };
      case 'FunctionDeclaration':
      case 'EmptyStatement':
        return null;
      default:
        return giveUp(node.type);
    }
  }

  switch(path, env) {
    const subject = this.known(this.value(path.get('discriminant'), env));
    const cases = path.get('cases');
    let start = cases.findIndex((one) => one.node.test && this.known(this.value(one.get('test'), env)) === subject);
    if (start < 0) start = cases.findIndex((one) => !one.node.test);
    if (start < 0) return null;
    const end = this.block(
      cases.slice(start).flatMap((one) => one.get('consequent')),
      env,
    );
    return end?.kind === 'break' ? null : end;
  }

  truth(path, env) {
    const value = this.value(path, env);
    if (value === UNKNOWN) giveUp('a condition that the code does not decide');
    return Boolean(value);
  }

  known(value) {
    return value === UNKNOWN || typeof value === 'symbol' ? giveUp('a comparison of what is unknown') : value;
  }

  value(path, env) {
    const { node } = path;
    if (t.isStringLiteral(node) || t.isNumericLiteral(node) || t.isBooleanLiteral(node)) return node.value;
    const read = this[node.type];
    return read ? read.call(this, path, env) : this.other(path);
  }

  /** Expressions that are not read: they must not hold calls with words in them. */
  other(path) {
    path.traverse({
      CallExpression(inner) {
        if (!isNeutral(inner.node.callee)) giveUp('a call in an expression of another form');
      },
    });
    return UNKNOWN;
  }

  Identifier({ node, scope }, env) {
    if (env.has(node.name)) return env.get(node.name);
    if (node.name === 'undefined') return undefined;
    const binding = scope.getBinding(node.name);
    const init = binding?.constant && binding.path.isVariableDeclarator() && binding.path.get('init');
    if (!init?.node || init.isFunction() || !t.isIdentifier(binding.path.node.id)) return UNKNOWN;
    return init.isCallExpression() || init.isAwaitExpression() ? UNKNOWN : this.value(init, env);
  }

  MemberExpression(path, env) {
    const { node } = path;
    const object = this.value(path.get('object'), env);
    if (!node.computed) return this.property(object, node.property.name);
    const key = this.value(path.get('property'), env);
    return key === UNKNOWN ? UNKNOWN : this.property(object, String(key));
  }

  OptionalMemberExpression(path, env) {
    return this.MemberExpression(path, env);
  }

  ObjectExpression(path, env) {
    const table = new Map();
    for (const property of path.get('properties')) {
      if (!property.isObjectProperty()) continue;
      const key = nameOf(property.node.key) ?? String(property.node.key.value);
      const value = property.get('value');
      table.set(key, value.isFunction() ? { fn: value } : this.value(value, env));
    }
    return { table };
  }

  ArrayExpression(path, env) {
    return path.get('elements').map((element) => this.value(element, env));
  }

  ArrowFunctionExpression(path) {
    return { fn: path };
  }

  FunctionExpression(path) {
    return { fn: path };
  }

  TemplateLiteral(path, env) {
    const parts = path.get('expressions').map((one) => this.value(one, env));
    return path.node.quasis.map((quasi, i) => quasi.value.cooked + (i < parts.length ? textIn(parts[i]) : '')).join('');
  }

  ConditionalExpression(path, env) {
    return this.value(this.truth(path.get('test'), env) ? path.get('consequent') : path.get('alternate'), env);
  }

  LogicalExpression(path, env) {
    const left = this.value(path.get('left'), env);
    const { operator } = path.node;
    if (left === RESULT) return operator === '&&' ? this.value(path.get('right'), env) : RESULT;
    if (left === UNKNOWN) giveUp('a condition that the code does not decide');
    const goesOn = { '&&': left, '||': !left, '??': left === undefined || left === null }[operator];
    return goesOn ? this.value(path.get('right'), env) : left;
  }

  UnaryExpression(path, env) {
    const value = this.value(path.get('argument'), env);
    if (value === UNKNOWN) return UNKNOWN;
    const operators = { '!': (v) => !v, '+': (v) => Number(v), void: () => undefined };
    return (operators[path.node.operator] ?? (() => UNKNOWN))(value);
  }

  BinaryExpression(path, env) {
    const [a, b] = [this.value(path.get('left'), env), this.value(path.get('right'), env)];
    if (path.node.operator === '+') return textIn(a) + textIn(b);
    if (a === UNKNOWN || b === UNKNOWN) return UNKNOWN;
    switch (path.node.operator) {
      case '===':
        return a === b;
      case '!==':
        return a !== b;
      case '==':
        return a == b;
      case '!=':
        return a != b;
      case '>':
        return a > b;
      case '<':
        return a < b;
      case '>=':
        return a >= b;
      default:
        return UNKNOWN;
    }
  }

  AssignmentExpression(path, env) {
    const { left, operator } = path.node;
    const value = this.value(path.get('right'), env);
    if (t.isIdentifier(left) && operator === '=' && env.has(left.name)) env.set(left.name, value);
    else if (t.isIdentifier(left)) return UNKNOWN;
    else if (t.isMemberExpression(left) && this.value(path.get('left.object'), env) === RESULT) return value;
    else this.shown(left, [value], /^(inner\w+|textContent|href|location)$/.test(nameOf(left) ?? ''));
    return value;
  }

  AwaitExpression(path, env) {
    this.value(path.get('argument'), env);
    return UNKNOWN;
  }

  SequenceExpression(path, env) {
    return path
      .get('expressions')
      .map((one) => this.value(one, env))
      .at(-1);
  }

  NewExpression(path, env) {
    if (nameOf(path.node.callee) === 'Map' || nameOf(path.node.callee) === 'Set') return this.collection(path, env);
    const texts = path.get('arguments').flatMap((one) => textsOf(this.value(one, env)));
    return { texts };
  }

  collection(path, env) {
    const [rows] = path.get('arguments').map((one) => this.value(one, env));
    if (!Array.isArray(rows)) return UNKNOWN;
    return { table: new Map(rows.map((row) => (Array.isArray(row) ? row : [row, row]))), isCollection: true };
  }

  OptionalCallExpression(path, env) {
    return this.CallExpression(path, env);
  }

  CallExpression(path, env) {
    const callee = path.get('callee');
    const given = path.get('arguments').map((one) => this.value(one, env));
    const own = this.builtIn(callee, given, env);
    if (own !== undefined) return own.value;
    const local = this.local(callee);
    if (local) return this.enter(local, given, env);
    if (nameOf(callee.node) === 'setTimeout') return this.enter(given[0]?.fn ?? giveUp('a timer'), [], env);
    if (isNeutral(callee.node)) return UNKNOWN;
    if (given.some(holdsFunction)) giveUp('a function given to code that is not at hand');
    this.shown(callee.node, given);
    return UNKNOWN;
  }

  /** A function at hand that the callee is the name of. */
  local(callee) {
    if (!callee.isIdentifier()) return null;
    const binding = callee.scope.getBinding(callee.node.name);
    const side = this.promiseSide(binding);
    if (side) return { promise: side };
    if (binding?.path.isFunctionDeclaration()) return binding.path;
    const init = binding?.constant && binding.path.isVariableDeclarator() && binding.path.get('init');
    return init?.node && init.isFunction() ? init : null;
  }

  builtIn(callee, given, env) {
    const name = nameOf(callee.node);
    if (callee.isIdentifier()) {
      const convert = { Number, String, Boolean, parseInt: (v) => parseInt(v, 10) }[name];
      if (!convert || callee.scope.getBinding(name)) return undefined;
      return { value: given[0] === UNKNOWN ? UNKNOWN : convert(given[0]) };
    }
    if (!callee.isMemberExpression() || !['includes', 'indexOf', 'get', 'has'].includes(name)) return undefined;
    const object = this.value(callee.get('object'), env);
    const [key] = given;
    if (key === UNKNOWN) return { value: UNKNOWN };
    if (Array.isArray(object) || typeof object === 'string') return { value: object[name]?.(key) ?? UNKNOWN };
    if (object?.isCollection) return { value: name === 'has' ? object.table.has(key) : object.table.get(key) };
    return undefined;
  }

  /** Something unknown is given values: the customer may read their texts. */
  shown(target, values, seen = true) {
    const found = classOf(values.flatMap(textsOf));
    // What is put into a component's state may be shown, or not.
    if (found) this.effects.push({ class: found, seen: seen && !/^set[A-Z]/.test(nameOf(target) ?? '') });
  }
}

/** Whether the function that makes the promise is called, or handed on, in the script: whoever does may look at it. */
function isConsumed(promise) {
  const maker = promise.getFunctionParent();
  const name = maker?.node.id?.name ?? maker?.parent.id?.name;
  const binding = name && maker.scope.parent.getBinding(name);
  return Boolean(binding?.referencePaths.some((mention) => mention.isIdentifier()));
}

const holdsFunction = (value) =>
  Boolean(value?.fn) || (value?.table instanceof Map && [...value.table.values()].some((one) => one?.fn));

const textIn = (value) => (typeof value === 'symbol' || typeof value === 'object' ? '\u0000' : String(value));

/** The texts of a value: of an object, those that people read come first and alone count where they say something. */
function textsOf(value) {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsOf);
  if (value?.texts) return value.texts;
  if (!(value?.table instanceof Map)) return [];
  const read = ['content', 'title', 'message', 'text', 'url', 'msg'].flatMap((key) => textsOf(value.table.get(key)));
  return classOf(read) ? read : [...value.table.values()].flatMap(textsOf);
}
