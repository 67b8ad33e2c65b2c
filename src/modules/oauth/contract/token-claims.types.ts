import { z } from 'zod';

/** A change feed topic: the claim rules of a tenant, or the switch of its token policy, have changed. The key is the tenant id. */
export const TOKEN_CLAIMS_TOPIC = 'token-claims';

/** The document of a tenant's policy that decides about tokens. */
export const TOKEN_POLICY_PATH = 'data.coresdk.token';

export const CLAIM_LIMITS = {
  maxRules: 50,
  maxNameChars: 64,
  /** The custom claims of one token, or of one userinfo response, as JSON. */
  maxBytes: 4_096,
  maxTemplateChars: 512,
  /** The names in one condition. */
  maxNames: 20,
  /** The apps of a tenant that have rules of their own. */
  maxApps: 200,
  /** The issuances that a dry run repeats. */
  maxTried: 200,
  /** The size of a draft module, in characters. */
  maxModuleChars: 64 * 1_024,
} as const;

/** Where a claim can appear: in access tokens, in ID tokens, or in the userinfo response (OpenID Connect Core §5.3). */
export const CLAIM_TARGETS = ['access_token', 'id_token', 'userinfo'] as const;
export type ClaimTarget = (typeof CLAIM_TARGETS)[number];

/** The members of a user that a claim can copy. `groups` contains the ids of the first 100 groups. */
export const USER_MEMBERS = ['id', 'displayName', 'email', 'locale', 'avatarUrl', 'role', 'groups'] as const;
export type UserMember = (typeof USER_MEMBERS)[number];

/** The members of an app that a claim can copy: its id, name or type, all of its metadata, or one value of the metadata. */
const APP_MEMBER = /^(?:id|name|type|metadata(?:\.[A-Za-z][\w-]{0,39})?)$/;

/** The source of a claim: a literal, a member of the user or of the app, or a text with such members. */
const claimSource = z
  .union(
    [
      z.strictObject({
        value: z
          .unknown()
          .refine((value) => value !== undefined && value !== null)
          .meta({ description: 'A JSON value other than null.' }),
      }),
      z.strictObject({
        user: z
          .enum(USER_MEMBERS)
          .meta({ description: 'A member of the user. The token of a client itself lacks the claim.' }),
      }),
      z.strictObject({
        app: z.string().regex(APP_MEMBER).meta({
          description: 'A member of the app: `id`, `name`, `type`, `metadata`, or one value such as `metadata.plan`.',
        }),
      }),
      z.strictObject({
        template: z
          .string()
          .min(1)
          .max(CLAIM_LIMITS.maxTemplateChars)
          .meta({ description: 'Text with members in braces, such as `{user.displayName} at {app.name}`.' }),
      }),
    ],
    {
      error: `must have exactly one of these members: value (not null), user (${USER_MEMBERS.join(', ')}), app (id, name, type, metadata, metadata.<key>), template (1 to ${CLAIM_LIMITS.maxTemplateChars} characters)`,
    },
  )
  .meta({ id: 'ClaimSource' });

const names = z.array(z.string().min(1).max(2_048)).min(1).max(CLAIM_LIMITS.maxNames);

const claimCondition = z
  .strictObject({
    scopes: names.optional().meta({ description: 'The token has at least one of these scopes.' }),
    audiences: names.optional().meta({ description: 'The access token has at least one of these audiences.' }),
  })
  .meta({ id: 'ClaimCondition' });

export const claimRule = z
  .strictObject({
    claim: z
      .string()
      .min(1)
      .max(CLAIM_LIMITS.maxNameChars)
      .meta({ description: 'The name of the claim: a letter, then letters, digits and `_ - . : /`.' }),
    from: claimSource,
    in: z
      .array(z.enum(CLAIM_TARGETS))
      .min(1)
      .max(CLAIM_TARGETS.length)
      .refine((targets) => new Set(targets).size === targets.length, 'must not name a target twice'),
    when: claimCondition.optional(),
  })
  .meta({ id: 'ClaimRule' });
export type ClaimRule = Readonly<z.infer<typeof claimRule>>;

const rules = z.array(claimRule).max(CLAIM_LIMITS.maxRules);
const EXAMPLE = [
  { claim: 'department', from: { value: 'sales' }, in: ['access_token'] },
  { claim: 'email', from: { user: 'email' }, in: ['id_token'], when: { scopes: ['email'] } },
];

/** The rules that a tenant or an app sets. A later rule replaces the claim of an earlier rule. */
export const newTokenClaims = z.strictObject({ rules }).meta({ id: 'NewTokenClaims', examples: [{ rules: EXAMPLE }] });
export type NewTokenClaims = Readonly<z.infer<typeof newTokenClaims>>;

export const tokenClaims = newTokenClaims
  .extend({
    version: z.number().int().meta({ description: 'Increases with each change; 0 before the first.' }),
    updatedAt: z.iso.datetime().nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'TokenClaims', examples: [] });
