import { gzipSync } from 'node:zlib';

const BLOCK = 512;

/** One entry of a tar archive, of any type, as a tool or an attacker might write it. */
export interface TarEntry {
  readonly name: string | Buffer;
  readonly content?: string | Buffer;
  /** Type flag; by default `0`, a file. */
  readonly type?: string;
  readonly link?: string;
  readonly prefix?: string;
  /** By default `ustar\0` + `00`. */
  readonly magic?: string;
  /** Size in the header; by default the size of the content. */
  readonly size?: string;
  /** Added to the correct checksum. */
  readonly checksumOff?: number;
}

/** Returns an entry with its header, content and padding. */
export function tarEntry(entry: TarEntry): Buffer {
  const content = Buffer.from(entry.content ?? '');
  const block = Buffer.alloc(BLOCK);
  block.set(Buffer.from(entry.name).subarray(0, 100));
  block.write('0000644\0', 100, 'latin1');
  block.write(entry.size ?? `${content.length.toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('14000000000\0', 136, 'latin1');
  block.write('        ', 148, 'latin1');
  block.write(entry.type ?? '0', 156, 'latin1');
  block.write(entry.link ?? '', 157, 'utf8');
  block.write(entry.magic ?? 'ustar\x0000', 257, 'latin1');
  block.write(entry.prefix ?? '', 345, 'utf8');
  const sum = block.reduce((total, byte) => total + byte, 0) + (entry.checksumOff ?? 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return Buffer.concat([block, content, Buffer.alloc((BLOCK - (content.length % BLOCK)) % BLOCK)]);
}

/** Returns a tar archive. */
export function tarOf(entries: readonly TarEntry[]): Buffer {
  return Buffer.concat([...entries.map(tarEntry), Buffer.alloc(2 * BLOCK)]);
}

/** Returns a gzipped tar archive of files by path, as `tar czf` creates it. */
export function bundleOf(files: Readonly<Record<string, string | Buffer>>): Buffer {
  return gzipSync(tarOf(Object.entries(files).map(([name, content]) => ({ name, content }))));
}
