import { z } from 'zod';
import type { TenantApi } from '../tenant-api';
import type { Kind, Members } from './kind';
import { ifMatch, keyedKind, picked } from './rest-kinds';

const PATH = '/api/v1/secrets';

/** A reference to a secret: a variable of the environment, or a secret in the platform's own store. */
export const secretRef = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|store:.{1,256})$/, 'must be env:NAME or store:path')
  .meta({ description: 'Where the secret is: env:NAME for a variable, store:path for a secret of the platform.' });

const members = z.strictObject({
  secretRef,
  description: z.string().max(500).optional(),
  maxVersions: z.int().min(1).max(100).optional(),
});

async function put(api: TenantApi, key: string, desired: Members, headers: Record<string, string>): Promise<void> {
  const { secretRef: reference, ...rest } = members.parse(desired);
  const json = { ...rest, value: await api.secret(reference) };
  await api.call('PUT', `${PATH}/${encodeURIComponent(key)}`, { json, headers });
}

/**
 * A secret of a tenant. The configuration refers to its value, which is stored when the secret is created or its other members change. The
 * platform never shows the value, so it is not compared: `coresdk secrets set` stores a new one.
 */
export const secretKind: Kind = {
  ...keyedKind({
    surface: 'control-plane',
    scopes: ['admin'],
    section: 'secrets',
    title: 'secret',
    order: 1,
    path: PATH,
    key: 'name',
    createdAt: 'createdAt',
    members: ['description', 'maxVersions'],
    schema: members,
  }),
  compared: ['description', 'maxVersions'],
  isExported: false,
  create: async (api, key, desired) => {
    await put(api, key, desired, { 'if-none-match': '*' });
    const { createdAt } = z
      .object({ createdAt: z.string() })
      .parse(await (await api.call('GET', `${PATH}/${encodeURIComponent(key)}`)).json());
    return { id: createdAt, secrets: {} };
  },
  update: (api, found, desired) =>
    put(api, found.key, { ...picked(found.members, ['description', 'maxVersions']), ...desired }, ifMatch(found)),
};
