import { z } from 'zod';
import { verifyConsistency, verifyInclusion } from '../domain/verify-proof';

export interface MerkleCase {
  /** The path of the case in the suite. */
  readonly name: string;
  /** A JSON object from the testdata of transparency-dev/merkle. */
  readonly text: string;
}

export interface MerkleReport {
  readonly passed: number;
  readonly total: number;
  /** Results, grouped by the first folder of the name. */
  readonly kinds: readonly { readonly kind: string; readonly passed: number; readonly total: number }[];
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
}

const bytes = z
  .base64()
  .nullable()
  .transform((text) => Buffer.from(text ?? '', 'base64'));
const proof = z
  .array(bytes)
  .nullable()
  .transform((list) => list ?? []);
const count = z.number().min(0);
const expected = { wantErr: z.boolean(), desc: z.string() };
const inclusion = z.object({ leafIdx: count, treeSize: count, root: bytes, leafHash: bytes, proof, ...expected });
const consistency = z.object({ size1: count, size2: count, root1: bytes, root2: bytes, proof, ...expected });
const suiteCase = z.union([inclusion, consistency]);

/**
 * Runs cases from transparency-dev/merkle: proofs of RFC 6962 and 9162 that must be accepted or rejected. Throws for text that is not a
 * case.
 */
export function runMerkleConformance(cases: readonly MerkleCase[]): MerkleReport {
  const results = cases.map(({ name, text }) => ({ name, reason: faultOf(name, text) }));
  const kinds = [...new Set(results.map(({ name }) => kindOf(name)))].sort().map((kind) => {
    const own = results.filter(({ name }) => kindOf(name) === kind);
    return { kind, passed: own.filter(({ reason }) => reason === null).length, total: own.length };
  });
  return {
    passed: kinds.reduce((sum, { passed }) => sum + passed, 0),
    total: results.length,
    kinds,
    failures: results.flatMap(({ name, reason }) => (reason === null ? [] : [{ name, reason }])),
  };
}

function faultOf(name: string, text: string): string | null {
  const parsed = suiteCase.safeParse(JSON.parse(text));
  if (!parsed.success) throw new SyntaxError(`${name} is not a case of this suite.`);
  const wanted = parsed.data;
  const accepted =
    'leafIdx' in wanted
      ? verifyInclusion({
          index: wanted.leafIdx,
          size: wanted.treeSize,
          leaf: wanted.leafHash,
          root: wanted.root,
          proof: wanted.proof,
        })
      : verifyConsistency({
          from: wanted.size1,
          to: wanted.size2,
          fromRoot: wanted.root1,
          toRoot: wanted.root2,
          proof: wanted.proof,
        });
  if (accepted !== wanted.wantErr) return null;
  return wanted.wantErr ? `accepted, but must be rejected: ${wanted.desc}` : `rejected, but is valid: ${wanted.desc}`;
}

function kindOf(name: string): string {
  return name.split('/')[0] ?? name;
}
