import { sha256 } from '../../../kernel/ids/opaque-token';

/** The access that a user grants to an app. */
export interface ConsentSubject {
  readonly scopes: readonly string[];
  /** Resources other than the issuer, which is the default audience of an access token. */
  readonly resources: readonly string[];
}

/** Returns a string that identifies a subject, regardless of order (SHA-256, base64url). */
export function nameOfSubject({ scopes, resources }: ConsentSubject): string {
  return sha256(JSON.stringify([[...scopes].sort(), [...resources].sort()])).toString('base64url');
}
