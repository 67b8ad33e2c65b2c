import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CHECKPOINT_KEY_NAME, type Checkpoint, checkpointText, openCheckpoint } from '../domain/checkpoint';
import { type NoteVerifier, signNote, verifierText } from '../domain/signed-note';

/**
 * The installation's key for signing checkpoints. It is stored in a file, not in the database, because its signatures must reveal
 * manipulation by the owner of the database.
 */
export class CheckpointKey {
  readonly verifier: NoteVerifier;
  /** The public key, in the format of `coresdk audit verify --key`. */
  readonly publicText: string;

  private constructor(private readonly privateKey: KeyObject) {
    const key = createPublicKey(privateKey);
    this.verifier = { name: CHECKPOINT_KEY_NAME, key };
    this.publicText = verifierText(CHECKPOINT_KEY_NAME, key);
  }

  /** Reads a key (PEM, PKCS #8). Throws an error with a clear message when the file cannot be read or contains another type of key. */
  static read(file: string): CheckpointKey {
    let key: KeyObject;
    try {
      key = createPrivateKey(readFileSync(file));
    } catch (cause) {
      throw new Error(`AUDIT_SIGNING_KEY_FILE: ${file} cannot be read as a private key in PEM.`, { cause });
    }
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`AUDIT_SIGNING_KEY_FILE: ${file} is not an Ed25519 key.`);
    return new CheckpointKey(key);
  }

  sign(checkpoint: Checkpoint): string {
    return this.signText(checkpointText(checkpoint));
  }

  /** Signs text, which need not be a checkpoint, as a note. */
  signText(text: string): string {
    return signNote(text, CHECKPOINT_KEY_NAME, this.privateKey);
  }

  /** Returns the checkpoint in a note signed by this key; `null` for any other text. */
  open(note: string): Checkpoint | null {
    return openCheckpoint(note, this.verifier);
  }
}
