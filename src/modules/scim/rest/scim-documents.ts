import { z } from 'zod';

/** The schemas of SCIM messages, for OpenAPI. `/Schemas` lists the attributes of users and groups, including extensions. */
const schemas = z.array(z.string());

export const scimResource = z
  .looseObject({ schemas, id: z.string(), meta: z.looseObject({ resourceType: z.string() }).optional() })
  .meta({ id: 'ScimResource' });

export const scimListResponse = z
  .looseObject({
    schemas,
    totalResults: z.number().int(),
    itemsPerPage: z.number().int().optional(),
    startIndex: z.number().int().optional(),
    nextCursor: z.string().optional(),
    Resources: z.array(scimResource),
  })
  .meta({ id: 'ScimListResponse' });

export const scimSearchRequest = z
  .looseObject({
    schemas,
    filter: z.string().optional(),
    attributes: z.array(z.string()).optional(),
    excludedAttributes: z.array(z.string()).optional(),
    sortBy: z.string().optional(),
    sortOrder: z.enum(['ascending', 'descending']).optional(),
    startIndex: z.number().int().optional(),
    count: z.number().int().optional(),
    cursor: z.string().optional(),
  })
  .meta({ id: 'ScimSearchRequest' });

export const scimPatch = z
  .looseObject({
    schemas,
    Operations: z.array(z.looseObject({ op: z.string(), path: z.string().optional(), value: z.unknown().optional() })),
  })
  .meta({ id: 'ScimPatchOp' });

export const scimNewResource = z.looseObject({ schemas }).meta({ id: 'ScimNewResource' });

export const scimBulk = z
  .looseObject({
    schemas,
    failOnErrors: z.number().int().optional(),
    Operations: z.array(
      z.looseObject({
        method: z.string(),
        path: z.string().optional(),
        bulkId: z.string().optional(),
        version: z.string().optional(),
        data: z.looseObject({}).optional(),
      }),
    ),
  })
  .meta({ id: 'ScimBulk' });

export const scimListQuery = z.object({
  filter: z.string().optional().meta({ description: 'RFC 7644 §3.4.2.2.' }),
  sortBy: z.string().optional(),
  sortOrder: z.enum(['ascending', 'descending']).optional(),
  startIndex: z.string().optional().meta({ description: 'Starts at 1.' }),
  count: z.string().optional().meta({ description: 'At most 1,000.' }),
  cursor: z.string().optional().meta({ description: 'RFC 9865: empty for the first page, then `nextCursor`.' }),
  attributes: z
    .string()
    .optional()
    .meta({ description: 'Comma-separated names. Returns only these attributes and those that are always returned.' }),
  excludedAttributes: z
    .string()
    .optional()
    .meta({ description: 'Comma-separated names. Returns all attributes except these.' }),
});

export const scimShownQuery = scimListQuery.pick({ attributes: true, excludedAttributes: true });
