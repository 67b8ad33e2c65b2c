import type { App, AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { Tenant } from '../../../src/modules/tenants/contract/tenants.types';
import { openStream } from '../../support/event-source';
import { eventually } from '../../support/eventually';
import { type Answer, type Call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

const PAGE = 'https://page.example.com';
const OTHER_PAGE = 'https://other-page.example.com';
const STRANGER = 'https://stranger.example.com';
const SCOPES = ['admin', 'events.read', 'projects.read', 'projects.write'];

/** A path that the backend serves itself, and a path that it forwards to the control plane. */
const [OWN, FORWARDED] = ['/v1/projects', '/v1/oauth/apps'] as const;
const PATHS = [OWN, FORWARDED] as const;

/**
 * Pages call a backend that forwards some paths to a control plane in another process.
 * @param borrow returns the installation, once it is running.
 */
export const pagesStory = (borrow: () => Installation): void =>
  describe('pages of other origins', () => {
    let installation: Installation;
    let app: AppWithSecret;
    let token: string;

    beforeAll(async () => {
      installation = borrow();
      const admin = await installation.adminToken();
      const scopes = { declared_scopes: SCOPES, default_scopes: SCOPES };
      app = await installation.register(admin, { ...scopes, allowed_origins: [PAGE] });
      await installation.register(admin, { allowed_origins: [OTHER_PAGE] });
      token = await installation.token(app.client_id, app.client_secret);
      // The processes learn of the apps from the change feed.
      await eventually(async () => {
        for (const origin of [PAGE, OTHER_PAGE]) expect((await preflight(OWN, origin)).status).toBe(204);
      });
    });

    const send = (path: string, origin: string, options: Call = {}): Promise<Answer<unknown>> =>
      installation.backend(path, { token, ...options, headers: { origin, ...options.headers } });

    const preflight = (path: string, origin: string): Promise<Answer<unknown>> =>
      installation.backend(path, {
        method: 'OPTIONS',
        headers: {
          origin,
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'authorization,content-type',
        },
      });

    /** Asserts that pages of an origin can read a response and its headers; `null` for a response that no page can read. */
    function expectReadable({ headers }: Answer<unknown>, origin: string | null): void {
      expect(headers.get('access-control-allow-origin')).toBe(origin);
      expect(headers.get('access-control-expose-headers')?.includes('X-Request-Id') === true).toBe(origin !== null);
      expect(headers.get('vary')).toBe('Origin');
      expect(headers.has('access-control-allow-credentials')).toBe(false);
    }

    it.each(PATHS)('get a response to their preflight of %s', async (path) => {
      const allowed = await preflight(path, PAGE);
      expect([allowed.status, allowed.headers.get('access-control-allow-origin')]).toEqual([204, PAGE]);
      expect(allowed.headers.get('access-control-allow-headers')).toBe('authorization,content-type');
      const refused = await preflight(path, STRANGER);
      expectReadable(refused, null);
      expect(expectError(refused, 403, 'forbidden').reason).toBe('origin_not_allowed');
    });

    it.each(PATHS)('can call %s with tokens of an app that lists them', async (path) => {
      const listed = await send(path, PAGE);
      expect(listed.status).toBe(200);
      expectReadable(listed, PAGE);
      const invalid = await send(path, PAGE, { json: { name: 7 } });
      expectError(invalid, 400, 'invalid_request');
      expectReadable(invalid, PAGE);
      const missing = await send(`${path}/none`, PAGE);
      expectError(missing, 404, 'not_found');
      expectReadable(missing, PAGE);
      const unknown = await send(path, PAGE, { token: 'not-a-token' });
      expect(expectError(unknown, 401, 'unauthorized').reason).toBe('token_malformed');
      expect(unknown.headers.get('www-authenticate')).toContain('error="invalid_token"');
      expectReadable(unknown, PAGE);
    });

    it.each([
      [OWN, OTHER_PAGE, OTHER_PAGE],
      [FORWARDED, OTHER_PAGE, OTHER_PAGE],
      [OWN, STRANGER, null],
      [FORWARDED, STRANGER, null],
    ] as const)('cannot call %s from %s, which the app does not list', async (path, origin, readableFor) => {
      const refused = await send(path, origin, { json: { key: 'STR', name: 'By a stranger' } });
      expectReadable(refused, readableFor);
      expect(expectError(refused, 403, 'forbidden').reason).toBe('origin_not_allowed');
      const sql = 'SELECT outcome, reason FROM audit.events WHERE request_id = $1';
      expect(await installation.query(sql, [refused.requestId])).toEqual([
        { outcome: 'denied', reason: 'origin_not_allowed' },
      ]);
    });

    it('can get tokens from every origin', async () => {
      const form = { grant_type: 'client_credentials' };
      const basic = [app.client_id, app.client_secret] as const;
      const issued = await installation.backend('/v1/oauth/token', { basic, form, headers: { origin: STRANGER } });
      expect(issued.status).toBe(200);
      expectReadable(issued, '*');
      expect((await preflight('/v1/oauth/token', STRANGER)).headers.get('access-control-allow-origin')).toBe('*');
    });

    it('can follow events of changes that the control plane makes', async () => {
      const follow = (origin: string) =>
        openStream(`${installation.backendUrl}/v1/events?type=coresdk.app.*`, { token, headers: { origin } });
      const [stream, refused] = [await follow(PAGE), await follow(OTHER_PAGE)];
      expect(refused.response.status).toBe(403);
      expect(stream.response.headers.get('access-control-allow-origin')).toBe(PAGE);
      expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
      const made = await send(FORWARDED, PAGE, { json: { name: 'From a page' } });
      expect(made.status).toBe(201);
      expectReadable(made, PAGE);
      const { client_id: clientId } = made.body as App;
      await eventually(() => {
        const subjects = stream.events.map(({ data }) => (JSON.parse(data) as { readonly subject: string }).subject);
        expect(subjects).toContain(`app/${clientId}`);
      });
      stream.close();
      await stream.ended;
    });

    it('are no longer listed once the control plane has suspended their tenant', async () => {
      const origin = 'https://suspended.example.com';
      const service = { token: installation.secrets.controlPlaneToken };
      const json = { slug: 'with-a-page', name: 'With a page' };
      const { id } = (await installation.controlPlane<Tenant>('/api/v1/tenants', { ...service, json })).body;
      const withOrigin = { ...service, json: { name: 'Page', allowed_origins: [origin] } };
      expect((await installation.controlPlane(`/api/v1/apps?tenant=${id}`, withOrigin)).status).toBe(201);
      await eventually(async () => expect((await preflight(OWN, origin)).status).toBe(204));
      const suspended = await installation.controlPlane(`/api/v1/tenants/${id}/suspend`, {
        ...service,
        method: 'POST',
      });
      expect(suspended.status).toBe(200);
      await eventually(async () => expect((await preflight(OWN, origin)).status).toBe(403));
    });

    it('can read the error while the control plane is not running', async () => {
      await installation.process('control-plane').kill();
      try {
        expect((await preflight(FORWARDED, PAGE)).status).toBe(204);
        const failed = await send(FORWARDED, PAGE);
        expect(expectError(failed, 503, 'unavailable').reason).toBe('control_plane_unavailable');
        expectReadable(failed, PAGE);
        expectReadable(await send(FORWARDED, STRANGER), null);
      } finally {
        await installation.launch();
      }
      expect((await send(FORWARDED, PAGE)).status).toBe(200);
    });
  });
