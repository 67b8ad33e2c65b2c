import { randomBytes } from 'node:crypto';
import type { MaskResponse, MaskStringResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/masking';
import type { MaskingKey, MaskingRules } from '../../../src/modules/masking/contract/masking-rules.types';
import type { Detokenised, RefusedPattern } from '../../../src/modules/masking/contract/masking.types';
import type { Tenant } from '../../../src/modules/tenants/contract/tenants.types';
import { expectNoCanary } from '../../support/canary';
import { eventually } from '../../support/eventually';
import type { GrpcClient } from '../../support/grpc-client';
import { type Answer, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

const CANARY = `canary-${randomBytes(6).toString('hex')}@example.com`;
const CARD = '4111111111111111';

interface Masked<T> {
  readonly maskedValue: T;
  readonly refusedPatterns: readonly RefusedPattern[];
}

/** @param borrow returns the installation, once it is running. */
export const maskingStory = (borrow: () => Installation): void =>
  describe('masking', () => {
    let installation: Installation;
    let admin: string;
    /** Tokens for one app in each of two tenants; both apps can mask and detokenize. */
    let a: string;
    let b: string;
    let sidecar: GrpcClient;
    const errors: string[] = [];

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      a = await tokenFor(admin, ['masking.mask', 'masking.detokenise']);
      b = await tokenFor(await adminOfAnotherTenant(), ['masking.mask', 'masking.detokenise']);
      sidecar = installation.sidecar();
    });

    async function tokenFor(adminToken: string, scopes: string[]): Promise<string> {
      const app = await installation.register(adminToken, { declared_scopes: scopes, default_scopes: scopes });
      return installation.token(app.client_id, app.client_secret);
    }

    async function adminOfAnotherTenant(): Promise<string> {
      const token = installation.secrets.controlPlaneToken;
      const tenant = { slug: 'globex', name: 'Globex Corporation' };
      const made = await installation.controlPlane<Tenant>('/api/v1/tenants', { token, json: tenant });
      expect(made.status).toBe(201);
      const json = { name: 'Admin', declared_scopes: ['admin'], default_scopes: ['admin'] };
      const app = await installation.controlPlane<{ client_id: string; client_secret: string }>(
        '/api/v1/apps?tenant=globex',
        { token, json },
      );
      expect({ status: app.status, text: app.text }).toMatchObject({ status: 201 });
      return installation.token(app.body.client_id, app.body.client_secret);
    }

    const post = <T>(path: string, token: string, json: unknown): Promise<Answer<T>> =>
      installation.backend<T>(`/v1/masking/${path}`, { token, json });

    async function mask(token: string, value: unknown, more: object = {}): Promise<unknown> {
      const answer = await post<Masked<unknown>>('mask', token, { value, ...more });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
      return answer.body.maskedValue;
    }

    async function detokenise(token: string, tokens: readonly string[]): Promise<readonly (string | null)[]> {
      const answer = await post<{ items: readonly Detokenised[] }>('detokenise', token, { tokens });
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
      return answer.body.items.map(({ value }) => value);
    }

    test('mask and mask-string redact personal data and credentials', async () => {
      expect(await mask(a, { user: { email: CANARY, note: `card ${CARD}` }, n: 7 })).toEqual({
        user: { email: '[REDACTED]', note: 'card [REDACTED]' },
        n: 7,
      });
      const answer = await post<Masked<string>>('mask-string', a, { value: `Write to ${CANARY}.` });
      expect(answer.body).toEqual({ maskedValue: 'Write to [REDACTED].', refusedPatterns: [] });
      const patterns = { value: 'ACC-1 and ACC-2', extraPatterns: ['ACC-1', '(?<=x)y'] };
      expect((await post<Masked<string>>('mask-string', a, patterns)).body).toEqual({
        maskedValue: '[REDACTED] and ACC-2',
        refusedPatterns: [{ index: 1, reason: expect.stringContaining('look-behind') }],
      });
    });

    test('a token is detokenized in its own tenant only, even after a key rotation', async () => {
      const { email } = (await mask(a, { email: CANARY }, { strategy: 'tokenise' })) as { email: string };
      expect(email).toMatch(/^tok_/);
      expect(await mask(a, { email: CANARY }, { strategy: 'tokenise' })).toEqual({ email });
      expect(await detokenise(a, [email, 'tok_AAAA'])).toEqual([CANARY, null]);
      expect(await detokenise(b, [email])).toEqual([null]);
      expect(await mask(b, { email: CANARY }, { strategy: 'tokenise' })).not.toEqual({ email });

      const rotated = await installation.controlPlane<MaskingKey>('/api/v1/masking/rotate-key', {
        token: admin,
        method: 'POST',
      });
      expect(rotated.body).toMatchObject({ generation: 2, current: true });
      await eventually(async () => {
        const after = (await mask(a, { email: CANARY }, { strategy: 'tokenise' })) as { email: string };
        expect(after.email).not.toBe(email);
        expect(await detokenise(a, [after.email, email])).toEqual([CANARY, CANARY]);
      });
      const keys = await installation.controlPlane<{ items: readonly MaskingKey[] }>('/api/v1/masking/keys', {
        token: admin,
      });
      expect(keys.body.items.map(({ generation, current }) => [generation, current])).toEqual([
        [2, true],
        [1, false],
      ]);
    });

    test('detokenise needs its own scope, and is recorded without a value', async () => {
      const masksOnly = await tokenFor(admin, ['masking.mask']);
      const { email } = (await mask(a, { email: CANARY }, { strategy: 'tokenise' })) as { email: string };
      const refused = await post('detokenise', masksOnly, { tokens: [email] });
      expectError(refused, 403, 'forbidden');
      const answer = await post<{ items: readonly Detokenised[] }>('detokenise', a, { tokens: [email] });
      await eventually(async () => {
        const events = await installation.query<{ metadata: object; outcome: string }>(
          `SELECT metadata, outcome FROM audit.events WHERE request_id = $1 AND action = 'masking.detokenise'`,
          [answer.requestId],
        );
        expect(events).toEqual([
          {
            outcome: 'success',
            metadata: { count: 1, unknown: 0, entities: { EMAIL_ADDRESS: 1 }, tokenIds: [expect.any(String)] },
          },
        ]);
      });
    });

    test('each tenant’s masking rules take effect immediately, and are versioned and separate', async () => {
      const rules = { fields: [{ field: 'salary', strategy: 'mask' }], allowedValues: ['info@example.com'] };
      const put = (json: object, headers = {}): Promise<Answer<MaskingRules>> =>
        installation.controlPlane('/api/v1/masking', { token: admin, method: 'PUT', json, headers });
      const first = await installation.controlPlane<MaskingRules>('/api/v1/masking', { token: admin });
      expect(first.body).toMatchObject({ version: 0, strategy: 'redact' });
      expect(first.headers.get('etag')).toBe('"v0"');
      const same = { token: admin, headers: { 'if-none-match': '"v0"' } };
      expect((await installation.controlPlane('/api/v1/masking', same)).status).toBe(304);
      const made = await put(rules, { 'if-match': '"v0"' });
      expect({ status: made.status, text: made.text }).toMatchObject({ status: 200 });
      expect(made.headers.get('etag')).toBe('"v1"');
      expectError(await put(rules, { 'if-match': '"v0"' }), 412, 'precondition_failed');
      const bad = { entities: { NOBODY: {} }, patterns: [{ name: 'X', pattern: '(a' }] };
      expect(expectError(await put(bad), 400, 'invalid_request').errors?.map(({ pointer }) => pointer)).toEqual([
        '/patterns/0/pattern',
        '/entities/NOBODY',
      ]);
      expectError(await put({ nonsense: 1 }), 400, 'invalid_request');
      const value = { salary: '123456789', note: `info@example.com, ${CANARY}` };
      await eventually(async () => {
        expect(await mask(a, value)).toEqual({ salary: '*****6789', note: 'info@example.com, [REDACTED]' });
      });
      expect(await mask(b, value)).toMatchObject({ note: '[REDACTED], [REDACTED]' });
      const back = await installation.controlPlane('/api/v1/masking', { token: admin, method: 'DELETE' });
      expect(back.status).toBe(204);
      await eventually(async () => {
        expect(await mask(a, value)).toMatchObject({ note: '[REDACTED], [REDACTED]' });
      });
    });

    test('MaskString and Mask respond to any input without returning it', async () => {
      const text = (value: string, extraPatterns: string[] = []): Promise<MaskStringResponse> =>
        sidecar.call('MaskingService', 'MaskString', { value, extraPatterns });
      const json = (jsonValue: string, more: object = {}): Promise<MaskResponse> =>
        sidecar.call('MaskingService', 'Mask', { jsonValue, ...more });
      expect(await text(`Write to ${CANARY}.`)).toEqual({ maskedValue: 'Write to [REDACTED].' });
      expect(await text('nothing')).toEqual({ maskedValue: 'nothing' });
      expect(await text('ACC-1', ['ACC-\\d'])).toEqual({ maskedValue: '[REDACTED]' });
      // The response has no field for an error, so a refused pattern hides the complete text.
      expect(await text('some text', ['(a+'])).toEqual({ maskedValue: '[REDACTED]' });
      expect(await json(`{"email":"${CANARY}","kind":"x","mine":1}`, { extraBlockedFields: ['mine'] })).toEqual({
        maskedJson: '{"email":"[REDACTED]","kind":"x","mine":"[REDACTED]"}',
        error: null,
      });
      const refused = await json(`["ACC-1","${CANARY}"]`, { extraPatterns: ['ACC', '(?=x)'] });
      expect(refused.maskedJson).toBe('["[REDACTED]-1","[REDACTED]"]');
      expect(refused.error).toMatchObject({ status: 400, detail: expect.stringContaining('extra_patterns[1]') });
      for (const broken of ['', '{"a"', `{"password":"${CANARY}`, '['.repeat(100_000)]) {
        const answer = await json(broken);
        expect(answer.maskedJson).toBe('"[REDACTED]"');
        expect(answer.error).toMatchObject({ status: 400 });
        errors.push(JSON.stringify(answer.error));
      }
      for (const method of ['Mask', 'MaskString']) {
        const { code, bytes } = await sidecar.raw(`/coresdk.v1.MaskingService/${method}`, Buffer.from('acme'));
        expect([code, bytes.toString('utf8')]).toEqual([0, expect.stringContaining('[REDACTED]')]);
      }
      const stranger = installation.sidecar(0, null);
      expect(await stranger.call('MaskingService', 'MaskString', { value: CANARY })).toEqual({
        maskedValue: '[REDACTED]',
      });
      // Long text uses a different code path with the same rules.
      const line = `Write to ${CANARY} soon.\n`;
      const { maskedValue } = await text(line.repeat(20_000));
      expect(maskedValue).toBe(line.replace(CANARY, '[REDACTED]').repeat(20_000));
      const bomb = { value: `${'a'.repeat(30_000)}!`, extraPatterns: ['^(a+)+$', '(a|aa)*b', '(x{1,1000}){1,1000}'] };
      expect(await sidecar.call('MaskingService', 'MaskString', bomb)).toEqual({ maskedValue: '[REDACTED]' });
    });

    test('malformed requests are refused in messages that do not repeat any of the input', async () => {
      for (const [path, json] of [
        ['mask', {}],
        ['mask', { value: CANARY, strategy: 'shred' }],
        ['mask', { value: CANARY, fieldStrategies: { note: CANARY } }],
        ['mask', { value: CANARY, unknown: CANARY }],
        ['mask-string', { value: { email: CANARY } }],
        ['detokenise', { tokens: [] }],
        ['detokenise', { tokens: Array.from({ length: 501 }, () => 'tok_A') }],
        ['detokenise', { tokens: [5] }],
      ] as const) {
        const answer = await post(path, a, json);
        expectError(answer, 400, 'invalid_request');
        expect(answer.text).not.toContain(CANARY);
        errors.push(answer.text);
      }
      expectError(await installation.backend('/v1/masking/mask', { json: { value: CANARY } }), 401, 'unauthorized');
      expectError(await post('mask-string', a, { value: 'x'.repeat(2_000_000) }), 413, 'payload_too_large');
    });

    test('no log contains data from any part of a request to any surface', async () => {
      const apiKey = `cpod_${randomBytes(24).toString('hex')}`;
      const path = `/v1/nowhere/${encodeURIComponent(CANARY)}?email=${CANARY}&card=${CARD}&key=${apiKey}`;
      const headers = {
        'x-request-id': apiKey,
        cookie: `session=${apiKey}`,
        'user-agent': CANARY,
        referer: `https://x/${CARD}`,
      };
      const calls = [
        { token: apiKey },
        { basic: [CANARY, apiKey] },
        { body: `{"password":"${apiKey}` },
        { token: a },
      ] as const;
      for (const call of calls) {
        for (const send of [installation.backend.bind(installation), installation.controlPlane.bind(installation)]) {
          expect((await send(path, { ...call, headers })).status).toBeGreaterThanOrEqual(400);
          expect((await send('/oauth/token', { ...call, headers, method: 'POST' })).status).toBeGreaterThanOrEqual(400);
        }
      }
      for (const service of ['AuthService/ValidateToken', 'MaskingService/Mask', 'SecretsService/ResolveSecret']) {
        await sidecar.raw(`/coresdk.v1.${service}`, Buffer.from(`${CANARY} ${apiKey}`));
      }
      for (const canary of [CANARY, CARD, apiKey]) expect(installation.logs()).not.toContain(canary);
    });

    test('no log, audit record or table contains a masked value', async () => {
      await expectNoCanary(installation, CANARY, errors);
      // The search would find the text in a table even if it were encoded.
      await expect(expectNoCanary(installation, 'Globex Corporation')).rejects.toThrow('tenants.tenants');
      await expect(
        expectNoCanary(installation, CANARY, [Buffer.from(`..${CANARY}.`).toString('base64')]),
      ).rejects.toThrow();
    });
  });
