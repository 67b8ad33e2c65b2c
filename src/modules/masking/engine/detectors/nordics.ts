import { isDay } from '../checksums/calendar';
import { digitsOf } from '../checksums/digits';
import { luhn } from '../checksums/check-digits';
import { touching, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

const CENTURY_OF_SIGN = new Map([
  ['+', 1800],
  ...[...'-YXWVU'].map((sign): [string, number] => [sign, 1900]),
  ...[...'ABCDEF'].map((sign): [string, number] => [sign, 2000]),
]);
const CONTROL_CHARACTERS = '0123456789ABCDEFHJKLMNPRSTUVWXY';

/** Decree 128/2010 of the Population Register Centre, with the century signs of decree 690/2022. */
function finnish(value: string): Verdict {
  const text = value.toUpperCase();
  const [day, month, year] = [text.slice(0, 2), text.slice(2, 4), text.slice(4, 6)].map(Number);
  const century = CENTURY_OF_SIGN.get(text.charAt(6));
  if (century === undefined || !isDay(century + (year ?? 0), month ?? 0, day ?? 0)) return false;
  const number = Number(text.slice(0, 6) + text.slice(7, 10));
  return CONTROL_CHARACTERS.charAt(number % 31) === text.charAt(10);
}

/** Folkbokföringslag §18: birthday (days 61 to 91 for a coordination number), Luhn over the last ten digits. */
function swedish(value: string): Verdict {
  const number = digitsOf(value).slice(-10);
  const [month, day] = [number.slice(2, 4), number.slice(4, 6)].map((pair) => Number(pair.join('')));
  const dayOfMonth = (day ?? 0) > 60 ? (day ?? 0) - 60 : (day ?? 0);
  return (month ?? 0) >= 1 && (month ?? 0) <= 12 && dayOfMonth >= 1 && dayOfMonth <= 31 && luhn(number);
}

/** The third digit is 2 or more, so that the number cannot contain a birthday. */
function organisation(value: string): Verdict {
  const number = digitsOf(value);
  return (number[2] ?? 0) >= 2 && luhn(number);
}

export const NORDICS = [
  ...ofCountry('FI', [
    personal('FI_PERSONAL_IDENTITY_CODE', 'Henkilötunnus', {
      texts: [
        {
          ...touching('\\d{6}[-+A-FU-Y]\\d{3}[0-9A-FHJ-NPR-Y]', 0.5),
          text: /(?<!\d)\d{6}[-+A-FU-Y]\d{3}[\dA-FHJ-NPR-Y](?![\dA-Z])/gi,
        },
      ],
      judge: finnish,
      context: ['hetu', 'henkilötunnus', 'personbeteckning', 'personal identity code'],
    }),
  ]),
  ...ofCountry('SE', [
    personal('SE_PERSONNUMMER', 'Personnummer or samordningsnummer', {
      texts: [touching('(?:\\d{2})?\\d{6}[-+]\\d{4}', 0.5), touching('(?:\\d{2})?\\d{10}', 0.1, 0.6)],
      judge: swedish,
      context: ['personnummer', 'svensk id', 'personal identity number', 'samordningsnummer'],
    }),
    onDemand('SE_ORGANISATIONSNUMMER', 'Organisationsnummer', {
      texts: [touching('\\d{6}-\\d{4}', 0.6), touching('\\d{10}', 0.2, 0.4)],
      judge: organisation,
      context: ['organisationsnummer', 'orgnr', 'org nr', 'företagsnummer'],
    }),
  ]),
];
