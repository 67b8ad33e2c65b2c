import { z } from 'zod';
import { AppError } from '../../../kernel/errors/app-error';
import type { AcceptedBody, SentBody } from '../../../kernel/http/body/accepted-body';
import { invalidInput } from '../../../kernel/http/input/schema-pipe';
import type { BundleUpload } from '../contract/policy-bundles.port';
import { BUNDLE_LIMITS } from '../contract/policy-bundles.types';

const ARCHIVE_TYPES = ['application/gzip', 'application/x-gzip', 'application/octet-stream'];

/** A bundle that contains one module, as a gzipped tar archive in base64. */
const EXAMPLE_ARCHIVE =
  'H4sIAAAAAAACA+3STQrCMBCG4ax7itADhAqlOc9YY63GpuQHwdMbuxHcqwvfh4FvmFnMZqTk091ENwX1MV019P2W1XvWpX3129zaYad0p76gpCyxnlT/aZXxIpPT8vyDphHvw03PR93K4TovrZ6XWmvJJpX92Y3ZxOBdahQAAAAAAAAAAAAAAAAA4LceZFkl0gAoAAA=';

/** The accepted forms of a bundle. JSON has a lower size limit, because 8 MiB of `{},{},…` would become half a gigabyte of objects. */
export const BUNDLE_BODY: AcceptedBody = {
  types: [...ARCHIVE_TYPES, 'text/plain', 'application/json'],
  limitBytes: BUNDLE_LIMITS.maxArchiveBytes,
  example: {
    modules: { 'authz.rego': 'package authz\n\nallow if "admin" in input.subject.roles' },
    data: { regions: ['eu', 'us'] },
  },
  json: {
    limitBytes: 1024 * 1024,
    tooLarge: 'A policy bundle as JSON can have at most 1 MiB. Send a larger one as application/gzip.',
  },
};

/** The archive as base64 in JSON, as existing SDKs send it; the base64 text is a third larger than the archive. */
export const LEGACY_BODY: AcceptedBody = {
  types: ['application/json'],
  limitBytes: Math.ceil(BUNDLE_LIMITS.maxArchiveBytes / 3) * 4 + 64 * 1024,
  example: { bundle_b64: EXAMPLE_ARCHIVE },
};

/** A JSON object, described as such in OpenAPI. `z.record` and `z.looseObject` would silently drop a member named `__proto__`. */
function objectOf<T>(isMember: (value: unknown) => value is T, schema: object): z.ZodType<Readonly<Record<string, T>>> {
  return z
    .unknown()
    .refine(
      (value) => isJsonObject(value) && Object.values(value).every(isMember),
      'must be an object with members of this type',
    )
    .meta({ type: 'object', additionalProperties: schema }) as z.ZodType<Readonly<Record<string, T>>>;
}

function isJsonObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const modules = objectOf((value) => typeof value === 'string', { type: 'string' });
const data = objectOf((value): value is unknown => value !== undefined, {});

/** A bundle as JSON: modules by path, and the document below `data`. */
export const bundleFiles = z.strictObject({ modules: modules.default({}), data: data.default({}) });

const base64 = z
  .string()
  .regex(/^[A-Za-z0-9+/_-]*={0,2}\s*$/, 'must be base64')
  .min(1);
const legacyBundle = z
  .strictObject({ bundle_b64: base64, bundle: base64 })
  .partial()
  .refine(({ bundle, bundle_b64 }) => (bundle === undefined) !== (bundle_b64 === undefined), 'must have bundle_b64');

/** Parses a bundle by its content type. Errors: `invalid_request`, naming the invalid JSON member. */
export function bundleUpload(body: SentBody | null): BundleUpload {
  if (!body) throw new AppError('invalid_request', 'The body is empty; send the policy bundle.');
  if (ARCHIVE_TYPES.includes(body.type)) return { kind: 'archive', bytes: body.bytes };
  const text = textOf(body);
  if (body.type === 'text/plain') return { kind: 'module', text };
  return { kind: 'files', ...parsed(bundleFiles, text) };
}

/** Parses a bundle as sent by existing SDKs. Errors: those of {@link bundleUpload}. */
export function legacyUpload(body: SentBody | null): BundleUpload {
  if (!body) throw new AppError('invalid_request', 'The body is empty; send {"bundle_b64": "…"}.');
  refuseManyValues(body.bytes);
  const { bundle, bundle_b64 } = parsed(legacyBundle, textOf(body));
  return { kind: 'archive', bytes: Buffer.from(bundle_b64 ?? bundle ?? '', 'base64') };
}

/** More values than two members need, but too few to build large objects. */
const MAX_STRUCTURE = 64;

/**
 * Refuses a body with many JSON values before it becomes objects. The body is as long as an archive, so it must be one string: base64
 * contains no characters that begin or separate values.
 */
function refuseManyValues(bytes: Buffer): void {
  for (const character of ['{', '[', ',']) {
    let at = -1;
    for (let seen = 0; (at = bytes.indexOf(character, at + 1)) !== -1; seen += 1) {
      if (seen === MAX_STRUCTURE) {
        throw new AppError('invalid_request', 'The body must be {"bundle_b64": "…"} with the archive in base64.');
      }
    }
  }
}

function textOf({ bytes }: SentBody): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new AppError('invalid_request', 'The body is not UTF-8.');
  }
}

function parsed<T extends z.ZodType>(schema: T, text: string): z.infer<T> {
  let value: unknown;
  try {
    value = PERHAPS_ROUNDED.test(text) ? parseKeeping(text, keepDigits) : JSON.parse(text);
  } catch {
    throw new AppError('invalid_request', 'The body is not valid JSON.');
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalidInput(result.error.issues);
}

/** Matches text that may contain a number that a double would round. It also matches strings of digits, which only costs time. */
const PERHAPS_ROUNDED = /[\d.]{16}|[eE][+-]?\d{3}/;

/** Keeps numbers as written, so that `JSON.stringify` returns them unchanged: a bundle's data is stored as text. */
function keepDigits(_name: string, value: unknown, { source }: { readonly source?: string }): unknown {
  return typeof value === 'number' && source !== undefined && String(value) !== source ? rawJson(source) : value;
}

type Reviver = (name: string, value: unknown, context: { readonly source?: string }) => unknown;

/** ECMAScript's JSON.parse source text access, for which TypeScript has no types yet. */
const { parse: parseKeeping, rawJSON: rawJson } = JSON as unknown as {
  readonly parse: (text: string, reviver: Reviver) => unknown;
  readonly rawJSON: (text: string) => unknown;
};
