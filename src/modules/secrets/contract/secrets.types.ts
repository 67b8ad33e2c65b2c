import { z } from 'zod';

/** The change feed topic for changed secrets; the key of a change is the secret's name. */
export const SECRETS_TOPIC = 'secrets';

export const SECRET_LIMITS = {
  /** The maximum size of a value in bytes. */
  maxValueBytes: 64 * 1024,
  /** The maximum number of a tenant's secrets. */
  maxSecrets: 10_000,
  maxVersions: 100,
  /** The default number of versions to keep. */
  defaultVersions: 10,
  /** The maximum time that the previous version stays resolvable. */
  maxGraceSeconds: 30 * 86_400,
  defaultGraceSeconds: 86_400,
} as const;

/** An environment variable of the consumer: an uppercase letter, then letters, digits and `_`; at most 128 characters. */
export const SECRET_NAME = /^[A-Z][A-Z0-9_]{0,127}$/;

/** Base64 uses four characters for three bytes. */
const MAX_VALUE_CHARS = 4 * Math.ceil(SECRET_LIMITS.maxValueBytes / 3);

/** The metadata of a secret, never its value. */
export const secret = z
  .object({
    name: z.string(),
    description: z.string(),
    currentVersion: z.number().int(),
    maxVersions: z.number().int(),
    createdAt: z.string(),
    updatedAt: z.string(),
    deletedAt: z.string().nullable(),
  })
  .meta({ id: 'Secret' });

export const secretVersion = z
  .object({
    version: z.number().int(),
    state: z
      .enum(['current', 'grace', 'superseded', 'deleted', 'destroyed'])
      .meta({ description: '`current` and `grace` can be resolved; the bytes of `destroyed` are erased.' }),
    createdAt: z.string(),
    createdBy: z.string(),
    resolvableUntil: z.string().nullable(),
    destroyedAt: z.string().nullable(),
  })
  .meta({ id: 'SecretVersion' });

export const newSecretVersion = z
  .strictObject({
    value: z.string().min(1).max(MAX_VALUE_CHARS),
    encoding: z.enum(['utf8', 'base64']).default('utf8'),
    cas: z
      .number()
      .int()
      .min(0)
      .max(2_147_483_647)
      .optional()
      .meta({ description: 'Write only if this is the current version; 0: only if the secret does not exist.' }),
    graceSeconds: z
      .number()
      .int()
      .min(0)
      .max(SECRET_LIMITS.maxGraceSeconds)
      .default(SECRET_LIMITS.defaultGraceSeconds)
      .meta({ description: 'How long the previous version stays resolvable as `previous` and by its number.' }),
    maxVersions: z.number().int().min(1).max(SECRET_LIMITS.maxVersions).optional(),
    description: z.string().max(500).optional(),
  })
  .meta({ id: 'NewSecretVersion' });

export const destroyOrder = z
  .strictObject({
    versions: z
      .array(z.number().int().min(1).max(2_147_483_647))
      .min(1)
      .max(SECRET_LIMITS.maxVersions)
      .optional()
      .meta({ description: 'The versions to erase; if omitted, the entire secret is erased.' }),
  })
  .meta({ id: 'SecretDestruction' });

export type Secret = Readonly<z.infer<typeof secret>>;
export type SecretVersion = Readonly<z.infer<typeof secretVersion>>;
export type NewSecretVersion = Readonly<z.infer<typeof newSecretVersion>>;
export type DestroyOrder = Readonly<z.infer<typeof destroyOrder>>;

/** A secret and its current entity tag (`ETag`). */
export interface TaggedSecret {
  readonly secret: Secret;
  readonly entityTag: string;
}

/** A new value, as passed to the store. */
export interface SecretInput {
  readonly value: Uint8Array;
  readonly cas: number | null;
  readonly graceSeconds: number;
  readonly maxVersions: number | null;
  readonly description: string | null;
}
