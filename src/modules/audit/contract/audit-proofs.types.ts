import { z } from 'zod';

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.number().int().min(0);

export const auditCheckpoint = z
  .object({
    size: size.meta({ description: 'Records of the log.' }),
    rootHash: hex.meta({ description: 'Root of the Merkle tree over them (RFC 9162), as hex.' }),
    signedAt: z.iso.datetime(),
    note: z.string().meta({ description: 'The same, signed: a note of C2SP (tlog-checkpoint).' }),
  })
  .meta({ id: 'AuditCheckpoint' });

export type AuditCheckpoint = z.infer<typeof auditCheckpoint>;

export const inclusionProof = z
  .object({
    id: z.string(),
    sequenceId: size.meta({ description: 'Place in the log, from 0; the index of the leaf.' }),
    recordHash: z.string().meta({ description: 'SHA-256 of the record, as hex; empty when retention has dropped it.' }),
    record: z.string().nullable().meta({
      description: 'The canonical form (RFC 8785), the data of the leaf; null when retention has dropped it.',
    }),
    leafHash: hex,
    treeSize: size,
    rootHash: hex,
    proof: z.array(hex).meta({ description: 'Hashes from the leaf up (RFC 9162 §2.1.3), as hex.' }),
    checkpoint: z.string().meta({ description: 'The signed note with tree size and root.' }),
  })
  .meta({ id: 'AuditInclusionProof' });

export type InclusionProof = z.infer<typeof inclusionProof>;

export const consistencyProof = z
  .object({
    from: size,
    to: size,
    fromRootHash: hex,
    toRootHash: hex,
    proof: z.array(hex).meta({ description: 'Hashes as in RFC 9162 §2.1.4, as hex.' }),
  })
  .meta({ id: 'AuditConsistencyProof' });

export type ConsistencyProof = z.infer<typeof consistencyProof>;
