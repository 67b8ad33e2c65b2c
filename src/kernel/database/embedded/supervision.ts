import type { Binaries } from './binaries';
import { reasonOf } from './embedded-postgres.error';
import { ensureServer } from './ensure-server';
import type { Installation } from './installation';
import type { Ownership } from './ownership';
import { findPostmaster } from './postmaster';
import { withStartupLock } from './startup-lock';

const LOOK_EVERY_MS = 500;
const LOG_CHECK_EVERY_MS = 60_000;
/** Delays before the second restart and later restarts. The last delay repeats. */
const BACK_OFF_MS = [0, 1_000, 2_000, 5_000, 10_000, 30_000];
/** A server that ran this long counts as healthy, so its next crash counts as the first. */
const HEALTHY_AFTER_MS = 60_000;

/** The server that a {@link Supervision} supervises. `port` is the port in the URLs that are already in use. */
export interface Watched {
  readonly lockName: string;
  readonly installation: Installation;
  readonly binaries: Binaries;
  readonly ownership: Ownership;
  readonly port: number;
  readonly owner: boolean;
}

/**
 * Checks twice a second whether the server is alive. The owner restarts a crashed server on the same port, because the URLs are in use.
 * Another process takes over ownership when the owner has died.
 */
export class Supervision {
  private owner: boolean;
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private ended = false;
  private restarts = 0;
  private notBefore = 0;
  private lastStart = Date.now();
  private nextLogCheck = Date.now() + LOG_CHECK_EVERY_MS;

  constructor(private readonly watched: Watched) {
    this.owner = watched.owner;
    this.schedule();
  }

  /** Stops the checks. Resolves when the current check has finished. */
  async end(): Promise<void> {
    this.ended = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private schedule(): void {
    if (this.ended) return;
    this.timer = setTimeout(() => {
      this.looking = this.look()
        .catch((fault: unknown) =>
          this.watched.installation.options.log(`supervising the embedded database failed: ${reasonOf(fault)}`),
        )
        .finally(() => this.schedule());
    }, LOOK_EVERY_MS);
    // The database must not keep a process alive on its own.
    this.timer.unref();
  }

  private async look(): Promise<void> {
    if (!this.owner && !(await this.takeOver())) return;
    if (Date.now() > this.nextLogCheck) {
      this.nextLogCheck = Date.now() + LOG_CHECK_EVERY_MS;
      await this.watched.installation.serverLog.keepBounded();
    }
    if ((await findPostmaster(this.watched.installation.location.dataDirectory)) !== undefined) return;
    await this.restart();
  }

  private async takeOver(): Promise<boolean> {
    if (await this.watched.ownership.hasLivingOwner()) return false;
    this.owner = await withStartupLock(this.watched.lockName, () => this.watched.ownership.claim());
    if (this.owner)
      this.watched.installation.options.log(
        'this process now supervises the embedded database: the previous supervisor is gone',
      );
    return this.owner;
  }

  private async restart(): Promise<void> {
    if (Date.now() - this.lastStart > HEALTHY_AFTER_MS) this.restarts = 0;
    if (Date.now() < this.notBefore || this.ended) return;
    this.watched.installation.options.log('the embedded database exited unexpectedly; restarting it');
    const wait = BACK_OFF_MS[Math.min(this.restarts + 1, BACK_OFF_MS.length - 1)] ?? 0;
    this.restarts += 1;
    this.notBefore = Date.now() + wait;
    try {
      const { port } = await withStartupLock(this.watched.lockName, () =>
        ensureServer(this.watched.installation, this.watched.binaries, true),
      );
      const moved = port === this.watched.port ? '' : `, and no longer on ${this.watched.port}: restart this process`;
      this.watched.installation.options.log(`the embedded database is running again on 127.0.0.1:${port}${moved}`);
    } catch (fault) {
      this.watched.installation.options.log(`${reasonOf(fault)}; the next attempt is in ${wait / 1000} s`);
    } finally {
      this.lastStart = Date.now();
      this.notBefore = Date.now() + wait;
    }
  }
}
