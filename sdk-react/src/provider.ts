'use client';

import type { BrowserSession } from '@cpod/sdk/browser';
import { createContext, createElement, type ReactElement, type ReactNode, useContext, useEffect } from 'react';

const SessionContext = createContext<BrowserSession | null>(null);

export interface CpodProviderProps {
  /** The session of the page. Create it outside of components, so that there is only one. */
  readonly session: BrowserSession;
  readonly children?: ReactNode;
}

/** Provides the session to the hooks below it, and starts it: completes a sign-in that returns to this page, or restores the session. */
export function CpodProvider({ session, children }: CpodProviderProps): ReactElement {
  // In StrictMode, React runs effects twice. A session starts only once.
  useEffect(() => void session.start(), [session]);
  return createElement(SessionContext.Provider, { value: session }, children);
}

/** Returns the session of the nearest provider. Errors: an `Error` if there is no provider. */
export function useSession(): BrowserSession {
  const session = useContext(SessionContext);
  if (session === null) throw new Error('useAuth, useUser and RequireAuth need a <CpodProvider> around them.');
  return session;
}
