import type { KeyObject } from 'node:crypto';

/** Topic of key changes in the change log; the key of a change is the `kid`. */
export const KEYS_TOPIC = 'keys';

/** A public key as a JWK (RFC 7517 §4, RFC 7518 §6.3.1). */
export interface PublicJwk {
  readonly kty: 'RSA';
  readonly n: string;
  readonly e: string;
  readonly kid: string;
  readonly alg: 'RS256';
  readonly use: 'sig';
}

/** `next` is published and does not sign yet, `active` signs, `retired` is published until the last token it signed ends. */
export type KeyStatus = 'next' | 'active' | 'retired';

/** A key for checking signatures. */
export interface VerificationKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
}
