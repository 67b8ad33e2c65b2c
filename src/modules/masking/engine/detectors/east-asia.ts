import { digitsOf, weightedSum } from '../checksums/digits';
import { code, digits, spaced, touching, type Verdict } from '../detector';
import { ofCountry, onDemand, personal } from './entity';

const RRN_WEIGHTS = [2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5];
const BIRTHDAY = '\\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])';

/** Since October 2020, the last digits are random, so a wrong check digit proves nothing. `from` is 11, or 13 for foreigners. */
function residentOf(from: 11 | 13): (value: string) => Verdict {
  return (value) => {
    const number = digitsOf(value);
    const area = (number[7] ?? 0) * 10 + (number[8] ?? 0);
    return area <= 95 && (from - (weightedSum(number, RRN_WEIGHTS) % 11)) % 10 === number[12] ? true : null;
  };
}

/** National Tax Service: weights 1, 3, 7; the tens digit of the ninth digit times 5 is also added. */
function business(value: string): Verdict {
  const number = digitsOf(value);
  const sum = weightedSum(number, [1, 3, 7, 1, 3, 7, 1, 3, 5]) + Math.floor(((number[8] ?? 0) * 5) / 10);
  return (10 - (sum % 10)) % 10 === number[9];
}

/** The area, such as 11 for Seoul. */
const drivingLicence = (value: string): Verdict => (/^(?:1[1-9]|2[0-68])/.test(value) ? true : null);

/** The letters in Taiwan's national identity numbers, in the order of their values from 10; the order is historical. */
const TAIWAN_LETTERS = 'ABCDEFGHJKLMNPQRSTUVXYWZIO';

function taiwanese(value: string): Verdict {
  const letter = TAIWAN_LETTERS.indexOf(value.charAt(0).toUpperCase()) + 10;
  const number = [Math.floor(letter / 10), letter % 10, ...digitsOf(value.slice(1))];
  return weightedSum(number, [1, 9, 8, 7, 6, 5, 4, 3, 2, 1, 1]) % 10 === 0;
}

export const EAST_ASIA = [
  ...ofCountry('KR', [
    personal('KR_RRN', 'Resident registration number', {
      texts: [touching(`${BIRTHDAY}-[1-4]\\d{6}`, 0.5), touching(`${BIRTHDAY}[1-4]\\d{6}`, 0.3, 0.6)],
      judge: residentOf(11),
      context: ['resident registration number', 'rrn', 'rrn#', '주민등록번호'],
    }),
    personal('KR_FRN', 'Foreigner registration number', {
      texts: [touching(`${BIRTHDAY}-[5-8]\\d{6}`, 0.5), touching(`${BIRTHDAY}[5-8]\\d{6}`, 0.3, 0.6)],
      judge: residentOf(13),
      context: ['foreigner registration number', 'frn', '외국인등록번호', '외국인번호'],
    }),
    personal('KR_DRIVER_LICENSE', 'Driving license number', {
      texts: [touching('\\d{2}[- ]\\d{2}[- ]\\d{6}[- ]\\d{2}', 0.05, 0.6), touching('\\d{12}', 0.05, 0.3)],
      judge: drivingLicence,
      context: ['운전면허', '운전면허번호', '면허번호', 'korean driver license', "korean driver's license"],
    }),
    personal('KR_PASSPORT', 'Passport number', {
      words: [code('[MSROD]\\d{3}[A-Z]\\d{4}', 9, 0.1), code('[MSROD]\\d{8}', 9, 0.05)],
      context: ['korean passport', '여권', 'passport'],
    }),
    onDemand('KR_BRN', 'Business registration number', {
      texts: [touching('\\d{3}-\\d{2}-\\d{5}', 0.1, 0.85), touching('\\d{10}', 0.05, 0.4)],
      judge: business,
      context: ['사업자등록번호', '사업자번호', '사업자', 'brn', 'business registration number'],
    }),
  ]),
  ...ofCountry('TW', [
    personal('TW_NATIONAL_ID', 'National identity number', {
      words: [code('[A-Z][1289]\\d{8}', 10, 0.3, 0.6)],
      judge: taiwanese,
      context: ['身分證', '身份證', '國民身分證', 'national id', 'id number'],
    }),
  ]),
  ...ofCountry('CN', [
    personal('CN_RESIDENT_ID', 'Resident identity number', {
      words: [
        digits(`[1-9]\\d{5}(?:19|20)${BIRTHDAY}\\d{4}`, 18, 0.5),
        code(`[1-9]\\d{5}(?:19|20)${BIRTHDAY}\\d{3}X`, 18, 0.5),
      ],
      judge: chinese,
      context: ['身份证', '公民身份号码', 'resident identity', 'id number'],
    }),
  ]),
  ...ofCountry('JP', [
    personal('JP_MY_NUMBER', 'Individual number', {
      texts: [spaced('\\d{4}[- ]\\d{4}[- ]\\d{4}', 0.1, 0.5)],
      words: [digits('\\d{12}', 12, 0.01, 0.3)],
      judge: japanese,
      context: ['マイナンバー', '個人番号', 'my number', 'individual number'],
    }),
  ]),
];

/** GB 11643-1999, with ISO 7064 MOD 11-2. */
function chinese(value: string): Verdict {
  const sum = weightedSum(digitsOf(value.slice(0, 17)), [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]);
  return '10X98765432'.charAt(sum % 11) === value.charAt(17).toUpperCase();
}

/** Ordinance 85/2014 of the Ministry of Internal Affairs, article 5. */
function japanese(value: string): Verdict {
  const number = digitsOf(value);
  const rest = weightedSum(number, [6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11;
  return (rest <= 1 ? 0 : 11 - rest) === number[11];
}
