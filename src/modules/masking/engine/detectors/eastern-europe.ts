import { allSame, digitsOf, weightedSum } from '../checksums/digits';
import { digits, spaced, touching, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/**
 * Ustawa o ewidencji ludności art. 15: weights 1, 3, 7, 9; the check digit completes the sum to a multiple of ten. In other centuries, the
 * month is 20, 40, 60 or 80 higher.
 */
function pesel(value: string): Verdict {
  const number = digitsOf(value);
  if (!/^\d{11}$/.test(value)) return false;
  return (10 - (weightedSum(number, [1, 3, 7, 9, 1, 3, 7, 9, 1, 3]) % 10)) % 10 === number[10];
}

/** NVI: the tenth digit is computed from the odd and even positions, and the last digit from the sum of the other digits. */
function turkish(value: string): Verdict {
  const number = digitsOf(value);
  const tenth = weightedSum(number, [7, -1, 7, -1, 7, -1, 7, -1, 7]) % 10;
  const eleventh = weightedSum(number, [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]) % 10;
  return number[0] !== 0 && (tenth + 10) % 10 === number[9] && eleventh === number[10];
}

/** Order MM-3-6/25 of the tax service: one check digit for organizations, and two check digits for people. */
function inn(value: string): Verdict {
  const number = digitsOf(value);
  const weights = [3, 7, 2, 4, 10, 3, 5, 9, 4, 6, 8];
  const holds = (place: number): boolean =>
    (weightedSum(number.slice(0, place), weights.slice(weights.length - place)) % 11) % 10 === number[place];
  if (allSame(number)) return false;
  return number.length === 10 ? holds(9) : holds(10) && holds(11);
}

/** Decree 1-П of the pension fund: weights 9 to 1, modulo 101. */
function snils(value: string): Verdict {
  const number = digitsOf(value);
  const check = (weightedSum(number, [9, 8, 7, 6, 5, 4, 3, 2, 1]) % 101) % 100;
  return check === (number[9] ?? 0) * 10 + (number[10] ?? 0);
}

export const EASTERN_EUROPE = [
  ...ofCountry('PL', [
    personal('PL_PESEL', 'PESEL', {
      texts: [touching(`\\d{2}(?:[02468][1-9]|[13579][0-2])(?:0[1-9]|[12]\\d|3[01])\\d{5}`, 0.4, 0.6)],
      judge: pesel,
      judgesForm: true,
      context: ['pesel'],
    }),
  ]),
  ...ofCountry('TR', [
    personal('TR_NATIONAL_ID', 'T.C. kimlik numarası', {
      words: [digits('[1-9]\\d{10}', 11, 0.3, 0.6)],
      judge: turkish,
      context: ['tc kimlik', 'kimlik no', 'kimlik numarası', 'tckn', 'tc no', 'national id', 'turkish id'],
    }),
    onDemand('TR_LICENSE_PLATE', 'Number plate', {
      texts: [spaced('(?:0[1-9]|[1-7]\\d|8[01])(?:\\s?[A-PR-VYZ]{1,3}\\s?|-[A-PR-VYZ]{1,3}-)\\d{2,4}', 0.3)],
      context: ['plaka', 'plakası', 'license plate', 'number plate', 'plate'],
    }),
  ]),
  ...ofCountry('RU', [
    personal('RU_INN', 'Taxpayer number', {
      words: [digits('\\d{10}|\\d{12}', [10, 12], 0.1, 0.4)],
      judge: inn,
      context: ['инн', 'inn', 'налогоплательщик'],
    }),
    personal('RU_SNILS', 'Pension insurance number', {
      texts: [spaced('\\d{3}-\\d{3}-\\d{3}[ -]\\d{2}', 0.5)],
      words: [digits('\\d{11}', 11, 0.1, 0.4)],
      judge: snils,
      context: ['снилс', 'snils', 'пенсион'],
    }),
    personal('RU_PASSPORT', 'Passport number', {
      texts: [spaced('\\d{2} ?\\d{2} ?\\d{6}', 0.05)],
      context: ['паспорт', 'passport', 'серия'],
    }),
  ]),
];
