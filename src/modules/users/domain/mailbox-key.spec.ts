import { mailboxKey } from './mailbox-key';

describe('the mailbox of an address', () => {
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
