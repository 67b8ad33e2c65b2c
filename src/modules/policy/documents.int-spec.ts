import { eventually } from '../../../test/support/eventually';
import { distantDeadline } from '../../../test/support/distant-deadline';
import { activateBundle } from '../../../test/support/policy-bundle';
import { openAllCore, type TestCore } from '../../../test/support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../../../test/support/test-database';
import { makeTenant, type TestTenant } from '../../../test/support/two-tenants';
import { systemContext } from '../../kernel/context/call-context';
import { newId } from '../../kernel/ids/ids';
import { PolicyPort } from './contract/policy.port';
import type { DocumentQuery, PolicyDocument } from './contract/policy.types';
import { DecisionLog } from './decision-log';

const MODULE = `package app

allow if input.action == "read"

names := {"b", "a", input.name}

big := 12345678901234567890

clash := 1 if input.n > 0

clash := 2 if input.n > 1

strict := 1 / input.zero

long := count([1 | some i in numbers.range(1, 20000); i > 0])

huge := [x | some i in numbers.range(1, 3000); x := concat("", [input.text, format_int(i, 10)])]
`;

let database: TestDatabase;
let core: TestCore;
let policy: PolicyPort;
let tenant: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  core = await openAllCore(database);
  policy = core.context.get(PolicyPort);
  tenant = await makeTenant(core, 'a');
  const data = { users: [{ name: 'ann' }], 'odd name': { 'a.b': 7 } };
  const version = await activateBundle(database.adminUrl, tenant.id, { modules: { 'app.rego': MODULE }, data });
  await core.feed.catchUp();
  await eventually(async () => expect((await ask('data.app.big')).decision.version).toBe(version));
});

afterAll(async () => {
  await core.close();
  await database.drop();
});

function ask(rule: string, input?: unknown, more: Partial<DocumentQuery> = {}): Promise<PolicyDocument> {
  const body = input === undefined ? '' : JSON.stringify({ input });
  const query = {
    tenantId: tenant.id,
    rule,
    input: { body },
    isStrict: false,
    linePrefix: null,
    deadlineMs: distantDeadline(),
    ...more,
  };
  return policy.document(systemContext(newId('req')), query);
}

