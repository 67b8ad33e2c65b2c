import { createHash, randomBytes } from 'node:crypto';
import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import { CookieBrowser, hiddenFields, type PageAnswer } from '../../support/browser-form';
import type { Installation } from '../../support/installation';
import { OWNER } from './owner';

const CALLBACK = 'https://crm.example.com/callback';

/** @param borrow returns the installation, once it is running. */
export const signInPagesStory = (borrow: () => Installation): void =>
  describe('the sign-in pages behind the backend', () => {
    let installation: Installation;
    let app: AppWithSecret;
    let browser: CookieBrowser;

    beforeAll(async () => {
      installation = borrow();
      app = await installation.register(await installation.adminToken(), {
        name: 'Harbor CRM',
        app_type: 'web',
        grant_types: ['authorization_code'],
        redirect_uris: [CALLBACK],
        declared_scopes: ['openid', 'projects.read'],
        default_scopes: [],
      });
    });

    beforeEach(() => {
      browser = new CookieBrowser(installation.backendUrl);
    });

    const verifier = randomBytes(32).toString('base64url');
    const authorizePath = (more: Readonly<Record<string, string>> = {}): string =>
      `/oauth/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id: app.client_id,
        redirect_uri: CALLBACK,
        scope: 'openid projects.read',
        state: 'a state',
        code_challenge: createHash('sha256').update(verifier).digest('base64url'),
        code_challenge_method: 'S256',
        ...more,
      }).toString()}`;
    const location = ({ headers }: PageAnswer): string => headers.get('location') ?? '';
    const codes = async (): Promise<number> => {
      // The record is staged together with the code and delivered a moment later.
      const rows = await installation.query(
        `SELECT id FROM audit.events WHERE action = 'oauth.code.issue'
       UNION SELECT id FROM kernel.outbox WHERE payload->>'action' = 'oauth.code.issue'`,
      );
      return rows.length;
    };

    async function signIn(path = authorizePath()): Promise<PageAnswer> {
      const fields = hiddenFields(await browser.get(path));
      return browser.get(location(await browser.post('/oauth/sign-in', { ...fields, ...OWNER })));
    }

    it('give the app a code that it can exchange for a token', async () => {
      const fields = hiddenFields(await signIn());
      const answer = await browser.post('/oauth/consent', { ...fields, decision: 'allow' });
      const back = new URL(location(answer));
      expect([answer.status, back.origin + back.pathname]).toEqual([303, CALLBACK]);
      expect([back.searchParams.get('state'), back.searchParams.get('iss')]).toEqual([
        'a state',
        installation.backendUrl,
      ]);
      const token = await installation.backend('/v1/oauth/token', {
        basic: [app.client_id, app.client_secret],
        form: {
          grant_type: 'authorization_code',
          code: back.searchParams.get('code') ?? '',
          redirect_uri: CALLBACK,
          code_verifier: verifier,
        },
      });
      expect([token.status, token.text]).toEqual([200, expect.stringContaining('"id_token"')]);
    });

    it('do not issue a code for a forged form or for consent to a different request', async () => {
      const page = await signIn(authorizePath({ prompt: 'consent' }));
      const fields: Record<string, string> = { ...hiddenFields(page), decision: 'allow' };
      const before = await codes();
      const { csrf: _, ...unsigned } = fields;
      const other = new URLSearchParams(fields['request']);
      other.set('scope', 'openid');
      const forged = [
        await browser.post('/oauth/consent', unsigned),
        await browser.post('/oauth/consent', { ...fields, request: other.toString() }),
        await browser.post('/oauth/consent', fields, {
          origin: 'https://evil.example',
          'sec-fetch-site': 'cross-site',
        }),
        await new CookieBrowser(installation.backendUrl).post('/oauth/consent', fields),
      ];
      expect(forged.map(({ status, headers }) => [status, headers.get('location')])).toEqual(
        forged.map(() => [403, null]),
      );
      expect(await codes()).toBe(before);
      expect((await browser.post('/oauth/consent', fields)).status).toBe(303);
    });

    it('never sign a user in with an existing session token', async () => {
      const planted = randomBytes(32).toString('base64url');
      browser.plant('coresdk-session', planted);
      await signIn();
      expect(browser.cookies.get('coresdk-session')).not.toBe(planted);
      const attacker = new CookieBrowser(installation.backendUrl);
      attacker.plant('coresdk-session', planted);
      expect((await attacker.get(authorizePath())).text).toContain('type="password"');
    });

    it('keep their headers when proxied', async () => {
      const { headers } = await browser.get(authorizePath());
      expect(headers.get('x-frame-options')).toBe('DENY');
      expect(headers.get('content-security-policy')).toContain("frame-ancestors 'none'");
      expect(headers.get('content-security-policy')).toContain("form-action 'self' https://crm.example.com");
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.getSetCookie()).toHaveLength(2);
      expect((await browser.get('/oauth/pages.css?accent=0f766e')).headers.get('content-type')).toMatch(/^text\/css/);
    });

    it('end the session, so that the next visit asks for a password', async () => {
      await signIn();
      const page = await browser.get('/v1/oauth/logout');
      const answer = await browser.post('/v1/oauth/logout', hiddenFields(page));
      expect([answer.status, location(answer)]).toEqual([303, '/oauth/signed-out']);
      expect((await browser.get(authorizePath())).text).toContain('type="password"');
    });

    it('sign people in to the console with the same session, and its policy applies to them', async () => {
      const asked = await browser.get('/console/jobs?state=failed');
      expect(asked.status).toBe(303);
      const fields = hiddenFields(await browser.get(location(asked)));
      const signedIn = await browser.post('/oauth/console', { ...fields, ...OWNER });
      expect(location(signedIn)).toBe('/console/jobs?state=failed');
      const page = await browser.get(location(signedIn));
      expect([page.status, page.text]).toEqual([200, expect.stringContaining(OWNER.email)]);
      // It is the same session that signs in to apps.
      expect((await browser.get(authorizePath())).text).toContain('value="allow"');
    });

    it('show the same error for an unknown user and a wrong password', async () => {
      const fields = hiddenFields(await browser.get(authorizePath()));
      const faultOf = async (email: string): Promise<string | undefined> => {
        const answer = await browser.post('/oauth/sign-in', { ...fields, email, password: 'a wrong password' });
        return /role="alert"[^>]*>([^<]*)/.exec(answer.text)?.[1];
      };
      const fault = await faultOf(OWNER.email);
      expect(fault).toMatch(/password is incorrect/);
      expect(await faultOf('nobody@example.com')).toBe(fault);
    });
  });
