import { Injectable, Optional } from '@nestjs/common';
import { z } from 'zod';
import { pathFault } from '../../../files/contract/file-path';
import { FileProjectsPort } from '../../../files/contract/file-projects.port';
import { type FileAct, FilesPort, type Reauthorize } from '../../../files/contract/files.port';
import { fileQuery, type Tier, TIERS } from '../../../files/contract/files.types';
import { SKILL_LIMITS } from '../../contract/skill-limits';
import { CapabilityRefusal } from '../../sandbox/thread-host';
import { CallerAccess } from '../caller-access';
import type { CapabilityCall } from './capability-call';

const WHOLE = { version: null, range: undefined, conditions: {}, wantsBytes: true } as const;
const writeOptions = z.strictObject({ contentType: z.string().max(255).default('') });

interface Place {
  readonly tier: Tier;
  readonly path: string;
}

/** Files below the granted prefixes, in the spaces of the principal that runs the code. Contents are text. */
@Injectable()
export class FilesCapability {
  constructor(
    private readonly access: CallerAccess,
    @Optional() private readonly files?: FilesPort,
    @Optional() private readonly projects?: FileProjectsPort,
  ) {}

  async read([tier, path]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const place = granted(tier, path, 'read', call);
    await this.assertMay('file.get', place, call);
    const { file, bytes } = await this.port().open(call.frame.context, place, WHOLE);
    if (file.size > SKILL_LIMITS.maxCallBytes) {
      await bytes?.[Symbol.asyncIterator]().return?.();
      throw new CapabilityRefusal('too_large', `Code can read files of at most ${SKILL_LIMITS.maxCallBytes} bytes.`);
    }
    const chunks: Buffer[] = [];
    for await (const chunk of bytes ?? []) chunks.push(chunk);
    return Buffer.concat(chunks).toString('utf8');
  }

  async write([tier, path, content, options]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const place = granted(tier, path, 'write', call);
    const { contentType } = writeOptions.parse(options ?? {});
    await this.assertMay('file.put', place, call);
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
      reauthorize: this.reauthorization(call),
    });
    return { key: file.key, size: file.size, checksum: file.checksum, version: file.version };
  }

  async list([tier, prefix]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const query = fileQuery.safeParse({ tier, prefix, limit: 500 });
    if (!query.success) throw new CapabilityRefusal('invalid_request', 'The tier or the prefix is invalid.');
    assertWithin(query.data.tier, query.data.prefix, 'read', call);
    const act = { action: 'file.list', resource: 'file', requiredScope: 'files.read', context: {} };
    await this.access.assert(call.frame, act);
    const { items } = await this.port().list(call.frame.context, query.data);
    return items.map(({ key, size, contentType, updatedAt }) => ({ key, size, contentType, updatedAt }));
  }

  async remove([tier, path]: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const place = granted(tier, path, 'write', call);
    await this.assertMay('file.delete', place, call);
    const options = { dropsVersions: false, conditions: {}, reauthorize: this.reauthorization(call) };
    await this.port().remove(call.frame.context, place, options);
    return null;
  }

  private async assertMay(action: FileAct['action'], place: Place, call: CapabilityCall): Promise<void> {
    const standing = await this.projects?.stateAt(call.frame.context, place, null);
    await this.reauthorization(call)({ action, place }, standing ?? null);
  }

  /** Authorizes the caller of the skill in the same way as the files API. */
  private reauthorization({ frame }: CapabilityCall): Reauthorize {
    return ({ action, place: { tier, path } }, project) =>
      this.access.assert(frame, {
        action,
        resource: `file/${tier}/${path}`,
        requiredScope: action === 'file.get' ? 'files.read' : 'files.write',
        context: {
          ip: frame.context.ip,
          ...(tier === 'shared' ? {} : { resource_owner: frame.context.actor.id }),
          ...(project === null ? {} : { project }),
        },
      });
  }

  private port(): FilesPort {
    if (this.files === undefined) throw new CapabilityRefusal('unavailable', 'This worker cannot reach files.');
    return this.files;
  }
}

function granted(tier: unknown, path: unknown, access: 'read' | 'write', call: CapabilityCall): Place {
  const known = TIERS.find((one) => one === tier);
  if (known === undefined || typeof path !== 'string' || pathFault(path) !== null) {
    throw new CapabilityRefusal('invalid_request', 'The tier or the path is invalid.');
  }
  assertWithin(known, path, access, call);
  return { tier: known, path };
}

function assertWithin(tier: Tier, path: string, access: 'read' | 'write', { grants }: CapabilityCall): void {
  const isGranted = grants.files.some(
    (grant) => grant.tier === tier && path.startsWith(grant.prefix) && (access === 'read' || grant.access === 'write'),
  );
  if (!isGranted) throw new CapabilityRefusal('not_granted', `The skill is not allowed to ${access} this file.`);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}
