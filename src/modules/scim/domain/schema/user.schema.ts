import { attribute, plural, text } from './define';
import type { AttributeDefinition, SchemaDefinition } from './schema.types';

export const USER_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';

const READ_ONLY = { mutability: 'readOnly' } as const;

const name = attribute('name', 'complex', 'The parts of the name.', {
  subAttributes: [
    text('formatted', 'The full name, for display.'),
    text('familyName', 'Family or last name.'),
    text('givenName', 'Given or first name.'),
    text('middleName', 'Middle names.'),
    text('honorificPrefix', 'Title, such as "Ms.".'),
    text('honorificSuffix', 'Suffix, such as "III".'),
  ],
});

const addresses = attribute('addresses', 'complex', 'Postal addresses.', {
  multiValued: true,
  subAttributes: [
    text('formatted', 'The full address, for display or a label.'),
    text('streetAddress', 'Street, house number and similar parts.'),
    text('locality', 'City.'),
    text('region', 'State or region.'),
    text('postalCode', 'Postal code.'),
    text('country', 'ISO 3166-1 alpha-2.'),
    text('type', 'Purpose of the address.', { canonicalValues: ['work', 'home', 'other'] }),
    attribute('primary', 'boolean', 'True for the preferred address, which is unique.'),
  ],
});

const groups = attribute('groups', 'complex', 'Groups of the user, including those through other groups.', {
  multiValued: true,
  ...READ_ONLY,
  subAttributes: [
    text('value', 'Id of the group.', { ...READ_ONLY, caseExact: true }),
    attribute('$ref', 'reference', 'URI of the group.', { ...READ_ONLY, referenceTypes: ['Group'] }),
    text('display', 'Name of the group.', READ_ONLY),
    text('type', 'Direct or indirect membership.', {
      ...READ_ONLY,
      canonicalValues: ['direct', 'indirect'],
    }),
  ],
});

const PHONES = ['work', 'home', 'mobile', 'fax', 'pager', 'other'];
const reference = (what: string): AttributeDefinition =>
  attribute('value', 'reference', what, { referenceTypes: ['external'] });

/** The user schema (RFC 7643 §4.1). */
export const userSchema: SchemaDefinition = {
  id: USER_URN,
  name: 'User',
  description: 'User Account',
  attributes: [
    text('userName', 'Name for signing in; unique in the tenant, case-insensitive.', {
      required: true,
      uniqueness: 'server',
    }),
    name,
    text('displayName', 'The display name. If absent, it is derived from the other names.'),
    text('nickName', 'Casual name.'),
    attribute('profileUrl', 'reference', 'URL of the profile.', { referenceTypes: ['external'] }),
    text('title', 'Job title.'),
    text('userType', 'Relation to the organization, such as "Employee".'),
    text('preferredLanguage', 'Preferred languages, as in Accept-Language.'),
    text('locale', 'BCP 47.'),
    text('timezone', 'Time zone from the IANA database, such as "Europe/Berlin".'),
    attribute('active', 'boolean', 'True if the user can sign in.'),
    text('password', 'Clear text, 12 to 256 characters (8 to 256 with the preset okta); stored as a hash.', {
      mutability: 'writeOnly',
      returned: 'never',
      caseExact: true,
    }),
    plural(
      'emails',
      'Email addresses; the primary address is the address of the account.',
      text('value', 'The address. The primary address is unique in the tenant.', { uniqueness: 'server' }),
      ['work', 'home', 'other'],
    ),
    plural('phoneNumbers', 'Phone numbers.', text('value', 'The number, preferably as in RFC 3966.'), PHONES),
    plural('ims', 'Instant messaging addresses.', text('value', 'The address.')),
    plural('photos', 'Pictures of the user.', reference('URL of the picture.'), ['photo', 'thumbnail']),
    addresses,
    groups,
    plural('entitlements', 'Entitlements of the user.', text('value', 'The entitlement.')),
    plural('roles', 'Roles; owner, admin, member and viewer are account roles.', text('value', 'The role.')),
    plural(
      'x509Certificates',
      'Certificates of the user.',
      attribute('value', 'binary', 'DER encoding in base64 (RFC 4648 §4).'),
    ),
  ],
};

export const ENTERPRISE_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/** The enterprise user extension (RFC 7643 §4.3). */
export const enterpriseSchema: SchemaDefinition = {
  id: ENTERPRISE_URN,
  name: 'EnterpriseUser',
  description: 'Enterprise User',
  attributes: [
    text('employeeNumber', 'Number or code of the employee.'),
    text('costCenter', 'Name of a cost center.'),
    text('organization', 'Name of an organization.'),
    text('division', 'Name of a division.'),
    text('department', 'Name of a department.'),
    attribute('manager', 'complex', 'The manager.', {
      subAttributes: [
        text('value', 'Id of the manager.', { caseExact: true }),
        attribute('$ref', 'reference', 'URI of the manager.', { referenceTypes: ['User'] }),
        text('displayName', 'Name of the manager.', READ_ONLY),
      ],
    }),
  ],
};
