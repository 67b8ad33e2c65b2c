import { randomBytes } from 'node:crypto';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { codeOf } from './embedded-postgres.error';
import { identityOfThisProcess, isAlive } from './process-identity';

/**
 * Fills a folder under a temporary name and renames it to `target`, so that a folder with the final name is always complete, even after a
 * kill. If another process finishes first, that process's folder stays and this process deletes its own.
 */
export async function makeThroughDraft(target: string, fill: (draft: string) => Promise<void>): Promise<void> {
  await sweepDrafts(target);
  const draft = `${draftPrefix(target)}${identityOfThisProcess()}-${randomBytes(4).toString('hex')}`;
  try {
    await fill(draft);
    await rename(draft, target).catch((fault: unknown) => {
      if (codeOf(fault) !== 'ENOTEMPTY' && codeOf(fault) !== 'EEXIST') throw fault;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

/** Removes the drafts of dead processes. */
export async function sweepDrafts(target: string): Promise<void> {
  const prefix = basename(draftPrefix(target));
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix) || (await isAlive(name.slice(prefix.length)))) continue;
    // A child of the dead process may still be writing there; in that case, the draft stays until the next sweep.
    await rm(join(dirname(target), name), { recursive: true, force: true }).catch(() => undefined);
  }
}

/**
 * Returns the prefix of draft names. Related files, such as the password file for initdb, also begin with it and are removed with the
 * draft.
 */
function draftPrefix(target: string): string {
  return `${target}.draft-`;
}
