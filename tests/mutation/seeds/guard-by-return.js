// The documented helper with an early return, and a callback that asks the server.
var cashier = {
  whenReady: function (run) {
    if (typeof AlipayJSBridge === 'undefined') {
      document.addEventListener('AlipayJSBridgeReady', run, false);
      return;
    }
    run();
  },
  open: function (order) {
    cashier.whenReady(function () {
      AlipayJSBridge.call('tradePay', { tradeNO: order.no }, function (res) {
        if (res.resultCode === '6001') {
          alert('已取消支付');
          return;
        }
        if (res.resultCode === '4000' || res.resultCode === '6002') {
          alert('支付失败');
          return;
        }
        queryOrder(order.id);
      });
    });
  },
};

document.querySelector('#pay').onclick = function () {
  $.get('/order', cashier.open);
};
