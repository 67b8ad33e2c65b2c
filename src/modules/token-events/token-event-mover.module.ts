import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { TokenEventsRepository } from './storage/token-events.repository';
import { TokenEventMover } from './token-event-mover';

/** The mover of token events, in processes that read them rather than in every process that issues or revokes tokens. */
@Module({ imports: [KernelModule], providers: [TokenEventsRepository, TokenEventMover] })
export class TokenEventMoverModule {}
