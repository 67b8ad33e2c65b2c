import { domainToASCII } from 'node:url';
import { email as emailSchema } from '../../users/contract/users.types';

const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/;

/** Returns a domain in lowercase and Punycode, without a trailing dot; `null` if it is not a domain with at least two labels. */
export function domainName(text: string): string | null {
  // `domainToASCII` would drop what follows such a character.
  if (/[\s/\\?#@:]/.test(text.trim())) return null;
  const ascii = domainToASCII(text.trim().replace(/\.$/, '').toLowerCase());
  const labels = ascii.split('.');
  if (ascii === '' || ascii.length > 253 || labels.length < 2) return null;
  // The last label is never a number, so that an IP address is not a domain.
  if (!labels.every((label) => LABEL.test(label)) || /^\d+$/.test(labels.at(-1) ?? '')) return null;
  return ascii;
}

/** Returns the domain of an address; `null` for a string that is not an address. */
export function domainOf(address: string): string | null {
  if (!emailSchema.safeParse(address).success) return null;
  return domainName(address.slice(address.lastIndexOf('@') + 1));
}
