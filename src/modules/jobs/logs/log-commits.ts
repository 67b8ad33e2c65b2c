import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { AppError } from '../../../kernel/errors/app-error';
import { GroupCommit } from '../../../kernel/batching/group-commit';
import { type LogPiece, LogsRepository } from '../storage/logs.repository';

/** The number of chunks per transaction: up to 4 MiB in total. */
const MAX_BATCH = 64;
/** Higher than the number of runs in one process. */
const MAX_PENDING = 10_000;
const FIRST_WAIT_MS = 50;
const LONGEST_WAIT_MS = 2_000;
/** The longest database outage that a run waits out before it receives the error. */
const GIVE_UP_MS = 60_000;

interface Entry {
  readonly piece: LogPiece;
  isWritten: boolean;
}

/** Writes log pieces of this process's runs. Pieces that arrive together share a transaction. */
@Injectable()
export class LogCommits {
  private readonly commits: GroupCommit<Entry>;

  constructor(repository: LogsRepository) {
    this.commits = new GroupCommit<Entry>({
      write: async (entries) => {
        // Sorted, because concurrent transactions might write pieces of the same jobs.
        const sorted = [...entries].sort((a, b) => (a.piece.jobId < b.piece.jobId ? -1 : 1));
        const written = await repository.append(sorted.map(({ piece }) => piece));
        for (const [index, entry] of sorted.entries()) entry.isWritten = written[index] ?? false;
      },
      maxBatch: MAX_BATCH,
      maxPending: MAX_PENDING,
    });
  }

  /**
   * Resolves when a piece is durable, or when it is refused because the job has moved to another worker. Waits for a database outage to
   * end. A piece is not written twice if the database's response was lost. Errors: `unavailable` when the outage lasts too long.
   * @returns true when the piece was written.
   */
  async write(piece: LogPiece): Promise<boolean> {
    const begun = performance.now();
    for (let waitMs = FIRST_WAIT_MS; ; waitMs = Math.min(2 * waitMs, LONGEST_WAIT_MS)) {
      const entry: Entry = { piece, isWritten: false };
      try {
        await this.commits.add(entry);
        return entry.isWritten;
      } catch (error) {
        if (!isOutage(error) || performance.now() - begun > GIVE_UP_MS) throw error;
        await sleep(waitMs);
      }
    }
  }
}

function isOutage(error: unknown): boolean {
  return error instanceof AppError && error.code === 'unavailable';
}
