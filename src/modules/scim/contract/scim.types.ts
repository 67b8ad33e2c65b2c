import type { CallContext } from '../../../kernel/context/call-context';

/** The kinds of identity provider that a connection can be set up for. */
export const SCIM_PRESETS = ['rfc', 'okta', 'entra', 'entra-legacy'] as const;
export type ScimPreset = (typeof SCIM_PRESETS)[number];

export const SCIM_LIMITS = {
  /** Maximum size of a body, in bytes. */
  maxBytes: 4 * 1024 * 1024,
  /** Maximum number of operations in one bulk request. */
  maxBulkOperations: 1_000,
  /** The maximum and default number of resources in a response. */
  maxResults: 1_000,
  defaultResults: 100,
} as const;

/** A caller of SCIM. */
export interface ScimCaller {
  /** The context of the call. Its tenant owns the users and groups of the request. */
  readonly context: CallContext;
  readonly preset: ScimPreset;
  /** True for a user with their own token, who can see only their own resource, at `/Me`. */
  readonly isPerson: boolean;
  /**
   * Admits the caller again before each write. If the caller's access has ended in the meantime, rejects with the same errors as `admit`.
   */
  readonly readmit: () => Promise<unknown>;
}

/** The credential of a caller, as sent. */
export interface ScimCredential {
  /** Bearer token or API key; `null` if there is none. */
  readonly token: string | null;
  readonly requestId: string;
  readonly ip: string;
  readonly traceparent: string | null;
}

export type ScimMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request, sent over HTTP or within a bulk request. */
export interface ScimRequest {
  readonly method: ScimMethod;
  /** Path below `/scim/v2`, split and decoded: `["Users", "usr-…"]`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` if there is no body. */
  readonly body: unknown;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
}

export interface ScimAnswer {
  readonly status: number;
  /** JSON; `null` if there is no body. */
  readonly body: object | null;
  readonly location: string | null;
  readonly etag: string | null;
}
