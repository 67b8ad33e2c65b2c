import { CpodClient } from '../../sdk/src/client.js';
import { hasPython } from '../support/python-environment';
import { PythonExample } from '../support/python-example';
import { eventually } from '../support/eventually';
import type { ExampleWorld } from '../support/session-example.suite';
import { startExampleWorld } from '../support/session-example-world';

const NAMES = ['fastapi', 'django'];
const SCOPES = ['orders.read', 'orders.write'];

const isUsable = hasPython();
if (!isUsable)
  process.stderr.write('Skipped: the Python examples (this machine has no Python 3.10 with python3-venv).\n');

const examples = new Map<string, PythonExample>();
let world: ExampleWorld;

beforeAll(async () => {
  if (!isUsable) return;
  // Before the first request, because pip blocks this process, and idle connections would be lost without notice.
  for (const name of NAMES) examples.set(name, await PythonExample.install(name));
  world = await startExampleWorld();
}, 900_000);

afterAll(() => world?.installation.remove());

function installed(name: string): PythonExample {
  const example = examples.get(name);
  if (example === undefined) throw new Error(`The example ${name} is not installed.`);
  return example;
}

/** Calls the control plane as the administrator. */
async function control(target: string, body?: unknown): Promise<Response> {
  const authorization = `Bearer ${await world.admin.accessToken()}`;
  return fetch(`${world.installation.controlPlaneUrl}/api/v1/${target}`, {
    headers: { authorization, 'content-type': 'application/json' },
    ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
  });
}

/** Defines the scopes of the API, which both examples share. */
async function defineScopes(): Promise<void> {
  for (const name of SCOPES) {
    expect([201, 409]).toContain((await control('scopes', { name, description: name })).status);
  }
}

(isUsable ? describe : describe.skip).each(NAMES)('the example project with %s', (name) => {
  const callExample: PythonExample['call'] = (...request) => installed(name).call(...request);
  let variables: Readonly<Record<string, string>>;
  let tokenFor: (scope: string) => Promise<string>;

  beforeAll(async () => {
    await defineScopes();
    const { admin, installation } = world;
    const api = await admin.apps.register({ name: 'Orders API', declared_scopes: ['audit.write'] });
    const caller = await admin.apps.register({ name: 'Caller', declared_scopes: SCOPES });
    const baseUrl = installation.backendUrl;
    variables = {
      CPOD_BASE_URL: baseUrl,
      CPOD_CLIENT_ID: api.client_id,
      CPOD_CLIENT_SECRET: api.client_secret ?? '',
    };
    tokenFor = (scope) => {
      const { client_id: clientId, client_secret: clientSecret = '' } = caller;
      return new CpodClient({ clientId, clientSecret, scope, baseUrl }).accessToken();
    };
    installed(name).start(variables);
    await eventually(() => callExample('/orders/42'));
  });

  afterAll(() => examples.get(name)?.stop());

  it('lets in a caller whose token has the scope', async () => {
    const reader = await tokenFor('orders.read');
    expect(await callExample('/orders/42', reader)).toMatchObject({
      status: 200,
      body: { order: { id: '42', status: 'open' } },
    });
  });

  it('refuses a caller without a token, and one with an invalid token', async () => {
    const reader = await tokenFor('orders.read');
    for (const token of [undefined, `${reader}x`]) {
      expect(await callExample('/orders/42', token)).toMatchObject({ status: 401, body: { error: 'unauthorized' } });
    }
  });

  it('refuses a caller whose token lacks the scope, and changes nothing', async () => {
    const reader = await tokenFor('orders.read');
    expect(await callExample('/orders/42/close', reader, 'POST')).toMatchObject({ status: 403 });
    expect(await callExample('/orders/42', reader)).toMatchObject({ body: { order: { status: 'open' } } });
  });

  it('records the change that a caller makes', async () => {
    const writer = await tokenFor(SCOPES.join(' '));
    expect(await callExample('/orders/42/close', writer, 'POST')).toMatchObject({
      status: 200,
      body: { status: 'closed' },
    });
    const events = await control(`audit?action=order.close&actor=${variables['CPOD_CLIENT_ID']}`);
    const { items } = (await events.json()) as { readonly items: readonly unknown[] };
    expect(items).toHaveLength(1);
  });
});
