import { countrySpecs, isValidIBAN } from 'ibantools';
import { digitsOf } from '../checksums/digits';
import { luhn } from '../checksums/check-digits';
import { digits, type Emit, spaced, type Verdict } from '../detector';
import { kindAt } from '../scan/words';
import type { Scan } from '../scan/scan';
import { personal } from './entity';

/** The first digits (ISO/IEC 7812) of networks whose cards have fifteen digits: UATP, and early JCB cards. */
const FIFTEEN_DIGITS = /^(?:1|2131)/;
/** The first digits of Maestro, the only network whose cards have twelve digits. */
const TWELVE_DIGITS = /^(?:5[06-8]|6)/;

function card(value: string): Verdict {
  const number = digitsOf(value);
  const text = number.join('');
  const isKnown = FIFTEEN_DIGITS.test(text) ? text.length === 15 : text.length > 12 || TWELVE_DIGITS.test(text);
  return isKnown && luhn(number);
}

/** A separator between groups of digits; it can be a no-break space. */
const GAP = '[-\\x20\\xa0\\u202f]';
/**
 * The separator if every group is separated. It can also be spaces, as in tables, or dots. It is not used between arbitrary digits, because
 * dots occur in fractions, and tabs separate columns.
 */
const WIDE_GAP = '(?:[.\\x20\\xa0\\u202f\\t-]|[\\x20\\t]{2,3})';
const FIRST = '(?:[13-6]\\d{3}|2[2-7]\\d{2}|2131)';

const GAPS = '- \xa0\u202f';

/** The country and check digits of an account. Each position is matched only once. */
const IBAN_STARTS = /(?<![A-Za-z0-9])(?:[A-Z]{2}|[a-z]{2})\d{2}/g;

export const PAYMENT = [
  personal('CREDIT_CARD', 'Payment card number', {
    texts: [
      spaced(`${FIRST}${WIDE_GAP}\\d{4}${WIDE_GAP}\\d{4}${WIDE_GAP}\\d{4}(?:${WIDE_GAP}\\d{3})?`, 0.3),
      spaced(`${FIRST}${WIDE_GAP}\\d{6}${WIDE_GAP}\\d{4,5}`, 0.3),
      spaced(`${FIRST}(?:${GAP}?\\d{3,4}){2}${GAP}?\\d{3,5}`, 0.3),
    ],
    words: [digits(`${FIRST}\\d{8,15}`, [12, 19], 0.3)],
    judge: card,
    context: ['credit', 'card', 'visa', 'mastercard', 'cc', 'amex', 'discover', 'jcb', 'diners', 'maestro', 'pan'],
  }),
  personal('IBAN_CODE', 'Bank account number (ISO 13616)', {
    find: findIbans,
    context: ['iban', 'bank', 'transaction', 'konto', 'compte'],
  }),
];

function findIbans({ text, digitRegions }: Scan, emit: Emit): void {
  for (const region of digitRegions) {
    // Searches a copy of the region, because a search of the whole text would continue after the region.
    const part = text.slice(region.start, region.end);
    IBAN_STARTS.lastIndex = 0;
    for (let match = IBAN_STARTS.exec(part); match !== null; match = IBAN_STARTS.exec(part)) {
      const iban = ibanAt(part, match.index);
      if (iban === undefined || !isValidIBAN(iban.number)) continue;
      emit(region.start + match.index, region.start + iban.end, 1);
      IBAN_STARTS.lastIndex = iban.end;
    }
  }
}

/**
 * Matches as many letters and digits as the country's numbers contain, with single spaces or hyphens between them, followed by another
 * character.
 */
function ibanAt(text: string, start: number): { readonly number: string; readonly end: number } | undefined {
  const prefix = text.slice(start, start + 2);
  const length = countrySpecs[prefix.toUpperCase()]?.chars;
  if (!length) return undefined;
  const upper = prefix === prefix.toUpperCase();
  let number = '';
  let index = start;
  for (let isGap = true; number.length < length; index++) {
    const letter = text.charAt(index);
    if (isOfIban(text.charCodeAt(index), upper)) {
      number += letter;
      isGap = false;
    } else if (isGap || !GAPS.includes(letter)) return undefined;
    else isGap = true;
  }
  return kindAt(text, index) === 0 ? { number: number.toUpperCase(), end: index } : undefined;
}

const isOfIban = (code: number, upper: boolean): boolean =>
  (code >= 48 && code <= 57) || (upper ? code >= 65 && code <= 90 : code >= 97 && code <= 122);
