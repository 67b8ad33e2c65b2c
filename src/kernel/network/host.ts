/** A host of a URL or an address as sockets and look-ups take it: an IPv6 address without the brackets around it. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}
