import { Buffer } from 'node:buffer';
import { createHash, type Hash } from 'node:crypto';
import { parseYaml } from '../builtins/yaml.js';
import { Budget, limitsOf } from '../evaluate/budget.js';
import { toJson } from '../values/json.js';
import { isJsonObject } from './merge-data.js';

/** Of reading one YAML file whose digest is asked for. */
const YAML_LIMITS = limitsOf({ deadlineMs: 5_000 });

/** Digests of OPA's signatures (docs, "Bundle signing"), less MD5 and SHA-1, which prove nothing any more. */
const NODE_NAME: Readonly<Record<string, string>> = {
  'SHA-224': 'sha224',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
  'SHA-512-224': 'sha512-224',
  'SHA-512-256': 'sha512-256',
};

/** Returns whether files may be digested with an algorithm of this name. */
export function isDigestAlgorithm(name: string): boolean {
  return Object.hasOwn(NODE_NAME, name);
}

/** Files whose content is digested as a document, whatever its white space and the order of its members. */
const STRUCTURED = /(?:^|\/)(?:data\.json|data\.yaml|signatures\.json|\.manifest)$/;

/** A number as it was written: `1.0` and `1` have different digests. */
class WrittenNumber {
  constructor(readonly text: string) {}
}

type Reviver = (this: unknown, name: string, value: unknown, context?: { readonly source?: string }) => unknown;

/**
 * The digest of a bundle's file as OPA computes it (`bundle/hash.go`), in hex: of the bytes; for a structured file, of its
 * document with members in the order of their names.
 * @param algorithm one for which {@link isDigestAlgorithm} holds.
 * Throws what the parser throws for a structured file that is none, or is nested deeper than the stack.
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
    // Go orders strings by their bytes; JavaScript by UTF-16 units, which differ beyond the basic plane.
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

/** A string as Go's JSON encoder writes it without HTML escapes. */
function encodeText(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029');
}
