/** A host of a URL or an address as sockets and look-ups take it: an IPv6 address without the brackets around it. */
export function withoutBrackets(host: string): string {
  return host.replace(/^\[|\]$/g, '');
}

/** Splits `host:port` or `[v6]:port`. */
export function splitAddress(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(':');
  return { host: withoutBrackets(address.slice(0, colon)), port: Number(address.slice(colon + 1)) };
}
