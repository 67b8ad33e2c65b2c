const INTEGER = /^\d{1,30}$/;
const SEMVER = /^v?(\d{1,15})\.(\d{1,15})\.(\d{1,15})(?:-([\w.-]+))?(?:\+[\w.-]+)?$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/;

/**
 * Returns true if a bundle's revision is known to be older than another revision. That is known only for two whole numbers, two semantic
 * versions, or two ISO 8601 times. Other revisions, such as commit hashes, have no order and are never older.
 */
export function isOlderRevision(revision: string, than: string): boolean {
  if (INTEGER.test(revision) && INTEGER.test(than)) return BigInt(revision) < BigInt(than);
  if (TIME.test(revision) && TIME.test(than)) return Date.parse(revision) < Date.parse(than);
  const [a, b] = [SEMVER.exec(revision), SEMVER.exec(than)];
  return a !== null && b !== null && compareSemver(a, b) < 0;
}

/** Semantic Versioning 2.0.0 §11. */
function compareSemver(a: RegExpExecArray, b: RegExpExecArray): number {
  for (const part of [1, 2, 3]) {
    const difference = Number(a[part]) - Number(b[part]);
    if (difference !== 0) return difference;
  }
  const [ours, theirs] = [a[4], b[4]];
  if (ours === undefined || theirs === undefined) return Number(ours === undefined) - Number(theirs === undefined);
  return comparePrerelease(ours.split('.'), theirs.split('.'));
}

function comparePrerelease(a: readonly string[], b: readonly string[]): number {
  for (const [index, ours] of a.entries()) {
    const theirs = b[index];
    if (theirs === undefined) return 1;
    if (ours === theirs) continue;
    const [oursIsNumber, theirsIsNumber] = [INTEGER.test(ours), INTEGER.test(theirs)];
    if (oursIsNumber && theirsIsNumber) return BigInt(ours) < BigInt(theirs) ? -1 : 1;
    if (oursIsNumber !== theirsIsNumber) return oursIsNumber ? -1 : 1;
    return ours < theirs ? -1 : 1;
  }
  return a.length - b.length;
}
