import { Injectable } from '@nestjs/common';
import { hash } from '@node-rs/argon2';
import { HashQueue } from '../domain/hash-queue';
import { parsePasswordHash } from '../domain/password-hash';
import { normalizedPassword, verifyPassword } from './verify-password';

/**
 * Argon2id (the package default), as recommended in OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. A hash takes about
 * 26 ms on a core from 2024. A password hashed with different parameters is rehashed the next time it is used.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;

/** bcrypt ignores the rest of a longer password. */
const BCRYPT_BYTES = 72;

const MAX_RUNNING = 2;
/**
 * Maximum number of waiting calls, which is about one second of work if two hashes are computed in parallel. A call that would wait longer
 * is rejected immediately.
 */
const MAX_WAITING = 64;

/** Hashes and verifies passwords, a few at a time. */
@Injectable()
export class PasswordHasher {
  private readonly queue = new HashQueue(MAX_RUNNING, MAX_WAITING);
  private dummy: Promise<string> | null = null;

  /**
   * Runs `work` when this process has capacity to compute its hashes. The work can call {@link matches} and {@link compute}.
   * Errors: `unavailable` if too many calls are waiting.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.queue.run(work);
  }

  /** Hashes a new password when there is capacity. Errors: `unavailable`. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => this.compute(password));
  }

  /**
   * Returns whether a password matches a hash, which another system might have made. If there is no hash, or its costs are beyond the
   * limits, checks a dummy hash that never matches, which takes the same time as a hash of ours.
   */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const parsed = passwordHash === null ? null : parsePasswordHash(passwordHash);
    if (passwordHash !== null && parsed !== null && !('fault' in parsed)) {
      return verifyPassword(parsed, passwordHash, password);
    }
    await this.compareDummy(password);
    return false;
  }

  /** Returns the hash of a password. Call it within {@link inTurn}. */
  compute(password: string): Promise<string> {
    return hash(normalizedPassword(password), PARAMETERS);
  }

  /**
   * Returns whether to replace a hash that the password matched, because another system made it, or its parameters are not the current
   * ones. A bcrypt hash of a longer password stays: bcrypt did not compare the end of the password, which might contain a typing error.
   */
  isOutdated(passwordHash: string, password: string): boolean {
    const parsed = parsePasswordHash(passwordHash);
    if ('fault' in parsed) return false;
    if (parsed.algorithm === 'bcrypt') return Buffer.byteLength(password) <= BCRYPT_BYTES;
    if (parsed.algorithm !== 'argon2id') return true;
    const { memoryCost, timeCost, parallelism } = PARAMETERS;
    return parsed.memoryKib !== memoryCost || parsed.passes !== timeCost || parsed.lanes !== parallelism;
  }

  /**
   * Creates the dummy before anyone signs in, so that the first attempt with an unknown address does not take longer because of an
   * additional hash.
   */
  async onModuleInit(): Promise<void> {
    await this.dummyHash();
  }

  private async compareDummy(password: string): Promise<void> {
    const text = await this.dummyHash();
    const parsed = parsePasswordHash(text);
    if (!('fault' in parsed)) await verifyPassword(parsed, text, password);
  }

  private dummyHash(): Promise<string> {
    this.dummy ??= this.compute('\0');
    return this.dummy;
  }
}
