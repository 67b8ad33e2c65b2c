import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CHECKPOINT_KEY_NAME, type Checkpoint, checkpointText, openCheckpoint } from '../domain/checkpoint';
import { type NoteVerifier, signNote, verifierText } from '../domain/signed-note';

/** The key of the installation that signs checkpoints. It lies in a file, not in the database whose owner it is to convict. */
export class CheckpointKey {
  readonly verifier: NoteVerifier;
  /** The public half, as `coresdk audit verify --key` takes it. */
  readonly publicText: string;

  private constructor(private readonly privateKey: KeyObject) {
    const key = createPublicKey(privateKey);
    this.verifier = { name: CHECKPOINT_KEY_NAME, key };
    this.publicText = verifierText(CHECKPOINT_KEY_NAME, key);
  }

  /** Reads a key (PEM, PKCS #8). Errors: for a file that cannot be read, or has another kind of key; in words. */
  static read(file: string): CheckpointKey {
    let key: KeyObject;
    try {
      key = createPrivateKey(readFileSync(file));
    } catch (cause) {
      throw new Error(`AUDIT_SIGNING_KEY_FILE: ${file} cannot be read as a private key in PEM.`, { cause });
    }
    if (key.asymmetricKeyType !== 'ed25519') throw new Error(`AUDIT_SIGNING_KEY_FILE: ${file} has no Ed25519 key.`);
    return new CheckpointKey(key);
  }

  sign(checkpoint: Checkpoint): string {
    return this.signText(checkpointText(checkpoint));
  }

  /** A note of a text whose first line is that of no checkpoint, or of one. */
  signText(text: string): string {
    return signNote(text, CHECKPOINT_KEY_NAME, this.privateKey);
  }

  /** The checkpoint in a note of this key's; `null` for any other text. */
  open(note: string): Checkpoint | null {
    return openCheckpoint(note, this.verifier);
  }
}
