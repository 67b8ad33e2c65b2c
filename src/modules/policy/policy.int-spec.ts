import { setTimeout as sleep } from 'node:timers/promises';
import { eventually } from '../../../test/support/eventually';
import { activateBundle, type TestBundle } from '../../../test/support/policy-bundle';
import { distantDeadline } from '../../../test/support/distant-deadline';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { type CallContext, systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { PolicyPort } from './contract/policy.port';
import type { PolicyDecision, PolicyQuery, PolicyUpdate } from './contract/policy.types';

const MAX_AGE_MS = 1_500;

let database: TestDatabase;
let core: TestCore;
let policy: PolicyPort;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database, { CHANGE_FEED_MAX_AGE_MS: String(MAX_AGE_MS) });
  policy = core.context.get(PolicyPort);
  a = await makeTenant(core, 'a');
  b = await makeTenant(core, 'b');
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

const context = (): CallContext => systemContext(newId('req'));

/** Queries with a deadline that even a busy machine meets, unless the test sets its own. */
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

/** Activates a bundle, and waits until this process uses it for decisions. */
async function activate(tenant: TestTenant, bundle: TestBundle): Promise<number> {
  const version = await activateBundle(database.adminUrl, tenant.id, bundle);
  await core.feed.catchUp();
  await eventually(async () => expect((await ask(tenant, 'data.none')).version).toBe(version));
  return version;
}

const rego = (text: string): TestBundle => ({ modules: { 'main.rego': text } });

