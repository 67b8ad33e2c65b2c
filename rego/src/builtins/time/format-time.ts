import { BuiltinError } from '../../errors.js';
import { dayOfYear, MONTHS, WEEKDAYS, weekdayOf, type CivilTime } from './calendar.js';
import { abbreviationOf, civilOfInstant, offsetOf, type Instant } from './instant.js';
import { MAX_LAYOUT_LENGTH, parseLayout, type LayoutElement, type LayoutPiece } from './layout.js';

/** Formats the instant in its zone with a Go layout (Go `Time.Format`). */
export function formatTime(instant: Instant, layout: string): string {
  if (layout.length > MAX_LAYOUT_LENGTH) {
    throw new BuiltinError('eval_builtin_error', `a layout can have at most ${MAX_LAYOUT_LENGTH} characters`);
  }
  const civil = civilOfInstant(instant);
  const pieces = parseLayout(layout);
  const zone = pieces.some(({ text }) => text === 'MST') ? zoneName(instant) : '';
  return pieces.map((piece) => formatPiece(piece, instant, civil, zone)).join('');
}

function formatPiece(piece: LayoutPiece, instant: Instant, civil: CivilTime, zone: string): string {
  switch (piece.kind) {
    case 'literal':
      return piece.text;
    case 'element':
      return piece.element === 'MST' ? zone : formatElement(piece.element, civil);
    case 'offset':
      return formatOffset(offsetOf(instant), piece);
    case 'fraction':
      return formatFraction(civil.nanosecond, piece);
  }
}

function zoneName(instant: Instant): string {
  return (
    abbreviationOf(instant) ||
    formatOffset(offsetOf(instant), { kind: 'offset', text: '', zForUtc: false, colons: false, parts: 2 })
  );
}

function formatElement(element: Exclude<LayoutElement, 'MST'>, civil: CivilTime): string {
  const hour12 = civil.hour % 12 === 0 ? 12 : civil.hour % 12;
  switch (element) {
    case 'January':
      return MONTHS[civil.month - 1] ?? '';
    case 'Jan':
      return (MONTHS[civil.month - 1] ?? '').slice(0, 3);
    case 'Monday':
      return WEEKDAYS[weekdayOf(civil)] ?? '';
    case 'Mon':
      return (WEEKDAYS[weekdayOf(civil)] ?? '').slice(0, 3);
    case '2006':
      return pad(civil.year, 4);
    case '06':
      return pad(civil.year % 100, 2);
    case '01':
      return pad(civil.month, 2);
    case '1':
      return String(civil.month);
    case '02':
      return pad(civil.day, 2);
    case '_2':
      return String(civil.day).padStart(2, ' ');
    case '2':
      return String(civil.day);
    case '002':
      return pad(dayOfYear(civil), 3);
    case '__2':
      return String(dayOfYear(civil)).padStart(3, ' ');
    case '15':
      return pad(civil.hour, 2);
    case '03':
      return pad(hour12, 2);
    case '3':
      return String(hour12);
    case '04':
      return pad(civil.minute, 2);
    case '4':
      return String(civil.minute);
    case '05':
      return pad(civil.second, 2);
    case '5':
      return String(civil.second);
    case 'PM':
      return civil.hour >= 12 ? 'PM' : 'AM';
    case 'pm':
      return civil.hour >= 12 ? 'pm' : 'am';
  }
}

function pad(value: number, width: number): string {
  return String(value).padStart(width, '0');
}

function formatOffset(offset: number, { zForUtc, colons, parts }: Extract<LayoutPiece, { kind: 'offset' }>): string {
  if (zForUtc && offset === 0) {
    return 'Z';
  }
  const size = Math.abs(offset);
  const fields = [Math.floor(size / 3_600), Math.floor((size % 3_600) / 60), size % 60].slice(0, parts);
  // Go determines the sign from whole minutes.
  const sign = offset <= -60 ? '-' : '+';
  return sign + fields.map((field) => pad(field, 2)).join(colons ? ':' : '');
}

function formatFraction(
  nanosecond: number,
  { text, digits, optional }: Extract<LayoutPiece, { kind: 'fraction' }>,
): string {
  const fraction = pad(nanosecond, 9).slice(0, digits);
  if (!optional) {
    return text.charAt(0) + fraction;
  }
  const trimmed = fraction.replace(/0+$/, '');
  return trimmed === '' ? '' : text.charAt(0) + trimmed;
}
