const SECOND_MS = 1_000;

/**
 * Returns the time of a migration that runs after all existing migrations, in the formats of its file name and its
 * class name.
 * @param {Date} now
 */
export function stampAfter(tree, now) {
  const stamps = tree.getDir('migrations').subfiles.flatMap((file) => /^(\d{14})-/.exec(file)?.[1] ?? []);
  const last = stamps.sort().at(-1);
  const seconds = Math.floor(now.getTime() / SECOND_MS) * SECOND_MS;
  const ms = last === undefined ? seconds : Math.max(seconds, timeOf(last) + SECOND_MS);
  return { stampMs: ms, stamp: new Date(ms).toISOString().slice(0, 19).replaceAll(/[-T:]/g, '') };
}

/** Converts `20261124160500`, which is UTC, to Unix milliseconds. */
function timeOf(stamp) {
  const [year, month, day, hour, minute, second] = stamp.match(/^\d{4}|\d{2}/g).map(Number);
  return Date.UTC(year, month - 1, day, hour, minute, second);
}
