import { call } from '../support/http-client';
import { DevServer } from '../support/dev-server';
import { eventually } from '../support/eventually';
import { bundleOf } from '../support/make-tar';

/** The source of the description that every unknown path gets. */
const ERRORS = 'src/kernel/http/errors/http-error.ts';
const SAID = 'This path does not exist.';
const SQL = 'src/modules/config/storage/sql/defaults.sql';
const HANDLER = 'src/modules/masking/worker/masking.handler.ts';

let dev: DevServer;

beforeAll(async () => {
  dev = await DevServer.start();
  await untilSaid(SAID);
});

afterAll(() => dev.remove());

/** Waits until the product describes an unknown path with this text. */
function untilSaid(description: string): Promise<void> {
  return eventually(async () => expect(await dev.text('/nothing')).toContain(`"error_description":"${description}"`));
}

/** Returns how often the command has reported a restart. */
function restarts(): number {
  return dev.output.split(/restarted in [\d.]+ s/).length - 1;
}

describe('npm run dev', () => {
  it('restarts the product after a change, on the same database', async () => {
    const database = dev.databasePid();
    dev.change(ERRORS, SAID, 'Nobody lives here.');
    await untilSaid('Nobody lives here.');
    await eventually(() => expect(restarts()).toBe(1));
    expect(dev.databasePid()).toBe(database);
  });

  it('loads a changed SQL function', async () => {
    const url = `${dev.controlPlaneUrl}/api/v1/config`;
    const token = await dev.adminToken('admin platform.admin');
    const greeting = async (): Promise<unknown> => (await call(`${url}/greeting`, { token })).body['value'];
    await call(`${url}/defaults/greeting`, { method: 'PUT', token, json: { value: 'stored' } });
    await eventually(async () => expect(await greeting()).toBe('stored'));
    dev.change(SQL, 'SELECT v.version, v.entries,', `SELECT v.version, v.entries || '{"greeting":"computed"}',`);
    await eventually(async () => expect(await greeting()).toBe('computed'));
    await eventually(() => expect(restarts()).toBe(2));
  });

  it('lets the command line call the changed product, and does not restart it for a change to the command line', async () => {
    dev.change('src/cli/config/config.operations.ts', 'the configuration of a tenant', 'the settings of a tenant');
    expect(await dev.coresdk('config', 'get', '--help')).toContain('Show a value of the settings of a tenant');
    expect(await dev.coresdk('config', 'get', 'greeting', '--only', 'value')).toBe('computed\n');
    expect(restarts()).toBe(2);
  });

  it('serves a changed page', async () => {
    const title = (text: string): string => `<h1>${text}</h1>`;
    const [before, after] = ['This app cannot be used here', 'This app is not for you'];
    expect(await dev.text('/oauth/password')).toContain(title(before));
    dev.change('src/modules/sign-in-pages/rest/text/en.ts', before, after);
    await eventually(async () => expect(await dev.text('/oauth/password')).toContain(title(after)));
  });

  it('runs changed code in worker threads', async () => {
    const token = await dev.tokenWith('masking.mask');
    // A caller's pattern runs only in a thread.
    const json = { value: 'Order 4711 of Ann', extraPatterns: ['Order [0-9]+'] };
    const masked = async (): Promise<unknown> =>
      (await call(`${dev.url}/v1/masking/mask-string`, { token, json })).body['maskedValue'];
    await eventually(async () => expect(await masked()).toMatch(/of Ann$/));
    dev.change(HANDLER, '[kind](input)', '[kind](`${input}a`)');
    await eventually(async () => expect(await masked()).toMatch(/of Anna$/));
  });

  it('runs changed code of a package developed here', async () => {
    const token = await dev.adminToken('admin');
    // The set has no end.
    const bundle = bundleOf({ 'authz.rego': 'package coresdk.authz\n\nnames := {"ann" "bob"}\n' });
    const json = { bundle_b64: bundle.toString('base64') };
    const refusal = async (): Promise<string> =>
      (await call(`${dev.controlPlaneUrl}/api/v1/policies`, { method: 'PUT', token, json })).text;
    await eventually(async () => expect(await refusal()).toContain('non-terminated set'));
    dev.change('rego/src/syntax/parse-collections.ts', 'non-terminated set', 'set without an end');
    await eventually(async () => expect(await refusal()).toContain('set without an end'));
  });

  it('reports an error in TypeScript or SQL, and continues after the next good change', async () => {
    dev.change(ERRORS, "'Nobody lives here.'", "'Nobody lives here.");
    const line = dev.lineOf(ERRORS, 'Nobody lives here.');
    await eventually(() => expect(dev.output).toContain(`${ERRORS}:${line}: Unterminated string constant`));
    expect(await dev.text('/nothing')).toContain('Nobody lives here.');
    dev.change(ERRORS, "'Nobody lives here.", "'Somebody lives here.'");
    await untilSaid('Somebody lives here.');

    dev.change(SQL, 'LANGUAGE sql', 'LANGUID sql');
    // The stack trace names the source, not the bundle.
    await eventually(() =>
      expect(dev.output).toMatch(
        /syntax error at or near "LANGUID"[^]*\/src\/kernel\/database\/sql-functions\.ts:\d+:\d+\)/,
      ),
    );
    dev.change(SQL, 'LANGUID sql', 'LANGUAGE sql');
    await untilSaid('Somebody lives here.');
  });

  it('stops all processes that it started', async () => {
    const database = dev.databasePid();
    expect(await dev.end('SIGINT')).toBe(0);
    expect(await dev.text('/nothing')).toBe('');
    // By now, it is the child of another process, which still has to collect its exit code.
    await eventually(() => expect(() => process.kill(database, 0)).toThrow('ESRCH'));
  });
});
