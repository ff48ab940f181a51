// Every case goes somewhere and ends; only the last one says failed.
export function settle(order) {
  my.tradePay({
    orderStr: order.orderStr,
    success: (res) => {
      switch (res.resultCode) {
        case '9000':
          my.redirectTo({ url: '/pages/order/detail?id=' + order.id });
          break;
        case '6004':
          my.redirectTo({ url: '/pages/order/list' });
          break;
        case '8000':
          my.switchTab({ url: '/pages/me/me' });
          break;
        default:
          my.showToast({ content: '支付失败' });
      }
    },
  });
}
