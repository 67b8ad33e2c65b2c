import { sha256 } from '../../../kernel/ids/opaque-token';

/** What a user agrees to for an app. */
export interface ConsentSubject {
  readonly scopes: readonly string[];
  /** Besides the issuer, which every access token is for that names nothing else. */
  readonly resources: readonly string[];
}

/** Names a subject, whatever the order in it: SHA-256, base64url. */
export function nameOfSubject({ scopes, resources }: ConsentSubject): string {
  return sha256(JSON.stringify([[...scopes].sort(), [...resources].sort()])).toString('base64url');
}
