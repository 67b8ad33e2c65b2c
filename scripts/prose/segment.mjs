/** The character that replaces code, a URL or a value in prose. A run of this character counts as one word. */
export const HIDDEN = '\uE000';

/** The character that replaces an escape character, so that offsets stay the same. It is neither a letter nor white space. */
const FILLER = '\u200B';

/**
 * A piece of text that people read: a paragraph, a comment, a string or a name. The rules check `text`, in which code is
 * hidden. Reports show `raw`, which has the same length. Both can come from several positions in a file.
 */
export class Segment {
  raw = '';
  text = '';
  /** Pairs of an offset in `raw` and the offset in the file that it comes from. */
  #places = [];

  /**
   * @param kind one of `paragraph`, `cell`, `heading`, `docstring`, `comment`, `string`, `title` (of a test), `name`
   * @param details facts that some rules need, such as `isText` of a name
   */
  constructor(kind, details = {}) {
    this.kind = kind;
    this.details = details;
  }

  /** Appends text that starts at this offset of the file, after a space if there is text already. */
  add(raw, start, text = raw) {
    if (this.raw !== '') this.join();
    return this.append(raw, start, text);
  }

  /** Appends text without a space in between. */
  append(raw, start, text = raw) {
    this.#places.push([this.raw.length, start]);
    this.raw += raw;
    this.text += text;
    return this;
  }

  join() {
    this.raw += ' ';
    this.text += ' ';
  }

  /** Converts an offset in the text to an offset in the file. */
  offsetInFile(offset) {
    const [from, start] = this.#places.findLast(([from]) => from <= offset) ?? this.#places[0];
    return start + offset - from;
  }
}

/** Replaces a part with marks of the same length. */
const hide = (part) => HIDDEN.repeat(part.length);
const blank = (part) => part.replace(/\S/g, ' ');

/** Hides code spans, URLs and links to symbols in prose. */
export const hideCode = (text) =>
  text
    .replace(/(?<!`)(`+)(?!`)[^]*?[^`]\1(?!`)/g, hide)
    .replace(/\{@link[^}]*\}/g, hide)
    .replace(/\bhttps?:\/\/[^\s)>\]"']+/g, hide);

/** Hides code spans, URLs, the targets of links, HTML tags and HTML comments in Markdown. */
export const hideMarkup = (text) =>
  hideCode(text)
    .replace(/\]\([^)]*\)/g, (part) => `]${blank(part.slice(1))}`)
    .replace(/\]\[[^\]]*\]/g, (part) => `]${blank(part.slice(1))}`)
    .replace(/<!--[^]*?-->/g, blank)
    .replace(/<\/?[a-z][^<>]*>/gi, blank);

/** Replaces the escape sequences in a string literal with characters that keep its length. */
export const unescape = (source) =>
  source
    .replace(/\\[nrt]/g, '  ')
    .replace(/\\(?:u\{[0-9a-f]+\}|u[0-9a-f]{4}|x[0-9a-f]{2})/gi, hide)
    .replace(/\\([^])/g, `${FILLER}$1`);
