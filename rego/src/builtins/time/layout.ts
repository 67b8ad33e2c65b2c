import { BoundedCache } from '../bounded-cache.js';

/** The meaning of a piece of a layout, named by its output for Go's reference time, Mon Jan 2 15:04:05 MST 2006. */
export type LayoutPiece =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'element'; readonly element: LayoutElement; readonly text: string }
  | {
      readonly kind: 'offset';
      readonly text: string;
      readonly zForUtc: boolean;
      readonly colons: boolean;
      readonly parts: 1 | 2 | 3;
    }
  | { readonly kind: 'fraction'; readonly text: string; readonly digits: number; readonly optional: boolean };

export type LayoutElement =
  | 'January'
  | 'Jan'
  | 'Monday'
  | 'Mon'
  | 'MST'
  | '2006'
  | '06'
  | '01'
  | '1'
  | '02'
  | '_2'
  | '2'
  | '002'
  | '__2'
  | '15'
  | '03'
  | '3'
  | '04'
  | '4'
  | '05'
  | '5'
  | 'PM'
  | 'pm';

/** Longer elements precede their prefixes. */
const ELEMENTS: readonly LayoutElement[] = [
  'January',
  'Jan',
  'Monday',
  'Mon',
  'MST',
  '2006',
  '__2',
  '_2',
  '002',
  '01',
  '02',
  '03',
  '04',
  '05',
  '06',
  '15',
  '1',
  '2',
  '3',
  '4',
  '5',
  'PM',
  'pm',
];
const OFFSET = /^[-Z]07(?::00:00|0000|:00|00)?/;
const FRACTION = /^[.,](?:0+|9+)(?!\d)/;

/** The constants of Go's package `time` that OPA accepts by name. */
const NAMED_LAYOUTS: ReadonlyMap<string, string> = new Map([
  ['ANSIC', 'Mon Jan _2 15:04:05 2006'],
  ['UnixDate', 'Mon Jan _2 15:04:05 MST 2006'],
  ['RubyDate', 'Mon Jan 02 15:04:05 -0700 2006'],
  ['RFC822', '02 Jan 06 15:04 MST'],
  ['RFC822Z', '02 Jan 06 15:04 -0700'],
  ['RFC850', 'Monday, 02-Jan-06 15:04:05 MST'],
  ['RFC1123', 'Mon, 02 Jan 2006 15:04:05 MST'],
  ['RFC1123Z', 'Mon, 02 Jan 2006 15:04:05 -0700'],
  ['RFC3339', '2006-01-02T15:04:05Z07:00'],
  ['RFC3339Nano', '2006-01-02T15:04:05.999999999Z07:00'],
]);

export const MAX_LAYOUT_LENGTH = 4_096;

export const RFC3339 = '2006-01-02T15:04:05Z07:00';
export const RFC3339_NANO = '2006-01-02T15:04:05.999999999Z07:00';

/** Returns the layout for the name of a constant, or the layout itself. */
export function layoutOf(nameOrLayout: string): string {
  return NAMED_LAYOUTS.get(nameOrLayout) ?? nameOrLayout;
}

const MAX_CACHED_BYTES = 256 * 1024;
const BYTES_PER_UNIT = 64;
/** Parsed layouts; policies usually use few of them. */
const parsed = new BoundedCache<readonly LayoutPiece[]>(MAX_CACHED_BYTES);

/** Splits a layout as Go's `nextStdChunk` does. */
export function parseLayout(layout: string): readonly LayoutPiece[] {
  let pieces = parsed.get(layout);
  if (pieces === undefined) {
    pieces = piecesOf(layout);
    parsed.put(layout, pieces, (layout.length + 1) * BYTES_PER_UNIT);
  }
  return pieces;
}

function piecesOf(layout: string): readonly LayoutPiece[] {
  const pieces: LayoutPiece[] = [];
  let literal = '';
  for (let at = 0; at < layout.length;) {
    const piece = pieceAt(layout, at);
    if (piece === undefined) {
      literal += layout.charAt(at);
      at++;
      continue;
    }
    if (literal !== '') {
      pieces.push({ kind: 'literal', text: literal });
      literal = '';
    }
    pieces.push(piece);
    at += piece.text.length;
  }
  if (literal !== '') {
    pieces.push({ kind: 'literal', text: literal });
  }
  return pieces;
}

function pieceAt(layout: string, at: number): LayoutPiece | undefined {
  const rest = layout.slice(at, at + 40);
  const offset = OFFSET.exec(rest)?.[0];
  if (offset !== undefined) {
    const digits = offset.replace(/[^0-9]/g, '').length;
    const parts = digits === 2 ? 1 : digits === 4 ? 2 : 3;
    return { kind: 'offset', text: offset, zForUtc: offset.startsWith('Z'), colons: offset.includes(':'), parts };
  }
  const fraction = FRACTION.exec(layout.charAt(at) === '.' || layout.charAt(at) === ',' ? layout.slice(at) : '')?.[0];
  if (fraction !== undefined) {
    return { kind: 'fraction', text: fraction, digits: fraction.length - 1, optional: fraction.charAt(1) === '9' };
  }
  const element = ELEMENTS.find((candidate) => isElement(candidate, rest));
  return element === undefined ? undefined : { kind: 'element', element, text: element };
}

/** `Jan` and `Mon` are not recognized within longer words (`Janet`), and `_2006` is an underscore and a year. */
function isElement(element: LayoutElement, rest: string): boolean {
  if (!rest.startsWith(element)) {
    return false;
  }
  if (element === 'Jan' || element === 'Mon') {
    return !/^[a-z]/.test(rest.slice(3));
  }
  return element !== '_2' || !rest.startsWith('_2006');
}
