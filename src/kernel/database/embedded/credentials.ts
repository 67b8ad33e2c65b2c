import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { EmbeddedPostgresError, storageFault } from './embedded-postgres.error';
import { readIfPresent, writePrivateFile } from './private-files';

export const ADMIN_ROLE = 'postgres';
export const OWNER_ROLE = 'coresdk_owner';
export const APP_ROLE = 'coresdk_app';
export const DATABASE = 'coresdk';

/** The passwords of the three roles, 256 random bits each. They are stored in one file with mode 0600, and never appear in a log. */
export interface Credentials {
  readonly admin: string;
  readonly owner: string;
  readonly app: string;
}

/** Returns the installation's passwords; undefined before the first start. */
export async function readCredentials(controlFolder: string): Promise<Credentials | undefined> {
  const path = join(controlFolder, 'credentials.json');
  const text = await readIfPresent(path).catch((fault: unknown) => {
    throw storageFault(`read the database passwords in ${path}`, fault);
  });
  if (text === undefined) return undefined;
  const { admin, owner, app } = parse(text);
  if (admin === undefined || owner === undefined || app === undefined) {
    throw new EmbeddedPostgresError(`${path} is damaged: restore it from the backup that belongs to this data`);
  }
  return { admin, owner, app };
}

function parse(text: string): Partial<Credentials> {
  try {
    return JSON.parse(text) as Partial<Credentials>;
  } catch {
    // The parser's message quotes the input, which contains passwords.
    return {};
  }
}

/** Writes the passwords before the cluster that uses them is created, so that a crash in between does no harm. */
export async function createCredentials(controlFolder: string): Promise<Credentials> {
  const password = (): string => randomBytes(32).toString('base64url');
  const credentials = { admin: password(), owner: password(), app: password() };
  await writePrivateFile(join(controlFolder, 'credentials.json'), JSON.stringify(credentials));
  return credentials;
}

/** The address of a server: a port on 127.0.0.1, or a socket in a folder. */
export interface ServerAddress {
  readonly port: number;
  readonly socketFolder: string | null;
}

/**
 * Returns a connection URL. The password's alphabet (base64url) does not require escaping. A socket's folder goes into the `host`
 * parameter, which takes precedence over the URL's host (PostgreSQL manual, "Connection URIs").
 */
export function urlFor(role: string, password: string, server: ServerAddress, database: string): string {
  const url = `postgresql://${role}:${password}@127.0.0.1:${server.port}/${database}`;
  return server.socketFolder === null ? url : `${url}?host=${encodeURIComponent(server.socketFolder)}`;
}
