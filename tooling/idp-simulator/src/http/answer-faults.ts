import { isJsonObject, parseJson, textIn } from './json.ts';

const errorSchema = 'urn:ietf:params:scim:api:messages:2.0:Error';

/** What a provider could not make sense of in this answer; undefined when all is well. */
export function faultOf(
  request: { readonly method: string; readonly expect: readonly number[] },
  response: Response,
  text: string,
): string | undefined {
  const { status } = response;
  if (!request.expect.includes(status)) {
    return `answered ${status} where ${request.expect.join(' or ')} was expected`;
  }
  if (status === 204) return text === '' ? undefined : 'answered 204 with a body';
  const body = parseJson(text);
  if (!isJsonObject(body)) return `answered ${status} without a JSON object`;
  if (!/^application\/(scim\+)?json\b/.test(response.headers.get('content-type') ?? '')) {
    return `answered with content type ${response.headers.get('content-type') ?? '(none)'}`;
  }
  if (status >= 400) return errorFault(body, status);
  if (request.method === 'POST' && status === 201) return creationFault(body, response);
  return undefined;
}

/** RFC 7644 3.12: the status is a string in the body, and the schema names an Error. */
function errorFault(body: Readonly<Record<string, unknown>>, status: number): string | undefined {
  const schemas = body['schemas'];
  if (!Array.isArray(schemas) || !schemas.includes(errorSchema))
    return 'the error body lacks the Error schema';
  if (body['status'] !== String(status)) return `the error body's status is not the string "${status}"`;
  return textIn(body, 'detail') ? undefined : 'the error body has no detail for the administrator';
}

/** Okta keeps the id and never asks again; RFC 7644 3.3 wants the Location to be the resource's own. */
function creationFault(body: Readonly<Record<string, unknown>>, response: Response): string | undefined {
  if (!textIn(body, 'id')) return 'created a resource without an id';
  const meta = body['meta'];
  const location = response.headers.get('location');
  if (!location) return 'answered 201 without a Location header';
  if (!isJsonObject(meta) || meta['location'] !== location) return 'Location differs from meta.location';
  return undefined;
}
