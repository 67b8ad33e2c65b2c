import { type DynamicModule, Module } from '@nestjs/common';
import type { SealingConfig } from '../sealing/sealing.config';
import { WriteAnswers } from './write-answers';
import { Writes } from './writes';
import { WritesRepository } from './writes.repository';

/** Idempotent writes, for every module of a process that holds `MASTER_KEY`: answers are sealed. */
@Module({})
export class WritesModule {
  /** The module to import; none without a master key. */
  static where({ MASTER_KEY }: SealingConfig): readonly DynamicModule[] {
    if (MASTER_KEY === null) return [];
    return [
      {
        module: WritesModule,
        global: true,
        providers: [WritesRepository, WriteAnswers, Writes],
        exports: [Writes],
      },
    ];
  }
}