describe('a decision', () => {
  it('comes from the base policy for a tenant without a bundle', async () => {
    const reader = { subject: 'app-1', action: 'project.get', scopes: ['projects.read'] };
    expect(await ask(b, 'data.authz.allow', reader)).toEqual({
      allowed: true,
      code: null,
      reason: '',
      version: null,
      resourcePermission: null,
    });
    expect(await ask(b, 'authz.allow', { ...reader, action: 'project.delete' })).toMatchObject({
      allowed: false,
      code: 'denied',
      reason: 'insufficient_scope: This call needs the scope "projects.write".',
      version: null,
    });
  });

  it('comes from the tenant’s own bundle over the base policy, and only for that tenant', async () => {
    const mine = 'package authz\n\ndefault allow := false\n\nallow if input.action == data.word';
    const version = await activate(a, { modules: { 'authz.rego': mine }, data: { word: 'hello' } });
    expect(await ask(a, 'authz.allow', { action: 'hello' })).toMatchObject({ allowed: true, version });
    expect(await ask(a, 'authz.allow', { subject: 'x', action: 'read', scopes: ['admin'] })).toMatchObject({
      allowed: false,
      reason: 'data.authz.allow is false.',
    });
    expect(await ask(b, 'authz.allow', { action: 'hello' })).toMatchObject({ allowed: false, version: null });
    expect(await ask(a, 'coresdk.egress.allow', { host: 'api.example.com' })).toMatchObject({ allowed: true, version });
    expect(await ask(a, 'coresdk.egress.allow', { host: '10.0.0.1' })).toMatchObject({ allowed: false });
  });

  it('is a denial for an input that names a different tenant, regardless of the bundle', async () => {
    await activate(a, rego('package open\n\nallow := true'));
    for (const name of [a.id, a.slug]) {
      expect(await ask(a, 'open.allow', { tenant_id: name, resource_tenant: name })).toMatchObject({ allowed: true });
    }
    for (const input of [
      { tenant_id: b.id },
      { tenant_id: b.slug },
      { resource_tenant: b.id },
      { context: { resource_tenant: b.slug } },
      { requested_tenant: 'nobody' },
      { jwt_tenant: b.slug, tenant_id: a.id },
      { tenant: { id: b.id, slug: b.slug }, tenant_id: b.id },
    ]) {
      expect(await ask(a, 'open.allow', input)).toMatchObject({ allowed: false, code: 'tenant_wall' });
    }
    expect((await ask(a, 'open.allow', { tenant_id: b.slug })).reason).toBe(
      'The input names another tenant in tenant_id.',
    );
  });

  it.each<[string, string, unknown, Partial<PolicyDecision>]>([
    ['an unknown rule', 'data.app.nothing', {}, { code: 'no_such_rule' }],
    ['an unknown package', 'data.nowhere.allow', {}, { code: 'no_such_rule' }],
    ['a missing rule', 'data', {}, { code: 'not_boolean' }],
    ['a rule without a value', 'app.sometimes', {}, { code: 'undefined' }],
    ['a rule that returns an object', 'app.object', {}, { code: 'not_boolean' }],
    ['a rule that returns a string', 'app.text', {}, { code: 'not_boolean' }],
    ['a package', 'data.app', {}, { code: 'not_boolean' }],
    ['data', 'app_data.flag', {}, { allowed: true }],
    ['a conflict', 'app.conflict', { secret: 'hunter2' }, { code: 'evaluation_error' }],
    ['reasons in addition to the decision', 'told.allow', {}, { code: 'denied', reason: 'because, of this' }],
    ['one reason in addition to the decision', 'single.allow', {}, { code: 'undefined', reason: 'no luck' }],
    ['a reason of a different type', 'odd.allow', {}, { code: 'denied', reason: 'data.odd.allow is false.' }],
  ])('on %s is returned, not thrown: %s', async (_name, rule, input, expected) => {
    const modules = {
      'app.rego': `package app

sometimes if input.never
object := {"a": 1}
text := "true"
conflict := 1
conflict := 2 if input.secret`,
      'told.rego': 'package told\n\ndefault allow := false\n\ndeny_reasons := {"of this", "because"}',
      'single.rego': 'package single\n\nallow if input.never\n\ndeny_reason := "no luck"',
      'odd.rego': 'package odd\n\ndefault allow := false\n\ndeny_reason := {"a": 1}',
    };
    await activate(a, { modules, data: { app_data: { flag: true } } });
    const decision = await ask(a, rule, input);
    expect(decision).toMatchObject({ allowed: false, ...expected });
    expect(decision.reason).not.toContain('hunter2');
  });

  it('is a denial at its work limit or its deadline if it takes too long', async () => {
    const loop = 'some i in numbers.range(1, 5000)\n  some j in numbers.range(1, 5000)\n  i + j == -1';
    await activate(a, rego(`package app\n\nbusy if {\n  ${loop}\n}`));
    expect(await ask(a, 'app.busy')).toMatchObject({ allowed: false, code: 'limit' });
    expect(await ask(a, 'app.busy', {}, { deadlineMs: Date.now() + 20 })).toMatchObject({ code: 'deadline' });
  });

  it.each(['{', '{"a":1}}', 'undefined', `${'['.repeat(100_000)}${']'.repeat(100_000)}`])(
    'on an input that is not JSON is returned, not thrown',
    async (json) => {
      expect(await ask(b, 'authz.allow', {}, { input: { json } })).toMatchObject({ code: 'invalid_input' });
    },
  );

  it('can have no input, or a value as input', async () => {
    await activate(a, rego('package app\n\nwithout if not input\n\nwith_value if input.n == 1'));
    expect(await ask(a, 'app.without', {}, { input: { json: '' } })).toMatchObject({ allowed: true });
    expect(await ask(a, 'app.with_value', {}, { input: { value: { n: 1 } } })).toMatchObject({ allowed: true });
  });

  it('is a denial after the deadline of its caller', async () => {
    const late = { deadlineMs: Date.now() - 1 };
    expect(await ask(b, 'coresdk.egress.allow', { host: 'a.example.com' }, late)).toMatchObject({ code: 'deadline' });
  });

  it('is structured below data.cyberpod.resource_permission', async () => {
    await activate(
      a,
      rego(`package cyberpod.resource_permission

decide := {"decision": "mask", "reason_code": "pii", "obligations": {"mask_field_classes": ["email"]}}

open := {"decision": "allow"}

plain := false

broken := {"decision": "maybe"}`),
    );
    const rule = 'cyberpod.resource_permission';
    expect(await ask(a, `${rule}.decide`)).toMatchObject({
      allowed: false,
      code: 'denied',
      reason: 'pii',
      resourcePermission: { decision: 'mask', safeHttpStatus: 200, obligations: { maskFieldClasses: ['email'] } },
    });
    expect(await ask(a, `${rule}.open`)).toMatchObject({ allowed: true, resourcePermission: { decision: 'allow' } });
    expect(await ask(a, `${rule}.plain`)).toMatchObject({ allowed: false, resourcePermission: { decision: 'deny' } });
    expect(await ask(a, `${rule}.broken`)).toMatchObject({
      code: 'not_boolean',
      resourcePermission: { decision: 'deny', reasonCode: 'not_boolean', safeHttpStatus: 403 },
    });
    expect(await ask(a, `${rule}.missing`)).toMatchObject({
      code: 'no_such_rule',
      resourcePermission: { decision: 'deny', reasonCode: 'no_such_rule' },
    });
  });
});

