import { Injectable, Optional } from '@nestjs/common';
import { checkContext } from '../../../flags/contract/evaluation-context';
import { FlagsPort } from '../../../flags/contract/flags.port';
import { CapabilityRefusal } from '../../sandbox/thread-host';
import type { CapabilityCall } from './capability-call';

/** The flags that the code is allowed to read. */
@Injectable()
export class FlagsCapability {
  constructor(@Optional() private readonly flags?: FlagsPort) {}

  /** Returns the value of a flag, or the code's fallback when the flag has no value. */
  async value([key, by, otherwise]: readonly unknown[], { frame, grants }: CapabilityCall): Promise<unknown> {
    if (typeof key !== 'string' || !(grants.flags.includes('*') || grants.flags.includes(key))) {
      throw new CapabilityRefusal('not_granted', 'The skill is not granted this flag.');
    }
    if (this.flags === undefined) throw new CapabilityRefusal('unavailable', 'This worker cannot reach flags.');
    const checked = checkContext(by);
    if ('fault' in checked) throw new CapabilityRefusal('invalid_request', checked.fault);
    const { evaluation } = await this.flags.evaluate(frame.context, key, checked.context);
    return evaluation.value ?? otherwise ?? null;
  }
}
