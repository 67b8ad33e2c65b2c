import { de } from './de';
import { en } from './en';
import type { Language, Translations } from './translations';

const TRANSLATIONS: Readonly<Record<Language, Translations>> = { en, de };

/** The languages of the pages. */
export const LANGUAGES: readonly Language[] = ['en', 'de'];

/** Returns the name of a language in that language. */
export function languageName(language: Language): string {
  return new Intl.DisplayNames(language, { type: 'language' }).of(language) ?? language;
}

/**
 * Returns the language of a page: the first language in `ui_locales` that has a translation (OpenID Connect Core 1.0 §3.1.2.1), otherwise
 * the language that the browser prefers most (RFC 9110 §12.5.4), otherwise English. Ignores regions: `de-AT` means German.
 */
export function chooseLanguage(uiLocales: readonly string[], acceptLanguage: string | undefined): Language {
  return [...uiLocales, ...accepted(acceptLanguage ?? '')].map(known).find((language) => language !== null) ?? 'en';
}

export function translationsOf(language: Language): Translations {
  return TRANSLATIONS[language];
}

/** Returns a waiting time, rounded up: `45 seconds`, `2 minutes`. */
export function waitText(language: Language, seconds: number): string {
  const isShort = seconds < 60;
  return new Intl.NumberFormat(language, {
    style: 'unit',
    unit: isShort ? 'second' : 'minute',
    unitDisplay: 'long',
  }).format(isShort ? Math.max(1, Math.ceil(seconds)) : Math.ceil(seconds / 60));
}

/** Returns the languages that the browser accepts, most preferred first; `q=0` excludes a language. */
function accepted(header: string): readonly string[] {
  return header
    .split(',')
    .map((item) => {
      const [tag = '', ...parameters] = item.split(';').map((part) => part.trim());
      const weight = parameters.find((parameter) => /^q=/i.test(parameter));
      return { tag, weight: weight === undefined ? 1 : Number(weight.slice(2)) };
    })
    .filter(({ weight }) => weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .map(({ tag }) => tag);
}

function known(tag: string): Language | null {
  const primary = tag.toLowerCase().split(/[-_]/, 1)[0];
  return primary === 'en' || primary === 'de' ? primary : null;
}
