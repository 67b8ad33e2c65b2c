import { pbkdf2Sync } from 'node:crypto';
import { hash } from '@node-rs/argon2';
import { hash as hashBcrypt } from '@node-rs/bcrypt';

/** The password of everyone in {@link keycloakRealm} whose password moves. */
export const REALM_PASSWORD = 'a password of long ago';

const SALT = Buffer.from('a salt of realms');

function credential(
  algorithm: string,
  hashIterations: number,
  secret: object,
  additionalParameters: object = {},
): object {
  return {
    ...{ id: `cred-${algorithm}`, type: 'password', createdDate: 1_700_000_000_000 },
    secretData: JSON.stringify({ ...secret, additionalParameters: {} }),
    credentialData: JSON.stringify({ hashIterations, algorithm, additionalParameters }),
  };
}

function pbkdf2(algorithm: string, digest: string, iterations: number, bytes: number): object {
  const value = pbkdf2Sync(REALM_PASSWORD, SALT, iterations, bytes, digest).toString('base64');
  return credential(algorithm, iterations, { value, salt: SALT.toString('base64') });
}

async function argon2(): Promise<object> {
  const text = await hash(REALM_PASSWORD, { memoryCost: 7_168, timeCost: 5, parallelism: 1, salt: SALT });
  const value = Buffer.from(text.split('$').at(-1) ?? '', 'base64').toString('base64');
  const parameters = { hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] };
  return credential('argon2', 5, { value, salt: SALT.toString('base64') }, parameters);
}

/** Other credentials, as realm exports contain them. */
const OTP = {
  type: 'otp',
  secretData: '{"value":"JBSWY3DPEHPK3PXP"}',
  credentialData: '{"subType":"totp","digits":6,"counter":0,"period":30,"algorithm":"HmacSHA1"}',
};
const WEBAUTHN = { type: 'webauthn', secretData: '{}', credentialData: '{"aaguid":"0","credentialId":"x"}' };

/** Returns the users of a realm: one with each algorithm of Keycloak, and one for each reason why something does not move. */
async function users(domain: string): Promise<readonly object[]> {
  const user = (username: string, members: object = {}): object => ({
    ...{ id: `id-${username}`, username, email: `${username}@${domain}`, emailVerified: true, enabled: true },
    ...{ realmRoles: ['default-roles-acme'], groups: [], requiredActions: [], ...members },
  });
  return [
    user('ada', {
      ...{ firstName: 'Ada', lastName: 'Lovelace', attributes: { locale: ['de'] } },
      ...{ groups: ['/staff', '/staff/sales'], realmRoles: ['realm-admin'] },
      credentials: [pbkdf2('pbkdf2-sha256', 'sha256', 27_500, 64)],
    }),
    user('ben', { emailVerified: false, credentials: [pbkdf2('pbkdf2-sha512', 'sha512', 210_000, 64)] }),
    user('cleo', { groups: ['/staff/sales'], credentials: [await argon2()] }),
    user('dan', { credentials: [credential('bcrypt', 10, { value: await hashBcrypt(REALM_PASSWORD, 10), salt: '' })] }),
    user('eve', { enabled: false, credentials: [pbkdf2('pbkdf2', 'sha1', 20_000, 64)] }),
    user('fay', { email: undefined }),
    user('gus', { email: `ADA@${domain.toUpperCase()}` }),
    user('hal', { credentials: [credential('scrypt-of-ours', 1, { value: 'AAAA', salt: 'AAAA' })] }),
    user('ida', {
      credentials: [OTP, WEBAUTHN],
      federatedIdentities: [{ identityProvider: 'google', userId: '1', userName: 'ida' }],
    }),
    user('jon', { credentials: [credential('pbkdf2-sha256', 3_000_000, { value: 'A'.repeat(43), salt: 'AAAA' })] }),
    user('service-account-worker', { email: undefined, serviceAccountClientId: 'worker' }),
  ];
}

const client = (clientId: string, members: object): object => ({
  ...{ clientId, enabled: true, protocol: 'openid-connect', redirectUris: [], webOrigins: [] },
  ...{ publicClient: false, bearerOnly: false, standardFlowEnabled: true, attributes: {} },
  ...members,
});

const CLIENTS = [
  client('account', { redirectUris: ['/realms/acme/account/*'] }),
  client('shop', { publicClient: true, redirectUris: ['https://shop.example.com/cb', 'https://shop.example.com/*'] }),
  client('portal', { redirectUris: ['https://portal.example.com/cb'], secret: 'old-portal-secret' }),
  client('worker', { standardFlowEnabled: false, serviceAccountsEnabled: true, secret: 'old-worker-secret' }),
  client('wiki', { protocol: 'saml' }),
];

/** Returns a realm export in one file, with roles, groups, clients and users. @param domain the domain of all addresses. */
export async function keycloakRealm(
  domain: string,
): Promise<{ readonly users: readonly object[]; readonly [member: string]: unknown }> {
  return {
    ...{ id: 'acme', realm: 'acme', enabled: true, sslRequired: 'external' },
    roles: {
      realm: [
        { name: 'realm-admin', composite: false, clientRole: false },
        { name: 'default-roles-acme', composite: true, composites: { client: { account: ['view-profile'] } } },
      ],
      client: { shop: [{ name: 'editor', composite: false, clientRole: true }] },
    },
    groups: [
      {
        ...{ name: 'staff', path: '/staff', realmRoles: [], clientRoles: { shop: ['editor'] }, attributes: {} },
        subGroups: [{ name: 'sales', path: '/staff/sales', realmRoles: [], clientRoles: {}, subGroups: [] }],
      },
    ],
    clients: CLIENTS,
    users: await users(domain),
    components: {},
  };
}
