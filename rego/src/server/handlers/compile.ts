import type { Handler } from '../api.js';
import { ApiError } from '../api-error.js';

/** `POST /v1/compile`: refused, since the engine has no partial evaluation. */
export const postCompile: Handler = () => {
  throw new ApiError(
    501,
    'invalid_operation',
    'partial evaluation is not supported: this server decides by POST /v1/data and POST /v1/query',
  );
};
