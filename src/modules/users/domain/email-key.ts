/**
 * Returns the form of an address that is used for comparison: NFKC and lowercase. A user therefore has only one account in a tenant,
 * regardless of how the address is written. The function is idempotent.
 */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** Returns the mailbox under which sent emails are counted: `ada+shop@example.com` counts as `ada@example.com` (RFC 5233). */
export function mailboxKey(email: string): string {
  const key = emailKey(email);
  const at = key.lastIndexOf('@');
  const plus = key.indexOf('+');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key;
}
