import { isDay } from '../checksums/calendar';
import { digitsOf } from '../checksums/digits';
import { luhn, verhoeff } from '../checksums/check-digits';
import { code, digits, spaced, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/** Identification Act 68 of 1997: birthday, series, status 0 to 2, 8 or 9, Luhn. */
function southAfrican(value: string, thisYear: number = new Date().getUTCFullYear()): Verdict {
  if (!/^\d{10}[0-2][89]\d$/.test(value)) return false;
  const [year = 0, month = 0, day = 0] = [0, 2, 4].map((at) => Number(value.slice(at, at + 2)));
  // The year has two digits; a birth year is never in the future.
  const century = year > thisYear % 100 ? 1900 : 2000;
  return isDay(century + year, month, day) && luhn(digitsOf(value));
}

/** NIMC: Verhoeff. */
const nigerian = (value: string): Verdict => verhoeff(digitsOf(value));

export const AFRICA = [
  ...ofCountry('ZA', [
    personal('ZA_ID_NUMBER', 'Identity number', {
      words: [digits('\\d{10}[0-2][89]\\d', 13, 0.2)],
      judge: (value) => southAfrican(value),
      judgesForm: true,
      context: ['id', 'identity', 'identity number', 'id number', 'south african id', 'rsa id', 'national id'],
    }),
    personal('ZA_PASSPORT', 'Passport number', {
      words: [code('[ADMT]\\d{8}', 9, 0.1)],
      context: ['passport', 'south african passport'],
    }),
    onDemand('ZA_COMPANY_REGISTRATION', 'Company number', {
      texts: [spaced('(?:19|20)\\d{2}/\\d{6}/\\d{2}', 0.5)],
      context: ['company registration', 'cipc', 'ck number', 'registration number'],
    }),
    onDemand('ZA_VAT_NUMBER', 'Value-added tax number', {
      words: [digits('4\\d{9}', 10, 0.1)],
      context: ['vat', 'vat number', 'sars'],
    }),
  ]),
  ...ofCountry('NG', [
    personal('NG_NIN', 'National identification number', {
      words: [digits('\\d{11}', 11, 0.01, 0.4)],
      judge: nigerian,
      context: ['nin', 'national identification number', 'national identity number', 'nimc', 'nigeria id'],
    }),
    onDemand('NG_VEHICLE_REGISTRATION', 'Number plate', {
      texts: [spaced('[A-Z]{3}[- ]?\\d{3}[A-Z]{2}', 0.5)],
      context: ['plate number', 'vehicle registration', 'license plate', 'plate', 'vehicle'],
    }),
  ]),
];
