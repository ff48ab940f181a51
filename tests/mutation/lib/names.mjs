// Which names of a script may become others. paylint reads some names as words (a parameter `onFail` that is called, a
// state's setter `setFailed`, a component `Toast`): such a name is part of what the program says.

/** Parts of names that paylint's lexicon, or a reader of names, would take for words; more of them do no harm. */
const WORDS = new RegExp(
  `
    fail err reject succ ok paid done finish cancel abort pend process wait unknown query check poll fetch load
    request toast notif tip msg message alert dialog modal show tell report log track confirm callback cb next
    resolve navigate push dispatch emit commit state status set[A-Z] close hide
  `
    .trim()
    .replace(/\s+/g, '|'),
  'i',
);

/** Whether a name is that of a compiler's helper, which is known by it: nobody renames it, or writes it in line, by hand. */
export const isHelper = (name) => /^_[a-z]+[A-Z]/.test(name);

/** Whether a binding's name says something that its value does not. */
export function speaks(binding) {
  const { path, identifier } = binding;
  if (path.isImportDefaultSpecifier() || path.isImportNamespaceSpecifier()) return true;
  if (path.isFunctionDeclaration() && isHelper(identifier.name)) return true;
  if (!WORDS.test(identifier.name)) return false;
  return isUnknown(binding);
}

/** Whether nothing at hand says what the binding holds: a parameter, an element of an array, a name without a value. */
function isUnknown({ kind, path }) {
  if (kind === 'param') return true;
  if (!path.isVariableDeclarator()) return false;
  const { id, init } = path.node;
  return id.type === 'ArrayPattern' || !init || !/Function|Class|Literal|ObjectExpression/.test(init.type);
}

/** The bindings of a script that may be renamed. */
export function bindingsToRename(program, part) {
  const found = [];
  const visit = (scope) => {
    // A class knows its own name in a scope of its own; the name is renamed from outside.
    if (scope.path.isClass()) return;
    for (const [name, binding] of Object.entries(scope.bindings)) {
      if (mayRename(binding, part)) found.push({ scope, name });
    }
  };
  visit(program.scope);
  program.traverse({ Scope: ({ scope }) => visit(scope) });
  return found.filter((one, i) => found.findIndex((o) => o.scope === one.scope && o.name === one.name) === i);
}

function mayRename(binding, part) {
  const { path, scope, kind } = binding;
  const top = scope.path.isProgram();
  if (top && part.open) return false;
  if (path.node.declare || path.findParent((p) => p.node.declare || p.isTSModuleDeclaration())) return false;
  if (/^(TS|Type)/.test(path.node.type) || path.isImportDeclaration()) return false;
  if (kind === 'local' || (path.isClass() && namesItself(binding))) return false;
  if (kind === 'unknown' || binding.identifier.name === 'arguments') return false;
  const exported = path.findParent((p) => p.isExportDeclaration());
  if (top && exported && exported.parentPath.isProgram() && !path.findParent((p) => p.isFunction() && p !== path)) {
    return false;
  }
  if (binding.referencePaths.some((p) => p.isExportDeclaration() || p.parentPath.isExportSpecifier())) return false;
  return !speaks(binding);
}

/** Whether a class mentions its own name. */
function namesItself({ path, referencePaths }) {
  return referencePaths.some((mention) => mention.findParent((p) => p === path));
}

/** The names that a minifier has to leave alone. */
export function speakingNames(program) {
  const names = new Set();
  program.traverse({
    Scope({ scope }) {
      for (const binding of Object.values(scope.bindings)) if (speaks(binding)) names.add(binding.identifier.name);
    },
  });
  for (const binding of Object.values(program.scope.bindings)) {
    if (speaks(binding)) names.add(binding.identifier.name);
  }
  return [...names];
}
