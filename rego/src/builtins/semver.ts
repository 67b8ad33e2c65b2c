import { BuiltinError } from '../errors.js';
import { compareStrings } from '../values/compare.js';
import type { Builtin } from './builtin.js';
import { textOf } from './operands.js';

const MAX_INT64 = (1n << 63n) - 1n;
const VERSION = /^(\d+)\.(\d+)\.(\d+)$/;
const IDENTIFIERS = /^[0-9A-Za-z-]+(?:\.[0-9A-Za-z-]+)*$/;
const INTEGER = /^[+-]?\d+$/;
const MAX_VERSION_LENGTH = 4_096;

interface Version {
  /** Major, minor, patch. */
  readonly numbers: readonly bigint[];
  readonly preRelease: string;
}

/** `semver.*`, as in OPA's `topdown/semver.go`: Semantic Versioning 2.0, but leading zeros are accepted. */
export const SEMVER: readonly Builtin[] = [
  {
    name: 'semver.compare',
    args: [['string'], ['string']],
    result: ['number'],
    call: ([a, b]) => compareVersions(versionOperand(1, textOf(a)), versionOperand(2, textOf(b))),
  },
  {
    name: 'semver.is_valid',
    args: ['any'],
    result: ['boolean'],
    call: ([version]) => typeof version === 'string' && parseVersion(version) !== undefined,
  },
];

function versionOperand(position: number, text: string): Version {
  const version = parseVersion(text);
  if (version === undefined) {
    throw new BuiltinError('eval_builtin_error', `operand ${position}: string "${text}" is not a valid SemVer`);
  }
  return version;
}

function parseVersion(text: string): Version | undefined {
  if (text.length > MAX_VERSION_LENGTH) {
    return undefined;
  }
  const [beforeMetadata, metadata] = splitOnce(text, '+');
  const [core, preRelease] = splitOnce(beforeMetadata, '-');
  const numbers = VERSION.exec(core)?.slice(1).map(BigInt);
  const identifiersFit = [metadata, preRelease].every((part) => part === '' || IDENTIFIERS.test(part));
  const numbersFit = numbers?.every((number) => number <= MAX_INT64) === true;
  return numbers !== undefined && identifiersFit && numbersFit ? { numbers, preRelease } : undefined;
}

function splitOnce(text: string, separator: string): readonly [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

function compareVersions(a: Version, b: Version): number {
  for (const [i, number] of a.numbers.entries()) {
    const order = compareIntegers(number, b.numbers[i] ?? 0n);
    if (order !== 0) {
      return order;
    }
  }
  // A version without a pre-release sorts after the versions with one.
  if (a.preRelease === '' || b.preRelease === '') {
    return Math.sign(b.preRelease.length - a.preRelease.length);
  }
  return comparePreReleases(a.preRelease.split('.'), b.preRelease.split('.'));
}

function comparePreReleases(a: readonly string[], b: readonly string[]): number {
  for (const [i, identifier] of a.entries()) {
    const other = b[i];
    if (other === undefined) {
      return 1;
    }
    const order = compareIdentifiers(identifier, other);
    if (order !== 0) {
      return order;
    }
  }
  return a.length === b.length ? 0 : -1;
}

/** Sorts numbers before alphanumeric identifiers. */
function compareIdentifiers(a: string, b: string): number {
  const [aIsInteger, bIsInteger] = [INTEGER.test(a), INTEGER.test(b)];
  if (aIsInteger !== bIsInteger) {
    return aIsInteger ? -1 : 1;
  }
  const order = aIsInteger ? compareIntegers(BigInt(a), BigInt(b)) : 0;
  return order !== 0 ? order : Math.sign(compareStrings(a, b));
}

function compareIntegers(a: bigint, b: bigint): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
