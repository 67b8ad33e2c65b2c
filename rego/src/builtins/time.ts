import { BuiltinError } from '../errors.js';
import type { Budget } from '../evaluate/budget.js';
import { fromBigInt, toBigInt, toSafeInteger } from '../values/number.js';
import { isArray, typeNameOf } from '../values/type-name.js';
import type { RegoNumber, Value } from '../values/value.js';
import type { ArgumentType, Builtin } from './builtin.js';
import { textOf } from './operands.js';
import { WEEKDAYS, weekdayOf } from './time/calendar.js';
import { formatTime } from './time/format-time.js';
import { addDate, checkRange, civilOfInstant, difference, isInt64, type Instant } from './time/instant.js';
import { layoutOf, RFC3339_NANO } from './time/layout.js';
import { parseDuration } from './time/parse-duration.js';
import { parseTime } from './time/parse-time.js';
import { parseRfc3339 } from './time/rfc3339.js';
import { loadZone, UTC } from './time/zones.js';

/** Nanoseconds, or `[ns, tz]`, or `[ns, tz, layout]`. */
const TIME: ArgumentType = ['number', 'array'];
/** Calendar and layout functions take about 10 µs. */
const STEPS_PER_CALL = 16;
const TIME_WORDING = 'either number (ns) or [number (ns), string (tz)]';

const DECLARED: readonly Builtin[] = [
  { name: 'time.now_ns', args: [], result: ['number'], call: (_, { nowNanos }) => fromBigInt(nowNanos) },
  {
    name: 'time.parse_ns',
    args: [['string'], ['string']],
    result: ['number'],
    call: ([layout, text]) => nanosOf(parseTime(layoutOf(textOf(layout)), textOf(text))),
  },
  {
    name: 'time.parse_rfc3339_ns',
    args: [['string']],
    result: ['number'],
    call: ([text]) => nanosOf(parseRfc3339(textOf(text))),
  },
  {
    name: 'time.parse_duration_ns',
    args: [['string']],
    result: ['number'],
    call: ([text]) => fromBigInt(parseDuration(textOf(text))),
  },
  {
    name: 'time.date',
    args: [TIME],
    result: ['array'],
    call: ([time], { budget }) => dateOf(timeOf(time, budget).instant),
  },
  {
    name: 'time.clock',
    args: [TIME],
    result: ['array'],
    call: ([time], { budget }) => clockOf(timeOf(time, budget).instant),
  },
  {
    name: 'time.weekday',
    args: [TIME],
    result: ['string'],
    call: ([time], { budget }) => WEEKDAYS[weekdayOf(civilOfInstant(timeOf(time, budget).instant))],
  },
  {
    name: 'time.add_date',
    args: [TIME, ['number'], ['number'], ['number']],
    result: ['number'],
    call: ([time, years, months, days], { budget }) =>
      nanosOf(addDate(timeOf(time, budget).instant, integerOf(years, 2), integerOf(months, 3), integerOf(days, 4))),
  },
  {
    name: 'time.diff',
    args: [TIME, TIME],
    result: ['array'],
    call: ([a, b], { budget }) => difference(timeOf(a, budget).instant, timeOf(b, budget).instant),
  },
  { name: 'time.format', args: [TIME], result: ['string'], call: ([time], { budget }) => format(timeOf(time, budget)) },
];

/** `time.*`, as in OPA's `topdown/time.go`; times are nanoseconds since the epoch that fit in 64 bits. */
export const TIME_BUILTINS: readonly Builtin[] = DECLARED.map((builtin) => ({
  ...builtin,
  ...(builtin.name === 'time.now_ns' ? {} : { steps: STEPS_PER_CALL }),
  ...(builtin.args[0] === TIME
    ? { wording: builtin.args.map((type) => (type === TIME ? TIME_WORDING : 'number')) }
    : {}),
}));

interface TimeOperand {
  readonly instant: Instant;
  /** Empty if the operand contains no layout. */
  readonly layout: string;
}

function timeOf(operand: Value | undefined, budget: Budget): TimeOperand {
  if (operand === undefined || !isArray(operand)) {
    return { instant: { nanos: nanosOperand(operand ?? null), zone: UTC }, layout: '' };
  }
  const [nanos, zone = '', layout = ''] = operand;
  if (nanos === undefined) {
    throw typeError(TIME_WORDING, 'array');
  }
  const value = checkNumber(nanos);
  const zoneName = stringElement(zone);
  const layoutName = stringElement(layout);
  return { instant: { nanos: nanosOperand(value), zone: loadZone(zoneName, budget) }, layout: layoutName };
}

function checkNumber(value: Value): RegoNumber {
  const type = typeNameOf(value);
  if (type !== 'number') {
    throw typeError('number', type);
  }
  return value as RegoNumber;
}

function stringElement(value: Value): string {
  if (typeof value !== 'string') {
    throw typeError('string', typeNameOf(value));
  }
  return value;
}

function nanosOperand(value: Value): bigint {
  const nanos = toBigInt(checkNumber(value));
  if (nanos === undefined || !isInt64(nanos)) {
    throw new BuiltinError('eval_builtin_error', 'timestamp too big');
  }
  return nanos;
}

function typeError(expected: string, got: string): BuiltinError {
  return new BuiltinError('eval_type_error', `operand 1 must be ${expected} but got ${got}`);
}

function integerOf(argument: Value | undefined, position: number): number {
  const number = argument as RegoNumber;
  const integer = toSafeInteger(number);
  if (integer === undefined && toBigInt(number) === undefined) {
    throw new BuiltinError(
      'eval_type_error',
      `operand ${position} must be integer number but got floating-point number`,
    );
  }
  // Beyond 53 bits, the value is far out of range in any case.
  return integer ?? Number.MAX_SAFE_INTEGER;
}

function nanosOf({ nanos }: Instant): RegoNumber {
  return fromBigInt(checkRange(nanos));
}

function dateOf(instant: Instant): Value {
  const { year, month, day } = civilOfInstant(instant);
  return [year, month, day];
}

function clockOf(instant: Instant): Value {
  const { hour, minute, second } = civilOfInstant(instant);
  return [hour, minute, second];
}

/** Formats as RFC 3339 with nanoseconds unless a layout is set. */
function format({ instant, layout }: TimeOperand): string {
  return formatTime(instant, layout === '' ? RFC3339_NANO : layoutOf(layout));
}
