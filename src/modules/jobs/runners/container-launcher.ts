import type { LogStream } from '../contract/job.types';

/**
 * Runs one container to its end: with the command line of an engine on this machine, or, with the same contract, in a cluster. The module's
 * README has the rules that it must follow.
 */
export abstract class ContainerLauncher {
  /** False if jobs run without an image; then none is required. */
  abstract readonly usesImages: boolean;

  /**
   * Runs a container. Whatever happens, nothing of it is left when this settles: no container, no process, no file, no secret.
   * @param signal ends it: a request to stop and, after a grace period, a kill. It then rejects with the signal's reason.
   * @returns how it ended. Throws `JobFailure`, with a message for the tenant, when it could not be run, and any error of a sink.
   */
  abstract launch(launch: Launch, sink: LaunchSink, signal: AbortSignal): Promise<LaunchEnd>;
}

/** A container to run. Maps are by variable name or file path. */
export interface Launch {
  readonly tenantId: string;
  readonly jobId: string;
  /** Checked against the rules of the installation; empty for a launcher without images. */
  readonly image: string;
  /** Replaces the image's entry point; empty to keep it. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Not for secrets. The launcher adds those of {@link directoryVariables}. */
  readonly variables: ReadonlyMap<string, string>;
  /** Never on a command line, or in a label, an event or a log. */
  readonly secretVariables: ReadonlyMap<string, string>;
  readonly secretFiles: ReadonlyMap<string, Uint8Array>;
  readonly inputFiles: ReadonlyMap<string, Uint8Array>;
  /** The job's input as JSON. */
  readonly inputJson: string;
  readonly limits: LaunchLimits;
  /** False for no network at all. */
  readonly hasNetwork: boolean;
  readonly capturesOutput: boolean;
}

export interface LaunchLimits {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly processes: number;
  /** The limit of the output directory. */
  readonly diskBytes: number;
}

/** Receives the events of a container. Each call is awaited, so that a flood is only as fast as it can be processed. */
export interface LaunchSink {
  /**
   * The container has started.
   * @param node where, when not on this machine.
   */
  started(node?: string): Promise<void>;
  log(stream: LogStream, piece: Uint8Array | string): Promise<void>;
  /** A file of its output directory, by its path below the directory. */
  output(key: string, content: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface LaunchEnd {
  /** The exit code of the container; 128 plus the signal's number if it was killed. */
  readonly exitCode: number;
  /** The result that it wrote; `null` for none. */
  readonly result: string | null;
  /** The limit that ended it; `null` for none. */
  readonly limit: 'memory' | 'disk' | null;
}
