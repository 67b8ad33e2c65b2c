import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { CapabilityRefusal } from '../../sandbox/thread-host';
import { CallerAccess } from '../caller-access';
import type { CapabilityCall } from './capability-call';
import { FilesCapability } from './files.capability';
import { FlagsCapability } from './flags.capability';
import { HttpCapability } from './http.capability';
import { SecretsCapability } from './secrets.capability';

/** The handler of a capability. The arguments come from a tenant and can have any type. The result must be JSON. */
type Handler = (args: readonly unknown[], call: CapabilityCall) => Promise<unknown>;

/** The capabilities of code. Each call is checked here, outside the sandbox, against the skill's grants and the caller's rights. */
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

  /**
   * Calls a capability.
   * @returns a value that can be converted to JSON. Errors: `CapabilityRefusal`; all other errors are internal faults.
   */
  async call(name: string, args: readonly unknown[], call: CapabilityCall): Promise<unknown> {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new CapabilityRefusal('not_granted', 'There is no such capability.');
    return handler(args, call).catch(refused);
  }

  /**
   * Runs a nested skill.
   * @param input JSON text, like the result.
   * Errors: the errors of {@link call}.
   */
  async nested(name: string, input: string, { frame, grants, host, nextCall }: CapabilityCall): Promise<string> {
    if (!grants.skills.includes(name)) {
      throw new CapabilityRefusal('not_granted', 'The skill is not allowed to run this skill.');
    }
    const count = nextCall();
    const job = { type: 'skill', kind: name, image: '' };
    const act = { action: 'skill.run', resource: `skill/${name}`, requiredScope: 'skills.run', context: { job } };
    await this.access.assert(frame, act).catch(refused);
    return host.nested(name, input, frame, count).catch(refused);
  }
}

/** Rethrows an error for the code. Refusals from ports have messages for callers; all other errors are only for the log. */
function refused(error: unknown): never {
  if (error instanceof AppError && error.code !== 'internal') throw new CapabilityRefusal(error.code, error.message);
  throw error;
}
