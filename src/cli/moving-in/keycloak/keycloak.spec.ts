import { Notes } from '../notes';
import { parseRoleMapping } from '../role-mapping';
import { convertClient, isBuiltIn, type MovingApp } from './client';
import { flattenGroups } from './groups';
import { convertPassword } from './password';
import { type KeycloakClient, parseRealm } from './realm';
import { RealmRoles } from './realm-roles';
import { convertUser } from './user';

const realmOf = (members: object) => parseRealm('realm.json', JSON.stringify({ realm: 'acme', ...members }));

const credential = (algorithm: string, secret: object, more: object = {}) => ({
  type: 'password',
  secretData: JSON.stringify(secret),
  credentialData: JSON.stringify({ algorithm, hashIterations: 5, ...more }),
});

const SECRET = { value: Buffer.alloc(32, 1).toString('base64'), salt: Buffer.alloc(16, 2).toString('base64') };
const [SALT, KEY] = ['AgICAgICAgICAgICAgICAg', 'AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE'];
const ARGON2 = { hashLength: ['32'], memory: ['7168'], type: ['id'], version: ['1.3'], parallelism: ['1'] };

describe('a password of Keycloak', () => {
  it.each([
    ['pbkdf2', '$pbkdf2-sha1$i=5,l=32'],
    ['pbkdf2-sha256', '$pbkdf2-sha256$i=5,l=32'],
    ['pbkdf2-sha512', '$pbkdf2-sha512$i=5,l=32'],
  ])('by %s becomes a PHC string', (algorithm, start) => {
    const converted = convertPassword(credential(algorithm, SECRET, { additionalParameters: {} }));
    expect(converted).toEqual({ passwordHash: `${start}$${SALT}$${KEY}` });
  });

  it('by Argon2 becomes a PHC string', () => {
    expect(convertPassword(credential('argon2', SECRET, { additionalParameters: ARGON2 }))).toEqual({
      passwordHash: `$argon2id$v=19$m=7168,t=5,p=1$${SALT}$${KEY}`,
    });
    const old = { ...ARGON2, version: ['1.0'], type: ['i'] };
    expect(convertPassword(credential('argon2', SECRET, { additionalParameters: old }))).toEqual({
      passwordHash: `$argon2i$v=16$m=7168,t=5,p=1$${SALT}$${KEY}`,
    });
    expect(convertPassword(credential('argon2', SECRET))).toEqual({
      reason: 'The version of the Argon2 hash is not supported.',
    });
  });

  it('by a bcrypt provider stays as it is', () => {
    expect(convertPassword(credential('bcrypt', { value: '$2a$10$x', salt: '' }))).toEqual({
      passwordHash: '$2a$10$x',
    });
  });

  it.each([
    [{ ...credential('md4', SECRET) }, 'The hash algorithm "md4" is not supported.'],
    [{ ...credential('pbkdf2', SECRET), secretData: null }, 'The export contains no hash of the password.'],
    [{ ...credential('pbkdf2', SECRET), secretData: 'secret' }, 'The password credential is malformed.'],
    [{ ...credential('pbkdf2', SECRET), credentialData: '{}' }, 'The password credential is malformed.'],
  ])('that cannot move has a reason without the secret', (given, reason) => {
    expect(convertPassword(given)).toEqual({ reason });
  });
});

