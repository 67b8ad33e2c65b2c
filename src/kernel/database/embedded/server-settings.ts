import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { findPlatform, type Platform } from './platforms';

/** The server's environment. The server does not inherit any variables from this process, because it must not see MASTER_KEY or tokens. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** Settings for a small machine. Durability stays on: an acknowledged commit is on disk. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '128MB',
  // A growing table gets statistics within seconds. Until then, a statement may keep a plan that was suitable only for an empty table.
  autovacuum_naptime: '5s',
  synchronous_commit: 'on',
  fsync: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  // DETAIL lines quote row values, which can be confidential.
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** Returns the name that the title of every server process contains. It identifies the processes after their parent has died. */
export function clusterNameOf(dataDirectory: string): string {
  return `coresdk-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12)}`;
}

/** Characters that PostgreSQL would interpret as the end of a name or as an abstract socket. */
const NOT_IN_A_LIST = /[,"]|^@/;

/**
 * Returns the folder for the server's Unix socket: the data directory, which other users cannot enter. A statement takes 20% less time over
 * the socket than over 127.0.0.1. Empty if the path is too long for a socket; in that case, only TCP is available.
 */
export function socketFolder(dataDirectory: string, platform: Platform | undefined = findPlatform()): string {
  const longest = join(dataDirectory, '.s.PGSQL.65535');
  const fits = Buffer.byteLength(longest) <= (platform?.socketPathBytes ?? 0) && !NOT_IN_A_LIST.test(dataDirectory);
  return fits ? dataDirectory : '';
}

/** Returns the arguments of `postgres`. Settings are on the command line so that a new release's settings also apply to old data. */
export function serverArguments(
  dataDirectory: string,
  port: number,
  extra: Readonly<Record<string, string>>,
): readonly string[] {
  const settings = {
    ...SETTINGS,
    unix_socket_directories: socketFolder(dataDirectory),
    ...extra,
    cluster_name: clusterNameOf(dataDirectory),
    port: String(port),
  };
  return ['-D', dataDirectory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
