import { DOMParser } from '@xmldom/xmldom';
import { systemContext } from '../../src/kernel/context/call-context';
import type { ValidateSamlAssertionResponse } from '../../src/kernel/grpc/generated/coresdk/v1/auth';
import { UNCONDITIONAL } from '../../src/kernel/http/conditions/conditions';
import { DocumentWorkers } from '../../src/kernel/threads/document-workers';
import { TaskStopped } from '../../src/kernel/threads/task-stopped';
import { SamlPort } from '../../src/modules/saml/contract/saml.port';
import { SamlProvidersPort } from '../../src/modules/saml/contract/saml-providers.port';
import { newSamlProvider, samlProviderPatch } from '../../src/modules/saml/contract/saml-providers.types';
import { TenantsPort } from '../../src/modules/tenants/contract/tenants.port';
import { openControlPlane } from '../support/control-plane';
import { eventually } from '../support/eventually';
import { GrpcClient } from '../support/grpc-client';
import { call, expectError } from '../support/http-client';
import {
  assertionXml,
  AUDIENCE,
  EC_CERTIFICATE,
  encode,
  ENTITY_ID,
  IDP,
  iso,
  OTHER_IDP,
  RECIPIENT,
  sign,
  subject,
  WEAK_CERTIFICATE,
} from '../support/saml';
import { openAllCore, openSidecarCore, openSidecarSurface, SERVICE_TOKEN, type TestCore } from '../support/test-core';
import { createTestDatabase, queryAs, type TestDatabase } from '../support/test-database';
import { makeTenant, type TestTenant } from '../support/two-tenants';

let database: TestDatabase;
let control: TestCore;
let sidecars: readonly [TestCore, TestCore];
let surface: Awaited<ReturnType<typeof openSidecarSurface>>;
let service: GrpcClient;
let a: TestTenant;
let b: TestTenant;

beforeAll(async () => {
  database = await createTestDatabase();
  control = await openAllCore(database);
  sidecars = [await openSidecarCore(database), await openSidecarCore(database)];
  surface = await openSidecarSurface(sidecars[0]);
  service = new GrpcClient(surface.address, SERVICE_TOKEN);
  [a, b] = [await makeTenant(control, 'a'), await makeTenant(control, 'b')];
});

afterAll(async () => {
  service.close();
  await surface.close();
  for (const core of [...sidecars, control]) await core.close();
  await database.drop();
});

const admin = (tenant: TestTenant) => systemContext('req-saml', tenant.id);
const providers = () => control.context.get(SamlProvidersPort);
const input = {
  entityId: ENTITY_ID,
  name: 'IdP',
  certificates: [IDP.certificate],
  audience: AUDIENCE,
  recipients: [RECIPIENT],
  attributeMapping: { groups: 'groups' },
};

async function register(tenant: TestTenant, members: object = {}) {
  const provider = await providers().create(admin(tenant), newSamlProvider.parse({ ...input, ...members }));
  for (const { feed } of sidecars) await feed.catchUp();
  return provider;
}

const fresh = (issuer = ENTITY_ID, key = IDP.key): string =>
  encode(sign(assertionXml(Date.now(), { issuer: `<saml:Issuer>${issuer}</saml:Issuer>` }), { key }));

const validate = (core: TestCore, tenant: TestTenant, assertion: string, entityId = ENTITY_ID) =>
  core.context.get(SamlPort).validate(admin(tenant), { assertion, entityId });

