import { Buffer } from 'buffer';
/** The parts of a URL that a signature covers, as Go's `net/url` gives them. */
export interface RequestUrl {
  readonly host: string;
  /** As it was written when its escapes are valid, else escaped anew. */
  readonly path: string;
  readonly query: string;
}

const URL_SHAPE = /^(?:[A-Za-z][A-Za-z0-9+.-]*:)?(?:\/\/([^/?#]*))?([^?#]*)(?:\?([^#]*))?/;
const VALID_PATH = /^(?:[A-Za-z0-9\-_.~$&+,/:;=@!'()*[\]]|%[0-9A-Fa-f]{2})*$/;
const UNESCAPED = /^[A-Za-z0-9\-_.~$&+,/:;=@]$/;

/** Unlike the WHATWG parser it changes nothing: no path is not `/`, and the host keeps its case. */
export function parseRequestUrl(url: string): RequestUrl {
  const [, authority = '', path = '', query = ''] = URL_SHAPE.exec(url) ?? [];
  return { host: authority.slice(authority.lastIndexOf('@') + 1), path: escapePath(path), query };
}

function escapePath(path: string): string {
  return VALID_PATH.test(path) ? path : Array.from(path, escapeCharacter).join('');
}

function escapeCharacter(character: string): string {
  if (UNESCAPED.test(character)) {
    return character;
  }
  return [...Buffer.from(character)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
}
