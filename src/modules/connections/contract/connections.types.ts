import { z } from 'zod';
import { listQuery } from '../../../kernel/lists/list-query';

export const CONNECTION_LIMITS = {
  /** Maximum number of connections of a tenant. */
  maxConnections: 20,
  maxDomains: 50,
  maxRules: 50,
} as const;

const PRESETS = ['google', 'microsoft', 'apple', 'gitlab', 'github'] as const;
export type ConnectionPreset = (typeof PRESETS)[number];

const name = z.string().trim().min(1).max(80).meta({ description: 'Shown on the button of the sign-in page.' });
const url = z.string().min(1).max(2_048);
const scopes = z
  .array(z.string().regex(/^[\x21\x23-\x5B\x5D-\x7E]{1,128}$/, 'must be a scope (RFC 6749 §3.3)'))
  .max(30);
const member = z.string().min(1).max(128);
const status = z.enum(['active', 'disabled']);
const type = z.enum(['oidc', 'oauth']);
const role = z.enum(['admin', 'member', 'viewer']);
const defaultRole = z
  .enum(['member', 'viewer'])
  .meta({ description: 'The role of new accounts, and with rules, of people for whom no rule matches.' });

export const connectionEndpoints = z
  .strictObject({
    authorizationUrl: url,
    tokenUrl: url,
    userinfoUrl: url.meta({ description: 'Returns the person as a JSON object.' }),
    emailsUrl: url.nullable().default(null).meta({
      description:
        'Returns the addresses as a list of `{email, primary, verified}`, as GitHub does; `null` if there is none.',
    }),
  })
  .meta({ id: 'ConnectionEndpoints' });

export type ConnectionEndpoints = Readonly<z.infer<typeof connectionEndpoints>>;

export const profileMapping = z
  .strictObject({
    subject: member.default('sub').meta({ description: 'The member that never changes, such as `id`.' }),
    email: member.default('email'),
    emailVerified: member.nullable().default(null).meta({
      description: 'The member that confirms the address. With `null`, the address counts as not verified.',
    }),
    name: member.default('name'),
  })
  .meta({ id: 'ConnectionProfile' });

export type ProfileMapping = Readonly<z.infer<typeof profileMapping>>;

const roleRule = z
  .strictObject({
    claim: member.meta({ description: 'Such as `groups`.' }),
    contains: z.string().min(1).max(512).meta({ description: 'The value of the claim, or one of its values.' }),
    role,
  })
  .meta({ id: 'ConnectionRoleRule' });

const roleRules = z.array(roleRule).max(CONNECTION_LIMITS.maxRules).meta({
  description:
    'The first rule that matches assigns the role at each sign-in; if none matches, `defaultRole` does. Without rules, roles stay as they are. Owners always keep their role.',
});

export type RoleRule = Readonly<z.infer<typeof roleRule>>;

const provisioning = z.enum(['off', 'verified_domains', 'all']).meta({
  description:
    'Creates an account at the first sign-in: never, for verified addresses in the verified domains of the connection, or for every verified address.',
});

const apple = z
  .strictObject({
    teamId: z.string().regex(/^[A-Z0-9]{10}$/),
    keyId: z.string().regex(/^[A-Z0-9]{10}$/),
  })
  .meta({ id: 'AppleClient', description: 'The client secret is then the private key (.p8), in PEM.' });

export const connectionDomain = z
  .object({
    domain: z.string(),
    status: z.enum(['pending', 'verified']),
    recordName: z.string().meta({ description: 'The name of the TXT record that proves control of the domain.' }),
    recordValue: z.string(),
    verifiedAt: z.iso.datetime().nullable(),
    checkedAt: z.iso.datetime().nullable().meta({ description: 'Verified domains are checked again every day.' }),
    missedChecks: z.number().int().meta({ description: 'After three, the domain is no longer verified.' }),
  })
  .meta({ id: 'ConnectionDomain' });

export type ConnectionDomain = Readonly<z.infer<typeof connectionDomain>>;

