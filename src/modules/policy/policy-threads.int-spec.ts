import { eventually } from '../../../test/support/eventually';
import { activateBundle, type TestBundle } from '../../../test/support/policy-bundle';
import { distantDeadline } from '../../../test/support/distant-deadline';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { PolicyPort } from './contract/policy.port';
import type { PolicyDecision, PolicyQuery } from './contract/policy.types';
import { PolicyCache } from './policy-cache';

/** Text that is too long for the main thread to read for a decision. */
const PAD = 'x'.repeat(64 * 1024);

let database: TestDatabase;
let core: TestCore;
let policy: PolicyPort;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { POLICY_CPU_MS: '1000' });
  policy = core.context.get(PolicyPort);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const context = (): CallContext => systemContext(newId('req'));

/** Queries with a distant deadline, unless the test sets its own. */
function ask(tenant: TestTenant, rule: string, input: unknown = {}, more: Partial<PolicyQuery> = {}) {
  const query = {
    tenantId: tenant.id,
    rule,
    input: { json: JSON.stringify(input) },
    deadlineMs: distantDeadline(),
    ...more,
  };
  return policy.evaluate(context(), query);
}

async function activate(tenant: TestTenant, bundle: TestBundle): Promise<number> {
  const version = await activateBundle(database.adminUrl, tenant.id, bundle);
  await core.feed.catchUp();
  await eventually(async () => expect((await ask(tenant, 'data.none')).version).toBe(version));
  return version;
}

const rego = (text: string): TestBundle => ({ modules: { 'main.rego': text } });

/** Returns the lengths of the strings that the main thread parses as JSON during `work`. */
async function parsedHere(work: () => Promise<unknown>): Promise<readonly number[]> {
  const parse = jest.spyOn(JSON, 'parse');
  try {
    await work();
    return parse.mock.calls.map(([text]) => text.length);
  } finally {
    parse.mockRestore();
  }
}

const LOOPS = `package app

long if count([1 | some x in numbers.range(1, input.n); some y in numbers.range(1, 1000); x != y]) > 0

middling if count([1 | some x in numbers.range(1, 2000); x > 3]) > 0

endless if count([1 | some x in numbers.range(1, 90000); some y in numbers.range(1, 90000); x * y == -1]) == 0

short := true`;

describe('a long decision', () => {
  beforeAll(() => activate(a, rego(LOOPS)));

  it('completes regardless of wall-clock time', async () => {
    expect(await ask(a, 'app.long', { n: 800 })).toMatchObject({ allowed: true });
  });

  it('lets shorter decisions and other tenants run first', async () => {
    await ask(b, 'none');
    const order: string[] = [];
    const asked = ['app.long', 'app.short', 'app.short'].map(async (rule) => {
      await ask(a, rule, { n: 50 });
      order.push(rule);
    });
    await Promise.all([...asked, ask(b, 'none').then(() => order.push('other tenant'))]);
    expect(order).toEqual(['app.short', 'app.short', 'other tenant', 'app.long']);
  });

  it('is denied at its CPU time limit, and audited like other denials', async () => {
    const call = context();
    const query = { tenantId: a.id, rule: 'app.endless', input: { json: '{}' }, deadlineMs: distantDeadline() };
    const denied = await policy.evaluate(call, query);
    expect(denied).toMatchObject({ allowed: false, code: 'limit', reason: expect.stringContaining('was stopped') });
    await eventually(async () => {
      const rows = await queryAs(
        database.adminUrl,
        'SELECT action, outcome, reason FROM audit.events WHERE request_id = $1',
        [call.requestId],
      );
      expect(rows).toEqual([{ action: 'policy.evaluate', outcome: 'denied', reason: 'limit' }]);
    });
  });

  it('ends at the deadline of its caller', async () => {
    expect(await ask(a, 'app.endless', {}, { deadlineMs: Date.now() + 200 })).toMatchObject({ code: 'deadline' });
    expect(await ask(a, 'app.long', { n: 50 })).toMatchObject({ allowed: true });
  });

  it('is accepted even after earlier decisions used the main thread', async () => {
    for (let count = 0; count < 100; count++) {
      expect(await ask(a, 'app.middling', { count })).toMatchObject({ allowed: true });
    }
  });

  it('can be explained by a dry run', async () => {
    const query = { tenantId: a.id, rule: 'app.long', input: { json: '{"n": 50}' }, deadlineMs: distantDeadline() };
    expect(await policy.dryRun(context(), query)).toMatchObject({ decision: { allowed: true }, value: true });
  });
});

