import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { AuthorizeResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/auth';
import type { PolicyBundleUpdate, PolicyEvaluateResponse } from '../../../src/kernel/grpc/generated/coresdk/v1/policy';
import type { Page } from '../../../src/kernel/lists/page';
import type { AppWithSecret } from '../../../src/modules/apps/contract/apps.types';
import type { DryRunReport } from '../../../src/modules/policy/contract/policy-bundles.port';
import type { LoggedDecision, PolicyVersion } from '../../../src/modules/policy/contract/policy-bundles.types';
import type { Project } from '../../../src/modules/projects/contract/projects.types';
import type { Tenant } from '../../../src/modules/tenants/contract/tenants.types';
import { eventually } from '../../support/eventually';
import type { GrpcClient } from '../../support/grpc-client';
import { type Answer, type Call, expectError } from '../../support/http-client';
import type { Installation } from '../../support/installation';
import { bundleOf } from '../../support/make-tar';

/**
 * A bundle whose rule is true only for the bundle's own number. The rule compares a constant in the module with a constant in the data,
 * which must both come from the same bundle.
 */
function numbered(n: number): { modules: Record<string, string>; data: object } {
  return {
    modules: {
      'app.rego': `package app\n\nis_revision if input.n == ${n}\n\nmixed if data.release.n != ${n}\n\nwhole if data.release.n == ${n}\n`,
    },
    data: { release: { n } },
  };
}

/** @param borrow returns the installation, once it is running. */
export const policyStory = (borrow: () => Installation): void =>
  describe('policy', () => {
    let installation: Installation;
    let admin: string;
    let app: AppWithSecret;
    let token: string;
    let sidecars: readonly GrpcClient[];
    let version = 0;

    beforeAll(async () => {
      installation = borrow();
      admin = await installation.adminToken();
      app = await installation.register(admin);
      token = await installation.token(app.client_id, app.client_secret);
      sidecars = installation.everySidecar();
    });

    function put(body: Call, tenant = 'default', query = ''): Promise<Answer<PolicyVersion>> {
      const call = { token: admin, method: 'PUT', ...body };
      return installation.controlPlane<PolicyVersion>(`/api/v1/tenants/${tenant}/policy${query}`, call);
    }

    /** Uploads a bundle and expects it to get the next version number. */
    async function upload(body: Call): Promise<PolicyVersion> {
      const answer = await put(body);
      expect({ status: answer.status, text: answer.text }).toMatchObject({ status: 200 });
      expect(answer.body).toMatchObject({ version: ++version, status: 'active' });
      expect(answer.headers.get('etag')).toMatch(/^"/);
      return answer.body;
    }

    function evaluate(rule: string, input: unknown, index = 0, tenantId = 'default'): Promise<PolicyEvaluateResponse> {
      const inputJson = typeof input === 'string' ? input : JSON.stringify(input);
      return client(index).call('PolicyService', 'Evaluate', { rule, inputJson, tenant: { tenantId } });
    }

    function client(index: number): GrpcClient {
      const found = sidecars[index];
      if (!found) throw new Error(`There is no sidecar ${index}.`);
      return found;
    }

    /** Waits until every sidecar decides with the bundle from {@link numbered}. */
    async function everywhere(n: number): Promise<void> {
      for (const index of sidecars.keys()) {
        await eventually(async () => {
          expect(await evaluate('data.app.is_revision', { n }, index)).toMatchObject({ result: true });
        });
      }
    }

    test('without a bundle, the base policy allows actions covered by scopes and denies all others', async () => {
      const listed = await installation.backend('/v1/projects', { token });
      expect(listed.status).toBe(200);
      const ask = async (action: string, resource: string): Promise<unknown> =>
        (await installation.backend('/v1/authorize', { token, json: { action, resource } })).body;
      expect(await ask('project.get', 'projects/prj-1')).toMatchObject({
        allowed: true,
        claims: { client_id: app.client_id },
        reason: '',
      });
      expect(await ask('user.delete', 'users/usr-1')).toMatchObject({ allowed: false });
      const input = { subject: app.client_id, action: 'project.get', scopes: ['projects.read'] };
      expect(await evaluate('data.authz.allow', input)).toMatchObject({ result: true, dryRun: false, error: null });
      expect(await evaluate('authz.allow', input)).toMatchObject({ result: true });
      expect(await evaluate('data.authz.allow', { ...input, action: 'user.delete' })).toMatchObject({ result: false });
      for (const [rule, asked] of [
        ['data.app.allow', {}],
        ['data.coresdk.allow', {}],
        ['', {}],
        ['data.authz.allow', '{"not json'],
        ['data.authz.allow', ''],
        ['data.authz.deny_reasons', {}],
        ['data.__proto__.constructor', {}],
      ] as const) {
        const denied = await evaluate(rule, asked);
        expect(denied).toMatchObject({ result: false });
        expect(denied.reason).not.toBe('');
      }
    });

    test('Authorize accepts a token, or a subject named by a service, and denies everyone else', async () => {
      const authorize = (request: object, by = client(0)): Promise<AuthorizeResponse> =>
        by.call('AuthService', 'Authorize', { action: 'project.get', resource: 'projects/prj-1', ...request });
      expect(await authorize({ token })).toMatchObject({ allowed: true });
      expect(await authorize({ token, requiredScope: 'projects.read projects.write' })).toMatchObject({
        allowed: true,
      });
      expect(await authorize({ token, requiredScope: 'jobs.write' })).toMatchObject({ allowed: false });
      expect(await authorize({ token: 'not-a-token' })).toMatchObject({ allowed: false });
      expect(await authorize({ token, tenant: { tenantId: 'tnt-01jd00000000000000000000zz' } })).toMatchObject({
        allowed: false,
      });
      const person = { subject: 'usr-1', tenant: { tenantId: 'default', roles: ['viewer'] } };
      expect(await authorize(person)).toMatchObject({ allowed: true });
      expect(await authorize({ ...person, action: 'project.delete' })).toMatchObject({ allowed: false });
      expect(await authorize(person, installation.sidecar(0, null))).toMatchObject({ allowed: false });
      // The caller's own claims do not override those of its token.
      const boast = {
        token,
        action: 'user.delete',
        context: { roles: 'admin', scopes: 'admin', 'context.roles': 'owner' },
      };
      expect(await authorize(boast)).toMatchObject({ allowed: false });
    });

    test('a bundle applies to the next call of every sidecar and of the backend', async () => {
      const frozen = `package authz

default allow := false

allow if {
	input.tenant_id
	not is_frozen
}

is_frozen if endswith(input.action, ".create")

deny_reasons contains "projects are frozen until Monday" if is_frozen
`;
      const accepted = await upload({ body: frozen, headers: { 'content-type': 'text/plain' } });
      expect(accepted).toMatchObject({ revision: '', modules: ['policy.rego'], roots: [''], signedBy: null });
      await eventually(async () => {
        const refused = await installation.backend('/v1/projects', { token, json: { key: 'FROZEN', name: 'Frozen' } });
        expect(expectError(refused, 403, 'forbidden').error_description).toContain('projects are frozen until Monday');
        expect(refused.headers.get('www-authenticate')).toMatch(/^Bearer /);
        const events = await installation.query('SELECT outcome FROM audit.events WHERE request_id = $1', [
          refused.requestId,
        ]);
        expect(events).toEqual([{ outcome: 'denied' }]);
      });
      expect((await installation.backend('/v1/projects', { token })).status).toBe(200);

      await upload({ json: numbered(1) });
      await everywhere(1);
      // The `authz` package is the base policy's package again.
      const created = await installation.backend<Project>('/v1/projects', {
        token,
        json: { key: 'FREE', name: 'Free' },
      });
      expect(created.status).toBe(201);
    });

    test('an invalid bundle is refused with the position of each fault, and changes nothing', async () => {
      const { body: before } = await installation.controlPlane<PolicyVersion>('/api/v1/tenants/default/policy', {
        token: admin,
        headers: { accept: 'application/json' },
      });
      const plain = { 'content-type': 'text/plain' };
      const faults: [Call, string, RegExp][] = [
        [{ body: 'package a\n\nallow if {', headers: plain }, 'rego_parse_error', /^\/policy.rego:3:/],
        [{ body: 'package a\n\nallow if x == 1', headers: plain }, 'rego_unsafe_var_error', /^\/policy.rego:3:/],
        [{ body: 'package a\n\np := q\n\nq := p', headers: plain }, 'rego_recursion_error', /^\/policy.rego:/],
        [{ body: 'package a\n\ntest_fails if false', headers: plain }, 'test_failed', /^\/policy.rego:3/],
        [{ body: 'package tenant_wall\n\ndeny := set()', headers: plain }, 'reserved_package', /policy.rego/],
        [{ json: { modules: { '../a.rego': 'package a' } } }, 'path_invalid', /a.rego/],
      ];
      for (const [call, code, pointer] of faults) {
        const { errors } = expectError(await put(call), 422, 'unprocessable');
        expect(errors?.[0]).toMatchObject({ code, pointer: expect.stringMatching(pointer) });
      }
      const archives: Uint8Array<ArrayBuffer>[] = [
        new Uint8Array(gzipSync(Buffer.alloc(64 * 1024 * 1024))),
        new Uint8Array(Buffer.from('not gzip at all')),
        new Uint8Array(bundleOf({ '../../etc/passwd.rego': 'package a' })),
      ];
      for (const body of archives) {
        expectError(await put({ body, headers: { 'content-type': 'application/gzip' } }), 422, 'unprocessable');
      }
      const tooLarge = new Uint8Array(9 * 1024 * 1024);
      expectError(
        await put({ body: tooLarge, headers: { 'content-type': 'application/gzip' } }),
        413,
        'payload_too_large',
      );
      expectError(await put({ body: '<a/>', headers: { 'content-type': 'text/xml' } }), 415, 'unsupported_media_type');
      expectError(await put({ json: { modules: {}, dta: {} } }), 400, 'invalid_request');
      expectError(await put({ token, json: numbered(9) }), 403, 'forbidden');
      const { body: after } = await installation.controlPlane<PolicyVersion>('/api/v1/tenants/default/policy', {
        token: admin,
        headers: { accept: 'application/json' },
      });
      expect(after).toEqual(before);
      await everywhere(1);
    });

    test('ETags prevent lost updates, and versions can be listed, staged, activated and rolled back', async () => {
      const path = '/api/v1/tenants/default/policy';
      const archive = await installation.controlPlane(path, { token: admin });
      const etag = archive.headers.get('etag') ?? '';
      expect(archive.headers.get('content-type')).toBe('application/gzip');
      const unchanged = await installation.controlPlane(path, { token: admin, headers: { 'if-none-match': etag } });
      expect([unchanged.status, unchanged.text]).toEqual([304, '']);
      await upload({ json: numbered(2), headers: { 'if-match': etag } });
      expectError(await put({ json: numbered(3), headers: { 'if-match': etag } }), 412, 'precondition_failed');

      const staged = await put({ json: numbered(4) }, 'default', '?stage=true');
      expect(staged.body).toMatchObject({ version: ++version, status: 'staged', activatedAt: null });
      await everywhere(2);
      const activated = await installation.controlPlane<PolicyVersion>(`${path}/activate`, {
        token: admin,
        json: { version },
      });
      expect(activated.body).toMatchObject({ version, status: 'active' });
      await everywhere(4);

      const back = await installation.controlPlane<PolicyVersion>(`${path}/rollback`, { token: admin, json: {} });
      expect(back.body).toMatchObject({ version: ++version, status: 'active', restoredFrom: version - 2 });
      await everywhere(2);
      const listed = await installation.controlPlane<Page<PolicyVersion>>(`${path}/versions?limit=3`, { token: admin });
      expect(listed.body.items.map((item) => [item.version, item.status])).toEqual([
        [version, 'active'],
        [version - 1, 'superseded'],
        [version - 2, 'superseded'],
      ]);
    });

    test('a watcher receives every later bundle without a gap, even after reconnecting', async () => {
      const from = version;
      const first = client(0).updates('default', String(from));
      for (const n of [11, 12]) await upload({ json: numbered(n) });
      const seen = [await first.next(), await first.next()];
      expect(seen.map(({ bundleVersion }) => Number(bundleVersion))).toEqual([from + 1, from + 2]);
      first.cancel();
      await upload({ json: numbered(13) });
      const later = client(sidecars.length - 1).updates('default', seen[1]?.bundleVersion ?? '');
      const update: PolicyBundleUpdate = await later.next();
      expect(Number(update.bundleVersion)).toBe(from + 3);
      expect(gunzipSync(update.bundleData).toString('latin1')).toContain('is_revision if input.n == 13');
      later.cancel();
      const current = client(0).updates('default', '');
      expect(Number((await current.next()).bundleVersion)).toBe(from + 3);
      current.cancel();
      const stranger = installation.sidecar(0, null).updates('default', '');
      await expect(stranger.next()).rejects.toMatchObject({ code: 16 });
    });

    test('2,000 decisions during at least five bundle updates never mix two bundles', async () => {
      let decided = 0;
      let uploaded = 0;
      let stop = false;
      const uploads = (async () => {
        for (; !stop; uploaded++) await upload({ json: numbered(21 + uploaded) });
      })().finally(() => (stop = true));
      const asker = async (index: number): Promise<void> => {
        while (!stop && (decided < 2_000 || uploaded < 5)) {
          decided++;
          const [mixed, whole] = await Promise.all([
            evaluate('data.app.mixed', {}, index),
            evaluate('data.app.whole', {}, index),
          ]);
          expect([mixed.result, whole.result]).toEqual([false, true]);
        }
      };
      await Promise.all(Array.from({ length: 16 }, (_, index) => asker(index % sidecars.length)));
      stop = true;
      await uploads;
    });

    test('a dry run shows how a draft decides, including for past decisions, and the log masks secrets', async () => {
      await upload({ json: { modules: { 'app.rego': 'package app\n\nallow if input.amount < 100\n' } } });
      await eventually(async () => {
        expect(await evaluate('app.allow', { amount: 50, password: 'hunter2-and-more' })).toMatchObject({
          result: true,
        });
      });
      expect(await evaluate('app.allow', { amount: 500 })).toMatchObject({ result: false });
      const path = '/api/v1/tenants/default/policy';
      await eventually(async () => {
        const { body } = await installation.controlPlane<Page<LoggedDecision>>(`${path}/decisions`, { token: admin });
        const ours = body.items.filter(({ rule }) => rule === 'data.app.allow');
        expect(ours.map(({ allowed }) => allowed)).toEqual(expect.arrayContaining([true, false]));
        expect(JSON.stringify(body)).not.toContain('hunter2');
      });
      const draft = { modules: { 'app.rego': 'package app\n\nallow if input.amount < 10\n' } };
      const { body } = await installation.controlPlane<DryRunReport>(`${path}/dry-run`, {
        token: admin,
        json: { rule: 'data.app.allow', input: { amount: 5 }, draft, compareLast: 100 },
      });
      expect(body.decision).toMatchObject({ allowed: true });
      expect(body.decidedBy).toMatchObject([{ rule: 'data.app.allow', file: 'app.rego', row: 3 }]);
      expect(body.coverage.percent).toBe(100);
      expect(body.comparison?.changed.map(({ decision }) => decision.input)).toEqual(
        expect.arrayContaining([expect.objectContaining({ amount: 50 })]),
      );
      const dry: PolicyEvaluateResponse = await client(0).call('PolicyService', 'DryRun', {
        rule: 'app.allow',
        inputJson: '{"amount":5}',
        tenant: { tenantId: 'default' },
      });
      expect(dry).toMatchObject({ result: true, dryRun: true });
      expect(JSON.parse(dry.reason)).toMatchObject({ decision: { allowed: true } });
    });

    test('a tenant cannot access other tenants, or read, evaluate or change their policies', async () => {
      const service = installation.secrets.controlPlaneToken;
      const json = { slug: 'globex', name: 'Globex' };
      const { body: globex } = await installation.controlPlane<Tenant>('/api/v1/tenants', { token: service, json });
      await upload({ body: 'package authz\n\nallow := true\n', headers: { 'content-type': 'text/plain' } });
      const asked = { subject: 'usr-1', action: 'read' };
      await eventually(async () => {
        expect(await evaluate('data.authz.allow', { ...asked, tenant_id: 'default' })).toMatchObject({ result: true });
      });
      for (const foreign of [
        { tenant_id: globex.id },
        { resource_tenant: 'globex' },
        { context: { resource_tenant: 'globex' } },
        { tenant_id: ['default'] },
      ]) {
        expect(await evaluate('data.authz.allow', { ...asked, ...foreign })).toMatchObject({ result: false });
      }
      expect(await evaluate('data.authz.allow', asked, 0, 'globex')).toMatchObject({ result: false });
      const theirs = `/api/v1/tenants/${globex.id}/policy`;
      for (const call of [{}, { method: 'PUT', json: numbered(1) }]) {
        expectError(await installation.controlPlane(theirs, { token: admin, ...call }), 404, 'not_found');
      }
      expectError(await installation.controlPlane(theirs, { token: service }), 404, 'not_found');
      const own = await installation.controlPlane<PolicyVersion>(theirs, {
        token: service,
        method: 'PUT',
        json: numbered(1),
      });
      expect(own.body).toMatchObject({ version: 1 });
    });

    test('a tenant with a key accepts only signed bundles', async () => {
      const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
      const keys = '/api/v1/tenants/default/policy/keys';
      const key = { algorithm: 'ES256', publicKey: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
      const made = await installation.controlPlane(`${keys}/release`, { token: admin, method: 'PUT', json: key });
      expect(made.status).toBe(200);
      expectError(await put({ json: numbered(30) }), 422, 'unprocessable');
      const source = 'package app\n\nis_revision if input.n == 31\n';
      const hash = createHash('sha256').update(source).digest('hex');
      const payload = { files: [{ name: 'app.rego', hash, algorithm: 'SHA-256' }], keyid: 'release' };
      const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${encode({ alg: 'ES256', kid: 'release' })}.${encode(payload)}`;
      const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
      const jws = `${signed}.${signature.toString('base64url')}`;
      const archive = (token: string, text: string): Call => ({
        body: new Uint8Array(
          bundleOf({ 'app.rego': text, '.signatures.json': JSON.stringify({ signatures: [token] }) }),
        ),
        headers: { 'content-type': 'application/gzip' },
      });
      expectError(await put(archive(jws, source.replace('31', '32'))), 422, 'unprocessable');
      expectError(await put(archive(`${jws.slice(0, -4)}AAAA`, source)), 422, 'unprocessable');
      expect(await upload(archive(jws, source))).toMatchObject({ signedBy: 'release' });
      await everywhere(31);
      expect((await installation.controlPlane(`${keys}/release`, { token: admin, method: 'DELETE' })).status).toBe(204);
    });

    test('hostile policies are stopped without affecting other tenants', async () => {
      const bomb = `package app

loop if {
	some a in numbers.range(1, 100000)
	some b in numbers.range(1, 100000)
	a * b == -1
}

huge := count(concat("", [s | some _ in numbers.range(1, 100000); s := "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"])) > 0
`;
      await upload({ body: bomb, headers: { 'content-type': 'text/plain' } });
      await eventually(async () => {
        const stopped = await evaluate('data.app.loop', {});
        expect(stopped).toMatchObject({ result: false });
        expect(stopped.reason).toContain('stopped');
      });
      const [other] = await Promise.all([
        evaluate('data.app.is_revision', { n: 1 }, 0, 'globex'),
        ...Array.from({ length: 4 }, () => evaluate('data.app.loop', {})),
      ]);
      expect(other).toMatchObject({ result: true });
    });

    test('an accepted bundle survives kill -9', async () => {
      await upload({ json: numbered(41) });
      // The processes that receive bundles and decide with them; meanwhile, a different sidecar continues.
      await Promise.all(['control-plane', 'sidecar-1'].map((name) => installation.process(name).kill()));
      await installation.launch();
      sidecars = installation.everySidecar();
      admin = await installation.adminToken();
      await everywhere(41);
      await upload({ json: numbered(42) });
      await everywhere(42);
    });
  });
