import { Metadata } from '@grpc/grpc-js';
import { field, framed, message, ReadMessage } from '../../../../test/support/wire-bytes';
import { loadPackageDefinition } from '../package-definition';
import { legacyCallOf } from './legacy-call';

const definition = loadPackageDefinition();

function read(
  path: string,
  bytes: Uint8Array,
  metadata = new Metadata(),
): { request: unknown; layouts: readonly string[]; answer: (a: object) => object; written: (a: object) => Buffer } {
  const [service = '', method = ''] = path.split('/');
  const entry = definition[`coresdk.v1.${service}`];
  const rpc = entry && !('format' in entry) ? entry[method] : undefined;
  if (!rpc) throw new Error(`There is no RPC ${path}.`);
  const request: unknown = rpc.requestDeserialize(Buffer.from(bytes));
  const call = legacyCallOf(request);
  const answer = (given: object): object => call?.answer(given, metadata) ?? given;
  return { request, layouts: call?.layouts ?? [], answer, written: (given) => rpc.responseSerialize(answer(given)) };
}

const TOKEN = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';
const MALFORMED = { malformed: true };
const tenant = (tenantId: string) => expect.objectContaining({ tenantId }) as unknown;

describe('a raw tenant', () => {
  const text = (tenantId: Uint8Array | string) =>
    message(field(1, 'data.authz.allow'), field(2, '{}'), field(3, tenantId));

  it.each(['default', 'acme', 'acme-corp', 'test', 'p1', 'uuid1', '7d444840-9dc0-4d1b-b245-5ffdce74fad2', 'ünïcode'])(
    'is read as the tenant: %s',
    (slug) => {
      const { request, layouts } = read('PolicyService/Evaluate', text(slug));
      expect(request).toMatchObject({ rule: 'data.authz.allow', tenant: tenant(slug) });
      expect(layouts).toEqual(['raw_tenant']);
    },
  );

  it.each<[string, Uint8Array, string]>([
    ['its id', field(1, 'acme'), 'acme'],
    ['only a name', field(2, 'Acme'), ''],
    ['only roles', field(3, 'admin'), ''],
    ['only attributes', field(4, message(field(1, 'a'), field(2, 'b'))), ''],
  ])('is not detected in a TenantContext that starts with %s', (_name, context, tenantId) => {
    const { request, layouts } = read('PolicyService/DryRun', text(context));
    expect(request).toMatchObject({ tenant: tenant(tenantId) });
    expect(layouts).toEqual([]);
  });

  it('is absent if the field is empty', () => {
    const { request, layouts } = read('PolicyService/Evaluate', text(''));
    expect(request).toMatchObject({ tenant: tenant('') });
    expect(layouts).toEqual([]);
  });

  it('is read wherever the contract expects a TenantContext', () => {
    const gate = message(field(1, TOKEN), field(2, 'read'), field(3, 'x'), field(4, 'acme-corp'));
    expect(read('DataGateService/Gate', gate).request).toMatchObject({ tenant: tenant('acme-corp') });
  });

  it("is read from Python's ValidateToken request, which also contains a resource and an action", () => {
    const python = message(field(1, TOKEN), field(2, 'acme'), field(3, 'documents/1'), field(4, 'read'));
    const { request, layouts } = read('AuthService/ValidateToken', python);
    expect(request).toMatchObject({ token: TOKEN, tenant: tenant('acme'), metadata: null, expectedAudience: 'read' });
    expect(layouts).toEqual(['raw_tenant']);
  });
});