describe('a SAML assertion', () => {
  it('is parsed and checked on a worker thread, never on the main thread, and the time is charged to its tenant', async () => {
    const entityId = 'https://threads.example';
    const { id } = await register(a, { entityId });
    const run = jest.spyOn(sidecars[0].context.get(DocumentWorkers), 'run');
    const parsed = jest.spyOn(DOMParser.prototype, 'parseFromString');
    const assertion = fresh(entityId);
    parsed.mockClear();
    try {
      expect(await validate(sidecars[0], a, assertion, entityId)).toMatchObject({ valid: true });
      expect(parsed).not.toHaveBeenCalled();
      expect(run).toHaveBeenCalledWith(expect.objectContaining({ kind: 'saml.judge', tenantId: a.id, resource: id }));
      run.mockRejectedValueOnce(new TaskStopped('cpu'));
      const stopped = await validate(sidecars[0], a, fresh(entityId), entityId);
      expect(stopped).toEqual({ valid: false, refusal: 'too_large' });
      run.mockClear();
      const long = await validate(sidecars[0], a, 'A'.repeat(256 * 1024 + 4), entityId);
      expect(long).toEqual({ valid: false, refusal: 'too_large' });
      expect(run).not.toHaveBeenCalled();
    } finally {
      run.mockRestore();
      parsed.mockRestore();
    }
  });

  it('is accepted once across all sidecars, and both attempts are in the audit log', async () => {
    const entityId = 'https://once.example';
    await register(a, { entityId });
    const assertion = fresh(entityId);
    expect(await validate(sidecars[0], a, assertion, entityId)).toMatchObject({
      valid: true,
      user: { userId: 'ada@example.com', groups: ['engineers', 'ops'] },
    });
    const replayed = { valid: false, refusal: 'replayed' };
    for (const core of sidecars) expect(await validate(core, a, assertion, entityId)).toEqual(replayed);
    const events = await queryAs(
      database.adminUrl,
      `SELECT tenant_id, outcome, reason FROM audit.events WHERE action = 'saml.assertion.validate' AND resource_id = $1 ORDER BY id`,
      [entityId],
    );
    const denied = { tenant_id: a.id, outcome: 'denied', reason: 'replayed' };
    expect(events).toEqual([{ tenant_id: a.id, outcome: 'success', reason: '' }, denied, denied]);
  });

  it('is accepted for only one of many concurrent requests', async () => {
    const entityId = 'https://race.example';
    await register(a, { entityId });
    const assertion = fresh(entityId);
    const verdicts = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        validate(index % 2 === 0 ? sidecars[0] : sidecars[1], a, assertion, entityId),
      ),
    );
    expect(verdicts.filter(({ valid }) => valid)).toHaveLength(1);
  });

  it('is valid only for the tenant that registered its provider', async () => {
    const entityId = 'https://tenants.example';
    await register(a, { entityId });
    const assertion = fresh(entityId);
    expect(await validate(sidecars[0], b, assertion, entityId)).toEqual({ valid: false, refusal: 'unknown_provider' });
    // The same entity id with a different key: each tenant has its own provider.
    await register(b, { entityId, certificates: [OTHER_IDP.certificate] });
    expect(await validate(sidecars[0], b, assertion, entityId)).toEqual({ valid: false, refusal: 'signature_invalid' });
    expect(await validate(sidecars[0], b, fresh(entityId, OTHER_IDP.key), entityId)).toMatchObject({ valid: true });
    // A refused assertion does not count as used.
    expect(await validate(sidecars[1], a, assertion, entityId)).toMatchObject({ valid: true });
  });

  it('follows changes to its provider (new keys, disabled, deleted), and cannot be replayed after its provider is deleted', async () => {
    const entityId = 'https://changing.example';
    const { id } = await register(a, { entityId });
    const shown = fresh(entityId);
    expect(await validate(sidecars[1], a, shown, entityId)).toMatchObject({ valid: true });
    const patch = (members: object) =>
      providers().update(admin(a), id, samlProviderPatch.parse(members), UNCONDITIONAL);
    await patch({ certificates: [OTHER_IDP.certificate] });
    await eventually(async () => {
      expect(await validate(sidecars[1], a, fresh(entityId), entityId)).toMatchObject({ refusal: 'signature_invalid' });
    });
    expect(await validate(sidecars[1], a, fresh(entityId, OTHER_IDP.key), entityId)).toMatchObject({ valid: true });
    await patch({ enabled: false });
    await eventually(async () => {
      expect(await validate(sidecars[1], a, fresh(entityId), entityId)).toMatchObject({ refusal: 'unknown_provider' });
    });
    await providers().remove(admin(a), id, UNCONDITIONAL);
    await register(a, { entityId });
    expect(await validate(sidecars[1], a, shown, entityId)).toMatchObject({ refusal: 'replayed' });
  });

  it('is remembered until it expires, but no longer', async () => {
    const count = () =>
      queryAs(
        database.adminUrl,
        `SELECT encode(hash, 'escape') AS hash FROM saml.shown_assertions WHERE tenant_id = 'tnt-prune'`,
      );
    await queryAs(
      database.adminUrl,
      `INSERT INTO saml.shown_assertions VALUES ('tnt-prune', 'old', now() - interval '2 minutes'), ('tnt-prune', 'new', now())`,
    );
    await queryAs(database.appUrl, 'SELECT saml.prune()');
    expect(await count()).toEqual([{ hash: 'new' }]);
  });
});

