import { hash } from 'node:crypto';
import path from 'node:path';
import { type BundleFile, gunzipUpTo, readTar, writeArchive } from '@coresdk/rego/bundle';
import { z } from 'zod';
import { projectRoot } from '../../../kernel/config/project-root';
import { checkBundle } from '../../../modules/policy/bundle/check/check-bundle';
import { BUNDLE_LIMITS, policyVersion } from '../../../modules/policy/contract/policy-bundles.types';
import { nullIfMissing } from '../../api/refusal';
import { archiveOfPaths } from '../../policy/bundle-of-paths';
import type { TenantApi } from '../tenant-api';
import type { FoundObject, Kind } from './kind';
import { ifMatch } from './rest-kinds';

const SECTION = 'policy';

const inFile = z.strictObject({
  folder: z
    .string()
    .min(1)
    .meta({ description: 'A folder in bundle format, relative to the file: .rego files, data.json, .manifest.' }),
});
const loaded = z.object({ digest: z.string(), archive: z.string(), folder: z.string() });

const pathOf = ({ slug }: TenantApi): string => `/api/v1/tenants/${slug}/policy`;

/** Returns the active version. It has no modules after a deletion, which stores an empty bundle as the next version. */
async function active(api: TenantApi): Promise<{ readonly found: FoundObject; readonly isEmpty: boolean } | null> {
  const response = await nullIfMissing(api.call('GET', pathOf(api)));
  if (response === null) return null;
  const { digest, modules } = policyVersion.parse(await response.json());
  const found = { key: SECTION, id: SECTION, members: { digest }, tag: response.headers.get('etag') };
  return { found, isEmpty: modules.length === 0 };
}

async function read(api: TenantApi): Promise<FoundObject | null> {
  const version = await active(api);
  return version === null || version.isEmpty ? null : version.found;
}

/** Reads the files of the policy on the platform. */
async function filesOn(api: TenantApi): Promise<readonly BundleFile[]> {
  const response = await api.call('GET', pathOf(api), { headers: { accept: 'application/gzip' } });
  const tar = await gunzipUpTo(new Uint8Array(await response.arrayBuffer()), 2 * BUNDLE_LIMITS.maxUnpackedBytes);
  return readTar(tar, BUNDLE_LIMITS);
}

function digestOf(archive: Uint8Array): string {
  return hash('sha256', archive, 'hex');
}

async function put(api: TenantApi, members: object, headers: Record<string, string>): Promise<void> {
  const content = new Uint8Array(Buffer.from(loaded.parse(members).archive, 'base64'));
  await api.call('PUT', pathOf(api), { body: { type: 'application/gzip', content }, headers });
}

/**
 * The Rego policy of a tenant. The file names its folder; in a plan, the policy is the archive of the folder and its digest, which is that
 * of the archive on the platform if the files are the same.
 */
export const policyKind: Kind = {
  section: SECTION,
  title: 'policy',
  surface: 'control-plane',
  scopes: ['admin'],
  order: 4,
  isSingle: true,
  schema: inFile,
  compared: ['digest'],
  fileForm: {
    load: async (members, base) => {
      const { folder } = inFile.parse(members);
      const { bytes: archive } = await archiveOfPaths([path.resolve(base, folder)]);
      return { digest: digestOf(archive), archive: Buffer.from(archive).toString('base64'), folder };
    },
    unload: async (api, _found, save) => {
      const folder = `policies/${api.slug}`;
      for (const file of await filesOn(api)) save(`${folder}/${file.path}`, file.bytes);
      return { folder };
    },
  },
  check: async (members, base) => {
    const { archive, folder } = loaded.parse(members);
    const bundle = { kind: 'archive', bytes: new Uint8Array(Buffer.from(archive, 'base64')) } as const;
    const baseFolders = [path.join(projectRoot(), 'policies/default')];
    const outcome = await checkBundle({ kind: 'check', bundle, keys: [], baseFolders });
    if (outcome.ok) return [];
    return outcome.faults.map(({ file, row, col, message }) => ({
      place: { file: path.join(base, folder, file ?? ''), line: row ?? 1, column: col ?? 1 },
      message,
    }));
  },
  read: async (api) => {
    const found = await read(api);
    return found === null ? [] : [found];
  },
  // Archives with the same files can differ in their compression, so the archive is made again as for the folder.
  refresh: async (api) => {
    const found = await read(api);
    return found && { ...found, members: { digest: digestOf(writeArchive(await filesOn(api))) } };
  },
  create: async (api, _key, members) => {
    const version = await active(api);
    await put(api, members, version?.isEmpty === true ? ifMatch(version.found) : { 'if-none-match': '*' });
    return { id: SECTION, secrets: {} };
  },
  update: (api, found, members) => put(api, members, ifMatch(found)),
  remove: async (api, found) => {
    await api.call('DELETE', pathOf(api), { headers: ifMatch(found) });
  },
};
