/** The format of OPA's REST API: its paths, parameters, bodies, responses and errors. For Node. */
export {
  ApiError,
  type ApiErrorCode,
  evaluationFailed,
  invalidParameter,
  undefinedDocument,
} from './server/api-error.js';
export { parseDataPath } from './server/data-path.js';
export { goJson, indentJson, INPUT_WARNING, jsonAnswer, type JsonMember } from './server/json-text.js';
export { Parameters } from './server/parameters.js';
export { noObject, readBody, valueOfBody } from './server/request-body.js';
