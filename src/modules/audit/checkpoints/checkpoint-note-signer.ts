import { AppError } from '../../../kernel/errors/app-error';
import type { NoteSigner } from '../contract/note-signer';
import { openNote, parseVerifier } from '../domain/signed-note';
import type { CheckpointKey } from './checkpoint-key';

/** Signs and verifies notes with the checkpoint key. */
export class CheckpointNoteSigner implements NoteSigner {
  /** @param key the signing key; `null` when the installation has no key. */
  constructor(private readonly key: CheckpointKey | null) {}

  publicText(): string {
    return this.required().publicText;
  }

  sign(text: string): string {
    return this.required().signText(text);
  }

  isSigned(note: string, text: string, by: string | null): boolean {
    const verifier = by === null ? (this.key?.verifier ?? null) : parseVerifier(by);
    if (by !== null && verifier === null) {
      throw new AppError('invalid_request', 'The public key must have the format of GET /api/v1/audit/key.');
    }
    return verifier !== null && openNote(note, verifier) === text;
  }

  private required(): CheckpointKey {
    if (this.key !== null) return this.key;
    throw new AppError('unavailable', 'AUDIT_SIGNING_KEY_FILE is not set. The installation cannot sign.');
  }
}
