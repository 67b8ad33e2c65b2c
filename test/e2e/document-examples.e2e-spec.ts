import { PLATFORM_SCOPES } from '../../src/modules/apps/contract/platform-scopes';
import { fill, missing, nameOf, type Operation, OPERATIONS } from '../support/document-operations';
import { Installation } from '../support/installation';

let installation: Installation;
/** A token for an app of the `default` tenant with every scope of the platform. */
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

/** Returns whether a status rejects the body itself. A status that concerns its content, such as 404, does not. */
const isRefused = (status: number): boolean => [400, 413, 415, 422].includes(status) || status >= 500;

/** Returns the path with existing names where the server looks them up before it reads the body. */
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

/** Returns whether the example names a person or an app, which must exist. */
const namesSomebody = ({ path }: Operation): boolean => /\/(transfer|secrets\/grants)$/.test(path);

/** Ranks policy operations last: a policy decides every later call, and must be signed once a key exists. */
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
    // Future times in the examples might be in the past by now.
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
