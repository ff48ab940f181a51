// Resolves for what is paid or not known yet, rejects for what failed.
export const pay = (tradeNO) =>
  new Promise((resolve, reject) => {
    my.tradePay({
      tradeNO,
      success: (res) => {
        if (res.resultCode === '9000') {
          resolve(res);
        } else if (res.resultCode === '8000' || res.resultCode === '6004') {
          resolve({ paid: false, unsure: true });
        } else {
          reject(new Error('支付失败'));
        }
      },
    });
  });