describe('a document', () => {
  it.each([
    ['data.app.allow', { action: 'read' }, 'true'],
    ['data.app.names', { name: '<c>' }, String.raw`["\u003cc\u003e","a","b"]`],
    ['data.app.big', {}, '12345678901234567890'],
    ['data.users[0].name', {}, '"ann"'],
    ['data["odd name"]["a.b"]', {}, '7'],
    ['data["odd name"]', {}, '{"a.b":7}'],
  ])('%s is returned as JSON text', async (rule, input, json) => {
    expect(await ask(rule, input)).toMatchObject({ json, hasInput: true, error: null, decision: { allowed: true } });
  });

  it('is null when the path is undefined, and the decision is a denial', async () => {
    for (const [rule, code] of [
      ['data.app.allow', 'undefined'],
      ['data.app.none', 'no_such_rule'],
      ['data.none', 'no_such_rule'],
      ['data.users[1]', 'no_such_rule'],
    ] as const)
      expect(await ask(rule)).toMatchObject({
        json: null,
        hasInput: false,
        error: null,
        decision: { allowed: false, code },
      });
  });

  it('is returned with the OPA error when the evaluation fails', async () => {
    expect(await ask('data.app.clash', { n: 2 })).toMatchObject({
      json: null,
      error: { code: 'eval_conflict_error', location: { file: 'app.rego', row: 11 } },
      decision: { code: 'evaluation_error' },
    });
    expect(await ask('data.app.strict', { zero: 0 })).toMatchObject({ json: null, error: null });
    const strict = await ask('data.app.strict', { zero: 0 }, { isStrict: true });
    expect(strict).toMatchObject({ error: { code: 'eval_builtin_error', message: 'div: divide by zero' } });
  });

  it.each(['{', '[]', '7', '{"input": 1} x'])('is null for the body %s', async (body) => {
    expect(await ask('data.app.allow', {}, { input: { body } })).toMatchObject({
      json: null,
      decision: { code: 'invalid_input' },
    });
  });

  it('is null for an input that names a different tenant', async () => {
    const answer = await ask('data.app.allow', { action: 'read', tenant_id: 'tnt-other' });
    expect(answer).toMatchObject({ json: null, decision: { code: 'tenant_wall' } });
  });

  it('is computed in a thread when its rule, input or result is large', async () => {
    expect(await ask('data.app.long', {})).toMatchObject({ json: '20000' });
    expect(await ask('data.app.allow', { action: 'read', more: 'x'.repeat(100_000) })).toMatchObject({ json: 'true' });
    const { json } = await ask('data.app.huge', { text: 'x'.repeat(1_000) });
    expect((JSON.parse(json ?? '[]') as string[]).length).toBe(3_000);
    expect(await ask('data.app.huge', { text: 'x'.repeat(6_000) })).toMatchObject({
      json: null,
      decision: { code: 'limit' },
    });
  });

  it('is logged with its input, and a denial is audited', async () => {
    await ask('data.app.names', { name: 'logged' });
    const requestId = newId('req');
    await policy.document(systemContext(requestId), {
      tenantId: tenant.id,
      rule: 'data.app.allow',
      input: { body: '{"input":{"action":"write"}}' },
      isStrict: false,
      linePrefix: null,
      deadlineMs: distantDeadline(),
    });
    await core.context.get(DecisionLog).flush();
    const logged = await queryAs(
      database.adminUrl,
      `SELECT rule, allowed, code, input FROM policy.decisions WHERE input->>'name' = 'logged' OR input->>'action' = 'write'
       ORDER BY rule DESC`,
    );
    expect(logged).toEqual([
      { rule: 'data.app.names', allowed: true, code: null, input: { name: 'logged' } },
      { rule: 'data.app.allow', allowed: false, code: 'undefined', input: { action: 'write' } },
    ]);
    await eventually(async () =>
      expect(
        await queryAs(database.adminUrl, `SELECT action, outcome, reason FROM audit.events WHERE request_id = $1`, [
          requestId,
        ]),
      ).toEqual([{ action: 'policy.evaluate', outcome: 'denied', reason: 'undefined' }]),
    );
  });
});

describe('a path of a policy', () => {
  const defines = (path: string, tenantId = tenant.id): Promise<boolean> =>
    policy.defines(systemContext(newId('req')), tenantId, path);

  it('is defined by rules, packages and data, without an evaluation, and not by names that only begin the same', async () => {
    for (const path of ['data.app', 'data.app.allow', 'app.long', 'data.users', 'data.coresdk.authz']) {
      expect([path, await defines(path)]).toEqual([path, true]);
    }
    for (const path of ['data.ap', 'data.app.none', 'data.coresdk.token']) {
      expect([path, await defines(path)]).toEqual([path, false]);
    }
  });

  it('is an outage for a tenant that does not exist', async () => {
    await expect(defines('data.app', 'tnt-none')).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('counts as defined in a policy that only threads compile, until an evaluation finds nothing', async () => {
    const large = await makeTenant(core, 'large');
    const padding = Array.from({ length: 2_000 }, (_, index) => `rule_${index} := "${'x'.repeat(20)}"`).join('\n');
    await activateBundle(database.adminUrl, large.id, { modules: { 'main.rego': `package main\n\n${padding}\n` } });
    await core.feed.catchUp();
    expect(await defines('data.coresdk.token', large.id)).toBe(true);
    const missing = await ask('data.coresdk.token', {}, { tenantId: large.id });
    expect(missing.decision.code).toBe('no_such_rule');
    expect(await defines('data.coresdk.token', large.id)).toBe(false);
    expect(await defines('data.main', large.id)).toBe(true);
  });
});
