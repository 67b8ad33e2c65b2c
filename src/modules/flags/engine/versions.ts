import { coerce, compare, parse, type SemVer } from 'semver';

/**
 * `sem_ver` of flagd (https://flagd.dev/reference/custom-operations/semver-operation/): two versions with an operator in between. Returns
 * `null`, which is not a variant, if one of them is invalid.
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

/** Parses a SemVer 2.0.0 version, optionally with `v` in front, or just one or two numbers. */
function versionOf(value: unknown): SemVer | null {
  const text = String(value).replace(/^[vV]/, '');
  return parse(text) ?? (/^\d+(\.\d+)?$/.test(text) ? coerce(text) : null);
}