describe('a decision in a thread', () => {
  const RULES = `package app

default allow := false

allow if input.n > 1

deny_reasons contains "too small" if input.n < 1

deny_reasons contains sprintf("n is %d", [input.n])

sometimes if input.n == 7

text := "x"

conflict := input.n

conflict := input.n + 1

wrong if object.get(input, "m", count(input.n)) > 0`;
  const STRUCTURED = `package cyberpod.resource_permission

decide := {"decision": "mask", "reason_code": "pii", "obligations": {"mask_field_classes": ["email"]}}`;

  it.each<[string, unknown, Partial<PolicyDecision>]>([
    ['app.allow', { n: 2 }, { allowed: true }],
    ['app.allow', { n: 0 }, { code: 'denied', reason: 'n is 0, too small' }],
    ['app.sometimes', { n: 1 }, { code: 'undefined' }],
    ['app.text', {}, { code: 'not_boolean' }],
    ['app.conflict', { n: 1 }, { code: 'evaluation_error' }],
    ['app.wrong', { n: 1 }, { code: 'undefined' }],
    ['app.missing', {}, { code: 'no_such_rule' }],
    ['data.cyberpod.resource_permission.decide', {}, { code: 'denied', reason: 'pii' }],
    ['app.allow', { n: 2, tenant_id: 'another' }, { code: 'tenant_wall' }],
    ['coresdk.egress.allow', { host: 'api.example.com' }, { allowed: true }],
  ])("for %s with the input %j equals the main thread's decision", async (rule, input, expected) => {
    await activate(a, { modules: { 'main.rego': RULES, 'structured.rego': STRUCTURED } });
    const here = await ask(a, rule, input);
    expect(here).toMatchObject(expected);
    expect(await ask(a, rule, { ...(input as object), pad: PAD })).toEqual(here);
  });

  it('uses the active version of each tenant', async () => {
    const numbered = (n: number): TestBundle => rego(`package app\n\nallow if input.n == ${n}`);
    await activate(a, numbered(1));
    await activate(b, numbered(2));
    const allowed = (tenant: TestTenant, n: number) => ask(tenant, 'app.allow', { n, pad: PAD });
    expect(await allowed(a, 1)).toMatchObject({ allowed: true });
    expect(await allowed(b, 1)).toMatchObject({ allowed: false });
    expect(await allowed(b, 2)).toMatchObject({ allowed: true });
    await activate(a, numbered(3));
    expect(await allowed(a, 1)).toMatchObject({ allowed: false });
    expect(await allowed(a, 3)).toMatchObject({ allowed: true });
  });
});

describe('an input of 4 MiB', () => {
  it('is not read on the main thread', async () => {
    await activate(a, rego('package app\n\nallow if input.list[100000].n == 100000'));
    const list = Array.from({ length: 220_000 }, (_, n) => ({ n }));
    const json = JSON.stringify({ list });
    const lengths = await parsedHere(async () => {
      expect(await ask(a, 'app.allow', {}, { input: { json } })).toMatchObject({ allowed: true });
    });
    expect(Math.max(0, ...lengths)).toBeLessThan(32 * 1024);
  });

  it('is accepted when it is passed as a value', async () => {
    const list = Array.from({ length: 100_000 }, (_, n) => ({ n }));
    expect(await ask(a, 'app.allow', {}, { input: { value: { list: [...list, { n: 100_000 }] } } })).toMatchObject({
      allowed: true,
    });
  });
});

describe('a large bundle', () => {
  const USERS = Object.fromEntries(
    Array.from({ length: 60_000 }, (_, n) => [`user-${n}`, { n, role: 'reader'.repeat(8) }]),
  );

  it('is neither read nor compiled on the main thread', async () => {
    const lengths = await parsedHere(async () => {
      await activate(a, { ...rego('package app\n\nallow if data.users[input.user].n == 7'), data: { users: USERS } });
      expect(await ask(a, 'app.allow', { user: 'user-7' })).toMatchObject({ allowed: true });
      expect(await ask(a, 'app.allow', { user: 'user-8' })).toMatchObject({ allowed: false, code: 'undefined' });
    });
    expect(Math.max(0, ...lengths)).toBeLessThan(128 * 1024);
    expect(core.context.get(PolicyCache).current(a.id)?.compiled).toBeNull();
  });

  it('decides on the first request if it consists of rules', async () => {
    const rules = Array.from({ length: 1_500 }, (_, n) => `f${n}(x) if { x.n >= ${n}; not x.m${n} }`);
    const all = Array.from({ length: 1_500 }, (_, n) => `f${n}(input)`);
    await activate(a, rego(`package app\n\n${rules.join('\n')}\n\nallow if {\n${all.join('\n')}\n}`));
    expect(await ask(a, 'app.allow', { n: 5_000 })).toMatchObject({ allowed: true });
  });

  it('causes a denial that states the position of the error if the bundle does not compile', async () => {
    const comment = '# a long comment\n'.repeat(2_000);
    await activateBundle(database.adminUrl, a.id, rego(`package app\n\nallow if nowhere\n${comment}`));
    await core.feed.catchUp();
    await eventually(async () =>
      expect(await ask(a, 'app.allow')).toMatchObject({
        code: 'unavailable',
        reason: expect.stringContaining('main.rego:3:'),
      }),
    );
  });
});
