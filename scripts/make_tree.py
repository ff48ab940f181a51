#!/usr/bin/env python3
"""Make source trees and files to measure paylint on. The same arguments give the same bytes.

    make_tree.py tree FOLDER [--files 20000] [--megabytes 150]   a repository: some files pay, others pay through wrappers
                                                                 that they import, as many as in large repositories
    make_tree.py dense FOLDER [--files 20000] [--megabytes 150]  the same where one file in a hundred pays, and as many
                                                                 more through wrappers
    make_tree.py project FOLDER [--files 1000]                   pages that all pay through a few wrappers
    make_tree.py paying FOLDER [--files 1000] [--bytes 10240]    every file pays
    make_tree.py page FILE --bytes 10240                         one page with a payment
    make_tree.py plain FILE --bytes 1048576                      one script as people write it
    make_tree.py bundle FILE --bytes 1048576                     one script on one line, as bundlers write it
"""

import argparse
import pathlib
import random

WORDS = """account action active address amount animation api array async audio avatar badge balance banner basket
batch branch bridge browser buffer button cache calendar callback cancel card carousel cart category channel chart
checkbox child city client clock code color column comment config confirm contact container content context cookie
count coupon course create currency customer data date default delete delivery detail device dialog disabled discount
display document download draft driver element email empty enabled entry error event export factory favorite feature
field file filter finish flag folder footer format frame gallery global goods group guide handler header height helper
history home icon image import index input insert invoice item keyword label language layout length level library link
list loader local location login logo manager map marker member menu message method mobile modal model module name
notice number object offset option order owner package page panel parent path pattern phone photo picker plugin point
policy popup position post price print product profile progress prompt promise property query queue range rating
record region remote render repeat reply report request reset resource response result retry review role route row
sample save scene schedule schema scope score screen script search section segment select seller session setting
shadow share shop sign size slider sort source stage start state status step stock storage store stream string style
submit success summary switch symbol table target task template text theme ticket time title toast token tool top
total trace track trade tree trigger type unit update upload user value vendor version video view visible volume
wallet watch weight width window worker zone""".split()

CHINESE = "请稍候订单已提交加载中网络异常确认返回首页商品详情优惠券地址管理登录注册查看全部暂无数据操作成功提示"

