/** A string that is already HTML. Only {@link html} creates it from values that are not our constants. */
export class Html {
  constructor(readonly text: string) {}
}

/** A value in a template: strings and numbers are escaped, HTML is inserted as is, and `false` and `null` are omitted. */
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
 * Creates HTML from a template, escaped by default, for text and for quoted attribute values; an unquoted attribute is not safe. A caller's
 * value must never become part of a tag name, an event handler, a style or a script.
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
