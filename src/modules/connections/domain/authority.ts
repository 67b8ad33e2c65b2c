import { domainOf } from './email-domain';
import { GOOGLE_ISSUER } from './presets';
import type { UpstreamProfile } from './upstream-profile';

const GMAIL = ['gmail.com', 'googlemail.com'];

/**
 * Returns whether a provider decides who owns an address, so that its word alone can give an account to somebody. This is true for
 * confirmed addresses in a domain that the tenant has verified for the connection. Google is also authoritative for Gmail. For every other
 * domain, Google is so only for accounts of that Workspace (`hd`): anyone can open a Google account with an address that they could read
 * once.
 * @param domains the verified domains of the connection.
 */
export function isAuthoritative(profile: UpstreamProfile, domains: readonly string[]): boolean {
  const { issuer, email, emailVerified, hostedDomain } = profile;
  const domain = email === null ? null : domainOf(email);
  if (domain === null || !emailVerified) return false;
  if (issuer !== GOOGLE_ISSUER) return domains.includes(domain);
  if (GMAIL.includes(domain)) return true;
  return hostedDomain?.toLowerCase() === domain && domains.includes(domain);
}
