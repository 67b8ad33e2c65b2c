import { OFREPProvider } from '@openfeature/ofrep-provider';
import { OpenFeature } from '@openfeature/server-sdk';
import type { EvaluateFlagResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/flags';
import type { Page } from '../../../src/kernel/lists/page';
import type {
  FlagDiff,
  FlagSummary,
  FlagVersion,
  ScheduledChange,
  ScheduledChangeSummary,
} from '../../../src/modules/flags/contract/flags-admin.types';
import type { FlagResource } from '../../../src/modules/flags/contract/flags.types';
import { expectNoCanary } from '../../support/canary';
import { eventually } from '../../support/eventually';
import { type Answer, type Call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';

const SWITCH = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'off' };
const DOCUMENT = {
  metadata: { owner: 'team-a' },
  $evaluators: { beta: { in: [{ var: 'plan' }, ['pro', 'enterprise']] } },
  flags: {
    checkout: { ...SWITCH, targeting: { if: [{ $ref: 'beta' }, 'on'] } },
    colour: { state: 'ENABLED', variants: { red: '#f00', blue: '#00f' }, defaultVariant: 'red' },
    limits: { state: 'ENABLED', variants: { small: { rows: 10 } }, defaultVariant: 'small' },
    share: {
      state: 'ENABLED',
      variants: { a: 1, b: 2 },
      defaultVariant: 'a',
      targeting: {
        fractional: [
          ['a', 50],
          ['b', 50],
        ],
      },
    },
    gone: { ...SWITCH, state: 'DISABLED' },
  },
};

const withScopes = (...scopes: string[]) => ({ declared_scopes: scopes, default_scopes: scopes });

interface Evaluated {
  readonly key: string;
  readonly enabled: boolean;
  readonly value: unknown;
  readonly variant: string | null;
  readonly reason: string;
  readonly errorCode: string | null;
  readonly snapshotId: string;
}

/** @param borrow returns the installation, once it is running. */
export const flagsStory = (borrow: () => Installation): void =>
  describe('flags', () => {
    let installation: Installation;
    let admin: string;
    let token: string;

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      const app = await installation.register(admin, withScopes('flags.read', 'flags.write'));
      token = await installation.token(app.client_id, app.client_secret);
    });

    const manage = <T>(path: string, call: Call = {}): Promise<Answer<T>> =>
      installation.controlPlane<T>(`/api/v1/flags${path}`, { token: admin, ...call });
    const ask = <T = Evaluated>(path: string, json: unknown, by = token): Promise<Answer<T>> =>
      installation.backend<T>(path, { token: by, json });
    const evaluate = (key: string, context: object = {}, others: object = {}): Promise<Answer<Evaluated>> =>
      ask('/v1/flags/evaluate', { key, context, ...others });
    const version = async (): Promise<number> => (await manage<FlagSummary>('')).body.version;

    /** Waits until every sidecar and the backend evaluate the flag to the given variant. */
    async function everywhere(flagKey: string, variant: string): Promise<void> {
      for (const index of installation.sidecarAddresses.keys()) {
        const sidecar = installation.sidecar(index);
        await eventually(async () => {
          const answer = await sidecar.call<EvaluateFlagResponse>('FlagService', 'EvaluateFlag', {
            flagKey,
            tenantId: 'default',
          });
          expect(answer.variant).toBe(variant);
        });
      }
      await eventually(async () => {
        expect((await evaluate(flagKey)).body.variant ?? '').toBe(variant);
      });
    }

    test('with no flags defined, every flag is off, with a reason', async () => {
      const { status, body } = await evaluate('checkout', {}, { defaultValue: true });
      expect({ status, body }).toMatchObject({
        status: 200,
        body: {
          enabled: false,
          value: true,
          variant: null,
          reason: 'ERROR',
          errorCode: 'FLAG_NOT_FOUND',
          snapshotId: '0',
        },
      });
      expect((await manage<FlagSummary>('')).body).toEqual({ flags: [], version: 0 });
      const denied = {
        status: 200,
        body: { flags: [], version: 0, allowed: false, reason: expect.any(String) as unknown },
      };
      expect(await installation.controlPlane('/api/v1/flags')).toMatchObject(denied);
      expect(await installation.controlPlane('/api/v1/flags', { token })).toMatchObject(denied);
    });

    test('a document is accepted as a whole, or refused with the line of each fault', async () => {
      const text =
        '{\n  "flags": {\n    "a": {\n      "state": "ENABLED",\n      "variants": {"on": true},\n      "defaultVariant": "of",\n      "targeting": {"iff": []}\n    }\n  }\n}';
      const refused = await manage('/document', {
        method: 'PUT',
        body: text,
        headers: { 'content-type': 'application/json' },
      });
      const { errors } = expectError(refused, 400, 'invalid_request');
      expect(errors).toMatchObject([
        { pointer: '/flags/a/defaultVariant', code: 'unknown_variant', line: 6, column: 25 },
        { pointer: '/flags/a/targeting/iff', code: 'unknown_operator', line: 7 },
      ]);
      const broken = await manage('/document', {
        method: 'PUT',
        body: '{"flags": {,}}',
        headers: { 'content-type': 'application/json' },
      });
      expect(expectError(broken, 400, 'invalid_request').errors).toMatchObject([
        { code: 'invalid_json', line: 1, column: 12 },
      ]);
      const huge = await manage('/document', {
        method: 'PUT',
        body: 'x'.repeat(5_000_000),
        headers: { 'content-type': 'application/json' },
      });
      expectError(huge, 413, 'payload_too_large');
      expect(await version()).toBe(0);
      const accepted = await manage<FlagVersion>('/document', { method: 'PUT', json: DOCUMENT });
      expect(accepted).toMatchObject({ status: 200, body: { version: 1, flagCount: 5 } });
      expect(accepted.headers.get('etag')).toBe('"v1"');
      await everywhere('colour', 'red');
    });

    test('existing SDKs can list the flags', async () => {
      const { body } = await manage<FlagSummary>('');
      expect(body.flags.find(({ key }) => key === 'colour')).toMatchObject({ name: 'colour', enabled: true });
      expect(body.flags.find(({ key }) => key === 'gone')).toMatchObject({ enabled: false });
      const { status, headers } = await manage('', { headers: { 'if-none-match': '"v1"' } });
      expect([status, headers.get('etag')]).toEqual([304, '"v1"']);
    });

    test('one flag is evaluated for its context, and all flags are evaluated with the same version', async () => {
      expect((await evaluate('checkout', { plan: 'pro' })).body).toMatchObject({
        enabled: true,
        value: true,
        variant: 'on',
        reason: 'TARGETING_MATCH',
        snapshotId: '1',
      });
      expect((await evaluate('checkout', { plan: 'free' })).body).toMatchObject({ enabled: false, reason: 'DEFAULT' });
      expect((await evaluate('gone', {}, { defaultValue: true })).body).toMatchObject({
        enabled: false,
        value: true,
        reason: 'DISABLED',
      });
      expect((await evaluate('colour', {}, { defaultValue: 1 })).body).toMatchObject({
        value: 1,
        errorCode: 'TYPE_MISMATCH',
      });
      const all = await ask<{ snapshotId: string; evaluations: Evaluated[] }>('/v1/flags/evaluate-all', {
        context: { plan: 'pro', targetingKey: 'u' },
      });
      expect(all.body.snapshotId).toBe('1');
      expect(all.body.evaluations.map(({ key, reason }) => [key, reason])).toEqual([
        ['checkout', 'TARGETING_MATCH'],
        ['colour', 'STATIC'],
        ['limits', 'STATIC'],
        ['share', 'TARGETING_MATCH'],
        ['gone', 'DISABLED'],
      ]);
      const list = await installation.backend<Page<FlagResource>>('/v1/flags?limit=2', { token });
      expect(list.body.items.map(({ key }) => key)).toEqual(['checkout', 'colour']);
    });

    test('invalid input is refused with its position, and callers without access are refused', async () => {
      expect(
        expectError(await ask('/v1/flags/evaluate', { key: 'a', context: [] }), 400, 'invalid_request').errors,
      ).toMatchObject([{ pointer: '/context' }]);
      expect(
        expectError(await ask('/v1/flags/evaluate', { key: 'a', more: 1 }), 400, 'invalid_request').errors,
      ).toMatchObject([{ pointer: '/more' }]);
      expectError(
        await ask('/v1/flags/evaluate', { key: 'a', context: { a: Array.from({ length: 3_000 }, () => 1) } }),
        400,
        'invalid_request',
      );
      expectError(await installation.backend('/v1/flags'), 401, 'unauthorized');
      const reader = await installation.register(admin, withScopes('flags.read'));
      const reading = await installation.token(reader.client_id, reader.client_secret);
      expectError(
        await installation.backend('/v1/flags/x', { token: reading, method: 'PUT', json: SWITCH }),
        403,
        'forbidden',
      );
      expect((await ask('/v1/flags/evaluate', { key: 'colour' }, reading)).status).toBe(200);
    });

    test('a conditional write on the backend applies everywhere', async () => {
      const put = (json: object, headers = {}): Promise<Answer<FlagResource>> =>
        installation.backend<FlagResource>('/v1/flags/fresh', { token, method: 'PUT', json, headers });
      const made = await put(SWITCH, { 'if-none-match': '*' });
      expect(made).toMatchObject({ status: 200, body: { key: 'fresh', enabled: false } });
      await everywhere('fresh', 'off');
      expectError(await put(SWITCH, { 'if-none-match': '*' }), 412, 'precondition_failed');
      const tag = made.headers.get('etag') ?? '';
      expect((await put({ ...SWITCH, defaultVariant: 'on' }, { 'if-match': tag })).body.enabled).toBe(true);
      expectError(await put(SWITCH, { 'if-match': tag }), 412, 'precondition_failed');
      await everywhere('fresh', 'on');
      const { errors } = expectError(await put({ ...SWITCH, defaultVariant: 'x' }), 400, 'invalid_request');
      expect(errors).toMatchObject([{ pointer: '/defaultVariant', line: 1 }]);
      expect((await manage<FlagResource>('/fresh')).body).toMatchObject({ key: 'fresh', defaultVariant: 'on' });
    });

    test('flags have a history, can be compared and reverted, and are deleted', async () => {
      const before = await version();
      expect((await manage('/fresh', { method: 'DELETE' })).status).toBe(204);
      expectError(await manage('/fresh', { method: 'DELETE' }), 404, 'not_found');
      const { body: diff } = await manage<FlagDiff>(`/diff?from=${before}`);
      expect(diff).toMatchObject({ to: before + 1, differences: [{ kind: 'removed', pointer: '/flags/fresh' }] });
      await everywhere('fresh', '');
      const reverted = await manage<FlagVersion>('/revert', {
        json: { version: before },
        headers: { 'if-match': `"v${before + 1}"` },
      });
      expect(reverted).toMatchObject({ status: 200, body: { version: before + 2, restoredFrom: before } });
      await everywhere('fresh', 'on');
      const { body: page } = await manage<Page<FlagVersion>>('/versions?limit=2');
      expect(page.items.map(({ action }) => action)).toEqual(['flags.revert', 'flag.admin.delete']);
      const { body: old } = await manage<FlagVersion & { document: object }>('/versions/1');
      expect(old).toMatchObject({ version: 1, document: DOCUMENT });
      expectError(await manage('/versions/999'), 404, 'not_found');
    });

    test('a scheduled change is applied automatically, even after a restart of the control plane', async () => {
      const at = new Date(Date.now() + 1_500).toISOString();
      const made = await manage<ScheduledChange>('/scheduled', {
        json: { at, change: { op: 'disable', key: 'colour' } },
      });
      expect(made).toMatchObject({ status: 201, body: { status: 'pending' } });
      await installation.process('control-plane').stop();
      await installation.launch();
      const later = new Date(Date.now() + 3_600_000).toISOString();
      await manage('/scheduled', { json: { at: later, change: { op: 'enable', key: 'colour' } } });
      const scheduled = async (): Promise<readonly ScheduledChangeSummary[]> =>
        (await manage<Page<ScheduledChangeSummary>>('/scheduled')).body.items;
      await eventually(async () => {
        expect((await scheduled()).map(({ status }) => status)).toEqual(['applied', 'pending']);
      });
      await everywhere('colour', '');
      expect((await evaluate('colour')).body.reason).toBe('DISABLED');
      const pending = (await scheduled()).find(({ status }) => status === 'pending');
      const { body: one } = await manage<ScheduledChange>(`/scheduled/${pending?.id ?? ''}`);
      expect(one).toMatchObject({ status: 'pending', change: { op: 'enable', key: 'colour' }, version: null });
      expect((await manage(`/scheduled/${pending?.id ?? ''}`, { method: 'DELETE' })).status).toBe(204);
      await manage('/revert', { json: { version: 1 } });
      await everywhere('colour', 'red');
    });

    test('OFREP evaluates one flag or all flags, with ETags and its own error format', async () => {
      const ofrep = <T>(path: string, call: Call): Promise<Answer<T>> =>
        installation.backend<T>(`/ofrep/v1/evaluate/flags${path}`, { token, ...call });
      expect((await ofrep('/checkout', { json: { context: { targetingKey: 'u', plan: 'pro' } } })).body).toEqual({
        key: 'checkout',
        reason: 'TARGETING_MATCH',
        variant: 'on',
        value: true,
        metadata: { owner: 'team-a' },
      });
      expect(await ofrep('/gone', { json: {} })).toMatchObject({
        status: 200,
        body: { key: 'gone', reason: 'DISABLED', variant: '' },
      });
      expect(await ofrep('/nope', { json: {} })).toMatchObject({
        status: 404,
        body: { key: 'nope', errorCode: 'FLAG_NOT_FOUND' },
      });
      expect(await ofrep('/colour', { json: { context: 1 } })).toMatchObject({
        status: 400,
        body: { key: 'colour', errorCode: 'INVALID_CONTEXT' },
      });
      expect(await ofrep('/colour', { json: { context: { targetingKey: '' } } })).toMatchObject({
        status: 400,
        body: { errorCode: 'TARGETING_KEY_MISSING' },
      });
      expect(await ofrep('/colour', { body: '{', headers: { 'content-type': 'application/json' } })).toMatchObject({
        status: 400,
        body: { key: 'colour', errorCode: 'PARSE_ERROR' },
      });
      expect(await ofrep('', { json: { context: [] } })).toMatchObject({
        status: 400,
        body: { errorCode: 'INVALID_CONTEXT' },
      });
      expect((await installation.backend('/ofrep/v1/evaluate/flags/colour', { json: {} })).status).toBe(401);
      const bulk = await ofrep<{ flags: { key: string }[] }>('', { json: { context: { targetingKey: 'u' } } });
      expect(bulk.body.flags.map(({ key }) => key)).toEqual(['checkout', 'colour', 'limits', 'share']);
      const tag = bulk.headers.get('etag') ?? '';
      const again = (context: object): Promise<Answer<unknown>> =>
        ofrep('', { json: { context }, headers: { 'if-none-match': tag } });
      expect(await again({ targetingKey: 'u' })).toMatchObject({ status: 304, text: '' });
      expect((await again({ targetingKey: 'u', plan: 'pro' })).status).toBe(200);
    });

    test('the OpenFeature server SDK works with an OFREP provider', async () => {
      const headers: [string, string][] = [['authorization', `Bearer ${token}`]];
      await OpenFeature.setProviderAndWait(
        installation.options.layout,
        new OFREPProvider({ baseUrl: installation.backendUrl, headers }),
      );
      const client = OpenFeature.getClient(installation.options.layout);
      const details = await client.getBooleanDetails('checkout', false, { targetingKey: 'u', plan: 'enterprise' });
      expect(details).toMatchObject({
        value: true,
        variant: 'on',
        reason: 'TARGETING_MATCH',
        flagMetadata: { owner: 'team-a' },
      });
      expect(await client.getBooleanValue('checkout', true, { plan: 'free' })).toBe(false);
      expect(await client.getStringValue('colour', '')).toBe('#f00');
      expect(await client.getObjectValue('limits', {})).toEqual({ rows: 10 });
      const share = await client.getNumberValue('share', 0, { targetingKey: 'user-1' });
      expect(await client.getNumberValue('share', 0, { targetingKey: 'user-1' })).toBe(share);
      expect(await client.getStringDetails('nope', 'x')).toMatchObject({ value: 'x', errorCode: 'FLAG_NOT_FOUND' });
      expect(await client.getNumberDetails('colour', 7)).toMatchObject({ value: 7, errorCode: 'TYPE_MISMATCH' });
      expect(await client.getBooleanValue('gone', true)).toBe(true);
      await OpenFeature.clearProviders();
    });

    test('no log, error or table contains an evaluation context', async () => {
      const canary = 'canary-7e21c0d4a9@example.com';
      const context = { targetingKey: canary, email: canary };
      const asked: readonly [string, object][] = [
        ['/v1/flags/evaluate', { key: 'checkout', context }],
        ['/v1/flags/evaluate', { key: 'share', context: { ...context, plan: canary }, unknown: true }],
        ['/v1/flags/evaluate-all', { context }],
        ['/ofrep/v1/evaluate/flags/nope', { context }],
        ['/ofrep/v1/evaluate/flags', { context }],
      ];
      const answers = await Promise.all(asked.map(([path, json]) => installation.backend(path, { token, json })));
      expect(answers.map(({ status }) => status)).toEqual([200, 400, 200, 404, 200]);
      const client = installation.sidecar();
      for (const attributesJson of [JSON.stringify(context), `{"email": "${canary}`]) {
        const request = { flagKey: 'checkout', tenantId: 'default', userId: canary, attributesJson };
        const answer = await client.call<EvaluateFlagResponse>('FlagService', 'EvaluateFlag', request);
        expect(JSON.stringify(answer)).not.toContain(canary);
      }
      await expectNoCanary(
        installation,
        canary,
        answers.map(({ text }) => text),
      );
    });

    test('every write is in the audit log', async () => {
      await eventually(async () => {
        const rows = await installation.query<{ action: string }>(
          `SELECT DISTINCT action FROM audit.events WHERE resource_type IN ('flag', 'flag_change') AND outcome = 'success'`,
        );
        const actions = rows.map(({ action }) => action);
        for (const action of [
          'flags.document.put',
          'flag.put',
          'flag.admin.delete',
          'flags.revert',
          'flags.schedule',
          'flags.scheduled.apply',
          'flags.schedule.cancel',
        ]) {
          expect(actions).toContain(action);
        }
      });
    });
  });
