/**
 * An address as it is compared: NFKC and lower case, so that one person has one account in a tenant however they write
 * it. Applying it again changes nothing.
 */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}

/** Returns an address as mails to it are counted: `ada+shop@example.com` is the mailbox of `ada@example.com` (RFC 5233). */
export function mailboxKey(email: string): string {
  const key = emailKey(email);
  const at = key.lastIndexOf('@');
  const plus = key.indexOf('+');
  return plus > 0 && plus < at ? key.slice(0, plus) + key.slice(at) : key;
}
