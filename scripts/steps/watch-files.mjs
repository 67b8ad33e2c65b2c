import { readdirSync, statSync, watch } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';

/** The time without events after which a change is complete: editors write a file in several steps, and save several files at once. */
const QUIET_MS = 20;
/** The interval between checks that do not depend on events, because some file systems do not report all changes. */
const CHECK_MS = 1_000;

/**
 * Calls `changed` after files below these folders have changed, and not again until the call has ended. The modification times decide,
 * because editors replace files, which events do not describe reliably. An event only starts a check.
 * @param isWatched returns whether a file matters, by its path.
 * @returns a function that ends the watching.
 */
export function watchFiles(folders, isWatched, changed) {
  const watchers = new Map();
  let known = look();
  let isBusy = false;
  let pending;
  const timer = setInterval(check, CHECK_MS);

  function look() {
    const { paths, times } = readFolders(folders, isWatched);
    for (const [path, watcher] of watchers) if (!paths.has(path)) forget(path, watcher);
    for (const path of paths) if (!watchers.has(path)) watchFolder(path);
    return times;
  }

  function watchFolder(path) {
    try {
      const watcher = watch(path, checkSoon);
      watcher.on('error', () => forget(path, watcher));
      watchers.set(path, watcher);
    } catch {
      // The system watches no more folders, or the folder is gone. The timer finds the changes.
    }
  }

  function forget(path, watcher) {
    watcher.close();
    watchers.delete(path);
  }

  function checkSoon() {
    clearTimeout(pending);
    pending = setTimeout(check, QUIET_MS);
  }

  async function check() {
    if (isBusy) return;
    isBusy = true;
    for (let now = look(); !isDeepStrictEqual(known, now); now = look()) {
      known = now;
      await changed();
    }
    isBusy = false;
  }

  return () => {
    clearInterval(timer);
    clearTimeout(pending);
    for (const [path, watcher] of watchers) forget(path, watcher);
  };
}

/** Returns all folders, and the modification times of the files that matter. */
function readFolders(folders, isWatched) {
  const paths = new Set(folders);
  const times = new Map();
  for (const item of folders.flatMap((folder) => readdirSync(folder, { recursive: true, withFileTypes: true }))) {
    const path = join(item.parentPath, item.name);
    if (item.isDirectory()) paths.add(path);
    if (!item.isFile() || !isWatched(path)) continue;
    // Undefined if the file was deleted after it was listed.
    const mtime = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (mtime !== undefined) times.set(path, mtime);
  }
  return { paths, times };
}
