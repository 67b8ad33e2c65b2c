import { BuiltinError } from '../../errors.js';
import { quoteGo } from '../../values/print.js';
import { daysInMonth, MONTHS, WEEKDAYS } from './calendar.js';
import { instantOfCivil, type Instant } from './instant.js';
import { MAX_LAYOUT_LENGTH, parseLayout, type LayoutElement, type LayoutPiece } from './layout.js';
import { fixedZone, UTC, type Zone } from './zones.js';

/** The values read so far. Members that the layout does not contain stay unset. */
interface Fields {
  year?: number;
  month?: number;
  day?: number;
  yearDay?: number;
  hour?: number;
  minute?: number;
  second?: number;
  nanosecond?: number;
  afternoon?: boolean;
  zone?: Zone;
}

type NumberElement = Exclude<LayoutElement, '2006' | '06' | 'January' | 'Jan' | 'Monday' | 'Mon' | 'MST' | 'PM' | 'pm'>;

const TWO_DIGIT_PIVOT = 69;

/**
 * Parses a time according to a Go layout and reports the same errors as Go's `time.Parse`. Without a zone, the time is in UTC; without a
 * year, the year is 0.
 */
export function parseTime(layout: string, text: string): Instant {
  if (layout.length > MAX_LAYOUT_LENGTH || text.length > MAX_LAYOUT_LENGTH) {
    throw new BuiltinError(
      'eval_builtin_error',
      `a time and its layout can each have at most ${MAX_LAYOUT_LENGTH} characters`,
    );
  }
  return new TimeReader(layout, text).read();
}

class TimeReader {
  private readonly fields: Fields = {};
  private rest: string;

  constructor(
    private readonly layout: string,
    private readonly text: string,
  ) {
    this.rest = text;
  }

  read(): Instant {
    const pieces = parseLayout(this.layout);
    for (const [i, piece] of pieces.entries()) {
      this.readPiece(piece, pieces[i + 1]);
    }
    if (this.rest !== '') {
      throw this.fault(`extra text: ${quoteGo(this.rest)}`);
    }
    return this.build();
  }

  private readPiece(piece: LayoutPiece, next: LayoutPiece | undefined): void {
    switch (piece.kind) {
      case 'literal':
        this.skipLiteral(piece.text);
        return;
      case 'element':
        this.readElement(piece.element);
        if ((piece.element === '05' || piece.element === '5') && next?.kind !== 'fraction') {
          this.readFractionIfAny();
        }
        return;
      case 'offset':
        this.readOffset(piece);
        return;
      case 'fraction':
        this.readFraction(piece);
    }
  }

  /** A run of spaces in the layout matches any run of spaces. At the end of the text, it also matches if there are no spaces. */
  private skipLiteral(literal: string): void {
    let expected = literal;
    while (expected !== '') {
      if (expected.startsWith(' ')) {
        if (this.rest !== '' && !this.rest.startsWith(' ')) {
          throw this.cannotParse(literal);
        }
        expected = expected.replace(/^ +/, '');
        this.rest = this.rest.replace(/^ +/, '');
        continue;
      }
      if (!this.rest.startsWith(expected.charAt(0))) {
        throw this.cannotParse(literal);
      }
      expected = expected.slice(1);
      this.rest = this.rest.slice(1);
    }
  }

  private readElement(element: LayoutElement): void {
    const { fields } = this;
    switch (element) {
      case '2006':
        fields.year = this.digits(4, 4, element);
        return;
      case '06': {
        const year = this.digits(2, 2, element);
        fields.year = year + (year >= TWO_DIGIT_PIVOT ? 1_900 : 2_000);
        return;
      }
      case 'January':
      case 'Jan':
        fields.month = this.name(MONTHS, element) + 1;
        return;
      case 'Monday':
      case 'Mon':
        this.name(WEEKDAYS, element);
        return;
      case 'MST':
        this.readZoneName(element);
        return;
      case 'PM':
      case 'pm':
        this.readHalf(element);
        return;
      case '01':
      case '1':
      case '02':
      case '_2':
      case '2':
      case '002':
      case '__2':
      case '15':
      case '03':
      case '3':
      case '04':
      case '4':
      case '05':
      case '5':
        this.readNumber(element);
    }
  }

  private readNumber(element: NumberElement): void {
    const { fields } = this;
    switch (element) {
      case '01':
      case '1':
        fields.month = this.inRange(this.digits(element.length, 2, element), 1, 12, 'month');
        return;
      case '_2':
      case '02':
      case '2':
        this.skipSpaces(element === '_2' ? 1 : 0);
        fields.day = this.digits(element === '02' ? 2 : 1, 2, element);
        return;
      case '002':
      case '__2':
        this.skipSpaces(element === '__2' ? 2 : 0);
        fields.yearDay = this.digits(element === '002' ? 3 : 1, 3, element);
        return;
      case '15':
        fields.hour = this.inRange(this.digits(1, 2, element), 0, 23, 'hour');
        return;
      case '03':
      case '3':
        fields.hour = this.inRange(this.digits(element.length, 2, element), 0, 12, 'hour');
        return;
      case '04':
      case '4':
        fields.minute = this.inRange(this.digits(element.length, 2, element), 0, 59, 'minute');
        return;
      case '05':
      case '5':
        fields.second = this.inRange(this.digits(element.length, 2, element), 0, 59, 'second');
    }
  }

  private skipSpaces(most: number): void {
    for (let i = 0; i < most && this.rest.startsWith(' '); i++) {
      this.rest = this.rest.slice(1);
    }
  }

  private digits(least: number, most: number, element: string): number {
    const digits = /^\d*/.exec(this.rest.slice(0, most))?.[0] ?? '';
    if (digits.length < least) {
      throw this.cannotParse(element);
    }
    this.rest = this.rest.slice(digits.length);
    return Number(digits);
  }

