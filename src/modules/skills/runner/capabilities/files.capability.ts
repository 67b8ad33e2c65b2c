import { Injectable, Optional } from '@nestjs/common';
import { z } from 'zod';
import { pathFault } from '../../../files/contract/file-path';
import { FilesPort } from '../../../files/contract/files.port';
import { fileQuery, type Tier, TIERS } from '../../../files/contract/files.types';
import { SKILL_LIMITS } from '../../contract/skill-limits';
import { CapabilityRefusal } from '../../sandbox/skill-thread';
import type { CapabilityCall } from './capability-call';

const WHOLE = { version: null, range: undefined, conditions: {}, wantsBytes: true } as const;
const writeOptions = z.strictObject({ contentType: z.string().max(255).default('') });

interface Place {
  readonly tier: Tier;
  readonly path: string;
}

/** Files below the prefixes that the code is granted, in the spaces of whoever runs it. Contents are texts. */
@Injectable()
export class FilesCapability {
  constructor(@Optional() private readonly files?: FilesPort) {}

  async read([tier, path]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const place = granted(tier, path, 'read', call);
    const { file, bytes } = await this.port().open(call.frame.context, place, WHOLE);
    if (file.size > SKILL_LIMITS.maxCallBytes) {
      await bytes?.[Symbol.asyncIterator]().return?.();
      throw new CapabilityRefusal('too_large', `Code reads files of at most ${SKILL_LIMITS.maxCallBytes} bytes.`);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of bytes ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  async write([tier, path, content, options]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const place = granted(tier, path, 'write', call);
    const { contentType } = writeOptions.parse(options ?? {});
    const bytes = Buffer.from(String(content), 'utf8');
    const { file } = await this.port().put(call.frame.context, place, {
      bytes: once(bytes),
      sizeBytes: bytes.length,
      contentType,
      sha256: null,
      conditions: {},
      projectId: undefined,
      action: 'file.put',
      maxBytes: null,
    });
    return { key: file.key, size: file.size, checksum: file.checksum, version: file.version };
  }

  async list([tier, prefix]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const query = fileQuery.safeParse({ tier, prefix, limit: 500 });
    if (!query.success) throw new CapabilityRefusal('invalid_request', 'This is no prefix of a tier.');
    assertWithin(query.data.tier, query.data.prefix, 'read', call);
    const { items } = await this.port().list(call.frame.context, query.data);
    return items.map(({ key, size, contentType, updatedAt }) => ({ key, size, contentType, updatedAt }));
  }

  async remove([tier, path]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const place = granted(tier, path, 'write', call);
    await this.port().remove(call.frame.context, place, { dropsVersions: false, conditions: {} });
    return null;
  }

  private port(): FilesPort {
    if (this.files === undefined) throw new CapabilityRefusal('unavailable', 'This worker can reach no files.');
    return this.files;
  }
}

function granted(tier: unknown, path: unknown, access: 'read' | 'write', call: CapabilityCall): Place {
  const known = TIERS.find((one) => one === tier);
  if (known === undefined || typeof path !== 'string' || pathFault(path) !== null) {
    throw new CapabilityRefusal('invalid_request', 'This is no path of a tier.');
  }
  assertWithin(known, path, access, call);
  return { tier: known, path };
}

function assertWithin(tier: Tier, path: string, access: 'read' | 'write', { grants }: CapabilityCall): void {
  const isGranted = grants.files.some(
    (grant) => grant.tier === tier && path.startsWith(grant.prefix) && (access === 'read' || grant.access === 'write'),
  );
  if (!isGranted) throw new CapabilityRefusal('not_granted', `The skill is not granted to ${access} this file.`);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
