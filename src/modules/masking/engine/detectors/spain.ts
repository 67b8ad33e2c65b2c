import { compact } from '../checksums/digits';
import { code, spaced, type Verdict } from '../detector';
import { ofCountry, personal } from './entity';

/** The letter for each value of the number modulo 23; Real Decreto 1553/2005. */
const LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';
const hasLetter = (number: string, letter: string): boolean => LETTERS.charAt(Number(number) % 23) === letter;

function nif(value: string): Verdict {
  const text = compact(value);
  return hasLetter(text.slice(0, -1), text.slice(-1));
}

/** X, Y and Z count as 0, 1 and 2. */
function nie(value: string): Verdict {
  const text = compact(value);
  return hasLetter(`${'XYZ'.indexOf(text.charAt(0))}${text.slice(1, -1)}`, text.slice(-1));
}

export const SPAIN = ofCountry('ES', [
  personal('ES_NIF', 'Número de identificación fiscal', {
    texts: [spaced('\\d{7,8}-?[A-Z]', 0.5, 0.85)],
    judge: nif,
    context: ['documento nacional de identidad', 'dni', 'nif', 'identificación'],
  }),
  personal('ES_NIE', 'Número de identidad de extranjero', {
    texts: [spaced('[XYZ]-?\\d{7,8}-?[A-Z]', 0.5)],
    judge: nie,
    context: ['número de identificación de extranjero', 'nie', 'extranjero'],
  }),
  personal('ES_PASSPORT', 'Passport number', {
    words: [code('[A-Z]{3}\\d{6}[A-Z]?', [9, 10], 0.1), code('[A-Z]{2}\\d{6}', 8, 0.05)],
    context: ['pasaporte', 'passport'],
  }),
]);
