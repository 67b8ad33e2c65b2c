import { newWebhookSecret, webhookHeaders } from './webhook-signature';

describe('the signature of a webhook', () => {
  // The test vector of the specification's reference libraries.
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', seconds: 1_614_265_330, body: '{"test": 2432232314}' };
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

  it('is that of the example of Standard Webhooks', () => {
    expect(webhookHeaders([secret], message)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    });
  });

  it('is there by each secret while two count', () => {
    const [first, second, ...more] = (
      webhookHeaders([newWebhookSecret(), secret], message)['webhook-signature'] ?? ''
    ).split(' ');
    expect(first).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    expect([second, ...more]).toEqual([signature]);
  });

  it('has a new secret of 256 bits each time', () => {
    expect(newWebhookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(newWebhookSecret());
  });
});
