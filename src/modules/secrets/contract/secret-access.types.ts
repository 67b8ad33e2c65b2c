import { z } from 'zod';
import { bundleName, providerName, RESOLVE_LIMITS, secretPath, secretRef, STORE_PROVIDER } from './resolution.types';

/** The change feed topic for changed bundles and grants; the key of a change is the tenant's id. */
export const SECRET_ACCESS_TOPIC = 'secrets.access';

export const ACCESS_LIMITS = {
  /** The maximum number of a tenant's bundles, and of the references in a bundle. */
  maxBundles: 500,
  maxRefs: 100,
  /** The maximum number of a tenant's grants. */
  maxGrants: 5_000,
} as const;

export const secretBundle = z
  .object({
    name: z.string(),
    description: z.string(),
    refs: z.array(secretRef),
    createdAt: z.string(),
    updatedAt: z.string(),
  })
  .meta({ id: 'SecretBundle' });

export const newSecretBundle = z
  .strictObject({
    description: z.string().max(500).default(''),
    refs: z.array(secretRef).min(1).max(ACCESS_LIMITS.maxRefs),
  })
  .refine(({ refs }) => new Set(refs.map(({ name }) => name)).size === refs.length, {
    path: ['refs'],
    message: 'must contain each name only once',
  })
  .meta({ id: 'NewSecretBundle' });

/** The grantee: a user, everyone in a group, or an application that requests secrets for itself. */
const principal = z.strictObject({
  type: z.enum(['user', 'group', 'client']),
  id: z
    .string()
    .min(1)
    .max(128)
    .regex(/^[\x21-\x7E]+$/),
});

/** All conditions that are present must be met. */
const condition = z.strictObject({
  expiresAt: z.iso.datetime().nullable().default(null).meta({ description: 'The expiry time; null for no expiry.' }),
  contextIdPrefix: z
    .string()
    .max(128)
    .regex(/^[\x20-\x7E]*$/)
    .default('')
    .meta({
      description:
        'Required prefix of `contextId`, such as `chat:`; empty: any. Callers set `contextId` themselves, so this separates cooperating services but does not stop forgery.',
    }),
});

/** A path or, with a trailing `/*`, all paths below it; `*` matches all paths at the provider. */
const grantedPath = z.string().max(RESOLVE_LIMITS.maxPathChars).refine(isGrantedPath, {
  message: 'must be a path, a path with a trailing "/*", or "*"',
});

function isGrantedPath(path: string): boolean {
  const stem = path.endsWith('/*') ? path.slice(0, -2) : path;
  return path === '*' || (!stem.includes('*') && secretPath.safeParse(stem).success);
}

export const newSecretGrant = z
  .strictObject({
    principal,
    bundle: bundleName.nullable().default(null),
    path: z
      .strictObject({
        provider: providerName.default(STORE_PROVIDER),
        path: grantedPath,
      })
      .nullable()
      .default(null)
      .meta({
        description: 'A path at a provider; in the store, the name of a secret. `team/*` grants all paths below it.',
      }),
    condition: condition.default({ expiresAt: null, contextIdPrefix: '' }),
  })
  .refine(({ bundle, path }) => (bundle === null) !== (path === null), {
    path: ['bundle'],
    message: 'must have either a bundle or a path',
  })
  .meta({
    id: 'NewSecretGrant',
    examples: [
      {
        principal: { type: 'client', id: 'app-01j9zc8q6t0m3n5v7x9b1d4f6h' },
        path: { provider: 'store', path: 'billing/*' },
      },
    ],
  });

export const secretGrant = z
  .object({
    id: z.string(),
    principal: z.object({ type: z.enum(['user', 'group', 'client']), id: z.string() }),
    bundle: z.string().nullable(),
    path: z.object({ provider: z.string(), path: z.string() }).nullable(),
    condition: z.object({ expiresAt: z.string().nullable(), contextIdPrefix: z.string() }),
    createdAt: z.string(),
    createdBy: z.string(),
  })
  .meta({ id: 'SecretGrant' });

export type SecretBundle = Readonly<z.infer<typeof secretBundle>>;
export type NewSecretBundle = Readonly<z.infer<typeof newSecretBundle>>;
export type SecretGrant = Readonly<z.infer<typeof secretGrant>>;
export type NewSecretGrant = Readonly<z.infer<typeof newSecretGrant>>;

/** A bundle and its current entity tag (`ETag`). */
export interface TaggedBundle {
  readonly bundle: SecretBundle;
  readonly entityTag: string;
}
