import type { CallContext } from '../../../kernel/context/call-context';

/** For which identity provider a connection is set up. */
export const SCIM_PRESETS = ['rfc', 'okta', 'entra', 'entra-legacy'] as const;
export type ScimPreset = (typeof SCIM_PRESETS)[number];

export const SCIM_LIMITS = {
  /** Of a body, in bytes. */
  maxBytes: 4 * 1024 * 1024,
  /** Operations of one bulk request. */
  maxBulkOperations: 1_000,
  /** The maximum number of resources of one answer, and the default. */
  maxResults: 1_000,
  defaultResults: 100,
} as const;

/** A caller of SCIM. */
export interface ScimCaller {
  /** Its tenant is the one whose people and groups are meant. */
  readonly context: CallContext;
  readonly preset: ScimPreset;
  /** A person with a token of their own, who sees themselves at `/Me` and nothing else. */
  readonly isPerson: boolean;
  /** Admits the caller again, before each write. Rejects as `admit` does when what let them in has ended meanwhile. */
  readonly readmit: () => Promise<unknown>;
}

/** The credential of a caller, as it was sent. */
export interface ScimCredential {
  /** Bearer token or API key; `null`: none. */
  readonly token: string | null;
  readonly requestId: string;
  readonly ip: string;
  readonly traceparent: string | null;
}

export type ScimMethod = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A request, sent by HTTP or within a bulk request. */
export interface ScimRequest {
  readonly method: ScimMethod;
  /** Below `/scim/v2`, split and decoded: `["Users", "usr-…"]`. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  /** Parsed JSON; `undefined` without. */
  readonly body: unknown;
  readonly ifMatch: string | null;
  readonly ifNoneMatch: string | null;
}

export interface ScimAnswer {
  readonly status: number;
  /** JSON; `null`: no body. */
  readonly body: object | null;
  readonly location: string | null;
  readonly etag: string | null;
}