# What code of each kind is put together from. A name in braces is replaced by a random name, text or number, the
# same one throughout the piece.
PIECES = {
    ".js": [
        """
export function {a}{B}(options = {}) {
  const {c} = Object.assign({ {d}: {n}, {e}: '{t}' }, options);
  if (!{c}.{d} || typeof {c}.{e} !== 'string') {
    throw new TypeError('{a}{B}: {e} must be a string');
  }
  return {c}.{e}.split(',').map((item) => item.trim()).filter(Boolean).slice(0, {c}.{d});
}
""",
        """
/**
 * Keeps the {a} of each {b} until it is older than {n} milliseconds.
 * @param {string} {b}Id
 */
class {A}{B}Store {
  constructor({c}) {
    this.{c} = {c};
    this.items = new Map();
    this.listeners = [];
  }

  async load({b}Id, { force = false } = {}) {
    const known = this.items.get({b}Id);
    if (known && !force && Date.now() - known.at < {n}) {
      return known.value;
    }
    try {
      const response = await this.{c}.get(`/api/{a}/${ {b}Id }/{d}`);
      this.items.set({b}Id, { at: Date.now(), value: response.data });
      this.listeners.forEach((listener) => listener({b}Id, response.data));
      return response.data;
    } catch (error) {
      console.error('{a} {b}', error && error.message);
      return known ? known.value : null;
    }
  }
}
""",
        """
module.exports.{a}{B} = function ({c}, {d}) {
  var {e} = [];
  for (var i = 0; i < {c}.length; i++) {
    switch ({c}[i].type) {
      case '{t}':
        {e}.push({ id: {c}[i].id, {d}: {d} * {n}, label: '{z}' });
        break;
      case '{a}':
      case '{b}':
        {e}.unshift({c}[i]);
        break;
      default:
        if ({c}[i].{d} > {n} && !/^[a-z]+_{b}$/i.test({c}[i].name)) continue;
        {e} = {e}.concat({c}[i].children || []);
    }
  }
  return {e};
};
""",
        """
const {A}{B} = ({ {c}, {d}, onChange }) => {
  const [{e}, set{E}] = useState({n});
  useEffect(() => {
    if ({c}) set{E}({c}.length);
  }, [{c}]);
  return (
    <div className="{a}-{b}">
      {/* {z} */}
      <span title="{t}">{ {d} ? {e} : '{z}' }</span>
      <button disabled={!{e}} onClick={() => onChange({e} + 1)}>{z}</button>
    </div>
  );
};
""",
        """
export const {a}{B}Reducer = (state = { {c}: [], {d}: null, loading: false }, action) => {
  switch (action.type) {
    case '{a}/{b}/request':
      return { ...state, loading: true };
    case '{a}/{b}/success':
      return { ...state, loading: false, {c}: action.payload.{c}, {d}: action.payload.{d} ?? {n} };
    case '{a}/{b}/failure':
      return { ...state, loading: false, error: action.error };
    default:
      return state;
  }
};
""",
    ],
    ".ts": [
        """
export interface {A}{B} {
  readonly id: number;
  {c}?: string;
  {d}: Array<{ {e}: string; count: number }>;
}

export async function fetch{A}{B}(id: number, {c}: Partial<{A}{B}> = {}): Promise<{A}{B} | undefined> {
  const response = await fetch(`/{a}/{b}/${id}?limit={n}`, { headers: { accept: 'application/json' } });
  if (!response.ok) {
    return undefined;
  }
  const body = (await response.json()) as { data: {A}{B} };
  return { ...body.data, ...{c} };
}
""",
        """
export enum {A}{B}Kind {
  {C} = '{c}',
  {D} = '{d}',
}

export class {A}{B}Service<T extends { id: string }> {
  private readonly {e}: Record<string, T> = {};

  constructor(private {c}: number = {n}, protected {d}?: (value: T) => void) {}

  public add(value: T): this {
    this.{e}[value.id] = value;
    this.{d}?.(value);
    return this;
  }

  get size(): number {
    return Object.keys(this.{e}).length + this.{c};
  }
}
""",
    ],
    ".css": [
        """
.{a}-{b} {
  display: flex;
  margin: {n}px auto;
  padding: 0 12px;
  color: #3{n}a;
}

.{a}-{b}__{c}:hover,
.{a}-{b} > .{d}::after {
  content: "{t}";
  transition: opacity 0.2s ease-in-out;
}
""",
    ],
    ".json": [
        """
  "{a}.{b}.{c}.{n}": { "{d}": "{z}", "{e}": [{n}, 1, null, true], "text": "{t} {a} {b}" },
""",
    ],
    ".html": [
        """
<section class="{a}-{b}">
  <h2>{z}</h2>
  <p title="{t}">{z}&nbsp;{n} &amp; {a}</p>
  <a href="/{c}/{d}" onclick="return open{E}('{e}')">{z}</a>
  <script>
    var {a}{B} = document.querySelector('.{a}-{b}');
    if ({a}{B}) {
      {a}{B}.addEventListener('click', function (event) {
        window.{c} = { {d}: event.target.id, {e}: {n} };
      });
    }
  </script>
</section>
""",
    ],
}

