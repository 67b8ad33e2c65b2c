import { z } from 'zod';

/** The limits of an upload. */
export const BUNDLE_LIMITS = {
  /** The size of the upload itself (rest.md §1). */
  maxArchiveBytes: 8 * 1024 * 1024,
  /** The total size after unpacking. */
  maxUnpackedBytes: 32 * 1024 * 1024,
  maxFiles: 2_000,
  maxFileBytes: 16 * 1024 * 1024,
  /** The size of all Rego in the bundle, which determines the cost of compiling in the sidecars. */
  maxSourceBytes: 2 * 1024 * 1024,
  maxPathLength: 255,
  /** The number of versions that are kept per tenant in addition to the active version. */
  keptVersions: 50,
} as const;

/** A `fault` in a bundle: its location, and the change to make. */
export const bundleFault = z.object({
  file: z.string(),
  row: z.number().int().nullable(),
  col: z.number().int().nullable(),
  /**
   * OPA's code (`rego_parse_error`, …), or `test_failed`, `manifest_invalid`, `data_invalid`, `signature_invalid`,
   * `limit_exceeded`, `path_invalid`.
   */
  code: z.string(),
  message: z.string(),
});
export type BundleFault = z.infer<typeof bundleFault>;

export const policyVersion = z
  .object({
    version: z.number().int().meta({ description: 'Increases with each accepted upload, rollback and removal.' }),
    revision: z.string().meta({ description: '`revision` in the manifest; empty if there is none.' }),
    status: z.enum(['active', 'staged', 'superseded', 'discarded']),
    digest: z.string().meta({ description: 'SHA-256 of the stored archive, hex.' }),
    sizeBytes: z.number().int(),
    modules: z.array(z.string()).meta({ description: 'Paths of the Rego files in the bundle.' }),
    roots: z.array(z.string()),
    tests: z.object({ passed: z.number().int(), skipped: z.number().int() }),
    signedBy: z.string().nullable().meta({ description: 'Id of the key whose signature was checked.' }),
    restoredFrom: z.number().int().nullable().meta({ description: 'The version that a rollback restored.' }),
    createdBy: z.string(),
    createdAt: z.iso.datetime(),
    activatedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'PolicyVersion' });
export type PolicyVersion = Readonly<z.infer<typeof policyVersion>>;

/**
 * Returns the entity tag of a version (RFC 9110 §8.8.3): strong, since the archive behind it never changes. Versions with equal content
 * have different tags, so a conditional request also fails after a rollback that has itself been rolled back.
 */
export function policyEntityTag({ version, digest }: Pick<PolicyVersion, 'version' | 'digest'>): string {
  return `"${version}-${digest.slice(0, 16)}"`;
}

/** A public key that signs a tenant's bundles. */
export const policyKey = z
  .object({
    id: z.string(),
    algorithm: z.enum(['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA']),
    publicKey: z.string().meta({ description: 'PEM, SubjectPublicKeyInfo.' }),
    scope: z
      .string()
      .nullable()
      .meta({ description: 'The `scope` claim that signatures must contain; null for any scope.' }),
    createdAt: z.iso.datetime(),
  })
  .meta({ id: 'PolicyKey' });
export type PolicyKey = Readonly<z.infer<typeof policyKey>>;
export const newPolicyKey = z
  .strictObject({
    ...policyKey.pick({ algorithm: true, publicKey: true }).shape,
    scope: z.string().max(128).nullable().default(null),
  })
  .meta({
    examples: [
      {
        algorithm: 'EdDSA',
        publicKey:
          '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAICTmIntyS2euWbg9wmu52zNV9PszGG3hI78/GnS6JMY=\n-----END PUBLIC KEY-----',
      },
    ],
  });
export type NewPolicyKey = Readonly<z.infer<typeof newPolicyKey>>;

/** A logged decision. */
export const loggedDecision = z
  .object({
    id: z.string(),
    ts: z.iso.datetime(),
    rule: z.string(),
    allowed: z.boolean(),
    code: z.string().nullable(),
    version: z.number().int().nullable(),
    durationMicros: z.number().int(),
    input: z.unknown().meta({ description: 'With secrets masked; null when it was too large to keep.' }),
    masked: z.boolean().meta({ description: 'True if a part of the input was masked or left out.' }),
    caller: z.string(),
    requestId: z.string(),
  })
  .meta({ id: 'LoggedDecision' });
export type LoggedDecision = Readonly<z.infer<typeof loggedDecision>>;
