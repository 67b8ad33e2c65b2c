import { status as Grpc } from '@grpc/grpc-js';
import { eventually } from '../../../../test/support/eventually';
import { GrpcClient } from '../../../../test/support/grpc-client';
import { openAllCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../../../../test/support/test-core';
import { createTestDatabase, type TestDatabase } from '../../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../../test/support/two-tenants';
import { systemContext } from '../../../kernel/context/call-context';
import type { EvaluateFlagResponse } from '../../../kernel/grpc/generated/coresdk/v1/flags';
import { newId } from '../../../kernel/ids/ids';
import { FlagsAdminPort } from '../contract/flags-admin.port';
import { UNCONDITIONAL } from '../../../kernel/http/conditions/conditions';

let database: TestDatabase;
let core: TestCore;
let surface: { readonly address: string; readonly close: () => Promise<void> };
let service: GrpcClient;
let stranger: GrpcClient;
let a: TestTenant;
let b: TestTenant;

const SWITCH = { state: 'ENABLED', variants: { on: true, off: false }, defaultVariant: 'on' };
const DOCUMENT = {
  $evaluators: { staff: { ends_with: [{ var: 'email' }, '@example.com'] } },
  flags: {
    plain: SWITCH,
    dark: { ...SWITCH, defaultVariant: 'off' },
    disabled: { ...SWITCH, state: 'DISABLED' },
    colour: { state: 'ENABLED', variants: { red: '#f00', off: '' }, defaultVariant: 'red' },
    open: { state: 'ENABLED', variants: { red: '#f00' } },
    staff: { ...SWITCH, defaultVariant: 'off', targeting: { if: [{ $ref: 'staff' }, 'on'] } },
    user: { ...SWITCH, defaultVariant: 'off', targeting: { if: [{ '==': [{ var: 'targetingKey' }, 'usr-1'] }, 'on'] } },
    computed: { ...SWITCH, targeting: { var: 'pick' } },
  },
};

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { CHANGE_FEED_MAX_AGE_MS: '1500' });
  surface = await openSidecarSurface(core);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  stranger = new GrpcClient(surface.address);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
  const context = systemContext(newId('req'), a.id);
  await core.context.get(FlagsAdminPort).putDocument(context, JSON.stringify(DOCUMENT), UNCONDITIONAL);
});

afterAll(async () => {
  service.close();
  stranger.close();
  await surface.close();
  await core.close();
  await database.drop();
});

const evaluate = (request: object, client = service) =>
  client.call<EvaluateFlagResponse>('FlagService', 'EvaluateFlag', { tenantId: a.id, ...request });

describe('EvaluateFlag', () => {
  it.each<[string, object, boolean, string, string]>([
    ['a flag that is on', { flagKey: 'plain' }, true, 'on', 'STATIC'],
    ['a flag that is off', { flagKey: 'dark' }, false, 'off', 'STATIC'],
    ['a disabled flag', { flagKey: 'disabled' }, false, '', 'DISABLED'],
    ['a flag with string variants', { flagKey: 'colour' }, true, 'red', 'STATIC'],
    ['a flag without a default', { flagKey: 'open' }, false, '', 'DEFAULT'],
    ['a hit', { flagKey: 'staff', attributesJson: '{"email":"x@example.com"}' }, true, 'on', 'TARGETING_MATCH'],
    ['a miss', { flagKey: 'staff', attributesJson: '{"email":"x@example.org"}' }, false, 'off', 'DEFAULT'],
    ['a user', { flagKey: 'user', userId: 'usr-1' }, true, 'on', 'TARGETING_MATCH'],
    [
      'a user given as an attribute',
      { flagKey: 'user', attributesJson: '{"targetingKey":"usr-1"}' },
      true,
      'on',
      'TARGETING_MATCH',
    ],
    [
      'the user in the message instead of the user in the attributes',
      { flagKey: 'user', userId: 'usr-2', attributesJson: '{"targetingKey":"usr-1"}' },
      false,
      'off',
      'DEFAULT',
    ],
  ])('evaluates %s', async (_name, request, enabled, variant, reason) => {
    // Evaluates twice, because the second response may come from a cache.
    for (let n = 0; n < 2; n++) expect(await evaluate(request)).toEqual({ enabled, variant, reason, error: null });
  });

  it('supports the method name that published clients call', async () => {
    const request = { flagKey: 'plain', tenantId: a.id, attributesJson: '{}' };
    expect(await service.call<EvaluateFlagResponse>('FlagService', 'Evaluate', request)).toMatchObject({
      variant: 'on',
    });
  });

  it('accepts the tenant by ID or slug', async () => {
    expect(await evaluate({ flagKey: 'plain', tenantId: a.slug })).toMatchObject({ enabled: true });
  });

  it.each<[string, object, string, number]>([
    ['an unknown flag', { flagKey: 'nope' }, 'FLAG_NOT_FOUND', 404],
    ['a name that all objects have', { flagKey: '__proto__' }, 'FLAG_NOT_FOUND', 404],
    ['a missing variant', { flagKey: 'computed', attributesJson: '{"pick":"neither"}' }, 'GENERAL', 422],
    ['no flag', { flagKey: '' }, 'ERROR', 400],
    ['an overlong key', { flagKey: 'x'.repeat(5_000) }, 'ERROR', 400],
    ['an unknown tenant', { flagKey: 'plain', tenantId: 'nobody' }, 'ERROR', 404],
    ['no tenant', { flagKey: 'plain', tenantId: '' }, 'ERROR', 404],
    ['attributes that are not JSON', { flagKey: 'plain', attributesJson: '{' }, 'INVALID_CONTEXT', 400],
    ['attributes that are not an object', { flagKey: 'plain', attributesJson: '[]' }, 'INVALID_CONTEXT', 400],
    [
      'overlong attributes',
      { flagKey: 'plain', attributesJson: `{"a":"${'x'.repeat(100_000)}"}` },
      'INVALID_CONTEXT',
      400,
    ],
    [
      'deeply nested attributes',
      { flagKey: 'plain', attributesJson: '{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000) },
      'INVALID_CONTEXT',
      400,
    ],
  ])('returns off, a reason and a problem for %s', async (_name, request, reason, status) => {
    expect(await evaluate(request)).toMatchObject({ enabled: false, variant: '', reason, error: { status } });
  });

  it("does not evaluate one tenant's flags for other tenants", async () => {
    expect(await evaluate({ flagKey: 'plain', tenantId: b.id })).toMatchObject({
      enabled: false,
      reason: 'FLAG_NOT_FOUND',
    });
  });

  it('returns off to callers other than services', async () => {
    expect(await evaluate({ flagKey: 'plain' }, stranger)).toMatchObject({ enabled: false, error: { status: 401 } });
  });

  it('responds to invalid request bytes', async () => {
    const bytes = Buffer.from([0x0a, 0x7f, 0x61]);
    expect((await service.raw('/coresdk.v1.FlagService/EvaluateFlag', bytes)).code).toBe(Grpc.OK);
  });

  // The last test: it stops the feed.
  it('continues with the reason STALE once the change feed is silent', async () => {
    await core.feed.stop();
    await eventually(async () => {
      expect(await evaluate({ flagKey: 'plain' })).toEqual({
        enabled: true,
        variant: 'on',
        reason: 'STALE',
        error: null,
      });
    });
    expect(await evaluate({ flagKey: 'nope' })).toMatchObject({ enabled: false, reason: 'FLAG_NOT_FOUND' });
  });
});
