// The same in a switch, through the bridge.
function ready(cb) {
  if (!window.AlipayJSBridge) {
    document.addEventListener('AlipayJSBridgeReady', cb, false);
    return;
  }
  cb();
}

export function pay(order) {
  return new Promise(function (resolve, reject) {
    ready(function () {
      AlipayJSBridge.call('tradePay', { tradeNO: order.tradeNO }, function (result) {
        switch (result.resultCode) {
          case '9000':
            resolve('paid');
            break;
          case '8000':
          case '6004':
            resolve('waiting');
            break;
          default:
            reject(new Error('付款失败'));
        }
      });
    });
  });
}
