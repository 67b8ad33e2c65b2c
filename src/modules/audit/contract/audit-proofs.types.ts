import { z } from 'zod';

const hex = z.string().regex(/^[0-9a-f]{64}$/);
const size = z.number().int().min(0);

export const auditCheckpoint = z
  .object({
    size: size.meta({ description: 'Number of records in the log.' }),
    rootHash: hex.meta({ description: 'Root of the Merkle tree over the records (RFC 9162), in hex.' }),
    signedAt: z.iso.datetime(),
    note: z.string().meta({ description: 'The checkpoint as a signed note (C2SP tlog-checkpoint).' }),
  })
  .meta({ id: 'AuditCheckpoint' });

export type AuditCheckpoint = z.infer<typeof auditCheckpoint>;

export const inclusionProof = z
  .object({
    id: z.string(),
    sequenceId: size.meta({ description: 'Position in the log, starting at 0; also the index of the leaf.' }),
    recordHash: z.string().meta({ description: 'SHA-256 of the record in hex; empty if retention has dropped it.' }),
    record: z.string().nullable().meta({
      description: 'The canonical record (RFC 8785), which is the data of the leaf; null if retention has dropped it.',
    }),
    leafHash: hex,
    treeSize: size,
    rootHash: hex,
    proof: z.array(hex).meta({ description: 'Hashes from the leaf up (RFC 9162 §2.1.3), in hex.' }),
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
    proof: z.array(hex).meta({ description: 'Hashes as in RFC 9162 §2.1.4, in hex.' }),
  })
  .meta({ id: 'AuditConsistencyProof' });

export type ConsistencyProof = z.infer<typeof consistencyProof>;
