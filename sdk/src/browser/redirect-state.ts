import type { PendingLogin } from '../auth/login.js';
import { safeReturnTo } from '../auth/return-to.js';
import { isRecord } from '../http/read-error.js';
import type { BrowserPage } from './page.js';

/** A sign-in for which this tab has left the page. */
export interface LeftForSignIn {
  readonly pending: PendingLogin;
  /** The path to show after the sign-in. */
  readonly returnTo: string;
  /** True for an attempt without a page (`prompt=none`). */
  readonly isSilent: boolean;
}

/** The data that outlives a page: the sign-in in progress in this tab, and a mark that this browser has signed in before. No tokens. */
export class RedirectState {
  readonly #page: BrowserPage;
  readonly #pendingKey: string;
  readonly #markKey: string;

  constructor(page: BrowserPage, name: string) {
    this.#page = page;
    this.#pendingKey = `${name} sign-in`;
    this.#markKey = `${name} has-signed-in`;
  }

  save(left: LeftForSignIn): void {
    this.#page.sessionStorage.setItem(this.#pendingKey, JSON.stringify(left));
  }

  /** Removes and returns the sign-in in progress, so that no code is exchanged twice; `null` if there is none. */
  take(): LeftForSignIn | null {
    const text = this.#page.sessionStorage.getItem(this.#pendingKey);
    this.#page.sessionStorage.removeItem(this.#pendingKey);
    return text === null ? null : this.read(text);
  }

  get hasSignedIn(): boolean {
    return this.#page.localStorage.getItem(this.#markKey) !== null;
  }

  set hasSignedIn(value: boolean) {
    if (value) this.#page.localStorage.setItem(this.#markKey, 'true');
    else this.#page.localStorage.removeItem(this.#markKey);
  }

  private read(text: string): LeftForSignIn | null {
    try {
      const value: unknown = JSON.parse(text);
      if (!isRecord(value) || !isPending(value['pending']) || typeof value['returnTo'] !== 'string') return null;
      const returnTo = safeReturnTo(value['returnTo'], this.#page.location.origin);
      return { pending: value['pending'], returnTo, isSilent: value['isSilent'] === true };
    } catch {
      return null;
    }
  }
}

const PENDING_MEMBERS = ['clientId', 'redirectUri', 'issuer', 'state', 'nonce', 'verifier'] as const;

function isPending(value: unknown): value is PendingLogin {
  return isRecord(value) && PENDING_MEMBERS.every((name) => typeof value[name] === 'string' && value[name] !== '');
}

/** Returns whether an address is the response of an authorization server at the redirect URI (RFC 6749 §4.1.2, RFC 9207). */
export function isCallback(href: string, redirectUri: string): boolean {
  const [url, callback] = [new URL(href), new URL(redirectUri)];
  if (url.origin !== callback.origin || url.pathname !== callback.pathname) return false;
  const { searchParams } = url;
  return (
    searchParams.has('state') && searchParams.has('iss') && (searchParams.has('code') || searchParams.has('error'))
  );
}
