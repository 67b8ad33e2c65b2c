import type { SamlRefusal } from '../contract/saml.port';
import { measureXml, XML_LIMITS } from './measure-xml';
import { SamlFault } from './saml-fault';

function refusalOf(xml: string): SamlRefusal | null {
  try {
    measureXml(xml);
    return null;
  } catch (fault) {
    if (fault instanceof SamlFault) return fault.refusal;
    throw fault;
  }
}

const attributes = (count: number, value = ''): string =>
  Array.from({ length: count }, (_, index) => ` a${index}="${value}"`).join('');
const namespaces = (count: number, from = 0): string =>
  Array.from({ length: count }, (_, index) => ` xmlns:n${from + index}='u'`).join('');
const nested = (depth: number): string => '<a>'.repeat(depth) + '</a>'.repeat(depth);
const wide = (elements: number, inside = ''): string => `<a>${`<b${inside}/>`.repeat(elements - 1)}</a>`;
const spread = (count: number): string => `<a>${`<b${attributes(50)}/>`.repeat(count / 50)}</a>`;

describe('a document at its limit', () => {
  const { elements, depth, attributesOfElement, namespacesInScope, namespaceNameChars, attributeValueChars } =
    XML_LIMITS;
  const half = namespacesInScope / 2;

  it.each<[string, string, string]>([
    ['elements', wide(elements), wide(elements + 1)],
    ['depth', nested(depth), nested(depth + 1)],
    [
      'attributes of an element',
      `<a${attributes(attributesOfElement)}/>`,
      `<a${attributes(attributesOfElement + 1)}/>`,
    ],
    ['attributes', spread(XML_LIMITS.attributes), spread(XML_LIMITS.attributes + 50)],
    [
      'namespaces in scope',
      `<a${namespaces(half)}><b${namespaces(half, half)}/></a>`,
      `<a${namespaces(half)}><b${namespaces(half + 1, half)}/></a>`,
    ],
    [
      'the name of a namespace',
      `<a xmlns="${'u'.repeat(namespaceNameChars)}"/>`,
      `<a xmlns="${'u'.repeat(namespaceNameChars + 1)}"/>`,
    ],
    [
      'the value of an attribute',
      `<a b="${'v'.repeat(attributeValueChars)}"/>`,
      `<a b="${'v'.repeat(attributeValueChars + 1)}"/>`,
    ],
  ])('of %s is accepted, and a document beyond it is too large', (_what, fits, exceeds) => {
    expect(refusalOf(fits)).toBeNull();
    expect(refusalOf(exceeds)).toBe('too_large');
  });

  it('can declare the same namespaces in many elements, as OpenSAML does for value types', () => {
    expect(refusalOf(wide(2_000, ` xmlns:xs="x" xmlns:xsi='y' xsi:type="xs:string"`))).toBeNull();
  });
});

describe('a document that is not well-formed', () => {
  it.each([
    ['', 'an empty document'],
    ['text', 'no tag'],
    ['<a>', 'no end tag'],
    ['<a></b>', 'the end tag of a different element'],
    ['</a>', 'an end tag without a start tag'],
    ['<a/><a/>', 'two roots'],
    ['<a/> more', 'text after its root'],
    ['<a></a></a>', 'an end tag after its root'],
    ['<a b="<c/>"/>', 'a tag in an attribute'],
    ['<a b=c/>', 'a value without quotes'],
    ['<a b/>', 'an attribute without a value'],
    ['<a b="c"d="e"/>', 'attributes without a space between them'],
    ['<a\u00A0b="c"/>', 'a space that XML does not allow'],
    ['<a\u0001b="c"/>', 'a control character'],
    ['<a b="c/>', 'an unclosed quote'],
    ['< a/>', 'a space before its name'],
    ['<a', 'an unclosed tag'],
  ])('is malformed: %j (%s)', (xml) => {
    expect(refusalOf(xml)).toBe('malformed');
  });

  it.each([`<a b = 'c"' d="'>" />`, '<a\n\tb="c"\r\n></a >\n', '<a:b xmlns:a="c">text<d/>text</a:b>'])(
    'does not include well-formed documents such as %j',
    (xml) => {
      expect(refusalOf(xml)).toBeNull();
    },
  );
});
