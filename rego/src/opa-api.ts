/** The forms of OPA's REST API: its paths, parameters, bodies, answers and errors. For Node. */
export { ApiError, type ApiErrorCode, invalidParameter } from './server/api-error.js';
export { parseDataPath } from './server/data-path.js';
export { goJson, indentJson, jsonAnswer, type JsonMember } from './server/json-text.js';
export { Parameters } from './server/parameters.js';
export { jsonKindOf, readBody, valueOfBody } from './server/request-body.js';
