import { Injectable } from '@nestjs/common';
import { Database } from '../database/database';
import { AppError } from '../errors/app-error';
import { Sealer } from './sealer';

const OWNER = 'sealing/proof';
const PROOF = Buffer.from('This installation was sealed by this master key.');

/** The message to the operator when `MASTER_KEY` is not the key that encrypted the data. */
export const WRONG_MASTER_KEY =
  'MASTER_KEY does not decrypt the data of this installation. Set the key that encrypted it, or set that key as MASTER_KEY_PREVIOUS together with a new MASTER_KEY.';

const NOT_PROVEN = 'master key: the control plane has not verified one yet';

/** Returns whether a key opens a proof, including a proof from another source, such as a backup. */
export function opensProof(sealer: Sealer, proof: Buffer): boolean {
  try {
    sealer.open(proof, OWNER);
    return true;
  } catch {
    return false;
  }
}

/**
 * Verifies that `MASTER_KEY` is this installation's key: it must open a known string that the first control plane sealed. Otherwise, a
 * wrong key would be noticed late, and the correct key could not open the data sealed in the meantime.
 */
@Injectable()
export class MasterKeyProof {
  private proven = false;
  private fault: string | null = null;

  constructor(
    private readonly database: Database,
    private readonly sealer: Sealer,
  ) {}

  /** Returns the fault of the key as a message, for readiness; `null` if no fault is known. */
  missing(): string | null {
    return this.fault;
  }

  /** Seals the proof if there is none yet. The control plane calls this at its first start. Errors: see {@link assert}. */
  async establish(): Promise<void> {
    await this.database.platform().run('SELECT sealing.establish_proof($1)', [this.sealer.seal(PROOF, OWNER)]);
    await this.assert();
  }

  /** Returns whether there is a proof to check against. */
  async exists(): Promise<boolean> {
    const exists = (await this.stored()) !== null;
    if (!exists) this.fault = NOT_PROVEN;
    return exists;
  }

  /** Throws `unavailable`, with a message for the operator, if the key is wrong or there is no proof. */
  async assert(): Promise<void> {
    if (this.proven) return;
    const sealed = await this.stored();
    if (sealed === null) {
      throw new AppError(
        'unavailable',
        'MASTER_KEY is not verified yet. The control plane verifies it when it starts.',
      );
    }
    try {
      this.sealer.open(sealed, OWNER);
    } catch (cause) {
      this.fault = WRONG_MASTER_KEY;
      throw new AppError('unavailable', WRONG_MASTER_KEY, { cause });
    }
    this.proven = true;
    this.fault = null;
  }

  /** Returns the error for a data key that did not open: either the master key is wrong, or only that row is damaged. */
  async explain(cause: unknown): Promise<AppError> {
    this.proven = false;
    try {
      await this.assert();
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    }
    return new AppError('unavailable', 'A data key of this tenant cannot be decrypted: it was changed or moved.', {
      cause,
    });
  }

  /** Seals the proof with the current key, which is the last step of a key change. */
  async renew(): Promise<void> {
    const sealed = await this.stored();
    if (sealed === null || this.sealer.isCurrent(sealed)) return;
    this.sealer.open(sealed, OWNER);
    await this.database.platform().run('SELECT sealing.renew_proof($1, $2)', [sealed, this.sealer.seal(PROOF, OWNER)]);
  }

  /** Returns the number of proofs, and how many of them were sealed with a different key. */
  async progress(): Promise<{ readonly total: number; readonly remaining: number }> {
    const sealed = await this.stored();
    if (sealed === null) return { total: 0, remaining: 0 };
    return { total: 1, remaining: this.sealer.isCurrent(sealed) ? 0 : 1 };
  }

  private async stored(): Promise<Buffer | null> {
    const row = await this.database.platform().maybeOne<{ sealed: Buffer | null }>('SELECT sealing.proof() AS sealed');
    return row?.sealed ?? null;
  }
}