describe('ValidateSAMLAssertion', () => {
  const ask = (request: object, client = service) =>
    client.call<ValidateSamlAssertionResponse>('AuthService', 'ValidateSAMLAssertion', request);
  const nothing = { valid: false, userId: '', email: '', groups: [], attributesJson: '{}' };

  it('returns the user, and refuses in an OK response with a reason', async () => {
    await register(a);
    const asked = { idpEntityId: ENTITY_ID, tenantId: a.slug };
    const answer = await ask({ ...asked, assertionB64: fresh() });
    expect(answer).toMatchObject({ valid: true, userId: 'ada@example.com', email: 'ada@example.com', error: null });
    expect(answer.groups).toEqual(['engineers', 'ops']);
    expect(JSON.parse(answer.attributesJson)).toMatchObject({ mail: ['ada.l@example.com'] });
    const old = encode(sign(assertionXml(Date.now() - 3_600_000)));
    for (const [request, reason] of [
      [{ ...asked, assertionB64: old }, 'expired'],
      [{ ...asked, assertionB64: fresh().slice(0, -40) }, 'malformed'],
      [{ ...asked, assertionB64: '' }, 'malformed'],
      [{ ...asked, assertionB64: fresh(), idpEntityId: 'https://nobody.example' }, 'unknown_provider'],
      [{ ...asked, assertionB64: fresh(), idpEntityId: '' }, 'unknown_provider'],
      [{ ...asked, assertionB64: fresh(), tenantId: b.id }, 'unknown_provider'],
      [{ ...asked, assertionB64: fresh(), tenantId: 'nobody' }, 'not_found'],
      [{ ...asked, assertionB64: fresh(), tenantId: '' }, 'not_found'],
    ] as const) {
      expect(await ask(request)).toMatchObject({ ...nothing, error: { extensions: { reason } } });
    }
    const malformed = await service.raw('/coresdk.v1.AuthService/ValidateSAMLAssertion', Buffer.from('ffff', 'hex'));
    expect(malformed.code).toBe(0);
  });

  it('is for services only, and for active tenants only', async () => {
    const c = await makeTenant(control, 'c');
    await register(c);
    const asked = { idpEntityId: ENTITY_ID, tenantId: c.id };
    const stranger = new GrpcClient(surface.address);
    expect(await ask({ ...asked, assertionB64: fresh() }, stranger)).toMatchObject({
      ...nothing,
      error: { status: 401 },
    });
    stranger.close();
    await control.context.get(TenantsPort).setStatus(systemContext('req-t'), c.id, 'suspended');
    await eventually(async () => {
      expect(await ask({ ...asked, assertionB64: fresh() })).toMatchObject({ ...nothing, error: { status: 403 } });
    });
  });
});

