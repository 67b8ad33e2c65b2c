import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { AppsPort } from '../../src/modules/apps/contract/apps.port';
import { newApp } from '../../src/modules/apps/contract/apps.types';
import { localForwarder } from '../../src/roles/http/control-plane-forwarder';
import { makeUser, PASSWORD } from '../support/accounts';
import { openBackend, type TestBackend } from '../support/backend';
import { builtPackage } from '../support/built-package';
import { findChromium, launchChromium } from '../support/chromium';
import { openControlPlane } from '../support/control-plane';
import { freePorts } from '../support/free-ports';
import { call } from '../support/http-client';
import { inTenant } from '../support/jobs-world';
import { openAllCore, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { claimsOf, makeTenant, type TestTenant, tokenOf } from '../support/two-tenants';

const executable = findChromium();
const SDK = path.join(builtPackage('sdk'), 'dist/esm');
const TUS = require.resolve('tus-js-client/dist/tus.min.js');
const SCOPES = ['openid', 'projects.read', 'projects.write', 'files.read', 'files.write', 'events.read', 'skills.run'];

/** Begins a sign-in, as a page does when its user clicks a button. */
const SIGN_IN = `(async ({ baseUrl, clientId, scope }) => {
  const { CpodClient } = await import('/sdk/main.js');
  const { url, pending } = await CpodClient.beginLogin({ clientId, redirectUri: location.origin + '/', scope }, { baseUrl });
  sessionStorage.pending = JSON.stringify(pending);
  location.href = url;
})`;

/** Exchanges the code that the browser brought back. Returns the token. */
const RETURN = `(async ({ baseUrl }) => {
  const { CpodClient } = await import('/sdk/main.js');
  return (await CpodClient.exchangeCode(location.href, JSON.parse(sessionStorage.pending), { baseUrl })).accessToken;
})`;

/** Calls the API in every way that a page can. */
const CALLS = `(async ({ baseUrl, token, mcpToken }) => {
  const { CpodClient } = await import('/sdk/main.js');
  const user = CpodClient.fromToken(token, { baseUrl });
  const stream = user.events.subscribe({ types: ['coresdk.project.created'] });
  const first = stream.next();
  const made = await user.projects.create({ key: 'PAGE', name: 'From a page' });
  const { value: { event } } = await first;
  await stream.return();
  const names = [];
  for await (const { name } of user.projects.list()) names.push(name);
  const missing = await user.projects.get('prj-none').catch(({ code, requestId }) => [code, requestId.length > 0]);
  await new Promise((onSuccess, onError) => new tus.Upload(new Blob(['uploaded by a page']), {
    endpoint: baseUrl + '/v1/files/uploads',
    headers: { authorization: 'Bearer ' + token },
    metadata: { tier: 'user', path: 'page.txt', filename: 'page.txt' },
    chunkSize: 10,
    onSuccess,
    onError,
  }).start());
  const uploaded = await (await user.files.read('user', 'page.txt')).text();
  const response = await fetch(baseUrl + '/mcp', {
    method: 'POST',
    headers: {
      authorization: 'Bearer ' + mcpToken,
      'content-type': 'application/json',
      accept: 'application/json, text/event-stream',
      'mcp-protocol-version': '2025-06-18',
    },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
  });
  return { subject: event.subject.endsWith(made.id), names, missing, uploaded, mcp: response.status, tools: (await response.text()).includes('"tools"') };
})`;

const FAILURE = `(async ({ baseUrl, token }) => {
  const { CpodClient } = await import('/sdk/main.js');
  return CpodClient.fromToken(token, { baseUrl }).projects.get('prj-none').catch(({ name, message }) => [name, message]);
})`;

/** Serves pages of an application, with the SDK and a tus client, on a separate origin. */
async function servePages(): Promise<{ readonly origin: string; readonly server: Server }> {
  const server = createServer((request, response) => {
    const at = new URL(request.url ?? '/', 'http://localhost').pathname;
    if (at.startsWith('/sdk/') || at === '/tus.js') {
      const file = at === '/tus.js' ? TUS : path.join(SDK, at.slice('/sdk/'.length));
      response.setHeader('content-type', 'text/javascript').end(readFileSync(file));
    } else {
      response
        .setHeader('content-type', 'text/html')
        .end('<!doctype html><title>App</title><script src="/tus.js"></script>');
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}

(executable === null ? describe.skip : describe)('a page on another origin', () => {
  let database: TestDatabase;
  let core: TestCore;
  let controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
  let backend: TestBackend;
  let browser: Browser;
  let tenant: TestTenant;
  let baseUrl: string;
  let app: Awaited<ReturnType<typeof servePages>>;
  let strange: Awaited<ReturnType<typeof servePages>>;
  let clientId: string;
  let token: string;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    baseUrl = `http://127.0.0.1:${port}`;
    database = await createTestDatabase();
    core = await openAllCore(database, { ISSUER_URL: baseUrl });
    await core.context.init();
    controlPlane = await openControlPlane(core);
    backend = await openBackend(core, localForwarder(controlPlane.listener), port);
    tenant = await makeTenant(core, 'a');
    [app, strange] = [await servePages(), await servePages()];
    const registered = await core.context.get(AppsPort).register(
      inTenant(tenant.id),
      newApp.parse({
        name: 'Board',
        app_type: 'spa',
        redirect_uris: [`${app.origin}/`],
        declared_scopes: SCOPES,
        first_party: true,
      }),
    );
    clientId = registered.client_id;
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    for (const { server } of [app, strange]) server?.close();
    await backend?.close();
    await controlPlane?.close();
    await core?.close();
    await database?.drop();
  });

  const run = <T>(page: Page, program: string, input: object = {}): Promise<T> =>
    page.evaluate<T>(`${program}(${JSON.stringify({ baseUrl, clientId, token, ...input })})`);

  async function open(origin: string): Promise<Page> {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    await page.goto(`${origin}/`);
    return page;
  }

  it('signs in, and calls the API, streams, uploads and MCP', async () => {
    const user = await makeUser(core, tenant.id, { role: 'admin' });
    const page = await open(app.origin);
    await run(page, SIGN_IN, { scope: SCOPES.join(' ') });
    await page.locator('#email').fill(user.email);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button').click();
    await page.waitForURL((url) => url.origin === app.origin);
    token = await run<string>(page, RETURN);
    expect(claimsOf(token)).toMatchObject({ sub: user.id, app_id: clientId });
    const mcpToken = await tokenOf(core, tenant, { ...claimsOf(token), aud: `${baseUrl}/mcp` });
    expect(await run(page, CALLS, { mcpToken })).toEqual({
      subject: true,
      names: ['From a page'],
      missing: ['not_found', true],
      uploaded: 'uploaded by a page',
      mcp: 200,
      tools: true,
    });
  });

  it('gets an error that names the origin to add, if no app lists it', async () => {
    const page = await open(strange.origin);
    const reported: string[] = [];
    page.on('console', (message) => reported.push(message.text()));
    expect(await run(page, FAILURE)).toEqual([
      'BlockedOriginError',
      expect.stringContaining(`add this origin to "allowed_origins" of the app: ${strange.origin}.`),
    ]);
    expect(reported.join('\n')).toContain('blocked by CORS policy');
  });

  it('gets an error that explains the refusal, if only another app lists it', async () => {
    const other = { name: 'Other', app_type: 'spa', redirect_uris: [`${strange.origin}/`] };
    await core.context.get(AppsPort).register(inTenant(tenant.id), newApp.parse(other));
    expect(await run(await open(strange.origin), FAILURE)).toEqual([
      'ForbiddenError',
      expect.stringContaining(`The app ${clientId} does not list this origin: ${strange.origin}.`),
    ]);
    expect((await call(`${baseUrl}/v1/projects`, { token })).status).toBe(200);
  });
});
