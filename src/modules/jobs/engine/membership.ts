import { hostname } from 'node:os';
import { Inject, Injectable } from '@nestjs/common';
import { newId } from '../../../kernel/ids/ids';
import { LOGGER, type Logger } from '../../../kernel/telemetry/logger';
import { JobBells } from '../job-bells';
import { ExecutorsRepository } from '../storage/executors.repository';
import { workersBuried } from './job-metrics';
import { Living } from './living';

const EVERY_MS = 500;
/** Sooner than the others take it for dead: whoever cannot tell that it lives ends what it runs before it is taken over. */
const LOST_AFTER_MS = 2_500;

/**
 * The protocol by which jobs are run and run on. It changes only when a run that is run on by a newer build would take
 * other steps than before: then a job is begun anew once nobody is left who speaks the old one.
 */
export const PROTOCOL = 1;

/** Being one of the workers: telling that this one lives, and finding those that do not. */
@Injectable()
export class Membership {
  private timer: NodeJS.Timeout | null = null;
  private isBeating = false;
  private beatAt = 0;

  constructor(
    private readonly repository: ExecutorsRepository,
    private readonly bells: JobBells,
    @Inject(LOGGER) private readonly logger: Logger,
  ) {}

  /**
   * Joins under a new id and lives until {@link stop}. @param takes type to its kinds, or to `null` for any.
   * @param lost called once when this worker is, or may be, taken for dead.
   */
  async join(takes: object, lost: () => void): Promise<string> {
    const id = newId('exe');
    await this.repository.join(id, `${hostname()}/${process.pid}`, PROTOCOL, takes);
    const living = new Living();
    this.beatAt = performance.now();
    this.timer = setInterval(() => void this.beat(id, living, lost), EVERY_MS);
    return id;
  }

  stop(): void {
    if (this.timer) clearInterval(this.timer);
    this.timer = null;
  }

  /** Says that a worker has ended, so that others go on at once with what it had. */
  async leave(id: string): Promise<void> {
    await this.repository.leave(id, null);
    this.bells.ring('ready');
  }

  private async beat(id: string, living: Living, lost: () => void): Promise<void> {
    if (performance.now() - this.beatAt > LOST_AFTER_MS) {
      this.logger.warn({ executor: id }, 'This worker could not tell that it lives; it ends its runs and joins anew');
      this.stop();
      return lost();
    }
    if (this.isBeating) return;
    this.isBeating = true;
    try {
      const began = performance.now();
      const others = await this.repository.beat(id);
      if (this.timer === null) return;
      if (others.length === 0) {
        this.logger.warn({ executor: id }, 'This worker was taken for dead; it ends its runs and joins anew');
        this.stop();
        return lost();
      }
      this.beatAt = began;
      await this.bury(living.look(others, performance.now()).filter((other) => other.id !== id));
    } catch (err) {
      this.logger.debug({ err }, 'This worker could not tell that it lives; it tries again');
    } finally {
      this.isBeating = false;
    }
  }

  private async bury(silent: readonly { readonly id: string; readonly beats: number }[]): Promise<void> {
    for (const { id, beats } of silent) {
      if (!(await this.repository.leave(id, beats))) continue;
      workersBuried.inc();
      this.logger.warn({ executor: id }, 'A worker is silent; others take over what it ran');
      this.bells.ring('ready');
    }
  }
}
