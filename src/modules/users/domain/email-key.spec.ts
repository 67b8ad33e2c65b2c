import { emailKey, mailboxKey } from './email-key';

describe('the key of an email address', () => {
  it.each([
    ['Ada@Example.COM', 'ada@example.com'],
    ['  ada@example.com ', 'ada@example.com'],
    ['ａｄａ@example.com', 'ada@example.com'],
    ['ﬁona@example.com', 'fiona@example.com'],
    ['İ@example.com', 'i̇@example.com'],
  ])('of %j is %j', (written, key) => {
    expect(emailKey(written)).toBe(key);
  });

  it('is idempotent', () => {
    for (const written of [
      'Ada@Example.com',
      'ＡＤＡ@example.com',
      'İ@example.com',
      'ẞ@example.com',
      'K@example.com',
    ]) {
      expect(emailKey(emailKey(written))).toBe(emailKey(written));
    }
  });

  it('distinguishes different addresses', () => {
    expect(emailKey('ada+1@example.com')).not.toBe(emailKey('ada@example.com'));
    expect(emailKey('a.da@example.com')).not.toBe(emailKey('ada@example.com'));
  });
});

describe('the mailbox of an email address', () => {
  it.each([
    ['ada@example.com', 'ada@example.com'],
    [' Ada+Shop@Example.com ', 'ada@example.com'],
    ['ada+1+2@example.com', 'ada@example.com'],
    ['ada＋wide@example.com', 'ada@example.com'],
    ['+ada@example.com', '+ada@example.com'],
    ['ada@exa+mple.com', 'ada@exa+mple.com'],
  ])('of %j is %s', (email, key) => {
    expect(mailboxKey(email)).toBe(key);
    expect(mailboxKey(key)).toBe(key);
  });
});
