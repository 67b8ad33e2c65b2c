import type { CallContext } from '../../../kernel/context/call-context';

/** The identity of an API key. The caller must check that its owner, app and tenant are still valid. */
export interface ApiKey {
  /** `crd-…` */
  readonly credentialId: string;
  /**
   * The id of this key, a ULID with the maximum timestamp. Only its own deny list entry covers it. A mark that revokes all earlier tokens
   * of a user or an app does not cover it.
   */
  readonly keyId: string;
  readonly tenantId: string;
  readonly ownerType: 'user' | 'service';
  readonly ownerId: string;
  readonly appId: string;
  readonly scopes: readonly string[];
  /** The time of creation, in Unix milliseconds. */
  readonly createdAtMs: number;
  /** The expiry of the credential, or the end of the overlap after a rotation, in Unix milliseconds; `null` for no expiry. */
  readonly expiresAtMs: number | null;
}

/**
 * The result of a key lookup. `mistyped`: the checksum shows, without a lookup, that the string is not a key. `unknown`: the key does not
 * exist, or its secret differs. Only a caller with the correct secret learns that a key is no longer valid.
 */
export type FoundApiKey =
  | { readonly found: true; readonly key: ApiKey }
  | { readonly found: false; readonly why: 'mistyped' | 'unknown' | 'expired' | 'revoked' };

/** A credential that is neither revoked nor expired. */
export interface LiveCredential {
  readonly scopes: readonly string[];
}

/** Authenticates callers by API key, with a cache that the change feed keeps current. */
export abstract class ApiKeysPort {
  /** Returns true if a string has the prefix of an API key. */
  abstract claims(text: string): boolean;

  /** Finds a key. Errors: `unavailable` while the feed is silent, or if the database is needed but unavailable. */
  abstract find(text: string): Promise<FoundApiKey>;

  /**
   * Returns the current state of a credential, for work that was set up with it, or `null` if the credential was revoked, has expired or
   * does not exist. Rotating its key does not affect the result. Errors: `unavailable` if the database is unavailable.
   */
  abstract live(tenantId: string, credentialId: string): Promise<LiveCredential | null>;

  /** Records that a key was used. The use is written later in a batch, at most once a minute per key. */
  abstract noteUse(key: ApiKey): void;

  /**
   * Revokes a credential and every token that was created from it, for the holder of its key (RFC 7009). Does nothing if the credential is
   * already revoked or has expired.
   * @param reason the reason for the audit log; can be empty.
   */
  abstract revoke(context: CallContext, tenantId: string, credentialId: string, reason: string): Promise<void>;
}