export type TokenClaims = Readonly<z.infer<typeof tokenClaims>>;

/** Returns the entity tag of a set of rules. */
export function tokenClaimsTag({ version }: Pick<TokenClaims, 'version'>): string {
  return `"v${version}"`;
}

/** The switch of a tenant's token policy. */
export const newTokenPolicy = z.strictObject({ enabled: z.boolean() }).meta({ id: 'NewTokenPolicy' });
export type NewTokenPolicy = Readonly<z.infer<typeof newTokenPolicy>>;

export const tokenPolicy = newTokenPolicy
  .extend({
    enabled: z.boolean().meta({ description: 'False if the operator turned the decision off.' }),
    defined: z.boolean().meta({ description: `True if the active policy defines \`${TOKEN_POLICY_PATH}\`.` }),
    updatedAt: z.iso.datetime().nullable(),
    updatedBy: z.string().nullable(),
  })
  .meta({ id: 'TokenPolicy' });
export type TokenPolicy = Readonly<z.infer<typeof tokenPolicy>>;

/** The grant types whose tokens have custom claims. */
export const HOOKED_GRANTS = ['authorization_code', 'refresh_token', 'client_credentials'] as const;
export type HookedGrant = (typeof HOOKED_GRANTS)[number];

export const tokenClaimsTrial = z
  .strictObject({
    rules: rules.optional().meta({ description: 'Draft rules. Without them, the current rules apply.' }),
    appId: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .meta({ description: 'The draft rules are for this app, and only its issuances are repeated.' }),
    policy: z
      .string()
      .min(1)
      .max(CLAIM_LIMITS.maxModuleChars)
      .optional()
      .meta({ description: 'A draft Rego module, which replaces its package in the active policy.' }),
    last: z
      .number()
      .int()
      .min(1)
      .max(CLAIM_LIMITS.maxTried)
      .default(50)
      .meta({ description: 'The number of most recent issuances to repeat.' }),
  })
  .refine(({ rules: draft, policy }) => draft !== undefined || policy !== undefined, 'must have rules or policy')
  .meta({
    id: 'TokenClaimsTrial',
    examples: [
      {
        rules: EXAMPLE,
        policy: 'package coresdk.token\n\ndeny contains "No tokens for viewers." if input.user.role == "viewer"',
      },
    ],
  });
export type TokenClaimsTrial = Readonly<z.infer<typeof tokenClaimsTrial>>;

const custom = z.record(z.string(), z.unknown());

/** The outcome of one repeated issuance. `failed` also denies the token, because the rules or the policy have no usable result. */
const triedOutcome = z
  .object({
    outcome: z.enum(['issued', 'denied', 'failed']),
    message: z.string().nullable().meta({ description: 'The reason; null for an issued token.' }),
    accessToken: custom.meta({ description: 'The custom claims of the access token.' }),
    idToken: custom.meta({ description: 'The custom claims of the ID token; empty without the scope openid.' }),
    userinfo: custom.meta({ description: 'The custom claims of the userinfo response.' }),
    lifetimeSeconds: z.number().int().nullable().meta({ description: 'The lifetime of the access token.' }),
  })
  .meta({ id: 'TriedOutcome' });
export type TriedOutcome = Readonly<z.infer<typeof triedOutcome>>;

const triedIssuance = z
  .object({
    at: z.iso.datetime(),
    grant: z.enum(HOOKED_GRANTS),
    appId: z.string(),
    userId: z.string().nullable(),
    scopes: z.array(z.string()).readonly(),
    effect: z.enum(['none', 'changed', 'denied', 'allowed', 'skipped']).meta({
      description: 'The effect of the draft. `denied` and `allowed`: only after, or only before, the token is denied.',
    }),
    skipped: z.string().nullable().meta({ description: 'The reason why the issuance cannot be repeated.' }),
    before: triedOutcome.nullable(),
    after: triedOutcome.nullable(),
  })
  .meta({ id: 'TriedIssuance' });
export type TriedIssuance = Readonly<z.infer<typeof triedIssuance>>;

export const tokenClaimsReport = z
  .object({
    summary: z.object({
      issuances: z.number().int(),
      unchanged: z.number().int(),
      changed: z.number().int(),
      denied: z.number().int(),
      allowed: z.number().int(),
      skipped: z.number().int(),
      failed: z.number().int().meta({ description: 'Issuances without a usable result after the change.' }),
    }),
    notes: z
      .array(z.string())
      .readonly()
      .meta({ description: 'The differences between a repetition and the issuance itself.' }),
    items: z.array(triedIssuance).readonly(),
  })
  .meta({ id: 'TokenClaimsReport' });
export type TokenClaimsReport = Readonly<z.infer<typeof tokenClaimsReport>>;
