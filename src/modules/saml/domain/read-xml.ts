import { lazily } from '../../../kernel/loading/lazily';
import { demand, SamlFault } from './saml-fault';

// eslint-disable-next-line @typescript-eslint/no-require-imports -- with the first assertion
const xmldom = lazily(() => require('@xmldom/xmldom') as typeof import('@xmldom/xmldom'));

export const SAML = 'urn:oasis:names:tc:SAML:2.0:assertion';
export const SAMLP = 'urn:oasis:names:tc:SAML:2.0:protocol';
export const DSIG = 'http://www.w3.org/2000/09/xmldsig#';

const MAX_BASE64_CHARS = 256 * 1024;
const MAX_ELEMENTS = 5_000;
const MAX_DEPTH = 64;
const ELEMENT = 1;
const TEXT = 3;
const BASE64 = /^[A-Za-z0-9+/\s]+={0,2}\s*$/;
/** Everything that begins with `<!` or `<?`, but the XML declaration in its place: document types, comments, CDATA, instructions. */
const DECLARATION = /^\uFEFF?<\?xml\s[^?<>]*\?>/;
const FORBIDDEN = /<[!?]/;

/** The text of what is shown. Errors: `too_large`, `malformed`, `forbidden_markup`. */
export function decodeAssertion(base64: string): string {
  demand(base64.length <= MAX_BASE64_CHARS, 'too_large');
  demand(BASE64.test(base64), 'malformed');
  let xml: string;
  try {
    xml = new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(base64, 'base64'));
  } catch {
    throw new SamlFault('malformed');
  }
  const body = xml.replace(DECLARATION, '').trim();
  demand(body.startsWith('<') && body.endsWith('>'), 'malformed');
  // No entity is ever declared, so none expands; a comment cannot cut a name in two, for whichever parser (CVE-2018-0489).
  demand(!FORBIDDEN.test(body), 'forbidden_markup');
  return body;
}

/** The root of a document that is well-formed and no larger than an assertion can be. Errors: `malformed`, `too_large`. */
export function parseXml(xml: string): Element {
  const refuse = (): never => {
    throw new SamlFault('malformed');
  };
  const { DOMParser } = xmldom();
  const parser = new DOMParser({ errorHandler: { warning: refuse, error: refuse, fatalError: refuse } });
  let root: Element | null;
  try {
    root = parser.parseFromString(xml, 'text/xml').documentElement;
  } catch {
    throw new SamlFault('malformed');
  }
  demand(root !== null, 'malformed');
  measure(root, { elements: 0 }, 1);
  return root;
}

function measure(element: Element, count: { elements: number }, depth: number): void {
  count.elements++;
  demand(depth <= MAX_DEPTH && count.elements <= MAX_ELEMENTS, 'too_large');
  for (const child of childElements(element)) measure(child, count, depth + 1);
}

export function childElements(parent: Element): Element[] {
  const children: Element[] = [];
  for (let node = parent.firstChild; node !== null; node = node.nextSibling) {
    // Told by the number: the parser's nodes are of classes of its own.
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

/** Every element below, and the root itself. */
export function* descendants(root: Element): Generator<Element> {
  yield root;
  for (const child of childElements(root)) yield* descendants(child);
}

/** The text of an element that has nothing but text. Errors: `malformed`. */
export function textOf(element: Element): string {
  let text = '';
  for (let node = element.firstChild; node !== null; node = node.nextSibling) {
    demand(node.nodeType === TEXT, 'malformed');
    text += node.nodeValue ?? '';
  }
  return text.trim();
}