# Payments as people write them: guarded and not, with every mistake that paylint knows.
PAYMENTS = {
    ".js": [
        """
export function pay{A}(tradeNO) {
  return new Promise((resolve, reject) => {
    const start = () => {
      AlipayJSBridge.call('tradePay', { tradeNO }, (res) => {
        if (res.resultCode === '9000') {
          resolve(res);
        } else if (res.resultCode === '8000' || res.resultCode === '6004') {
          resolve({ pending: true, {c}: {n} });
        } else {
          reject(new Error('{z}'));
        }
      });
    };
    if (window.AlipayJSBridge) {
      start();
    } else {
      document.addEventListener('AlipayJSBridgeReady', start, false);
    }
  });
}
""",
        """
const {a}Texts = { 9000: '支付成功', 6001: '支付已取消', 4000: '支付失败', 8000: '处理中' };

function {a}Pay({b}) {
  const bridge = window.AlipayJSBridge;
  bridge && bridge.call('tradePay', { tradeNO: {b}.tradeNo }, function (result) {
    toast({a}Texts[result.resultCode] || '支付失败');
    if (result.resultCode == 9000) location.href = '/{c}/success?id=' + {b}.id;
  });
}
""",
        """
const {A}PayPage = {
  data: { {c}: '{t}', paying: false },
  on{B}Tap() {
    const { {d}, orderId } = this.data;
    my.tradePay({
      tradeNO: {d},
      success: (res) => {
        if (res.resultCode !== '9000') {
          my.showToast({ type: 'fail', content: '支付失败，请重试' });
          return;
        }
        my.redirectTo({ url: `/pages/{e}/index?id=${orderId}` });
      },
      fail: () => my.alert({ content: '{z}' }),
    });
  },
};
""",
        """
function ready{A}(callback) {
  if (window.AlipayJSBridge) return callback && callback();
  document.addEventListener('AlipayJSBridgeReady', callback, false);
}

const {a}Api = 'tradePay';

async function submit{A}({ {b}, {c} }) {
  const { data } = await http.post('/{a}/create', { {b}, count: {n} });
  ready{A}(() => AlipayJSBridge.call({a}Api, { tradeNO: data.trade_no }, ({ resultCode }) => {
    switch (resultCode) {
      case '9000':
        return show{A}('支付成功');
      case '6001':
        return show{A}('已取消');
      case '8000':
        return query{A}({c}, 3);
      default:
        return show{A}('支付失败');
    }
  }));
}
""",
    ],
    ".html": [
        """
<script>
  function {a}Pay(tradeNO) {
    AlipayJSBridge.call("tradePay", { tradeNO: tradeNO }, function (result) {
      alert(result.resultCode == "9000" ? "支付成功" : "支付失败");
    });
  }
</script>
<button onclick="{a}Pay(&quot;2016{n}&quot;)">{z}</button>
""",
    ],
}
PAYMENTS[".ts"] = [
    """
declare const my: any;

export async function {a}{B}Pay(tradeNO: string): Promise<'{c}' | '{d}' | 'unknown'> {
  const { resultCode } = (await my.tradePay({ tradeNO })) as { resultCode: string };
  if (resultCode === '9000') return '{c}';
  if (['8000', '6004'].includes(resultCode)) return 'unknown';
  return '{d}';
}
""",
]

BUNDLED = [
    '{f}:function({p},{q},{r}){"use strict";{r}.r({q}),{r}.d({q},"{x}",(function(){return {s}}));var {s}=function({p})'
    "{return {p}&&{p}.{a}?{p}.{a}.map((function({p}){return{p}.{b}||{n}})):void 0}},",
    '{f}:function({p},{q}){{p}.exports=function({p},{q}){for(var {r}=0,{s}=[];{r}<{p}.length;{r}++)"{a}"!==typeof '
    '{p}[{r}]&&({s}[{r}]={q}?{q}.{b}({p}[{r}]):null);return {s}.length>{n}?{s}.slice(0,{n}):{s}}},',
    '{f}:function({p},{q},{r}){var {s}={r}({n});class {x} extends {s}.default{constructor({p}){super({p}),this.{a}={p}.'
    '{b}||"{t}",this.{c}=!1}{d}(){this.{c}||(this.{c}=!0,this.{a}=`${this.{a}}-{n}`)}}{q}.default={x}},',
]

BUNDLED_PAYMENT = (
    '{f}:function({p},{q}){{q}.pay=function({p}){window.AlipayJSBridge?{s}():document.addEventListener("AlipayJSBridge'
    'Ready",{s},!1);function {s}(){AlipayJSBridge.call("tradePay",{tradeNO:{p}.{a}},(function({q}){"9000"==={q}.result'
    'Code?{p}.ok({q}):"6001"==={q}.resultCode?{p}.cancel():{p}.fail("支付失败")}))}}},'
)

# Modules that others pay through, and what these others hold.
WRAPPERS = [
    """
import { whenBridge } from './bridge';
import { PAID, UNKNOWN } from './codes';

export function openCashier(tradeNO, done) {
  whenBridge(() => AlipayJSBridge.call('tradePay', { tradeNO }, (res) => {
    if (res.resultCode === PAID) done(null, res);
    else if (UNKNOWN.includes(res.resultCode)) done(null, { pending: true });
    else done(new Error('支付失败'));
  }));
}
""",
    """
import { whenBridge } from './bridge';

export const openCashier = (tradeNO) => new Promise((resolve, reject) => {
  whenBridge(() => AlipayJSBridge.call('tradePay', { tradeNO }, (res) => {
    if (res.resultCode === '9000') resolve(res);
    else reject(new Error('支付失败'));
  }));
});
""",
]
SHARED = {
    "bridge.js": """
export function whenBridge(callback) {
  if (window.AlipayJSBridge) callback();
  else document.addEventListener('AlipayJSBridgeReady', callback, false);
}
""",
    "codes.js": """
export const PAID = '9000';
export const UNKNOWN = ['8000', '6004'];
""",
}
IMPORTERS = [
    """
export function pay{A}({b}) {
  openCashier({b}.tradeNo, (error, result) => {
    if (error) return toast(error.message);
    location.href = result.pending ? '/{c}/wait' : '/{c}/done';
  });
}
""",
    """
export async function pay{A}({b}) {
  try {
    await openCashier({b}.tradeNo);
    location.replace('/{c}/done');
  } catch (error) {
    toast('支付失败');
  }
}
""",
]

