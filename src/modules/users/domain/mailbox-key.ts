import { emailKey } from './email-key';

/** Returns an address as mails to it are counted: `ada+shop@example.com` is the mailbox of `ada@example.com` (RFC 5233). */
export function mailboxKey(email: string): string {
  const key = emailKey(email);
  const at = key.lastIndexOf('@');
  const plus = key.indexOf('+');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key;
}
