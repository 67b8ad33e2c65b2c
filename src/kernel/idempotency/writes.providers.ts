import type { Provider } from '@nestjs/common';
import type { SealingConfig } from '../sealing/sealing.config';
import { WriteAnswers } from './write-answers';
import { Writes } from './writes';
import { WritesRepository } from './writes.repository';

/** Idempotent writes, for every module of a process that holds `MASTER_KEY`: answers are sealed. Nothing without it. */
export function writesProviders({ MASTER_KEY }: SealingConfig): readonly Provider[] {
  return MASTER_KEY === null ? [] : [WritesRepository, WriteAnswers, Writes];
}
