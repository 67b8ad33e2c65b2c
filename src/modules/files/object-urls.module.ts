import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ObjectUrlsPort } from './contract/object-urls.port';
import { ObjectUrlsService } from './object-urls.service';

/** Signs object URLs, in every role that returns them and has `MASTER_KEY`. */
@Module({
  imports: [KernelModule],
  providers: [{ provide: ObjectUrlsPort, useClass: ObjectUrlsService }],
  exports: [ObjectUrlsPort],
})
export class ObjectUrlsModule {}
