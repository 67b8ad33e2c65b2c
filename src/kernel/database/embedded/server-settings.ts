import { createHash } from 'node:crypto';
import { join } from 'node:path';

/** The server gets nothing of this process's environment: MASTER_KEY and tokens are none of its business. */
export const SERVER_ENVIRONMENT: NodeJS.ProcessEnv = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' };

/** For a small machine, with a promise kept: an acknowledged commit is on disk. */
const SETTINGS: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  max_connections: '200',
  shared_buffers: '128MB',
  // A table that has just begun to grow gets its statistics within seconds: until then a statement may keep the plan that
  // was good for an empty one.
  autovacuum_naptime: '5s',
  synchronous_commit: 'on',
  fsync: 'on',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_line_prefix: '%m [%p] %q%u@%d ',
  // DETAIL lines quote the values of rows, and those are payload.
  log_error_verbosity: 'terse',
  log_checkpoints: 'off',
};

/** Shown in the title of every server process, which is how they are found when their parent is dead. */
export function clusterNameOf(dataDirectory: string): string {
  return `coresdk-${createHash('sha256').update(dataDirectory).digest('hex').slice(0, 12)}`;
}

/** The maximum length of a socket's path (unix(7), `sun_path`, with the byte that ends it). */
const SOCKET_PATH_BYTES = 107;
/** PostgreSQL would take these for the end of a name or for an abstract socket. */
const NOT_IN_A_LIST = /[,"]|^@/;

/**
 * Where the server has its Unix socket, beside its data, which nobody else may enter: a statement costs a fifth less than
 * by way of 127.0.0.1. Empty where the path is too long for one, and then there is TCP alone.
 */
function socketFolder(dataDirectory: string): string {
  const longest = join(dataDirectory, '.s.PGSQL.65535');
  const fits = Buffer.byteLength(longest) <= SOCKET_PATH_BYTES && !NOT_IN_A_LIST.test(dataDirectory);
  return fits ? dataDirectory : '';
}

/** The arguments of `postgres`: on the command line, so that a new release's settings hold for old data too. */
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
