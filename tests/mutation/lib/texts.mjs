// The few words by which the reader tells what a text says. A handful is enough: it need only know the fixtures' own.

import { nameOf } from './payments.mjs';

const SAYS = [
  [
    'pending',
    /处理中|确认|未知|未可知|稍后查看|稍后查询|订单中查看|勿重复|处理|being processed|pending|processing|unknown|\bwait/i,
  ],
  ['network', /网络|network/i],
  ['failure', /失败|不成功|出错|fail(ed|ure)?\b|declined|unsuccessful/i],
  ['cancelled', /取消|放弃|cancel/i],
  ['success', /成功|已支付|success|thank you|\bpaid\b|[/=]ok\b|=suc\b/i],
];

/** What texts say, by the strongest of them; `null` if nothing. */
export function classOf(texts) {
  const whole = texts.join('\n');
  return SAYS.find(([, words]) => words.test(whole))?.[0] ?? null;
}

/** Whether a call tells the customer nothing, whatever it is given. */
export function isNeutral(callee) {
  const owner = callee.object && nameOf(callee.object);
  return owner === 'console' || /^(hide|clear|log|track|report|vibrate|stringify|parse$)/i.test(nameOf(callee) ?? '');
}
