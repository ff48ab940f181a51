// Runs generated programs with stubs for all that they call and probes for what they hold. One line of JSON in, one out,
// for each program: tests/differential/README.md says what they hold.
'use strict';

const readline = require('node:readline');

const MAX_TICKS = 20000;
const MAX_TIMERS = 200;
const MAX_DEPTH = 3;
// Texts that double, and lists of them, would fill the memory: a run ends there.
const MAX_TEXT = 10000;
const MAX_RECORDED = 2000000;
const UNKNOWNS = 8;
const EXTERNS = 3;
const ENGINE = [TypeError, RangeError, ReferenceError, SyntaxError];
const STOP = Object.freeze({ stop: true });

// What an unknown may be: made anew for each run, since programs write to objects.
const POOL = [
  () => '', () => 'abc', () => '9000', () => '8000', () => '支付', () => '0', () => 'x', () => '80', () => 'true',
  () => 0, () => 1, () => 9000, () => 8000, () => -1.5, () => NaN, () => 2,
  () => null, () => undefined, () => true, () => false,
  () => ({ a: 1, b: 'x' }), () => [], () => [1, 'b'], () => ({}), () => () => 1, () => ({ resultCode: '8000', k: 0 }),
];

function randomOf(seed) {
  let state = seed >>> 0;
  return (end) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % end;
  };
}

const isObject = (value) => (typeof value === 'object' && value !== null) || typeof value === 'function';

// A value as JSON can hold it.
function encode(value, depth) {
  switch (typeof value) {
    case 'undefined': return { t: 'u' };
    case 'boolean': return value;
    case 'string':
      if (value.length > MAX_TEXT) throw current.abort('fuel');
      return value;
    case 'number':
      return Number.isSafeInteger(value) && !Object.is(value, -0)
        ? value : { t: 'n', v: Object.is(value, -0) ? '-0' : String(value) };
    case 'function': return { t: 'f' };
    case 'object': break;
    default: return { t: 'x' };
  }
  if (value === null) return null;
  if (depth === 0) return { t: 'd' };
  if (Array.isArray(value)) return { t: 'a', v: Array.from(value.slice(0, 40), (item) => encode(item, depth - 1)), n: value.length };
  const tag = Object.prototype.toString.call(value);
  if (value instanceof Error || tag === '[object Object]') {
    const fields = {};
    if (value instanceof Error) Object.assign(fields, { name: value.name, message: value.message });
    for (const [key, { value: held, get }] of Object.entries(Object.getOwnPropertyDescriptors(value))) {
      if (!get && (Object.prototype.propertyIsEnumerable.call(value, key))) fields[key] = encode(held, depth - 1);
    }
    return { t: 'o', v: fields };
  }
  return { t: 'x' };
}

const NAMES = [
  'V', 'E', 'X', 'Q', 'G', 'C', 'D', 'S', 'L', 'O', 'N', 'F', 'A', 'my', 'ap', 'AlipayJSBridge', 'setTimeout', 'clearTimeout', 'console',
  ...Array.from({ length: UNKNOWNS }, (_, i) => `u${i}`),
];

let current = null;
process.on('unhandledRejection', (error) => {
  if (current && isEngineError(error)) current.abort('engine');
});

function isEngineError(error) {
  return ENGINE.some((kind) => error instanceof kind);
}

class Run {
  constructor(seed) {
    this.random = randomOf(seed);
    this.values = new Map();
    this.effects = [];
    this.ticks = 0;
    this.recorded = 0;
    this.ended = null;
    this.begun = false;
    this.pay = null;
    this.timers = [];
    this.clock = 0;
    this.order = 0;
  }

  abort(why) {
    this.ended = this.ended || why;
    return STOP;
  }

  unknown() {
    return POOL[this.random(POOL.length)]();
  }

  timer(fn, delay) {
    if (typeof fn !== 'function') throw this.abort('guard');
    this.timers.push({ fn, at: this.clock + (Number(delay) || 0), order: this.order++ });
    return this.order;
  }

