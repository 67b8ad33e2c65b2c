import { de } from './de';
import { en } from './en';
import { chooseLanguage, waitText } from './language';

describe('the language of a page', () => {
  it.each([
    [['de'], 'en', 'de'],
    [['fr', 'en-GB'], 'de', 'en'],
    [['fr'], 'de', 'de'],
    [[], 'de-AT, en;q=0.9', 'de'],
    [[], 'fr, en;q=0.3, de;q=0.7', 'de'],
    [[], 'de;q=0, en;q=0.1', 'en'],
    [[], 'de_DE', 'de'],
    [[], 'den', 'en'],
    [[], '*;q=x,,;', 'en'],
    [[], undefined, 'en'],
  ] as const)('for %j and %s is %s', (uiLocales, header, language) => {
    expect(chooseLanguage(uiLocales, header)).toBe(language);
  });

  it.each([
    ['en', 0, '1 second'],
    ['en', 59.2, '60 seconds'],
    ['en', 61, '2 minutes'],
    ['de', 60, '1 Minute'],
    ['de', 3600, '60 Minuten'],
  ] as const)('determines the text of a duration: in %s, %d seconds is "%s"', (language, seconds, text) => {
    expect(waitText(language, seconds)).toBe(text);
  });

  it('has every string in every language, without untranslated duplicates', () => {
    const texts = (words: object): readonly [string, string][] =>
      Object.entries(words).flatMap(([name, value]: [string, unknown]) => {
        if (typeof value === 'object' && value !== null) {
          return texts(value).map(([inner, text]): [string, string] => [`${name}.${inner}`, text]);
        }
        const text = typeof value === 'function' ? String((value as (...args: string[]) => string)('A', 'B')) : value;
        return [[name, String(text)]];
      });
    const [english, german] = [new Map(texts(en)), new Map(texts(de))];
    expect([...german.keys()]).toEqual([...english.keys()]);
    expect([...german].filter(([name, text]) => text === '' || text === english.get(name))).toEqual([]);
  });
});
