import { chmodSync, lstatSync, unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import path from 'node:path';
import { type GrpcListener, listening, overSockets, type TakeConnection } from './grpc-listener';

const OWNER_ONLY = 0o600;
/** Write permission for the group and other users, which would allow them to replace the socket with their own socket. */
const WRITABLE_BY_OTHERS = 0o022;
const STICKY = 0o1000;

/**
 * Listens on a Unix socket that only its owner can use. It replaces a socket that a process left behind, but not a socket that accepts
 * connections, and removes its own socket when it closes. Access to the socket does not authenticate a service: calls still need
 * `x-service-token`, since any process of the same user can connect. Errors: an error if other users can replace the socket in its folder,
 * if the path exists and is not a socket, or if the socket is in use.
 */
export async function listenAtSocket(file: string, take: TakeConnection): Promise<GrpcListener> {
  checkFolder(path.dirname(file));
  await removeStale(file);
  const server = createServer(take);
  const listener = overSockets([server]);
  // The socket is created with these permissions, because otherwise other users could connect before access is restricted.
  const before = process.umask(0o177);
  try {
    const bound = listening(server, { path: file });
    // The socket is bound and its file created before `listening` returns.
    process.umask(before);
    await bound;
  } finally {
    process.umask(before);
  }
  chmodSync(file, OWNER_ONLY);
  return listener;
}

function checkFolder(folder: string): void {
  const { mode, uid } = lstatSync(folder);
  const own = process.getuid?.();
  if (own !== undefined && uid !== own && uid !== 0) {
    throw new Error(`The folder of the sidecar's socket, ${folder}, belongs to a different user.`);
  }
  // In a sticky folder, such as /tmp, users cannot remove other users' files.
  if ((mode & WRITABLE_BY_OTHERS) !== 0 && (mode & STICKY) === 0) {
    throw new Error(
      `Other users can write to the folder of the sidecar's socket, ${folder}. Remove their write access.`,
    );
  }
}

async function removeStale(file: string): Promise<void> {
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (!found) return;
  if (!found.isSocket()) throw new Error(`${file} exists but is not a socket. Remove it, or choose a different path.`);
  if (await answers(file)) throw new Error(`A different process listens at ${file}.`);
  unlinkSync(file);
}

function answers(file: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(file);
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