describe('identity providers', () => {
  it('belong to one tenant and have a unique entity id there, and their changes are recorded', async () => {
    const mine = await register(a, { entityId: 'https://own.example' });
    await expect(register(a, { entityId: 'https://own.example' })).rejects.toMatchObject({ code: 'conflict' });
    const theirs = await register(b, { entityId: 'https://own.example' });
    for (const id of [theirs.id, 'sml-nobody', 'x']) {
      await expect(providers().get(admin(a), id)).rejects.toMatchObject({ code: 'not_found' });
      await expect(providers().update(admin(a), id, { name: 'X' }, UNCONDITIONAL)).rejects.toMatchObject({
        code: 'not_found',
      });
      await expect(providers().remove(admin(a), id, UNCONDITIONAL)).rejects.toMatchObject({ code: 'not_found' });
    }
    expect(await providers().get(admin(b), theirs.id)).toEqual(theirs);
    const changed = await providers().update(admin(a), mine.id, { name: 'Renamed' }, UNCONDITIONAL);
    expect(changed).toEqual({ ...mine, name: 'Renamed', updatedAt: changed.updatedAt });
    await providers().remove(admin(a), mine.id, UNCONDITIONAL);
    const recorded = await queryAs(
      database.adminUrl,
      `SELECT payload->>'action' AS action FROM kernel.outbox WHERE payload->>'resourceId' = $1
       UNION ALL SELECT action FROM audit.events WHERE resource_id = $1 ORDER BY 1`,
      [mine.id],
    );
    expect(recorded.map(({ action }: { action?: string }) => action)).toEqual([
      'saml_provider.create',
      'saml_provider.delete',
      'saml_provider.update',
    ]);
  });

  it('have an entity tag that protects changes against lost updates', async () => {
    const plane = await openControlPlane(control);
    const token = plane.serviceToken;
    const url = (id = ''): string => `${plane.url}/api/v1/saml-providers${id}?tenant=${a.slug}`;
    try {
      const json = { ...input, entityId: 'https://tagged.example' };
      const made = await call<{ id: string }>(url(), { token, json });
      const tag = made.headers.get('etag') ?? '';
      expect([made.status, tag]).toEqual([201, expect.stringMatching(/^"[\w-]{43}"$/)]);
      const one = url(`/${made.body.id}`);
      expect((await call(one, { token })).headers.get('etag')).toBe(tag);
      const known = await call(one, { token, headers: { 'if-none-match': tag } });
      expect([known.status, known.text]).toEqual([304, '']);

      const rename = (name: string, ifMatch: string) =>
        call(one, { token, method: 'PATCH', json: { name }, headers: { 'if-match': ifMatch } });
      const first = await rename('First', tag);
      const next = first.headers.get('etag') ?? '';
      expect([first.status, next === tag]).toEqual([200, false]);
      expectError(await rename('Second', tag), 412, 'precondition_failed');
      const remove = (ifMatch: string) => call(one, { token, method: 'DELETE', headers: { 'if-match': ifMatch } });
      expectError(await remove(tag), 412, 'precondition_failed');
      expect((await call<{ name: string }>(one, { token })).body.name).toBe('First');
      expect((await remove(next)).status).toBe(204);
    } finally {
      await plane.close();
    }
  });

  it('are listed in pages, oldest first', async () => {
    const c = await makeTenant(control, 'pages');
    const made = [];
    for (const name of ['one', 'two', 'three']) made.push(await register(c, { entityId: `https://${name}.example` }));
    const first = await providers().list(admin(c), { limit: 2 });
    expect(first.items).toEqual(made.slice(0, 2));
    const rest = await providers().list(admin(c), { limit: 2, cursor: first.nextCursor ?? '' });
    expect(rest).toEqual({ items: made.slice(2), nextCursor: null });
  });

  it('accept a certificate in the form used in SAML metadata, and refuse an invalid or weak certificate', async () => {
    const bare = IDP.certificate.replace(/-----[^-]+-----|\s/g, '');
    const made = await register(a, { entityId: 'https://bare.example', certificates: [bare] });
    expect(made.certificates).toEqual([IDP.certificate]);
    for (const wrong of ['x', WEAK_CERTIFICATE, EC_CERTIFICATE, IDP.key]) {
      const faulty = {
        code: 'invalid_request',
        fields: [expect.objectContaining({ pointer: '/certificates/1', code: 'invalid_certificate' })],
      };
      const certificates = [IDP.certificate, wrong];
      await expect(register(a, { entityId: 'https://x.example', certificates })).rejects.toMatchObject(faulty);
      await expect(providers().update(admin(a), made.id, { certificates }, UNCONDITIONAL)).rejects.toMatchObject(
        faulty,
      );
    }
    expect(await providers().get(admin(a), made.id)).toEqual(made);
  });

  it.each([
    { certificates: [] },
    { certificates: Array(11).fill(IDP.certificate) },
    { entityId: '' },
    { entityId: 'has blanks' },
    { audience: undefined },
    { clockSkewSeconds: 301 },
    { attributeMapping: { uid: 'x' } },
    { more: 1 },
  ])('are not registered with %j', (members) => {
    expect(newSamlProvider.safeParse({ ...input, ...members }).success).toBe(false);
  });

  it('cannot change their entity id', () => {
    expect(samlProviderPatch.safeParse({ entityId: 'https://x.example' }).success).toBe(false);
  });
});

it('an assertion for a different recipient is refused at this service', async () => {
  const entityId = 'https://elsewhere.example';
  await register(a, { entityId, recipients: [] });
  const data = `Recipient="${RECIPIENT}" NotOnOrAfter="${iso(Date.now() + 60_000)}"`;
  const xml = assertionXml(Date.now(), {
    issuer: `<saml:Issuer>${entityId}</saml:Issuer>`,
    subject: subject(Date.now(), { data }),
  });
  expect(await validate(sidecars[0], a, encode(sign(xml)), entityId)).toEqual({ valid: false, refusal: 'recipient' });
});