PIECES[".vue"], PAYMENTS[".vue"] = PIECES[".html"], PAYMENTS[".html"]

# How many files of a hundred have which extension.
MIX = {".js": 48, ".ts": 22, ".css": 10, ".json": 10, ".html": 7, ".vue": 3}

# Pieces of each kind that are made beforehand and then put together at random.
POOL = 400


def filled(random_, piece, serial=""):
    """The piece with its marks replaced; `serial` keeps its names apart from those of other pieces of a file."""
    values = {"n": str(random_.randrange(2, 4000)), "f": str(random_.randrange(1000, 99999))}
    for mark in "abcde":
        word = random_.choice(WORDS) + (random_.choice(WORDS).title() if random_.random() < 0.4 else "")
        # The words of a list are too few to be told apart from keywords by chance.
        word = word + "Value" if word in ("default", "delete", "export", "import", "package", "switch") else word
        word += serial if mark == "b" else ""
        values[mark], values[mark.upper()] = word, word[0].upper() + word[1:]
    values["t"] = " ".join(random_.choices(WORDS, k=random_.randrange(1, 6)))
    values["z"] = "".join(random_.choices(CHINESE, k=random_.randrange(2, 12)))
    values["x"] = random_.choice(WORDS).title() + random_.choice("ABCDEFGH")
    values.update(zip("pqrs", random_.sample("abcdeghijklmnortuvwyzABCDEFGHIJKL", 4)))
    for mark, value in values.items():
        piece = piece.replace("{" + mark + "}", value)
    return piece


def pool(random_, pieces):
    return [filled(random_, random_.choice(pieces)) for _ in range(POOL)]


def wrapped(extension, text):
    """The text of a whole file around its pieces."""
    if extension == ".json":
        return '{"version": 1,\n' + text.rstrip().rstrip(",") + "\n}\n"
    if extension == ".html":
        return '<!DOCTYPE html>\n<html>\n<head><meta charset="utf-8"></head>\n<body>\n' + text + "</body>\n</html>\n"
    if extension == ".vue":
        return "<template>\n<div>" + text.replace("<script>", "<!--").replace("</script>", "-->") + "</div>\n</template>\n"
    return text


