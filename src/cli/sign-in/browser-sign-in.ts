import { CommandFault, type Terminal } from '../command';
import { codeOf, newAuthorizationRequest } from './authorization-request';
import { notSignedIn, SIGNED_IN } from './loopback-page';
import { LoopbackRedirect } from './loopback-redirect';
import { type AuthorizationServer, requestTokens, type TokenAnswer } from './oauth-requests';
import { openBrowser } from './open-browser';

/** The settings of a sign-in in a browser. */
export interface BrowserSignIn {
  readonly server: AuthorizationServer;
  readonly clientId: string;
  /** False if the person opens the URL. */
  readonly opensBrowser: boolean;
  readonly timeoutSeconds: number;
}

/**
 * Signs a person in: authorization code with PKCE over a loopback redirect (RFC 8252). Prints the URL, because a browser might not open.
 * @param finish stores the tokens; the browser shows success only after that. Errors: `CommandFault` if the person refuses, interrupts the
 * command or takes too long, and those of `finish`; the browser shows their message too.
 */
export async function signInWithBrowser(
  { server, clientId, opensBrowser, timeoutSeconds }: BrowserSignIn,
  terminal: Terminal,
  finish: (tokens: TokenAnswer) => Promise<void>,
): Promise<void> {
  const redirect = await LoopbackRedirect.open();
  const ending = endingAfter(timeoutSeconds);
  try {
    const request = newAuthorizationRequest(server, clientId, redirect.uri);
    const isOpen = opensBrowser && (await openBrowser(request.url));
    const step = isOpen
      ? 'Sign in with your browser. If it does not open, visit'
      : 'Open this URL in a browser on this machine';
    terminal.err(`${step}:\n\n  ${request.url}\n\n`);
    const answer = await redirect.answer(ending.signal);
    try {
      const code = codeOf(answer, request, server);
      const form = { code, code_verifier: request.verifier, redirect_uri: request.redirectUri, client_id: clientId };
      await finish(await requestTokens(server.tokenEndpoint, { grant_type: 'authorization_code', ...form }));
    } catch (error) {
      await redirect.show(notSignedIn(CommandFault.is(error) ? error.message : 'The terminal shows the reason.'));
      throw error;
    }
    await redirect.show(SIGNED_IN);
  } finally {
    ending.clear();
    redirect.close();
  }
}

/** Returns a signal that is aborted, with a message, when the time is up or the person presses Ctrl-C. */
function endingAfter(seconds: number): { readonly signal: AbortSignal; readonly clear: () => void } {
  const controller = new AbortController();
  const onInterrupt = (): void => {
    controller.abort(new CommandFault('The sign-in was interrupted. Nothing was stored.'));
  };
  const timer = setTimeout(() => {
    controller.abort(
      new CommandFault(`Nobody signed in within ${seconds} s. Nothing was stored. Try again, or set --timeout.`),
    );
  }, seconds * 1_000);
  process.once('SIGINT', onInterrupt);
  const clear = (): void => {
    clearTimeout(timer);
    process.off('SIGINT', onInterrupt);
  };
  return { signal: controller.signal, clear };
}
