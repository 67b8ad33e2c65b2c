import { toBigInt } from '../../values/number.js';
import type { RegoObject } from '../../values/object.js';
import { typeNameOf } from '../../values/type-name.js';
import type { Value } from '../../values/value.js';
import { isNumber, isSet, itemsOf } from '../operands.js';
import { fail } from './fail.js';
import { EXTENDED_KEY_USAGES } from './oids.js';
import type { VerifyOptions } from './verify-chain.js';

const MAX_INT64 = 2n ** 63n - 1n;
const MIN_INT64 = -(2n ** 63n);

/** Reads the second operand of `crypto.x509.parse_and_verify_certificates_with_options`; `nowNanos` is the default time. */
export function verifyOptionsOf(options: RegoObject, nowNanos: bigint): VerifyOptions {
  const read = { currentTime: nowNanos, dnsName: '', keyUsages: [] as readonly number[], maxConstraintComparisons: 0 };
  for (const [name, value] of options.entries()) {
    if (typeof name !== 'string') {
      continue; // OPA skips such keys.
    }
    switch (name) {
      case 'DNSName':
        read.dnsName = typeof value === 'string' ? trimQuotes(value) : fail("'DNSName' should be a string");
        break;
      case 'CurrentTime':
        read.currentTime = int64(
          value,
          "'CurrentTime' should be a number",
          "'CurrentTime' should be a valid int64 number",
        );
        break;
      case 'MaxConstraintComparisons':
        read.maxConstraintComparisons = Number(
          int64(
            value,
            "'MaxConstraintComparisons' should be a number",
            "'MaxConstraintComparisons' should be a valid number",
          ),
        );
        break;
      case 'KeyUsages':
        read.keyUsages = keyUsagesOf(value);
        break;
      default:
        fail('invalid key option');
    }
  }
  return read;
}

function int64(value: Value, noNumber: string, outOfRange: string): bigint {
  if (!isNumber(value)) {
    return fail(noNumber);
  }
  const integer = toBigInt(value);
  return integer === undefined || integer > MAX_INT64 || integer < MIN_INT64 ? fail(outOfRange) : integer;
}

function keyUsagesOf(value: Value): readonly number[] {
  if (!isSet(value) && typeNameOf(value) !== 'array') {
    return fail("'KeyUsages' should be an Array or Set");
  }
  const names = itemsOf(value)
    .filter((item) => typeof item === 'string')
    .map(trimQuotes);
  const usages = names.map((name) => EXTENDED_KEY_USAGES.findIndex(({ optionName }) => optionName === name));
  const unknown = names.filter((_name, index) => (usages[index] ?? -1) < 0);
  return unknown.length > 0 ? fail(`invalid entries for 'KeyUsages' found: [${unknown.join(' ')}]`) : usages;
}

/** Removes quotes, as OPA does because early versions required them in policies. */
function trimQuotes(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text[start] === '"') {
    start++;
  }
  while (end > start && text[end - 1] === '"') {
    end--;
  }
  return text.slice(start, end);
}
