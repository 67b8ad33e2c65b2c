import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { CapabilityRefusal } from '../../sandbox/thread-host';
import { CallerAccess } from '../caller-access';
import type { CapabilityCall } from './capability-call';
import { FilesCapability } from './files.capability';
import { FlagsCapability } from './flags.capability';
import { HttpCapability } from './http.capability';
import { SecretsCapability } from './secrets.capability';

/** Arguments are a tenant's, whatever they should be. What is given must be JSON. */
type Handler = (args: readonly unknown[], call: CapabilityCall) => Promise<unknown>;

/** What code may do beyond itself: each call is held to the grant of its skill here, outside the sandbox, and to its caller's rights. */
@Injectable()
export class Capabilities {
  private readonly handlers: ReadonlyMap<string, Handler>;

  constructor(
    private readonly access: CallerAccess,
    http: HttpCapability,
    secrets: SecretsCapability,
    files: FilesCapability,
    flags: FlagsCapability,
  ) {
    this.handlers = new Map<string, Handler>([
      ['http.fetch', (args, call) => http.fetch(args, call)],
      ['secrets.get', (args, call) => secrets.get(args, call)],
      ['files.read', (args, call) => files.read(args, call)],
      ['files.write', (args, call) => files.write(args, call)],
      ['files.list', (args, call) => files.list(args, call)],
      ['files.remove', (args, call) => files.remove(args, call)],
      ['flags.value', (args, call) => flags.value(args, call)],
    ]);
  }

  /** @returns a value that can be JSON. Errors: `CapabilityRefusal`; anything else is a fault of ours. */
  async call(name: string, args: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new CapabilityRefusal('not_granted', 'There is no such capability.');
    return handler(args, call).catch(refused);
  }

  /** Runs a skill for a skill. @param input and what is given: JSON texts. Errors: as {@link call}. */
  async nested(name: string, input: string, { frame, grants, host, nextCall }: CapabilityCall): Promise<string> {
    if (!grants.skills.includes(name)) {
      throw new CapabilityRefusal('not_granted', 'The skill is not granted to run this one.');
    }
    const count = nextCall();
    const job = { type: 'skill', kind: name, image: '' };
    const act = { action: 'skill.run', resource: `skill/${name}`, requiredScope: 'skills.run', context: { job } };
    await this.access.assert(frame, act).catch(refused);
    return host.nested(name, input, frame, count).catch(refused);
  }
}

/** Refusals of ports have words for their callers; all else is for the log. */
function refused(error: unknown): never {
  if (error instanceof AppError && error.code !== 'internal') throw new CapabilityRefusal(error.code, error.message);
  throw error;
}
