import { z } from 'zod';
import { displayName } from '../../../kernel/http/input/display-name';
import { listQuery } from '../../../kernel/lists/list-query';
import { SCIM_PRESETS } from './scim.types';

/** The change log topic for changed connections. The key of a change is the connection's id. */
export const SCIM_CONNECTIONS_TOPIC = 'scim.connections';

export const CONNECTION_LIMITS = {
  perTenant: 20,
  /**
   * Maximum number of valid tokens of a connection: the newest token, and earlier tokens that stay valid for some time after a rotation.
   */
  liveTokens: 3,
  defaultDays: 365,
  maxDays: 730,
} as const;

const DEFAULT_OVERLAP_SECONDS = 86_400;
const MAX_OVERLAP_SECONDS = 7 * 86_400;

const preset = z.enum(SCIM_PRESETS).meta({ description: 'The identity provider, which determines its SCIM dialect.' });
const clientId = z
  .string()
  .min(1)
  .max(128)
  .meta({ description: 'An app of the tenant. Its access tokens with the scope `scim` belong to this connection.' });
const expiresInDays = z
  .number()
  .int()
  .min(1)
  .max(CONNECTION_LIMITS.maxDays)
  .default(CONNECTION_LIMITS.defaultDays)
  .meta({ description: 'Lifetime of the token, in days.' });

/** An identity provider that manages users and groups, without its token. */
export const scimConnection = z
  .object({
    id: z.string(),
    name: z.string(),
    preset: z.enum(SCIM_PRESETS),
    clientId: z.string().nullable(),
    enabled: z.boolean(),
    tokens: z
      .array(z.object({ prefix: z.string(), createdAt: z.string(), expiresAt: z.string() }))
      .meta({ description: 'The valid tokens, newest first, identified by their prefixes.' }),
    version: z
      .number()
      .int()
      .meta({ description: 'Starts at 1 and increases with each change. The entity tag is derived from it.' }),
    createdAt: z.string(),
    createdBy: z.string(),
    updatedAt: z.string(),
    updatedBy: z.string(),
  })
  .meta({ id: 'ScimConnection' });

/** The response to a request that creates a token. It is the only response that shows the token. */
export const scimConnectionWithToken = scimConnection
  .extend({ token: z.string().meta({ description: 'The bearer token. It is shown only once.' }) })
  .meta({ id: 'ScimConnectionWithToken' });

export const newScimConnection = z
  .strictObject({
    name: displayName,
    preset: preset.default('rfc'),
    clientId: clientId.nullable().default(null),
    expiresInDays,
  })
  .meta({ id: 'NewScimConnection' });

export const scimConnectionPatch = z
  .strictObject({
    name: displayName.optional(),
    preset: preset.optional(),
    clientId: clientId.nullable().optional(),
    enabled: z.boolean().optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'must name at least one member to change')
  .meta({ id: 'ScimConnectionPatch' });

export const scimTokenRotation = z
  .strictObject({
    overlapSeconds: z
      .number()
      .int()
      .min(0)
      .max(MAX_OVERLAP_SECONDS)
      .default(DEFAULT_OVERLAP_SECONDS)
      .meta({ description: 'Maximum time for which the previous tokens stay valid; 0 invalidates them immediately.' }),
    expiresInDays,
  })
  .meta({ id: 'ScimTokenRotation' });

export const scimConnectionQuery = listQuery({ sorts: ['createdAt', 'name'], filters: {} });

export type ScimConnection = Readonly<z.infer<typeof scimConnection>>;
export type ScimConnectionWithToken = Readonly<z.infer<typeof scimConnectionWithToken>>;
export type NewScimConnection = Readonly<z.infer<typeof newScimConnection>>;
export type ScimConnectionPatch = Readonly<z.infer<typeof scimConnectionPatch>>;
export type ScimTokenRotation = Readonly<z.infer<typeof scimTokenRotation>>;
export type ScimConnectionQuery = Readonly<z.infer<typeof scimConnectionQuery>>;
