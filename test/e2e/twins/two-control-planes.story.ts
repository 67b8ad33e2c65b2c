import type { RegisteredApp } from '../../../src/modules/apps/contract/apps.types';
import type { TokenAnswer } from '../../../src/modules/oauth/contract/oauth.types';
import { CookieBrowser, hiddenFields } from '../../support/browser-form';
import { eventually } from '../../support/eventually';
import { freePorts } from '../../support/free-ports';
import { type Answer, call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { authorizationParameters, codeForm, pkce } from '../../support/people';
import { RoleProcess } from '../../support/role-process';
import { OWNER } from '../people/owner';

const AT_ONCE = 20;
const ROUNDS = 3;

/**
 * Two control planes behind one load balancer: both can receive the same request at the same time.
 * @param borrow returns the installation, once it is running.
 */
export const twoControlPlanesStory = (borrow: () => Installation): void =>
  describe('two control planes on one database', () => {
    let installation: Installation;
    let second: RoleProcess;
    let urls: readonly string[];
    let app: RegisteredApp;
    let browser: CookieBrowser;

    beforeAll(async () => {
      installation = borrow();
      const [port, healthPort] = await freePorts(2);
      const ports = { CONTROL_PLANE_PORT: String(port), HEALTH_PORT: String(healthPort) };
      const first = installation.process('control-plane').environment;
      second = new RoleProcess('control-plane-2', { ...first, ...ports }, installation.folder);
      second.launch();
      await second.untilReady();
      urls = [installation.controlPlaneUrl, `http://127.0.0.1:${port}`];

      app = await installation.register(await installation.adminToken(), {
        app_type: 'web',
        redirect_uris: ['https://app.example/cb'],
        declared_scopes: ['openid', 'offline_access', 'projects.read'],
        default_scopes: [],
      });
      browser = new CookieBrowser(installation.controlPlaneUrl);
      const signIn = hiddenFields(await browser.get(authorizePath(pkce().challenge)));
      const { headers } = await browser.post('/oauth/sign-in', { ...signIn, ...OWNER });
      const consent = hiddenFields(await browser.get(headers.get('location') ?? ''));
      await browser.post('/oauth/consent', { ...consent, decision: 'allow', remember: 'yes' });
    });

    afterAll(() => second?.kill());

    const authorizePath = (challenge: string): string => {
      const scope = { scope: 'openid offline_access projects.read' };
      return `/oauth/authorize?${new URLSearchParams(authorizationParameters(app.client_id, challenge, scope)).toString()}`;
    };

    const post = <T>(url: string, path: string, form: Readonly<Record<string, string>>): Promise<Answer<T>> =>
      call<T>(url + path, { basic: [app.client_id, app.client_secret ?? ''], form });

    /** Sends the same request concurrently several times, alternating between the two control planes. */
    const fromEverywhere = <T>(work: (url: string) => Promise<T>): Promise<T[]> =>
      Promise.all(Array.from({ length: AT_ONCE }, (_, index) => work(urls[index % urls.length] ?? '')));

    const newCode = async (): Promise<Record<string, string>> => {
      const { verifier, challenge } = pkce();
      const { headers } = await browser.get(authorizePath(challenge));
      const code = new URL(headers.get('location') ?? 'none:').searchParams.get('code') ?? '';
      return codeForm(code, verifier) as Record<string, string>;
    };

    const newTokens = async (): Promise<TokenAnswer> => {
      const answer = await post<TokenAnswer>(installation.controlPlaneUrl, '/oauth/token', await newCode());
      expect(answer.status).toBe(200);
      return answer.body;
    };

    const refresh = (url: string, { refresh_token = '' }: Partial<TokenAnswer>): Promise<Answer<TokenAnswer>> =>
      post<TokenAnswer>(url, '/oauth/token', { grant_type: 'refresh_token', refresh_token });

    /** Asserts that neither control plane accepts any of the tokens. */
    const expectAllDead = (answers: readonly Partial<TokenAnswer>[]): Promise<void> =>
      eventually(async () => {
        for (const url of urls) {
          for (const { access_token = '', refresh_token = '' } of answers) {
            for (const token of [access_token, refresh_token]) {
              expect((await post(url, '/oauth/introspect', { token })).body).toEqual({ active: false });
            }
          }
        }
      });

    const liveFamilies = (): Promise<{ live: number }[]> =>
      installation.query('SELECT count(*)::int AS live FROM oauth.refresh_families WHERE ended_at IS NULL');

    it(`${AT_ONCE} uses of one code: one gets tokens, which are then revoked`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const form = await newCode();
        const answers = await fromEverywhere((url) => post<TokenAnswer>(url, '/oauth/token', form));
        const good = answers.filter(({ status }) => status === 200).map(({ body }) => body);
        expect(good).toHaveLength(1);
        for (const answer of answers) if (answer.status !== 200) expectError(answer, 400, 'invalid_grant');
        await expectAllDead(good);
        for (const url of urls) for (const tokens of good) expect((await refresh(url, tokens)).status).toBe(400);
      }
      expect(await liveFamilies()).toEqual([{ live: 0 }]);
    });

    it(`${AT_ONCE} refreshes of one token: identical responses, and one family that stays valid`, async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const tokens = await newTokens();
        const answers = await fromEverywhere((url) => refresh(url, tokens));
        expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 200));
        expect(new Set(answers.map(({ text }) => text)).size).toBe(1);
        expect(await liveFamilies()).toEqual([{ live: 1 }]);
        const next: Partial<TokenAnswer> = answers[0]?.body ?? {};
        for (const url of urls) {
          const { body } = await post(url, '/oauth/introspect', { token: next.access_token ?? '' });
          expect(body).toMatchObject({ active: true });
        }
        // The token in the single response is the newest one and can be used for a refresh. Then an older token revokes the family.
        const last = await refresh(urls[1] ?? '', next);
        expect(last.status).toBe(200);
        expect((await refresh(urls[0] ?? '', tokens)).status).toBe(400);
        await expectAllDead([tokens, next, last.body]);
        expect(await liveFamilies()).toEqual([{ live: 0 }]);
      }
    });

    it('a concurrent refresh and revocation leave no valid token, whichever comes first', async () => {
      for (let round = 0; round < ROUNDS; round++) {
        const tokens = await newTokens();
        const [here = '', there = ''] = round % 2 === 0 ? urls : [...urls].reverse();
        const [refreshed, revoked] = await Promise.all([
          refresh(here, tokens),
          post(there, '/oauth/revoke', { token: tokens.refresh_token ?? '' }),
        ]);
        expect(revoked.status).toBe(200);
        expect([200, 400]).toContain(refreshed.status);
        const got = refreshed.status === 200 ? [refreshed.body] : [];
        await expectAllDead([tokens, ...got]);
        for (const answer of [tokens, ...got]) expect((await refresh(here, answer)).status).toBe(400);
      }
      expect(await liveFamilies()).toEqual([{ live: 0 }]);
    });
  });
