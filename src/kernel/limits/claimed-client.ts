import type { Form } from '../http/body/read-form';
import { unverifiedClaims } from '../text/unverified-claims';

/**
 * Returns the client id that a request to an OAuth endpoint claims, whichever authentication method it uses (RFC 6749 §2.3.1, RFC 7523 §3).
 * Use it only for counting, since it is not verified. `null` if the request claims none.
 * @param form `null` if the body has not been read.
 */
export function claimedClient(authorization: string | undefined, form: Form | null): string | null {
  const byHeader = basicUser(authorization ?? '');
  if (byHeader !== null) return byHeader;
  const member = (name: string): string | null => {
    const value = form !== null && Object.hasOwn(form, name) ? form[name] : undefined;
    return typeof value === 'string' && value !== '' ? value : null;
  };
  return member('client_id') ?? subjectOf(member('client_assertion') ?? '');
}

function basicUser(authorization: string): string | null {
  const encoded = /^Basic +([\w+/-]+)/i.exec(authorization)?.[1];
  if (encoded === undefined) return null;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  const user = colon === -1 ? pair : pair.slice(0, colon);
  if (!/[%+]/.test(user)) return user || null;
  try {
    return decodeURIComponent(user.replaceAll('+', ' ')) || null;
  } catch {
    return user || null;
  }
}

function subjectOf(assertion: string): string | null {
  // Almost no client sends an assertion, and an exception costs more than the rest of this function.
  if (assertion === '') return null;
  const { sub } = unverifiedClaims(assertion);
  return typeof sub === 'string' && sub !== '' ? sub : null;
}
