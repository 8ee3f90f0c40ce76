import { ScimError } from '@rollcall/scim-protocol/errors';
import type { FastifyRequest } from 'fastify';

// Without a charset: neither media type has that parameter (RFC 7644 8.1, RFC 8259 11), and JSON is UTF-8 anyway.
export const SCIM_JSON = 'application/scim+json';
const PLAIN_JSON = 'application/json';

/** Refuses a body that is not JSON in UTF-8, before it is read (RFC 7644 3.1, 8.1). A body without a media type is taken as SCIM. */
export function requireReadableBody(request: FastifyRequest): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    throw new ScimError(
      415,
      undefined,
      'Compressed bodies are not read; send the body without Content-Encoding.',
    );
  }
  const header = request.headers['content-type'];
  if (header === undefined) return;
  const { type, parameters } = parseMediaType(header);
  if (type !== 'application/scim+json' && type !== 'application/json') {
    throw new ScimError(415, undefined, 'The body must be application/scim+json or application/json.');
  }
  const charset = parameters.get('charset') ?? 'utf-8';
  if (charset !== 'utf-8' && charset !== 'utf8' && charset !== 'us-ascii') {
    throw new ScimError(415, undefined, 'The body must be encoded in UTF-8.');
  }
}

/** application/scim+json, unless the client accepts plain JSON alone (OneLogin); undefined when it accepts neither. */
export function answerType(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return SCIM_JSON;
  const ranges = accept.split(',').map(parseMediaType);
  const quality = (type: string): number => {
    const range =
      ranges.find((each) => each.type === type) ??
      ranges.find((each) => each.type === 'application/*') ??
      ranges.find((each) => each.type === '*/*');
    return range === undefined ? 0 : Number(range.parameters.get('q') ?? 1);
  };
  if (quality('application/scim+json') > 0) return SCIM_JSON;
  return quality('application/json') > 0 ? PLAIN_JSON : undefined;
}

function parseMediaType(text: string): { type: string; parameters: ReadonlyMap<string, string> } {
  const [type = '', ...parameters] = text.toLowerCase().split(';');
  return {
    type: type.trim(),
    parameters: new Map(
      parameters.map((parameter) => {
        const [name = '', value = ''] = parameter.split('=');
        return [name.trim(), value.trim().replaceAll('"', '')] as const;
      }),
    ),
  };
}
