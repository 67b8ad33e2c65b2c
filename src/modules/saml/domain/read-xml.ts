import { lazily } from '../../../kernel/loading/lazily';
import { measureXml } from './measure-xml';
import { demand, SamlFault } from './saml-fault';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- loaded with the first assertion
const xmldom = lazily(() => require('@xmldom/xmldom') as typeof import('@xmldom/xmldom'));

export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

/** Maximum length of a presented assertion. */
export const MAX_BASE64_CHARS = 256 * 1024;
const ELEMENT = 1;
const TEXT = 3;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
/**
 * The XML declaration, in its only valid position. All other markup that begins with `<!` or `<?` (document types, comments, CDATA,
 * processing instructions) is forbidden.
 */
const DECLARATION = /^\uFEFF?<\?xml\s[^?<>]*\?>/;
const FORBIDDEN = /<[!?]/;
/** Characters that XML forbids. A reference such as `&#0;` can still name them. */

const NO_TEXT = /[\0-\x08\v\f\x0E-\x1F\uFFFE\uFFFF]|\p{Surrogate}/u;

/** Decodes a presented assertion. Errors: `too_large`, `malformed`, `forbidden_markup`. */
export function decodeAssertion(base64: string): string {
  demand(base64.length <= MAX_BASE64_CHARS, 'too_large');
  // Removing spaces first keeps the pattern linear: a pattern that allows spaces in both parts backtracks quadratically.
  const compact = base64.replace(/\s+/g, '');
  demand(BASE64.test(compact), 'malformed');
  let xml: string;
  try {
    xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(compact, 'base64'));
  } catch {
    throw new SamlFault('malformed');
  }
  const body = xml.replace(DECLARATION, '').trim();
  demand(body.startsWith('<') && body.endsWith('>'), 'malformed');
  // Since no entity can be declared, no entity is expanded. No parser can find a comment that splits a name (CVE-2018-0489).
  demand(!FORBIDDEN.test(body), 'forbidden_markup');
  return body;
}

/** Returns the root of a document that is well-formed and no larger than an assertion can be. Errors: `malformed`, `too_large`. */
export function parseXml(xml: string): Element {
  const refuse = (): never => {
    throw new SamlFault('malformed');
  };
  measureXml(xml);
  const { DOMParser } = xmldom();
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  let root: Element | null;
  try {
    root = parser.parseFromString(xml, 'text/xml').documentElement;
  } catch {
    throw new SamlFault('malformed');
  }
  demand(root !== null, 'malformed');
  return root;
}

export function childElements(parent: Element): Element[] {
  const children: Element[] = [];
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    // Node types are identified by number, because the parser's nodes have their own classes.
    if (node.nodeType === ELEMENT) children.push(node as Element);
  }
  return children;
}

export function is(element: Element, namespace: string, name: string): boolean {
  return element.namespaceURI === namespace && element.localName === name;
}

export function children(parent: Element, namespace: string, name: string): Element[] {
  return childElements(parent).filter((child) => is(child, namespace, name));
}

/** Yields the root and every element below it. */
export function* descendants(root: Element): Generator<Element> {
  yield root;
  for (const child of childElements(root)) yield* descendants(child);
}

/** Returns the text of an element that contains only text, untrimmed. Errors: `malformed`. */
export function textOf(element: Element): string {
  let text = '';
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    demand(node.nodeType === TEXT, 'malformed');
    text += node.nodeValue ?? '';
  }
  demand(!NO_TEXT.test(text), 'malformed');
  return text;
}

/** Returns the URI in an element without the XML white space around it (XML Schema part 2 §3.2.17). */
export function uriOf(element: Element): string {
  return textOf(element)
    .replace(/^[ \t\r\n]+/, '')
    .replace(/(?<![ \t\r\n])[ \t\r\n]+$/, '');
}
