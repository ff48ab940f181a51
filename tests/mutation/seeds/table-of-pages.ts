// A table of texts with a fallback for what nobody documented.
const TEXTS: Record<string, string> = {
  '9000': '支付成功',
  '8000': '支付处理中',
  '6004': '支付结果未知，请稍后查看订单',
  '6001': '已取消支付',
};

export function show(tradeNO: string): void {
  my.tradePay({
    tradeNO,
    success: (res: { resultCode: string }) => {
      const text = TEXTS[res.resultCode];
      my.showToast({ content: text || '支付失败' });
    },
  });
}
