import { Client } from 'pg';
import { TenantCache } from '../../kernel/changes/tenant-cache';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { rotateDataKey } from '../../../test/support/data-keys';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { MaskingRulesPort } from './contract/masking-rules.port';
import { newMaskingRules, type NewMaskingRules } from './contract/masking-rules.types';
import { MaskingPort } from './contract/masking.port';
import type { MaskingOptions } from './contract/masking.types';

const EMAIL = 'ada@example.com';
const NO_CONDITION = { ifMatch: null, ifNoneMatch: null };
const TOKENISE: MaskingOptions = {
  extraBlockedFields: [],
  extraPatterns: [],
  strategy: 'tokenise',
  entityStrategies: {},
  fieldStrategies: {},
};

let database: TestDatabase;
/** Two processes with one database. */
let one: TestCore;
let two: TestCore;
let rules: MaskingRulesPort;
let masking: MaskingPort;

beforeAll(async () => {
  database = await createTestDatabase();
  one = await openAllCore(database);
  two = await openAllCore(database);
  rules = one.context.get(MaskingRulesPort);
  masking = one.context.get(MaskingPort);
});

afterAll(async () => {
  await one.close();
  await two.close();
  await database.drop();
});

const contextOf = (tenantId: string): CallContext => systemContext(newId('req'), tenantId);
const newTenant = (): CallContext => contextOf(newId('tnt'));
const rulesOf = (members: Partial<NewMaskingRules>): NewMaskingRules => newMaskingRules.parse(members);
const tokenOf = async (context: CallContext, core = one): Promise<string> =>
  (await core.context.get(MaskingPort).maskString(context, EMAIL, TOKENISE)).text;

describe('the rules of a tenant', () => {
  it("are the installation's rules before the tenant first sets rules and after a reset", async () => {
    const tenant = newTenant();
    expect(await rules.get(tenant)).toMatchObject({ version: 0, strategy: 'redact', updatedBy: null });
    const made = await rules.put(tenant, rulesOf({ strategy: 'mask' }), NO_CONDITION);
    expect(made).toMatchObject({ version: 1, strategy: 'mask', updatedBy: 'system' });
    expect(await rules.get(tenant)).toEqual(made);
    expect(await rules.get(newTenant())).toMatchObject({ version: 0 });
    await rules.reset(tenant, { ifMatch: '"v1"', ifNoneMatch: null });
    expect(await rules.get(tenant)).toMatchObject({ version: 2, strategy: 'redact' });
  });

  it('are changed by only one of many concurrent writes with the same condition', async () => {
    const tenant = newTenant();
    const attempts = Array.from({ length: 40 }, (_, index) => {
      const port = (index % 2 === 0 ? one : two).context.get(MaskingRulesPort);
      return port.put(tenant, rulesOf({ threshold: index / 100 }), { ifMatch: '"v0"', ifNoneMatch: null });
    });
    const outcomes = await Promise.allSettled(attempts);
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) {
      if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject({ code: 'precondition_failed' });
    }
    expect(await rules.get(tenant)).toMatchObject({ version: 1 });
  });

  it('apply in every process through the change feed, and only for that tenant', async () => {
    const [tenant, other] = [newTenant(), newTenant()];
    const far = two.context.get(MaskingPort);
    const wish = { ...TOKENISE, strategy: null };
    for (const context of [tenant, other]) {
      expect(await far.maskString(context, EMAIL, wish)).toMatchObject({ text: '[REDACTED]' });
    }
    await rules.put(tenant, rulesOf({ strategy: 'mask' }), NO_CONDITION);
    await two.feed.catchUp();
    expect(await far.maskString(tenant, EMAIL, wish)).toMatchObject({ text: 'a***@example.com' });
    expect(await far.maskString(other, EMAIL, wish)).toMatchObject({ text: '[REDACTED]' });
  });

  it('are refused as a whole, with a pointer to each fault', async () => {
    const tenant = newTenant();
    const bad = rulesOf({
      entities: { NOBODY: { enabled: true }, MINE: { strategy: 'hash' } },
      patterns: [
        { name: 'MINE', pattern: '(?<!x)y', strategy: 'redact' },
        { name: 'MINE', pattern: 'fine', strategy: 'redact' },
        { name: 'EMAIL_ADDRESS', pattern: '(a', strategy: 'redact' },
      ],
    });
    await expect(rules.put(tenant, bad, NO_CONDITION)).rejects.toMatchObject({
      code: 'invalid_request',
      fields: [
        { pointer: '/patterns/0/pattern' },
        { pointer: '/patterns/1/name' },
        { pointer: '/patterns/2/name' },
        { pointer: '/patterns/2/pattern' },
        { pointer: '/entities/NOBODY' },
      ],
    });
    expect(await rules.get(tenant)).toMatchObject({ version: 0 });
  });

  it('are refused before they are compiled if the patterns are too large in total', async () => {
    const pattern = '(a{30}){33}'.repeat(40);
    const patterns = Array.from({ length: 20 }, (_, index) => ({
      name: `P${index}`,
      pattern,
      strategy: 'redact' as const,
    }));
    await expect(rules.put(newTenant(), rulesOf({ patterns }), NO_CONDITION)).rejects.toMatchObject({
      fields: [{ pointer: '/patterns', code: 'too_large' }],
    });
  });

  it('change only together with an audit event', async () => {
    const tenant = { ...newTenant(), auditEventId: newId('aud') };
    await rules.put(tenant, rulesOf({ allowedValues: ['not-for-the-log'] }), NO_CONDITION);
    const events = await queryAs<{ payload: object }>(
      database.adminUrl,
      `SELECT payload::text AS payload FROM kernel.outbox WHERE id = $1
       UNION ALL SELECT to_jsonb(e)::text FROM audit.events e WHERE id = $1`,
      [tenant.auditEventId],
    );
    expect(events).toHaveLength(1);
    expect(JSON.stringify(events)).toContain('masking.rules.put');
    expect(JSON.stringify(events)).not.toContain('not-for-the-log');
  });
});

