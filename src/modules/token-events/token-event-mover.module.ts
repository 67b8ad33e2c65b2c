import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { TokenEventsRepository } from './storage/token-events.repository';
import { TokenEventMover } from './token-event-mover';

/** The mover of token events. It runs in processes that read token events, not in every process that issues or revokes tokens. */
@Module({ imports: [KernelModule], providers: [TokenEventsRepository, TokenEventMover] })
export class TokenEventMoverModule {}
