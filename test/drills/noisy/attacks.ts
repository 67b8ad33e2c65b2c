import { createHmac } from 'node:crypto';
import { bundleOf } from '../../support/make-tar';
import { ENTITY_ID } from '../../support/saml';
import type { TenantOfDrill } from './tenant';

export interface FloodRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  /** `@@` is a placeholder for a number that differs in each request. */
  readonly body?: string;
}

/** A load from one tenant, or from a client without a token, that can harm all other tenants. */
export interface Attack {
  readonly name: string;
  /** Concurrent requests. */
  readonly concurrency: number;
  /** Prepares the attack, for example by registering a skill. Returns the requests to send in turn. */
  prepare(attacker: TenantOfDrill): Promise<readonly FloodRequest[]> | readonly FloodRequest[];
}

const WAIT = '?wait=10';

const skill = (source: string, more: object = {}): object => ({
  runtime: 'javascript',
  source: `export default async (input, context) => { ${source} }`,
  cpuSeconds: 10,
  timeoutSeconds: 10,
  ...more,
});

const members = (count: number): string => Array.from({ length: count }, (_, index) => `"m${index}":0`).join(',');
const repeated = (text: string, bytes: number): string => text.repeat(Math.ceil(bytes / text.length));

/** Names an attack. Defines the type of `prepare` in one place. */
const attack = (name: string, concurrency: number, prepare: Attack['prepare']): Attack => ({
  name,
  concurrency,
  prepare,
});

/** An attack that registers a skill and runs it. */
function running(name: string, concurrency: number, source: string, more?: object): Attack {
  const key = name.replaceAll(' ', '-');
  return {
    name,
    concurrency,
    async prepare(attacker) {
      await attacker.backend(`/v1/skills/${key}`, { method: 'PUT', json: skill(source, more) });
      return [attacker.post(`/v1/skills/${key}/run${WAIT}`, { input: {} })];
    },
  };
}

/** An attack that repeats one request. */
function sending(
  name: string,
  concurrency: number,
  path: string,
  body: () => unknown,
  headers: Readonly<Record<string, string>> = {},
): Attack {
  return { name, concurrency, prepare: (attacker) => [attacker.post(path, body(), headers)] };
}

const workflowOf = (expression: string): object => ({
  name: `heavy-${expression.length}`,
  inputSchema: {},
  steps: [{ id: 'a', type: 'wait', seconds: 1, condition: expression }],
});

