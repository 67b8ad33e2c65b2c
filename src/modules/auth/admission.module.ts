import { Module } from '@nestjs/common';
import { KernelModule } from '../../kernel/composition/kernel.module';
import { ports } from '../../kernel/composition/ports';
import { ReadRecordingPort } from '../audit/contract/read-recording.port';
import { RateLimitPort } from '../rate-limit/contract/rate-limit.port';
import { AdmissionService } from './admission.service';
import { AuthModule } from './auth.module';
import { AdmissionPort } from './contract/admission.port';

/** Admission of requests, in the process that counts them. */
@Module({
  imports: [KernelModule, AuthModule, ports(RateLimitPort, ReadRecordingPort)],
  providers: [{ provide: AdmissionPort, useClass: AdmissionService }],
  exports: [AdmissionPort],
})
export class AdmissionModule {}
