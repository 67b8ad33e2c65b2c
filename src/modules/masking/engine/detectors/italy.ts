import { isDayOfSomeCentury } from '../checksums/calendar';
import { compact, digitsOf } from '../checksums/digits';
import { luhn } from '../checksums/check-digits';
import { code, spaced, touching, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/** Letters that replace the digits 0 to 9 if two people would otherwise have the same code. */
const AS_DIGITS = 'LMNPQRSTUV';
const DIGIT = '[0-9LMNP-V]';
const FISCAL_CODE = `[A-Z]{6}${DIGIT}{2}[A-EHLMPRST]${DIGIT}{2}[A-Z]${DIGIT}{3}[A-Z]`;
/** The letters for January to December. */
const MONTHS = 'ABCDEHLMPRST';
/** The values of characters at odd positions, for 0 or A, 1 or B, and so on; DM 23/12/1976. */
const AT_ODD_PLACES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

const number = (text: string): number =>
  Number(text.replace(/[LMNP-V]/g, (letter) => String(AS_DIGITS.indexOf(letter))));

/** Three letters of a name: consonants, then vowels, then X if there are too few letters. */
const isNamePart = (letters: string): boolean =>
  /^(?:[A-Z][AEIOU][AEIOUX]|[AEIOU]X{2}|[B-DF-HJ-NP-TV-Z]{2}[A-Z])$/.test(letters);

/** DM 23/12/1976: name, birthday (days 41 to 71 for women), place, check letter. A wrong check letter is common in practice. */
function fiscalCode(value: string): Verdict {
  const text = value.toUpperCase();
  const day = number(text.slice(9, 11)) % 40;
  const month = MONTHS.indexOf(text.charAt(8)) + 1;
  const isDay = number(text.slice(9, 11)) <= 71 && isDayOfSomeCentury(number(text.slice(6, 8)), month, day);
  if (!isNamePart(text.slice(0, 3)) || !isNamePart(text.slice(3, 6)) || !isDay || number(text.slice(12, 15)) === 0)
    return false;
  const sum = [...text.slice(0, 15)].reduce((total, letter, index) => {
    const rank = /\d/.test(letter) ? Number(letter) : letter.charCodeAt(0) - 65;
    return total + (index % 2 === 0 ? (AT_ODD_PLACES[rank] ?? 0) : rank);
  }, 0);
  return text.charCodeAt(15) - 65 === sum % 26 ? true : null;
}

const vat = (value: string): Verdict => !/^0+$/.test(compact(value)) && luhn(digitsOf(value));

export const ITALY = ofCountry('IT', [
  personal('IT_FISCAL_CODE', 'Codice fiscale', {
    texts: [touching(`(?<![A-Z])${FISCAL_CODE}(?![A-Z])`, 0.5)],
    judge: fiscalCode,
    context: ['codice fiscale', 'cf'],
  }),
  onDemand('IT_VAT_CODE', 'Partita IVA', {
    texts: [spaced('\\d(?:[ _]?\\d){10}', 0.1, 0.4)],
    judge: vat,
    context: ['piva', 'partita iva', 'p.iva'],
  }),
  personal('IT_PASSPORT', 'Passport number', {
    words: [code('[A-Z]{2}\\d{7}', 9, 0.01)],
    context: ['passaporto', 'elettronico', 'passport'],
  }),
  personal('IT_IDENTITY_CARD', 'Carta d’identità number', {
    texts: [spaced('[A-Z]{2}\\s?\\d{7}', 0.01)],
    words: [code('\\d{7}[A-Z]{2}', 9, 0.01), code('[A-Z]{2}\\d{5}[A-Z]{2}', 9, 0.01)],
    context: ['carta', 'identità', 'elettronica', 'cie', 'documento', 'riconoscimento'],
  }),
  personal('IT_DRIVER_LICENSE', 'Patente number', {
    words: [code('[A-Z]{2}\\d{7}[A-Z]|U1[B-HJ-NPR-UW-Z0-9]{7}[A-Z]', 10, 0.2)],
    context: ['patente', 'patente di guida', 'licenza di guida'],
  }),
]);
