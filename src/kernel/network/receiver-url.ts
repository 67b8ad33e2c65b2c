import { isIP } from 'node:net';
import { withoutBrackets } from './host';
import { outboundTarget } from './outbound-url';
import { addressRule } from './public-address';

/** The rules of this installation for URLs that it calls on behalf of tenants, for webhooks and skills. */
export interface UrlRules {
  /** True if URLs are allowed to lead to the private network. Link-local and metadata addresses are always rejected. */
  readonly mayBePrivate: boolean;
  /** True if URLs are allowed to use plain HTTP. */
  readonly mayBePlain: boolean;
}

/** Returns the fault of a URL, as a machine-readable code and a message; `null` if the URL itself has no fault. */
export function urlFault(
  text: string,
  { mayBePrivate, mayBePlain }: UrlRules,
): { readonly code: string; readonly message: string } | null {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    return { code: 'url_invalid', message: 'Use an https URL.' };
  }
  if (url.protocol !== 'https:' && !mayBePlain)
    return { code: 'scheme_not_allowed', message: 'The URL must be https.' };
  if (url.username !== '' || url.password !== '') {
    return { code: 'user_info', message: 'The URL must not contain credentials: calls are signed.' };
  }
  if (mayBePrivate) {
    const host = withoutBrackets(url.hostname);
    if (isIP(host) === 0 || addressRule(true)(host)) return null;
    return { code: 'address_not_public', message: 'The URL must not resolve to a link-local or metadata address.' };
  }
  const target = outboundTarget(text);
  return 'refusal' in target ? { code: target.refusal, message: 'The URL must resolve to a public host.' } : null;
}
