import { lookup as dnsLookup } from 'node:dns';
import type { LookupFunction } from 'node:net';

/** Returns whether connections to an address are allowed: `isPublicAddress`, except in tests that run a local server. */
export type AddressRule = (address: string) => boolean;

/** Thrown when a name resolves to an address to which connections are not allowed. */
export class ForbiddenAddress extends Error {
  constructor(address: string) {
    super(`The URL resolves to ${address}, which is not public.`);
    this.name = 'ForbiddenAddress';
  }
}

/**
 * Returns the DNS part of the SSRF guard: the lookup for a connection (the `lookup` option of `net.connect`, `https.request` and agents).
 * It fails if any address of the name is not allowed, since any of the addresses could be picked later. The connection goes to exactly the
 * checked addresses, so an attacker does not gain anything by changing the DNS response in between.
 */
export function guardedLookup(isAllowed: AddressRule): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { family: options.family ?? 0, hints: options.hints ?? 0, all: true }, (error, addresses) => {
      if (error) {
        callback(error, '', 0);
        return;
      }
      const bad = addresses.find(({ address }) => !isAllowed(address));
      const [first] = addresses;
      if (bad) callback(new ForbiddenAddress(bad.address), '', 0);
      else if (first === undefined) callback(new Error('The host has no address.'), '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