describe('the keys of a tenant', () => {
  it('are created once, by the first process', async () => {
    const tenant = newTenant();
    const cores = Array.from({ length: 20 }, (_, index) => (index % 2 === 0 ? one : two));
    const tokens = await Promise.all(cores.map((core) => tokenOf(tenant, core)));
    expect(new Set(tokens).size).toBe(1);
    expect(await rules.keys(tenant)).toMatchObject([{ generation: 1, current: true }]);
  });

  it('can be rotated: old tokens stay readable in every process, and new tokens differ', async () => {
    const [tenant, other] = [newTenant(), newTenant()];
    const [before, ofOther] = [await tokenOf(tenant), await tokenOf(other)];
    expect(await rules.rotateKey(tenant)).toMatchObject({ generation: 2, current: true });
    await Promise.all([one.feed.catchUp(), two.feed.catchUp()]);
    const after = await tokenOf(tenant);
    expect(after).not.toBe(before);
    expect(await tokenOf(tenant, two)).toBe(after);
    expect(await tokenOf(other)).toBe(ofOther);
    for (const core of [one, two]) {
      const port = core.context.get(MaskingPort);
      expect((await port.detokenise(tenant, [before, after])).map(({ value }) => value)).toEqual([EMAIL, EMAIL]);
      expect((await port.detokenise(other, [before, after])).map(({ value }) => value)).toEqual([null, null]);
    }
  });

  it('get a separate generation for each concurrent rotation', async () => {
    const tenant = newTenant();
    const made = await Promise.all(
      Array.from({ length: 6 }, (_, index) =>
        (index % 2 === 0 ? one : two).context.get(MaskingRulesPort).rotateKey(tenant),
      ),
    );
    expect(made.map(({ generation }) => generation).sort()).toEqual([2, 3, 4, 5, 6, 7]);
    expect((await rules.keys(tenant)).map(({ generation, current }) => [generation, current])).toEqual(
      [7, 6, 5, 4, 3, 2, 1].map((generation) => [generation, generation === 7]),
    );
  });

  it('do not change when the tenant’s data key is rotated', async () => {
    const tenant = newTenant();
    const before = await tokenOf(tenant);
    await rotateDataKey(one.context, tenant.tenantId ?? '');
    await Promise.all([one.feed.catchUp(), two.feed.catchUp()]);
    expect(await tokenOf(tenant)).toBe(before);
    expect(await tokenOf(tenant, two)).toBe(before);
  });

  it('cannot open tokens if their row was moved to a different tenant', async () => {
    const [tenant, thief] = [newTenant(), newTenant()];
    const token = await tokenOf(tenant);
    // The superuser represents an attacker who can write to the database.
    await queryAs(
      database.adminUrl,
      `INSERT INTO masking.keys (tenant_id, generation, key_id, created_by)
       SELECT $2, generation, key_id, created_by FROM masking.keys WHERE tenant_id = $1`,
      [tenant.tenantId, thief.tenantId],
    );
    await queryAs(database.adminUrl, 'UPDATE sealing.tenant_keys SET tenant_id = $2 WHERE tenant_id = $1', [
      tenant.tenantId,
      thief.tenantId,
    ]);
    await expect(masking.detokenise(thief, [token])).rejects.toMatchObject({ name: 'AppError', code: 'unavailable' });
  });
});

describe('while the database hangs', () => {
  const wish = { ...TOKENISE, strategy: null };
  let third: TestCore;

  beforeAll(async () => {
    third = await openAllCore(database, { DATABASE_STATEMENT_TIMEOUT_MS: '400' });
  });

  afterAll(() => third.close());

  it('a tenant’s text is masked only according to its own rules; text without a tenant does not need the database', async () => {
    const tenant = newTenant();
    const port = third.context.get(MaskingPort);
    const mine = { name: 'MINE', pattern: 'M-\\d+', strategy: 'redact' } as const;
    await rules.put(tenant, rulesOf({ patterns: [mine] }), NO_CONDITION);
    const blocker = new Client({ connectionString: database.adminUrl });
    await blocker.connect();
    try {
      await blocker.query('BEGIN');
      await blocker.query('LOCK TABLE masking.rules IN ACCESS EXCLUSIVE MODE');
      await expect(port.maskString(tenant, 'M-1', wish)).rejects.toMatchObject({ code: 'unavailable' });
      expect(await port.maskString({ ...tenant, tenantId: null }, EMAIL, wish)).toMatchObject({ text: '[REDACTED]' });
    } finally {
      await blocker.end();
    }
    expect(await port.maskString(tenant, 'M-1', wish)).toMatchObject({ text: '[REDACTED]' });
  });

  it('cached rules are not used while the change feed is silent', async () => {
    const tenant = newTenant();
    const port = third.context.get(MaskingPort);
    expect(await port.maskString(tenant, 'M-1', wish)).toMatchObject({ text: 'M-1' });
    const silent = jest.spyOn(third.feed, 'isFresh').mockReturnValue(false);
    // The rules that are read at this point stay in memory, and the change is not applied.
    const told = jest.spyOn(TenantCache.prototype, 'apply').mockResolvedValue();
    const mine = { name: 'MINE', pattern: 'M-\\d+', strategy: 'redact' } as const;
    await rules.put(tenant, rulesOf({ patterns: [mine] }), NO_CONDITION);
    expect(await port.maskString(tenant, 'M-1', wish)).toMatchObject({ text: '[REDACTED]' });
    silent.mockRestore();
    told.mockRestore();
  });
});