describe('the roles of a realm', () => {
  const realm = realmOf({
    roles: {
      realm: [
        { name: 'boss', composites: { realm: ['staff'], client: { shop: ['owner'] } } },
        { name: 'staff', composites: { realm: ['boss'] } },
        { name: 'guest' },
      ],
      client: { shop: [{ name: 'owner' }, { name: 'editor' }] },
    },
    groups: [
      {
        name: 'sales',
        path: '/sales',
        clientRoles: { shop: ['editor'] },
        subGroups: [{ name: 'emea', subGroups: [{ name: 'dach', path: '/sales/emea/dach', realmRoles: ['guest'] }] }],
      },
    ],
  });
  const roles = new RealmRoles(realm);
  const of = (members: object) => [...roles.of({ realmRoles: [], clientRoles: {}, groups: [], ...members })];

  it('include those in composite roles, even in a circle', () => {
    expect(of({ realmRoles: ['boss'] })).toEqual(['boss', 'staff', 'shop/owner']);
    expect(of({ clientRoles: { shop: ['editor'] } })).toEqual(['shop/editor']);
  });

  it('include those of groups and of the groups above', () => {
    expect(of({ groups: ['/sales/emea'] })).toEqual(['shop/editor']);
    expect(of({ groups: ['/sales/emea/dach'] })).toEqual(['shop/editor', 'guest']);
    expect(of({ groups: ['/other'] })).toEqual([]);
  });

  it('are known by name, and the groups by path', () => {
    expect([...roles.names]).toEqual(['boss', 'staff', 'guest', 'shop/owner', 'shop/editor']);
    expect(flattenGroups(realm.groups)).toEqual([
      { path: '/sales', name: 'sales' },
      { path: '/sales/emea', name: 'sales/emea' },
      { path: '/sales/emea/dach', name: 'sales/emea/dach' },
    ]);
  });
});

describe('a user of a realm', () => {
  const roles = new RealmRoles(realmOf({ roles: { realm: [{ name: 'boss' }, { name: 'reader' }] } }));
  const mapping = parseRoleMapping(['admin=boss', 'viewer=reader'], 'member');
  const convert = (record: unknown) => {
    const notes = new Notes();
    return { moved: convertUser(record, { roles, mapping, notes }), notes: notes.all };
  };
  const ada = {
    ...{ username: 'ada', email: 'Ada@example.com', emailVerified: true, enabled: true },
    ...{ firstName: 'Ada', lastName: 'Lovelace', attributes: { locale: ['pt_BR'] } },
    ...{ credentials: [credential('pbkdf2', SECRET)], realmRoles: ['reader', 'boss'], groups: ['/sales'] },
  };

  it('moves with name, locale, groups, password and the highest role', () => {
    expect(convert(ada)).toEqual({
      notes: [],
      moved: {
        groups: ['/sales'],
        row: {
          ...{ email: 'Ada@example.com', emailVerified: true, role: 'admin', displayName: 'Ada Lovelace' },
          ...{ locale: 'pt-BR', passwordHash: `$pbkdf2-sha1$i=5,l=32$${SALT}$${KEY}` },
        },
      },
    });
    expect(convert({ username: 'bo', email: 'bo@example.com', enabled: true })).toEqual({
      notes: [],
      moved: {
        groups: [],
        row: { email: 'bo@example.com', emailVerified: false, role: 'member', displayName: 'bo' },
      },
    });
  });

  it('moves as suspended if disabled, and is noted', () => {
    const { moved, notes } = convert({ ...ada, enabled: false });
    expect(moved?.row.status).toBe('suspended');
    expect(notes).toEqual([
      {
        ...{ item: 'user', subject: 'ada', outcome: 'changed' },
        reason: 'The user is disabled, and moves as suspended.',
      },
    ]);
  });

  it('moves without second factors, identities and required actions, each of which is noted', () => {
    const { moved, notes } = convert({
      ...ada,
      credentials: [
        ...ada.credentials,
        ...['otp', 'webauthn', 'webauthn-passwordless', 'recovery-authn-codes', 'password-history', 'kerberos'].map(
          (type) => ({ type, secretData: '{}', credentialData: '{}' }),
        ),
      ],
      federatedIdentities: [{ identityProvider: 'google', userId: '1', userName: 'a' }],
      requiredActions: ['UPDATE_PASSWORD'],
    });
    expect(moved?.row.passwordHash).toBeDefined();
    expect(notes.map(({ item, reason }) => `${item}: ${reason}`)).toEqual([
      'credential: One-time passwords (TOTP, HOTP) have no place here.',
      'credential: Security keys (WebAuthn) have no place here.',
      'credential: Passkeys (WebAuthn) have no place here.',
      'credential: Recovery codes have no place here.',
      'credential: Credentials of the type "kerberos" have no place here.',
      'identity: The link to the identity provider "google" has no place here.',
      'required action: The required action UPDATE_PASSWORD has no place here.',
    ]);
  });

  it.each([
    [{ ...ada, email: undefined }, 'user', 'The user has no email address.'],
    [{ ...ada, email: ' ' }, 'user', 'The user has no email address.'],
    [
      { ...ada, serviceAccountClientId: 'worker' },
      'service account',
      'An app with client credentials acts for itself.',
    ],
    [{ ...ada, emailVerified: 'yes' }, 'user', 'The user is malformed: emailVerified: '],
  ])('is noted if it cannot move', (record, item, reason) => {
    const { moved, notes } = convert(record);
    expect(moved).toBeNull();
    expect(notes).toMatchObject([{ item, subject: 'ada', outcome: 'not moved' }]);
    expect(notes[0]?.reason).toContain(reason);
  });

  it('moves without a password that cannot move', () => {
    for (const record of [
      { ...ada, credentials: [credential('md4', SECRET)] },
      { ...ada, credentials: [], federationLink: 'ldap' },
    ]) {
      const { moved, notes } = convert(record);
      expect(moved?.row.passwordHash).toBeUndefined();
      expect(notes).toMatchObject([{ item: 'password', subject: 'ada', outcome: 'not moved' }]);
    }
  });
});

