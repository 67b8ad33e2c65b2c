import type { JavascriptDefinition } from '../../contract/skill-definition.types';
import type { SkillFrame } from '../skill-frame';

/** Runs nested skills. */
export interface CapabilityHost {
  nested(name: string, input: string, frame: SkillFrame, count: number): Promise<string>;
}

/** The caller of a capability, and the grants of the code. */
export interface CapabilityCall {
  readonly frame: SkillFrame;
  readonly grants: JavascriptDefinition['grants'];
  readonly host: CapabilityHost;
  /**
   * Counts the nested calls of this run, and returns the number of this call. The number is the same in each attempt that makes the same
   * calls.
   */
  readonly nextCall: () => number;
}
