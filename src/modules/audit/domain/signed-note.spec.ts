import { generateKeyPairSync, hash, type KeyObject } from 'node:crypto';
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
const [, signatureLine = ''] = note.split('\n\n');

describe('a signed note', () => {
  it('opens with the key that signed it, in both key formats, even among other signatures', () => {
    const foreign = signNote(TEXT, 'witness', other.privateKey).split('\n\n')[1] ?? '';
    for (const by of [verifier, verifierOf(pem(publicKey))]) {
      expect(openNote(note, by)).toBe(TEXT);
      expect(openNote(`${TEXT}\n${foreign}${signatureLine}`, by)).toBe(TEXT);
    }
  });

  it('opens for the example in the Go documentation, which defines the format', () => {
    // From the documentation of golang.org/x/mod/sumdb/note.
    const text =
      "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n";
    const signature = 'x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=';
    const key = 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW';
    expect(openNote(`${text}\n— PeterNeumann ${signature}\n`, verifierOf(key))).toBe(text);
    expect(openNote(`${text}\n— PeterNeumann ${signature}\n`, verifier)).toBeNull();
  });

  it.each(['\n', 'a\n', 'a\n\nb\n'])('opens and returns the signed text: %j', (text) => {
    expect(openNote(signNote(text, NAME, privateKey), verifier)).toBe(text);
  });

  it.each([
    ['with a different text', note.replace('\n5\n', '\n6\n')],
    ['that the key signed under a different name', signNote(TEXT, 'coresdk-test', privateKey)],
    ['that a different key signed under the same name', signNote(TEXT, NAME, other.privateKey)],
    ['with a truncated signature', note.replace(/.{8}\n$/, '\n')],
    ['with a signature without its padding', note.replace(/=\n$/, '\n')],
    ['with other text before its signature', note.replace('— ', 'x— ')],
    ['with other text after its signature', note.replace(/\n$/, ' x\n')],
    ['with the hash of a different key before its signature', note.replace(/ [A-Za-z0-9+/]{4}(?=\S{88}\n$)/, ' AAAA')],
    ['of text without a final newline', signNote('', NAME, privateKey)],
    ['without a signature', `${TEXT}\n`],
    ['without its final newline', note.slice(0, -1)],
    ['that is empty', ''],
  ])('%s does not open', (_what, text) => {
    expect(openNote(text, verifier)).toBeNull();
  });
});

describe('a public key', () => {
  const text = verifierText(NAME, publicKey);
  const bytes = Buffer.from(text.split('+').slice(2).join('+'), 'base64');
  /** Returns the text of a key with the hash for Ed25519, regardless of the key's bytes. */
  const withBytes = (type: number, raw: Buffer): string => {
    const id = hash('sha256', Buffer.concat([Buffer.from(`${NAME}\n`), Buffer.of(1), raw]), 'hex').slice(0, 8);
    return `${NAME}+${id}+${Buffer.concat([Buffer.of(type), raw]).toString('base64')}`;
  };

  it('is read from a file with surrounding white space', () => {
    expect(withBytes(1, bytes.subarray(1))).toBe(text);
    for (const [given, name] of [
      [text, NAME],
      [pem(publicKey), null],
    ] as const) {
      const read = verifierOf(`\n ${given}\n`);
      expect(read.name).toBe(name);
      expect(read.key.equals(publicKey)).toBe(true);
    }
  });

  it.each([
    ['a different name', text.replace(NAME, 'coresdk-test')],
    [
      'a different key',
      `${text.split('+').slice(0, 2).join('+')}+${verifierText(NAME, other.publicKey).split('+').slice(2).join('+')}`,
    ],
    ['truncated bytes', text.slice(0, -4)],
    ['one byte too few', withBytes(1, bytes.subarray(2))],
    ['one byte too many', withBytes(1, Buffer.concat([bytes.subarray(1), Buffer.of(0)]))],
    ['the bytes of a key of a different type', withBytes(2, bytes.subarray(1))],
    ['other text before it', `key ${text}`],
    ['other text after it', `${text} key`],
    ['two keys', `${text}\n${text}`],
    ['an empty string', ''],
    ['PEM without a key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----'],
    ['a key of a different type', pem(generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey)],
  ])('cannot be read from %s', (_what, changed) => {
    expect(parseVerifier(changed)).toBeNull();
  });
});
