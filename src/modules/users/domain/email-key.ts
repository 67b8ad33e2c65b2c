/**
 * An address as it is compared: NFKC and lower case, so that one person has one account in a tenant however they write
 * it. Applying it again changes nothing.
 */
export function emailKey(email: string): string {
  return email.trim().normalize('NFKC').toLowerCase().normalize('NFKC');
}
