import { realpath } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { APP_ROLE, DATABASE, readCredentials, urlFor } from './credentials';
import { findPostmaster } from './postmaster';
import { readIfPresent } from './private-files';

/** The state of an embedded database, as determined by reading its files. The state is `absent` before the first start. */
export type EmbeddedState =
  | { readonly state: 'absent' }
  | { readonly state: 'damaged'; readonly why: string }
  | { readonly state: 'stopped' | 'starting'; readonly dataDirectory: string; readonly majorVersion: string }
  | {
      readonly state: 'running';
      readonly dataDirectory: string;
      readonly majorVersion: string;
      readonly appUrl: string;
    };

/** Looks for the embedded database of a DATA_DIR without starting, creating or changing anything. */
export async function lookUpEmbedded(dataDir: string): Promise<EmbeddedState> {
  const root = await realpath(dataDir).catch(() => undefined);
  if (root === undefined) return { state: 'absent' };
  const control = join(root, 'postgres-control');
  const recorded = await readIfPresent(join(control, 'location'));
  const dataDirectory = resolve(root, recorded ?? 'postgres');
  const version = await readIfPresent(join(dataDirectory, 'PG_VERSION'));
  const credentials = await readCredentials(control);
  if (version === undefined) {
    if (recorded === undefined || credentials === undefined) return { state: 'absent' };
    return { state: 'damaged', why: `the data should be in ${dataDirectory}, but is not` };
  }
  if (credentials === undefined) {
    return { state: 'damaged', why: `the passwords for the data, ${join(control, 'credentials.json')}, are missing` };
  }
  const found = { dataDirectory, majorVersion: version.trim() };
  const server = await findPostmaster(dataDirectory);
  if (server === undefined) return { state: 'stopped', ...found };
  if (!server.ready) return { state: 'starting', ...found };
  return { state: 'running', ...found, appUrl: urlFor(APP_ROLE, credentials.app, server, DATABASE) };
}
