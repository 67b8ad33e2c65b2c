import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { Answer } from '../../support/http-client';
import { eventually } from '../../support/eventually';
import { call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

const PER_ADDRESS = 30;
/**
 * Every caller on this machine is treated as a proxy in front of the backend, and the backend as a proxy in front of the control plane.
 */
export const LIMITS = { TRUSTED_PROXIES: '127.0.0.1', LIMIT_PER_ADDRESS: String(PER_ADDRESS) };

/** @param borrow returns the installation, once it is running. */
export const limitsStory = (borrow: () => Installation): void =>
  describe('limits before authentication', () => {
    let installation: Installation;
    let app: AppWithSecret;
    let hosts = 0;

    beforeAll(async () => {
      installation = borrow();
      app = await installation.register(await installation.adminToken());
    });

    const newAddress = (): string => `203.0.113.${++hosts}`;
    const by = (address: string) => ({ forwarded: `for=${address}` });

    const token = (address: string, secret: string, clientId = app.client_id) =>
      installation.backend('/v1/oauth/token', {
        basic: [clientId, secret],
        form: { grant_type: 'client_credentials' },
        headers: by(address),
      });

    /** Sends failing attempts until one is refused. Returns the number of failures. */
    async function failUntilRefused(address: string): Promise<{ failures: number; refused: Answer<unknown> }> {
      for (let failures = 0; failures <= 2 * PER_ADDRESS; failures++) {
        const refused = await token(address, 'wrong', `app-guess-${failures}`);
        if (refused.status !== 401) return { failures, refused };
      }
      throw new Error('Nobody was ever refused.');
    }

    test('failed logins at the token endpoint are limited by the client address that the proxy reports', async () => {
      const address = newAddress();
      const { failures, refused } = await failUntilRefused(address);
      // Some failures expired while the guesses were made.
      expect(failures).toBeGreaterThanOrEqual(PER_ADDRESS);
      expectError(refused, 429, 'temporarily_unavailable');
      expect(refused.headers.get('retry-after')).toMatch(/^[12]$/);
      expect(refused.headers.get('ratelimit')).toMatch(/^"address-failures";r=0;t=\d+$/);
      expect(refused.headers.get('ratelimit-policy')).toBe(`"address-failures";q=${PER_ADDRESS};w=60`);
      // Even the right secret is refused at this point. On a busy machine, one failure might have expired in between, so this retries.
      await eventually(async () => {
        await failUntilRefused(address);
        expect((await token(address, app.client_secret)).status).toBe(429);
      });
      // Other callers are not affected.
      expect((await token(newAddress(), app.client_secret)).status).toBe(200);
      await eventually(async () => expect((await token(address, app.client_secret)).status).toBe(200));
    });

    test('successful clients are never slowed down', async () => {
      const address = newAddress();
      for (let round = 0; round < 4 * PER_ADDRESS; round++) {
        const answer = await token(address, app.client_secret);
        expect([answer.status, answer.headers.get('ratelimit')]).toEqual([
          200,
          `"address-failures";r=${PER_ADDRESS};t=0`,
        ]);
      }
    });

    test('a client cannot choose its address with a forged Forwarded header', async () => {
      // The last hop that is not one of our proxies counts, because the caller can invent any earlier hop.
      const address = newAddress();
      // Make more attempts than the limit allows, because on a slow machine, part of the limit is replenished while the loop runs.
      const statuses: number[] = [];
      for (let attempt = 0; attempt < 4 * PER_ADDRESS && !statuses.includes(429); attempt++) {
        const forwarded = `for=10.9.8.${attempt}, for=${address}`;
        const form = { grant_type: 'client_credentials' };
        const answer = await installation.backend('/v1/oauth/token', {
          basic: [`app-forged-${attempt}`, 'wrong'],
          form,
          headers: { forwarded },
        });
        statuses.push(answer.status);
      }
      expect(statuses.slice(0, PER_ADDRESS)).toEqual(Array.from({ length: PER_ADDRESS }, () => 401));
      expect(statuses.at(-1)).toBe(429);
    });

    test.each([
      ['/oauth/authorize?client_id=app-x', ['backendUrl', 'controlPlaneUrl']],
      ['/oauth/sign-in', ['backendUrl', 'controlPlaneUrl']],
      ['/oauth/sign-up', ['backendUrl', 'controlPlaneUrl']],
      ['/oauth/password', ['backendUrl', 'controlPlaneUrl']],
      ['/auth/login', ['controlPlaneUrl']],
    ] as const)('every request to %s counts, on each surface that serves it', async (path, surfaces) => {
      for (const base of surfaces.map((surface) => installation[surface])) {
        const address = newAddress();
        const statuses: number[] = [];
        for (let attempt = 0; attempt < PER_ADDRESS + 15; attempt++) {
          statuses.push((await call(base + path, { headers: by(address) })).status);
        }
        const first = statuses.indexOf(429);
        expect(first).toBeGreaterThanOrEqual(PER_ADDRESS);
        const refused = await Promise.all(
          Array.from({ length: 3 }, () => call(base + path, { headers: { ...by(address), accept: 'text/html' } })),
        );
        expect(refused.at(-1)?.status).toBe(429);
        expect(refused.at(-1)?.headers.get('retry-after')).toMatch(/^[12]$/);
        expect(refused.at(-1)?.headers.get('content-type')).toBe('text/html; charset=utf-8');
      }
    });

    test('a flood causes at most one audit record per second in each process that refuses it', async () => {
      const address = newAddress();
      await failUntilRefused(address);
      const count = async (): Promise<number> => {
        const [row] = await installation.query<{ count: number }>(
          'SELECT count(*)::int AS count FROM audit.events WHERE ip = $1',
          [address],
        );
        return row?.count ?? 0;
      };
      const before = await count();
      const began = performance.now();
      for (let wave = 0; wave < 10; wave++) {
        await Promise.all(Array.from({ length: 30 }, (_, index) => token(address, 'wrong', `app-${wave}-${index}`)));
      }
      const seconds = Math.ceil((performance.now() - began) / 1000);
      // Failures expire every two seconds. The expired failures allow another failure, which is recorded.
      expect((await count()) - before).toBeLessThanOrEqual(2 * (seconds + 1) + seconds);
    });
  });
