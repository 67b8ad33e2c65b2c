import { z } from 'zod';
import { nullIfMissing } from '../../api/refusal';
import type { TenantApi } from '../tenant-api';
import type { FoundObject, Kind, MadeObject, Members } from './kind';

const item = z.record(z.string(), z.unknown());
type Item = Readonly<z.infer<typeof item>>;

type Described = Pick<Kind, 'section' | 'title' | 'surface' | 'order' | 'schema' | 'scopes'> &
  Partial<Pick<Kind, 'fixed' | 'makesSecret' | 'references'>>;

interface RestKind extends Described {
  /** The path of the list, or of the single object. */
  readonly path: string;
  /** The members that the file can set. */
  readonly members: readonly string[];
  /** Converts the API's form of an object to the file's form. */
  readonly toFile?: (members: Members, api: TenantApi) => Members;
  /** Converts the file's form of an object to the API's form. */
  readonly toApi?: (members: Members, api: TenantApi) => Members;
}

interface ListedKind extends RestKind {
  readonly key: string;
  readonly id: string;
  /** The members of the response to a creation that are secrets. */
  readonly secrets?: readonly string[];
  /** Members that a creation does not accept, so that a change sets them right after it. */
  readonly onlyChanged?: readonly string[];
  readonly isBuiltIn?: (item: Item) => boolean;
  /** Takes note of an object that others refer to. */
  readonly note?: (api: TenantApi, key: string, id: string) => void;
}

/** Returns a kind whose objects have generated IDs: POST creates, PATCH changes and DELETE deletes one. The key is a member. */
export function listedKind(kind: ListedKind): Kind {
  const { path, key, id, secrets = [], onlyChanged = [] } = kind;
  const pathOf = (found: string): string => `${path}/${encodeURIComponent(found)}`;
  const toFound = (api: TenantApi, one: Item, tag: string | null): FoundObject => {
    kind.note?.(api, text(one, key), text(one, id));
    const isBuiltIn = kind.isBuiltIn?.(one) === true;
    return { key: text(one, key), id: text(one, id), members: fileForm(kind, one, api), tag, isBuiltIn };
  };
  return {
    ...describedBy(kind),
    read: async (api) => (await api.all(item, path, { limit: '100' })).map((one) => toFound(api, one, null)),
    refresh: (api, found) => refreshed(api, pathOf(found.id), (one, tag) => toFound(api, one, tag)),
    create: async (api, name, members, attempt) => {
      const json = { ...apiForm(kind, without(members, onlyChanged), api), [key]: name };
      const made = await api.send(item, 'POST', path, { json, headers: { 'idempotency-key': attempt } });
      kind.note?.(api, name, text(made, id));
      const rest = picked(members, onlyChanged);
      if (Object.keys(rest).length > 0) await api.call('PATCH', pathOf(text(made, id)), { json: rest });
      return { id: text(made, id), secrets: picked(made, secrets) };
    },
    update: async (api, found, members) => {
      const json = apiForm(kind, without(members, kind.fixed ?? []), api);
      await api.call('PATCH', pathOf(found.id), { json, headers: ifMatch(found) });
    },
    remove: async (api, found) => {
      await api.call('DELETE', pathOf(found.id), { headers: ifMatch(found) });
    },
  };
}

interface KeyedKind extends RestKind {
  readonly key: string;
  /** The time of creation, which tells an object from an earlier one with the same key; omitted if the API does not show it. */
  readonly createdAt?: string;
  readonly isBuiltIn?: (item: Item) => boolean;
}

