import { demand } from './saml-fault';

/** Limits on a document, far above what any assertion needs. The cost of parsing and canonicalization grows with their product. */
export const XML_LIMITS = {
  elements: 5_000,
  depth: 64,
  /** Attributes and namespace declarations of all elements. */
  attributes: 10_000,
  /** Attributes and namespace declarations of one element. */
  attributesOfElement: 64,
  /** Declarations on an element and all its ancestors. */
  namespacesInScope: 64,
  /** Canonicalization repeats the name of a namespace wherever its prefix is used. */
  namespaceNameChars: 256,
  attributeValueChars: 4_096,
} as const;

const OPEN = /<([^ \t\r\n<>"'/=]+)/y;
const ATTRIBUTE = /[ \t\r\n]+([^ \t\r\n<>"'/=]+)[ \t\r\n]*=[ \t\r\n]*(?:"([^"<]*)"|'([^'<]*)')/y;
const OPEN_END = /[ \t\r\n]*(\/?)>/y;
const CLOSE = /<\/([^ \t\r\n<>"'/=]+)[ \t\r\n]*>/y;
const BLANK = /^[ \t\r\n]*$/;
/** Characters that XML forbids (XML 1.0 §2.2), and U+0080, which the parser treats as a space. */

const NO_CHARACTER = /[\0-\x08\v\f\x0E-\x1F\x80\uFFFE\uFFFF]/;

interface OpenElement {
  readonly name: string;
  /** Number of namespace declarations in the scope of the element. */
  readonly namespaces: number;
}

/**
 * Checks the size and the tags of a document in one linear pass, before a parser builds a tree. The document contains neither `<!` nor
 * `<?`, so each `<` begins a tag. Tags must follow the grammar of XML strictly, so that the parser finds no other tags. Errors:
 * `too_large`, `malformed`.
 */
export function measureXml(xml: string): void {
  demand(!NO_CHARACTER.test(xml), 'malformed');
  const open: OpenElement[] = [];
  const counted = { elements: 0, attributes: 0 };
  let at = 0;
  do {
    at = xml.indexOf('<', at);
    demand(at !== -1, 'malformed');
    if (xml[at + 1] === '/') {
      const [all, name] = match(CLOSE, xml, at);
      demand(open.pop()?.name === name, 'malformed');
      at += all.length;
    } else at = readStart(xml, at, open, counted);
  } while (open.length > 0);
  demand(BLANK.test(xml.slice(at)), 'malformed');
}

/** Returns the position after a start tag. Adds the element to `open` unless the tag is self-closing. */
function readStart(
  xml: string,
  start: number,
  open: OpenElement[],
  counted: { elements: number; attributes: number },
): number {
  const [begin, name = ''] = match(OPEN, xml, start);
  demand(++counted.elements <= XML_LIMITS.elements && open.length < XML_LIMITS.depth, 'too_large');
  let at = start + begin.length;
  let attributes = 0;
  let namespaces = open.at(-1)?.namespaces ?? 0;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const found = ATTRIBUTE.exec(xml);
    if (found === null) break;
    const [all, attribute = '', double, single] = found;
    const { length } = double ?? single ?? '';
    const isNamespace = attribute === 'xmlns' || attribute.startsWith('xmlns:');
    if (isNamespace) namespaces++;
    attributes++;
    counted.attributes++;
    demand(length <= (isNamespace ? XML_LIMITS.namespaceNameChars : XML_LIMITS.attributeValueChars), 'too_large');
    demand(attributes <= XML_LIMITS.attributesOfElement, 'too_large');
    demand(namespaces <= XML_LIMITS.namespacesInScope, 'too_large');
    demand(counted.attributes <= XML_LIMITS.attributes, 'too_large');
    at += all.length;
  }
  const [end, closes] = match(OPEN_END, xml, at);
  if (closes === '') open.push({ name, namespaces });
  return at + end.length;
}

/** Matches a pattern at a position. Errors: `malformed`. */
function match(pattern: RegExp, xml: string, at: number): RegExpExecArray {
  pattern.lastIndex = at;
  const found = pattern.exec(xml);
  demand(found !== null, 'malformed');
  return found;
}
