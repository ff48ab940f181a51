// Finds payment calls in a tree by their look, as far as the operators need them: this is not paylint's own search, and
// it may miss calls that paylint finds.

import { paths, t, textOf } from './syntax.mjs';

/** The keys under which a result comes back. */
const RESULT_KEYS = ['success', 'complete'];

/** The name of a member or of a plain name. */
export function nameOf(node) {
  if (t.isIdentifier(node)) return node.name;
  if (!t.isMemberExpression(node) && !t.isOptionalMemberExpression(node)) return null;
  return node.computed ? textOf(node.property) : node.property.name;
}

/**
 * The payment calls: `path`, its parameters' path (`params`), and the functions that receive the result
 * (`callbacks`: `value`, and `key` if it is a property of the parameters).
 */
export function paymentCalls(tree) {
  return paths(tree, 'CallExpression|OptionalCallExpression').flatMap((path) => {
    const call = viaBridge(path) ?? viaMethod(path);
    return call ? [{ path, ...call }] : [];
  });
}

/** `AlipayJSBridge.call('tradePay', params, callback)`, `ap.call('tradePay', …)`. */
function viaBridge(path) {
  const [name, params, callback] = path.get('arguments');
  if (nameOf(path.node.callee) !== 'call' || !name || textOf(name.node) !== 'tradePay') return null;
  return { params, callbacks: callback ? [{ value: callback, key: null }] : [] };
}

/** `my.tradePay({ success })`, `ap.tradePay(params, callback)`. */
function viaMethod(path) {
  const { callee } = path.node;
  if (nameOf(callee) !== 'tradePay' || !/^(my|ap|AP|Taro|uni)$/.test(nameOf(callee.object) ?? '')) return null;
  const [params, callback] = path.get('arguments');
  const callbacks = callback ? [{ value: callback, key: null }] : [];
  if (params?.isObjectExpression()) {
    for (const property of params.get('properties')) {
      if (!RESULT_KEYS.includes(nameOf(property.node.key))) continue;
      const value = property.isObjectMethod() ? property : property.get('value');
      callbacks.push({ value, key: property.node.key });
    }
  }
  return { params, callbacks };
}
