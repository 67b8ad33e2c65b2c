import { z } from 'zod';
import { MAX_PATH_BYTES, pathFault, prefixFault } from './file-path';

/** The tiers of files: `private` belongs to an app or to a user in that app, `user` to a user in all apps, `shared` to the tenant. */
export const TIERS = ['private', 'user', 'shared'] as const;
export type Tier = (typeof TIERS)[number];

/**
 * The maximum lifetime of an access token. Revoking the signer's tokens also invalidates the URL, and revocations are stored no longer than
 * this.
 */
const MAX_SIGNED_SECONDS = 86_400;

const checked = (fault: (text: string) => string | null) =>
  z
    .string()
    .max(MAX_PATH_BYTES)
    .superRefine((text, context) => {
      const message = fault(text);
      if (message !== null) context.addIssue({ code: 'custom', message });
    });

const tier = z.enum(TIERS).meta({
  description:
    '`private`: files of this app with its own token, or of this user in this app with a user’s token; `user`: files of the signed-in user in all apps; `shared`: files of the tenant.',
});
const path = checked(pathFault).meta({ description: 'Names separated by `/`, at most 1,024 bytes, in NFC.' });
const version = z.number().int().min(1).max(2_147_483_647);
const projectId = z.string().min(1).max(64);

/** A file: its current version (rest.md §3). */
export const file = z
  .object({
    id: z.string(),
    key: z.string().meta({ description: 'The path within the tier.' }),
    uri: z.string().meta({ description: '`cpod://<tenant>/<tier>/<path>`' }),
    tier: z.enum(TIERS),
    size: z.number().int().meta({ description: 'Bytes.' }),
    contentType: z.string().meta({ description: 'Detected from the bytes when they identify a type.' }),
    checksum: z.string().meta({ description: 'SHA-256, in hex.' }),
    etag: z.string(),
    version: z.number().int(),
    projectId: z.string().nullable(),
    createdAt: z.string(),
    createdBy: z.string(),
    updatedAt: z.string(),
    updatedBy: z.string(),
  })
  .meta({ id: 'File' });

/** One version of a file, even of a deleted file. */
export const fileVersion = z
  .object({
    version: z.number().int(),
    isCurrent: z.boolean(),
    size: z.number().int(),
    contentType: z.string(),
    checksum: z.string(),
    etag: z.string(),
    createdAt: z.string(),
    createdBy: z.string(),
    expiresAt: z
      .string()
      .nullable()
      .meta({ description: 'The time at which the version is deleted; `null` for the current version.' }),
  })
  .meta({ id: 'FileVersion' });

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(500)
  .default(50)
  .meta({ description: 'Maximum number of items in the response.' });
const cursor = z.string().max(4_096).optional().meta({ description: '`nextCursor` of the previous response.' });

/** Selects files by their paths. */
export const fileQuery = z.strictObject({
  tier,
  prefix: checked(prefixFault).default('').meta({ description: 'Prefix of the paths.' }),
  delimiter: z
    .literal('/')
    .optional()
    .meta({ description: 'Groups all files below the next `/` after the prefix into one entry of `prefixes`.' }),
  projectId: projectId.optional().meta({ description: 'Only files of this project.' }),
  limit,
  cursor,
});

export const filePage = z
  .object({ items: z.array(file), prefixes: z.array(z.string()), nextCursor: z.string().nullable() })
  .meta({ id: 'FilePage' });

/** Selects the file whose versions are listed, newest first. */
export const versionQuery = z.strictObject({ tier, path, limit, cursor });

/** Query of a GET: the version, and the name under which the browser saves it. */
export const contentQuery = z.strictObject({
  version: z.coerce.number().int().min(1).max(2_147_483_647).optional().meta({ description: 'An earlier version.' }),
  download: z
    .string()
    .min(1)
    .max(255)
    .regex(/^\P{Cc}+$/u)
    .optional()
    .meta({ description: 'File name for saving the download.' }),
});

/** Query of a PUT. */
export const putQuery = z.strictObject({
  projectId: projectId.optional().meta({ description: 'The project to which the file belongs after the change.' }),
});

/** Query of a DELETE. */
export const deleteQuery = z.strictObject({
  versions: z
    .enum(['keep', 'drop'])
    .default('keep')
    .meta({ description: '`drop`: also deletes all versions and frees their storage immediately.' }),
});

const place = z.strictObject({ tier, path });

/** A copy or a move within the caller's spaces. */
export const copyOrder = z
  .strictObject({
    source: place.extend({ version: version.optional() }),
    target: place,
    ifMatch: z.string().max(8_192).optional().meta({ description: 'Entity tags that the target must have.' }),
    ifNoneMatch: z.literal('*').optional().meta({ description: 'The target must not exist.' }),
    projectId: projectId.nullable().optional(),
  })
  .meta({ id: 'FileCopy' });

export const moveOrder = z
  .strictObject({
    source: place,
    target: place,
    ifMatch: z.string().max(8_192).optional(),
    ifNoneMatch: z.literal('*').optional(),
  })
  .meta({
    id: 'FileMove',
    examples: [
      { source: { tier: 'private', path: 'drafts/2026.pdf' }, target: { tier: 'shared', path: 'invoices/2026.pdf' } },
    ],
  });

/** A URL that lets its bearer make one call for a limited time. */
export const signedUrlOrder = z
  .strictObject({
    method: z.enum(['GET', 'PUT']),
    tier,
    path,
    expiresInSeconds: z.number().int().min(1).max(MAX_SIGNED_SECONDS).default(900),
    version: version.optional().meta({ description: 'GET: this version, even if there are later versions.' }),
    download: z
      .string()
      .min(1)
      .max(255)
      .regex(/^\P{Cc}+$/u)
      .optional(),
    maxBytes: z.number().int().min(0).max(Number.MAX_SAFE_INTEGER).optional().meta({ description: 'PUT: size limit.' }),
    ifMatch: z.string().max(512).optional().meta({ description: 'PUT: the file must have this entity tag.' }),
    ifNoneMatch: z.literal('*').optional().meta({ description: 'PUT: the file must not exist.' }),
  })
  .meta({ id: 'NewSignedUrl' });

/** The query of a signed URL. It replaces a token. */
export const signatureQuery = z.strictObject({ signature: z.string().min(1).max(8_192) });

export const signedUrl = z
  .object({ url: z.string(), method: z.enum(['GET', 'PUT']), expiresAt: z.string() })
  .meta({ id: 'SignedUrl' });

export type FileView = Readonly<z.infer<typeof file>>;
export type FileVersion = Readonly<z.infer<typeof fileVersion>>;
export type FileQuery = Readonly<z.infer<typeof fileQuery>>;
export type FilePage = Readonly<z.infer<typeof filePage>>;
export type VersionQuery = Readonly<z.infer<typeof versionQuery>>;
export type ContentQuery = Readonly<z.infer<typeof contentQuery>>;
export type PutQuery = Readonly<z.infer<typeof putQuery>>;
export type DeleteQuery = Readonly<z.infer<typeof deleteQuery>>;
export type CopyOrder = Readonly<z.infer<typeof copyOrder>>;
export type MoveOrder = Readonly<z.infer<typeof moveOrder>>;
export type SignatureQuery = Readonly<z.infer<typeof signatureQuery>>;
export type SignedUrlOrder = Readonly<z.infer<typeof signedUrlOrder>>;
export type SignedUrl = Readonly<z.infer<typeof signedUrl>>;

/** A path in one of the caller's spaces. */
export interface FilePlace {
  readonly tier: Tier;
  readonly path: string;
}
