import { type FSWatcher, watch } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';

/** The delay after a change, because editors write a file in several steps. */
const SETTLE_MS = 100;

/** Calls `changed` after files at the paths have changed, one call at a time. Returns a function that stops watching. */
export async function watchFiles(paths: readonly string[], changed: () => Promise<void>): Promise<() => void> {
  const watchers: FSWatcher[] = [];
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const soon = (): void => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      running = running.then(changed);
    }, SETTLE_MS);
  };
  for (const place of paths) {
    // An editor that replaces a file creates a new one with the same name, which only a watcher on the folder reports.
    const isFolder = (await stat(place)).isDirectory();
    const folder = isFolder ? place : path.dirname(place);
    const name = path.basename(place);
    const watcher = watch(folder, { recursive: isFolder }, (_event, file) => {
      if (isFolder || file === null || file === name) soon();
    });
    // The folder has been deleted; the previously loaded files stay active.
    watcher.on('error', soon);
    watchers.push(watcher);
  }
  return () => {
    clearTimeout(timer);
    for (const watcher of watchers) watcher.close();
  };
}
