import { z } from 'zod';
import { SCOPE_NAME } from '../../apps/contract/platform-scopes';
import { listQuery } from '../../../kernel/lists/list-query';

/** The maximum number of valid keys per tenant, and per user or app in the tenant. */
export const CREDENTIAL_LIMITS = { perTenant: 1_000, perOwner: 100 } as const;

/** The number of days for which a revoked or expired key stays in the list. */
export const KEPT_DAYS = 90;

const DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 7 * 86_400;
const MAX_SCOPES = 100;

const name = z.string().trim().min(1).max(200);
const status = z.enum(['active', 'revoked', 'expired']);

/** An API key without its secret (rest.md §3). */
export const credential = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.literal('api_key'),
    keyPrefix: z.string().meta({ description: 'The beginning of the key, which identifies it.' }),
    scopes: z.array(z.string()),
    status,
    ownerType: z.enum(['user', 'service']),
    ownerId: z.string().meta({ description: 'The user or app that the key acts as.' }),
    appId: z.string().meta({ description: 'The app that created the key. Deleting the app invalidates the key.' }),
    expiresAt: z.string().nullable(),
    previousValidUntil: z
      .string()
      .nullable()
      .meta({ description: 'The time until which the previous key stays valid after a rotation.' }),
    lastUsedAt: z.string().nullable().meta({ description: 'The time of the last use, to the minute.' }),
    revokedAt: z.string().nullable(),
    version: z
      .number()
      .int()
      .meta({ description: 'Starts at 1 and increases by 1 with each change. The entity tag contains it.' }),
    createdAt: z.string(),
    createdBy: z.string(),
    updatedAt: z.string(),
    updatedBy: z.string(),
  })
  .meta({ id: 'Credential' });

export type Credential = Readonly<z.infer<typeof credential>>;

/** The response to the creation of a key, which is the only response that shows the key. */
export const credentialWithKey = credential
  .extend({ key: z.string().meta({ description: 'The API key. It is shown only once.' }) })
  .meta({ id: 'CredentialWithKey' });

export type CredentialWithKey = Readonly<z.infer<typeof credentialWithKey>>;

export const newCredential = z
  .strictObject({
    name,
    scopes: z
      .array(z.string().regex(SCOPE_NAME, 'must be a scope name'))
      .min(1)
      .max(MAX_SCOPES)
      .refine((scopes) => new Set(scopes).size === scopes.length, 'must not repeat a scope')
      .meta({ description: 'A subset of the scopes of the token in this call.' }),
    expiresAt: z.iso
      .datetime()
      .nullable()
      .default(null)
      .meta({ description: 'The expiry time in UTC; `null` to keep the key valid until it is revoked.' }),
  })
  .meta({ id: 'NewCredential' });

export type NewCredential = Readonly<z.infer<typeof newCredential>>;

export const credentialRotation = z
  .strictObject({
    overlapSeconds: z.number().int().min(0).max(MAX_OVERLAP_SECONDS).default(DEFAULT_OVERLAP_SECONDS).meta({
      description: 'How long the previous key stays valid. 0 invalidates the key and its tokens immediately.',
    }),
  })
  .meta({ id: 'CredentialRotation' });

export type CredentialRotation = Readonly<z.infer<typeof credentialRotation>>;

export const credentialQuery = listQuery({
  sorts: ['createdAt', 'name'],
  filters: {
    status: status.optional(),
    ownerId: z.string().min(1).max(128).optional().meta({ description: 'Only administrators can list other owners.' }),
  },
});

export type CredentialQuery = Readonly<z.infer<typeof credentialQuery>>;
