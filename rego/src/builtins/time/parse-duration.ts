import { BuiltinError } from '../../errors.js';
import { quoteGo } from '../../values/print.js';
import { isInt64 } from './instant.js';

const UNITS: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['µs', 1_000n],
  ['μs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);
const PART = /^(\d*)(\.?)(\d*)/;
const UNIT = /^[^.\d]*/;
const MAX_LENGTH = 1_024;

/** Parses a Go duration, such as `1h15m`, `-1.5s` or `0`, into nanoseconds (Go `time.ParseDuration`). */
export function parseDuration(text: string): bigint {
  const negative = text.startsWith('-');
  const unsigned = negative || text.startsWith('+') ? text.slice(1) : text;
  if (unsigned === '0') {
    return 0n;
  }
  if (unsigned === '' || unsigned.length > MAX_LENGTH) {
    throw fail(`invalid duration ${quoteGo(text)}`);
  }
  let rest = unsigned;
  let total = 0n;
  while (rest !== '') {
    const part = readPart(rest, text);
    total += part.nanos;
    rest = rest.slice(part.length);
  }
  const signed = negative ? -total : total;
  if (!isInt64(signed)) {
    throw fail(`invalid duration ${quoteGo(text)}`);
  }
  return signed;
}

function readPart(rest: string, text: string): { readonly nanos: bigint; readonly length: number } {
  const [number = '', whole = '', , fraction = ''] = PART.exec(rest) ?? [];
  if (whole === '' && fraction === '') {
    throw fail(`invalid duration ${quoteGo(text)}`);
  }
  const unit = UNIT.exec(rest.slice(number.length))?.[0] ?? '';
  if (unit === '') {
    throw fail(`missing unit in duration ${quoteGo(text)}`);
  }
  const size = UNITS.get(unit);
  if (size === undefined) {
    throw fail(`unknown unit ${quoteGo(unit)} in duration ${quoteGo(text)}`);
  }
  const fractionNanos = (BigInt(fraction || '0') * size) / 10n ** BigInt(fraction.length);
  return { nanos: BigInt(whole || '0') * size + fractionNanos, length: number.length + unit.length };
}

function fail(message: string): BuiltinError {
  return new BuiltinError('eval_builtin_error', `time: ${message}`);
}
