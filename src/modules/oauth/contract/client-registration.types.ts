import { z } from 'zod';

/** The metadata that an app sends about itself (RFC 7591 §2). The endpoint validates it and returns the errors of that RFC. */
export const clientMetadata = z.record(z.string(), z.unknown()).meta({
  id: 'ClientMetadata',
  description:
    'redirect_uris, client_name, application_type (web or native), token_endpoint_auth_method, grant_types, response_types, scope, logo_uri, policy_uri, jwks or jwks_uri. Other members are ignored.',
});

/** A self-registered app (RFC 7591 §3.2.1, RFC 7592 §3). */
export const clientInformation = z
  .object({
    client_id: z.string(),
    client_id_issued_at: z.number().int().meta({ description: 'Unix seconds.' }),
    client_secret: z.string().optional().meta({ description: 'Shown only once, and only if the app has one.' }),
    client_secret_expires_at: z.number().int().optional().meta({ description: '0: never.' }),
    registration_access_token: z.string(),
    registration_client_uri: z.string(),
    client_name: z.string(),
    application_type: z.enum(['web', 'native']),
    redirect_uris: z.array(z.string()),
    grant_types: z.array(z.string()),
    response_types: z.array(z.string()),
    token_endpoint_auth_method: z.string(),
    scope: z.string(),
    logo_uri: z.string().optional(),
    policy_uri: z.string().optional(),
    jwks: z.unknown().optional(),
    jwks_uri: z.string().optional(),
  })
  .meta({ id: 'ClientInformation' });

export type ClientMetadata = Readonly<z.infer<typeof clientMetadata>>;
export type ClientInformation = Readonly<z.infer<typeof clientInformation>>;
