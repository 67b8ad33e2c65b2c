const textMember = (data: object, name: string): string => {
  const value: unknown = Object.getOwnPropertyDescriptor(data, name)?.value;
  return typeof value === 'string' ? value.trim() : '';
};

const isMap = (data: unknown): data is object => typeof data === 'object' && data !== null && !Array.isArray(data);

const WRONG_TYPE = 'invalid value type, must be string or map';

interface Author {
  readonly name?: string;
  readonly email?: string;
}

/**
 * Parses an author: a map, or a string whose last word can be an address in angle brackets. Returns an error as a string (OPA
 * `parseAuthor`).
 */
export const parseAuthor = (data: unknown): Author | string => {
  if (typeof data === 'string') {
    return parseAuthorText(data);
  }
  if (!isMap(data)) {
    return WRONG_TYPE;
  }
  const name = textMember(data, 'name');
  const email = textMember(data, 'email');
  return name === '' && email === '' ? "'name' and/or 'email' values required in object" : filled(name, email);
};

const parseAuthorText = (text: string): Author | string => {
  const words = text.split(/\s/u).filter((word) => word !== '');
  const last = words.at(-1);
  if (last === undefined) {
    return 'author is an empty string';
  }
  const hasAddress = last.length >= 2 && last.startsWith('<') && last.endsWith('>');
  return filled(words.slice(0, hasAddress ? -1 : undefined).join(' '), hasAddress ? last.slice(1, -1) : '');
};

const filled = (name: string, email: string): Author => ({
  ...(name === '' ? {} : { name }),
  ...(email === '' ? {} : { email }),
});

/** Parses a link: a string, or a map with `ref` and `description`. Returns an error as a string (OPA `parseRelatedResource`). */
export const parseRelatedResource = (data: unknown): { ref: string; description?: string } | string => {
  if (typeof data === 'string') {
    return data === '' ? 'ref URL may not be empty string' : { ref: data };
  }
  if (!isMap(data)) {
    return WRONG_TYPE;
  }
  const ref = textMember(data, 'ref');
  const description = textMember(data, 'description');
  if (ref === '') {
    return "'ref' value required in object";
  }
  return description === '' ? { ref } : { ref, description };
};
