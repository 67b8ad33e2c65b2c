import { z } from 'zod';
import { displayName } from '../../../kernel/http/input/display-name';
import { listQuery } from '../../../kernel/lists/list-query';
import { isReserved } from './platform-scopes';

/** Topic of the self-registration setting in the change log. The key of a change is the tenant id. */
export const SELF_REGISTRATION_TOPIC = 'apps.self-registration';

export const SELF_REGISTRATION_LIMITS = {
  /** Maximum number of initial access tokens per tenant, including expired and used-up tokens. */
  tokens: 100,
  uses: 1_000,
  defaultDays: 7,
  maxDays: 90,
} as const;

/** The scopes needed by an app that signs users in and runs skills for them, as agents do. */
const AGENT_SCOPES = ['openid', 'profile', 'email', 'offline_access', 'skills.run'];

/** A tenant's self-registration setting: whether its apps can register themselves (RFC 7591). */
export const selfRegistration = z
  .object({
    enabled: z.boolean(),
    updatedAt: z.iso.datetime().nullable().meta({ description: '`null` until an administrator sets it.' }),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'SelfRegistration' });

export const selfRegistrationOrder = z
  .strictObject({ enabled: z.boolean() })
  .meta({ id: 'SelfRegistrationOrder', description: 'Apps that are already registered stay registered.' });

const scopes = z
  .array(z.string().min(1).max(128))
  .min(1)
  .max(50)
  .refine((list) => new Set(list).size === list.length, 'must not name a scope twice')
  .refine(
    (list) => !list.some(isReserved),
    'must not contain a reserved scope, which only an administrator grants to an app',
  )
  .refine((list) => !list.some((scope) => scope.includes('*')), 'must not contain a wildcard');

export const newInitialToken = z
  .strictObject({
    name: displayName,
    scopes: scopes.default(AGENT_SCOPES).meta({ description: 'Scopes that an app can declare with this token.' }),
    maxUses: z.number().int().min(1).max(SELF_REGISTRATION_LIMITS.uses).default(1),
    expiresInDays: z
      .number()
      .int()
      .min(1)
      .max(SELF_REGISTRATION_LIMITS.maxDays)
      .default(SELF_REGISTRATION_LIMITS.defaultDays),
  })
  .meta({ id: 'NewInitialToken' });

/** The record of an initial access token (RFC 7591 §3), which does not include the token itself. */
export const initialToken = z
  .object({
    id: z.string(),
    name: z.string(),
    scopes: z.array(z.string()),
    maxUses: z.number().int(),
    uses: z.number().int(),
    expiresAt: z.iso.datetime(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
  })
  .meta({ id: 'InitialToken' });

/** The response to the creation of a token; the only response that shows the token. */
export const initialTokenWithSecret = initialToken
  .extend({ token: z.string().meta({ description: 'The bearer token. It is shown only once.' }) })
  .meta({ id: 'InitialTokenWithSecret' });

export const initialTokenQuery = listQuery({ sorts: ['createdAt'], filters: {} });

export type SelfRegistration = Readonly<z.infer<typeof selfRegistration>>;
export type SelfRegistrationOrder = Readonly<z.infer<typeof selfRegistrationOrder>>;
export type NewInitialToken = Readonly<z.infer<typeof newInitialToken>>;
export type InitialToken = Readonly<z.infer<typeof initialToken>>;
export type InitialTokenWithSecret = Readonly<z.infer<typeof initialTokenWithSecret>>;
export type InitialTokenQuery = Readonly<z.infer<typeof initialTokenQuery>>;
