import { Injectable } from '@nestjs/common';
import { AppError } from '../../../../kernel/errors/app-error';
import { SKILL_LIMITS } from '../../contract/skill-limits';
import { CapabilityRefusal } from '../../sandbox/skill-thread';
import type { CapabilityCall } from './capability-call';
import { FilesCapability } from './files.capability';
import { FlagsCapability } from './flags.capability';
import { HttpCapability } from './http.capability';
import { SecretsCapability } from './secrets.capability';

/** Arguments are a tenant's, whatever they should be. What is given must be JSON. */
type Handler = (args: readonly unknown[], call: CapabilityCall) => Promise<unknown>;

/** What code may do beyond itself: each call by name, and each held to its grant here, outside the sandbox. */
@Injectable()
export class Capabilities {
  private readonly handlers: ReadonlyMap<string, Handler>;

  constructor(http: HttpCapability, secrets: SecretsCapability, files: FilesCapability, flags: FlagsCapability) {
    this.handlers = new Map<string, Handler>([
      ['http.fetch', (args, call) => http.fetch(args, call)],
      ['secrets.get', (args, call) => secrets.get(args, call)],
      ['files.read', (args, call) => files.read(args, call)],
      ['files.write', (args, call) => files.write(args, call)],
      ['files.list', (args, call) => files.list(args, call)],
      ['files.remove', (args, call) => files.remove(args, call)],
      ['flags.value', (args, call) => flags.value(args, call)],
      ['skills.run', (args, call) => this.runSkill(args, call)],
    ]);
  }

  /** @param args a JSON list. @returns JSON text. Errors: `CapabilityRefusal`; anything else is a fault of ours. */
  async call(name: string, args: string, call: CapabilityCall): Promise<string> {
    const handler = this.handlers.get(name);
    if (handler === undefined) throw new CapabilityRefusal('not_granted', 'There is no such capability.');
    const list: unknown = JSON.parse(args);
    const given = await handler(Array.isArray(list) ? list : [], call).catch(refused);
    const text = JSON.stringify(given ?? null);
    if (text.length <= SKILL_LIMITS.maxCallBytes) return text;
    throw new CapabilityRefusal('too_large', `A call gives at most ${SKILL_LIMITS.maxCallBytes} characters.`);
  }

  private async runSkill(
    [name, input]: readonly unknown[],
    { frame, grants, host, nextCall }: CapabilityCall,
  ): Promise<unknown> {
    if (typeof name !== 'string' || !grants.skills.includes(name)) {
      throw new CapabilityRefusal('not_granted', 'The skill is not granted to run this one.');
    }
    return JSON.parse(await host.nested(name, JSON.stringify(input ?? null), frame, nextCall()));
  }
}

/** Refusals of ports have words for their callers; all else is for the log. */
function refused(error: unknown): never {
  if (error instanceof AppError && error.code !== 'internal') throw new CapabilityRefusal(error.code, error.message);
  throw error;
}
