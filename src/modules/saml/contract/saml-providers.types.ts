import { z } from 'zod';
import { contentTag } from '../../../kernel/http/conditions/entity-tag';
import { displayName } from '../../../kernel/http/input/display-name';
import { EXAMPLE_CERTIFICATE } from './example-certificate';

/** The change log topic for changed providers. The key of a change is the provider's id. */
export const SAML_PROVIDERS_TOPIC = 'saml-providers';

const MAX_CERTIFICATES = 10;
const MAX_SKEW_SECONDS = 300;
export const MAX_PROVIDERS = 100;

const uri = z
  .string()
  .min(1)
  .max(1024)
  .regex(/^[\x21-\x7E]+$/, 'must be visible ASCII without spaces');
const attributeName = z.string().min(1).max(512);

const settable = {
  name: displayName,
  certificates: z
    .array(z.string().min(1).max(16_384))
    .min(1)
    .max(MAX_CERTIFICATES)
    .describe(
      'X.509 certificates for its signing keys: RSA with at least 2048 bits, in PEM or base64. Send two during a key change. The keys are pinned, so the dates of the certificates are ignored.',
    ),
  audience: uri.describe('Entity id of the service, which the AudienceRestriction must name.'),
  recipients: z
    .array(uri)
    .max(20)
    .describe('Allowed Recipient addresses of the assertion consumer service. If empty, no Recipient is accepted.'),
  clockSkewSeconds: z.number().int().min(0).max(MAX_SKEW_SECONDS),
  attributeMapping: z
    .strictObject({
      userId: attributeName.nullable().default(null),
      email: attributeName.nullable().default(null),
      groups: attributeName.nullable().default(null),
    })
    .describe(
      'Attribute names for these values. Defaults: the NameID for userId, the NameID for email if it is an address, no groups.',
    ),
  enabled: z.boolean(),
};

const members = {
  id: z.string(),
  entityId: z.string(),
  name: z.string(),
  certificates: z.array(z.string()),
  audience: z.string(),
  recipients: z.array(z.string()),
  clockSkewSeconds: z.number().int(),
  attributeMapping: z.object({
    userId: z.string().nullable(),
    email: z.string().nullable(),
    groups: z.string().nullable(),
  }),
  enabled: z.boolean(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
};

/** An identity provider whose assertions a tenant trusts. */
export const samlProvider = z.object(members).meta({ id: 'SamlProvider' });

export const newSamlProvider = z
  .strictObject({
    entityId: uri.describe('Entity id of the identity provider. It is unique in the tenant and never changes.'),
    ...settable,
    recipients: settable.recipients.default([]),
    clockSkewSeconds: settable.clockSkewSeconds.default(60),
    attributeMapping: settable.attributeMapping.default({ userId: null, email: null, groups: null }),
    enabled: settable.enabled.default(true),
  })
  .meta({
    id: 'NewSamlProvider',
    examples: [
      {
        entityId: 'https://idp.example/saml',
        name: 'Example',
        certificates: [EXAMPLE_CERTIFICATE],
        audience: 'https://app.example',
        recipients: ['https://app.example/saml/acs'],
      },
    ],
  });

export const samlProviderPatch = z
  .strictObject(settable)
  .partial()
  .meta({
    id: 'SamlProviderPatch',
    examples: [{ certificates: [EXAMPLE_CERTIFICATE], enabled: true }],
  });

/** Returns the entity tag of a provider. It covers all members that responses show, so that every change to the provider changes it. */
export function samlProviderEntityTag(provider: SamlProvider): string {
  return contentTag(provider);
}

export type SamlProvider = Readonly<z.infer<typeof samlProvider>>;
export type NewSamlProvider = Readonly<z.infer<typeof newSamlProvider>>;
export type SamlProviderPatch = Readonly<z.infer<typeof samlProviderPatch>>;
