import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import type { ValidateTokenResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/auth';
import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { KeyRotation, SigningKeyList } from '../../../src/modules/keys/contract/keys.types';
import { eventually } from '../../support/eventually';
import type { GrpcClient } from '../../support/grpc-client';
import { type Answer, call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

/** Caches the JWK Set for as long as its Cache-Control allows, and sends the known entity tag when it requests the set again. */
class CachingClient {
  private keys: ReturnType<typeof createLocalJWKSet> | null = null;
  private etag = '';
  private until = 0;
  readonly statuses: number[] = [];

  constructor(private readonly url: string) {}

  async verify(token: string): Promise<void> {
    if (!this.keys || performance.now() >= this.until) await this.refresh();
    if (!this.keys) throw new Error('There are no keys.');
    await jwtVerify(token, this.keys);
  }

  private async refresh(): Promise<void> {
    const asked = performance.now();
    const answer = await call<JSONWebKeySet>(this.url, { headers: { 'if-none-match': this.etag } });
    const maxAge = /^public, max-age=(\d+)$/.exec(answer.headers.get('cache-control') ?? '')?.[1];
    this.statuses.push(answer.status);
    this.until = asked + Number(maxAge) * 1000;
    if (answer.status === 304) return;
    this.etag = answer.headers.get('etag') ?? '';
    this.keys = createLocalJWKSet(answer.body);
  }
}

/** @param borrow returns the installation, once it is running. */
export const keysStory = (borrow: () => Installation): void =>
  describe('the signing keys', () => {
    let installation: Installation;
    let app: AppWithSecret;
    let sidecars: GrpcClient[];

    beforeAll(async () => {
      installation = borrow();
      app = await installation.register(await installation.adminToken());
      sidecars = installation.everySidecar();
    });

    const rotate = (order?: object): Promise<Answer<KeyRotation>> =>
      installation.controlPlane<KeyRotation>('/api/v1/keys/rotate', {
        method: 'POST',
        token: installation.secrets.controlPlaneToken,
        ...(order === undefined ? {} : { json: order }),
      });
    const list = async (): Promise<SigningKeyList> =>
      (
        await installation.controlPlane<SigningKeyList>('/api/v1/keys', {
          token: installation.secrets.controlPlaneToken,
        })
      ).body;
    const issue = (): Promise<string> => installation.token(app.client_id, app.client_secret);
    const isValid = async (sidecar: GrpcClient, token: string): Promise<boolean> =>
      (await sidecar.call<ValidateTokenResponse>('AuthService', 'ValidateToken', { token })).valid;
    const kidOf = (token: string): string | undefined => decodeProtectedHeader(token).kid;
    /** Rotates as soon as it is allowed. */
    const rotateSoon = () =>
      eventually(async () => {
        const answer = await rotate();
        expect(answer.status).toBe(200);
        return answer.body;
      });

    test('are listed with their states and times, for platform administrators only', async () => {
      const keys = await list();
      expect(keys.items.map(({ status }) => status).sort()).toEqual(['active', 'next']);
      expect(JSON.stringify(keys)).not.toMatch(/sealed|private|"n":/);
      const due = Date.parse(keys.rotatesAt ?? '');
      expect(Math.round((due - Date.now()) / 86_400_000)).toBe(90);
      const path = '/api/v1/keys';
      expectError(await installation.controlPlane(path, { token: await installation.adminToken() }), 403, 'forbidden');
      expectError(await installation.controlPlane(path), 401, 'unauthorized');
    });

    test('are published with a strong ETag and the planned cache lifetime, identically on both surfaces', async () => {
      const path = '/.well-known/jwks.json';
      const [own, internal] = await Promise.all([
        installation.backend(path),
        installation.controlPlane('/api/v1/jwks'),
      ]);
      for (const { headers } of [own, internal]) expect(headers.get('cache-control')).toBe('public, max-age=1');
      const etag = own.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      expect(internal.headers.get('etag')).toBe(etag);
      for (const condition of [etag, `"x", ${etag}`, `W/${etag}`, '*']) {
        const known = await installation.backend(path, { headers: { 'if-none-match': condition } });
        expect([known.status, known.text, known.headers.get('etag')]).toEqual([304, '', etag]);
        expect(known.headers.get('cache-control')).toBe('public, max-age=1');
      }
      const other = await installation.backend(path, { headers: { 'if-none-match': '"other"' } });
      expect([other.status, other.text]).toEqual([200, own.text]);
      expectError(await installation.controlPlane(path, { method: 'POST', json: {} }), 405, 'method_not_allowed');
    });

    test('do not rotate to a key that caches might not have yet, and report when they can', async () => {
      await rotateSoon();
      const early = await rotate();
      expect(expectError(early, 409, 'conflict').error_description).toMatch(/cannot sign before 20/);
      expect(Number(early.headers.get('retry-after'))).toBeGreaterThanOrEqual(1);
      await sleep(Number(early.headers.get('retry-after')) * 1000);
      expect((await rotate()).status).toBe(200);
      expectError(await rotate({ emergency: 'yes' }), 400, 'invalid_request');
      expectError(await rotate({ soon: true }), 400, 'invalid_request');
    });

    test('rotate under load without a failed validation by caching clients or sidecars', async () => {
      const clients = [
        new CachingClient(`${installation.backendUrl}/.well-known/jwks.json`),
        new CachingClient(`${installation.controlPlaneUrl}/api/v1/jwks`),
      ];
      const failures: unknown[] = [];
      const kids = new Set<string | undefined>();
      let validations = 0;
      let isOver = false;
      const load = async (): Promise<void> => {
        while (!isOver) {
          const token = await issue();
          kids.add(kidOf(token));
          for (const client of clients) {
            validations++;
            await client.verify(token).catch((error: unknown) => failures.push([kidOf(token), String(error)]));
          }
          for (const sidecar of sidecars) {
            validations++;
            if (!(await isValid(sidecar, token))) failures.push([kidOf(token), 'sidecar']);
          }
          // Often enough to cover each rotation without taking the CPU from other tests.
          await sleep(40);
        }
      };
      const running = Promise.all([load(), load()]);
      for (let rotation = 0; rotation < 2; rotation++) await rotateSoon();
      await sleep(1_500);
      isOver = true;
      await running;
      expect(failures.slice(0, 3)).toEqual([]);
      expect(kids.size).toBe(3);
      expect(validations).toBeGreaterThan(100);
      for (const { statuses } of clients) expect(statuses).toEqual(expect.arrayContaining([200, 304]));
    });

    test('rotate automatically when due, even if the control plane was killed in the meantime', async () => {
      const controlPlane = installation.process('control-plane');
      const before = (await rotateSoon()).nextKid;
      await controlPlane.kill();
      await installation.query(
        `UPDATE keys.signing_keys SET activated_at = now() - interval '91 days' WHERE status = 'active'`,
      );
      await installation.launch();
      await eventually(async () => {
        const keys = await list();
        expect(keys.items.find(({ kid }) => kid === before)).toMatchObject({ status: 'active' });
        expect(keys.items.find(({ status }) => status === 'next')?.signsFrom).toEqual(expect.any(String));
      });
      // The record is staged together with the rotation, and the next sweep moves it into the log.
      await eventually(async () => {
        const rows = await installation.query(
          `SELECT actor_type, metadata->>'automatic' AS automatic FROM audit.events
         WHERE action = 'key.rotate' AND resource_id = $1`,
          [before],
        );
        expect(rows).toEqual([{ actor_type: 'system', automatic: 'true' }]);
      });
    });

    test('are all invalidated immediately in an emergency, and the response states the consequences', async () => {
      const tokens = [await issue()];
      await rotateSoon();
      tokens.push(await issue());
      const kids = (await list()).items.map(({ kid }) => kid);
      const answer = await rotate({ emergency: true });
      expect(answer.status).toBe(200);
      expect(answer.body).toMatchObject({ emergency: true, removedKids: [...kids].sort() });
      expect(answer.body.notice).toMatch(/^All tokens issued so far are now invalid/);
      await eventually(async () => {
        for (const token of tokens) {
          for (const sidecar of sidecars) expect(await isValid(sidecar, token)).toBe(false);
          expect((await installation.backend('/v1/projects', { token })).status).toBe(401);
        }
      });
      const published = await installation.backend<JSONWebKeySet>('/.well-known/jwks.json');
      expect(published.body.keys.map(({ kid }) => kid).sort()).toEqual([answer.body.kid, answer.body.nextKid].sort());
      const fresh = await issue();
      expect(kidOf(fresh)).toBe(answer.body.kid);
      await eventually(async () => {
        for (const sidecar of sidecars) expect(await isValid(sidecar, fresh)).toBe(true);
      });
      const [event] = await installation.query<{ metadata: object }>(
        `SELECT metadata FROM audit.events WHERE request_id = $1`,
        [answer.requestId],
      );
      expect(event?.metadata).toMatchObject({ emergency: true, removedKids: [...kids].sort() });
    });
  });
