import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import type { BundleFile } from './read-tar.js';

const BLOCK = 512;
const NAME_BYTES = 100;

/**
 * Creates a reproducible archive: sorted by path, without times, owners or folders, so equal content gives equal bytes and an equal digest.
 * The format is a gzipped ustar tarball, with a pax header for each path longer than 100 bytes.
 */
export function writeArchive(files: readonly BundleFile[]): Buffer {
  const sorted = [...files].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  const blocks: Uint8Array[] = [];
  for (const { path, bytes } of sorted) {
    const name = Buffer.from(path);
    if (name.length > NAME_BYTES) {
      const record = paxRecord('path', path);
      blocks.push(header(Buffer.from('pax'), record.length, 'x'), record, padding(record.length));
    }
    blocks.push(header(name.subarray(0, NAME_BYTES), bytes.length, '0'), bytes, padding(bytes.length));
  }
  blocks.push(Buffer.alloc(2 * BLOCK));
  return gzipSync(Buffer.concat(blocks), { level: 9 });
}

function header(name: Uint8Array, size: number, flag: string): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.set(name);
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0'.repeat(2), 108, 'latin1');
  block.write(`${size.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('00000000000\0', 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(flag, 156, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function padding(size: number): Buffer {
  return Buffer.alloc((BLOCK - (size % BLOCK)) % BLOCK);
}

/** Formats a pax record. Its length includes the digits of the length itself. */
function paxRecord(name: string, value: string): Buffer {
  const rest = ` ${name}=${value}\n`;
  let length = Buffer.byteLength(rest);
  length += String(length + String(length).length).length;
  return Buffer.from(`${length}${rest}`);
}
