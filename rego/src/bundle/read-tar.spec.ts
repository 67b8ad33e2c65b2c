import { bundleOf, tarEntry, tarOf, type TarEntry } from '../../../test/support/make-tar.js';
import { processorMs } from '../../../test/support/processor-time.js';
import { ArchiveError, gunzipUpTo } from './gunzip.js';
import { type BundleFile, readTar } from './read-tar.js';
import { writeArchive } from './write-archive.js';

const readAll = (tar: Buffer): BundleFile[] =>
  readTar(tar, { maxFiles: 2_000, maxFileBytes: 16 * 1024 * 1024, maxPathLength: 255 });

/** A pax record, which starts with its own length. */
const pax = (record: string): string => {
  const rest = ` ${record}\n`;
  const bytes = Buffer.byteLength(rest);
  return `${bytes + String(bytes + String(bytes).length).length}${rest}`;
};

const read = (entries: readonly TarEntry[]): Record<string, string> =>
  Object.fromEntries(readAll(tarOf(entries)).map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]));

const refusal = (act: () => unknown): unknown => {
  try {
    act();
  } catch (error) {
    if (error instanceof ArchiveError) return { code: error.code, file: error.file };
    throw error;
  }
  return 'accepted';
};

describe('a tar archive', () => {
  it('yields files with any path prefix and skips folders', () => {
    expect(
      read([
        { name: './', type: '5' },
        { name: './a/', type: '5' },
        { name: './a/x.rego', content: 'x' },
        { name: '/data.json', content: '{}' },
        { name: 'old', type: '\0', content: 'pre-POSIX' },
        { name: 'empty' },
      ]),
    ).toEqual({ 'a/x.rego': 'x', 'data.json': '{}', old: 'pre-POSIX', empty: '' });
  });

  it('supports long paths in prefix, pax and GNU entries', () => {
    const long = `${'d/'.repeat(80)}x.rego`;
    expect(read([{ prefix: 'd'.repeat(150), name: 'x.rego', content: '1' }])).toEqual({
      [`${'d'.repeat(150)}/x.rego`]: '1',
    });
    expect(
      read([
        { name: 'PaxHeaders/x', type: 'x', content: pax(`path=${long}`) },
        { name: 'short', content: '2' },
        { name: 'next', content: '3' },
      ]),
    ).toEqual({ [long]: '2', next: '3' });
    expect(
      read([
        { name: '././@LongLink', type: 'L', content: `${long}\0`, magic: 'ustar  \0' },
        { name: 'short', content: '4', magic: 'ustar  \0' },
        { name: 'next', content: '5', magic: 'ustar  \0' },
      ]),
    ).toEqual({ [long]: '4', next: '5' });
  });

  it('supports a size in a pax header and ignores global pax headers without a path', () => {
    expect(
      read([
        { name: 'pax_global_header', type: 'g', content: pax('comment=0123456789abcdef') },
        { name: 'p', type: 'x', content: pax('size=3') },
        { name: 'x', content: 'abc' },
      ]),
    ).toEqual({ x: 'abc' });
  });

  it('does not treat GNU timestamps as a path prefix', () => {
    expect(read([{ name: 'x', prefix: '14000000000', magic: 'ustar  \0' }])).toEqual({ x: '' });
  });

  it.each<[string, TarEntry]>([
    ['a symbolic link', { name: 'l', type: '2', link: '/etc/passwd' }],
    ['a hard link', { name: 'l', type: '1', link: 'x' }],
    ['a device', { name: 'd', type: '3' }],
    ['a pipe', { name: 'p', type: '6' }],
    ['a sparse file', { name: 's', type: 'S' }],
    ['an unknown kind', { name: 'u', type: 'Z' }],
    ['a path that leads up', { name: '../x.rego' }],
    ['a parent segment in the middle', { name: 'a/../../x.rego' }],
    ['a parent segment at the end', { name: 'a/..' }],
    ['a parent segment as a folder', { name: '../', type: '5' }],
    ['a dot in the middle', { name: 'a/./x.rego' }],
    ['two leading slashes', { name: '//etc/x.rego' }],
    ['two slashes in the middle', { name: 'a//x.rego' }],
    ['a slash at the end of a file', { name: 'a/' }],
    ['a backslash', { name: 'a\\..\\x.rego' }],
    ['a newline', { name: 'a\nb.rego' }],
    ['bytes that are not UTF-8', { name: Buffer.from([0x61, 0xff, 0xfe]) }],
    ['an empty name', { name: '' }],
    ['a path of more than 255 bytes', { name: 'x'.repeat(100), prefix: 'y'.repeat(155) }],
  ])('is refused for %s', (_what, entry) => {
    expect(refusal(() => readAll(tarOf([{ name: 'ok', content: 'ok' }, entry])))).toMatchObject({
      code: 'path_invalid',
    });
  });

  it('is refused if a pax path contains a NUL byte', () => {
    const entries = [{ name: 'p', type: 'x', content: pax('path=a.rego\0.txt') }, { name: 'x' }];
    expect(refusal(() => readAll(tarOf(entries)))).toMatchObject({ code: 'path_invalid' });
  });

  it('is refused if two entries have the same path, even if it is spelled differently', () => {
    expect(refusal(() => readAll(tarOf([{ name: 'a' }, { name: './a' }])))).toEqual({
      code: 'path_invalid',
      file: 'a',
    });
  });

  it('is refused if a checksum or size is invalid or a size exceeds the archive', () => {
    expect(refusal(() => readAll(tarOf([{ name: 'a', checksumOff: 1 }])))).toMatchObject({ code: 'archive_invalid' });
    expect(refusal(() => readAll(tarOf([{ name: 'a', size: '99999999999\0' }])))).toMatchObject({
      code: 'archive_invalid',
    });
    expect(refusal(() => readAll(tarOf([{ name: 'a', size: '77777777777\0' }])))).toMatchObject({
      code: 'archive_invalid',
    });
    expect(refusal(() => readAll(tarOf([{ name: 'a', size: '\x80\0\0\0\0\0\0\0\0\0\0\x01' }])))).toMatchObject({
      code: 'archive_invalid',
    });
    const bent = [{ name: 'p', type: 'x', content: pax('size=-1') }, { name: 'x' }];
    expect(refusal(() => readAll(tarOf(bent)))).toMatchObject({ code: 'archive_invalid' });
  });

  it('is refused if it is truncated within an entry, but does not need end blocks', () => {
    const entry = tarEntry({ name: 'a', content: 'x'.repeat(600) });
    expect(readAll(entry)).toHaveLength(1);
    for (const length of [1, 511, 513, 1000, 1300]) {
      expect(refusal(() => readAll(entry.subarray(0, length)))).toMatchObject({ code: 'archive_invalid' });
    }
    expect(refusal(() => readAll(Buffer.alloc(0)))).toMatchObject({ code: 'archive_invalid' });
    expect(refusal(() => readAll(Buffer.from('package a\n'.repeat(200))))).toMatchObject({ code: 'archive_invalid' });
  });

  it.each(['5 path=x', '999 path=x\n', '7 path=\n', '0 a=b\n', '-1 a=b\n', '6 =ab\n', 'a=b\n'])(
    'is refused if it contains the pax header %j',
    (content) => {
      const entries = [{ name: 'p', type: 'x', content }, { name: 'x' }];
      expect(refusal(() => readAll(tarOf(entries)))).toMatchObject({ code: 'archive_invalid' });
    },
  );

  it('is refused early if it has too many entries of any kind or a huge header', () => {
    const files = Buffer.concat(Array.from({ length: 2_001 }, (_, index) => tarEntry({ name: `f${index}` })));
    expect(refusal(() => readAll(files))).toMatchObject({ code: 'limit_exceeded' });
    const folders = Buffer.concat(Array.from({ length: 100_000 }, () => tarEntry({ name: 'd/', type: '5' })));
    const began = processorMs();
    expect(refusal(() => readAll(folders))).toMatchObject({ code: 'limit_exceeded' });
    expect(processorMs() - began).toBeLessThan(5_000);
    const name = 'x'.repeat(100_000);
    expect(refusal(() => readAll(tarOf([{ name: 'L', type: 'L', content: name }])))).toMatchObject({
      code: 'limit_exceeded',
    });
  });
});

