import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { type OAuthClientProvider, UnauthorizedError } from '@modelcontextprotocol/sdk/client/auth.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import type { OAuthClientInformationMixed, OAuthTokens } from '@modelcontextprotocol/sdk/shared/auth.js';
import type { Browser } from 'playwright-core';
import { SelfRegistrationAdminPort } from '../../src/modules/apps/contract/self-registration-admin.port';
import { newInitialToken } from '../../src/modules/apps/contract/self-registration.types';
import { localForwarder } from '../../src/roles/http/control-plane-forwarder';
import { makeUser, PASSWORD } from '../support/accounts';
import { openBackend, type TestBackend } from '../support/backend';
import { findChromium, launchChromium } from '../support/chromium';
import { openControlPlane } from '../support/control-plane';
import { freePorts } from '../support/free-ports';
import { call } from '../support/http-client';
import { inTenant } from '../support/jobs-world';
import { openAllCore, type TestCore } from '../support/test-core';
import { createTestDatabase, type TestDatabase } from '../support/test-database';
import { claimsOf, makeTenant, tokenOf, type TestTenant } from '../support/two-tenants';

const executable = findChromium();
const CALLBACK = 'http://127.0.0.1:33418/callback';

/** The storage of an agent program, which has no information about the server when it starts. */
class AgentMemory implements OAuthClientProvider {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata = {
    client_name: 'An agent of the tests',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    token_endpoint_auth_method: 'none',
  };
  information: OAuthClientInformationMixed | undefined;
  kept: OAuthTokens | undefined;
  sentTo: URL | undefined;
  private verifier = '';

  clientInformation = (): OAuthClientInformationMixed | undefined => this.information;
  saveClientInformation = (information: OAuthClientInformationMixed): void => void (this.information = information);
  tokens = (): OAuthTokens | undefined => this.kept;
  saveTokens = (tokens: OAuthTokens): void => void (this.kept = tokens);
  redirectToAuthorization = (url: URL): void => void (this.sentTo = url);
  saveCodeVerifier = (verifier: string): void => void (this.verifier = verifier);
  codeVerifier = (): string => this.verifier;
}

(executable === null ? describe.skip : describe)('an agent that knows only a URL', () => {
  let database: TestDatabase;
  let core: TestCore;
  let controlPlane: Awaited<ReturnType<typeof openControlPlane>>;
  let backend: TestBackend;
  let browser: Browser;
  let tenant: TestTenant;
  let url: string;

  beforeAll(async () => {
    const [port = 0] = await freePorts(1);
    url = `http://127.0.0.1:${port}`;
    database = await createTestDatabase();
    core = await openAllCore(database, { ISSUER_URL: url, LIMIT_PER_ADDRESS: '0' });
    await core.context.init();
    controlPlane = await openControlPlane(core);
    backend = await openBackend(core, localForwarder(controlPlane.listener), port);
    tenant = await makeTenant(core, 'a');
    browser = await launchChromium(executable ?? '');
  });

  afterAll(async () => {
    await browser?.close();
    await backend?.close();
    await controlPlane?.close();
    await core?.close();
    await database?.drop();
  });

  /** Enables client registration as an administrator. @returns the registration token */
  async function invite(): Promise<string> {
    const admin = core.context.get(SelfRegistrationAdminPort);
    await admin.set(inTenant(tenant.id), { enabled: true });
    return (await admin.createToken(inTenant(tenant.id), newInitialToken.parse({ name: 'Agents' }))).token;
  }

  /** Signs in and consents. @returns the code that the agent receives */
  async function agree(at: URL, email: string): Promise<string> {
    const page = await (await browser.newContext({ locale: 'en-GB' })).newPage();
    const back = new Promise<string>((resolve) => {
      void page.route(`${CALLBACK}**`, async (route) => {
        resolve(route.request().url());
        await route.fulfill({ body: 'You can close this window.' });
      });
    });
    await page.goto(at.href);
    await page.locator('#email').fill(email);
    await page.locator('#password').fill(PASSWORD);
    await page.locator('form button').click();
    await page.locator('button[value=allow]').waitFor();
    expect(await page.locator('main').innerText()).toContain('An agent of the tests');
    await page.locator('button[value=allow]').click();
    return new URL(await back).searchParams.get('code') ?? '';
  }

  it('discovers the authorization server, signs in and calls a skill', async () => {
    const skill = {
      runtime: 'javascript',
      source: 'export default ({ name }) => ({ greeting: `hello ${name}` })',
      inputSchema: { type: 'object', required: ['name'], properties: { name: { type: 'string' } } },
      outputSchema: { type: 'object', required: ['greeting'], properties: { greeting: { type: 'string' } } },
    };
    const token = await tokenOf(core, tenant, { scope: 'skills.read skills.write' });
    expect((await call(`${url}/v1/skills/greet`, { method: 'PUT', token, json: skill })).status).toBe(200);
    const user = await makeUser(core, tenant.id);
    const invitation = await invite();
    const memory = new AgentMemory();
    const open = (): StreamableHTTPClientTransport =>
      new StreamableHTTPClientTransport(new URL(`${url}/mcp`), {
        authProvider: memory,
        fetch: (target, init) => {
          const headers = new Headers(init?.headers);
          if (new URL(target).pathname.endsWith('/register')) headers.set('authorization', `Bearer ${invitation}`);
          return fetch(target, { ...init, headers });
        },
      });
    const first = open();
    await expect(new Client({ name: 'agent', version: '1' }).connect(first)).rejects.toThrow(UnauthorizedError);
    expect(memory.information?.client_id).toMatch(/^app-/);
    expect(memory.sentTo?.searchParams.get('resource')).toBe(`${url}/mcp`);
    await first.finishAuth(await agree(memory.sentTo ?? new URL(url), user.email));
    const claims = claimsOf(memory.kept?.access_token ?? '');
    expect(claims).toMatchObject({ sub: user.id, tenant_id: tenant.id, scope: 'skills.run' });
    const client = new Client({ name: 'agent', version: '1' });
    await client.connect(open());
    const { tools } = await client.listTools();
    expect(tools.map(({ name }) => name)).toContain('greet');
    expect(await client.callTool({ name: 'greet', arguments: { name: 'Ada' } })).toMatchObject({
      structuredContent: { greeting: 'hello Ada' },
    });
    await client.close();
    // The token is valid only for that resource.
    expect((await call(`${url}/v1/skills`, { token: memory.kept?.access_token ?? '' })).status).toBe(401);
  });
});
