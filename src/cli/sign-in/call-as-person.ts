import { Refusal } from '../api/refusal';
import type { SignIn } from './sign-in';

/**
 * Makes a call with the access token of a sign-in. If the platform rejects the token, repeats the call once with a new one. Signing out on
 * another machine revokes all access tokens that the person has for the command line, but not the refresh token here. Errors: those of the
 * call, with the next step for a person.
 */
export async function callAsPerson(
  signIn: SignIn,
  call: (accessToken: string) => Promise<Response>,
): Promise<Response> {
  const { accessToken } = await signIn.tokens();
  try {
    return await call(accessToken).catch(async (error: unknown) => {
      if (!(error instanceof Refusal) || error.status !== 401) throw error;
      return call((await signIn.tokens(accessToken)).accessToken);
    });
  } catch (error) {
    throw error instanceof Refusal ? advised(error, signIn) : error;
  }
}

function advised(refusal: Refusal, { context, loginCommand }: SignIn): Refusal {
  const { message, status, code, challenge } = refusal;
  if (status === 401) return new Refusal(`${message}\nSign in again: ${loginCommand}`, status, code, challenge);
  if (!challenge.includes('insufficient_scope')) return refusal;
  const next = `You are signed in to the context "${context}" as a person, and your role does not include this. To call it as an app, set --client-id and --client-secret-file. With an API key or the service token, set --api-key-file.`;
  return new Refusal(`${message}\n${next}`, status, code, challenge);
}
