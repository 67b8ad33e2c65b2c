import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { type NoteVerifier, openNote, parseVerifier, signNote, verifierText } from './signed-note';

const NAME = 'coresdk-audit';
const TEXT = 'coresdk-audit/tnt-a\n5\nroot\n';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const other = generateKeyPairSync('ed25519');

function verifierOf(text: string): NoteVerifier {
  const verifier = parseVerifier(text);
  if (verifier === null) throw new Error('This is no verifier.');
  return verifier;
}

const pem = (key: KeyObject): string => key.export({ type: 'spki', format: 'pem' }).toString();
const note = signNote(TEXT, NAME, privateKey);
const verifier = verifierOf(verifierText(NAME, publicKey));

describe('a signed note', () => {
  it('opens by the key that signed it, in either form, and among other signatures', () => {
    const [, line = ''] = note.split('\n\n');
    const foreign = signNote(TEXT, 'witness', other.privateKey).split('\n\n')[1] ?? '';
    for (const by of [verifier, verifierOf(pem(publicKey))]) {
      expect(openNote(note, by)).toBe(TEXT);
      expect(openNote(`${TEXT}\n${foreign}${line}`, by)).toBe(TEXT);
    }
  });

  it.each([
    ['with another text', note.replace('\n5\n', '\n6\n')],
    ['that the key signed under another name', signNote(TEXT, 'coresdk-test', privateKey)],
    ['by another key under the same name', signNote(TEXT, NAME, other.privateKey)],
    ['with a part of its signature', note.replace(/.{8}\n$/, '\n')],
    ['without a signature', `${TEXT}\n`],
    ['without its end', note.slice(0, -1)],
    ['that is empty', ''],
  ])('%s does not open', (_what, text) => {
    expect(openNote(text, verifier)).toBeNull();
  });
});

describe('a public key', () => {
  const text = verifierText(NAME, publicKey);

  it.each([
    ['another name', text.replace(NAME, 'coresdk-test')],
    [
      'another key',
      `${text.split('+').slice(0, 2).join('+')}+${verifierText(NAME, other.publicKey).split('+').slice(2).join('+')}`,
    ],
    ['a part of its bytes', text.slice(0, -4)],
    ['nothing', ''],
    ['a key of another kind', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)],
  ])('is not read from %s', (_what, changed) => {
    expect(parseVerifier(changed)).toBeNull();
  });
});
