import { ConfigurationError } from '../errors.js';

/**
 * Returns a path of this origin with its query and fragment, for a redirect after the sign-in.
 * Errors: `ConfigurationError` for an address of a different origin, which would make the app an open redirector.
 */
export function safeReturnTo(returnTo: string, here: string): string {
  const { origin } = new URL(here);
  const target = URL.canParse(returnTo, here) ? new URL(returnTo, here) : null;
  if (target?.origin !== origin) {
    throw new ConfigurationError(`returnTo must be a path of ${origin}, such as "/projects".`);
  }
  return `${target.pathname.replace(/^\/{2,}/, '/')}${target.search}${target.hash}`;
}
