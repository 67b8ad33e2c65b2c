import * as client from 'openid-client';
import { ForbiddenAddress } from '../../../kernel/network/ssrf-guarded-lookup';
import { LateAnswer } from '../../../kernel/network/ssrf-guarded-request';
import { NoSubject } from '../domain/upstream-profile';
import { ForbiddenUrl } from './guarded-fetch';

/**
 * Why a provider cannot be used or did not sign anybody in:
 * - `unreachable`: no complete response in time, or an address to which this process must not connect;
 * - `invalid_metadata`: its metadata does not fit the issuer;
 * - `denied`: the person or the provider refused;
 * - `provider_error`: the provider reported another error;
 * - `invalid_response`: the response is not one to our request, or its ID token is not valid.
 */
export type UpstreamReason = 'unreachable' | 'invalid_metadata' | 'denied' | 'provider_error' | 'invalid_response';

/** A fault of a provider. The message is safe to show to an administrator. `code` is the provider's own error code, or empty. */
export class UpstreamFault extends Error {
  constructor(
    readonly reason: UpstreamReason,
    message: string,
    readonly code = '',
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'UpstreamFault';
  }
}

/** The error codes of OAuth and OpenID Connect consist of these characters. Anything else is not repeated. */
const ERROR_CODE = /^[\w.-]{1,64}$/;
const DENIED = new Set(['access_denied', 'user_cancelled_authorize', 'user_cancelled_login']);

/** Returns the fault that an error of the library stands for. @param fallback the reason for an error that says nothing else. */
export function upstreamFault(error: unknown, fallback: UpstreamReason): UpstreamFault {
  if (error instanceof UpstreamFault) return error;
  if (error instanceof client.AuthorizationResponseError || error instanceof client.ResponseBodyError) {
    const code = ERROR_CODE.test(error.error) ? error.error : '';
    const reason = DENIED.has(code) ? 'denied' : 'provider_error';
    return new UpstreamFault(
      reason,
      `The identity provider reported an error${code === '' ? '' : `: ${code}`}.`,
      code,
      {
        cause: error,
      },
    );
  }
  if (error instanceof NoSubject) return new UpstreamFault('invalid_response', error.message, '', { cause: error });
  const network = networkMessage(error);
  if (network !== null) return new UpstreamFault('unreachable', network, '', { cause: error });
  return new UpstreamFault(fallback, MESSAGES[fallback], libraryCode(error), { cause: error });
}

const MESSAGES: Readonly<Record<UpstreamReason, string>> = {
  unreachable: 'The identity provider could not be reached.',
  invalid_metadata: 'The metadata of the identity provider is not valid for this issuer.',
  denied: 'The identity provider refused.',
  provider_error: 'The identity provider reported an error.',
  invalid_response: 'The response of the identity provider is not valid.',
};

/** Finds a fault of the network in the causes of an error. Messages of the system contain addresses and are not shown. */
function networkMessage(error: unknown): string | null {
  for (let at: unknown = error, depth = 0; at instanceof Error && depth < 5; at = at.cause, depth++) {
    if (at instanceof ForbiddenAddress || at instanceof ForbiddenUrl) {
      return 'A URL of the identity provider leads to an address that is not public, or is not https.';
    }
    if (at instanceof LateAnswer) return at.message;
    if (/^The response has more than \d+ bytes\.$/.test(at.message)) return at.message;
    if (/^E[A-Z_]+$/.test((at as NodeJS.ErrnoException).code ?? '')) return MESSAGES.unreachable;
  }
  return null;
}

/** The library's own code, such as `OAUTH_JWT_CLAIM_COMPARISON_FAILED`, tells an administrator what to look for. */
function libraryCode(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : '';
  return typeof code === 'string' && ERROR_CODE.test(code) ? code : '';
}
