import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { CommandFault } from '../../command';
import { JsonArrayScanner } from '../json-array-scanner';
import type { Notes } from '../notes';
import { type KeycloakRealm, parseRealm } from './realm';

const CHUNK_BYTES = 1024 * 1024;
/** The files of a folder that `kc.sh export --dir` wrote. */
const REALM_FILE = /^(.+)-realm\.json$/;

/** A realm, and the files that contain its users. */
export interface RealmExport {
  readonly realm: KeycloakRealm;
  readonly userFiles: readonly string[];
}

/**
 * Reads a realm export: one file, or a folder with `<realm>-realm.json` and `<realm>-users-<number>.json`. Errors: `CommandFault`.
 * @param name the realm to read if the folder contains several.
 */
export async function openRealmExport(path: string, name: string | undefined, notes: Notes): Promise<RealmExport> {
  const files = await filesOf(path, name, notes);
  const realm = parseRealm(files.realmFile, await restOf(files.realmFile));
  if (name !== undefined && realm.realm !== name)
    throw new CommandFault(`${files.realmFile} contains the realm "${realm.realm}", not "${name}".`);
  return { realm, userFiles: [files.realmFile, ...files.userFiles] };
}

/** Yields the users of all files, each as JSON that is not checked yet, with bounded memory. Errors: `CommandFault`. */
export async function* usersIn(files: readonly string[]): AsyncGenerator<unknown> {
  for (const file of files) {
    const scanner = new JsonArrayScanner('users');
    for await (const chunk of chunksOf(file))
      for (const element of within(file, () => scanner.push(chunk))) yield json(file, element);
    within(file, () => scanner.finish());
  }
}

async function filesOf(
  path: string,
  name: string | undefined,
  notes: Notes,
): Promise<{ readonly realmFile: string; readonly userFiles: readonly string[] }> {
  const found = await stat(path).catch((error: unknown) => {
    throw unreadable(path, error);
  });
  if (!found.isDirectory()) return { realmFile: path, userFiles: [] };
  const inFolder = (await readdir(path)).sort();
  const realms = inFolder.flatMap((file) => REALM_FILE.exec(file)?.[1] ?? []);
  const chosen = name === undefined ? realms : realms.filter((realm) => realm === name);
  const [realm, ...others] = chosen;
  if (realm === undefined)
    throw new CommandFault(
      `${path} has no file ${name ?? '<realm>'}-realm.json. Use the folder of "kc.sh export --dir".`,
    );
  if (others.length > 0)
    throw new CommandFault(`${path} has several realms: ${chosen.join(', ')}. Choose one with --realm.`);
  const isOfRealm = (file: string, kind: string): boolean =>
    file.startsWith(`${realm}-${kind}-`) && /^\d+\.json$/.test(file.slice(realm.length + kind.length + 2));
  for (const file of inFolder.filter((one) => isOfRealm(one, 'federated-users')))
    notes.notMoved('file', file, 'Users of a user federation stay there. Connect the directory with SCIM.');
  return {
    realmFile: join(path, `${realm}-realm.json`),
    userFiles: inFolder
      .filter((file) => isOfRealm(file, 'users'))
      .sort(byNumber)
      .map((file) => join(path, file)),
  };
}

function byNumber(one: string, other: string): number {
  return one.localeCompare(other, 'en', { numeric: true });
}

/** Returns a realm file without its users. */
async function restOf(file: string): Promise<string> {
  const scanner = new JsonArrayScanner('users');
  for await (const chunk of chunksOf(file)) within(file, () => scanner.push(chunk));
  return within(file, () => scanner.finish());
}

async function* chunksOf(file: string): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: CHUNK_BYTES }) as AsyncIterable<Buffer>)
      yield chunk;
  } catch (error) {
    throw unreadable(file, error);
  }
}

/** Names the file in a fault of the scanner. */
function within<T>(file: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw CommandFault.is(error) ? new CommandFault(`${file}: ${error.message}`) : error;
  }
}

function json(file: string, element: Buffer): unknown {
  try {
    return JSON.parse(element.toString('utf8'));
  } catch {
    // The message of JSON.parse quotes the text, which can contain a password hash.
    throw new CommandFault(`${file} contains a user that is not valid JSON.`);
  }
}

function unreadable(path: string, error: unknown): CommandFault {
  if (CommandFault.is(error)) return error;
  return new CommandFault(`${path} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
}
