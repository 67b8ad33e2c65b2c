import { Injectable } from '@nestjs/common';
import { hash, parseOptions, verify } from '@node-rs/argon2';
import { HashQueue } from '../domain/hash-queue';

/**
 * Argon2id (the default of the package), by OWASP's Password Storage Cheat Sheet: 19 MiB, two passes, one lane. About
 * 26 ms on a core of 2024; a password that was hashed by other values is hashed anew when it is next used.
 */
const PARAMETERS = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
const ARGON2ID = 2;

const MAX_RUNNING = 2;
/** At two at once a second's worth: who would wait longer is told so at once. */
const MAX_WAITING = 64;

/** Hashes and checks passwords, few at a time. */
@Injectable()
export class PasswordHasher {
  private readonly queue = new HashQueue(MAX_RUNNING, MAX_WAITING);
  private dummy: Promise<string> | null = null;

  /**
   * Runs `work` when this process has room for its hashes: it may call {@link matches} and {@link compute}.
   * Errors: `unavailable` when too many wait.
   */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.queue.run(work);
  }

  /** Hashes a new password in its turn. Errors: `unavailable`. */
  hash(password: string): Promise<string> {
    return this.inTurn(() => this.compute(password));
  }

  /** Whether a password has this hash; without one a hash is checked that nothing has, in the same time. */
  async matches(passwordHash: string | null, password: string): Promise<boolean> {
    const against = passwordHash ?? (await (this.dummy ??= this.compute('\0')));
    const matched = await verify(against, prepared(password));
    return matched && passwordHash !== null;
  }

  /** The hash of a password. Called within a turn. */
  compute(password: string): Promise<string> {
    return hash(prepared(password), PARAMETERS);
  }

  /** Whether a hash was made by other parameters than today's. */
  isOutdated(passwordHash: string): boolean {
    const { algorithm, memoryCost, timeCost, parallelism } = parseOptions(passwordHash);
    const asToday = memoryCost === PARAMETERS.memoryCost && timeCost === PARAMETERS.timeCost;
    return !(asToday && parallelism === PARAMETERS.parallelism && Number(algorithm) === ARGON2ID);
  }

  /** The dummy is made before anybody signs in: the first unknown address must not take a hash longer. */
  async onModuleInit(): Promise<void> {
    this.dummy ??= this.compute('\0');
    await this.dummy;
  }
}

/** NIST SP 800-63B §3.1.1.2: one form of what keyboards write differently. */
function prepared(password: string): string {
  return password.normalize('NFKC');
}
