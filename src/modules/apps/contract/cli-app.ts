import { OIDC_SCOPES, PLATFORM_SCOPES } from './platform-scopes';

const PREFIX = 'app-cli-';

/** The part of a client id after the prefix: the slug or the id of a tenant. Together, they have at most 64 characters. */
const TENANT = /^[a-z0-9]([a-z0-9-]{0,54}[a-z0-9])?$/;

/**
 * The scopes of a sign-in to the command line: everything that a role can allow. The sign-in grants only those that the role of the user
 * covers, and the tenant's policy decides about each call.
 */
export const CLI_SCOPES: readonly string[] = [...OIDC_SCOPES.keys(), 'admin', ...PLATFORM_SCOPES.keys()];

/**
 * Redirect URIs of the command line, which listens on a port that the operating system assigns (RFC 8252 §7.3). The authorization server
 * ignores the port of a native app's loopback URI.
 */
export const CLI_REDIRECT_URIS: readonly string[] = ['http://127.0.0.1/callback', 'http://[::1]/callback'];

/**
 * Returns the client id of the command line in a tenant; `null` if the slug is too long for a client id, so that the id of the tenant is
 * needed instead. @param tenant slug or id.
 */
export function cliClientId(tenant: string): string | null {
  return TENANT.test(tenant) ? `${PREFIX}${tenant}` : null;
}

/** Returns the slug or id of the tenant to which a client id of the command line belongs; `null` for any other client id. */
export function tenantOfCliClient(clientId: string): string | null {
  return clientId.startsWith(PREFIX) && clientId.length > PREFIX.length ? clientId.slice(PREFIX.length) : null;
}
