import { Injectable } from '@nestjs/common';
import type { CallContext } from '../../kernel/context/call-context';
import type { Tx } from '../../kernel/database/sql';
import { AppError } from '../../kernel/errors/app-error';
import type { ProjectState } from './contract/file-projects.port';
import type { FileAct, Reauthorize } from './contract/files.port';
import { FileProjects } from './file-projects';

/** An act, with the project of its file or, for a new file, the project in which to create the file. */
type ActInProject = FileAct & { readonly projectId: string | null };

/** Checks an act in the transaction that locks its file, without a call to the policy. */
export type AssertAllowed = (tx: Tx, act: ActInProject) => Promise<void>;

/** How many times a write can start over because its file was created or replaced in the meantime. */
const MOST_REPEATS = 5;

/** The error for a file that has changed since the write to it was authorized. */
class NotAsked extends Error {
  constructor(
    readonly act: FileAct,
    readonly standing: ProjectState | null,
  ) {
    super('The file has changed since this write to it was authorized.');
  }
}

/**
 * Repeats the authorization of writes when their files are locked. A tenant's policy can take seconds, and its lookups need connections
 * too, so no write is authorized while a transaction holds a connection. The authorization happens before the transaction, which then
 * checks that it still applies. Only shared files are accessible to other callers.
 */
@Injectable()
export class WriteAuthorization {
  constructor(private readonly projects: FileProjects) {}

  /**
   * Runs a write that calls `assertAllowed` for each of its acts.
   * @param acts the expected acts. If an actual act differs from these, it is authorized, and the write starts over.
   * Errors: the errors of `reauthorize` and `write`; `conflict` if the file changes during every attempt.
   */
  async run<T>(
    context: CallContext,
    reauthorize: Reauthorize,
    acts: readonly ActInProject[],
    write: (assertAllowed: AssertAllowed) => Promise<T>,
  ): Promise<T> {
    const allowed = new Set<string>();
    const ask = async (act: FileAct, standing: ProjectState | null): Promise<void> => {
      await reauthorize(act, standing);
      allowed.add(keyOf(act, standing));
    };
    for (const { projectId, ...act } of acts) {
      if (act.place.tier === 'shared') await ask(act, await this.projects.stateAt(context, act.place, projectId));
    }
    for (let repeats = 0; repeats <= MOST_REPEATS; repeats += 1) {
      try {
        return await write(async (tx, { projectId, ...act }) => {
          if (act.place.tier !== 'shared') return;
          const standing = await this.projects.stateIn(tx, context, projectId);
          if (!allowed.has(keyOf(act, standing))) throw new NotAsked(act, standing);
        });
      } catch (error) {
        if (!(error instanceof NotAsked)) throw error;
        await ask(error.act, error.standing);
      }
    }
    throw new AppError('conflict', 'The file was changed by other requests during each attempt. Retry later.');
  }
}

function keyOf({ action, place: { path } }: FileAct, standing: ProjectState | null): string {
  return JSON.stringify([action, path, standing?.id, standing?.role]);
}
