import { isWebhookSigned, newWebhookSecret, webhookHeaders } from './webhook-signature';

describe('the signature of a webhook', () => {
  // The test vector of the specification's reference libraries.
  const secret = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
  const message = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', seconds: 1_614_265_330, body: '{"test": 2432232314}' };
  const signature = 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=';

  it('matches the example of Standard Webhooks', () => {
    expect(webhookHeaders([secret], message)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': signature,
    });
  });

  it('exists for each secret while two secrets are valid', () => {
    const [first, second, ...more] = (
      webhookHeaders([newWebhookSecret(), secret], message)['webhook-signature'] ?? ''
    ).split(' ');
    expect(first).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/);
    expect([second, ...more]).toEqual([signature]);
  });

  it('uses a new 256-bit secret each time', () => {
    expect(newWebhookSecret()).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newWebhookSecret()).not.toBe(newWebhookSecret());
  });

  describe('when received', () => {
    const received = { id: message.id, timestamp: String(message.seconds), body: Buffer.from(message.body) };

    it('is valid with any current secret and among other signatures', () => {
      expect(isWebhookSigned([secret], received, signature)).toBe(true);
      expect(isWebhookSigned([newWebhookSecret(), secret], received, `v1a,AAAA v1,AAAA ${signature}`)).toBe(true);
    });

    it.each([
      ['no signature', received, ''],
      ['a different version', received, signature.replace('v1,', 'v2,')],
      ['part of the signature', received, signature.slice(0, -8)],
      ['a different body', { ...received, body: Buffer.from('{}') }, signature],
      ['a different time', { ...received, timestamp: '1614265331' }, signature],
      ['a different id', { ...received, id: 'msg_other' }, signature],
    ])('is invalid with %s', (_what, changed, header) => {
      expect(isWebhookSigned([secret], changed, header)).toBe(false);
      expect(isWebhookSigned([newWebhookSecret()], received, signature)).toBe(false);
    });
  });
});
