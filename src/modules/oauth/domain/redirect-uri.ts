import { LOOPBACK_HOSTS } from '../../../kernel/network/host';
import type { Client } from '../../apps/contract/apps.types';

/**
 * Returns whether a redirect URI is registered for a client. Compares character by character (RFC 9700 §2.1), except for the port of a
 * native app's loopback URI, which the operating system assigns at run time (RFC 8252 §7.3).
 */
export function isRedirectUriOf(client: Client, uri: string): boolean {
  if (client.redirectUris.includes(uri)) return true;
  if (client.appType !== 'native') return false;
  const portless = withoutLoopbackPort(uri);
  return portless !== null && client.redirectUris.some((registered) => withoutLoopbackPort(registered) === portless);
}

const PORT = /^(http:\/\/[^/]+):\d{1,5}(?=\/|$)/;

/** Returns a loopback URI without its port; `null` for any other host. Accepts only a URI in the parser's normal form. */
function withoutLoopbackPort(uri: string): string | null {
  if (!URL.canParse(uri)) return null;
  const { hostname, href } = new URL(uri);
  if (!LOOPBACK_HOSTS.includes(hostname)) return null;
  return href === uri || href === `${uri}/` ? uri.replace(PORT, '$1') : null;
}

/**
 * Returns whether another program on the user's machine could receive the response. Any program can listen on a loopback port or claim a
 * private scheme, so a native app's client id does not prove its identity (RFC 8252 §8.6).
 */
export function canBeTaken(client: Client, uri: string): boolean {
  return client.appType === 'native' && !uri.startsWith('https:');
}

/** Returns the displayed destination of a response: the host, or an app's own scheme. */
export function destinationOf(uri: string): string {
  const { protocol, host } = new URL(uri);
  return protocol === 'https:' || protocol === 'http:' ? host : protocol.slice(0, -1);
}
