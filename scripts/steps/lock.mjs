import { createHash } from 'node:crypto';
import { unlinkSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { root } from './process.mjs';
import { printLine } from './report.mjs';

/**
 * Waits until no other command is installing or building in this checkout, then runs `work`.
 *
 * The lock is a listening socket, not a file. The system frees the lock no matter how its owner exits. On Linux, its name is not a path, so
 * root and other users do not need a shared folder, and `npm ci` cannot delete it.
 */
export async function withLock(work) {
  const server = await acquire();
  try {
    return await work();
  } finally {
    server.close();
  }
}

async function acquire() {
  for (let tries = 0; ; tries++) {
    const server = await listen(address());
    if (server) return server;
    if (tries === 0) printLine('another command is installing or building here; waiting for it');
    await freeIfStale();
    await sleep(200);
  }
}

function address() {
  const name = `coresdk-${createHash('sha256').update(root).digest('hex').slice(0, 32)}`;
  return process.platform === 'linux' ? `\0${name}` : join(tmpdir(), `${name}.sock`);
}

function listen(path) {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error) => (error.code === 'EADDRINUSE' ? resolve(undefined) : reject(error)));
    server.listen(path, () => resolve(server));
  });
}

/** On systems other than Linux, the socket file outlives a killed owner and then refuses connections. */
async function freeIfStale() {
  if (process.platform === 'linux') return;
  const isStale = await new Promise((resolve) => {
    const socket = connect(address(), () => resolve(false)).on('error', (error) =>
      resolve(error.code === 'ECONNREFUSED'),
    );
    socket.on('close', () => socket.destroy());
  });
  if (isStale) unlinkSync(address());
}
