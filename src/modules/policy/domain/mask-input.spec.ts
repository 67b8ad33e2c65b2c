import { MASKED, maskInput } from './mask-input';
import { processorMs } from '../../../../test/support/processor-time';

const kept = (value: unknown) => ({ value, masked: false });

describe('an input for the decision log', () => {
  it('is unchanged if it contains no secret', () => {
    const input = { subject: 'usr-1', action: 'read', n: 1, ok: true, none: null, list: ['a', { roles: ['admin'] }] };
    expect(maskInput(input)).toEqual(kept(input));
    for (const scalar of [null, true, 7, 'text', '']) expect(maskInput(scalar)).toEqual(kept(scalar));
  });

  it.each([
    'password',
    'Password',
    'client_secret',
    'clientSecret',
    'x-api-key',
    'API_KEY',
    'authorization',
    'private_key',
    'cookie',
    'user.password',
    'access_token',
    'x-service-token',
    'auth_token',
    'authToken',
    'db_password',
    'newPassword',
    'webhook_secret',
    'pwd',
    'private_key_pem',
    'X-Amz-Security-Token',
    'password ',
  ])('loses any value of a member named %s', (name) => {
    for (const value of ['hunter2', 7, ['a'], { deep: 'hunter2' }]) {
      expect(maskInput({ outer: { [name]: value } })).toEqual({ value: { outer: { [name]: MASKED } }, masked: true });
    }
  });

  it.each([
    'cs_0123456789abcdef',
    'rt_0123456789abcdef',
    'cpod_0123456789abcdef',
    'Bearer abcdefghijklmnop',
    'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl',
    'see eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2lnbmF0dXJl here',
    '-----BEGIN RSA PRIVATE KEY-----\nabc',
    'postgres://app:hunter2@db/x',
    'sk-abcdefghijklmnopqrstuv',
    'AKIAABCDEFGHIJKLMNOP',
    'cpt_0123456789abcdef',
    'tok_0123456789abcdef',
    'https://x.example/?user=a&password=hunter2',
    '{"password":"hunter2"}',
  ])('loses a string that looks like %s', (secret) => {
    expect(maskInput([secret])).toEqual({ value: [MASKED], masked: true });
    const named = maskInput({ [secret]: 1 });
    expect(named.masked).toBe(true);
    expect(Object.keys(named.value as object)).toEqual([MASKED]);
  });

  it('keeps empty secrets, because policies may test for them', () => {
    const input = { password: '', token: null, secret: false };
    expect(maskInput(input)).toEqual(kept(input));
  });

  it.each(['scope', 'tokenizer', 'passwordless', 'author', 'secretary', 'pinned', 'resource/cs_1'])(
    'keeps a name or text that only resembles a secret: %s',
    (text) => {
      expect(maskInput({ [text]: text })).toEqual(kept({ [text]: text }));
    },
  );

  it('is masked at levels that are nested too deeply', () => {
    let deep: unknown = 'x';
    for (let level = 0; level < 10_000; level++) deep = [deep];
    expect(maskInput(deep).masked).toBe(true);
  });

  it('can contain prototype names as ordinary names', () => {
    const input = JSON.parse('{"__proto__": {"password": "hunter2"}, "constructor": 1}') as object;
    expect(JSON.stringify(maskInput(input).value)).toBe(`{"__proto__":{"password":"${MASKED}"},"constructor":1}`);
  });

  it.each(['eyJ-', '://a:', 'Basic ', 'cs_', 'sk-', '-----BEGIN '])('is masked quickly if it repeats %j', (part) => {
    const began = processorMs();
    maskInput([part.repeat(4_096)]);
    expect(processorMs() - began).toBeLessThan(5_000);
  });

  it('is not changed in place', () => {
    const input = Object.freeze({ password: 'hunter2' });
    maskInput(input);
    expect(input.password).toBe('hunter2');
  });
});
