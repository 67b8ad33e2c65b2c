import { body, TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const PROVIDERS = '/api/v1/saml-providers';
const COLUMNS = ['id', 'name', 'entityId', 'enabled', 'createdAt'];
const ONE = [
  ...COLUMNS,
  ...['audience', 'recipients', 'clockSkewSeconds', 'attributeMapping', 'certificates', 'updatedAt'],
];
const SETTINGS = [
  body.list('recipients', 'URLs to which assertions can be sent', { option: 'recipient' }),
  body.number('clockSkewSeconds', 'tolerance for clocks in seconds', { option: 'clock-skew' }),
  body.json('attributeMapping', `names of attributes, such as {"email":"mail"}`),
  body.truth('enabled', 'false refuses its assertions'),
  TENANT,
];

/** `coresdk saml-providers …` */
export const samlOperations: readonly Operation[] = [
  {
    name: 'saml-providers list',
    summary: 'List SAML identity providers, oldest first',
    call: `GET ${PROVIDERS}`,
    scopes,
    fields: [TENANT],
    list: 'pages',
    columns: COLUMNS,
    examples: ['saml-providers list'],
  },
  {
    name: 'saml-providers get',
    summary: 'Show a SAML identity provider',
    call: `GET ${PROVIDERS}/{id}`,
    scopes,
    fields: [TENANT],
    columns: ONE,
    examples: ['saml-providers get sml-01j…'],
  },
  {
    name: 'saml-providers create',
    summary: 'Register a SAML identity provider',
    call: `POST ${PROVIDERS}`,
    scopes,
    fields: [
      body.text('name', 'display name', { isArgument: true }),
      body.text('entityId', 'entity ID of the identity provider', { isRequired: true }),
      body.text('audience', 'audience of its assertions', { isRequired: true }),
      body.files('certificates', 'certificate in PEM; can be repeated', {
        option: 'certificate-file',
        isRequired: true,
      }),
      ...SETTINGS,
    ],
    columns: ONE,
    examples: [
      'saml-providers create Example --entity-id https://idp.example.com --audience https://app.example.com --certificate-file idp.pem',
    ],
  },
  {
    name: 'saml-providers update',
    summary: 'Change, turn off or turn on a SAML identity provider',
    call: `PATCH ${PROVIDERS}/{id}`,
    changes: `${PROVIDERS}/{id}`,
    scopes,
    fields: [
      body.text('name', 'display name'),
      body.text('audience', 'audience of its assertions'),
      body.files('certificates', 'certificate in PEM; replaces all of them', { option: 'certificate-file' }),
      ...SETTINGS,
    ],
    columns: ONE,
    examples: ['saml-providers update sml-01j… --enabled false'],
  },
  {
    name: 'saml-providers delete',
    summary: 'Delete a SAML identity provider',
    call: `DELETE ${PROVIDERS}/{id}`,
    changes: `${PROVIDERS}/{id}`,
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Delete the identity provider {id}? Its assertions are then refused.',
    done: '{id} is deleted.',
    examples: ['saml-providers delete sml-01j… --yes'],
  },
];
