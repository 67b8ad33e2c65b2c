import type { CallContext } from '../../../kernel/context/call-context';

/** The identity of an API key. The reader must check whether its owner, app and tenant are still valid. */
export interface ApiKey {
  /** `crd-…` */
  readonly credentialId: string;
  /**
   * Id of this key: a ULID with the maximum timestamp. Only its own deny-list entry covers it; a mark that revokes the
   * tokens of a user or an app up to a time does not.
   */
  readonly keyId: string;
  readonly tenantId: string;
  readonly ownerType: 'user' | 'service';
  readonly ownerId: string;
  readonly appId: string;
  readonly scopes: readonly string[];
  /** Unix milliseconds. */
  readonly createdAtMs: number;
  /** Unix milliseconds: expiry of the credential, or of a key whose rotation overlaps; `null` for none. */
  readonly expiresAtMs: number | null;
}

/**
 * The result of a key lookup. `mistyped`: the checksum shows, without a lookup, that it is no key. `unknown`: there is
 * no such key, or its secret differs. Only the holder of the right secret learns that a key has ended.
 */
export type FoundApiKey =
  | { readonly found: true; readonly key: ApiKey }
  | { readonly found: false; readonly why: 'mistyped' | 'unknown' | 'expired' | 'revoked' };

/** A credential that is neither revoked nor expired. */
export interface LiveCredential {
  readonly scopes: readonly string[];
}

/** API keys for those who authenticate with them: from memory, which the change feed keeps current. */
export abstract class ApiKeysPort {
  /** Returns whether a text claims to be an API key at all. */
  abstract claims(text: string): boolean;

  /** Finds a key. Errors: `unavailable` while the feed is silent, or when the store is needed and unavailable. */
  abstract find(text: string): Promise<FoundApiKey>;

  /**
   * Returns the current state of a credential, for work that was set up with it; `null` if it was revoked, has expired
   * or does not exist. Rotating its key changes nothing. Errors: `unavailable` when the store is unavailable.
   */
  abstract live(tenantId: string, credentialId: string): Promise<LiveCredential | null>;

  /** Notes that a key was accepted. Written later in a batch, at most once a minute for each key. */
  abstract noteUse(key: ApiKey): void;

  /**
   * Revokes a credential for the holder of its key (RFC 7009), with every token made from it; does nothing if it has
   * already ended.
   * @param reason for the record; may be empty.
   */
  abstract revoke(context: CallContext, tenantId: string, credentialId: string, reason: string): Promise<void>;
}