class Maker:
    """Puts files together from pieces."""

    def __init__(self, seed):
        self.random = random.Random(seed)
        self.pools = {extension: pool(self.random, pieces) for extension, pieces in PIECES.items()}

    def ordinary(self, extension, size):
        """A file of about `size` bytes of pieces made beforehand: nobody parses it, so names may clash."""
        parts, length = [], 0
        while length < size:
            parts.append(self.random.choice(self.pools[extension]))
            length += len(parts[-1])
        return wrapped(extension, "".join(parts))

    def paying(self, extension, size):
        """A file of about `size` bytes of pieces of its own with one payment."""
        parts, length = [], 0
        while length < size:
            parts.append(filled(self.random, self.random.choice(PIECES[extension]), str(len(parts))))
            length += len(parts[-1])
        payment = filled(self.random, self.random.choice(PAYMENTS[extension]), str(len(parts)))
        parts.insert(self.random.randrange(len(parts) + 1), payment)
        return wrapped(extension, "".join(parts))

    def bundle(self, size):
        """A bundle on one line of about `size` bytes with one payment in its middle."""
        parts, length = [], 0
        while length < size:
            parts.append(filled(self.random, self.random.choice(BUNDLED)))
            length += len(parts[-1])
        parts.insert(len(parts) // 2, filled(self.random, BUNDLED_PAYMENT))
        return '!function(e){var t={};e[0]&&e[0](t)}({' + "".join(parts) + "0:null});\n"


def write(path, text):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def folders(random_, count):
    """Nested folders as repositories have them."""
    made = [pathlib.PurePath("src")]
    while len(made) < count:
        parent = random_.choice(made)
        made.append((parent if len(parent.parts) < 7 else made[0]) / f"{random_.choice(WORDS)}{len(made)}")
    return made


def write_wrappers(maker, folder, count):
    """Writes modules to pay through, and what they share."""
    for name, text in SHARED.items():
        write(folder / name, text)
    for number in range(count):
        write(folder / f"cashier{number}.js", WRAPPERS[number % len(WRAPPERS)])


def importing(maker, number):
    """What a module holds that pays through one of the wrappers."""
    head = f"import {{ openCashier }} from '@/cashiers/cashier{number}';\n"
    return head + filled(maker.random, IMPORTERS[number % len(IMPORTERS)], str(number))


def imports(random_, known):
    """The head of a module: what it takes from packages, from beside it and from others by the alias."""
    lines = [f"import {random_.choice(WORDS)}Of from '{random_.choice(['vue', 'axios', 'dayjs', 'lodash'])}';\n"]
    for index, other in enumerate(random_.sample(known, min(len(known), random_.randrange(0, 7)))):
        module = other.relative_to("src").with_suffix("")
        lines.append(f"import {{ {random_.choice(WORDS)} as used{index} }} from '@/{module}';\n")
    return "".join(lines)


WRAPPER_COUNT = 20

# Of 16 public repositories with a payment and more than 1,000 files, the median has 1.4 files in 1,000 that name
# tradePay, and 4.5 that are read closely; a dense tree has 20.
SHARE_OF_DENSE = 0.22


def make_tree(maker, root, files, megabytes, share):
    random_, mean = maker.random, megabytes * 1_000_000 / files
    places = folders(random_, max(1, files // 12))
    extensions = random_.choices(list(MIX), weights=list(MIX.values()), k=files)
    write_wrappers(maker, root / "src/cashiers", WRAPPER_COUNT)
    known = []
    for number, extension in enumerate(extensions):
        # Sizes of source files: most are small, a few are fifty times as large.
        size = min(random_.lognormvariate(0, 1.2) / 2.05 * mean, 60 * mean)
        pays = extension in PAYMENTS and random_.random() < 0.0125 * share
        path = random_.choice(places) / f"{random_.choice(WORDS)}-{number}{extension}"
        text = maker.paying(extension, size) if pays else maker.ordinary(extension, size)
        if extension in (".js", ".ts"):
            text = imports(random_, known) + text
            known.append(path)
            if extension == ".js" and random_.random() < 0.02 * share:
                text = importing(maker, random_.randrange(WRAPPER_COUNT)) + text
        write(root / path, text)
    write(root / ".gitignore", "node_modules/\ndist/\n*.log\n")
    write(root / "package.json", '{"name": "measured", "version": "1.0.0"}\n')


def make_project(maker, root, files):
    write_wrappers(maker, root / "src/cashiers", WRAPPER_COUNT)
    for number in range(files):
        text = importing(maker, number % WRAPPER_COUNT) + maker.ordinary(".js", 2_000)
        write(root / "src/pages" / f"folder{number % 25}" / f"page{number}.js", text)
    write(root / "package.json", '{"name": "measured", "version": "1.0.0"}\n')


def make_paying(maker, root, files, size):
    for number in range(files):
        extension = maker.random.choice([".js", ".js", ".ts", ".html"])
        write(root / f"part{number % 20}" / f"pay{number}{extension}", maker.paying(extension, size))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["tree", "dense", "project", "paying", "page", "plain", "bundle"])
    parser.add_argument("path", type=pathlib.Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--files", type=int)
    parser.add_argument("--megabytes", type=float, default=150)
    parser.add_argument("--bytes", type=int, default=10240)
    return parser.parse_args()


def main():
    chosen = arguments()
    maker = Maker(chosen.seed)
    match chosen.what:
        case "tree" | "dense":
            share = 1 if chosen.what == "dense" else SHARE_OF_DENSE
            make_tree(maker, chosen.path, chosen.files or 20_000, chosen.megabytes, share)
        case "project":
            make_project(maker, chosen.path, chosen.files or 1_000)
        case "paying":
            make_paying(maker, chosen.path, chosen.files or 1_000, chosen.bytes)
        case "page":
            write(chosen.path, maker.paying(".html", chosen.bytes))
        case "plain":
            write(chosen.path, maker.paying(".js", chosen.bytes))
        case "bundle":
            write(chosen.path, maker.bundle(chosen.bytes))


if __name__ == "__main__":
    main()
