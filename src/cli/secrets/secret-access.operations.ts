import { TENANT } from '../operations/field';
import type { Operation } from '../operations/operation';

const scopes = ['admin'];
const platform = ['platform.admin'];
const BUNDLE = '/api/v1/secrets/bundles/{name}';
const DATA_KEY = '/api/v1/secrets/data-key';
const REWRAP = '/api/v1/secrets/rewrap';
const RESEAL = ['state', 'keyId', 'total', 'remaining'];
const PROGRESS = ['state', 'remaining', 'stores'];

/** `coresdk secrets …` for single bundles and grants, and for the keys that seal secrets. */
export const secretAccessOperations: readonly Operation[] = [
  {
    name: 'secrets get-bundle',
    summary: 'Show a bundle',
    call: `GET ${BUNDLE}`,
    scopes,
    fields: [TENANT],
    columns: ['name', 'description', 'refs', 'createdAt', 'updatedAt'],
    examples: ['secrets get-bundle web'],
  },
  {
    name: 'secrets delete-bundle',
    summary: 'Delete a bundle and its grants; the secrets stay',
    call: `DELETE ${BUNDLE}`,
    changes: BUNDLE,
    scopes,
    fields: [TENANT],
    columns: [],
    danger: 'Delete the bundle {name} and its grants?',
    done: '{name} is deleted.',
    examples: ['secrets delete-bundle web --yes'],
  },
  {
    name: 'secrets get-grant',
    summary: 'Show a grant',
    call: 'GET /api/v1/secrets/grants/{id}',
    scopes,
    fields: [TENANT],
    columns: ['id', 'principal', 'bundle', 'path', 'condition', 'createdAt', 'createdBy'],
    examples: ['secrets get-grant sgr-01j…'],
  },
  {
    name: 'secrets data-key',
    summary: 'Show how many secrets older data keys of the tenant have sealed',
    call: `GET ${DATA_KEY}`,
    scopes,
    fields: [TENANT],
    columns: RESEAL,
    examples: ['secrets data-key --only remaining'],
  },
  {
    name: 'secrets rotate-data-key',
    summary: 'Rotate the data key of the tenant, and reseal its secrets in the background',
    call: `POST ${DATA_KEY}/rotate`,
    scopes,
    fields: [TENANT],
    columns: RESEAL,
    danger: 'Rotate the data key of the tenant?',
    examples: ['secrets rotate-data-key --yes'],
  },
  {
    name: 'secrets reseal',
    summary: 'Resume sealing with the current data key after a failure',
    call: `POST ${DATA_KEY}/reseal`,
    scopes,
    fields: [TENANT],
    columns: RESEAL,
    examples: ['secrets reseal'],
  },
  {
    name: 'secrets rewrap-progress',
    summary: 'Show how many values former master keys of the installation have sealed',
    call: `GET ${REWRAP}`,
    scopes: platform,
    columns: PROGRESS,
    examples: ['secrets rewrap-progress --only remaining'],
  },
  {
    name: 'secrets rewrap',
    summary: 'Reseal everything with the current master key in the background',
    call: `POST ${REWRAP}`,
    scopes: platform,
    columns: PROGRESS,
    examples: ['secrets rewrap'],
  },
];
