// What the reader makes of the effects that it read: for which codes is the customer told something false?

/** The codes of which something false is told, by the effects that were read. */
export function falseFor(read) {
  return [...read].filter(([code, effects]) => isFalse(code, effects)).map(([code]) => code);
}

function isFalse(code, effects) {
  const has = (name, seen) => effects.some((effect) => effect.class === name && (effect.seen || !seen));
  if (code === '8000' || code === '6004')
    return has('failure') && !effects.some((e) => e.class === 'pending' && e.seen);
  if (code === '9000') return has('failure', true);
  return code !== 'other' && has('success', true);
}
