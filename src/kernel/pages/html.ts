/** Text that is HTML already. Only {@link html} makes it from anything that is not a constant of ours. */
export class Html {
  constructor(readonly text: string) {}
}

/** What a template takes: texts and numbers are escaped, HTML goes in as it is, `false` and `null` leave nothing. */
export type HtmlValue = Html | string | number | false | null | readonly HtmlValue[];

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

/**
 * A template that escapes by default, for text and for attribute values in quotes; an attribute without quotes is not
 * safe. Nothing of a caller may go into a tag's name, an event handler, a style or a script: there are none of these.
 */
export function html(strings: TemplateStringsArray, ...values: readonly HtmlValue[]): Html {
  return new Html(strings.reduce((text, part, index) => text + textOf(values[index - 1] ?? null) + part));
}

function textOf(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (value instanceof Html) return value.text;
  if (typeof value === 'object') return value.map(textOf).join('');
  return String(value).replace(/[&<>"'`]/g, (character) => ENTITIES[character] ?? '');
}
