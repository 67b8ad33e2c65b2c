import type { Userinfo } from '../generated/schemas.js';

/**
 * The state of a session. `loading` until the session is restored or known to be absent, and while the page leaves for a sign-in.
 * `signedOut` has `hasEnded: true` if a session ended while the page was open, for example because the user signed out in another tab.
 */
export type SessionState =
  | { readonly status: 'loading'; readonly user: null; readonly error: null }
  | { readonly status: 'signedOut'; readonly user: null; readonly error: null; readonly hasEnded: boolean }
  | { readonly status: 'signedIn'; readonly user: Userinfo; readonly error: null }
  | { readonly status: 'error'; readonly user: null; readonly error: Error };

export const LOADING: SessionState = { status: 'loading', user: null, error: null };

export function signedOut(hasEnded: boolean): SessionState {
  return { status: 'signedOut', user: null, error: null, hasEnded };
}

export function signedIn(user: Userinfo): SessionState {
  return { status: 'signedIn', user, error: null };
}

export function failed(thrown: unknown): SessionState {
  const error = thrown instanceof Error ? thrown : new Error('The sign-in failed.', { cause: thrown });
  return { status: 'error', user: null, error };
}
