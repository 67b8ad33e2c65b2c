import { ListCursors } from '../../src/kernel/lists/list-cursors';
import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';
import { fill, missing, nameOf, type Operation, OPERATIONS, ULID } from '../support/document-operations';
import { type Answer, type Call, type ErrorMembers, expectError } from '../support/http-client';
import { Installation } from '../support/installation';

const MIB = 1024 * 1024;
const isNamed = ({ path }: Operation): boolean => path.includes('{');

/** Bodies that callers define: they can have any member or any type, or follow another protocol. */
const FREE_BODIES: readonly (readonly [RegExp, string])[] = [
  [/^\/ofrep\//, 'OFREP defines its own error format and its own leniency.'],
  [/\/flags\/(document|\{key\})$/, 'A flag in flagd’s language, which has its own validation.'],
  [/\/config(\/defaults)?(\/\{key\})?$/, 'Values and documents that the tenant defines.'],
  [/\/masking\/mask/, 'Masking accepts any JSON.'],
  [/\/(policies|policy)$/, 'A policy bundle.'],
  [/\/policy\/(dry-run|evaluate)$/, 'The caller defines the input of a rule.'],
  [/\/v1\/(authorize|flags\/evaluate(-all)?)$/, 'The caller defines the context.'],
  [/\/tenants\/\{id\}\/export$/, 'The body has two formats, and the errors refer to the nearer format.'],
  [/^\/v1\/skills\/\{name\}$/, 'A definition is a union; validation checks its kind first.'],
  [/^\/v1\/workflows\/validate$/, 'The response lists the errors in the text.'],
  [
    /\/entitlements\/(overrides|plans)\/\{/,
    'An override and a plan are unions, whose errors point to the complete value.',
  ],
];
/** Routes that do not return 404 for an unknown name, with the reason for each. */
const WITHOUT_404: readonly (readonly [RegExp, string])[] = [
  [/^PUT \/v1\/files\/\{tier\}/, 'The route creates the file that the path names.'],
  [
    /\/v1\/files\/uploads\/\{id\}$/,
    'tus checks its version and the content type first, whatever resource the request names (tus 1.0).',
  ],
  [/\/me\/grants\/\{id\}$/, 'The grants belong to a person; this caller is not a person.'],
  [/\/v1\/identities\/\{id\}$/, 'The identities belong to a person; this caller is not a person.'],
  [/\/entitlements\/keys\/\{key\}$/, 'The response states that nobody is entitled to it.'],
  [/\/v1\/workflows\/\{id\}\/diff$/, 'The query must name the versions to compare first.'],
  [/\/api\/v1\/tenants\/\{id\}$/, 'The query must confirm the deletion first.'],
];

const isFree = ({ path }: Operation): boolean => FREE_BODIES.some(([pattern]) => pattern.test(path));

/** Tables that even calls without any effect write to, with the reason for each. */
const WRITTEN_BY_CALLS: Readonly<Record<string, string>> = {
  'audit.*': 'The log records each call, refused or not.',
  'audit_sinks.sinks': 'The position up to which a sink has read these records.',
  'apps.secrets': 'The time at which a secret was last used.',
  'events.*':
    'The mover moves events from earlier calls into the log; a change would also be in the table of the changed resource.',
  'jobs.executors': 'Workers send heartbeats, regardless of calls.',
  'kernel.leases': 'Processes renew their leases.',
  'kernel.outbox': 'Records on their way into the log.',
  'workflows.intake': 'The position up to which workflows have read the events, even if no event starts a workflow.',
  'webhooks.intake': 'The position up to which webhooks have read the events, even if no event is delivered.',
  'kernel.changes':
    'A task deletes feed rows after their retention; a change would also be in the table of the changed resource.',
  'policy.decisions': 'Each decision is logged.',
  'rate_limit.*': 'Each call is counted.',
  'token_events.*': 'Events for the tokens issued to this test.',
};

let installation: Installation;
/** A token for an app of the `default` tenant with every scope of the platform. */
let token: string;
/** Ids of another tenant's resources, by the document's path up to their parameter. */
let foreign: Readonly<Record<string, string>>;
let before: Readonly<Record<string, string>>;

/** Returns a digest of every table except those that each call writes. */
async function digests(): Promise<Readonly<Record<string, string>>> {
  const tables = await installation.query<{ name: string }>(
    `SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     WHERE c.relkind IN ('r', 'p') AND NOT c.relispartition AND n.nspname NOT LIKE 'pg\\_%'
       AND n.nspname <> 'information_schema' ORDER BY 1`,
  );
  const watched = tables.filter(
    ({ name }) => !(name in WRITTEN_BY_CALLS) && !(`${name.split('.')[0] ?? ''}.*` in WRITTEN_BY_CALLS),
  );
  const found: Record<string, string> = {};
  for (const { name } of watched) {
    const [row] = await installation.query<{ digest: string }>(
      `SELECT coalesce(md5(string_agg(t::text, '|' ORDER BY t::text)), '') AS digest FROM ${name} t`,
    );
    found[name] = row?.digest ?? '';
  }
  return found;
}

/** Calls an operation with its surface's credential, for the `default` tenant where it needs a tenant. */
function send(operation: Operation, path: string, options: Call = {}): Promise<Answer<ErrorMembers>> {
  const { surface, method, parameters } = operation;
  const namesTenant = parameters.some(({ name, in: place }) => name === 'tenant' && place === 'query');
  const target = namesTenant ? `${path}${path.includes('?') ? '&' : '?'}tenant=default` : path;
  // Calls that the backend forwards to the control plane need the control plane's credential.
  const isHandedOn = ['/v1/oauth/', '/v1/tenants', '/v1/connections', '/v1/apps/', '/v1/token-claims'].some((start) =>
    path.startsWith(start),
  );
  const credential = surface === 'backend' && !isHandedOn ? token : installation.secrets.controlPlaneToken;
  return installation[surface]<ErrorMembers>(target, { method, token: credential, ...options });
}

beforeAll(async () => {
  installation = await Installation.start({
    layout: 'all',
    environment: { LIMIT_PER_ADDRESS: '0', LIMIT_PER_CLIENT: '0' },
  });
  const admin = await installation.adminToken();
  const scopes = [...PLATFORM_SCOPES.keys()];
  const app = await installation.register(admin, { declared_scopes: scopes, default_scopes: scopes });
  token = await installation.token(app.client_id, app.client_secret);
  foreign = await makeForeign();
  before = await digests();
});

afterAll(() => installation.remove());

/** Creates another tenant with one of each resource that has an id. */
async function makeForeign(): Promise<Readonly<Record<string, string>>> {
  const service = installation.secrets.controlPlaneToken;
  const made = async (path: string, json: object, by = service): Promise<Record<string, string>> => {
    const surface = by === service ? 'controlPlane' : 'backend';
    const answer = await installation[surface]<Record<string, string>>(path, { token: by, json });
    if (answer.status !== 201) throw new Error(`${path}: ${answer.text}`);
    return answer.body;
  };
  await made('/api/v1/tenants', { slug: 'other', name: 'Other' });
  const scopes = [...PLATFORM_SCOPES.keys()];
  const app = await made('/api/v1/apps?tenant=other', {
    name: 'Theirs',
    declared_scopes: scopes,
    default_scopes: scopes,
  });
  const theirs = await installation.token(app['client_id'] ?? '', app['client_secret'] ?? '');
  const project = await made('/v1/projects', { key: 'THEIRS', name: 'Theirs' }, theirs);
  const group = await made('/v1/groups', { displayName: 'Theirs' }, theirs);
  const invitation = await made('/v1/users', { email: 'ada@theirs.example' }, theirs);
  const users = await installation.backend<{ items: { id: string }[] }>('/v1/users', { token: theirs });
  // An event that never occurs here, so that the webhook does not send any events.
  const quiet = { url: 'https://hooks.example/in', types: ['coresdk.project.purged'] };
  const webhook = await made('/v1/webhooks', quiet, theirs);
  const sink = await made('/api/v1/audit/sinks?tenant=other', {
    name: 'Theirs',
    kind: 'webhook',
    url: 'https://siem.example/in',
  });
  return {
    '/v1/projects/': project['id'] ?? '',
    '/v1/groups/': group['id'] ?? '',
    '/v1/users/invitations/': invitation['id'] ?? '',
    '/v1/users/': users.body.items[0]?.id ?? '',
    '/v1/webhooks/': webhook['id'] ?? '',
    '/v1/oauth/apps/': app['client_id'] ?? '',
    '/api/v1/apps/': app['client_id'] ?? '',
    '/api/v1/audit/sinks/': sink['id'] ?? '',
  };
}

/** Runs a check for each of the operations. Returns the faults with their operations. */
async function wrongOf(
  operations: readonly Operation[],
  check: (operation: Operation) => Promise<unknown>,
): Promise<readonly string[]> {
  const wrong: string[] = [];
  for (const operation of operations) {
    try {
      await check(operation);
    } catch (error) {
      wrong.push(`${nameOf(operation)}: ${error instanceof Error ? error.message.slice(0, 600) : String(error)}`);
    }
  }
  return wrong;
}

/** Asserts that the error has the common format and one of these statuses. */
function refused(answer: Answer<ErrorMembers>, statuses: readonly number[]): ErrorMembers {
  if (!statuses.includes(answer.status)) {
    throw new Error(`${answer.status} rather than ${statuses.join(' or ')}: ${answer.text.slice(0, 300)}`);
  }
  return expectError(answer, answer.status, answer.body.error);
}

const at = ({ path }: Operation): string => fill(path, (name) => missing(path, name));
/** Returns the path below an existing tenant, since the response would report a missing tenant first. */
const belowTenant = ({ path }: Operation): string =>
  fill(path, (name) =>
    path.startsWith('/api/v1/tenants/{id}/policy') && name === 'id' ? 'default' : missing(path, name),
  );
const JSON_TYPE = { 'content-type': 'application/json' };
/** Returns whether an operation accepts any content type, as file uploads do. */
const takesAnything = ({ bodies, path }: Operation): boolean =>
  path === '/v1/workflows/validate' ||
  (bodies.some((type) => type === '*/*' || type === 'application/octet-stream') &&
    !bodies.includes('application/json'));
/** Required query parameters of lists. */
const NEEDED_QUERY: Readonly<Record<string, string>> = {
  '/v1/files': 'tier=shared&',
  '/v1/files/versions': 'tier=shared&path=none&',
};
/** A cursor that another list of the same tenant could have issued, for example by number or by id. */
const OF_ANOTHER_LIST = new ListCursors('another list', 'tnt-x').cursor('1');
const takesJson = ({ bodies }: Operation): boolean => bodies.includes('application/json');
const ofProtocol = ({ path }: Operation): boolean => path.startsWith('/ofrep/') || path.endsWith('/oauth/userinfo');
const plain = OPERATIONS.filter((operation) => !ofProtocol(operation));
/** Existing clients treat an error from these routes as an outage, so a refused caller gets 200 and a denial. */
const deniesInAnswer = ({ method, path }: Operation): boolean =>
  ['POST /api/v1/policy/evaluate', 'GET /api/v1/flags'].includes(`${method.toUpperCase()} ${path}`);

describe('every guarded route of the OpenAPI documents', () => {
  it('is among the tested operations', () => {
    expect(OPERATIONS.length).toBeGreaterThan(150);
  });

  it('refuses a caller without a credential, and one with an invalid credential', async () => {
    const check = async (operation: Operation) => {
      const path = at(operation);
      const { surface, method } = operation;
      refused(await installation[surface]<ErrorMembers>(path, { method }), [401]);
      refused(await installation[surface]<ErrorMembers>(path, { method, token: 'a.b.c' }), [401]);
    };
    const answered = plain.filter((operation) => !deniesInAnswer(operation));
    expect(await wrongOf(answered, check)).toEqual([]);
  });

  it('returns 405 for an unsupported method and lists the supported ones', async () => {
    const check = async (operation: Operation) => {
      const path = at(operation);
      const matches = ({ surface, path: other }: Operation): boolean =>
        surface === operation.surface && new RegExp(`^${other.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path);
      const taken = new Set(OPERATIONS.filter(matches).map(({ method }) => method));
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST'].filter((other) => !taken.has(other))) {
        const answer = await send({ ...operation, method }, path);
        refused(answer, [405]);
        const allowed = answer.headers.get('allow')?.split(', ') ?? [];
        expect(allowed).toContain(operation.method);
        // HEAD and OPTIONS are not among the operations.
        expect(allowed.filter((other) => !['HEAD', 'OPTIONS'].includes(other) && !taken.has(other))).toEqual([]);
      }
    };
    expect(await wrongOf(OPERATIONS, check)).toEqual([]);
  });

  it('with a body refuses a different content type, invalid JSON and an excessive size', async () => {
    const check = async (operation: Operation) => {
      const path = belowTenant(operation);
      const body = '{"name":"x"}';
      refused(await send(operation, path, { body, headers: { 'content-type': 'application/xml' } }), [415]);
      if (!takesJson(operation)) return;
      refused(await send(operation, path, { body: '{"name": ', headers: JSON_TYPE }), [400]);
      const large = JSON.stringify({ name: 'x'.repeat(2 * MIB) });
      // A policy bundle can be as large as 8 MiB, but the content of this bundle is invalid anyway.
      refused(
        await send(operation, path, { body: large, headers: JSON_TYPE }),
        isFree(operation) ? [400, 404, 413, 422] : [413],
      );
    };
    expect(
      await wrongOf(
        plain.filter((operation) => operation.bodies.length > 0 && !takesAnything(operation)),
        check,
      ),
    ).toEqual([]);
  });

  it('with a JSON body refuses a value that is not an object, and an unknown member with its pointer', async () => {
    const check = async (operation: Operation) => {
      const path = belowTenant(operation);
      for (const body of ['[]', '"text"', 'null', '7']) {
        refused(await send(operation, path, { body, headers: JSON_TYPE }), [400]);
      }
      const { errors } = refused(await send(operation, path, { json: { 'no/such': 1 } }), [400]);
      expect(errors?.map(({ pointer }) => pointer)).toContain('/no~1such');
    };
    const strict = plain.filter((operation) => takesJson(operation) && !isFree(operation));
    expect(strict.length).toBeGreaterThan(30);
    expect(await wrongOf(strict, check)).toEqual([]);
  });

  it('of a list refuses an invalid cursor, a limit out of range and an unknown parameter', async () => {
    const lists = plain.filter(({ parameters }) => parameters.some(({ name }) => name === 'cursor'));
    const check = async (operation: Operation) => {
      const path = at(operation);
      for (const [query, pointer] of [
        ['cursor=not-one', '/cursor'],
        // A cursor in the right format, but from another list.
        [`cursor=${OF_ANOTHER_LIST}`, '/cursor'],
        ['limit=0', '/limit'],
        ['limit=501', '/limit'],
        ['no-such=1', '/no-such'],
      ] as const) {
        const { errors } = refused(
          await send(operation, `${path}?${NEEDED_QUERY[operation.path] ?? ''}${query}`),
          isNamed(operation) ? [400, 404] : [400],
        );
        if (errors !== undefined) expect(errors.map((fault) => fault.pointer)).toContain(pointer);
      }
    };
    expect(lists.length).toBeGreaterThan(20);
    expect(await wrongOf(lists, check)).toEqual([]);
  });

  it('finds no resource for an unknown or overlong name', async () => {
    const check = async (operation: Operation) => {
      const statuses = operation.bodies.length > 0 ? [400, 404, 422] : [404];
      refused(await send(operation, at(operation), operation.bodies.length > 0 ? { json: {} } : {}), statuses);
      const long = fill(operation.path, () => 'x'.repeat(5_000));
      refused(await send(operation, long, operation.bodies.length > 0 ? { json: {} } : {}), [400, 404, 422]);
    };
    const named = plain.filter(
      (operation) =>
        isNamed(operation) &&
        !isFree(operation) &&
        !WITHOUT_404.some(([pattern]) => pattern.test(`${operation.method} ${operation.path}`)),
    );
    expect(await wrongOf(named, check)).toEqual([]);
  });

  it('returns the same response for a different tenant’s resource as for a missing one', async () => {
    const roots = Object.keys(foreign);
    const ofForeign = plain.filter(({ path }) => roots.some((root) => path.startsWith(`${root}{id}`)));
    expect(ofForeign.length).toBeGreaterThan(20);
    const check = async (operation: Operation) => {
      const root = roots.find((one) => operation.path.startsWith(one)) ?? '';
      const options: Call = operation.bodies.length > 0 ? { json: GOOD_BODIES[operation.path] ?? {} } : {};
      const asked = (id: string) =>
        send(
          operation,
          fill(operation.path, (name) => (name === 'id' ? id : missing(operation.path, name))),
          options,
        );
      const [none, theirs] = [await asked(missing(operation.path, 'id')), await asked(foreign[root] ?? '')];
      refused(theirs, [404]);
      const words = ({ status, body }: Answer<ErrorMembers>) => ({ ...body, status, request_id: '' });
      expect(words(theirs)).toEqual(words(none));
    };
    expect(await wrongOf(ofForeign, check)).toEqual([]);
  });

  it('has left every table unchanged during these tests', async () => {
    expect(await digests()).toEqual(before);
  });
});

/** Bodies with which a write gets as far as the lookup of a nonexistent resource. */
const GOOD_BODIES: Readonly<Record<string, object>> = {
  '/v1/webhooks/{id}': { status: 'paused' },
  '/v1/projects/{id}': { name: 'Mine' },
  '/v1/projects/{id}/members/{userId}': { role: 'admin' },
  '/v1/projects/{id}/transfer': { ownerId: `usr-${ULID}` },
  '/v1/groups/{id}': { displayName: 'Mine' },
  '/v1/users/{id}': { displayName: 'Mine' },
  '/v1/oauth/apps/{id}': { name: 'Mine' },
  '/v1/oauth/apps/{id}/rotate-secret': { overlap_seconds: 0 },
  '/api/v1/apps/{id}': { name: 'Mine' },
  '/api/v1/apps/{id}/rotate-secret': { overlap_seconds: 0 },
  '/api/v1/audit/sinks/{id}': { paused: true },
};

describe('a stale entity tag', () => {
  it('keeps each write that supports If-Match from changing anything', async () => {
    const project = await installation.backend<{ id: string }>('/v1/projects', {
      token,
      json: { key: 'STALE', name: 'Stale' },
    });
    const honoring = OPERATIONS.filter(({ parameters }) => parameters.some(({ name }) => name === 'If-Match'));
    const ofProjects = honoring.filter(({ path }) => path.startsWith('/v1/projects/{id}'));
    expect(ofProjects.length).toBeGreaterThan(2);
    const stale = await digests();
    const check = async (operation: Operation) => {
      const path = fill(operation.path, () => project.body.id);
      const body = operation.method === 'DELETE' ? {} : { json: GOOD_BODIES[operation.path] };
      const transfer = operation.path.endsWith('/transfer');
      const answer = await send(operation, path, { ...body, headers: { 'if-match': '"999"' } });
      refused(answer, transfer ? [400, 412] : [412]);
    };
    expect(await wrongOf(ofProjects, check)).toEqual([]);
    expect(await digests()).toEqual(stale);
  });
});
