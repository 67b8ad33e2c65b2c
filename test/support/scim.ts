import type { ScimPreset } from '../../src/modules/scim/contract/scim.types';
import type { ScimConnectionWithToken } from '../../src/modules/scim/contract/scim-connections.types';
import { openControlPlane } from './control-plane';
import { type Answer, call } from './http-client';
import { openAllCore, type TestCore } from './test-core';
import { createTestDatabase, type TestDatabase } from './test-database';
import { makeTenant, type TestTenant } from './two-tenants';

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP_URN = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
const PATCH_URN = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const ERROR_URN = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** A SCIM resource with the members that tests read. */
export interface ScimBody {
  readonly id: string;
  readonly meta: { readonly version: string; readonly location: string; readonly lastModified: string };
  readonly totalResults: number;
  readonly itemsPerPage: number;
  readonly startIndex?: number;
  readonly nextCursor?: string;
  readonly Resources: readonly ScimBody[];
  readonly Operations: readonly Readonly<Record<string, string>>[];
  readonly scimType?: string;
  readonly detail: string;
  readonly status: string;
  readonly active: boolean;
  readonly members?: readonly { readonly value: string; readonly type: string; readonly $ref: string }[];
  readonly [name: string]: unknown;
}

export interface ScimCall {
  readonly method?: string;
  readonly json?: unknown;
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly token?: string;
}

/** Sends a request to a path below `/scim/v2`. */
export type Scim = (path: string, options?: ScimCall) => Promise<Answer<ScimBody>>;

/** Returns a SCIM client for an address and a bearer token. */
export function scimAt(url: string, bearer: string): Scim {
  return async (path, { json, token = bearer, headers = {}, ...options } = {}) => {
    const media: Readonly<Record<string, string>> =
      json === undefined && options.body === undefined ? {} : { 'content-type': 'application/scim+json' };
    const answer = await call<ScimBody>(`${url}/scim/v2${path}`, {
      ...options,
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
      ...(token === '' ? {} : { token }),
      headers: { ...media, ...headers },
    });
    const isScim = answer.headers.get('content-type')?.startsWith('application/scim+json') === true;
    return { ...answer, body: isScim && answer.text !== '' ? (JSON.parse(answer.text) as ScimBody) : answer.body };
  };
}

/** All roles in one process, with two tenants. */
export interface ScimWorld {
  readonly database: TestDatabase;
  readonly core: TestCore;
  readonly url: string;
  readonly serviceToken: string;
  readonly a: TestTenant;
  readonly b: TestTenant;
  /** Connects an identity provider to a tenant. */
  readonly connect: (
    tenant: TestTenant,
    preset?: ScimPreset,
    members?: Readonly<Record<string, unknown>>,
  ) => Promise<ScimConnectionWithToken>;
  readonly scim: (tenant: TestTenant, preset?: ScimPreset) => Promise<Scim>;
  readonly close: () => Promise<void>;
}

export async function openScimWorld(): Promise<ScimWorld> {
  const database = await createTestDatabase();
  const core = await openAllCore(database, { BOOTSTRAP_TENANT: 'scim-bootstrap', LIMIT_PER_ADDRESS: '0' });
  const { url, serviceToken, close } = await openControlPlane(core);
  const [a, b] = [await makeTenant(core, 'a', 'scim-bootstrap'), await makeTenant(core, 'b')];
  const connect: ScimWorld['connect'] = async (tenant, preset = 'rfc', members = {}) => {
    const answer = await call<ScimConnectionWithToken>(`${url}/api/v1/scim-connections?tenant=${tenant.id}`, {
      token: serviceToken,
      json: { name: `Test ${preset}`, preset, ...members },
    });
    expect([answer.status, answer.text]).toEqual([201, answer.text]);
    return answer.body;
  };
  return {
    database,
    core,
    url,
    serviceToken,
    a,
    b,
    connect,
    scim: async (tenant, preset) => scimAt(url, (await connect(tenant, preset)).token),
    close: async () => {
      await close();
      await core.close();
      await database.drop();
    },
  };
}

/** The number of created users, which makes their names unique. */
let made = 0;
export function newUser(members: Readonly<Record<string, unknown>> = {}): Readonly<Record<string, unknown>> {
  made += 1;
  const userName = `user${made}@example.com`;
  return { schemas: [USER_URN], userName, emails: [{ value: userName, type: 'work', primary: true }], ...members };
}

/** Returns the body of a PATCH. */
export function patchOf(...Operations: readonly object[]): object {
  return { schemas: [PATCH_URN], Operations };
}

/** Asserts the error of RFC 7644 §3.12. */
export function expectScimError(answer: Answer<ScimBody>, status: number, scimType?: string): void {
  expect({ status: answer.status, text: answer.text, scimType: answer.body.scimType }).toMatchObject({
    status,
    ...(scimType === undefined ? {} : { scimType }),
  });
  expect(answer.headers.get('content-type')).toBe('application/scim+json; charset=utf-8');
  expect(answer.body).toMatchObject({ schemas: [ERROR_URN], status: String(status) });
  expect(answer.body.scimType).toBe(scimType);
  expect(answer.body.detail).toMatch(/^\P{Cc}{8,400}$/u);
}