/** A connection to an identity provider, as the API shows it. */
export const connection = z
  .object({
    id: z.string(),
    name: z.string(),
    type,
    preset: z.enum(PRESETS).nullable(),
    status,
    issuer: z.string().meta({ description: 'Part of the key of each identity.' }),
    clientId: z.string(),
    hasSecret: z.boolean(),
    scopes: z.array(z.string()),
    endpoints: connectionEndpoints.nullable(),
    profile: profileMapping.nullable(),
    apple: apple.nullable(),
    provisioning,
    defaultRole,
    roleRules: z.array(roleRule),
    enforced: z.boolean().meta({
      description: 'True if people in the verified domains can sign in only here, without a password.',
    }),
    domains: z.array(connectionDomain),
    redirectUri: z.string().meta({ description: 'Register this URI at the provider.' }),
    version: z.number().int(),
    createdAt: z.iso.datetime(),
    createdBy: z.string(),
    updatedAt: z.iso.datetime(),
    updatedBy: z.string(),
  })
  .meta({ id: 'Connection' });

export type Connection = Readonly<z.infer<typeof connection>>;

const issuer = url.meta({ description: 'Defaults to the issuer of the preset.' });
const clientId = z.string().min(1).max(512);
const clientSecret = z.string().trim().min(1).max(8_192).meta({ description: 'Never returned.' });

export const newConnection = z
  .strictObject({
    name,
    type: type.default('oidc'),
    preset: z.enum(PRESETS).nullable().default(null),
    status: status.default('active'),
    issuer: issuer.optional(),
    clientId,
    clientSecret: clientSecret.optional(),
    scopes: scopes.optional(),
    endpoints: connectionEndpoints.optional(),
    profile: profileMapping.optional(),
    apple: apple.optional(),
    provisioning: provisioning.default('off'),
    defaultRole: defaultRole.default('member'),
    roleRules: roleRules.default([]),
    enforced: z.boolean().default(false),
  })
  .meta({
    id: 'NewConnection',
    examples: [
      {
        name: 'Acme',
        issuer: 'https://idp.example.com',
        clientId: 'coresdk-web',
        clientSecret: 'secret-from-the-provider',
        provisioning: 'verified_domains',
      },
    ],
  });

export type NewConnection = Readonly<z.infer<typeof newConnection>>;

export const connectionPatch = z
  .strictObject({
    name: name.optional(),
    status: status.optional(),
    issuer: issuer.optional(),
    clientId: clientId.optional(),
    clientSecret: clientSecret.optional(),
    scopes: scopes.optional(),
    endpoints: connectionEndpoints.optional(),
    profile: profileMapping.optional(),
    apple: apple.optional(),
    provisioning: provisioning.optional(),
    defaultRole: defaultRole.optional(),
    roleRules: roleRules.optional(),
    enforced: z.boolean().optional(),
  })
  .refine((patch) => Object.keys(patch).length > 0, 'must contain at least one member to change')
  .meta({ id: 'ConnectionPatch' });

export type ConnectionPatch = Readonly<z.infer<typeof connectionPatch>>;

export const connectionQuery = listQuery({ sorts: ['createdAt'], filters: { status: status.optional() } });

export type ConnectionQuery = Readonly<z.infer<typeof connectionQuery>>;

/** The result of reading a provider's metadata now. */
export const connectionCheck = z
  .object({
    ok: z.boolean(),
    problems: z.array(
      z.object({
        code: z.enum(['unreachable', 'invalid_metadata', 'no_pkce', 'no_issuer_parameter', 'no_secret']),
        severity: z.enum(['error', 'warning']),
        message: z.string(),
      }),
    ),
  })
  .meta({ id: 'ConnectionCheck' });

export type ConnectionCheck = Readonly<z.infer<typeof connectionCheck>>;

export const newConnectionDomain = z
  .strictObject({ domain: z.string().trim().min(1).max(253).meta({ description: 'Such as `example.com`.' }) })
  .meta({ id: 'NewConnectionDomain' });

export type NewConnectionDomain = Readonly<z.infer<typeof newConnectionDomain>>;
