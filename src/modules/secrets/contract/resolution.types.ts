import { z } from 'zod';
import type { ErrorCode } from '../../../kernel/errors/error-tables';

/** Limits for one call, for bundles and single references; `maxSecrets` applies to the sum of both. */
export const RESOLVE_LIMITS = { maxBundles: 50, maxRefs: 100, maxSecrets: 200, maxPathChars: 512 } as const;

/** The name of the tenant's own store as a provider; an empty name means the same. */
export const STORE_PROVIDER = 'store';

/** Names and paths in other systems: a visible character at each end, and no control characters in between. */
const PLAIN = /^[^\p{C}\p{Z}](?:[^\p{C}]*[^\p{C}\p{Z}])?$/u;

/** The name under which the consumer gets a secret. */
const consumerName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,127}$/, 'letters, digits and _, at most 128');

/** A path at a provider, without empty, `.` or `..` segments, because a second path to a secret would bypass grants. */
export const secretPath = z
  .string()
  .max(RESOLVE_LIMITS.maxPathChars)
  .regex(PLAIN, 'no leading or trailing spaces and no control characters')
  .refine((path) => !path.includes('\\') && path.split('/').every((part) => !['', '.', '..'].includes(part)), {
    message: 'segments between slashes, none of them empty, "." or ".."',
  });

export const providerName = z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, 'a provider such as store, vault or aws');

/** The location of a secret (wire contract, SecretRefPb). */
export const secretRef = z
  .strictObject({
    name: consumerName,
    provider: z
      .union([z.literal(''), providerName])
      .default('')
      .meta({ description: "Empty for the tenant's own store." }),
    path: z
      .union([z.literal(''), secretPath])
      .default('')
      .meta({ description: 'Path at the provider; in the store, the name of the secret, `name` by default.' }),
    version: z
      .string()
      .regex(/^[\w.-]{0,64}$/)
      .default('')
      .meta({ description: 'Empty for the latest version. In the store, also a number or `previous`.' }),
    delivery: z.enum(['', 'env', 'file']).default(''),
  })
  .meta({ id: 'SecretRef' });

export const bundleName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, 'letters, digits, ".", "_" and "-", at most 128');

/** Bundle names. */
const names = z.array(bundleName).max(RESOLVE_LIMITS.maxBundles);

export const resolveOrder = z
  .strictObject({
    bundles: names.default([]),
    refs: z.array(secretRef).max(RESOLVE_LIMITS.maxRefs).default([]),
    contextId: z
      .string()
      .max(256)
      .regex(/^[\x20-\x7E]*$/, 'visible ASCII characters')
      .default('')
      .meta({ description: 'For the audit log and for the conditions of grants, such as `chat:<session>`.' }),
  })
  .refine(({ bundles, refs }) => bundles.length + refs.length > 0, { message: 'name a bundle or a reference' })
  .meta({ id: 'SecretResolution' });

export type SecretRef = Readonly<z.infer<typeof secretRef>>;
export type ResolveOrder = Readonly<z.infer<typeof resolveOrder>>;

/** The requesting principal. All values are verified, or come from one of the installation's services. */
export interface SecretPrincipal {
  readonly userId: string | null;
  /** The application, if it requests secrets for itself. */
  readonly clientId: string | null;
  /**
   * `null` for all of the user's groups. A list narrows them to the listed groups. Without a user, the list names the groups for which a
   * service acts.
   */
  readonly groups: readonly string[] | null;
  /** The user's `sub` for the audit log, if it differs from the user's id. */
  readonly entityId: string | null;
}

export interface ResolvedSecret {
  readonly name: string;
  readonly value: Uint8Array;
  /** The version at the provider; empty if the provider has no versions. */
  readonly version: string;
  /** The bundle that contains the secret; `null` for a reference in the call itself. */
  readonly bundle: string | null;
  readonly ref: SecretRef;
}

/** A granted secret that could not be read. */
export interface UnresolvedSecret {
  readonly name: string;
  readonly bundle: string | null;
  readonly code: Extract<ErrorCode, 'not_found' | 'unavailable' | 'internal'>;
  readonly message: string;
}

/** At least one resolved secret; a call that resolves no secret fails with an error. */
export interface Resolution {
  readonly resolved: readonly ResolvedSecret[];
  readonly unresolved: readonly UnresolvedSecret[];
}
