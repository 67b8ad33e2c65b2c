import type { Budget } from '../../evaluate/budget.js';
import { fromBigInt, fromDouble, toDouble } from '../../values/number.js';
import type { RegoObject } from '../../values/object.js';
import { stringifyJson } from '../../values/stringify-json.js';
import type { RegoNumber, Value } from '../../values/value.js';
import { isNumber } from '../operands.js';
import { fail } from '../x509/fail.js';
import { checkSecret, parseVerificationKeys, type VerificationKey } from './verification-keys.js';

/** The constraints that `io.jwt.decode_verify` checks a token against. An empty string means "not checked". */
export interface Constraints {
  readonly keys: readonly VerificationKey[] | undefined;
  readonly secret: string;
  readonly algorithm: string;
  readonly issuer: string;
  readonly audience: string;
  /** Seconds since the epoch, as a double, as in OPA. */
  readonly nowSeconds: RegoNumber;
}

const NANOS_PER_SECOND = 1e9;

/** Throws if a constraint is unknown or of the wrong type, or if `cert` and `secret` are both set or both missing. */
export function parseConstraints(operand: RegoObject, nowNanos: bigint, budget: Budget): Constraints {
  const read = { keys: undefined as readonly VerificationKey[] | undefined, secret: '', alg: '', iss: '', aud: '' };
  let time: number | undefined;
  for (const [key, value] of operand.entries()) {
    const name = typeof key === 'string' ? key : stringifyJson(key);
    switch (name) {
      case 'cert':
        read.keys = parseVerificationKeys(textOf(name, value), budget);
        break;
      case 'secret':
        read.secret = textOf(name, value);
        checkSecret(read.secret);
        break;
      case 'alg':
      case 'iss':
      case 'aud':
        read[name] = textOf(name, value);
        break;
      case 'time':
        time = timeOf(value);
        break;
      default:
        fail(`unknown token validation constraint: ${name}`);
    }
  }
  if (read.keys !== undefined && read.secret !== '') {
    return fail('duplicate key constraints');
  }
  if (read.keys === undefined && read.secret === '') {
    return fail('no key constraint');
  }
  const nowSeconds = fromDouble((time ?? timeOf(fromBigInt(nowNanos))) / NANOS_PER_SECOND);
  return { ...read, algorithm: read.alg, issuer: read.iss, audience: read.aud, nowSeconds };
}

function textOf(name: string, value: Value): string {
  return typeof value === 'string' ? value : fail(`${name} constraint: must be a string`);
}

function timeOf(value: Value): number {
  if (!isNumber(value)) {
    return fail('token time constraint: must be a number');
  }
  const time = toDouble(value);
  if (!Number.isFinite(time)) {
    return fail('token time constraint: must be a number that a 64-bit float can hold');
  }
  return time < 0 ? fail('token time constraint: must not be negative') : time;
}
