import { generateKeyPairSync } from 'node:crypto';
import { type Checkpoint, CHECKPOINT_KEY_NAME, checkpointText, openCheckpoint, originOf } from './checkpoint';
import { EMPTY_ROOT, leafHash } from './merkle-tree';
import { type NoteVerifier, signNote } from './signed-note';

const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const verifier: NoteVerifier = { name: CHECKPOINT_KEY_NAME, key: publicKey };
const signed = (text: string): string => signNote(text, CHECKPOINT_KEY_NAME, privateKey);

const checkpoint: Checkpoint = {
  origin: originOf('tnt-a'),
  size: 1_234,
  root: leafHash(Buffer.from('root')),
  timeMs: 1_795_536_000_123,
};
const text = checkpointText(checkpoint);
const ROOT = checkpoint.root.toString('base64');

describe('a checkpoint', () => {
  it('has the C2SP format: origin, size, root in base64, and the time as an extension line', () => {
    expect(text).toBe(`coresdk-audit/tnt-a\n1234\n${ROOT}\ntime 2026-11-24T16:00:00.123Z\n`);
  });

  it.each<Partial<Checkpoint>>([
    {},
    { origin: originOf('system') },
    { origin: 'o' },
    { size: 0, root: EMPTY_ROOT },
    { size: 1 },
    { size: 10 },
    { size: 999_999_999_999_999 },
    { root: Buffer.alloc(32, 0xff) },
    { timeMs: 0 },
  ])('opens and returns the signed content, with %j', (members) => {
    const made = { ...checkpoint, ...members };
    expect(openCheckpoint(signed(checkpointText(made)), verifier)).toEqual(made);
  });

  it('can have additional extension lines', () => {
    expect(openCheckpoint(signed(`${text}more\n`), verifier)).toEqual(checkpoint);
  });

  it('does not open without a signature by the key', () => {
    const other = generateKeyPairSync('ed25519').privateKey;
    expect(openCheckpoint(text, verifier)).toBeNull();
    expect(openCheckpoint(signNote(text, CHECKPOINT_KEY_NAME, other), verifier)).toBeNull();
    expect(openCheckpoint(signed(text).replace('1234', '1233'), verifier)).toBeNull();
  });

  it.each([
    ['a line before its origin', `first\n${text}`],
    ['no origin', text.replace('coresdk-audit/tnt-a', '')],
    ['a size with a leading zero', text.replace('1234', '01234')],
    ['a size in a different base', text.replace('1234', '0x4d2')],
    ['a negative size', text.replace('1234', '-1234')],
    ['a size with a fraction', text.replace('1234', '1234.5')],
    ['a size that a number cannot represent exactly', text.replace('1234', '9'.repeat(16))],
    ['no size', text.replace('1234\n', '')],
    ['a root that is too short', text.replace(ROOT, Buffer.alloc(31).toString('base64'))],
    ['a root that is too long', text.replace(ROOT, Buffer.alloc(33).toString('base64'))],
    ['a root in base64url', text.replace(ROOT, `${'_'.repeat(43)}=`)],
    ['a root without its padding', text.replace(ROOT, ROOT.slice(0, -1))],
    ['no time', text.replace(/time .+\n/, '')],
    ['no time in its extension line', text.replace(/time .+\n/, 'time soon\n')],
    ['a different extension line instead of the time', text.replace('time ', 'date ')],
    ['text that is not a checkpoint', 'coresdk-audit/tnt-a\n'],
  ])('does not open with %s, even if signed by the key', (_what, changed) => {
    expect(changed).not.toBe(text);
    expect(openCheckpoint(signed(changed), verifier)).toBeNull();
  });
});
