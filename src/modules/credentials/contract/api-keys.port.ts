import type { CallContext } from '../../../kernel/context/call-context';

/** What an API key stands for. Whether its owner, app and tenant still stand is for the reader to ask. */
export interface ApiKey {
  /** `crd-…` */
  readonly credentialId: string;
  /**
   * Of this very key: a ULID whose time is the end of time, so that of the deny-list only its own entry covers it, and no
   * mark that ends the tokens of a user or an app until a moment.
   */
  readonly keyId: string;
  readonly tenantId: string;
  readonly ownerType: 'user' | 'service';
  readonly ownerId: string;
  readonly appId: string;
  readonly scopes: readonly string[];
  /** Unix milliseconds. */
  readonly createdAtMs: number;
  /** Unix milliseconds: of the credential, or of a key whose rotation overlaps; `null` for none. */
  readonly expiresAtMs: number | null;
}

/**
 * What was found for a text. `mistyped`: its checksum tells that it is no key, without a look-up. `unknown`: there is none,
 * or its secret is another. One that is over is told as such, to whoever holds the right one alone.
 */
export type FoundApiKey =
  | { readonly found: true; readonly key: ApiKey }
  | { readonly found: false; readonly why: 'mistyped' | 'unknown' | 'expired' | 'revoked' };

/** A credential that is neither revoked nor expired. */
export interface LiveCredential {
  readonly scopes: readonly string[];
}

/** API keys as whoever judges by them sees them: from memory, current by the change feed. */
export abstract class ApiKeysPort {
  /** Whether a text claims to be an API key at all. */
  abstract claims(text: string): boolean;

  /** Errors: `unavailable` while the feed is silent, or the store is needed and away. */
  abstract find(text: string): Promise<FoundApiKey>;

  /**
   * Returns the current state of a credential, for work that was set up with it; `null` for one that was revoked, has expired, or
   * is not there. A rotation of its key changes nothing. Errors: `unavailable` when the store is away.
   */
  abstract live(tenantId: string, credentialId: string): Promise<LiveCredential | null>;

  /** Notes that a key was accepted; written later, in one of many, at most once a minute for each. */
  abstract noteUse(key: ApiKey): void;

  /**
   * Ends a credential for whoever has shown its key (RFC 7009), with every token made from it; nothing when it is over.
   * @param reason for the record; may be empty.
   */
  abstract revoke(context: CallContext, tenantId: string, credentialId: string, reason: string): Promise<void>;
}