describe('gunzip with a size limit', () => {
  it('unpacks an archive', async () => {
    const files = readAll(await gunzipUpTo(bundleOf({ 'a.rego': 'package a' }), 10_000));
    expect(files.map(({ path }) => path)).toEqual(['a.rego']);
  });

  it('stops a decompression bomb at the limit', async () => {
    const bomb = bundleOf({ 'data.json': Buffer.alloc(200 * 1024 * 1024) });
    expect(bomb.length).toBeLessThan(300_000);
    const before = process.memoryUsage().rss;
    await expect(gunzipUpTo(bomb, 1024 * 1024)).rejects.toMatchObject({ code: 'limit_exceeded' });
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('package a')],
    ['half an archive', bundleOf({ 'a.rego': 'package a' }).subarray(0, 40)],
    [
      'a damaged archive',
      Buffer.from(bundleOf({ a: 'x'.repeat(5_000) }).map((byte, i) => (i === 30 ? byte ^ 0xff : byte))),
    ],
  ])('refuses %s', async (_what, bytes) => {
    await expect(gunzipUpTo(bytes, 100_000)).rejects.toMatchObject({ code: 'archive_invalid' });
  });
});

describe('the canonical archive', () => {
  const files = [
    { path: 'b.rego', bytes: Buffer.from('package b') },
    { path: `${'d/'.repeat(100)}ü.rego`, bytes: Buffer.from('package a') },
    { path: 'data.json', bytes: Buffer.from('{}') },
  ];

  it('is identical for the same files in any order, and reads back as those files', async () => {
    const archive = writeArchive(files);
    expect(writeArchive([...files].reverse()).equals(archive)).toBe(true);
    const back = readAll(await gunzipUpTo(archive, 1_000_000));
    expect(back.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])).toEqual([
      ['b.rego', 'package b'],
      [`${'d/'.repeat(100)}ü.rego`, 'package a'],
      ['data.json', '{}'],
    ]);
  });

  it('differs if the content differs', () => {
    expect(writeArchive(files.slice(1)).equals(writeArchive(files))).toBe(false);
  });
});