  private inRange(value: number, least: number, most: number, what: string): number {
    if (value < least || value > most) {
      throw this.fault(`${what} out of range`);
    }
    return value;
  }

  /** Matches a name in any case, in its full or short form depending on the element. */
  private name(names: readonly string[], element: LayoutElement): number {
    const short = element.length === 3;
    const lower = this.rest.slice(0, 10).toLowerCase();
    const index = names.findIndex((name) => lower.startsWith((short ? name.slice(0, 3) : name).toLowerCase()));
    const found = names[index];
    if (found === undefined) {
      throw this.cannotParse(element);
    }
    this.rest = this.rest.slice(short ? 3 : found.length);
    return index;
  }

  private readHalf(element: 'PM' | 'pm'): void {
    const half = this.rest.slice(0, 2);
    const [afternoon, morning] = element === 'PM' ? ['PM', 'AM'] : ['pm', 'am'];
    if (half !== afternoon && half !== morning) {
      throw this.cannotParse(element);
    }
    this.fields.afternoon = half === afternoon;
    this.rest = this.rest.slice(2);
  }

  /**
   * A name determines the offset only for UTC and names such as `GMT+3`; any other name is treated as UTC, as in Go on a machine whose time
   * zone is UTC.
   */
  private readZoneName(element: string): void {
    const name =
      /^(?:UTC|ChST|MeST|GMT(?:[+-](?:2[0-3]|1\d|\d)(?!\d))?|[A-Z]{3,4}T|WITA|[A-Z]{3}|[+-]0*(?:2[0-3]|1\d|\d)(?!\d))/.exec(
        this.rest,
      )?.[0];
    if (name === undefined || (/^[A-Z]{4}$/.test(name) && !name.endsWith('T') && name !== 'WITA')) {
      throw this.cannotParse(element);
    }
    const hours = /^GMT([+-]\d+)$/.exec(name)?.[1];
    this.fields.zone = hours === undefined ? UTC : fixedZone(Number(hours) * 3_600);
    this.rest = this.rest.slice(name.length);
  }

  private readOffset({ text, zForUtc, colons, parts }: Extract<LayoutPiece, { kind: 'offset' }>): void {
    if (zForUtc && this.rest.startsWith('Z')) {
      this.rest = this.rest.slice(1);
      this.fields.zone = UTC;
      return;
    }
    const separator = colons ? ':' : '';
    const shape = new RegExp(`^([+-])(\\d\\d)${`${separator}(\\d\\d)`.repeat(parts - 1)}`);
    const [offset, sign, hours = '0', minutes = '0', seconds = '0'] = shape.exec(this.rest) ?? [];
    if (offset === undefined) {
      throw this.cannotParse(text);
    }
    this.inRange(Number(hours), 0, 24, 'time zone offset hour');
    this.inRange(Number(minutes), 0, 60, 'time zone offset minute');
    this.inRange(Number(seconds), 0, 60, 'time zone offset second');
    const size = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
    this.fields.zone = fixedZone(sign === '-' ? -size : size);
    this.rest = this.rest.slice(offset.length);
  }

  private readFraction({ text, digits, optional }: Extract<LayoutPiece, { kind: 'fraction' }>): void {
    if (optional) {
      this.readFractionIfAny();
      return;
    }
    const fraction = this.rest.slice(0, digits + 1);
    if (fraction.length <= digits || !/^[.,]\d+$/.test(fraction)) {
      throw this.cannotParse(text);
    }
    this.takeFraction(fraction);
  }

  /** Seconds can have a fraction even if the layout does not contain one. */
  private readFractionIfAny(): void {
    const fraction = /^[.,]\d+/.exec(this.rest)?.[0];
    if (fraction !== undefined) {
      this.takeFraction(fraction);
    }
  }

  private takeFraction(fraction: string): void {
    this.fields.nanosecond = Number(fraction.slice(1, 10).padEnd(9, '0'));
    this.rest = this.rest.slice(fraction.length);
  }

  private build(): Instant {
    const {
      year = 0,
      hour: givenHour = 0,
      minute = 0,
      second = 0,
      nanosecond = 0,
      afternoon,
      zone = UTC,
    } = this.fields;
    const hour = afternoon === undefined ? givenHour : (givenHour % 12) + (afternoon ? 12 : 0);
    const { month, day } = this.date(year);
    return instantOfCivil({ year, month, day, hour, minute, second, nanosecond }, zone);
  }

  private date(year: number): { readonly month: number; readonly day: number } {
    const { month, day, yearDay } = this.fields;
    if (yearDay === undefined) {
      const givenMonth = month ?? 1;
      return { month: givenMonth, day: this.inRange(day ?? 1, 1, daysInMonth(year, givenMonth), 'day') };
    }
    const february = daysInMonth(year, 2);
    this.inRange(yearDay, 1, 337 + february, 'day-of-year');
    let found = 1;
    let rest = yearDay;
    while (rest > daysInMonth(year, found)) {
      rest -= daysInMonth(year, found);
      found++;
    }
    if (month !== undefined && month !== found) {
      throw this.fault('day-of-year does not match month');
    }
    if (day !== undefined && day !== rest) {
      throw this.fault('day-of-year does not match day');
    }
    return { month: found, day: rest };
  }

  private fault(message: string): BuiltinError {
    return new BuiltinError('eval_builtin_error', `parsing time ${quoteGo(this.text)}: ${message}`);
  }

  private cannotParse(element: string): BuiltinError {
    return new BuiltinError(
      'eval_builtin_error',
      `parsing time ${quoteGo(this.text)} as ${quoteGo(this.layout)}: cannot parse ${quoteGo(this.rest)} as ${quoteGo(element)}`,
    );
  }
}
