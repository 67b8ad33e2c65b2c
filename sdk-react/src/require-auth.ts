'use client';

import { createElement, Fragment, type ReactElement, type ReactNode, useEffect } from 'react';
import { type Auth, useAuth } from './use-auth.js';

export interface RequireAuthProps {
  readonly children?: ReactNode;
  /** Shown while the session loads. */
  readonly loading?: ReactNode;
  /** Shown to users who are not signed in. Without it, the component sends them to the sign-in page. */
  readonly fallback?: ReactNode;
  /** Returns what to show for an error. Without it, the component shows the error's message. */
  readonly renderError?: (error: Error, auth: Auth) => ReactNode;
}

/**
 * Shows its children only to a signed-in user: a protected route. It protects the view, not the data; the platform checks each call.
 * After a session has ended, it shows a button instead of going to the sign-in page, so that a sign-out in one tab does not sign in another.
 */
export function RequireAuth({ children, loading, fallback, renderError }: RequireAuthProps): ReactElement {
  const auth = useAuth();
  const { signIn } = auth;
  const mustLeave = auth.status === 'signedOut' && !auth.hasEnded && fallback === undefined;
  useEffect(() => {
    if (mustLeave) void signIn();
  }, [mustLeave, signIn]);
  switch (auth.status) {
    case 'signedIn':
      return show(children);
    case 'loading':
      return show(loading);
    case 'error':
      return show(renderError ? renderError(auth.error, auth) : errorNotice(auth.error));
    case 'signedOut':
      return show(mustLeave ? loading : (fallback ?? signInButton(auth)));
  }
}

function show(content: ReactNode): ReactElement {
  return createElement(Fragment, null, content);
}

function errorNotice(error: Error): ReactElement {
  return createElement('p', { role: 'alert' }, error.message);
}

function signInButton({ signIn }: Auth): ReactElement {
  return createElement('button', { type: 'button', onClick: () => void signIn() }, 'Sign in');
}