describe('Authorize', () => {
  const path = 'AuthService/Authorize';
  const java = message(field(1, TOKEN), field(2, 'documents/1'), field(3, 'read'), field(4, 'acme'));

  it('recognizes a Java request by the token in place of the subject', () => {
    const { request, layouts } = read(path, java);
    const act = { token: TOKEN, subject: '', action: 'read', resource: 'documents/1', tenant: tenant('acme') };
    expect(request).toMatchObject(act);
    expect(layouts).toEqual(['authorize_java', 'raw_tenant']);
    expect(read(path, message(field(7, ''), java, field(7, ''))).request).toMatchObject(act);
    const alone = message(field(1, `Bearer ${TOKEN}`), field(2, 'documents/1'), field(3, 'read'));
    expect(read(path, alone).request).toMatchObject({ token: `Bearer ${TOKEN}`, action: 'read' });
  });

  it('reads the first field of a Java request as a token in any format', () => {
    const bytes = message(field(1, 'opaque'), field(2, 'documents/1'), field(3, 'read'), field(4, 'acme'));
    expect(read(path, bytes).request).toMatchObject({ token: 'opaque', subject: '' });
  });

  it('does not change contract requests', () => {
    const subject = message(field(1, 'usr-1'), field(2, 'read'), field(3, 'x'), field(4, field(1, 'acme')));
    expect(read(path, subject)).toMatchObject({ request: { subject: 'usr-1', action: 'read' }, layouts: [] });
    const both = message(field(1, TOKEN), field(2, 'read'), field(3, 'x'), field(7, TOKEN));
    expect(read(path, both)).toMatchObject({ request: { subject: TOKEN, token: TOKEN, action: 'read' }, layouts: [] });
    const context = message(field(1, TOKEN), field(2, 'read'), field(3, 'x'), field(4, field(1, 'acme')));
    expect(read(path, context)).toMatchObject({ request: { subject: TOKEN, token: '', action: 'read' }, layouts: [] });
  });

  const problem = {
    type: 'https://coresdk.io/errors/forbidden',
    title: 'Forbidden',
    status: 403,
    detail: 'ä'.repeat(300),
    instance: '',
    extensions: { reason: 'denied', long: 'x'.repeat(200) },
  };

  it.each<[string, Uint8Array]>([
    ['for TypeScript and Python', message(field(2, 'read'), field(3, 'x'), field(7, TOKEN), field(8, 'a.b'))],
    ['for Java', java],
    ['for an unreadable request', Uint8Array.of(0xff)],
  ])('returns a problem that is also readable as text: %s', (_name, bytes) => {
    const answer = read(path, bytes).answer({ allowed: false, reason: 'no', error: problem }) as { error: object };
    expect(answer.error).toEqual({ ...problem, status: 0, detail: '?'.repeat(127), extensions: { reason: 'denied' } });
  });

  it('returns the complete problem if a request uses fields that only the contract has', () => {
    const bytes = message(field(2, 'read'), field(3, 'x'), field(5, field(1, 'req-1')), field(7, TOKEN));
    expect(read(path, bytes).answer({ error: problem })).toEqual({ error: problem });
  });
});

describe('Emit', () => {
  const path = 'AuditService/Emit';

  it.each<[string, Uint8Array[], string]>([
    ['a JSON string', [field(5, '{"a":"1","b":"x=y"}')], '{"a":"1","b":"x=y"}'],
    [
      'key=value strings, as sent by Go',
      [field(5, 'a=1'), field(5, 'b=x=y'), field(5, '__proto__=z')],
      '{"a":"1","b":"x=y","__proto__":"z"}',
    ],
    ['one such string', [field(5, 'a={}')], '{"a":"{}"}'],
    ['no strings', [], ''],
    ['a string that is not JSON', [field(5, 'rubbish')], 'rubbish'],
  ])('reads the short layout with %s as metadata', (_name, metadata, metadataJson) => {
    const short = message(
      field(1, 'invoice.pay'),
      field(2, 'usr-7'),
      field(3, 'denied'),
      field(4, 'acme'),
      ...metadata,
    );
    const { request, layouts } = read(path, short);
    const event = { action: 'invoice.pay', resourceType: '', resourceId: '', tenantId: 'acme', userId: 'usr-7' };
    expect(request).toEqual({ ...event, outcome: 'denied', metadataJson });
    expect(layouts).toEqual(['emit_short']);
  });

  it.each([6, 7])('recognizes the contract layout by field %i', (number) => {
    const proto = message(field(1, 'a'), field(2, 'document'), field(5, 'usr-7'), field(number, ''));
    expect(read(path, proto)).toMatchObject({
      request: { resourceType: 'document', userId: 'usr-7' },
      layouts: ['emit'],
    });
  });

  it('reads only the contract layout under the declared name', () => {
    const short = message(field(1, 'a'), field(2, 'usr-7'), field(4, 'acme'));
    expect(read('AuditService/EmitAuditEvent', short)).toMatchObject({
      request: { resourceType: 'usr-7' },
      layouts: [],
    });
  });
});

describe('FlagService.Evaluate', () => {
  it('distinguishes the layouts by field 4', () => {
    const path = 'FlagService/Evaluate';
    const short = read(path, message(field(1, 'beta'), field(2, 'usr-7'), field(3, 'acme')));
    expect(short).toMatchObject({
      request: { flagKey: 'beta', tenantId: 'acme', userId: 'usr-7' },
      layouts: ['evaluate_flag_short'],
    });
    const anonymous = read(path, message(field(1, 'beta'), field(3, 'acme')));
    expect(anonymous.request).toMatchObject({ tenantId: 'acme', userId: '' });
    const proto = read(path, message(field(1, 'beta'), field(2, 'acme'), field(3, 'usr-7'), field(4, '{}')));
    expect(proto).toMatchObject({ request: { tenantId: 'acme', userId: 'usr-7' }, layouts: ['evaluate_flag'] });
  });
});

describe('RateLimitService.Check', () => {
  it('limits the numbers in its response to 32 bits', () => {
    const { answer, layouts } = read('RateLimitService/Check', field(1, 'k'));
    expect(layouts).toEqual(['check']);
    expect(answer({ allowed: false, remaining: 2 ** 32 - 1, retryAfterMs: 2 ** 40, error: null })).toEqual({
      allowed: false,
      remaining: 2 ** 31 - 1,
      retryAfterMs: 2 ** 31 - 1,
      error: null,
    });
  });
});