describe('a repeated query', () => {
  const again = (rule: string, value: Record<string, unknown>) => ask(a, rule, {}, { input: { value } });

  it('is evaluated again for a different version, and when the input names a different tenant', async () => {
    await activate(a, {
      modules: { 'main.rego': 'package app\n\nallow if input.user in data.users' },
      data: { users: ['ann'] },
    });
    for (let i = 0; i < 3; i++) expect(await again('app.allow', { user: 'ann', i })).toMatchObject({ allowed: true });
    expect(await again('app.allow', { user: 'bob' })).toMatchObject({ allowed: false });
    expect(await again('app.allow', { user: 'ann', tenant_id: b.id })).toMatchObject({ code: 'tenant_wall' });
    await activate(a, {
      modules: { 'main.rego': 'package app\n\nallow if input.user in data.users' },
      data: { users: ['bob'] },
    });
    expect(await again('app.allow', { user: 'ann' })).toMatchObject({ allowed: false });
    expect(await again('app.allow', { user: 'bob' })).toMatchObject({ allowed: true });
  });

  it('is evaluated again when the decision depends on more than the input', async () => {
    await activate(a, rego('package app\n\nallow if { input.user == "ann"; rand.intn("coin", 2) == 0 }'));
    const seen: boolean[] = [];
    for (let i = 0; i < 500; i++) seen.push((await again('app.allow', { user: 'ann' })).allowed);
    expect(seen).toContain(true);
    expect(seen.slice(seen.indexOf(true))).toContain(false);
  });
});

describe('an activation', () => {
  const numbered = (n: number): TestBundle => ({
    modules: {
      'a.rego': `package a\n\nnumber := ${n}`,
      'b.rego': `package b\n\nimport data.a\n\nwhole if {\n  a.number == ${n}\n  data.number == ${n}\n}`,
      'c.rego': `package c\n\ndefault allow := false\n\ndeny_reason := sprintf("%d %d", [data.a.number, data.number])`,
    },
    data: { number: n },
  });

  it('never mixes two versions in a decision, even under load', async () => {
    const first = await activate(a, numbered(0));
    const versions = new Set<number | null>();
    let done = false;
    const activating = (async () => {
      for (let n = 1; n <= 15; n++) {
        await activateBundle(database.adminUrl, a.id, numbered(n));
        await sleep(10);
        // The process combines all activations that happen in the meantime into one load.
        if (n % 5 === 0) await eventually(() => expect(versions).toContain(first + n));
      }
      done = true;
    })();
    for (let i = 0; i < 10_000 || !done; i++) {
      const [whole, told] = await Promise.all([ask(a, 'b.whole'), ask(a, 'c.allow')]);
      expect(whole).toMatchObject({ allowed: true });
      const n = (told.version ?? 0) - first;
      expect(told.reason).toBe(`${n} ${n}`);
      versions.add(told.version);
      if (i % 50 === 0) await sleep(1);
    }
    await activating;
    expect((await ask(a, 'b.whole')).version).toBe(first + 15);
  });

  it('leads to denials with the position of the error if the policy does not compile, until the next activation', async () => {
    await activate(a, rego('package app\n\nallow := true'));
    await activateBundle(database.adminUrl, a.id, rego('package app\n\nallow if nowhere'));
    await core.feed.catchUp();
    await eventually(async () =>
      expect(await ask(a, 'app.allow')).toMatchObject({
        code: 'unavailable',
        reason: expect.stringContaining('main.rego:3:'),
      }),
    );
    await activateBundle(database.adminUrl, a.id, rego('package app\n\nallow := true'));
    await core.feed.catchUp();
    expect(await ask(a, 'app.allow')).toMatchObject({ allowed: true });
  });
});

describe('watching', () => {
  async function take(updates: AsyncIterable<PolicyUpdate>, count: number): Promise<number[]> {
    const versions: number[] = [];
    for await (const { version } of updates) {
      versions.push(version);
      if (versions.length === count) break;
    }
    return versions;
  }

  const watch = (tenant: TestTenant, last: number | null, signal = new AbortController().signal) =>
    policy.watch(context(), tenant.id, last, signal);

  it('delivers every activated version once, in order, and without gaps across reconnects', async () => {
    const first = await activate(a, rego('package w0\n\nx := true'));
    const expected = Array.from({ length: 12 }, (_, i) => first + 1 + i);
    const activating = (async () => {
      for (const n of expected) {
        await activateBundle(database.adminUrl, a.id, rego(`package w${n}\n\nx := true`));
        await sleep(n % 3 === 0 ? 30 : 0);
      }
    })();
    const seen: number[] = [];
    let last = first;
    while (seen.length < expected.length) {
      // Each connection reads a few versions and closes.
      const part = await take(watch(a, last), Math.min(5, expected.length - seen.length));
      seen.push(...part);
      last = part.at(-1) ?? last;
    }
    await activating;
    expect(seen).toEqual(expected);
  });

  it('begins with the active version or, if there is none, with the first version that is activated', async () => {
    const active = await activate(a, rego('package w\n\nx := true'));
    expect(await take(watch(a, null), 1)).toEqual([active]);
    const c = await makeTenant(core, 'c');
    const waiting = take(watch(c, null), 2);
    await sleep(50);
    await activateBundle(database.adminUrl, c.id, rego('package w\n\nx := true'));
    await activateBundle(database.adminUrl, c.id, rego('package w\n\nx := false'));
    expect(await waiting).toEqual([1, 2]);
  });

  it('does not get versions of other tenants, and ends on abort', async () => {
    const stop = new AbortController();
    const seen: number[] = [];
    const watching = (async () => {
      for await (const { version } of watch(b, null, stop.signal)) seen.push(version);
    })();
    await activate(a, rego('package w\n\nx := 1'));
    stop.abort();
    await watching;
    expect(seen).toEqual([]);
  });

  it('delivers the bundle as stored', async () => {
    const version = await activate(a, rego('package w\n\nx := 2'));
    const [stored] = await queryAs<{ archive: Buffer; activated_at: Date }>(
      database.adminUrl,
      'SELECT archive, activated_at FROM policy.versions WHERE tenant_id = $1 AND version = $2',
      [a.id, version],
    );
    for await (const update of watch(a, version - 1)) {
      expect(Buffer.from(update.archive).equals(stored?.archive ?? Buffer.alloc(0))).toBe(true);
      expect(update.activatedAtMs).toBe(stored?.activated_at.getTime());
      break;
    }
  });
});