/** Returns a kind whose objects are stored under their keys: PUT creates or replaces one. */
export function keyedKind(kind: KeyedKind): Kind {
  const { path, key, createdAt } = kind;
  const pathOf = (name: string): string => `${path}/${encodeURIComponent(name)}`;
  const idOf = (one: Item): string => (createdAt === undefined ? text(one, key) : String(one[createdAt]));
  const toFound = (api: TenantApi, one: Item, tag: string | null): FoundObject => {
    const isBuiltIn = kind.isBuiltIn?.(one) === true;
    return { key: text(one, key), id: idOf(one), members: fileForm(kind, one, api), tag, isBuiltIn };
  };
  const put = async (api: TenantApi, name: string, members: Members, headers: Record<string, string>): Promise<Item> =>
    api.send(item, 'PUT', pathOf(name), { json: apiForm(kind, members, api), headers });
  return {
    ...describedBy(kind),
    read: async (api) => (await api.all(item, path)).map((one) => toFound(api, one, null)),
    refresh: (api, found) => refreshed(api, pathOf(found.key), (one, tag) => toFound(api, one, tag)),
    create: async (api, name, members): Promise<MadeObject> => {
      const made = await put(api, name, members, { 'if-none-match': '*' });
      return { id: idOf({ [key]: name, ...made }), secrets: {} };
    },
    update: async (api, found, members) => {
      await put(api, found.key, { ...found.members, ...members }, ifMatch(found));
    },
    remove: async (api, found) => {
      await api.call('DELETE', pathOf(found.key), { headers: ifMatch(found) });
    },
  };
}

interface SingleKind extends RestKind {
  readonly unset: Members;
}

/** Returns a kind of which a tenant has one object: GET reads it, and PUT replaces it. It always exists. */
export function singleKind(kind: SingleKind): Kind {
  const { path, section, unset } = kind;
  const read = async (api: TenantApi): Promise<FoundObject> => {
    const response = await api.call('GET', path);
    const one = item.parse(await response.json());
    return { key: section, id: section, members: fileForm(kind, one, api), tag: response.headers.get('etag') };
  };
  const put = async (api: TenantApi, members: Members, found: FoundObject): Promise<void> => {
    await api.call('PUT', path, { json: apiForm(kind, members, api), headers: ifMatch(found) });
  };
  return {
    ...describedBy(kind),
    isSingle: true,
    unset,
    read: async (api) => [await read(api)],
    refresh: read,
    create: async (api, _key, members) => {
      await put(api, { ...unset, ...members }, await read(api));
      return { id: section, secrets: {} };
    },
    update: (api, found, members) => put(api, { ...found.members, ...members }, found),
    remove: (api, found) => put(api, unset, found),
  };
}

/** Reads an object with its entity tag; `null` if it does not exist. */
export async function refreshed(
  api: TenantApi,
  path: string,
  toFound: (one: Item, tag: string | null) => FoundObject,
): Promise<FoundObject | null> {
  const response = await nullIfMissing(api.call('GET', path));
  return response && toFound(item.parse(await response.json()), response.headers.get('etag'));
}

export function ifMatch({ tag }: FoundObject): Record<string, string> {
  return tag === null ? {} : { 'if-match': tag };
}

function describedBy(kind: RestKind): Described {
  const { section, title, surface, order, schema, scopes, fixed, makesSecret, references } = kind;
  return {
    section,
    title,
    surface,
    order,
    schema,
    scopes,
    ...(fixed && { fixed }),
    ...(makesSecret && { makesSecret }),
    ...(references && { references }),
  };
}

function fileForm({ members, toFile }: RestKind, one: Item, api: TenantApi): Members {
  const own = picked(one, members);
  return toFile === undefined ? own : toFile(own, api);
}

function apiForm({ toApi }: RestKind, members: Members, api: TenantApi): Members {
  return toApi === undefined ? members : toApi(members, api);
}

export function picked(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(names.flatMap((name) => (name in members ? [[name, members[name]]] : [])));
}

export function without(members: Members, names: readonly string[]): Members {
  return Object.fromEntries(Object.entries(members).filter(([name]) => !names.includes(name)));
}

function text(one: Item, member: string): string {
  const value = one[member];
  if (typeof value !== 'string') throw new Error(`An object has no member "${member}".`);
  return value;
}
