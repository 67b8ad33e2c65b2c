import { Buffer } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { parseYaml } from '../builtins/yaml.js';
import { Budget, limitsOf } from '../evaluate/budget.js';
import { toJson } from '../values/json.js';
import { isJsonObject } from './merge-data.js';

/** The limits for reading one YAML file to compute its digest. */
const YAML_LIMITS = limitsOf({ deadlineMs: 5_000 });

/** The digest algorithms of OPA's signatures (docs, "Bundle signing"), except MD5 and SHA-1, which are no longer secure. */
const NODE_NAME: Readonly<Record<string, string>> = {
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512-224': 'sha512-224',
  'SHA-512-256': 'sha512-256',
};

/** Returns whether this is the name of a supported digest algorithm. */
export function isDigestAlgorithm(name: string): boolean {
  return Object.hasOwn(NODE_NAME, name);
}

/** Files whose digest covers the parsed document, regardless of white space and member order. */
const STRUCTURED = /(?:^|\/)(?:data\.json|data\.yaml|signatures\.json|\.manifest)$/;

/** A number as written: `1.0` and `1` have different digests. */
class WrittenNumber {
  constructor(readonly text: string) {}
}

type Reviver = (this: unknown, name: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * Returns the digest of a bundle file in hex, as OPA computes it (`bundle/hash.go`): over the bytes of the file or, for a structured file,
 * over its document with members sorted by name.
 * @param algorithm one that {@link isDigestAlgorithm} accepts.
 * Throws the parser's error for a structured file that is malformed, or is nested too deeply for the stack.
 */
export function fileDigest(algorithm: string, path: string, bytes: Uint8Array): string {
  const hash = createHash(NODE_NAME[algorithm] ?? '');
  if (STRUCTURED.test(path)) addDocument(hash, documentOf(path, bytes));
  else hash.update(bytes);
  return hash.digest('hex');
}

function documentOf(path: string, bytes: Uint8Array): unknown {
  const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  if (path.endsWith('.yaml')) {
    try {
      return withWrittenNumbers(text);
    } catch {
      return toJson(parseYaml(text, new Budget(YAML_LIMITS)));
    }
  }
  return withWrittenNumbers(text);
}

function withWrittenNumbers(text: string): unknown {
  const revive: Reviver = (_name, value, context) =>
    typeof value === 'number' ? new WrittenNumber(context?.source ?? String(value)) : value;
  return JSON.parse(text, revive) as unknown;
}

function addDocument(hash: Hash, value: unknown): void {
  if (Array.isArray(value)) {
    hash.update('[');
    for (const [index, item] of value.entries()) {
      if (index > 0) hash.update(',');
      addDocument(hash, item);
    }
    hash.update(']');
  } else if (value instanceof WrittenNumber) {
    hash.update(value.text);
  } else if (isJsonObject(value)) {
    hash.update('{');
    // Go sorts strings by bytes, and JavaScript sorts them by UTF-16 units. The orders differ beyond the basic plane.
    const members = Object.entries(value).map(([name, member]) => ({ key: Buffer.from(name), name, member }));
    members.sort((a, b) => Buffer.compare(a.key, b.key));
    for (const [index, { name, member }] of members.entries()) {
      if (index > 0) hash.update(',');
      hash.update(encodeText(name)).update(':');
      addDocument(hash, member);
    }
    hash.update('}');
  } else {
    hash.update(typeof value === 'string' ? encodeText(value) : JSON.stringify(value));
  }
}

/** Encodes a string as Go's JSON encoder does without HTML escapes. */
function encodeText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
