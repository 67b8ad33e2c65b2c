import type { JavascriptDefinition } from '../../contract/skill-definition.types';
import type { SkillFrame } from '../skill-frame';

/** Runs a skill for a skill. */
export interface CapabilityHost {
  nested(name: string, input: string, frame: SkillFrame, count: number): Promise<string>;
}

/** For whom a call is made, and what its code is granted. */
export interface CapabilityCall {
  readonly frame: SkillFrame;
  readonly grants: JavascriptDefinition['grants'];
  readonly host: CapabilityHost;
  /** Counts the skills that this run has called, this one included: the same at each attempt that does the same. */
  readonly nextCall: () => number;
}
