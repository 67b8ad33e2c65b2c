import { compact, digitsOf, weightedSum } from '../checksums/digits';
import { icao9303, mod11And10 } from '../checksums/check-digits';
import { code, digits, spaced, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

/**
 * §139b AO: no leading zero, no digit that occurs four times, MOD 11,10. The rule that exactly one of the first ten digits repeats is not
 * checked, because sample numbers do not follow it.
 */
function taxId(value: string): Verdict {
  const number = digitsOf(value);
  const counts = Array.from(
    { length: 10 },
    (_, digit) => number.slice(0, 10).filter((other) => other === digit).length,
  );
  return /^[1-9]\d{10}$/.test(compact(value)) && Math.max(...counts) <= 3 && mod11And10(number);
}

/** §27a UStG. Not all issued numbers have a check digit, so a wrong digit proves nothing. */
function vatId(value: string): Verdict {
  const match = /^DE(\d{9})$/.exec(compact(value))?.[1];
  return match === undefined ? false : mod11And10(digitsOf(match)) ? true : null;
}

/** The letters in travel documents: no vowels, and no letters that look like other characters. */
const LETTERS = 'CFGHJ-NPRTV-Z';

/** PassG §4; ICAO Doc 9303. */
const passport = (value: string): Verdict =>
  new RegExp(`^[${LETTERS}0-9]{8}\\d$`, 'i').test(value) && icao9303(value.toUpperCase());

/** PAuswG §5. Before November 2010, the number consisted of T and eight digits, without a check digit. */
function idCard(value: string): Verdict {
  if (passport(value)) return true;
  return /^T\d{8}$/i.test(value) ? null : false;
}

const ordinal = (letter: string): string => String(letter.toUpperCase().charCodeAt(0) - 64).padStart(2, '0');

/** Returns the sum of all products' digits. */
const digitSums = (number: readonly number[], weights: readonly number[]): number =>
  number.reduce((sum, digit, index) => {
    const product = digit * (weights[index] ?? 0);
    return sum + Math.floor(product / 10) + (product % 10);
  }, 0);

/** VKVV §4: area, birthday (days 51 to 81 in the second series), first letter of the name, series, check digit. */
function socialSecurity(value: string): Verdict {
  const match = /^(\d{2}(\d{2})(\d{2})\d{2})([A-Z])(\d{2})(\d)$/i.exec(compact(value));
  if (!match) return false;
  const [, start = '', day, month, letter = '', series = '', check] = match;
  const isBirthday = (Number(day) % 50 || 99) <= 31 && Number(day) <= 81 && Number(month) >= 1 && Number(month) <= 12;
  const sum = digitSums(digitsOf(start + ordinal(letter) + series), [2, 1, 2, 5, 7, 1, 2, 1, 2, 1, 2, 1]);
  return isBirthday && sum % 10 === Number(check);
}

/** §290 SGB V, annex 1. */
function healthInsurance(value: string): Verdict {
  const match = /^([A-Z])(\d{8})(\d)$/i.exec(value);
  if (!match) return false;
  const [, letter = '', number = '', check] = match;
  return digitSums(digitsOf(ordinal(letter) + number), [1, 2, 1, 2, 1, 2, 1, 2, 1, 2]) % 10 === Number(check);
}

/** The KBV's directive under §75 (7) SGB V: six digits, check digit, two digits for the specialty. */
function physician(value: string): Verdict {
  const number = digitsOf(value);
  if (!/^\d{9}$/.test(compact(value)) || /^0+$/.test(value)) return false;
  return (10 - (weightedSum(number, [4, 9, 4, 9, 4, 9]) % 10)) % 10 === number[6];
}

/** The number has no check digit. */
const practice = (value: string): Verdict =>
  /^\d{9}$/.test(value.trim()) && value.trim() !== '000000000' ? null : false;

const PLATE_END = '\\d{1,4}[EH]?';

export const GERMANY = ofCountry('DE', [
  personal('DE_TAX_ID', 'Steueridentifikationsnummer', {
    texts: [spaced('\\d{2}\\s\\d{3}\\s\\d{3}\\s\\d{3}', 0.4)],
    words: [digits('[1-9]\\d{10}', 11, 0.3, 0.4)],
    judge: taxId,
    judgesForm: true,
    context: [
      'steuer-id',
      'steueridentifikationsnummer',
      'steuer-idnr',
      'steuerid',
      'idnr',
      'tax id',
      'tin',
      'finanzamt',
    ],
  }),
  personal('DE_TAX_NUMBER', 'Steuernummer', {
    texts: [spaced('\\d{3}/\\d{3}/\\d{5}', 0.4), spaced('\\d{2,3}/\\d{3,4}/\\d{4,5}', 0.2)],
    words: [digits('(?:0[1-9]|1[0-6])\\d{11}', 13, 0.1)],
    context: ['steuernummer', 'steuer-nr', 'steuer nr', 'st.-nr', 'st-nr', 'finanzamt', 'steuerbescheid'],
  }),
  onDemand('DE_VAT_ID', 'Umsatzsteuer-Identifikationsnummer', {
    texts: [spaced('DE[ .-]?\\d{3}[ .-]?\\d{3}[ .-]?\\d{3}', 0.5)],
    judge: vatId,
    judgesForm: true,
    context: ['ust-idnr', 'ust-id', 'ustidnr', 'umsatzsteuer-id', 'vat', 'vat-id', 'rechnung', 'invoice'],
  }),
  personal('DE_ID_CARD', 'Personalausweis number', {
    words: [code(`[${LETTERS}][${LETTERS}0-9]{7}\\d`, 9, 0.3, 0.6)],
    judge: idCard,
    judgesForm: true,
    context: [
      'personalausweis',
      'personalausweisnummer',
      'ausweis',
      'ausweisnummer',
      'dokumentennummer',
      'identity card',
    ],
  }),
  personal('DE_PASSPORT', 'Reisepass number', {
    words: [code(`[${LETTERS}][${LETTERS}0-9]{7}\\d`, 9, 0.3, 0.6)],
    judge: passport,
    judgesForm: true,
    context: ['reisepass', 'pass', 'passnummer', 'reisepassnummer', 'passport', 'pass-nr', 'dokumentennummer', 'mrz'],
  }),
  personal('DE_SOCIAL_SECURITY', 'Rentenversicherung number', {
    texts: [spaced('\\d{2} \\d{6} [A-Z] \\d{3}', 0.5)],
    words: [code('\\d{8}[A-Z]\\d{3}', 12, 0.5)],
    judge: socialSecurity,
    judgesForm: true,
    context: [
      'rentenversicherungsnummer',
      'sozialversicherungsnummer',
      'versicherungsnummer',
      'rvnr',
      'svnr',
      'sv-nummer',
    ],
  }),
  personal('DE_HEALTH_INSURANCE', 'Krankenversichertennummer', {
    words: [code('[A-Z]\\d{9}', 10, 0.3, 0.5)],
    judge: healthInsurance,
    judgesForm: true,
    context: [
      'krankenversicherungsnummer',
      'krankenversichertennummer',
      'versichertennummer',
      'kvnr',
      'krankenkasse',
      'egk',
    ],
  }),
  personal('DE_LANR', 'Physician number', {
    words: [digits('\\d{9}', 9, 0.1, 0.4)],
    judge: physician,
    judgesForm: true,
    context: ['lanr', 'arztnummer', 'arzt-nr', 'arzt-nummer', 'physician number', 'arzt'],
  }),
  personal('DE_BSNR', 'Medical practice number', {
    words: [digits('\\d{9}', 9, 0.1)],
    judge: practice,
    judgesForm: true,
    context: ['betriebsstättennummer', 'bsnr', 'betriebsstätte', 'praxisnummer', 'kv-nummer'],
  }),
  personal('DE_FUEHRERSCHEIN', 'Führerschein number', {
    words: [code('[A-Z][A-Z0-9]\\d{8}[A-Z0-9]', 11, 0.35)],
    context: ['führerschein', 'führerscheinnummer', 'fahrerlaubnis', 'driving licence', "driver's license", 'fev'],
  }),
  onDemand('DE_HANDELSREGISTER', 'Handelsregister number', {
    texts: [spaced('HR[AB]\\s{0,4}\\d{1,6}', 0.5)],
    context: ['handelsregister', 'amtsgericht', 'registergericht', 'registerauszug', 'gmbh'],
  }),
  onDemand('DE_KFZ', 'Number plate', {
    texts: [spaced(`[A-ZÄÖÜ]{1,3}(?:\\s[A-Z]{1,2}\\s|-[A-Z]{1,2}[-\\s])${PLATE_END}`, 0.3)],
    context: ['kennzeichen', 'nummernschild', 'zulassung', 'kfz', 'fahrzeug', 'auto', 'pkw', 'lkw'],
  }),
  onDemand('DE_PLZ', 'Postal code; any five digits', {
    words: [digits('(?:0[1-9]|[1-9]\\d)\\d{3}', 5, 0.05)],
    context: [
      'plz',
      'postleitzahl',
      'postanschrift',
      'adresse',
      'wohnort',
      'ort',
      'straße',
      'strasse',
      'postfach',
      'stadt',
    ],
  }),
]);