/** Attacks in which a tenant occupies the main thread, worker threads or connections; each is bounded and targets only this machine. */
export const ATTACKS: readonly Attack[] = [
  sending(
    'workflow with 40,000 members',
    8,
    '/v1/workflows/validate',
    () => `{"name":"x","steps":[],${members(40_000)}}`,
  ),
  sending('workflow in YAML', 8, '/v1/workflows/validate', () => repeated('key@@: value\n', 200_000), {
    'content-type': 'application/yaml',
  }),
  attack('nested skills', 16, async (attacker) => {
    const fanOut = (callee: string): string =>
      `const all = []; for (let i = 0; i < 6; i++) all.push(context.skills.run('${callee}', {})); return Promise.all(all);`;
    await attacker.backend('/v1/skills/leaf', {
      method: 'PUT',
      json: skill('for (let i = 0; i < 3e6; i++); return 1;'),
    });
    await attacker.backend('/v1/skills/branch', {
      method: 'PUT',
      json: skill(fanOut('leaf'), { grants: { skills: ['leaf'] } }),
    });
    await attacker.backend('/v1/skills/trunk', {
      method: 'PUT',
      json: skill(fanOut('branch'), { grants: { skills: ['branch'] } }),
    });
    return [attacker.post(`/v1/skills/trunk/run${WAIT}`, { input: {} })];
  }),
  attack('asynchronous schemas', 8, (attacker) => [
    attacker.send('PUT', '/v1/skills/async', skill('return 1;', { inputSchema: { $async: true, type: 'object' } })),
  ]),
  running('log flood', 8, 'for (let i = 0; i < 20000; i++) console.log("x".repeat(60000)); return 1;'),
  running(
    'log of empty lines',
    8,
    'console.log("\\n".repeat(60000)); for (let i = 0; i < 1e5; i++) console.log(""); return 1;',
  ),
  running(
    'large arguments of capabilities',
    8,
    'const a = "x".repeat(1 << 20); for (let i = 0; i < 1000; i++) { try { await context.files.read("private", a); } catch {} } return 1;',
    { grants: { files: [{ tier: 'private', access: 'write' }] } },
  ),
  running('endless computation', 16, 'for (;;);', { cpuSeconds: 2 }),
  attack('workflow expressions', 8, async (attacker) => {
    const list = JSON.stringify(Array.from({ length: 2_000 }, (_, index) => ({ index })));
    const answer = await attacker.backend<{ readonly id: string }>('/v1/workflows', {
      method: 'POST',
      json: workflowOf('(input.list | contains(input.other)) || input.list == input.other'),
    });
    return [attacker.post(`/v1/workflows/${answer.body.id}/trigger`, `{"input":{"list":${list},"other":${list}}}`)];
  }),
  attack('policy that computes', 16, async (attacker) => {
    const rego =
      'package authz\n\nallow if { count([1 | some x in numbers.range(1, 1500); some y in numbers.range(1, 1500); x * y == -1]) == 0 }\n';
    await attacker.policy({ modules: { 'authz.rego': rego } });
    return [attacker.post('/v1/authorize', { token: attacker.token, action: 'project.list', resource: 'project' })];
  }),
  attack('policy with 10 MB of data', 4, async (attacker) => {
    for (const team of ['red', 'blue']) {
      const user = { role: 'member', team, note: 'x'.repeat(60) };
      const users = Object.fromEntries(Array.from({ length: 90_000 }, (_, index) => [`u${index}`, user]));
      const rego = 'package app\n\nallow if data.users[input.user].role == "owner"\n';
      await attacker.policyArchive(bundleOf({ 'app.rego': rego, 'data.json': JSON.stringify({ users }) }));
    }
    const rollback = attacker.toControlPlane('POST', `${attacker.policyPath}/rollback`, '{}');
    const ask = { token: attacker.token, action: 'project.list', resource: 'project' };
    return [rollback, attacker.post('/v1/authorize', ask)];
  }),
  sending('authorization with a large context', 8, '/v1/authorize', () => ({
    token: 'x',
    action: 'project.list',
    resource: 'project',
    context: { list: Array.from({ length: 9_000 }, (_, index) => index) },
  })),
  sending(
    'import of users',
    2,
    '/v1/users/import?dryRun=true',
    () => `email\n${repeated('user@@@example.com\n', 8_000_000)}`,
    {
      'content-type': 'text/csv',
    },
  ),
  attack('SCIM bulk', 4, async (attacker) => {
    const answer = await attacker.controlPlane<{ readonly token: string }>('/api/v1/scim-connections', {
      method: 'POST',
      json: { name: 'Noisy', preset: 'rfc' },
    });
    const operations = Array.from({ length: 1_000 }, (_, index) => ({
      method: 'POST',
      path: '/Users',
      bulkId: `b${index}`,
      data: { userName: 'x'.repeat(3_500), schemas: ['urn:none'] },
    }));
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:BulkRequest'], Operations: operations };
    return [
      attacker.post('/scim/v2/Bulk', body, {
        authorization: `Bearer ${answer.body.token}`,
        'content-type': 'application/scim+json',
      }),
    ];
  }),
  sending('long texts to mask', 8, '/v1/masking/mask-string', () => ({ value: repeated('ada@example.com ', 900_000) })),
  sending('values to mask', 8, '/v1/masking/mask', () => ({
    value: Array.from({ length: 20_000 }, (_, index) => ({ email: `ada${index}@example.com` })),
  })),
  attack('flag document of 1 MiB', 4, (attacker) => {
    const flags = Array.from(
      { length: 1_900 },
      (_, index) => `"f${index}":{"state":"ENABLED","variants":{"on":"${'x'.repeat(400)}"},"defaultVariant":"on"}`,
    );
    return [attacker.toControlPlane('PUT', '/api/v1/flags/document', `{"flags":{${flags.join(',')}}}`)];
  }),
  attack('bulk evaluation of flags', 100, async (attacker) => {
    const flags = Object.fromEntries(
      Array.from({ length: 500 }, (_, index) => [
        `f${index}`,
        {
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'on',
          targeting: {
            if: [{ in: [{ var: 'email' }, Array.from({ length: 50 }, (_none, at) => `u${at}@x`)] }, 'on', 'off'],
          },
        },
      ]),
    );
    await attacker.controlPlane('/api/v1/flags/document', { method: 'PUT', json: { flags } });
    return [attacker.post('/ofrep/v1/evaluate/flags', { context: { targetingKey: 'u1', email: 'u49@x' } })];
  }),
  sending(
    '300 large bodies at a time',
    300,
    '/v1/projects',
    () => `{"key":"X","name":"x","more":[${repeated('{},', 200_000)}0]}`,
  ),
  sending('failing writes under one key', 100, '/v1/projects', () => ({ key: '', name: '' }), {
    'idempotency-key': 'the-same',
  }),
  attack('SAML assertions without a signature', 16, async (attacker) => {
    await attacker.samlProvider();
    const names = Array.from({ length: 2_500 }, (_, index) => `xmlns:n${index}="urn:n${index}" n${index}:a="1"`).join(
      ' ',
    );
    const xml = `<saml:Assertion xmlns:saml="urn:oasis:names:tc:SAML:2.0:assertion" ${names}>${'<a/>'.repeat(4_900)}</saml:Assertion>`;
    const assertion = {
      assertionB64: Buffer.from(xml).toString('base64'),
      idpEntityId: ENTITY_ID,
      tenantId: attacker.slug,
    };
    return [attacker.rpc('AuthService', 'ValidateSAMLAssertion', assertion)];
  }),
  attack('messages of 8 MiB to mask', 8, (attacker) => [
    attacker.rpc('MaskingService', 'MaskString', { value: repeated('ada@example.com ', 8_000_000) }),
  ]),
  attack('policy input of 3 MiB', 8, (attacker) => [
    attacker.rpc('PolicyService', 'Evaluate', {
      rule: 'data.coresdk.authz.allow',
      inputJson: `{"list":[${repeated('1,', 3_000_000)}1]}`,
      tenant: { tenantId: attacker.slug },
    }),
  ]),
  attack('requests without a token', 32, (attacker) => [
    { url: attacker.backendUrl('/v1/projects'), method: 'GET', headers: {} },
  ]),
  attack('wrong signatures', 32, (attacker) => {
    const [head = '', payload = ''] = attacker.token.split('.');
    const signature = createHmac('sha256', 'x').update(payload).digest('base64url');
    const headers = { authorization: `Bearer ${head}.${payload}.${signature}` };
    return [{ url: attacker.backendUrl('/v1/projects'), method: 'GET', headers }];
  }),
];
