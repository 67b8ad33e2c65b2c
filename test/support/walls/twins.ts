import { randomInt } from 'node:crypto';
import { newUlid } from '../../../src/kernel/ids/ids';
import { literalPattern } from '../literal-pattern';

const ID = /^[a-z]{2,4}-[0-9a-hjkmnp-tv-z]{26}$/;
/** The number of random characters in a ULID. They come after the ULID's time, by which lists are ordered. */
const RANDOM_CHARS = 16;

/** Twins of a tenant's names: for each name, a nonexistent one of the same form. */
export class Twins {
  private readonly twins = new Map<string, string>();
  private pattern = /$^/g;
  private readonly twinPattern: RegExp;

  constructor(names: Iterable<string>) {
    for (const name of names)
      if (!this.twins.has(name)) this.twins.set(name, ID.test(name) ? twinOfId(name) : other(name));
    // The longest names come first, because one name can be part of another.
    const longest = [...this.twins.keys()].sort((a, b) => b.length - a.length);
    this.pattern = anyOf(longest);
    this.twinPattern = anyOf(longest.map((name) => this.of(name)));
  }

  /** Adds cursors. Cursors are opaque and can contain names. A cursor without names does not need a twin. */
  addCursors(cursors: readonly string[]): void {
    for (const cursor of cursors) {
      const inside = Buffer.from(cursor, 'base64url').toString();
      const twin = this.of(inside);
      this.twins.set(cursor, twin === inside ? cursor : Buffer.from(twin).toString('base64url'));
    }
    this.pattern = new RegExp([anyOf(cursors).source, this.pattern.source].join('|'), 'g');
  }

  /** Returns a string with each name replaced by its twin. */
  of(text: string): string {
    return text.replaceAll(this.pattern, (name) => this.twins.get(name) ?? name);
  }

  /** Returns a string without names or twins. */
  blank(text: string): string {
    return this.of(text).replaceAll(this.twinPattern, '…');
  }

  /** Returns whether a string contains a name. */
  isIn(text: string): boolean {
    return this.of(text) !== text;
  }
}

function twinOfId(id: string): string {
  return id.slice(0, -RANDOM_CHARS) + newUlid().slice(-RANDOM_CHARS);
}

/** Returns a name of the same length and with the same kinds of characters. Keeps the beginning of the name, by which lists are ordered. */
function other(name: string): string {
  const at = name.search(/[0-9a-z]{8}(?![0-9a-z]{8})/i);
  if (at < 0) throw new Error(`There is no twin of ${name}.`);
  const part = name
    .slice(at, at + 8)
    .replaceAll(/./g, (character) => randomOf(KINDS.find((kind) => kind.includes(character)) ?? '-'));
  return name.slice(0, at) + part + name.slice(at + 8);
}

const KINDS = ['0123456789', 'abcdefghijklmnopqrstuvwxyz', 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];

const randomOf = (characters: string): string => characters.charAt(randomInt(characters.length));

const anyOf = (texts: readonly string[]): RegExp => new RegExp(texts.map(literalPattern).join('|') || '$^', 'g');
