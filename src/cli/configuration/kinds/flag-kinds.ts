import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { TenantApi } from '../tenant-api';
import type { FoundObject, Kind, Members } from './kind';
import { ifMatch, keyedKind } from './rest-kinds';

const ADMIN = { surface: 'control-plane', scopes: ['admin'] } as const;
const DOCUMENT = '/api/v1/flags/document';
const SECTION = 'flagEvaluators';

const json = z.record(z.string(), z.unknown());
const document = z.looseObject({ flags: json, $evaluators: json.optional() });

const flagMembers = z.strictObject({
  state: z.enum(['ENABLED', 'DISABLED']),
  variants: json,
  defaultVariant: z.string().nullable().optional(),
  targeting: json.optional(),
  metadata: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).optional(),
});

const NAMES = Object.keys(flagMembers.shape);

/** A flag in flagd's JSON, which omits members that are not set. */
const flags: Kind = {
  ...keyedKind({
    ...ADMIN,
    section: 'flags',
    title: 'flag',
    order: 3,
    path: '/api/v1/flags',
    key: 'key',
    members: NAMES,
    schema: flagMembers,
    toFile: (members) => Object.fromEntries(Object.entries(members).filter(([, value]) => isSet(value))),
  }),
  // The document contains all flags, so one call reads them.
  read: async (api) => {
    const { flags: all } = document.parse(await (await api.call('GET', DOCUMENT)).json());
    return Object.entries(all).map(([key, members]) => ({ key, id: key, members: json.parse(members), tag: null }));
  },
};

/** The expressions that several flags share: `$evaluators` of the flag document. */
const flagEvaluators: Kind = {
  ...ADMIN,
  section: SECTION,
  title: 'shared expressions of flags',
  order: 2,
  isSingle: true,
  unset: {},
  schema: json,
  read: async (api) => [await readEvaluators(api)],
  refresh: readEvaluators,
  create: async (api, _key, members) => {
    await writeEvaluators(api, members, await readEvaluators(api));
    return { id: SECTION, secrets: {} };
  },
  update: (api, found, members) => writeEvaluators(api, members, found),
  remove: (api, found) => writeEvaluators(api, {}, found),
};

export const FLAG_KINDS: readonly Kind[] = [flagEvaluators, flags];

async function readEvaluators(api: TenantApi): Promise<FoundObject> {
  const response = await api.call('GET', DOCUMENT);
  const { $evaluators = {} } = document.parse(await response.json());
  return { key: SECTION, id: SECTION, members: $evaluators, tag: response.headers.get('etag') };
}

async function writeEvaluators(api: TenantApi, members: Members, found: FoundObject): Promise<void> {
  const whole = document.parse(await (await api.call('GET', DOCUMENT)).json());
  await api.call('PUT', DOCUMENT, { json: { ...whole, $evaluators: members }, headers: ifMatch(found) });
}

function isSet(value: unknown): boolean {
  return value !== null && !isDeepStrictEqual(value, {});
}
