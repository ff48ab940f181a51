// The codes leave one by one for a page; what is left has failed.
export function checkout(cart) {
  ap.tradePay({ tradeNO: cart.tradeNO }, function (res) {
    var code = res.resultCode;
    if (code === '9000') {
      location.href = '/orders/' + cart.id;
      return;
    }
    if (code === '8000') {
      location.href = '/orders';
      return;
    }
    if (code === '6004') {
      location.replace('/orders');
      return;
    }
    alert('支付失败');
  });
}
