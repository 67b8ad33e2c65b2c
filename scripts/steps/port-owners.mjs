import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { basename } from 'node:path';

/** The state TCP_LISTEN in /proc/net/tcp. */
const listening = '0A';

/**
 * Returns the programs that listen on a TCP port of any address, such as "node (process 4711, in /home/ada/shop)". Empty if the system does
 * not tell: on systems without /proc, and for processes of other users. Shows no arguments, because they can contain secrets.
 * @param proc the folder of proc(5)
 */
export function ownerOf(port, proc = '/proc') {
  const sockets = new Set(['tcp', 'tcp6'].flatMap((table) => socketsAt(port, readOrEmpty(`${proc}/net/${table}`))));
  if (sockets.size === 0) return '';
  const pids = list(proc).filter((name) => /^\d+$/.test(name) && hasSocket(`${proc}/${name}/fd`, sockets));
  return pids.map((pid) => describe(proc, pid)).join(', ');
}

/** Returns the link targets (`socket:[<inode>]`) of the listeners on a port. The fields are those of /proc/net/tcp (proc(5)). */
function socketsAt(port, table) {
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    const isHere = state === listening && Number.parseInt(local.split(':')[1], 16) === port;
    return isHere ? [`socket:[${inode}]`] : [];
  });
}

function hasSocket(folder, sockets) {
  return list(folder).some((name) => sockets.has(linkOrEmpty(`${folder}/${name}`)));
}

function describe(proc, pid) {
  const [program = ''] = readOrEmpty(`${proc}/${pid}/cmdline`).split('\0');
  const folder = linkOrEmpty(`${proc}/${pid}/cwd`);
  return `${basename(program) || 'a program'} (process ${pid}${folder === '' ? '' : `, in ${folder}`})`;
}

function list(folder) {
  try {
    return readdirSync(folder);
  } catch {
    // Missing, ended, or of another user.
    return [];
  }
}

function readOrEmpty(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function linkOrEmpty(file) {
  try {
    return readlinkSync(file);
  } catch {
    return '';
  }
}
