import type { Provider } from '@nestjs/common';
import type { SealingConfig } from '../sealing/sealing.config';
import { WriteAnswers } from './write-answers';
import { Writes } from './writes';
import { WritesRepository } from './writes.repository';

/**
 * Returns the providers of idempotent writes, for every module of a process that has `MASTER_KEY`, because responses are sealed. Empty if
 * the process has no `MASTER_KEY`.
 */
export function writesProviders({ MASTER_KEY }: SealingConfig): readonly Provider[] {
  return MASTER_KEY === null ? [] : [WritesRepository, WriteAnswers, Writes];
}
