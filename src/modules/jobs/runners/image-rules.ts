import { JobFailure } from '../contract/job-runner';
import type { JobRequest } from '../contract/job-request.types';
import { isImageReference } from './image-reference';
import type { JobRunnersConfig } from './job-runners.config';

/** Returns true when a rule equals the image, or when the part of a rule before a final `*` is a prefix of the image. */
function isCovered(image: string, rules: readonly string[]): boolean {
  return rules.some((rule) => (rule.endsWith('*') ? image.startsWith(rule.slice(0, -1)) : image === rule));
}

type Settings = Pick<JobRunnersConfig, 'JOBS_IMAGES' | 'JOBS_DEFAULT_IMAGES' | 'JOBS_NETWORK_IMAGES'>;

/** Decides which images jobs can run, and which of these images have a network. */
export class ImageRules {
  private readonly defaults: ReadonlyMap<string, string>;

  constructor(private readonly settings: Settings) {
    this.defaults = new Map(defaultImages(settings.JOBS_DEFAULT_IMAGES));
  }

  /** True when jobs can run at least one image. */
  get allowAny(): boolean {
    return this.settings.JOBS_IMAGES.length > 0 || this.defaults.size > 0;
  }

  /** Returns the image of a request. Errors: `JobFailure` with the reason `input` when there is no image or the image is not allowed. */
  imageOf({ image, kind }: Pick<JobRequest, 'image' | 'kind'>): string {
    const chosen = image === '' ? (this.defaults.get(kind) ?? this.defaults.get('*') ?? '') : image;
    if (chosen === '') throw refused(`The job names no image, and "${kind}" has no default image.`);
    if (!isImageReference(chosen)) throw refused(`"${chosen}" is not an image reference.`);
    if (![...this.defaults.values()].includes(chosen) && !isCovered(chosen, this.settings.JOBS_IMAGES)) {
      throw refused(`The image "${chosen}" is not among those that this installation allows (JOBS_IMAGES).`);
    }
    return chosen;
  }

  hasNetwork(image: string): boolean {
    return isCovered(image, this.settings.JOBS_NETWORK_IMAGES);
  }
}

/**
 * Returns the kind and the image of each `kind=image` string. Malformed strings are skipped; {@link faultyDefaults} reports them at
 * startup.
 */
function defaultImages(texts: readonly string[]): readonly (readonly [string, string])[] {
  return texts.flatMap((text) => {
    const equals = text.indexOf('=');
    return equals < 1 ? [] : [[text.slice(0, equals), text.slice(equals + 1)] as const];
  });
}

function refused(message: string): JobFailure {
  return new JobFailure('input', message, { mayRetry: false });
}