describe('ValidateToken', () => {
  const path = 'AuthService/ValidateToken';
  const request = message(field(1, TOKEN), field(2, 'acme'), field(3, 'documents/1'), field(4, 'read'));
  const granted = {
    valid: true,
    subject: 'usr-1',
    roles: ['owner', 'editor'],
    claims: { tenant_id: 'tnt-1', scope: 'a.read '.repeat(40) },
    expiresAt: 1_900_000_000,
    error: null,
  };
  const from = (agent: string, serviceName?: string): Metadata => {
    const metadata = new Metadata();
    metadata.set('user-agent', agent);
    if (serviceName !== undefined) metadata.set('x-service-name', serviceName);
    return metadata;
  };

  it('responds to Python 0.2.1, which does not send a service name, in the layout that it reads', () => {
    const { written } = read(path, request, from('grpc-python/1.60.0 grpc-c/37.0.0'));
    const allowed = new ReadMessage(written(granted));
    expect([allowed.bool(1), ...[2, 3, 4, 5].map((number) => allowed.texts(number))]).toEqual([
      true,
      ['usr-1'],
      ['tnt-1'],
      ['owner', 'editor'],
      [''],
    ]);
    const error = {
      type: '',
      title: 'Unauthorized',
      status: 401,
      detail: 'It has expired.',
      instance: '',
      extensions: {},
    };
    const refused = new ReadMessage(written({ ...granted, valid: false, subject: '', roles: [], claims: {}, error }));
    expect([refused.bool(1), refused.texts(4), refused.texts(5)]).toEqual([false, [], ['It has expired.']]);
    expect(refused.numbers).not.toContain(6);
  });

  it.each<[string, Uint8Array, Metadata]>([
    ['a later Python client', request, from('grpc-python/1.60.0', 'shop')],
    ['a different library', request, from('grpc-go/1.60.0')],
    ['Python with a TenantContext', message(field(1, TOKEN), field(2, field(1, 'acme'))), from('grpc-python/1.60.0')],
  ])('responds to %s in the contract layout', (_name, bytes, metadata) => {
    const answer = new ReadMessage(read(path, bytes, metadata).written(granted));
    expect([answer.texts(3), answer.number(5)]).toEqual([['owner', 'editor'], 1_900_000_000]);
  });
});

describe('a request body', () => {
  const path = 'AuthService/IsRevoked';

  it('can be framed twice', () => {
    const bytes = message(field(1, TOKEN), field(2, 'acme'));
    expect(read(path, framed(bytes))).toMatchObject({
      request: { token: TOKEN, tenantId: 'acme' },
      layouts: ['double_framed'],
    });
    expect(read(path, framed(framed(bytes))).request).toEqual(MALFORMED);
    expect(read(path, framed(bytes).subarray(0, -1)).request).toEqual(MALFORMED);
  });

  it('gets a response with the same framing', () => {
    const bytes = message(field(1, TOKEN), field(2, 'acme'));
    const once = read(path, bytes).written({ revoked: true });
    expect(read(path, framed(bytes)).written({ revoked: true })).toEqual(framed(once));
    const denied = message(field(2, 'read'), field(3, 'x'), field(7, TOKEN));
    const answer = { allowed: false, reason: 'no', error: null };
    expect(read('AuthService/Authorize', framed(denied)).written(answer)).toEqual(
      framed(read('AuthService/Authorize', denied).written(answer)),
    );
    const rubbish = read(path, framed(Uint8Array.of(0xff)));
    expect(rubbish.request).toEqual(MALFORMED);
    expect(rubbish.written({ revoked: true })).toEqual(framed(once));
  });

  it.each<[string, number[]]>([
    ['a string sent as a number', [0x08, 0x01]],
    ['a group', [0x0b, 0x0c]],
    ['field number 0', [0x02, 0x01, 0x61]],
    ['a field number beyond 2^29', [0xfa, 0xff, 0xff, 0xff, 0x7f, 0x00]],
    ['a length beyond the end', [0x0a, 0x05, 0x61]],
    ['a length beyond 2^53', [0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]],
    ['a varint of eleven bytes', [0x18, ...Array<number>(10).fill(0x80), 0x00]],
    ['half of a fixed-width number', [0x1d, 0x00]],
  ])('is malformed with %s', (_name, bytes) => {
    expect(read(path, Uint8Array.from(bytes)).request).toEqual(MALFORMED);
  });

  it('can have unknown fields', () => {
    const bytes = message(field(1, TOKEN), field(99, 'x'), field(98, 7), Uint8Array.of(0x1d, 1, 2, 3, 4));
    expect(read(path, bytes)).toMatchObject({ request: { token: TOKEN }, layouts: [] });
  });
});

it('without legacy clients, only the contract layout is read', () => {
  const entry = loadPackageDefinition({ legacyClients: false })['coresdk.v1.PolicyService'];
  if (!entry || 'format' in entry) throw new Error('There is no such service.');
  const bytes = message(field(1, 'a'), field(3, 'acme'));
  expect(entry['Evaluate']?.requestDeserialize(bytes)).toEqual(MALFORMED);
});
