import { ScimError } from '@rollcall/scim-protocol/errors';
import type { FastifyReply, FastifyRequest } from 'fastify';

// Without a charset: neither media type has that parameter (RFC 7644 8.1, RFC 8259 11), and JSON is UTF-8 anyway.
export const SCIM_JSON = 'application/scim+json';
const PLAIN_JSON = 'application/json';

/** Refuses a body that is not JSON in UTF-8, before it is read (RFC 7644 3.1, 8.1). A body without a media type is taken as SCIM. */
export function requireReadableBody(request: FastifyRequest, reply: FastifyReply): void {
  const encoding = request.headers['content-encoding'];
  if (encoding !== undefined && encoding.toLowerCase() !== 'identity') {
    // RFC 9110 12.5.3: how a client learns that it was the encoding.
    reply.header('accept-encoding', 'identity');
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

/**
 * The JSON that the client likes better (RFC 9110 12.5.1); liking both the same, SCIM's, unless it names both and plain
 * JSON first. Undefined when it accepts neither.
 */
export function answerType(accept: string | undefined): string | undefined {
  if (accept === undefined || accept.trim() === '') return SCIM_JSON;
  const ranges = accept.split(',').map(parseMediaType);
  const [best] = [SCIM_JSON, PLAIN_JSON]
    .map((type) => wishFor(type, ranges))
    .toSorted((a, b) => b.quality - a.quality || a.position - b.position);
  return best === undefined || best.quality === 0 ? undefined : best.type;
}

function wishFor(
  type: string,
  ranges: readonly MediaType[],
): { type: string; quality: number; position: number } {
  const named = ranges.findIndex((each) => each.type === type);
  const range =
    ranges[named] ??
    ranges.find((each) => each.type === 'application/*') ??
    ranges.find((each) => each.type === '*/*');
  return {
    type,
    quality: range === undefined ? 0 : Number(range.parameters.get('q') ?? 1),
    position: named === -1 && type === PLAIN_JSON ? ranges.length : named,
  };
}

interface MediaType {
  readonly type: string;
  readonly parameters: ReadonlyMap<string, string>;
}

function parseMediaType(text: string): MediaType {
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
