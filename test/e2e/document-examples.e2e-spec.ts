import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';
import { fill, missing, nameOf, type Operation, OPERATIONS } from '../support/document-operations';
import { Installation } from '../support/installation';

let installation: Installation;
/** Of the tenant `default`: an app with every scope of the platform. */
let token: string;

beforeAll(async () => {
  installation = await Installation.start({
    layout: 'all',
    environment: { LIMIT_PER_ADDRESS: '0', LIMIT_PER_CLIENT: '0' },
  });
  const scopes = [...PLATFORM_SCOPES.keys()];
  const app = await installation.register(await installation.adminToken(), {
    declared_scopes: scopes,
    default_scopes: scopes,
  });
  token = await installation.token(app.client_id, app.client_secret);
});

afterAll(() => installation.remove());

/** Bodies that are refused by what they are about, rather than by their shape. */
const isRefused = (status: number): boolean => [400, 413, 415, 422].includes(status) || status >= 500;

/** The path with names that exist where the server looks for them before it reads the body. */
const pathOf = ({ path, parameters }: Operation): string => {
  const filled = fill(path, (name) => {
    if (name === 'alias') return 'prod';
    if (name === 'urn') return 'urn:acme:scim:2.0:User';
    return name === 'id' && path.startsWith('/api/v1/tenants/{id}') ? 'default' : missing(path, name);
  });
  const namesTenant = parameters.some(({ name, in: place }) => name === 'tenant' && place === 'query');
  return namesTenant ? `${filled}?tenant=default` : filled;
};

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();

/** Its example names a person or an app, which must be there. */
const namesSomebody = ({ path }: Operation): boolean => /\/(transfer|secrets\/grants)$/.test(path);

/** A policy decides about every call after it, and must be signed once there is a key. */
const rank = ({ path }: Operation): number =>
  /\/polic(y|ies)$/.test(path) ? 1 : path.includes('/policy/keys/') ? 2 : 0;

it('every operation accepts its JSON body example from the OpenAPI documents', async () => {
  const shown = OPERATIONS.filter((operation) => operation.example !== undefined && !namesSomebody(operation));
  expect(shown.length).toBeGreaterThan(80);
  const wrong: string[] = [];
  for (const operation of shown.toSorted((a, b) => rank(a) - rank(b))) {
    const { surface, method, path, example } = operation;
    const isHandedOn = path.startsWith('/v1/oauth/') || path.startsWith('/v1/tenants');
    const credential = surface === 'backend' && !isHandedOn ? token : installation.secrets.controlPlaneToken;
    // The documents are older than what they show as a time to come.
    const json = path.endsWith('/flags/scheduled') ? { ...(example as object), at: inAnHour } : example;
    const { status, text } = await installation[surface](pathOf(operation), {
      method,
      token: credential,
      json,
    });
    if (isRefused(status)) wrong.push(`${nameOf(operation)}: ${status} ${text.slice(0, 300)}`);
  }
  expect(wrong).toEqual([]);
});
