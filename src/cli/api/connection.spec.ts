import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CommandFault } from '../command';
import { changeContexts } from '../contexts/contexts';
import { connectionOf, tenantOf } from './connection';
import { RestClient } from './rest-client';

function faultOf(step: () => unknown): unknown {
  try {
    return step();
  } catch (error) {
    return error;
  }
}

describe('an API key', () => {
  it.each(['cpod_one\ncpod_two', 'cpod_one\r\nX-Other: 1', 'cpod_one two', 'cpod_öne', 'cpod_one\u0000'])(
    'is rejected and not shown if it contains a character that is not allowed in headers: %j',
    (key) => {
      const fault = faultOf(() => connectionOf({}, 'backend', { CPOD_API_KEY: key }));
      expect(fault).toBeInstanceOf(CommandFault);
      expect((fault as CommandFault).message).toMatch(
        /^The API key in CPOD_API_KEY contains a line break or a character/,
      );
      expect(String((fault as CommandFault).stack)).not.toMatch(/cpod_/);
    },
  );

  it('can have surrounding whitespace', () => {
    const { credential } = connectionOf({}, 'backend', { CPOD_API_KEY: ' cpod_one\n' });
    expect(credential).toEqual({ apiKey: 'cpod_one' });
  });

  it('is not shown in the error for a failed call, and neither are other headers', async () => {
    const at = { url: 'http://127.0.0.1:9', tokenPath: '/v1/oauth/token', scopes: null, tenant: null };
    const client = new RestClient({ ...at, credential: { apiKey: 'cpod_one\ncpod_two' } }, []);
    const fault = await client.call('GET', '/v1/jobs').catch((error: unknown) => error);
    expect(fault).toBeInstanceOf(CommandFault);
    const text = `${(fault as Error).stack} ${String((fault as Error).cause)}`;
    expect(text).not.toMatch(/cpod_/);
    const headers = { 'if-match': 'secret\n"1"' };
    const other = await client.call('GET', '/v1/jobs', { headers }).catch((error: unknown) => error);
    expect(other).toBeInstanceOf(CommandFault);
    expect(String((other as Error).stack)).not.toMatch(/secret/);
  });
});

describe('the order of settings', () => {
  let folder: string;
  let files: Readonly<Record<'key' | 'secret', string>>;
  let environment: Readonly<Record<string, string>>;
  const HOME = 'https://home.example';

  beforeEach(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'coresdk-connection-'));
    environment = { XDG_CONFIG_HOME: folder };
    files = { key: path.join(folder, 'key'), secret: path.join(folder, 'secret') };
    writeFileSync(files.key, 'cpod_context\n');
    writeFileSync(files.secret, 'cs_context\n');
    const base = { url: HOME, controlPlaneUrl: 'https://cp.example', tenant: 'acme' };
    await changeContexts(environment, () => ({
      current: 'key',
      contexts: {
        key: { ...base, signIn: { by: 'api-key', file: files.key } },
        app: { ...base, controlPlaneUrl: null, signIn: { by: 'app', clientId: 'app-x', secretFile: files.secret } },
        person: { ...base, signIn: { by: 'browser' } },
      },
    }));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it('is options, variables, context, default', () => {
    const variables = { ...environment, CPOD_URL: 'https://var.example', CPOD_API_KEY: 'cpod_variable' };
    const options = { url: 'https://opt.example', 'client-id': 'app-o', 'client-secret-file': files.secret };
    expect(connectionOf(options, 'backend', variables)).toMatchObject({
      url: 'https://opt.example',
      credential: { clientId: 'app-o', clientSecret: 'cs_context' },
    });
    expect(connectionOf({}, 'backend', variables)).toMatchObject({
      url: 'https://var.example',
      credential: { apiKey: 'cpod_variable' },
    });
    expect(connectionOf({}, 'backend', environment)).toMatchObject({
      url: HOME,
      credential: { apiKey: 'cpod_context' },
    });
    expect(connectionOf({}, 'control-plane', environment)).toMatchObject({ url: 'https://cp.example' });
    expect(connectionOf({ context: 'app' }, 'backend', environment)).toMatchObject({
      credential: { clientId: 'app-x', clientSecret: 'cs_context' },
    });
    const apart = { XDG_CONFIG_HOME: path.join(folder, 'none'), CPOD_API_KEY: 'cpod_variable' };
    expect(connectionOf({}, 'backend', apart)).toMatchObject({ url: 'http://localhost:8000' });
  });

  it('does not read the files of a person if everything is set, unless a context is named', () => {
    chmodSync(path.join(folder, 'coresdk'), 0o755);
    const variables = { ...environment, CPOD_URL: HOME, CPOD_API_KEY: 'cpod_variable' };
    expect(connectionOf({}, 'backend', variables)).toMatchObject({ credential: { apiKey: 'cpod_variable' } });
    expect(() => connectionOf({ context: 'key' }, 'backend', variables)).toThrow('Run: chmod 700');
  });

  it.each(['key', 'app', 'person'])('never sends the credentials of the context "%s" to another address', (context) => {
    expect(() => connectionOf({ context, url: 'https://evil.example' }, 'backend', environment)).toThrow(
      `The credentials of the context "${context}" are for ${HOME}, not for https://evil.example.`,
    );
  });

  it('includes the tenant of the context only with the credentials of the context', () => {
    expect(connectionOf({}, 'backend', environment).tenant).toBe('acme');
    const variables = { ...environment, CPOD_API_KEY: 'cpod_variable' };
    expect(connectionOf({}, 'backend', variables).tenant).toBeNull();
    expect(connectionOf({ context: 'app' }, 'backend', variables).tenant).toBeNull();
  });

  it('names the missing part', () => {
    const apart = { XDG_CONFIG_HOME: path.join(folder, 'none') };
    expect(() => connectionOf({}, 'backend', apart)).toThrow(/^Credentials are missing\. Run "coresdk login", or set/);
    expect(() => connectionOf({ 'client-id': 'app-x' }, 'backend', environment)).toThrow('An app needs both');
    expect(() => connectionOf({ context: 'app' }, 'control-plane', environment)).toThrow(
      'coresdk login --context app --control-plane-url <address>',
    );
  });
});

describe('the tenant', () => {
  it('is the option, then that of the context', () => {
    expect(tenantOf('other', { tenant: 'acme' })).toBe('other');
    expect(tenantOf(undefined, { tenant: 'acme' })).toBe('acme');
  });

  it('must be named in one of two ways', () => {
    expect(() => tenantOf(undefined, { tenant: null })).toThrow(
      'Name the tenant: use --tenant <ID or slug>, or sign in to it with "coresdk login".',
    );
    // Such as an unset variable of a script: the tenant of the context would be a different one.
    expect(() => tenantOf(' ', { tenant: 'acme' })).toThrow('--tenant must not be empty.');
  });
});
