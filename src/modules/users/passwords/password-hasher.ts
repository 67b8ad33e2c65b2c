import { Injectable } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { HashQueue } from '../domain/hash-queue';

/**
 * Argon2id (the package default), as recommended in OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. A hash takes about
 * 26 ms on a core from 2024. A password hashed with different parameters is rehashed the next time it is used.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const ARGON2ID = 2;

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

  /** Returns whether a password matches a hash. If there is no hash, checks a dummy hash that never matches, which takes the same time. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const against = passwordHash ?? (await (this.dummy ??= this.compute('\0')));
    const matched = await verify(against, prepared(password));
    return matched && passwordHash !== null;
  }

  /** Returns the hash of a password. Call it within {@link inTurn}. */
  compute(password: string): Promise<string> {
    return hash(prepared(password), PARAMETERS);
  }

  /** Returns whether a hash was created with parameters other than the current ones. */
  isOutdated(passwordHash: string): boolean {
    const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
    const asToday = memoryCost === PARAMETERS.memoryCost && timeCost === PARAMETERS.timeCost;
    return !(asToday && parallelism === PARAMETERS.parallelism && Number(algorithm) === ARGON2ID);
  }

  /**
   * Creates the dummy before anyone signs in, so that the first attempt with an unknown address does not take longer because of an
   * additional hash.
   */
  async onModuleInit(): Promise<void> {
    this.dummy ??= this.compute('\0');
    await this.dummy;
  }
}

/** NIST SP 800-63B §3.1.1.2: normalizes characters that keyboards encode differently. */
function prepared(password: string): string {
  return password.normalize('NFKC');
}
