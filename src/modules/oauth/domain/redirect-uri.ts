import { type Client, LOOPBACK_HOSTS } from '../../apps/contract/apps.types';

/**
 * Whether a redirect URI is one of a client's: character by character (RFC 9700 §2.1), but for the port of a native
 * app's loopback URI, which the operating system gives it at the time (RFC 8252 §7.3).
 */
export function isRedirectUriOf(client: Client, uri: string): boolean {
  if (client.redirectUris.includes(uri)) return true;
  if (client.appType !== 'native') return false;
  const portless = withoutLoopbackPort(uri);
  return portless !== null && client.redirectUris.some((registered) => withoutLoopbackPort(registered) === portless);
}

const PORT = /^(http:\/\/[^/]+):\d{1,5}(?=\/|$)/;

/** A loopback URI without its port; `null` for any other host. Only a URI that a parser writes the same way counts. */
function withoutLoopbackPort(uri: string): string | null {
  if (!URL.canParse(uri)) return null;
  const { hostname, href } = new URL(uri);
  if (!LOOPBACK_HOSTS.includes(hostname)) return null;
  return href === uri || href === `${uri}/` ? uri.replace(PORT, '$1') : null;
}

/**
 * Whether another program on the user's machine could have the answer: anyone can listen on a loopback port or claim a
 * private scheme, so that a native app's name is no proof of who asks (RFC 8252 §8.6).
 */
export function canBeTaken(client: Client, uri: string): boolean {
  return client.appType === 'native' && !uri.startsWith('https:');
}

/** What a page shows of where an answer goes: the host, or an app's own scheme. */
export function destinationOf(uri: string): string {
  const { protocol, host } = new URL(uri);
  return protocol === 'https:' || protocol === 'http:' ? host : protocol.slice(0, -1);
}