  globals() {
    const run = this;
    const guard = (holds) => (value) => {
      if (run.ended || !holds(value)) throw run.abort('guard');
      return value;
    };
    const tick = () => {
      if (run.ended || ++run.ticks > MAX_TICKS) throw run.abort('fuel');
    };
    const note = (id, args) => {
      tick();
      if (run.begun) run.effects.push([id, args.map((arg) => encode(arg, 1))]);
    };
    const payment = (params, callback) => {
      const found = callback || (isObject(params) && params.complete);
      let settle;
      const promise = new Promise((resolve) => { settle = resolve; });
      run.pay = run.pay || ((result) => { settle(result); if (found) found(result); });
      return promise;
    };
    const values = {
      V(id, value) {
        tick();
        if (!run.begun) return;
        const text = JSON.stringify(encode(value, MAX_DEPTH));
        run.recorded += text.length;
        if (run.recorded > MAX_RECORDED) throw run.abort('fuel');
        const seen = run.values.get(id);
        if (!seen) run.values.set(id, new Set([text]));
        else if (seen.size < 16) seen.add(text);
      },
      E(id, ...args) { note(id, args); },
      X(id, ...args) { note(id, args); return run.unknown(); },
      Q(id, url, answer) {
        note(id, [url]);
        if (typeof answer === 'function') run.timer(() => answer(run.unknown()), 0);
      },
      G: guard((value) => value !== null && value !== undefined),
      C: guard((value) => typeof value === 'function'),
      S: guard((value) => typeof value === 'string' || (isObject(value) && typeof value[Symbol.iterator] === 'function')),
      // On paper a loop of which nobody knows how often it runs has two rounds.
      L: guard((value) => (typeof value === 'string' || Array.isArray(value)) && value.length <= 2),
      O: guard(isObject),
      D: guard((value) => (value.size ?? value.length) < 1000),
      N: guard((value) => typeof value === 'function' && !!value.prototype),
      F: tick,
      A(error) {
        if (run.ended) throw STOP;
        if (isEngineError(error)) throw run.abort('engine');
      },
      my: { tradePay: payment },
      ap: { tradePay: payment },
      AlipayJSBridge: { call: (name, params, callback) => { payment(params, callback); } },
      setTimeout: (fn, delay) => run.timer(fn, delay),
      clearTimeout: () => {},
      console: { log() {} },
    };
    const unknowns = Array.from({ length: UNKNOWNS }, () => run.unknown());
    return NAMES.map((name) => (/^u\d$/.test(name) ? unknowns[Number(name.slice(1))] : values[name]));
  }

  result(code) {
    const result = { resultCode: code };
    const pick = (list) => list[this.random(list.length)];
    for (const [field, held] of [
      ['memo', pick(['', '支付失败', null, undefined])], ['result', pick(['', 'sign=1', undefined])],
      ['callbackUrl', pick(['', 'https://x', undefined])],
      ['extendInfo', pick([{ a: 1 }, null, undefined])],
    ]) {
      if (held !== undefined) result[field] = held;
    }
    return result;
  }

  // A program's own error that nobody catches ends what runs now, and nothing else.
  guarded(fn) {
    try {
      fn();
    } catch (error) {
      if (error !== STOP && isEngineError(error)) this.abort('engine');
    }
  }

  async go(fn, code, waits) {
    const settle = () => new Promise(setImmediate);
    this.guarded(() => fn(...this.globals()));
    if (waits) await settle();
    if (!this.pay || this.ended) return this.abort('unpaid');
    this.begun = true;
    this.guarded(() => this.pay(this.result(code)));
    if (waits) {
      await settle();
      for (let rounds = 0; this.timers.length > 0 && !this.ended; rounds++) {
        if (rounds > MAX_TIMERS) return this.abort('fuel');
        this.timers.sort((a, b) => a.at - b.at || a.order - b.order);
        const { fn: later, at } = this.timers.shift();
        this.clock = at;
        this.guarded(later);
        await settle();
      }
    }
    return null;
  }
}

async function runProgram({ source, seed, codes, fills }) {
  let fn;
  try {
    fn = new Function(...NAMES, source);
  } catch (error) {
    return { error: String(error) };
  }
  const waits = /Promise|async|then|setTimeout|Q\(|tradePay/.test(source);
  const runs = [];
  for (const [c, code] of codes.entries()) {
    for (let f = 0; f < fills; f++) {
      const run = new Run(seed + f * 7919);
      current = run;
      await run.go(fn, code, waits);
      const values = [...run.values].map(([id, texts]) => [id, [...texts].map((text) => JSON.parse(text))]);
      runs.push({ code: c, fill: f, ended: run.ended, values, effects: run.effects });
    }
  }
  current = null;
  return { runs };
}

async function main() {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    process.stdout.write(`${JSON.stringify(await runProgram(JSON.parse(line)))}\n`);
  }
}

main();
