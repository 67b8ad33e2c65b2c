/**
 * Returns an address in its form for comparison: NFKC and lowercase, so that a user has one account in a tenant, however the address is
 * written. Idempotent.
 */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** Returns the mailbox for which mails are counted: `ada+shop@example.com` counts as `ada@example.com` (RFC 5233). */
export function mailboxKey(email: string): string {
  const key = emailKey(email);
  const at = key.lastIndexOf('@');
  const plus = key.indexOf('+');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key;
}
