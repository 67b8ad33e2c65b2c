import type { LogStream } from '../contract/job.types';

/**
 * Runs one container to completion, either with an engine's command line on this machine or in a cluster. The module's README lists the
 * rules for implementations.
 */
export abstract class ContainerLauncher {
  /** False if jobs run without images and therefore do not require an image. */
  abstract readonly usesImages: boolean;

  /**
   * Runs a container. When the promise settles, no container, process, file or secret is left, regardless of the outcome.
   * @param signal stops the container: requests a stop and, after a grace period, kills the container. The promise then rejects with
   *   the signal's reason.
   * @returns the outcome. Throws `JobFailure`, with a message for the tenant, when the container could not be run; also throws any error of
   *   a sink.
   */
  abstract launch(launch: Launch, sink: LaunchSink, signal: AbortSignal): Promise<LaunchEnd>;
}

/** A container to run. The keys of maps are variable names or file paths. */
export interface Launch {
  readonly tenantId: string;
  readonly jobId: string;
  /** The image, checked against the rules of the installation; empty for a launcher without images. */
  readonly image: string;
  /** The command that replaces the image's entry point; empty to keep the entry point. */
  readonly command: readonly string[];
  readonly args: readonly string[];
  /** Environment variables without secrets. The launcher adds the variables of {@link directoryVariables}. */
  readonly variables: ReadonlyMap<string, string>;
  /** Secret environment variables. They must never appear on a command line or in a label, event or log. */
  readonly secretVariables: ReadonlyMap<string, string>;
  readonly secretFiles: ReadonlyMap<string, Uint8Array>;
  readonly inputFiles: ReadonlyMap<string, Uint8Array>;
  /** The job's input as JSON. */
  readonly inputJson: string;
  readonly limits: LaunchLimits;
  /** False for a container without any network. */
  readonly hasNetwork: boolean;
  readonly capturesOutput: boolean;
}

export interface LaunchLimits {
  readonly cpuMillis: number;
  readonly memoryBytes: number;
  readonly gpus: number;
  readonly processes: number;
  /** The size limit of the output directory. */
  readonly diskBytes: number;
}

/** Receives the events of a container. The launcher awaits each call, which throttles a flood of output to the speed of processing. */
export interface LaunchSink {
  /**
   * Called when the container has started.
   * @param node the node that runs the container, if not this machine.
   */
  started(node?: string): Promise<void>;
  log(stream: LogStream, piece: Uint8Array | string): Promise<void>;
  /** Receives a file from the output directory. The key is its path below the directory. */
  output(key: string, content: AsyncIterable<Uint8Array>): Promise<void>;
}

export interface LaunchEnd {
  /** The exit code of the container; 128 plus the signal's number if it was killed. */
  readonly exitCode: number;
  /** The result that the container wrote; `null` if it did not write a result. */
  readonly result: string | null;
  /** The limit that caused the container to be stopped; `null` if it did not reach a limit. */
  readonly limit: 'memory' | 'disk' | null;
}
