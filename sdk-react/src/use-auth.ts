'use client';

import type { CpodClient, Userinfo } from '@cpod/sdk';
import type { BrowserSession, SessionState, SignInOptions } from '@cpod/sdk/browser';
import { useCallback, useMemo, useSyncExternalStore } from 'react';
import { useSession } from './provider.js';

/** The state of the session, and what to do with it. */
export type Auth = SessionState & {
  /** Sends the browser to the sign-in page, and back to `returnTo`: by default, the current address. */
  readonly signIn: (options?: Pick<SignInOptions, 'returnTo' | 'prompt' | 'loginHint'>) => Promise<void>;
  /** Signs the user out in all tabs, and revokes the tokens. */
  readonly signOut: () => Promise<void>;
  /** A client that calls the platform as the user. */
  readonly client: CpodClient;
  /** Returns an access token for calls outside the SDK. Errors: `LoginError` if nobody is signed in. */
  readonly accessToken: (signal?: AbortSignal) => Promise<string>;
};

/** Returns the session, and renders the component again after each change. */
export function useAuth(): Auth {
  const session = useSession();
  const state = useSessionState(session);
  return useMemo(
    () => ({
      ...state,
      signIn: (options) => session.signIn(options),
      signOut: () => session.signOut(),
      client: session.client,
      accessToken: (signal) => session.accessToken(signal),
    }),
    [session, state],
  );
}

/** Returns the claims about the signed-in user; `null` if nobody is signed in. */
export function useUser(): Userinfo | null {
  return useSessionState(useSession()).user;
}

function useSessionState(session: BrowserSession): SessionState {
  const subscribe = useCallback((onChange: () => void) => session.subscribe(onChange), [session]);
  const read = useCallback(() => session.state, [session]);
  // A server has no session: it renders the state `loading`, as the browser does first.
  return useSyncExternalStore(subscribe, read, read);
}
