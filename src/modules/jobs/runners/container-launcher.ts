import type { LogStream } from '../contract/job.types';

/**
 * Runs one container to its end: by the command line of an engine on this machine, or, in the same terms, by a cluster.
 * What it must keep to is in the module's README.
 */
export abstract class ContainerLauncher {
  /** False where jobs run without an image; then none is asked for. */
  abstract readonly usesImages: boolean;

  /**
   * Runs it. Whatever comes, nothing of it is left when this settles: no container, no process, no file, no secret.
   * @param signal ends it: a request to stop, then, after a while, a kill. It then rejects with the signal's reason.
   * @returns how it ended. Throws `JobFailure` where it could not be run, in words for the tenant, and whatever a sink throws.
   */
  abstract launch(launch: Launch, sink: LaunchSink, signal: AbortSignal): Promise<LaunchEnd>;
}

/** A container, as it is to run. Maps are by name of the variable or path of the file. */
export interface Launch {
  readonly tenantId: string;
  readonly jobId: string;
  /** Checked against the rules of the installation; empty for a launcher without images. */
  readonly image: string;
  /** Instead of the image's entry point; empty to keep it. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Not for secrets. The launcher adds those of {@link directoryVariables}. */
  readonly variables: ReadonlyMap<string, string>;
  /** Never on a command line, in a label, an event or a log. */
  readonly secretVariables: ReadonlyMap<string, string>;
  readonly secretFiles: ReadonlyMap<string, Uint8Array>;
  readonly inputFiles: ReadonlyMap<string, Uint8Array>;
  /** The job's input as JSON. */
  readonly inputJson: string;
  readonly limits: LaunchLimits;
  /** Whether it has a network at all. */
  readonly hasNetwork: boolean;
  readonly capturesOutput: boolean;
}

export interface LaunchLimits {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly processes: number;
  /** Of the output directory. */
  readonly diskBytes: number;
}

/** Where a container's doings go. Each is waited for, so that a flood is as fast as it can be taken. */
export interface LaunchSink {
  /** It runs from now on. @param node where, when not on this machine. */
  started(node?: string): Promise<void>;
  log(stream: LogStream, piece: Uint8Array | string): Promise<void>;
  /** A file of its output directory, by its path below it. */
  output(key: string, content: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface LaunchEnd {
  /** Of the container; 128 and the signal's number for one that was killed. */
  readonly exitCode: number;
  /** What it wrote as its result; `null` when it wrote none. */
  readonly result: string | null;
  /** The limit that ended it; `null` when none did. */
  readonly limit: 'memory' | 'disk' | null;
}
