import { AppError } from '../../../kernel/errors/app-error';
import type { App } from '../../apps/contract/apps.types';
import { appOfMetadata, asMetadataError, informationOf } from './client-metadata';

const ALLOWED = ['openid', 'offline_access', 'projects.read'];
const WEB = { redirect_uris: ['https://agent.example/cb'] };
const PUBLIC = { ...WEB, token_endpoint_auth_method: 'none' };
const KEYS = { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] };

const refused = (code: string, ...pointers: string[]): unknown =>
  expect.objectContaining({ code, fields: pointers.map((pointer) => expect.objectContaining({ pointer }) as unknown) });

const errorOf = (metadata: Readonly<Record<string, unknown>>): AppError => {
  try {
    appOfMetadata(metadata, ALLOWED);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error('The metadata was accepted.');
};

describe('an app created from client metadata', () => {
  it('has the defaults of RFC 7591 §2: a confidential web app with the code flow and all allowed scopes', () => {
    expect(appOfMetadata(WEB, ALLOWED)).toStrictEqual({
      name: 'agent.example',
      app_type: 'web',
      declared_scopes: ['openid', 'projects.read'],
      default_scopes: ['openid', 'projects.read'],
      grant_types: ['authorization_code'],
      redirect_uris: WEB.redirect_uris,
      post_logout_redirect_uris: [],
      token_endpoint_auth_method: 'client_secret_basic',
      access_token_ttl_seconds: 3600,
      first_party: false,
      logo_uri: null,
      policy_uri: null,
      jwks: null,
      jwks_uri: null,
      refresh_rotation: true,
      platform_context: false,
      metadata: {},
    });
  });

  it('uses all members of the metadata except those that an app cannot choose', () => {
    const asked = {
      client_name: ' An agent ',
      redirect_uris: ['https://agent.example/cb', 'https://agent.example/other'],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'private_key_jwt',
      scope: 'projects.read offline_access',
      logo_uri: 'https://agent.example/logo.png',
      policy_uri: 'https://agent.example/policy',
      jwks: KEYS,
      first_party: true,
      client_id: 'app-console',
      platform_context: true,
      access_token_ttl_seconds: 86_400,
    };
    const app = appOfMetadata(asked, ALLOWED);
    expect(app).toMatchObject({
      name: 'An agent',
      app_type: 'web',
      declared_scopes: ['projects.read', 'offline_access'],
      default_scopes: ['projects.read', 'offline_access'],
      grant_types: asked.grant_types,
      redirect_uris: asked.redirect_uris,
      token_endpoint_auth_method: 'private_key_jwt',
      logo_uri: asked.logo_uri,
      policy_uri: asked.policy_uri,
      jwks: KEYS,
      jwks_uri: null,
      first_party: false,
      platform_context: false,
      access_token_ttl_seconds: 3600,
    });
    expect(app).not.toHaveProperty('client_id');
    const byAddress = { ...asked, jwks: undefined, jwks_uri: 'https://agent.example/jwks' };
    expect(appOfMetadata(byAddress, ALLOWED)).toMatchObject({ jwks: null, jwks_uri: byAddress.jwks_uri });
  });

  it.each([
    ['https://agent.example:8443/cb', 'agent.example:8443'],
    ['http://127.0.0.1:33418/cb', '127.0.0.1:33418'],
    ['com.example.app:/cb', 'com.example.app'],
    ['com.example.app://bank.example/cb', 'com.example.app'],
    [undefined, 'An app without a name'],
  ])('without a name is named after its redirect URI: %s becomes %s', (uri, name) => {
    const metadata = { token_endpoint_auth_method: 'none', ...(uri === undefined ? {} : { redirect_uris: [uri] }) };
    expect(appOfMetadata(metadata, ALLOWED)).toMatchObject({ name });
  });

  // RFC 8252 §8.5: a native app cannot keep a secret. §7: it uses a loopback address or a private-use scheme.
  it.each([
    ['native', 'none', ['http://127.0.0.1:33418/cb'], undefined],
    ['native', 'none', ['http://[::1]/cb', 'com.example.app:/cb'], undefined],
    ['native', 'none', ['com.example.app:/cb'], 'web'],
    ['native', 'none', ['https://agent.example/cb'], 'native'],
    ['spa', 'none', ['https://agent.example/cb'], undefined],
    ['spa', 'none', ['https://agent.example/cb', 'http://127.0.0.1/cb'], 'web'],
    ['spa', 'none', [], undefined],
    ['web', 'client_secret_basic', ['http://localhost:3000/cb'], undefined],
    ['web', 'client_secret_post', ['https://agent.example/cb'], 'native'],
  ] as const)(
    'has type %s with authentication method %s, redirect URIs %j and application_type %s',
    (appType, proof, uris, type) => {
      const metadata = { token_endpoint_auth_method: proof, redirect_uris: uris, application_type: type };
      expect(appOfMetadata(metadata, ALLOWED)).toMatchObject({ app_type: appType });
    },
  );

  it.each<[string, object, string]>([
    ['a name that is too long', { client_name: 'x'.repeat(201) }, '/client_name'],
    ['a misleading name', { client_name: 'Bank\u202e' }, '/client_name'],
    ['an empty name', { client_name: ' ' }, '/client_name'],
    ['an unknown type', { application_type: 'service' }, '/application_type'],
    ['the client credentials grant', { grant_types: ['client_credentials'] }, '/grant_types'],
    [
      'the client credentials grant together with the code flow',
      { grant_types: ['authorization_code', 'client_credentials'] },
      '/grant_types',
    ],
    ['refresh tokens without the code flow', { grant_types: ['refresh_token'] }, '/grant_types'],
    ['a duplicate grant', { grant_types: ['authorization_code', 'authorization_code'] }, '/grant_types'],
    ['a string instead of a list', { grant_types: 'authorization_code' }, '/grant_types'],
    ['the implicit flow', { response_types: ['token'] }, '/response_types'],
    ['a hybrid flow together with the code flow', { response_types: ['code', 'id_token'] }, '/response_types'],
    ['an unknown authentication method', { token_endpoint_auth_method: 'x' }, '/token_endpoint_auth_method'],
    ['a logo without TLS', { logo_uri: 'http://agent.example/l' }, '/logo_uri'],
    ['invalid keys', { jwks: { keys: [] } }, '/jwks/keys'],
    ['a software statement', { software_statement: 'eyJ' }, '/software_statement'],
  ])('is refused for %s, with a pointer to the invalid member (RFC 7591 §3.2.2)', (_what, members, pointer) => {
    expect(errorOf({ ...PUBLIC, ...members })).toEqual(refused('invalid_client_metadata', pointer));
  });

  it.each<[string, object, string]>([
    ['an http URI that is not loopback', { redirect_uris: ['http://agent.example/cb'] }, '/redirect_uris/0'],
    [
      'an invalid URI together with a valid one',
      { redirect_uris: ['https://agent.example/cb', 'https://agent.example/cb#x'] },
      '/redirect_uris/1',
    ],
    ['an invalid URI', { redirect_uris: ['nonsense'] }, '/redirect_uris/0'],
    ['URIs that are not a list', { redirect_uris: 'https://agent.example/cb' }, '/redirect_uris'],
  ])(
    'is refused for %s in its redirect URIs, with a pointer to the invalid URI (RFC 7591 §3.2.2)',
    (_what, members, pointer) => {
      expect(errorOf({ ...PUBLIC, ...members })).toEqual(refused('invalid_redirect_uri', pointer));
    },
  );

  it('is refused with invalid_client_metadata when other members are invalid too', () => {
    const error = errorOf({ ...PUBLIC, redirect_uris: ['nonsense'], logo_uri: 'nonsense' });
    expect(error).toEqual(refused('invalid_client_metadata', '/redirect_uris/0', '/logo_uri'));
  });

  it('is refused with a message that names the member and the problem', () => {
    const byShape = errorOf({ ...PUBLIC, logo_uri: 'nonsense' });
    expect(byShape.message).toBe(`/logo_uri ${byShape.fields[0]?.message}`);
    expect(byShape.fields[0]?.message).toMatch(/\w/);
    expect(errorOf({ ...PUBLIC, response_types: ['token'] })).toMatchObject({
      message: 'response_types: Only "code" is supported.',
      fields: [{ pointer: '/response_types', code: 'not_allowed', message: 'Only "code" is supported.' }],
    });
  });
});

describe('the scopes of an app that registers itself', () => {
  const scopesOf = (scope: string | undefined, ...grants: string[]): unknown => {
    const metadata = { ...PUBLIC, scope, grant_types: ['authorization_code', ...grants] };
    const { declared_scopes: declared, default_scopes: defaults } = appOfMetadata(metadata, ALLOWED);
    expect(defaults).toEqual(declared);
    return declared;
  };

  it.each([
    [undefined, ALLOWED],
    ['', ALLOWED],
    ['  ', ALLOWED],
    ['projects.read', ['projects.read']],
    ['  projects.read openid  projects.read ', ['projects.read', 'openid']],
  ])('for the request %j are %j', (scope, scopes) => {
    expect(scopesOf(scope, 'refresh_token')).toEqual(scopes);
  });

  it('exclude offline_access when the app cannot refresh (OpenID Connect Core §11)', () => {
    expect(scopesOf(undefined)).toEqual(['openid', 'projects.read']);
    expect(scopesOf('openid offline_access')).toEqual(['openid']);
  });

  it.each(['admin', 'openid admin', 'openid projects', 'OPENID', 'projects.read\tadmin'])(
    'never exceed the scopes that its token allows: %j',
    (scope) => {
      expect(errorOf({ ...PUBLIC, scope })).toEqual(refused('invalid_client_metadata', '/scope'));
    },
  );

  it('have an error message that repeats at most as much of the input as one scope can contain', () => {
    const { message } = errorOf({ ...PUBLIC, scope: 'x'.repeat(8_192) });
    expect(message).toContain(`"${'x'.repeat(128)}"`);
    expect(message.length).toBeLessThan(250);
  });
});

describe('an error from the apps module', () => {
  const field = (pointer: string) => ({ pointer, code: 'invalid', message: 'It is wrong.' });

  it.each([
    ['invalid_scope', [], 'invalid_client_metadata'],
    ['invalid_request', [], 'invalid_client_metadata'],
    ['invalid_request', [field('/logo_uri')], 'invalid_client_metadata'],
    ['invalid_request', [field('/redirect_uris/0'), field('/logo_uri')], 'invalid_client_metadata'],
    ['invalid_request', [field('/redirect_uris/0'), field('/redirect_uris/1')], 'invalid_redirect_uri'],
  ] as const)('%s with %j becomes %s (RFC 7591 §3.2.2)', (code, fields, expected) => {
    const error = asMetadataError(new AppError(code, 'Say it otherwise.', { fields }));
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({ code: expected, message: 'Say it otherwise.', fields });
  });

  it.each([
    new AppError('access_denied', 'Registration is off.'),
    new AppError('unavailable', 'Try again.'),
    Object.assign(new Error('Not of this product.'), { code: 'invalid_scope' }),
    Object.assign(new Error('Not of this product.'), { code: 'invalid_request', fields: [] }),
    null,
  ])('is unchanged when the metadata is not the cause: %s', (error) => {
    expect(asMetadataError(error)).toBe(error);
  });
});

describe('the registration response (RFC 7591 §3.2.1)', () => {
  const app: App = {
    client_id: 'app-agent',
    name: 'An agent',
    app_type: 'spa',
    declared_scopes: ['openid', 'projects.read'],
    default_scopes: ['openid'],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    redirect_uris: ['https://agent.example/cb'],
    post_logout_redirect_uris: [],
    allowed_origins: ['https://agent.example'],
    first_party: false,
    access_token_ttl_seconds: 3600,
    logo_uri: null,
    policy_uri: null,
    jwks: null,
    jwks_uri: null,
    refresh_rotation: true,
    platform_context: false,
    metadata: {},
    secrets: [],
    created_at: '2026-11-30T09:10:11.999Z',
    updated_at: '2026-11-30T10:00:00.000Z',
  };
  const registration = { token: 'rat_x', uri: 'https://id.example/v1/oauth/register/app-agent' };
  const told = {
    client_id: 'app-agent',
    client_id_issued_at: Date.UTC(2026, 10, 30, 9, 10, 11) / 1000,
    registration_access_token: 'rat_x',
    registration_client_uri: 'https://id.example/v1/oauth/register/app-agent',
    client_name: 'An agent',
    application_type: 'web',
    redirect_uris: ['https://agent.example/cb'],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
    scope: 'openid projects.read',
  };

  it('omits members without a value', () => {
    expect(informationOf(app, registration)).toStrictEqual(told);
    expect(informationOf(app, { ...registration, secret: undefined })).toStrictEqual(told);
  });

  it('has a secret, which does not expire, only if the app has one', () => {
    const proven = { client_secret: 'cs_x', client_secret_expires_at: 0 };
    expect(informationOf(app, { ...registration, secret: 'cs_x' })).toStrictEqual({ ...told, ...proven });
  });

  it.each<Partial<App>>([
    { logo_uri: 'https://agent.example/logo.png' },
    { policy_uri: 'https://agent.example/policy' },
    { jwks: { keys: [{ kty: 'RSA', n: 'AQAB', e: 'AQAB' }] } },
    { jwks_uri: 'https://agent.example/jwks' },
  ])('includes stored metadata: %j', (members) => {
    expect(informationOf({ ...app, ...members }, registration)).toStrictEqual({ ...told, ...members });
  });

  it.each([
    ['native', 'native'],
    ['web', 'web'],
    ['spa', 'web'],
    ['service', 'web'],
  ] as const)(
    'reports app type %s as %s, because OpenID Connect Registration §2 has only two types',
    (appType, type) => {
      expect(informationOf({ ...app, app_type: appType }, registration)).toMatchObject({ application_type: type });
    },
  );
});