describe('the record of a decision', () => {
  const audited = (requestId: string) =>
    queryAs(
      database.adminUrl,
      'SELECT tenant_id, action, resource_id, outcome, reason FROM audit.events WHERE request_id = $1',
      [requestId],
    );

  it('is in the tenant’s decision log, without secrets', async () => {
    const call = context();
    const input = { value: { host: '10.0.0.1', token: 'hunter2' } };
    await policy.evaluate(call, { tenantId: b.id, rule: 'coresdk.egress.allow', input, deadlineMs: distantDeadline() });
    await eventually(async () => {
      const rows = await queryAs(
        database.adminUrl,
        'SELECT tenant_id, rule, allowed, code, version, input, masked FROM policy.decisions WHERE request_id = $1',
        [call.requestId],
      );
      expect(rows).toEqual([
        {
          tenant_id: b.id,
          rule: 'data.coresdk.egress.allow',
          allowed: false,
          code: 'denied',
          version: null,
          input: { host: '10.0.0.1', token: '[REDACTED]' },
          masked: true,
        },
      ]);
    });
  });

  it('is in the audit log if the decision is a denial that the caller does not record', async () => {
    const query = { tenantId: b.id, rule: 'authz.allow', input: { json: '{}' }, deadlineMs: distantDeadline() };
    const [own, recorded] = [context(), context()];
    await policy.evaluate(own, query);
    await policy.evaluate(recorded, query, { callerRecordsDenials: true });
    await eventually(async () =>
      expect(await audited(own.requestId)).toEqual([
        {
          tenant_id: b.id,
          action: 'policy.evaluate',
          resource_id: 'data.authz.allow',
          outcome: 'denied',
          reason: 'denied',
        },
      ]),
    );
    expect(await audited(recorded.requestId)).toEqual([]);
  });

  it('is not written by a dry run, which explains the decision', async () => {
    await activate(a, rego('package app\n\ndefault allow := false\n\nallow if {\n  input.n > 1\n  input.m\n}'));
    const call = context();
    const query = { tenantId: a.id, rule: 'app.allow', input: { json: '{"n": 2}' }, deadlineMs: distantDeadline() };
    const explanation = await policy.dryRun(call, query);
    expect(explanation).toMatchObject({
      decision: { allowed: false, code: 'denied' },
      value: false,
      coverage: { files: expect.arrayContaining([expect.objectContaining({ path: 'main.rego' })]) },
    });
    await sleep(1_200);
    expect(await audited(call.requestId)).toEqual([]);
  });
});

describe('an unavailable policy', () => {
  it('denies every decision while the change feed is silent', async () => {
    const other = await openAllCore(database, { CHANGE_FEED_MAX_AGE_MS: String(MAX_AGE_MS) });
    const port = other.context.get(PolicyPort);
    const query = {
      tenantId: b.id,
      rule: 'coresdk.egress.allow',
      input: { json: '{"host":"a.example.com"}' },
      deadlineMs: distantDeadline(),
    };
    expect(await port.evaluate(context(), query)).toMatchObject({ allowed: true });
    await other.feed.stop();
    await sleep(MAX_AGE_MS + 100);
    expect(await port.evaluate(context(), query)).toMatchObject({ allowed: false, code: 'unavailable' });
    expect((await port.dryRun(context(), query)).decision).toMatchObject({ allowed: false, code: 'unavailable' });
    await other.close();
  });

  it('denies every decision for a tenant that does not exist', async () => {
    const query = { tenantId: newId('tnt'), rule: 'authz.allow', input: { json: '{}' }, deadlineMs: distantDeadline() };
    expect(await policy.evaluate(context(), query)).toMatchObject({ allowed: false, code: 'unavailable' });
  });
});
