import { openStandIn, type StandIn } from '../../../../test/support/http-stand-in';
import { Secret } from '../../../kernel/config/secret';
import type { SecretPlace } from './secret-provider';
import { vaultHeaders, VaultProvider } from './vault.provider';
import { VaultToken } from './vault-token';

const CANARY = 'canary-of-vault-0b7e';

let vault: StandIn;

beforeEach(async () => {
  vault = await openStandIn();
});

afterEach(async () => {
  await vault.close();
});

const options = () => ({ address: vault.url, namespace: 'team', mount: 'kv/own', prefix: 'coresdk/', timeoutMs: 400 });
const withToken = () => new VaultProvider(options(), new VaultToken(new Secret('s.token')));
const withRole = () =>
  new VaultProvider(
    options(),
    new VaultToken({
      loginUrl: new URL(`${vault.url}/v1/auth/approle/login`),
      roleId: 'role',
      secretId: new Secret('secret-id'),
      headers: vaultHeaders('team'),
      timeoutMs: 400,
    }),
  );

const at = (path: string, version = ''): SecretPlace => ({ tenantId: 'tnt-1', tenantSlug: 'acme', path, version });

/** "Read secret version" of the KV version 2 API. */
const read = (data: object, version = 3) => ({
  status: 200,
  body: {
    request_id: 'x',
    lease_id: '',
    renewable: false,
    lease_duration: 0,
    data: { data, metadata: { created_time: '2026-01-01T00:00:00Z', deletion_time: '', destroyed: false, version } },
  },
});

async function text(provider: VaultProvider, place: SecretPlace): Promise<readonly [string, string]> {
  const { value, version } = await provider.read(place);
  return [value.toString(), version];
}

describe('Vault', () => {
  it("receives a request below the tenant's path, with mount, namespace and token", async () => {
    vault.answer = () => read({ value: 'x' });
    expect(await text(withToken(), at('db/main', '2'))).toEqual(['x', '3']);
    const [request] = vault.received;
    expect(request?.url.href).toBe('http://stand-in/v1/kv/own/data/coresdk/acme/db/main?version=2');
    expect(request?.headers).toMatchObject({
      'x-vault-token': 's.token',
      'x-vault-namespace': 'team',
      'x-vault-request': 'true',
    });
  });

  it.each([
    ['db#password', { password: 'p', user: 'u' }, 'p'],
    ['db', { value: 'v', other: 'o' }, 'v'],
    ['db', { only: 'one' }, 'one'],
    ['db', { a: '1', b: 2 }, '{"a":"1","b":2}'],
    ['db#port', { port: 5432, x: '' }, '5432'],
  ])('for the path %s with the data %j, returns the value %s', async (path, data, value) => {
    vault.answer = () => read(data);
    expect(await text(withToken(), at(path))).toEqual([value, '3']);
  });

  it('receives paths with special characters escaped', async () => {
    vault.answer = () => read({ value: 'x' });
    await withToken().read(at('a b?version=9&x=%2e'));
    expect(vault.received[0]?.url.pathname).toBe('/v1/kv/own/data/coresdk/acme/a%20b%3Fversion%3D9%26x%3D%252e');
    expect(vault.received[0]?.url.search).toBe('');
  });

  it('returns not_found for a missing path or member, a deleted version or an invalid version', async () => {
    const deleted = { data: { data: null, metadata: { deletion_time: '2026-01-01T00:00:00Z', version: 2 } } };
    vault.answer = ({ url }) => {
      if (url.pathname.endsWith('/deleted')) return { status: 404, body: deleted };
      return url.pathname.endsWith('/there') ? read({ a: '1', b: '2' }) : { status: 404, body: { errors: [] } };
    };
    for (const place of [
      at('nothing'),
      at('deleted'),
      at('there#c'),
      at('there#__proto__'),
      at('there', 'x'),
      at('a#b#c'),
    ])
      await expect(withToken().read(place)).rejects.toMatchObject({ code: 'not_found' });
  });

  it.each([429, 472, 473, 500, 502, 503, 307])('is unavailable if it responds with %d', async (status) => {
    vault.answer = () => ({ status, body: { errors: [CANARY] }, headers: { location: `${vault.url}/elsewhere` } });
    const refused = withToken().read(at('x'));
    await expect(refused).rejects.toMatchObject({ code: 'unavailable', message: 'Vault is unavailable.' });
    expect(vault.received).toHaveLength(1);
  });

  it('is unavailable when it does not respond or cannot be reached', async () => {
    vault.answer = () => new Promise(() => undefined);
    await expect(withToken().read(at('x'))).rejects.toMatchObject({ code: 'unavailable' });
    const provider = withToken();
    await vault.close();
    await expect(provider.read(at('x'))).rejects.toMatchObject({ code: 'unavailable' });
  });

  it.each([
    ['a different shape', { status: 200, body: { data: CANARY } }],
    ['invalid JSON', { status: 200, body: `{"data": ${CANARY}` }],
    ['a refusal', { status: 403, body: { errors: [CANARY] } }],
    ['a bad request', { status: 400, body: { errors: [CANARY] } }],
    ['a value that is too large', read({ value: 'x'.repeat(65_537) })],
    ['a response that is too large', read({ value: 'x'.repeat(600_000) })],
  ])('fails on %s, without repeating the response', async (_name, answer) => {
    vault.answer = () => answer;
    const error: unknown = await withToken()
      .read(at('x'))
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'internal' });
    const words = error instanceof Error ? [error.stack, error.cause instanceof Error ? error.cause.stack : ''] : [];
    expect(words.join()).not.toContain(CANARY);
  });

  it('logs in with an AppRole once, and again when the token has expired', async () => {
    let logins = 0;
    vault.answer = ({ url, headers, body }) => {
      if (url.pathname === '/v1/auth/approle/login') {
        expect(JSON.parse(body)).toEqual({ role_id: 'role', secret_id: 'secret-id' });
        return {
          status: 200,
          body: { auth: { client_token: `s.${++logins}`, lease_duration: 3600, renewable: true } },
        };
      }
      const isGood = headers['x-vault-token'] === 's.1' ? vault.received.length < 5 : true;
      return isGood
        ? read({ value: String(headers['x-vault-token']) })
        : { status: 403, body: { errors: ['permission denied'] } };
    };
    const provider = withRole();
    const both = await Promise.all([text(provider, at('x')), text(provider, at('y'))]);
    expect(both.map(([value]) => value)).toEqual(['s.1', 's.1']);
    expect(await text(provider, at('x'))).toEqual(['s.1', '3']);
    expect(await text(provider, at('x'))).toEqual(['s.2', '3']);
    expect(logins).toBe(2);
  });

  it('fails when it rejects the AppRole', async () => {
    vault.answer = () => ({ status: 400, body: { errors: ['invalid role or secret ID'] } });
    await expect(withRole().read(at('x'))).rejects.toMatchObject({
      code: 'internal',
      message: 'Vault refused the AppRole.',
    });
  });
});
