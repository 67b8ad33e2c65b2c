import { coerce, compare, parse, type SemVer } from 'semver';

/**
 * `sem_ver` of flagd (https://flagd.dev/reference/custom-operations/semver-operation/): two versions and between them an
 * operator. `null`, which is no variant, when one cannot be read.
 */
export function compareVersions(values: readonly unknown[]): boolean | null {
  const [first, second] = [versionOf(values[0]), versionOf(values[2])];
  if (values.length !== 3 || !first || !second) return null;
  const order = compare(first, second);
  switch (values[1]) {
    case '=':
      return order === 0;
    case '!=':
      return order !== 0;
    case '<':
      return order < 0;
    case '<=':
      return order <= 0;
    case '>':
      return order > 0;
    case '>=':
      return order >= 0;
    case '^':
      return first.major === second.major;
    case '~':
      return first.major === second.major && first.minor === second.minor;
    default:
      return null;
  }
}

/** A version by SemVer 2.0.0, perhaps with `v` in front, or one or two numbers alone. */
function versionOf(value: unknown): SemVer | null {
  const text = String(value).replace(/^[vV]/, '');
  return parse(text) ?? (/^\d+(\.\d+)?$/.test(text) ? coerce(text) : null);
}
