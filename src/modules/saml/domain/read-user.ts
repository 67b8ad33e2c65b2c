import type { SamlUser } from '../contract/saml.port';
import type { SamlProvider } from '../contract/saml-providers.types';
import { childElements, children, SAML, textOf } from './read-xml';
import { demand } from './saml-fault';

const EMAIL_FORMAT = 'urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress';
const MAX_VALUES = 1_000;
const MAX_CHARS = 4_096;
/** An invisible character. Two names that differ only in such characters look the same. */
const UNSEEN = '[\\s\\p{Z}\\p{Cc}\\p{Cf}\\p{Default_Ignorable_Code_Point}\\u2800]';
const UNSEEN_ENDS = new RegExp(`^${UNSEEN}|${UNSEEN}$`, 'u');

/** Reads the user of an assertion according to the provider's mapping. Errors: `subject`, `malformed`. */
export function readUser(assertion: Element, { attributeMapping }: Pick<SamlProvider, 'attributeMapping'>): SamlUser {
  const [nameId, ...others] = children(assertion, SAML, 'Subject').flatMap((each) => children(each, SAML, 'NameID'));
  demand(nameId !== undefined && others.length === 0, 'subject');
  const name = textOf(nameId);
  demand(isName(name), 'subject');
  const attributes = readAttributes(assertion);
  const { userId, email, groups } = attributeMapping;
  const valuesOf = (attribute: string | null): readonly string[] =>
    attribute === null ? [] : (attributes.get(attribute) ?? []);
  const [mappedId] = valuesOf(userId);
  // If the mapped id is missing, the user id must not fall back to a different namespace.
  demand(userId === null || (mappedId !== undefined && isName(mappedId)), 'subject');
  const nameAsEmail = nameId.getAttribute('Format') === EMAIL_FORMAT ? name : '';
  const address = email === null ? nameAsEmail : (valuesOf(email)[0] ?? '');
  demand(!UNSEEN_ENDS.test(address) && !valuesOf(groups).some((group) => UNSEEN_ENDS.test(group)), 'subject');
  return {
    userId: mappedId ?? name,
    email: address,
    groups: [...new Set(valuesOf(groups))],
    attributes: Object.fromEntries(attributes),
  };
}

/** Returns true if a name is acceptable exactly as signed. Trimming would merge two users into one. */
function isName(text: string): boolean {
  return text !== '' && text.length <= MAX_CHARS && !UNSEEN_ENDS.test(text);
}

function readAttributes(assertion: Element): ReadonlyMap<string, readonly string[]> {
  const attributes = new Map<string, readonly string[]>();
  let count = 0;
  for (const attribute of children(assertion, SAML, 'AttributeStatement').flatMap((each) =>
    children(each, SAML, 'Attribute'),
  )) {
    const name = attribute.getAttribute('Name') ?? '';
    const values = children(attribute, SAML, 'AttributeValue').map(valueOf);
    count += values.length + 1;
    const fits = name !== '' && name.length <= MAX_CHARS && values.every((value) => value.length <= MAX_CHARS);
    demand(fits && count <= MAX_VALUES, 'malformed');
    attributes.set(name, [...(attributes.get(name) ?? []), ...values]);
  }
  return attributes;
}

/** Returns the text of a value, or the text of its only child element (`eduPersonTargetedID` contains a NameID). */
function valueOf(value: Element): string {
  const [inner, ...others] = childElements(value);
  if (inner === undefined) return textOf(value);
  demand(others.length === 0, 'malformed');
  return textOf(inner);
}