describe('a client of a realm', () => {
  const clientOf = (members: object): KeycloakClient => {
    const [client] = realmOf({
      clients: [{ clientId: 'shop', redirectUris: ['https://a.example/cb'], ...members }],
    }).clients;
    if (client === undefined) throw new Error('There is no client.');
    return client;
  };
  const convert = (members: object): { readonly app: MovingApp | null; readonly notes: readonly string[] } => {
    const notes = new Notes();
    const app = convertClient(clientOf(members), notes);
    return { app, notes: notes.all.map(({ item, reason }) => `${item}: ${reason}`) };
  };

  it('that is public becomes a single-page app', () => {
    const { app, notes } = convert({ publicClient: true, webOrigins: ['+'] });
    expect(app).toEqual({
      ...{ name: 'shop', app_type: 'spa', token_endpoint_auth_method: 'none', first_party: true },
      ...{ grant_types: ['authorization_code', 'refresh_token'], redirect_uris: ['https://a.example/cb'] },
      post_logout_redirect_uris: [],
    });
    expect(notes).toEqual([]);
  });

  it('that is public and has a private-use URI becomes a native app', () => {
    expect(convert({ publicClient: true, redirectUris: ['com.example.app:/cb'] }).app?.app_type).toBe('native');
  });

  it('with a secret becomes a web app with a new secret', () => {
    const { app, notes } = convert({ serviceAccountsEnabled: true, consentRequired: true });
    expect(app).toMatchObject({
      ...{ app_type: 'web', token_endpoint_auth_method: 'client_secret_basic', first_party: false },
      grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
    });
    expect(notes).toEqual(['client secret: Secrets do not move: the app gets a new one.']);
  });

  it('that acts only for itself becomes a service', () => {
    const { app } = convert({ serviceAccountsEnabled: true, standardFlowEnabled: false, redirectUris: ['*'] });
    expect(app).toMatchObject({ app_type: 'service', grant_types: ['client_credentials'], redirect_uris: [] });
  });

  it('with a key at an address keeps it', () => {
    const attributes = { 'use.jwks.url': 'true', 'jwks.url': 'https://a.example/jwks' };
    const { app, notes } = convert({ clientAuthenticatorType: 'client-jwt', attributes });
    expect(app).toMatchObject({ token_endpoint_auth_method: 'private_key_jwt', jwks_uri: 'https://a.example/jwks' });
    expect(notes).toEqual([]);
    expect(convert({ clientAuthenticatorType: 'client-x509' }).notes).toEqual([
      'client secret: The app gets a secret instead of "client-x509".',
    ]);
  });

  it('keeps exact addresses, and notes patterns and invalid ones', () => {
    const { app, notes } = convert({
      ...{ publicClient: true, rootUrl: 'https://a.example/' },
      redirectUris: ['/cb', 'https://b.example/*', 'http://c.example/cb', 'http://localhost:3000/cb'],
      webOrigins: ['https://a.example', '*'],
      attributes: { 'post.logout.redirect.uris': '+##https://a.example/bye##https://a.example/*' },
    });
    expect(app).toMatchObject({
      redirect_uris: ['https://a.example/cb', 'http://localhost:3000/cb'],
      post_logout_redirect_uris: ['https://a.example/cb', 'http://localhost:3000/cb', 'https://a.example/bye'],
      allowed_origins: ['https://a.example'],
    });
    expect(notes).toEqual([
      'redirect URI: "https://b.example/*" is a pattern. Add the exact URIs to the app.',
      'redirect URI: "http://c.example/cb" is not an https, loopback or private-use URI.',
      'logout URI: "https://a.example/*" is a pattern. Add the exact URIs to the app.',
      'web origin: The web origin "*" is not a single https origin.',
    ]);
  });

  it('notes flows that do not exist here', () => {
    const attributes = { 'oauth2.device.authorization.grant.enabled': 'true' };
    const flows = { publicClient: true, implicitFlowEnabled: true, directAccessGrantsEnabled: true, attributes };
    expect(convert(flows).notes).toEqual([
      'flow: The implicit flow is not supported (RFC 9700 §2.1.2).',
      'flow: The password grant is not supported (RFC 9700 §2.4).',
      'flow: The device flow is not supported.',
    ]);
  });

  it.each([
    [{ protocol: 'saml' }, 'Clients of the protocol "saml" have no place here.'],
    [{ enabled: false }, 'The client is disabled.'],
    [{ bearerOnly: true }, 'The client only checks tokens, which needs no app.'],
    [{ standardFlowEnabled: false, directAccessGrantsEnabled: true }, 'Its only flows are not supported (RFC 9700).'],
    [{ clientId: 'x'.repeat(201), publicClient: true }, 'The app is not valid: name: '],
  ])('that cannot move is noted: %j', (members, reason) => {
    const { app, notes } = convert(members);
    expect(app).toBeNull();
    expect(notes).toEqual([expect.stringContaining(`client: ${reason}`)]);
  });

  it('without any address that can move is noted with each address', () => {
    expect(convert({ redirectUris: ['https://a.example/*'] }).notes).toEqual([
      'redirect URI: "https://a.example/*" is a pattern. Add the exact URIs to the app.',
      'client: None of its redirect URIs can move, and sign-in needs one.',
    ]);
  });

  it('that Keycloak made stays there', () => {
    expect(isBuiltIn(clientOf({ clientId: 'account-console' }), 'acme')).toBe(true);
    expect([isBuiltIn(clientOf({ clientId: 'acme-realm' }), 'master'), isBuiltIn(clientOf({}), 'master')]).toEqual([
      true,
      false,
    ]);
    expect(isBuiltIn(clientOf({ clientId: 'acme-realm' }), 'acme')).toBe(false);
  });
});

it('a file that is not a realm export is refused with the member', () => {
  expect(() => parseRealm('a.json', '{"realm":')).toThrow('a.json is not JSON');
  expect(() => parseRealm('a.json', '[]')).toThrow('a.json is not a realm export: ');
  expect(() => parseRealm('a.json', '{"realm":"a","clients":[{}]}')).toThrow('clients.0.clientId');
});
