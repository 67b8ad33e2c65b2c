import { coerce, compare, parse, type SemVer } from 'semver';

/**
 * flagd's `sem_ver` (https://flagd.dev/reference/custom-operations/semver-operation/): compares two versions by applying the operator given
 * between them. Returns `null`, which is not a variant, if one of the versions is invalid.
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

/** Parses a SemVer 2.0.0 version, optionally with a `v` prefix, or a version with only one or two numbers. */
function versionOf(value: unknown): SemVer | null {
  const text = String(value).replace(/^[vV]/, '');
  return parse(text) ?? (/^\d+(\.\d+)?$/.test(text) ? coerce(text) : null);
}
