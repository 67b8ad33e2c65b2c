import { randomBytes } from 'node:crypto';
import { type CookieBrowser, hiddenFields } from './browser-form';
import { CALLBACK, type Checks, type RelyingParty, type Tokens } from './relying-party';

/** A user who signs in on the sign-in pages. */
export interface Visitor {
  readonly email: string;
  readonly password: string;
}

export function newChecks(): Checks {
  const text = (): string => randomBytes(32).toString('base64url');
  return { state: text(), nonce: text(), verifier: text() };
}

/** Walks through the pages, consenting to everything. Returns the URL of the final redirect, which begins with `callback`. */
export async function walk(
  browser: CookieBrowser,
  start: URL,
  visitor: Visitor,
  callback: string = CALLBACK,
): Promise<URL> {
  let page = await browser.get(start.href);
  for (let step = 0; step < 5; step++) {
    const location = page.headers.get('location');
    if (location?.startsWith(callback)) return new URL(location);
    const fields = hiddenFields(page);
    if (location !== null) page = await browser.get(location);
    else if (page.text.includes('type="password"')) {
      page = await browser.post('/oauth/sign-in', { ...fields, ...visitor });
    } else page = await browser.post('/oauth/consent', { ...fields, decision: 'allow', remember: 'yes' });
  }
  throw new Error(`The pages do not lead to the callback: ${page.status} ${page.text}`);
}

/** Signs a visitor in to an app, up to the point where the callback contains the code. */
export async function codeFor(
  party: RelyingParty,
  scope: string,
  browser: CookieBrowser,
  visitor: Visitor,
): Promise<{ readonly checks: Checks; readonly callback: URL }> {
  const checks = newChecks();
  return { checks, callback: await walk(browser, await party.authorizationUrl(scope, checks), visitor) };
}

export async function signIn(
  party: RelyingParty,
  scope: string,
  browser: CookieBrowser,
  visitor: Visitor,
): Promise<Tokens> {
  const { callback, checks } = await codeFor(party, scope, browser, visitor);
  return party.exchange(callback, checks);
}
