import { type ExportHeader, type ExportNote, readHeader, readNote } from './export-format';

const HASH = '0123456789abcdef'.repeat(4);
const header: ExportHeader = { auditLog: 'coresdk-audit/tnt-a', v: 1, from: 3, before: [HASH, HASH] };
const note: ExportNote = { checkpoint: 'a note', head: HASH, end: false };

const NO_HASHES: readonly [string, unknown][] = [
  ['with one digit too many', `${HASH}0`],
  ['with one digit too few', HASH.slice(1)],
  ['after other text', ` ${HASH}`],
  ['in capitals', HASH.toUpperCase()],
  ['with other characters', HASH.replace('0', 'g')],
  ['that is a number', 0],
];

describe('the first line of an export', () => {
  it.each<Partial<ExportHeader>>([
    {},
    { auditLog: 'x' },
    { from: 0, before: [] },
    // A size of 53 binary digits has at most 53 subtrees.
    { from: Number.MAX_SAFE_INTEGER, before: Array.from({ length: 53 }, () => HASH) },
  ])('is read as written, with %j', (members) => {
    const written = { ...header, ...members };
    expect(readHeader(JSON.stringify(written))).toEqual(written);
  });

  it.each<[string, object]>([
    ['no log', { auditLog: '' }],
    ['a different version', { v: 2 }],
    ['a negative sequence', { from: -1 }],
    ['a fractional sequence', { from: 0.5 }],
    ['a sequence that a number cannot represent', { from: 2 ** 53 }],
    ['more subtrees than a tree can have', { before: Array.from({ length: 54 }, () => HASH) }],
    ['an unknown member', { to: 9 }],
    ['a missing member', { before: undefined }],
    ...NO_HASHES.map(([what, hash]): [string, object] => [`a hash ${what}`, { before: [HASH, hash] }]),
  ])('is rejected with %s', (_what, members) => {
    expect(readHeader(JSON.stringify({ ...header, ...members }))).toBeNull();
  });
});

describe('a checkpoint line', () => {
  it.each<Partial<ExportNote>>([{}, { end: true }, { checkpoint: '' }])('is read as written, with %j', (members) => {
    const written = { ...note, ...members };
    expect(readNote(JSON.stringify(written))).toEqual(written);
  });

  it.each<[string, object]>([
    ['no checkpoint', { checkpoint: null }],
    ['an end that is not a boolean', { end: 1 }],
    ['an unknown member', { size: 9 }],
    ['a missing member', { end: undefined }],
    ...NO_HASHES.map(([what, hash]): [string, object] => [`a hash ${what}`, { head: hash }]),
  ])('is rejected with %s', (_what, members) => {
    expect(readNote(JSON.stringify({ ...note, ...members }))).toBeNull();
  });
});

it.each(['', '{', 'null', '[]', '"text"'])('the line %j is rejected by both readers', (line) => {
  expect([readHeader(line), readNote(line)]).toEqual([null, null]);
});
